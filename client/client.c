/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client.h"

#include <stdarg.h>
#include <string.h>
#include <time.h>

size_t utf8_character(const char *text, size_t n)
{
	const unsigned char *p = (const unsigned char *)text;
	size_t len = *p < 0x80 ? 1 : *p >= 0xf0 ? 4 : *p >= 0xe0 ? 3 : 2;

	if ((*p >= 0x80 && *p < 0xc2) || *p > 0xf4 || len > n || (*p == 0xe0 && p[1] < 0xa0) ||
	    (*p == 0xf0 && p[1] < 0x90) || (*p == 0xed && p[1] >= 0xa0) ||
	    (*p == 0xf4 && p[1] >= 0x90))
		return 0;
	for (size_t i = 1; i < len; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	return len;
}

/* C0, DEL, C1. */
static bool is_control(const char *p)
{
	unsigned char byte = (unsigned char)p[0];

	return byte < ' ' || byte == 0x7f || (byte == 0xc2 && (unsigned char)p[1] < 0xa0);
}

char *printable(const char *text)
{
	size_t left = strlen(text);
	char *copy = malloc(4 * left + 1), *to = copy;

	while (copy && left > 0) {
		size_t n = is_control(text) ? 0 : utf8_character(text, left);

		if (n > 0) {
			to = mempcpy(to, text, n);
		} else {
			if (*text == '\n')
				to = stpcpy(to, "\\n");
			else
				to += sprintf(to, "\\x%02x", (unsigned char)*text);
			n = 1;
		}
		text += n;
		left -= n;
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
