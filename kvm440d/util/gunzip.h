/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Unpacks a gzip file (RFC 1952) of deflated data (RFC 1951) into memory of a given size. The input
 * is hostile: nothing is written outside the output, and every loop consumes input or fills output.
 */
#ifndef KVM440_GUNZIP_H
#define KVM440_GUNZIP_H

#include <stddef.h>
#include <stdint.h>

struct error;

/* Fills buf with up to size bytes; returns how many, 0 at the end, or a negative errno. */
typedef int (*gunzip_read_fn)(void *self, uint8_t *buf, size_t size);

/*
 * Unpacks the first member; what follows it is ignored. -EBADMSG: it is no gzip file, cut short or
 * damaged; -EFBIG: there is more than out_size; or what read gave. The message has no file name.
 */
int gunzip(gunzip_read_fn read, void *self, uint8_t *out, size_t out_size, size_t *ret_len,
	   struct error **err);

#endif
