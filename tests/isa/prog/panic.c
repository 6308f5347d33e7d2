// SPDX-License-Identifier: GPL-2.0-or-later
/* A panic told to the pvpanic device, which only kvm440d has. */
#include "isa.h"

void test_main(void)
{
	tlb_set(20, 0x40000000 | TLB_V | TLB_4K, 0, 0xef603000, TLB_SR | TLB_SW | TLB_I | TLB_G);
	print("events: %x\n", (uint32_t) * (volatile uint8_t *)0x40000000 & 1);
	print("panic\n");
	*(volatile uint8_t *)0x40000000 = 1;
	for (;;)
		;
}
