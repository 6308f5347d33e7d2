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
#define SPR_CSRR0   0x03a
#define SPR_CSRR1   0x03b
#define SPR_DEAR   0x03d
#define SPR_ESR	   0x03e
#define SPR_IVPR   0x03f
#define SPR_DBSR   0x130
#define SPR_SPRG0  0x110
#define SPR_SPRG2  0x112
#define SPR_SPRG4W 0x114
#define SPR_MCSRR0 0x23a
#define SPR_MCSRR1 0x23b
#define SPR_MMUCR  0x3b2

	.section .rodata
	.balign 16
	.globl kvm440_code
kvm440_code:

/*
 * int enter(struct vcpu *v): runs the guest until the next interrupt that C has to see and returns
 * its number, that of its IVOR. Interrupts are off, critical and debug ones too. r3 = v, in the
 * linear map. The guest's PID stays behind: the caller puts the host's back.
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
	lwz	%r6, SW_RUN_PID(%r3)
	lwz	%r7, SW_RUN_IVPR(%r3)
	cmpw	%r4, %r6
	beq	1f
	mtspr	SPR_PID, %r6
1:
	/* The guest reads these without a trap. */
	lwz	%r4, CORE_SPRG(4)(%r3)
	lwz	%r5, CORE_SPRG(5)(%r3)
	lwz	%r8, CORE_SPRG(6)(%r3)
	lwz	%r9, CORE_SPRG(7)(%r3)
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
leave:
	stmw	%r5, CORE_GPR(5)(%r3)
	stw	%r0, CORE_GPR(0)(%r3)
	stw	%r1, CORE_GPR(1)(%r3)
	stw	%r2, CORE_GPR(2)(%r3)
	mfspr	%r5, SPR_SPRG0
	li	%r0, 0
	stw	%r5, CORE_GPR(3)(%r3)
	mfcr	%r10
	mfctr	%r11
	stw	%r0, SW_INSN(%r3)
/* All of the guest's GPRs saved, its CR in r10, its CTR in r11. */
leave_saved:
	mfspr	%r6, SPR_SRR0
	mfspr	%r7, SPR_SRR1
	mfspr	%r8, SPR_ESR
	mfspr	%r9, SPR_DEAR
	stw	%r6, CORE_PC(%r3)
	stw	%r7, SW_SRR1(%r3)
	stw	%r8, SW_ESR(%r3)
	stw	%r9, SW_DEAR(%r3)
	mfxer	%r6
	mflr	%r7
	stw	%r10, CORE_CR(%r3)
	stw	%r6, CORE_XER(%r3)
	stw	%r7, CORE_LR(%r3)
	stw	%r11, CORE_CTR(%r3)
	lwz	%r5, SW_HOST_IVPR(%r3)
	lwz	%r1, SW_HOST_R1(%r3)
	mtspr	SPR_IVPR, %r5
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
 * Critical input, watchdog and debug interrupts. From a stub, but r3's own value is in SPRG2, the
 * host's scratch register of this class, and r4's in crit_r4: this may have interrupted the code
 * here, for only interrupts of this class turn MSR[CE,DE] off. If so the interrupt waits until the
 * guest runs again: its source is still there then, but for a debug event, which was that of our
 * own code. Out of the guest it leaves as other interrupts do.
 */
	.globl kvm440_code_critical
kvm440_code_critical:
	stw	%r5, SW_CRIT_R5(%r3)
	mfcr	%r5
	stw	%r5, SW_CRIT_CR(%r3)
	mfspr	%r5, SPR_CSRR1
	andi.	%r5, %r5, 0x4000	/* PR */
	beq	1f
	lwz	%r5, SW_CRIT_R4(%r3)
	stw	%r5, CORE_GPR(4)(%r3)
	mfspr	%r5, SPR_SPRG2
	mtspr	SPR_SPRG0, %r5
	mfspr	%r5, SPR_CSRR0
	mtspr	SPR_SRR0, %r5
	mfspr	%r5, SPR_CSRR1
	mtspr	SPR_SRR1, %r5
	lwz	%r5, SW_CRIT_CR(%r3)
	mtcr	%r5
	lwz	%r5, SW_CRIT_R5(%r3)
	b	leave
