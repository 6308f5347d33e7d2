/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The interpreter: accesses to devices, faults, and the instructions that QEMU has not, or has
 * wrong. What the others compute is compared with qemu-ppc in tests/random.
 */
#include "tests/unit/interp-machine.h"

#include "decode.h"

static void device_accesses(void)
{
	start();
	PLACE(CODE, LWZU(4, 8, 10), STMW(30, 16, 10), LWBRX(5, 0, 10), MTDCR(0x123, 31),
	      MFDCR(6, 0x321), B(0));
	m.c.gpr[10] = DEVICE;
	m.c.gpr[30] = 0x3030;
	m.c.gpr[31] = 0x3131;
	run();
	CHECK_EQ(m.e.kind, ENGINE_EXIT_MMIO);
	CHECK(!m.e.write);
	CHECK_EQ(m.e.addr, DEVICE + 8);
	CHECK_EQ(m.e.len, 4);
	CHECK_EQ(m.e.pc, CODE);
	CHECK_EQ(m.c.gpr[10], DEVICE); /* not before the answer */
	m.e.value = 0x44444444;
	go_on();
	CHECK_EQ(m.c.gpr[10], DEVICE + 8);
	CHECK_EQ(m.c.gpr[4], 0x44444444);
	for (uint32_t i = 0; i < 2; i++) {
		CHECK_EQ(m.e.kind, ENGINE_EXIT_MMIO);
		CHECK(m.e.write);
		CHECK_EQ(m.e.addr, DEVICE + 24 + 4 * i);
		CHECK_EQ(m.e.value, 0x3030 + 0x101 * i);
		go_on();
	}
	CHECK_EQ(m.e.kind, ENGINE_EXIT_MMIO);
	m.e.value = 0x11223344;
	go_on();
	CHECK_EQ(m.c.gpr[5], 0x44332211);
	CHECK_EQ(m.e.kind, ENGINE_EXIT_DCR);
	CHECK(m.e.write);
	CHECK_EQ(m.e.addr, 0x123);
	CHECK_EQ(m.e.value, 0x3131);
	go_on();
	CHECK_EQ(m.e.kind, ENGINE_EXIT_DCR);
	CHECK_EQ(m.e.addr, 0x321);
	m.e.value = 77;
	go_on();
	CHECK_HALTED(CODE + 20);
	CHECK_EQ(m.c.gpr[6], 77);
	finish();
}

/* A state taken between an access and its answer asks for it again. */
static void access_across_states(void)
{
	start();
	PLACE(CODE, LWZ(4, 8, 10), B(0));
	m.c.gpr[10] = DEVICE;
	run();
	CHECK_EQ(m.e.kind, ENGINE_EXIT_MMIO);
	memset(&m.e, 0, sizeof(m.e));
	run();
	CHECK_EQ(m.e.kind, ENGINE_EXIT_MMIO);
	CHECK_EQ(m.e.addr, DEVICE + 8);
	m.e.value = 5;
	go_on();
	CHECK_HALTED(CODE + 4);
	CHECK_EQ(m.c.gpr[4], 5);
	finish();
}

/* A fault in the middle of an instruction leaves its registers as they were. */
static void faults_change_nothing(void)
{
	static const struct {
		const char *what;
		uint32_t insn, r10, dear;
	} rows[] = {
		{ "lwzu", LWZU(4, 8, 10), 0x50000000, 0x50000008 },
		{ "stwu", STWU(4, 8, 10), 0x50000000, 0x50000008 },
		{ "lwz across", LWZ(4, 0, 10), 0x0ffffffe, 0x10000000 },
		{ "stw across", STW(4, 0, 10), 0x0ffffffe, 0x10000000 },
		{ "lmw across", LMW(28, 0, 10), 0x0ffffffc, 0x10000000 },
	};

	start();
	map(61, 0x0ffff000, 1, 0x200000, RIGHTS, 0);
	map(63, 0, 7, 0, RIGHTS, 0); /* 16 MB only */
	put_word(0x200ffc, 0x01020304);
	for (unsigned int i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		test_context("%s", rows[i].what);
		PLACE(CODE, rows[i].insn, B(0));
		m.c.pc = CODE;
		m.c.gpr[4] = 0x4444;
		m.c.gpr[10] = rows[i].r10;
		run();
		CHECK_HALTED(VECTOR(DTLB));
		CHECK_EQ(m.c.srr0, CODE);
		CHECK_EQ(m.c.dear, rows[i].dear);
		CHECK_EQ(m.c.gpr[4], 0x4444);
		CHECK_EQ(m.c.gpr[10], rows[i].r10);
		CHECK_EQ(word_at(0x200ffc), 0x01020304);
	}
	finish();
}

