// SPDX-License-Identifier: GPL-2.0-or-later
/* A system reset by DBCR0[RST]: ends the machine where on_reboot says stop. */
#include "isa.h"

void test_main(void)
{
	print("resetting\n");
	mtspr(SPR_DBCR0, 3u << 28);
	print("not reset\n");
}