1:	cmpwi	%r4, 15
	bne	2f
	lis	%r5, 0x4fff
	ori	%r5, %r5, 0x8000	/* DBSR_EVENTS */
	mtspr	SPR_DBSR, %r5
2:	mfspr	%r5, SPR_CSRR1
	rlwinm	%r5, %r5, 0, 23, 21	/* DE */
	rlwinm	%r5, %r5, 0, 15, 13	/* CE */
	mtspr	SPR_CSRR1, %r5
	lwz	%r5, SW_CRIT_CR(%r3)
	mtcr	%r5
	lwz	%r4, SW_CRIT_R4(%r3)
	lwz	%r5, SW_CRIT_R5(%r3)
	mfspr	%r3, SPR_SPRG2
	rfci

/*
 * Looks up address \ea in the software shadow TLB for the TID in \tid: to \found with \entry, or
 * falls through. \ea becomes the tag: the page with the TID in its low bits.
 */
	.macro	SOFT_FIND entry, ea, tid, tmp, found
	rlwinm	\entry, \ea, 26, 17, 25
	rlwinm	\tmp, \tid, 7, 17, 25
	rlwimi	\ea, \tid, 0, 20, 31
	xor	\entry, \entry, \tmp
	lwz	\tmp, SW_SOFT(%r3)
	add	\entry, \entry, \tmp
	lwz	\tmp, SOFT_TAG(\entry)
	cmpw	\tmp, \ea
	beq	\found
	.rept	SOFT_WAYS - 1
	lwzu	\tmp, SOFT_ENTRY(\entry)
	cmpw	\tmp, \ea
	beq	\found
	.endr
	.endm

/* The same among the pages of 1 MB; \tag is what SOFT_FIND made. */
	.macro	LARGE_FIND entry, tag, tid, tmp, found
	rlwinm	\entry, \tag, 17, 21, 26
	rlwinm	\tmp, \tid, 5, 21, 26
	rlwinm	\tag, \tag, 0, 24, 11
	xor	\entry, \entry, \tmp
	lwz	\tmp, SW_SOFT(%r3)
	ori	\tag, \tag, TAG_LARGE
	add	\entry, \entry, \tmp
	lwzu	\tmp, SOFT_LARGE(\entry)
	cmpw	\tmp, \tag
	beq	\found
	lwzu	\tmp, SOFT_ENTRY(\entry)
	cmpw	\tmp, \tag
	beq	\found
	.endm

/*
 * The next slot of the TLB to fill, by the host's index, which this code can count on as the host's
 * own handlers do: between its load and its store nothing can miss here. \head comes as what
 * SW_SOFT points to, and is lost.
 */
	.macro	NEXT_SLOT slot, head, tmp
	lwz	\tmp, SOFT_SLOTS(\head)
	lwz	\head, SOFT_INDEX(\head)
	lwz	\slot, 0(\head)
	addi	\slot, \slot, 1
	cmpw	\slot, \tmp
	blt	.Lslot\@
	li	\slot, 0
.Lslot\@:
	stw	\slot, 0(\head)
	.endm

/*
 * TLB misses that the software shadow TLB can answer. From a stub as above. The entry
 * replaces what the next slot held. Word 0 of a slot goes first without V: a valid entry must never
 * be half of two.
 */
	.globl kvm440_code_dtlb
kvm440_code_dtlb:
	stw	%r5, CORE_GPR(5)(%r3)
	mfspr	%r5, SPR_DEAR
	b	1f
	.globl kvm440_code_itlb
kvm440_code_itlb:
	stw	%r5, CORE_GPR(5)(%r3)
	mfspr	%r5, SPR_SRR0
