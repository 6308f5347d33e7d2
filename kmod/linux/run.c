// SPDX-License-Identifier: GPL-2.0-only
/* KVM_RUN: into the guest and out of it until user space has to do something. */
#include "vcpu.h"

#include <linux/moduleparam.h>
#include <linux/preempt.h>
#include <linux/sched/signal.h>

#include <asm/switch_to.h>
#include <asm/time.h>

#define CREATE_TRACE_POINTS
#include "kvm440_trace.h"

static bool fast_fault = true;
module_param(fast_fault, bool, 0444);
MODULE_PARM_DESC(fast_fault, "give a guest its TLB misses without decoding the instruction");

#define INSN_BRANCH_TO_SELF 0x48000000u

/* Floating point: the registers are the guest's only between these two, without preemption. */

static void fp_take(struct vcpu *v)
{
	enable_kernel_fp();
	v->fpscr = v->core.fpscr;
	kvm440_fp_load(v->core.fpr, &v->fpscr);
	v->fp_loaded = true;
}

static void fp_give(struct vcpu *v)
{
	if (!v->fp_loaded)
		return;
	mtmsr(mfmsr() | MSR_FP);
	kvm440_fp_store(v->core.fpr, &v->fpscr);
	disable_kernel_fp();
	v->core.fpscr = (u32)v->fpscr;
	v->fp_loaded = false;
}

/*
 * USPRG0 is read and written by any program without a trap, SPRG4 to 7 are read. The guest has its
 * own while it may run, the host's processes theirs again before another one can. Of SPRG4 to 7 the
 * host's handlers of TLB misses use some meanwhile, with interrupts off: the switch code loads the
 * guest's at each entry.
 */

static void sprgs_take(struct vcpu *v)
{
	v->host_usprg0 = mfspr(SPRN_USPRG0);
	v->host_sprg[0] = mfspr(SPRN_SPRG4R);
	v->host_sprg[1] = mfspr(SPRN_SPRG5R);
	v->host_sprg[2] = mfspr(SPRN_SPRG6R);
	v->host_sprg[3] = mfspr(SPRN_SPRG7R);
	mtspr(SPRN_USPRG0, v->core.usprg0);
}

static void sprgs_give(struct vcpu *v)
{
	v->core.usprg0 = mfspr(SPRN_USPRG0);
	mtspr(SPRN_USPRG0, v->host_usprg0);
	mtspr(SPRN_SPRG4W, v->host_sprg[0]);
	mtspr(SPRN_SPRG5W, v->host_sprg[1]);
	mtspr(SPRN_SPRG6W, v->host_sprg[2]);
	mtspr(SPRN_SPRG7W, v->host_sprg[3]);
}

/* The processor is the vCPU's from here on, without preemption. */
static void load(struct vcpu *v)
{
	preempt_disable();
	sprgs_take(v);
}

/* It is the host's again. */
static void put(struct vcpu *v)
{
	sprgs_give(v);
	fp_give(v);
	preempt_enable();
}

/* What the core asks for. */

static void op_context_changed(struct core440 *c)
{
	vcpu_of(c)->context_stale = true;
}

static void op_mode_changed(struct core440 *c)
{
}

static void op_icache_invalidate(struct core440 *c, uint64_t ra, bool all)
{
	/*
	 * All of it for one line, too: each context has fetched into lines of its own, tagged with
	 * its TID, and the line of which is not known. So icbi may not be the processor's: it
	 * executes all of a guest in user mode, and MMUCR[IULXE] makes it a storage interrupt there
	 * (PPC440x5 manual, p.148, 150).
	 */
	asm volatile("iccci 0,%0; isync" : : "r"(0) : "memory");
}

static uint64_t op_ticks(struct core440 *c)
{
	return get_tb();
}

static void op_timer_changed(struct core440 *c)
{
	vcpu_of(c)->timer_stale = true;
}

static void op_fp_spill(struct core440 *c)
{
	fp_give(vcpu_of(c));
}

