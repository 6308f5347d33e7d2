// SPDX-License-Identifier: GPL-2.0-or-later
/* Its machine check handler stands where nothing answers. */
#include "isa.h"

void test_main(void)
{
	tlb_set(20, 0x40000000 | TLB_V | TLB_64K, 0, 0xff0000000ull, TLB_ALL | TLB_I);
	print("straying\n");
	mtspr(SPR_IVPR, 0x40000000);
	mtmsr(MSR_ME);
	__asm__ volatile("lwz 3,0(%0); 1: b 1b" : : "b"(0x40000000) : "r3", "memory");
}
