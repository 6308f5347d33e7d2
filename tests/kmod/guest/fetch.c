// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Executes what is not this guest's: the host's memory (where the host's test has put a word that
 * would be an instruction), its devices, real addresses above 4 GB, through entries of every size.
 * Each try has to end in a machine check. Then the same code from its own memory.
 */
#include "isa.h"

#define EA  0x40000000u
#define RAM 0x04000000u

static uint32_t checks, others;

static bool hook(struct trap_frame *f)
{
	if (f->pc >> 28 != EA >> 28)
		return false;
	if (f->vec == VEC_MCHECK) {
		checks++;
		mtspr(SPR_MCSR, 0xffffffff);
	} else {
		others++;
	}
	f->pc = f->lr;
	return true;
}

static void jump(uint32_t ea)
{
	((void (*)(void))ea)();
}

static void report(const char *what)
{
	print("%s: machine checks %u others %u\n", what, checks, others);
	checks = others = 0;
}

static void round(bool user)
{
	static const struct {
		uint32_t size, bytes;
	} sizes[] = {
		{ TLB_4K, 1u << 12 },	{ TLB_16K, 1u << 14 }, { TLB_64K, 1u << 16 },
		{ TLB_256K, 1u << 18 }, { TLB_1M, 1u << 20 },  { TLB_16M, 1u << 24 },
		{ TLB_256M, 1u << 28 },
	};

	if (user)
		user_mode();
	for (unsigned int i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		uint32_t size = sizes[i].bytes;

		if (user)
			super_mode();
		tlb_set(20, EA | TLB_V | sizes[i].size, 0, size > RAM ? 0 : RAM, TLB_ALL);
		if (user)
			user_mode();
		jump(EA + (size > RAM ? RAM : 0));
		jump(EA + size - 4);
	}
	if (user)
		super_mode();
	report(user ? "sizes, user" : "sizes");
	for (uint32_t ra = RAM; ra < 0x40000000u; ra += 0x100000) {
		tlb_set(20, EA | TLB_V | TLB_4K, 0, ra, TLB_ALL);
		if (user)
			user_mode();
		jump(EA + (ra >> 12 & 0xffc));
		if (user)
			super_mode();
	}
	report(user ? "host's memory, user" : "host's memory");
	for (uint32_t high = 1; high < 16; high++)
		for (uint32_t ra = 0; ra < 0xf0000000u; ra += 0x10000000) {
			tlb_set(20, EA | TLB_V | TLB_4K, 0, (uint64_t)high << 32 | ra,
				TLB_ALL | TLB_I | TLB_G);
			jump(EA + 0x300);
		}
	report(user ? "above, again" : "above");
}

void test_main(void)
{
	trap_hook = hook;
	mtmsr(MSR_ME);
	round(false);
	round(true);
	/* A device's registers are no code. */
	tlb_set(20, EA | TLB_V | TLB_4K, 0, UART_PAGE, TLB_ALL | TLB_I | TLB_G);
	jump(EA + 0x400);
	report("a device");
	/* Its own memory is. */
	*(volatile uint32_t *)RAM_FREE = 0x4e800020; /* blr */
	code_sync((const void *)RAM_FREE, 4);
	tlb_set(20, EA | TLB_V | TLB_4K, 0, RAM_FREE, TLB_ALL);
	jump(EA);
	report("its own");
	mtmsr(0);
	tlb_clear(20);
}
