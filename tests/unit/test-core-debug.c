/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Debug events: PPC440x5 manual, chapter 8, in internal mode (IDM) and trace mode. */
#include "tests/unit/core-machine.h"

static struct machine m;

enum { RT = 5, RA = 20, RB = 21 };
enum { DBSR = 0x130, DBCR0 = 0x134 };

static void start(uint32_t dbcr0, uint32_t msr)
{
	machine_init(&m);
	m.c.dbsr = 0;
	m.c.dbcr0 = dbcr0;
	core440_set_msr(&m.c, msr);
}

/* The Debug interrupt was taken, with this event and this address. */
static void check_taken(uint32_t event, uint32_t csrr0, uint32_t csrr1)
{
	CHECK_EQ(m.c.pc, VECTOR(15));
	CHECK_EQ(m.c.dbsr, event);
	CHECK_EQ(m.c.csrr0, csrr0);
	CHECK_EQ(m.c.csrr1, csrr1);
	CHECK_EQ(m.c.msr, csrr1 & MSR_ME);
}

/* It was noted and waits for MSR[DE]: M p.229, 235. */
static void check_noted(uint32_t event)
{
	CHECK_EQ(m.c.dbsr, event | DBSR_IDE);
	CHECK_EQ(core440_attention(&m.c), 0);
	core440_set_msr(&m.c, m.c.msr | MSR_DE);
	CHECK_EQ(core440_attention(&m.c) != 0, (m.c.dbcr0 & DBCR0_IDM) != 0);
	if (m.c.dbcr0 & DBCR0_IDM) {
		CHECK_EQ(core440_deliver_pending(&m.c), CORE440_JUMP);
		CHECK_EQ(m.c.pc, VECTOR(15));
	}
}

static void active(void)
{
	static const uint32_t always[] = { DBG_IAC1,  DBG_IAC2,	 DBG_IAC3,  DBG_IAC4,
					   DBG_DAC1R, DBG_DAC1W, DBG_DAC2R, DBG_DAC2W };
	unsigned int i;

	for (i = 0; i < sizeof(always) / sizeof(always[0]); i++) {
		start(DBCR0_IDM | always[i], 0);
		CHECK(core440_debug_active(&m.c));
	}
	start(DBCR0_IDM | DBG_ICMP | DBG_BRT, 0);
	CHECK(!core440_debug_active(&m.c));
	start(DBCR0_IDM | DBG_ICMP, MSR_DE);
	CHECK(core440_debug_active(&m.c));
	start(DBCR0_IDM | DBG_BRT, MSR_DE);
	CHECK(core440_debug_active(&m.c));
	start(DBCR0_IDM | DBG_TRAP | DBG_RET | DBG_IRPT, MSR_DE);
	CHECK(!core440_debug_active(&m.c)); /* found where they happen */
	start(0, MSR_DE);
	CHECK(!core440_debug_active(&m.c));
}

static void iac_exact(void)
{
	unsigned int n;

	for (n = 0; n < 4; n++) {
		uint32_t event = DBG_IAC1 >> n;

		test_context("IAC%u", n + 1);
		start(DBCR0_IDM | event, MSR_DE | MSR_ME);
		m.c.iac[n] = 0x1000;
		CHECK_EQ(core440_debug_before(&m.c), CORE440_JUMP);
		check_taken(event, 0x1000, MSR_DE | MSR_ME);
		/* Another address, and another register's enable. */
		start(DBCR0_IDM | event, MSR_DE);
		m.c.iac[n] = 0x1004;
		CHECK_EQ(core440_debug_before(&m.c), CORE440_NEXT);
		start(DBCR0_IDM | (event == DBG_IAC1 ? DBG_IAC2 : DBG_IAC1), MSR_DE);
		m.c.iac[n] = 0x1000;
		CHECK_EQ(core440_debug_before(&m.c), CORE440_NEXT);
		/* Held back, and in trace mode. */
		start(DBCR0_IDM | event, 0);
		m.c.iac[n] = 0x1000;
		CHECK_EQ(core440_debug_before(&m.c), CORE440_NEXT);
		check_noted(event);
		start(event, n & 1 ? MSR_DE : 0);
		m.c.iac[n] = 0x1000;
		CHECK_EQ(core440_debug_before(&m.c), CORE440_NEXT);
		CHECK_EQ(m.c.dbsr, event);
	}
}