const struct core440_ops run_ops = {
	.mem_read = memory_read,
	.mem_write = memory_write,
	.tlb_drop = shadow_drop,
	.context_changed = op_context_changed,
	.mode_changed = op_mode_changed,
	.icache_invalidate = op_icache_invalidate,
	.ticks = op_ticks,
	.timer_changed = op_timer_changed,
	.fp_spill = op_fp_spill,
	.timebase_is_ticks = true,
};

void run_wake(struct vcpu *v)
{
	wake_up(&v->wait);
}

enum hrtimer_restart run_timer(struct hrtimer *timer)
{
	struct vcpu *v = container_of(timer, struct vcpu, timer);

	core440_atomic_or(&v->core.pending, CORE440_PENDING_TIMER);
	run_wake(v);
	return HRTIMER_NORESTART;
}

static void timer_arm(struct vcpu *v)
{
	u64 next = core440_timer_next(&v->core), now = get_tb();

	v->timer_stale = false;
	if (next == UINT64_MAX) {
		hrtimer_try_to_cancel(&v->timer);
		return;
	}
	if (next <= now) {
		core440_atomic_or(&v->core.pending, CORE440_PENDING_TIMER);
		return;
	}
	hrtimer_start(&v->timer, ns_to_ktime(tb_to_ns(next - now)), HRTIMER_MODE_REL);
}

bool run_fetch(struct vcpu *v, u32 *insn, enum core440_result *ret)
{
	struct core440 *c = &v->core;
	struct core440_translation t;
	enum core440_fault fault = core440_translate(c, c->pc, CORE440_FETCH, &t);

	if (fault != CORE440_FAULT_NONE) {
		*ret = core440_fault(c, c->pc, CORE440_FETCH, fault);
		return false;
	}
	if (memory_read(c, t.ra, insn, 4) != CORE440_MEM_OK) {
		*ret = core440_machine_check_fetch(c);
		return false;
	}
	if (t.attr & TLB2_E)
		*insn = swab32(*insn);
	return true;
}

/* The instruction at pc, if it is at hand: the processor has just fetched it, and most often the
 * shadow TLB still has where from. Else 0. */
static u32 instruction(const struct vcpu *v)
{
	if (v->sw.insn || v->context_stale)
		return v->sw.insn;
	return shadow_instruction(v, v->core.pc);
}

/* @esr: of the program interrupt that an instruction nobody emulates ends in. */
static enum core440_result emulate(struct vcpu *v, u32 esr)
{
	enum core440_result result;
	u32 insn = instruction(v);

	if (!insn && !run_fetch(v, &insn, &result))
		return result;
	stats_emulated(insn);
	result = core440_emulate(&v->core, insn);
	return result == CORE440_USER ? core440_program(&v->core, esr) : result;
}

/* Whether the instruction at pc is a load or store that floating point has nothing to do with. */
static bool is_integer(const struct vcpu *v)
{
	u32 opcode = instruction(v) >> 26;

	return opcode >= 32 && opcode < 48;
}

static enum core440_result data(struct vcpu *v, unsigned int ivor)
{
	struct core440 *c = &v->core;
	enum core440_access access = v->sw.esr & ESR_ST ? CORE440_STORE : CORE440_LOAD;
	struct core440_translation t;
	enum core440_fault fault;

