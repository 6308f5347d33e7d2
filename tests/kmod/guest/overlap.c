// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Entries that overlap: every two sizes, in either order, for one address in several contexts. What
 * comes of it is undefined on a 440; what must not be is that the host's TLB matches twice, that
 * the one serves after it is gone, or that anything else answers.
 */
#include "isa.h"

#define EA	0x40900000u
#define OFFSET	0x00900000u
#define SIZES	8
#define ENTRIES 40

static const uint32_t sizes[SIZES] = { TLB_1K,	 TLB_4K, TLB_16K, TLB_64K,
				       TLB_256K, TLB_1M, TLB_16M, TLB_256M };
static const uint32_t bytes[SIZES] = { 1u << 10, 1u << 12, 1u << 14, 1u << 16,
				       1u << 18, 1u << 20, 1u << 24, 1u << 28 };
static char how;

static bool hook(struct trap_frame *f)
{
	if (f->vec != VEC_DSI && f->vec != VEC_DTLB)
		return false;
	how = f->vec == VEC_DSI ? 's' : 'm';
	f->pc += 4;
	return true;
}

/* The real address that entry @i of size @s maps EA to; that of 256 MB has but one. */
static uint32_t place(unsigned int i, unsigned int s)
{
	return s == SIZES - 1 ? OFFSET : ((i & 1) + 1) * 0x01000000 + OFFSET;
}

static void set(unsigned int i, unsigned int s, uint32_t tid, uint32_t rights)
{
	uint32_t mask = ~(bytes[s] - 1);

	tlb_set(i, (EA & mask) | TLB_V | sizes[s], tid, place(i, s) & mask, rights);
}

/*
 * Which of them answers: the 16 megabytes of the real address that was read, or why not. With @any
 * it may be either or none, for that is undefined, but nothing else.
 */
static void look(bool user, uint32_t pid, bool store, bool any)
{
	uint32_t v = 0;

	how = 0;
	mtspr(SPR_PID, pid);
	isync();
	if (user)
		user_mode();
	__asm__ volatile("lwz %0,0(%1)" : "+r"(v) : "b"(EA) : "memory");
	if (store)
		__asm__ volatile("stw %0,0(%1)" : : "r"(v), "b"(EA) : "memory");
	if (user)
		super_mode();
	mtspr(SPR_PID, 0);
	isync();
	if (any) {
		print("%c", v >> 24 < 3 ? '+' : '!');
		return;
	}
	if (how)
		print("%c", how);
	print("%x", v >> 24);
}

static void look_all(bool any)
{
	print(" ");
	for (unsigned int k = 0; k < 8; k++)
		look(k & 1, k >> 1 & 1 ? 3 : 0, k >> 2 & 1, any);
}

void test_main(void)
{
	trap_hook = hook;
	for (uint32_t ra = OFFSET; ra < 0x03000000; ra += 0x01000000)
		*(volatile uint32_t *)ra = ra;
	for (unsigned int a = 0; a < SIZES; a++)
		for (unsigned int b = 0; b < SIZES; b++) {
			print("sizes %u %u:", a, b);
			set(20, a, 0, TLB_ALL);
			set(21, b, 0, TLB_SR | TLB_SW);
			look_all(true);
			set(21, b, 3, TLB_UR);
			look_all(true);
			tlb_clear(20);
			look_all(false);
			set(20, a, 0, TLB_UR | TLB_SR);
			look_all(true);
			tlb_clear(21);
			look_all(false);
			tlb_clear(20);
			look_all(false);
			print("\n");
		}
	/* All that there is room for, on top of one another, taken away one by one. */
	print("heap:");
	for (unsigned int i = 0; i < ENTRIES; i++)
		set(20 + i, i % SIZES, i % 3 ? 0 : 3, i % 5 ? TLB_ALL : TLB_SR);
	for (unsigned int i = 0; i < ENTRIES; i++) {
		look(i & 1, i & 2 ? 3 : 0, i & 4, true);
		tlb_clear(20 + i * 7 % ENTRIES);
	}
	print(" ");
	look(false, 0, false, false);
	print("\n");
}
