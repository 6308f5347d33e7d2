/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every special purpose register: who may read and write it, which bits it keeps. The expectations
 * are written out here and not taken from spr.def; a row of spr.def without one, or one too many,
 * fails.
 */
#include "tests/unit/core-machine.h"

static struct machine m;

enum { ALL = 15, SUP = 12, RO = 4, WO = 8, USER_RO = 5 };
enum kind { PLAIN, CLEAR, CLOCK, LATCH };

static const struct expect {
	unsigned int number, count;
	const char *first; /* name of the first of count */
	unsigned int access;
	uint32_t keeps; /* what reads back after ~0 was written; for CLEAR, the bits that can be
			   cleared */
	enum kind kind;
} expectations[] = {
	{ 0x001, 1, "XER", ALL, 0xe000007f, PLAIN },
	{ 0x008, 1, "LR", ALL, 0xffffffff, PLAIN },
	{ 0x009, 1, "CTR", ALL, 0xffffffff, PLAIN },
	{ 0x016, 1, "DEC", SUP, 0xffffffff, CLOCK },
	{ 0x01a, 1, "SRR0", SUP, 0xfffffffc, PLAIN },
	{ 0x01b, 1, "SRR1", SUP, 0x0006ff30, PLAIN },
	{ 0x030, 1, "PID", SUP, 0x000000ff, PLAIN },
	{ 0x036, 1, "DECAR", WO, 0xffffffff, PLAIN },
	{ 0x03a, 1, "CSRR0", SUP, 0xfffffffc, PLAIN },
	{ 0x03b, 1, "CSRR1", SUP, 0x0006ff30, PLAIN },
	{ 0x03d, 1, "DEAR", SUP, 0xffffffff, PLAIN },
	{ 0x03e, 1, "ESR", SUP, 0x8fbf001f, PLAIN },
	{ 0x03f, 1, "IVPR", SUP, 0xffff0000, PLAIN },
	{ 0x100, 1, "USPRG0", ALL, 0xffffffff, PLAIN },
	{ 0x104, 4, "SPRG4R", USER_RO, 0, PLAIN },
	{ 0x10c, 2, "TBLR", USER_RO, 0, CLOCK },
	{ 0x110, 4, "SPRG0", SUP, 0xffffffff, PLAIN },
	{ 0x114, 4, "SPRG4W", WO, 0xffffffff, PLAIN },
	{ 0x11c, 2, "TBLW", WO, 0xffffffff, CLOCK },
	{ 0x11e, 1, "PIR", RO, 0, PLAIN },
	{ 0x11f, 1, "PVR", RO, 0, PLAIN },
	{ 0x130, 1, "DBSR", SUP, 0xffff8003, CLEAR },
	{ 0x134, 1, "DBCR0", SUP, 0xcfff8001, LATCH },
	{ 0x135, 1, "DBCR1", SUP, 0xffc1ffc1, PLAIN },
	{ 0x136, 1, "DBCR2", SUP, 0xffef0f0f, PLAIN },
	{ 0x138, 4, "IAC1", SUP, 0xfffffffc, PLAIN },
	{ 0x13c, 2, "DAC1", SUP, 0xffffffff, PLAIN },
	{ 0x13e, 2, "DVC1", SUP, 0xffffffff, PLAIN },
	{ 0x150, 1, "TSR", SUP, 0xfc000000, CLEAR },
	{ 0x154, 1, "TCR", SUP, 0xffc00000, LATCH },
	{ 0x190, 16, "IVOR0", SUP, 0x0000fff0, PLAIN },
	{ 0x23a, 1, "MCSRR0", SUP, 0xfffffffc, PLAIN },
	{ 0x23b, 1, "MCSRR1", SUP, 0x0006ff30, PLAIN },
	{ 0x23c, 1, "MCSR", SUP, 0xff800000, CLEAR },
	{ 0x370, 4, "INV0", SUP, 0x3f3f3f3f, PLAIN },
	{ 0x374, 4, "ITV0", SUP, 0x3f3f3f3f, PLAIN },
	{ 0x378, 1, "CCR1", SUP, 0xfffff880, PLAIN },
	{ 0x390, 4, "DNV0", SUP, 0x3f3f3f3f, PLAIN },
	{ 0x394, 4, "DTV0", SUP, 0x3f3f3f3f, PLAIN },
	{ 0x398, 2, "DVLIM", SUP, 0x3fc7f8ff, PLAIN },
	{ 0x39b, 1, "RSTCFG", RO, 0, PLAIN },
	{ 0x39c, 4, "DCDBTRL", RO, 0, PLAIN },
	{ 0x3b2, 1, "MMUCR", SUP, 0x016d00ff, PLAIN },
	{ 0x3b3, 1, "CCR0", SUP, 0x4830e10f, PLAIN },
	{ 0x3d3, 1, "ICDBDR", RO, 0, PLAIN },
	{ 0x3f3, 1, "DBDR", SUP, 0xffffffff, PLAIN },
};
#define COUNT (sizeof(expectations) / sizeof(expectations[0]))

