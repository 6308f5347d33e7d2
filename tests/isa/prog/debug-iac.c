// SPDX-License-Identifier: GPL-2.0-or-later
/* Instruction address compare: each of the four, ranges, modes, and with MSR[DE] off. */
#include "debug.h"

extern const struct op ops_iac[];

#define LINE (ops_iac[0].addr)

static void run(const char *name, uint32_t dbcr0, uint32_t dbcr1, uint32_t user)
{
	/* A user-mode op cannot write MSR: there DE is on from outside. */
	struct op_regs r = { .user = user };

	mtspr(SPR_DBCR1, dbcr1);
	print("%s:", name);
	debug_run(&ops_iac[0], &r, DBCR0_IDM | dbcr0);
	print("\n");
	mtspr(SPR_DBCR1, 0);
}

static void iac(uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
	mtspr(SPR_IAC1, a);
	mtspr(SPR_IAC2, b);
	mtspr(SPR_IAC3, c);
	mtspr(SPR_IAC4, d);
}

void test_main(void)
{
	debug_init();
	iac(LINE + 8, LINE + 12, LINE + 16, LINE + 4);
	run("iac1", DBG_IAC1, 0, 0);
	run("iac2", DBG_IAC2, 0, 0);
	run("iac3", DBG_IAC3, 0, 0);
	run("iac4", DBG_IAC4, 0, 0);
	debug_stop = 8;
	debug_skip = 4;
	run("all four", DBG_IAC1 | DBG_IAC2 | DBG_IAC3 | DBG_IAC4, 0, 0);
	iac(LINE + 8, LINE + 8, LINE + 8, LINE + 8);
	run("all at one", DBG_IAC1 | DBG_IAC2 | DBG_IAC3 | DBG_IAC4, 0, 0);
	/* IAC1US: 10 supervisor, 11 user; IAC1ER: 10 space 0, 11 space 1 */
	run("iac1 supervisor", DBG_IAC1, 0x80000000, 0);
	run("iac1 user", DBG_IAC1, 0xc0000000, 0);
	run("iac1 space 0", DBG_IAC1, 0x20000000, 0);
	run("iac1 space 1", DBG_IAC1, 0x30000000, 0);
	run("iac3 user", DBG_IAC3, 0x0000c000, 0);
	run("iac4 supervisor", DBG_IAC4, 0x00000800, 0);
	/* Ranges: IAC12M 10 in, 11 out; IAC34M likewise. */
	iac(LINE + 8, LINE + 16, LINE + 12, LINE + 20);
	run("in range 12", DBG_IAC1, 0x00800000, 0);
	run("in range 12, both", DBG_IAC1 | DBG_IAC2, 0x00800000, 0);
	run("in range 34", DBG_IAC4, 0x00000080, 0);
	debug_skip = 4;
	debug_stop = 3;
	run("out of range 12", DBG_IAC1, 0x00c00000, 0);
	/* With DE off: noted, and the interrupt comes when DE comes on. */
	debug_skip = 0;
	debug_stop = 1;
	{
		struct op_regs r = { .r = { 0 } };
		uint32_t at;

		iac(ops_iac[1].addr + 8, 0, 0, 0);
		trap_clear();
		debug_count = 0;
		mtspr(SPR_DBCR0, DBCR0_IDM | DBG_IAC1);
		isync();
		run_op(&ops_iac[1], &r);
		print("DE off: n=%u dbsr=%08x r3=%x\n", debug_count, mfspr(SPR_DBSR), r.r[0]);
		__asm__ volatile("lis %0,1f@ha; la %0,1f@l(%0); mtmsr %1; 1: isync; mtmsr %2"
				 : "=&b"(at)
				 : "r"(MSR_DE), "r"(0)
				 : "memory");
		print("DE on: n=%u +%x dbsr=%08x\n", debug_count, debug_log[0].pc - at,
		      debug_log[0].dbsr);
	}
	/* Without internal mode: noted only. */
	mtspr(SPR_DBSR, 0xffffffff);
	debug_count = 0;
	{
		struct op_regs r = { .r = { 0, 0, 0, 0, 0, 0, MSR_DE, 0 } };

		iac(LINE + 8, 0, 0, 0);
		mtspr(SPR_DBCR0, DBG_IAC1);
		isync();
		run_op(&ops_iac[0], &r);
		mtspr(SPR_DBCR0, 0);
		print("no mode: n=%u dbsr=%08x\n", debug_count, mfspr(SPR_DBSR));
	}
}
