/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A guest from outside: made, started, asked, looked at, reaped. What its threads do stands in
 * guest-run.c (vCPU) and guest-io.c; guest-machine.c puts together what they run.
 */
#include "guest-internal.h"

#include "backend/chardev.h"
#include "backend/loop.h"
#include "guest-machine.h"
#include "util/cleanup.h"
#include "util/error.h"
#include "util/text.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "core440.h"

static const char *const state_names[GUEST_STATES] = {
	[GUEST_STOPPED] = "stopped", [GUEST_STARTING] = "starting", [GUEST_RUNNING] = "running",
	[GUEST_PAUSED] = "paused",   [GUEST_HALTED] = "halted",	    [GUEST_STOPPING] = "stopping",
	[GUEST_CRASHED] = "crashed",
};

static const char *const cause_names[GUEST_CAUSES] = {
	[GUEST_CAUSE_NONE] = "none",
	[GUEST_CAUSE_START] = "start",
	[GUEST_CAUSE_GUEST_POWEROFF] = "guest-poweroff",
	[GUEST_CAUSE_GUEST_REBOOT] = "guest-reboot",
	[GUEST_CAUSE_GUEST_PANIC] = "guest-panic",
	[GUEST_CAUSE_GUEST_HALT] = "guest-halt",
	[GUEST_CAUSE_STOP] = "stop",
	[GUEST_CAUSE_KILL] = "kill",
	[GUEST_CAUSE_PAUSE] = "pause",
	[GUEST_CAUSE_RESUME] = "resume",
	[GUEST_CAUSE_REBOOT] = "reboot",
	[GUEST_CAUSE_WATCHDOG] = "watchdog",
	[GUEST_CAUSE_CHECKSTOP] = "checkstop",
	[GUEST_CAUSE_ENGINE_ERROR] = "engine-error",
	[GUEST_CAUSE_START_FAILED] = "start-failed",
	[GUEST_CAUSE_BAD_BOOT_FILE] = "bad-boot-file",
};

const char *guest_state_name(enum guest_state s)
{
	return s < GUEST_STATES ? state_names[s] : "unknown";
}

const char *guest_cause_name(enum guest_cause c)
{
	return c < GUEST_CAUSES ? cause_names[c] : "unknown";
}

static bool ended(const struct guest *g)
{
	return g->info.state == GUEST_STOPPED || g->info.state == GUEST_CRASHED;
}

int guest_new(struct guest **ret, const struct guest_def *def, const struct guest_events *events,
	      struct error **err)
{
	struct guest *g = calloc(1, sizeof(*g));
	pthread_condattr_t attr;
	int r;

	if (!g)
		return error_set(err, ENOMEM, "out of memory");
	g->def = def;
	g->events = *events;
	pthread_mutex_init(&g->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&g->changed, &attr);
	pthread_condattr_destroy(&attr);
	r = guest_io_init(g, err);
	if (r < 0)
		guest_free(g);
	else
		*ret = g;
	return r;
}

struct guest *guest_free(struct guest *g)
{
	if (!g)
		return NULL;
	guest_request_kill(g, GUEST_CAUSE_KILL, NULL);
	pthread_mutex_lock(&g->lock);
	while (!ended(g) || g->reporting)
		pthread_cond_wait(&g->changed, &g->lock);
	pthread_mutex_unlock(&g->lock);
	guest_reap(g);
	guest_io_deinit(g);
	pthread_cond_destroy(&g->changed);
	pthread_mutex_destroy(&g->lock);
	free(g);
	return NULL;
}

/* What the guest does to itself: called by its devices, the device lock held. */

static void want(struct guest *g, unsigned int what)
{
	pthread_mutex_lock(&g->lock);
	g->wanted |= what;
	pthread_cond_broadcast(&g->changed);
	if (g->machine)
		vcpu_request_stop(&g->machine->vcpu);
	pthread_mutex_unlock(&g->lock);
}

static void on_poweroff(void *self)
{
	want(self, WANT_POWEROFF);
}

static void on_reboot(void *self)
{
	want(self, WANT_GUEST_REBOOT);
}

static void on_panic(void *self)
{
	want(self, WANT_PANIC);
}

/* Starting. */

