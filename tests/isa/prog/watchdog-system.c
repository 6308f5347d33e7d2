// SPDX-License-Identifier: GPL-2.0-or-later
/* The watchdog's second time-out: a system reset. */
#include "isa.h"

void test_main(void)
{
	print("waiting for the watchdog\n");
	mtspr(SPR_TSR, 0xffffffff);
	mtspr(SPR_TCR, 3u << 28);
	for (;;)
		;
}
