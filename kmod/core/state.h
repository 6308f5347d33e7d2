/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * struct core440: the state of one 440, native-endian. Included by core440.h. What translators
 * address often stands first. Names are the manual's. Owner: the vCPU's thread, but for pending.
 */
#ifndef CORE440_STATE_H
#define CORE440_STATE_H

/*
 * A storage access in flight: what stands between CORE440_EXIT and core440_complete(), or between
 * CORE440_RETRY and the repetition. lmw of 31 words to a device exits 31 times and goes on from
 * here.
 */
struct core440_inflight {
	bool active;
	bool little; /* the present element's byte order, reversal included */
	bool failed; /* some piece was answered by nobody */
	uint32_t pc, insn, ea;
	uint8_t total;	  /* bytes of the whole instruction, 1 to 128 */
	uint8_t done;	  /* bytes of finished elements */
	uint8_t have;	  /* bytes of the present element */
	uint8_t bytes[8]; /* the present element in memory order */
	uint32_t dvc;	  /* DAC events (bits of DBSR) that wait for the element's data */
};

/*
 * Finds the entry for an address without walking the TLB: a chain for each hash of (size, page),
 * made from tlb[] alone whenever an entry changes. Indices are stored plus one, 0 ends a chain.
 */
#define CORE440_TLB_HASH 128
struct core440_tlb_index {
	uint16_t sizes; /* bit n: some valid entry has SIZE n */
	uint8_t count[16];
	uint8_t head[CORE440_TLB_HASH];
	uint8_t next[CORE440_TLB_SIZE];
};

struct core440 {
	uint32_t gpr[32];
	uint32_t pc;
	uint32_t cr;
	uint32_t xer;
	uint32_t lr;
	uint32_t ctr;
	uint32_t msr;
	uint32_t pid;
	core440_atomic pending;
	uint32_t taken; /* interrupts delivered so far, modulo 2^32; not part of the saved state */
	uint32_t attention; /* bits of pending that matter now; see core440_attention() */

	uint64_t fpr[32];
	uint32_t fpscr;
	bool reserve; /* lwarx set it; one bit that knows no address: manual p.339, 424 */

	const struct core440_ops *ops;
	void *engine; /* for the engine's own use */
	uint8_t model;
	bool fpu; /* the model has one */

	/* supervisor registers */
	uint32_t srr0, srr1, csrr0, csrr1, mcsrr0, mcsrr1, mcsr;
	uint32_t esr, dear, ivpr, ivor[16];
	uint32_t sprg[8], usprg0;
	uint32_t decar, tcr, tsr;
	uint32_t dec; /* DEC at dec_tick; 0: stopped */
	uint32_t dbcr0, dbcr1, dbcr2, dbsr, dbdr, iac[4], dac[2], dvc[2];
	uint32_t mmucr, ccr0, ccr1, rstcfg, pir, pvr;
	uint32_t dnv[4], dtv[4], inv[4], itv[4], dvlim, ivlim;
	uint32_t icdbdr, icdbtrh, icdbtrl, dcdbtrh, dcdbtrl;

	/*
	 * Time. The guest's clock is ops->ticks less tick_base, or frozen_at while it is frozen:
	 * by the debug facility, or held from outside; the time base is the clock plus tb_offset.
	 * timer_seen: up to where FIT and watchdog transitions were counted, in time base.
	 */
	uint64_t tick_base, frozen_at, tb_offset, dec_tick, timer_seen;
	bool frozen;
	bool held;		/* core440_timer_hold(); not part of the saved state */
	uint8_t watchdog_reset; /* enum core440_reset the watchdog asked for and nobody has seen yet
				 */

	uint32_t debug_msr, debug_pc, debug_lr, debug_ctr; /* between debug_before() and _after() */

	struct core440_exit exit;
	struct core440_inflight inflight;

	struct core440_tlb_entry tlb[CORE440_TLB_SIZE];
	struct core440_tlb_index tlb_index;
};

#endif
