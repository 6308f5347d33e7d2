// SPDX-License-Identifier: GPL-2.0-or-later
/* Strings of every length, at odd addresses, over a page's end, and from r31 on to r0. */
#include "isa.h"

extern const struct op ops_strings[];

#define EA 0x20000000u

static volatile uint8_t *byte(uint32_t n)
{
	return (volatile uint8_t *)(n < 0x1000 ? RAM_FREE + n : RAM_FREE + 0x2000 + n);
}

static void run(const struct op *op, uint32_t at, uint32_t n)
{
	struct op_regs r = { .xer = 0x20000000 | n };
	uint32_t h = FNV_START;

	for (uint32_t i = 0; i < 8; i++)
		r.r[i] = 0x81828384 + i * 0x10101010;
	r.r[1] = EA + at;
	for (uint32_t i = 0; i < 64; i++)
		*byte(at - 16 + i) = (uint8_t)(i * 5 + 1);
	trap_clear();
	run_op(op, &r);
	print("%s %x %u:", op->name, at, n);
	/* what lswx of no bytes leaves in the first register is not compared */
	for (int i = op->name[3] == 'x' && !n; i < 8; i++)
		if (i != 1 || n > 4 || op->name[0] == 's')
			print(" %08x", i == 1 && r.r[1] == EA + at ? 0 : r.r[i]);
	for (uint32_t i = 0; i < 64; i++)
		h = fnv(h, *byte(at - 16 + i));
	print(" %08x", h);
	if (trap_count)
		trap_print();
	print("\n");
}

void test_main(void)
{
	static const uint32_t ats[] = { 0x100, 0x203, 0xff1, 0xffe };

	tlb_set(10, EA | TLB_V | TLB_4K, 0, RAM_FREE, TLB_ALL);
	tlb_set(11, (EA + 0x1000) | TLB_V | TLB_4K, 0, RAM_FREE + 0x3000, TLB_ALL);
	for (unsigned int i = 0; i < 4; i++) {
		for (uint32_t n = 0; n <= 32; n++) {
			run(&ops_strings[0], ats[i], n);
			run(&ops_strings[1], ats[i], n);
		}
		for (int k = 2; k < 6; k++)
			run(&ops_strings[k], ats[i], 7);
	}
}