static bool killed(struct guest *g)
{
	bool r;

	pthread_mutex_lock(&g->lock);
	r = g->wanted & WANT_KILL;
	pthread_mutex_unlock(&g->lock);
	return r;
}

/* The guest becomes STARTING, if it can. -EAGAIN: it has ended meanwhile, and is to be reaped
 * first. */
static int begin(struct guest *g, struct error **err)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	guest_lock(g);
	while (g->reaping)
		pthread_cond_wait(&g->changed, &g->lock);
	if (!ended(g)) {
		error_set(err, EALREADY, "guest '%s' is %s already", g->def->name,
			  guest_state_name(g->info.state));
		pthread_mutex_unlock(&g->lock);
		return -EALREADY;
	}
	if (g->phase == PHASE_ENDED) {
		pthread_mutex_unlock(&g->lock);
		return -EAGAIN;
	}
	g->wanted = 0;
	g->pausing = false;
	g->phase = PHASE_NONE;
	g->vcpu_cpu_ns = 0;
	g->io_cpu_base = guest_io_cpu(g);
	g->stats = (struct engine_stats){ 0 };
	g->reboot_paid = 0;
	g->info.reboots = 0;
	g->info.engine = NULL;
	g->info.started_usec = (uint64_t)now.tv_sec * 1000000u + (uint64_t)now.tv_nsec / 1000u;
	chardev_mark(g->console);
	guest_set_state(g, GUEST_STARTING, GUEST_CAUSE_START, NULL);
	pthread_mutex_unlock(&g->lock);
	guest_deliver(g);
	return 0;
}

enum guest_cause guest_boot_cause(int r)
{
	return r == -ENOMEM ? GUEST_CAUSE_START_FAILED : GUEST_CAUSE_BAD_BOOT_FILE;
}

/* A guest that is a hundred times slower than it could be should not be so in silence. */
static void say_passed_over(struct guest *g, const struct machine *m)
{
	char text[200];

	if (!m->passed_over)
		return;
	snprintf(text, sizeof(text), "engine %s: %s", m->engine->name,
		 error_message(m->passed_over));
	guest_say(g, text);
}

/* On failure *ret_cause is why, unless it was a kill. */
static int build(struct guest *g, const struct guest_files *files, struct machine **ret,
		 enum guest_cause *ret_cause, struct error **err)
{
	const struct machine_config config = {
		.def = g->def,
		.files = files,
		.loop = g->loop,
		.console = g->console,
		.events = { on_poweroff, on_reboot, on_panic, g },
		.unclaimed = guest_unclaimed,
		.self = g,
	};
	int r;

	r = chardev_set_log(g->console, files->console_log, err);
	if (r >= 0)
		r = machine_new(ret, &config, err);
	if (r >= 0)
		say_passed_over(g, *ret);
	*ret_cause = GUEST_CAUSE_START_FAILED;
	if (r >= 0) {
		r = machine_boot(*ret, NULL, err);
		*ret_cause = guest_boot_cause(r);
	}
	if (r >= 0 && killed(g))
		r = error_set(err, ECANCELED, "guest '%s' was killed while it started",
			      g->def->name);
	return r;
}

/* From here on the machine is the thread's. */
static int launch(struct guest *g, struct machine *m, struct error **err)
{
	int r;

	guest_lock(g);
	g->machine = m;
	g->phase = PHASE_BUSY;
	/* It waits for the end of STARTING. */
	r = guest_thread(g, &g->vcpu_thread, guest_vcpu_main, "cpu0", err);
	if (r < 0) {
		g->machine = NULL;
		g->phase = PHASE_NONE;
	} else {
		g->info.engine = m->engine->name;
		guest_set_state(g, GUEST_RUNNING, GUEST_CAUSE_START, NULL);
	}
	pthread_mutex_unlock(&g->lock);
	return r;
}

/* A start that failed is its caller's to report. */
static void fail(struct guest *g, int r, enum guest_cause cause, const char *why)
{
	bool kill = r == -ECANCELED;

	pthread_mutex_lock(&g->lock);
	g->info.state = kill ? GUEST_STOPPED : GUEST_CRASHED;
	g->info.cause = kill ? g->kill_cause : cause;
	snprintf(g->info.detail, sizeof(g->info.detail), "%s", why);
	text_one_line(g->info.detail);
	pthread_cond_broadcast(&g->changed);
	pthread_mutex_unlock(&g->lock);
}

