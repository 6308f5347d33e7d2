/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the daemon says about guests, and waiting for it to change. */
#ifndef CLIENT_GUESTS_H
#define CLIENT_GUESTS_H

#include "client.h"

struct guest_info {
	char *name, *state, *cause, *detail, *engine, *definition; /* "" when not known */
	uint64_t memory;					   /* bytes */
	uint64_t started; /* microseconds since 1970, 0: never */
	uint64_t cpu;	  /* nanoseconds */
	uint64_t reboots;
	bool autostart;
};

void guest_info_free(struct guest_info *g);

/*
 * Reads a PropertiesChanged message; what is not in it stays as it is. 1, 0 when it is about
 * another interface, -errno.
 */
int guest_read_changed(sd_bus_message *m, struct guest_info *g);

/* One guest by its name. 0 or an exit status after a complaint; info to be freed after success. */
int guest_get(struct client *c, const char *name, struct guest_info *ret);
/* All guests by name; caller frees each and the array. */
int guests_get(struct client *c, struct guest_info **ret, size_t *ret_n);

/* The names of all states, NULL-terminated. */
extern const char *const guest_states[];

/* Whether the guest is over: stopped, crashed or halted. */
bool guest_ended(const struct guest_info *g);
/* Whether it holds memory and could be killed: neither stopped nor crashed. */
bool guest_alive(const struct guest_info *g);
/* Whether it ended as it should: powered itself off, rebooted where that means stop, or was
 * stopped. */
bool guest_ended_well(const struct guest_info *g);
/* With --json name, state, cause and detail as an object in a line on stdout, else nothing. Status.
 */
int guest_tell(const struct client *c, const struct guest_info *g);
/* Of one that has ended: with --json guest_tell(), else "guest 'web' has crashed: checkstop
 * (checkstop at 0x100: ...)" on stderr unless quiet. Status. */
int guest_say_end(const struct client *c, const struct guest_info *g);

/* A guest that is being watched; info is what is known of it, kept up to date by client_process().
 */
struct guest_watch {
	struct client *client;
	struct guest_info info;
	char *path;
	sd_bus_slot *properties, *removed;
	bool gone; /* the guest was removed */
	uint64_t changes;
	char what[300];
	bool answered;
	int status;
};

/*
 * Subscribes, then asks for the present state. 0 or a status after a complaint. The watch must not
 * move in memory. To be closed in any case.
 */
int guest_watch(struct client *c, const char *name, struct guest_watch *w);
/* Brings info to where it is after all calls that were made so far. Status. */
int guest_refresh(struct guest_watch *w);
void guest_watch_close(struct guest_watch *w);
/* Waits until done(w) says so, or the guest is gone or the daemon lost (a complaint, a status). */
int guest_wait(struct guest_watch *w, bool (*done)(const struct guest_watch *w, void *data),
	       void *data, uint64_t deadline);

#endif
