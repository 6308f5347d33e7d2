/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names used by the assembler and the C side of the test programs. SPR and DCR numbers, MSR, ESR
 * and TLB bits: PPC440x5 CPU Core User's Manual (IBM, 2002), chapter 10; UIC: Linux's ppc4xx_uic.c.
 */
#ifndef ISA_REGS_H
#define ISA_REGS_H

#define SPR_XER	    0x001
#define SPR_LR	    0x008
#define SPR_CTR	    0x009
#define SPR_DEC	    0x016
#define SPR_SRR0    0x01a
#define SPR_SRR1    0x01b
#define SPR_PID	    0x030
#define SPR_DECAR   0x036
#define SPR_CSRR0   0x03a
#define SPR_CSRR1   0x03b
#define SPR_DEAR    0x03d
#define SPR_ESR	    0x03e
#define SPR_IVPR    0x03f
#define SPR_USPRG0  0x100
#define SPR_SPRG4R  0x104
#define SPR_TBLR    0x10c
#define SPR_TBUR    0x10d
#define SPR_SPRG0   0x110
#define SPR_SPRG1   0x111
#define SPR_SPRG2   0x112
#define SPR_SPRG3   0x113
#define SPR_SPRG4   0x114
#define SPR_TBLW    0x11c
#define SPR_TBUW    0x11d
#define SPR_PIR	    0x11e
#define SPR_PVR	    0x11f
#define SPR_DBSR    0x130
#define SPR_DBCR0   0x134
#define SPR_DBCR1   0x135
#define SPR_DBCR2   0x136
#define SPR_IAC1    0x138
#define SPR_IAC2    0x139
#define SPR_IAC3    0x13a
#define SPR_IAC4    0x13b
#define SPR_DAC1    0x13c
#define SPR_DAC2    0x13d
#define SPR_DVC1    0x13e
#define SPR_DVC2    0x13f
#define SPR_TSR	    0x150
#define SPR_TCR	    0x154
#define SPR_IVOR(n) (0x190 + (n))
#define SPR_MCSRR0  0x23a
#define SPR_MCSRR1  0x23b
#define SPR_MCSR    0x23c
#define SPR_INV0    0x370
#define SPR_ITV0    0x374
#define SPR_CCR1    0x378
#define SPR_DNV0    0x390
#define SPR_DTV0    0x394
#define SPR_DVLIM   0x398
#define SPR_IVLIM   0x399
#define SPR_RSTCFG  0x39b
#define SPR_DCDBTRL 0x39c
#define SPR_DCDBTRH 0x39d
#define SPR_ICDBTRL 0x39e
#define SPR_ICDBTRH 0x39f
#define SPR_MMUCR   0x3b2
#define SPR_CCR0    0x3b3
#define SPR_ICDBDR  0x3d3
#define SPR_DBDR    0x3f3

#define MSR_WE	0x00040000
#define MSR_CE	0x00020000
#define MSR_EE	0x00008000
#define MSR_PR	0x00004000
#define MSR_FP	0x00002000
#define MSR_ME	0x00001000
#define MSR_FE0 0x00000800
#define MSR_DWE 0x00000400
#define MSR_DE	0x00000200
#define MSR_FE1 0x00000100
#define MSR_IS	0x00000020
#define MSR_DS	0x00000010

/* What SRR1 shows of a program that runs: every bit but WE (manual, 6.4.1). */
#define MSR_SAVED 0x0002ff30

/* TLB word 0 */
#define TLB_V	 0x200
#define TLB_TS	 0x100
#define TLB_1K	 0x00
#define TLB_4K	 0x10
#define TLB_16K	 0x20
#define TLB_64K	 0x30
#define TLB_256K 0x40
#define TLB_1M	 0x50
#define TLB_16M	 0x70
#define TLB_256M 0x90
/* TLB word 2 */
#define TLB_W	0x800
#define TLB_I	0x400
#define TLB_M	0x200
#define TLB_G	0x100
#define TLB_E	0x080
#define TLB_UX	0x20
#define TLB_UW	0x10
#define TLB_UR	0x08
#define TLB_SX	0x04
#define TLB_SW	0x02
#define TLB_SR	0x01
#define TLB_ALL 0x3f

/* The real addresses of the devices the programs use. */
#define UART0_RA  0xef600300
#define UART1_RA  0xef600400
#define UART_PAGE 0xef600000

/* System calls of the runtime, in r0: change the mode the caller runs in. */
#define SC_USER	 0x55534552
#define SC_SUPER 0x53555052

/* Interrupt vectors by IVOR number. */
#define VEC_CRITICAL 0
#define VEC_MCHECK   1
#define VEC_DSI	     2
#define VEC_ISI	     3
#define VEC_EXTERNAL 4
#define VEC_ALIGN    5
#define VEC_PROGRAM  6
#define VEC_FP	     7
#define VEC_SC	     8
#define VEC_AP	     9
#define VEC_DEC	     10
#define VEC_FIT	     11
#define VEC_WDT	     12
#define VEC_DTLB     13
#define VEC_ITLB     14
#define VEC_DEBUG    15

/* struct trap_frame, see isa.h */
#define FR_GPR	0
#define FR_CR	128
#define FR_LR	132
#define FR_CTR	136
#define FR_XER	140
#define FR_PC	144
#define FR_MSR	148
#define FR_ESR	152
#define FR_DEAR 156
#define FR_NOW	160
#define FR_SIZE 176

/* struct op_regs, see isa.h */
#define OR_R3	 0
#define OR_CR	 32
#define OR_XER	 36
#define OR_LR	 40
#define OR_CTR	 44
#define OR_USER	 48
#define OR_F	 56
#define OR_FPSCR 88
#define OR_FP	 96

#endif
