// SPDX-License-Identifier: GPL-2.0-or-later
#include "debug-ops.inc"

	ops_begin ops_trap
	dbg	"trap"
	li	3, 1
	trap
	li	3, 2
	dbg_end
	dbg	"twi not met"
	li	3, 1
	twi	4, 3, 0
	li	3, 2
	dbg_end
	opn	"trap with DE off"
	li	3, 1
	trap
	li	3, 2
	opn_end
	dbg	"sc"
	li	0, 0
	sc
	li	3, 3
	dbg_end
	ops_end
