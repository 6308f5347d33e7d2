// SPDX-License-Identifier: GPL-2.0-or-later
/* Instruction complete: single steps. */
#include "debug.h"

extern const struct op ops_icmp[];

void test_main(void)
{
	debug_init();
	for (unsigned int i = 0; i < 2; i++) {
		struct op_regs r = { .r = { 0 } };

		debug_stop = 3;
		print("%s:", ops_icmp[i].name);
		debug_run(&ops_icmp[i], &r, DBCR0_IDM | DBG_ICMP);
		print(" r3=%x\n", r.r[0]);
	}
}
