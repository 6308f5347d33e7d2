// SPDX-License-Identifier: GPL-2.0-or-later
/* Traps, interrupts and returns as debug events; timers that a pending event freezes. */
#include "debug.h"

extern const struct op ops_trap[];
extern char vectors[];

void test_main(void)
{
	struct op_regs r;

	debug_init();
	for (unsigned int i = 0; i < 3; i++) {
		r = (struct op_regs){ .r = { 0 } };
		debug_skip = 4;
		print("%s:", ops_trap[i].name);
		debug_run(&ops_trap[i], &r, DBCR0_IDM | DBG_TRAP);
		print(" r3=%x\n", r.r[0]);
	}
	debug_skip = 0;
	/* An interrupt: at the first instruction of its handler. */
	r = (struct op_regs){ .r = { 0 } };
	trap_clear();
	debug_count = 0;
	r.r[6] = MSR_DE;
	mtspr(SPR_DBCR0, DBCR0_IDM | DBG_IRPT);
	isync();
	run_op(&ops_trap[3], &r);
	print("irpt: n=%u vector+%x dbsr=%08x then vec=%u\n", debug_count,
	      debug_log[0].pc - (uint32_t)vectors, debug_log[0].dbsr, trap_log[0].vec);
	/* A return: at the rfi. */
	r = (struct op_regs){ .r = { 0 } };
	trap_clear();
	debug_count = 0;
	r.r[6] = MSR_DE;
	mtspr(SPR_DBCR0, DBCR0_IDM | DBG_RET);
	isync();
	run_op(&ops_trap[3], &r);
	print("ret: n=%u insn=%08x dbsr=%08x\n", debug_count, *(uint32_t *)debug_log[0].pc,
	      debug_log[0].dbsr);
	/* FT: the time base stands while an event is noted. */
	r = (struct op_regs){ .r = { 0 } };
	trap_clear();
	mtspr(SPR_DBSR, 0xffffffff);
	mtspr(SPR_DBCR0, DBCR0_IDM | DBG_TRAP | DBCR0_FT);
	isync();
	{
		uint32_t a = timebase(), b, c, d;

		b = timebase();
		run_op(&ops_trap[2], &r);
		c = timebase();
		for (volatile int i = 0; i < 1000; i++)
			;
		d = timebase();
		print("freeze: before %s, after %s", a != b ? "runs" : "stands",
		      c != d ? "runs" : "stands");
		mtspr(SPR_DBSR, 0xffffffff);
		isync();
		a = timebase();
		for (volatile int i = 0; i < 1000; i++)
			;
		b = timebase();
		print(", cleared %s\n", a != b ? "runs" : "stands");
	}
	mtspr(SPR_DBCR0, 0);
}
