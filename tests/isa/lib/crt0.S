/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Entry, from an ePAPR-like boot: r3 = device tree, MSR = 0, something maps us 1:1 in AS 0. Makes
 * one
 * known mapping out of whatever is there (QEMU's bamboo: two 2 GB entries; kvm440d: one of 256 MB),
 * by way of address space 1: entry 0 = 256 MB 1:1 with every permission, entry 1 = the UARTs' page.
 */
#include "regs.h"

	.section .vectors, "ax"
	/* IVPR points here; vectors.S follows. The entry point is elsewhere. */

	.text
	.globl	_start
_start:
	mr	31, 3
	li	0, 0
	mtspr	SPR_MMUCR, 0
	mtspr	SPR_PID, 0
	/* a temporary entry in AS 1, not the one that we run from */
	bl	1f
1:	mflr	4
	li	5, 63
	tlbsx.	6, 0, 4
	bne	2f
	cmpwi	6, 63
	bne	2f
	li	5, 62
2:	li	7, 0
	tlbwe	7, 5, 0
	li	7, 0
	tlbwe	7, 5, 1
	li	7, TLB_ALL
	tlbwe	7, 5, 2
	li	7, TLB_V | TLB_TS | TLB_256M
	tlbwe	7, 5, 0
	isync
	li	7, MSR_IS | MSR_DS
	mtspr	SPR_SRR1, 7
	addi	8, 4, 3f - 1b
	mtspr	SPR_SRR0, 8
	rfi
3:	/* everything else goes */
	li	6, 0
	li	7, 0
4:	cmpw	6, 5
	beq	5f
	tlbwe	7, 6, 0
5:	addi	6, 6, 1
	cmpwi	6, 64
	blt	4b
	isync
	li	6, 0
	li	7, 0
	tlbwe	7, 6, 1
	li	7, TLB_ALL
	tlbwe	7, 6, 2
	li	7, TLB_V | TLB_256M
	tlbwe	7, 6, 0
	li	6, 1
	lis	7, UART_PAGE@h
	tlbwe	7, 6, 1
	li	8, TLB_I | TLB_G | TLB_UW | TLB_UR | TLB_SW | TLB_SR
	tlbwe	8, 6, 2
	ori	7, 7, TLB_V | TLB_4K
	tlbwe	7, 6, 0
	isync
	li	7, 0
	mtspr	SPR_SRR1, 7
	addi	8, 4, 6f - 1b
	mtspr	SPR_SRR0, 8
	rfi
6:	tlbwe	7, 5, 0
	isync

	lis	3, __bss_start@ha
	la	3, __bss_start@l(3)
	lis	4, __bss_end@ha
	la	4, __bss_end@l(4)
7:	cmplw	3, 4
	bge	8f
	stw	7, 0(3)
	addi	3, 3, 4
	b	7b
8:	lis	1, main_stack_top@ha
	la	1, main_stack_top@l(1)
	li	0, 0
	stwu	0, -16(1)
	lis	3, vectors@h
	mtspr	SPR_IVPR, 3
	mr	3, 31
	bl	runtime_main
9:	b	9b

/*
 * void run_op(const struct op *op, struct op_regs *regs): loads r3-r10, CR, XER, LR aside, CTR (and
 * f0-f3, FPSCR when .fp), in user mode when .user, calls the op, stores them again. r0, r2, r11,
 * r12
 * and r13-r31 are the op's to use.
 */
	.globl	run_op
run_op:
	mflr	0
	stwu	1, -112(1)
	stw	0, 116(1)
	stmw	13, 16(1)
	mfcr	0
	stw	0, 12(1)
	stw	2, 92(1)
	lwz	5, 0(3)
	lis	6, trap_base@ha
	stw	5, trap_base@l(6)
	lis	6, run_op_regs@ha
	stw	4, run_op_regs@l(6)
	stw	1, run_op_sp@l(6)
	mtlr	5
	lwz	0, OR_FP(4)
	cmpwi	0, 0
	beq	1f
	lfd	0, OR_FPSCR(4)
	mtfsf	0xff, 0
	lfd	0, OR_F(4)
	lfd	1, OR_F+8(4)
	lfd	2, OR_F+16(4)
	lfd	3, OR_F+24(4)
1:	lwz	0, OR_CTR(4)
	mtctr	0
	lwz	0, OR_XER(4)
	mtxer	0
	lwz	0, OR_USER(4)
	cmpwi	0, 0
	beq	2f
	lis	0, SC_USER@h
	ori	0, 0, SC_USER@l
	sc
2:	lwz	0, OR_CR(4)
	mtcr	0
	mr	12, 4
	lwz	3, OR_R3(12)
	lwz	4, OR_R3+4(12)
	lwz	5, OR_R3+8(12)
	lwz	6, OR_R3+12(12)
	lwz	7, OR_R3+16(12)
	lwz	8, OR_R3+20(12)
	lwz	9, OR_R3+24(12)
	lwz	10, OR_R3+28(12)
	blrl
	.globl	run_op_return
run_op_return:
	lis	12, run_op_regs@ha
	lwz	1, run_op_sp@l(12)
	lwz	12, run_op_regs@l(12)
	stw	3, OR_R3(12)
	stw	4, OR_R3+4(12)
	stw	5, OR_R3+8(12)
	stw	6, OR_R3+12(12)
	stw	7, OR_R3+16(12)
	stw	8, OR_R3+20(12)
	stw	9, OR_R3+24(12)
	stw	10, OR_R3+28(12)
	mfcr	0
	stw	0, OR_CR(12)
	mfxer	0
	stw	0, OR_XER(12)
	mfctr	0
	stw	0, OR_CTR(12)
	mflr	0
	stw	0, OR_LR(12)
	lwz	0, OR_USER(12)
	cmpwi	0, 0
	beq	3f
	lis	0, SC_SUPER@h
	ori	0, 0, SC_SUPER@l
	sc
3:	lwz	0, OR_FP(12)
	cmpwi	0, 0
	beq	4f
	stfd	0, OR_F(12)
	stfd	1, OR_F+8(12)
	stfd	2, OR_F+16(12)
	stfd	3, OR_F+24(12)
	mffs	0
	stfd	0, OR_FPSCR(12)
4:	lwz	2, 92(1)
	lwz	0, 12(1)
	mtcr	0
	lmw	13, 16(1)
	lwz	0, 116(1)
	mtlr	0
	addi	1, 1, 112
	blr

	.bss
	.balign	16
run_op_regs:
	.long	0
	.globl	run_op_sp
	.set	run_op_sp, run_op_regs + 4
	.space	12
	.space	65536
main_stack_top:
	.space	16
