// SPDX-License-Identifier: GPL-2.0-or-later
#include "ops.inc"

	/* r4 = a word in RAM, r5 = where nothing is mapped */
	ops_begin ops_sync
	op	.long 0
	opn	"trap"
	trap
	opn_end
	opn	"twi"
	twi	31, 4, 0
	opn_end
	op	sc
	op	fmr 0,1
	op	lwz 3,0(5)
	op	stw 3,0(5)
	op	lwz 3,0(6)
	opn	"call nowhere"
	mflr	7
	mtctr	5
	bctrl
	mtlr	7
	li	7, 0
	opn_end
	opn	"call no-execute"
	mflr	7
	mtctr	8
	bctrl
	mtlr	7
	li	7, 0
	opn_end
	ops_end

	ops_begin ops_align
	op	lwarx 3,0,4
	op	stwcx. 3,0,4
	op	lwz 3,0(4)
	op	sth 3,0(4)
	op	lmw 30,0(4)
	op	lswi 3,4,4
	op	lwbrx 3,0,4
	op	lfd 0,0(4)
	op	lfs 0,0(4)
	op	stfd 0,0(4)
	op	dcbz 0,4
	ops_end
