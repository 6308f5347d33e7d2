// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads and writes real addresses that are not this guest's, through TLB entries of every size: the
 * host's memory (a host of 512 MB has it up to there, the guest has 64 MB), its devices, all of 36
 * bits. The host's test fills much of its memory with SECRET and looks afterwards whether POISON
 * got there.
 */
#include "isa.h"

#define EA     0x40000000u
#define SECRET 0x5ec2e75eu
#define POISON 0xbadc0ffeu
#define RAM    0x04000000u

static uint32_t checks, secrets, answered;

static bool hook(struct trap_frame *f)
{
	if (f->vec != VEC_MCHECK)
		return false;
	checks++;
	mtspr(SPR_MCSR, 0xffffffff);
	return true;
}

/* One load and one store there. */
static void touch(uint32_t ea, bool store)
{
	uint32_t before = checks, v;

	v = *(volatile uint32_t *)ea;
	isync();
	if (v == SECRET)
		secrets++;
	if (checks == before)
		answered++;
	if (store) {
		*(volatile uint32_t *)ea = POISON;
		isync();
	}
}

static void report(const char *what)
{
	print("%s: machine checks %u answered %u secrets %u\n", what, checks, answered, secrets);
	checks = answered = 0;
}

/* Entries of each size that begin in RAM, end beyond it, or lie beside it; touched at the edge. */
static void edges(void)
{
	static const struct {
		uint32_t size, bytes;
	} sizes[] = {
		{ TLB_1K, 1u << 10 },  { TLB_4K, 1u << 12 },   { TLB_16K, 1u << 14 },
		{ TLB_64K, 1u << 16 }, { TLB_256K, 1u << 18 }, { TLB_1M, 1u << 20 },
		{ TLB_16M, 1u << 24 }, { TLB_256M, 1u << 28 },
	};

	for (unsigned int i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		uint32_t bytes = sizes[i].bytes;

		/* The last entry of this size that has RAM: only that of 256 MB also has some
		 * beyond. */
		tlb_set(20, EA | TLB_V | sizes[i].size, 0, (RAM - 1) & ~(bytes - 1), TLB_ALL);
		touch(EA + ((RAM - 4) & (bytes - 1)), true);
		if (bytes > RAM)
			touch(EA + RAM, true);
		/* The first that has none. */
		tlb_set(20, EA | TLB_V | sizes[i].size, 0, bytes > RAM ? bytes : RAM, TLB_ALL);
		touch(EA, true);
		touch(EA + bytes - 4, true);
		print("size %u,", i);
		report(" edge of RAM");
	}
}

void test_main(void)
{
	trap_hook = hook;
	mtmsr(MSR_ME);
	edges();
	for (uint32_t ra = RAM; ra < 0x40000000u; ra += 0x40000) {
		tlb_set(20, EA | TLB_V | TLB_4K, 0, ra, TLB_ALL);
		touch(EA + (ra >> 10 & 0xffc), true);
	}
	report("beyond RAM");
	/* PCI's windows and EBC's, below the devices that all tests of a guest's use: what the
	 * guest's board has there answers, with what is the guest's. */
	for (uint32_t ra = 0x40000000u; ra <= 0xef400000u; ra += 0x400000) {
		tlb_set(20, EA | TLB_V | TLB_1K, 0, ra, TLB_ALL | TLB_I | TLB_G);
		touch(EA + 0x300, true);
	}
	report("up to the devices");
	/* At 4 GB and up, where a 460EX has all of that. */
	for (uint32_t high = 1; high < 16; high++)
		for (uint32_t ra = 0; ra < 0xf0000000u; ra += 0x2000000) {
			tlb_set(20, EA | TLB_V | TLB_1K, 0, (uint64_t)high << 32 | ra,
				TLB_ALL | TLB_I | TLB_G);
			touch(EA + 0x300, true);
		}
	report("above 4 GB");
	for (uint32_t high = 1; high < 16; high++)
		for (uint32_t page = 0; page < 256; page += 5) {
			uint64_t ra = (uint64_t)high << 32 | 0xef600000u | page << 12;

			tlb_set(20, EA | TLB_V | TLB_4K, 0, ra, TLB_ALL | TLB_I | TLB_G);
			touch(EA + 0x300, true);
		}
	report("where other hosts have devices");
	/* All RAM: nobody else's. */
	tlb_clear(20);
	for (uint32_t ra = RAM_FREE; ra < RAM; ra += 4)
		if (*(volatile uint32_t *)ra == SECRET)
			secrets++;
	report("own RAM");
	mtmsr(0);
}
