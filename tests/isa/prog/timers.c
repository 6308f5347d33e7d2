// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Time base, decrementer, fixed interval timer, watchdog. Nothing here measures speed: what is
 * looked at is order, exact against the time base itself, which all of them are driven by.
 */
#include "isa.h"

#define TSR_ENW 0x80000000u
#define TSR_WIS 0x40000000u
#define TSR_DIS 0x08000000u
#define TSR_FIS 0x04000000u
#define TCR_WIE 0x08000000u
#define TCR_DIE 0x04000000u
#define TCR_FIE 0x00800000u
#define TCR_ARE 0x00400000u

static uint64_t tb64(void)
{
	uint32_t hi, lo, again;

	do {
		__asm__ volatile("mftbu %0; mftb %1; mftbu %2" : "=r"(hi), "=r"(lo), "=r"(again));
	} while (hi != again);
	return (uint64_t)hi << 32 | lo;
}

static void tb_set(uint64_t v)
{
	mtspr(SPR_TBLW, 0);
	mtspr(SPR_TBUW, (uint32_t)(v >> 32));
	mtspr(SPR_TBLW, (uint32_t)v);
}

static const char *yes(bool b)
{
	return b ? "yes" : "no";
}

static void time_base(void)
{
	uint64_t a, b;
	uint32_t user;

	tb_set(0x1234567800000010ull);
	a = tb64();
	print("time base holds what is written: %s\n",
	      yes((uint32_t)(a >> 32) == 0x12345678 && (uint32_t)a >= 0x10));
	b = tb64();
	print("time base counts: %s\n", yes(b > a));
	tb_set(0x00000005ffffff00ull);
	do
		a = tb64();
	while ((uint32_t)(a >> 32) == 5);
	print("time base carries: %s\n", yes((uint32_t)(a >> 32) == 6 && (uint32_t)a < 0x80000000));
	user_mode();
	__asm__ volatile("mftb %0" : "=r"(user));
	super_mode();
	print("time base in user mode: %s\n", yes(user >= (uint32_t)a));
}

static void decrementer(void)
{
	uint32_t a, b;

	mtspr(SPR_TCR, 0);
	mtspr(SPR_DEC, 0x7fffffff);
	mtspr(SPR_TSR, 0xffffffff);
	a = mfspr(SPR_DEC);
	b = mfspr(SPR_DEC);
	/* Only DIS: the fixed interval may end in between. */
	print("dec counts down: %s tsr=%08x\n", yes(a < 0x7fffffff && b < a),
	      mfspr(SPR_TSR) & TSR_DIS);
	mtspr(SPR_DEC, 0);
	for (volatile int i = 0; i < 1000; i++)
		;
	print("dec written 0: %08x tsr=%08x\n", mfspr(SPR_DEC), mfspr(SPR_TSR) & TSR_DIS);
	mtspr(SPR_DEC, 50);
	while (!(mfspr(SPR_TSR) & TSR_DIS))
		;
	print("dec stops at 0: %08x", mfspr(SPR_DEC));
	for (volatile int i = 0; i < 1000; i++)
		;
	print(" %08x\n", mfspr(SPR_DEC));
	mtspr(SPR_TSR, TSR_DIS);
	for (volatile int i = 0; i < 1000; i++)
		;
	print("dec at 0 raises nothing: tsr=%08x\n", mfspr(SPR_TSR) & TSR_DIS);

	mtspr(SPR_DECAR, 5000);
	mtspr(SPR_TCR, TCR_ARE);
	mtspr(SPR_DEC, 10);
	for (int i = 0; i < 3; i++) {
		while (!(mfspr(SPR_TSR) & TSR_DIS))
			;
		a = mfspr(SPR_DEC);
		print("reload %u: %s\n", i, yes(a > 0 && a <= 5000));
		mtspr(SPR_TSR, TSR_DIS);
	}
	mtspr(SPR_TCR, 0);
	mtspr(SPR_DEC, 0);
	mtspr(SPR_TSR, 0xffffffff);
}

