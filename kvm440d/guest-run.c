/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The vCPU's thread: runs the vCPU, and decides what follows each time it ended. */
#include "guest-internal.h"

#include "backend/chardev.h"
#include "backend/loop.h"
#include "guest-machine.h"
#include "util/cleanup.h"
#include "util/error.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <time.h>

/* A guest that resets itself without end gets so many restarts at once, then one per this time. */
#define REBOOT_BURST	 5
#define REBOOT_PERIOD_NS UINT64_C(1000000000)

enum step { STEP_RUN, STEP_IDLE, STEP_REBOOT, STEP_END };

/* What follows: for REBOOT the cause, for END also the state. */
struct decision {
	enum step step;
	enum guest_state state;
	enum guest_cause cause;
	char detail[256];
};

static struct decision end_as(enum guest_state state, enum guest_cause cause)
{
	return (struct decision){ .step = STEP_END, .state = state, .cause = cause };
}

static struct decision reboot_as(enum guest_cause cause)
{
	return (struct decision){ .step = STEP_REBOOT, .cause = cause };
}

/* The guest reset itself, or its watchdog did. */
static struct decision decide_reset(const struct guest *g, const struct engine_exit *reset)
{
	bool watchdog = reset && reset->by_watchdog;
	enum guest_cause cause = watchdog ? GUEST_CAUSE_WATCHDOG : GUEST_CAUSE_GUEST_REBOOT;
	struct decision d;

	if (g->info.state == GUEST_STOPPING) {
		d = end_as(GUEST_STOPPED, GUEST_CAUSE_STOP);
		snprintf(d.detail, sizeof(d.detail),
			 "the guest reset itself instead of powering off");
		return d;
	}
	if (g->def->on_reboot == GUEST_ACTION_RESTART)
		return reboot_as(cause);
	if (!watchdog)
		return end_as(GUEST_STOPPED, cause);
	d = end_as(GUEST_CRASHED, cause);
	snprintf(d.detail, sizeof(d.detail), "the watchdog reset the guest at pc 0x%08" PRIx32,
		 reset->pc);
	return d;
}

static struct decision decide_panic(const struct guest *g)
{
	struct decision d;

	if (g->def->on_panic == GUEST_ACTION_RESTART)
		return reboot_as(GUEST_CAUSE_GUEST_PANIC);
	d = end_as(GUEST_CRASHED, GUEST_CAUSE_GUEST_PANIC);
	snprintf(d.detail, sizeof(d.detail), "the guest's kernel panicked: its console has more");
	return d;
}

/* Nothing was wanted: what the vCPU itself says. */
static struct decision decide_end(const struct guest *g, enum vcpu_end end,
				  const struct engine_exit *last)
{
	struct decision d = { .step = STEP_RUN };

	switch (end) {
	case VCPU_END_STOPPED: break;
	case VCPU_END_RESET: return decide_reset(g, last);
	case VCPU_END_HALTED:
		d = end_as(GUEST_STOPPED, GUEST_CAUSE_STOP);
		if (g->info.state != GUEST_STOPPING)
			d = (struct decision){ .step = STEP_IDLE };
		snprintf(d.detail, sizeof(d.detail),
			 "branches to itself with all interrupts off at pc 0x%08" PRIx32, last->pc);
		break;
	case VCPU_END_CHECKSTOP:
		d = end_as(GUEST_CRASHED, GUEST_CAUSE_CHECKSTOP);
		snprintf(d.detail, sizeof(d.detail),
			 "checkstop at pc 0x%08" PRIx32 ": a machine check that cannot be taken",
			 last->pc);
		break;
	case VCPU_END_ERROR:
		d = end_as(GUEST_CRASHED, GUEST_CAUSE_ENGINE_ERROR);
		snprintf(d.detail, sizeof(d.detail),
			 "the engine cannot go on at pc 0x%08" PRIx32 ": %s", last->pc,
			 last->error_text ? last->error_text : "no reason given");
		break;
	}
	return d;
}

/* Under lock. */
static struct decision decide(struct guest *g, enum vcpu_end end)
{
	const struct engine_exit *last = &g->machine->vcpu.last;
	unsigned int wanted = g->wanted;

	g->wanted = 0;
	if (wanted & WANT_KILL)
		return end_as(GUEST_STOPPED, g->kill_cause);
	if (wanted & WANT_POWEROFF)
		return end_as(GUEST_STOPPED, GUEST_CAUSE_GUEST_POWEROFF);
	if (wanted & WANT_PANIC)
		return decide_panic(g);
	if (wanted & WANT_GUEST_REBOOT)
		return decide_reset(g, NULL);
	if (wanted & WANT_REBOOT)
		return reboot_as(GUEST_CAUSE_REBOOT);
	return decide_end(g, end, last);
}

/*
 * A bound on what a guest in a loop of resets costs its host. Under lock; a kill ends the wait.
 * Whether this is the first of a row that had to wait.
 */
static bool wait_for_credit(struct guest *g)
{
	struct timespec until;
	uint64_t now = loop_now(), at;
	bool first;

	if (g->reboot_paid < now)
		g->reboot_paid = now;
	g->reboot_paid += REBOOT_PERIOD_NS;
	if (g->reboot_paid <= now + REBOOT_BURST * REBOOT_PERIOD_NS) {
		g->reboot_held = false;
		return false;
	}
	first = !g->reboot_held;
	g->reboot_held = true;
	at = g->reboot_paid - REBOOT_BURST * REBOOT_PERIOD_NS;
	until.tv_sec = (time_t)(at / 1000000000u);
	until.tv_nsec = (long)(at % 1000000000u);
	while (!(g->wanted & WANT_KILL))
		if (pthread_cond_timedwait(&g->changed, &g->lock, &until) == ETIMEDOUT)
			break;
	return first;
}

