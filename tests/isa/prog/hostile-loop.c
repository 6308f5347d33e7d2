// SPDX-License-Identifier: GPL-2.0-or-later
/* Never enables an interrupt and never ends, in a loop of more than one instruction. */
#include "isa.h"

void test_main(void)
{
	print("READY\n");
	mtmsr(0);
	__asm__ volatile("1: addi 3,3,1; xor 4,4,3; b 1b");
}