	v->kind = LEAVE_STORAGE;
	if (shadow_is_split(c))
		return emulate(v, ESR_PIL);
	fault = core440_translate(c, v->sw.dear, access, &t);
	if (fault == CORE440_FAULT_NONE) {
		/*
		 * A store that the guest's entry allows and the shadow's did not: the page's first
		 * since its log was taken, or the first by this entry. It must not be made here:
		 * the core knows nothing of a reservation that the processor has.
		 */
		if ((ivor == IVOR_DTLB || access == CORE440_STORE) &&
		    shadow_fill(v, v->sw.dear, &t, access == CORE440_STORE)) {
			v->kind = LEAVE_FILL;
			return CORE440_NEXT;
		}
		/* A miss, and no memory there. */
		if (ivor == IVOR_DTLB && !debug_steps(v) &&
		    core440_device_access(c, instruction(v), v->sw.dear, &t) == CORE440_EXIT)
			return CORE440_EXIT;
	} else if (fast_fault && !c->dbcr0 && (!v->fp_loaded || is_integer(v))) {
		/* Of an integer access: the processor knew of it what the core has to. */
		v->kind = LEAVE_FAULT;
		return core440_fault(c, v->sw.dear, access, fault);
	}
	/* The core knows the whole instruction. */
	return emulate(v, ESR_PIL);
}

static enum core440_result fetched(struct vcpu *v)
{
	struct core440 *c = &v->core;
	struct core440_translation t;
	enum core440_fault fault = core440_translate(c, c->pc, CORE440_FETCH, &t);

	if (fault != CORE440_FAULT_NONE) {
		v->kind = LEAVE_FAULT;
		return core440_fault(c, c->pc, CORE440_FETCH, fault);
	}
	v->kind = LEAVE_FILL;
	return shadow_fill(v, c->pc, &t, false) ? CORE440_NEXT : core440_machine_check_fetch(c);
}

static enum core440_result program(struct vcpu *v)
{
	u32 esr = v->sw.esr;

	if (esr & ESR_PTR)
		return debug_trapped(v) ? CORE440_EXIT : core440_trap(&v->core);
	if (esr & (ESR_PIL | ESR_PPR | ESR_PUO))
		return emulate(v, esr & ESR_PUO ? esr : ESR_PIL);
	return core440_program(&v->core, esr & ESR_ALL);
}

static enum core440_result left(struct vcpu *v, unsigned int ivor)
{
	struct core440 *c = &v->core;

	switch (ivor) {
	case IVOR_DATA:
	case IVOR_DTLB: return data(v, ivor);
	case IVOR_INST:
	case IVOR_ITLB: return fetched(v);
	case IVOR_PROGRAM: v->kind = LEAVE_EMULATE; return program(v);
	case IVOR_ALIGNMENT: v->kind = LEAVE_STORAGE; return emulate(v, ESR_PIL);
	case IVOR_SYSCALL:
		v->kind = LEAVE_SYSCALL;
		c->pc -= 4; /* SRR0 stands behind the instruction, the core wants it here */
		return core440_syscall(c);
	case IVOR_FP:
		v->kind = LEAVE_FP;
		if (!core440_fp_usable(c))
			return core440_fp_unavailable(c);
		fp_take(v);
		return CORE440_NEXT;
	case IVOR_AP: v->kind = LEAVE_OTHER; return core440_ap_unavailable(c);
	case IVOR_CRITICAL:
	case IVOR_WATCHDOG:
		v->host_critical = true;
		v->host_critical_ivor = ivor;
		fallthrough;
	default: v->kind = LEAVE_HOST; return CORE440_NEXT; /* the host's; it is pending */
	}
}

/* Whether the guest stands at a branch to itself that nothing will ever end. */
static bool is_halted(struct vcpu *v)
{
	struct core440 *c = &v->core;
	struct core440_translation t;
	u32 insn;

	return !(c->msr & MSR_EE) && core440_deaf(c, READ_ONCE(v->critical_off)) &&
	       core440_translate(c, c->pc, CORE440_FETCH, &t) == CORE440_FAULT_NONE &&
	       memory_read(c, t.ra, &insn, 4) == CORE440_MEM_OK &&
	       (t.attr & TLB2_E ? swab32(insn) : insn) == INSN_BRANCH_TO_SELF;
}

/* @type: for any program; @event: for who knows us. */
static void system_event(struct kvm_run *run, u32 type, u32 event)
{
	run->exit_reason = KVM_EXIT_SYSTEM_EVENT;
	run->system_event.type = type;
	run->system_event.ndata = 1;
	run->system_event.data[0] = event;
}

