/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Interrupts: vectors, save registers, what MSR becomes, enables, priorities, ESR. */
#include "tests/unit/core-machine.h"

static struct machine m;

enum save { NONCRITICAL, CRITICAL, MCHECK };

static void start(uint32_t msr)
{
	machine_init_model(&m, "440GX");
	m.c.msr = 0;
	core440_set_msr(&m.c, msr);
	m.c.pc = 0x1000;
}

static void check_taken(unsigned int ivor, enum save save, uint32_t srr0, uint32_t srr1)
{
	uint32_t kept = save == NONCRITICAL ? MSR_CE | MSR_ME | MSR_DE
			: save == CRITICAL  ? MSR_ME
					    : 0;

	CHECK_EQ(m.c.pc, VECTOR(ivor));
	CHECK_EQ(m.c.msr, srr1 & kept);
	CHECK_EQ(save == NONCRITICAL ? m.c.srr0 : save == CRITICAL ? m.c.csrr0 : m.c.mcsrr0, srr0);
	CHECK_EQ(save == NONCRITICAL ? m.c.srr1 : save == CRITICAL ? m.c.csrr1 : m.c.mcsrr1, srr1);
	/* The other pairs are untouched. */
	if (save != NONCRITICAL)
		CHECK_EQ(m.c.srr0 | m.c.srr1, 0);
	if (save != CRITICAL)
		CHECK_EQ(m.c.csrr0 | m.c.csrr1, 0);
	if (save != MCHECK)
		CHECK_EQ(m.c.mcsrr0 | m.c.mcsrr1, 0);
}

#define EVERYTHING (MSR_ALL & ~MSR_WE)

static void synchronous(void)
{
	start(EVERYTHING);
	CHECK_EQ(core440_program(&m.c, ESR_PTR | ESR_FP), CORE440_JUMP);
	check_taken(6, NONCRITICAL, 0x1000, EVERYTHING);
	CHECK_EQ(m.c.esr, ESR_PTR | ESR_FP);

	start(EVERYTHING);
	CHECK_EQ(core440_syscall(&m.c), CORE440_JUMP);
	check_taken(8, NONCRITICAL, 0x1004, EVERYTHING);

	start(EVERYTHING);
	CHECK_EQ(core440_fp_unavailable(&m.c), CORE440_JUMP);
	check_taken(7, NONCRITICAL, 0x1000, EVERYTHING);

	start(EVERYTHING);
	CHECK_EQ(core440_ap_unavailable(&m.c), CORE440_JUMP);
	check_taken(9, NONCRITICAL, 0x1000, EVERYTHING);

	start(EVERYTHING);
	CHECK_EQ(core440_trap(&m.c), CORE440_JUMP);
	check_taken(6, NONCRITICAL, 0x1000, EVERYTHING);
	CHECK_EQ(m.c.esr, ESR_PTR);

	start(EVERYTHING);
	CHECK_EQ(core440_alignment(&m.c, 0x123, encode(INSN_STFD, 0, 0, 0)), CORE440_JUMP);
	check_taken(5, NONCRITICAL, 0x1000, EVERYTHING);
	CHECK_EQ(m.c.dear, 0x123);
	CHECK_EQ(m.c.esr, ESR_FP | ESR_ST);
}

static void translation(void)
{
	static const struct {
		enum core440_access access;
		enum core440_fault fault;
		unsigned int ivor;
		uint32_t esr, dear;
	} t[] = {
		{ CORE440_FETCH, CORE440_FAULT_MISS, 14, 0xffff, 0x77 },
		{ CORE440_FETCH, CORE440_FAULT_PROT, 3, 0, 0x77 },
		{ CORE440_LOAD, CORE440_FAULT_MISS, 13, 0, 0x5004 },
		{ CORE440_LOAD, CORE440_FAULT_PROT, 2, 0, 0x5004 },
		{ CORE440_STORE, CORE440_FAULT_MISS, 13, ESR_ST, 0x5004 },
		{ CORE440_STORE, CORE440_FAULT_PROT, 2, ESR_ST, 0x5004 },
	};
	unsigned int i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		test_context("row %u", i);
		start(EVERYTHING);
		m.c.esr = 0xffff;
		m.c.dear = 0x77;
		CHECK_EQ(core440_fault(&m.c, 0x5004, t[i].access, t[i].fault), CORE440_JUMP);
		check_taken(t[i].ivor, NONCRITICAL, 0x1000, EVERYTHING);
		CHECK_EQ(m.c.esr, t[i].esr);
		CHECK_EQ(m.c.dear, t[i].dear);
	}
}