static void reservations(void)
{
	start();
	PLACE(CODE, LWARX(4, 0, 10), STWCX(5, 0, 10), ASM_X(31, 6, 0, 0, 19), STWCX(8, 0, 10),
	      ASM_X(31, 7, 0, 0, 19), B(0));
	put_word(0x200000, 1);
	m.c.gpr[5] = 2;
	m.c.gpr[8] = 3;
	m.c.gpr[10] = 0x200000;
	m.c.xer = XER_SO;
	run();
	CHECK_HALTED(CODE + 20);
	CHECK_EQ(m.c.gpr[4], 1);
	CHECK_EQ(m.c.gpr[6] >> 28, 3);
	CHECK_EQ(m.c.gpr[7] >> 28, 1);
	CHECK_EQ(word_at(0x200000), 2);
	finish();
}

/* One bit, which knows no address; without it a page without rights does no harm: M p.424, 425. */
static void reservations_elsewhere(void)
{
	start();
	map(61, 0x0ffff000, 1, 0x201000, TLB2_SR, 0);
	PLACE(CODE, STWCX(5, 0, 11), ASM_X(31, 6, 0, 0, 19), LWARX(4, 0, 11), STWCX(5, 0, 10),
	      ASM_X(31, 7, 0, 0, 19), B(0));
	put_word(0x200000, 1);
	put_word(0x201000, 0x01020304);
	put_word(0x201004, 0x05060708);
	m.c.cr = 0xf0000000;
	m.c.gpr[5] = 2;
	m.c.gpr[10] = 0x200000;
	m.c.gpr[11] = 0x0ffff002;
	run();
	CHECK_HALTED(CODE + 20);
	CHECK_EQ(m.c.gpr[6] >> 28, 0);
	CHECK_EQ(m.c.gpr[4], 0x03040506);
	CHECK_EQ(m.c.gpr[7] >> 28, 2);
	CHECK_EQ(word_at(0x200000), 2);
	CHECK_EQ(word_at(0x201000), 0x01020304);
	finish();
}

/* BRT: the conditions count, not where the branch goes. M p.196 */
static void branches_taken(void)
{
	static const struct {
		uint32_t insn, cr, ctr;
		bool taken;
	} t[] = {
		{ ASM_X(16, 20, 0, 0, 2), 0, 0, true }, /* bc 20,0,+4 */
		{ ASM_X(16, 12, 2, 0, 2), 0x20000000, 0, true },
		{ ASM_X(16, 12, 2, 0, 2), 0, 0, false },
		{ ASM_X(16, 4, 2, 0, 2), 0, 0, true },
		{ ASM_X(16, 16, 0, 0, 2), 0, 2, true },
		{ ASM_X(16, 16, 0, 0, 2), 0, 1, false },
		{ ASM_X(16, 18, 0, 0, 2), 0, 1, true },
		{ ASM_X(16, 8, 2, 0, 2), 0x20000000, 2, true },
		{ ASM_X(16, 8, 2, 0, 2), 0, 2, false },
		{ B(4), 0, 0, true },
		{ BLR, 0, 0, true },
		{ B(0), 0, 0, true },
	};

	for (unsigned int i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		test_context("%08x, CR %08x, CTR %u", t[i].insn, t[i].cr, t[i].ctr);
		start();
		PLACE(CODE, t[i].insn, SC);
		PLACE(VECTOR(DEBUG), LI(4, 7), B(0));
		m.c.cr = t[i].cr;
		m.c.ctr = t[i].ctr;
		m.c.lr = CODE + 4;
		m.c.dbcr0 = DBCR0_IDM | DBG_BRT;
		core440_set_msr(&m.c, MSR_DE);
		run();
		if (t[i].taken) {
			CHECK_HALTED(VECTOR(DEBUG) + 4);
			CHECK_EQ(m.c.gpr[4], 7);
			CHECK_EQ(m.c.csrr0, CODE);
			CHECK_EQ(m.c.ctr, t[i].ctr);
		} else {
			CHECK_EQ(m.c.srr0, CODE + 8);
		}
		finish();
	}
}

