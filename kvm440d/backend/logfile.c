/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "backend/logfile.h"

#include "util/cleanup.h"
#include "util/error.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

struct logfile {
	char *path;
	int fd; /* -1: could not be opened the last time */
	dev_t dev;
	ino_t ino;
	uint64_t lost;
	int why; /* errno of what was lost last; 0: the writer was too slow */
};

static int reopen(struct logfile *l)
{
	_cleanup_(closep)
	int fd = -1;
	struct stat st;

	closep(&l->fd);
	l->fd = -1;
	/* O_NONBLOCK: a FIFO that somebody put there must not hold us up. */
	fd = open(l->path,
		  O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC,
		  0640);
	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EINVAL;
	l->dev = st.st_dev;
	l->ino = st.st_ino;
	l->fd = TAKE_FD(fd);
	return 0;
}

int logfile_new(struct logfile **ret, const char *path, struct error **err)
{
	struct logfile *l = calloc(1, sizeof(*l));
	int r;

	if (!l)
		return error_set(err, ENOMEM, "out of memory");
	l->fd = -1;
	l->path = strdup(path);
	r = l->path ? reopen(l) : -ENOMEM;
	if (r < 0) {
		logfile_free(l);
		return error_set(err, -r, "log file '%s': %s", path,
				 r == -EINVAL ? "not a regular file" : strerror(-r));
	}
	*ret = l;
	return 0;
}

struct logfile *logfile_free(struct logfile *l)
{
	if (!l)
		return NULL;
	closep(&l->fd);
	free(l->path);
	free(l);
	return NULL;
}

static bool rotated(struct logfile *l)
{
	struct stat st;

	return l->fd < 0 || lstat(l->path, &st) < 0 || st.st_dev != l->dev || st.st_ino != l->ino;
}

/* 0 when all was written; *ret_done counts what was. */
static int write_all(struct logfile *l, const char *buf, size_t len, size_t *ret_done)
{
	ssize_t n;

	for (*ret_done = 0; *ret_done < len; *ret_done += (size_t)n) {
		n = write(l->fd, buf + *ret_done, len - *ret_done);
		if (n < 0 && errno == EINTR)
			n = 0;
		if (n < 0)
			return -errno;
	}
	return 0;
}

static int note_lost(struct logfile *l)
{
	char line[160];
	size_t done;
	int n, r;

	if (!l->lost)
		return 0;
	n = snprintf(line, sizeof(line), "\n[kvm440: %" PRIu64 " bytes are missing here: %s]\n",
		     l->lost, l->why ? strerror(l->why) : "the log could not keep up");
	r = write_all(l, line, (size_t)n, &done);
	/* A line that was cut is not repeated: it would make a full disk fuller. */
	if (r < 0 && !done)
		return r;
	l->lost = 0;
	l->why = 0;
	return r;
}

int logfile_write(struct logfile *l, const void *buf, size_t len)
{
	size_t done = 0;
	int r = 0;

	if (rotated(l))
		r = reopen(l);
	if (r >= 0)
		r = note_lost(l);
	if (r >= 0)
		r = write_all(l, buf, len, &done);
	if (r < 0) {
		l->lost += len - done;
		l->why = -r;
	}
	return r;
}

void logfile_lost(struct logfile *l, uint64_t bytes)
{
	l->lost += bytes;
}
