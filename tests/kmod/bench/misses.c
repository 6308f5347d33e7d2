// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A loop whose loads miss the TLB, for tools/bench kmod: it goes through more pages of 4 KB than a
 * TLB has entries, with a handler that enters each as an operating system does.
 */
#include "isa.h"

#define WINDOW 0x20000000u
#define PAGES  128u
#define FIRST  20u /* entries 20 to 51 take turns */
#define COUNT  32u

static volatile uint32_t turn;

static bool refill(struct trap_frame *f)
{
	uint32_t page;

	if (f->vec != VEC_DTLB)
		return false;
	page = mfspr(SPR_DEAR) & 0xfffff000u;
	tlb_set(FIRST + turn % COUNT, page | TLB_V | TLB_4K, 0, RAM_FREE + (page - WINDOW),
		TLB_ALL);
	turn++;
	return true;
}

void test_main(void)
{
	volatile uint32_t *p = (volatile uint32_t *)WINDOW;
	uint32_t begin, sum = 0;

	trap_hook = refill;
	begin = timebase();
	for (uint32_t round = 0; round < 50; round++)
		for (uint32_t i = 0; i < PAGES; i++)
			sum += p[i * 1024];
	print("miss: %u %u\n", timebase() - begin, turn);
	if (sum)
		print("sum: %u\n", sum);
}
