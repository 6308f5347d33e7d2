// SPDX-License-Identifier: GPL-2.0-or-later
/* Loops in its own machine check: the handler turns them on again and strays again. */
#include "isa.h"

static bool hook(struct trap_frame *f)
{
	if (f->vec != VEC_MCHECK)
		return false;
	mtspr(SPR_MCSR, 0xffffffff);
	f->pc = trap_base;
	return true;
}

void test_main(void)
{
	tlb_set(20, 0x40000000 | TLB_V | TLB_4K, 0, 0xff0000000ull, TLB_ALL | TLB_I);
	print("READY\n");
	trap_hook = hook;
	mtmsr(MSR_ME);
	__asm__ volatile("lis 9,1f@ha; la 9,1f@l(9); stw 9,0(%1); 1: lwz 3,0(%0); b 1b"
			 :
			 : "b"(0x40000000), "b"(&trap_base)
			 : "r3", "r9", "memory");
}
