/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <syslog.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-event.h>
#include <unistd.h>

#include "bus/bus.h"
#include "conf.h"
#include "manager.h"
#include "store.h"
#include "util/cleanup.h"
#include "util/error.h"
#include "util/text.h"

#define RECONNECT_USEC 1000000

struct daemon {
	const struct daemon_options *options;
	sd_event *event;
	struct store *store;
	struct manager *manager;
	struct dbus *bus;
	sd_event_source *reconnect;
	size_t told_guests, told_running; /* in the status */
	bool told, ending, bus_failed;
};

static void on_message(void *self, int priority, const char *text);

__attribute__((format(printf, 3, 4))) static void say(struct daemon *d, int priority,
						      const char *format, ...)
{
	_cleanup_(freep)
	char *text = NULL;
	va_list ap;

	va_start(ap, format);
	if (vasprintf(&text, format, ap) < 0)
		text = NULL;
	va_end(ap);
	if (text)
		on_message(d, priority, text);
}

/* One line to stderr. What guests and clients put into it stays on that line. */
static void on_message(void *self, int priority, const char *text)
{
	struct daemon *d = self;
	_cleanup_(freep)
	char *line = strdup(text);

	if (!line)
		return;
	text_one_line(line);
	if (d->options->journal)
		fprintf(stderr, "<%d>%s\n", priority, line);
	else if (priority < LOG_DEBUG)
		fprintf(stderr, "kvm440d: %s\n", line);
}

static void on_note(void *self, const char *text)
{
	on_message(self, LOG_NOTICE, text);
}

static int load_config(struct daemon *d, struct config *c, struct error **err)
{
	_cleanup_(error_freep)
	struct error *e = NULL;
	int r = config_load(c, d->options->config, &e);

	if (r == -ENOENT && !d->options->config_required) {
		config_init(c);
		return 0;
	}
	return r < 0 ? error_set(err, -r, "%s", error_message(e)) : 0;
}

/* The end. */

static void on_closed(void *self)
{
	struct daemon *d = self;

	(void)sd_event_exit(d->event, 0);
}

static int on_terminate(sd_event_source *source, const struct signalfd_siginfo *si, void *userdata)
{
	struct daemon *d = userdata;
	uint64_t usec = (manager_config(d->manager)->shutdown_timeout + 60) * UINT64_C(1000000);

	(void)source;
	say(d, LOG_INFO, "%s: %s", strsignal((int)si->ssi_signo),
	    d->ending ? "killing what still runs" : "stopping all guests");
	d->ending = true;
	(void)sd_notifyf(false,
			 "STOPPING=1\nSTATUS=Stopping %zu guests\nEXTEND_TIMEOUT_USEC=%" PRIu64,
			 manager_running(d->manager), usec);
	manager_shutdown(d->manager, on_closed, d);
	return 0;
}

static int on_reload(sd_event_source *source, const struct signalfd_siginfo *si, void *userdata)
{
	_cleanup_(error_freep)
	struct error *err = NULL;
	struct daemon *d = userdata;
	struct config c;

	(void)source;
	(void)si;
	(void)sd_notify(false, "RELOADING=1");
	if (load_config(d, &c, &err) < 0) {
		say(d, LOG_ERR, "the configuration stays as it was: %s", error_message(err));
	} else {
		manager_set_config(d->manager, &c);
		say(d, LOG_INFO, "%s: read again", d->options->config);
	}
	(void)sd_notify(false, "READY=1");
	return 0;
}

/* The status line for systemctl, after each event that changed it. */
static int on_post(sd_event_source *source, void *userdata)
{
	struct daemon *d = userdata;
	size_t guests = manager_count(d->manager), running = manager_running(d->manager);

	(void)source;
	if (d->ending || (d->told && guests == d->told_guests && running == d->told_running))
		return 0;
	d->told = true;
	d->told_guests = guests;
	d->told_running = running;
	(void)sd_notifyf(false, "STATUS=%zu of %zu guests running", running, guests);
	return 0;
}

/* The bus. */

static void on_lost(void *self);

static int connect_bus(struct daemon *d, struct error **err)
{
	const struct dbus_params params = {
		.event = d->event,
		.manager = d->manager,
		.address = d->options->address,
		.lost = on_lost,
		.message = on_message,
		.self = d,
	};

	return dbus_new(&d->bus, &params, err);
}

