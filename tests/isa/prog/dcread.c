// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * dcread: reads a word of a line of the data cache, and its tag into DCDBTRH and DCDBTRL. The line
 * may be there or not; that it is not (DCDBTRH[V] = 0) is always a true answer.
 */
#include "isa.h"

#define DCDBTRH_V 0x00000080u

static uint32_t data[8] __attribute__((aligned(32)));

static void dcread(const char *what, uint32_t ea)
{
	uint32_t v, tag, low;

	__asm__ volatile("msync; isync; dcread %0,0,%1; isync" : "=r"(v) : "r"(ea) : "memory");
	tag = mfspr(SPR_DCDBTRH);
	low = mfspr(SPR_DCDBTRL);
	/* A line that is not there holds nothing dirty either: DCDBTRL[D] = 0. */
	print("%s: %s dirty=%x traps=%u\n", what,
	      !(tag & DCDBTRH_V) || v == *(uint32_t *)ea ? "right" : "wrong",
	      tag & DCDBTRH_V ? 0 : low & 0xf0, trap_count);
}

void test_main(void)
{
	uint32_t v = 0;

	trap_clear();
	for (uint32_t i = 0; i < 8; i++)
		data[i] = 0x01010101 * i;
	dcread("stored", (uint32_t)&data[3]);
	__asm__ volatile("dcbf 0,%0; msync" : : "r"(data) : "memory");
	dcread("flushed", (uint32_t)&data[3]);
	__asm__ volatile("dcread %0,0,%1; isync" : "+r"(v) : "r"(0x70000000) : "memory");
	print("nowhere: traps=%u\n", trap_count);
	__asm__ volatile("dccci 0,0; isync" : : : "memory");
	__asm__ volatile("dcread %0,0,%1; isync" : "+r"(v) : "r"(data) : "memory");
	print("after dccci: valid=%x\n", mfspr(SPR_DCDBTRH) & DCDBTRH_V);
	user_mode();
	__asm__ volatile("dcread %0,0,%1" : "+r"(v) : "r"(data) : "memory");
	super_mode();
	print("user: n=%u vec=%u esr=%08x\n", trap_count, trap_log[0].vec, trap_log[0].esr);
}
