// SPDX-License-Identifier: GPL-2.0-or-later
/* The same with MSR[ME] on and the decrementer running, but not enabled. */
#include "isa.h"

void test_main(void)
{
	print("halting\n");
	mtspr(SPR_TCR, 0x04400000);
	mtspr(SPR_DECAR, 1000);
	mtspr(SPR_DEC, 1000);
	mtmsr(MSR_ME);
	__asm__ volatile("b .");
}
