// SPDX-License-Identifier: GPL-2.0-or-later
/* as-user NAME PROGRAM [ARGUMENT...]: runs it as that user, in all of his groups; the host's
 * BusyBox has no su. */
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	const struct passwd *user;

	if (argc < 3) {
		fprintf(stderr, "usage: as-user NAME PROGRAM [ARGUMENT...]\n");
		return 2;
	}
	user = getpwnam(argv[1]);
	if (!user) {
		fprintf(stderr, "as-user: there is no user '%s'\n", argv[1]);
		return 1;
	}
	if (initgroups(user->pw_name, user->pw_gid) < 0 || setgid(user->pw_gid) < 0 ||
	    setuid(user->pw_uid) < 0) {
		fprintf(stderr, "as-user: %s: %s\n", argv[1], strerror(errno));
		return 1;
	}
	execv(argv[2], argv + 2);
	fprintf(stderr, "as-user: %s: %s\n", argv[2], strerror(errno));
	return 1;
}
