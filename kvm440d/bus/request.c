/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From a call to its answer. A method that needs an action is called when the caller may do it: the
 * bus is asked for the caller's user, and unless that is root or ours, polkit. Both questions are
 * asynchronous, so nobody waits for anybody else; what waits is bounded, in all and for each
 * client, and given up when the client goes away.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "internal.h"
#include "util/cleanup.h"
#include "util/text.h"

#define POLKIT_NAME  "org.freedesktop.PolicyKit1"
#define POLKIT_PATH  "/org/freedesktop/PolicyKit1/Authority"
#define POLKIT_IFACE "org.freedesktop.PolicyKit1.Authority"
/* A person may be typing a password. */
#define POLKIT_TIMEOUT_USEC (5 * 60 * UINT64_C(1000000))

static const char *const action_names[] = {
#define ACTION(id, name, doc) name,
#include "interface.def"
};

static struct request *request_free(struct request *q)
{
	if (!q)
		return NULL;
	if (q->prev) {
		*q->prev = q->next;
		if (q->next)
			q->next->prev = q->prev;
		q->bus->n_requests--;
	}
	sd_bus_slot_unref(q->slot);
	sd_bus_track_unref(q->track);
	sd_bus_message_unref(q->m);
	error_free(q->err);
	free(q->guest);
	free(q);
	return NULL;
}

static void request_link(struct request *q)
{
	struct dbus *b = q->bus;

	q->next = b->requests;
	q->prev = &b->requests;
	if (q->next)
		q->next->prev = &q->next;
	b->requests = q;
	b->n_requests++;
}

void request_drop_all(struct dbus *b)
{
	while (b->requests) {
		struct request *q = b->requests;

		b->requests = q->next;
		if (q->next)
			q->next->prev = &b->requests;
		b->n_requests--;
		q->prev = NULL;
		q->next = NULL;
		q->bus = NULL;
		/* One that asks somebody has nobody else; one that the manager works on comes back.
		 */
		if (q->slot)
			request_free(q);
	}
}

static int reply_error(struct request *q, int r)
{
	const char *text = q->err ? q->err->message : NULL;
	_cleanup_(freep)
	char *name = NULL;

	if (asprintf(&name, KVM440_ERROR_PREFIX "%s", manager_error_name(r)) < 0)
		name = NULL;
	if (text)
		text_one_line(q->err->message);
	else
		text = abs(r) < MANAGER_ERROR_BASE ? strerror(abs(r)) : "refused";
	return sd_bus_reply_method_errorf(q->m, name ?: SD_BUS_ERROR_NO_MEMORY, "%s", text);
}

void request_done(struct request *q, int r)
{
	if (r < 0 && q->bus)
		(void)reply_error(q, r);
	request_free(q);
}

int request_check_flags(struct request *q, uint64_t flags, uint64_t known)
{
	if (flags & ~known)
		return error_set(&q->err, MANAGER_InvalidArgument,
				 "flags: 0x%" PRIx64 " is not defined", flags & ~known);
	return 0;
}

/* The caller may: calls the method. Frees the request, or leaves it to request_done(). */
static void request_call(struct request *q)
{
	int r;

	q->slot = sd_bus_slot_unref(q->slot);
	q->track = sd_bus_track_unref(q->track);
	q->cancellation = 0;
	r = sd_bus_message_rewind(q->m, true);
	if (r >= 0)
		r = q->method->call(q);
	if (r != REQUEST_LATER)
		request_done(q, r);
}

static void request_deny(struct request *q, const char *name, const char *why)
{
	(void)sd_bus_reply_method_errorf(q->m, name, "%s needs %s: %s", q->method->member,
					 action_names[q->action], why);
	request_free(q);
}

/* polkit. */

static bool polkit_is_missing(const sd_bus_error *e)
{
	return sd_bus_error_has_names(
		e, SD_BUS_ERROR_SERVICE_UNKNOWN, SD_BUS_ERROR_NAME_HAS_NO_OWNER,
		"org.freedesktop.DBus.Error.Spawn.ServiceNotFound",
		"org.freedesktop.DBus.Error.Spawn.ServiceNotValid",
		"org.freedesktop.systemd1.NoSuchUnit", "org.freedesktop.systemd1.UnitMasked");
}

static int on_polkit(sd_bus_message *reply, void *userdata, sd_bus_error *ret_error)
{
	const sd_bus_error *e = sd_bus_message_get_error(reply);
	struct request *q = userdata;
	int authorized = 0, challenge = 0, r;

	(void)ret_error;
	if (e && polkit_is_missing(e)) {
		if (q->action == ACTION_INSPECT)
			request_call(q);
		else
			request_deny(
				q, SD_BUS_ERROR_ACCESS_DENIED,
				"there is no polkit here, so only root and the user that kvm440d "
				"runs as may do this");
		return 0;
	}
	if (e) {
		request_deny(q, SD_BUS_ERROR_ACCESS_DENIED, e->message ?: e->name);
		return 0;
	}
	r = sd_bus_message_enter_container(reply, 'r', "bba{ss}");
	if (r > 0)
		r = sd_bus_message_read(reply, "bb", &authorized, &challenge);
	if (r < 0)
		request_deny(q, SD_BUS_ERROR_ACCESS_DENIED, "polkit gave an answer that is none");
	else if (authorized)
		request_call(q);
	else if (challenge && !sd_bus_message_get_allow_interactive_authorization(q->m))
		request_deny(q, SD_BUS_ERROR_INTERACTIVE_AUTHORIZATION_REQUIRED,
			     "somebody would have to be asked for a password");
	else
		request_deny(q, SD_BUS_ERROR_ACCESS_DENIED, "polkit does not allow it");
	return 0;
}

