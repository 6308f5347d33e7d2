/* SPDX-License-Identifier: GPL-2.0-or-later */
/* interface.def as sd-bus wants it, and the way from an object path to what it names. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "util/cleanup.h"

static const struct method methods[] = {
#define METHOD(interface, member, in, in_names, out, out_names, action, doc)                       \
	{ "org.kvm440." #interface, #member, in_names, ACTION_##action,                            \
	  call_##interface##_##member },
#include "interface.def"
};

static int dispatch(struct dbus *b, sd_bus_message *m, const char *interface)
{
	const char *member = sd_bus_message_get_member(m);

	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
		if (strcmp(methods[i].member, member) == 0 &&
		    strcmp(methods[i].interface, interface) == 0)
			return request_start(b, m, &methods[i]);
	return -EOPNOTSUPP;
}

/* Where the bus object stands while the objects of a fallback vtable are guests and jobs. */
static struct dbus *bus_of(sd_bus_message *m)
{
	sd_bus_slot *slot = sd_bus_get_current_slot(sd_bus_message_get_bus(m));

	return sd_bus_slot_get_userdata(slot);
}

static int on_manager_call(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
	(void)error;
	return dispatch(userdata, m, KVM440_MANAGER);
}

static int on_guest_call(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
	(void)userdata;
	(void)error;
	return dispatch(bus_of(m), m, KVM440_GUEST);
}

static int on_job_call(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
	(void)userdata;
	(void)error;
	return dispatch(bus_of(m), m, KVM440_JOB);
}

#define CHANGE_CONST	   SD_BUS_VTABLE_PROPERTY_CONST
#define CHANGE_EMITS	   SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE
#define CHANGE_INVALIDATES SD_BUS_VTABLE_PROPERTY_EMITS_INVALIDATION

/* One table an interface: rows of the others vanish. */
#define METHOD_ROW(member, in, in_names, out, out_names, handler)                                  \
	SD_BUS_METHOD_WITH_NAMES(#member, in, in_names, out, out_names, handler,                   \
				 SD_BUS_VTABLE_UNPRIVILEGED),