/* How often that bit of the time base (as a power of two) goes from 0 to 1 after @a up to @b. */
static uint32_t edges(uint64_t a, uint64_t b, unsigned int bit)
{
	uint64_t half = 1ull << bit;

	return (uint32_t)(((b + half) >> (bit + 1)) - ((a + half) >> (bit + 1)));
}

/* Watches a status bit that the time base's @bit drives: never without an edge, always with one. */
static void periodic(const char *name, uint32_t status, unsigned int bit, int rounds)
{
	bool early = false, late = false;

	for (int i = 0; i < rounds; i++) {
		uint64_t a, cleared, b, c;

		a = tb64();
		mtspr(SPR_TSR, status);
		cleared = tb64();
		do {
			b = tb64();
			if (mfspr(SPR_TSR) & status)
				break;
			if (edges(cleared, b, bit))
				late = true;
		} while (!late);
		c = tb64();
		if (!edges(a, c, bit))
			early = true;
	}
	print("%s: early %s, late %s\n", name, yes(early), yes(late));
}

static void fixed_interval(void)
{
	static const char *const names[] = { "fit 2^13", "fit 2^17", "fit 2^21", "fit 2^25" };
	bool before;

	tb_set(0);
	for (uint32_t fp = 0; fp < 4; fp++) {
		mtspr(SPR_TCR, fp << 24);
		periodic(names[fp], TSR_FIS, 12 + 4 * fp, fp < 2 ? 20 : 3);
	}
	/* Writing the time base so that the bit goes from 0 to 1 is an edge as well. On a busy host
	 * it can go there by itself before it is looked at: then once more. */
	mtspr(SPR_TCR, 0x03000000);
	do {
		tb_set(0);
		mtspr(SPR_TSR, 0xffffffff);
		before = mfspr(SPR_TSR) & TSR_FIS;
	} while (tb64() >= 0x01000000);
	print("fit before: %s", yes(before));
	mtspr(SPR_TBLW, 0x01000000);
	print(", time base written: %s\n", yes(mfspr(SPR_TSR) & TSR_FIS));
	mtspr(SPR_TCR, 0);
	mtspr(SPR_TSR, 0xffffffff);
}

static void watchdog(void)
{
	uint32_t seen[3], n, last;

	mtspr(SPR_TCR, 0); /* 2^21, no reset, no interrupt */
	/* On a busy host both time-outs can pass between two looks: then once more. */
	do {
		tb_set(0);
		mtspr(SPR_TSR, TSR_ENW | TSR_WIS);
		for (n = last = 0; last != (TSR_ENW | TSR_WIS) && n < 3;) {
			uint32_t v = mfspr(SPR_TSR) & (TSR_ENW | TSR_WIS);

			if (v != last)
				seen[n++] = last = v;
		}
	} while (n < 2);
	print("watchdog: %08x %08x\n", seen[0], seen[1]);
	periodic("watchdog 2^21", TSR_ENW, 20, 3);
	/* ENW cleared with WIS set: the next only sets ENW again. */
	mtspr(SPR_TSR, TSR_ENW);
	while (!(mfspr(SPR_TSR) & TSR_ENW))
		;
	print("watchdog again: %08x\n", mfspr(SPR_TSR) & 0xf0000000);
	/* A third time-out with no reset asked for. */
	{
		uint64_t a = tb64();

		while (edges(a, tb64(), 20) < 2)
			;
	}
	print("watchdog without reset: %08x\n", mfspr(SPR_TSR) & 0xf0000000);
	mtspr(SPR_TCR, 0xc0000000); /* the longest period from here */
	mtspr(SPR_TSR, 0xffffffff);
	mtspr(SPR_TCR, 0xd0000000);
	mtspr(SPR_TCR, 0xc0000000);
	print("WRC stays: %08x\n", mfspr(SPR_TCR));
}

static char seq[32];
static unsigned int seq_n, seq_stop;