/* IACnUS and IACnER: 0 either, 2 supervisor or space 0, 3 user or space 1; 1 is reserved. */
static void iac_mode_fields(void)
{
	static const unsigned int us_shift[] = { 30, 26, 14, 10 };
	unsigned int n, us, er, pr, is;

	for (n = 0; n < 4; n++)
		for (us = 0; us < 4; us++)
			for (er = 0; er < 4; er++)
				for (pr = 0; pr < 2; pr++)
					for (is = 0; is < 2; is++) {
						bool want = (us == 0 || us == 2 + pr) &&
							    (er == 0 || er == 2 + is);

						test_context("IAC%u US %u ER %u PR %u IS %u", n + 1,
							     us, er, pr, is);
						start(DBCR0_IDM | DBG_IAC1 >> n,
						      MSR_DE | (pr ? MSR_PR : 0) |
							      (is ? MSR_IS : 0));
						m.c.iac[n] = 0x1000;
						m.c.dbcr1 = us << us_shift[n] |
							    er << (us_shift[n] - 2);
						CHECK_EQ(core440_debug_before(&m.c) == CORE440_JUMP,
							 want);
					}
}

static bool ranges_hit(unsigned int pair, uint32_t pc, uint32_t mode, uint32_t msr)
{
	start(DBCR0_IDM | (pair ? DBG_IAC3 : DBG_IAC1), msr);
	m.c.pc = pc;
	m.c.iac[2 * pair] = 0x2000;
	m.c.iac[2 * pair + 1] = 0x3000;
	m.c.dbcr1 = mode << (pair ? 6 : 22);
	return core440_debug_before(&m.c) == CORE440_JUMP;
}

static void iac_ranges(void)
{
	unsigned int pair;

	for (pair = 0; pair < 2; pair++) {
		test_context("pair %u", pair);
		CHECK(!ranges_hit(pair, 0x1ffc, 2, MSR_DE));
		CHECK(ranges_hit(pair, 0x2000, 2, MSR_DE));
		CHECK(ranges_hit(pair, 0x2ffc, 2, MSR_DE));
		CHECK(!ranges_hit(pair, 0x3000, 2, MSR_DE));
		CHECK(ranges_hit(pair, 0x1ffc, 3, MSR_DE));
		CHECK(!ranges_hit(pair, 0x2000, 3, MSR_DE));
		CHECK(!ranges_hit(pair, 0x2ffc, 3, MSR_DE));
		CHECK(ranges_hit(pair, 0x3000, 3, MSR_DE));
		CHECK(!ranges_hit(pair, 0x2000, 1, MSR_DE)); /* reserved */
		/* M p.226: not at all while DE is off. */
		CHECK(!ranges_hit(pair, 0x2000, 2, 0));
		CHECK_EQ(m.c.dbsr, 0);
	}
	/* Both of a pair are set if both are enabled. */
	start(DBCR0_IDM | DBG_IAC1 | DBG_IAC2, MSR_DE);
	m.c.iac[1] = 0x2000;
	m.c.dbcr1 = 2u << 22;
	(void)core440_debug_before(&m.c);
	CHECK_EQ(m.c.dbsr, DBG_IAC1 | DBG_IAC2);
}

/* Entering the range is an event, then leaving it: M p.225. */
static void iac_auto_toggle(void)
{
	start(DBG_IAC3, 0);
	m.c.iac[2] = 0x2000;
	m.c.iac[3] = 0x3000;
	m.c.dbcr1 = 2u << 6 | 1;
	m.c.pc = 0x2000;
	(void)core440_debug_before(&m.c);
	CHECK_EQ(m.c.dbsr & (DBG_IAC3 | DBSR_IAC34ATS), DBG_IAC3 | DBSR_IAC34ATS);
	m.c.dbsr &= ~DBG_IAC3;
	m.c.pc = 0x2004;
	(void)core440_debug_before(&m.c);
	CHECK_EQ(m.c.dbsr & (DBG_IAC3 | DBSR_IAC34ATS), DBSR_IAC34ATS);
	m.c.pc = 0x4000;
	(void)core440_debug_before(&m.c);
	CHECK_EQ(m.c.dbsr & (DBG_IAC3 | DBSR_IAC34ATS), DBG_IAC3);
}

