/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Cache operations. Memory is always current here, so what they leave to do is their exceptions,
 * dcbz, and telling the engine that instructions may have changed. Access rights: PPC440x5 manual,
 * p.142, 144; debug events: p.231.
 *
 * icread and dcread show a cache that holds nothing at that moment (valid bits 0), which the cache
 * of a running machine may do at any time.
 */
#include "internal.h"

static enum core440_result next(struct core440 *c)
{
	c->pc += 4;
	return CORE440_NEXT;
}

/* DAC events with the address as calculated; no data are moved, so DVC matches nothing: p.232. */
static enum core440_result compare(struct core440 *c, uint32_t ea, bool store)
{
	uint32_t events = debug_dac(c, ea, store);

	events &= ~debug_dvc_events(c, events);
	return events ? debug_event(c, events, c->pc) : CORE440_NEXT;
}

/*
 * Locking exceptions of user mode come with the other data storage exceptions: p.150, 203. @store
 * is for DAC: dcbf and dcbst load as far as rights go, but may write to memory.
 */
static enum core440_result checked(struct core440 *c, uint32_t ea, enum core440_access access,
				   bool store, uint32_t lock_enable, uint32_t lock_esr,
				   struct core440_translation *t)
{
	enum core440_fault fault = core440_translate(c, ea, access, t);
	uint32_t esr = access == CORE440_STORE ? ESR_ST : 0;

	if (fault != CORE440_FAULT_NONE)
		return data_fault(c, ea, fault, esr);
	if ((c->msr & MSR_PR) && (c->mmucr & lock_enable))
		return data_fault(c, ea, CORE440_FAULT_PROT, esr | lock_esr);
	return compare(c, ea, store);
}

static enum core440_result invalidate_line(struct core440 *c, uint32_t ea)
{
	struct core440_translation t;
	enum core440_result result =
		checked(c, ea, CORE440_LOAD, false, MMUCR_IULXE, ESR_DLK_ICBI, &t);

	if (result != CORE440_NEXT)
		return result;
	c->ops->icache_invalidate(c, t.ra & ~(uint64_t)31, false);
	return next(c);
}

static enum core440_result flush(struct core440 *c, uint32_t ea, enum core440_access access,
				 uint32_t lock_enable)
{
	struct core440_translation t;
	enum core440_result result = checked(c, ea, access, true, lock_enable, ESR_DLK_DCBF, &t);

	return result == CORE440_NEXT ? next(c) : result;
}

/* A hint: nothing at all where it has an exception or the page is caching inhibited. */
static enum core440_result touch(struct core440 *c, uint32_t ea)
{
	struct core440_translation t;

	if (debug_dac(c, ea, false) != 0 &&
	    core440_translate(c, ea, CORE440_LOAD, &t) == CORE440_FAULT_NONE &&
	    !(t.attr & TLB2_I) && compare(c, ea, false) == CORE440_JUMP)
		return CORE440_JUMP;
	return next(c);
}

enum core440_result cache_op(struct core440 *c, uint32_t insn, enum insn id)
{
	uint32_t ea = ea_indexed(c, insn);

	switch (id) {
	case INSN_DCBZ: return zero_line(c, insn, ea);
	case INSN_ICBI: return invalidate_line(c, ea);
	case INSN_DCBF: return flush(c, ea, CORE440_LOAD, MMUCR_DULXE);
	case INSN_DCBST: return flush(c, ea, CORE440_LOAD, 0);
	case INSN_DCBI: /* a store as far as rights go: p.144 */
		return flush(c, ea, CORE440_STORE, 0);
	case INSN_DCBT:
	case INSN_DCBTST:
	case INSN_ICBT: return touch(c, ea);
	case INSN_ICCCI: c->ops->icache_invalidate(c, 0, true); return next(c);
	case INSN_ICREAD:
		c->icdbdr = 0;
		c->icdbtrh = 0;
		c->icdbtrl = 0;
		return next(c);
	case INSN_DCREAD:
		c->gpr[insn_rt(insn)] = 0;
		c->dcdbtrh = 0;
		c->dcdbtrl = 0;
		return next(c);
	default: /* dcba, dccci: no-op, nothing to do */ return next(c);
	}
}