/* What the core wants of user space. */
static int hand_out(struct vcpu *v)
{
	const struct core440_exit *x = &v->core.exit;
	struct kvm_run *run = v->run;
	unsigned int i;

	if (debug_hand_out(v))
		return 0;
	switch (x->kind) {
	case CORE440_EXIT_MMIO:
		run->exit_reason = KVM_EXIT_MMIO;
		run->mmio.phys_addr = x->addr;
		run->mmio.len = x->len;
		run->mmio.is_write = x->write;
		memset(run->mmio.data, 0, sizeof(run->mmio.data));
		for (i = 0; x->write && i < x->len; i++)
			run->mmio.data[i] = x->value >> 8 * (x->len - 1 - i);
		v->completing = true;
		return 0;
	case CORE440_EXIT_DCR:
		run->exit_reason = KVM_EXIT_DCR;
		run->dcr.dcrn = x->addr;
		run->dcr.data = x->value;
		run->dcr.is_write = x->write;
		v->completing = true;
		return 0;
	case CORE440_EXIT_RESET:
	case CORE440_EXIT_CHECKSTOP:
		if (x->kind == CORE440_EXIT_RESET && x->by_watchdog && v->watchdog_exits) {
			run->exit_reason = KVM_EXIT_WATCHDOG;
			return 0;
		}
		if (x->kind == CORE440_EXIT_CHECKSTOP) {
			system_event(run, KVM_SYSTEM_EVENT_CRASH, KVM440_EVENT_CHECKSTOP);
			return 0;
		}
		system_event(run, KVM_SYSTEM_EVENT_RESET, KVM440_EVENT_RESET);
		run->system_event.ndata = 3;
		run->system_event.data[1] = x->reset;
		run->system_event.data[2] = x->by_watchdog;
		return 0;
	default: run->exit_reason = KVM_EXIT_INTERNAL_ERROR; return -EIO;
	}
}

/* The guest took an interrupt, if it has not @taken as many as before, when it was at @from. */
static void trace_taken(const struct core440 *c, u32 taken, u32 from)
{
	if (c->taken != taken)
		trace_kvm440_inject(from, c->pc, c->esr, c->dear);
}

/* The answer of user space to the exit before; what is in kvm_run may be anything. */
static enum core440_result answer(struct vcpu *v)
{
	struct core440_exit *x = &v->core.exit;
	u32 taken = v->core.taken, from = v->core.pc;
	enum core440_result result;
	unsigned int i;

	v->completing = false;
	x->failed = v->answer_failed;
	v->answer_failed = false;
	if (!x->write) {
		x->value = 0;
		if (x->kind == CORE440_EXIT_DCR)
			x->value = READ_ONCE(v->run->dcr.data);
		else
			for (i = 0; i < x->len; i++)
				x->value = x->value << 8 | READ_ONCE(v->run->mmio.data[i]);
	}
	result = core440_complete(&v->core);
	trace_taken(&v->core, taken, from);
	return result;
}

/* Whether the access that the core waits for is a write that an eventfd hears of. */
static bool signalled(struct vcpu *v)
{
	struct core440_exit *x = &v->core.exit;

	if (v->debug.exits || x->kind != CORE440_EXIT_MMIO || !x->write ||
	    !ioeventfd_write(v->vm, x->addr, x->len, x->value))
		return false;
	x->failed = false;
	return true;
}

/* A state that was put in between an access and its answer: the access is asked for again. */
static bool asks_again(const struct core440 *c)
{
	return c->inflight.active &&
	       (c->exit.kind == CORE440_EXIT_MMIO || c->exit.kind == CORE440_EXIT_DCR);
}

