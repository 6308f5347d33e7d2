// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What software on the Bamboo finds: clocks and memory as the boot wrappers read them, and the
 * interrupts of a UART on their way through the cascaded interrupt controllers to the processor.
 */
#include "isa.h"

#define CPR0   0x00c
#define SDR0   0x00e
#define SDRAM0 0x010
#define EBC0   0x012

/* Registers of an interrupt controller, from its base. */
#define UIC0	0x0c0
#define UIC1	0x0d0
#define UIC_SR	0
#define UIC_SRS 1
#define UIC_ER	2
#define UIC_CR	3
#define UIC_PR	4
#define UIC_TR	5
#define UIC_MSR 6
#define UIC_VR	7
#define UIC_VCR 8

#define BIT(n) (0x80000000u >> (n))

static volatile uint8_t *const uart1 = (volatile uint8_t *)UART1_RA;

#define indirect(pair, n)                                                                          \
	({                                                                                         \
		mtdcr(pair, n);                                                                    \
		mfdcr(pair + 1);                                                                   \
	})

static uint32_t or_zero(uint32_t v, uint32_t zero_means)
{
	return v ? v : zero_means;
}

/* As Linux's boot wrapper does for the 440EP, from a system clock of 33.33 MHz. */
static void clocks(void)
{
	uint32_t pllc = indirect(CPR0, 0x40), plld = indirect(CPR0, 0x60);
	uint32_t a = or_zero(plld >> 16 & 0xf, 16), b = or_zero(plld >> 8 & 7, 8);
	uint32_t pra = or_zero(indirect(CPR0, 0x80) >> 24 & 7, 8);
	uint32_t prb = or_zero(indirect(CPR0, 0xa0) >> 24 & 7, 8);
	uint32_t vco = 33333333 * a * pra * or_zero(plld >> 24 & 0x1f, 32);
	uint32_t plb = vco / b / prb;

	print("pll: engaged %u, source %u\n", pllc >> 30 & 1, pllc >> 24 & 7);
	print("processor clock: %u\n", vco / a / pra);
	print("plb clock: %u\n", plb);
	print("opb clock: %u\n", plb / or_zero(indirect(CPR0, 0xc0) >> 24 & 3, 4));
	print("uart clock: %s\n", indirect(SDR0, 0x120) & 0x00800000 ? "external" : "from plb");
}

static void memory(void)
{
	uint32_t size = 0;

	for (uint32_t n = 0; n < 4; n++) {
		uint32_t bank = indirect(SDRAM0, 0x40 + 4 * n);

		if (bank & 1)
			size += 4u << (bank >> 17 & 7);
	}
	print("memory: %s\n", size >= 16 && size <= 1024 ? "16 to 1024 MB" : "no");
	print("sdram ready: %u\n", indirect(SDRAM0, 0x24) >> 31);
	mtdcr(EBC0, 0x23);
	mtdcr(EBC0 + 1, 0x12345678);
	print("ebc: %08x %08x\n", mfdcr(EBC0 + 1), indirect(EBC0, 0x777));
}

static void absent(void)
{
	trap_clear();
	mtdcr(0x3ff, 0x12345678);
	print("absent dcr: %08x traps %u\n", mfdcr(0x3ff), trap_count);
}

/* Takes the interrupt and disables what it came through. */
static uint32_t came;

static bool on_trap(struct trap_frame *f)
{
	came = came << 8 | (f->vec + 1);
	mtdcr(UIC0 + UIC_ER, 0);
	return true;
}

static void show(const char *name)
{
	uint32_t sr;

	came = 0;
	mtmsr(MSR_EE | MSR_CE);
	mtmsr(0);
	sr = mfdcr(UIC0 + UIC_SR) & (BIT(1) | BIT(30) | BIT(31));
	print("%s: sr %08x msr %08x came %x\n", name, sr, mfdcr(UIC0 + UIC_MSR), came);
}

static void reset_uics(void)
{
	mtdcr(UIC0 + UIC_ER, 0);
	mtdcr(UIC0 + UIC_CR, 0);
	mtdcr(UIC0 + UIC_PR, 0xfffffe13);
	mtdcr(UIC0 + UIC_TR, 0);
	mtdcr(UIC1 + UIC_ER, 0);
	mtdcr(UIC1 + UIC_CR, 0);
	mtdcr(UIC1 + UIC_PR, 0xffffe0ff);
	mtdcr(UIC1 + UIC_TR, 0);
	mtdcr(UIC1 + UIC_SR, 0xffffffff);
	mtdcr(UIC0 + UIC_SR, 0xffffffff);
}

static void uart_interrupt(void)
{
	reset_uics();
	show("quiet");
	uart1[3] = 3;
	uart1[1] = 2; /* transmitter empty */
	show("not enabled");
	mtdcr(UIC0 + UIC_ER, BIT(1));
	show("enabled");
	mtdcr(UIC0 + UIC_CR, BIT(1));
	mtdcr(UIC0 + UIC_ER, BIT(1));
	show("critical");
	mtdcr(UIC0 + UIC_SR, BIT(1));
	show("cleared while it is asserted");
	print("iir: %02x\n", (uint32_t)uart1[2]);
	print("iir again: %02x\n", (uint32_t)uart1[2]);
	show("negated");
	mtdcr(UIC0 + UIC_SR, BIT(1));
	show("negated and cleared");
	mtdcr(UIC0 + UIC_TR, BIT(1));
	mtdcr(UIC0 + UIC_CR, 0);
	mtdcr(UIC0 + UIC_ER, BIT(1));
	uart1[0] = 'x';
	show("edge");
	mtdcr(UIC0 + UIC_SR, BIT(1));
	mtdcr(UIC0 + UIC_ER, BIT(1));
	show("no second edge");
	uart1[1] = 0;
}

static void cascade(void)
{
	reset_uics();
	mtdcr(UIC0 + UIC_ER, BIT(30) | BIT(31));
	mtdcr(UIC1 + UIC_ER, BIT(4) | BIT(5));
	mtdcr(UIC1 + UIC_CR, BIT(5));
	show("uic1 quiet");
	mtdcr(UIC1 + UIC_SRS, BIT(4));
	show("uic1 non-critical");
	mtdcr(UIC1 + UIC_SR, BIT(4));
	mtdcr(UIC0 + UIC_SR, BIT(30));
	mtdcr(UIC0 + UIC_ER, BIT(30) | BIT(31));
	mtdcr(UIC0 + UIC_CR, BIT(31));
	mtdcr(UIC1 + UIC_SRS, BIT(5));
	mtdcr(UIC1 + UIC_VCR, 0x00020001);
	print("vector: %08x\n", mfdcr(UIC1 + UIC_VR));
	show("uic1 critical");
	reset_uics();
	show("all cleared");
}

void test_main(void)
{
	clocks();
	memory();
	absent();
	trap_hook = on_trap;
	uart_interrupt();
	cascade();
	trap_hook = 0;
}
