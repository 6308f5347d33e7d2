/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Cache operations. Memory is always current here, so what they leave to do is their exceptions,
 * dcbz, and telling the engine that instructions may have changed. Access rights: PPC440x5 manual,
 * p.143, 144.
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

/*
 * Locking exceptions of user mode come with the other data storage exceptions: p.148. @dac: what
 * the operation is for debug events, of which dcbf and dcbst are stores: p.231.
 */
static enum core440_result checked(struct core440 *c, uint32_t ea, enum core440_access access,
				   enum core440_access dac, uint32_t lock_enable, uint32_t lock_esr,
				   struct core440_translation *t)
{
	enum core440_fault fault = core440_translate(c, ea, access, t);
	uint32_t esr = access == CORE440_STORE ? ESR_ST : 0, events;

	if (fault != CORE440_FAULT_NONE)
		return data_fault(c, ea, fault, esr);
	if ((c->msr & MSR_PR) && (c->mmucr & lock_enable))
		return data_fault(c, ea, CORE440_FAULT_PROT, esr | lock_esr);
	events = debug_dac(c, ea, dac == CORE440_STORE);
	return events ? debug_event(c, events, c->pc) : CORE440_NEXT;
}

static enum core440_result invalidate_line(struct core440 *c, uint32_t ea)
{
	struct core440_translation t;
	enum core440_result result =
		checked(c, ea, CORE440_LOAD, CORE440_LOAD, MMUCR_IULXE, ESR_DLK_ICBI, &t);

	if (result != CORE440_NEXT)
		return result;
	c->ops->icache_invalidate(c, t.ra & ~(uint64_t)31, false);
	return next(c);
}

static enum core440_result flush(struct core440 *c, uint32_t ea, enum core440_access access,
				 uint32_t lock_enable)
{
	struct core440_translation t;
	enum core440_result result =
		checked(c, ea, access, CORE440_STORE, lock_enable, ESR_DLK_DCBF, &t);

	return result == CORE440_NEXT ? next(c) : result;
}

/* A hint is a load for debug events, but where it fails or caching is inhibited it is nothing:
 * p.231. */
static enum core440_result touch(struct core440 *c, uint32_t ea)
{
	struct core440_translation t;
	uint32_t events = 0;

	if (core440_translate(c, ea, CORE440_LOAD, &t) == CORE440_FAULT_NONE && !(t.attr & TLB2_I))
		events = debug_dac(c, ea, false);
	if (events && debug_event(c, events, c->pc) == CORE440_JUMP)
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
	case INSN_DCBT:
	case INSN_DCBTST:
	case INSN_ICBT: return touch(c, ea);
	default: /* dcba, dccci: nothing to do */ return next(c);
	}
}
