// SPDX-License-Identifier: GPL-2.0-or-later
#include "ops.inc"

	.macro mac name
	op	\name 3,4,5
	op	\name\(). 3,4,5
	op	\name\()o 3,4,5
	op	\name\()o. 3,4,5
	.endm

	.macro mul name
	op	\name 3,4,5
	op	\name\(). 3,4,5
	.endm

	ops_begin ops_mac
	.irp kind, cchw, chhw, clhw
	.irp tail, , s, su, u
	mac	ma\kind\tail
	.endr
	mac	nma\kind
	mac	nma\kind\()s
	.endr
	.irp kind, chw, hhw, lhw
	.irp tail, , u
	mul	mul\kind\tail
	.endr
	.endr
	ops_end