static void selects(void)
{
	start();
	PLACE(CODE, CMPWI(4, 5), ISEL(6, 4, 5, 0), ISEL(7, 4, 5, 1), ISEL(8, 0, 5, 0), B(0));
	m.c.gpr[0] = 99;
	m.c.gpr[4] = 4;
	m.c.gpr[5] = 55;
	run();
	CHECK_EQ(m.c.gpr[6], 4);
	CHECK_EQ(m.c.gpr[7], 55);
	CHECK_EQ(m.c.gpr[8], 0); /* RA 0 is the number 0 */
	finish();
}

/* The end of each way is an access to the device, so that none of it needs a branch. */
static void branches(void)
{
	static const struct {
		uint32_t insn, to;
	} t[] = {
		{ B(0x40), CODE + 0x40 },     { B(-0x40), CODE - 0x40 },
		{ B(0x2000), CODE + 0x2000 }, { B(-0x2000), CODE - 0x2000 },
		{ B(0x30000) | 2, 0x30000 },  { B(0x01fffffc), CODE + 0x01fffffc },
		{ BL(0x44), CODE + 0x44 },    { BL(0x40000) | 2, 0x40000 },
	};

	for (unsigned int i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		test_context("%08x", t[i].insn);
		start();
		PLACE(VECTOR(PROGRAM), LWZ(4, 0, 10));
		PLACE(CODE, t[i].insn, NOP);
		PLACE(t[i].to, LWZ(4, 0, 10));
		m.c.gpr[10] = DEVICE;
		m.c.lr = 0x1234;
		run();
		CHECK_EQ(m.e.kind, ENGINE_EXIT_MMIO);
		CHECK_EQ(m.e.pc, t[i].to);
		CHECK_EQ(m.c.lr, t[i].insn & 1 ? CODE + 4 : 0x1234);
		finish();
	}
}

static void system_calls(void)
{
	start();
	PLACE(CODE, SC, LI(4, 1), B(0));
	PLACE(VECTOR(SYSCALL), RFI);
	m.c.gpr[4] = 5;
	core440_set_msr(&m.c, MSR_ME);
	run();
	CHECK_HALTED(CODE + 8);
	CHECK_EQ(m.c.srr0, CODE + 4);
	CHECK_EQ(m.c.srr1, MSR_ME);
	CHECK_EQ(m.c.gpr[4], 1);
	finish();
}

static bool trap_expected(unsigned int to, uint32_t a, uint32_t b)
{
	return (to & 16 && (int32_t)a < (int32_t)b) || (to & 8 && (int32_t)a > (int32_t)b) ||
	       (to & 4 && a == b) || (to & 2 && a < b) || (to & 1 && a > b);
}

/* tw and twi with every TO, each way two words can compare. */
static void traps(void)
{
	static const uint32_t pairs[][2] = {
		{ 5, 5 }, { 4, 5 }, { 5, 4 }, { 0xfffffffe, 5 }, { 5, 0xfffffffe },
	};

	start();
	for (unsigned int i = 0; i < 64 * 5; i++) {
		unsigned int to = i / 10;
		uint32_t a = pairs[i / 2 % 5][0], b = pairs[i / 2 % 5][1];
		bool taken = trap_expected(to, a, b);

		test_context("tw%s %u,%x,%x", i & 1 ? "i" : "", to, a, b);
		PLACE(CODE, i & 1 ? ASM_D(3, to, 6, b) : ASM_X(31, to, 6, 7, 4), B(0));
		m.c.pc = CODE;
		m.c.msr = 0;
		m.c.gpr[6] = a;
		m.c.gpr[7] = b;
		m.c.esr = 0;
		m.c.srr0 = 0;
		run();
		CHECK_HALTED(taken ? VECTOR(PROGRAM) : CODE + 4);
		CHECK_EQ(m.c.esr, taken ? ESR_PTR : 0);
		CHECK_EQ(m.c.srr0, taken ? CODE : 0);
	}
	finish();
}

