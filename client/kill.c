/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "jobs.h"
#include "verbs.h"

int verb_kill(struct client *c, struct args *a)
{
	const struct job_request request = {
		.method = METHOD_Manager1_KillGuest,
		.verb = "killed",
		.no_block = args_has(a, "no-block"),
	};

	return jobs_run(c, &request, a->names);
}
