/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "snapshot.h"

#include "bus.h"
#include "relay.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

#define MAX_RING (64u << 20) /* bytes: no ring is larger */

int console_snapshot(struct client *c, const char *name, bool quiet, char **ret, size_t *ret_n)
{
	_cleanup_(closep)
	int fd = -1;
	_cleanup_(freep)
	char *text = NULL;
	size_t n = 0, room = 0;
	ssize_t got;
	char *longer;
	int r;

	r = console_open(c, name,
			 KVM440_CONSOLE_READ_ONLY | KVM440_CONSOLE_REPLAY | KVM440_CONSOLE_SNAPSHOT,
			 quiet, &fd);
	if (r != 0)
		return r;
	for (;;) {
		struct pollfd p = { fd, POLLIN, 0 };

		if (n == room) {
			room = room ? 2 * room : 65536;
			longer = room > 2 * MAX_RING ? NULL : realloc(text, room);
			if (!longer)
				return fail_memory();
			text = longer;
		}
		got = read(fd, text + n, room - n);
		if (got == 0)
			break;
		if (got > 0)
			n += (size_t)got;
		else if (errno == EAGAIN)
			poll(&p, 1, -1);
		else if (errno != EINTR)
			return fail(EXIT_UNREACHABLE, "console of guest '%s': %s", name,
				    strerror(errno));
	}
	*ret = text;
	text = NULL;
	*ret_n = n;
	return 0;
}

size_t last_lines(const char *text, size_t n, uint64_t count)
{
	size_t i = n;

	if (i > 0 && text[i - 1] == '\n')
		i--;
	while (i > 0) {
		if (text[i - 1] == '\n' && --count == 0)
			return i;
		i--;
	}
	return 0;
}
