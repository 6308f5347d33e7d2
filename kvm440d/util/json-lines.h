/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where in a JSON text each key stands, which json-c does not tell: a path ("boot.kernel",
 * "list[2].x") and the line of its value. Also finds what json-c lets pass: keys given twice, and
 * zero bytes.
 */
#ifndef KVM440_JSON_LINES_H
#define KVM440_JSON_LINES_H

#include <stddef.h>

#define JSON_DEPTH_MAX 8
#define JSON_KEYS_MAX  1000

struct error;
struct json_lines;
struct json_object;

/*
 * Parses @len bytes of text strictly, with bounds on nesting and on the number of keys, into an
 * object (the top level must be one) and its lines. Errors begin with "source:line: ".
 */
int json_lines_parse(struct json_object **ret, struct json_lines **ret_lines, const char *text,
		     size_t len, const char *source, struct error **err);
/* The key at @path is from elsewhere: messages name @source (not copied) for it instead of a line.
 */
int json_lines_override(struct json_lines *lines, const char *path, const char *source,
			struct error **err);
struct json_lines *json_lines_free(struct json_lines *lines);
void json_lines_freep(struct json_lines **lines);

/* An error about the key at @path ("" for the document): "web.json:3: memory: " and the rest;
 * -errnum. */
int json_lines_error(const struct json_lines *lines, struct error **err, int errnum,
		     const char *path, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

#endif
