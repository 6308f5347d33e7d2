// SPDX-License-Identifier: GPL-2.0-or-later
#include "ops.inc"

	.macro op2 name, args:vararg
	op	\name \args
	op	\name\(). \args
	.endm

	.macro op4 name, args:vararg
	op2	\name, \args
	op2	\name\()o, \args
	.endm

	/* Two sources r4, r5; result r3 (starts as r3, which rlwimi and the MACs use). */
	ops_begin ops_two
	op4	add, 3,4,5
	op4	addc, 3,4,5
	op4	adde, 3,4,5
	op4	subf, 3,4,5
	op4	subfc, 3,4,5
	op4	subfe, 3,4,5
	op4	mullw, 3,4,5
	op2	mulhw, 3,4,5
	op2	mulhwu, 3,4,5
	op2	and, 3,4,5
	op2	andc, 3,4,5
	op2	or, 3,4,5
	op2	orc, 3,4,5
	op2	xor, 3,4,5
	op2	nand, 3,4,5
	op2	nor, 3,4,5
	op2	eqv, 3,4,5
	op2	slw, 3,4,5
	op2	srw, 3,4,5
	op2	sraw, 3,4,5
	op2	rlwnm, 3,4,5,0,31
	op2	rlwnm, 3,4,5,7,20
	op2	rlwnm, 3,4,5,20,7
	op	cmpw 4,5
	op	cmplw 4,5
	op	cmpw 5,4,5
	op	cmplw 7,4,5
	op	dlmzb 3,4,5
	op	dlmzb. 3,4,5
	ops_end

	/* The division forms: a quotient that cannot be is undefined and not looked at. */
	ops_begin ops_div
	op4	divw, 3,4,5
	op4	divwu, 3,4,5
	ops_end

	/* One source r4. */
	ops_begin ops_one
	op4	addme, 3,4
	op4	addze, 3,4
	op4	subfme, 3,4
	op4	subfze, 3,4
	op4	neg, 3,4
	op2	extsb, 3,4
	op2	extsh, 3,4
	op2	cntlzw, 3,4
	op	addi 3,4,0x7fff
	op	addi 3,4,-0x8000
	op	addi 3,0,-1
	op	addis 3,4,-0x8000
	op	addis 3,0,0x7fff
	op	addic 3,4,1
	op	addic 3,4,-1
	op	addic. 3,4,0x7fff
	op	addic. 3,4,-0x8000
	op	subfic 3,4,0
	op	subfic 3,4,-1
	op	subfic 3,4,0x7fff
	op	mulli 3,4,-1
	op	mulli 3,4,0x7fff
	op	mulli 3,4,-0x8000
	op	andi. 3,4,0xffff
	op	andi. 3,4,0x8000
	op	andis. 3,4,0xffff
	op	andis. 3,4,0x8001
	op	ori 3,4,0x8001
	op	oris 3,4,0x8001
	op	xori 3,4,0xffff
	op	xoris 3,4,0xffff
	op	cmpwi 4,0
	op	cmpwi 3,4,-1
	op	cmpwi 6,4,0x7fff
	op	cmplwi 4,0xffff
	op	cmplwi 1,4,0
	op2	srawi, 3,4,0
	op2	srawi, 3,4,1
	op2	srawi, 3,4,31
	op2	rlwinm, 3,4,0,0,31
	op2	rlwinm, 3,4,1,0,30
	op2	rlwinm, 3,4,31,31,31
	op2	rlwinm, 3,4,13,25,6
	op2	rlwinm, 3,4,16,16,15
	op2	rlwimi, 3,4,0,8,15
	op2	rlwimi, 3,4,9,30,1
	op2	rlwimi, 3,4,31,0,31
	op	mtcrf 0xff,4
	op	mtcrf 0x01,4
	op	mtcrf 0x80,4
	op	mtcrf 0x5a,4
	op	mfcr 3
	op	mtxer 4
	op	mtctr 4
	opn	"mtxer 4; mcrxr 3"
	mtxer	4
	mcrxr	3
	opn_end
	opn	"mtctr 4; mfctr 3"
	mtctr	4
	mfctr	3
	opn_end
	opn	"mflr 6; mtlr 4; mflr 3; mtlr 6"
	mflr	6
	mtlr	4
	mflr	3
	mtlr	6
	li	6,0
	opn_end
	op	crand 0,1,2
	op	crandc 31,0,30
	op	creqv 4,9,14
	op	crnand 5,5,6
	op	crnor 16,17,18
	op	cror 20,0,31
	op	crorc 21,22,23
	op	crxor 31,31,31
	op	mcrf 0,7
	op	mcrf 7,0
	op	mcrf 3,3
	ops_end

	/* Trap words: by all five conditions, and none, and always. */
	ops_begin ops_trap
	op	tw 0,4,5
	op	tw 1,4,5
	op	tw 2,4,5
	op	tw 4,4,5
	op	tw 8,4,5
	op	tw 16,4,5
	op	tw 24,4,5
	op	tw 31,4,5
	op	twi 1,4,-1
	op	twi 2,4,0x7fff
	op	twi 4,4,0
	op	twi 8,4,-0x8000
	op	twi 16,4,-1
	op	twi 31,4,0
	ops_end

	/* Taken: r3 = 1, not taken: r3 = 0; CTR, CR from the registers, LR seen after. */
	.macro	br bo, bi
	opn	"bc \bo,\bi"
	li	3,1
	bc	\bo,\bi,1f
	li	3,0
1:
	opn_end
	opn	"bcl \bo,\bi"
	mflr	6
	li	3,1
	bcl	\bo,\bi,1f
	li	3,0
1:
	mflr	7
	lis	8,1b@ha
	la	8,1b@l(8)
	subf	7,8,7
	mtlr	6
	li	8,0
	li	6,0
	opn_end
	opn	"bclr \bo,\bi"
	mflr	6
	lis	8,1f@ha
	la	8,1f@l(8)
	mtlr	8
	li	3,1
	bclr	\bo,\bi
	li	3,0
1:
	mtlr	6
	li	8,0
	li	6,0
	opn_end
	opn	"bclrl \bo,\bi"
	mflr	6
	lis	8,1f@ha
	la	8,1f@l(8)
	mtlr	8
	li	3,1
	bclrl	\bo,\bi
	li	3,0
1:
	mflr	7
	subf	7,8,7
	mtlr	6
	li	8,0
	li	6,0
	opn_end
	.endm
	ops_begin ops_branch
	.irp bo, 0,2,4,8,10,12,16,18,20
	.irp bi, 0,1,2,3,31
	br \bo,\bi
	.endr
	.endr
	.irp bo, 4,12,20
	.irp bi, 0,2,29
	opn	"bcctr \bo,\bi"
	lis	8,1f@ha
	la	8,1f@l(8)
	mtctr	8
	li	3,1
	bcctr	\bo,\bi
	li	3,0
1:
	li	8,0
	mtctr	8
	opn_end
	opn	"bcctrl \bo,\bi"
	mflr	6
	lis	8,1f@ha
	la	8,1f@l(8)
	mtctr	8
	li	3,1
	bcctrl	\bo,\bi
	li	3,0
1:
	mflr	7
	subf	7,8,7
	mtlr	6
	li	8,0
	mtctr	8
	li	6,0
	opn_end
	.endr
	.endr
	ops_end
