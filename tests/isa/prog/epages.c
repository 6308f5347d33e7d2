// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Little-endian pages: instructions are fetched as little-endian words; an interrupt handler, in a
 * big-endian page, sees the same registers; a call goes from one kind to the other and back.
 */
#include "isa.h"

#define EA 0x40000000u

extern const uint32_t little_code[], little_code_end[];

static struct {
	uint32_t r3, r4, r7, r8, r9;
} got;

static void call(uint32_t ea)
{
	__asm__ volatile(
		"mtctr %1; bctrl; stw 3,0(%0); stw 4,4(%0); stw 7,8(%0); stw 8,12(%0); stw 9,16(%0)"
		:
		: "b"(&got), "b"(ea)
		: "r0", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "cr0", "ctr", "lr", "memory");
}

static void copy(bool reversed)
{
	volatile uint32_t *to = (volatile uint32_t *)RAM_FREE;

	for (const uint32_t *p = little_code; p < little_code_end; p++)
		*to++ = reversed ? __builtin_bswap32(*p) : *p;
	code_sync((void *)RAM_FREE, 4096);
}

void test_main(void)
{
	uint32_t words = (uint32_t)(little_code_end - little_code);

	tlb_set(20, EA | TLB_V | TLB_4K, 0, RAM_FREE, TLB_ALL | TLB_E);
	tlb_set(21, (EA + 0x1000) | TLB_V | TLB_4K, 0, RAM_FREE, TLB_ALL);
	/* Big-endian words in a little-endian page are other instructions: the first is 0xa602087c.
	 */
	copy(true);
	call(EA);
	print("little: r3=%u r4=%u word=%08x half=%08x stored=%08x\n", got.r3, got.r4, got.r7,
	      got.r8, *(volatile uint32_t *)(RAM_FREE + (words - 1) * 4));
	print("reversed load gives the instruction's bytes: %08x\n", got.r9);
	copy(false);
	tlb_clear(20);
	call(EA + 0x1000);
	print("big: r3=%u r4=%u word=%08x half=%08x stored=%08x\n", got.r3, got.r4, got.r7, got.r8,
	      *(volatile uint32_t *)(RAM_FREE + (words - 1) * 4));
	/* The page changes its order under the same address: other code. */
	copy(true);
	tlb_set(21, (EA + 0x1000) | TLB_V | TLB_4K, 0, RAM_FREE, TLB_ALL | TLB_E);
	__asm__ volatile("iccci 0,0; isync" : : : "memory");
	call(EA + 0x1000);
	print("changed: r3=%u r4=%u word=%08x half=%08x\n", got.r3, got.r4, got.r7, got.r8);
	/* A trap in little-endian code. */
	*(volatile uint32_t *)(RAM_FREE + 0x800) = __builtin_bswap32(0x7fe00008);
	*(volatile uint32_t *)(RAM_FREE + 0x804) = __builtin_bswap32(0x4e800020);
	code_sync((void *)RAM_FREE, 4096);
	trap_clear();
	trap_base = EA + 0x1800;
	call(EA + 0x1800);
	print("trap:");
	trap_print();
	print("\n");
}