static int on_reconnect(sd_event_source *source, uint64_t usec, void *userdata)
{
	_cleanup_(error_freep)
	struct error *err = NULL;
	struct daemon *d = userdata;

	(void)usec;
	d->bus = dbus_free(d->bus);
	if (connect_bus(d, &err) >= 0) {
		say(d, LOG_NOTICE, "the bus is back");
		d->bus_failed = false;
		return 0;
	}
	if (!d->bus_failed)
		say(d, LOG_ERR, "%s; trying again every second", error_message(err));
	d->bus_failed = true;
	(void)sd_event_source_set_time_relative(source, RECONNECT_USEC);
	return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

/* Guests run on without a bus. */
static void on_lost(void *self)
{
	struct daemon *d = self;

	say(d, LOG_ERR, "the connection to the bus is lost; guests run on");
	d->reconnect = sd_event_source_disable_unref(d->reconnect);
	(void)sd_event_add_time_relative(d->event, &d->reconnect, CLOCK_MONOTONIC, 0, 0,
					 on_reconnect, d);
}

/* The beginning. */

static int watch_signals(struct daemon *d, struct error **err)
{
	static const struct {
		int number;
		sd_event_signal_handler_t handler;
	} signals[] = {
		{ SIGTERM, on_terminate },
		{ SIGINT, on_terminate },
		{ SIGHUP, on_reload },
	};
	sigset_t set;
	int r = 0;

	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaddset(&set, signals[i].number);
	/* Before any thread is made: all inherit it. */
	sigprocmask(SIG_BLOCK, &set, NULL);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]) && r >= 0; i++)
		r = sd_event_add_signal(d->event, NULL, signals[i].number, signals[i].handler, d);
	return r < 0 ? error_set(err, -r, "cannot watch signals: %s", strerror(-r)) : 0;
}

/* Consoles and boot files are descriptors: take as many as the system lets us. */
static void raise_limits(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
		limit.rlim_cur = limit.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &limit);
	}
}

static int set_up(struct daemon *d, struct error **err)
{
	struct manager_params params = {
		.log_dir = d->options->log_dir,
		.message = on_message,
		.self = d,
	};
	struct config config;
	int r;

	raise_limits();
	umask(0077);
	r = sd_event_default(&d->event);
	if (r < 0)
		return error_set(err, -r, "cannot make an event loop: %s", strerror(-r));
	r = watch_signals(d, err);
	if (r >= 0)
		r = load_config(d, &config, err);
	if (r >= 0)
		r = store_open(&d->store, d->options->state_dir, on_note, d, err);
	if (r < 0)
		return r;
	if (mkdir(d->options->log_dir, 0700) < 0 && errno != EEXIST)
		say(d, LOG_WARNING, "%s: %m; console logs cannot be written", d->options->log_dir);
	params.event = d->event;
	params.store = d->store;
	params.config = &config;
	r = manager_new(&d->manager, &params, err);
	if (r >= 0)
		r = manager_load(d->manager, err);
	if (r >= 0)
		r = connect_bus(d, err);
	if (r < 0)
		return r;
	(void)sd_event_set_watchdog(d->event, true);
	r = sd_event_add_post(d->event, NULL, on_post, d);
	return r < 0 ? error_set(err, -r, "cannot watch the event loop: %s", strerror(-r)) : 0;
}

int daemon_run(const struct daemon_options *options)
{
	_cleanup_(error_freep)
	struct error *err = NULL;
	struct daemon d = { .options = options };
	int r = set_up(&d, &err);

	if (r >= 0) {
		say(&d, LOG_INFO, "ready with %zu guests in %s", manager_count(d.manager),
		    store_path(d.store));
		(void)sd_notify(false, "READY=1");
		manager_autostart(d.manager);
		r = sd_event_loop(d.event);
		if (r < 0)
			error_set(&err, -r, "the event loop failed: %s", strerror(-r));
	}
	if (r < 0)
		say(&d, LOG_ERR, "%s", error_message(err));
	d.reconnect = sd_event_source_disable_unref(d.reconnect);
	if (d.bus)
		dbus_free(d.bus);
	if (manager_free(d.manager) == -EBUSY) {
		/* A client's file holds up a worker. What it was making is discarded at the next
		 * start. */
		say(&d, LOG_NOTICE, "ending while a file of a client is still being copied");
		_exit(r < 0 ? EXIT_FAILURE : EXIT_SUCCESS);
	}
	store_close(d.store);
	sd_event_unref(d.event);
	return r < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
