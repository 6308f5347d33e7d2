// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One address, many meanings: what it reads in each address space, mode and PID, while all of them
 * take turns, and what each may do there. An entry that the host left for one must not serve
 * another.
 */
#include "isa.h"

#define EA   0x40000000u
#define PAGE (RAM_FREE)

static volatile uint32_t faults;

static bool hook(struct trap_frame *f)
{
	if (f->vec != VEC_DSI && f->vec != VEC_DTLB)
		return false;
	faults = faults * 10 + (f->vec == VEC_DSI ? 2 : 1);
	f->pc += 4;
	return true;
}

/* A load, or a store of what is there, at EA in that context; "miss", "dsi" or what was read. */
static void access(uint32_t space, bool user, uint32_t pid, bool store)
{
	uint32_t v = 0x777, old = mfmsr();

	faults = 0;
	mtspr(SPR_PID, pid);
	mtmsr((old & ~(uint32_t)(MSR_IS | MSR_DS)) | space);
	if (user)
		user_mode();
	if (store)
		__asm__ volatile("lwz %0,0(%1); stw %0,0(%1)" : "+r"(v) : "b"(EA) : "memory");
	else
		__asm__ volatile("lwz %0,0(%1)" : "+r"(v) : "b"(EA) : "memory");
	if (user)
		super_mode();
	mtmsr(old);
	mtspr(SPR_PID, 0);
	print(" %x/%u", v, faults);
}

static void round(const char *name)
{
	static const uint32_t space[] = { 0, MSR_IS | MSR_DS, MSR_IS, MSR_DS };

	for (uint32_t store = 0; store < 2; store++) {
		print("%s %s:", name, store ? "store" : "load");
		for (uint32_t i = 0; i < 4; i++)
			for (uint32_t user = 0; user < 2; user++)
				for (uint32_t pid = 0; pid < 3; pid++)
					access(space[i], user, pid, store);
		print("\n");
	}
}

void test_main(void)
{
	trap_hook = hook;
	for (uint32_t i = 0; i < 8; i++)
		*(volatile uint32_t *)(PAGE + i * 0x1000) = 0x100 + i;
	/* The program itself, in both spaces. */
	tlb_set(10, TLB_V | TLB_TS | TLB_256M, 0, 0, TLB_ALL);
	tlb_set(11, UART_PAGE | TLB_V | TLB_TS | TLB_4K, 0, UART_PAGE,
		TLB_I | TLB_G | TLB_UW | TLB_UR | TLB_SW | TLB_SR);
	round("nothing");
	tlb_set(20, EA | TLB_V | TLB_4K, 1, PAGE, TLB_ALL);
	round("pid 1");
	tlb_set(21, EA | TLB_V | TLB_4K, 2, PAGE + 0x1000, TLB_SR | TLB_SW);
	round("pid 2, supervisor's");
	tlb_set(22, EA | TLB_V | TLB_TS | TLB_4K, 0, PAGE + 0x2000, TLB_SR | TLB_UR | TLB_UW);
	round("space 1, supervisor reads");
	tlb_set(20, EA | TLB_V | TLB_4K, 1, PAGE + 0x3000, TLB_UR | TLB_SR);
	round("pid 1 elsewhere, reads only");
	tlb_set(20, EA | TLB_V | TLB_4K, 1, PAGE + 0x3000, TLB_UR | TLB_UW);
	round("pid 1, user's");
	tlb_clear(22);
	round("space 1 gone");
	tlb_set(21, EA | TLB_V | TLB_1K, 2, PAGE + 0x1000, TLB_ALL);
	round("pid 2, 1 KB");
	tlb_clear(20);
	tlb_clear(21);
	tlb_set(23, EA | TLB_V | TLB_16M, 0, PAGE, TLB_ALL);
	round("for all");
	tlb_clear(23);
	/* More contexts than a host has names for them: each PID its own entry, twice round. */
	{
		uint32_t wrong = 0;

		for (uint32_t pass = 0; pass < 2; pass++)
			for (uint32_t pid = 1; pid < 256; pid++) {
				uint32_t v;

				tlb_set(20, EA | TLB_V | TLB_4K, pid, PAGE + (pid & 7) * 0x1000,
					TLB_ALL);
				mtspr(SPR_PID, pid);
				isync();
				v = *(volatile uint32_t *)EA;
				user_mode();
				v -= *(volatile uint32_t *)EA - 0x100;
				super_mode();
				mtspr(SPR_PID, pid ^ 1);
				isync();
				faults = 0;
				(void)*(volatile uint32_t *)EA;
				mtspr(SPR_PID, 0);
				isync();
				wrong += v != 0x100 || faults != 1;
			}
		print("every pid: wrong %u\n", wrong);
	}
}
