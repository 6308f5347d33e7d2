// SPDX-License-Identifier: GPL-2.0-or-later
/* Functions of two instructions, one for each DCR: the number is part of the instruction. */
	.text
	.globl	garbage_mtdcr
garbage_mtdcr:
	.set	n, 0
	.rept	1024
	mtdcr	n, 4
	blr
	.set	n, n + 1
	.endr

	.globl	garbage_mfdcr
garbage_mfdcr:
	.set	n, 0
	.rept	1024
	mfdcr	3, n
	blr
	.set	n, n + 1
	.endr

	/* Accesses that may machine check; the handler goes on at garbage_next. */
	.globl	garbage_load, garbage_store, garbage_next
garbage_store:
	stw	4, 0(3)
	sync
	blr
garbage_load:
	lwz	3, 0(3)
	sync
garbage_next:
	blr
