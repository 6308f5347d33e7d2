/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dbg "name": what stands between it and dbg_end runs with MSR[DE] on; its first instruction is +4. */
#include "ops.h"

	.macro dbg name:vararg
	opn	\name
	mtmsr	9
	.endm

	.macro dbg_end
	mtmsr	10
	isync
	opn_end
	.endm
