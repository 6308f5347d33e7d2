/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * struct core440: the state of one 440, native-endian. Included by core440.h. What translators
 * address often stands first. Names are the manual's. Owner: the vCPU's thread, but for pending.
 */
#ifndef CORE440_STATE_H
#define CORE440_STATE_H

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

	uint64_t fpr[32];
	uint32_t fpscr;
	uint32_t reserve_addr;	/* lwarx: low 32 bits of the real address of the granule */
	uint8_t reserve_addr_hi;
	bool reserve;

	const struct core440_ops *ops;
	void *engine; /* for the engine's own use */
	uint8_t model;

	/* supervisor registers */
	uint32_t srr0, srr1, csrr0, csrr1, mcsrr0, mcsrr1, mcsr;
	uint32_t esr, dear, ivpr, ivor[16];
	uint32_t sprg[8], usprg0;
	uint32_t decar, tcr, tsr;
	uint32_t dbcr0, dbcr1, dbcr2, dbsr, dbdr, iac[4], dac[2], dvc[2];
	uint32_t mmucr, ccr0, ccr1, rstcfg, pir, pvr;
	uint32_t dnv[4], dtv[4], inv[4], itv[4], dvlim, ivlim;
	uint32_t icdbdr, icdbtrh, icdbtrl, dcdbtrh, dcdbtrl;

	struct core440_exit exit;

	struct core440_tlb_entry tlb[CORE440_TLB_SIZE];
};

#endif
