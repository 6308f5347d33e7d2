// SPDX-License-Identifier: GPL-2.0-or-later
#include "debug-ops.inc"

	ops_begin ops_brt
	dbg	"taken"
	li	3, 1
	b	1f
	li	3, 2
1:	nop
	dbg_end
	dbg	"conditional, not taken"
	li	3, 1
	cmpwi	3, 0
	beq	1f
	li	3, 2
1:	nop
	dbg_end
	dbg	"conditional, taken"
	li	3, 1
	cmpwi	3, 1
	beq	1f
	li	3, 2
1:	nop
	dbg_end
	dbg	"bl"
	mflr	6
	bl	1f
1:	mflr	3
	mtlr	6
	lis	6, 1b@ha
	la	6, 1b@l(6)
	subf	3, 6, 3
	dbg_end
	dbg	"bdnz"
	li	3, 2
	mtctr	3
1:	bdnz	1b
	mfctr	3
	dbg_end
	ops_end
