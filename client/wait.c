/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "bus.h"
#include "relay.h"
#include "verbs.h"

#include <string.h>

static bool has_ended(const struct guest_watch *w, void *data)
{
	(void)data;
	return guest_ended(&w->info);
}

static bool is_in(const struct guest_watch *w, void *data)
{
	return strcmp(w->info.state, data) == 0;
}

static bool is_state(const char *name)
{
	for (const char *const *state = guest_states; *state; state++)
		if (strcmp(*state, name) == 0)
			return true;
	return false;
}

/* Until the console shows a text; the end of the guest ends it, too. */
static int wait_text(struct guest_watch *w, const char *text)
{
	_cleanup_(closep)
	int fd = -1;
	struct relay relay = { .watch = w,
			       .in = -1,
			       .out = -1,
			       .escape = -1,
			       .until = text,
			       .deadline = deadline_after(w->client->timeout) };
	const char *name = w->info.name;
	int r, signal_number;

	if (*text == '\0' || strlen(text) > 255)
		return fail(EXIT_USAGE, "--text takes 1 to 255 bytes");
	r = console_open(w->client, name,
			 KVM440_CONSOLE_READ_ONLY | KVM440_CONSOLE_REPLAY |
				 KVM440_CONSOLE_SINCE_START,
			 false, &fd);
	if (r != 0)
		return r;
	relay.console = fd;
	switch (relay_run(&relay, &signal_number)) {
	case RELAY_MATCHED: return guest_tell(w->client, &w->info);
	case RELAY_GUEST_ENDED:
		if (w->gone)
			return fail(EXIT_NOT_FOUND, "guest '%s' was removed", name);
		r = guest_say_end(w->client, &w->info);
		return r != 0 ? r : EXIT_GUEST;
	case RELAY_TIMEOUT:
		return fail(EXIT_TIMEOUT, "guest '%s' has not shown '%s' in time", name, text);
	case RELAY_SIGNAL: return 128 + signal_number;
	case RELAY_LOST: return fail(EXIT_UNREACHABLE, "kvm440d went away");
	case RELAY_CLOSED:
		return fail(EXIT_STATE, "kvm440d closed the console of guest '%s'", name);
	default: return EXIT_FAILED;
	}
}

int verb_wait(struct client *c, struct args *a)
{
	const char *state = args_value(a, "state"), *text = args_value(a, "text");
	uint64_t deadline = deadline_after(c->timeout);
	struct guest_watch w;
	int r;

	if (state && text)
		return fail(EXIT_USAGE, "--state and --text do not go together");
	if (state && !is_state(state))
		return fail(EXIT_USAGE, "--state: no guest is ever '%s'", state);
	r = guest_watch(c, a->names[0], &w);
	if (r == 0 && text) {
		r = wait_text(&w, text);
	} else if (r == 0 && state) {
		r = guest_wait(&w, is_in, (void *)state, deadline);
		if (r == 0)
			r = guest_tell(c, &w.info);
	} else if (r == 0) {
		r = guest_wait(&w, has_ended, NULL, deadline);
		if (r == 0)
			r = guest_say_end(c, &w.info);
		if (r == 0 && !guest_ended_well(&w.info))
			r = EXIT_GUEST;
	}
	guest_watch_close(&w);
	return r;
}
