/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Time base, decrementer, fixed-interval timer and watchdog, computed from one clock when somebody
 * looks: PPC440x5 manual, chapter 7 (p.209 to 217). No division by 64 bits: a 440 has no such call.
 */
#include "internal.h"

#define NEVER UINT64_MAX

/* The guest's clock: host ticks, less what it stood still. */
uint64_t clock_now(struct core440 *c)
{
	return c->frozen ? c->frozen_at : c->ops->ticks(c) - c->tick_base;
}

uint64_t core440_timebase(struct core440 *c)
{
	if (c->ops->timebase_is_ticks)
		return c->ops->ticks(c);
	return clock_now(c) + c->tb_offset;
}

/*
 * Bits of the time base whose 0-1 transitions count, as powers of two: figure 7-1, p.209. Tables
 * 7-1 and 7-2, which give each a code, could not be read; the order, shortest first, is that of
 * QEMU's 440EP and of the PPC405 (PPC405 Core User's Manual, SA14-2339-04, table 6-3).
 */
static unsigned int fit_bit(const struct core440 *c)
{
	return 12 + 4 * (c->tcr >> TCR_FP_SHIFT & 3);
}

static unsigned int watchdog_bit(const struct core440 *c)
{
	return 20 + 4 * (c->tcr >> TCR_WP_SHIFT & 3);
}

/* How often bit @bit went from 0 to 1 while the time base counted from @from to @to. */
static uint64_t transitions(uint64_t from, uint64_t to, unsigned int bit)
{
	uint64_t half = (uint64_t)1 << bit;

	return ((to + half) >> (bit + 1)) - ((from + half) >> (bit + 1));
}

/* Ticks from @tb until that bit next goes from 0 to 1; at least 1. */
static uint64_t until_transition(uint64_t tb, unsigned int bit)
{
	uint64_t half = (uint64_t)1 << bit, mask = 2 * half - 1;
	uint64_t delta = (half - tb) & mask;

	return delta ? delta : mask + 1;
}

/* a mod b by shift and subtract; runs only when a guest slept over many periods of its decrementer.
 */
static uint32_t remainder64(uint64_t a, uint32_t b)
{
	uint64_t r = 0;
	int i;

	if (a < b)
		return (uint32_t)a;
	for (i = 63; i >= 0; i--) {
		r = r << 1 | (a >> i & 1);
		if (r >= b)
			r -= b;
	}
	return (uint32_t)r;
}

/*
 * One watchdog time-out: figure 7-6, p.215. Software sets WRC and hardware alone clears it, when it
 * resets; TSR[WRS] then tells what was done.
 */
static void watchdog_event(struct core440 *c)
{
	unsigned int wrc = (c->tcr & TCR_WRC) >> TCR_WRC_SHIFT;

	if (!(c->tsr & TSR_ENW))
		c->tsr |= TSR_ENW;
	else if (!(c->tsr & TSR_WIS))
		c->tsr |= TSR_WIS;
	else if (wrc != 0)
		c->watchdog_reset = (uint8_t)wrc;
}

/* Brings FIT and watchdog up to time base @tb. Three time-outs say all that any number can. */
static void count_transitions(struct core440 *c, uint64_t tb)
{
	uint64_t n = transitions(c->timer_seen, tb, watchdog_bit(c));

	if (transitions(c->timer_seen, tb, fit_bit(c)) != 0)
		c->tsr |= TSR_FIS;
	if (n > 3)
		n = 3;
	while (n-- > 0)
		watchdog_event(c);
	c->timer_seen = tb;
}

/* A step from 1 to 0 is the event; with auto-reload DECAR replaces the 0. */
static void count_decrementer(struct core440 *c, uint64_t now)
{
	uint64_t elapsed = now - c->dec_tick;

	if (c->dec == 0) {
		c->dec_tick = now;
		return;
	}
	if (elapsed < c->dec) {
		c->dec -= (uint32_t)elapsed;
		c->dec_tick = now;
		return;
	}
	c->tsr |= TSR_DIS;
	if ((c->tcr & TCR_ARE) && c->decar != 0)
		c->dec = c->decar - remainder64(elapsed - c->dec, c->decar);
	else
		c->dec = 0;
	c->dec_tick = now;
}

static void catch_up(struct core440 *c)
{
	count_decrementer(c, clock_now(c));
	if (c->frozen)
		c->timer_seen = core440_timebase(c); /* it may go on, but nothing counts it */
	else
		count_transitions(c, core440_timebase(c));
}

