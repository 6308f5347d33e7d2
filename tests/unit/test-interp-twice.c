/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Programs that write into themselves, run twice: as the interpreter likes, from decoded pages, and
 * a word at a time from memory, as it does while a debug event is on. Both must end alike. The
 * code is reached, and written, through 4 KB and 1 KB pages, in both byte orders, through two
 * addresses.
 */
#include "tests/unit/interp-machine.h"

#include "decode.h"

#include <signal.h>
#include <sys/time.h>

#define AREA	 0x200000u /* real address of the code */
#define SIZE	 0x2000u
#define ALIAS	 0x50000000u
#define LITTLE	 0x51000000u
#define SMALL	 0x52000000u
#define PROGRAMS 150
#define WINDOW	 0xf80u /* what is executed and written: around the end of a page */
#define WORDS	 64u
#define PASSES	 24

static uint64_t seed;

static uint32_t random32(void)
{
	seed ^= seed >> 12;
	seed ^= seed << 25;
	seed ^= seed >> 27;
	return (uint32_t)(seed * 0x2545f4914f6cdd1dull >> 32);
}

static uint32_t below(uint32_t n)
{
	return random32() % n;
}

/* Somewhere in the code, by one of its addresses. */
static uint32_t address(void)
{
	static const uint32_t bases[] = { AREA, AREA, ALIAS, LITTLE, SMALL };

	return bases[below(5)] + WINDOW + below(4 * WORDS);
}

/* Registers 0 to 15 hold words that make sense as code, 16 to 31 addresses. */
static uint32_t random_word(void)
{
	enum insn id;
	uint32_t flags, w;

	if (below(4) == 0)
		return ADDI(below(16), below(16), (int)below(4096));
	if (below(24) == 0)
		return below(2) ? BLR : 0x4e800420u; /* bctr */
	if (below(12) == 0)
		return 0x40000000u | below(0x400) << 16 | (4 + 4 * below(4)); /* bc forward */
	if (below(3))
		return STW(below(16), 4 * (int)below(8), 16 + below(16));
	do {
		id = (enum insn)(1 + below(INSN_COUNT - 1));
		flags = core440_insn_flags[id];
	} while (!(flags & INSN_F_STORE || id == INSN_DCBZ ||
		   (below(8) == 0 && flags & INSN_F_LOAD)));
	w = (uint32_t)core440_insn_info[id].opcode << 26 | below(16) << 21 | (16 + below(16)) << 16;
	if (core440_insn_info[id].form == INSN_FORM_P)
		return w | ((below(64) - 32) & 0xffff);
	return w | below(32) << 11 | (uint32_t)core440_insn_info[id].xo << 1 | (id == INSN_STWCX);
}

struct outcome {
	struct core440 c;
	uint8_t ram[SIZE];
	enum engine_exit_kind kinds[PASSES];
};

static void give_up(int signal)
{
	(void)signal;
	engine_interp.vcpu_kick(m.vcpu);
}

static void map_area(void)
{
	for (unsigned int i = 0; i < SIZE / 4096; i++) {
		map(1 + i, ALIAS + 4096 * i, 1, AREA + 4096 * i, RIGHTS, 0);
		map(4 + i, LITTLE + 4096 * i, 1, AREA + 4096 * i, RIGHTS | TLB2_E, 0);
	}
	for (unsigned int i = 0; i < SIZE / 1024; i++)
		map(8 + i, SMALL + 1024 * i, 0, AREA + 1024 * i, RIGHTS, 0);
}

static void one_pass(bool stepping)
{
	for (unsigned int i = 0; i < 32; i++)
		m.c.gpr[i] = i < 16 ? random_word() : address();
	for (unsigned int i = 0; i < 32; i++)
		m.c.fpr[i] = (uint64_t)random_word() << 32 | random_word();
	m.c.lr = address() & ~3u;
	m.c.ctr = address() & ~3u;
	m.c.xer = below(40);
	m.c.pc = address() & ~3u;
	m.c.dbcr0 = stepping ? DBG_IAC1 : 0;
	m.c.iac[0] = 0xfffffffc;
	core440_set_msr(&m.c, MSR_PR | MSR_FP);
	run();
	while (m.e.kind == ENGINE_EXIT_MMIO)
		go_on();
}

static void one_life(uint64_t s, bool stepping, struct outcome *ret)
{
	const struct itimerval soon = { { .tv_usec = 200000 }, { .tv_usec = 200000 } },
			       never = { 0 };

	seed = s;
	start();
	map_area();
	for (uint32_t i = 0; i < WORDS; i++)
		put_word(AREA + WINDOW + 4 * i, random_word());
	put_word(AREA + WINDOW + 4 * WORDS, B(0));
	/* A program that runs in circles is ended. */
	REQUIRE_EQ(setitimer(ITIMER_VIRTUAL, &soon, NULL), 0);
	for (unsigned int i = 0; i < PASSES; i++) {
		one_pass(stepping);
		ret->kinds[i] = m.e.kind;
	}
	REQUIRE_EQ(setitimer(ITIMER_VIRTUAL, &never, NULL), 0);
	ret->c = m.c;
	memcpy(ret->ram, m.ram + AREA, SIZE);
	finish();
}

static bool all_halted(const struct outcome *o)
{
	for (unsigned int i = 0; i < PASSES; i++)
		if (o->kinds[i] != ENGINE_EXIT_HALTED)
			return false;
	return true;
}

static void the_same_both_ways(void)
{
	static struct outcome fast, slow;
	unsigned int compared = 0;

	REQUIRE(signal(SIGVTALRM, give_up) != SIG_ERR);

	for (unsigned int i = 1; i <= PROGRAMS; i++) {
		uint64_t s = i * UINT64_C(0x9e3779b97f4a7c15);

		test_context("program %u", i);
		one_life(s, false, &fast);
		if (!all_halted(&fast))
			continue;
		one_life(s, true, &slow);
		if (!all_halted(&slow)) /* on a busy host only */
			continue;
		compared++;
		CHECK_MEM(fast.c.gpr, slow.c.gpr, sizeof(fast.c.gpr));
		CHECK_MEM(fast.c.fpr, slow.c.fpr, sizeof(fast.c.fpr));
		CHECK_EQ(fast.c.pc, slow.c.pc);
		CHECK_EQ(fast.c.srr0, slow.c.srr0);
		CHECK_EQ(fast.c.esr, slow.c.esr);
		CHECK_EQ(fast.c.dear, slow.c.dear);
		CHECK_EQ(fast.c.cr, slow.c.cr);
		CHECK_EQ(fast.c.xer, slow.c.xer);
		CHECK_EQ(fast.c.lr, slow.c.lr);
		CHECK_EQ(fast.c.ctr, slow.c.ctr);
		CHECK_EQ(fast.c.reserve, slow.c.reserve);
		CHECK_MEM(fast.ram, slow.ram, SIZE);
	}
	test_context("all");
	CHECK(compared > PROGRAMS / 2);
}

static const struct test_case cases[] = {
	TEST_CASE(the_same_both_ways),
};
TEST_MAIN(cases)
