// SPDX-License-Identifier: GPL-2.0-or-later
#include "ops.inc"

	/* r4 = an address, r5 = 0 */
	ops_begin ops_access
	op	lwz 3,0(4)
	op	stw 3,0(4)
	opn	"call"
	mflr	6
	mtctr	4
	bctrl
	mtlr	6
	li	6, 0
	opn_end
	ops_end

	ops_begin ops_faults
	op	lbz 3,0(4)
	op	lbzu 3,4(4)
	op	lhax 3,4,5
	op	lwbrx 3,4,5
	op	lwarx 3,4,5
	op	lmw 30,0(4)
	op	lswi 3,4,4
	op	lfd 0,0(4)
	op	lfsu 0,4(4)
	op	stb 3,0(4)
	op	stwu 3,4(4)
	op	sthbrx 3,4,5
	op	stmw 30,0(4)
	op	stswi 3,4,4
	op	stfd 0,0(4)
	op	stfiwx 0,4,5
	op	dcbz 4,5
	op	dcbt 4,5
	op	dcbtst 4,5
	op	dcbst 4,5
	op	dcbf 4,5
	op	dcbi 4,5
	op	icbi 4,5
	op	icbt 4,5
	op	dcba 4,5
	ops_end
