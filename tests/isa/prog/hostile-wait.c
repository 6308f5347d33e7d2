// SPDX-License-Identifier: GPL-2.0-or-later
/* Waits with every interrupt off: it cannot be woken. */
#include "isa.h"

void test_main(void)
{
	print("READY\n");
	for (;;)
		mtmsr(MSR_WE);
}
