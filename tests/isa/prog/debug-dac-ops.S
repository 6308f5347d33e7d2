// SPDX-License-Identifier: GPL-2.0-or-later
#include "debug-ops.inc"

	/* r4 = the address, r5 = 4 */
	ops_begin ops_dac
	dbg	"lwz"
	lwz	3, 0(4)
	dbg_end
	dbg	"stw"
	stw	5, 0(4)
	dbg_end
	dbg	"lwzu"
	lwzu	3, 4(4)
	dbg_end
	dbg	"lbz"
	lbz	3, 0(4)
	dbg_end
	dbg	"stb after"
	stb	5, 3(4)
	dbg_end
	dbg	"lmw"
	lmw	31, 0(4)
	dbg_end
	dbg	"stwbrx"
	stwbrx	5, 0, 4
	dbg_end
	dbg	"dcbz"
	dcbz	0, 4
	dbg_end
	dbg	"dcbf"
	dcbf	0, 4
	dbg_end
	dbg	"dcbst"
	dcbst	0, 4
	dbg_end
	dbg	"dcbt"
	dcbt	0, 4
	dbg_end
	dbg	"dcbtst"
	dcbtst	0, 4
	dbg_end
	dbg	"icbi"
	icbi	0, 4
	dbg_end
	dbg	"dcba"
	dcba	0, 4
	dbg_end
	ops_end
