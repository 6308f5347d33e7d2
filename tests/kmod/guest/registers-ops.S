/* SPDX-License-Identifier: GPL-2.0-or-later */
	.text
/* uint32_t hold_registers(uint32_t seed, uint32_t turns): r0, r5 to r31, CR, XER, LR. */
	.globl	hold_registers
hold_registers:
	mflr	0
	stwu	1, -96(1)
	stw	0, 100(1)
	stmw	13, 16(1)
	mfcr	0
	stw	0, 12(1)
	mtctr	4
	n = 5
	.rept	27
	addi	n, 3, n
	n = n + 1
	.endr
	addi	0, 3, 77
	mtlr	0
	mtcr	3
	lis	4, 0xe000
	mtxer	4
	addi	0, 3, 99
1:	bdnz	1b
	mfcr	4
	xor	4, 4, 3
	/* r4 gathers all differences */
	addi	2, 3, 99
	xor	2, 2, 0
	or	4, 4, 2
	n = 5
	.rept	27
	addi	2, 3, n
	xor	2, 2, n
	or	4, 4, 2
	n = n + 1
	.endr
	mflr	0
	addi	2, 3, 77
	xor	2, 2, 0
	or	4, 4, 2
	mfxer	0
	lis	2, 0xe000
	xor	2, 2, 0
	or	3, 4, 2
	cntlzw	3, 3
	srwi	3, 3, 5
	xori	3, 3, 1
	lwz	0, 12(1)
	mtcr	0
	li	0, 0
	mtxer	0
	lmw	13, 16(1)
	lwz	0, 100(1)
	mtlr	0
	addi	1, 1, 96
	blr

/* uint32_t hold_floats(uint32_t seed, uint32_t turns): f0 to f31; FPSCR's rounding mode. */
	.globl	hold_floats
hold_floats:
	stwu	1, -32(1)
	lis	5, 0x3ff0
	stw	5, 8(1)
	n = 0
	.rept	32
	addi	5, 3, n
	stw	5, 12(1)
	lfd	n, 8(1)
	n = n + 1
	.endr
	mtfsfi	7, 2
	mtctr	4
1:	bdnz	1b
	li	6, 0
	n = 0
	.rept	32
	stfd	n, 16(1)
	lwz	5, 20(1)
	addi	7, 3, n
	xor	5, 5, 7
	or	6, 6, 5
	n = n + 1
	.endr
	mffs	0
	stfd	0, 16(1)
	lwz	5, 20(1)
	clrlwi	5, 5, 30
	xori	5, 5, 2
	or	3, 6, 5
	mtfsfi	7, 0
	cntlzw	3, 3
	srwi	3, 3, 5
	xori	3, 3, 1
	addi	1, 1, 32
	blr
