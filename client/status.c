/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "bus.h"
#include "columns.h"
#include "guests.h"
#include "snapshot.h"
#include "verbs.h"

#include <json-c/json.h>
#include <string.h>

#define LINES 10 /* of console output */

/* The console's last lines, in which no control character is left but line ends; "" when there are
 * none. */
static char *console_tail(struct client *c, const char *name)
{
	_cleanup_(freep)
	char *text = NULL;
	const bool ask_password = c->ask_password;
	size_t n, from, k = 0;
	char *tail;
	int r;

	/* Who may see the state need not be allowed to see the console: then he goes without. */
	c->ask_password = false;
	r = console_snapshot(c, name, true, &text, &n);
	c->ask_password = ask_password;
	if (r != 0)
		return NULL;
	from = last_lines(text, n, LINES);
	tail = malloc(n - from + 1);
	if (!tail)
		return NULL;
	for (size_t i = from; i < n; i++) {
		unsigned char byte = (unsigned char)text[i];

		if (byte == '\r')
			continue;
		tail[k++] = byte == '\n' || byte == '\t' || (byte >= ' ' && byte < 0x7f)
				    ? (char)byte
				    : '?';
	}
	tail[k] = '\0';
	return tail;
}

static int print_status_json(const struct guest_info *g, const char *tail)
{
	struct json_object *o = table_json(status_columns, g);
	struct json_object *text = tail ? json_object_new_string(tail) : NULL;
	int r;

	if (!o || (tail && (!text || json_object_object_add(o, "console_tail", text) < 0))) {
		json_object_put(text);
		json_object_put(o);
		return fail_memory();
	}
	r = print_json(o);
	json_object_put(o);
	return r;
}

static int status_of_guest(struct client *c, const char *name)
{
	_cleanup_(freep)
	char *tail = NULL;
	struct guest_info g;
	int r;

	r = guest_get(c, name, &g);
	if (r != 0)
		return r;
	tail = console_tail(c, name);
	if (c->json) {
		r = print_status_json(&g, tail);
	} else {
		r = table_print_one(status_columns, &g);
		if (tail && *tail)
			printf("\n%s%s", tail, tail[strlen(tail) - 1] == '\n' ? "" : "\n");
		if (r == 0)
			r = finish_output();
	}
	guest_info_free(&g);
	return r;
}

/* Of the daemon itself. */
struct daemon_info {
	char *version, *state_dir, **engines;
	uint64_t guests, running;
};

static const struct column daemon_columns[] = {
	{ "Version", "version", COLUMN_TEXT, offsetof(struct daemon_info, version) },
	{ "Engines", "engines", COLUMN_WORDS, offsetof(struct daemon_info, engines) },
	{ "Guests", "guests", COLUMN_COUNT, offsetof(struct daemon_info, guests) },
	{ "Running", "running", COLUMN_COUNT, offsetof(struct daemon_info, running) },
	{ "State kept in", "state_directory", COLUMN_TEXT,
	  offsetof(struct daemon_info, state_dir) },
	{ 0 },
};

static void strv_free(char **v)
{
	for (char **s = v; s && *s; s++)
		free(*s);
	free(v);
}

static int get_string(struct client *c, const char *name, char **ret)
{
	return sd_bus_get_property_string(c->bus, KVM440_BUS_NAME, KVM440_PATH, KVM440_MANAGER,
					  name, NULL, ret);
}

static int get_count(struct client *c, const char *name, uint64_t *ret)
{
	uint32_t n;
	int r;

	r = sd_bus_get_property_trivial(c->bus, KVM440_BUS_NAME, KVM440_PATH, KVM440_MANAGER, name,
					NULL, 'u', &n);
	if (r >= 0)
		*ret = n;
	return r;
}

static int status_of_daemon(struct client *c)
{
	_cleanup_(sd_bus_error_free)
	sd_bus_error error = SD_BUS_ERROR_NULL;
	struct daemon_info d = { 0 };
	int r;

	r = client_connect(c);
	if (r != 0)
		return r;
	r = sd_bus_get_property_strv(c->bus, KVM440_BUS_NAME, KVM440_PATH, KVM440_MANAGER,
				     "Engines", &error, &d.engines);
	if (r < 0)
		return call_complain(&error, r, NULL);
	if ((r = get_string(c, "Version", &d.version)) < 0 ||
	    (r = get_string(c, "StateDirectory", &d.state_dir)) < 0 ||
	    (r = get_count(c, "GuestCount", &d.guests)) < 0 ||
	    (r = get_count(c, "RunningCount", &d.running)) < 0) {
		r = fail_reply(r);
	} else if (c->json) {
		struct json_object *o = table_json(daemon_columns, &d);

		r = o ? print_json(o) : fail_memory();
		json_object_put(o);
	} else {
		r = table_print_one(daemon_columns, &d);
	}
	free(d.version);
	free(d.state_dir);
	strv_free(d.engines);
	return r;
}

int verb_status(struct client *c, struct args *a)
{
	return a->n == 0 ? status_of_daemon(c) : status_of_guest(c, a->names[0]);
}
