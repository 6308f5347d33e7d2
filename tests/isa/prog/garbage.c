// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Garbage to every DCR, to every register of every device, and to addresses where there is none: the
 * machine stays up and the processor gets its machine checks.
 */
#include "isa.h"

#define ROUNDS 50

/* Real addresses of the board's own registers (kvm440d/board/bamboo.c). */
#define POWER_RA   0xef602000u
#define PVPANIC_RA 0xef603000u
#define POWER	   0x50000000u
#define PVPANIC	   0x50001000u
#define NOWHERE	   0x60000000u

extern const char garbage_mtdcr[], garbage_mfdcr[], garbage_next[];
uint32_t garbage_load(uint32_t ea);
void garbage_store(uint32_t ea, uint32_t value);

static uint32_t seed = 440;

static uint32_t random32(void)
{
	uint32_t high;

	seed = seed * 1664525 + 1013904223;
	high = seed & 0xffff0000;
	seed = seed * 1664525 + 1013904223;
	return high | seed >> 16;
}

static void every_dcr(void)
{
	for (uint32_t n = 0; n < 1024; n++) {
		void (*mtdcr_n)(uint32_t, uint32_t) = (void *)(garbage_mtdcr + 8 * n);
		uint32_t (*mfdcr_n)(void) = (void *)(garbage_mfdcr + 8 * n);

		mtdcr_n(0, random32());
		(void)mfdcr_n();
	}
}

/* One random access of any width; the eight registers take a byte each, and wider ones in pieces. */
static void touch(uint32_t base)
{
	uint32_t at = random32() & 7, v = random32();

	switch (random32() % 6) {
	case 0: *(volatile uint8_t *)(base + at) = (uint8_t)v; break;
	case 1: *(volatile uint16_t *)(base + (at & 6)) = (uint16_t)v; break;
	case 2: *(volatile uint32_t *)(base + (at & 4)) = v; break;
	case 3: (void)*(volatile uint8_t *)(base + at); break;
	case 4: (void)*(volatile uint16_t *)(base + (at & 6)); break;
	default: (void)*(volatile uint32_t *)(base + (at & 4)); break;
	}
}

/* The console's own UART stays in loopback, where nothing of it is seen; MCR holds the loop. */
static void console_uart(void)
{
	volatile uint8_t *uart = (volatile uint8_t *)UART0_RA;

	uart[4] = 0x10;
	for (int i = 0; i < 200; i++) {
		uint32_t at = random32() % 7;

		if (random32() & 1)
			(void)uart[at];
		else
			uart[at < 4 ? at : at + 1] = (uint8_t)random32();
	}
	uart[3] = 0x03;
	uart[1] = 0;
	uart[2] = 0x07;
	uart[2] = 0;
	uart[4] = 0x03;
}

/* All values but the two that mean something, and no panic. */
static void power_and_panic(void)
{
	volatile uint32_t *power = (volatile uint32_t *)POWER;
	volatile uint8_t *panic = (volatile uint8_t *)PVPANIC;
	uint32_t v = random32() & 0x7fffffff;

	if (v >> 24 == 'O' || v >> 24 == 'R')
		v |= 0x80000000;
	*power = v;
	if (*power != v)
		print("power register: %08x, not %08x\n", *power, v);
	panic[0] = (uint8_t)(v & ~1u);
	panic[1] = (uint8_t)v;
	(void)panic[0];
}

static unsigned int checks, others;

static bool on_trap(struct trap_frame *f)
{
	if (f->vec == VEC_PROGRAM)
		return false; /* mcheck_arm(): not every 440 has MCSRR0 */
	if (f->vec == VEC_MCHECK)
		checks++;
	else
		others++;
	f->pc = (uint32_t)garbage_next;
	return true;
}

/* Where nothing answers: holes between the devices, and above all of them. */
static void nowhere(void)
{
	static const struct {
		const char *name;
		uint64_t ra;
	} holes[] = {
		{ "between memory and devices", 0x90000000 },
		{ "no PCI bridge", 0xe0000000 },
		{ "no flash", 0xf0000000 },
		{ "above 4 GB", 0x4a0000000 },
		{ "the last", 0xff0000000 },
	};

	for (unsigned int i = 0; i < sizeof(holes) / sizeof(holes[0]); i++) {
		tlb_set(4, NOWHERE | TLB_V | TLB_256M, 0, holes[i].ra, TLB_ALL | TLB_I | TLB_G);
		checks = others = 0;
		for (int n = 0; n < 20; n++) {
			/* not where a hole of 256 MB has a device in it */
			uint32_t ea = NOWHERE + (random32() & 0x07fffffc);

			mtmsr(MSR_ME);
			trap_clear();
			mcheck_arm();
			(void)garbage_load(ea);
			mcheck_arm();
			garbage_store(ea, random32());
		}
		mtmsr(0);
		print("%s: %u machine checks, %u others\n", holes[i].name, checks, others);
	}
}

void test_main(void)
{
	tlb_set(2, POWER | TLB_V | TLB_4K, 0, POWER_RA, TLB_ALL | TLB_I | TLB_G);
	tlb_set(3, PVPANIC | TLB_V | TLB_4K, 0, PVPANIC_RA, TLB_ALL | TLB_I | TLB_G);
	for (int round = 0; round < ROUNDS; round++) {
		every_dcr();
		for (int i = 0; i < 200; i++)
			touch(UART1_RA);
		console_uart();
		power_and_panic();
	}
	print("garbage: survived\n");
	trap_hook = on_trap;
	nowhere();
	trap_hook = 0;
}
