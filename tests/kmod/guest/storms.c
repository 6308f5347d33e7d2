// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Interrupts that nobody takes away, each comes again as soon as its handler returns: of the fixed
 * interval timer, the watchdog, and the interrupt controller's external and critical inputs, alone
 * and all at once, one class inside the other, out of supervisor and user mode.
 */
#include "isa.h"

#define UIC0_SR	 0xc0
#define UIC0_SRS 0xc1
#define UIC0_ER	 0xc2
#define UIC0_CR	 0xc3
#define UIC0_PR	 0xc4
#define UIC0_TR	 0xc5
#define EXTERNAL 0x80000000u
#define CRITICAL 0x40000000u
#define TSR_WIS	 0x40000000u
#define TSR_DIS	 0x08000000u
#define TSR_FIS	 0x04000000u
#define TCR_WIE	 0x08000000u
#define TCR_DIE	 0x04000000u
#define TCR_FIE	 0x00800000u
#define MANY	 3000

static volatile uint32_t count[16], left;
static bool nest, again;

/* The storm is over: nothing is enabled any more where it comes from. */
static void calm(void)
{
	mtspr(SPR_TCR, 0);
	mtspr(SPR_TSR, 0xffffffff);
	mtdcr(UIC0_ER, 0);
	mtdcr(UIC0_SR, 0xffffffff);
}

static bool hook(struct trap_frame *f)
{
	if (f->vec != VEC_FIT && f->vec != VEC_WDT && f->vec != VEC_DEC && f->vec != VEC_EXTERNAL &&
	    f->vec != VEC_CRITICAL)
		return false;
	count[f->vec]++;
	if (left && !--left)
		calm();
	if (again && f->vec == VEC_EXTERNAL) {
		mtdcr(UIC0_SR, EXTERNAL);
		mtdcr(UIC0_SRS, EXTERNAL);
	}
	if (nest && f->vec != VEC_WDT && f->vec != VEC_CRITICAL) {
		mtmsr(mfmsr() | MSR_CE);
		mtmsr(mfmsr() & ~(uint32_t)MSR_CE);
	}
	return true;
}

/* Waits with interrupts off until the timers have made @tsr. */
static void raise(uint32_t tsr)
{
	mtspr(SPR_TSR, 0xffffffff);
	mtspr(SPR_DEC, 10);
	while ((mfspr(SPR_TSR) & tsr) != tsr)
		;
}

static void storm(const char *name, uint32_t msr, uint32_t tcr, uint32_t inputs, uint32_t n,
		  bool user)
{
	for (unsigned int i = 0; i < 16; i++)
		count[i] = 0;
	mtspr(SPR_TCR, tcr);
	raise((tcr & TCR_WIE ? TSR_WIS : 0) | (tcr & TCR_DIE ? TSR_DIS : 0) |
	      (tcr & TCR_FIE ? TSR_FIS : 0));
	mtdcr(UIC0_SR, 0xffffffff);
	mtdcr(UIC0_SRS, inputs);
	mtdcr(UIC0_ER, inputs);
	left = n;
	mtmsr(msr);
	if (user)
		user_mode();
	while (left)
		;
	if (user)
		super_mode();
	mtmsr(0);
	print("%s%s: %s", name, user ? ", user" : "", left ? "not over" : "over");
	for (unsigned int i = 0; i < 16; i++)
		if (count[i])
			print(" vec=%u", i);
	print("\n");
}

void test_main(void)
{
	trap_hook = hook;
	mtdcr(UIC0_ER, 0);
	mtdcr(UIC0_PR, 0xffffffff);
	mtdcr(UIC0_TR, 0xffffffff);
	mtdcr(UIC0_CR, CRITICAL);
	for (int user = 0; user < 2; user++) {
		storm("decrementer", MSR_EE, TCR_DIE, 0, MANY, user);
		storm("fixed interval", MSR_EE, TCR_FIE, 0, MANY, user);
		storm("watchdog", MSR_CE, TCR_WIE, 0, MANY, user);
		storm("external", MSR_EE, 0, EXTERNAL, MANY, user);
		storm("critical", MSR_CE, 0, CRITICAL, MANY, user);
		again = true;
		storm("external, made anew", MSR_EE, 0, EXTERNAL, MANY / 10, user);
		again = false;
		storm("both classes", MSR_EE | MSR_CE, TCR_FIE | TCR_DIE, EXTERNAL | CRITICAL, MANY,
		      user);
		nest = true;
		storm("all, nested", MSR_EE, TCR_FIE | TCR_DIE | TCR_WIE, EXTERNAL | CRITICAL, MANY,
		      user);
		nest = false;
	}
}
