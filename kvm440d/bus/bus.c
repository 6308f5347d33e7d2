/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The connection, and the manager's changes as signals. */
#include "bus.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include "internal.h"
#include "util/cleanup.h"

/* A signal that cannot be sent is worth a line, and nothing else can be done about it. */
static void sent(struct dbus *b, int r, const char *what)
{
	_cleanup_(freep)
	char *text = NULL;

	if (r >= 0 || r == -ENOTCONN)
		return;
	if (asprintf(&text, "cannot send %s: %s", what, strerror(-r)) < 0)
		return;
	b->message(b->self, LOG_WARNING, text);
}

static void on_guest_added(void *self, const char *name)
{
	_cleanup_(freep)
	char *path = NULL;
	struct dbus *b = self;
	int r = path_of_guest(name, &path);

	sent(b, r < 0 ? r : sd_bus_emit_object_added(b->bus, path), "InterfacesAdded");
}

static void on_guest_removed(void *self, const char *name)
{
	_cleanup_(freep)
	char *path = NULL;
	struct dbus *b = self;
	int r = path_of_guest(name, &path);

	sent(b, r < 0 ? r : sd_bus_emit_object_removed(b->bus, path), "InterfacesRemoved");
}

static void on_guest_changed(void *self, const char *name, unsigned int changes)
{
	static const struct {
		unsigned int bit;
		const char *property;
	} table[] = {
		{ GUEST_CHANGED_STATE, "State" },
		/* These grow all the time: that they did is told when there is something to tell.
		 */
		{ GUEST_CHANGED_STATE, "CPUTimeNSec" },
		{ GUEST_CHANGED_STATE, "Exits" },
		{ GUEST_CHANGED_STATE, "Statistics" },
		{ GUEST_CHANGED_CAUSE, "Cause" },
		{ GUEST_CHANGED_DETAIL, "Detail" },
		{ GUEST_CHANGED_ENGINE, "Engine" },
		{ GUEST_CHANGED_STARTED, "StartedTimestamp" },
		{ GUEST_CHANGED_REBOOTS, "Reboots" },
		{ GUEST_CHANGED_DEFINITION, "Definition" },
		{ GUEST_CHANGED_AUTOSTART, "Autostart" },
		{ GUEST_CHANGED_MEMORY, "Memory" },
	};
	const size_t n_table = sizeof(table) / sizeof(table[0]);
	char *properties[sizeof(table) / sizeof(table[0]) + 1];
	_cleanup_(freep)
	char *path = NULL;
	struct dbus *b = self;
	size_t n = 0;
	int r;

	for (size_t i = 0; i < n_table; i++)
		if (changes & table[i].bit)
			properties[n++] = (char *)table[i].property;
	properties[n] = NULL;
	r = path_of_guest(name, &path);
	if (r >= 0)
		r = sd_bus_emit_properties_changed_strv(b->bus, path, KVM440_GUEST, properties);
	sent(b, r, "PropertiesChanged");
}

static void on_counts_changed(void *self, bool guests, bool running)
{
	char *properties[3];
	struct dbus *b = self;
	size_t n = 0;

	if (guests)
		properties[n++] = (char *)"GuestCount";
	if (running)
		properties[n++] = (char *)"RunningCount";
	properties[n] = NULL;
	sent(b,
	     sd_bus_emit_properties_changed_strv(b->bus, KVM440_PATH, KVM440_MANAGER, properties),
	     "PropertiesChanged");
}

static void on_job_new(void *self, const struct job *job)
{
	_cleanup_(freep)
	char *path = NULL;
	struct dbus *b = self;
	int r;

	r = path_of_job(job->id, &path);
	if (r >= 0)
		r = sd_bus_emit_object_added(b->bus, path);
	if (r >= 0)
		r = sd_bus_emit_signal(b->bus, KVM440_PATH, KVM440_MANAGER, "JobNew", "uoss",
				       job->id, path, job->guest, job_verb_name(job->verb));
	sent(b, r, "JobNew");
}

