/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Time base, decrementer, fixed-interval timer, watchdog: PPC440x5 manual, chapter 7. */
#include "tests/unit/core-machine.h"

static struct machine m;

enum { DEC = 0x016, DECAR = 0x036, TBL = 0x11c, TBU = 0x11d, TSR = 0x150, TCR = 0x154 };

static void start(uint64_t ticks)
{
	memset(&m, 0, sizeof(m));
	m.c.engine = &m;
	m.ticks = ticks;
	REQUIRE_EQ(core440_init(&m.c, 0, &machine_ops), 0);
	machine_counters(&m);
}

static void put(unsigned int number, uint32_t value)
{
	m.c.gpr[3] = value;
	(void)machine_step(&m, encode_spr(INSN_MTSPR, 3, number));
}

static uint32_t get(unsigned int number)
{
	(void)machine_step(&m, encode_spr(INSN_MFSPR, 4, number));
	return m.c.gpr[4];
}

static void reset_state(void)
{
	start(0x123456789abcdef0);
	CHECK_EQ(core440_timebase(&m.c), 0);
	CHECK_EQ(get(DEC), 0);
	CHECK_EQ(get(TCR), 0);
	CHECK_EQ(get(TSR), 0);
	CHECK_EQ(core440_timer_next(&m.c), UINT64_MAX);
}

static void decrementer_stops_at_zero(void)
{
	start(1000);
	put(DEC, 5);
	m.ticks += 4;
	CHECK_EQ(get(DEC), 1);
	CHECK_EQ(get(TSR), 0);
	m.ticks += 1;
	CHECK_EQ(get(DEC), 0);
	CHECK_EQ(get(TSR), TSR_DIS);
	m.ticks += 100;
	CHECK_EQ(get(DEC), 0);
	put(TSR, TSR_DIS);
	m.ticks += 0x200000000;
	CHECK_EQ(get(TSR) & TSR_DIS, 0); /* a stopped one raises nothing */
}

/* Writing 0 is no step from 1 to 0. */
static void writing_zero_is_no_event(void)
{
	start(0);
	put(DEC, 1);
	put(DEC, 0);
	m.ticks += 10;
	CHECK_EQ(get(TSR), 0);
}

static void auto_reload(void)
{
	start(77);
	put(DECAR, 10);
	put(TCR, TCR_ARE);
	put(DEC, 3);
	m.ticks += 3;
	CHECK_EQ(get(DEC), 10);
	CHECK_EQ(get(TSR), TSR_DIS);
	put(TSR, TSR_DIS);
	m.ticks += 9;
	CHECK_EQ(get(DEC), 1);
	CHECK_EQ(get(TSR), 0);
	m.ticks += 1;
	CHECK_EQ(get(DEC), 10);
	CHECK_EQ(get(TSR), TSR_DIS);
	/* After a long sleep it stands where it would. */
	m.ticks += 10ull * 1000000000000ull + 7;
	CHECK_EQ(get(DEC), 3);
	/* DECAR of 0: the reload stops it. */
	put(DECAR, 0);
	m.ticks += 3;
	CHECK_EQ(get(DEC), 0);
}

static void decrementer_interrupt(void)
{
	start(500);
	put(TCR, TCR_DIE);
	put(DEC, 100);
	CHECK_EQ(core440_timer_next(&m.c), 600);
	CHECK(m.timers > 0);
	core440_set_msr(&m.c, MSR_EE);
	m.ticks = 599;
	core440_atomic_or(&m.c.pending, CORE440_PENDING_TIMER);
	CHECK_EQ(core440_deliver_pending(&m.c), CORE440_NEXT);
	CHECK_EQ(core440_atomic_read(&m.c.pending) & CORE440_PENDING_TIMER, 0);
	CHECK_EQ(core440_timer_next(&m.c), 600);
	m.ticks = 600;
	core440_atomic_or(&m.c.pending, CORE440_PENDING_TIMER);
	CHECK_EQ(core440_deliver_pending(&m.c), CORE440_JUMP);
	CHECK_EQ(core440_timer_next(&m.c), UINT64_MAX); /* until TSR[DIS] is cleared */
	put(DEC, 50);
	put(TSR, TSR_DIS);
	CHECK_EQ(core440_timer_next(&m.c), 650);
}

