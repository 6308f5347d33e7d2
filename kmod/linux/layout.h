/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Offsets into struct vcpu, the software shadow TLB and the tables of fast paths that the switch
 * code uses; vectors.c checks that they are those of the structures.
 */
#ifndef KVM440_LAYOUT_H
#define KVM440_LAYOUT_H

#define SW_HOST_R1	 0
#define SW_HOST_IVPR	 4
#define SW_HOST_MMUCR	 8
#define SW_RUN_MSR	 12
#define SW_RUN_PID	 16
#define SW_RUN_IVPR	 20
#define SW_SRR1		 24
#define SW_ESR		 28
#define SW_DEAR		 32
#define SW_INSN		 36
#define SW_FAST_TABLE	 40
#define SW_SOFT		 44
#define SW_CODE_PAGE	 48
#define SW_CODE_VA	 52
#define SW_EE_WAITS	 56
#define SW_FAST_EMULATED 60
#define SW_FAST_REFILLED 64
#define SW_FAST		 68
#define SW_CRIT_R4	 72
#define SW_CRIT_R5	 76
#define SW_CRIT_CR	 80
#define SW_SIZE		 128

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
#define CORE_SRR0    (VCPU_CORE + 444)
#define CORE_SRR1    (VCPU_CORE + 448)
#define CORE_IVPR    (VCPU_CORE + 480)
#define CORE_IVOR(n) (VCPU_CORE + 484 + 4 * (n))
#define CORE_SPRG(n) (VCPU_CORE + 548 + 4 * (n))

/* struct soft_entry: sets of four, and in front of them which entry each slot of the TLB holds. */
#define SOFT_SETS  512
#define SOFT_WAYS  4
#define SOFT_ENTRY 16
#define SOFT_TAG   0
#define SOFT_WORD1 4
#define SOFT_SLOT  8
#define SOFT_WORD2 10
#define SOFT_VA	   12
#define SOFT_HOLDS (-512) /* address of the entry that slot n holds, 64 times */
#define SOFT_NEXT  (-8)
#define SOFT_SLOTS (-4)

/* struct fast_tables */
#define FAST_MFSPR 4096
#define FAST_MTSPR 6144

/* Kinds of struct fast_mtspr. */
#define FAST_PLAIN 1
#define FAST_SPRG4 2 /* to SPRG7 */
#define FAST_PID   6

#endif
