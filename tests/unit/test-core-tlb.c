/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The TLB and translation: sizes, matching, permissions, the four instructions, the index. */
#include "tests/unit/core-machine.h"

static struct machine m;

static const struct {
	unsigned int size;
	uint32_t bytes;
} sizes[] = {
	{ 0, 1u << 10 }, { 1, 1u << 12 }, { 2, 1u << 14 }, { 3, 1u << 16 },
	{ 4, 1u << 18 }, { 5, 1u << 20 }, { 7, 1u << 24 }, { 9, 1u << 28 },
};

static void empty(void)
{
	struct core440_tlb_entry none = { 0 };
	unsigned int i;

	machine_init(&m);
	for (i = 0; i < CORE440_TLB_SIZE; i++)
		core440_tlb_write(&m.c, i, &none);
	machine_counters(&m);
}

static void page_sizes(void)
{
	struct core440_translation t;
	unsigned int i;

	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		uint32_t bytes = sizes[i].bytes, base = 3u * (1u << 28);

		empty();
		test_context("%u bytes", bytes);
		map_page(&m, 17, base, sizes[i].size, 0xa50000000u, RIGHTS_ALL, 0, false);
		CHECK_EQ(core440_translate(&m.c, base, CORE440_LOAD, &t), CORE440_FAULT_NONE);
		CHECK_EQ(t.ra, 0xa50000000u);
		CHECK_EQ(t.page_size, bytes);
		CHECK_EQ(t.index, 17);
		CHECK_EQ(core440_translate(&m.c, base + bytes - 1, CORE440_LOAD, &t),
			 CORE440_FAULT_NONE);
		CHECK_EQ(t.ra, 0xa50000000u + bytes - 1);
		CHECK_EQ(core440_translate(&m.c, base + bytes, CORE440_LOAD, &t),
			 CORE440_FAULT_MISS);
		CHECK_EQ(core440_translate(&m.c, base - 1, CORE440_LOAD, &t), CORE440_FAULT_MISS);
	}
}

static void reserved_sizes_match_nothing(void)
{
	struct core440_translation t;
	unsigned int size;

	for (size = 0; size < 16; size++) {
		if (size <= 5 || size == 7 || size == 9)
			continue;
		empty();
		test_context("SIZE %u", size);
		map_page(&m, 0, 0, size, 0, RIGHTS_ALL, 0, false);
		CHECK_EQ(core440_translate(&m.c, 0, CORE440_LOAD, &t), CORE440_FAULT_MISS);
	}
}

/* Low bits of RPN below the page size have no say; a 36-bit address comes whole. */
static void real_address(void)
{
	struct core440_translation t;

	empty();
	map_page(&m, 0, 0x40000000, 9, 0xf7654fc00u, RIGHTS_ALL, 0, false);
	CHECK_EQ(core440_translate(&m.c, 0x4fedcba9, CORE440_FETCH, &t), CORE440_FAULT_NONE);
	CHECK_EQ(t.ra, 0xf7fedcba9u);
}

static bool hits(uint32_t pid, bool space)
{
	struct core440_translation t;

	core440_set_pid(&m.c, pid);
	core440_set_msr(&m.c, space ? MSR_IS | MSR_DS : 0);
	return core440_translate(&m.c, 0x5000, CORE440_LOAD, &t) == CORE440_FAULT_NONE;
}

static void match_rules(void)
{
	unsigned int tid, ts, pid, as;

	for (tid = 0; tid < 3; tid++)
		for (ts = 0; ts < 2; ts++) {
			empty();
			map_page(&m, 5, 0x5000, 1, 0, RIGHTS_ALL, (uint8_t)tid, ts != 0);
			for (pid = 0; pid < 3; pid++)
				for (as = 0; as < 2; as++) {
					test_context("TID %u TS %u PID %u AS %u", tid, ts, pid, as);
					CHECK_EQ(hits(pid, as != 0),
						 ts == as && (tid == 0 || tid == pid));
				}
		}
	empty();
	map_page(&m, 5, 0x5000, 1, 0, RIGHTS_ALL, 255, false);
	CHECK(hits(255, false));
	CHECK(hits(0x1ff, false)); /* PID has 8 bits */
}

