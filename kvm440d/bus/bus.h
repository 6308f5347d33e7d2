/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The manager on D-Bus. Objects and signals are those of interface.def; nothing but this directory
 * knows sd-bus. Calls are parsed, authorized, handed to the manager and answered; the bus keeps no
 * state of its own beside requests that wait.
 */
#ifndef KVM440_BUS_H
#define KVM440_BUS_H

#include <systemd/sd-event.h>

struct dbus;
struct error;
struct manager;

struct dbus_params {
	sd_event *event;
	struct manager *manager;
	const char *address; /* as in the D-Bus specification:
				"unix:path=/run/dbus/system_bus_socket" */
	/* The connection is gone: dbus_free() it, from another event. */
	void (*lost)(void *self);
	void (*message)(void *self, int priority, const char *text);
	void *self;
};

/* Connects, makes the objects, becomes the manager's listener and takes the name org.kvm440. */
int dbus_new(struct dbus **ret, const struct dbus_params *params, struct error **err);
/* Sends what is queued first. Requests that still wait lose their answer. Returns NULL. */
struct dbus *dbus_free(struct dbus *b);

#endif
