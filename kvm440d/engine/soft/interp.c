/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The interpreter behind the engine's table: its machine, its vCPU, and the outer loop. */
#include "interp.h"

#include "soft.h"

#include "util/error.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int interp_available(struct error **err)
{
	(void)err;
	return 0;
}

static int interp_vm_new(struct engine_vm **ret, struct error **err)
{
	struct engine_vm *vm = calloc(1, sizeof(*vm));

	if (!vm)
		return error_set(err, ENOMEM, "no memory for a virtual machine");
	pthread_mutex_init(&vm->lock, NULL);
	*ret = vm;
	return 0;
}

static struct engine_vm *interp_vm_free(struct engine_vm *vm)
{
	if (!vm)
		return NULL;
	for (unsigned int i = 0; i < vm->n_regions; i++) {
		free(vm->regions[i].flags);
		free(vm->regions[i].code);
	}
	pthread_mutex_destroy(&vm->lock);
	free(vm);
	return NULL;
}

/* What the core asks of the engine. */

static void context_changed(struct core440 *c)
{
	soft_contexts(vcpu_of(c));
}

/* The inner loop knows nothing of debug events and CCR0[FLSTA]: it ends when they come or go. */
static void mode_changed(struct core440 *c)
{
	struct engine_vcpu *v = vcpu_of(c);
	bool exact = c->ccr0 & CCR0_FLSTA;

	if (exact != v->exact) {
		v->exact = exact;
		soft_shadow_flush(v);
	}
	if (core440_debug_active(c))
		core440_atomic_or(&c->pending, CORE440_PENDING_KICK);
}

/* Decoded code follows every write to memory, so there is nothing to invalidate. */
static void icache_invalidate(struct core440 *c, uint64_t ra, bool all)
{
	(void)c;
	(void)ra;
	(void)all;
}

/* Floating-point registers live in the core's state. */
static void fp_spill(struct core440 *c)
{
	(void)c;
}

static const struct core440_ops ops = {
	.mem_read = soft_mem_read,
	.mem_write = soft_mem_write,
	.tlb_drop = soft_tlb_drop,
	.context_changed = context_changed,
	.mode_changed = mode_changed,
	.icache_invalidate = icache_invalidate,
	.ticks = soft_ticks,
	.timer_changed = soft_timer_changed,
	.fp_spill = fp_spill,
};

static struct engine_vcpu *interp_vcpu_free(struct engine_vcpu *v)
{
	if (!v)
		return NULL;
	pthread_mutex_lock(&v->vm->lock);
	if (v->vm->vcpu == v)
		v->vm->vcpu = NULL;
	pthread_mutex_unlock(&v->vm->lock);
	/* What the regions know of code goes with its pages. */
	if (v->page_ring)
		soft_code_flush(v);
	soft_code_deinit(v);
	soft_clock_deinit(v);
	free(v);
	return NULL;
}

static int interp_vcpu_new(struct engine_vcpu **ret, struct engine_vm *vm,
			   const struct engine_vcpu_config *config, struct error **err)
{
	int model = core440_model_find(config->cpu), r;
	struct engine_vcpu *v;

	if (model < 0)
		return error_set(err, EINVAL, "there is no processor '%.32s'", config->cpu);
	if (config->timebase_hz < 1000000 || config->timebase_hz > 2000000000)
		return error_set(err, EINVAL, "a time base of %u Hz is not between 1 MHz and 2 GHz",
				 config->timebase_hz);
	if (vm->vcpu)
		return error_set(err, EBUSY, "the machine has its processor already");
	v = calloc(1, sizeof(*v));
	if (!v)
		return error_set(err, ENOMEM, "no memory for a processor");
	v->vm = vm;
	v->wake_fd = -1;
	r = soft_code_init(v);
	if (r >= 0)
		r = soft_clock_init(v, config->timebase_hz);
	if (r < 0) {
		interp_vcpu_free(v);
		return error_set(err, -r, "cannot set up a processor: %s", strerror(-r));
	}
	soft_shadow_flush(v);
	core440_init(&v->core, (unsigned int)model, &ops);
	soft_contexts(v);
	pthread_mutex_lock(&vm->lock);
	vm->vcpu = v;
	pthread_mutex_unlock(&vm->lock);
	*ret = v;
	return 0;
}

/* What the core wants of the outside, as the engine's exit. */
static void hand_out(struct engine_vcpu *v, struct engine_exit *e)
{
	const struct core440_exit *x = &v->core.exit;

	switch (x->kind) {
	case CORE440_EXIT_MMIO:
	case CORE440_EXIT_DCR:
		e->kind = x->kind == CORE440_EXIT_MMIO ? ENGINE_EXIT_MMIO : ENGINE_EXIT_DCR;
		e->write = x->write;
		e->len = x->len;
		e->addr = x->addr;
		e->value = x->value;
		v->completing = true;
		break;
	case CORE440_EXIT_RESET:
		e->kind = ENGINE_EXIT_RESET;
		e->reset = x->reset;
		e->by_watchdog = x->by_watchdog;
		break;
	case CORE440_EXIT_CHECKSTOP: e->kind = ENGINE_EXIT_CHECKSTOP; break;
	case CORE440_EXIT_NONE:
		e->kind = ENGINE_EXIT_ERROR;
		e->error_text = "the core left without saying why";
		break;
	}
}

