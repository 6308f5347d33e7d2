/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fake-guest.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/error.h"

#define MAX_GUESTS 64

struct guest {
	const struct guest_def *def;
	struct guest_events events;
	enum guest_state state;
	enum guest_cause cause;
	uint32_t reboots;
	uint64_t started;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static struct guest *guests[MAX_GUESTS];
static bool may_start;
static int reaped;
static unsigned int made;

/* state and cause are read by guest_get_info() on another thread than the worker that starts. */
static void report(struct guest *g, enum guest_state state, enum guest_cause cause,
		   const char *detail)
{
	pthread_mutex_lock(&lock);
	g->state = state;
	g->cause = cause;
	g->reboots += state == GUEST_RUNNING && cause == GUEST_CAUSE_REBOOT;
	pthread_mutex_unlock(&lock);
	g->events.state_changed(g->events.self, state, cause, detail);
}

void fake_guest_report(const char *name, enum guest_state state, enum guest_cause cause,
		       const char *detail)
{
	for (int i = 0; i < MAX_GUESTS; i++)
		if (guests[i] && strcmp(guests[i]->def->name, name) == 0) {
			report(guests[i], state, cause, detail);
			return;
		}
	abort();
}

void fake_guest_let_start(void)
{
	pthread_mutex_lock(&lock);
	may_start = true;
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&lock);
}

int fake_guest_count(void)
{
	int n = 0;

	for (int i = 0; i < MAX_GUESTS; i++)
		n += guests[i] != NULL;
	return n;
}

int fake_guest_reaped(void)
{
	return reaped;
}

static bool does(const struct guest *g, const char *word)
{
	return strstr(g->def->cmdline, word) != NULL;
}

const char *guest_state_name(enum guest_state s)
{
	static const char *const names[GUEST_STATES] = { "stopped", "starting", "running", "paused",
							 "halted",  "stopping", "crashed" };

	return names[s];
}

const char *guest_cause_name(enum guest_cause c)
{
	static char name[8];

	snprintf(name, sizeof(name), "%d", (int)c);
	return name;
}

int guest_new(struct guest **ret, const struct guest_def *def, const struct guest_events *events,
	      struct error **err)
{
	struct guest *g = calloc(1, sizeof(*g));

	if (!g)
		return error_set(err, ENOMEM, "out of memory");
	made++;
	g->def = def;
	g->events = *events;
	for (int i = 0; i < MAX_GUESTS; i++)
		if (!guests[i]) {
			guests[i] = g;
			*ret = g;
			return 0;
		}
	abort();
}

unsigned int fake_guests_made(void)
{
	return made;
}

struct guest *guest_free(struct guest *g)
{
	for (int i = 0; i < MAX_GUESTS; i++)
		if (guests[i] == g)
			guests[i] = NULL;
	free(g);
	return NULL;
}

int guest_start(struct guest *g, const struct guest_files *files, struct error **err)
{
	char byte;

	report(g, GUEST_STARTING, GUEST_CAUSE_START, NULL);
	if (pread(files->kernel_fd, &byte, 1, 0) != 1 || does(g, "start-fails")) {
		pthread_mutex_lock(&lock);
		g->state = GUEST_CRASHED;
		g->cause = GUEST_CAUSE_START_FAILED;
		pthread_mutex_unlock(&lock);
		return error_set(err, EINVAL, "the kernel is no kernel");
	}
	pthread_mutex_lock(&lock);
	while (does(g, "slow-start") && !may_start)
		pthread_cond_wait(&changed, &lock);
	may_start = false;
	g->started++;
	pthread_mutex_unlock(&lock);
	report(g, GUEST_RUNNING, GUEST_CAUSE_START, NULL);
	return 0;
}

/* While it is starting it cannot be asked anything, so that the manager has to ask again. */
static bool runs(struct guest *g)
{
	bool yes;

	pthread_mutex_lock(&lock);
	yes = g->state != GUEST_STOPPED && g->state != GUEST_CRASHED && g->state != GUEST_STARTING;
	pthread_mutex_unlock(&lock);
	return yes;
}

int guest_request_stop(struct guest *g, struct error **err)
{
	if (!runs(g))
		return error_set(err, ESRCH, "it does not run");
	report(g, GUEST_STOPPING, GUEST_CAUSE_STOP, NULL);
	if (does(g, "stops"))
		report(g, GUEST_STOPPED, GUEST_CAUSE_STOP, NULL);
	return 0;
}

int guest_request_kill(struct guest *g, enum guest_cause cause, struct error **err)
{
	if (!runs(g))
		return error_set(err, ESRCH, "it does not run");
	if (!does(g, "unkillable"))
		report(g, GUEST_STOPPED, cause, NULL);
	return 0;
}

int guest_request_reboot(struct guest *g, struct error **err)
{
	(void)err;
	report(g, GUEST_RUNNING, GUEST_CAUSE_REBOOT, NULL);
	return 0;
}

int guest_request_pause(struct guest *g, struct error **err)
{
	(void)err;
	report(g, GUEST_PAUSED, GUEST_CAUSE_PAUSE, NULL);
	return 0;
}

int guest_request_resume(struct guest *g, struct error **err)
{
	(void)err;
	report(g, GUEST_RUNNING, GUEST_CAUSE_RESUME, NULL);
	return 0;
}

void guest_reap(struct guest *g)
{
	(void)g;
	reaped++;
}

void guest_get_info(struct guest *g, struct guest_info *ret)
{
	memset(ret, 0, sizeof(*ret));
	pthread_mutex_lock(&lock);
	ret->state = g->state;
	ret->cause = g->cause;
	ret->engine = "fake";
	ret->started_usec = g->started;
	ret->reboots = g->reboots;
	pthread_mutex_unlock(&lock);
}

int guest_dump(struct guest *g, char **ret_json, struct error **err)
{
	(void)g;
	(void)err;
	*ret_json = strdup("{}");
	return *ret_json ? 0 : -ENOMEM;
}

int guest_console_attach(struct guest *g, int fd, unsigned int flags, uint32_t owner,
			 struct error **err)
{
	(void)g;
	(void)owner;
	(void)flags;
	close(fd);
	return error_set(err, EBUSY, "somebody types");
}

unsigned int guest_console_readers(struct guest *g, uint32_t owner)
{
	return owner == 1 && does(g, "watched");
}

/* An engine that is never asked to do anything. */
static const struct engine engine = { .name = "fake" };

const struct engine *engine_find(const char *name, struct error **passed_over, struct error **err)
{
	(void)passed_over;
	if (strcmp(name, "kvm") != 0)
		return &engine;
	error_set(err, ENOENT, "there is no engine 'kvm'");
	return NULL;
}
