/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "guests.h"

#include "bus.h"
#include "columns.h"

#include <errno.h>
#include <json-c/json.h>
#include <stddef.h>
#include <string.h>

/* The properties of Guest1 that are of interest here, and where they go. */
static const struct {
	const char *name;
	char type;
	size_t offset;
} properties[] = {
	{ "Name", 's', offsetof(struct guest_info, name) },
	{ "State", 's', offsetof(struct guest_info, state) },
	{ "Cause", 's', offsetof(struct guest_info, cause) },
	{ "Detail", 's', offsetof(struct guest_info, detail) },
	{ "Engine", 's', offsetof(struct guest_info, engine) },
	{ "Definition", 's', offsetof(struct guest_info, definition) },
	{ "Memory", 't', offsetof(struct guest_info, memory) },
	{ "StartedTimestamp", 't', offsetof(struct guest_info, started) },
	{ "CPUTimeNSec", 't', offsetof(struct guest_info, cpu) },
	{ "Reboots", 'u', offsetof(struct guest_info, reboots) },
	{ "Autostart", 'b', offsetof(struct guest_info, autostart) },
};

const char *const guest_states[] = {
	"stopped", "starting", "running", "paused", "halted", "stopping", "crashed", NULL,
};

void guest_info_free(struct guest_info *g)
{
	for (size_t i = 0; i < ELEMENTS(properties); i++)
		if (properties[i].type == 's') {
			char **s = (char **)((char *)g + properties[i].offset);

			free(*s);
			*s = NULL;
		}
}

/* Gives every string that is still NULL its "". */
static int complete(struct guest_info *g)
{
	for (size_t i = 0; i < ELEMENTS(properties); i++)
		if (properties[i].type == 's') {
			char **s = (char **)((char *)g + properties[i].offset);

			if (!*s && !(*s = strdup("")))
				return -ENOMEM;
		}
	return 0;
}

/* Reads the variant of property i into its place. */
static int read_property(sd_bus_message *m, struct guest_info *g, size_t i)
{
	char *at = (char *)g + properties[i].offset;
	const char *text;
	uint32_t word;
	char *copy;
	int r, flag;

	switch (properties[i].type) {
	case 's':
		r = sd_bus_message_read(m, "v", "s", &text);
		if (r < 0)
			return r;
		copy = strdup(text);
		if (!copy)
			return -ENOMEM;
		free(*(char **)at);
		*(char **)at = copy;
		return 0;
	case 't': return sd_bus_message_read(m, "v", "t", (uint64_t *)at);
	case 'u':
		r = sd_bus_message_read(m, "v", "u", &word);
		if (r >= 0)
			*(uint64_t *)at = word;
		return r;
	default:
		r = sd_bus_message_read(m, "v", "b", &flag);
		if (r >= 0)
			*(bool *)at = flag;
		return r;
	}
}

/* Reads an a{sv} of Guest1's properties over what is in g. */
static int read_properties(sd_bus_message *m, struct guest_info *g)
{
	const char *name;
	size_t i;
	int r;

	r = sd_bus_message_enter_container(m, 'a', "{sv}");
	if (r < 0)
		return r;
	while ((r = sd_bus_message_enter_container(m, 'e', "sv")) > 0) {
		r = sd_bus_message_read(m, "s", &name);
		if (r < 0)
			return r;
		for (i = 0; i < ELEMENTS(properties) && strcmp(properties[i].name, name) != 0; i++)
			;
		r = i < ELEMENTS(properties) ? read_property(m, g, i) : sd_bus_message_skip(m, "v");
		if (r < 0)
			return r;
		r = sd_bus_message_exit_container(m);
		if (r < 0)
			return r;
	}
	return r < 0 ? r : sd_bus_message_exit_container(m);
}

static int new_get_all(struct client *c, const char *path, sd_bus_message **ret)
{
	int r;

	r = sd_bus_message_new_method_call(c->bus, ret, KVM440_BUS_NAME, path,
					   "org.freedesktop.DBus.Properties", "GetAll");
	return r < 0 ? r : sd_bus_message_append(*ret, "s", KVM440_GUEST);
}

