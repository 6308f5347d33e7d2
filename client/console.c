/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "attach.h"
#include "bus.h"
#include "verbs.h"

int verb_console(struct client *c, struct args *a)
{
	struct guest_watch w;
	enum relay_end end;
	struct relay relay;
	uint64_t flags = 0;
	int r;

	r = attach_options(&relay, a);
	if (r != 0)
		return r;
	relay.read_only = args_has(a, "read-only");
	relay.deadline = deadline_after(c->timeout);
	if (relay.read_only && args_has(a, "force"))
		return fail(EXIT_USAGE, "--force is about the keyboard, --read-only does without");
	flags |= relay.read_only ? KVM440_CONSOLE_READ_ONLY : 0;
	flags |= args_has(a, "no-replay") ? 0 : KVM440_CONSOLE_REPLAY;
	/* The text is to come from the guest that reads what is typed then. */
	flags |= relay.after ? KVM440_CONSOLE_SINCE_START : 0;
	flags |= args_has(a, "force") ? KVM440_CONSOLE_FORCE : 0;
	r = guest_watch(c, a->names[0], &w);
	if (r == 0)
		r = attach(&w, &relay, flags, "leaves", &end);
	if (r == 0 && end == RELAY_DETACHED && isatty(relay.in))
		note(c, "left the console of guest '%s', which goes on", a->names[0]);
	guest_watch_close(&w);
	return r;
}