static void instruction_complete(void)
{
	start(DBCR0_IDM | DBG_ICMP, MSR_DE);
	CHECK_EQ(core440_debug_before(&m.c), CORE440_NEXT);
	m.c.pc = 0x1004;
	CHECK_EQ(core440_debug_after(&m.c, false), CORE440_JUMP);
	check_taken(DBG_ICMP, 0x1004, MSR_DE);
	/* Not at all with DE off. */
	start(DBCR0_IDM | DBG_ICMP, 0);
	(void)core440_debug_before(&m.c);
	CHECK_EQ(core440_debug_after(&m.c, false), CORE440_NEXT);
	CHECK_EQ(m.c.dbsr, 0);
	/* The instruction that turns DE off is the last one, and waits: M p.198. */
	start(DBCR0_IDM | DBG_ICMP, MSR_DE);
	(void)core440_debug_before(&m.c);
	m.c.gpr[RT] = 0;
	machine_step(&m, encode(INSN_MTMSR, RT, 0, 0));
	CHECK_EQ(core440_debug_after(&m.c, false), CORE440_NEXT);
	check_noted(DBG_ICMP);
	/* The one that turns it on is not counted. */
	start(DBCR0_IDM | DBG_ICMP, 0);
	(void)core440_debug_before(&m.c);
	m.c.gpr[RT] = MSR_DE;
	machine_step(&m, encode(INSN_MTMSR, RT, 0, 0));
	CHECK_EQ(core440_debug_after(&m.c, false), CORE440_NEXT);
	CHECK_EQ(m.c.dbsr, 0);
}

/* An access to a device ends in core440_complete(), and so does the stepping of it. */
static void instruction_complete_after_an_exit(void)
{
	start(DBCR0_IDM | DBG_ICMP, MSR_DE);
	m.c.gpr[RA] = EA_DEVICE;
	(void)core440_debug_before(&m.c);
	CHECK_EQ(machine_step(&m, encode(INSN_LWZ, RT, RA, 2)), CORE440_JUMP);
	CHECK_EQ(m.accesses, 2);
	check_taken(DBG_ICMP, 0x1004, MSR_DE);
	start(DBCR0_IDM | DBG_ICMP, MSR_DE);
	(void)core440_debug_before(&m.c);
	CHECK_EQ(core440_emulate(&m.c, encode_spr(INSN_MFDCR, RT, 1)), CORE440_EXIT);
	CHECK_EQ(core440_complete(&m.c), CORE440_JUMP);
	check_taken(DBG_ICMP, 0x1004, MSR_DE);
}

/* The branch is taken back: it has not happened yet. */
static void branch_taken(void)
{
	start(DBCR0_IDM | DBG_BRT | DBG_ICMP, MSR_DE);
	m.c.lr = 0x111;
	m.c.ctr = 7;
	(void)core440_debug_before(&m.c);
	m.c.pc = 0x5000;
	m.c.lr = 0x1004;
	m.c.ctr = 6;
	CHECK_EQ(core440_debug_after(&m.c, true), CORE440_JUMP);
	check_taken(DBG_BRT, 0x1000, MSR_DE);
	CHECK_EQ(m.c.lr, 0x111);
	CHECK_EQ(m.c.ctr, 7);
	/* A branch not taken is no event; nor is one with DE off. */
	start(DBCR0_IDM | DBG_BRT, MSR_DE);
	(void)core440_debug_before(&m.c);
	CHECK_EQ(core440_debug_after(&m.c, false), CORE440_NEXT);
	CHECK_EQ(m.c.dbsr, 0);
	start(DBCR0_IDM | DBG_BRT, 0);
	(void)core440_debug_before(&m.c);
	m.c.pc = 0x5000;
	CHECK_EQ(core440_debug_after(&m.c, true), CORE440_NEXT);
	CHECK_EQ(m.c.dbsr, 0);
	CHECK_EQ(m.c.pc, 0x5000);
	/* Trace mode: noted, and the branch goes on. */
	start(DBG_BRT, MSR_DE);
	(void)core440_debug_before(&m.c);
	m.c.pc = 0x5000;
	CHECK_EQ(core440_debug_after(&m.c, true), CORE440_NEXT);
	CHECK_EQ(m.c.dbsr, DBG_BRT);
	CHECK_EQ(m.c.pc, 0x5000);
}

static void trap(void)
{
	start(DBCR0_IDM | DBG_TRAP, MSR_DE);
	CHECK_EQ(core440_trap(&m.c), CORE440_JUMP);
	check_taken(DBG_TRAP, 0x1000, MSR_DE);
	CHECK_EQ(m.c.esr, 0);
	/* With DE off the Program interrupt comes, and the event waits behind it. */
	start(DBCR0_IDM | DBG_TRAP, 0);
	CHECK_EQ(core440_trap(&m.c), CORE440_JUMP);
	CHECK_EQ(m.c.pc, VECTOR(6));
	CHECK_EQ(m.c.esr, ESR_PTR);
	check_noted(DBG_TRAP);
	start(DBCR0_IDM, MSR_DE);
	(void)core440_trap(&m.c);
	CHECK_EQ(m.c.pc, VECTOR(6));
}

