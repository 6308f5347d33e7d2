/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The CRC-32 of gzip (RFC 1952, section 8) and of U-Boot's images. */
#ifndef KVM440_CRC32_H
#define KVM440_CRC32_H

#include <stddef.h>
#include <stdint.h>

/* The caller keeps the tables, so there is no global state; filled in by crc32_init(). */
struct crc32_tables {
	uint32_t t[4][256];
};

void crc32_init(struct crc32_tables *tables);
/* Continues @crc over @len more bytes; begin with 0. */
uint32_t crc32_add(const struct crc32_tables *tables, uint32_t crc, const void *buf, size_t len);

#endif
