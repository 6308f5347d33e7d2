/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "define.h"
#include "jobs.h"
#include "verbs.h"

int verb_create(struct client *c, struct args *a)
{
	_cleanup_(definition_freep)
	struct definition d = { 0 };
	static const struct job_request start = { .method = METHOD_Manager1_StartGuest,
						  .verb = "started" };
	const char *file = args_value(a, "file");
	int r;

	if (a->n == 0 && !file)
		return fail(EXIT_USAGE, "a guest needs a name: kvm440ctl create NAME ...");
	r = definition_make(&d, a, a->names[0], args_has(a, "autostart"));
	if (r == 0)
		r = definition_create(c, &d, file ? file : d.name);
	if (r == 0 && args_has(a, "start"))
		r = job_run(c, &start, d.name);
	return r;
}
