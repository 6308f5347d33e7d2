// SPDX-License-Identifier: GPL-2.0-or-later
/* Accesses that begin in RAM and end in a device, or the other way round; r6 to r8 as in mmio. */
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

	ops_begin ops_cross
	op	lwz 3,0(4)
	op	lhz 3,0(4)
	op	lwbrx 3,0,4
	opn	"lmw 30,0(4)"
	mr	29, 6
	lmw	30, 0(4)
	pack
	opn_end
	opn	"lswi 29,4,7"
	unpack
	lswi	29, 4, 7
	pack
	opn_end
	op	stw 3,0(4)
	op	sth 3,0(4)
	op	stwbrx 3,0,4
	opn	"stmw 30,0(4)"
	unpack
	stmw	30, 0(4)
	opn_end
	opn	"stswi 29,4,7"
	unpack
	stswi	29, 4, 7
	opn_end
	ops_end