1:	stw	%r6, CORE_GPR(6)(%r3)
	stw	%r7, CORE_GPR(7)(%r3)
	stw	%r8, CORE_GPR(8)(%r3)
	mfcr	%r8
	stw	%r9, CORE_GPR(9)(%r3)
	lwz	%r9, SW_RUN_PID(%r3)
	SOFT_FIND %r7, %r5, %r9, %r6, 2f
	LARGE_FIND %r7, %r5, %r9, %r6, 2f
	mtcr	%r8
	lwz	%r5, CORE_GPR(5)(%r3)
	lwz	%r6, CORE_GPR(6)(%r3)
	lwz	%r7, CORE_GPR(7)(%r3)
	lwz	%r8, CORE_GPR(8)(%r3)
	lwz	%r9, CORE_GPR(9)(%r3)
	b	leave
2:	lwz	%r4, SW_RUN_MMUCR(%r3)
	or	%r4, %r4, %r9
	mtspr	SPR_MMUCR, %r4
	lwz	%r9, SW_SOFT(%r3)
	NEXT_SLOT %r4, %r9, %r6
	lwz	%r9, SW_SOFT(%r3)
	rlwinm	%r6, %r5, 29, 25, 25	/* TAG_LARGE: SIZE from 1 to 5 */
	rlwimi	%r6, %r5, 0, 0, 19
	ori	%r5, %r6, 0x110		/* TS, 4 KB or 1 MB */
	tlbwe	%r5, %r4, 0
	lwz	%r6, SOFT_WORD1(%r7)
	lhz	%r5, SOFT_WORD2(%r7)
	tlbwe	%r6, %r4, 1
	tlbwe	%r5, %r4, 2
	lwz	%r5, SOFT_TAG(%r7)
	rlwinm	%r6, %r5, 29, 25, 25
	rlwimi	%r6, %r5, 0, 0, 19
	ori	%r6, %r6, 0x310		/* V too */
	tlbwe	%r6, %r4, 0
	stb	%r4, SOFT_SLOT(%r7)
	rlwinm	%r6, %r4, 2, 0, 29
	add	%r6, %r6, %r9
	stw	%r7, SOFT_HOLDS(%r6)
	lwz	%r6, SW_FAST_REFILLED(%r3)
	addi	%r6, %r6, 1
	stw	%r6, SW_FAST_REFILLED(%r3)
	mtcr	%r8
	lwz	%r4, CORE_GPR(4)(%r3)
	lwz	%r5, CORE_GPR(5)(%r3)
	lwz	%r6, CORE_GPR(6)(%r3)
	lwz	%r7, CORE_GPR(7)(%r3)
	lwz	%r8, CORE_GPR(8)(%r3)
	lwz	%r9, CORE_GPR(9)(%r3)
	mfspr	%r3, SPR_SPRG0
	rfi

/*
 * The context of MSR r8 and PID r15 becomes the present one; to @slow, nothing changed, if it has no
 * TID. Uses r4, r6, r14.
 */
	.macro	CONTEXT slow=program_slow
	mr	%r6, %r15
	rlwimi	%r6, %r8, 26, 23, 23	/* PR */
	rlwimi	%r6, %r8, 4, 22, 22	/* IS */
	add	%r6, %r6, %r3
	lbz	%r6, VCPU_TID(%r6)
	lwz	%r4, SW_CODES(%r3)
	cmpwi	%r6, 0
	beq	\slow
	rlwinm	%r14, %r6, 4, 20, 27
	stw	%r6, SW_RUN_PID(%r3)
	add	%r14, %r14, %r4
	mtspr	SPR_PID, %r6
	stw	%r14, SW_CODE(%r3)
	.endm

/*
 * The processor's floating point is on when the guest's MSR \msr says so and the FPU holds the
 * guest's registers. Else its next use comes to C. Uses r4, r6, r14.
 */
	.macro	FLOATING msr
	lwz	%r4, SW_FP_MSR(%r3)
	lwz	%r6, SW_RUN_MSR(%r3)
	li	%r14, 0x2900		/* FP, FE0, FE1 */
	and	%r4, %r4, \msr
	andc	%r6, %r6, %r14
	or	%r6, %r6, %r4
	stw	%r6, SW_RUN_MSR(%r3)
	mtspr	SPR_SRR1, %r6
	.endm

