/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Offsets into struct vcpu and the vector block that the switch code uses; vectors.c checks that
 * they are those of the structures.
 */
#ifndef KVM440_LAYOUT_H
#define KVM440_LAYOUT_H

#define SW_HOST_R1    0
#define SW_HOST_IVPR  4
#define SW_HOST_PID   8
#define SW_HOST_MMUCR 12
#define SW_RUN_MSR    16
#define SW_RUN_PID    20
#define SW_RUN_IVPR   24
#define SW_SRR1	      28
#define SW_ESR	      32
#define SW_DEAR	      36
#define SW_SPRG4      40 /* to SPRG7 */
#define SW_SIZE	      64

#define CORE_GPR(n) (SW_SIZE + 4 * (n))
#define CORE_PC	    (SW_SIZE + 128)
#define CORE_CR	    (SW_SIZE + 132)
#define CORE_XER    (SW_SIZE + 136)
#define CORE_LR	    (SW_SIZE + 140)
#define CORE_CTR    (SW_SIZE + 144)

#endif
