/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "jobs.h"

#include "bus.h"
#include "guests.h"

#include <errno.h>
#include <string.h>

struct job {
	const char *guest;
	char *path; /* NULL: did not begin */
	char *result;
};

struct jobs {
	struct job *list;
	size_t n;
};

static void jobs_freep(struct jobs *jobs)
{
	for (size_t i = 0; i < jobs->n; i++) {
		free(jobs->list[i].path);
		free(jobs->list[i].result);
	}
	free(jobs->list);
}

static int on_removed(sd_bus_message *m, void *data, sd_bus_error *error)
{
	struct jobs *jobs = data;
	const char *path, *guest, *result;
	uint32_t id;

	(void)error;
	if (sd_bus_message_read(m, "uoss", &id, &path, &guest, &result) < 0)
		return 0;
	for (size_t i = 0; i < jobs->n; i++) {
		struct job *j = &jobs->list[i];

		if (j->path && !j->result && strcmp(j->path, path) == 0)
			j->result = strdup(result);
	}
	return 0;
}

static int begin(struct client *c, const struct job_request *q, struct job *j)
{
	_cleanup_(sd_bus_message_unrefp)
	sd_bus_message *call = NULL, *reply = NULL;
	const char *path;
	char what[300];
	int r;

	r = call_manager(c, &call, q->method);
	if (r != 0)
		return r;
	r = sd_bus_message_append(call, "s", j->guest);
	if (r >= 0 && q->has_timeout)
		r = sd_bus_message_append(call, "t", q->timeout);
	if (r >= 0)
		r = sd_bus_message_append(call, "t", UINT64_C(0));
	if (r < 0)
		return fail(EXIT_NOT_FOUND, "guest '%s': such a name cannot be", j->guest);
	snprintf(what, sizeof(what), "guest '%s'", j->guest);
	r = call_send(c, call, what, &reply);
	if (r != 0)
		return r;
	r = sd_bus_message_read(reply, "o", &path);
	if (r < 0)
		return fail_reply(r);
	j->path = strdup(path);
	return j->path ? 0 : fail_memory();
}

/* Which status stands for the end of a guest that a job was about. */
static int status_of_end(const struct guest_info *g)
{
	if (strcmp(g->cause, "bad-boot-file") == 0)
		return EXIT_DEFINITION;
	if (strcmp(g->state, "crashed") == 0 && strcmp(g->cause, "start-failed") != 0)
		return EXIT_GUEST;
	return EXIT_FAILED;
}

/* A stop had to kill; the guest says why, unless more has become of it meanwhile. */
static void say_forced(struct client *c, const char *name)
{
	struct guest_info g = { 0 };

	if (c->quiet)
		return;
	if (guest_get(c, name, &g) == 0 && strcmp(g.cause, "kill") == 0 && *g.detail)
		note(c, "guest '%s': %s", name, g.detail);
	else
		note(c, "guest '%s' did not stop by itself and was killed", name);
	guest_info_free(&g);
}

/* Says how a job ended that did not end well, with what the guest has to say about it. */
static int complain(struct client *c, const struct job_request *q, const struct job *j)
{
	struct guest_info g = { 0 };
	bool known;
	int status;

	if (strcmp(j->result, "done") == 0)
		return 0;
	if (strcmp(j->result, "forced") == 0) {
		say_forced(c, j->guest);
		return 0;
	}
	if (strcmp(j->result, "timeout") == 0)
		return fail(EXIT_TIMEOUT, "guest '%s' was not %s in time", j->guest, q->verb);
	if (strcmp(j->result, "canceled") == 0)
		return fail(EXIT_FAILED, "guest '%s' was not %s: the job was canceled", j->guest,
			    q->verb);
	known = guest_get(c, j->guest, &g) == 0;
	status = fail(known ? status_of_end(&g) : EXIT_FAILED, "guest '%s' was not %s: %s%s%s",
		      j->guest, q->verb, known ? g.cause : j->result,
		      known && *g.detail ? ": " : "", known ? g.detail : "");
	guest_info_free(&g);
	return status;
}

static bool all_done(const struct jobs *jobs)
{
	for (size_t i = 0; i < jobs->n; i++)
		if (jobs->list[i].path && !jobs->list[i].result)
			return false;
	return true;
}

static int wait_all(struct client *c, const struct job_request *q, const struct jobs *jobs)
{
	uint64_t deadline = deadline_after(c->timeout);
	int r = 0;

	while (!all_done(jobs)) {
		if (c->lost)
			return fail(EXIT_UNREACHABLE, "kvm440d went away");
		r = client_process(c, deadline);
		if (r != 0)
			break;
	}
	if (r != EXIT_TIMEOUT)
		return r;
	for (size_t i = 0; i < jobs->n; i++)
		if (jobs->list[i].path && !jobs->list[i].result)
			fail(r, "guest '%s' is still not %s; the job goes on", jobs->list[i].guest,
			     q->verb);
	return r;
}

static int run(struct client *c, const struct job_request *q, struct jobs *jobs)
{
	_cleanup_(sd_bus_slot_unrefp)
	sd_bus_slot *slot = NULL;
	int r, status = 0;

	r = client_watch_daemon(c);
	if (r != 0)
		return r;
	/* Before the call, or the end of a quick job is missed. */
	r = sd_bus_match_signal(c->bus, &slot, KVM440_BUS_NAME, KVM440_PATH, KVM440_MANAGER,
				"JobRemoved", on_removed, jobs);
	if (r < 0)
		return fail(EXIT_UNREACHABLE, "the bus: %s", strerror(-r));
	for (size_t i = 0; i < jobs->n; i++) {
		r = begin(c, q, &jobs->list[i]);
		if (status == 0)
			status = r;
		if (r == EXIT_UNREACHABLE)
			return status;
	}
	if (q->no_block)
		return status;
	r = wait_all(c, q, jobs);
	if (status == 0)
		status = r;
	for (size_t i = 0; i < jobs->n; i++) {
		r = jobs->list[i].result ? complain(c, q, &jobs->list[i]) : 0;
		if (status == 0)
			status = r;
	}
	return status;
}

int jobs_run(struct client *c, const struct job_request *request, char *const *names)
{
	_cleanup_(jobs_freep)
	struct jobs jobs = { 0 };
	size_t n = 0;

	while (names[n])
		n++;
	jobs.list = calloc(n, sizeof(*jobs.list));
	if (!jobs.list)
		return fail_memory();
	for (jobs.n = 0; jobs.n < n; jobs.n++)
		jobs.list[jobs.n].guest = names[jobs.n];
	return run(c, request, &jobs);
}

int job_run(struct client *c, const struct job_request *request, const char *name)
{
	char *names[] = { (char *)name, NULL };

	return jobs_run(c, request, names);
}
