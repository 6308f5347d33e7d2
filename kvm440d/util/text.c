/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "text.h"

#include <stddef.h>

/* Length of a character that may stay, in bytes, or 0. RFC 3629, 3. */
static size_t character(const unsigned char *p)
{
	size_t n = *p >= 0xf0 ? 4 : *p >= 0xe0 ? 3 : 2, i;

	if (*p < 0x80)
		return *p >= ' ' && *p != 0x7f;
	if (*p < 0xc2 || *p > 0xf4 || (*p == 0xc2 && p[1] < 0xa0))
		return 0;
	for (i = 1; i < n; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	return n;
}

void text_one_line(char *text)
{
	while (*text) {
		size_t n = character((const unsigned char *)text);

		if (!n)
			*text = '?';
		text += n ? n : 1;
	}
}
