// SPDX-License-Identifier: GPL-2.0-or-later
/* A branch to itself that an interrupt could end, but none comes: not halted, only idle. */
#include "isa.h"

void test_main(void)
{
	mtdcr(0xc2, 0xffffffff); /* UIC0_ER */
	print("READY\n");
	mtmsr(MSR_EE);
	__asm__ volatile("b .");
}
