// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Every load and store, in the registers loadstore.c sets up: r4 = base, r5 = index, r3 and f0 the
 * data; multiples and strings use r29-r31, which go to and come from r6-r8. Shared with mmio.
 */
#include "ops.inc"

	.macro pack
	mr	6, 29
	mr	7, 30
	mr	8, 31
	.endm
	.macro unpack
	mr	29, 6
	mr	30, 7
	mr	31, 8
	.endm

	.macro forms name, reg
	op	\name \reg,8(4)
	op	\name\()u \reg,8(4)
	op	\name\()x \reg,4,5
	op	\name\()ux \reg,4,5
	.endm

	ops_begin ops_loads
	forms	lbz, 3
	forms	lhz, 3
	forms	lha, 3
	forms	lwz, 3
	op	lhbrx 3,4,5
	op	lwbrx 3,4,5
	opn	"lmw 29,8(4)"
	lmw	29, 8(4)
	pack
	opn_end
	.irp n, 1,2,3,4,5,6,7,8,9,10,11,12
	opn	"lswi 29,4,\n"
	unpack
	lswi	29, 4, \n
	pack
	opn_end
	.endr
	opn	"lswx 29,4,5"
	unpack
	lswx	29, 4, 5
	pack
	opn_end
	ops_end

	ops_begin ops_stores
	forms	stb, 3
	forms	sth, 3
	forms	stw, 3
	op	sthbrx 3,4,5
	op	stwbrx 3,4,5
	opn	"stmw 29,8(4)"
	unpack
	stmw	29, 8(4)
	opn_end
	.irp n, 1,2,3,4,5,6,7,8,9,10,11,12
	opn	"stswi 29,4,\n"
	unpack
	stswi	29, 4, \n
	opn_end
	.endr
	opn	"stswx 29,4,5"
	unpack
	stswx	29, 4, 5
	opn_end
	ops_end

	ops_begin ops_fp
	forms	lfs, 0
	forms	lfd, 0
	forms	stfs, 0
	forms	stfd, 0
	op	stfiwx 0,4,5
	ops_end

	/* Word-aligned only. */
	ops_begin ops_reserve
	opn	"lwarx, stwcx. same"
	lwarx	6, 4, 5
	stwcx.	3, 4, 5
	opn_end
	opn	"stwcx. without"
	stwcx.	3, 4, 5
	opn_end
	opn	"lwarx, stwcx. twice"
	lwarx	6, 4, 5
	stwcx.	3, 4, 5
	mfcr	7
	stwcx.	6, 4, 5
	opn_end
	opn	"lwarx, lwarx, stwcx."
	lwarx	6, 4, 5
	lwarx	7, 0, 4
	stwcx.	3, 0, 4
	opn_end
	opn	"lwarx, stw, stwcx."
	lwarx	6, 4, 5
	stw	5, 0(4)
	stwcx.	3, 4, 5
	opn_end
	ops_end

	ops_begin ops_cache
	op	dcbz 4,5
	op	dcbst 4,5
	op	dcbf 4,5
	op	dcbt 4,5
	op	dcbtst 4,5
	op	icbi 4,5
	op	icbt 4,5
	op	dcba 4,5
	op	msync
	op	mbar
	op	isync
	ops_end
