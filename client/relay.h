/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between a guest's console and our stdin and stdout. */
#ifndef CLIENT_RELAY_H
#define CLIENT_RELAY_H

#include "client.h"
#include "guests.h"

enum relay_eof {
	RELAY_EOF_IGNORE, /* go on without input */
	RELAY_EOF_DETACH, /* leave */
	RELAY_EOF_SEND,	  /* send the guest a ^D, go on without input */
};

struct relay {
	struct guest_watch *watch;
	int console;	    /* the guest's; stays the caller's */
	int in, out;	    /* -1: none */
	bool read_only;	    /* nothing goes to the guest, but the escape key works */
	int escape;	    /* byte that leaves when in is a terminal; -1: none */
	enum relay_eof eof; /* at the end of in */
	const char *until;  /* end when the guest printed this; 1 to 255 bytes, NULL: never */
	const char *after;  /* read nothing from in until the guest printed this; the same bounds */
	bool stay;	    /* do not end with the guest */
	uint64_t deadline;  /* deadline_after() */
	bool mid_line;	    /* afterwards: what went to out does not end with a line */
};

enum relay_end {
	RELAY_DETACHED,	   /* by the escape key, or the end of in, or nobody reads out */
	RELAY_GUEST_ENDED, /* guest_ended(); all it printed was passed on */
	RELAY_CLOSED,  /* the daemon closed the console (the writer was replaced, the guest removed)
			*/
	RELAY_LOST,    /* the daemon, or the bus */
	RELAY_SIGNAL,  /* one that ends programs; *ret_signal */
	RELAY_MATCHED, /* until was seen */
	RELAY_TIMEOUT,
	RELAY_ERROR, /* after a complaint */
};

/* Runs until one of the above. If in is a terminal, it is raw meanwhile. */
enum relay_end relay_run(struct relay *r, int *ret_signal);

/* OpenConsole of a guest with KVM440_CONSOLE_ flags; quiet: no word of it when it is refused.
 * Status; the fd is the caller's and non-blocking. */
int console_open(struct client *c, const char *name, uint64_t flags, bool quiet, int *ret_fd);

/* "^]", "^A", "~", "none": the byte, -1, or -EINVAL (less than -1). */
int parse_escape(const char *text);
/* "^]" for 0x1d; buf of 4 bytes. */
const char *escape_name(int escape, char *buf);

/*
 * What parts of a text were seen so far in a stream. text must stay; at most 255 bytes.
 * (Knuth, Morris and Pratt's automaton.)
 */
struct matcher {
	const char *text;
	unsigned char fallback[256];
	size_t length, have;
};
int matcher_init(struct matcher *m, const char *text); /* -EINVAL: empty or too long */
bool matcher_feed(struct matcher *m, const char *data, size_t n);

#endif
