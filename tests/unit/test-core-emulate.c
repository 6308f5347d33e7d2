/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Privileged instructions, cache operations, what is not the core's, and what is nobody's. */
#include "tests/unit/core-machine.h"

static struct machine m;

enum { RT = 5, RA = 20, RB = 21 };

static void start(uint32_t msr)
{
	machine_init_model(&m, "440GX");
	core440_set_msr(&m.c, msr);
	machine_counters(&m);
}

static void check_program(uint32_t esr)
{
	CHECK_EQ(m.c.pc, VECTOR(6));
	CHECK_EQ(m.c.srr0, 0x1000);
	CHECK_EQ(m.c.esr, esr);
}

/* Each row that says so, and no other, is refused in user mode. */
static void privileged_in_user_mode(void)
{
	static const enum insn list[] = {
		INSN_RFI,    INSN_RFCI,	 INSN_RFMCI, INSN_MFMSR,  INSN_MTMSR, INSN_WRTEE,
		INSN_WRTEEI, INSN_MFDCR, INSN_MTDCR, INSN_TLBRE,  INSN_TLBSX, INSN_TLBSYNC,
		INSN_TLBWE,  INSN_DCBI,	 INSN_DCCCI, INSN_DCREAD, INSN_ICCCI, INSN_ICREAD,
	};
	unsigned int id, i, n = 0;

	for (i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
		start(MSR_PR);
		test_context("%s", core440_insn_info[list[i]].name);
		CHECK(core440_insn_flags[list[i]] & INSN_F_PRIV);
		CHECK_EQ(machine_step(&m, encode(list[i], RT, RA, RB)), CORE440_JUMP);
		check_program(ESR_PPR);
		CHECK_EQ(m.contexts, 1); /* of the interrupt; the instruction did nothing */
	}
	for (id = 1; id < INSN_COUNT; id++)
		n += (core440_insn_flags[id] & INSN_F_PRIV) != 0;
	CHECK_EQ(n, sizeof(list) / sizeof(list[0]));
}

/* By name; that the tests named do what is said of them is for tests/rows to see. */
static void each_row_has_a_test(void)
{
	static const struct {
		enum insn id;
		const char *program, *name;
	} tested[] = {
#define TESTED(row, program, name) { INSN_##row, program, name },
#include "tests/unit/insn-tests.def"
	};
	unsigned int id, i, n;

	for (id = 1; id < INSN_COUNT; id++) {
		for (n = i = 0; i < sizeof(tested) / sizeof(tested[0]); i++)
			n += tested[i].id == id;
		test_context("%s of insn.def has no test in tests/unit/insn-tests.def, or two",
			     core440_insn_info[id].name);
		CHECK_EQ(n, 1);
	}
}

static void illegal(void)
{
	static const uint32_t words[] = { 0, 0xfc20102c, 0x7c0002e4, 0x7fffffff };
	unsigned int i, user;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		for (user = 0; user < 2; user++) {
			start(user ? MSR_PR : 0);
			test_context("%08x", words[i]);
			CHECK_EQ(machine_step(&m, words[i]), CORE440_JUMP);
			check_program(ESR_PIL);
		}
}

/* What the core does not do, it leaves wholly alone. */
static void left_to_the_engine(void)
{
	static struct core440 before;
	unsigned int id, n = 0;

	for (id = 1; id < INSN_COUNT; id++) {
		uint32_t f = core440_insn_flags[id];

		if (f & (INSN_F_CORE | INSN_F_LOAD | INSN_F_STORE))
			continue;
		start(MSR_PR | MSR_FP);
		test_context("%s", core440_insn_info[id].name);
		before = m.c;
		CHECK_EQ(core440_emulate(&m.c, encode((enum insn)id, RT, RA, RB)), CORE440_USER);
		CHECK_MEM(&m.c, &before, sizeof(before));
		n++;
	}
	CHECK(n > 100);
}

static void msr(void)
{
	start(0);
	m.c.gpr[RT] = 0xffffffff;
	CHECK_EQ(machine_step(&m, encode(INSN_MTMSR, RT, 0, 0)), CORE440_JUMP);
	CHECK_EQ(m.c.msr, 0x0006ff30);
	CHECK_EQ(m.contexts, 1);
	CHECK_EQ(m.modes, 1);
	start(MSR_EE | MSR_FP | MSR_DS);
	machine_step(&m, encode(INSN_MFMSR, RT, 0, 0));
	CHECK_EQ(m.c.gpr[RT], MSR_EE | MSR_FP | MSR_DS);
	CHECK_EQ(m.c.pc, 0x1004);
}

