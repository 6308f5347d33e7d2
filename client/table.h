/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rows of structures printed as a table for people or as JSON, from one description of the columns.
 */
#ifndef CLIENT_TABLE_H
#define CLIENT_TABLE_H

#include "client.h"

enum column_type {
	COLUMN_TEXT,	 /* char * */
	COLUMN_WORDS,	 /* char **, ends with NULL: an array in JSON */
	COLUMN_BYTES,	 /* uint64_t */
	COLUMN_COUNT,	 /* uint64_t */
	COLUMN_TIME,	 /* uint64_t, microseconds since 1970; 0: never */
	COLUMN_DURATION, /* uint64_t, nanoseconds */
	COLUMN_BOOL,	 /* bool */
};

struct column {
	const char *title; /* NULL: in JSON only */
	const char *key;   /* in JSON; NULL ends the description */
	enum column_type type;
	size_t offset;
};

/* n rows of size bytes. With c->json an array of objects; without titles with c->quiet. */
int table_print(const struct client *c, const struct column *columns, const void *rows, size_t n,
		size_t size);
/* One row as a JSON object to be freed with json_object_put(); NULL: no memory. */
struct json_object *table_json(const struct column *columns, const void *row);
/* One row as "Title: value" lines; columns whose value is empty are left out. */
int table_print_one(const struct column *columns, const void *row);

/* A value as people read it: "256M", "3.2 s", "2026-01-31 12:00:01". */
void format_column(const struct column *column, const void *row, char *buf, size_t size);

/* Prints a JSON value, indented on a terminal; flushes. 0 or EXIT_FAILED. */
int print_json(struct json_object *value);
/* The same in one line. */
int print_json_line(struct json_object *value);
int finish_output(void); /* flushes stdout: 0, EXIT_FAILED after a complaint, or without one 128 +
			    SIGPIPE when nobody reads any more */

#endif
