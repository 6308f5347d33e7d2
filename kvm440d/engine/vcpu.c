/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The vCPU loop. A request is a bit under a lock, then a kick; the loop looks at the bits before
 * each run, and a kick that comes between that look and the run ends the run at once. So none is
 * lost.
 */
#include "vcpu.h"

#include "device/bus.h"

#include <errno.h>

enum {
	REQUEST_STOP = 1,
	REQUEST_PAUSE = 2,
	REQUEST_CALL = 4,
};

/* One vcpu_call(), on the stack of the thread that waits for it. */
struct vcpu_call {
	void (*fn)(struct vcpu *v, void *arg);
	void *arg;
	int result;
	bool done;
	struct vcpu_call *next;
};

void vcpu_init(struct vcpu *v)
{
	*v = (struct vcpu){ 0 };
	pthread_mutex_init(&v->lock, NULL);
	pthread_cond_init(&v->cond, NULL);
}

void vcpu_deinit(struct vcpu *v)
{
	pthread_cond_destroy(&v->cond);
	pthread_mutex_destroy(&v->lock);
}

/* Sets and clears bits and makes the loop look at them. */
static void request(struct vcpu *v, unsigned int set, unsigned int clear)
{
	pthread_mutex_lock(&v->lock);
	__atomic_store_n(&v->requests, (v->requests & ~clear) | set, __ATOMIC_RELEASE);
	pthread_cond_broadcast(&v->cond);
	/* Under the lock: a vCPU that has ended may be gone as soon as it is released. */
	if (!v->ended && v->handle)
		v->engine->vcpu_kick(v->handle);
	pthread_mutex_unlock(&v->lock);
}

void vcpu_request_stop(struct vcpu *v)
{
	request(v, REQUEST_STOP, 0);
}

void vcpu_request_pause(struct vcpu *v)
{
	request(v, REQUEST_PAUSE, 0);
}

void vcpu_request_resume(struct vcpu *v)
{
	request(v, 0, REQUEST_PAUSE);
}

int vcpu_call(struct vcpu *v, void (*fn)(struct vcpu *v, void *arg), void *arg)
{
	struct vcpu_call call = { .fn = fn, .arg = arg }, **last;

	pthread_mutex_lock(&v->lock);
	if (v->ended) {
		pthread_mutex_unlock(&v->lock);
		return -ESRCH;
	}
	for (last = &v->calls; *last; last = &(*last)->next)
		;
	*last = &call;
	__atomic_store_n(&v->requests, v->requests | REQUEST_CALL, __ATOMIC_RELEASE);
	pthread_cond_broadcast(&v->cond);
	if (v->handle)
		v->engine->vcpu_kick(v->handle);
	while (!call.done)
		pthread_cond_wait(&v->cond, &v->lock);
	pthread_mutex_unlock(&v->lock);
	return call.result;
}

/* Takes the calls that wait, and runs them without the lock or, when @result is not 0, refuses
 * them. */
static void serve_calls(struct vcpu *v, int result)
{
	struct vcpu_call *call, *next;

	v->requests &= ~REQUEST_CALL;
	call = v->calls;
	v->calls = NULL;
	for (; call; call = next) {
		next = call->next;
		if (!result) {
			pthread_mutex_unlock(&v->lock);
			call->fn(v, call->arg);
			pthread_mutex_lock(&v->lock);
		}
		call->result = result;
		call->done = true; /* from here on it may be gone */
	}
	pthread_cond_broadcast(&v->cond);
}

/* Obeys what was asked for, sleeping while paused. True when the loop has to stop. */
static bool serve_requests(struct vcpu *v)
{
	bool stop, clock_stopped = false;

	pthread_mutex_lock(&v->lock);
	for (;;) {
		if (v->requests & REQUEST_CALL)
			serve_calls(v, 0);
		else if (v->requests & REQUEST_STOP || !(v->requests & REQUEST_PAUSE))
			break;
		else if (!clock_stopped) {
			v->engine->vcpu_stop_clock(v->handle);
			clock_stopped = true;
		} else {
			pthread_cond_wait(&v->cond, &v->lock);
		}
	}
	stop = v->requests & REQUEST_STOP;
	v->requests &= ~REQUEST_STOP;
	pthread_mutex_unlock(&v->lock);
	if (clock_stopped)
		v->engine->vcpu_start_clock(v->handle);
	return stop;
}

/* Answers an access through one of the two buses. */
static void serve_access(struct vcpu *v, struct engine_exit *e)
{
	bool dcr = e->kind == ENGINE_EXIT_DCR;
	struct bus *bus = dcr ? v->dcr : v->mmio;
	int r;

	if (e->write)
		r = bus_write(bus, e->addr, e->len, e->value);
	else
		r = bus_read(bus, e->addr, e->len, &e->value);
	e->failed = r < 0;
	if (e->failed && v->unclaimed)
		v->unclaimed(v->self, dcr, e->write, e->addr, e->len, e->pc);
}

/* Runs the guest until something ends it. */
static enum vcpu_end run(struct vcpu *v)
{
	struct engine_exit *e = &v->last;

	for (;;) {
		if (__atomic_load_n(&v->requests, __ATOMIC_ACQUIRE) && serve_requests(v))
			return VCPU_END_STOPPED;
		v->engine->vcpu_run(v->handle, e);
		switch (e->kind) {
		case ENGINE_EXIT_MMIO:
		case ENGINE_EXIT_DCR: serve_access(v, e); break;
		case ENGINE_EXIT_INTERRUPTED:
		case ENGINE_EXIT_DEBUG: /* nobody here asks for it: run on */ break;
		case ENGINE_EXIT_HALTED: return VCPU_END_HALTED;
		case ENGINE_EXIT_RESET: return VCPU_END_RESET;
		case ENGINE_EXIT_CHECKSTOP: return VCPU_END_CHECKSTOP;
		case ENGINE_EXIT_ERROR:
		case ENGINE_EXIT_KINDS: return VCPU_END_ERROR;
		}
	}
}

void vcpu_ready(struct vcpu *v)
{
	pthread_mutex_lock(&v->lock);
	v->ended = false;
	pthread_mutex_unlock(&v->lock);
}

void vcpu_finish(struct vcpu *v)
{
	pthread_mutex_lock(&v->lock);
	v->ended = true;
	serve_calls(v, -ESRCH);
	pthread_mutex_unlock(&v->lock);
}

enum vcpu_end vcpu_loop(struct vcpu *v)
{
	enum vcpu_end end;

	vcpu_ready(v);
	end = run(v);
	vcpu_finish(v);
	return end;
}
