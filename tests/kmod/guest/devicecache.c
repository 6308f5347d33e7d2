// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Cache instructions, reservations and unaligned accesses where no memory is: at a device's
 * registers, at an address that nothing answers, at the host's memory beyond this guest's, at a
 * page without rights and at none.
 */
#include "isa.h"

extern const struct op ops_cache[];

#define EA 0x40000000u

static volatile uint8_t *const uart = (volatile uint8_t *)UART1_RA;
static uint32_t checks;

static bool hook(struct trap_frame *f)
{
	if (f->vec != VEC_MCHECK)
		return false;
	checks++;
	mtspr(SPR_MCSR, 0xffffffff);
	mtspr(SPR_ESR, 0);
	return true;
}

static void run(const struct op *op, uint32_t at, bool user)
{
	struct op_regs r = { .r = { 0xb1d2939a, EA + at, 4 }, .user = user };

	uart[3] = 0x03;
	uart[1] = 0;
	uart[2] = 0;
	uart[4] = 0x1f;
	uart[7] = 0xc7;
	trap_clear();
	checks = 0;
	mtmsr(MSR_ME);
	run_op(op, &r);
	isync();
	mtmsr(0);
	/* What became of it: v and the interrupt, c for a machine check; the address, if it moved;
	 * = if the device's register is as before. */
	print(" ");
	if (trap_count)
		print("v%x", trap_log[0].vec);
	if (checks)
		print("c%u", checks);
	if (r.r[1] != EA + at)
		print("+%x", r.r[1] - EA - at);
	if (uart[7] == 0xc7)
		print("=");
}

static void run_all(const char *where, uint32_t at, bool user)
{
	print("%s %x%s:", where, at, user ? ", user" : "");
	for (const struct op *op = ops_cache; op->addr; op++)
		run(op, at, user);
	print("\n");
}

void test_main(void)
{
	static const struct {
		const char *name;
		uint64_t ra;
		uint32_t rights, at[2];
	} places[] = {
		{ "device", UART_PAGE, TLB_ALL | TLB_I | TLB_G, { 0x404, 0x3fd } },
		{ "hole", 0xff0000000ull, TLB_ALL | TLB_I | TLB_G, { 0x404, 0x3fd } },
		{ "host's memory", 0x04100000, TLB_ALL, { 0x400, 0x3fd } },
		{ "no rights", UART_PAGE, 0, { 0x404, 0x3fd } },
	};

	trap_hook = hook;
	for (unsigned int p = 0; p < sizeof(places) / sizeof(places[0]); p++) {
		tlb_set(20, EA | TLB_V | TLB_4K, 0, places[p].ra, places[p].rights);
		for (unsigned int a = 0; a < 2; a++)
			for (int user = 0; user < 2; user++)
				run_all(places[p].name, places[p].at[a], user);
	}
	tlb_clear(20);
	for (int user = 0; user < 2; user++)
		run_all("nothing", 0x404, user);
	uart[4] = 0;
}
