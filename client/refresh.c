/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The daemon boots copies of boot files; this hands it the files of the definition once more. The
 * definition goes along as it was read, so that no file is taken for one of another definition.
 */
#include "bus.h"
#include "define.h"
#include "guests.h"
#include "verbs.h"

static int refresh(struct client *c, const char *name)
{
	_cleanup_(sd_bus_message_unrefp)
	sd_bus_message *call = NULL;
	_cleanup_(definition_freep)
	struct definition d = { 0 };
	struct guest_info g;
	char what[300];
	int r;

	r = guest_get(c, name, &g);
	if (r != 0)
		return r;
	r = definition_from_text(&d, g.definition);
	guest_info_free(&g);
	if (r != 0)
		return r;
	if (!definition_has_files(&d))
		return fail(EXIT_DEFINITION,
			    "guest '%s': boots images only; there is no file to copy anew", name);
	r = call_guest(c, &call, name, METHOD_Guest1_Update);
	if (r != 0)
		return r;
	r = sd_bus_message_append(call, "s", d.text);
	if (r < 0)
		return fail_reply(r);
	r = definition_append_files(&d, NULL, call);
	if (r != 0)
		return r;
	r = sd_bus_message_append(call, "t", (uint64_t)KVM440_UPDATE_FILES_ONLY);
	if (r < 0)
		return fail_reply(r);
	snprintf(what, sizeof(what), "guest '%s'", name);
	return call_send(c, call, what, NULL);
}

int verb_refresh(struct client *c, struct args *a)
{
	int r, status = 0;

	for (int i = 0; i < a->n; i++) {
		r = refresh(c, a->names[i]);
		if (status == 0)
			status = r;
	}
	return status;
}
