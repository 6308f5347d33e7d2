/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Instruction words for the programs inside unit tests. Operands in the assembler's order. */
#ifndef ASM440_H
#define ASM440_H

#define ASM_D(op, t, a, d)                                                                         \
	((uint32_t)(op) << 26 | (uint32_t)(t) << 21 | (uint32_t)(a) << 16 | ((uint32_t)(d)&0xffff))
#define ASM_X(op, t, a, b, x)                                                                      \
	((uint32_t)(op) << 26 | (uint32_t)(t) << 21 | (uint32_t)(a) << 16 | (uint32_t)(b) << 11 |  \
	 (uint32_t)(x) << 1)
#define ASM_SPR(n) (((n)&31) << 16 | ((n) >> 5) << 11)

#define LI(t, i)	   ASM_D(14, t, 0, i)
#define LIS(t, i)	   ASM_D(15, t, 0, i)
#define ADDI(t, a, i)	   ASM_D(14, t, a, i)
#define ORI(a, s, i)	   ASM_D(24, s, a, i)
#define CMPWI(a, i)	   ASM_D(11, 0, a, i)
#define LWZ(t, d, a)	   ASM_D(32, t, a, d)
#define LWZU(t, d, a)	   ASM_D(33, t, a, d)
#define LBZ(t, d, a)	   ASM_D(34, t, a, d)
#define STW(t, d, a)	   ASM_D(36, t, a, d)
#define STWU(t, d, a)	   ASM_D(37, t, a, d)
#define LMW(t, d, a)	   ASM_D(46, t, a, d)
#define STMW(t, d, a)	   ASM_D(47, t, a, d)
#define LFD(t, d, a)	   ASM_D(50, t, a, d)
#define STFD(t, d, a)	   ASM_D(54, t, a, d)
#define B(bytes)	   (18u << 26 | ((uint32_t)(bytes)&0x03fffffc))
#define BL(bytes)	   (B(bytes) | 1)
#define BNE(bytes)	   ASM_D(16, 4, 2, (bytes)&0xfffc)
#define BEQ(bytes)	   ASM_D(16, 12, 2, (bytes)&0xfffc)
#define BDNZ(bytes)	   ASM_D(16, 16, 0, (bytes)&0xfffc)
#define BLR		   ASM_X(19, 20, 0, 0, 16)
#define BCTRL		   (ASM_X(19, 20, 0, 0, 528) | 1)
#define ISYNC		   ASM_X(19, 0, 0, 0, 150)
#define RFI		   ASM_X(19, 0, 0, 0, 50)
#define SC		   (17u << 26 | 2)
#define MR(a, s)	   ASM_X(31, s, a, s, 444)
#define ADD(t, a, b)	   ASM_X(31, t, a, b, 266)
#define DIVW(t, a, b)	   ASM_X(31, t, a, b, 491)
#define ISEL(t, a, b, bit) (ASM_X(31, t, a, b, 15) | (uint32_t)(bit) << 6)
#define LWARX(t, a, b)	   ASM_X(31, t, a, b, 20)
#define STWCX(s, a, b)	   (ASM_X(31, s, a, b, 150) | 1)
#define LWBRX(t, a, b)	   ASM_X(31, t, a, b, 534)
#define ICBI(a, b)	   ASM_X(31, 0, a, b, 982)
#define DCBZ(a, b)	   ASM_X(31, 0, a, b, 1014)
#define TLBWE(s, a, w)	   ASM_X(31, s, a, w, 978)
#define MTMSR(s)	   ASM_X(31, s, 0, 0, 146)
#define WRTEEI(e)	   (ASM_X(31, 0, 0, 0, 163) | (e) << 15)
#define MTSPR(n, s)	   (ASM_X(31, s, 0, 0, 467) | ASM_SPR(n))
#define MFSPR(t, n)	   (ASM_X(31, t, 0, 0, 339) | ASM_SPR(n))
#define MFDCR(t, n)	   (ASM_X(31, t, 0, 0, 323) | ASM_SPR(n))
#define MTDCR(n, s)	   (ASM_X(31, s, 0, 0, 451) | ASM_SPR(n))
#define FADD(t, a, b)	   ASM_X(63, t, a, b, 21)
#define FDIV(t, a, b)	   ASM_X(63, t, a, b, 18)
#define TRAP		   ASM_X(31, 31, 0, 0, 4)
#define NOP		   ORI(0, 0, 0)

enum {
	SPR_LR = 8,
	SPR_CTR = 9,
	SPR_DEC = 22,
	SPR_SRR0 = 26,
	SPR_SRR1 = 27,
	SPR_PID = 48,
	SPR_DECAR = 54,
	SPR_TSR = 336,
	SPR_TCR = 340,
	SPR_MMUCR = 946,
};

#endif
