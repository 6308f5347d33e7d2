/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "bus.h"
#include "table.h"
#include "verbs.h"

#include <string.h>

int verb_dump(struct client *c, struct args *a)
{
	_cleanup_(sd_bus_message_unrefp)
	sd_bus_message *call = NULL, *reply = NULL;
	const char *text;
	char what[300];
	size_t n;
	int r;

	r = call_manager(c, &call, METHOD_Manager1_DumpState);
	if (r != 0)
		return r;
	r = sd_bus_message_append(call, "st", a->names[0], UINT64_C(0));
	if (r < 0)
		return fail(EXIT_NOT_FOUND, "guest '%s': such a name cannot be", a->names[0]);
	snprintf(what, sizeof(what), "guest '%s'", a->names[0]);
	r = call_send(c, call, what, &reply);
	if (r != 0)
		return r;
	r = sd_bus_message_read(reply, "s", &text);
	if (r < 0)
		return fail_reply(r);
	n = strlen(text);
	printf("%s%s", text, n > 0 && text[n - 1] == '\n' ? "" : "\n");
	return finish_output();
}
