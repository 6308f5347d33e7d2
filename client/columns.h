/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What there is to print about a guest: the table of list, and JSON everywhere. */
#ifndef CLIENT_COLUMNS_H
#define CLIENT_COLUMNS_H

#include "table.h"

extern const struct column guest_columns[];  /* of struct guest_info, in list */
extern const struct column status_columns[]; /* of struct guest_info, in status */
extern const struct column state_columns[];  /* of struct guest_info, when it is over */

#endif