/* Bits 19, 15, 11, 7 of TBL: each 0-1 transition sets FIS. */
static void fixed_interval(void)
{
	static const unsigned int bits[] = { 12, 16, 20, 24 };
	unsigned int fp;

	for (fp = 0; fp < 4; fp++) {
		uint64_t half = 1ull << bits[fp];

		test_context("FP %u", fp);
		start(1234567);
		put(TCR, fp << TCR_FP_SHIFT | TCR_FIE);
		CHECK_EQ(core440_timer_next(&m.c), 1234567 + half);
		m.ticks += half - 1;
		CHECK_EQ(get(TSR) & TSR_FIS, 0);
		m.ticks += 1;
		CHECK_EQ(get(TSR) & TSR_FIS, TSR_FIS);
		CHECK_EQ(core440_timer_next(&m.c), UINT64_MAX);
		put(TSR, TSR_FIS);
		CHECK_EQ(core440_timer_next(&m.c), m.ticks + 2 * half);
		m.ticks += 2 * half - 1;
		CHECK_EQ(get(TSR) & TSR_FIS, 0);
		m.ticks += 1;
		CHECK_EQ(get(TSR) & TSR_FIS, TSR_FIS);
	}
}

/* M p.213: a write that turns the bit on counts; one that turns it off, or leaves it, does not. */
static void written_transition(void)
{
	start(0);
	put(TBL, 0x1000);
	CHECK_EQ(get(TSR), TSR_FIS);
	put(TSR, TSR_FIS);
	put(TBL, 0x1fff);
	CHECK_EQ(get(TSR), 0);
	put(TBL, 0);
	CHECK_EQ(get(TSR), 0);
	/* Bit 11 for the watchdog with WP = 0. */
	put(TBL, 0x00100000);
	CHECK_EQ(get(TSR), TSR_ENW);
}

/* M p.215, figure 7-6, each step at its tick. */
static void watchdog(void)
{
	static const unsigned int bits[] = { 20, 24, 28, 32 };
	unsigned int wp, wrc;

	for (wp = 0; wp < 4; wp++)
		for (wrc = 0; wrc < 4; wrc++) {
			uint64_t half = 1ull << bits[wp];

			test_context("WP %u WRC %u", wp, wrc);
			start(42);
			put(TCR, wp << TCR_WP_SHIFT | wrc << TCR_WRC_SHIFT | TCR_WIE);
			CHECK_EQ(core440_timer_next(&m.c), 42 + half);
			m.ticks += half;
			CHECK_EQ(get(TSR) & (TSR_ENW | TSR_WIS), TSR_ENW);
			m.ticks += 2 * half - 1;
			CHECK_EQ(get(TSR) & (TSR_ENW | TSR_WIS), TSR_ENW);
			m.ticks += 1;
			CHECK_EQ(get(TSR) & (TSR_ENW | TSR_WIS), TSR_ENW | TSR_WIS);
			CHECK_EQ(core440_timer_next(&m.c), wrc ? m.ticks + 2 * half : UINT64_MAX);
			CHECK_EQ(core440_deliver_pending(&m.c), CORE440_NEXT);
			m.ticks += 2 * half;
			core440_timer_update(&m.c);
			CHECK_EQ(core440_attention(&m.c) != 0, wrc != 0);
			CHECK_EQ(core440_deliver_pending(&m.c), wrc ? CORE440_EXIT : CORE440_NEXT);
			if (!wrc)
				continue;
			CHECK_EQ(m.c.exit.kind, CORE440_EXIT_RESET);
			CHECK_EQ(m.c.exit.reset, wrc);
			CHECK(m.c.exit.by_watchdog);
			core440_reset(&m.c, (enum core440_reset)wrc);
			CHECK_EQ(get(TSR), wrc << TSR_WRS_SHIFT);
			CHECK_EQ(get(TCR), 0);
			CHECK_EQ(core440_deliver_pending(&m.c), CORE440_NEXT);
		}
}

static void watchdog_interrupt(void)
{
	start(0);
	core440_set_msr(&m.c, MSR_CE);
	put(TCR, TCR_WIE);
	m.ticks = 1u << 20;
	core440_timer_update(&m.c);
	CHECK_EQ(core440_deliver_pending(&m.c), CORE440_NEXT);
	m.ticks = 3u << 20;
	core440_timer_update(&m.c);
	CHECK(core440_attention(&m.c));
	CHECK_EQ(core440_deliver_pending(&m.c), CORE440_JUMP);
	CHECK_EQ(m.c.csrr1, MSR_CE);
	/* Clearing WIS in time keeps the reset away. */
	put(TSR, TSR_WIS | TSR_ENW);
	m.ticks = 5u << 20;
	CHECK_EQ(get(TSR) & (TSR_ENW | TSR_WIS), TSR_ENW);
}

