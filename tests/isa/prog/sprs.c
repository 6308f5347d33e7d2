// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Special purpose registers: who may read and write each of the 1024 numbers, and which bits those
 * that hold what is written have.
 */
#include "isa.h"

#define MFSPR(rt, n) (0x7c0002a6u | (rt) << 21 | ((n)&31) << 16 | ((n) >> 5) << 11)
#define MTSPR(n, rs) (0x7c0003a6u | (rs) << 21 | ((n)&31) << 16 | ((n) >> 5) << 11)
#define BLR	     0x4e800020u
#define ISYNC	     0x4c00012cu

static uint32_t code[16] __attribute__((aligned(32)));
static const struct op op = { (uint32_t)code, "spr" };

/* '.' done, 'I' illegal, 'P' privileged, '?' anything else. */
static char outcome(void)
{
	if (!trap_count)
		return '.';
	if (trap_count != 1 || trap_log[0].vec != VEC_PROGRAM || trap_log[0].pc != trap_base)
		return '?';
	return trap_log[0].esr == 0x08000000 ? 'I' : trap_log[0].esr == 0x04000000 ? 'P' : '?';
}

static char try(uint32_t insn, bool user, uint32_t *value)
{
	struct op_regs r = { .r = { *value }, .user = user };

	code[0] = insn;
	code[1] = ISYNC;
	code[2] = BLR;
	code_sync(code, sizeof(code));
	trap_clear();
	run_op(&op, &r);
	*value = r.r[0];
	return outcome();
}

static void access(uint32_t row)
{
	print("access %03x:", row);
	for (uint32_t n = row; n < row + 16; n++) {
		uint32_t value = 0;
		char c[5] = { 0 };

		/* What is written is what was read: nothing changes. Write-only ones get 0. */
		c[0] = try(MFSPR(3, n), true, &value);
		c[1] = try(MTSPR(n, 3), true, &value);
		c[2] = try(MFSPR(3, n), false, &value);
		c[3] = try(MTSPR(n, 3), false, &value);
		print(" %s", c);
	}
	print("\n");
}

/* Writes @value, reads, puts the old value back, all in one go. */
static uint32_t probe(uint32_t n, uint32_t value)
{
	struct op_regs r = { .r = { 0, value } };
	int i = 0;

	code[i++] = MFSPR(5, n);
	code[i++] = MTSPR(n, 4);
	code[i++] = ISYNC;
	code[i++] = MFSPR(3, n);
	code[i++] = MTSPR(n, 5);
	code[i++] = ISYNC;
	code[i++] = BLR;
	code_sync(code, sizeof(code));
	trap_clear();
	run_op(&op, &r);
	return trap_count ? 0xdeadbeef : r.r[0];
}

void test_main(void)
{
	/* Not those that count, that clear what is written as 1, that only read, that reset, or
	 * whose fields are not in the pages at hand (CCR0, CCR1, the cache's limits). */
	static const uint16_t numbers[] = {
		0x001, 0x009, 0x01a, 0x01b, 0x030, 0x03a, 0x03b, 0x03d, 0x03e, 0x03f, 0x100, 0x110,
		0x111, 0x112, 0x113, 0x135, 0x136, 0x138, 0x139, 0x13a, 0x13b, 0x13c, 0x13d, 0x13e,
		0x13f, 0x190, 0x191, 0x192, 0x193, 0x194, 0x195, 0x196, 0x197, 0x198, 0x199, 0x19a,
		0x19b, 0x19c, 0x19d, 0x19e, 0x19f, 0x370, 0x371, 0x372, 0x373, 0x374, 0x375, 0x376,
		0x377, 0x390, 0x391, 0x392, 0x393, 0x394, 0x395, 0x396, 0x397, 0x3b2,
	};

	for (uint32_t row = 0; row < 1024; row += 16)
		access(row);
	for (unsigned int i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		print("bits %03x: %08x %08x %08x\n", (uint32_t)numbers[i],
		      probe(numbers[i], 0xffffffff), probe(numbers[i], 0),
		      probe(numbers[i], 0x5a5a5a5a));
	/* Without the reset fields: WRC of TCR, RST of DBCR0 (and EDM, which is the debug port's).
	 */
	print("bits 154: %08x %08x\n", probe(0x154, 0xcfffffff), probe(0x154, 0));
	print("bits 134: %08x %08x\n", probe(0x134, 0x4fffffff), probe(0x134, 0));
	for (uint32_t n = 0x114; n < 0x118; n++) {
		uint32_t a = 0x11111111 * (n & 15), b = 0;
		char w = try(MTSPR(n, 3), false, &a), r = try(MFSPR(3, n - 0x10), true, &b);

		print("sprg%u: %c%c %08x\n", n - 0x110, w, r, b);
	}
	print("pvr: %08x\n", mfspr(SPR_PVR));
	print("pir: %08x\n", mfspr(SPR_PIR));
}