int guest_get(struct client *c, const char *name, struct guest_info *ret)
{
	_cleanup_(sd_bus_message_unrefp)
	sd_bus_message *call = NULL, *reply = NULL;
	_cleanup_(freep)
	char *path = guest_path(name);
	struct guest_info g = { 0 };
	char what[300];
	int r;

	if (!path)
		return fail_memory();
	r = client_connect(c);
	if (r != 0)
		return r;
	r = new_get_all(c, path, &call);
	if (r < 0)
		return fail_reply(r);
	snprintf(what, sizeof(what), "guest '%s'", name);
	r = call_send(c, call, what, &reply);
	if (r != 0)
		return r;
	r = read_properties(reply, &g);
	if (r >= 0)
		r = complete(&g);
	if (r < 0) {
		guest_info_free(&g);
		return fail_reply(r);
	}
	*ret = g;
	return 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct guest_info *)a)->name, ((const struct guest_info *)b)->name);
}

/* Reads one {oa{sa{sv}}}; *ret_guest: it was a guest. */
static int read_object(sd_bus_message *m, struct guest_info *g, bool *ret_guest)
{
	const char *iface;
	int r;

	*ret_guest = false;
	r = sd_bus_message_skip(m, "o");
	if (r >= 0)
		r = sd_bus_message_enter_container(m, 'a', "{sa{sv}}");
	if (r < 0)
		return r;
	while ((r = sd_bus_message_enter_container(m, 'e', "sa{sv}")) > 0) {
		r = sd_bus_message_read(m, "s", &iface);
		if (r < 0)
			return r;
		if (strcmp(iface, KVM440_GUEST) == 0) {
			*ret_guest = true;
			r = read_properties(m, g);
		} else {
			r = sd_bus_message_skip(m, "a{sv}");
		}
		if (r >= 0)
			r = sd_bus_message_exit_container(m);
		if (r < 0)
			return r;
	}
	return r < 0 ? r : sd_bus_message_exit_container(m);
}

static int read_objects(sd_bus_message *m, struct guest_info **list, size_t *n)
{
	struct guest_info *longer;
	bool is_guest;
	int r;

	r = sd_bus_message_enter_container(m, 'a', "{oa{sa{sv}}}");
	while (r >= 0 && (r = sd_bus_message_enter_container(m, 'e', "oa{sa{sv}}")) > 0) {
		longer = reallocarray(*list, *n + 1, sizeof(**list));
		if (!longer)
			return -ENOMEM;
		*list = longer;
		longer[*n] = (struct guest_info){ 0 };
		(*n)++;
		r = read_object(m, &longer[*n - 1], &is_guest);
		if (r >= 0)
			r = complete(&longer[*n - 1]);
		if (r < 0)
			return r;
		if (!is_guest)
			guest_info_free(&longer[--*n]);
		r = sd_bus_message_exit_container(m);
	}
	return r;
}

int guests_get(struct client *c, struct guest_info **ret, size_t *ret_n)
{
	_cleanup_(sd_bus_message_unrefp)
	sd_bus_message *call = NULL, *reply = NULL;
	struct guest_info *list = NULL;
	size_t n = 0;
	int r;

	r = client_connect(c);
	if (r != 0)
		return r;
	r = sd_bus_message_new_method_call(c->bus, &call, KVM440_BUS_NAME, KVM440_PATH,
					   "org.freedesktop.DBus.ObjectManager",
					   "GetManagedObjects");
	if (r < 0)
		return fail_reply(r);
	r = call_send(c, call, NULL, &reply);
	if (r != 0)
		return r;
	r = read_objects(reply, &list, &n);
	if (r < 0) {
		while (n > 0)
			guest_info_free(&list[--n]);
		free(list);
		return fail_reply(r);
	}
	if (n > 0)
		qsort(list, n, sizeof(*list), by_name);
	*ret = list;
	*ret_n = n;
	return 0;
}

bool guest_ended(const struct guest_info *g)
{
	return strcmp(g->state, "stopped") == 0 || strcmp(g->state, "crashed") == 0 ||
	       strcmp(g->state, "halted") == 0;
}

bool guest_alive(const struct guest_info *g)
{
	return strcmp(g->state, "stopped") != 0 && strcmp(g->state, "crashed") != 0;
}

bool guest_ended_well(const struct guest_info *g)
{
	return strcmp(g->state, "stopped") == 0 &&
	       (strcmp(g->cause, "guest-poweroff") == 0 || strcmp(g->cause, "guest-reboot") == 0 ||
		strcmp(g->cause, "stop") == 0);
}

int guest_tell(const struct client *c, const struct guest_info *g)
{
	struct json_object *o;
	int r;

	if (!c->json)
		return 0;
	o = table_json(state_columns, g);
	r = o ? print_json_line(o) : fail_memory();
	json_object_put(o);
	return r;
}

