/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ops.inc"

	/* r4 is an address of a device. */
	ops_begin ops_cache
	op	dcbt 0,4
	op	dcbtst 0,4
	op	dcbf 0,4
	op	dcbst 0,4
	op	dcba 0,4
	op	dcbz 0,4
	op	dcbi 0,4
	op	icbi 0,4
	op	icbt 0,4
	op	dccci 0,4
	op	iccci 0,4
	op	dcread 3,0,4
	op	icread 0,4
	op	lwarx 3,0,4
	op	lwz 3,0(4)
	op	lwzu 3,1(4)
	op	stwu 3,2(4)
	op	sthbrx 3,0,4
	op	lhaux 3,4,5
	op	msync
	op	mbar
	op	tlbsx. 3,0,4
	ops_end
