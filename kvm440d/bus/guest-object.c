/* SPDX-License-Identifier: GPL-2.0-or-later */
/* org.kvm440.Guest1 and org.kvm440.Job1. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "backend/chardev.h"
#include "internal.h"
#include "request-args.h"
#include "util/cleanup.h"

_Static_assert((int)KVM440_CONSOLE_READ_ONLY == CHARDEV_READ_ONLY &&
		       (int)KVM440_CONSOLE_REPLAY == CHARDEV_REPLAY &&
		       (int)KVM440_CONSOLE_FORCE == CHARDEV_FORCE &&
		       (int)KVM440_CONSOLE_SNAPSHOT == CHARDEV_SNAPSHOT &&
		       (int)KVM440_CONSOLE_SHUT_ENDS == CHARDEV_SHUT_ENDS &&
		       (int)KVM440_CONSOLE_SINCE_START == CHARDEV_SINCE_MARK,
	       "flags of OpenConsole are those of chardev_attach()");

/* q->guest is the name that the object's path has. */

static int verb(struct request *q, enum job_verb v)
{
	int r = read_flags(q);

	return r < 0 ? r : request_job(q, q->guest, v, 0);
}

int call_Guest1_Start(struct request *q)
{
	return verb(q, JOB_START);
}

int call_Guest1_Stop(struct request *q)
{
	uint64_t timeout, flags;
	int r;

	r = sd_bus_message_read(q->m, "tt", &timeout, &flags);
	if (r >= 0)
		r = request_check_flags(q, flags, 0);
	return r < 0 ? r : request_job(q, q->guest, JOB_STOP, timeout);
}

int call_Guest1_Kill(struct request *q)
{
	return verb(q, JOB_KILL);
}

int call_Guest1_Reboot(struct request *q)
{
	return verb(q, JOB_REBOOT);
}

int call_Guest1_Pause(struct request *q)
{
	return verb(q, JOB_PAUSE);
}

int call_Guest1_Resume(struct request *q)
{
	return verb(q, JOB_RESUME);
}

int call_Guest1_Remove(struct request *q)
{
	int r = read_flags(q);

	return r < 0 ? r : remove_guest(q, q->guest);
}

int call_Guest1_DumpState(struct request *q)
{
	int r = read_flags(q);

	return r < 0 ? r : dump_guest(q, q->guest);
}

int call_Guest1_Update(struct request *q)
{
	int fds[STORE_FILES] = { -1, -1 };
	const char *definition;
	uint64_t flags;
	int r;

	r = sd_bus_message_read(q->m, "s", &definition);
	if (r >= 0)
		r = read_files_and_flags(q, fds, KVM440_UPDATE_FILES_ONLY, &flags);
	if (r < 0)
		return r;
	r = manager_update(q->bus->manager, q->guest, definition, strlen(definition), fds,
			   flags & KVM440_UPDATE_FILES_ONLY, on_done, q, &q->err);
	return r < 0 ? r : REQUEST_LATER;
}

int call_Guest1_OpenConsole(struct request *q)
{
	_cleanup_(closep)
	int fd = -1;
	uint64_t flags;
	int r;

	r = sd_bus_message_read(q->m, "t", &flags);
	if (r >= 0)
		r = request_check_flags(q, flags, KVM440_CONSOLE_ALL);
	if (r < 0)
		return r;
	r = manager_open_console(q->bus->manager, q->guest, (unsigned int)flags, q->uid, &fd,
				 &q->err);
	return r < 0 ? r : sd_bus_reply_method_return(q->m, "h", fd);
}

/* Properties; userdata is what find_guest() and find_job() found. */

#define GETTER(interface, member)                                                                  \
	int get_##interface##_##member(sd_bus *bus, const char *path, const char *iface,           \
				       const char *property, sd_bus_message *reply,                \
				       void *userdata, sd_bus_error *error)
#define UNUSED_GETTER_ARGS ((void)bus, (void)path, (void)iface, (void)property, (void)error)

#define GUEST_GETTER(member, type, value)                                                          \
	GETTER(Guest1, member)                                                                     \
	{                                                                                          \
		const struct guest_view *v = userdata;                                             \
                                                                                                   \
		UNUSED_GETTER_ARGS;                                                                \
		return sd_bus_message_append(reply, type, value);                                  \
	}

GUEST_GETTER(Name, "s", v->name)
GUEST_GETTER(State, "s", guest_state_name(v->state))
GUEST_GETTER(Cause, "s", guest_cause_name(v->cause))
GUEST_GETTER(Detail, "s", v->detail)
GUEST_GETTER(Engine, "s", v->engine)
GUEST_GETTER(Definition, "s", v->def->json)
GUEST_GETTER(Autostart, "b", (int)v->def->autostart)
GUEST_GETTER(Memory, "t", v->def->memory)
GUEST_GETTER(StartedTimestamp, "t", v->started_usec)
GUEST_GETTER(Reboots, "u", v->reboots)

GETTER(Guest1, CPUTimeNSec)
{
	struct guest_info info;

	UNUSED_GETTER_ARGS;
	manager_info(userdata, &info);
	return sd_bus_message_append(reply, "t", info.cpu_ns);
}

GETTER(Guest1, Exits)
{
	struct guest_info info;
	int r;

	UNUSED_GETTER_ARGS;
	manager_info(userdata, &info);
	r = sd_bus_message_open_container(reply, 'a', "{st}");
	for (unsigned int i = 0; r >= 0 && i < ENGINE_EXIT_KINDS; i++)
		r = sd_bus_message_append(reply, "{st}", guest_exit_name((enum engine_exit_kind)i),
					  info.stats.exits[i]);
	return r < 0 ? r : sd_bus_message_close_container(reply);
}

GETTER(Guest1, Statistics)
{
	struct guest_info info;

	UNUSED_GETTER_ARGS;
	manager_info(userdata, &info);
	if (info.stats.exits_only)
		return sd_bus_message_append(reply, "a{st}", 0);
	return sd_bus_message_append(
		reply, "a{st}", 5, "instructions", info.stats.instructions, "interrupts",
		info.stats.interrupts, "tlb-misses", info.stats.tlb_misses, "pages-decoded",
		info.stats.pages_decoded, "pages-dropped", info.stats.pages_dropped);
}

/* Jobs. */

int call_Job1_Cancel(struct request *q)
{
	_cleanup_(freep)
	char *text = NULL;
	int r;

	r = sd_bus_path_decode(sd_bus_message_get_path(q->m), KVM440_JOB_PREFIX, &text);
	if (r <= 0)
		return r < 0 ? r : -EINVAL;
	r = manager_cancel_job(q->bus->manager, (uint32_t)strtoul(text, NULL, 10), &q->err);
	return r < 0 ? r : sd_bus_reply_method_return(q->m, "");
}

#define JOB_GETTER(member, type, value)                                                            \
	GETTER(Job1, member)                                                                       \
	{                                                                                          \
		const struct job *job = userdata;                                                  \
                                                                                                   \
		UNUSED_GETTER_ARGS;                                                                \
		return sd_bus_message_append(reply, type, value);                                  \
	}

JOB_GETTER(Id, "u", job->id)
JOB_GETTER(Guest, "s", job->guest)
JOB_GETTER(Verb, "s", job_verb_name(job->verb))
JOB_GETTER(StartedTimestamp, "t", job->started_usec)
