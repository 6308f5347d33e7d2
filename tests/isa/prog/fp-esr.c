// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Enabled floating-point exceptions of instructions that also update CR: the update does not
 * happen, and ESR[PCRE,PCMP,PCRF] tell the handler which it would have been.
 */
#include "isa.h"

extern const struct op ops_esr[];

void test_main(void)
{
	for (const struct op *op = ops_esr; op->addr; op++) {
		struct op_regs r = { .cr = 0x12345678,
				     .f = { 0, 0x7ff4000000000000ull, 0x3ff0000000000000ull },
				     .fpscr = 0x80, /* VE */
				     .fp = 1 };

		trap_clear();
		mtmsr(MSR_FP | MSR_FE0 | MSR_FE1);
		run_op(op, &r);
		mtmsr(MSR_FP);
		__asm__ volatile(
			"mtfsfi 0,0; mtfsfi 1,0; mtfsfi 2,0; mtfsfi 3,0; mtfsfi 5,0; mtfsfi 6,0");
		print("%s: n=%u vec=%u pc+%x esr=%08x cr=%08x\n", op->name, trap_count,
		      trap_log[0].vec, trap_log[0].pc - trap_base, trap_log[0].esr, r.cr);
	}
	mtmsr(0);
}