static const struct expect *expect_of(unsigned int number)
{
	unsigned int i;

	for (i = 0; i < COUNT; i++)
		if (number >= expectations[i].number &&
		    number < expectations[i].number + expectations[i].count)
			return &expectations[i];
	return NULL;
}

/* 440GX has all the registers. */
static void start(bool user)
{
	machine_init_model(&m, "440GX");
	core440_set_msr(&m.c, user ? MSR_PR : 0);
}

static uint32_t read_number(unsigned int number)
{
	m.c.gpr[3] = 0xdeadbeef;
	CHECK_EQ(machine_step(&m, encode_spr(INSN_MFSPR, 3, number)), CORE440_NEXT);
	return m.c.gpr[3];
}

static enum core440_result write_number(unsigned int number, uint32_t value)
{
	m.c.gpr[4] = value;
	return machine_step(&m, encode_spr(INSN_MTSPR, 4, number));
}

static void each_row_is_expected(void)
{
	unsigned int i, n = 0;

	for (i = 0; i < CORE440_SPR_COUNT; i++) {
		const struct expect *e = expect_of(core440_sprs[i].number);

		test_context("%s 0x%03x", core440_sprs[i].name, core440_sprs[i].number);
		REQUIRE(e != NULL);
		if (core440_sprs[i].number == e->number)
			CHECK_STR(core440_sprs[i].name, e->first);
		CHECK(core440_sprs[i].source[0] != '\0');
		CHECK(core440_spr_find(core440_sprs[i].number) == &core440_sprs[i]);
	}
	for (i = 0; i < COUNT; i++)
		n += expectations[i].count;
	CHECK_EQ(n, CORE440_SPR_COUNT);
}

/* The Program interrupt a number gets: M p.81 and 187. */
static void check_refused(unsigned int number, bool user)
{
	CHECK_EQ(m.c.pc, VECTOR(6));
	CHECK_EQ(m.c.srr0, 0x1000);
	CHECK_EQ(m.c.esr, user && (number & 0x10) ? ESR_PPR : ESR_PIL);
	CHECK_EQ(m.c.gpr[3], 0xdeadbeef);
}

/* All 1024 numbers, both ways, both privileges. */
static void who_may(void)
{
	unsigned int number, user, write;

	for (number = 0; number < 1024; number++)
		for (user = 0; user < 2; user++)
			for (write = 0; write < 2; write++) {
				const struct expect *e = expect_of(number);
				unsigned int bit = (user ? 1u : 4u) << write;
				bool may = e != NULL && (e->access & bit);

				test_context("0x%03x user %u write %u", number, user, write);
				start(user != 0);
				m.c.gpr[3] = 0xdeadbeef;
				if (write)
					(void)write_number(number, 0);
				else
					(void)machine_step(&m, encode_spr(INSN_MFSPR, 3, number));
				if (may)
					CHECK_EQ(m.c.pc, 0x1004);
				else
					check_refused(number, user != 0);
			}
}