/* Which bits concern the engine. */
static void callbacks_of_msr(void)
{
	unsigned int bit;

	for (bit = 0; bit < 32; bit++) {
		uint32_t b = CORE440_BIT(bit);

		start(0);
		test_context("bit %u", bit);
		core440_set_msr(&m.c, b);
		CHECK_EQ(m.contexts, (b & (MSR_PR | MSR_IS | MSR_DS)) != 0);
		CHECK_EQ(m.modes, (b & (MSR_FP | MSR_FE0 | MSR_FE1 | MSR_DE)) != 0);
		core440_set_msr(&m.c, b);
		CHECK(m.contexts + m.modes <= 1);
	}
}

static void external_enable(void)
{
	start(MSR_FP);
	m.c.gpr[RT] = 0xffffffff;
	CHECK_EQ(machine_step(&m, encode(INSN_WRTEE, RT, 0, 0)), CORE440_NEXT);
	CHECK_EQ(m.c.msr, MSR_FP | MSR_EE);
	m.c.gpr[RT] = ~MSR_EE;
	machine_step(&m, encode(INSN_WRTEE, RT, 0, 0));
	CHECK_EQ(m.c.msr, MSR_FP);
	core440_atomic_or(&m.c.pending, CORE440_PENDING_EXTERNAL);
	CHECK_EQ(machine_step(&m, encode(INSN_WRTEEI, 0, 0, 0) | 0x8000), CORE440_JUMP);
	CHECK_EQ(m.c.msr, MSR_FP | MSR_EE);
	CHECK_EQ(m.c.pc, 0x100c);
	CHECK_EQ(machine_step(&m, encode(INSN_WRTEEI, 0, 0, 0)), CORE440_NEXT);
	CHECK_EQ(m.c.msr, MSR_FP);
}

static void returns(void)
{
	static const enum insn list[] = { INSN_RFI, INSN_RFCI, INSN_RFMCI };
	unsigned int i;

	for (i = 0; i < 3; i++) {
		start(0);
		test_context("%s", core440_insn_info[list[i]].name);
		m.c.srr0 = m.c.csrr0 = m.c.mcsrr0 = 0xdead;
		*(i == 0 ? &m.c.srr0 : i == 1 ? &m.c.csrr0 : &m.c.mcsrr0) = 0x2007;
		*(i == 0 ? &m.c.srr1 : i == 1 ? &m.c.csrr1 : &m.c.mcsrr1) = 0xffffffff;
		CHECK_EQ(machine_step(&m, encode(list[i], 0, 0, 0)), CORE440_JUMP);
		CHECK_EQ(m.c.pc, 0x2004);
		CHECK_EQ(m.c.msr, MSR_ALL);
		CHECK_EQ(m.contexts, 1);
	}
}

static void dcr(void)
{
	start(0);
	m.c.gpr[RT] = 0x12345678;
	CHECK_EQ(core440_emulate(&m.c, encode_spr(INSN_MTDCR, RT, 0x3a5)), CORE440_EXIT);
	CHECK_EQ(m.c.exit.kind, CORE440_EXIT_DCR);
	CHECK(m.c.exit.write);
	CHECK_EQ(m.c.exit.addr, 0x3a5);
	CHECK_EQ(m.c.exit.value, 0x12345678);
	CHECK_EQ(core440_complete(&m.c), CORE440_NEXT);
	CHECK_EQ(m.c.pc, 0x1004);
	CHECK_EQ(core440_emulate(&m.c, encode_spr(INSN_MFDCR, RT, 0x0c0)), CORE440_EXIT);
	CHECK(!m.c.exit.write);
	CHECK_EQ(m.c.exit.addr, 0x0c0);
	m.c.exit.value = 0x99;
	CHECK_EQ(core440_complete(&m.c), CORE440_NEXT);
	CHECK_EQ(m.c.gpr[RT], 0x99);
	CHECK_EQ(m.c.pc, 0x1008);
	(void)core440_emulate(&m.c, encode_spr(INSN_MFDCR, RT, 0x3ff));
	m.c.exit.failed = true;
	m.c.exit.value = 0x77;
	CHECK_EQ(core440_complete(&m.c), CORE440_NEXT);
	CHECK_EQ(m.c.gpr[RT], 0);
	CHECK_EQ(m.c.exit.kind, CORE440_EXIT_NONE);
}

static void nothing_to_do(void)
{
	static const enum insn list[] = { INSN_TLBSYNC, INSN_DCCCI,  INSN_DCBA,
					  INSN_DCBT,	INSN_DCBTST, INSN_ICBT };
	unsigned int i;

	for (i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
		start(0);
		m.c.gpr[RA] = 0x50000000; /* not mapped: a hint has no exception, M p.144 */
		test_context("%s", core440_insn_info[list[i]].name);
		CHECK_EQ(machine_step(&m, encode(list[i], 0, RA, RB)), CORE440_NEXT);
		CHECK_EQ(m.c.pc, 0x1004);
		CHECK_EQ(m.icaches, 0);
	}
}

