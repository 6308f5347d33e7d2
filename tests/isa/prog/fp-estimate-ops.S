// SPDX-License-Identifier: GPL-2.0-or-later
#include "ops.inc"

	ops_begin ops_estimate
	op	fres 0,1
	op	frsqrte 0,1
	ops_end

	/* f0 = how far it is off: estimate * f1 - 1, or estimate^2 * f1 - 1, absolute; f3 = 1 */
	ops_begin ops_error
	opn	"fres"
	fres	0, 1
	fmsub	0, 0, 1, 3
	fabs	0, 0
	opn_end
	opn	"frsqrte"
	frsqrte	0, 1
	fmul	2, 0, 0
	fmsub	0, 2, 1, 3
	fabs	0, 0
	opn_end
	ops_end