static void which_bits(void)
{
	unsigned int i, n;

	for (i = 0; i < COUNT; i++)
		for (n = 0; n < expectations[i].count; n++) {
			const struct expect *e = &expectations[i];
			unsigned int number = e->number + n;

			if ((e->access & SUP) != SUP || e->kind == CLEAR || e->kind == CLOCK)
				continue;
			start(false);
			test_context("%s + %u", e->first, n);
			(void)write_number(number, 0xffffffff);
			CHECK_EQ(read_number(number), e->keeps);
			if (e->kind == LATCH)
				continue;
			(void)write_number(number, 0);
			CHECK_EQ(read_number(number), 0);
		}
}

/* Two rows must not share a field, but for SPRG4-7 and the time base. */
static void rows_do_not_overlap(void)
{
	unsigned int i, j;

	for (i = 0; i < CORE440_SPR_COUNT; i++)
		for (j = 0; j < i; j++) {
			bool same = core440_sprs[i].offset == core440_sprs[j].offset;

			test_context("%s %s", core440_sprs[i].name, core440_sprs[j].name);
			if (core440_sprs[i].number - core440_sprs[j].number == 0x10u)
				continue;
			CHECK(!same || core440_sprs[i].effect == CORE440_SPR_TBL ||
			      core440_sprs[i].effect == CORE440_SPR_TBU);
		}
}

static void sprg_4_to_7(void)
{
	unsigned int i;

	start(false);
	for (i = 4; i < 8; i++)
		(void)write_number(0x110 + i, 0x11111111 * i);
	core440_set_msr(&m.c, MSR_PR);
	for (i = 4; i < 8; i++)
		CHECK_EQ(read_number(0x100 + i), 0x11111111 * i);
}

static void write_one_to_clear(void)
{
	static const unsigned int numbers[] = { 0x130, 0x150, 0x23c };
	unsigned int i;

	for (i = 0; i < 3; i++) {
		uint32_t bits = expect_of(numbers[i])->keeps;
		uint32_t *field;

		start(false);
		test_context("0x%03x", numbers[i]);
		field = numbers[i] == 0x130   ? &m.c.dbsr
			: numbers[i] == 0x150 ? &m.c.tsr
					      : &m.c.mcsr;
		*field = bits;
		CHECK_EQ(read_number(numbers[i]), bits);
		(void)write_number(numbers[i], 0);
		CHECK_EQ(read_number(numbers[i]), bits);
		(void)write_number(numbers[i], 0x0f0f0f0f);
		CHECK_EQ(read_number(numbers[i]), bits & 0xf0f0f0f0);
		(void)write_number(numbers[i], 0xffffffff);
		CHECK_EQ(read_number(numbers[i]), 0);
	}
}

static void pid_changes_the_context(void)
{
	start(false);
	machine_counters(&m);
	CHECK_EQ(write_number(0x030, 0x105), CORE440_JUMP);
	CHECK_EQ(m.c.pid, 5);
	CHECK_EQ(m.contexts, 1);
	(void)write_number(0x030, 5);
	CHECK_EQ(m.contexts, 1);
}

static void time_base(void)
{
	start(false);
	m.ticks = 0x123456789a;
	(void)write_number(0x11c, 0); /* the manual's sequence, p.211 */
	(void)write_number(0x11d, 0x11223344);
	(void)write_number(0x11c, 0xfffffff0);
	CHECK_EQ(read_number(0x10d), 0x11223344);
	CHECK_EQ(read_number(0x10c), 0xfffffff0);
	m.ticks += 0x20;
	CHECK_EQ(read_number(0x10d), 0x11223345);
	CHECK_EQ(read_number(0x10c), 0x10);
	core440_set_msr(&m.c, MSR_PR);
	CHECK_EQ(read_number(0x10c), 0x10);
	machine_step(&m, encode_spr(INSN_MFTB, 3, 0x10d));
	CHECK_EQ(m.c.gpr[3], 0x11223345);
	machine_step(&m, encode_spr(INSN_MFTB, 3, 0x10c));
	CHECK_EQ(m.c.gpr[3], 0x10);
	m.c.gpr[3] = 0xdeadbeef;
	m.c.pc = 0x1000;
	machine_step(&m, encode_spr(INSN_MFTB, 3, 0x104));
	check_refused(0x104, true);
}

