/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Interrupts: their classes, save registers, priorities and delivery. M = PPC440x5 CPU Core User's
 * Manual, SA14-2613-02 (2002), chapter 6.
 */
#include "internal.h"

enum save_class { SAVE_NONCRITICAL, SAVE_CRITICAL, SAVE_MCHECK };

static enum save_class class_of(const struct core440 *c, enum core440_ivor ivor)
{
	switch (ivor) {
	case IVOR_MCHECK: return model_of(c)->mcheck_critical ? SAVE_CRITICAL : SAVE_MCHECK;
	case IVOR_CRITICAL:
	case IVOR_WATCHDOG:
	case IVOR_DEBUG: return SAVE_CRITICAL;
	default: return SAVE_NONCRITICAL;
	}
}

/* What would be taken now but for the inputs and timers that have not been looked at. */
static bool own_interrupt_waits(const struct core440 *c)
{
	uint32_t msr = c->msr;

	if (c->watchdog_reset != 0)
		return true;
	if ((msr & MSR_ME) && (c->mcsr & MCSR_MCS))
		return true;
	if ((msr & MSR_DE) && (c->dbcr0 & DBCR0_IDM) && (c->dbsr & DBSR_EVENTS))
		return true;
	if ((msr & MSR_CE) && (c->tsr & TSR_WIS) && (c->tcr & TCR_WIE))
		return true;
	if ((msr & MSR_EE) && (c->tsr & TSR_FIS) && (c->tcr & TCR_FIE))
		return true;
	return (msr & MSR_EE) && (c->tsr & TSR_DIS) && (c->tcr & TCR_DIE);
}

void attention_update(struct core440 *c)
{
	uint32_t mask = CORE440_PENDING_KICK | CORE440_PENDING_TIMER | CORE440_PENDING_DEBUG |
			CORE440_PENDING_MCHECK | CORE440_PENDING_SELF;
	bool was = (core440_atomic_read(&c->pending) & CORE440_PENDING_SELF) != 0;
	bool is = own_interrupt_waits(c);

	if (c->msr & MSR_EE)
		mask |= CORE440_PENDING_EXTERNAL;
	if (c->msr & MSR_CE)
		mask |= CORE440_PENDING_CRITICAL;
	c->attention = mask;
	if (is && !was)
		core440_atomic_or(&c->pending, CORE440_PENDING_SELF);
	else if (!is && was)
		core440_atomic_andnot(&c->pending, CORE440_PENDING_SELF);
}

void core440_set_msr(struct core440 *c, uint32_t msr)
{
	uint32_t changed;

	msr &= MSR_ALL;
	changed = c->msr ^ msr;
	c->msr = msr;
	if (changed & (MSR_PR | MSR_IS | MSR_DS))
		c->ops->context_changed(c);
	if (changed & (MSR_FP | MSR_FE0 | MSR_FE1 | MSR_DE))
		c->ops->mode_changed(c);
	if (changed & (MSR_EE | MSR_CE | MSR_ME | MSR_DE))
		attention_update(c);
}

void core440_set_pid(struct core440 *c, uint32_t pid)
{
	pid &= 0xff;
	if (c->pid == pid)
		return;
	c->pid = pid;
	c->ops->context_changed(c);
}

/*
 * MSR[CE,ME,DE] survive an interrupt of the non-critical class, MSR[ME] one of the critical class,
 * nothing a machine check: M p.185, 178, 180.
 */
enum core440_result interrupt(struct core440 *c, enum core440_ivor ivor, uint32_t srr0)
{
	enum save_class save = class_of(c, ivor);
	uint32_t msr = c->msr, kept = 0;