static bool hook(struct trap_frame *f)
{
	char c = f->vec == VEC_DEC ? 'D' : f->vec == VEC_FIT ? 'F' : f->vec == VEC_WDT ? 'W' : 0;

	if (!c)
		return false;
	if (seq_n < sizeof(seq) - 1)
		seq[seq_n++] = c;
	seq[seq_n] = 0;
	mtspr(SPR_TSR, c == 'D' ? TSR_DIS : c == 'F' ? TSR_FIS : TSR_WIS);
	if (seq_n >= seq_stop)
		f->msr &= ~(uint32_t)(MSR_EE | MSR_CE | MSR_WE);
	if (f->msr & MSR_WE)
		f->msr &= ~(uint32_t)MSR_WE;
	return true;
}

static void order(void)
{
	/* All at once: the watchdog is critical, then FIT, then DEC (manual, page 201). */
	mtspr(SPR_TCR, 0);
	tb_set(0);
	mtspr(SPR_TSR, 0xffffffff);
	mtspr(SPR_DEC, 10);
	while ((mfspr(SPR_TSR) & (TSR_ENW | TSR_WIS | TSR_DIS | TSR_FIS)) !=
	       (TSR_ENW | TSR_WIS | TSR_DIS | TSR_FIS))
		;
	trap_hook = hook;
	/* Now a period so long that no more come. */
	tb_set(0);
	mtspr(SPR_TCR, 0xc3000000 | TCR_WIE | TCR_DIE | TCR_FIE);
	seq_n = 0;
	seq_stop = 30;
	mtmsr(MSR_EE | MSR_CE);
	__asm__ volatile("nop; nop; nop");
	mtmsr(0);
	print("order: %s\n", seq);
	/* CE alone lets the watchdog in, EE alone the others; the TCR enables each. */
	mtspr(SPR_TCR, 0);
	mtspr(SPR_DEC, 10);
	while ((mfspr(SPR_TSR) & (TSR_ENW | TSR_WIS | TSR_DIS | TSR_FIS)) !=
	       (TSR_ENW | TSR_WIS | TSR_DIS | TSR_FIS))
		;
	tb_set(0);
	mtspr(SPR_TCR, 0xc3000000);
	seq_n = 0;
	seq[0] = 0;
	mtmsr(MSR_EE | MSR_CE);
	mtmsr(0);
	print("none enabled in TCR: '%s'\n", seq);
	mtspr(SPR_TCR, 0xc3000000 | TCR_WIE | TCR_DIE | TCR_FIE);
	mtmsr(MSR_CE);
	mtmsr(0);
	print("CE alone: %s", seq);
	mtmsr(MSR_EE);
	mtmsr(0);
	print(", then EE: %s\n", seq);
}

static void waiting(void)
{
	/* Three periodic interrupts, waited for. */
	mtspr(SPR_TSR, 0xffffffff);
	seq_n = 0;
	seq[0] = 0;
	seq_stop = 3;
	mtspr(SPR_TCR, 0x01000000 | TCR_FIE | 0xc0000000);
	while (seq_n < 3)
		mtmsr(MSR_EE | MSR_WE);
	mtmsr(0);
	print("wait for fit: %s\n", seq);
	mtspr(SPR_TCR, 0xc3000000);
	mtspr(SPR_DEC, 0);
	mtspr(SPR_TSR, 0xffffffff);
	mtspr(SPR_DECAR, 400000);
	mtspr(SPR_TCR, TCR_DIE | TCR_ARE | 0xc3000000);
	mtspr(SPR_DEC, 10);
	seq_n = 0;
	seq_stop = 5;
	while (seq_n < 5)
		mtmsr(MSR_EE | MSR_WE);
	mtmsr(0);
	print("wait for dec: %s\n", seq);
	mtspr(SPR_TCR, 0xc3000000);
	mtspr(SPR_DEC, 0);
	/* The watchdog's critical interrupt ends a wait with EE off. */
	mtspr(SPR_TSR, 0xffffffff);
	mtspr(SPR_TCR, TCR_WIE);
	seq_n = 0;
	seq_stop = 1;
	while (seq_n < 1)
		mtmsr(MSR_CE | MSR_WE);
	mtmsr(0);
	print("wait for watchdog: %s\n", seq);
	mtspr(SPR_TCR, 0xc3000000);
}

void test_main(void)
{
	time_base();
	decrementer();
	fixed_interval();
	order();
	waiting();
	trap_hook = NULL;
	watchdog();
}