/* Gives the answer of the last access back to the core. False when that led to the next exit. */
static bool complete(struct engine_vcpu *v, struct engine_exit *e)
{
	struct core440 *c = &v->core;

	if (v->completing) {
		v->completing = false;
		c->exit.failed = e->failed;
		c->exit.value = e->value;
		return core440_complete(c) != CORE440_EXIT;
	}
	/* A state that was saved between an access and its answer: ask again. */
	return c->exit.kind != CORE440_EXIT_MMIO && c->exit.kind != CORE440_EXIT_DCR;
}

static void count_interrupts(struct engine_vcpu *v)
{
	uint32_t taken = v->core.taken;

	if (taken != v->taken_seen)
		count_add(&v->counts.interrupts, taken - v->taken_seen);
	v->taken_seen = taken;
}

/* Until something has to be done outside; e->kind says what. */
static void run(struct engine_vcpu *v, struct engine_exit *e)
{
	struct core440 *c = &v->core;
	enum exec_result result;

	for (;;) {
		core440_atomic_andnot(&c->pending, CORE440_PENDING_KICK);
		soft_drop_posted(v);
		if (__atomic_exchange_n(&v->kicked, 0, __ATOMIC_SEQ_CST)) {
			e->kind = ENGINE_EXIT_INTERRUPTED;
			return;
		}
		count_interrupts(v);
		soft_clock_poll(v);
		switch (core440_deliver_pending(c)) {
		case CORE440_EXIT: hand_out(v, e); return;
		case CORE440_JUMP: soft_clock_poll(v); break;
		default: break;
		}
		if (core440_waiting(c)) {
			soft_clock_sleep(v);
			continue;
		}
		result = core440_debug_active(c) ? soft_step(v) : soft_exec(v, NULL);
		if (result == EXEC_STEP)
			result = soft_step(v);
		if (result == EXEC_EXIT) {
			hand_out(v, e);
			return;
		}
		if (result != EXEC_SPIN)
			continue;
		if (core440_deaf(c, __atomic_load_n(&v->critical_off, __ATOMIC_RELAXED))) {
			e->kind = ENGINE_EXIT_HALTED;
			return;
		}
		soft_clock_sleep(v);
	}
}

static void interp_vcpu_run(struct engine_vcpu *v, struct engine_exit *e)
{
	if (complete(v, e))
		run(v, e);
	else
		hand_out(v, e);
	e->failed = false;
	e->pc = v->core.pc;
	count_add(&v->counts.exits[e->kind], 1);
	count_interrupts(v);
}

static void interp_vcpu_kick(struct engine_vcpu *v)
{
	__atomic_store_n(&v->kicked, 1, __ATOMIC_SEQ_CST);
	core440_atomic_or(&v->core.pending, CORE440_PENDING_KICK);
	soft_wake(v);
}

static void interp_vcpu_set_input(struct engine_vcpu *v, enum engine_input input, bool level)
{
	static const uint32_t bits[] = {
		[ENGINE_INPUT_EXTERNAL] = CORE440_PENDING_EXTERNAL,
		[ENGINE_INPUT_CRITICAL] = CORE440_PENDING_CRITICAL,
		[ENGINE_INPUT_MCHECK] = CORE440_PENDING_MCHECK,
	};

	if (input == ENGINE_INPUT_CRITICAL_OFF) {
		__atomic_store_n(&v->critical_off, level, __ATOMIC_RELAXED);
		return;
	}
	if (!level) {
		if (input != ENGINE_INPUT_MCHECK)
			core440_atomic_andnot(&v->core.pending, bits[input]);
		return;
	}
	core440_atomic_or(&v->core.pending, bits[input]);
	soft_wake(v);
}

static int interp_vcpu_get_state(struct engine_vcpu *v, void *buf, size_t size, size_t *ret_len)
{
	int r = core440_save(&v->core, buf, size, ret_len);

	if (r < 0)
		return -ENOSPC;
	*ret_len = (size_t)r;
	return 0;
}

static int interp_vcpu_set_state(struct engine_vcpu *v, const void *buf, size_t len,
				 struct error **err)
{
	if (core440_load(&v->core, buf, len) < 0)
		return error_set(err, EINVAL, "the processor's state is not valid");
	v->completing = false;
	v->limit = 0;
	soft_contexts(v);
	soft_shadow_flush(v);
	return 0;
}

static void interp_vcpu_get_stats(struct engine_vcpu *v, struct engine_stats *ret)
{
	const struct counts *c = &v->counts;

	*ret = (struct engine_stats){
		.instructions = count_read(&c->instructions),
		.interrupts = count_read(&c->interrupts),
		.tlb_misses = count_read(&c->tlb_misses),
		.pages_decoded = count_read(&c->pages_decoded),
		.pages_dropped = count_read(&c->pages_dropped),
	};
	for (unsigned int i = 0; i < ENGINE_EXIT_KINDS; i++)
		ret->exits[i] = count_read(&c->exits[i]);
}

const struct engine engine_interp = {
	.name = "interp",
	.available = interp_available,
	.vm_new = interp_vm_new,
	.vm_free = interp_vm_free,
	.vm_map = soft_vm_map,
	.vm_memory_written = soft_vm_written,
	.vcpu_new = interp_vcpu_new,
	.vcpu_free = interp_vcpu_free,
	.vcpu_run = interp_vcpu_run,
	.vcpu_kick = interp_vcpu_kick,
	.vcpu_set_input = interp_vcpu_set_input,
	.vcpu_stop_clock = soft_clock_stop,
	.vcpu_start_clock = soft_clock_start,
	.vcpu_get_state = interp_vcpu_get_state,
	.vcpu_set_state = interp_vcpu_set_state,
	.vcpu_get_stats = interp_vcpu_get_stats,
};