	c->taken++;
	c->inflight.active = false;
	/* In internal debug mode IRPT takes no notice of the other classes: M p.196, 236. */
	if ((c->dbcr0 & DBG_IRPT) && (save == SAVE_NONCRITICAL || !(c->dbcr0 & DBCR0_IDM)))
		c->dbsr |= DBG_IRPT | ((c->dbcr0 & DBCR0_IDM) && !(msr & MSR_DE) ? DBSR_IDE : 0);
	switch (save) {
	case SAVE_NONCRITICAL:
		c->srr0 = srr0;
		c->srr1 = msr;
		kept = MSR_CE | MSR_ME | MSR_DE;
		break;
	case SAVE_CRITICAL:
		c->csrr0 = srr0;
		c->csrr1 = msr;
		kept = ivor == IVOR_MCHECK ? 0 : MSR_ME;
		break;
	case SAVE_MCHECK:
		c->mcsrr0 = srr0;
		c->mcsrr1 = msr;
		break;
	}
	c->pc = (c->ivpr & 0xffff0000u) | (c->ivor[ivor] & 0x0000fff0u);
	core440_set_msr(c, msr & kept);
	if (c->dbcr0 & DBG_IRPT) {
		timer_freeze_update(c);
		attention_update(c);
	}
	return CORE440_JUMP;
}

/* ESR[MCI] goes by mtspr alone; every other bit belongs to the latest interrupt: M p.180, 185. */
static void set_esr(struct core440 *c, uint32_t esr)
{
	c->esr = (c->esr & ESR_MCI) | esr;
}

enum core440_result core440_program(struct core440 *c, uint32_t esr)
{
	set_esr(c, esr & ~ESR_MCI);
	return interrupt(c, IVOR_PROGRAM, c->pc);
}

enum core440_result core440_syscall(struct core440 *c)
{
	return interrupt(c, IVOR_SYSCALL, c->pc + 4);
}

enum core440_result core440_fp_unavailable(struct core440 *c)
{
	return interrupt(c, IVOR_FP, c->pc);
}

enum core440_result core440_ap_unavailable(struct core440 *c)
{
	return interrupt(c, IVOR_AP, c->pc);
}

/* M p.203: without an FPU that listens the instruction is illegal, and that comes first. */
enum core440_result core440_fp_check(struct core440 *c)
{
	if (!c->fpu || (c->ccr0 & CCR0_DAPUIB))
		return core440_program(c, ESR_PIL);
	if (!(c->msr & MSR_FP))
		return core440_fp_unavailable(c);
	return CORE440_NEXT;
}

/* A debug event that is taken precisely comes instead of the Program interrupt. */
enum core440_result core440_trap(struct core440 *c)
{
	if ((c->dbcr0 & DBG_TRAP) && debug_event(c, DBG_TRAP, c->pc) == CORE440_JUMP)
		return CORE440_JUMP;
	return core440_program(c, ESR_PTR);
}

enum core440_result alignment(struct core440 *c, uint32_t ea, uint32_t esr)
{
	c->dear = ea;
	set_esr(c, esr);
	return interrupt(c, IVOR_ALIGNMENT, c->pc);
}

enum core440_result core440_alignment(struct core440 *c, uint32_t ea, uint32_t insn)
{
	uint32_t flags = core440_insn_flags[core440_decode(insn)], esr = 0;

	if (flags & INSN_F_FP)
		esr |= ESR_FP;
	if (flags & INSN_F_STORE)
		esr |= ESR_ST;
	return alignment(c, ea, esr);
}

enum core440_result data_fault(struct core440 *c, uint32_t ea, enum core440_fault fault,
			       uint32_t esr)
{
	c->dear = ea;
	set_esr(c, esr);
	return interrupt(c, fault == CORE440_FAULT_MISS ? IVOR_DTLB : IVOR_DATA, c->pc);
}

enum core440_result core440_fault(struct core440 *c, uint32_t ea, enum core440_access access,
				  enum core440_fault fault)
{
	if (access != CORE440_FETCH)
		return data_fault(c, ea, fault, access == CORE440_STORE ? ESR_ST : 0);
	if (fault == CORE440_FAULT_MISS)
		return interrupt(c, IVOR_ITLB, c->pc);
	set_esr(c, 0);
	return interrupt(c, IVOR_INST, c->pc);
}

/* MCSR collects; the interrupt comes when MSR[ME] lets it: M p.174. */
void machine_check_async(struct core440 *c, uint32_t mcsr)
{
	c->mcsr |= MCSR_MCS | mcsr;
	attention_update(c);
}

/*
 * A fetch nobody answered. With MSR[ME] off the 440 notes ESR[MCI] and executes what the bus
 * returned (M p.180); nothing was returned that could be executed, so that is the end: a checkstop.
 */
