/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The interpreter: code that changes, contexts, pages of every kind, memory.
 */
#include "tests/unit/interp-machine.h"

#include "util/error.h"

#include <pthread.h>

static void loop_and_halt(void)
{
	start();
	PLACE(CODE, LI(3, 1000), MTSPR(SPR_CTR, 3), ADDI(4, 4, 2), BDNZ(-4), B(0));
	run();
	CHECK_HALTED(CODE + 16);
	CHECK_EQ(m.c.gpr[4], 2000);
	CHECK_EQ(m.c.ctr, 0);
	finish();
}

static void counts_instructions(void)
{
	struct engine_stats stats;

	start();
	PLACE(CODE, LI(3, 10), MTSPR(SPR_CTR, 3), BL(8), B(0), NOP, BDNZ(-4), BLR);
	run();
	engine_interp.vcpu_get_stats(m.vcpu, &stats);
	CHECK_EQ(stats.instructions, 3 + 2 * 10 + 1 + 1);
	CHECK_EQ(stats.exits[ENGINE_EXIT_HALTED], 1);
	finish();
}

static void *runs(void *arg)
{
	engine_interp.vcpu_run(m.vcpu, &m.e);
	__atomic_store_n((bool *)arg, true, __ATOMIC_RELEASE);
	return NULL;
}

/* As a client asks for them: each number stays or grows. */
static void counts_seen_from_another_thread(void)
{
	struct engine_stats last = { 0 }, now;
	unsigned int shrunk = 0;
	bool done = false, end;
	pthread_t t;

	start();
	PLACE(CODE, LIS(3, 40), MTSPR(SPR_CTR, 3), BDNZ(0), B(0));
	set_state();
	REQUIRE_EQ(pthread_create(&t, NULL, runs, &done), 0);
	do {
		end = __atomic_load_n(&done, __ATOMIC_ACQUIRE);
		engine_interp.vcpu_get_stats(m.vcpu, &now);
		shrunk += now.instructions < last.instructions ||
			  now.pages_decoded < last.pages_decoded;
		last = now;
	} while (!end);
	pthread_join(t, NULL);
	CHECK_EQ(shrunk, 0);
	CHECK_EQ(last.instructions, 2 + (40u << 16) + 1);
	CHECK_EQ(last.pages_decoded, 1);
	CHECK_EQ(last.exits[ENGINE_EXIT_HALTED], 1);
	finish();
}

/* The word after next is overwritten, without any cache instruction. */
static void code_that_changes_itself(void)
{
	start();
	PLACE(CODE, STW(5, 8, 6), NOP, LI(4, 1), BDNZ(-12), B(0));
	m.c.gpr[5] = LI(4, 7);
	m.c.gpr[6] = CODE;
	m.c.ctr = 1;
	run();
	CHECK_HALTED(CODE + 16);
	CHECK_EQ(m.c.gpr[4], 7);
	/* Code that ran already, and again after the change. */
	m.c.gpr[5] = LI(4, 9);
	m.c.ctr = 3;
	m.c.pc = CODE;
	run();
	CHECK_EQ(m.c.gpr[4], 9);
	finish();
}

/* Data next to code: the code stays what it is, however often that is written. */
static void data_beside_code(void)
{
	start();
	PLACE(CODE, STW(4, 0x400, 6), ADDI(4, 4, 1), BDNZ(-8), LWZ(5, 0x400, 6), B(0));
	m.c.gpr[6] = CODE;
	m.c.ctr = 1000;
	run();
	CHECK_HALTED(CODE + 16);
	CHECK_EQ(m.c.gpr[5], 999);
	finish();
}

/*
 * One physical page gets other code under another PID, as Linux reuses pages: without icbi, iccci
 * or anything but the change of PID.
 */
