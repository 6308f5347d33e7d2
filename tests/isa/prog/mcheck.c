// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Machine checks: loads, stores and fetches to where nothing answers with MSR[ME] on and off, in
 * both modes; real addresses above 4 GB.
 */
#include "isa.h"

extern const struct op ops_stray[];

#define EA 0x40000000u

static struct op_regs r;

static bool hook(struct trap_frame *f)
{
	struct trap t = { f->vec, f->pc, f->msr, f->esr, f->dear, f->now };

	if (f->vec != VEC_MCHECK)
		return false;
	if (trap_count < TRAP_LOG)
		trap_log[trap_count] = t;
	trap_count++;
	if (f->pc == EA)
		f->pc = f->lr; /* the fetch */
	else if (f->pc == trap_base)
		f->pc += 4; /* the access itself */
	mtspr(SPR_MCSR, 0xffffffff);
	mtspr(SPR_ESR, 0);
	return true;
}

static void run(const char *where, const struct op *op, bool user)
{
	uint32_t mcsr;

	r = (struct op_regs){ .r = { 0x1234, EA, 0x5678 }, .user = user };
	mtspr(SPR_MCSR, 0xffffffff);
	trap_clear();
	mtmsr(MSR_ME | MSR_CE);
	run_op(op, &r);
	mcsr = mfspr(SPR_MCSR);
	mtmsr(0);
	print("%s, %s, %s: n=%u", where, op->name, user ? "user" : "super", trap_count);
	if (trap_count) {
		const struct trap *t = &trap_log[0];
		bool fetch = t->pc == EA;

		print(" %s esr=%08x msr=%08x now=%08x",
		      fetch		       ? "there"
		      : t->pc - trap_base <= 8 ? "near"
					       : "far",
		      t->esr, t->msr & MSR_SAVED, t->now);
	}
	print(" left=%u\n", mcsr != 0);
}

void test_main(void)
{
	static const uint64_t ras[] = { 0xff0000000ull, 0x100000000ull + RAM_FREE };

	trap_hook = hook;
	for (unsigned int k = 0; k < 2; k++) {
		tlb_set(20, EA | TLB_V | TLB_4K, 0, ras[k], TLB_ALL | TLB_I | TLB_G);
		for (const struct op *op = ops_stray; op->addr; op++)
			for (int user = 0; user < 2; user++)
				run(k ? "above RAM by 4 GB" : "a hole", op, user);
	}
	tlb_clear(20);
	/* With ME off the data kind waits until ME is on. */
	tlb_set(20, EA | TLB_V | TLB_4K, 0, ras[0], TLB_ALL | TLB_I | TLB_G);
	r = (struct op_regs){ .r = { 0x1234, EA } };
	mtspr(SPR_MCSR, 0xffffffff);
	trap_clear();
	run_op(&ops_stray[1], &r);
	print("me off: n=%u\n", trap_count);
	mtmsr(MSR_ME);
	__asm__ volatile("nop; nop");
	mtmsr(0);
	print("me on: n=%u\n", trap_count);
	tlb_clear(20);
}
