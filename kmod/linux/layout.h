/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Offsets into struct vcpu, the software shadow TLB and the tables of fast paths that the switch
 * code uses; vectors.c checks that they are those of the structures.
 */
#ifndef KVM440_LAYOUT_H
#define KVM440_LAYOUT_H

#define SW_HOST_R1	 0
#define SW_HOST_IVPR	 4
#define SW_RUN_MMUCR	 8
#define SW_RUN_MSR	 12
#define SW_RUN_PID	 16
#define SW_RUN_IVPR	 20
#define SW_SRR1		 24
#define SW_ESR		 28
#define SW_DEAR		 32
#define SW_INSN		 36
#define SW_FAST_TABLE	 40
#define SW_SOFT		 44
#define SW_CODE		 48
#define SW_CODES	 52
#define SW_EE_WAITS	 56
#define SW_FAST_EMULATED 60
#define SW_FAST_REFILLED 64
#define SW_FAST		 68
#define SW_CRIT_R4	 72
#define SW_CRIT_R5	 76
#define SW_CRIT_CR	 80
#define SW_POSTED_END	 84
#define SW_FP_MSR	 88
#define SW_FPR		 96
#define SW_FPSCR	 104
#define SW_FAST_RUN	 92
#define SW_CHAIN	 128
#define SW_POSTED	 256
#define SW_SIZE		 512

/* struct posted: a tlbwe of the guest that C has not seen yet. */
#define POSTED		   32 /* at most */
#define POSTED_INDEX(what) ((what) >> 1 & 63)
#define POSTED_WORD(what)  ((what) >> 8 & 3)
#define POSTED_TID(what)   ((what) >> 16 & 255)

#define VCPU_TID  SW_SIZE
#define VCPU_CORE (VCPU_TID + 2048)

#define CORE_GPR(n)  (VCPU_CORE + 4 * (n))
#define CORE_PC	     (VCPU_CORE + 128)
#define CORE_CR	     (VCPU_CORE + 132)
#define CORE_XER     (VCPU_CORE + 136)
#define CORE_LR	     (VCPU_CORE + 140)
#define CORE_CTR     (VCPU_CORE + 144)
#define CORE_MSR     (VCPU_CORE + 148)
#define CORE_PID     (VCPU_CORE + 152)
#define CORE_TAKEN   (VCPU_CORE + 160)
#define CORE_FPSCR   (VCPU_CORE + 424)
#define CORE_SRR0    (VCPU_CORE + 444)
#define CORE_SRR1    (VCPU_CORE + 448)
#define CORE_IVPR    (VCPU_CORE + 480)
#define CORE_IVOR(n) (VCPU_CORE + 484 + 4 * (n))
#define CORE_SPRG(n) (VCPU_CORE + 548 + 4 * (n))
#define CORE_MMUCR   (VCPU_CORE + 652)

/*
 * struct soft_entry. From where SW_SOFT points on the pages of 4 KB and 1 KB, in sets of four. In
 * front of them those of 1 MB, in sets of two, and what struct soft_head has. Entries are numbered
 * from SOFT_LARGE on.
 */
#define SOFT_SETS  512
#define SOFT_WAYS  4
#define SOFT_ENTRY 16
#define SOFT_TAG   0
#define SOFT_WORD1 4
#define SOFT_SLOT  8
#define SOFT_WORD2 10
#define SOFT_VA	   12
#define LARGE_SETS 64
#define LARGE_WAYS 2
#define SOFT_LARGE (-2048)
#define SOFT_SLOTS (SOFT_LARGE - 4)
#define SOFT_INDEX (SOFT_LARGE - 8)    /* address of the host's index into the TLB */
#define SOFT_HOLDS (SOFT_LARGE - 512)  /* address of the entry that slot n holds, 64 times */
#define SOFT_LINKS (SOFT_HOLDS - 8704) /* struct soft_link of entry n */
#define SOFT_CODES (SOFT_LINKS - 4096) /* struct soft_code of TID n */
#define TAG_LARGE  0x200	       /* in the tag of a page of 1 MB */

/* struct soft_code */
#define SOFT_CODE   16
#define CODE_PAGE   0
#define CODE_MASK   4
#define CODE_OFFSET 8

/* struct fast_tables */
#define FAST_MFSPR 4096
#define FAST_MTSPR 6144

#endif
