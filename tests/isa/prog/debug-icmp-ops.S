// SPDX-License-Identifier: GPL-2.0-or-later
#include "debug-ops.inc"

	ops_begin ops_icmp
	dbg	"line"
	li	3, 1
	li	3, 2
	li	3, 3
	dbg_end
	dbg	"branch"
	li	3, 1
	b	1f
	li	3, 2
1:	li	3, 3
	dbg_end
	ops_end
