/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All guests: which there are, what runs, and what is being done to whom. It belongs to the thread
 * of its event loop and never blocks it: files are copied and machines built on workers. Knows
 * nothing of D-Bus; who wants to know of changes passes a listener.
 *
 * Errors carry a number of manager-error.h and a sentence.
 */
#ifndef KVM440_MANAGER_H
#define KVM440_MANAGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <systemd/sd-event.h>

#include "conf.h"
#include "guest.h"
#include "job.h"
#include "manager-error.h"
#include "store.h"

struct error;
struct manager;

/* A guest as the last change reported it. Valid until the event loop goes on. */
struct guest_view {
	const char *name;
	const struct guest_def *def;
	enum guest_state state;
	enum guest_cause cause;
	char detail[256];
	const char *engine;    /* "" when it has no machine */
	uint64_t started_usec; /* CLOCK_REALTIME; 0: never */
	uint32_t reboots;
};

/* What of a guest has changed. */
enum guest_change {
	GUEST_CHANGED_STATE = 1 << 0,
	GUEST_CHANGED_CAUSE = 1 << 1,
	GUEST_CHANGED_DETAIL = 1 << 2,
	GUEST_CHANGED_ENGINE = 1 << 3,
	GUEST_CHANGED_STARTED = 1 << 4,
	GUEST_CHANGED_REBOOTS = 1 << 5,
	GUEST_CHANGED_DEFINITION = 1 << 6,
	GUEST_CHANGED_AUTOSTART = 1 << 7,
	GUEST_CHANGED_MEMORY = 1 << 8,
};

/* Called on the event loop's thread; a call must not call the manager's changing functions. */
struct manager_listener {
	void (*guest_added)(void *self, const char *name);
	void (*guest_removed)(void *self, const char *name); /* while it can still be found */
	void (*guest_changed)(void *self, const char *name, unsigned int changes);
	void (*counts_changed)(void *self, bool guests, bool running);
	void (*job_new)(void *self, const struct job *job);
	void (*job_removed)(void *self, const struct job *job, enum job_result result);
	void *self;
};

struct manager_params {
	sd_event *event;
	struct store *store; /* must outlive the manager */
	const struct config *config;
	const char *log_dir; /* for console logs */
	/* A line for the journal; syslog's priority. */
	void (*message)(void *self, int priority, const char *text);
	void *self;
};

int manager_new(struct manager **ret, const struct manager_params *params, struct error **err);
/*
 * Kills what runs. -EBUSY, and nothing freed, while a worker is still held up by somebody's file:
 * then the process can only exit.
 */
int manager_free(struct manager *m);
/* NULL: nobody listens. */
void manager_set_listener(struct manager *m, const struct manager_listener *listener);
void manager_set_config(struct manager *m, const struct config *config);
const struct config *manager_config(const struct manager *m);

/* Loads the definitions of the store; what cannot be read is set aside with a message. */
int manager_load(struct manager *m, struct error **err);
void manager_autostart(struct manager *m);
/*
 * Stops all guests, each within its stop_timeout and the configuration's shutdown_timeout; starts
 * none any more. A second call kills. @done comes once, when none runs or no more can be done.
 */
void manager_shutdown(struct manager *m, void (*done)(void *self), void *self);

size_t manager_count(const struct manager *m);
size_t manager_running(const struct manager *m); /* that have a machine */
/*
 * All guests, in order of name: slots below manager_slots(), of which some may be empty (NULL). A
 * guest has one job or none.
 */
size_t manager_slots(const struct manager *m);
const struct guest_view *manager_at(const struct manager *m, size_t slot);
const struct job *manager_job_at(const struct manager *m, size_t slot);
const struct guest_view *manager_find(const struct manager *m, const char *name); /* or NULL */
const char *manager_state_dir(const struct manager *m);

/*
 * These need time. On success @done is called once, later, with the outcome; on failure never. File
 * descriptors are taken over in any case; -1: none.
 */
typedef void (*manager_done_fn)(void *data, const char *name, int r, const struct error *err);
int manager_create(struct manager *m, const char *json, size_t len, int fds[STORE_FILES],
		   manager_done_fn done, void *data, struct error **err);
/*
 * @files_only: refused with MANAGER_WrongState when @json is not the present definition. Where it
 * is, the guest stays the one it is: its console keeps what was printed and who reads it.
 */
int manager_update(struct manager *m, const char *name, const char *json, size_t len,
		   int fds[STORE_FILES], bool files_only, manager_done_fn done, void *data,
		   struct error **err);
int manager_remove(struct manager *m, const char *name, manager_done_fn done, void *data,
		   struct error **err);
int manager_import_image(struct manager *m, const char *name, int fd, manager_done_fn done,
			 void *data, struct error **err);
int manager_remove_image(struct manager *m, const char *name, manager_done_fn done, void *data,
			 struct error **err);

/* The definition with its defaults; the caller frees. */
int manager_check(struct manager *m, const char *json, size_t len, char **ret_json,
		  struct error **err);
int manager_list_images(struct manager *m, struct store_image **ret, size_t *ret_n,
			struct error **err);

/*
 * Asks for a job. @timeout_usec is a stop's patience (0: the definition's). *ret_job is the
 * manager's; its end is reported by the listener, and never before this returns to the event loop.
 */
int manager_request(struct manager *m, const char *name, enum job_verb verb, uint64_t timeout_usec,
		    const struct job **ret_job, struct error **err);
const struct job *manager_job(const struct manager *m, uint32_t id); /* or NULL */
int manager_cancel_job(struct manager *m, uint32_t id, struct error **err);

/* What changes without being reported: times, counters. */
void manager_info(const struct guest_view *view, struct guest_info *ret);
/* On success @done is called once, later; the JSON text is valid during the call. */
typedef void (*manager_dump_fn)(void *data, int r, const char *json, const struct error *err);
int manager_dump(struct manager *m, const char *name, manager_dump_fn done, void *data,
		 struct error **err);
/* A socket to the console for user @uid, flags of enum chardev_attach; the caller owns *ret_fd.
 * LimitReached when this user has max_consoles open, those with the snapshot flag included. */
int manager_open_console(struct manager *m, const char *name, unsigned int flags, uid_t uid,
			 int *ret_fd, struct error **err);

#endif
