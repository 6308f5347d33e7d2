// SPDX-License-Identifier: GPL-2.0-only
/*
 * Debug events: those that the guest has set up in its DBCR0 to 2, and KVM_SET_GUEST_DEBUG.
 *
 * While either may stop an instruction, the guest is executed one at a time. What the instruction
 * would raise (IAC, DAC, DVC, BRT, ICMP) is found by the core, as for the other engines; loads,
 * stores and privileged instructions are the core's altogether. All others the processor executes,
 * which its own ICMP event with MSR[DE] on then stops. The processor's address compares are not
 * used: a guest's DBCR1 and DBCR2 may want them for supervisor mode, which it is never in, and
 * whoever debugs from user space would take them away from the guest.
 */
#include "vcpu.h"

#include <linux/moduleparam.h>

#include <asm/reg.h>

#include "decode.h"

#define CONTROLS                                                                                   \
	(KVM_GUESTDBG_ENABLE | KVM_GUESTDBG_SINGLESTEP | KVM_GUESTDBG_USE_SW_BP |                  \
	 KVM_GUESTDBG_USE_HW_BP)
#define TYPES (KVMPPC_DEBUG_BREAKPOINT | KVMPPC_DEBUG_WATCH_WRITE | KVMPPC_DEBUG_WATCH_READ)

static bool step_all;
module_param(step_all, bool, 0644);
MODULE_PARM_DESC(step_all, "execute guests instruction by instruction: to look for faults");

void debug_init(struct vcpu *v)
{
	v->debug.steps = step_all;
}

int debug_set(struct vcpu *v, const struct kvm_guest_debug *d)
{
	struct debug new = { .control = d->control };
	unsigned int i;

	if (d->control & ~CONTROLS)
		return -EINVAL;
	if (!(d->control & KVM_GUESTDBG_ENABLE))
		new.control = 0;
	for (i = 0; new.control &KVM_GUESTDBG_USE_HW_BP &&i < ARRAY_SIZE(d->arch.bp); i++) {
		if (d->arch.bp[i].type & ~TYPES || d->arch.bp[i].addr > U32_MAX)
			return -EINVAL;
		if (!d->arch.bp[i].type)
			continue;
		new.point[new.points].addr = d->arch.bp[i].addr;
		new.point[new.points++].type = d->arch.bp[i].type;
	}
	new.steps = step_all || new.points || new.control &KVM_GUESTDBG_SINGLESTEP;
	/* An instruction whose access waits for its answer ends as one that began. */
	new.in_step = v->debug.in_step;
	new.step_pc = v->debug.step_pc;
	new.step_taken = v->debug.step_taken;
	new.waits = v->debug.waits;
	v->debug = new;
	return 0;
}

static enum core440_result leave(struct vcpu *v, u32 addr, u32 status)
{
	v->debug.exits = true;
	v->in_host = false; /* how long user space looks is not what an instruction took */
	v->debug.exit_addr = addr;
	v->debug.exit_status = status;
	return CORE440_EXIT;
}

/* What of the breakpoints and watchpoints stops @insn at pc, KVMPPC_DEBUG_NONE for nothing. */
static u32 stopped(struct vcpu *v, u32 insn, u32 *addr)
{
	const struct core440 *c = &v->core;
	struct core440_extent x;
	unsigned int i;
	u32 access;

	for (i = 0; i < v->debug.points; i++)
		if (v->debug.point[i].type & KVMPPC_DEBUG_BREAKPOINT &&
		    v->debug.point[i].addr == c->pc) {
			*addr = c->pc;
			return KVMPPC_DEBUG_BREAKPOINT;
		}
	/* The rest of an instruction that was let begin. */
	if (c->inflight.active || !core440_extent(c, insn, &x))
		return KVMPPC_DEBUG_NONE;
	access = x.store ? KVMPPC_DEBUG_WATCH_WRITE : KVMPPC_DEBUG_WATCH_READ;
	for (i = 0; i < v->debug.points; i++)
		if (v->debug.point[i].type & access && v->debug.point[i].addr - x.ea < x.len) {
			*addr = v->debug.point[i].addr;
			return access;
		}
	return KVMPPC_DEBUG_NONE;
}

