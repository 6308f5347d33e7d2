// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A guest that does what is typed: it says "ready", then 'o' powers off, 'r' resets the chip, 'h'
 * ends in a branch to itself with all interrupts off, 'f' prints 4096 numbered lines, and every
 * other character is printed in brackets. It sleeps between looks at the UART, so that many of them
 * can run on one host.
 */
#include "isa.h"

#define LOOKS_PER_SECOND 200
#define TICKS_PER_SECOND 400000000u
#define TCR_DIE		 0x04000000
#define TCR_ARE		 0x00400000
#define TSR_DIS		 0x08000000
#define DBCR0_RST_CHIP	 0x20000000

static volatile uint8_t *const uart = (volatile uint8_t *)UART0_RA;

/* The tick has come: the sleep is over. */
static bool on_interrupt(struct trap_frame *f)
{
	if (f->vec != VEC_DEC)
		return false;
	mtspr(SPR_TSR, TSR_DIS);
	f->msr &= ~(uint32_t)(MSR_WE | MSR_EE);
	return true;
}

static void flood(void)
{
	for (unsigned int i = 0; i < 4096; i++)
		print("line %u of the flood of this guest\n", i);
	print("flood ended\n");
}

static void halt(void)
{
	mtspr(SPR_TCR, 0);
	__asm__ volatile("mtmsr %0; isync; 1: b 1b" : : "r"(0) : "memory");
}

static void obey(char c)
{
	switch (c) {
	case 'o': power_off(); break;
	case 'r': mtspr(SPR_DBCR0, DBCR0_RST_CHIP); break;
	case 'h': halt(); break;
	case 'f': flood(); break;
	default: print("[%c]", c);
	}
}

void test_main(void)
{
	trap_hook = on_interrupt;
	mtspr(SPR_DECAR, TICKS_PER_SECOND / LOOKS_PER_SECOND);
	mtspr(SPR_DEC, TICKS_PER_SECOND / LOOKS_PER_SECOND);
	mtspr(SPR_TCR, TCR_DIE | TCR_ARE);
	print("ready\n");
	for (;;) {
		while (uart[5] & 1) /* LSR: data ready */
			obey((char)uart[0]);
		mtmsr(mfmsr() | MSR_WE | MSR_EE);
	}
}
