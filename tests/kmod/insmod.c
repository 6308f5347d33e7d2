// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * insmod FILE [PARAMETERS], rmmod NAME: what the host's BusyBox has not. MODULE_PARAMETERS in the
 * environment: others, with commas between, that hold where PARAMETERS say nothing else.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	const char *name = strrchr(argv[0], '/') ? strrchr(argv[0], '/') + 1 : argv[0];
	const char *everywhere = getenv("MODULE_PARAMETERS");
	char parameters[1024];
	int fd, r, n;

	if (argc < 2) {
		fprintf(stderr, "usage: insmod FILE [PARAMETERS], rmmod NAME\n");
		return 2;
	}
	if (!strcmp(name, "rmmod")) {
		r = (int)syscall(SYS_delete_module, argv[1], O_NONBLOCK);
	} else {
		n = snprintf(parameters, sizeof(parameters), "%s %s", everywhere ? everywhere : "",
			     argc > 2 ? argv[2] : "");
		if (n < 0 || n >= (int)sizeof(parameters)) {
			fprintf(stderr, "insmod: the parameters are too long\n");
			return 1;
		}
		for (char *c = strchr(parameters, ','); c; c = strchr(c, ','))
			*c = ' ';
		fd = open(argv[1], O_RDONLY);
		r = (int)syscall(SYS_finit_module, fd, parameters, 0);
	}
	if (r < 0)
		fprintf(stderr, "%s: %s: %s\n", name, argv[1], strerror(errno));
	return r < 0;
}
