// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Every load and store form to a device, in both byte orders: the second UART, whose eight
 * byte-wide registers answer wider accesses a byte at a time, as a slave of eight bits on the OPB
 * does.
 */
#include "isa.h"

extern const struct op ops_loads[], ops_stores[], ops_fp[];

#define BIG    0x50000000u
#define LITTLE 0x60000000u
#define OFFSET (UART1_RA - UART_PAGE)

static volatile uint8_t *const uart = (volatile uint8_t *)UART1_RA;

/*
 * Loopback: the modem lines follow MCR, and every byte that is written there keeps that bit.
 * DLAB: 0 and 1 are the divisor.
 */
static void prepare(void)
{
	uart[3] = 0x03;
	uart[1] = 0; /* IER */
	uart[2] = 0; /* FCR */
	uart[4] = 0x1f;
	uart[3] = 0x83;
	uart[0] = 0xa1;
	uart[1] = 0x82;
	uart[7] = 0xc7;
	(void)uart[6]; /* the changes of the modem lines */
	(void)uart[5];
}

static void dump(void)
{
	uint32_t lcr = uart[3];

	uart[3] = 0x83;
	print(" dl=%02x%02x iir=%02x lcr=%02x mcr=%02x lsr=%02x msr=%02x scr=%02x",
	      (uint32_t)uart[1], (uint32_t)uart[0], (uint32_t)uart[2], lcr, (uint32_t)uart[4],
	      (uint32_t)uart[5], (uint32_t)uart[6] >> 4, (uint32_t)uart[7]);
}

static void run(const struct op *op, uint32_t page, uint32_t at, uint32_t shift, bool fp, bool user)
{
	struct op_regs r = { .r = { 0xb1d2939a, page + OFFSET + at - shift, 8, 0x91121394,
				    0x15161718, 0x191a1b1c },
			     .xer = 6,
			     .fp = fp,
			     .user = user };

	r.f[0] = fp ? 0x3bf31fbb54553d96ull : 0;
	prepare();
	trap_clear();
	if (fp)
		mtmsr(MSR_FP);
	run_op(op, &r);
	if (fp)
		mtmsr(0);
	print("%s %c%u:", op->name, page == BIG ? 'b' : 'l', at);
	if (fp)
		print(" f=%016llx", r.f[0]);
	else
		print(" %08x %08x %08x", r.r[0], r.r[3], r.r[4]);
	print(" ea+%x", r.r[1] - page - OFFSET - at + shift);
	dump();
	if (trap_count) {
		print(" TRAP");
		trap_print();
	}
	print("\n");
}

/* Bytes an op moves: by its name. */
static uint32_t size_of(const char *n)
{
	uint32_t v = 0;

	n += *n == 's' ? 2 : 1;
	if (*n == 'f')
		return n[1] == 'd' ? 8 : 4;
	if (*n == 'm')
		return 12;
	if (*n == 's' && n[2] == 'x')
		return 6;
	if (*n == 's') {
		while (*n != ',')
			n++;
		for (n += 3; *n; n++)
			v = v * 10 + (uint32_t)(*n - '0');
		return v;
	}
	return *n == 'b' ? 1 : *n == 'h' ? 2 : 4;
}

static bool string_immediate(const char *n)
{
	n += *n == 's' ? 2 : 1;
	return n[0] == 's' && n[2] == 'i';
}

void test_main(void)
{
	static const uint32_t pages[] = { BIG, LITTLE };
	const struct op *const tables[] = { ops_loads, ops_stores, ops_fp };

	tlb_set(10, BIG | TLB_V | TLB_4K, 0, UART_PAGE, TLB_ALL | TLB_I | TLB_G);
	tlb_set(11, LITTLE | TLB_V | TLB_4K, 0, UART_PAGE, TLB_ALL | TLB_I | TLB_G | TLB_E);
	for (unsigned int e = 0; e < 2; e++)
		for (unsigned int t = 0; t < 3; t++)
			for (const struct op *op = tables[t]; op->addr; op++) {
				uint32_t n = size_of(op->name), step = t == 2 ? 4 : 1;

				for (uint32_t at = 0; at + n <= 8; at += step)
					run(op, pages[e], at, string_immediate(op->name) ? 0 : 8,
					    t == 2, at & 1);
			}
	/* A multiple of two registers, so that it fits. */
	for (unsigned int e = 0; e < 2; e++) {
		uint32_t a, b;

		prepare();
		__asm__ volatile("mr 12,%2; lmw 30,0(12); mr %0,30; mr %1,31"
				 : "=r"(a), "=r"(b)
				 : "r"(pages[e] + OFFSET)
				 : "r12", "r30", "r31", "memory");
		print("lmw %u: %08x %08x\n", e, a, b);
		prepare();
		__asm__ volatile("mr 12,%0; mr 30,%1; mr 31,%2; stmw 30,0(12)"
				 :
				 : "r"(pages[e] + OFFSET), "r"(0x11220083), "r"(0x15667798)
				 : "r12", "r30", "r31", "memory");
		print("stmw %u:", e);
		dump();
		print("\n");
	}
	prepare();
	uart[3] = 0x03;
}
