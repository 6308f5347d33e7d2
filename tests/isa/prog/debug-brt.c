// SPDX-License-Identifier: GPL-2.0-or-later
/* Branch taken. */
#include "debug.h"

extern const struct op ops_brt[];

void test_main(void)
{
	debug_init();
	for (const struct op *op = ops_brt; op->addr; op++) {
		struct op_regs r = { .r = { 0 } };

		print("%s:", op->name);
		debug_run(op, &r, DBCR0_IDM | DBG_BRT);
		print(" r3=%x\n", r.r[0]);
	}
}
