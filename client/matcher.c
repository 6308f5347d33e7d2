/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "relay.h"

#include <errno.h>
#include <string.h>

int matcher_init(struct matcher *m, const char *text)
{
	size_t k = 0;

	*m = (struct matcher){ .text = text, .length = strlen(text) };
	if (m->length == 0 || m->length > 255)
		return -EINVAL;
	/* fallback[i]: how much of the text is still seen when i bytes were and the next differs.
	 */
	for (size_t i = 1; i < m->length; i++) {
		while (k > 0 && text[i] != text[k])
			k = m->fallback[k];
		if (text[i] == text[k])
			k++;
		m->fallback[i + 1] = (unsigned char)k;
	}
	return 0;
}

bool matcher_feed(struct matcher *m, const char *data, size_t n)
{
	for (size_t i = 0; i < n && m->have < m->length; i++) {
		while (m->have > 0 && data[i] != m->text[m->have])
			m->have = m->fallback[m->have];
		if (data[i] == m->text[m->have])
			m->have++;
	}
	return m->have == m->length;
}
