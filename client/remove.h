/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CLIENT_REMOVE_H
#define CLIENT_REMOVE_H

#include "client.h"

/* Removes a guest; force: kills it first if it is alive. Status. */
int guest_remove(struct client *c, const char *name, bool force);

#endif