/* M p.180: only mtspr takes ESR[MCI] away. */
static void esr_keeps_mci(void)
{
	start(0);
	m.c.esr = ESR_MCI | ESR_BO;
	(void)core440_program(&m.c, ESR_PIL);
	CHECK_EQ(m.c.esr, ESR_MCI | ESR_PIL);
}

static void vector_address(void)
{
	start(0);
	m.c.ivpr = 0xffffffff;
	m.c.ivor[8] = 0xffffffff;
	(void)core440_syscall(&m.c);
	CHECK_EQ(m.c.pc, 0xfffffff0);
}

/* The asynchronous ones: their enables, and each alone. */
enum source { S_MCHECK, S_DEBUG, S_CRITICAL, S_WATCHDOG, S_EXTERNAL, S_FIT, S_DEC, SOURCES };

static const struct {
	unsigned int ivor;
	enum save save;
	uint32_t enable;
} sources[SOURCES] = {
	[S_MCHECK] = { 1, MCHECK, MSR_ME },	   [S_DEBUG] = { 15, CRITICAL, MSR_DE },
	[S_CRITICAL] = { 0, CRITICAL, MSR_CE },	   [S_WATCHDOG] = { 12, CRITICAL, MSR_CE },
	[S_EXTERNAL] = { 4, NONCRITICAL, MSR_EE }, [S_FIT] = { 11, NONCRITICAL, MSR_EE },
	[S_DEC] = { 10, NONCRITICAL, MSR_EE },
};

static void raise_source(enum source s)
{
	switch (s) {
	case S_MCHECK: m.c.mcsr |= MCSR_MCS | MCSR_DWB; break;
	case S_DEBUG:
		m.c.dbcr0 |= DBCR0_IDM;
		m.c.dbsr |= DBG_TRAP;
		break;
	case S_CRITICAL: core440_atomic_or(&m.c.pending, CORE440_PENDING_CRITICAL); break;
	case S_WATCHDOG:
		m.c.tcr |= TCR_WIE;
		m.c.tsr |= TSR_WIS;
		break;
	case S_EXTERNAL: core440_atomic_or(&m.c.pending, CORE440_PENDING_EXTERNAL); break;
	case S_FIT:
		m.c.tcr |= TCR_FIE;
		m.c.tsr |= TSR_FIS;
		break;
	case S_DEC:
		m.c.tcr |= TCR_DIE;
		m.c.tsr |= TSR_DIS;
		break;
	default: break;
	}
}

/* All 128 sets of sources under all 16 sets of enables: the first of M p.201 that may is taken. */
static void priorities(void)
{
	static const uint32_t enables[] = { MSR_ME, MSR_DE, MSR_CE, MSR_EE };
	unsigned int set, on, i;

	for (set = 0; set < 1u << SOURCES; set++)
		for (on = 0; on < 16; on++) {
			uint32_t msr = MSR_PR | MSR_FP | MSR_IS | MSR_DS;
			int want = -1;

			start(0);
			for (i = 0; i < SOURCES; i++)
				if (set & 1u << i)
					raise_source((enum source)i);
			for (i = 0; i < 4; i++)
				if (on & 1u << i)
					msr |= enables[i];
			core440_set_msr(&m.c, msr);
			for (i = SOURCES; i-- > 0;)
				if ((set & 1u << i) && (msr & sources[i].enable))
					want = (int)i;
			test_context("sources %02x MSR %08x", set, msr);
			CHECK_EQ(core440_attention(&m.c) != 0, want >= 0);
			CHECK_EQ(core440_deliver_pending(&m.c),
				 want < 0 ? CORE440_NEXT : CORE440_JUMP);
			if (want >= 0)
				check_taken(sources[want].ivor, sources[want].save, 0x1000, msr);
			else
				CHECK_EQ(m.c.pc, 0x1000);
		}
}

