// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The host's own addresses, as the guest may name them: from 0xc0000000 on stands the host's kernel
 * and, while a guest runs, somewhere there the block that IVPR points to. In the guest's spaces
 * nothing is there but what its own TLB says: not readable, not writable, not executable without an
 * entry; with one, the guest's own memory.
 */
#include "isa.h"

#define LINEAR 0xc0000000u
#define RAM    0x04000000u
#define BLR    0x4e800020u
#define LI3(n) (0x38600000u | (n))

static uint32_t misses[2];

static bool hook(struct trap_frame *f)
{
	if (f->vec == VEC_DTLB && f->dear >= LINEAR) {
		misses[0]++;
		f->pc += 4;
		return true;
	}
	if (f->vec == VEC_ITLB && f->pc >= LINEAR) {
		misses[1]++;
		f->pc = f->lr;
		return true;
	}
	return false;
}

/* Loads, stores and jumps, 64 KB apart, at the places in a block where interrupts may have their
 * vectors. */
static void unmapped(const char *name, uint32_t from, uint32_t to)
{
	uint32_t n = 0;

	misses[0] = misses[1] = 0;
	for (uint32_t ea = from; ea < to; ea += 0x10000) {
		uint32_t at = ea + (n * 64 & 0xffff);

		n++;
		(void)*(volatile uint32_t *)at;
		*(volatile uint32_t *)at = 0;
		((void (*)(void))at)();
	}
	print("%s: %u places, data misses %u, instruction misses %u\n", name, n, misses[0],
	      misses[1]);
}

/* What stands there is what the guest wrote through its other mapping, instruction by instruction.
 */
static void mapped(const char *name)
{
	uint32_t good = 0, n = 0;

	for (uint32_t ra = RAM_FREE; ra < RAM; ra += 0x8000) {
		uint32_t at = ra + (n * 64 & 0x7fff), got;
		volatile uint32_t *p = (volatile uint32_t *)at;

		p[0] = LI3(n & 0x7fff);
		p[1] = BLR;
		code_sync((const void *)at, 8);
		got = ((uint32_t(*)(void))(LINEAR + at))();
		good += got == (n & 0x7fff) &&
			*(volatile uint32_t *)(LINEAR + at) == LI3(n & 0x7fff);
		n++;
	}
	print("%s: %u of %u as written\n", name, good, n);
}

void test_main(void)
{
	trap_hook = hook;
	unmapped("nothing mapped", LINEAR, 0xe0000000u);
	tlb_set(20, LINEAR | TLB_V | TLB_256M, 0, 0, TLB_ALL);
	mapped("mapped");
	user_mode();
	mapped("mapped, user");
	unmapped("beside it, user", 0xd0000000u, 0xe0000000u);
	super_mode();
	/* The mapping gone, nothing of it is left. */
	tlb_clear(20);
	unmapped("unmapped again", LINEAR, LINEAR + RAM);
	/* In space 1 only: the same addresses, other memory. */
	tlb_set(20, LINEAR | TLB_V | TLB_TS | TLB_256M, 0, 0, TLB_ALL);
	unmapped("in the other space", LINEAR, LINEAR + RAM);
	tlb_clear(20);
}
