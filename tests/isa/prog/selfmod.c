// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Code that changes. An instruction cache that is virtually tagged lets a system reuse a physical
 * page under another process id without any cache instruction, and Linux counts on it; within one
 * context dcbst, icbi and isync are due, and end the old code even inside the block that runs.
 */
#include "isa.h"

#define EA	 0x40000000u
#define PAGE	 RAM_FREE
#define LI_R3(v) (0x38600000u | (v))
#define BLR	 0x4e800020u

static uint32_t call(uint32_t ea)
{
	uint32_t v;

	__asm__ volatile("mtctr %1; bctrl; mr %0,3"
			 : "=r"(v)
			 : "r"(ea)
			 : "r3", "ctr", "lr", "memory");
	return v;
}

static void put(uint32_t ra, uint32_t v)
{
	*(volatile uint32_t *)ra = v;
}

static void other_pid(void)
{
	print("other pid:");
	for (uint32_t pid = 1; pid < 6; pid++) {
		/* Through the 1:1 mapping; no dcbst, no icbi, only the new context. */
		put(PAGE, LI_R3(pid * 3));
		put(PAGE + 4, BLR);
		tlb_set(20, EA | TLB_V | TLB_4K, pid, PAGE, TLB_ALL);
		mtspr(SPR_PID, pid);
		isync();
		print(" %u", call(EA));
		print(" %u", call(EA));
		mtspr(SPR_PID, 0);
		isync();
	}
	print("\n");
	tlb_clear(20);
}

/* Two contexts share a page; one writes, the other sees it. */
static void two_views(void)
{
	print("two views:");
	tlb_set(20, EA | TLB_V | TLB_4K, 1, PAGE, TLB_ALL);
	tlb_set(21, (EA + 0x10000) | TLB_V | TLB_4K, 2, PAGE, TLB_ALL);
	put(PAGE, LI_R3(1));
	put(PAGE + 4, BLR);
	code_sync((void *)PAGE, 8);
	mtspr(SPR_PID, 1);
	isync();
	print(" %u", call(EA));
	mtspr(SPR_PID, 2);
	isync();
	print(" %u", call(EA + 0x10000));
	put(EA + 0x10000, LI_R3(7));
	code_sync((void *)(EA + 0x10000), 4);
	print(" %u", call(EA + 0x10000));
	mtspr(SPR_PID, 1);
	isync();
	print(" %u\n", call(EA));
	mtspr(SPR_PID, 0);
	tlb_clear(20);
	tlb_clear(21);
}

/* Code that overwrites an instruction further on in its own straight line. */
static void same_block(void)
{
	uint32_t v;

	print("same block:");
	for (uint32_t i = 0; i < 4; i++) {
		__asm__ volatile("	bl	1f\n"
				 "1:	mflr	12\n"
				 "	addi	12,12,2f-1b\n"
				 "	stw	%1,0(12)\n"
				 "	dcbst	0,12\n"
				 "	sync\n"
				 "	icbi	0,12\n"
				 "	sync\n"
				 "	isync\n"
				 "	li	3,0\n"
				 "2:	li	3,99\n"
				 "	mr	%0,3\n"
				 : "=r"(v)
				 : "r"(LI_R3(i + 10))
				 : "r3", "r12", "lr", "memory");
		print(" %u", v);
	}
	print("\n");
}

/* A loop that changes its own body each time around. */
static void loop(void)
{
	uint32_t v;

	__asm__ volatile("	bl	1f\n"
			 "1:	mflr	12\n"
			 "	addi	12,12,2f-1b\n"
			 "	li	3,0\n"
			 "	li	11,50\n"
			 "	mtctr	11\n"
			 "	lis	11,0x3863\n" /* addi r3,r3,0 */
			 "2:	addi	3,3,0\n"
			 "	addi	11,11,1\n"
			 "	stw	11,0(12)\n"
			 "	dcbst	0,12\n"
			 "	sync\n"
			 "	icbi	0,12\n"
			 "	isync\n"
			 "	bdnz	2b\n"
			 "	mr	%0,3\n"
			 : "=r"(v)
			 :
			 : "r3", "r11", "r12", "ctr", "lr", "memory");
	print("loop: %u\n", v); /* 0 + 1 + ... + 49 */
}

/* Written by pieces: a byte of an instruction. */
static void bytes(void)
{
	put(PAGE + 0x800, LI_R3(0));
	put(PAGE + 0x804, BLR);
	code_sync((void *)(PAGE + 0x800), 8);
	print("bytes: %u", call(PAGE + 0x800));
	for (uint32_t i = 1; i < 4; i++) {
		*(volatile uint8_t *)(PAGE + 0x803) = (uint8_t)(i * 5);
		code_sync((void *)(PAGE + 0x800), 4);
		print(" %u", call(PAGE + 0x800));
	}
	print("\n");
}

/* A long run of code in two pages; the second is replaced, the first stays. */
static void two_pages(void)
{
	for (uint32_t a = PAGE + 0xf80; a < PAGE + 0x1040; a += 4)
		put(a, 0x38630001); /* addi r3,r3,1 */
	put(PAGE + 0x1040, BLR);
	code_sync((void *)(PAGE + 0xf80), 0xc4);
	__asm__ volatile("li 3,0" : : : "r3");
	put(PAGE + 0xf80, LI_R3(0));
	code_sync((void *)(PAGE + 0xf80), 4);
	print("two pages: %u", call(PAGE + 0xf80));
	put(PAGE + 0x1000, BLR);
	code_sync((void *)(PAGE + 0x1000), 4);
	print(" %u", call(PAGE + 0xf80));
	put(PAGE + 0x1000, 0x38630064); /* addi r3,r3,100 */
	code_sync((void *)(PAGE + 0x1000), 4);
	print(" %u\n", call(PAGE + 0xf80));
}

/* An entry comes to mean another page: the code at the same address is another. */
static void remapped(void)
{
	put(PAGE + 0x4000, LI_R3(41));
	put(PAGE + 0x4004, BLR);
	put(PAGE + 0x5000, LI_R3(42));
	put(PAGE + 0x5004, BLR);
	code_sync((void *)(PAGE + 0x4000), 8);
	code_sync((void *)(PAGE + 0x5000), 8);
	print("remapped:");
	for (int i = 0; i < 4; i++) {
		tlb_set(20, EA | TLB_V | TLB_4K, 0, PAGE + (i & 1 ? 0x5000 : 0x4000), TLB_ALL);
		__asm__ volatile("iccci 0,0; isync" : : : "memory");
		print(" %u", call(EA));
	}
	tlb_clear(20);
	print("\n");
}

void test_main(void)
{
	other_pid();
	two_views();
	same_block();
	loop();
	bytes();
	two_pages();
	remapped();
}
