/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of the bus share. */
#ifndef KVM440_BUS_INTERNAL_H
#define KVM440_BUS_INTERNAL_H

#include <stdbool.h>
#include <systemd/sd-bus.h>

#include "bus.h"
#include "manager.h"
#include "names.h"
#include "util/error.h"

struct request;

struct dbus {
	sd_bus *bus;
	sd_event *event;
	struct manager *manager;
	struct request *requests; /* that wait */
	size_t n_requests;
	uint64_t last_cancellation;
	void (*lost)(void *self);
	void (*message)(void *self, int priority, const char *text);
	void *self;
};

enum action {
#define ACTION(id, name, doc) ACTION_##id,
#include "interface.def"
	ACTIONS
};

/* A row of interface.def. */
struct method {
	const char *interface, *member;
	const char *in_names;
	enum action action;
	/*
	 * Answers q->m and returns 0 or more, or fails with -number and maybe q->err; the caller
	 * answers then. REQUEST_LATER: the request lives on until request_done().
	 */
	int (*call)(struct request *q);
};
enum { REQUEST_LATER = 4711 };

/* A call of a method that has not been answered. */
struct request {
	struct dbus *bus;	      /* NULL: the connection was lost meanwhile */
	struct request *next, **prev; /* among those that wait */
	sd_bus_message *m;
	const struct method *method;
	enum action action;
	uid_t uid;	   /* who calls; known when the method is called, if it has an action */
	char *guest;	   /* name, for polkit and messages; "" when it is about none */
	sd_bus_slot *slot; /* of the question that is under way */
	sd_bus_track *track;
	uint64_t cancellation; /* of the question to polkit; 0: none */
	struct error *err;
};

/* A call came in: authorizes and calls. Takes a reference of @m. For sd-bus handlers. */
int request_start(struct dbus *b, sd_bus_message *m, const struct method *method);
/* The outcome of a call that returned REQUEST_LATER; frees the request. */
void request_done(struct request *q, int r);
/* All waiting requests lose their bus. */
void request_drop_all(struct dbus *b);
/* Fails unless @flags has only bits of @known. */
int request_check_flags(struct request *q, uint64_t flags, uint64_t known);

/* The vtables. */
int vtable_add(struct dbus *b);
/* NULL-terminated, for sd_bus_emit_properties_changed_strv(). */
int path_of_guest(const char *name, char **ret);
int path_of_job(uint32_t id, char **ret);
int reply_job(struct request *q, const struct job *job);
/* Appends "a(soss)". */
int append_guests(struct dbus *b, sd_bus_message *reply);

/* Every method and every property getter of interface.def. */
#define METHOD(interface, member, in, in_names, out, out_names, action, doc)                       \
	int call_##interface##_##member(struct request *q);
#define PROPERTY(interface, member, sig, change, doc)                                              \
	int get_##interface##_##member(sd_bus *bus, const char *path, const char *iface,           \
				       const char *property, sd_bus_message *reply,                \
				       void *userdata, sd_bus_error *error);
#include "interface.def"

#endif
