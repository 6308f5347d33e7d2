// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Operands that lie half in RAM and half in a device's registers: pages of 1 KB, the second of them
 * the second UART, with another page of RAM behind it.
 */
#include "isa.h"

extern const struct op ops_cross[];

#define EA 0x40000000u

static volatile uint8_t *const uart = (volatile uint8_t *)UART1_RA;

static uint8_t pattern(uint32_t i)
{
	return (uint8_t)(0x21 + 7 * i);
}

static void run(const struct op *op, uint32_t at, char order)
{
	struct op_regs r = { .r = { 0xb1d2939a, EA + at, 0, 0x91121394, 0x15161718, 0x191a1b1c } };

	uart[3] = 0x03;
	uart[1] = 0;
	uart[2] = 0;
	uart[4] = 0x1f;
	uart[3] = 0x83;
	uart[0] = 0xa1;
	uart[1] = 0x82;
	uart[7] = 0xc7;
	(void)uart[6];
	for (uint32_t i = 0; i < 16; i++)
		*(volatile uint8_t *)(RAM_FREE + 0x3f0 + i) = pattern(i);
	trap_clear();
	run_op(op, &r);
	print("%s %c %x: %08x %08x %08x %08x ram=", op->name, order, at, r.r[0], r.r[3], r.r[4],
	      r.r[5]);
	for (uint32_t i = 4; i < 16; i++)
		print("%02x", (uint32_t) * (volatile uint8_t *)(RAM_FREE + 0x3f0 + i));
	{
		uint32_t lcr = uart[3];

		uart[3] = 0x83;
		print(" dl=%02x%02x iir=%02x lcr=%02x mcr=%02x scr=%02x", (uint32_t)uart[1],
		      (uint32_t)uart[0], (uint32_t)uart[2], lcr, (uint32_t)uart[4],
		      (uint32_t)uart[7]);
	}
	if (trap_count)
		trap_print();
	print("\n");
}

void test_main(void)
{
	for (int e = 0; e < 2; e++) {
		uint32_t order = e ? TLB_E : 0;

		tlb_set(20, EA | TLB_V | TLB_1K, 0, RAM_FREE, TLB_ALL | order);
		tlb_set(21, (EA + 0x400) | TLB_V | TLB_1K, 0, UART1_RA,
			TLB_ALL | TLB_I | TLB_G | order);
		for (const struct op *op = ops_cross; op->addr; op++)
			for (uint32_t at = 0x3fc; at < 0x400; at++)
				run(op, at, e ? 'l' : 'b');
	}
	tlb_clear(20);
	/* The device's page is missing: nothing of it is touched, and DEAR is its first byte. */
	tlb_clear(21);
	tlb_set(20, EA | TLB_V | TLB_1K, 0, RAM_FREE, TLB_ALL);
	{
		struct op_regs r = { .r = { 0xb1d2939a, EA + 0x3fa, 0, 0x91121394, 0x15161718,
					    0x191a1b1c } };

		trap_clear();
		run_op(&ops_cross[3], &r);
		print("missing: n=%u vec=%u pc+%x dear=%08x\n", trap_count, trap_log[0].vec,
		      trap_log[0].pc - trap_base, trap_log[0].dear);
	}
	tlb_clear(20);
	uart[3] = 0x03;
}
