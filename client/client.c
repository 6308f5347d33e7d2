/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client.h"

#include <stdarg.h>
#include <string.h>
#include <time.h>

/*
 * Length of the character at p in bytes, 0 for one that does something to a terminal (C0, DEL, C1)
 * and for what is no UTF-8 (RFC 3629, 3; overlong forms of more than two bytes do no harm here).
 */
static size_t character(const unsigned char *p)
{
	size_t n = *p >= 0xf0 ? 4 : *p >= 0xe0 ? 3 : 2;

	if (*p < 0x80)
		return *p >= ' ' && *p != 0x7f;
	if (*p < 0xc2 || *p > 0xf4 || (*p == 0xc2 && p[1] < 0xa0))
		return 0;
	for (size_t i = 1; i < n; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	return n;
}

char *printable(const char *text)
{
	const unsigned char *p = (const unsigned char *)text;
	char *copy = malloc(4 * strlen(text) + 1), *to = copy;

	while (copy && *p) {
		size_t n = character(p);

		if (n > 0) {
			memcpy(to, p, n);
			to += n;
			p += n;
		} else {
			if (*p == '\n')
				to = stpcpy(to, "\\n");
			else
				to += sprintf(to, "\\x%02x", *p);
			p++;
		}
	}
	if (copy)
		*to = '\0';
	return copy;
}

/* One line, whatever names and paths there are in it. */
static void say(const char *format, va_list ap)
{
	_cleanup_(freep)
	char *text = NULL;
	_cleanup_(freep)
	char *line = NULL;

	if (vasprintf(&text, format, ap) < 0)
		text = NULL;
	line = text ? printable(text) : NULL;
	fflush(stdout);
	fprintf(stderr, "kvm440ctl: %s\n", line ? line : "out of memory");
}

int fail(int status, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	say(format, ap);
	va_end(ap);
	return status;
}

void note(const struct client *c, const char *format, ...)
{
	va_list ap;

	if (c->quiet)
		return;
	va_start(ap, format);
	say(format, ap);
	va_end(ap);
}

int fail_memory(void)
{
	return fail(EXIT_FAILED, "out of memory");
}

static uint64_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000;
}

uint64_t deadline_after(uint64_t timeout)
{
	uint64_t deadline;

	if (timeout == NO_TIMEOUT || __builtin_add_overflow(now(), timeout, &deadline))
		return NO_TIMEOUT;
	return deadline;
}

uint64_t deadline_left(uint64_t deadline)
{
	uint64_t t;

	if (deadline == NO_TIMEOUT)
		return NO_TIMEOUT;
	t = now();
	return t < deadline ? deadline - t : 0;
}
