// SPDX-License-Identifier: GPL-2.0-or-later
/* Timer interrupts as fast as they come, nested in user mode and out of it, and system calls
 * without end between. */
#include "isa.h"

#define WANTED 4000

static volatile uint32_t decs, calls;

static bool hook(struct trap_frame *f)
{
	if (f->vec == VEC_DEC) {
		mtspr(SPR_TSR, 0x08000000);
		if (++decs >= WANTED)
			mtspr(SPR_TCR, 0);
		return true;
	}
	if (f->vec == VEC_SC && f->gpr[0] == 1) {
		calls++;
		return true;
	}
	return false;
}

void test_main(void)
{
	uint32_t made = 0;

	trap_hook = hook;
	mtspr(SPR_DECAR, 1);
	mtspr(SPR_TSR, 0xffffffff);
	mtspr(SPR_TCR, 0x04400000); /* DIE, ARE */
	mtmsr(MSR_EE);
	mtspr(SPR_DEC, 1);
	user_mode();
	while (decs < WANTED) {
		__asm__ volatile("li 0,1; sc" : : : "r0", "memory");
		made++;
	}
	super_mode();
	mtmsr(0);
	print("decrementer: %s\n", decs >= WANTED ? "yes" : "no");
	print("system calls: %s\n", calls == made ? "all" : "lost");
}
