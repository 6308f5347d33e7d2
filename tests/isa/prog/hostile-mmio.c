// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Writes garbage to all that stands beside the UARTs, and to the second UART, in every width; the
 * first one as well, but for what would be printed. Nothing there may take it amiss.
 */
#include "isa.h"

#define EA 0x40000000u

static uint32_t seed = 4711;

static uint32_t rnd(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 17;
	seed ^= seed << 5;
	return seed;
}

static bool hook(struct trap_frame *f)
{
	if (f->vec != VEC_MCHECK)
		return false;
	mtspr(SPR_MCSR, 0xffffffff);
	return true;
}

static void access(uint32_t ea, uint32_t mask)
{
	uint32_t v = rnd() & mask;

	switch (rnd() % 6) {
	case 0: *(volatile uint8_t *)ea = (uint8_t)v; break;
	case 1: *(volatile uint16_t *)(ea & ~1u) = (uint16_t)v; break;
	case 2: *(volatile uint32_t *)(ea & ~3u) = v; break;
	case 3: (void)*(volatile uint8_t *)ea; break;
	case 4: (void)*(volatile uint16_t *)(ea & ~1u); break;
	default: (void)*(volatile uint32_t *)(ea & ~3u); break;
	}
}

void test_main(void)
{
	volatile uint8_t *uart = (volatile uint8_t *)UART0_RA;

	trap_hook = hook;
	mtmsr(MSR_ME);
	/* A megabyte from the first page of the OPB's devices, but not UART0. What pvpanic is
	 * written has no bit in it that says "panicked". */
	for (int i = 0; i < 60000; i++) {
		uint32_t page = rnd() & 0xff;

		tlb_set(20, EA | TLB_V | TLB_4K, 0, UART_PAGE + page * 0x1000,
			TLB_SR | TLB_SW | TLB_I | TLB_G | (rnd() & 1 ? TLB_E : 0));
		if (page == 0)
			access(EA + 0x400 + (rnd() & 7), ~0u);
		else if (page == 3)
			access(EA + (rnd() & 7), ~0x01010101u);
		else
			access(EA + (rnd() & 0xfff), ~0u);
	}
	tlb_clear(20);
	/* UART0: everything but the transmitter; loopback keeps the line quiet */
	uart[4] = 0x1f;
	for (int i = 0; i < 5000; i++) {
		uint32_t n = rnd() % 7 + 1, v = rnd();

		if (n == 4)
			v |= 0x10;
		uart[n] = (uint8_t)v;
		(void)uart[rnd() & 7];
	}
	uart[3] = 0x83;
	uart[0] = 6;
	uart[1] = 0;
	uart[3] = 0x03;
	uart[1] = 0;
	uart[2] = 0x07;
	uart[4] = 0x03;
	mtmsr(0);
	print("alive\n");
}
