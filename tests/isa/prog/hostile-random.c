// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Executes random instructions in user mode, a few at a time, in a page of its own; interrupts end
 * each try. Whatever they are, the machine goes on.
 */
#include "isa.h"

#define EA   0x40000000u
#define PAGE (RAM_FREE + 0x100000)

static uint32_t seed = 31337;

static uint32_t rnd(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 17;
	seed ^= seed << 5;
	return seed;
}

static struct trap_frame resume;

/* The first interrupt sends it back to where the try began, registers and all. */
static bool hook(struct trap_frame *f)
{
	if (f->vec == VEC_SC && !(f->msr & MSR_PR) && f->gpr[0] == 0x7777) {
		resume = *f;
		f->msr = MSR_PR | MSR_EE;
		f->pc = EA;
		return true;
	}
	if (f->msr & MSR_PR) {
		uint32_t vec = f->vec;

		*f = resume;
		f->gpr[3] = vec;
		mtspr(SPR_TSR, 0x08000000);
		mtspr(SPR_TCR, 0);
		return true;
	}
	return false;
}

void test_main(void)
{
	trap_hook = hook;
	tlb_set(20, EA | TLB_V | TLB_4K, 0, PAGE, TLB_UX | TLB_UR | TLB_UW);
	/* The program's own page is not for user mode: only that one is. It runs there, so that the
	 * entry is never invalid. */
	__asm__ volatile("tlbwe %0,%1,2; isync"
			 :
			 : "r"(TLB_SX | TLB_SW | TLB_SR), "r"(0)
			 : "memory");
	for (int i = 0; i < 3000; i++) {
		for (uint32_t k = 0; k < 0x1000; k += 4)
			*(volatile uint32_t *)(PAGE + k) = rnd();
		code_sync((void *)PAGE, 0x1000);
		/* The decrementer ends those that do not end by themselves. */
		mtspr(SPR_TSR, 0x08000000);
		mtspr(SPR_DEC, 400000);
		mtspr(SPR_TCR, 0x04000000);
		__asm__ volatile("li 0,0x7777; sc"
				 :
				 :
				 : "r0", "r3", "memory", "cr0", "cr1", "cr2", "cr3", "cr4", "cr5",
				   "cr6", "cr7", "ctr", "lr");
	}
	print("alive\n");
}