/* A status without its enable in TCR or DBCR0 does nothing. */
static void masked_in_their_units(void)
{
	start(0);
	m.c.tsr = TSR_WIS | TSR_FIS | TSR_DIS;
	m.c.dbsr = DBG_TRAP | DBSR_MRR;
	core440_set_msr(&m.c, EVERYTHING);
	CHECK_EQ(core440_attention(&m.c), 0);
	CHECK_EQ(core440_deliver_pending(&m.c), CORE440_NEXT);
	/* The most recent reset is no event. */
	m.c.dbsr = DBSR_MRR;
	m.c.dbcr0 = DBCR0_IDM;
	core440_set_msr(&m.c, EVERYTHING & ~MSR_DE);
	core440_set_msr(&m.c, EVERYTHING);
	CHECK_EQ(core440_deliver_pending(&m.c), CORE440_NEXT);
}

/* A level stays until its source lowers it. */
static void levels(void)
{
	start(MSR_EE);
	core440_atomic_or(&m.c.pending, CORE440_PENDING_EXTERNAL);
	CHECK_EQ(core440_deliver_pending(&m.c), CORE440_JUMP);
	CHECK_EQ(core440_deliver_pending(&m.c), CORE440_NEXT); /* EE is off now */
	machine_step(&m, encode(INSN_RFI, 0, 0, 0));
	CHECK_EQ(m.c.pc, 0x1000);
	CHECK(core440_attention(&m.c));
	core440_atomic_andnot(&m.c.pending, CORE440_PENDING_EXTERNAL);
	CHECK(!core440_attention(&m.c));
}

static void edges(void)
{
	start(MSR_ME);
	core440_atomic_or(&m.c.pending, CORE440_PENDING_MCHECK);
	CHECK_EQ(core440_deliver_pending(&m.c), CORE440_JUMP);
	check_taken(1, MCHECK, 0x1000, MSR_ME);
	CHECK_EQ(core440_atomic_read(&m.c.pending) & CORE440_PENDING_MCHECK, 0);
	CHECK_EQ(m.c.mcsr, MCSR_MCS | MCSR_DWB);
	/* It comes again if MCSR is not cleared: M p.174. */
	machine_step(&m, encode(INSN_RFMCI, 0, 0, 0));
	CHECK(core440_attention(&m.c));
	m.c.gpr[3] = 0xffffffff;
	machine_step(&m, encode_spr(INSN_MTSPR, 3, 0x23c));
	CHECK(!core440_attention(&m.c));
}

/* 440EP: CSRR0/1, rfci, and nothing left of MSR. */
static void machine_check_as_critical(void)
{
	machine_init_model(&m, "440EP");
	core440_set_msr(&m.c, EVERYTHING);
	core440_atomic_or(&m.c.pending, CORE440_PENDING_MCHECK);
	CHECK_EQ(core440_deliver_pending(&m.c), CORE440_JUMP);
	CHECK_EQ(m.c.pc, VECTOR(1));
	CHECK_EQ(m.c.csrr0, 0x1000);
	CHECK_EQ(m.c.csrr1, EVERYTHING);
	CHECK_EQ(m.c.msr, 0);
	machine_step(&m, encode(INSN_RFCI, 0, 0, 0));
	CHECK_EQ(m.c.pc, 0x1000);
	CHECK_EQ(m.c.msr, EVERYTHING);
	CHECK_EQ(core440_deliver_pending(&m.c), CORE440_NEXT);
	/* rfmci is not an instruction of this one. */
	core440_set_msr(&m.c, 0);
	machine_step(&m, encode(INSN_RFMCI, 0, 0, 0));
	CHECK_EQ(m.c.pc, VECTOR(6));
	CHECK_EQ(m.c.esr, ESR_PIL);
}

static void fetch_from_nowhere(void)
{
	start(MSR_ME | MSR_PR);
	CHECK_EQ(core440_machine_check_fetch(&m.c), CORE440_JUMP);
	check_taken(1, MCHECK, 0x1000, MSR_ME | MSR_PR);
	CHECK_EQ(m.c.esr, ESR_MCI);
	start(0);
	CHECK_EQ(core440_machine_check_fetch(&m.c), CORE440_EXIT);
	CHECK_EQ(m.c.exit.kind, CORE440_EXIT_CHECKSTOP);
	CHECK_EQ(m.c.esr, ESR_MCI);
}

