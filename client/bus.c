/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "bus.h"

#include "agent.h"

#include <errno.h>
#include <string.h>

/* A reply may take this long when --timeout does not say; longer when somebody may be asked. */
#define CALL_TIMEOUT	 (60 * UINT64_C(1000000))
#define CALL_TIMEOUT_ASK (600 * UINT64_C(1000000))

#define ACTIVATION_TIMED_OUT "org.freedesktop.DBus.Error.TimedOut"

int client_connect(struct client *c)
{
	sd_bus *bus = NULL;
	int r;

	if (c->bus)
		return 0;
	if (c->address) {
		r = sd_bus_new(&bus);
		if (r >= 0)
			r = sd_bus_set_address(bus, c->address);
		if (r >= 0)
			r = sd_bus_set_bus_client(bus, 1);
		if (r >= 0)
			r = sd_bus_start(bus);
	} else {
		r = sd_bus_open_system(&bus);
	}
	if (r < 0) {
		sd_bus_unref(bus);
		return fail(EXIT_UNREACHABLE, "cannot reach the bus%s%s: %s",
			    c->address ? " at " : "", c->address ? c->address : "", strerror(-r));
	}
	c->bus = bus;
	return 0;
}

void client_close(struct client *c)
{
	agent_stop(c);
	c->bus = sd_bus_flush_close_unref(c->bus);
}

