// SPDX-License-Identifier: GPL-2.0-or-later
#include "ops.inc"

	ops_begin ops_esr
	op	fadd 0,1,2
	op	fadd. 0,1,2
	op	fcmpo 0,1,2
	op	fcmpo 6,1,2
	op	fcmpu 3,1,2
	op	fctiw. 0,1
	op	mtfsb1 7
	op	mtfsb1. 7
	ops_end
