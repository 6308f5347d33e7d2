/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The connection to the daemon: calls, errors as exit statuses, waiting. */
#ifndef CLIENT_BUS_H
#define CLIENT_BUS_H

#include "client.h"
#include "names.h"

/* Connects to the bus (once). 0, or EXIT_UNREACHABLE after a complaint. */
int client_connect(struct client *c);
void client_close(struct client *c);

/*
 * Begins a call of a Manager1 or Guest1 method; the caller appends the arguments. 0 or an exit
 * status after a complaint. Connects if need be.
 */
int call_manager(struct client *c, sd_bus_message **ret, enum method method);
int call_guest(struct client *c, sd_bus_message **ret, const char *guest, enum method method);
/*
 * Sends it and waits for the reply. On an error reply, complains with "what: sentence" (what may be
 * NULL) and returns the status that belongs to the error's name. Frees nothing; reply may be NULL.
 */
int call_send(struct client *c, sd_bus_message *call, const char *what, sd_bus_message **reply);
/* The same without a complaint: sd_bus_call()'s return value. */
int call_try(struct client *c, sd_bus_message *call, sd_bus_error *error, sd_bus_message **reply);
/* What call_send() says for an error reply (r: what sd_bus_call() returned, or 0); the status. */
int call_complain(const sd_bus_error *error, int r, const char *what);
/* How long a reply may take, in microseconds. */
uint64_t call_timeout(const struct client *c);
/* Reply that could not be parsed: EXIT_FAILED after a complaint; r is sd-bus's. */
int fail_reply(int r);

/* Which exit status stands for an error; r is what sd_bus_call() returned. */
int status_of_error(const sd_bus_error *error, int r);

/* The object of a guest of that name, whether it exists or not. Caller frees; NULL: no memory. */
char *guest_path(const char *name);
/* The name in a guest's object path, caller frees; NULL when it is none. */
char *guest_of_path(const char *path);

/* Sets c->lost when the daemon leaves the bus. Call it before what shall not be missed. */
int client_watch_daemon(struct client *c);

/*
 * Dispatches what came from the bus, or waits for something to come, until deadline
 * (deadline_after()). 0 when something was dispatched, EXIT_TIMEOUT without a complaint, other
 * statuses after one.
 */
int client_process(struct client *c, uint64_t deadline);

#endif