/* Many periods at once come out as if somebody had looked at each. */
static void watchdog_after_a_long_sleep(void)
{
	start(0);
	put(TCR, 3u << TCR_WRC_SHIFT);
	m.ticks = 1ull << 40;
	core440_timer_update(&m.c);
	CHECK_EQ(core440_deliver_pending(&m.c), CORE440_EXIT);
	CHECK_EQ(m.c.exit.reset, CORE440_RESET_SYSTEM);
}

static void wrc_stays(void)
{
	start(0);
	put(TCR, 1u << TCR_WRC_SHIFT | TCR_DIE);
	put(TCR, 0);
	CHECK_EQ(get(TCR), 1u << TCR_WRC_SHIFT);
	put(TCR, 2u << TCR_WRC_SHIFT);
	CHECK_EQ(get(TCR), 3u << TCR_WRC_SHIFT);
}

/* M p.238: with DBCR0[FT] the timers stand while DBSR shows an event. */
static void frozen(void)
{
	start(1000);
	put(DEC, 500);
	m.c.dbsr = 0;
	put(0x134, DBCR0_FT | DBG_TRAP);
	m.ticks += 100;
	CHECK_EQ(get(DEC), 400);
	(void)core440_trap(&m.c);
	CHECK_EQ(m.c.dbsr & DBG_TRAP, DBG_TRAP);
	m.ticks += 1000000;
	CHECK_EQ(get(DEC), 400);
	CHECK_EQ(core440_timebase(&m.c), 100);
	CHECK_EQ(core440_timer_next(&m.c), UINT64_MAX);
	put(0x130, 0xffffffff);
	m.ticks += 30;
	CHECK_EQ(get(DEC), 370);
	CHECK_EQ(core440_timebase(&m.c), 130);
	put(TCR, TCR_DIE);
	CHECK_EQ(core440_timer_next(&m.c), m.ticks + 370);
}

/* Held from outside they stand too; a state saved meanwhile knows nothing of it. */
static void held(void)
{
	static uint8_t state[CORE440_STATE_MAX];
	int n;

	start(1000);
	put(DEC, 500);
	m.ticks += 100;
	core440_timer_hold(&m.c, true);
	m.ticks += 1000000;
	CHECK_EQ(get(DEC), 400);
	CHECK_EQ(core440_timebase(&m.c), 100);
	put(TCR, TCR_DIE);
	CHECK_EQ(core440_timer_next(&m.c), UINT64_MAX);
	n = core440_save(&m.c, state, sizeof(state), NULL);
	CHECK(n > 0);
	CHECK_EQ(core440_load(&m.c, state, (size_t)n), 0);
	m.ticks += 1000;
	CHECK_EQ(get(DEC), 400);
	put(0x134, DBCR0_FT);
	CHECK_EQ(get(DEC), 400);
	core440_timer_hold(&m.c, false);
	m.ticks += 30;
	CHECK_EQ(get(DEC), 370);
	CHECK_EQ(core440_timer_next(&m.c), m.ticks + 370);
	/* The saved one runs where it is loaded. */
	CHECK_EQ(core440_load(&m.c, state, (size_t)n), 0);
	m.ticks += 1;
	CHECK_EQ(get(DEC), 399);
	/* A reset while it is held. */
	core440_timer_hold(&m.c, true);
	core440_reset(&m.c, CORE440_RESET_SYSTEM);
	put(DEC, 500);
	m.ticks += 1000;
	CHECK_EQ(get(DEC), 500);
	core440_timer_hold(&m.c, false);
	m.ticks += 20;
	CHECK_EQ(get(DEC), 480);
	CHECK_EQ(core440_timebase(&m.c), 20);
}

/* The deadline is exact: nothing the guest can see happens before it, something at it. */
static void deadline_is_exact(void)
{
	uint32_t seed = 0xfeed, i;

	for (i = 0; i < 2000; i++) {
		uint64_t next;
		uint32_t before;

		start(random32(&seed));
		core440_set_msr(&m.c, 0);
		put(TCR, random32(&seed) & (TCR_ALL & ~TCR_WRC));
		put(DECAR, random32(&seed) >> (random32(&seed) & 31));
		put(TBL, random32(&seed));
		put(TBU, random32(&seed) & 3);
		put(DEC, random32(&seed) >> (random32(&seed) & 31));
		put(TSR, TSR_ALL);
		next = core440_timer_next(&m.c);
		if (next == UINT64_MAX)
			continue;
		test_context("round %u TCR %08x", i, m.c.tcr);
		m.ticks = next - 1;
		before = get(TSR);
		core440_set_msr(&m.c, MSR_EE | MSR_CE);
		CHECK_EQ(core440_attention(&m.c), 0);
		m.ticks = next;
		core440_timer_update(&m.c);
		CHECK(m.c.tsr != before);
		core440_set_msr(&m.c, 0);
	}
}