static void new_code_under_new_pid(void)
{
	const uint32_t page = 0x200000, ea = 0x50000000;

	start();
	map(1, ea, 1, page, RIGHTS, 1);
	map(2, ea, 1, page, RIGHTS, 2);
	PLACE(page, LI(4, 11), BLR);
	/* Calls it under PID 1, writes through the 1:1 mapping, calls it under PID 2. */
	PLACE(CODE, LI(3, 1), MTSPR(SPR_PID, 3), MTSPR(SPR_CTR, 10), BCTRL, MR(5, 4), STW(8, 0, 9),
	      LI(3, 2), MTSPR(SPR_PID, 3), MTSPR(SPR_CTR, 10), BCTRL, B(0));
	m.c.gpr[8] = LI(4, 22);
	m.c.gpr[9] = page;
	m.c.gpr[10] = ea;
	run();
	CHECK_HALTED(CODE + 40);
	CHECK_EQ(m.c.gpr[5], 11);
	CHECK_EQ(m.c.gpr[4], 22);
	finish();
}

/* The same, the new code written by user mode through a mapping that was writable before. */
static void new_code_through_known_mapping(void)
{
	const uint32_t page = 0x200000;

	start();
	PLACE(page, LI(4, 1), BLR);
	/* The store enters the page for writing; running it must withdraw that; the next store is
	 * seen. */
	PLACE(CODE, STW(7, 16, 9), MTSPR(SPR_CTR, 9), BCTRL, STW(8, 0, 9), MTSPR(SPR_CTR, 9), BCTRL,
	      B(0));
	m.c.gpr[8] = LI(4, 2);
	m.c.gpr[9] = page;
	run();
	CHECK_HALTED(CODE + 24);
	CHECK_EQ(m.c.gpr[4], 2);
	finish();
}

/* A page written over and over becomes data; executed again it is decoded again. */
static void code_becomes_data_and_code(void)
{
	const uint32_t page = 0x200000;

	start();
	for (uint32_t i = 0; i < 1023; i++)
		put_word(page + 4 * i, ADDI(4, 4, 1));
	put_word(page + 4092, BLR);
	PLACE(CODE, MTSPR(SPR_CTR, 9), BCTRL, MR(5, 4), LI(3, 1023), MTSPR(SPR_CTR, 3),
	      ADDI(7, 9, -4), STWU(8, 4, 7), BDNZ(-4), MTSPR(SPR_CTR, 9), BCTRL, B(0));
	m.c.gpr[8] = ADDI(4, 4, 3);
	m.c.gpr[9] = page;
	run();
	CHECK_HALTED(CODE + 40);
	CHECK_EQ(m.c.gpr[5], 1023);
	CHECK_EQ(m.c.gpr[4], 4 * 1023);
	finish();
}

static void *device_writes(void *arg)
{
	/* While the guest runs in the page, or before: both must end its loop. */
	put_word(CODE + 4, B(8));
	return arg;
}

static void dma_into_running_code(void)
{
	pthread_t t;

	start();
	PLACE(CODE, ADDI(4, 4, 1), B(-4), NOP, B(0));
	set_state();
	REQUIRE_EQ(pthread_create(&t, NULL, device_writes, NULL), 0);
	go_on();
	pthread_join(t, NULL);
	CHECK_HALTED(CODE + 12);
	finish();
}

/* A branch chain over more pages than the engine keeps; twice, and the second round after a change.
 */
/* A device's write can be seen before the engine is told of it. */
static void dma_before_its_notice(void)
{
	const uint8_t li[4] = { 0x38, 0x80, 0, 7 }; /* li 4,7 */

	start();
	PLACE(CODE, ASM_X(31, 4, 10, 4, 597), B(0)); /* lswi 4,10,4: the core's */
	m.c.gpr[10] = 0x200000;
	put_word(0x200000, 0x01020304);
	run();
	CHECK_HALTED(CODE + 4);
	CHECK_EQ(m.c.gpr[4], 0x01020304);
	memcpy(m.ram + CODE, li, sizeof(li));
	m.c.pc = CODE;
	run();
	CHECK_HALTED(CODE + 4);
	CHECK_EQ(m.c.gpr[4], 7);
	finish();
}