enum core440_result core440_machine_check_fetch(struct core440 *c)
{
	c->esr = ESR_MCI;
	if (c->msr & MSR_ME)
		return interrupt(c, IVOR_MCHECK, c->pc);
	c->exit = (struct core440_exit){ .kind = CORE440_EXIT_CHECKSTOP };
	return CORE440_EXIT;
}

/*
 * Floating-point exceptions that were enabled in the FPSCR while MSR[FE0,FE1] held them back come
 * now, imprecisely, with the address of the next instruction: M p.189.
 */
enum core440_result context_written(struct core440 *c, uint32_t old_msr)
{
	const uint32_t fe = MSR_FE0 | MSR_FE1;

	if ((c->msr & fe) && !(old_msr & fe)) {
		c->ops->fp_spill(c);
		if (c->fpscr & FPSCR_FEX)
			return core440_program(c, ESR_FP | ESR_PIE);
	}
	return CORE440_JUMP;
}

/* The order of M p.201: machine check, debug, critical, watchdog, external, FIT, decrementer. */
static enum core440_result deliver_first(struct core440 *c, uint32_t pending)
{
	uint32_t msr = c->msr;

	if ((msr & MSR_ME) && (c->mcsr & MCSR_MCS)) {
		/* A handler that leaves by rfci does not look at MCSR. */
		if (!model_of(c)->mcsr)
			c->mcsr = 0;
		return interrupt(c, IVOR_MCHECK, c->pc);
	}
	if ((msr & MSR_DE) && (c->dbcr0 & DBCR0_IDM) && (c->dbsr & DBSR_EVENTS))
		return interrupt(c, IVOR_DEBUG, c->pc);
	if (msr & MSR_CE) {
		if (pending & CORE440_PENDING_CRITICAL)
			return interrupt(c, IVOR_CRITICAL, c->pc);
		if ((c->tsr & TSR_WIS) && (c->tcr & TCR_WIE))
			return interrupt(c, IVOR_WATCHDOG, c->pc);
	}
	if (msr & MSR_EE) {
		if (pending & CORE440_PENDING_EXTERNAL)
			return interrupt(c, IVOR_EXTERNAL, c->pc);
		if ((c->tsr & TSR_FIS) && (c->tcr & TCR_FIE))
			return interrupt(c, IVOR_FIT, c->pc);
		if ((c->tsr & TSR_DIS) && (c->tcr & TCR_DIE))
			return interrupt(c, IVOR_DEC, c->pc);
	}
	return CORE440_NEXT;
}

enum core440_result core440_deliver_pending(struct core440 *c)
{
	uint32_t pending = core440_atomic_read(&c->pending);

	if (pending & CORE440_PENDING_TIMER) {
		core440_atomic_andnot(&c->pending, CORE440_PENDING_TIMER);
		core440_timer_update(c);
		c->ops->timer_changed(c);
	}
	if (c->watchdog_reset != 0) {
		c->exit = (struct core440_exit){
			.kind = CORE440_EXIT_RESET,
			.by_watchdog = true,
			.reset = c->watchdog_reset,
		};
		c->watchdog_reset = 0;
		attention_update(c);
		return CORE440_EXIT;
	}
	if (pending & CORE440_PENDING_MCHECK) {
		core440_atomic_andnot(&c->pending, CORE440_PENDING_MCHECK);
		machine_check_async(c, MCSR_DWB);
	}
	if (pending & CORE440_PENDING_DEBUG) {
		core440_atomic_andnot(&c->pending, CORE440_PENDING_DEBUG);
		debug_note(c, DBSR_UDE); /* a machine check comes first */
	}
	return deliver_first(c, pending);
}

bool core440_waiting(struct core440 *c)
{
	return (c->msr & MSR_WE) && (core440_attention(c) & ~CORE440_PENDING_KICK) == 0;
}

bool core440_deaf(struct core440 *c, bool critical_off)
{
	if ((c->msr & (MSR_EE | MSR_DE)) || (c->tcr & TCR_WRC))
		return false;
	return !(c->msr & MSR_CE) || (critical_off && !(c->tcr & TCR_WIE));
}
