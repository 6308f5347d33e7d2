/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store-file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

#include "manager-error.h"
#include "util/cleanup.h"
#include "util/error.h"

#define CHUNK	  (1024 * 1024)
#define MAX_DEPTH 8

static int write_all(int fd, const char *buf, size_t len)
{
	while (len) {
		ssize_t n = write(fd, buf, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		buf += n;
		len -= (size_t)n;
	}
	return 0;
}

static int create(int dir, const char *name)
{
	int fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);

	return fd < 0 ? -errno : fd;
}

/* Some file systems report a full disk only here. */
static int sync_and_close(int *fd)
{
	int r = fsync(*fd) < 0 ? -errno : 0;

	if (close(TAKE_FD(*fd)) < 0 && r == 0)
		r = -errno;
	return r;
}

static int write_failed(struct error **err, const char *what, int r)
{
	if (r == -ENOSPC || r == -EDQUOT)
		return error_set(err, MANAGER_NoSpace,
				 "%s: no space left in the file system of the state directory",
				 what);
	return error_set(err, -r, "%s: cannot write: %s", what, strerror(-r));
}

int file_write(int dir, const char *name, const char *text, size_t len, struct error **err)
{
	_cleanup_(closep)
	int fd = create(dir, name);
	int r = fd < 0 ? fd : write_all(fd, text, len);

	if (r == 0)
		r = sync_and_close(&fd);
	return r < 0 ? write_failed(err, name, r) : 0;
}

static const char *type_name(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFDIR: return "a directory";
	case S_IFIFO: return "a pipe";
	case S_IFSOCK: return "a socket";
	case S_IFCHR: return "a character device";
	case S_IFBLK: return "a block device";
	case S_IFLNK: return "a symbolic link";
	default: return "something else";
	}
}

static int check_source(int fd, uint64_t max, const char *what, struct error **err)
{
	int flags = fcntl(fd, F_GETFL);
	struct stat st;

	if (flags < 0)
		return error_set(err, MANAGER_BadBootFile, "%s: %m", what);
	if (flags & O_PATH || (flags & O_ACCMODE) == O_WRONLY)
		return error_set(err, MANAGER_BadBootFile, "%s: not open for reading", what);
	if (fstat(fd, &st) < 0)
		return error_set(err, MANAGER_BadBootFile, "%s: %m", what);
	if (!S_ISREG(st.st_mode))
		return error_set(err, MANAGER_BadBootFile, "%s: must be a regular file, not %s",
				 what, type_name(st.st_mode));
	if (st.st_size == 0)
		return error_set(err, MANAGER_BadBootFile, "%s: the file is empty", what);
	if ((uint64_t)st.st_size > max)
		return error_set(err, MANAGER_BadBootFile,
				 "%s: the file has %" PRIu64 " bytes; at the most %" PRIu64
				 " are allowed",
				 what, (uint64_t)st.st_size, max);
	return 0;
}

int file_copy(int dir, const char *name, int from, uint64_t max, const char *what,
	      struct error **err)
{
	_cleanup_(freep)
	char *buf = NULL;
	_cleanup_(closep)
	int to = -1;
	uint64_t done = 0;
	int r;

	r = check_source(from, max, what, err);
	if (r < 0)
		return r;
	buf = malloc(CHUNK);
	if (!buf)
		return error_set(err, ENOMEM, "%s: out of memory", what);
	to = create(dir, name);
	if (to < 0)
		return write_failed(err, what, to);
	/* The file is the client's: it may grow, shrink or fail while we read. */
	for (;;) {
		ssize_t n = pread(from, buf, CHUNK, (off_t)done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return error_set(err, MANAGER_BadBootFile, "%s: cannot read: %m", what);
		if (n == 0)
			break;
		done += (uint64_t)n;
		if (done > max)
			return error_set(err, MANAGER_BadBootFile,
					 "%s: the file grew beyond %" PRIu64 " bytes", what, max);
		r = write_all(to, buf, (size_t)n);
		if (r < 0)
			return write_failed(err, what, r);
	}
	if (done == 0)
		return error_set(err, MANAGER_BadBootFile, "%s: the file is empty", what);
	r = sync_and_close(&to);
	return r < 0 ? write_failed(err, what, r) : 0;
}

int file_read(int dir, const char *name, size_t max, char **ret, size_t *ret_len,
	      struct error **err)
{
	_cleanup_(closep)
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	_cleanup_(freep)
	char *buf = NULL;
	struct stat st;
	size_t len = 0;