static void dbcr0_resets(void)
{
	unsigned int kind;

	for (kind = 1; kind < 4; kind++) {
		start(false);
		CHECK_EQ(write_number(0x134, kind << 28), CORE440_EXIT);
		CHECK_EQ(m.c.exit.kind, CORE440_EXIT_RESET);
		CHECK_EQ(m.c.exit.reset, kind);
		CHECK(!m.c.exit.by_watchdog);
		CHECK_EQ(m.c.pc, 0x1004);
		core440_reset(&m.c, (enum core440_reset)kind);
		CHECK_EQ(m.c.dbsr, kind << 28);
		CHECK_EQ(m.c.pc, 0xfffffffc);
		CHECK_EQ(m.c.msr, 0);
	}
	/* Whoever does not reset may go on. */
	start(false);
	(void)write_number(0x134, 1u << 28);
	CHECK_EQ(core440_complete(&m.c), CORE440_JUMP);
	CHECK_EQ(m.c.exit.kind, CORE440_EXIT_NONE);
	CHECK_EQ(m.c.pc, 0x1004);
}

static void ccr0_turns_the_fpu_off(void)
{
	machine_init(&m);
	core440_set_msr(&m.c, MSR_FP);
	CHECK(core440_fp_usable(&m.c));
	CHECK_EQ(core440_fp_check(&m.c), CORE440_NEXT);
	machine_counters(&m);
	(void)write_number(0x3b3, CCR0_DAPUIB);
	CHECK_EQ(m.modes, 1);
	CHECK(!core440_fp_usable(&m.c));
	m.c.pc = 0x1000;
	CHECK_EQ(core440_fp_check(&m.c), CORE440_JUMP);
	CHECK_EQ(m.c.esr, ESR_PIL);
	CHECK_EQ(m.c.pc, VECTOR(6));
}

/* A 440EP saves machine checks like critical interrupts; MCSR can be cleared on every 440. */
static void no_mcsrr_on_a_440ep(void)
{
	unsigned int number;

	for (number = 0x23a; number <= 0x23b; number++) {
		machine_init(&m);
		m.c.gpr[3] = 0xdeadbeef;
		(void)machine_step(&m, encode_spr(INSN_MFSPR, 3, number));
		check_refused(number, false);
	}
	machine_init(&m);
	CHECK_EQ(write_number(0x23c, 0), CORE440_NEXT);
	CHECK_EQ(m.c.pvr, 0x422218d3);
}

/* From outside every register that exists can be read, and set to what it keeps of a value. */
static void from_outside(void)
{
	uint32_t value;
	unsigned int i;

	for (i = 0; i < CORE440_SPR_COUNT; i++) {
		const struct core440_spr *spr = &core440_sprs[i];
		bool there = spr->number != 0x23a && spr->number != 0x23b;
		bool time = spr->effect == CORE440_SPR_TBL || spr->effect == CORE440_SPR_TBU;
		uint32_t keeps = spr->number == 0x134 ? spr->mask & ~DBCR0_RST : spr->mask;

		test_context("%s", spr->name);
		machine_init(&m);
		CHECK_EQ(core440_spr_get(&m.c, spr->number, &value), there);
		CHECK_EQ(core440_spr_put(&m.c, spr->number, 0xffffffff),
			 there && !time && (spr->access & CORE440_SPR_SW));
		if (!there || time || !(spr->access & CORE440_SPR_SW))
			continue;
		CHECK(core440_spr_get(&m.c, spr->number, &value));
		CHECK_EQ(value, keeps);
		/* No bit sticks, none is cleared by a 1. */
		CHECK(core440_spr_put(&m.c, spr->number, 0));
		CHECK(core440_spr_get(&m.c, spr->number, &value));
		CHECK_EQ(value, 0);
		CHECK_EQ(m.c.exit.kind, CORE440_EXIT_NONE);
	}
	test_context("a number that is not in the table");
	CHECK(!core440_spr_get(&m.c, 0, &value));
	CHECK(!core440_spr_get(&m.c, 1024, &value));
	CHECK(!core440_spr_put(&m.c, 0xffffffff, 0));
}

