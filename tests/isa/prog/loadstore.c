// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Every load and store form to RAM: aligned and not, within a page and over the border of two pages
 * that are not neighbours, in big- and little-endian pages.
 */
#include "isa.h"

extern const struct op ops_loads[], ops_stores[], ops_fp[], ops_reserve[], ops_cache[];

#define BIG    0x20000000u
#define LITTLE 0x30000000u
#define PAGE_A (RAM_FREE + 0x5000)
#define PAGE_B (RAM_FREE + 0x2000)

static const uint8_t pattern[24] = { 0x81, 0x92, 0xa3, 0x74, 0x65, 0x56, 0x47, 0x38,
				     0xf9, 0xea, 0xdb, 0xcc, 0x3d, 0x4e, 0x5f, 0x60,
				     0x11, 0x22, 0x33, 0x44, 0xd5, 0xc6, 0xb7, 0xa8 };

/* Byte @n from the start of page A, then B: by the 1:1 mapping. */
static volatile uint8_t *byte(uint32_t n)
{
	return (volatile uint8_t *)(n < 0x1000 ? PAGE_A + n : PAGE_B + n - 0x1000);
}

static void fill(uint32_t at)
{
	for (uint32_t i = 0; i < sizeof(pattern); i++)
		*byte(at + i) = pattern[i];
}

static void dump(uint32_t at)
{
	print(" ");
	for (uint32_t i = 0; i < sizeof(pattern); i++)
		print("%02x", (uint32_t)*byte(at + i));
}

static void run(const struct op *op, uint32_t base, uint32_t at, bool fp)
{
	struct op_regs r = { .r = { 0xa1b2c3d4, base + at, 8, 0x01020304, 0x05060708, 0x090a0b0c },
			     .xer = 6,
			     .fp = fp };

	r.f[0] = fp ? 0xc00921fb54442d18ull : 0;
	fill(at);
	trap_clear();
	run_op(op, &r);
	print("%s %c %x:", op->name, base == BIG ? 'b' : 'l', at);
	if (fp)
		print(" f=%016llx", r.f[0]);
	else
		print(" %08x %08x %08x %08x", r.r[0], r.r[3], r.r[4], r.r[5]);
	print(" ea+%x", r.r[1] - base - at);
	dump(at);
	if (trap_count) {
		print(" TRAP");
		trap_print();
	}
	print("\n");
}

void test_main(void)
{
	static const uint32_t bases[] = { BIG, LITTLE };
	static const uint16_t ats[] = { 0x40,  0x41,  0x42,  0x43,  0x4d, 0xff3,
					0xff5, 0xff6, 0xff7, 0xff9, 0xffe };
	static const uint16_t fp_ats[] = { 0x40, 0x48, 0x50, 0xff0 };

	tlb_set(10, BIG | TLB_V | TLB_4K, 0, PAGE_A, TLB_ALL);
	tlb_set(11, (BIG + 0x1000) | TLB_V | TLB_4K, 0, PAGE_B, TLB_ALL);
	tlb_set(12, LITTLE | TLB_V | TLB_4K, 0, PAGE_A, TLB_ALL | TLB_E);
	tlb_set(13, (LITTLE + 0x1000) | TLB_V | TLB_4K, 0, PAGE_B, TLB_ALL | TLB_E);
	for (int e = 0; e < 2; e++) {
		for (unsigned int i = 0; i < sizeof(ats) / sizeof(ats[0]); i++) {
			for (const struct op *op = ops_loads; op->addr; op++)
				run(op, bases[e], ats[i], false);
			for (const struct op *op = ops_stores; op->addr; op++)
				run(op, bases[e], ats[i], false);
		}
		mtmsr(MSR_FP);
		for (unsigned int i = 0; i < sizeof(fp_ats) / sizeof(fp_ats[0]); i++)
			for (const struct op *op = ops_fp; op->addr; op++)
				run(op, bases[e], fp_ats[i], true);
		mtmsr(0);
	}
	for (const struct op *op = ops_reserve; op->addr; op++) {
		struct op_regs r = { .r = { 0xa1b2c3d4, BIG + 0x40, 8 }, .xer = 0x80000000 };

		fill(0x40);
		trap_clear();
		run_op(op, &r);
		print("%s: %08x %08x cr=%08x", op->name, r.r[3], r.r[4], r.cr);
		dump(0x40);
		print("\n");
	}
	for (const struct op *op = ops_cache; op->addr; op++) {
		struct op_regs r = { .r = { 0, BIG + 0x71, 8 } };
		uint32_t h = FNV_START;

		for (uint32_t i = 0; i < 0x100; i++)
			*byte(i) = (uint8_t)i;
		trap_clear();
		run_op(op, &r);
		for (uint32_t i = 0; i < 0x100; i++)
			h = fnv(h, *byte(i));
		print("%s: %02x %02x %02x %02x %08x", op->name, (uint32_t)*byte(0x5f),
		      (uint32_t)*byte(0x60), (uint32_t)*byte(0x7f), (uint32_t)*byte(0x80), h);
		if (trap_count)
			trap_print();
		print("\n");
	}
}