static void more_code_than_is_kept(void)
{
	const uint32_t first = 0x100000, pages = 5000;

	start();
	for (uint32_t i = 0; i < pages; i++)
		PLACE(first + i * 4096, ADDI(4, 4, 1), B(4092));
	PLACE(first + pages * 4096, BLR);
	PLACE(CODE, BL(first - CODE), STW(8, 0, 9), BL(first - CODE - 8), B(0));
	m.c.gpr[8] = ADDI(4, 4, 100);
	m.c.gpr[9] = first + 3000 * 4096;
	run();
	CHECK_HALTED(CODE + 12);
	CHECK_EQ(m.c.gpr[4], 2 * pages + 99);
	finish();
}

/* One effective address in two contexts; then the entry of one goes. */
static void contexts_are_apart(void)
{
	const uint32_t ea = 0x50000000;

	start();
	map(1, ea, 1, 0x200000, RIGHTS, 1);
	map(2, ea, 1, 0x300000, RIGHTS, 2);
	put_word(0x200000, 111);
	put_word(0x300000, 222);
	PLACE(CODE, LI(3, 1), MTSPR(SPR_PID, 3), LWZ(4, 0, 10), LI(3, 2), MTSPR(SPR_PID, 3),
	      LWZ(5, 0, 10), STW(5, 4, 10), LI(3, 1), MTSPR(SPR_PID, 3), LWZ(6, 0, 10),
	      STW(6, 4, 10), LI(7, 0), LI(8, 1), TLBWE(7, 8, 0), LWZ(6, 4, 10), B(0));
	m.c.gpr[10] = ea;
	run();
	CHECK_HALTED(VECTOR(DTLB));
	CHECK_EQ(m.c.srr0, CODE + 56);
	CHECK_EQ(m.c.dear, ea + 4);
	CHECK_EQ(m.c.gpr[4], 111);
	CHECK_EQ(m.c.gpr[5], 222);
	CHECK_EQ(m.c.gpr[6], 111);
	CHECK_EQ(word_at(0x200004), 111);
	CHECK_EQ(word_at(0x300004), 222);
	/* PID 2 still has its page. */
	m.c.pid = 2;
	m.c.pc = CODE + 20;
	PLACE(CODE + 24, B(0));
	run();
	CHECK_HALTED(CODE + 24);
	CHECK_EQ(m.c.gpr[5], 222);
	finish();
}

static void user_and_supervisor_rights(void)
{
	start();
	map(1, 0x50000000, 1, 0x200000, TLB2_SR | TLB2_SW | TLB2_UX | TLB2_SX, 0);
	map(2, 0x50001000, 1, CODE, RIGHTS, 0);
	PLACE(CODE, STW(4, 0, 10), LWZ(5, 0, 10), MTSPR(SPR_SRR0, 11), MTSPR(SPR_SRR1, 12), RFI,
	      LWZ(6, 0, 10), B(0));
	m.c.gpr[4] = 5;
	m.c.gpr[10] = 0x50000000;
	m.c.gpr[11] = 0x50001014;
	m.c.gpr[12] = MSR_PR;
	run();
	CHECK_HALTED(VECTOR(2)); /* Data Storage */
	CHECK_EQ(m.c.gpr[5], 5);
	CHECK_EQ(m.c.srr0, 0x50001014);
	CHECK_EQ(m.c.dear, 0x50000000);
	finish();
}

