// SPDX-License-Identifier: GPL-2.0-or-later
/* Code that is copied, each word byte-reversed, into a little-endian page. */
#include "regs.h"

	.text
	.globl	little_code, little_code_end
little_code:
	mflr	0
	li	4, 0
	li	5, 10
	mtctr	5
1:	add	4, 4, 5
	addi	5, 5, -1
	bdnz	1b
	cmpwi	4, 55
	bne	2f
	/* a constant in the code itself: a little-endian word */
	bcl	20, 31, 3f
3:	mflr	6
	lwz	7, 4f-3b(6)
	lhz	8, 4f-3b(6)
	lwbrx	9, 0, 6
	stw	4, 5f-3b(6)
	mtlr	0
	mr	3, 4
	blr
2:	li	3, -1
	mtlr	0
	blr
4:	.long	0x12345678
5:	.long	0
little_code_end:
