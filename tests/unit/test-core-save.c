/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The saved state: a round trip, its bytes on every host, and what a hostile file may not do. */
#include <stdlib.h>

#include "tests/unit/core-machine.h"

static struct machine a, b;
static uint8_t state[CORE440_STATE_MAX], again[CORE440_STATE_MAX];

/* Something different in every register that the guest could have set. */
static void fill(struct machine *x, uint32_t seed)
{
	unsigned int i;

	machine_init_model(x, "440GX");
	for (i = 0; i < 32; i++) {
		x->c.gpr[i] = random32(&seed);
		x->c.fpr[i] = (uint64_t)random32(&seed) << 32 | random32(&seed);
	}
	x->c.cr = random32(&seed);
	x->c.fpscr = random32(&seed);
	x->c.reserve = true;
	for (i = 0; i < CORE440_SPR_COUNT; i++) {
		const struct core440_spr *s = &core440_sprs[i];

		if (!(s->access & CORE440_SPR_SW) || s->effect == CORE440_SPR_TCR)
			continue;
		x->c.gpr[7] = random32(&seed);
		if (s->number == 0x134)
			x->c.gpr[7] &= ~(DBCR0_RST | DBCR0_FT);
		(void)machine_step(x, encode_spr(INSN_MTSPR, 7, s->number));
	}
	x->c.tsr = TSR_WIS;
	x->c.dbsr = DBSR_MRR;
	x->c.mcsr = MCSR_DRB;
	x->c.esr = ESR_MCI | ESR_BO;
	x->c.pvr = 0x51b21894u;
	for (i = 5; i < 64; i++)
		map_page(x, i, random32(&seed), i % 10, (uint64_t)random32(&seed) << 4,
			 random32(&seed) & TLB2_ALL, (uint8_t)i, i & 1);
	x->c.pc = random32(&seed) & ~3u;
	core440_set_msr(&x->c, MSR_CE | MSR_IS);
}

static int save(struct machine *x, uint8_t *to)
{
	return core440_save(&x->c, to, CORE440_STATE_MAX, NULL);
}

static void round_trip(void)
{
	unsigned int seed, i;

	for (seed = 1; seed < 50; seed++) {
		int len;

		fill(&a, seed * 12345);
		len = save(&a, state);
		REQUIRE(len > 0);
		machine_init_model(&b, "440GX");
		b.ticks = 987654321; /* another host, another clock */
		test_context("seed %u", seed);
		REQUIRE_EQ(core440_load(&b.c, state, (size_t)len), 0);
		CHECK_EQ(save(&b, again), len);
		CHECK_MEM(again, state, (size_t)len);
		CHECK_MEM(b.c.gpr, a.c.gpr, sizeof(a.c.gpr));
		CHECK_MEM(b.c.fpr, a.c.fpr, sizeof(a.c.fpr));
		for (i = 0; i < CORE440_SPR_COUNT; i++) {
			const struct core440_spr *s = &core440_sprs[i];

			if (s->effect == CORE440_SPR_TBL || s->effect == CORE440_SPR_TBU)
				continue;
			CHECK_EQ(*(uint32_t *)(void *)((char *)&b.c + s->offset),
				 *(uint32_t *)(void *)((char *)&a.c + s->offset));
		}
		CHECK_EQ(core440_timebase(&b.c), core440_timebase(&a.c));
		for (i = 0; i < CORE440_TLB_SIZE; i++) {
			CHECK_EQ(b.c.tlb[i].word0, a.c.tlb[i].word0);
			CHECK_EQ(b.c.tlb[i].word1, a.c.tlb[i].word1);
			CHECK_EQ(b.c.tlb[i].word2, a.c.tlb[i].word2);
			CHECK_EQ(b.c.tlb[i].tid, a.c.tlb[i].tid);
		}
		CHECK_EQ(b.c.attention, a.c.attention);
		CHECK(b.contexts && b.modes && b.icaches && b.timers);
	}
}

