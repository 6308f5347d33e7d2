// SPDX-License-Identifier: GPL-2.0-or-later
#include "ops.inc"

	ops_begin ops_lock
	op	dcbf 0,4
	op	icbi 0,4
	op	dcbst 0,4
	op	icbt 0,4
	ops_end
