// SPDX-License-Identifier: GPL-2.0-or-later
#include "ops.inc"

	/* Each in user mode; r4, r5 are harmless addresses. */
	ops_begin ops_privileged
	op	mfmsr 3
	op	mtmsr 3
	op	wrtee 3
	op	wrteei 0
	op	wrteei 1
	op	rfi
	op	rfci
	op	rfmci
	op	mfdcr 3,0xc0
	op	mtdcr 0xc2,3
	op	mfdcr 3,0x3ff
	op	tlbwe 3,4,0
	op	tlbwe 3,4,2
	op	tlbre 3,4,0
	op	tlbre 3,4,2
	op	tlbsx 3,4,5
	op	tlbsx. 3,4,5
	op	tlbsync
	op	iccci 0,4
	op	dccci 0,4
	op	icread 0,4
	op	dcread 3,0,4
	op	dcbi 0,4
	op	mfspr 3,0x3b2
	op	mtspr 0x030,3
	op	mfspr 3,0x11f
	/* not privileged */
	op	dcbst 0,4
	op	dcbf 0,4
	op	icbi 0,4
	op	icbt 0,4
	op	mfspr 3,0x100
	op	mtspr 0x100,3
	op	mfspr 3,0x104
	ops_end

	/* Not instructions of a 440: illegal in either mode. */
	ops_begin ops_illegal
	op	.long 0
	op	.long 0x00000001
	op	.long 0x04000000
	op	.long 0x7c000264
	op	.long 0x7c0002e4
	op	.long 0xe8640000
	op	.long 0xf8640000
	op	.long 0x78630000
	op	.long 0x7c6429d2
	op	.long 0x7c642836
	op	.long 0x7c000024
	op	.long 0x4c000024
	op	.long 0x7c6401a4
	op	.long 0x7c6404a6
	op	.long 0xffffffff
	ops_end

	/* rfXi to the second part with an MSR of r4; r3 = the MSR found there. r5 goes back to it. */
	.macro ret name, srr0, srr1
	opn	"\name"
	mfmsr	5
	lis	6, 1f@ha
	la	6, 1f@l(6)
	mtspr	\srr0, 6
	mtspr	\srr1, 4
	li	6, 0
	\name
1:	mfmsr	3
	mtmsr	5
	isync
	opn_end
	.endm
	ops_begin ops_return
	ret	rfi, SPR_SRR0, SPR_SRR1
	ret	rfci, SPR_CSRR0, SPR_CSRR1
	opn	"mtmsr"
	mfmsr	5
	mtmsr	4
	isync
	mfmsr	3
	mtmsr	5
	isync
	opn_end
	opn	"wrtee"
	mfmsr	5
	wrtee	4
	mfmsr	3
	mtmsr	5
	opn_end
	ops_end

	ops_begin ops_rfmci
	ret	rfmci, SPR_MCSRR0, SPR_MCSRR1
	ops_end
