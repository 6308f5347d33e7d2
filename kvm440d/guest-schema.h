/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * config/guest.schema.json, compiled in, and a check of a document against it. The part of JSON
 * Schema that is understood: type, properties, required, additionalProperties: false, enum,
 * minimum, maximum, minLength, maxLength, default, and format, where our own formats ("size" with
 * minimumSize, maximumSize and multipleOfSize; "guest-name"; "line"; "word") stand for the pattern
 * beside them, which is for others.
 */
#ifndef KVM440_GUEST_SCHEMA_H
#define KVM440_GUEST_SCHEMA_H

#include <stdint.h>

struct error;
struct json_lines;
struct json_object;

/* The text of the schema. */
extern const char guest_schema_text[];

/*
 * Checks @doc and gives the same document with defaults filled in and keys in the schema's order
 * (the caller's, with json_object_put()). @lines says where keys stand, for errors.
 */
int guest_schema_check(struct json_object **ret, struct json_object *doc,
		       const struct json_lines *lines, struct error **err);
/* "256M": bytes, or with K, M, G, T, P (powers of 1024) behind. -EINVAL, -ERANGE; nothing stored
 * then. */
int guest_schema_size(const char *text, uint64_t *ret);

#endif