static void on_job_removed(void *self, const struct job *job, enum job_result result)
{
	_cleanup_(freep)
	char *path = NULL;
	struct dbus *b = self;
	int r;

	r = path_of_job(job->id, &path);
	if (r >= 0)
		r = sd_bus_emit_signal(b->bus, KVM440_PATH, KVM440_MANAGER, "JobRemoved", "uoss",
				       job->id, path, job->guest, job_result_name(result));
	if (r >= 0)
		r = sd_bus_emit_interfaces_removed(
			b->bus, path, KVM440_JOB, "org.freedesktop.DBus.Properties",
			"org.freedesktop.DBus.Introspectable", "org.freedesktop.DBus.Peer", NULL);
	sent(b, r, "JobRemoved");
}

static int on_disconnected(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
	struct dbus *b = userdata;

	(void)m;
	(void)error;
	b->lost(b->self);
	return 0;
}

static int connect_bus(struct dbus *b, const char *address, struct error **err)
{
	int r;

	r = sd_bus_new(&b->bus);
	if (r >= 0)
		r = sd_bus_set_description(b->bus, "kvm440d");
	if (r >= 0)
		r = sd_bus_set_bus_client(b->bus, true);
	if (r >= 0)
		r = sd_bus_set_address(b->bus, address);
	if (r >= 0)
		r = sd_bus_start(b->bus);
	if (r < 0)
		return error_set(err, -r, "cannot connect to the bus at '%s': %s", address,
				 strerror(-r));
	return 0;
}

static int set_up(struct dbus *b, struct error **err)
{
	int r;

	r = sd_bus_set_exit_on_disconnect(b->bus, false);
	if (r >= 0)
		r = sd_bus_match_signal(b->bus, NULL, "org.freedesktop.DBus.Local",
					"/org/freedesktop/DBus/Local", "org.freedesktop.DBus.Local",
					"Disconnected", on_disconnected, b);
	if (r >= 0)
		r = vtable_add(b);
	if (r >= 0)
		r = sd_bus_attach_event(b->bus, b->event, SD_EVENT_PRIORITY_NORMAL);
	if (r < 0)
		return error_set(err, -r, "cannot make the D-Bus objects: %s", strerror(-r));
	r = sd_bus_request_name(b->bus, KVM440_BUS_NAME, 0);
	if (r < 0)
		return error_set(err, -r, "cannot have the name %s on the bus: %s", KVM440_BUS_NAME,
				 r == -EEXIST ? "somebody else has it" : strerror(-r));
	return 0;
}

int dbus_new(struct dbus **ret, const struct dbus_params *params, struct error **err)
{
	const struct manager_listener listener = {
		.guest_added = on_guest_added,
		.guest_removed = on_guest_removed,
		.guest_changed = on_guest_changed,
		.counts_changed = on_counts_changed,
		.job_new = on_job_new,
		.job_removed = on_job_removed,
	};
	struct manager_listener own = listener;
	struct dbus *b = calloc(1, sizeof(*b));
	int r;

	if (!b)
		return error_set(err, ENOMEM, "out of memory");
	b->event = sd_event_ref(params->event);
	b->manager = params->manager;
	b->lost = params->lost;
	b->message = params->message;
	b->self = params->self;
	r = connect_bus(b, params->address, err);
	if (r >= 0)
		r = set_up(b, err);
	if (r < 0) {
		dbus_free(b);
		return r;
	}
	own.self = b;
	manager_set_listener(b->manager, &own);
	*ret = b;
	return 0;
}

struct dbus *dbus_free(struct dbus *b)
{
	if (!b)
		return NULL;
	manager_set_listener(b->manager, NULL);
	request_drop_all(b);
	sd_bus_flush_close_unref(b->bus);
	sd_event_unref(b->event);
	free(b);
	return NULL;
}