static void returns(void)
{
	static const enum insn list[] = { INSN_RFI, INSN_RFCI };
	unsigned int i;

	for (i = 0; i < 2; i++) {
		test_context("%s", core440_insn_info[list[i]].name);
		start(DBCR0_IDM | DBG_RET, MSR_DE);
		CHECK_EQ(machine_step(&m, encode(list[i], 0, 0, 0)), CORE440_JUMP);
		check_taken(DBG_RET, 0x1000, MSR_DE);
		start(DBCR0_IDM | DBG_RET, 0);
		m.c.srr0 = m.c.csrr0 = 0x2000;
		(void)machine_step(&m, encode(list[i], 0, 0, 0));
		CHECK_EQ(m.c.pc, 0x2000);
		if (i == 0)
			check_noted(DBG_RET);
		else
			CHECK_EQ(m.c.dbsr, 0);
	}
}

/* After a non-critical interrupt, at its first instruction: M p.198. */
static void interrupt_taken(void)
{
	start(DBCR0_IDM | DBG_IRPT, MSR_DE | MSR_EE);
	(void)core440_syscall(&m.c);
	CHECK_EQ(m.c.pc, VECTOR(8));
	CHECK_EQ(core440_deliver_pending(&m.c), CORE440_JUMP);
	check_taken(DBG_IRPT, VECTOR(8), MSR_DE);
	start(DBCR0_IDM | DBG_IRPT, 0);
	(void)core440_syscall(&m.c);
	check_noted(DBG_IRPT);
	/* A critical one is no event in internal mode. */
	start(DBCR0_IDM | DBG_IRPT, MSR_CE);
	core440_atomic_or(&m.c.pending, CORE440_PENDING_CRITICAL);
	(void)core440_deliver_pending(&m.c);
	CHECK_EQ(m.c.pc, VECTOR(0));
	CHECK_EQ(m.c.dbsr, 0);
}

static void unconditional(void)
{
	start(DBCR0_IDM, MSR_DE);
	core440_atomic_or(&m.c.pending, CORE440_PENDING_DEBUG);
	CHECK(core440_attention(&m.c));
	CHECK_EQ(core440_deliver_pending(&m.c), CORE440_JUMP);
	check_taken(DBSR_UDE, 0x1000, MSR_DE);
	start(DBCR0_IDM, 0);
	core440_atomic_or(&m.c.pending, CORE440_PENDING_DEBUG);
	CHECK_EQ(core440_deliver_pending(&m.c), CORE440_NEXT);
	check_noted(DBSR_UDE);
	/* With a machine check: that comes first and turns DE off, M p.201. */
	machine_init_model(&m, "440GX");
	m.c.dbcr0 = DBCR0_IDM;
	core440_set_msr(&m.c, MSR_DE | MSR_ME);
	core440_atomic_or(&m.c.pending, CORE440_PENDING_DEBUG | CORE440_PENDING_MCHECK);
	CHECK_EQ(core440_deliver_pending(&m.c), CORE440_JUMP);
	CHECK_EQ(m.c.pc, VECTOR(1));
	CHECK_EQ(m.c.mcsrr0, 0x1000);
	CHECK_EQ(m.c.mcsrr1, MSR_DE | MSR_ME);
	CHECK_EQ(m.c.msr, 0);
	CHECK_EQ(m.c.dbsr & DBSR_UDE, DBSR_UDE);
	core440_set_msr(&m.c, MSR_DE);
	CHECK_EQ(core440_deliver_pending(&m.c), CORE440_JUMP);
	CHECK_EQ(m.c.pc, VECTOR(15));
}

/* One access at EA 0x8010 under these conditions; whether it was stopped. */
static bool dac(enum insn id, uint32_t dbcr0, uint32_t dbcr2, uint32_t dac1, uint32_t dac2,
		uint32_t msr)
{
	start(DBCR0_IDM | dbcr0, msr);
	m.c.dbcr2 = dbcr2;
	m.c.dac[0] = dac1;
	m.c.dac[1] = dac2;
	m.c.gpr[RA] = 0x8010;
	m.c.gpr[RB] = 0;
	m.c.gpr[RT] = 0x01020304;
	memset(m.ram + 0x8010, 0xff, 4);
	(void)machine_step(&m, encode(id, RT, RA, 0));
	return m.c.pc == VECTOR(15);
}

