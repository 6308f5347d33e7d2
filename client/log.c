/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "bus.h"
#include "relay.h"
#include "snapshot.h"
#include "table.h"
#include "verbs.h"

#include <errno.h>
#include <json-c/json.h>
#include <limits.h>
#include <signal.h>
#include <string.h>

/* Follows from the ring's beginning; ends when the guest is removed. The guest may stop and start.
 */
static int follow(struct client *c, const char *name)
{
	_cleanup_(closep)
	int fd = -1;
	struct guest_watch w;
	int r, signal_number;

	r = guest_watch(c, name, &w);
	if (r == 0)
		r = console_open(c, name, KVM440_CONSOLE_READ_ONLY | KVM440_CONSOLE_REPLAY, false,
				 &fd);
	if (r == 0) {
		struct relay relay = { .watch = &w,
				       .console = fd,
				       .in = -1,
				       .out = STDOUT_FILENO,
				       .escape = -1,
				       .stay = true,
				       .deadline = deadline_after(c->timeout) };

		switch (relay_run(&relay, &signal_number)) {
		case RELAY_LOST: r = fail(EXIT_UNREACHABLE, "kvm440d went away"); break;
		case RELAY_SIGNAL: r = 128 + signal_number; break;
		case RELAY_TIMEOUT: r = EXIT_TIMEOUT; break;
		case RELAY_ERROR: r = EXIT_FAILED; break;
		default: break;
		}
	}
	guest_watch_close(&w);
	return r;
}

/* A guest prints what it likes, JSON is UTF-8: other bytes become U+FFFD. NULL: no memory. */
static struct json_object *json_text(const char *text, size_t n)
{
	static const char replacement[] = "\xef\xbf\xbd";
	struct json_object *o = NULL;
	char *copy = malloc(3 * n + 1), *to = copy;

	for (size_t i = 0, len; copy && i < n; i += len ? len : 1) {
		len = utf8_character(text + i, n - i);
		to = len ? mempcpy(to, text + i, len) : stpcpy(to, replacement);
	}
	if (copy && to - copy <= INT_MAX)
		o = json_object_new_string_len(copy, (int)(to - copy));
	free(copy);
	return o;
}

static int print_log_json(const char *name, const char *text, size_t n)
{
	struct json_object *o = json_object_new_object(), *value = json_text(text, n);
	int r;

	if (!o || !value || json_object_object_add(o, "name", json_object_new_string(name)) < 0 ||
	    json_object_object_add(o, "text", value) < 0) {
		json_object_put(value);
		json_object_put(o);
		return fail_memory();
	}
	r = print_json(o);
	json_object_put(o);
	return r;
}

int verb_log(struct client *c, struct args *a)
{
	_cleanup_(freep)
	char *text = NULL;
	const char *lines = args_value(a, "lines");
	uint64_t count = UINT64_MAX;
	size_t n, from;
	char *end;
	int r;

	if (lines) {
		errno = 0;
		count = strtoull(lines, &end, 10);
		if (*lines < '0' || *lines > '9' || *end || errno != 0)
			return fail(EXIT_USAGE, "--lines: '%s' is no number", lines);
	}
	if (args_has(a, "follow")) {
		if (lines)
			return fail(EXIT_USAGE, "--lines and --follow do not go together");
		if (c->json)
			return fail(EXIT_USAGE, "--json and --follow do not go together");
		return follow(c, a->names[0]);
	}
	r = console_snapshot(c, a->names[0], false, &text, &n);
	if (r != 0)
		return r;
	from = count == 0 ? n : last_lines(text, n, count);
	if (c->json)
		return print_log_json(a->names[0], text + from, n - from);
	fwrite(text + from, 1, n - from, stdout);
	return finish_output();
}
