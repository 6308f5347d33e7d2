// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * icread: reads a line of the instruction cache into ICDBDR, ICDBTRH and ICDBTRL. The line may be
 * there or not; that it is not (ICDBTRH[V] = 0) is always a true answer.
 */
#include "isa.h"

#define ICDBTRH_V 0x00000080u

static uint32_t code[16] __attribute__((aligned(32))) = { 0x38600005, 0x4e800020 };

static void icread(const char *what, uint32_t ea)
{
	uint32_t v, tag;

	__asm__ volatile("isync; icread 0,%0; isync" : : "r"(ea) : "memory");
	v = mfspr(SPR_ICDBDR);
	tag = mfspr(SPR_ICDBTRH);
	/* Either it is not there, or it is what memory holds. */
	print("%s: %s low=%08x traps=%u\n", what,
	      !(tag & ICDBTRH_V)     ? "right"
	      : v == *(uint32_t *)ea ? "right"
				     : "wrong",
	      tag & ICDBTRH_V ? 0 : mfspr(SPR_ICDBTRL) & 0x3ff, trap_count);
}

void test_main(void)
{
	uint32_t v;

	trap_clear();
	icread("before", (uint32_t)code);
	code_sync(code, sizeof(code));
	__asm__ volatile("mtctr %1; bctrl; mr %0,3"
			 : "=r"(v)
			 : "r"(code)
			 : "r3", "ctr", "lr", "memory");
	print("ran: %u\n", v);
	icread("after", (uint32_t)code);
	icread("data", (uint32_t)&v);
	/* An address that is mapped nowhere is only an index. */
	__asm__ volatile("icread 0,%0; isync" : : "r"(0x70000000) : "memory");
	print("nowhere: traps=%u\n", trap_count);
	__asm__ volatile("iccci 0,0; isync" : : : "memory");
	__asm__ volatile("isync; icread 0,%0; isync" : : "r"(code) : "memory");
	print("after iccci: valid=%x\n", mfspr(SPR_ICDBTRH) & ICDBTRH_V);
	user_mode();
	__asm__ volatile("icread 0,%0" : : "r"(code) : "memory");
	super_mode();
	print("user: n=%u vec=%u esr=%08x\n", trap_count, trap_log[0].vec, trap_log[0].esr);
}
