// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Resets where on_reboot is restart: the next start finds in DBSR[MRR] and TSR[WRS] what the last
 * reset was.
 */
#include "isa.h"

void test_main(void)
{
	uint32_t mrr = mfspr(SPR_DBSR) >> 28 & 3, wrs = mfspr(SPR_TSR) >> 28 & 3;

	print("start after mrr=%u wrs=%u:\n", mrr, wrs);
	print("registers %u%u: %x %x %x %x\n", mrr, wrs, mfspr(SPR_TCR), mfspr(SPR_DBCR0), mfmsr(),
	      mfspr(SPR_PID));
	if (mrr == 3 && !wrs) {
		mtspr(SPR_DBCR0, 1u << 28);
	} else if (mrr == 1 && !wrs) {
		mtspr(SPR_DBCR0, 2u << 28);
	} else if (mrr == 2 && !wrs) {
		mtspr(SPR_TSR, 0xf0000000);
		mtspr(SPR_TCR, 2u << 28);
		for (;;)
			;
	}
}