/* IS counts for fetches, DS for data. */
static void spaces(void)
{
	struct core440_translation t;

	empty();
	map_page(&m, 0, 0x5000, 1, 0x1000, RIGHTS_ALL, 0, false);
	map_page(&m, 1, 0x5000, 1, 0x2000, RIGHTS_ALL, 0, true);
	core440_set_msr(&m.c, MSR_IS);
	CHECK_EQ(core440_translate(&m.c, 0x5000, CORE440_FETCH, &t), CORE440_FAULT_NONE);
	CHECK_EQ(t.ra, 0x2000);
	CHECK_EQ(core440_translate(&m.c, 0x5000, CORE440_LOAD, &t), CORE440_FAULT_NONE);
	CHECK_EQ(t.ra, 0x1000);
	core440_set_msr(&m.c, MSR_DS);
	CHECK_EQ(core440_translate(&m.c, 0x5000, CORE440_FETCH, &t), CORE440_FAULT_NONE);
	CHECK_EQ(t.ra, 0x1000);
	CHECK_EQ(core440_translate(&m.c, 0x5000, CORE440_STORE, &t), CORE440_FAULT_NONE);
	CHECK_EQ(t.ra, 0x2000);
}

/* All 64 sets of rights, both privileges, all three accesses. */
static void permissions(void)
{
	static const uint32_t need[2][3] = {
		{ TLB2_SX, TLB2_SR, TLB2_SW },
		{ TLB2_UX, TLB2_UR, TLB2_UW },
	};
	unsigned int rights, pr, access;
	struct core440_translation t;

	for (rights = 0; rights < 64; rights++) {
		empty();
		map_page(&m, 0, 0x5000, 1, 0, rights, 0, false);
		for (pr = 0; pr < 2; pr++) {
			core440_set_msr(&m.c, pr ? MSR_PR : 0);
			for (access = 0; access < 3; access++) {
				test_context("rights %02x PR %u access %u", rights, pr, access);
				CHECK_EQ(core440_translate(&m.c, 0x5000,
							   (enum core440_access)access, &t),
					 rights & need[pr][access] ? CORE440_FAULT_NONE
								   : CORE440_FAULT_PROT);
			}
		}
	}
}

/* What software sees of an entry: M p.435 and 135. */
static void write_and_read(void)
{
	empty();
	m.c.gpr[3] = 33;
	m.c.mmucr = 0x42;
	m.c.gpr[4] = 0xffffffff;
	CHECK_EQ(machine_step(&m, encode(INSN_TLBWE, 4, 3, 0)), CORE440_NEXT);
	CHECK_EQ(machine_step(&m, encode(INSN_TLBWE, 4, 3, 1)), CORE440_NEXT);
	CHECK_EQ(machine_step(&m, encode(INSN_TLBWE, 4, 3, 2)), CORE440_NEXT);
	CHECK_EQ(m.c.tlb[33].tid, 0x42);
	CHECK_EQ(m.c.pc, 0x100c);
	m.c.mmucr = MMUCR_STS;
	machine_step(&m, encode(INSN_TLBRE, 5, 3, 0));
	CHECK_EQ(m.c.gpr[5], 0xfffffff0);
	CHECK_EQ(m.c.mmucr, MMUCR_STS | 0x42);
	m.c.mmucr = 0;
	machine_step(&m, encode(INSN_TLBRE, 5, 3, 1));
	CHECK_EQ(m.c.gpr[5], 0xfffffc0f);
	CHECK_EQ(m.c.mmucr, 0);
	machine_step(&m, encode(INSN_TLBRE, 5, 3, 2));
	CHECK_EQ(m.c.gpr[5], 0x0000ffbf);
	m.c.gpr[5] = 0x1234;
	machine_step(&m, encode(INSN_TLBRE, 5, 3, 3));
	CHECK_EQ(m.c.gpr[5], 0x1234);
	/* The index has 6 bits. */
	m.c.gpr[3] = 64 + 33;
	machine_step(&m, encode(INSN_TLBRE, 5, 3, 2));
	CHECK_EQ(m.c.gpr[5], 0x0000ffbf);
}

static void drop_comes_before_the_change(void)
{
	empty();
	map_page(&m, 9, 0x7000, 1, 0x3000, RIGHTS_ALL, 7, false);
	CHECK_EQ(m.drops, 0);
	m.c.gpr[3] = 9;
	m.c.gpr[4] = m.c.tlb[9].word2;
	machine_step(&m, encode(INSN_TLBWE, 4, 3, 2));
	CHECK_EQ(m.drops, 0); /* nothing changed */
	m.c.gpr[4] = m.c.tlb[9].word2 & ~TLB2_SW;
	machine_step(&m, encode(INSN_TLBWE, 4, 3, 2));
	CHECK_EQ(m.drops, 1);
	CHECK_EQ(m.dropped_index, 9);
	CHECK_EQ(m.dropped.word2, RIGHTS_ALL);
	CHECK_EQ(m.dropped.tid, 7);
	/* The TID alone, through MMUCR[STID]. */
	m.c.mmucr = 8;
	m.c.gpr[4] = m.c.tlb[9].word0;
	machine_step(&m, encode(INSN_TLBWE, 4, 3, 0));
	CHECK_EQ(m.drops, 2);
	m.c.gpr[4] = 0;
	machine_step(&m, encode(INSN_TLBWE, 4, 3, 0));
	CHECK_EQ(m.drops, 3);
	m.c.gpr[4] = 0x12345000;
	machine_step(&m, encode(INSN_TLBWE, 4, 3, 1));
	CHECK_EQ(m.drops, 3); /* it was invalid */
}

