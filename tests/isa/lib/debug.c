// SPDX-License-Identifier: GPL-2.0-or-later
#include "debug.h"

struct debug_event debug_log[DEBUG_EVENTS];
unsigned int debug_count, debug_stop = 1;
uint32_t debug_skip;

static bool hook(struct trap_frame *f)
{
	if (f->vec != VEC_DEBUG)
		return false;
	if (debug_count < DEBUG_EVENTS)
		debug_log[debug_count] =
			(struct debug_event){ f->pc, f->msr, f->now, mfspr(SPR_DBSR), f->gpr[3] };
	debug_count++;
	mtspr(SPR_DBSR, 0xffffffff);
	if (debug_count >= debug_stop)
		mtspr(SPR_DBCR0, 0);
	isync();
	f->pc += debug_skip;
	return true;
}

void debug_init(void)
{
	mtspr(SPR_DBCR0, 0);
	mtspr(SPR_DBCR1, 0);
	mtspr(SPR_DBCR2, 0);
	mtspr(SPR_DBSR, 0xffffffff);
	trap_hook = hook;
}

void debug_run(const struct op *op, struct op_regs *r, uint32_t dbcr0)
{
	trap_clear();
	debug_count = 0;
	r->r[6] = MSR_DE;
	r->r[7] = 0;
	mtspr(SPR_DBSR, 0xffffffff);
	mtspr(SPR_DBCR0, dbcr0);
	isync();
	run_op(op, r);
	mtspr(SPR_DBCR0, 0);
	isync();
	for (unsigned int i = 0; i < debug_count && i < DEBUG_EVENTS; i++) {
		const struct debug_event *e = &debug_log[i];

		print(" [+%x dbsr=%08x msr=%08x now=%08x r3=%x]", e->pc - trap_base, e->dbsr,
		      e->msr, e->now, e->r3);
	}
	if (!debug_count)
		print(" none");
	if (trap_count)
		trap_print();
	print(" left=%08x", mfspr(SPR_DBSR));
	mtspr(SPR_DBSR, 0xffffffff);
}