static int begin(struct client *c, sd_bus_message **ret, const char *path, enum method method)
{
	static const struct {
		const char *interface, *member;
	} methods[] = {
#define METHOD(interface, member, in, in_names, out, out_names, action, doc)                       \
	[METHOD_##interface##_##member] = { "org.kvm440." #interface, #member },
#include "kvm440d/bus/interface.def"
	};
	_cleanup_(sd_bus_message_unrefp)
	sd_bus_message *m = NULL;
	int r;

	r = client_connect(c);
	if (r != 0)
		return r;
	agent_start(c);
	r = sd_bus_message_new_method_call(c->bus, &m, KVM440_BUS_NAME, path,
					   methods[method].interface, methods[method].member);
	if (r >= 0)
		r = sd_bus_message_set_allow_interactive_authorization(m, c->ask_password);
	if (r < 0)
		return fail(EXIT_FAILED, "%s: %s", methods[method].member, strerror(-r));
	*ret = m;
	m = NULL;
	return 0;
}

int call_manager(struct client *c, sd_bus_message **ret, enum method method)
{
	return begin(c, ret, KVM440_PATH, method);
}

int call_guest(struct client *c, sd_bus_message **ret, const char *guest, enum method method)
{
	_cleanup_(freep)
	char *path = guest_path(guest);

	if (!path)
		return fail_memory();
	return begin(c, ret, path, method);
}

/* One for each error of the daemon: a new one does not compile until it has a status. */
enum {
	STATUS_NoSuchGuest = EXIT_NOT_FOUND,
	STATUS_GuestExists = EXIT_EXISTS,
	STATUS_InvalidName = EXIT_DEFINITION,
	STATUS_InvalidDefinition = EXIT_DEFINITION,
	STATUS_InvalidArgument = EXIT_FAILED,
	STATUS_AlreadyRunning = EXIT_STATE,
	STATUS_NotRunning = EXIT_STATE,
	STATUS_WrongState = EXIT_STATE,
	STATUS_BadBootFile = EXIT_DEFINITION,
	STATUS_MissingFile = EXIT_DEFINITION,
	STATUS_NoSuchImage = EXIT_NOT_FOUND,
	STATUS_ImageExists = EXIT_EXISTS,
	STATUS_ImageInUse = EXIT_STATE,
	STATUS_NoSpace = EXIT_NO_ROOM,
	STATUS_LimitReached = EXIT_NO_ROOM,
	STATUS_ConsoleBusy = EXIT_STATE,
	STATUS_EngineUnavailable = EXIT_DEFINITION,
	STATUS_NoSuchJob = EXIT_FAILED,
	STATUS_Failed = EXIT_FAILED,
};

int status_of_error(const sd_bus_error *error, int r)
{
	static const struct {
		const char *name;
		int status;
	} statuses[] = {
#define ERROR(id, doc) { KVM440_ERROR(id), STATUS_##id },
#include "kvm440d/manager-error.def"
		{ SD_BUS_ERROR_UNKNOWN_OBJECT, EXIT_NOT_FOUND },
		{ SD_BUS_ERROR_LIMITS_EXCEEDED, EXIT_NO_ROOM },
		{ SD_BUS_ERROR_ACCESS_DENIED, EXIT_DENIED },
		{ SD_BUS_ERROR_INTERACTIVE_AUTHORIZATION_REQUIRED, EXIT_DENIED },
		{ SD_BUS_ERROR_SERVICE_UNKNOWN, EXIT_UNREACHABLE },
		{ SD_BUS_ERROR_NAME_HAS_NO_OWNER, EXIT_UNREACHABLE },
		{ SD_BUS_ERROR_NO_REPLY, EXIT_UNREACHABLE },
		{ SD_BUS_ERROR_DISCONNECTED, EXIT_UNREACHABLE },
		{ SD_BUS_ERROR_NO_SERVER, EXIT_UNREACHABLE },
		{ SD_BUS_ERROR_TIMEOUT, EXIT_TIMEOUT },
		/* What the bus says when it started the service and waited in vain. */
		{ ACTIVATION_TIMED_OUT, EXIT_UNREACHABLE },
		/* What activation says when the unit cannot be started. */
		{ "org.freedesktop.systemd1.NoSuchUnit", EXIT_UNREACHABLE },
		{ "org.freedesktop.systemd1.UnitMasked", EXIT_UNREACHABLE },
	};
	static const char spawn[] = "org.freedesktop.DBus.Error.Spawn.";

	for (size_t i = 0; i < ELEMENTS(statuses); i++)
		if (sd_bus_error_has_name(error, statuses[i].name))
			return statuses[i].status;
	if (error->name && strncmp(error->name, spawn, sizeof(spawn) - 1) == 0)
		return EXIT_UNREACHABLE;
	switch (-r) {
	case ETIMEDOUT: return EXIT_TIMEOUT;
	case ECONNRESET:
	case ENOTCONN:
	case EPIPE: return EXIT_UNREACHABLE;
	case EACCES:
	case EPERM: return EXIT_DENIED;
	default: return EXIT_FAILED;
	}
}

/* The sentence of the daemon, or one of our own where the bus's would not help. */
static const char *sentence(const sd_bus_error *error, int r, int status)
{
	if (sd_bus_error_has_name(error, SD_BUS_ERROR_SERVICE_UNKNOWN) ||
	    sd_bus_error_has_name(error, SD_BUS_ERROR_NAME_HAS_NO_OWNER))
		return "kvm440d is not running on this bus";
	if (sd_bus_error_has_name(error, SD_BUS_ERROR_NO_REPLY))
		return "kvm440d went away before it answered";
	if (sd_bus_error_has_name(error, SD_BUS_ERROR_UNKNOWN_OBJECT))
		return "no such guest";
	if (sd_bus_error_has_name(error, ACTIVATION_TIMED_OUT))
		return "kvm440d could not be started";
	if (status == EXIT_TIMEOUT)
		return "kvm440d does not answer";
	return error->message ? error->message : strerror(-r);
}

int call_complain(const sd_bus_error *error, int r, const char *what)
{
	int status = status_of_error(error, r);
	const char *text = sentence(error, r, status);

	/* The daemon's sentence mostly says of what it speaks. */
	if (what && strchr(what, '\'') && strstr(text, what))
		what = NULL;
	return fail(status, "%s%s%s", what ? what : "", what ? ": " : "", text);
}

uint64_t call_timeout(const struct client *c)
{
	uint64_t timeout = c->agent_pid ? CALL_TIMEOUT_ASK : CALL_TIMEOUT;

	if (c->timeout < timeout)
		timeout = c->timeout > 0 ? c->timeout : 1;
	return timeout;
}

int call_try(struct client *c, sd_bus_message *call, sd_bus_error *error, sd_bus_message **reply)
{
	return sd_bus_call(c->bus, call, call_timeout(c), error, reply);
}

int call_send(struct client *c, sd_bus_message *call, const char *what, sd_bus_message **reply)
{
	_cleanup_(sd_bus_error_free)
	sd_bus_error error = SD_BUS_ERROR_NULL;
	int r;

	r = call_try(c, call, &error, reply);
	return r >= 0 ? 0 : call_complain(&error, r, what);
}

int fail_reply(int r)
{
	return fail(EXIT_FAILED, "kvm440d answered what this kvm440ctl does not understand: %s",
		    strerror(-r));
}

char *guest_path(const char *name)
{
	char *path = NULL;

	return sd_bus_path_encode(KVM440_GUEST_PREFIX, name, &path) < 0 ? NULL : path;
}

char *guest_of_path(const char *path)
{
	char *name = NULL;

	return sd_bus_path_decode(path, KVM440_GUEST_PREFIX, &name) <= 0 ? NULL : name;
}

static int on_name_owner(sd_bus_message *m, void *data, sd_bus_error *error)
{
	struct client *c = data;
	const char *name, *before, *after;

	(void)error;
	if (sd_bus_message_read(m, "sss", &name, &before, &after) >= 0 && *before)
		c->lost = true;
	return 0;
}

int client_watch_daemon(struct client *c)
{
	int r;

	r = client_connect(c);
	if (r != 0)
		return r;
	c->lost = false;
	r = sd_bus_add_match(c->bus, NULL,
			     "type='signal',sender='org.freedesktop.DBus',"
			     "path='/org/freedesktop/DBus',interface='org.freedesktop.DBus',"
			     "member='NameOwnerChanged',arg0='" KVM440_BUS_NAME "'",
			     on_name_owner, c);
	return r < 0 ? fail(EXIT_UNREACHABLE, "the bus: %s", strerror(-r)) : 0;
}

int client_process(struct client *c, uint64_t deadline)
{
	uint64_t left;
	int r;

	r = sd_bus_process(c->bus, NULL);
	if (r == 0) {
		left = deadline_left(deadline);
		if (left == 0)
			return EXIT_TIMEOUT;
		r = sd_bus_wait(c->bus, left);
		if (r == -EINTR)
			r = 0;
	}
	return r < 0 ? fail(EXIT_UNREACHABLE, "the bus went away: %s", strerror(-r)) : 0;
}