	if (fd < 0 || fstat(fd, &st) < 0)
		return error_set(err, errno, "%s: %m", name);
	if (!S_ISREG(st.st_mode))
		return error_set(err, EINVAL, "%s: not a regular file", name);
	if (st.st_size < 0 || (uint64_t)st.st_size > max)
		return error_set(err, EFBIG, "%s: larger than %zu bytes", name, max);
	buf = malloc((size_t)st.st_size + 1);
	if (!buf)
		return error_set(err, ENOMEM, "%s: out of memory", name);
	while (len < (size_t)st.st_size) {
		ssize_t n = read(fd, buf + len, (size_t)st.st_size - len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return error_set(err, errno, "%s: cannot read: %m", name);
		if (n == 0)
			break;
		len += (size_t)n;
	}
	buf[len] = '\0';
	*ret = TAKE_PTR(buf);
	*ret_len = len;
	return 0;
}

int dir_open(int dir, const char *name, struct error **err)
{
	int fd;

	if (mkdirat(dir, name, 0700) < 0 && errno != EEXIST)
		return error_set(err, errno, "%s: cannot make the directory: %m", name);
	fd = openat(dir, name,
		    O_RDONLY | O_DIRECTORY | O_CLOEXEC | (dir == AT_FDCWD ? 0 : O_NOFOLLOW));
	if (fd < 0)
		return error_set(err, errno, "%s: cannot open the directory: %m", name);
	return fd;
}

static int remove_below(int dir, const char *name, unsigned int depth)
{
	_cleanup_(closep)
	int fd = -1;
	char **names;
	size_t n;
	int r;

	if (unlinkat(dir, name, 0) == 0 || errno == ENOENT)
		return 0;
	if (errno != EISDIR && errno != EPERM)
		return -errno;
	if (depth == 0)
		return -ELOOP;
	fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return -errno;
	r = names_read(fd, &names, &n);
	if (r < 0)
		return r;
	for (size_t i = 0; i < n && r == 0; i++)
		r = remove_below(fd, names[i], depth - 1);
	names_free(names, n);
	if (r == 0 && unlinkat(dir, name, AT_REMOVEDIR) < 0)
		r = -errno;
	return r;
}

int tree_remove(int dir, const char *name)
{
	return remove_below(dir, name, MAX_DEPTH);
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void closedirp(DIR **d)
{
	if (*d)
		closedir(*d);
}

int names_read(int dir, char ***ret, size_t *ret_n)
{
	/* An own description, so that two readers have two positions. */
	int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	_cleanup_(closedirp)
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	char **names = NULL;
	size_t n = 0, room = 0;
	struct dirent *e;
	int r;

	if (!d) {
		r = -errno;
		closep(&fd);
		return r;
	}
	while (errno = 0, (e = readdir(d))) {
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		if (n == room) {
			char **more =
				reallocarray(names, room = room ? 2 * room : 16, sizeof(*names));

			if (!more)
				goto fail;
			names = more;
		}
		names[n] = strdup(e->d_name);
		if (!names[n])
			goto fail;
		n++;
	}
	if (errno)
		goto fail;
	if (n)
		qsort(names, n, sizeof(*names), compare_names);
	*ret = names;
	*ret_n = n;
	return 0;
fail:
	r = -errno;
	names_free(names, n);
	return r;
}

void names_free(char **names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(names[i]);
	free(names);
}