void debug_load(struct vcpu *v)
{
	v->debug.host_dbcr0 = mfspr(SPRN_DBCR0);
	mtspr(SPRN_DBSR, DBSR_EVENTS);
	mtspr(SPRN_DBCR0, DBCR0_IDM | DBG_ICMP);
	isync();
}

void debug_unload(struct vcpu *v)
{
	v->debug.completed = mfspr(SPRN_DBSR) & DBG_ICMP;
	mtspr(SPRN_DBCR0, v->debug.host_dbcr0);
	mtspr(SPRN_DBSR, DBSR_EVENTS);
	isync();
}

/* One that the processor executes. It may have to go on: then nothing has become of it yet. */
static enum core440_result execute(struct vcpu *v, bool *ended)
{
	u32 pc = v->core.pc;
	enum core440_result result;

	result = run_stay_once(v, true);
	/* An interrupt of the host's may come together with the event, and before it. */
	*ended = v->debug.completed || (v->kind == LEAVE_HOST && v->core.pc != pc);
	return result;
}

/* Of the SPRs that the guest has in the processor the core may be asked for this one. */
static enum core440_result emulate(struct vcpu *v, u32 insn)
{
	enum core440_result result;

	v->core.usprg0 = mfspr(SPRN_USPRG0);
	result = core440_emulate(&v->core, insn);
	mtspr(SPRN_USPRG0, v->core.usprg0);
	return result;
}

/* An instruction or the interrupt it ended in is done. */
static enum core440_result end(struct vcpu *v, enum core440_result result)
{
	v->debug.in_step = false;
	if (result != CORE440_EXIT && v->debug.control & KVM_GUESTDBG_SINGLESTEP)
		return leave(v, v->core.pc, KVMPPC_DEBUG_NONE);
	return result;
}

enum core440_result debug_step(struct vcpu *v)
{
	struct core440 *c = &v->core;
	struct debug *d = &v->debug;
	bool active = core440_debug_active(c), ended = true;
	enum core440_result result;
	u32 insn, status, addr, taken = c->taken;

	v->kind = LEAVE_OTHER;
	if (!run_fetch(v, &insn, &result))
		return end(v, result);
	if (!d->in_step || d->step_taken != taken || d->step_pc != c->pc) {
		status = stopped(v, insn, &addr);
		if (status != KVMPPC_DEBUG_NONE)
			return leave(v, addr, status);
		if (active && core440_debug_before(c) == CORE440_JUMP)
			return end(v, CORE440_JUMP);
		d->in_step = true;
		d->step_taken = taken;
		d->step_pc = c->pc;
	}
	result = CORE440_USER;
	if (core440_decode(insn) == INSN_ILLEGAL ||
	    core440_insn_flags[core440_decode(insn)] & (INSN_F_LOAD | INSN_F_STORE | INSN_F_CORE))
		result = emulate(v, insn);
	if (result == CORE440_USER)
		result = execute(v, &ended);
	if (result == CORE440_EXIT) {
		d->waits = c->inflight.active;
		return result;
	}
	if (c->taken != taken)
		return end(v, result);
	if (!ended)
		return result;
	if (active && core440_debug_after(c, core440_branch_taken(c, insn)) == CORE440_JUMP)
		result = CORE440_JUMP;
	return end(v, result);
}

bool debug_ended(struct vcpu *v)
{
	if (!v->debug.waits)
		return false;
	v->debug.waits = false;
	return end(v, CORE440_NEXT) == CORE440_EXIT;
}

bool debug_trapped(struct vcpu *v)
{
	enum core440_result result;
	u32 insn;

	if (!(v->debug.control & KVM_GUESTDBG_USE_SW_BP) || !run_fetch(v, &insn, &result) ||
	    insn != DEBUG_INSN)
		return false;
	leave(v, v->core.pc, KVMPPC_DEBUG_NONE);
	return true;
}

bool debug_hand_out(struct vcpu *v)
{
	struct kvm_debug_exit_arch *arch = &v->run->debug.arch;

	if (!v->debug.exits)
		return false;
	v->debug.exits = false;
	v->run->exit_reason = KVM_EXIT_DEBUG;
	memset(arch, 0, sizeof(*arch));
	arch->address = v->debug.exit_addr;
	arch->status = v->debug.exit_status;
	return true;
}