/* Synchronous, as DBCR2[DAC12A] = 0 asks: the access has not been made. M p.203, 233 */
static void data_address_exact(void)
{
	CHECK(dac(INSN_LWZ, DBG_DAC1R, 0, 0x8010, 0, MSR_DE));
	check_taken(DBG_DAC1R, 0x1000, MSR_DE);
	CHECK_EQ(m.c.gpr[RT], 0x01020304);
	CHECK(dac(INSN_STW, DBG_DAC1W, 0, 0x8010, 0, MSR_DE));
	check_taken(DBG_DAC1W, 0x1000, MSR_DE);
	CHECK_EQ(m.ram[0x8010], 0xff);
	CHECK(dac(INSN_LWZ, DBG_DAC2R, 0, 0, 0x8010, MSR_DE));
	check_taken(DBG_DAC2R, 0x1000, MSR_DE);
	CHECK(dac(INSN_STW, DBG_DAC2W | DBG_DAC1W, 0, 0x8010, 0x8010, MSR_DE));
	check_taken(DBG_DAC2W | DBG_DAC1W, 0x1000, MSR_DE);
	CHECK(!dac(INSN_LWZ, DBG_DAC1W, 0, 0x8010, 0, MSR_DE));
	CHECK(!dac(INSN_STW, DBG_DAC1R, 0, 0x8010, 0, MSR_DE));
	CHECK(!dac(INSN_LWZ, DBG_DAC1R, 0, 0x8011, 0, MSR_DE)); /* where it starts: p.226 */
	CHECK(!dac(INSN_LWZ, DBG_DAC1R, 0, 0x8010, 0, 0));
	CHECK_EQ(m.c.gpr[RT], 0xffffffff);
	check_noted(DBG_DAC1R);
}

/* As reads or writes, whatever rights they need, with the address as calculated: M p.231. */
static void data_address_of_cache_operations(void)
{
	static const struct {
		enum insn id;
		uint32_t event;
	} t[] = {
		{ INSN_DCBF, DBG_DAC1W },   { INSN_DCBST, DBG_DAC1W }, { INSN_DCBI, DBG_DAC1W },
		{ INSN_DCBZ, DBG_DAC1W },   { INSN_ICBI, DBG_DAC1R },  { INSN_DCBT, DBG_DAC1R },
		{ INSN_DCBTST, DBG_DAC1R }, { INSN_ICBT, DBG_DAC1R },  { INSN_DCBA, 0 },
		{ INSN_DCCCI, 0 },	    { INSN_ICCCI, 0 },	       { INSN_DCREAD, 0 },
		{ INSN_ICREAD, 0 },
	};
	const uint32_t both = DBG_DAC1R | DBG_DAC1W;
	unsigned int i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		test_context("%s", core440_insn_info[t[i].id].name);
		CHECK_EQ(dac(t[i].id, both, 0, 0x8010, 0, MSR_DE), t[i].event != 0);
		CHECK_EQ(m.c.dbsr, t[i].event);
		if (t[i].event)
			check_taken(t[i].event, 0x1000, MSR_DE);
		else
			CHECK_EQ(m.c.pc, 0x1004);
		CHECK(!dac(t[i].id, both, 0, 0x8000, 0, MSR_DE));
		CHECK(!dac(t[i].id, both & ~t[i].event, 0, 0x8010, 0, MSR_DE));
		/* A comparison of values finds none. */
		if (t[i].id != INSN_DCBZ)
			CHECK(!dac(t[i].id, both, 1u << 18 | 15u << 8, 0x8010, 0, MSR_DE));
		CHECK(!dac(t[i].id, both, 0, 0x8010, 0, 0));
		if (t[i].event)
			check_noted(t[i].event);
	}
}

