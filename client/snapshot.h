/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CLIENT_SNAPSHOT_H
#define CLIENT_SNAPSHOT_H

#include "client.h"

/* All that a guest's console ring holds; caller frees. quiet: no word of it when it is refused.
 * Status. */
int console_snapshot(struct client *c, const char *name, bool quiet, char **ret, size_t *ret_n);
/* Where the last count lines of a text begin. */
size_t last_lines(const char *text, size_t n, uint64_t count);

#endif
