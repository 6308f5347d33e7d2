// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Writes garbage to each SPR there may be, in supervisor mode and in user mode, and puts back what
 * was there. Left out are the fields that end the guest: TCR[WRC] and DBCR0[RST].
 */
#include "isa.h"

#define MFSPR(rt, n) (0x7c0002a6u | (rt) << 21 | ((n)&31) << 16 | ((n) >> 5) << 11)
#define MTSPR(n, rs) (0x7c0003a6u | (rs) << 21 | ((n)&31) << 16 | ((n) >> 5) << 11)
#define ISYNC	     0x4c00012cu
#define BLR	     0x4e800020u

static uint32_t code[8] __attribute__((aligned(32)));
static const struct op op = { (uint32_t)code, "spr" };

/* Reads it into r4, writes @value, writes r4; how many of the three were refused. */
static uint32_t write(uint32_t n, uint32_t value, bool user)
{
	struct op_regs r = { .r = { value }, .user = user };

	if (n == SPR_TCR)
		r.r[0] &= 0xcfffffff;
	if (n == SPR_DBCR0)
		r.r[0] &= 0xcfffffff;
	code[0] = MFSPR(4, n);
	code[1] = MTSPR(n, 3);
	code[2] = ISYNC;
	code[3] = MTSPR(n, 4);
	code[4] = ISYNC;
	code[5] = BLR;
	if (n == SPR_LR) {
		/* blr needs it. */
		code[0] = MFSPR(4, n);
		code[2] = MTSPR(n, 4);
	}
	code_sync(code, sizeof(code));
	trap_clear();
	run_op(&op, &r);
	return trap_count;
}

void test_main(void)
{
	static const uint32_t values[] = { 0xffffffff, 0, 0xc0000000, 0x5a5a5a5a, 0x00008000 };

	for (uint32_t row = 0; row < 1024; row += 32) {
		print("sprs %03x:", row);
		for (uint32_t user = 0; user < 2; user++) {
			uint32_t refused = 0;

			for (uint32_t n = row; n < row + 32; n++)
				for (unsigned int i = 0; i < sizeof(values) / sizeof(values[0]);
				     i++)
					refused += write(n, values[i], user);
			print(" %u", refused);
		}
		print("\n");
	}
	mtspr(SPR_DBSR, 0xffffffff);
	mtspr(SPR_TSR, 0xffffffff);
	print("msr: %08x\n", mfmsr());
}