int guest_start(struct guest *g, const struct guest_files *files, struct error **err)
{
	_cleanup_(error_freep)
	struct error *why = NULL;
	enum guest_cause cause = GUEST_CAUSE_START_FAILED;
	struct machine *m = NULL;
	int r;

	do {
		guest_reap(g);
		r = begin(g, err);
	} while (r == -EAGAIN);
	if (r < 0)
		return r;
	r = guest_io_hold(g, &why);
	if (r >= 0) {
		r = build(g, files, &m, &cause, &why);
		if (r >= 0) {
			cause = GUEST_CAUSE_START_FAILED;
			r = launch(g, m, &why);
		}
		if (r < 0) {
			machine_free(m);
			guest_io_release(g);
		}
	}
	if (r < 0) {
		fail(g, r, cause, error_message(why));
		return error_set(err, -r, "%s", error_message(why));
	}
	guest_deliver(g);
	return 0;
}

void guest_reap(struct guest *g)
{
	pthread_mutex_lock(&g->lock);
	if (!ended(g) || g->phase != PHASE_ENDED || g->reaping) {
		pthread_mutex_unlock(&g->lock);
		return;
	}
	g->reaping = true;
	g->phase = PHASE_NONE;
	pthread_mutex_unlock(&g->lock);
	pthread_join(g->vcpu_thread, NULL);
	guest_io_release(g);
	pthread_mutex_lock(&g->lock);
	g->reaping = false;
	pthread_cond_broadcast(&g->changed);
	pthread_mutex_unlock(&g->lock);
}

/* Requests. Of one that comes while the machine is freed nobody takes notice any more. */

#define STATE(s) (1u << (s))
#define STATES_ALIVE                                                                               \
	(STATE(GUEST_STARTING) | STATE(GUEST_RUNNING) | STATE(GUEST_PAUSED) |                      \
	 STATE(GUEST_HALTED) | STATE(GUEST_STOPPING))

/* Under lock: whether the guest is in one of @states. */
static int check_state(struct guest *g, unsigned int states, const char *what, struct error **err)
{
	if (states & STATE(g->info.state))
		return 0;
	if (ended(g))
		return error_set(err, ESRCH, "guest '%s' is not running: it is %s", g->def->name,
				 guest_state_name(g->info.state));
	return error_set(err, EBUSY, "guest '%s' cannot be %s while it is %s", g->def->name, what,
			 guest_state_name(g->info.state));
}

int guest_request_kill(struct guest *g, enum guest_cause cause, struct error **err)
{
	int r;

	pthread_mutex_lock(&g->lock);
	r = check_state(g, STATES_ALIVE, "killed", err);
	if (r >= 0 && !(g->wanted & WANT_KILL)) {
		g->wanted |= WANT_KILL;
		g->kill_cause = cause;
		pthread_cond_broadcast(&g->changed);
		if (g->machine)
			vcpu_request_stop(&g->machine->vcpu);
	}
	pthread_mutex_unlock(&g->lock);
	return r;
}

int guest_request_stop(struct guest *g, struct error **err)
{
	int r;

	guest_lock(g);
	r = check_state(g, STATES_ALIVE & ~STATE(GUEST_STARTING), "stopped", err);
	if (r >= 0 && g->info.state != GUEST_STOPPING) {
		g->pausing = false;
		guest_set_state(g, GUEST_STOPPING, GUEST_CAUSE_STOP, NULL);
	}
	pthread_mutex_unlock(&g->lock);
	guest_deliver(g);
	return r;
}

int guest_request_reboot(struct guest *g, struct error **err)
{
	int r;

	pthread_mutex_lock(&g->lock);
	r = check_state(g, STATE(GUEST_RUNNING) | STATE(GUEST_HALTED), "rebooted", err);
	if (r >= 0) {
		g->wanted |= WANT_REBOOT;
		pthread_cond_broadcast(&g->changed);
		if (g->machine)
			vcpu_request_stop(&g->machine->vcpu);
	}
	pthread_mutex_unlock(&g->lock);
	return r;
}