/* Four 1 KB pages side by side, in another order behind: code and data. */
static void small_pages(void)
{
	start();
	for (unsigned int i = 0; i < 4; i++)
		map(1 + i, 0x50000000 + 1024 * i, 0, 0x200000 + 1024 * (3 - i), RIGHTS, 0);
	PLACE(0x200c00 + 1020, LWZ(4, 1022, 10)); /* the end of the first page */
	PLACE(0x200800, STW(4, 2046, 10), BLR);	  /* the beginning of the second */
	PLACE(CODE, MTSPR(SPR_CTR, 11), BCTRL, LWZ(5, 2046, 10), B(0));
	m.c.gpr[10] = 0x50000800;
	m.c.gpr[11] = 0x500003fc;
	put_word(0x2007fc, 0x0000abcd); /* ends page 2 */
	put_word(0x200000, 0xef010000); /* begins page 3 */
	map(5, 0x50001000, 0, 0x200400, RIGHTS, 0);
	run();
	CHECK_HALTED(CODE + 12);
	CHECK_EQ(m.c.gpr[4], 0xabcdef01);
	CHECK_EQ(m.c.gpr[5], 0xabcdef01);
	finish();
}

static void little_endian_pages(void)
{
	static const uint32_t code[] = { LWZ(4, 256, 10), STW(5, 260, 10), BLR };

	start();
	map(1, 0x50000000, 1, 0x200000, RIGHTS | TLB2_E, 0);
	for (unsigned int i = 0; i < 3; i++)
		put_word(0x200000 + 4 * i, __builtin_bswap32(code[i]));
	put_word(0x200100, 0x78563412);
	PLACE(CODE, MTSPR(SPR_CTR, 10), BCTRL, B(0));
	m.c.gpr[10] = 0x50000000;
	m.c.gpr[5] = 0xcafe1234;
	run();
	CHECK_HALTED(CODE + 8);
	CHECK_EQ(m.c.gpr[4], 0x12345678);
	CHECK_EQ(word_at(0x200104), 0x3412feca);
	/* The same page as big-endian code is other code. */
	PLACE(0x200000, LI(4, 3), BLR);
	map(1, 0x50000000, 1, 0x200000, RIGHTS, 0);
	m.c.pc = CODE;
	run();
	CHECK_EQ(m.c.gpr[4], 3);
	finish();
}

static void zeroing_a_line(void)
{
	start();
	memset(m.ram + 0x200000, 0xff, 128);
	PLACE(CODE, STW(4, 100, 10), DCBZ(0, 10), DCBZ(11, 10), B(0));
	m.c.gpr[10] = 0x200005;
	m.c.gpr[11] = 32;
	run();
	CHECK_HALTED(CODE + 12);
	for (unsigned int i = 0; i < 64; i++)
		CHECK_EQ(m.ram[0x200000 + i], 0);
	CHECK_EQ(m.ram[0x200040], 0xff);
	/* Where the page is not cached it is an alignment interrupt, also after stores there. */
	map(1, 0x50000000, 1, 0x200000, RIGHTS | TLB2_I, 0);
	m.c.pc = CODE;
	m.c.gpr[10] = 0x50000000;
	run();
	CHECK_HALTED(VECTOR(ALIGNMENT));
	CHECK_EQ(m.c.srr0, CODE + 4);
	finish();
}

static const struct test_case cases[] = {
	TEST_CASE(loop_and_halt),
	TEST_CASE(counts_instructions),
	TEST_CASE(counts_seen_from_another_thread),
	TEST_CASE(code_that_changes_itself),
	TEST_CASE(data_beside_code),
	TEST_CASE(new_code_under_new_pid),
	TEST_CASE(new_code_through_known_mapping),
	TEST_CASE(code_becomes_data_and_code),
	TEST_CASE(dma_into_running_code),
	TEST_CASE(dma_before_its_notice),
	TEST_CASE(more_code_than_is_kept),
	TEST_CASE(contexts_are_apart),
	TEST_CASE(user_and_supervisor_rights),
	TEST_CASE(small_pages),
	TEST_CASE(little_endian_pages),
	TEST_CASE(zeroing_a_line),
};

TEST_MAIN(cases)