/*
 * Privileged instructions without a side effect. From a stub that left r4 alone. All GPRs go to memory, so
 * that an operand is a load away. Then r3 = v, r5 the instruction, r7 four times its RT, r9 its pc,
 * r10 the guest's CR, r11 its CTR, r12 the tables, r27 where the GPRs are, r30 from pc to where it
 * can be read; cr7 is "equal" unless in a run. An instruction is found in the software shadow TLB, not fetched with the guest's
 * translation: nothing here can miss.
 */
	.globl kvm440_code_program
kvm440_code_program:
	stmw	%r4, CORE_GPR(4)(%r3)
	stw	%r0, CORE_GPR(0)(%r3)
	stw	%r1, CORE_GPR(1)(%r3)
	stw	%r2, CORE_GPR(2)(%r3)
	mfspr	%r5, SPR_SPRG0
	mfspr	%r6, SPR_ESR
	stw	%r5, CORE_GPR(3)(%r3)
	mfspr	%r9, SPR_SRR0
	mfcr	%r10
	lwz	%r8, SW_CODE(%r3)
	andis.	%r6, %r6, 0x0400	/* ESR[PPR] */
	lwz	%r4, CODE_MASK(%r8)
	lwz	%r7, CODE_PAGE(%r8)
	mfctr	%r11
	and	%r4, %r4, %r9
	beq	program_unknown
	cmpw	%cr7, %r4, %r7
	lwz	%r12, SW_FAST_TABLE(%r3)
	lwz	%r30, CODE_OFFSET(%r8)
	addi	%r27, %r3, CORE_GPR(0)
	bne	%cr7, find_code
have_code:
	lwzx	%r5, %r30, %r9
	rlwinm	%r6, %r5, 1, 20, 29
	lwzx	%r6, %r12, %r6
	rlwinm	%r7, %r5, 13, 25, 29
	mtctr	%r6
	bctr

/* A page is remembered of contexts of kernel mode alone, as long as its shadow entry is there. */
find_code:
	lwz	%r14, CORE_MSR(%r3)
	lwz	%r6, SW_RUN_PID(%r3)
	andi.	%r14, %r14, 0x4000	/* PR: the guest's own to handle */
	mr	%r14, %r9
	bne	program_unknown
	li	%r4, -0x1000
	SOFT_FIND %r13, %r14, %r6, %r7, 1f
	lis	%r4, -0x10
	LARGE_FIND %r13, %r14, %r6, %r7, 1f
program_unknown:
	li	%r5, 0
	b	program_leave
1:	lwz	%r30, SOFT_VA(%r13)
	and	%r14, %r9, %r4
	cmpwi	%r30, 0
	sub	%r30, %r30, %r14
	beq	program_unknown
	stw	%r4, CODE_MASK(%r8)
	stw	%r14, CODE_PAGE(%r8)
	stw	%r30, CODE_OFFSET(%r8)
	cmpw	%cr7, %r4, %r4
	b	have_code

/*
 * To C, with what was fetched, 0 for nothing. Nothing of the guest's has been changed. But in a run
 * it has: then this instruction is to trap by itself.
 */
	.globl kvm440_op_slow
kvm440_op_slow:
program_slow:
	bne	%cr7, run_end
program_leave:
	stw	%r5, SW_INSN(%r3)
	li	%r4, 6
	b	leave_saved

	.globl kvm440_op_mfmsr
kvm440_op_mfmsr:
	lwz	%r8, CORE_MSR(%r3)
	stwx	%r8, %r7, %r27
