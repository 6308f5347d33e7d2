// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Keeps values in every register while the host is interrupted and does other things, and looks at
 * them again and again. The values come of the time base, so that two guests have different ones.
 */
#include "isa.h"

#define ROUNDS 600

/* r3 = seed, r4 = turns of the inner loop; 0, or what was found changed. */
uint32_t hold_registers(uint32_t seed, uint32_t turns);
uint32_t hold_floats(uint32_t seed, uint32_t turns);

void test_main(void)
{
	uint32_t bad = 0, sprgs = 0, floats = 0;

	mtmsr(MSR_FP);
	for (uint32_t i = 0; i < ROUNDS; i++) {
		uint32_t seed = timebase() | 1;

		mtspr(SPR_USPRG0, seed);
		mtspr(SPR_SPRG4, seed + 4);
		mtspr(SPR_SPRG4 + 1, seed + 5);
		mtspr(SPR_SPRG4 + 2, seed + 6);
		mtspr(SPR_SPRG4 + 3, seed + 7);
		bad += hold_registers(seed, 20000);
		floats += hold_floats(seed, 20000);
		user_mode();
		bad += hold_registers(seed, 5000);
		sprgs += mfspr(SPR_USPRG0) != seed || mfspr(SPR_SPRG4R) != seed + 4 ||
			 mfspr(SPR_SPRG4R + 1) != seed + 5 || mfspr(SPR_SPRG4R + 2) != seed + 6 ||
			 mfspr(SPR_SPRG4R + 3) != seed + 7;
		super_mode();
	}
	print("registers changed: %u\n", bad);
	print("SPRGs changed: %u\n", sprgs);
	print("floating point registers changed: %u\n", floats);
}