/* Delivers what is pending. An external interrupt that was an edge is gone when it is taken. */
static enum core440_result deliver(struct vcpu *v)
{
	struct core440 *c = &v->core;
	u32 others = MSR_ME | MSR_CE | MSR_DE, msr = c->msr, taken = c->taken, from = c->pc;
	bool external = READ_ONCE(v->external_edge) && msr & MSR_EE &&
			core440_atomic_read(&c->pending) & CORE440_PENDING_EXTERNAL;
	enum core440_result result = core440_deliver_pending(c);

	/* The kinds that come before it each clear one of the others. */
	if (external && c->taken != taken && !((c->msr ^ msr) & others))
		vcpu_set_external(v, v->external_level, false);
	trace_taken(c, taken, from);
	return result;
}

/* Whether something is taken as soon as the guest sets MSR[EE]. */
static bool ee_waits(struct core440 *c)
{
	return (core440_atomic_read(&c->pending) & CORE440_PENDING_EXTERNAL) ||
	       ((c->tsr & TSR_DIS) && (c->tcr & TCR_DIE)) ||
	       ((c->tsr & TSR_FIS) && (c->tcr & TCR_FIE));
}

/*
 * Into the guest until the next interrupt, the number of whose IVOR it returns. Interrupts are off
 * here, on in the guest.
 */
static unsigned int enter(struct vcpu *v, bool step)
{
	struct core440 *c = &v->core;
	unsigned int ivor;

	if (v->context_stale)
		shadow_context(v);
	v->sw.run_msr = MSR_PR | MSR_IS | MSR_DS | MSR_EE | MSR_CE | MSR_ME;
	if (step)
		v->sw.run_msr |= MSR_DE;
	if (c->ccr0 & CCR0_DAPUIB)
		fp_give(v);
	v->sw.fp_msr = v->fp_loaded ? MSR_FP | MSR_FE0 | MSR_FE1 : 0;
	if (v->fp_loaded && core440_fp_usable(c)) {
		v->sw.run_msr |= MSR_FP | (c->msr & (MSR_FE0 | MSR_FE1));
		mtmsr(mfmsr() | MSR_FP);
	}
	v->sw.ee_waits = ee_waits(c);
	vectors_prepare(v, !step && !shadow_is_split(c) && !c->dbcr0);
	stats_enter(v);
	if (step)
		debug_load(v);
	ivor = vectors_enter(v);
	if (step)
		debug_unload(v);
	shadow_posted(v);
	/* The switch code changes MSR[EE] and leaves this to us. */
	if (c->msr & MSR_EE)
		c->attention |= CORE440_PENDING_EXTERNAL;
	else
		c->attention &= ~CORE440_PENDING_EXTERNAL;
	trace_kvm440_exit(ivor, c->pc, c->msr);
	return ivor;
}

enum core440_result run_stay_once(struct vcpu *v, bool step)
{
	struct core440 *c = &v->core;
	enum core440_result result;
	unsigned int ivor = enter(v, step);
	u32 taken, from;

	taken = c->taken;
	from = c->pc;
	v->kind = LEAVE_OTHER;
	stats_leave(v);
	if (ivor == IVOR_MCHECK && !vectors_mcheck(v)) {
		c->exit = (struct core440_exit){ .kind = CORE440_EXIT_CHECKSTOP };
		result = CORE440_EXIT;
	} else if (ivor == IVOR_DEBUG && step) {
		result = CORE440_NEXT;
	} else {
		result = left(v, ivor);
	}
	if (result == CORE440_EXIT && c->exit.kind == CORE440_EXIT_MMIO)
		v->kind = LEAVE_MMIO;
	if (result == CORE440_EXIT && c->exit.kind == CORE440_EXIT_DCR)
		v->kind = LEAVE_DCR;
	stats_kind(v);
	if (!step) /* else it is a part of what stay() looks at */
		trace_taken(c, taken, from);
	return result;
}