/* A hint that does nothing is no event either. */
static void data_address_of_hints(void)
{
	static const enum insn list[] = { INSN_DCBT, INSN_DCBTST, INSN_ICBT };
	static const struct {
		uint32_t attr;
		bool event;
	} pages[] = { { TLB2_SR, true }, { TLB2_SR | TLB2_I, false }, { TLB2_SW, false } };
	unsigned int i, n;

	for (i = 0; i < sizeof(list) / sizeof(list[0]); i++)
		for (n = 0; n <= sizeof(pages) / sizeof(pages[0]); n++) {
			bool mapped = n < sizeof(pages) / sizeof(pages[0]);

			test_context("%s page %u", core440_insn_info[list[i]].name, n);
			start(DBCR0_IDM | DBG_DAC1R, MSR_DE);
			if (mapped)
				map_page(&m, 9, 0x50000000, 1, 0x8000, pages[n].attr, 0, false);
			m.c.dac[0] = 0x50000010;
			m.c.gpr[RA] = 0x50000010;
			m.c.gpr[0] = 0;
			(void)machine_step(&m, encode(list[i], 0, RA, 0));
			CHECK_EQ(m.c.dbsr, mapped && pages[n].event ? DBG_DAC1R : 0);
			CHECK_EQ(m.c.pc, mapped && pages[n].event ? VECTOR(15) : 0x1004);
		}
}

static void data_address_modes(void)
{
	const uint32_t mask = 1u << 22, inclusive = 2u << 22, exclusive = 3u << 22;

	CHECK(dac(INSN_LWZ, DBG_DAC1R, mask, 0x8f1f, 0xf0f0, MSR_DE));
	CHECK(!dac(INSN_LWZ, DBG_DAC1R, mask, 0x8f2f, 0xf0f0, MSR_DE));
	CHECK(dac(INSN_LWZ, DBG_DAC1R, inclusive, 0x8010, 0x8011, MSR_DE));
	CHECK(!dac(INSN_LWZ, DBG_DAC1R, inclusive, 0x8000, 0x8010, MSR_DE));
	CHECK(!dac(INSN_LWZ, DBG_DAC1R, exclusive, 0x8010, 0x8011, MSR_DE));
	CHECK(dac(INSN_LWZ, DBG_DAC1R, exclusive, 0x8000, 0x8010, MSR_DE));
	/* User or supervisor; the space of DS. */
	CHECK(dac(INSN_LWZ, DBG_DAC1R, 2u << 30, 0x8010, 0, MSR_DE));
	CHECK(!dac(INSN_LWZ, DBG_DAC1R, 3u << 30, 0x8010, 0, MSR_DE));
	CHECK(dac(INSN_LWZ, DBG_DAC1R, 3u << 30, 0x8010, 0, MSR_DE | MSR_PR));
	CHECK(dac(INSN_LWZ, DBG_DAC2R, 2u << 24, 0, 0x8010, MSR_DE));
	CHECK(!dac(INSN_LWZ, DBG_DAC2R, 3u << 24, 0, 0x8010, MSR_DE));
}

/* Translation comes first: M p.203. */
static void data_address_after_translation(void)
{
	start(DBCR0_IDM | DBG_DAC1R, MSR_DE);
	m.c.dac[0] = 0x50000000;
	m.c.gpr[RA] = 0x50000000;
	(void)machine_step(&m, encode(INSN_LWZ, RT, RA, 0));
	CHECK_EQ(m.c.pc, VECTOR(13));
	CHECK_EQ(m.c.dbsr, 0);
}

static bool dvc(uint32_t mode, uint32_t enables, uint32_t value, uint32_t memory, enum insn id,
		uint32_t offset)
{
	start(DBCR0_IDM | DBG_DAC1R | DBG_DAC1W, MSR_DE);
	m.c.dbcr2 = mode << 18 | enables << 8;
	m.c.dac[0] = 0x8010 + offset;
	m.c.dvc[0] = value;
	m.c.gpr[RA] = 0x8010 + offset;
	m.c.gpr[RT] = 0x01020304;
	m.ram[0x8010] = (uint8_t)(memory >> 24);
	m.ram[0x8011] = (uint8_t)(memory >> 16);
	m.ram[0x8012] = (uint8_t)(memory >> 8);
	m.ram[0x8013] = (uint8_t)memory;
	(void)machine_step(&m, encode(id, RT, RA, 0));
	return m.c.pc == VECTOR(15);
}

/*
 * M p.232, 233: all enabled bytes, any of them, either half; and processed like DAC, so the
 * instruction has changed nothing.
 */