/* Rights a cache operation needs, as loads or as stores, in both modes: M p.142, 144. */
static void cache_rights(void)
{
	static const struct {
		enum insn id;
		bool store;
	} t[] = {
		{ INSN_DCBF, false }, { INSN_DCBST, false }, { INSN_ICBI, false },
		{ INSN_DCBI, true },  { INSN_DCBZ, true },
	};
	unsigned int i, user, right;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		for (user = 0; user < 2; user++) {
			uint32_t need = t[i].store ? (user ? TLB2_UW : TLB2_SW)
					: user	   ? TLB2_UR
						   : TLB2_SR;

			if (user && t[i].id == INSN_DCBI)
				continue;
			for (right = 0; right < 2; right++) {
				start(user ? MSR_PR : 0);
				test_context("%s user %u right %u", core440_insn_info[t[i].id].name,
					     user, right);
				map_page(&m, 9, 0x50000000, 1, 0x8000, right ? need : ~need & 0x3f,
					 0, false);
				m.c.gpr[RA] = 0x50000020;
				m.c.gpr[RB] = 4;
				(void)machine_step(&m, encode(t[i].id, 0, RA, RB));
				if (right) {
					CHECK_EQ(m.c.pc, 0x1004);
					continue;
				}
				CHECK_EQ(m.c.pc, VECTOR(2));
				CHECK_EQ(m.c.esr, t[i].store ? ESR_ST : 0);
				CHECK_EQ(m.c.dear & ~31u, 0x50000020);
			}
			start(user ? MSR_PR : 0);
			m.c.gpr[RA] = 0x50000020;
			(void)machine_step(&m, encode(t[i].id, 0, RA, RB));
			CHECK_EQ(m.c.pc, VECTOR(13));
			CHECK_EQ(m.c.esr, t[i].store ? ESR_ST : 0);
		}
}

/* MMUCR[DULXE, IULXE]: user mode may not unlock; supervisor mode may. */
static void locking(void)
{
	unsigned int user, set;

	for (user = 0; user < 2; user++)
		for (set = 0; set < 2; set++) {
			test_context("user %u set %u", user, set);
			start(user ? MSR_PR : 0);
			m.c.mmucr = set ? MMUCR_DULXE : MMUCR_IULXE;
			m.c.gpr[RA] = 0x8000;
			machine_step(&m, encode(INSN_DCBF, 0, RA, RB));
			CHECK_EQ(m.c.pc, user && set ? VECTOR(2) : 0x1004);
			CHECK_EQ(m.c.esr, user && set ? ESR_DLK_DCBF : 0);
			start(user ? MSR_PR : 0);
			m.c.mmucr = set ? MMUCR_IULXE : MMUCR_DULXE;
			m.c.gpr[RA] = 0x8000;
			machine_step(&m, encode(INSN_ICBI, 0, RA, RB));
			CHECK_EQ(m.c.pc, user && set ? VECTOR(2) : 0x1004);
			CHECK_EQ(m.c.esr, user && set ? ESR_DLK_ICBI : 0);
		}
}

static void instruction_cache(void)
{
	start(0);
	m.c.gpr[RA] = 0x8000;
	m.c.gpr[RB] = 0x47;
	machine_step(&m, encode(INSN_ICBI, 0, RA, RB));
	CHECK_EQ(m.icaches, 1);
	CHECK_EQ(m.icache_ra, 0x8040);
	CHECK(!m.icache_all);
	machine_step(&m, encode(INSN_ICCCI, 0, RA, RB));
	CHECK_EQ(m.icaches, 2);
	CHECK(m.icache_all);
}

/* The cache shows nothing valid: V is bit 24 of both tag registers' high word, M p.113. */
static void cache_reads(void)
{
	start(0);
	m.c.icdbtrh = m.c.icdbtrl = m.c.icdbdr = m.c.dcdbtrh = m.c.dcdbtrl = 0xffffffff;
	m.c.gpr[RT] = 0xffffffff;
	CHECK_EQ(machine_step(&m, encode(INSN_ICREAD, 0, RA, RB)), CORE440_NEXT);
	machine_step(&m, encode_spr(INSN_MFSPR, 3, 0x39f));
	CHECK_EQ(m.c.gpr[3] & CORE440_BIT(24), 0);
	CHECK_EQ(machine_step(&m, encode(INSN_DCREAD, RT, RA, RB)), CORE440_NEXT);
	CHECK_EQ(m.c.gpr[RT], 0);
	machine_step(&m, encode_spr(INSN_MFSPR, 3, 0x39d));
	CHECK_EQ(m.c.gpr[3] & CORE440_BIT(24), 0);
}

