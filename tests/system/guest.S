/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A guest of 1 KB that does on its console what it is told, one letter at a time; others are echoed:
 *	P	powers off			R	reboots
 *	X	panics (pvpanic)		H	halts: a branch to itself, interrupts off
 *	C	jumps into nothing with machine checks off: a checkstop
 * When nothing has come for a while it sleeps (MSR[WE]), and looks at the UART when the decrementer
 * wakes it. The FIFOs stay off: switching them on would lose what was typed before.
 *
 * Entry as ePAPR has it: MSR = 0, 256 MB 1:1 in AS 0. Devices as on kvm440d's bamboo.
 */
#define UART	   0xef600300
#define POWER	   0xef602000
#define PVPANIC	   0xef603000
#define DEVICES	   0xef600000 /* 16 KB hold all three */
#define TICKS	   400000     /* a millisecond or so */

#define SPR_DECAR  54
#define SPR_IVPR   63
#define SPR_TSR	   336
#define SPR_TCR	   340
#define SPR_IVOR10 410
#define SPR_MMUCR  946

	.section .text
	.globl	_start
_start:
	/* The TLB entry after the one that we run from maps the devices. */
	bl	1f
1:	mflr	4
	li	0, 0
	mtspr	SPR_MMUCR, 0
	tlbsx	5, 0, 4
	addi	5, 5, 1
	rlwinm	5, 5, 0, 26, 31
	lis	6, DEVICES@h
	ori	7, 6, 0x220	/* valid, 16 KB */
	li	8, 0x503	/* uncached, guarded, supervisor reads and writes */
	tlbwe	6, 5, 1
	tlbwe	8, 5, 2
	tlbwe	7, 5, 0
	isync

	lis	3, vectors@h
	mtspr	SPR_IVPR, 3
	li	3, tick@l
	mtspr	SPR_IVOR10, 3
	lis	3, TICKS@h
	ori	3, 3, TICKS@l
	mtspr	SPR_DECAR, 3
	mtdec	3
	lis	3, 0x0440	/* TCR: decrementer interrupt, auto-reload */
	mtspr	SPR_TCR, 3

	li	22, 0
	lis	20, UART@h
	ori	20, 20, UART@l
	lis	21, banner@h
	ori	21, 21, banner@l
2:	lbz	3, 0(21)
	addi	21, 21, 1
	cmpwi	3, 0
	beq	ready
	bl	put
	b	2b

ready:	lbz	3, 5(20)	/* line status: data ready */
	andi.	3, 3, 1
	bne	take
	cmpwi	22, 0
	subi	22, 22, 1
	bgt	ready
	lis	3, 0x0004	/* WE, EE */
	ori	3, 3, 0x8000
	mtmsr	3
	isync
	li	3, 0
	mtmsr	3
	b	ready

take:	li	22, 5000	/* looks before it sleeps */
	lbz	3, 0(20)
	cmpwi	3, 'P'
	beq	poweroff
	cmpwi	3, 'R'
	beq	reboot
	cmpwi	3, 'X'
	beq	panic
	cmpwi	3, 'C'
	beq	nothing
	cmpwi	3, 'H'
	beq	halt
	bl	put
	b	ready

poweroff:
	lis	4, 0x4f46	/* "OFF " */
	ori	4, 4, 0x4620
	b	1f
reboot:	lis	4, 0x5253	/* "RST " */
	ori	4, 4, 0x5420
1:	lis	5, POWER@h
	ori	5, 5, POWER@l
	stw	4, 0(5)
	b	ready
panic:	li	4, 1
	lis	5, PVPANIC@h
	ori	5, 5, PVPANIC@l
	stb	4, 0(5)
	b	ready
nothing:
	lis	5, 0x0800	/* 128 MB: the guest has less */
	mtctr	5
	bctr
halt:	b	halt

/* Prints r3. */
put:	lbz	4, 5(20)	/* line status: room to transmit */
	andi.	4, 4, 0x20
	beq	put
	stb	3, 0(20)
	blr

	.section .vectors, "ax"
	.globl	vectors
vectors:
	.space	0x100
tick:	mtsprg	0, 3
	lis	3, 0x0800	/* TSR: the decrementer's bit */
	mtspr	SPR_TSR, 3
	mfsrr1	3
	rlwinm	3, 3, 0, 14, 12	/* awake: without WE */
	mtsrr1	3
	mfsprg	3, 0
	rfi

	.section .rodata
banner:	.asciz	"guest440: ready\r\n"
