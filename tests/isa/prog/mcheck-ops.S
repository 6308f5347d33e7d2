// SPDX-License-Identifier: GPL-2.0-or-later
#include "ops.inc"

	/* r4 = where nothing answers */
	ops_begin ops_stray
	opn	"load byte"
	lbz	3, 0(4)
	nop
	nop
	opn_end
	opn	"load word"
	lwz	3, 0(4)
	nop
	nop
	opn_end
	opn	"load multiple"
	lmw	30, 0(4)
	nop
	nop
	opn_end
	opn	"store word"
	stw	3, 0(4)
	msync
	nop
	opn_end
	opn	"store string"
	stswi	3, 4, 8
	msync
	nop
	opn_end
	opn	"fetch"
	mflr	6
	mtctr	4
	bctrl
	mtlr	6
	opn_end
	ops_end
