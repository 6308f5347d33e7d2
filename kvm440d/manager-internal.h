/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of the manager share: manager.c (definitions), manager-run.c (jobs and states). */
#ifndef KVM440_MANAGER_INTERNAL_H
#define KVM440_MANAGER_INTERNAL_H

#include "mailbox.h"
#include "manager.h"
#include "workers.h"

enum entry_phase {
	ENTRY_CREATING, /* its name is taken; nobody sees it yet */
	ENTRY_READY,
	ENTRY_UPDATING,
	ENTRY_REMOVING,
};

struct store_task;

/* One guest. */
struct entry {
	struct manager *manager;
	uint64_t serial; /* never used twice: letters of guests that are gone find nobody */
	char *name;
	struct guest_def *def;
	struct guest *guest; /* NULL while CREATING */
	enum entry_phase phase;
	struct guest_view view;
	bool starting;	    /* a worker is in guest_start() */
	bool reap;	    /* it ended meanwhile */
	unsigned int dumps; /* workers that are in guest_dump() */
	struct job *job;
	enum job_result result; /* of the job; JOB_PENDING: not known yet */
	sd_event_source *timer; /* the job's deadline */
};

struct manager {
	sd_event *event;
	struct store *store;
	struct config config;
	char *log_dir;
	struct manager_listener listener;
	void (*message)(void *self, int priority, const char *text);
	void *self;
	struct mailbox *mailbox;
	struct workers *copies;	  /* may be held up by clients' files */
	struct workers *starts;	  /* only by our own disk */
	struct store_task *tasks; /* of copies */
	struct entry **entries;	  /* by name */
	size_t n_entries, n_ready, n_running;
	uint64_t last_serial;
	uint32_t last_job;
	bool closing;
	void (*closed)(void *self);
	void *closed_self;
	sd_event_source *closed_source;
};

__attribute__((format(printf, 3, 4))) void manager_message(struct manager *m, int priority,
							   const char *format, ...);
struct entry *manager_entry(const struct manager *m, const char *name); /* any phase, or NULL */
/* READY or UPDATING: what the outside knows of; else NULL and MANAGER_NoSuchGuest. */
struct entry *manager_visible(const struct manager *m, const char *name, struct error **err);
/* READY and without machine, job or start: its definition may be changed. */
int entry_check_idle(const struct entry *e, const char *what, struct error **err);
/* Makes the guest of e->def. */
int entry_make_guest(struct entry *e, struct error **err);
/* Cancels the job, frees the guest; posts that are under way are dropped. */
void entry_drop_guest(struct entry *e);
/* Tells the listener; @changes is of enum guest_change. */
void entry_changed(struct entry *e, unsigned int changes);

#endif
