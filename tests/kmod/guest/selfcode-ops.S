/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * uint32_t all_kinds(uint32_t seed): each kind of instruction that the vector block emulates, one
 * behind the other, with unprivileged ones between them and every operand from r0 to r2 and above.
 * SPRG0, 1, 4 and 7 and the invalid entry 21 of the TLB are changed.
 */
	.text
	.balign 256
	.globl	all_kinds
all_kinds:
	mflr	12
	mfcr	0
	mtctr	0
	mr	10, 1
	mr	11, 2
	mtspr	0x110, 3
	mtspr	0x111, 10
	mfspr	4, 0x110
	mflr	5
	mfspr	6, 0x111
	mtspr	0x114, 4
	mtspr	0x117, 6
	mfspr	0, 0x104
	add	3, 3, 4
	mtcr	3
	mfspr	4, 0x110
	mfcr	5
	mfmsr	6
	wrteei	1
	mfmsr	7
	wrteei	0
	mfmsr	8
	wrtee	7
	mfmsr	9
	wrtee	6
	mtmsr	7
	mfmsr	0
	mtmsr	6
	mtspr	0x110, 0
	mfspr	1, 0x110
	mfspr	2, 0x111
	mtspr	0x110, 2
	mfspr	0, 0x110
	mtcrf	0x80, 7
	mfspr	0, 0x110
	subf	0, 10, 0
	add	3, 3, 0
	xor	3, 3, 1
	add	3, 3, 5
	xor	3, 3, 8
	add	3, 3, 9
	mfcr	5
	rlwinm	5, 5, 4, 28, 31
	add	3, 3, 5
	mr	1, 10
	mr	2, 11
	li	4, 21
	li	5, 0
	lis	6, 0x1234
	mtspr	0x3b2, 5
	tlbwe	5, 4, 0
	tlbwe	6, 4, 1
	tlbwe	5, 4, 2
	mfspr	7, 0x3b2
	tlbre	8, 4, 1
	xor	3, 3, 8
	mfspr	7, 0x30
	mtspr	0x30, 7
	mfspr	8, 0x30
	isync
	add	3, 3, 8
	bcl	20, 31, 1f
1:	mflr	9
	addi	9, 9, 2f - 1b
	mfmsr	8
	mtspr	0x1a, 9
	mtspr	0x1b, 8
	mfspr	7, 0x1a
	mfspr	6, 0x1b
	rfi
	li	3, 0
2:	subf	7, 9, 7
	add	3, 3, 7
	xor	3, 3, 6
	mtlr	12
	mfctr	0
	mtcr	0
	blr
	.globl	all_kinds_end
all_kinds_end:

/*
 * uint32_t ahead(uint32_t insn, uint32_t *where): writes @insn to the third of the instructions
 * below, by address @where for the same word, and executes them: r3 is what they make of 0.
 */
	.balign 256
	.globl	ahead
ahead:
	li	0, 0
	stw	3, 0(4)
	dcbst	0, 4
	msync
	.globl	ahead_word
	icbi	0, 4
	msync
	isync
	li	3, 0
	mfspr	5, 0x110
	mfspr	6, 0x111
ahead_word:
	mfspr	3, 0x110
	mfspr	7, 0x112
	mfspr	8, 0x113
	add	3, 3, 7
	add	3, 3, 8
	blr
