// SPDX-License-Identifier: GPL-2.0-or-later
/* insmod FILE [PARAMETERS], rmmod NAME: what the host's BusyBox has not. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	const char *name = strrchr(argv[0], '/') ? strrchr(argv[0], '/') + 1 : argv[0];
	int fd, r;

	if (argc < 2) {
		fprintf(stderr, "usage: insmod FILE [PARAMETERS], rmmod NAME\n");
		return 2;
	}
	if (!strcmp(name, "rmmod")) {
		r = (int)syscall(SYS_delete_module, argv[1], O_NONBLOCK);
	} else {
		fd = open(argv[1], O_RDONLY);
		r = (int)syscall(SYS_finit_module, fd, argc > 2 ? argv[2] : "", 0);
	}
	if (r < 0)
		fprintf(stderr, "%s: %s: %s\n", name, argv[1], strerror(errno));
	return r < 0;
}
