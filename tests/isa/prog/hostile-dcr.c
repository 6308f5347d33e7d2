// SPDX-License-Identifier: GPL-2.0-or-later
/* Writes garbage to every DCR and reads them all, several times over; then ends in good order. */
#include "isa.h"

#define MFDCR(rt, n) (0x7c000286u | (rt) << 21 | ((n)&31) << 16 | ((n) >> 5) << 11)
#define MTDCR(n, rs) (0x7c000386u | (rs) << 21 | ((n)&31) << 16 | ((n) >> 5) << 11)

static uint32_t code[8] __attribute__((aligned(32)));
static const struct op op = { (uint32_t)code, "dcr" };
static uint32_t seed = 12345;

static uint32_t rnd(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 17;
	seed ^= seed << 5;
	return seed;
}

static void go(uint32_t insn, uint32_t value)
{
	struct op_regs r = { .r = { value } };

	code[0] = insn;
	code[1] = 0x4e800020;
	code_sync(code, 8);
	run_op(&op, &r);
}

void test_main(void)
{
	trap_clear();
	for (int round = 0; round < 3; round++) {
		for (uint32_t n = 0; n < 1024; n++)
			go(MTDCR(n, 3), round ? rnd() : 0xffffffff);
		for (uint32_t n = 0; n < 1024; n++)
			go(MFDCR(3, n), 0);
	}
	for (int i = 0; i < 20000; i++) {
		uint32_t n = rnd() & 1023;

		go(rnd() & 1 ? MTDCR(n, 3) : MFDCR(3, n), rnd());
	}
	print("alive: traps=%u\n", trap_count);
}