/* Behind the instruction, which wrote a GPR: r0 to r2 are always the guest's. */
op_next_rt:
	cmplwi	%r7, 8
	bgt	op_next
	lwz	%r0, CORE_GPR(0)(%r3)
	lwz	%r1, CORE_GPR(1)(%r3)
	lwz	%r2, CORE_GPR(2)(%r3)
/*
 * A run: when the next instruction is one of these too, it is done without returning to the guest.
 * It stands in the same page, of which the guest has just executed something. A run ends where
 * 256 bytes do, and with what changes the context: so a page ends it as well, and interrupts are
 * off for 64 instructions at most. The word behind a page can be read: shadow.c sees to that.
 */
	.macro	NEXT
	addi	%r9, %r9, 4
	lwzx	%r5, %r30, %r9
	rlwinm	%r6, %r5, 6, 26, 31
	cmpwi	%r6, 31
	bne	run_other
	rlwinm.	%r4, %r9, 0, 24, 29
	beq	run_end
	.endm

op_next:
	NEXT
/* Most of primary opcode 31 are not ours, but kvm440_op_slow's. */
	.globl kvm440_run_31
kvm440_run_31:
run_31:	rlwinm	%r6, %r5, 1, 20, 29
	crclr	4 * 7 + 2
	lwzx	%r6, %r12, %r6
	rlwinm	%r7, %r5, 13, 25, 29
	mtctr	%r6
	bctr

/* An instruction of another opcode: rfi, perhaps, which a run may end with. */
run_other:
	beq	%cr7, op_jump
	cmpwi	%r6, 19
	rlwinm	%r6, %r5, 1, 20, 29
	bne	run_end
	cmpwi	%r6, 4 * 50
	lwzx	%r6, %r12, %r6
	mtctr	%r6
	beqctr
/* Into the guest at r9, after a run that SRR0 names the first instruction of. */
run_end:
	mfspr	%r4, SPR_SRR0
	lwz	%r6, SW_FAST_RUN(%r3)
	sub	%r4, %r9, %r4
	rlwinm	%r4, %r4, 30, 2, 31
	add	%r6, %r6, %r4
	addi	%r6, %r6, -1
	stw	%r6, SW_FAST_RUN(%r3)
/* The same without one. */
	.globl kvm440_run_none
kvm440_run_none:
op_jump:
	mtspr	SPR_SRR0, %r9
	lwz	%r4, SW_FAST_EMULATED(%r3)
	addi	%r4, %r4, 1
	stw	%r4, SW_FAST_EMULATED(%r3)
	mtctr	%r11
	mtcr	%r10
	lmw	%r4, CORE_GPR(4)(%r3)
	lwz	%r3, CORE_GPR(3)(%r3)
	rfi

	.globl kvm440_op_wrteei
kvm440_op_wrteei:
	lwz	%r8, CORE_MSR(%r3)
	rlwimi	%r8, %r5, 0, 16, 16
	andi.	%r6, %r5, 0x8000
	bne	2f
	stw	%r8, CORE_MSR(%r3)
	NEXT
	b	run_31
	.globl kvm440_op_wrtee
kvm440_op_wrtee:
	lwzx	%r5, %r7, %r27
	lwz	%r8, CORE_MSR(%r3)
	rlwimi	%r8, %r5, 0, 16, 16
1:	andi.	%r6, %r8, 0x8000
	bne	2f
	stw	%r8, CORE_MSR(%r3)
	b	op_next
2:	lwz	%r6, SW_EE_WAITS(%r3)
	cmpwi	%r6, 0
	bne	refetch_slow
	stw	%r8, CORE_MSR(%r3)
	b	op_next
/* As program_slow, when r5 is no longer the instruction. */
refetch_slow:
	lwzx	%r5, %r30, %r9
	b	program_slow

	.globl kvm440_op_mtmsr
kvm440_op_mtmsr:
	lwz	%r8, CORE_MSR(%r3)
	lwzx	%r6, %r7, %r27
	lis	%r4, 0x0006
	ori	%r4, %r4, 0xff30	/* MSR_ALL */
	and	%r6, %r6, %r4
	xor	%r4, %r6, %r8
	rlwinm.	%r4, %r4, 0, 17, 15	/* more than EE changes */
	bne	program_slow
	mr	%r8, %r6
	b	1b

	.globl kvm440_op_rfi
