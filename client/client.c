/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client.h"

#include <stdarg.h>
#include <time.h>

static void say(const char *format, va_list ap)
{
	fflush(stdout);
	fputs("kvm440ctl: ", stderr);
	vfprintf(stderr, format, ap);
	fputc('\n', stderr);
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
