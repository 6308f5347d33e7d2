/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One line an event; with --json one object a line. */
#include "bus.h"
#include "guests.h"
#include "table.h"
#include "verbs.h"

#include <errno.h>
#include <json-c/json.h>
#include <string.h>
#include <time.h>

struct monitor {
	struct client *client;
	char **names;		   /* guests of interest; empty: all */
	struct guest_info *guests; /* as they were last heard of: a signal has only what changed */
	size_t n_guests;
	int status;
};

/* An event: key and text pairs, NULL-terminated; text "" is left out. In JSON a number is no
 * string. */
struct pair {
	const char *key, *text;
	bool number;
};
#define TEXT(key, text)                                                                            \
	{                                                                                          \
		key, text, false                                                                   \
	}
#define NUMBER(key, text)                                                                          \
	{                                                                                          \
		key, text, true                                                                    \
	}

static bool of_interest(const struct monitor *m, const char *guest)
{
	if (!m->names[0])
		return true;
	for (char **name = m->names; *name; name++)
		if (strcmp(*name, guest) == 0)
			return true;
	return false;
}

static int print_json_event(uint64_t usec, const struct pair *pairs)
{
	struct json_object *o = json_object_new_object();
	int r;

	json_object_object_add(o, "time_usec", json_object_new_uint64(usec));
	for (; pairs->key; pairs++)
		if (*pairs->text)
			json_object_object_add(o, pairs->key,
					       pairs->number
						       ? json_object_new_int64(atoll(pairs->text))
						       : json_object_new_string(pairs->text));
	r = print_json_line(o);
	json_object_put(o);
	return r;
}

static int print_line(const struct timespec *ts, const struct pair *pairs)
{
	char stamp[32] = "";
	struct tm tm;

	if (localtime_r(&ts->tv_sec, &tm))
		strftime(stamp, sizeof(stamp), "%H:%M:%S", &tm);
	printf("%s.%03ld", stamp, ts->tv_nsec / 1000000);
	for (; pairs->key; pairs++) {
		char *text = printable(pairs->text);

		if (text && *text)
			printf(" %s", text);
		free(text);
	}
	putchar('\n');
	return finish_output();
}

static void print_event(struct monitor *m, const struct pair *pairs)
{
	struct timespec ts;
	int r;

	clock_gettime(CLOCK_REALTIME, &ts);
	r = m->client->json
		    ? print_json_event((uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000,
				       pairs)
		    : print_line(&ts, pairs);
	if (r != 0)
		m->status = r;
}

/* What is known of a guest, made if it is new; NULL: no memory. */
static struct guest_info *known(struct monitor *m, const char *name)
{
	struct guest_info *longer;
	char *copy;

	for (size_t i = 0; i < m->n_guests; i++)
		if (strcmp(m->guests[i].name, name) == 0)
			return &m->guests[i];
	longer = reallocarray(m->guests, m->n_guests + 1, sizeof(*longer));
	if (!longer)
		return NULL;
	m->guests = longer;
	copy = strdup(name);
	if (!copy)
		return NULL;
	longer[m->n_guests] = (struct guest_info){ .name = copy };
	return &longer[m->n_guests++];
}

static void forget(struct monitor *m, const char *name)
{
	for (size_t i = 0; i < m->n_guests; i++)
		if (strcmp(m->guests[i].name, name) == 0) {
			guest_info_free(&m->guests[i]);
			m->guests[i] = m->guests[--m->n_guests];
			return;
		}
}

static bool same(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "") == 0;
}

