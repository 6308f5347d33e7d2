/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "bus.h"
#include "guests.h"
#include "jobs.h"
#include "remove.h"
#include "verbs.h"

int guest_remove(struct client *c, const char *name, bool force)
{
	static const struct job_request kill = { .method = METHOD_Manager1_KillGuest,
						 .verb = "killed" };
	_cleanup_(sd_bus_message_unrefp)
	sd_bus_message *call = NULL;
	struct guest_info g = { 0 };
	char what[300];
	bool runs;
	int r;

	if (force) {
		r = guest_get(c, name, &g);
		if (r != 0)
			return r;
		runs = guest_alive(&g);
		guest_info_free(&g);
		if (runs) {
			r = job_run(c, &kill, name);
			if (r != 0)
				return r;
		}
	}
	r = call_manager(c, &call, METHOD_Manager1_RemoveGuest);
	if (r != 0)
		return r;
	r = sd_bus_message_append(call, "st", name, UINT64_C(0));
	if (r < 0)
		return fail(EXIT_NOT_FOUND, "guest '%s': such a name cannot be", name);
	snprintf(what, sizeof(what), "guest '%s'", name);
	return call_send(c, call, what, NULL);
}

int verb_remove(struct client *c, struct args *a)
{
	int r, status = 0;

	for (int i = 0; i < a->n; i++) {
		r = guest_remove(c, a->names[i], args_has(a, "force"));
		if (status == 0)
			status = r;
	}
	return status;
}