int guest_say_end(const struct client *c, const struct guest_info *g)
{
	if (c->json)
		return guest_tell(c, g);
	note(c, "guest '%s' %s: %s%s%s%s", g->name,
	     strcmp(g->state, "crashed") == 0 ? "has crashed" : g->state,
	     strcmp(g->cause, "none") == 0 ? "never started" : g->cause, *g->detail ? " (" : "",
	     g->detail, *g->detail ? ")" : "");
	return 0;
}

int guest_read_changed(sd_bus_message *m, struct guest_info *g)
{
	const char *iface;
	int r;

	r = sd_bus_message_read(m, "s", &iface);
	if (r < 0 || strcmp(iface, KVM440_GUEST) != 0)
		return r < 0 ? r : 0;
	r = read_properties(m, g);
	return r < 0 ? r : 1;
}

static int on_properties(sd_bus_message *m, void *data, sd_bus_error *error)
{
	struct guest_watch *w = data;

	(void)error;
	if (guest_read_changed(m, &w->info) > 0)
		w->changes++;
	return 0;
}

static int on_removed(sd_bus_message *m, void *data, sd_bus_error *error)
{
	struct guest_watch *w = data;
	const char *path;

	(void)error;
	if (sd_bus_message_read(m, "o", &path) >= 0 && strcmp(path, w->path) == 0)
		w->gone = true;
	return 0;
}

static int on_all(sd_bus_message *m, void *data, sd_bus_error *ret_error)
{
	const sd_bus_error *error = sd_bus_message_get_error(m);
	struct guest_watch *w = data;
	int r;

	(void)ret_error;
	w->answered = true;
	if (error) {
		w->status = call_complain(error, 0, w->what);
		return 0;
	}
	r = read_properties(m, &w->info);
	if (r >= 0)
		r = complete(&w->info);
	w->status = r < 0 ? fail_reply(r) : 0;
	return 0;
}

/*
 * An asynchronous call, for its reply then has its place among the signals: what was queued before
 * it is older, what comes after is newer. With a blocking call a signal that is older than the
 * reply would be dispatched after it.
 */
int guest_refresh(struct guest_watch *w)
{
	_cleanup_(sd_bus_message_unrefp)
	sd_bus_message *call = NULL;
	_cleanup_(sd_bus_slot_unrefp)
	sd_bus_slot *slot = NULL;
	struct client *c = w->client;
	uint64_t timeout = call_timeout(c);
	int r;

	w->answered = false;
	r = new_get_all(c, w->path, &call);
	if (r >= 0)
		r = sd_bus_call_async(c->bus, &slot, call, on_all, w, timeout);
	if (r < 0)
		return fail_reply(r);
	while (!w->answered) {
		r = client_process(c, NO_TIMEOUT);
		if (r != 0)
			return r;
	}
	return w->status;
}

int guest_watch(struct client *c, const char *name, struct guest_watch *w)
{
	int r;

	*w = (struct guest_watch){ .client = c, .path = guest_path(name) };
	if (!w->path)
		return fail_memory();
	snprintf(w->what, sizeof(w->what), "guest '%s'", name);
	r = client_watch_daemon(c);
	if (r != 0)
		return r;
	r = sd_bus_match_signal(c->bus, &w->properties, KVM440_BUS_NAME, w->path,
				"org.freedesktop.DBus.Properties", "PropertiesChanged",
				on_properties, w);
	if (r >= 0)
		r = sd_bus_match_signal(c->bus, &w->removed, KVM440_BUS_NAME, KVM440_PATH,
					"org.freedesktop.DBus.ObjectManager", "InterfacesRemoved",
					on_removed, w);
	if (r < 0)
		return fail(EXIT_UNREACHABLE, "the bus: %s", strerror(-r));
	return guest_refresh(w);
}

void guest_watch_close(struct guest_watch *w)
{
	w->properties = sd_bus_slot_unref(w->properties);
	w->removed = sd_bus_slot_unref(w->removed);
	guest_info_free(&w->info);
	free(w->path);
	w->path = NULL;
}

int guest_wait(struct guest_watch *w, bool (*done)(const struct guest_watch *w, void *data),
	       void *data, uint64_t deadline)
{
	int r;

	while (!done(w, data)) {
		if (w->gone)
			return fail(EXIT_NOT_FOUND, "guest '%s' was removed", w->info.name);
		if (w->client->lost)
			return fail(EXIT_UNREACHABLE, "kvm440d went away");
		r = client_process(w->client, deadline);
		if (r == EXIT_TIMEOUT)
			return fail(r, "guest '%s' is still %s", w->info.name, w->info.state);
		if (r != 0)
			return r;
	}
	return 0;
}