/* The client is gone: whoever is being asked for a password can stop typing. */
static int on_client_gone(sd_bus_track *track, void *userdata)
{
	struct request *q = userdata;
	char id[32];

	(void)track;
	if (q->cancellation) {
		snprintf(id, sizeof(id), "kvm440-%" PRIu64, q->cancellation);
		(void)sd_bus_call_method_async(q->bus->bus, NULL, POLKIT_NAME, POLKIT_PATH,
					       POLKIT_IFACE, "CancelCheckAuthorization", NULL, NULL,
					       "s", id);
	}
	request_free(q);
	return 0;
}

static int ask_polkit(struct request *q)
{
	_cleanup_(sd_bus_message_unrefp)
	sd_bus_message *ask = NULL;
	sd_bus *bus = q->bus->bus;
	bool interactive = sd_bus_message_get_allow_interactive_authorization(q->m) > 0;
	char id[32];
	int r;

	q->slot = sd_bus_slot_unref(q->slot);
	q->cancellation = ++q->bus->last_cancellation;
	snprintf(id, sizeof(id), "kvm440-%" PRIu64, q->cancellation);
	r = sd_bus_track_new(bus, &q->track, on_client_gone, q);
	if (r >= 0)
		r = sd_bus_track_add_sender(q->track, q->m);
	if (r >= 0)
		r = sd_bus_message_new_method_call(bus, &ask, POLKIT_NAME, POLKIT_PATH,
						   POLKIT_IFACE, "CheckAuthorization");
	if (r >= 0)
		r = sd_bus_message_append(ask, "(sa{sv})sa{ss}us", "system-bus-name", 1, "name",
					  "s", sd_bus_message_get_sender(q->m),
					  action_names[q->action], 2, "guest", q->guest, "method",
					  q->method->member, interactive ? 1 : 0, id);
	if (r >= 0)
		r = sd_bus_call_async(bus, &q->slot, ask, on_polkit, q, POLKIT_TIMEOUT_USEC);
	return r;
}

static int on_user(sd_bus_message *reply, void *userdata, sd_bus_error *ret_error)
{
	const sd_bus_error *e = sd_bus_message_get_error(reply);
	struct request *q = userdata;
	uint32_t uid;
	int r;

	(void)ret_error;
	r = e ? -sd_bus_error_get_errno(e) : sd_bus_message_read(reply, "u", &uid);
	if (r < 0) {
		request_deny(q, SD_BUS_ERROR_ACCESS_DENIED, "the bus does not know who calls");
		return 0;
	}
	q->uid = uid;
	if (uid == 0 || uid == geteuid()) {
		request_call(q);
		return 0;
	}
	r = ask_polkit(q);
	if (r < 0)
		request_done(q, r);
	return 0;
}

/* Starting. */

/* The console is opened to type or only to look. */
static enum action action_of(const struct method *method, sd_bus_message *m)
{
	uint64_t flags;

	if (method->action != ACTION_CONSOLE)
		return method->action;
	if (sd_bus_message_read(m, "t", &flags) < 0)
		return ACTION_CONSOLE;
	return flags & (KVM440_CONSOLE_READ_ONLY | KVM440_CONSOLE_SNAPSHOT) ? ACTION_INSPECT
									    : ACTION_CONSOLE;
}

static char *guest_of(struct dbus *b, const struct method *method, sd_bus_message *m)
{
	const char *path = sd_bus_message_get_path(m), *name;
	const struct job *job;
	char *decoded;

	if (sd_bus_path_decode(path, KVM440_GUEST_PREFIX, &decoded) > 0)
		return decoded;
	if (sd_bus_path_decode(path, KVM440_JOB_PREFIX, &decoded) > 0) {
		job = manager_job(b->manager, (uint32_t)strtoul(decoded, NULL, 10));
		free(decoded);
		return strdup(job ? job->guest : "");
	}
	if (strcmp(method->in_names, "name") == 0 && sd_bus_message_read(m, "s", &name) >= 0)
		return strdup(name);
	return strdup("");
}

static int check_limits(struct request *q)
{
	const struct config *c = manager_config(q->bus->manager);
	const char *sender = sd_bus_message_get_sender(q->m);
	size_t same = 0;

	if (q->bus->n_requests >= c->max_requests)
		return error_set(&q->err, MANAGER_LimitReached,
				 "%zu requests are waiting already (max_requests)",
				 q->bus->n_requests);
	for (const struct request *o = q->bus->requests; o; o = o->next)
		same += strcmp(sd_bus_message_get_sender(o->m), sender) == 0;
	if (same >= c->max_requests_per_client)
		return error_set(&q->err, MANAGER_LimitReached,
				 "%zu requests of this client are waiting already "
				 "(max_requests_per_client)",
				 same);
	return 0;
}

int request_start(struct dbus *b, sd_bus_message *m, const struct method *method)
{
	struct request *q = calloc(1, sizeof(*q));
	int r;

	if (!q)
		return -ENOMEM;
	q->bus = b;
	q->m = sd_bus_message_ref(m);
	q->method = method;
	q->action = action_of(method, m);
	(void)sd_bus_message_rewind(m, true);
	q->guest = guest_of(b, method, m);
	if (!q->guest || !sd_bus_message_get_sender(m)) {
		request_free(q);
		return -ENOMEM;
	}
	if (q->action == ACTION_NONE) {
		request_call(q);
		return 1;
	}
	r = check_limits(q);
	if (r >= 0) {
		request_link(q);
		r = sd_bus_call_method_async(b->bus, &q->slot, "org.freedesktop.DBus",
					     "/org/freedesktop/DBus", "org.freedesktop.DBus",
					     "GetConnectionUnixUser", on_user, q, "s",
					     sd_bus_message_get_sender(m));
	}
	if (r < 0)
		request_done(q, r);
	return 1;
}
