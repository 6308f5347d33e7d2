/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A guest without a machine, in place of kvm440d/guest.c, that does what its command line says, so
 *that a test decides when what happens: "start-fails"	guest_start() fails
 *	"stops"		it obeys a request to stop; otherwise it goes on STOPPING
 *	"unkillable"	it never ends
 *	"watched"	one console is open
 *	"slow-start"	guest_start() returns when fake_guest_let_start() was called
 */
#ifndef FAKE_GUEST_H
#define FAKE_GUEST_H

#include "guest.h"

/* The guest reports this now. It must exist. */
void fake_guest_report(const char *name, enum guest_state state, enum guest_cause cause,
		       const char *detail);
void fake_guest_let_start(void);
/* How many guests exist, and how many were reaped since the program began. */
int fake_guest_count(void);
int fake_guest_reaped(void);
unsigned int fake_guests_made(void); /* guest_new() was called so often */

#endif