/* A guest that reads the ticks itself: nothing sets or stops its time base, and the status follows.
 */
static void timebase_that_is_the_ticks(void)
{
	struct core440_ops ops = machine_ops;
	uint8_t state[CORE440_STATE_MAX];
	size_t size;
	int used;

	ops.timebase_is_ticks = true;
	start(0);
	m.ticks = 0x17ff0;
	REQUIRE_EQ(core440_init(&m.c, 0, &ops), 0);
	CHECK_EQ(core440_timebase(&m.c), 0x17ff0);
	put(TBL, 0);
	put(TBU, 5);
	CHECK_EQ(get(0x10c), 0x17ff0);
	put(TCR, TCR_FIE);
	CHECK_EQ(core440_timer_next(&m.c), 0x19000);
	m.ticks = 0x18fff;
	CHECK_EQ(get(TSR), 0);
	m.ticks = 0x19000;
	CHECK_EQ(get(TSR), TSR_FIS);
	put(TSR, TSR_ALL);
	/* A debug event holds the decrementer, and the status too; the guest's time base goes on.
	 */
	put(DEC, 0x100000);
	put(0x134, DBCR0_FT);
	core440_atomic_or(&m.c.pending, CORE440_PENDING_DEBUG);
	CHECK_EQ(core440_deliver_pending(&m.c), CORE440_NEXT);
	m.ticks = 0x1c000;
	CHECK_EQ(core440_timebase(&m.c), 0x1c000);
	CHECK_EQ(get(TSR), 0);
	CHECK_EQ(get(DEC), 0x100000);
	put(0x130, 0xffffffff);
	CHECK_EQ(get(TSR), 0);
	CHECK_EQ(core440_timer_next(&m.c), 0x1d000);
	m.ticks = 0x1d000;
	CHECK_EQ(get(TSR), TSR_FIS);
	CHECK_EQ(get(DEC), 0x100000 - 0x1000);
	put(TSR, TSR_ALL);
	/* A state that is put in elsewhere counts from the time base that is there. */
	used = core440_save(&m.c, state, sizeof(state), &size);
	REQUIRE(used > 0);
	m.ticks = 0x123455000;
	REQUIRE_EQ(core440_load(&m.c, state, (size_t)used), 0);
	CHECK_EQ(get(TSR), 0);
	CHECK_EQ(core440_timer_next(&m.c), 0x123457000);
}

static uint64_t ticks_that_pass(struct core440 *c)
{
	return machine_of(c)->ticks += 100;
}

/* Time passes while the core computes: a transition meanwhile is the deadline, none is left out. */
static void deadline_while_time_passes(void)
{
	struct core440_ops ops = machine_ops;
	uint64_t at, next;

	ops.ticks = ticks_that_pass;
	for (at = 0x1000 - 1000; at < 0x1000; at += 10) {
		start(0);
		REQUIRE_EQ(core440_init(&m.c, 0, &ops), 0);
		m.ticks = m.c.tick_base + at;
		m.c.tcr = TCR_FIE;
		next = core440_timer_next(&m.c);
		test_context("at %llu", (unsigned long long)at);
		CHECK((m.c.tsr & TSR_FIS) || next == m.c.tick_base + 0x1000);
	}
}

static const struct test_case cases[] = {
	TEST_CASE(reset_state),
	TEST_CASE(decrementer_stops_at_zero),
	TEST_CASE(writing_zero_is_no_event),
	TEST_CASE(auto_reload),
	TEST_CASE(decrementer_interrupt),
	TEST_CASE(fixed_interval),
	TEST_CASE(written_transition),
	TEST_CASE(watchdog),
	TEST_CASE(watchdog_interrupt),
	TEST_CASE(watchdog_after_a_long_sleep),
	TEST_CASE(wrc_stays),
	TEST_CASE(frozen),
	TEST_CASE(held),
	TEST_CASE(deadline_is_exact),
	TEST_CASE(timebase_that_is_the_ticks),
	TEST_CASE(deadline_while_time_passes),
};

TEST_MAIN(cases)
