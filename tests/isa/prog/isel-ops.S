// SPDX-License-Identifier: GPL-2.0-or-later
#include "ops.inc"

	ops_begin ops_isel
	op	isel 3,4,5,0
	op	isel 3,4,5,1
	op	isel 3,0,5,2
	op	isel 3,4,5,30
	op	isel 4,5,4,31
	ops_end
