/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The way into the guest and out of it. Position-independent: vectors.c copies all between
 * kvm440_code and kvm440_code_end into the vector block, which stands in the pinned linear map,
 * because nothing here may miss the TLB while IVPR is ours, or between the words of one entry.
 */
#include "layout.h"

#define SPR_SRR0   0x01a
#define SPR_SRR1   0x01b
#define SPR_PID	   0x030
#define SPR_DEAR   0x03d
#define SPR_ESR	   0x03e
#define SPR_IVPR   0x03f
#define SPR_SPRG0  0x110
#define SPR_SPRG4W 0x114
#define SPR_MMUCR  0x3b2

	.section .rodata
	.balign 16
	.globl kvm440_code
kvm440_code:

/*
 * int enter(struct vcpu *v): runs the guest until the next interrupt and returns its number, that
 * of its IVOR. Interrupts are off, critical and debug ones too. r3 = v, in the linear map.
 */
	.globl kvm440_code_enter
kvm440_code_enter:
	stwu	%r1, -112(%r1)
	mflr	%r0
	stw	%r0, 116(%r1)
	mfcr	%r0
	stw	%r0, 12(%r1)
	stw	%r2, 16(%r1)
	stmw	%r13, 20(%r1)
	stw	%r1, SW_HOST_R1(%r3)
	mfspr	%r4, SPR_PID
	mfspr	%r5, SPR_MMUCR
	lwz	%r6, SW_RUN_PID(%r3)
	lwz	%r7, SW_RUN_IVPR(%r3)
	stw	%r4, SW_HOST_PID(%r3)
	stw	%r5, SW_HOST_MMUCR(%r3)
	mtspr	SPR_PID, %r6
	/* The guest reads these without a trap. */
	lwz	%r4, SW_SPRG4(%r3)
	lwz	%r5, SW_SPRG4 + 4(%r3)
	lwz	%r8, SW_SPRG4 + 8(%r3)
	lwz	%r9, SW_SPRG4 + 12(%r3)
	mtspr	SPR_SPRG4W, %r4
	mtspr	SPR_SPRG4W + 1, %r5
	mtspr	SPR_SPRG4W + 2, %r8
	mtspr	SPR_SPRG4W + 3, %r9
	mtspr	SPR_IVPR, %r7
	lwz	%r4, CORE_PC(%r3)
	lwz	%r5, SW_RUN_MSR(%r3)
	lwz	%r6, CORE_CR(%r3)
	lwz	%r7, CORE_XER(%r3)
	lwz	%r8, CORE_LR(%r3)
	lwz	%r9, CORE_CTR(%r3)
	mtspr	SPR_SRR0, %r4
	mtspr	SPR_SRR1, %r5
	mtcr	%r6
	mtxer	%r7
	mtlr	%r8
	mtctr	%r9
	lwz	%r0, CORE_GPR(0)(%r3)
	lwz	%r1, CORE_GPR(1)(%r3)
	lwz	%r2, CORE_GPR(2)(%r3)
	lmw	%r4, CORE_GPR(4)(%r3)
	lwz	%r3, CORE_GPR(3)(%r3)
	rfi

/* From a stub: r3 = v with its own value in SPRG0, r4 = number with its own value saved. */
	.globl kvm440_code_leave
kvm440_code_leave:
	stmw	%r5, CORE_GPR(5)(%r3)
	stw	%r0, CORE_GPR(0)(%r3)
	stw	%r1, CORE_GPR(1)(%r3)
	stw	%r2, CORE_GPR(2)(%r3)
	mfspr	%r5, SPR_SPRG0
	mfspr	%r6, SPR_SRR0
	mfspr	%r7, SPR_SRR1
	mfspr	%r8, SPR_ESR
	mfspr	%r9, SPR_DEAR
	stw	%r5, CORE_GPR(3)(%r3)
	stw	%r6, CORE_PC(%r3)
	stw	%r7, SW_SRR1(%r3)
	stw	%r8, SW_ESR(%r3)
	stw	%r9, SW_DEAR(%r3)
	mfcr	%r5
	mfxer	%r6
	mflr	%r7
	mfctr	%r8
	stw	%r5, CORE_CR(%r3)
	stw	%r6, CORE_XER(%r3)
	stw	%r7, CORE_LR(%r3)
	stw	%r8, CORE_CTR(%r3)
	lwz	%r5, SW_HOST_IVPR(%r3)
	lwz	%r6, SW_HOST_PID(%r3)
	lwz	%r7, SW_HOST_MMUCR(%r3)
	lwz	%r1, SW_HOST_R1(%r3)
	mtspr	SPR_IVPR, %r5
	mtspr	SPR_PID, %r6
	mtspr	SPR_MMUCR, %r7
	isync
	lwz	%r0, 12(%r1)
	lwz	%r5, 116(%r1)
	mtcr	%r0
	mtlr	%r5
	lwz	%r2, 16(%r1)
	lmw	%r13, 20(%r1)
	addi	%r1, %r1, 112
	mr	%r3, %r4
	blr

/*
 * void tlb_write(u32 slot, u32 word0, u32 word1, u32 word2, u32 tid): makes entry @slot of the TLB
 * that. Word 0 goes first without V: a valid entry must never be half of two.
 */
	.globl kvm440_code_tlb_write
kvm440_code_tlb_write:
	mfspr	%r8, SPR_MMUCR
	mtspr	SPR_MMUCR, %r7
	rlwinm	%r9, %r4, 0, 23, 21
	tlbwe	%r9, %r3, 0
	isync
	tlbwe	%r5, %r3, 1
	tlbwe	%r6, %r3, 2
	tlbwe	%r4, %r3, 0
	isync
	mtspr	SPR_MMUCR, %r8
	isync
	blr

/* u32 tlb_read(u32 slot): word 0 of entry @slot. Leaves MMUCR alone. */
	.globl kvm440_code_tlb_read
kvm440_code_tlb_read:
	mfspr	%r8, SPR_MMUCR
	tlbre	%r3, %r3, 0
	mtspr	SPR_MMUCR, %r8
	isync
	blr

	.globl kvm440_code_end
kvm440_code_end:

	.text
/* void kvm440_fp_load(const u64 *fpr, const u64 *fpscr); void kvm440_fp_store(u64 *, u64 *):
 * MSR[FP] is on. */
	.globl kvm440_fp_load
kvm440_fp_load:
	lfd	0, 0(%r4)
	mtfsf	0xff, 0
	n = 0
	.rept	32
	lfd	n, 8 * n(%r3)
	n = n + 1
	.endr
	blr

	.globl kvm440_fp_store
kvm440_fp_store:
	n = 0
	.rept	32
	stfd	n, 8 * n(%r3)
	n = n + 1
	.endr
	mffs	0
	stfd	0, 0(%r4)
	lfd	0, 0(%r3)
	blr
