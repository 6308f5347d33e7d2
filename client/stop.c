/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "jobs.h"
#include "verbs.h"

int verb_stop(struct client *c, struct args *a)
{
	const char *grace = args_value(a, "grace");
	struct job_request request = {
		.method = METHOD_Manager1_StopGuest,
		.verb = "stopped",
		.has_timeout = true,
		.no_block = args_has(a, "no-block"),
	};

	if (grace && (parse_duration(grace, &request.timeout) < 0 || request.timeout == NO_TIMEOUT))
		return fail(EXIT_USAGE, "--grace: '%s' is no time; write it as 30s or 5min", grace);
	if (grace && request.timeout == 0)
		return fail(EXIT_USAGE, "--grace: 0 is no grace at all: that is kvm440ctl kill");
	return jobs_run(c, &request, a->names);
}