void core440_timer_update(struct core440 *c)
{
	catch_up(c);
	attention_update(c);
}

static void earlier(uint64_t *deadline, uint64_t at)
{
	if (at < *deadline)
		*deadline = at;
}

/*
 * Only what can be noticed without a read of a register needs waking for: an enabled interrupt
 * whose status is not up yet, or any watchdog step while it interrupts or resets.
 */
uint64_t core440_timer_next(struct core440 *c)
{
	uint64_t seen, to_ticks, deadline = NEVER;

	if (c->frozen)
		return NEVER;
	catch_up(c);
	/* From what was counted up to, not from now: no transition may lie between the two. */
	seen = c->timer_seen;
	to_ticks = c->ops->timebase_is_ticks ? 0 : c->tick_base - c->tb_offset;
	if ((c->tcr & TCR_DIE) && !(c->tsr & TSR_DIS) && c->dec != 0)
		earlier(&deadline, c->dec_tick + c->dec + c->tick_base);
	if ((c->tcr & TCR_FIE) && !(c->tsr & TSR_FIS))
		earlier(&deadline, seen + until_transition(seen, fit_bit(c)) + to_ticks);
	if ((c->tcr & TCR_WRC) || ((c->tcr & TCR_WIE) && !(c->tsr & TSR_WIS)))
		earlier(&deadline, seen + until_transition(seen, watchdog_bit(c)) + to_ticks);
	attention_update(c);
	return deadline;
}

static void changed(struct core440 *c)
{
	attention_update(c);
	c->ops->timer_changed(c);
}

uint32_t timer_dec_read(struct core440 *c)
{
	core440_timer_update(c);
	return c->dec;
}

void timer_dec_write(struct core440 *c, uint32_t value)
{
	catch_up(c);
	c->dec = value;
	c->dec_tick = clock_now(c);
	changed(c);
}

/* A bit that mtspr turns from 0 to 1 counts as a transition too: p.213. */
void timer_tb_write(struct core440 *c, uint64_t value)
{
	uint64_t now = clock_now(c), rose;

	if (c->ops->timebase_is_ticks)
		return;
	catch_up(c);
	rose = ~(now + c->tb_offset) & value;
	c->tb_offset = value - now;
	c->timer_seen = value;
	if (rose >> fit_bit(c) & 1)
		c->tsr |= TSR_FIS;
	if (rose >> watchdog_bit(c) & 1)
		watchdog_event(c);
	changed(c);
}

/* Each bit of WRC stays once it is set: p.215. */
void timer_tcr_write(struct core440 *c, uint32_t value)
{
	catch_up(c);
	c->tcr = (value & TCR_ALL) | (c->tcr & TCR_WRC);
	changed(c);
}

void timer_tsr_clear(struct core440 *c, uint32_t mask)
{
	catch_up(c);
	c->tsr &= ~mask;
	changed(c);
}

void timer_put(struct core440 *c, uint32_t *field, uint32_t value)
{
	catch_up(c);
	*field = value;
	changed(c);
}

bool timer_debug_freezes(const struct core440 *c)
{
	return (c->dbcr0 & DBCR0_FT) && (c->dbsr & DBSR_EVENTS);
}

void timer_freeze_update(struct core440 *c)
{
	bool freeze = c->held || timer_debug_freezes(c);

	if (freeze == c->frozen)
		return;
	if (freeze) {
		catch_up(c);
		c->frozen_at = clock_now(c);
		c->frozen = true;
	} else {
		catch_up(c);
		c->frozen = false;
		c->tick_base = c->ops->ticks(c) - c->frozen_at;
	}
	c->ops->timer_changed(c);
}

void core440_timer_hold(struct core440 *c, bool held)
{
	c->held = held;
	timer_freeze_update(c);
}

/* Reset clears TCR[WRC] and TCR[ARE] (p.215); a time base of its own goes on from 0. */
void timer_reset(struct core440 *c)
{
	c->frozen = c->held;
	c->frozen_at = 0;
	c->tick_base = c->ops->ticks(c);
	c->tb_offset = 0;
	c->timer_seen = core440_timebase(c);
	c->dec = 0;
	c->dec_tick = 0;
	c->tcr = 0;
	c->decar = 0;
	c->watchdog_reset = 0;
}
