// SPDX-License-Identifier: GPL-2.0-or-later
#include "debug-ops.inc"

	ops_begin ops_iac
	dbg	"line"
	li	3, 1
	li	3, 2
	li	3, 3
	li	3, 4
	li	3, 5
	dbg_end
	opn	"line with DE off"
	nop
	li	3, 1
	li	3, 2
	isync
	opn_end
	ops_end
