// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * fres and frsqrte: special cases, which are laid down, and elsewhere that they are as close as
 * they have to be (1/256 and 1/32, says the AIX 4.3 Assembler Language Reference); each processor
 * has its own estimates within that.
 */
#include "isa.h"

extern const struct op ops_estimate[], ops_error[];

/* XX, FR, FI are undefined for estimates, and FX with XX. */
#define DEFINED (~(0x82060000u))

void test_main(void)
{
	static const uint64_t special[] = {
		0x0000000000000000ull, 0x8000000000000000ull, 0x7ff0000000000000ull,
		0xfff0000000000000ull, 0x7ff8000020000000ull, 0x7ff4000040000000ull,
		0xbff0000000000000ull, 0xfff4000000000000ull,
	};
	static const uint64_t bound[] = { 0x3f70000000000000ull,
					  0x3fb0800000000000ull }; /* 1/256; 2/32 + a bit */
	uint32_t seed = 77;

	mtmsr(MSR_FP);
	for (const struct op *op = ops_estimate; op->addr; op++) {
		print("%s:", op->name);
		for (unsigned int i = 0; i < 8; i++) {
			struct op_regs r = { .f = { 0, special[i] }, .fp = 1 };

			if (op->name[1] == 'r' && op->name[2] == 'e' && i == 6)
				continue; /* an estimate of -1 */
			run_op(op, &r);
			print(" %016llx/%08x", r.f[0], (uint32_t)r.fpscr & DEFINED);
		}
		print("\n");
	}
	for (unsigned int k = 0; k < 2; k++) {
		uint32_t bad = 0;

		for (int i = 0; i < 2000; i++) {
			struct op_regs r = { .fp = 1 };

			seed = seed * 1664525 + 1013904223;
			/* exponents of singles, away from their ends; positive */
			r.f[1] = (uint64_t)((seed >> 20) % 200 + 1023 - 100) << 52 |
				 (uint64_t)(seed & 0xfffff) << 32;
			r.f[3] = 0x3ff0000000000000ull;
			trap_clear();
			run_op(&ops_error[k], &r);
			if (r.f[0] > bound[k] || trap_count)
				bad++;
		}
		print("%s is close: %u\n", ops_error[k].name, bad);
	}
	mtmsr(0);
}
