// SPDX-License-Identifier: GPL-2.0-or-later
/* Data address compare and data value compare. */
#include "debug.h"

extern const struct op ops_dac[];

#define DATA  (RAM_FREE + 0x100)
#define OP(n) (&ops_dac[n])

static void run(const char *what, unsigned int n, uint32_t dbcr0, uint32_t dbcr2)
{
	struct op_regs r = { .r = { 0x77, DATA, 4 } };

	*(volatile uint32_t *)DATA = 0x11223344;
	*(volatile uint32_t *)(DATA + 4) = 0x55667788;
	mtspr(SPR_DBCR2, dbcr2);
	print("%s %s:", OP(n)->name, what);
	debug_run(OP(n), &r, DBCR0_IDM | dbcr0);
	print(" r3=%x mem=%08x\n", r.r[0], *(volatile uint32_t *)DATA);
	mtspr(SPR_DBCR2, 0);
}

void test_main(void)
{
	debug_init();
	mtspr(SPR_DAC1, DATA);
	mtspr(SPR_DAC2, DATA + 4);
	run("dac1r", 0, DBG_DAC1R, 0);
	run("dac1w", 0, DBG_DAC1W, 0);
	run("dac1w", 1, DBG_DAC1W, 0);
	run("dac1r", 1, DBG_DAC1R, 0);
	run("dac2r", 2, DBG_DAC2R, 0);
	run("dac1r", 2, DBG_DAC1R, 0);
	run("dac1r", 3, DBG_DAC1R, 0);
	run("dac1w", 4, DBG_DAC1W, 0);
	run("dac1r", 5, DBG_DAC1R, 0);
	run("dac1w", 6, DBG_DAC1W, 0);
	run("dac1w", 7, DBG_DAC1W, 0);
	/* Stores to DAC are dcbf and dcbst; hints are loads, but dcba is nothing at all. */
	for (unsigned int n = 8; n <= 13; n++) {
		run("dac1r", n, DBG_DAC1R, 0);
		run("dac1w", n, DBG_DAC1W, 0);
	}
	/* DAC1US: 10 supervisor, 11 user */
	run("dac1r supervisor", 0, DBG_DAC1R, 0x80000000);
	run("dac1r user", 0, DBG_DAC1R, 0xc0000000);
	/* DAC12M: 01 the bits of DAC2, 10 within, 11 without */
	mtspr(SPR_DAC1, DATA - 0x40);
	mtspr(SPR_DAC2, 0xffffff00);
	run("dac1r mask", 0, DBG_DAC1R, 0x00400000);
	mtspr(SPR_DAC1, DATA & 0xffffff00);
	run("dac1r mask hit", 4, DBG_DAC1W, 0x00400000);
	mtspr(SPR_DAC1, DATA);
	mtspr(SPR_DAC2, DATA + 4);
	run("in range", 0, DBG_DAC1R, 0x00800000);
	run("in range", 2, DBG_DAC1R, 0x00800000);
	run("in range", 4, DBG_DAC1W | DBG_DAC2W, 0x00800000);
	/* DVC1M in 12:13, DVC1BE in 20:23 */
	mtspr(SPR_DVC1, 0x11223344);
	run("value, all", 0, DBG_DAC1R, 0x00040f00);
	mtspr(SPR_DVC1, 0x11223399);
	run("value, all, another", 0, DBG_DAC1R, 0x00040f00);
	run("value, any", 0, DBG_DAC1R, 0x00080f00);
	run("value, first three", 0, DBG_DAC1R, 0x00040e00);
}