/* The eight codes reserved as no-ops, M p.558, with every operand bit set. */
static void no_operation(void)
{
	start();
	for (unsigned int xo = 530; xo <= 754; xo += 32) {
		struct core440 before;

		test_context("extended code %u", xo);
		PLACE(CODE, ASM_X(31, 31, 31, 31, xo) | 1, B(0));
		for (unsigned int i = 0; i < 32; i++)
			m.c.gpr[i] = 0x01010101 * i;
		m.c.pc = CODE;
		before = m.c;
		run();
		CHECK_HALTED(CODE + 4);
		CHECK_MEM(m.c.gpr, before.gpr, sizeof(before.gpr));
		CHECK_EQ(m.c.cr, before.cr);
		CHECK_EQ(m.c.xer, before.xer);
	}
	finish();
}

/* Each bit but 20, which stays 0; with Rc the first four go to CR1. */
static void reads_fpscr(void)
{
	start();
	m.c.msr = MSR_FP;
	for (unsigned int bit = 0; bit < 64; bit++) {
		uint32_t f = (1u << (bit / 2)) & ~(1u << 11);

		test_context("%08x, Rc %u", f, bit & 1);
		PLACE(CODE, ASM_X(63, 9, 0, 0, 583) | (bit & 1), B(0));
		m.c.pc = CODE;
		m.c.fpscr = f;
		m.c.fpr[9] = UINT64_MAX;
		m.c.cr = 0x05555555;
		run();
		CHECK_HALTED(CODE + 4);
		CHECK_EQ((uint32_t)m.c.fpr[9], f);
		CHECK_EQ(m.c.fpscr, f);
		CHECK_EQ(m.c.cr, bit & 1 ? 0x00555555 | (f >> 28) << 24 : 0x05555555);
	}
	finish();
}

/* The manual's formula in 64 bits: overflow when the sum does not fit. */
static void expect_mac(enum insn id, uint32_t a, uint32_t b, uint32_t t, uint32_t *ret,
		       bool *ret_ov)
{
	const char *name = core440_insn_info[id].mnemonic;
	bool negative = *name == 'n', is_unsigned, saturate;
	const char *rest = name + (negative ? 4 : 3);
	int64_t x, y, sum;

	is_unsigned = strchr(rest, 'u') != NULL;
	saturate = strchr(rest, 's') != NULL;
	x = rest[0] == 'h' ? a >> 16 : a & 0xffff;
	y = rest[0] == 'l' ? b & 0xffff : b >> 16;
	if (!is_unsigned) {
		x = (int16_t)x;
		y = (int16_t)y;
	}
	sum = (is_unsigned ? (int64_t)t : (int64_t)(int32_t)t) + (negative ? -(x * y) : x * y);
	*ret_ov = is_unsigned ? sum > 0xffffffffll : sum > 0x7fffffffll || sum < -0x80000000ll;
	*ret = (uint32_t)sum;
	if (*ret_ov && saturate)
		*ret = is_unsigned ? 0xffffffff : sum < 0 ? 0x80000000 : 0x7fffffff;
}

