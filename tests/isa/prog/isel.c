// SPDX-License-Identifier: GPL-2.0-or-later
/* isel: the manual has it (2.4.1.8), QEMU's 440EP does not. */
#include "isa.h"

extern const struct op ops_isel[];

void test_main(void)
{
	static const uint32_t crs[] = { 0, 0xffffffff, 0x80000002, 0x20000001, 0x7ffffffe };

	for (const struct op *op = ops_isel; op->addr; op++) {
		print("%s:", op->name);
		for (unsigned int i = 0; i < sizeof(crs) / sizeof(crs[0]); i++) {
			struct op_regs r = { .r = { 3, 4, 5 }, .cr = crs[i], .xer = 0x20000000 };

			trap_clear();
			run_op(op, &r);
			print(" %u%u%u/%08x/%x/%u", r.r[0], r.r[1], r.r[2], r.cr, r.xer,
			      trap_count);
		}
		print("\n");
	}
}
