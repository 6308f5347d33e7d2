/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A table of instructions to try, for the assembler: "op add. 3,4,5" makes the code (the instruction
 * and blr) and a row { address, name } of the table that is open; the name is the text itself.
 * C sees "extern const struct op NAME[]", ended by a row of zeros.
 */
#include "regs.h"


	.macro ops_begin name
	.section .rodata
	.balign 4
	.globl	\name
\name:
	.endm

	.macro ops_end
	.long	0, 0
	.endm

	.macro op text:vararg
	.pushsection .text.ops, "ax"
77:	\text
	blr
	.popsection
	.pushsection .rodata.names, "a"
78:	.asciz	"\text"
	.popsection
	.long	77b, 78b
	.endm

	/* One whose text is not its name, or that is not one instruction: opn "name", code, opn_end. */
	.macro opn name:vararg
	.pushsection .rodata.names, "a"
78:	.asciz	\name
	.popsection
	.long	77f, 78b
	.pushsection .text.ops, "ax"
77:
	.endm

	.macro opn_end
	blr
	.popsection
	.endm