kvm440_op_rfi:
	lis	%r4, 0x4c00
	ori	%r4, %r4, 0x0064
	cmpw	%r4, %r5
	bne	program_slow
	lwz	%r8, CORE_MSR(%r3)
	lwz	%r6, CORE_SRR1(%r3)
	lis	%r4, 0x0006
	ori	%r4, %r4, 0xff30
	and	%r6, %r6, %r4
	xor	%r4, %r6, %r8
	lis	%r7, 0x0006
	ori	%r7, %r7, 0x1630
	and.	%r7, %r7, %r4		/* more than EE, PR, FP, FE0 and FE1 changes */
	bne	program_slow
	andi.	%r7, %r6, 0x8000
	beq	1f
	lwz	%r7, SW_EE_WAITS(%r3)
	cmpwi	%r7, 0
	bne	program_slow
1:	andi.	%r7, %r4, 0x0900	/* FE0, FE1 */
	bne	4f
rfi_go:	andi.	%r7, %r4, 0x4000
	mr	%r7, %r4
	lwz	%r13, CORE_SRR0(%r3)
	beq	2f
	mr	%r8, %r6
	lwz	%r15, CORE_PID(%r3)
	CONTEXT
	b	3f
2:	mr	%r8, %r6
3:	stw	%r8, CORE_MSR(%r3)
	bne	%cr7, 6f
7:	andi.	%r7, %r7, 0x2900
	rlwinm	%r9, %r13, 0, 0, 29
	beq	op_jump
	FLOATING %r8
	b	op_jump
6:	mfspr	%r4, SPR_SRR0
	lwz	%r6, SW_FAST_RUN(%r3)
	sub	%r4, %r9, %r4
	rlwinm	%r4, %r4, 30, 2, 31
	add	%r6, %r6, %r4
	stw	%r6, SW_FAST_RUN(%r3)
	b	7b
/* An exception that waits in FPSCR is taken when one of FE0 and FE1 comes on: for C. */
4:	andi.	%r7, %r6, 0x0900
	beq	rfi_go
	andi.	%r7, %r8, 0x0900
	bne	rfi_go
	lwz	%r14, SW_FP_MSR(%r3)
	lwz	%r7, CORE_FPSCR(%r3)
	cmpwi	%r14, 0
	beq	5f
	mfmsr	%r14
	ori	%r14, %r14, 0x2000
	mtmsr	%r14
	isync
	stfd	0, SW_FPR(%r3)
	mffs	0
	stfd	0, SW_FPSCR(%r3)
	lfd	0, SW_FPR(%r3)
	lwz	%r7, SW_FPSCR + 4(%r3)
5:	andis.	%r7, %r7, 0x4000	/* FEX */
	beq	rfi_go
	b	program_slow

	.globl kvm440_op_mfspr
kvm440_op_mfspr:
	rlwinm	%r6, %r5, 22, 21, 30
	add	%r6, %r6, %r12
	lhz	%r6, FAST_MFSPR(%r6)
	cmpwi	%r6, 0
	beq	program_slow
	lwzx	%r6, %r6, %r3
	stwx	%r6, %r7, %r27
	b	op_next_rt

	.globl kvm440_op_mtspr
kvm440_op_mtspr:
	rlwinm	%r6, %r5, 24, 19, 28
	add	%r6, %r6, %r12
	lwzx	%r15, %r7, %r27
	lwz	%r4, FAST_MTSPR(%r6)
	lwz	%r14, FAST_MTSPR + 4(%r6)
	cmplwi	%r4, 0xffff
	and	%r15, %r15, %r14
	bgt	1f
	stwx	%r15, %r4, %r3
	NEXT
	b	run_31
