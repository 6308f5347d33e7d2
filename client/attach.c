/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "attach.h"

#include "bus.h"

#include <string.h>

int attach_options(struct relay *ret, const struct args *a)
{
	const char *eof = args_value(a, "eof"), *escape = args_value(a, "escape");

	*ret = (struct relay){
		.in = STDIN_FILENO,
		.out = STDOUT_FILENO,
		.escape = 0x1d, /* ^] */
		.after = args_value(a, "after"),
		.deadline = NO_TIMEOUT,
	};

	if (ret->after && (!*ret->after || strlen(ret->after) > 255))
		return fail(EXIT_USAGE, "--after takes 1 to 255 bytes");
	if (escape)
		ret->escape = parse_escape(escape);
	if (ret->escape < -1)
		return fail(EXIT_USAGE, "--escape: '%s' is no key; write it as ^A, ~ or none",
			    escape);
	if (!eof || strcmp(eof, "ignore") == 0)
		ret->eof = RELAY_EOF_IGNORE;
	else if (strcmp(eof, "detach") == 0)
		ret->eof = RELAY_EOF_DETACH;
	else if (strcmp(eof, "send") == 0)
		ret->eof = RELAY_EOF_SEND;
	else
		return fail(EXIT_USAGE, "--eof: '%s' is none of ignore, detach, send", eof);
	return 0;
}

static void say_how_to_leave(const struct client *c, const struct relay *relay, const char *name,
			     const char *leaving)
{
	char key[4];

	if (!isatty(relay->in))
		return;
	if (relay->escape >= 0)
		note(c, "console of guest '%s'%s; %s %s", name,
		     relay->read_only ? ", read-only" : "", escape_name(relay->escape, key),
		     leaving);
	else
		note(c, "console of guest '%s'%s; no key %s", name,
		     relay->read_only ? ", read-only" : "", leaving);
}

static int report(const struct guest_watch *w, const struct relay *relay, enum relay_end end,
		  int signal_number)
{
	const char *name = w->info.name;

	const struct client *c = w->client;
	int r;

	if (isatty(STDOUT_FILENO) && isatty(relay->in))
		fputc('\n', stderr);
	else if (c->json && relay->mid_line)
		putchar('\n');
	switch (end) {
	case RELAY_DETACHED: return guest_tell(c, &w->info);
	case RELAY_GUEST_ENDED:
		if (w->gone)
			return fail(EXIT_NOT_FOUND, "guest '%s' was removed", name);
		r = guest_say_end(c, &w->info);
		if (r != 0)
			return r;
		return guest_ended_well(&w->info) ? 0 : EXIT_GUEST;
	case RELAY_CLOSED:
		return fail(EXIT_STATE, "kvm440d closed the console of guest '%s'", name);
	case RELAY_LOST: return fail(EXIT_UNREACHABLE, "kvm440d went away");
	case RELAY_SIGNAL: return 128 + signal_number;
	case RELAY_TIMEOUT:
		return fail(EXIT_TIMEOUT, "guest '%s' is still %s", name, w->info.state);
	case RELAY_MATCHED: return 0;
	default: return EXIT_FAILED;
	}
}

int attach(struct guest_watch *w, struct relay *relay, uint64_t flags, const char *leaving,
	   enum relay_end *ret_end)
{
	_cleanup_(closep)
	int fd = -1;
	int r, signal_number;

	*ret_end = RELAY_ERROR;
	r = console_open(w->client, w->info.name, flags, false, &fd);
	if (r != 0)
		return r;
	relay->watch = w;
	relay->console = fd;
	say_how_to_leave(w->client, relay, w->info.name, leaving);
	*ret_end = relay_run(relay, &signal_number);
	return report(w, relay, *ret_end, signal_number);
}