/* Under lock, which is dropped meanwhile. */
static struct decision reboot(struct guest *g, struct decision d, enum vcpu_end end)
{
	enum guest_cause cause = GUEST_CAUSE_START_FAILED;
	struct machine *m = g->machine;
	struct error *err = NULL;
	bool held;
	int r;

	held = wait_for_credit(g);
	pthread_mutex_unlock(&g->lock);
	if (held)
		guest_say(g, "it resets itself over and over: restarted once a second from now on");
	r = machine_reset(m, &err);
	chardev_mark(g->console);
	if (r >= 0) {
		r = machine_boot(m, end == VCPU_END_RESET ? &m->vcpu.last : NULL, &err);
		cause = guest_boot_cause(r);
	}
	guest_lock(g);
	if (r < 0) {
		d = end_as(GUEST_CRASHED, cause);
		snprintf(d.detail, sizeof(d.detail), "%s", error_message(err));
	} else {
		g->info.reboots++;
		guest_set_state(g, GUEST_RUNNING, d.cause, NULL);
		d.step = STEP_RUN;
		pthread_mutex_unlock(&g->lock);
		guest_deliver(g);
		guest_lock(g);
	}
	error_free(err);
	return d;
}

/* Sleeps until somebody wants something of a guest that will never go on. Under lock. */
static void idle(struct guest *g, const struct decision *d)
{
	guest_set_state(g, GUEST_HALTED, GUEST_CAUSE_GUEST_HALT, d->detail);
	g->pausing = false;
	g->phase = PHASE_IDLE;
	pthread_cond_broadcast(&g->changed);
	pthread_mutex_unlock(&g->lock);
	guest_deliver(g);
	guest_lock(g);
	while (!g->wanted)
		pthread_cond_wait(&g->changed, &g->lock);
	g->phase = PHASE_BUSY;
}

/* Under lock, which is dropped meanwhile. */
static enum vcpu_end run(struct guest *g)
{
	enum vcpu_end end;

	vcpu_ready(&g->machine->vcpu);
	g->phase = PHASE_LOOP;
	if (g->pausing)
		loop_event_set(g->pause_event);
	pthread_cond_broadcast(&g->changed);
	pthread_mutex_unlock(&g->lock);
	guest_deliver(g);
	end = vcpu_loop(&g->machine->vcpu);
	guest_lock(g);
	g->phase = PHASE_BUSY;
	return end;
}

/*
 * To free a large memory takes long (1 GB: 0.2 s), so it is this thread that does it and nobody who
 * waits for the guest's end; and the guest has not ended before.
 */
static void free_machine(struct guest *g)
{
	struct machine *m;

	pthread_mutex_lock(&g->lock);
	g->vcpu_cpu_ns = guest_thread_cpu(pthread_self());
	g->phase = PHASE_ENDED;
	pthread_cond_broadcast(&g->changed);
	while (g->users)
		pthread_cond_wait(&g->changed, &g->lock);
	m = TAKE_PTR(g->machine);
	m->engine->vcpu_get_stats(m->vcpu.handle, &g->stats);
	pthread_mutex_unlock(&g->lock);
	machine_free(m);
}

void *guest_vcpu_main(void *self)
{
	struct guest *g = self;
	enum vcpu_end end = VCPU_END_STOPPED;
	struct decision d;

	pthread_mutex_lock(&g->lock);
	while (g->info.state == GUEST_STARTING)
		pthread_cond_wait(&g->changed, &g->lock);
	for (;;) {
		d = decide(g, end);
		if (d.step == STEP_REBOOT)
			d = reboot(g, d, end);
		end = VCPU_END_STOPPED;
		if (d.step == STEP_END)
			break;
		if (d.step == STEP_IDLE)
			idle(g, &d);
		else if (!g->wanted)
			end = run(g);
	}
	pthread_mutex_unlock(&g->lock);
	guest_unclaimed_end(g);
	free_machine(g);
	guest_lock(g);
	g->pausing = false;
	guest_set_state(g, d.state, d.cause, d.detail);
	pthread_cond_broadcast(&g->changed);
	pthread_mutex_unlock(&g->lock);
	guest_deliver(g);
	return NULL;
}

static void nothing(struct vcpu *v, void *arg)
{
	(void)v;
	(void)arg;
}

/* When the vCPU's thread has served a call after the request to pause, it runs no more
 * instructions. */
void guest_on_pause(void *self)
{
	struct guest *g = self;
	struct machine *m;
	int r;

	pthread_mutex_lock(&g->lock);
	m = g->pausing ? g->machine : NULL;
	if (m)
		g->users++;
	pthread_mutex_unlock(&g->lock);
	if (!m)
		return;
	r = vcpu_call(&m->vcpu, nothing, NULL);
	guest_lock(g);
	g->users--;
	/* Refused between two runs: the next one brings the event again. */
	if (r == 0 && g->pausing && g->info.state == GUEST_RUNNING) {
		g->pausing = false;
		guest_set_state(g, GUEST_PAUSED, GUEST_CAUSE_PAUSE, NULL);
	}
	pthread_cond_broadcast(&g->changed);
	pthread_mutex_unlock(&g->lock);
	guest_deliver(g);
}