/* What is set from outside acts as if the guest had: context, deadlines, interrupts, timers. */
static void from_outside_it_acts(void)
{
	machine_init(&m);
	machine_counters(&m);
	CHECK(core440_spr_put(&m.c, 0x030, 9));
	CHECK_EQ(m.contexts, 1);
	CHECK(core440_spr_put(&m.c, 0x016, 1000));
	CHECK(core440_spr_put(&m.c, 0x154, TCR_DIE));
	CHECK(m.timers >= 2);
	CHECK_EQ(core440_timer_next(&m.c), m.ticks + 1000);
	core440_set_msr(&m.c, MSR_EE);
	CHECK(!core440_attention(&m.c));
	CHECK(core440_spr_put(&m.c, 0x150, TSR_DIS));
	CHECK(core440_attention(&m.c));
	CHECK(core440_spr_put(&m.c, 0x150, 0));
	CHECK(!core440_attention(&m.c));
	machine_counters(&m);
	CHECK(core440_spr_put(&m.c, 0x3b3, CCR0_DAPUIB));
	CHECK(core440_spr_put(&m.c, 0x138, 0x1000));
	CHECK_EQ(m.modes, 2);
	CHECK(core440_spr_put(&m.c, 0x130, DBSR_UDE));
	CHECK(core440_spr_put(&m.c, 0x134, DBCR0_FT));
	CHECK_EQ(core440_timer_next(&m.c), UINT64_MAX); /* frozen */
}

/* An address in a space and for a PID that are not the present ones, whatever may be done there. */
static void lookup(void)
{
	const struct core440_tlb_entry e = {
		.word0 = 0x40000000 | TLB0_V | TLB0_TS | 0x10, .word1 = 0x5003, .word2 = 0, .tid = 9
	};
	struct core440_translation t;

	machine_init(&m);
	core440_tlb_write(&m.c, 7, &e);
	CHECK(core440_lookup(&m.c, 0x40000004, 1, 9, &t));
	CHECK_EQ(t.ra, 0x300005004);
	CHECK_EQ(t.index, 7);
	CHECK_EQ(t.page_size, 4096);
	CHECK(!core440_lookup(&m.c, 0x40000004, 0, 9, &t));
	CHECK(!core440_lookup(&m.c, 0x40000004, 1, 8, &t));
	CHECK(!core440_lookup(&m.c, 0x40001000, 1, 9, &t));
}

static void rows_say_where_from(void)
{
	unsigned int i;

	for (i = 0; i < CORE440_SPR_COUNT; i++) {
		test_context("%s", core440_sprs[i].name);
		CHECK(strlen(core440_sprs[i].source) > 1);
	}
}

static const struct test_case cases[] = {
	TEST_CASE(each_row_is_expected),
	TEST_CASE(who_may),
	TEST_CASE(which_bits),
	TEST_CASE(rows_do_not_overlap),
	TEST_CASE(sprg_4_to_7),
	TEST_CASE(write_one_to_clear),
	TEST_CASE(pid_changes_the_context),
	TEST_CASE(time_base),
	TEST_CASE(dbcr0_resets),
	TEST_CASE(ccr0_turns_the_fpu_off),
	TEST_CASE(no_mcsrr_on_a_440ep),
	TEST_CASE(from_outside),
	TEST_CASE(from_outside_it_acts),
	TEST_CASE(lookup),
	TEST_CASE(rows_say_where_from),
};

TEST_MAIN(cases)
