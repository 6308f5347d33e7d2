// SPDX-License-Identifier: GPL-2.0-or-later
#include "ops.inc"

	/* r4 = address; the strings go to r3 to r10. */
	ops_begin ops_strings
	opn	"lswx"
	mr	12, 4
	lswx	3, 0, 12
	opn_end
	opn	"stswx"
	mr	12, 4
	stswx	3, 0, 12
	opn_end
	opn	"lswi 0"
	mr	12, 4
	lswi	3, 12, 0
	opn_end
	opn	"stswi 0"
	mr	12, 4
	stswi	3, 12, 0
	opn_end
	opn	"lswi wraps"
	mr	12, 4
	li	30, 0
	li	31, 0
	li	0, 0
	lswi	30, 12, 11
	mr	6, 30
	mr	7, 31
	mr	8, 0
	opn_end
	opn	"stswi wraps"
	mr	12, 4
	mr	30, 6
	mr	31, 7
	mr	0, 8
	stswi	30, 12, 11
	opn_end
	ops_end
