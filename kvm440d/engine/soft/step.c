/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One instruction at a time: while debug events are on (every storage access then goes through the
 * core, which knows DAC), and in pages smaller than 4 KB, which the fetch table does not hold.
 */
#include "soft.h"

#include <string.h>

/* The word at core.pc. False after an interrupt or checkstop instead, as *ret says. */
static bool fetch(struct engine_vcpu *v, struct code_page *page, enum exec_result *ret)
{
	struct core440 *c = &v->core;
	struct core440_translation t;
	enum core440_fault fault = core440_translate(c, c->pc, CORE440_FETCH, &t);
	enum core440_result result;
	struct region *r;

	r = fault == CORE440_FAULT_NONE ? soft_region(v->vm, t.ra) : NULL;
	if (!r) {
		if (fault == CORE440_FAULT_MISS)
			count_add(&v->counts.tlb_misses, 1);
		result = fault == CORE440_FAULT_NONE
				 ? core440_machine_check_fetch(c)
				 : core440_fault(c, c->pc, CORE440_FETCH, fault);
		*ret = result == CORE440_EXIT ? EXEC_EXIT : EXEC_STEPPED;
		return false;
	}
	page->host = r->host + (t.ra - r->ra);
	page->little = t.attr & TLB2_E;
	return true;
}

/* An instruction that is the engine's own, in a page of its own. */
static enum exec_result execute(struct engine_vcpu *v, uint32_t insn)
{
	struct code_page *p = v->step_page;

	p->valid = true;
	soft_translate(v, &p->ops[0], insn, 0, true);
	p->ops[1].run = v->labels[OP_PAGE_END];
	return soft_exec(v, p);
}

enum exec_result soft_step(struct engine_vcpu *v)
{
	struct core440 *c = &v->core;
	uint32_t insn, taken = c->taken;
	enum exec_result result = EXEC_STEPPED;
	bool debugging, done;
	enum insn id;

	if (!fetch(v, v->step_page, &result))
		return result;
	insn = soft_code_word(v->step_page, 0);
	debugging = core440_debug_active(c);
	if (debugging && core440_debug_before(c) == CORE440_JUMP)
		return EXEC_STEPPED;
	id = core440_decode(insn);
	if (id == INSN_ILLEGAL ||
	    core440_insn_flags[id] & (INSN_F_LOAD | INSN_F_STORE | INSN_F_CORE)) {
		count_add(&v->counts.instructions, 1);
		if (core440_emulate(c, insn) == CORE440_EXIT)
			return EXEC_EXIT;
		done = c->taken == taken;
	} else {
		result = execute(v, insn);
		if (result == EXEC_EXIT)
			return result;
		done = c->taken == taken;
	}
	if (debugging && done &&
	    core440_debug_after(c, core440_branch_taken(c, insn)) == CORE440_JUMP)
		return EXEC_STEPPED;
	return result == EXEC_SPIN ? EXEC_SPIN : EXEC_STEPPED;
}
