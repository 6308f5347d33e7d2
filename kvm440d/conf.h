/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kvm440d.conf: lines "key = value", comments from '#'; the keys stand in conf.def. */
#ifndef KVM440_CONF_H
#define KVM440_CONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct error;

struct config {
#define KEY(name, type, value, lowest, highest, doc) uint64_t name;
#include "conf.def"
};

void config_init(struct config *c); /* the defaults */
/*
 * Parses a text of @len bytes into *ret; keys it does not have get their defaults. @source is its
 * name in messages: "kvm440d.conf:3: max_guests: ...". On failure *ret stays as it was.
 */
int config_parse(struct config *ret, const char *text, size_t len, const char *source,
		 struct error **err);
/* The same from a file of at most 64 KB. -ENOENT with a sentence when there is none. */
int config_load(struct config *ret, const char *path, struct error **err);

#endif
