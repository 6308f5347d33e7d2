// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The 440's multiply-accumulate instructions: the accumulator on its edges, every combination of
 * signs of the half words, saturation, overflow, CR0.
 */
#include "isa.h"

extern const struct op ops_mac[];

static const uint32_t acc[] = { 0, 1, 0x7fffffff, 0x80000000, 0xffffffff, 0x7fff0000, 0x80010000 };
static const uint32_t half[] = { 0x00000000, 0x00010002, 0x7fff8000, 0x80007fff,
				 0xffff8001, 0x80008000, 0x7fff7fff, 0x1234fedc };
#define ACC  (sizeof(acc) / sizeof(acc[0]))
#define HALF (sizeof(half) / sizeof(half[0]))

void test_main(void)
{
	for (const struct op *op = ops_mac; op->addr; op++) {
		uint32_t h = FNV_START;

		for (unsigned int i = 0; i < ACC; i++) {
			if (i < 4)
				print("%s %08x:", op->name, acc[i]);
			for (unsigned int j = 0; j < HALF; j++)
				for (unsigned int k = 0; k < HALF; k++) {
					struct op_regs r = { .r = { acc[i], half[j], half[k] },
							     .cr = 0x0badcafe,
							     .xer = k & 1 ? 0x80000000
									  : 0x20000000 };

					trap_clear();
					run_op(op, &r);
					h = fnv(fnv(fnv(h, r.r[0]), r.cr), r.xer);
					h = fnv(h, trap_count);
					if (i < 4 && k == (j * 3 + i) % HALF)
						print(" %08x/%x/%x", r.r[0], r.cr >> 28,
						      r.xer >> 28);
				}
			if (i < 4)
				print("\n");
		}
		print("%s hash: %08x\n", op->name, h);
	}
}