static void dcbz(void)
{
	unsigned int i, attr;

	start(0);
	memset(m.ram + 0x8000, 0xff, 128);
	m.c.gpr[RA] = 0x8000;
	m.c.gpr[RB] = 0x3f;
	CHECK_EQ(machine_step(&m, encode(INSN_DCBZ, 0, RA, RB)), CORE440_NEXT);
	for (i = 0; i < 128; i++)
		CHECK_EQ(m.ram[0x8000 + i], i >= 32 && i < 64 ? 0 : 0xff);
	/* Write-through or caching inhibited: Alignment, M p.186. */
	for (attr = 1; attr < 4; attr++) {
		start(0);
		map_page(&m, 9, 0x50000000, 1, 0x8000,
			 RIGHTS_ALL | (attr & 1 ? TLB2_W : 0) | (attr & 2 ? TLB2_I : 0), 0, false);
		m.c.gpr[RA] = 0x50000000;
		m.c.gpr[RB] = 0x20;
		(void)machine_step(&m, encode(INSN_DCBZ, 0, RA, RB));
		CHECK_EQ(m.c.pc, VECTOR(5));
		CHECK_EQ(m.c.dear, 0x50000020);
		CHECK_EQ(m.c.esr, ESR_ST);
	}
	/* Cacheable, but no RAM: the line is written out. */
	start(0);
	memset(m.device, 0xff, 128);
	map_page(&m, 9, 0x50000000, 1, DEVICE_RA, RIGHTS_ALL, 0, false);
	m.c.gpr[RA] = 0x50000020;
	m.c.gpr[RB] = 0;
	CHECK_EQ(machine_step(&m, encode(INSN_DCBZ, 0, RA, RB)), CORE440_NEXT);
	CHECK_EQ(m.accesses, 4);
	for (i = 0; i < 96; i++)
		CHECK_EQ(m.device[i], i >= 32 && i < 64 ? 0 : 0xff);
	/* With retries. */
	start(0);
	memset(m.ram + 0x8000, 0xff, 128);
	m.retry_every = 2;
	m.c.gpr[RA] = 0x8000;
	CHECK_EQ(machine_step(&m, encode(INSN_DCBZ, 0, RA, RB)), CORE440_NEXT);
	for (i = 0; i < 32; i++)
		CHECK_EQ(m.ram[0x8000 + i], 0);
}

static void models(void)
{
	unsigned int i;

	CHECK_EQ(core440_model_find("440EP"), 0);
	CHECK(core440_model_find("440GX") > 0);
	CHECK(core440_model_find("460EX") > 0);
	CHECK(core440_model_find("440") < 0);
	CHECK(core440_model_find("440EPX") < 0);
	CHECK(core440_model_find("") < 0);
	for (i = 0; core440_model_name(i) != NULL; i++)
		CHECK_EQ(core440_model_find(core440_model_name(i)), i);
	CHECK_EQ(core440_init(&m.c, i, &machine_ops), -1);
}

/* The state of a system reset leaves one page, from which the first instruction comes. */
static void reset(void)
{
	struct core440_translation t;

	memset(&m, 0, sizeof(m));
	m.c.engine = &m;
	REQUIRE_EQ(core440_init(&m.c, 0, &machine_ops), 0);
	CHECK_EQ(m.c.pc, 0xfffffffc);
	CHECK_EQ(m.c.msr, 0);
	CHECK_EQ(m.c.dbsr, DBSR_MRR);
	CHECK_EQ(core440_translate(&m.c, m.c.pc, CORE440_FETCH, &t), CORE440_FAULT_NONE);
	CHECK_EQ(t.ra, 0xfffffffc);
	CHECK_EQ(t.page_size, 4096);
	CHECK_EQ(core440_translate(&m.c, 0xffffeffc, CORE440_FETCH, &t), CORE440_FAULT_MISS);
	/* Nothing is done without an engine either. */
	REQUIRE_EQ(core440_init(&m.c, 0, &core440_no_engine), 0);
	CHECK_EQ(core440_emulate(&m.c, encode(INSN_MFMSR, 3, 0, 0)), CORE440_NEXT);
}

static const struct test_case cases[] = {
	TEST_CASE(each_row_has_a_test),
	TEST_CASE(privileged_in_user_mode),
	TEST_CASE(illegal),
	TEST_CASE(left_to_the_engine),
	TEST_CASE(msr),
	TEST_CASE(callbacks_of_msr),
	TEST_CASE(external_enable),
	TEST_CASE(returns),
	TEST_CASE(dcr),
	TEST_CASE(nothing_to_do),
	TEST_CASE(cache_rights),
	TEST_CASE(locking),
	TEST_CASE(instruction_cache),
	TEST_CASE(cache_reads),
	TEST_CASE(dcbz),
	TEST_CASE(models),
	TEST_CASE(reset),
};

TEST_MAIN(cases)
