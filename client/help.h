/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is made from the tables of verbs and options for people to read. */
#ifndef CLIENT_HELP_H
#define CLIENT_HELP_H

#include "options.h"

void help_all(FILE *f);
/* parent: "image" for its verbs, NULL for verbs of the first level. */
void help_verb(FILE *f, const char *parent, const struct verb *verb);

#endif
