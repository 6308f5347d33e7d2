/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Bits of the 440's registers, by the manual's names. M = PPC440x5 CPU Core User's Manual,
 * SA14-2613-02 (2002). Bit numbers are IBM's: 0 is the most significant.
 */
#ifndef CORE440_REGS_H
#define CORE440_REGS_H

/*
 * asm/reg.h has many of these names. In the files of the core they mean what stands here; where
 * both define one bit, it is the same (compared with Linux 6.1).
 */
#ifdef __KERNEL__
#include <asm/reg.h>
#undef CCR1_TCS
#undef DBCR0_EDM
#undef DBCR0_FT
#undef DBCR0_IDM
#undef DBCR0_RST
#undef DBSR_IAC12ATS
#undef DBSR_IAC34ATS
#undef DBSR_IDE
#undef DBSR_MRR
#undef ESR_BO
#undef ESR_FP
#undef ESR_MCI
#undef ESR_PIL
#undef ESR_PPR
#undef ESR_PTR
#undef ESR_PUO
#undef ESR_ST
#undef FPSCR_FEX
#undef MCSR_DCFP
#undef MCSR_DCSP
#undef MCSR_DRB
#undef MCSR_DWB
#undef MCSR_IB
#undef MCSR_ICP
#undef MCSR_IMPE
#undef MCSR_MCS
#undef MCSR_TLBP
#undef MSR_CE
#undef MSR_DE
#undef MSR_DS
#undef MSR_DWE
#undef MSR_EE
#undef MSR_FE0
#undef MSR_FE1
#undef MSR_FP
#undef MSR_IS
#undef MSR_ME
#undef MSR_PR
#undef MSR_WE
#undef TCR_ARE
#undef TCR_DIE
#undef TCR_FIE
#undef TCR_WIE
#undef TCR_WRC
#undef TSR_DIS
#undef TSR_ENW
#undef TSR_FIS
#undef TSR_WIS
#undef TSR_WRS
#endif

#define CORE440_BIT(n) (0x80000000u >> (n))

/* MSR; positions as in the figure of MCSRR1, M p.170 */
#define MSR_WE	CORE440_BIT(13)
#define MSR_CE	CORE440_BIT(14)
#define MSR_EE	CORE440_BIT(16)
#define MSR_PR	CORE440_BIT(17)
#define MSR_FP	CORE440_BIT(18)
#define MSR_ME	CORE440_BIT(19)
#define MSR_FE0 CORE440_BIT(20)
#define MSR_DWE CORE440_BIT(21)
#define MSR_DE	CORE440_BIT(22)
#define MSR_FE1 CORE440_BIT(23)
#define MSR_IS	CORE440_BIT(26)
#define MSR_DS	CORE440_BIT(27)
#define MSR_ALL                                                                                    \
	(MSR_WE | MSR_CE | MSR_EE | MSR_PR | MSR_FP | MSR_ME | MSR_FE0 | MSR_DWE | MSR_DE |        \
	 MSR_FE1 | MSR_IS | MSR_DS)

/* ESR, M p.172 to 174 */
#define ESR_MCI	     CORE440_BIT(0)
#define ESR_PIL	     CORE440_BIT(4)
#define ESR_PPR	     CORE440_BIT(5)
#define ESR_PTR	     CORE440_BIT(6)
#define ESR_FP	     CORE440_BIT(7)
#define ESR_ST	     CORE440_BIT(8)
#define ESR_DLK_DCBF CORE440_BIT(11) /* DLK = 0b01 */
#define ESR_DLK_ICBI CORE440_BIT(10) /* DLK = 0b10 */
#define ESR_AP	     CORE440_BIT(12)
#define ESR_PUO	     CORE440_BIT(13)
#define ESR_BO	     CORE440_BIT(14)
#define ESR_PIE	     CORE440_BIT(15)
#define ESR_PCRE     CORE440_BIT(27)
#define ESR_PCMP     CORE440_BIT(28)
#define ESR_PCRF     0x00000007u
#define ESR_ALL	     0x8fbf001fu

/* MCSR, M p.500 */
#define MCSR_MCS  CORE440_BIT(0)
#define MCSR_IB	  CORE440_BIT(1)
#define MCSR_DRB  CORE440_BIT(2)
#define MCSR_DWB  CORE440_BIT(3)
#define MCSR_TLBP CORE440_BIT(4)
#define MCSR_ICP  CORE440_BIT(5)
#define MCSR_DCSP CORE440_BIT(6)
#define MCSR_DCFP CORE440_BIT(7)
#define MCSR_IMPE CORE440_BIT(8)
#define MCSR_ALL  0xff800000u

/* TLB words, M p.135, 136, 435 */
#define TLB0_EPN	0xfffffc00u
#define TLB0_V		CORE440_BIT(22)
#define TLB0_TS		CORE440_BIT(23)
#define TLB0_SIZE(word) ((word) >> 4 & 15)
#define TLB0_ALL	0xfffffff0u
#define TLB1_RPN	0xfffffc00u
#define TLB1_ERPN	0x0000000fu
#define TLB1_ALL	0xfffffc0fu
#define TLB2_U0		CORE440_BIT(16)
#define TLB2_U1		CORE440_BIT(17)
#define TLB2_U2		CORE440_BIT(18)
#define TLB2_U3		CORE440_BIT(19)
#define TLB2_W		CORE440_BIT(20)
#define TLB2_I		CORE440_BIT(21)
#define TLB2_M		CORE440_BIT(22)
#define TLB2_G		CORE440_BIT(23)
#define TLB2_E		CORE440_BIT(24)
#define TLB2_UX		CORE440_BIT(26)
#define TLB2_UW		CORE440_BIT(27)
#define TLB2_UR		CORE440_BIT(28)
#define TLB2_SX		CORE440_BIT(29)
#define TLB2_SW		CORE440_BIT(30)
#define TLB2_SR		CORE440_BIT(31)
#define TLB2_ALL	0x0000ffbfu