1:	mtctr	%r4
	bctr

	.macro	SPRG number
	.globl kvm440_mtspr_sprg\number
kvm440_mtspr_sprg\number:
	mtspr	SPR_SPRG4W + \number - 4, %r15
	stw	%r15, CORE_SPRG(\number)(%r3)
	b	op_next
	.endm
	SPRG	4
	SPRG	5
	SPRG	6
	SPRG	7

	.globl kvm440_mtspr_pid
kvm440_mtspr_pid:
	lwz	%r8, CORE_MSR(%r3)
	CONTEXT
	addi	%r9, %r9, 4
	stw	%r15, CORE_PID(%r3)
	beq	%cr7, op_jump
	b	run_end

/* In a run alone: unprivileged, but they stand between those that are not. */
	.globl kvm440_op_mfcr
kvm440_op_mfcr:
	andis.	%r6, %r5, 0x0010
	bne	program_slow
	stwx	%r10, %r7, %r27
	b	op_next_rt
	.globl kvm440_op_mtcrf
kvm440_op_mtcrf:
	rlwinm	%r6, %r5, 20, 23, 31
	cmpwi	%r6, 0xff
	bne	program_slow
	lwzx	%r10, %r7, %r27
	b	op_next

/*
 * tlbwe: what came of the entry before is dropped here, what is written is left for C to see when
 * the guest is left next. Nothing can have come of the entry until then.
 */
	.macro	POST
	add	%r14, %r4, %r3
	rlwimi	%r6, %r13, 8, 16, 23
	rlwimi	%r6, %r8, 16, 8, 15
	addi	%r4, %r4, 8
	stw	%r7, SW_POSTED + 4(%r14)
	stw	%r6, SW_POSTED(%r14)
	stw	%r4, SW_POSTED_END(%r3)
	.endm

	.globl kvm440_op_tlbwe
kvm440_op_tlbwe:
	rlwinm	%r6, %r5, 18, 25, 29
	rlwinm	%r13, %r5, 21, 27, 31
	lwzx	%r6, %r6, %r27
	lwz	%r4, SW_POSTED_END(%r3)
	cmplwi	%r13, 2
	lwzx	%r7, %r7, %r27
	bgt	program_slow
	cmplwi	%r4, 8 * POSTED
	rlwinm	%r6, %r6, 1, 25, 30
	add	%r14, %r6, %r3
	bge	program_slow
	lhz	%r15, SW_CHAIN(%r14)
	lwz	%r8, CORE_MMUCR(%r3)
	cmpwi	%r15, 0
	bne	2f
	POST
	b	op_next
/* The chain from r15 on. This code may have been in it: the run ends. */
2:	lwz	%r21, SW_SOFT(%r3)
	li	%r17, 0
	sth	%r17, SW_CHAIN(%r14)
	lwz	%r22, SW_CODES(%r3)
	li	%r23, 1
3:	rlwinm	%r16, %r15, 4, 0, 27
	rlwinm	%r18, %r15, 2, 0, 29
	add	%r16, %r16, %r21
	add	%r18, %r18, %r21
	addi	%r16, %r16, SOFT_LARGE - SOFT_ENTRY
	lhz	%r15, SOFT_LINKS - 4(%r18)
	lwz	%r19, SOFT_TAG(%r16)
	lbz	%r18, SOFT_SLOT(%r16)
	rlwinm	%r19, %r19, 4, 20, 27
	stw	%r17, SOFT_TAG(%r16)
	stwx	%r23, %r19, %r22	/* CODE_PAGE */
	rlwinm	%r19, %r18, 2, 0, 29
	add	%r19, %r19, %r21
	lwz	%r20, SOFT_HOLDS(%r19)
	cmpw	%r20, %r16
	bne	4f
	tlbwe	%r17, %r18, 0
	stw	%r17, SOFT_HOLDS(%r19)
4:	cmpwi	%r15, 0
	bne	3b
	POST
	addi	%r9, %r9, 4
	b	run_end