static int on_properties(sd_bus_message *m, void *data, sd_bus_error *error)
{
	struct monitor *monitor = data;
	struct guest_info *g;
	char *name = guest_of_path(sd_bus_message_get_path(m)), *state, *cause;

	(void)error;
	g = name && of_interest(monitor, name) ? known(monitor, name) : NULL;
	free(name);
	if (!g)
		return 0;
	state = g->state;
	cause = g->cause;
	g->state = state ? strdup(state) : NULL;
	g->cause = cause ? strdup(cause) : NULL;
	/* What else changes (the definition, a counter) is no event. */
	if (guest_read_changed(m, g) > 0 && g->state &&
	    (!same(state, g->state) || !same(cause, g->cause)))
		print_event(monitor, (struct pair[]){ TEXT("event", "state"),
						      TEXT("guest", g->name),
						      TEXT("state", g->state),
						      TEXT("cause", g->cause ? g->cause : ""),
						      TEXT("detail", g->detail ? g->detail : ""),
						      { 0 } });
	free(state);
	free(cause);
	return 0;
}

static int on_object(sd_bus_message *m, void *data, sd_bus_error *error)
{
	struct monitor *monitor = data;
	bool added = strcmp(sd_bus_message_get_member(m), "InterfacesAdded") == 0;
	const char *path;
	char *name;

	(void)error;
	if (sd_bus_message_read(m, "o", &path) < 0)
		return 0;
	name = guest_of_path(path);
	if (name && !added)
		forget(monitor, name);
	if (name && of_interest(monitor, name))
		print_event(monitor, (struct pair[]){ TEXT("event", added ? "created" : "removed"),
						      TEXT("guest", name),
						      { 0 } });
	free(name);
	return 0;
}

static int on_job(sd_bus_message *m, void *data, sd_bus_error *error)
{
	struct monitor *monitor = data;
	const char *path, *guest, *text;
	bool is_new = strcmp(sd_bus_message_get_member(m), "JobNew") == 0;
	char id_text[16];
	uint32_t id;

	(void)error;
	if (sd_bus_message_read(m, "uoss", &id, &path, &guest, &text) < 0 ||
	    !of_interest(monitor, guest))
		return 0;
	snprintf(id_text, sizeof(id_text), "%u", id);
	print_event(monitor, (struct pair[]){ TEXT("event", is_new ? "job-new" : "job-removed"),
					      TEXT("guest", guest),
					      NUMBER("job", id_text),
					      TEXT(is_new ? "verb" : "result", text),
					      { 0 } });
	return 0;
}

static int add_matches(struct client *c, struct monitor *m)
{
	static const struct {
		const char *rule;
		int (*handler)(sd_bus_message *, void *, sd_bus_error *);
	} matches[] = {
		{ "interface='org.freedesktop.DBus.Properties',member='PropertiesChanged',"
		  "arg0='" KVM440_GUEST "'",
		  on_properties },
		{ "interface='org.freedesktop.DBus.ObjectManager'", on_object },
		{ "interface='" KVM440_MANAGER "',member='JobNew'", on_job },
		{ "interface='" KVM440_MANAGER "',member='JobRemoved'", on_job },
	};
	char rule[400];
	int r;

	for (size_t i = 0; i < ELEMENTS(matches); i++) {
		snprintf(rule, sizeof(rule), "type='signal',sender='" KVM440_BUS_NAME "',%s",
			 matches[i].rule);
		r = sd_bus_add_match(c->bus, NULL, rule, matches[i].handler, m);
		if (r < 0)
			return fail(EXIT_UNREACHABLE, "the bus: %s", strerror(-r));
	}
	return 0;
}

int verb_monitor(struct client *c, struct args *a)
{
	struct monitor m = { .client = c, .names = a->names };
	uint64_t deadline = deadline_after(c->timeout);
	int r;

	r = client_watch_daemon(c);
	if (r == 0)
		r = add_matches(c, &m);
	if (r == 0)
		r = guests_get(c, &m.guests, &m.n_guests);
	while (r == 0 && m.status == 0) {
		r = client_process(c, deadline);
		if (r == 0 && c->lost) {
			print_event(&m, (struct pair[]){ TEXT("event", "daemon-gone"), { 0 } });
			c->lost = false;
		}
	}
	while (m.n_guests > 0)
		guest_info_free(&m.guests[--m.n_guests]);
	free(m.guests);
	/* Told to look for a while, it did. */
	return r == EXIT_TIMEOUT ? 0 : r != 0 ? r : m.status;
}