static void multiply_accumulate(void)
{
	static const uint32_t values[] = { 0,	       1,	   0xffffffff, 0x80008000,
					   0x7fff7fff, 0x7fff8000, 0x12345678, 0x7ffffff0,
					   0x80000010, 0xfffffff0 };
	const unsigned int n = sizeof(values) / sizeof(values[0]);

	start();
	for (enum insn id = INSN_MACCHW; id <= INSN_NMACLHWS; id++)
		for (unsigned int i = 0; i < n * n * n; i++) {
			uint32_t a = values[i % n], b = values[i / n % n], t = values[i / n / n],
				 want;
			uint32_t insn = ASM_X(4, 5, 6, 7, core440_insn_info[id].xo) | 0x400 |
					(i & 1);
			bool ov;

			if (i % 7) /* a sample of the cube, all corners of each plane */
				continue;
			expect_mac(id, a, b, t, &want, &ov);
			PLACE(CODE, insn, B(0));
			m.c.pc = CODE;
			m.c.gpr[5] = t;
			m.c.gpr[6] = a;
			m.c.gpr[7] = b;
			m.c.xer = XER_OV;
			m.c.cr = 0;
			run();
			test_context("%s %08x %08x %08x", core440_insn_info[id].mnemonic, a, b, t);
			CHECK_EQ(m.c.gpr[5], want);
			CHECK_EQ(m.c.xer, ov ? XER_SO | XER_OV : 0);
			if (i & 1)
				CHECK_EQ(m.c.cr >> 28, ((int32_t)want < 0 ? 8u
							: want		  ? 4u
									  : 2u) |
							       (ov ? 1 : 0));
		}
	finish();
}

static void floating_point_exceptions(void)
{
	start();
	PLACE(CODE, FADD(1, 2, 3), B(0));
	run();
	CHECK_HALTED(VECTOR(FP_OFF));
	CHECK_EQ(m.c.srr0, CODE);
	/* Zero divide, enabled in FPSCR and MSR: the target stays, the instruction is named. */
	PLACE(CODE, FDIV(1, 2, 3), B(0));
	m.c.pc = CODE;
	m.c.msr = MSR_FP | MSR_FE0;
	m.c.fpr[1] = 123;
	m.c.fpr[2] = 0x3ff0000000000000;
	m.c.fpr[3] = 0;
	m.c.fpscr = 0x10;
	run();
	CHECK_HALTED(VECTOR(PROGRAM));
	CHECK_EQ(m.c.srr0, CODE);
	CHECK_EQ(m.c.esr, ESR_FP);
	CHECK_EQ(m.c.fpr[1], 123);
	CHECK_EQ(m.c.fpscr, 0xc4000010);
	/* The same with FE0 and FE1 off runs on. */
	m.c.pc = CODE;
	m.c.msr = MSR_FP;
	m.c.fpscr = 0x10;
	run();
	CHECK_HALTED(CODE + 4);
	finish();
}

static void floating_point_alignment(void)
{
	start();
	PLACE(CODE, LFD(1, 4, 10), STFD(1, 16, 10), LFD(2, 12, 10), B(0));
	m.c.msr = MSR_FP;
	m.c.gpr[10] = 0x200000;
	put_word(0x200004, 0x01234567);
	put_word(0x200008, 0x89abcdef);
	run();
	CHECK_HALTED(VECTOR(ALIGNMENT));
	CHECK_EQ(m.c.srr0, CODE + 8);
	CHECK_EQ(m.c.dear, 0x20000c);
	CHECK_EQ(m.c.fpr[1], 0x0123456789abcdef);
	CHECK_EQ(word_at(0x200010), 0x01234567);
	CHECK_EQ(word_at(0x200014), 0x89abcdef);
	finish();
}

static const struct test_case cases[] = {
	TEST_CASE(device_accesses),
	TEST_CASE(access_across_states),
	TEST_CASE(faults_change_nothing),
	TEST_CASE(reservations),
	TEST_CASE(reservations_elsewhere),
	TEST_CASE(branches_taken),
	TEST_CASE(selects),
	TEST_CASE(branches),
	TEST_CASE(system_calls),
	TEST_CASE(traps),
	TEST_CASE(no_operation),
	TEST_CASE(reads_fpscr),
	TEST_CASE(multiply_accumulate),
	TEST_CASE(floating_point_exceptions),
	TEST_CASE(floating_point_alignment),
};

TEST_MAIN(cases)