/* The TLB is found through the index again. */
static void translates_after_loading(void)
{
	struct core440_translation t;
	int len;

	machine_init(&a);
	map_page(&a, 63, 0x12345000, 1, 0x678000, RIGHTS_ALL, 0, false);
	len = save(&a, state);
	machine_init(&b);
	map_page(&b, 20, 0x77777000, 1, 0x1000, RIGHTS_ALL, 0, false);
	machine_counters(&b);
	REQUIRE_EQ(core440_load(&b.c, state, (size_t)len), 0);
	CHECK_EQ(b.drops, 1);
	CHECK_EQ(core440_translate(&b.c, 0x12345678, CORE440_LOAD, &t), CORE440_FAULT_NONE);
	CHECK_EQ(t.ra, 0x678678);
	CHECK_EQ(core440_translate(&b.c, 0x77777000, CORE440_LOAD, &t), CORE440_FAULT_MISS);
}

/* Time goes on where it stood, whatever the new host's clock says. */
static void time_goes_on(void)
{
	int len;

	machine_init(&a);
	a.ticks = 5000000;
	a.c.gpr[3] = 1000;
	machine_step(&a, encode_spr(INSN_MTSPR, 3, 0x016));
	a.c.gpr[3] = TCR_DIE;
	machine_step(&a, encode_spr(INSN_MTSPR, 3, 0x154));
	a.ticks += 300;
	len = save(&a, state);
	machine_init(&b);
	b.ticks = 42;
	REQUIRE_EQ(core440_load(&b.c, state, (size_t)len), 0);
	CHECK_EQ(core440_timebase(&b.c), 5000300);
	CHECK_EQ(core440_timer_next(&b.c), 42 + 700);
	b.ticks += 699;
	machine_step(&b, encode_spr(INSN_MFSPR, 3, 0x016));
	CHECK_EQ(b.c.gpr[3], 1);
}

/* A DCR read that was under way is answered on the other side. */
static void dcr_in_flight(void)
{
	int len;

	machine_init(&a);
	REQUIRE_EQ(core440_emulate(&a.c, encode_spr(INSN_MFDCR, 9, 0x123)), CORE440_EXIT);
	len = save(&a, state);
	machine_init(&b);
	REQUIRE_EQ(core440_load(&b.c, state, (size_t)len), 0);
	CHECK_EQ(b.c.exit.kind, CORE440_EXIT_DCR);
	CHECK_EQ(b.c.exit.addr, 0x123);
	b.c.exit.value = 77;
	CHECK_EQ(core440_complete(&b.c), CORE440_NEXT);
	CHECK_EQ(b.c.gpr[9], 77);
	CHECK_EQ(b.c.pc, 0x1004);
}

/* The first bytes, written out: the same on every host. */
static void portable_bytes(void)
{
	static const uint8_t header[] = { 'K', '4', '4', '0', 0, 0, 0, 1 };
	static const uint8_t model[] = { '4', '4', '0', 'E', 'P', 0, 0, 0 };
	static const uint8_t user[] = { 'U', 'S', 'E', 'R', 0, 0, 0, 157, 0x11, 0x22, 0x33, 0x44 };
	int len;

	machine_init(&a);
	a.c.gpr[0] = 0x11223344;
	len = save(&a, state);
	CHECK_MEM(state, header, sizeof(header));
	CHECK_EQ((unsigned int)state[10] << 8 | state[11], len);
	CHECK_MEM(state + 12, model, sizeof(model));
	CHECK_MEM(state + 20, user, sizeof(user));
}

static void no_room(void)
{
	size_t need = 0;
	int len;

	machine_init(&a);
	len = save(&a, state);
	REQUIRE(len > 0 && len < CORE440_STATE_MAX);
	memset(again, 0xaa, sizeof(again));
	CHECK_EQ(core440_save(&a.c, again, (size_t)len - 1, &need), CORE440_STATE_NO_SPACE);
	CHECK_EQ(need, len);
	CHECK_EQ(again[len - 1], 0xaa);
	CHECK_EQ(core440_save(&a.c, NULL, 0, &need), CORE440_STATE_NO_SPACE);
	CHECK_EQ(need, len);
	CHECK_EQ(core440_save(&a.c, again, (size_t)len, &need), len);
}

