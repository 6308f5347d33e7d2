// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * rfi and rfci to every MSR there may be: each bit alone, those that do not exist, hundreds at
 * random, and to supervisor mode out of user mode. What MSR then is, a system call's SRR1 tells.
 * Left out is WE, with which it would wait.
 */
#include "isa.h"

#define BACK 0x1111

static uint32_t found;
static uint32_t seed = 20120;

static uint32_t rnd(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 17;
	seed ^= seed << 5;
	return seed;
}

static bool hook(struct trap_frame *f)
{
	if (f->vec != VEC_SC || f->gpr[0] != BACK)
		return false;
	found = f->msr;
	f->msr = 0;
	return true;
}

static uint32_t by_rfi(uint32_t msr)
{
	__asm__ volatile("lis 9,1f@ha; la 9,1f@l(9); mtsrr0 9; mtsrr1 %0; rfi;"
			 "1: li 0," STR(BACK) "; sc"
			 :
			 : "r"(msr)
			 : "r0", "r9", "memory");
	return found;
}

static uint32_t by_rfci(uint32_t msr)
{
	__asm__ volatile("lis 9,1f@ha; la 9,1f@l(9); mtcsrr0 9; mtcsrr1 %0; rfci;"
			 "1: li 0," STR(BACK) "; sc"
			 :
			 : "r"(msr)
			 : "r0", "r9", "memory");
	return found;
}

void test_main(void)
{
	uint32_t hash[2] = { FNV_START, FNV_START };

	trap_hook = hook;
	/* The program in the other space as well, so that IS and DS may be anything. */
	tlb_set(20, TLB_V | TLB_TS | TLB_256M, 0, 0, TLB_ALL);
	for (unsigned int bit = 0; bit < 32; bit++) {
		uint32_t msr = 0x80000000u >> bit;

		if (msr == MSR_WE)
			continue;
		print("bit %u: %08x %08x", bit, by_rfi(msr), by_rfci(msr));
		print(" %08x %08x\n", by_rfi(~msr & ~(uint32_t)MSR_WE),
		      by_rfci(~msr & ~(uint32_t)MSR_WE));
	}
	for (unsigned int i = 0; i < 2000; i++) {
		uint32_t msr = rnd() & ~(uint32_t)MSR_WE;

		hash[0] = fnv(hash[0], by_rfi(msr));
		hash[1] = fnv(hash[1], by_rfci(msr));
	}
	print("at random: %08x %08x\n", hash[0], hash[1]);
	/* Out of user mode, with a supervisor's MSR ready in both: neither is executed. */
	mtspr(SPR_SRR0, 0x50000000);
	mtspr(SPR_SRR1, 0);
	mtspr(SPR_CSRR0, 0x50000000);
	mtspr(SPR_CSRR1, 0);
	for (unsigned int i = 0; i < 3; i++) {
		uint32_t esr;

		trap_clear();
		user_mode();
		if (i == 0)
			__asm__ volatile("rfci" : : : "memory");
		else if (i == 1)
			__asm__ volatile(".long 0x4c00004c" : : : "memory"); /* rfmci */
		else
			__asm__ volatile("rfi" : : : "memory");
		/* Still in user mode: this is refused as well. */
		__asm__ volatile("mfmsr 3" : : : "r3");
		super_mode();
		esr = trap_log[0].esr;
		print("from user mode %u: n=%u vec=%u esr=%08x, then vec=%u esr=%08x\n", i,
		      trap_count, trap_log[0].vec, esr, trap_log[1].vec, trap_log[1].esr);
	}
	tlb_clear(20);
}