/*
 * A system call of the guest's user mode, which its kernel gets: SRR0 stands behind the instruction
 * already.
 */
	.globl kvm440_code_syscall
kvm440_code_syscall:
	stmw	%r4, CORE_GPR(4)(%r3)
	stw	%r0, CORE_GPR(0)(%r3)
	stw	%r1, CORE_GPR(1)(%r3)
	stw	%r2, CORE_GPR(2)(%r3)
	mfspr	%r5, SPR_SPRG0
	lwz	%r13, CORE_MSR(%r3)
	stw	%r5, CORE_GPR(3)(%r3)
	mfcr	%r10
	mfctr	%r11
	lwz	%r6, SW_FAST(%r3)
	cmpwi	%r6, 0
	beq	syscall_slow
	lis	%r8, 0x0002
	ori	%r8, %r8, 0x1200	/* CE, ME, DE stay */
	and	%r8, %r8, %r13
	andi.	%r6, %r13, 0x4030	/* PR, IS, DS */
	beq	1f
	lwz	%r15, CORE_PID(%r3)
	CONTEXT	syscall_slow
1:	andi.	%r6, %r13, 0x2900
	beq	2f
	FLOATING %r8
2:	mfspr	%r9, SPR_SRR0
	lwz	%r4, CORE_TAKEN(%r3)
	stw	%r13, CORE_SRR1(%r3)
	addi	%r4, %r4, 1
	stw	%r9, CORE_SRR0(%r3)
	stw	%r8, CORE_MSR(%r3)
	stw	%r4, CORE_TAKEN(%r3)
	lwz	%r9, CORE_IVPR(%r3)
	lwz	%r6, CORE_IVOR(8)(%r3)
	or	%r9, %r9, %r6
/* On into its handler, if that stands in the page of code remembered. */
	lwz	%r8, SW_CODE(%r3)
	lwz	%r12, SW_FAST_TABLE(%r3)
	lwz	%r4, CODE_MASK(%r8)
	lwz	%r7, CODE_PAGE(%r8)
	and	%r4, %r4, %r9
	lwz	%r30, CODE_OFFSET(%r8)
	cmpw	%r4, %r7
	addi	%r27, %r3, CORE_GPR(0)
	bne	op_jump
	lwzx	%r5, %r30, %r9
	addi	%r4, %r9, -4
	rlwinm	%r6, %r5, 6, 26, 31
	mtspr	SPR_SRR0, %r4
	cmpwi	%r6, 31
	beq	run_31
	b	op_jump
syscall_slow:
	li	%r5, 0
	li	%r4, 8
	stw	%r5, SW_INSN(%r3)
	b	leave_saved

/*
 * void hand_on(u32 vector, u32 msr, u32 srr1, bool mcsrr): on to the host's own handler of an
 * interrupt of the critical or machine check class, as if it came here; what says why it came has
 * not been touched. @msr as the interrupt leaves it, @srr1 as it is to be afterwards.
 */
	.globl kvm440_code_hand_on
kvm440_code_hand_on:
	stwu	%r1, -16(%r1)
	mflr	%r0
	stw	%r0, 20(%r1)
	bcl	20, 31, 1f
1:	mflr	%r9
	addi	%r9, %r9, 4f - 1b
	cmpwi	%r6, 0
	mtctr	%r3
	mtmsr	%r4
	isync
	bne	2f
	mtspr	SPR_CSRR0, %r9
	mtspr	SPR_CSRR1, %r5
	bctr
2:	mtspr	SPR_MCSRR0, %r9
	mtspr	SPR_MCSRR1, %r5
	bctr
4:	lwz	%r0, 20(%r1)
	mtlr	%r0
	addi	%r1, %r1, 16
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

/* u32 tlb_next(u32 soft): the next slot to fill. @soft: as in SW_SOFT. Interrupts off. */
	.globl kvm440_code_tlb_next
kvm440_code_tlb_next:
	NEXT_SLOT %r4, %r3, %r5
	mr	%r3, %r4
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