int guest_request_pause(struct guest *g, struct error **err)
{
	int r;

	pthread_mutex_lock(&g->lock);
	r = check_state(g, STATE(GUEST_RUNNING), "paused", err);
	if (r >= 0 && !g->pausing) {
		g->pausing = true;
		if (g->machine)
			vcpu_request_pause(&g->machine->vcpu);
		loop_event_set(g->pause_event);
	}
	pthread_mutex_unlock(&g->lock);
	return r;
}

int guest_request_resume(struct guest *g, struct error **err)
{
	int r;

	guest_lock(g);
	r = check_state(g, STATE(GUEST_PAUSED), "resumed", err);
	if (r >= 0) {
		if (g->machine)
			vcpu_request_resume(&g->machine->vcpu);
		guest_set_state(g, GUEST_RUNNING, GUEST_CAUSE_RESUME, NULL);
	}
	pthread_mutex_unlock(&g->lock);
	guest_deliver(g);
	return r;
}

/* Looking. */

/* Under lock. */
static void fill_info(struct guest *g, struct guest_info *ret)
{
	bool runs = g->phase != PHASE_NONE && g->phase != PHASE_ENDED;

	*ret = g->info;
	ret->cpu_ns = runs ? guest_thread_cpu(g->vcpu_thread) : g->vcpu_cpu_ns;
	ret->cpu_ns += guest_io_cpu(g) - g->io_cpu_base;
	ret->stats = g->stats;
	if (g->machine)
		g->machine->engine->vcpu_get_stats(g->machine->vcpu.handle, &ret->stats);
}

void guest_get_info(struct guest *g, struct guest_info *ret)
{
	pthread_mutex_lock(&g->lock);
	fill_info(g, ret);
	pthread_mutex_unlock(&g->lock);
}

struct snapshot {
	uint8_t bytes[CORE440_STATE_MAX];
	size_t len;
	int r;
};

static void take_snapshot(struct vcpu *v, void *arg)
{
	struct snapshot *s = arg;

	s->r = v->engine->vcpu_get_state(v->handle, s->bytes, sizeof(s->bytes), &s->len);
}

/* On the vCPU's thread if it runs; here, while the lock keeps it where it is, if not. */
static void snapshot(struct guest *g, struct machine *m, struct snapshot *s)
{
	bool there = false;

	while (!there && vcpu_call(&m->vcpu, take_snapshot, s) == -ESRCH) {
		pthread_mutex_lock(&g->lock);
		while (g->phase == PHASE_BUSY)
			pthread_cond_wait(&g->changed, &g->lock);
		there = g->phase != PHASE_LOOP;
		if (there)
			take_snapshot(&m->vcpu, s);
		pthread_mutex_unlock(&g->lock);
	}
}

int guest_dump(struct guest *g, char **ret_json, struct error **err)
{
	_cleanup_(freep)
	struct snapshot *s = calloc(1, sizeof(*s));
	struct guest_info info;
	struct machine *m;
	char *json = NULL;
	int r = 0;

	if (!s)
		return error_set(err, ENOMEM, "out of memory");
	pthread_mutex_lock(&g->lock);
	m = g->machine;
	if (m)
		g->users++;
	else
		r = error_set(
			err, ESRCH, "guest '%s' has no machine to look at: it is %s", g->def->name,
			g->phase == PHASE_ENDED && !ended(g) ? "ending"
							     : guest_state_name(g->info.state));
	pthread_mutex_unlock(&g->lock);
	if (!m)
		return r;
	snapshot(g, m, s);
	pthread_mutex_lock(&g->lock);
	fill_info(g, &info);
	pthread_mutex_unlock(&g->lock);
	if (s->r < 0)
		r = error_set(err, -s->r, "the state of guest '%s' cannot be read: %s",
			      g->def->name, strerror(-s->r));
	else if (!(json = guest_state_json(&info, g->def->name, m->type->cpu,
					   __atomic_load_n(&m->inputs, __ATOMIC_RELAXED), s->bytes,
					   s->len)))
		r = error_set(err, EBADMSG, "the state of guest '%s' cannot be read", g->def->name);
	else
		*ret_json = json;
	pthread_mutex_lock(&g->lock);
	g->users--;
	pthread_cond_broadcast(&g->changed);
	pthread_mutex_unlock(&g->lock);
	return r;
}
