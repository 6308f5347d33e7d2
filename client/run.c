/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * create, start, console and remove in one. Whatever happens after the create, the guest is removed
 * on the way out; only a SIGKILL leaves it behind.
 */
#include "attach.h"
#include "bus.h"
#include "define.h"
#include "jobs.h"
#include "remove.h"
#include "verbs.h"

#include <signal.h>
#include <string.h>
#include <sys/random.h>

static const struct job_request start = { .method = METHOD_Manager1_StartGuest, .verb = "started" };

static int make_name(char *buf, size_t size)
{
	uint32_t random;

	if (getrandom(&random, sizeof(random), 0) != sizeof(random))
		return fail(EXIT_FAILED, "no random number for a name");
	snprintf(buf, size, "run-%08x", random);
	return 0;
}

/* From the guest's existence to its end; the console's status. */
static int session(struct client *c, const char *name, struct relay *relay)
{
	enum relay_end end;
	struct guest_watch w;
	int r;

	r = guest_watch(c, name, &w);
	if (r == 0)
		r = job_run(c, &start, name);
	if (r == 0)
		r = guest_refresh(&w);
	if (r == 0)
		r = attach(&w, relay, KVM440_CONSOLE_REPLAY, "ends it", &end);
	if (r == 0 && end == RELAY_DETACHED && isatty(relay->in))
		note(c, "left guest '%s', which is removed", name);
	guest_watch_close(&w);
	return r;
}

/* Signals that end programs wait while the guest exists and no console is open: it is to be
 * removed. */
static void hold_signals(bool hold)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGQUIT);
	sigprocmask(hold ? SIG_BLOCK : SIG_UNBLOCK, &set, NULL);
}

int verb_run(struct client *c, struct args *a)
{
	_cleanup_(definition_freep)
	struct definition d = { 0 };
	const char *name = args_value(a, "name"), *file = args_value(a, "file");
	struct relay relay;
	char made[32];
	int r, removed;

	r = attach_options(&relay, a);
	if (r != 0)
		return r;
	if (!name) {
		r = make_name(made, sizeof(made));
		if (r != 0)
			return r;
		name = made;
	}
	r = definition_make(&d, a, name, false);
	if (r != 0)
		return r;
	relay.deadline = deadline_after(c->timeout);
	hold_signals(true);
	r = definition_create(c, &d, file ? file : name);
	if (r != 0)
		return r;
	r = session(c, name, &relay);
	c->timeout = NO_TIMEOUT;
	removed = guest_remove(c, name, true);
	hold_signals(false);
	return r != 0 ? r : removed;
}