static void other_model(void)
{
	int len;

	machine_init_model(&a, "440EP");
	len = save(&a, state);
	machine_init_model(&b, "440GX");
	CHECK_EQ(core440_load(&b.c, state, (size_t)len), CORE440_STATE_BAD);
}

/* Every shortened form, every longer one, and each byte of the frame changed. */
static void broken_frames(void)
{
	static struct core440 before;
	int len, i;

	machine_init(&a);
	len = save(&a, state);
	machine_init(&b);
	before = b.c;
	for (i = 0; i < len; i++)
		CHECK_EQ(core440_load(&b.c, state, (size_t)i), CORE440_STATE_BAD);
	state[len] = 0;
	CHECK_EQ(core440_load(&b.c, state, (size_t)len + 1), CORE440_STATE_BAD);
	for (i = 0; i < 28; i++) {
		state[i] ^= 1;
		CHECK_EQ(core440_load(&b.c, state, (size_t)len), CORE440_STATE_BAD);
		state[i] ^= 1;
	}
	CHECK_MEM(&b.c, &before, sizeof(before));
	CHECK_EQ(core440_load(&b.c, state, (size_t)len), 0);
}

/*
 * Any bytes at all: refused with nothing changed, or taken, and then whatever is in flight can be
 * completed and anything emulated without the machine leaving its bounds (the sanitizers look on).
 */
static void fuzz(void)
{
	static struct core440 before;
	uint32_t seed = 0xc0ffee, round, taken = 0;
	int len;

	for (round = 0; round < 60000; round++) {
		unsigned int changes = 1 + (random32(&seed) & 3), i, steps;
		int result;

		if (round % 64 == 0)
			machine_init(&a);
		if (round % 64 == 0) {
			/* In the middle of a transfer more often than not. */
			a.c.gpr[20] = EA_DEVICE + (random32(&seed) & 0xfc);
			if (round & 64)
				(void)core440_emulate(&a.c,
						      encode(round & 128 ? INSN_LMW : INSN_STFD,
							     round & 31, 20, 0));
		}
		len = save(&a, state);
		REQUIRE(len > 0);
		for (i = 0; i < changes; i++) {
			/* The end, with the access in flight, is where it is interesting. */
			uint32_t at = random32(&seed) & 1 ? (uint32_t)len - 1 - random32(&seed) % 70
							  : random32(&seed) % (uint32_t)len;

			state[at] = (uint8_t)random32(&seed);
		}
		if (round % 16 == 0)
			machine_init(&b);
		before = b.c;
		result = core440_load(&b.c, state, (size_t)len);
		test_context("round %u", round);
		if (result != 0) {
			REQUIRE_MEM(&b.c, &before, sizeof(before));
			continue;
		}
		taken++;
		for (steps = 0; steps < 40 && b.c.exit.kind == CORE440_EXIT_MMIO; steps++) {
			b.c.exit.value = random32(&seed);
			b.c.exit.failed = random32(&seed) & 1;
			(void)core440_complete(&b.c);
		}
		for (steps = 0; steps < 4; steps++)
			(void)core440_emulate(&b.c, random32(&seed));
		(void)core440_deliver_pending(&b.c);
		(void)core440_timer_next(&b.c);
	}
	test_context("taken %u", taken);
	CHECK(taken > 1000);
}

static const struct test_case cases[] = {
	TEST_CASE(round_trip),	   TEST_CASE(translates_after_loading),
	TEST_CASE(time_goes_on),   TEST_CASE(dcr_in_flight),
	TEST_CASE(portable_bytes), TEST_CASE(no_room),
	TEST_CASE(other_model),	   TEST_CASE(broken_frames),
	TEST_CASE(fuzz),
};

TEST_MAIN(cases)
