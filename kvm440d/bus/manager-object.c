/* SPDX-License-Identifier: GPL-2.0-or-later */
/* org.kvm440.Manager1: each method parses its arguments, calls the manager and answers. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "request-args.h"
#include "util/cleanup.h"

int call_Manager1_CreateGuest(struct request *q)
{
	int fds[STORE_FILES] = { -1, -1 };
	const char *definition;
	uint64_t flags;
	int r;

	r = sd_bus_message_read(q->m, "s", &definition);
	if (r >= 0)
		r = read_files_and_flags(q, fds, 0, &flags);
	if (r < 0)
		return r;
	r = manager_create(q->bus->manager, definition, strlen(definition), fds, on_guest_made, q,
			   &q->err);
	return r < 0 ? r : REQUEST_LATER;
}

int call_Manager1_GetGuest(struct request *q)
{
	_cleanup_(freep)
	char *path = NULL;
	const char *name;
	int r;

	r = sd_bus_message_read(q->m, "s", &name);
	if (r < 0)
		return r;
	if (!manager_find(q->bus->manager, name))
		return error_set(&q->err, MANAGER_NoSuchGuest, "there is no guest '%.64s'", name);
	r = path_of_guest(name, &path);
	return r < 0 ? r : sd_bus_reply_method_return(q->m, "o", path);
}

static int append_guest(sd_bus_message *reply, const struct guest_view *v)
{
	_cleanup_(freep)
	char *path = NULL;
	int r = path_of_guest(v->name, &path);

	if (r < 0)
		return r;
	return sd_bus_message_append(reply, "(soss)", v->name, path, guest_state_name(v->state),
				     guest_cause_name(v->cause));
}

int call_Manager1_ListGuests(struct request *q)
{
	_cleanup_(sd_bus_message_unrefp)
	sd_bus_message *reply = NULL;
	int r;

	r = sd_bus_message_new_method_return(q->m, &reply);
	if (r >= 0)
		r = sd_bus_message_open_container(reply, 'a', "(soss)");
	for (size_t i = 0; r >= 0 && i < manager_slots(q->bus->manager); i++) {
		const struct guest_view *v = manager_at(q->bus->manager, i);

		if (v)
			r = append_guest(reply, v);
	}
	if (r >= 0)
		r = sd_bus_message_close_container(reply);
	return r < 0 ? r : sd_bus_send(NULL, reply, NULL);
}

int call_Manager1_RemoveGuest(struct request *q)
{
	const char *name;
	int r = read_name_and_flags(q, &name);

	return r < 0 ? r : remove_guest(q, name);
}

static int verb_by_name(struct request *q, enum job_verb verb)
{
	const char *name;
	int r = read_name_and_flags(q, &name);

	return r < 0 ? r : request_job(q, name, verb, 0);
}

int call_Manager1_StartGuest(struct request *q)
{
	return verb_by_name(q, JOB_START);
}

int call_Manager1_StopGuest(struct request *q)
{
	uint64_t timeout, flags;
	const char *name;
	int r;

	r = sd_bus_message_read(q->m, "stt", &name, &timeout, &flags);
	if (r >= 0)
		r = request_check_flags(q, flags, 0);
	return r < 0 ? r : request_job(q, name, JOB_STOP, timeout);
}

int call_Manager1_KillGuest(struct request *q)
{
	return verb_by_name(q, JOB_KILL);
}

int call_Manager1_RebootGuest(struct request *q)
{
	return verb_by_name(q, JOB_REBOOT);
}

int call_Manager1_PauseGuest(struct request *q)
{
	return verb_by_name(q, JOB_PAUSE);
}

int call_Manager1_ResumeGuest(struct request *q)
{
	return verb_by_name(q, JOB_RESUME);
}

int call_Manager1_DumpState(struct request *q)
{
	const char *name;
	int r = read_name_and_flags(q, &name);

	return r < 0 ? r : dump_guest(q, name);
}

int call_Manager1_ImportImage(struct request *q)
{
	uint64_t flags;
	const char *name;
	int fd, r;

	r = sd_bus_message_read(q->m, "sht", &name, &fd, &flags);
	if (r >= 0)
		r = request_check_flags(q, flags, 0);
	if (r < 0)
		return r;
	/* The message keeps its own. */
	fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	if (fd < 0)
		return -errno;
	r = manager_import_image(q->bus->manager, name, fd, on_done, q, &q->err);
	return r < 0 ? r : REQUEST_LATER;
}

int call_Manager1_ListImages(struct request *q)
{
	_cleanup_(sd_bus_message_unrefp)
	sd_bus_message *reply = NULL;
	struct store_image *images;
	size_t n;
	int r;

	r = manager_list_images(q->bus->manager, &images, &n, &q->err);
	if (r < 0)
		return r;
	r = sd_bus_message_new_method_return(q->m, &reply);
	if (r >= 0)
		r = sd_bus_message_open_container(reply, 'a', "(stt)");
	for (size_t i = 0; r >= 0 && i < n; i++)
		r = sd_bus_message_append(reply, "(stt)", images[i].name, images[i].size,
					  images[i].mtime_usec);
	store_images_free(images, n);
	if (r >= 0)
		r = sd_bus_message_close_container(reply);
	return r < 0 ? r : sd_bus_send(NULL, reply, NULL);
}

int call_Manager1_RemoveImage(struct request *q)
{
	const char *name;
	int r = read_name_and_flags(q, &name);

	if (r < 0)
		return r;
	r = manager_remove_image(q->bus->manager, name, on_done, q, &q->err);
	return r < 0 ? r : REQUEST_LATER;
}

int call_Manager1_CheckDefinition(struct request *q)
{
	_cleanup_(freep)
	char *json = NULL;
	const char *definition;
	int r;

	r = sd_bus_message_read(q->m, "s", &definition);
	if (r >= 0)
		r = manager_check(q->bus->manager, definition, strlen(definition), &json, &q->err);
	return r < 0 ? r : sd_bus_reply_method_return(q->m, "s", json);
}

/* Properties. */

#define GETTER(member)                                                                             \
	int get_Manager1_##member(sd_bus *bus, const char *path, const char *iface,                \
				  const char *property, sd_bus_message *reply, void *userdata,     \
				  sd_bus_error *error)
#define UNUSED_GETTER_ARGS                                                                         \
	((void)bus, (void)path, (void)iface, (void)property, (void)error, (void)userdata)

GETTER(Version)
{
	UNUSED_GETTER_ARGS;
	return sd_bus_message_append(reply, "s", PACKAGE_VERSION);
}

GETTER(Engines)
{
	const struct engine *const *engine = engine_list();
	int r;

	UNUSED_GETTER_ARGS;
	r = sd_bus_message_open_container(reply, 'a', "s");
	for (; *engine && r >= 0; engine++)
		if ((*engine)->available(NULL) >= 0)
			r = sd_bus_message_append(reply, "s", (*engine)->name);
	return r < 0 ? r : sd_bus_message_close_container(reply);
}

GETTER(StateDirectory)
{
	struct dbus *b = userdata;

	UNUSED_GETTER_ARGS;
	return sd_bus_message_append(reply, "s", manager_state_dir(b->manager));
}

GETTER(GuestCount)
{
	struct dbus *b = userdata;

	UNUSED_GETTER_ARGS;
	return sd_bus_message_append(reply, "u", (uint32_t)manager_count(b->manager));
}

GETTER(RunningCount)
{
	struct dbus *b = userdata;

	UNUSED_GETTER_ARGS;
	return sd_bus_message_append(reply, "u", (uint32_t)manager_running(b->manager));
}