#define PROPERTY_ROW(interface, member, sig, change)                                               \
	SD_BUS_PROPERTY(#member, sig, get_##interface##_##member, 0, CHANGE_##change),

static const sd_bus_vtable manager_vtable[] = {
	SD_BUS_VTABLE_START(0),
#define ROW_Manager1(...) __VA_ARGS__
#define ROW_Guest1(...)
#define ROW_Job1(...)
#define METHOD(interface, member, in, in_names, out, out_names, action, doc)                       \
	ROW_##interface(METHOD_ROW(member, in, in_names, out, out_names, on_manager_call))
#define SIGNAL(interface, member, sig, names, doc)                                                 \
	ROW_##interface(SD_BUS_SIGNAL_WITH_NAMES(#member, sig, names, 0), )
#define PROPERTY(interface, member, sig, change, doc)                                              \
	ROW_##interface(PROPERTY_ROW(interface, member, sig, change))
#include "interface.def"
#undef ROW_Manager1
#undef ROW_Guest1
#undef ROW_Job1
	SD_BUS_VTABLE_END,
};

static const sd_bus_vtable guest_vtable[] = {
	SD_BUS_VTABLE_START(0),
#define ROW_Manager1(...)
#define ROW_Guest1(...) __VA_ARGS__
#define ROW_Job1(...)
#define METHOD(interface, member, in, in_names, out, out_names, action, doc)                       \
	ROW_##interface(METHOD_ROW(member, in, in_names, out, out_names, on_guest_call))
#define PROPERTY(interface, member, sig, change, doc)                                              \
	ROW_##interface(PROPERTY_ROW(interface, member, sig, change))
#include "interface.def"
#undef ROW_Manager1
#undef ROW_Guest1
#undef ROW_Job1
	SD_BUS_VTABLE_END,
};

static const sd_bus_vtable job_vtable[] = {
	SD_BUS_VTABLE_START(0),
#define ROW_Manager1(...)
#define ROW_Guest1(...)
#define ROW_Job1(...) __VA_ARGS__
#define METHOD(interface, member, in, in_names, out, out_names, action, doc)                       \
	ROW_##interface(METHOD_ROW(member, in, in_names, out, out_names, on_job_call))
#define PROPERTY(interface, member, sig, change, doc)                                              \
	ROW_##interface(PROPERTY_ROW(interface, member, sig, change))
#include "interface.def"
	SD_BUS_VTABLE_END,
};

int path_of_guest(const char *name, char **ret)
{
	return sd_bus_path_encode(KVM440_GUEST_PREFIX, name, ret);
}

int path_of_job(uint32_t id, char **ret)
{
	return asprintf(ret, KVM440_JOB_PREFIX "/%" PRIu32, id) < 0 ? -ENOMEM : 0;
}

static int find_guest(sd_bus *bus, const char *path, const char *interface, void *userdata,
		      void **found, sd_bus_error *error)
{
	_cleanup_(freep)
	char *name = NULL;
	struct dbus *b = userdata;
	const struct guest_view *view;
	int r;

	(void)bus;
	(void)interface;
	(void)error;
	r = sd_bus_path_decode(path, KVM440_GUEST_PREFIX, &name);
	if (r <= 0)
		return r;
	view = manager_find(b->manager, name);
	*found = (void *)view;
	return view != NULL;
}

static int find_job(sd_bus *bus, const char *path, const char *interface, void *userdata,
		    void **found, sd_bus_error *error)
{
	_cleanup_(freep)
	char *text = NULL, *again = NULL;
	struct dbus *b = userdata;
	const struct job *job;
	int r;

	(void)bus;
	(void)interface;
	(void)error;
	r = sd_bus_path_decode(path, KVM440_JOB_PREFIX, &text);
	if (r <= 0)
		return r;
	job = manager_job(b->manager, (uint32_t)strtoul(text, NULL, 10));
	if (!job)
		return 0;
	/* One job has one path: "007" and "7x" are none. */
	r = path_of_job(job->id, &again);
	if (r < 0 || strcmp(again, path) != 0)
		return r;
	*found = (void *)job;
	return 1;
}

static void strv_free(char **strv)
{
	for (size_t i = 0; strv && strv[i]; i++)
		free(strv[i]);
	free(strv);
}

static int list_paths(struct dbus *b, bool jobs, char ***ret)
{
	size_t slots = manager_slots(b->manager), n = 0;
	char **paths = calloc(slots + 1, sizeof(*paths));
	int r = paths ? 0 : -ENOMEM;

	for (size_t i = 0; i < slots && r >= 0; i++) {
		const struct guest_view *view = manager_at(b->manager, i);
		const struct job *job = manager_job_at(b->manager, i);

		if (jobs && job)
			r = path_of_job(job->id, &paths[n++]);
		else if (!jobs && view)
			r = path_of_guest(view->name, &paths[n++]);
	}
	if (r < 0) {
		strv_free(paths);
		return r;
	}
	*ret = paths;
	return 1;
}

static int list_guests(sd_bus *bus, const char *prefix, void *userdata, char ***ret,
		       sd_bus_error *error)
{
	(void)bus;
	(void)prefix;
	(void)error;
	return list_paths(userdata, false, ret);
}

static int list_jobs(sd_bus *bus, const char *prefix, void *userdata, char ***ret,
		     sd_bus_error *error)
{
	(void)bus;
	(void)prefix;
	(void)error;
	return list_paths(userdata, true, ret);
}

int vtable_add(struct dbus *b)
{
	int r;

	r = sd_bus_add_object_manager(b->bus, NULL, KVM440_PATH);
	if (r >= 0)
		r = sd_bus_add_object_vtable(b->bus, NULL, KVM440_PATH, KVM440_MANAGER,
					     manager_vtable, b);
	if (r >= 0)
		r = sd_bus_add_fallback_vtable(b->bus, NULL, KVM440_GUEST_PREFIX, KVM440_GUEST,
					       guest_vtable, find_guest, b);
	if (r >= 0)
		r = sd_bus_add_fallback_vtable(b->bus, NULL, KVM440_JOB_PREFIX, KVM440_JOB,
					       job_vtable, find_job, b);
	if (r >= 0)
		r = sd_bus_add_node_enumerator(b->bus, NULL, KVM440_GUEST_PREFIX, list_guests, b);
	if (r >= 0)
		r = sd_bus_add_node_enumerator(b->bus, NULL, KVM440_JOB_PREFIX, list_jobs, b);
	return r;
}
