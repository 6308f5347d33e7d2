// SPDX-License-Identifier: GPL-2.0-or-later
/* A branch to itself with every interrupt off: nothing can ever end it. */
#include "isa.h"

void test_main(void)
{
	print("halting\n");
	mtmsr(0);
	__asm__ volatile("b .");
}
