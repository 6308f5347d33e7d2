// SPDX-License-Identifier: GPL-2.0-or-later
/* The watchdog's second time-out: a core reset. */
#include "isa.h"

void test_main(void)
{
	print("waiting for the watchdog\n");
	mtspr(SPR_TSR, 0xffffffff);
	mtspr(SPR_TCR, 1u << 28);
	for (;;)
		;
}