/* MMUCR, M p.148 */
#define MMUCR_SWOA    CORE440_BIT(7)
#define MMUCR_U1TE    CORE440_BIT(9)
#define MMUCR_U2SWOAE CORE440_BIT(10)
#define MMUCR_DULXE   CORE440_BIT(12)
#define MMUCR_IULXE   CORE440_BIT(13)
#define MMUCR_STS     CORE440_BIT(15)
#define MMUCR_STID    0x000000ffu
#define MMUCR_ALL                                                                                  \
	(MMUCR_SWOA | MMUCR_U1TE | MMUCR_U2SWOAE | MMUCR_DULXE | MMUCR_IULXE | MMUCR_STS |         \
	 MMUCR_STID)

/* TCR: fields M p.211 to 215, their positions Linux 6.1, asm/reg_booke.h; TSR: M p.217 */
#define TCR_WP_SHIFT  30
#define TCR_WRC	      0x30000000u
#define TCR_WRC_SHIFT 28
#define TCR_WIE	      CORE440_BIT(4)
#define TCR_DIE	      CORE440_BIT(5)
#define TCR_FP_SHIFT  24
#define TCR_FIE	      CORE440_BIT(8)
#define TCR_ARE	      CORE440_BIT(9)
#define TCR_ALL	      0xffc00000u
#define TSR_ENW	      CORE440_BIT(0)
#define TSR_WIS	      CORE440_BIT(1)
#define TSR_WRS	      0x30000000u
#define TSR_WRS_SHIFT 28
#define TSR_DIS	      CORE440_BIT(4)
#define TSR_FIS	      CORE440_BIT(5)
#define TSR_ALL	      0xfc000000u

/*
 * DBCR0 and DBSR share positions 4 to 16: M p.244, 245 for DBSR; DBCR0 to 2 as in Linux 6.1,
 * asm/reg_booke.h.
 */
#define DBCR0_EDM	CORE440_BIT(0)
#define DBCR0_IDM	CORE440_BIT(1)
#define DBCR0_RST_SHIFT 28
#define DBCR0_RST	0x30000000u
#define DBCR0_FT	CORE440_BIT(31)
#define DBCR0_ALL	0xffff8001u
#define DBSR_IDE	CORE440_BIT(0)
#define DBSR_UDE	CORE440_BIT(1)
#define DBSR_MRR_SHIFT	28
#define DBSR_MRR	0x30000000u
#define DBSR_IAC12ATS	CORE440_BIT(30)
#define DBSR_IAC34ATS	CORE440_BIT(31)
#define DBSR_ALL	0xffff8003u
#define DBG_ICMP	CORE440_BIT(4)
#define DBG_BRT		CORE440_BIT(5)
#define DBG_IRPT	CORE440_BIT(6)
#define DBG_TRAP	CORE440_BIT(7)
#define DBG_IAC1	CORE440_BIT(8)
#define DBG_IAC2	CORE440_BIT(9)
#define DBG_IAC3	CORE440_BIT(10)
#define DBG_IAC4	CORE440_BIT(11)
#define DBG_DAC1R	CORE440_BIT(12)
#define DBG_DAC1W	CORE440_BIT(13)
#define DBG_DAC2R	CORE440_BIT(14)
#define DBG_DAC2W	CORE440_BIT(15)
#define DBG_RET		CORE440_BIT(16)
/* What makes a Debug interrupt or freezes the timers: all but MRR, IDE and the toggles. */
#define DBSR_EVENTS 0x4fff8000u

#define DBCR1_ALL 0xffc1ffc1u
#define DBCR2_ALL 0xffef0f0fu

/*
 * CCR0: PRE 1, CRPE 4, DSTG 10, DAPUIB 11, DTB 16, GICBT 17, GDCBT 18, FLSTA 23, ICSLC 28:29,
 * ICSLT 30:31. M p.109 could not be read; source in spr.def.
 */
#define CCR0_CRPE   CORE440_BIT(4)
#define CCR0_DAPUIB CORE440_BIT(11)
#define CCR0_FLSTA  CORE440_BIT(23)
#define CCR0_ALL    0x4830e10fu
/*
 * CCR1: parity error insertion and FCOM 0:19, FFF 20, TCS 24. M p.110 could not be read; source in
 * spr.def. Linux has a bit 23 besides, DPC, that no page read mentions.
 */
#define CCR1_TCS CORE440_BIT(24)
#define CCR1_ALL 0xfffff880u

/* XER, CR, FPSCR */
#define XER_SO	  CORE440_BIT(0)
#define XER_OV	  CORE440_BIT(1)
#define XER_CA	  CORE440_BIT(2)
#define XER_TBC	  0x0000007fu
#define XER_ALL	  0xe000007fu
#define CR0_EQ	  CORE440_BIT(2)
#define CR0_SO	  CORE440_BIT(3)
#define FPSCR_FEX CORE440_BIT(1)

#endif
