/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "util/crc32.h"

#define POLYNOMIAL 0xedb88320u /* reflected */

void crc32_init(struct crc32_tables *tables)
{
	for (uint32_t i = 0; i < 256; i++) {
		uint32_t c = i;

		for (int bit = 0; bit < 8; bit++)
			c = c >> 1 ^ (c & 1 ? POLYNOMIAL : 0);
		tables->t[0][i] = c;
	}
	for (uint32_t i = 0; i < 256; i++)
		for (int k = 1; k < 4; k++) {
			uint32_t c = tables->t[k - 1][i];

			tables->t[k][i] = c >> 8 ^ tables->t[0][c & 0xff];
		}
}

uint32_t crc32_add(const struct crc32_tables *tables, uint32_t crc, const void *buf, size_t len)
{
	const uint32_t(*t)[256] = tables->t;
	const uint8_t *p = buf;

	crc = ~crc;
	for (; len >= 4; len -= 4, p += 4) {
		crc ^= p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
		crc = t[3][crc & 0xff] ^ t[2][crc >> 8 & 0xff] ^ t[1][crc >> 16 & 0xff] ^
		      t[0][crc >> 24];
	}
	for (; len; len--, p++)
		crc = crc >> 8 ^ t[0][(crc ^ *p) & 0xff];
	return ~crc;
}
