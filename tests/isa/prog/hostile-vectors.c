// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Jumps to an address that is not mapped, and neither are the vectors: an interrupt at every
 * instruction that there is not.
 */
#include "isa.h"

void test_main(void)
{
	print("READY\n");
	mtspr(SPR_IVPR, 0x50000000);
	mtmsr(MSR_CE | MSR_EE | MSR_ME | MSR_DE);
	__asm__ volatile("mtctr %0; bctr" : : "r"(0x40000000));
}
