// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Jumps to an address that is mapped to where nothing answers, with MSR[ME] off: a machine check
 * that cannot be taken.
 */
#include "isa.h"

void test_main(void)
{
	print("jumping\n");
	tlb_set(20, 0x40000000 | TLB_V | TLB_4K, 0, 0xff0000000ull, TLB_ALL);
	mtmsr(0);
	__asm__ volatile("mtctr %0; bctr" : : "r"(0x40000000));
}
