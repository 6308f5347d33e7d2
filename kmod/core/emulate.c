/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Emulation of one instruction: what is the core's of the instruction set. Order of exceptions
 * after the fetch: PPC440x5 manual, 6.7 (p.202 to 208): illegal, privileged, then what the
 * instruction does.
 */
#include "internal.h"

static enum core440_result next(struct core440 *c)
{
	c->pc += 4;
	return CORE440_NEXT;
}

/* RET of rfci and rfmci cannot occur in internal debug mode with DE off: p.196, 235. */
static enum core440_result return_from(struct core440 *c, uint32_t srr0, uint32_t srr1,
				       bool noncritical)
{
	uint32_t old = c->msr;
	bool occurs = noncritical || (old & MSR_DE) || !(c->dbcr0 & DBCR0_IDM);

	if ((c->dbcr0 & DBG_RET) && occurs && debug_event(c, DBG_RET, c->pc) == CORE440_JUMP)
		return CORE440_JUMP;
	c->pc = srr0 & ~3u;
	core440_set_msr(c, srr1);
	return context_written(c, old);
}

static enum core440_result write_msr(struct core440 *c, uint32_t value)
{
	uint32_t old = c->msr;

	c->pc += 4;
	core440_set_msr(c, value);
	return context_written(c, old);
}

/* Goes on in its block unless something was only waiting for EE. */
static enum core440_result write_ee(struct core440 *c, bool on)
{
	c->pc += 4;
	core440_set_msr(c, on ? c->msr | MSR_EE : c->msr & ~MSR_EE);
	return core440_attention(c) ? CORE440_JUMP : CORE440_NEXT;
}

static enum core440_result dcr(struct core440 *c, uint32_t insn, bool write)
{
	c->exit = (struct core440_exit){
		.kind = CORE440_EXIT_DCR,
		.write = write,
		.len = 4,
		.addr = insn_spr(insn),
		.value = write ? c->gpr[insn_rt(insn)] : 0,
	};
	c->inflight = (struct core440_inflight){ .active = true, .pc = c->pc, .insn = insn };
	return CORE440_EXIT;
}

/* A DCR that is not there reads 0 and ignores writes: the DCR bus has no error to give. */
static enum core440_result dcr_complete(struct core440 *c)
{
	c->inflight.active = false;
	if (!c->exit.write)
		c->gpr[insn_rt(c->inflight.insn)] = c->exit.failed ? 0 : (uint32_t)c->exit.value;
	c->exit.kind = CORE440_EXIT_NONE;
	return next(c);
}

static enum core440_result privileged(struct core440 *c, uint32_t insn, enum insn id)
{
	switch (id) {
	case INSN_RFI: return return_from(c, c->srr0, c->srr1, true);
	case INSN_RFCI: return return_from(c, c->csrr0, c->csrr1, false);
	case INSN_RFMCI:
		if (!model_of(c)->mcsr)
			return core440_program(c, ESR_PIL);
		return return_from(c, c->mcsrr0, c->mcsrr1, false);
	case INSN_MFMSR: c->gpr[insn_rt(insn)] = c->msr; return next(c);
	case INSN_MTMSR: return write_msr(c, c->gpr[insn_rt(insn)]);
	case INSN_WRTEE: return write_ee(c, (c->gpr[insn_rt(insn)] & MSR_EE) != 0);
	case INSN_WRTEEI: return write_ee(c, (insn & MSR_EE) != 0);
	case INSN_MFDCR: return dcr(c, insn, false);
	case INSN_MTDCR: return dcr(c, insn, true);
	case INSN_TLBRE: return emulate_tlbre(c, insn);
	case INSN_TLBWE: return emulate_tlbwe(c, insn);
	case INSN_TLBSX: return emulate_tlbsx(c, insn);
	case INSN_TLBSYNC: /* one processor: nothing to wait for */ return next(c);
	default: return cache_op(c, insn, id);
	}
}

enum core440_result core440_emulate(struct core440 *c, uint32_t insn)
{
	enum insn id = core440_decode(insn);
	uint32_t flags = core440_insn_flags[id];

	if (id == INSN_ILLEGAL)
		return core440_program(c, ESR_PIL);
	if (flags & (INSN_F_LOAD | INSN_F_STORE))
		return loadstore(c, insn, id);
	if (!(flags & INSN_F_CORE))
		return CORE440_USER;
	if (flags & INSN_F_PRIV) {
		if (c->msr & MSR_PR)
			return core440_program(c, ESR_PPR);
		return privileged(c, insn, id);
	}
	switch (id) {
	case INSN_MFSPR: return emulate_mfspr(c, insn);
	case INSN_MTSPR: return emulate_mtspr(c, insn);
	case INSN_MFTB: return emulate_mftb(c, insn);
	default: return cache_op(c, insn, id);
	}
}

enum core440_result core440_complete(struct core440 *c)
{
	enum core440_exit_kind kind = c->exit.kind;
	uint32_t taken = c->taken;
	enum core440_result result;

	if (!c->inflight.active) {
		c->exit.kind = CORE440_EXIT_NONE;
		return CORE440_JUMP;
	}
	result = kind == CORE440_EXIT_DCR ? dcr_complete(c) : loadstore_complete(c);
	if (result == CORE440_EXIT || result == CORE440_RETRY || c->taken != taken)
		return result;
	/* The engine that stepped it has been left; its debug events are due here. */
	if (core440_debug_active(c) && core440_debug_after(c, false) == CORE440_JUMP)
		return CORE440_JUMP;
	return result;
}