static void data_value(void)
{
	CHECK(dvc(1, 15, 0x11223344, 0x11223344, INSN_LWZ, 0));
	check_taken(DBG_DAC1R, 0x1000, MSR_DE);
	CHECK_EQ(m.c.gpr[RT], 0x01020304);
	CHECK(!dvc(1, 15, 0x11223344, 0x11223345, INSN_LWZ, 0));
	CHECK_EQ(m.c.gpr[RT], 0x11223345);
	CHECK(dvc(1, 14, 0x11223344, 0x11223345, INSN_LWZ, 0));
	CHECK(dvc(2, 15, 0x11999999, 0x11223344, INSN_LWZ, 0));
	CHECK(!dvc(2, 7, 0x11999999, 0x11223344, INSN_LWZ, 0));
	CHECK(dvc(3, 15, 0x11229999, 0x11223344, INSN_LWZ, 0));
	CHECK(dvc(3, 15, 0x99993344, 0x11223344, INSN_LWZ, 0));
	CHECK(!dvc(3, 15, 0x11993399, 0x11223344, INSN_LWZ, 0));
	CHECK(dvc(1, 15, 0x01020304, 0x55667788, INSN_STW, 0));
	check_taken(DBG_DAC1W, 0x1000, MSR_DE);
	CHECK_EQ(m.ram[0x8010], 0x55);
	CHECK(!dvc(1, 15, 0x01020305, 0x55667788, INSN_STW, 0));
	CHECK_EQ(m.ram[0x8010], 0x01);
	/* Lanes by address. */
	CHECK(dvc(1, 1, 0x99999944, 0x11223344, INSN_LBZ, 3));
	CHECK(!dvc(1, 3, 0x99993344, 0x11223344, INSN_LBZ, 3));
	CHECK(dvc(1, 3, 0x99993344, 0x11223344, INSN_LHZ, 2));
	/* Without byte enables the address alone is compared; a reserved mode matches nothing. */
	CHECK(dvc(1, 0, 0, 0x11223344, INSN_LWZ, 0));
	CHECK(!dvc(0, 15, 0x11223344, 0x11223344, INSN_LWZ, 0));
}

/* The second register has fields of its own. */
static void data_value_2(void)
{
	unsigned int i;

	for (i = 0; i < 2; i++) {
		start(DBCR0_IDM | DBG_DAC2R, MSR_DE);
		m.c.dbcr2 = 1u << 16 | 15;
		m.c.dac[1] = 0x8010;
		m.c.dvc[1] = 0xff000000 + i;
		m.c.gpr[RA] = 0x8010;
		m.ram[0x8010] = 0xff;
		(void)machine_step(&m, encode(INSN_LWZ, RT, RA, 0));
		if (i == 0)
			check_taken(DBG_DAC2R, 0x1000, MSR_DE);
		else
			CHECK_EQ(m.c.gpr[RT], 0xff000000);
	}
}

/* A device is read to have the value, once, and the instruction does not go on. */
static void data_value_of_a_device(void)
{
	start(DBCR0_IDM | DBG_DAC1R, MSR_DE);
	m.c.dbcr2 = 1u << 18 | 15u << 8;
	m.c.dac[0] = EA_DEVICE;
	m.c.dvc[0] = 0xa1a2a3a4;
	m.c.gpr[RA] = EA_DEVICE;
	m.device[0] = 0xa1;
	m.device[1] = 0xa2;
	m.device[2] = 0xa3;
	m.device[3] = 0xa4;
	CHECK_EQ(machine_step(&m, encode(INSN_LWZ, RT, RA, 0)), CORE440_JUMP);
	check_taken(DBG_DAC1R, 0x1000, MSR_DE);
	CHECK_EQ(m.c.gpr[RT], 0);
	CHECK_EQ(m.accesses, 1);
	CHECK(!m.c.inflight.active);
}

/* Each word of a multiple is an access. */
static void data_address_in_a_multiple(void)
{
	start(DBCR0_IDM | DBG_DAC1W, MSR_DE);
	m.c.dac[0] = 0x8018;
	m.c.gpr[RA] = 0x8010;
	m.c.gpr[28] = m.c.gpr[29] = m.c.gpr[30] = m.c.gpr[31] = 0x55555555;
	CHECK_EQ(machine_step(&m, encode(INSN_STMW, 28, RA, 0)), CORE440_JUMP);
	check_taken(DBG_DAC1W, 0x1000, MSR_DE);
	CHECK_EQ(m.ram[0x8014], 0x55);
	CHECK_EQ(m.ram[0x8018], 0);
}

static void check_extent(uint32_t insn, uint32_t ea, uint32_t len, bool store)
{
	struct core440_extent x = { 1, 1, !store };

	test_context("insn %08x", insn);
	CHECK(core440_extent(&m.c, insn, &x));
	CHECK_EQ(x.ea, ea);
	CHECK_EQ(x.len, len);
	CHECK_EQ(x.store, store);
}

