/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What every part of kvm440ctl knows: the invocation, how to complain, exit statuses. */
#ifndef CLIENT_CLIENT_H
#define CLIENT_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <systemd/sd-bus.h>

#define _cleanup_(f) __attribute__((cleanup(f)))
#define ELEMENTS(a)  (sizeof(a) / sizeof((a)[0]))

/* Exit statuses; functions that can fail for the user return one, having said why on stderr. */
enum {
#define EXIT(symbol, status, text) EXIT_##symbol = status,
#include "exits.def"
#undef EXIT
};

#define NO_TIMEOUT UINT64_MAX

/* One invocation. */
struct client {
	const char *address; /* of the bus; NULL: the system bus, or $DBUS_SYSTEM_BUS_ADDRESS */
	sd_bus *bus;	     /* NULL until client_connect() */
	uint64_t timeout;    /* microseconds for the whole of what is waited for; NO_TIMEOUT */
	bool json;
	bool quiet;
	bool ask_password;
	int agent_pid; /* pkttyagent, 0: none */
	bool agent_tried;
	bool lost; /* the daemon left the bus (client_watch_daemon()) */
};

/* Length in bytes of the UTF-8 character that text, of n > 0 bytes, begins with; 0: it is none (RFC
 * 3629, 4). */
size_t utf8_character(const char *text, size_t n);
/* Text in which nothing does something to a terminal: control characters and bytes that are no
 * UTF-8 become "\n" and "\x1b". Caller frees; NULL: no memory. */
char *printable(const char *text);

/* "kvm440ctl: ..." on stderr, as printable() makes it; returns status. */
__attribute__((format(printf, 2, 3))) int fail(int status, const char *format, ...);
/* The same as a remark, silent with --quiet. */
__attribute__((format(printf, 2, 3))) void note(const struct client *c, const char *format, ...);
int fail_memory(void); /* EXIT_FAILED */

/* A point of CLOCK_MONOTONIC in microseconds, timeout from now; NO_TIMEOUT stays. */
uint64_t deadline_after(uint64_t timeout);
/* Microseconds left, 0 when it has passed. */
uint64_t deadline_left(uint64_t deadline);

static inline void freep(void *p)
{
	free(*(void **)p);
}

static inline void closep(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static inline void fclosep(FILE **f)
{
	if (*f)
		fclose(*f);
}

#endif
