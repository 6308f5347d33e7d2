/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "text.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

size_t text_character(const char *text, size_t len)
{
	static const uint32_t least[] = { 0, 1, 0x80, 0x800, 0x10000 };
	const unsigned char *p = (const unsigned char *)text;
	size_t n = *p < 0x80 ? 1 : *p >= 0xf0 ? 4 : *p >= 0xe0 ? 3 : 2, i;
	uint32_t c = n == 1 ? *p : *p & (0x7fu >> n);

	if ((*p >= 0x80 && *p < 0xc0) || *p >= 0xf8 || n > len)
		return 0;
	for (i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3f);
	}
	if (c < least[n] || c > 0x10ffff || (c & 0x1ff800) == 0xd800 ||
	    (c >= 0xfdd0 && c <= 0xfdef) || (c & 0xfffe) == 0xfffe)
		return 0;
	return n;
}

static bool is_control(const char *text)
{
	unsigned char byte = (unsigned char)text[0];

	return byte < ' ' || byte == 0x7f || (byte == 0xc2 && (unsigned char)text[1] < 0xa0);
}

void text_one_line(char *text)
{
	size_t left = strlen(text), n;

	for (; left; text += n, left -= n) {
		n = is_control(text) ? 0 : text_character(text, left);
		if (!n) {
			*text = '?';
			n = 1;
		}
	}
}
