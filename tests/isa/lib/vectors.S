/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The sixteen vectors. Noncritical and critical interrupts and machine checks have a frame and a
 * stack
 * each, so that they may arrive inside one another; within a kind they do not nest. The C side
 * (trap.c) gets
 * the frame and may change it; then everything is restored and the class's return is executed.
 */
#include "regs.h"

	.section .vectors, "ax"
	.balign	65536
	.globl	vectors
vectors:

	.macro	vector n, sprg, frame, srr0, srr1, tail
	.balign	64
	mtspr	\sprg, 1
	lis	1, \frame@ha
	la	1, \frame@l(1)
	stmw	2, 8(1)
	stw	0, 0(1)
	mflr	31
	mfspr	2, \srr0
	mfspr	3, \srr1
	li	4, \n
	mfspr	5, \sprg
	bl	\tail
	.endm

	/* n, scratch, where */
	vector	VEC_CRITICAL, SPR_SPRG1, frame_crit, SPR_CSRR0, SPR_CSRR1, common_crit
	vector	VEC_MCHECK, SPR_SPRG2, frame_mcheck, SPR_CSRR0, SPR_CSRR1, common_mcheck
	vector	VEC_DSI, SPR_SPRG0, frame_base, SPR_SRR0, SPR_SRR1, common_base
	vector	VEC_ISI, SPR_SPRG0, frame_base, SPR_SRR0, SPR_SRR1, common_base
	vector	VEC_EXTERNAL, SPR_SPRG0, frame_base, SPR_SRR0, SPR_SRR1, common_base
	vector	VEC_ALIGN, SPR_SPRG0, frame_base, SPR_SRR0, SPR_SRR1, common_base
	vector	VEC_PROGRAM, SPR_SPRG0, frame_base, SPR_SRR0, SPR_SRR1, common_base
	vector	VEC_FP, SPR_SPRG0, frame_base, SPR_SRR0, SPR_SRR1, common_base
	vector	VEC_SC, SPR_SPRG0, frame_base, SPR_SRR0, SPR_SRR1, common_base
	vector	VEC_AP, SPR_SPRG0, frame_base, SPR_SRR0, SPR_SRR1, common_base
	vector	VEC_DEC, SPR_SPRG0, frame_base, SPR_SRR0, SPR_SRR1, common_base
	vector	VEC_FIT, SPR_SPRG0, frame_base, SPR_SRR0, SPR_SRR1, common_base
	vector	VEC_WDT, SPR_SPRG1, frame_crit, SPR_CSRR0, SPR_CSRR1, common_crit
	vector	VEC_DTLB, SPR_SPRG0, frame_base, SPR_SRR0, SPR_SRR1, common_base
	vector	VEC_ITLB, SPR_SPRG0, frame_base, SPR_SRR0, SPR_SRR1, common_base
	vector	VEC_DEBUG, SPR_SPRG1, frame_crit, SPR_CSRR0, SPR_CSRR1, common_crit

	/* r1 frame, r2 save 0, r3 save 1, r4 vector, r5 the old r1, r31 the old LR */
	.macro	common class, srr0, srr1, ret
common_\class:
	stw	5, 4(1)
	stw	31, FR_LR(1)
	stw	2, FR_PC(1)
	stw	3, FR_MSR(1)
	mfcr	0
	stw	0, FR_CR(1)
	mfctr	0
	stw	0, FR_CTR(1)
	mfxer	0
	stw	0, FR_XER(1)
	mfspr	0, SPR_ESR
	stw	0, FR_ESR(1)
	mfspr	0, SPR_DEAR
	stw	0, FR_DEAR(1)
	mfmsr	0
	stw	0, FR_NOW(1)
	mr	3, 1
	lis	1, stack_\class@ha
	la	1, stack_\class@l(1)
	li	0, 0
	stwu	0, -16(1)
	bl	trap_c
	lis	1, frame_\class@ha
	la	1, frame_\class@l(1)
	lwz	0, FR_CR(1)
	mtcr	0
	lwz	0, FR_LR(1)
	mtlr	0
	lwz	0, FR_CTR(1)
	mtctr	0
	lwz	0, FR_XER(1)
	mtxer	0
	lwz	0, FR_PC(1)
	mtspr	\srr0, 0
	lwz	0, FR_MSR(1)
	mtspr	\srr1, 0
	lmw	2, 8(1)
	lwz	0, 0(1)
	lwz	1, 4(1)
	\ret
	.endm

	.balign	64
	common	base, SPR_SRR0, SPR_SRR1, rfi
	common	crit, SPR_CSRR0, SPR_CSRR1, rfci

	/* A 440EP's machine checks are of the critical class, with a frame of their own here. */
	common	mcheck, SPR_CSRR0, SPR_CSRR1, rfci

	.bss
	.balign	16
frame_base:
	.space	FR_SIZE
frame_crit:
	.space	FR_SIZE
frame_mcheck:
	.space	FR_SIZE
	.space	16384
stack_base:
	.space	16384
stack_crit:
	.space	16384
stack_mcheck:
	.space	16
