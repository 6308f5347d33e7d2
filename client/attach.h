/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A console session as console and run have it. */
#ifndef CLIENT_ATTACH_H
#define CLIENT_ATTACH_H

#include "options.h"
#include "relay.h"

/* Reads --after, --eof and --escape into a relay. 0 or EXIT_USAGE. */
int attach_options(struct relay *ret, const struct args *a);
/*
 * Opens the console of w's guest with CONSOLE_ flags, says how to leave if there is a terminal
 * ("^] leaves": leaving is the last word of that), and relays. *ret_end says how it went, the
 * status is what console exits with.
 */
int attach(struct guest_watch *w, struct relay *relay, uint64_t flags, const char *leaving,
	   enum relay_end *ret_end);

#endif