static void search(void)
{
	empty();
	map_page(&m, 40, 0x7000, 1, 0, 0, 0x33, true);
	m.c.gpr[0] = 0x99999999;
	m.c.gpr[4] = 0x7123;
	m.c.gpr[5] = 0x10;
	m.c.mmucr = MMUCR_STS | 0x33;
	m.c.cr = 0xf0000000;
	m.c.gpr[3] = 77;
	machine_step(&m, encode(INSN_TLBSX, 3, 4, 5) | 1);
	CHECK_EQ(m.c.gpr[3], 40);
	CHECK_EQ(m.c.cr, 0x20000000);
	m.c.xer = XER_SO;
	m.c.mmucr = 0x33;
	m.c.gpr[3] = 77;
	machine_step(&m, encode(INSN_TLBSX, 3, 4, 5) | 1);
	CHECK_EQ(m.c.gpr[3], 77);
	CHECK_EQ(m.c.cr, 0x10000000);
	m.c.mmucr = MMUCR_STS | 0x34;
	m.c.cr = 0;
	machine_step(&m, encode(INSN_TLBSX, 3, 4, 5));
	CHECK_EQ(m.c.cr, 0); /* only the form with Rc records */
	CHECK_EQ(m.c.gpr[3], 77);
	/* RA = 0 is the number 0. */
	m.c.mmucr = MMUCR_STS | 0x33;
	m.c.gpr[5] = 0x7000;
	machine_step(&m, encode(INSN_TLBSX, 3, 0, 5));
	CHECK_EQ(m.c.gpr[3], 40);
}

static int linear(uint32_t ea, uint32_t ts, uint8_t pid)
{
	int best = -1;
	uint32_t best_bytes = 0;
	unsigned int i, s;

	for (i = 0; i < CORE440_TLB_SIZE; i++) {
		const struct core440_tlb_entry *e = &m.c.tlb[i];

		for (s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++) {
			if (sizes[s].size != (e->word0 >> 4 & 15) || !(e->word0 & TLB0_V))
				continue;
			if ((e->word0 & TLB0_TS) != ts || (e->tid && e->tid != pid))
				continue;
			if ((e->word0 ^ ea) & ~(sizes[s].bytes - 1))
				continue;
			if (best < 0 || sizes[s].bytes < best_bytes) {
				best = (int)i;
				best_bytes = sizes[s].bytes;
			}
		}
	}
	return best;
}

/* The index finds what a walk finds, whatever was written in whatever order. */
static void index_equals_walk(void)
{
	uint32_t seed = 0x2b992ddf, i;

	empty();
	for (i = 0; i < 100000; i++) {
		uint32_t r = random32(&seed), ea = random32(&seed) & 0x3003fc00;
		struct core440_translation t;
		enum core440_fault fault;
		int want;

		if (i % 4 == 0) {
			struct core440_tlb_entry e = {
				.word0 = ea | (r & TLB0_V) | (r & TLB0_TS) | (r & 0xf0),
				.word2 = RIGHTS_ALL,
				.tid = (uint8_t)(r >> 28 & 1),
			};

			core440_tlb_write(&m.c, r >> 16 & 63, &e);
			continue;
		}
		core440_set_pid(&m.c, r >> 30);
		core440_set_msr(&m.c, r & MSR_DS);
		want = linear(ea, r & MSR_DS ? TLB0_TS : 0, (uint8_t)(r >> 30));
		fault = core440_translate(&m.c, ea, CORE440_LOAD, &t);
		test_context("step %u", i);
		REQUIRE_EQ(fault, want < 0 ? CORE440_FAULT_MISS : CORE440_FAULT_NONE);
		if (want >= 0)
			REQUIRE_EQ(t.index, want);
	}
}

static const struct test_case cases[] = {
	TEST_CASE(page_sizes),
	TEST_CASE(reserved_sizes_match_nothing),
	TEST_CASE(real_address),
	TEST_CASE(match_rules),
	TEST_CASE(spaces),
	TEST_CASE(permissions),
	TEST_CASE(search),
	TEST_CASE(write_and_read),
	TEST_CASE(drop_comes_before_the_change),
	TEST_CASE(index_equals_walk),
};

TEST_MAIN(cases)