/* Which bytes an instruction is going to touch. */
static void extents(void)
{
	struct core440_extent x;

	start(0, 0);
	m.c.gpr[RA] = 0x8010;
	m.c.gpr[RB] = 0x25;
	m.c.xer = 7;
	check_extent(encode(INSN_LBZ, RT, RA, 0xffff), 0x800f, 1, false);
	check_extent(encode(INSN_STHU, RT, RA, 2), 0x8012, 2, true);
	check_extent(encode(INSN_LWZ, RT, 0, 8), 8, 4, false);
	check_extent(encode(INSN_STFD, RT, RA, 0), 0x8010, 8, true);
	check_extent(encode(INSN_LHBRX, RT, RA, 0) | RB << 11, 0x8035, 2, false);
	check_extent(encode(INSN_STMW, 28, RA, 4), 0x8014, 16, true);
	check_extent(encode(INSN_LSWX, RT, RA, 0) | RB << 11, 0x8035, 7, false);
	check_extent(encode(INSN_STSWI, RT, RA, 0), 0x8010, 32, true);
	check_extent(encode(INSN_DCBZ, 0, RA, 0) | RB << 11, 0x8020, 32, true);
	m.c.xer = 0;
	check_extent(encode(INSN_STSWX, RT, RA, 0) | RB << 11, 0x8035, 0, true);
	CHECK(!core440_extent(&m.c, encode(INSN_ADDI, RT, RA, 0), &x));
	CHECK(!core440_extent(&m.c, encode(INSN_DCBF, 0, RA, 0) | RB << 11, &x));
	CHECK(!core440_extent(&m.c, 0, &x));
}

static bool branched(uint32_t bo, uint32_t bi, uint32_t ctr_after, uint32_t cr)
{
	m.c.ctr = ctr_after;
	m.c.cr = cr;
	return core440_branch_taken(&m.c, 0x40000008u | bo << 21 | bi << 16);
}

/* Of an instruction that has been executed, from what it left behind. */
static void branches_taken(void)
{
	start(0, 0);
	CHECK(core440_branch_taken(&m.c, 0x48000004u));
	CHECK(branched(20, 0, 0, 0));
	CHECK(branched(16, 0, 1, 0)); /* bdnz */
	CHECK(!branched(16, 0, 0, 0));
	CHECK(branched(18, 0, 0, 0)); /* bdz */
	CHECK(!branched(18, 0, 1, 0));
	CHECK(branched(12, 2, 0, 0x20000000)); /* beq */
	CHECK(!branched(12, 2, 0, 0xdfffffff));
	CHECK(branched(4, 31, 0, 0xfffffffe)); /* bns cr7 */
	CHECK(!branched(4, 31, 0, 1));
	CHECK(branched(8, 0, 7, 0x80000000)); /* bdnzt */
	CHECK(!branched(8, 0, 0, 0x80000000));
	CHECK(!branched(8, 0, 7, 0x7fffffff));
	CHECK(core440_branch_taken(&m.c, 0x4e800020u)); /* blr */
	CHECK(!core440_branch_taken(&m.c, encode(INSN_ADDI, RT, RA, 0)));
	CHECK(!core440_branch_taken(&m.c, 0x44000002u)); /* sc */
}

static const struct test_case cases[] = {
	TEST_CASE(active),
	TEST_CASE(iac_exact),
	TEST_CASE(iac_mode_fields),
	TEST_CASE(iac_ranges),
	TEST_CASE(iac_auto_toggle),
	TEST_CASE(instruction_complete),
	TEST_CASE(instruction_complete_after_an_exit),
	TEST_CASE(branch_taken),
	TEST_CASE(trap),
	TEST_CASE(returns),
	TEST_CASE(interrupt_taken),
	TEST_CASE(unconditional),
	TEST_CASE(data_address_exact),
	TEST_CASE(data_address_of_cache_operations),
	TEST_CASE(data_address_of_hints),
	TEST_CASE(data_address_modes),
	TEST_CASE(data_address_after_translation),
	TEST_CASE(data_value),
	TEST_CASE(data_value_2),
	TEST_CASE(data_value_of_a_device),
	TEST_CASE(data_address_in_a_multiple),
	TEST_CASE(extents),
	TEST_CASE(branches_taken),
};

TEST_MAIN(cases)