static void waiting(void)
{
	start(MSR_EE);
	CHECK(!core440_waiting(&m.c));
	core440_set_msr(&m.c, MSR_EE | MSR_WE);
	CHECK(core440_waiting(&m.c));
	core440_atomic_or(&m.c.pending, CORE440_PENDING_CRITICAL);
	CHECK(core440_waiting(&m.c)); /* CE is off */
	core440_atomic_or(&m.c.pending, CORE440_PENDING_KICK);
	CHECK(core440_waiting(&m.c));
	core440_atomic_or(&m.c.pending, CORE440_PENDING_EXTERNAL);
	CHECK(!core440_waiting(&m.c));
	(void)core440_deliver_pending(&m.c);
	CHECK_EQ(m.c.srr1, MSR_EE | MSR_WE);
	CHECK_EQ(m.c.msr, 0);
	CHECK(!core440_waiting(&m.c));
}

static void deaf(void)
{
	start(0);
	CHECK(core440_deaf(&m.c, false));
	core440_set_msr(&m.c, MSR_ME | MSR_FP | MSR_PR);
	CHECK(core440_deaf(&m.c, false));
	core440_set_msr(&m.c, MSR_EE);
	CHECK(!core440_deaf(&m.c, false));
	core440_set_msr(&m.c, MSR_CE);
	CHECK(!core440_deaf(&m.c, false));
	CHECK(core440_deaf(&m.c, true));
	m.c.tcr = TCR_WIE;
	CHECK(!core440_deaf(&m.c, true));
	m.c.tcr = 0;
	core440_set_msr(&m.c, MSR_CE | MSR_EE);
	CHECK(!core440_deaf(&m.c, true));
	core440_set_msr(&m.c, MSR_DE);
	CHECK(!core440_deaf(&m.c, false));
	core440_set_msr(&m.c, 0);
	m.c.tcr = 2u << TCR_WRC_SHIFT;
	CHECK(!core440_deaf(&m.c, false));
}

/* M p.189: enabled exceptions come when FE0 or FE1 lets them, at the next instruction. */
static void delayed_fp_exception(void)
{
	start(MSR_FP);
	m.c.fpscr = FPSCR_FEX;
	m.c.gpr[3] = MSR_FP | MSR_FE0;
	CHECK_EQ(machine_step(&m, encode(INSN_MTMSR, 3, 0, 0)), CORE440_JUMP);
	check_taken(6, NONCRITICAL, 0x1004, MSR_FP | MSR_FE0);
	CHECK_EQ(m.c.esr, ESR_FP | ESR_PIE);
	CHECK(m.spills > 0);
	/* Nothing new when they were on before. */
	start(MSR_FP | MSR_FE1);
	m.c.fpscr = FPSCR_FEX;
	m.c.gpr[3] = MSR_FP | MSR_FE0;
	machine_step(&m, encode(INSN_MTMSR, 3, 0, 0));
	CHECK_EQ(m.c.pc, 0x1004);
	/* By rfi, SRR0 is where it returns to. */
	start(MSR_FP);
	m.c.fpscr = FPSCR_FEX;
	m.c.srr0 = 0x2000;
	m.c.srr1 = MSR_FP | MSR_FE0 | MSR_FE1;
	machine_step(&m, encode(INSN_RFI, 0, 0, 0));
	check_taken(6, NONCRITICAL, 0x2000, MSR_FP | MSR_FE0 | MSR_FE1);
}

static const struct test_case cases[] = {
	TEST_CASE(synchronous),
	TEST_CASE(translation),
	TEST_CASE(esr_keeps_mci),
	TEST_CASE(vector_address),
	TEST_CASE(priorities),
	TEST_CASE(masked_in_their_units),
	TEST_CASE(levels),
	TEST_CASE(edges),
	TEST_CASE(machine_check_as_critical),
	TEST_CASE(fetch_from_nowhere),
	TEST_CASE(waiting),
	TEST_CASE(deaf),
	TEST_CASE(delayed_fp_exception),
};

TEST_MAIN(cases)
