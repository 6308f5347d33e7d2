/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The interpreter fed with garbage: random instructions, privileged ones among them, in random
 * states with random TLB entries and vectors, while another thread kicks, writes and pulls at the
 * inputs. Nothing particular must come of it, but it comes back, and touches nothing outside its
 * RAM (guard pages stand there; under the sanitizers nothing else of the host either).
 */
#include "tests/unit/interp-machine.h"

#include "decode.h"

#include <pthread.h>
#include <sched.h>

#define GARBAGE 0x40000u /* bytes of RAM that hold it */
#define ROUNDS	60
#define RUNS	400 /* at most, of one state */

static uint64_t state;

static uint32_t random32(uint64_t *s)
{
	*s ^= *s >> 12;
	*s ^= *s << 25;
	*s ^= *s >> 27;
	return (uint32_t)(*s * 0x2545f4914f6cdd1dull >> 32);
}

static uint32_t below(uint32_t n)
{
	return random32(&state) % n;
}

/* Seven of eight are instructions that exist, with random operands. */
static uint32_t random_word(void)
{
	const struct core440_insn_info *info;
	uint32_t operands = random32(&state) & 0x03ffffff, xo;

	if (below(8) == 0)
		return random32(&state);
	info = &core440_insn_info[1 + below(INSN_COUNT - 1)];
	xo = (uint32_t)info->xo << 1;
	switch (info->form) {
	case INSN_FORM_P: break;
	case INSN_FORM_A: operands = (operands & ~0x3eu) | xo; break;
	case INSN_FORM_XO: operands = (operands & ~0x3feu) | xo; break;
	default: operands = (operands & ~0x7feu) | xo;
	}
	return (uint32_t)info->opcode << 26 | operands;
}

/* An address that is likely to be there. */
static uint32_t address(void)
{
	return below(4) ? below(GARBAGE) : random32(&state);
}

static void random_tlb(void)
{
	map(63, 0, below(3) ? 9 : 1 + below(3), 0, RIGHTS | (below(8) ? 0 : TLB2_E), 0);
	for (unsigned int i = 0; i < 12; i++) {
		struct core440_tlb_entry e = {
			.word0 = (below(GARBAGE) & TLB0_EPN) | TLB0_V | below(2) * TLB0_TS |
				 below(4) << 4,
			.word1 = below(GARBAGE) & TLB1_RPN,
			.word2 = random32(&state),
			.tid = (uint8_t)below(2),
		};

		if (below(3) == 0)
			core440_tlb_write(&m.c, i, &e);
	}
}

static void random_state(void)
{
	REQUIRE_EQ(
		core440_init(&m.c, (unsigned int)core440_model_find("440EP"), &core440_no_engine),
		0);
	random_tlb();
	for (unsigned int i = 0; i < 32; i++) {
		m.c.gpr[i] = address();
		m.c.fpr[i] = (uint64_t)random32(&state) << 32 | random32(&state);
	}
	for (unsigned int i = 0; i < 16; i++)
		m.c.ivor[i] = below(0x10000) & 0xfff0;
	m.c.pc = address() & ~3u;
	m.c.lr = address();
	m.c.ctr = address();
	m.c.msr = random32(&state) & MSR_ALL & (below(4) ? ~(MSR_IS | MSR_DS | MSR_WE) : ~0u);
	m.c.dbcr0 = below(4) ? 0 : random32(&state) & DBCR0_ALL & ~DBCR0_RST;
	set_state();
}

/* One state, until it ends or was left often enough. Every access is answered with something. */
static void run_garbage(void)
{
	for (unsigned int i = 0, kicked = 0; i < RUNS && kicked < 3; i++) {
		engine_interp.vcpu_run(m.vcpu, &m.e);
		switch (m.e.kind) {
		case ENGINE_EXIT_MMIO:
		case ENGINE_EXIT_DCR:
			m.e.value = random32(&state);
			m.e.failed = below(16) == 0;
			break;
		case ENGINE_EXIT_INTERRUPTED: kicked++; break;
		case ENGINE_EXIT_HALTED:
		case ENGINE_EXIT_RESET:
		case ENGINE_EXIT_CHECKSTOP: return;
		default: CHECK_EQ(m.e.kind, ENGINE_EXIT_INTERRUPTED); return;
		}
	}
}

static bool over;

static void *disturb(void *arg)
{
	uint64_t mine = 7;

	for (unsigned int i = 0; !__atomic_load_n(&over, __ATOMIC_ACQUIRE); i++) {
		if (i % 64 == 0)
			engine_interp.vcpu_kick(m.vcpu);
		if (i % 16 == 0)
			engine_interp.vm_memory_written(m.vm, random32(&mine) % RAM_SIZE,
							random32(&mine) % 16384);
		engine_interp.vcpu_set_input(m.vcpu, (enum engine_input)(i % 3),
					     random32(&mine) & 1);
		sched_yield();
	}
	return arg;
}

static void garbage(void)
{
	struct engine_stats stats;
	pthread_t t;

	state = 440;
	over = false;
	start();
	REQUIRE_EQ(pthread_create(&t, NULL, disturb, NULL), 0);
	for (unsigned int i = 0; i < ROUNDS; i++) {
		test_context("round %u", i);
		for (uint32_t ra = 0; ra < GARBAGE; ra += 4)
			put_word(ra, random_word());
		random_state();
		run_garbage();
	}
	__atomic_store_n(&over, true, __ATOMIC_RELEASE);
	pthread_join(t, NULL);
	engine_interp.vcpu_get_stats(m.vcpu, &stats);
	CHECK(stats.instructions > 0);
	CHECK(stats.interrupts > 0);
	finish();
}

static const struct test_case cases[] = {
	TEST_CASE(garbage),
};

TEST_MAIN(cases)
