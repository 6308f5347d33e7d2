/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "terminal.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <termios.h>

static struct termios saved;
static int raw_fd = -1;

void terminal_restore(void)
{
	if (raw_fd < 0)
		return;
	/* What the guest printed goes out first; what was typed ahead is for the shell. */
	tcsetattr(raw_fd, TCSADRAIN, &saved);
	raw_fd = -1;
}

int terminal_raw(int fd)
{
	static bool registered;
	struct termios t;

	if (raw_fd >= 0)
		return -EBUSY;
	if (tcgetattr(fd, &saved) < 0)
		return -errno;
	if (!registered && atexit(terminal_restore) != 0)
		return -ENOMEM;
	registered = true;
	t = saved;
	cfmakeraw(&t);
	if (tcsetattr(fd, TCSADRAIN, &t) < 0)
		return -errno;
	raw_fd = fd;
	return 0;
}