/*
 * In the guest until the host has to be let in: for an interrupt of its own, for what user space or
 * the scheduler has to do. The guest's TID stays in PID meanwhile, although kernel code runs
 * between the stays: that is in space 0, where the linear map and the misses of kernel addresses
 * have TID 0, and touches no memory of user space.
 *
 * A critical interrupt of the host's ends the stay, as others do, and is handed on to the host's
 * own vector, which finds in CSRR0 and CSRR1 kernel code, this here: it could not return to the
 * guest. A machine check goes there at once. Between two interrupts of the guest a 440 leaves
 * MSR[CE] on, and then the host's vector has a critical one directly; MSR[DE], which only a single
 * step has on, the vector block turns off. Debug events are off in the host's kernel as here.
 */
static enum core440_result stay(struct vcpu *v)
{
	struct core440 *c = &v->core;
	enum core440_result result = CORE440_NEXT;
	unsigned int msr, dbcr0;
	u32 taken, from;

	local_irq_disable();
	if (signal_pending(current) || need_resched()) {
		local_irq_enable();
		return result;
	}
	msr = mfmsr();
	v->host_pid = mfspr(SPRN_PID);
	v->host_mmucr = mfspr(SPRN_MMUCR);
	mtmsr(msr & ~(MSR_CE | MSR_DE));
	/* Who debugs this process has it watch its own addresses, not the guest's. */
	dbcr0 = mfspr(SPRN_DBCR0);
	if (dbcr0)
		mtspr(SPRN_DBCR0, 0);
	while (!core440_attention(c) && !core440_waiting(c) && !v->timer_stale) {
		if (debug_steps(v)) {
			taken = c->taken;
			from = c->pc;
			result = debug_step(v);
			trace_taken(c, taken, from);
			break; /* the core alone may have made it: the host's interrupts come first
				*/
		}
		result = run_stay_once(v, false);
		if (result == CORE440_EXIT || v->kind == LEAVE_HOST)
			break;
	}
	mtspr(SPRN_MMUCR, v->host_mmucr);
	if (mfspr(SPRN_PID) != v->host_pid) {
		mtspr(SPRN_PID, v->host_pid);
		isync();
	}
	if (dbcr0)
		mtspr(SPRN_DBCR0, dbcr0);
	if (v->host_critical) {
		v->host_critical = false;
		vectors_critical(v->host_critical_ivor);
	}
	mtmsr(msr);
	local_irq_enable();
	return result;
}

static bool interrupted(const struct vcpu *v)
{
	return signal_pending(current) || immediate_exit(v);
}

int run(struct vcpu *v)
{
	struct core440 *c = &v->core;
	enum core440_result result = CORE440_NEXT;
	int ret = 0;

	load(v);
	if (v->completing)
		result = answer(v);
	else if (asks_again(c))
		result = CORE440_EXIT;
	for (;;) {
		while (result == CORE440_EXIT && signalled(v))
			result = core440_complete(c);
		if (result == CORE440_EXIT || debug_ended(v)) {
			ret = hand_out(v);
			break;
		}
		if (interrupted(v)) {
			v->run->exit_reason = KVM_EXIT_INTR;
			ret = -EINTR;
			break;
		}
		if (need_resched()) {
			put(v);
			cond_resched();
			load(v);
		}
		core440_atomic_andnot(&c->pending, CORE440_PENDING_KICK);
		if (v->timer_stale)
			timer_arm(v);
		if (core440_attention(c)) {
			result = deliver(v);
			if (result == CORE440_EXIT)
				continue;
			if (v->timer_stale)
				timer_arm(v);
		}
		if (core440_waiting(c)) {
			stats_wait(v);
			put(v);
			wait_event_interruptible(v->wait, !core440_waiting(c) ||
								  core440_attention(c) ||
								  immediate_exit(v));
			load(v);
			continue;
		}
		result = stay(v);
		if (v->kind == LEAVE_HOST && is_halted(v)) {
			system_event(v->run, KVM_SYSTEM_EVENT_SHUTDOWN, KVM440_EVENT_HALTED);
			break;
		}
	}
	put(v);
	((struct kvm440_run *)((char *)v->run + KVM440_RUN_OFFSET))->pc = c->pc;
	return ret;
}
