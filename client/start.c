/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "guests.h"
#include "jobs.h"
#include "verbs.h"

#include <string.h>
#include <systemd/sd-daemon.h>

static const struct job_request start_request = { .method = METHOD_Manager1_StartGuest,
						  .verb = "started" };
static const struct job_request kill_request = { .method = METHOD_Manager1_KillGuest,
						 .verb = "killed" };

static bool ended(const struct guest_watch *w, void *data)
{
	(void)data;
	return guest_ended(&w->info);
}

/*
 * Starts the guest (one that has halted anew: its memory was kept for a look), or takes it as it is
 * if it runs already (the daemon started it by autostart, or somebody by hand), says READY=1 and
 * stays until it ends. A kill is a proper end here: it is how a stop ends that took too long, and
 * whoever killed the guest knows about it.
 */
static int foreground(struct client *c, const char *name)
{
	struct guest_watch w;
	int r;

	r = guest_watch(c, name, &w);
	if (r == 0 && guest_ended(&w.info) && guest_alive(&w.info))
		r = job_run(c, &kill_request, name);
	if (r == 0 && guest_ended(&w.info))
		r = job_run(c, &start_request, name);
	if (r == 0)
		r = guest_refresh(&w);
	if (r == 0) {
		sd_notifyf(0, "READY=1\nSTATUS=Guest %s is running.", name);
		r = guest_wait(&w, ended, NULL, NO_TIMEOUT);
	}
	if (r == 0) {
		r = guest_say_end(c, &w.info);
		sd_notifyf(0, "STATUS=Guest %s %s: %s", name, w.info.state, w.info.cause);
		if (r == 0 && !guest_ended_well(&w.info) && strcmp(w.info.cause, "kill") != 0)
			r = EXIT_GUEST;
	}
	guest_watch_close(&w);
	return r;
}

int verb_start(struct client *c, struct args *a)
{
	struct job_request request = start_request;

	if (args_has(a, "foreground")) {
		if (a->n != 1 || args_has(a, "no-block"))
			return fail(EXIT_USAGE, "--foreground goes with one guest, and waits");
		return foreground(c, a->names[0]);
	}
	request.no_block = args_has(a, "no-block");
	return jobs_run(c, &request, a->names);
}
