/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "manager-error.h"
#include "store-file.h"
#include "util/cleanup.h"
#include "util/error.h"

#define DEFINITION     "definition.json"
#define MAX_DEFINITION (1024 * 1024)
#define DEFAULT_MAX    (1024ull * 1024 * 1024)
#define MAX_ASIDE      1000

struct store {
	char *path;
	int dir, lock, guests, images, broken, tmp;
	pthread_mutex_t limits; /* workers read them; a 32-bit host has no 64-bit atomics */
	uint64_t max_file_size;
	_Atomic unsigned int serial; /* of names in tmp/ */
};

static const char *const file_names[] = { [STORE_KERNEL] = "kernel", [STORE_INITRD] = "initrd" };

/* A new name in tmp/. Nobody else makes any: the directory is locked and was emptied. */
#define TMP_NAME_MAX 24
static void tmp_name(struct store *s, char name[TMP_NAME_MAX])
{
	snprintf(name, TMP_NAME_MAX, "%u", atomic_fetch_add(&s->serial, 1));
}

static int sync_dir(int dir, const char *what, struct error **err)
{
	if (fsync(dir) < 0)
		return error_set(err, errno, "%s: cannot sync the directory: %m", what);
	return 0;
}

static int take_lock(struct store *s, struct error **err)
{
	s->lock = openat(s->dir, "lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (s->lock < 0)
		return error_set(err, errno, "%s/lock: %m", s->path);
	if (flock(s->lock, LOCK_EX | LOCK_NB) < 0)
		return error_set(err, errno == EWOULDBLOCK ? EBUSY : errno,
				 "%s: another kvm440d uses this state directory", s->path);
	return 0;
}

static int empty_tmp(struct store *s, void (*note)(void *self, const char *text), void *self,
		     struct error **err)
{
	char **names, text[512];
	size_t n;
	int r;

	r = names_read(s->tmp, &names, &n);
	if (r < 0)
		return error_set(err, -r, "%s/tmp: %s", s->path, strerror(-r));
	for (size_t i = 0; i < n; i++) {
		r = tree_remove(s->tmp, names[i]);
		if (r < 0)
			snprintf(text, sizeof(text), "%s/tmp/%s: cannot remove this leftover: %s",
				 s->path, names[i], strerror(-r));
		else
			snprintf(text, sizeof(text),
				 "%s/tmp/%s: removed; it was not complete when the daemon ended",
				 s->path, names[i]);
		note(self, text);
	}
	names_free(names, n);
	return 0;
}

static int open_dirs(struct store *s, struct error **err)
{
	const struct {
		const char *name;
		int *fd;
	} dirs[] = {
		{ "guests", &s->guests },
		{ "images", &s->images },
		{ "broken", &s->broken },
		{ "tmp", &s->tmp },
	};

	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++) {
		*dirs[i].fd = dir_open(s->dir, dirs[i].name, err);
		if (*dirs[i].fd < 0)
			return error_prefix(err, "%s", s->path);
	}
	return sync_dir(s->dir, s->path, err);
}

int store_open(struct store **ret, const char *dir, void (*note)(void *self, const char *text),
	       void *self, struct error **err)
{
	struct store *s = calloc(1, sizeof(*s));
	int r;

	if (!s || !(s->path = strdup(dir))) {
		free(s);
		return error_set(err, ENOMEM, "out of memory");
	}
	pthread_mutex_init(&s->limits, NULL);
	s->max_file_size = DEFAULT_MAX;
	s->lock = s->guests = s->images = s->broken = s->tmp = -1;
	s->dir = dir_open(AT_FDCWD, dir, err);
	r = s->dir < 0 ? s->dir : take_lock(s, err);
	if (r == 0)
		r = open_dirs(s, err);
	if (r == 0)
		r = empty_tmp(s, note, self, err);
	if (r < 0) {
		store_close(s);
		return r;
	}
	*ret = s;
	return 0;
}

struct store *store_close(struct store *s)
{
	if (!s)
		return NULL;
	closep(&s->guests);
	closep(&s->images);
	closep(&s->broken);
	closep(&s->tmp);
	closep(&s->lock);
	closep(&s->dir);
	pthread_mutex_destroy(&s->limits);
	free(s->path);
	free(s);
	return NULL;
}

const char *store_path(const struct store *s)
{
	return s->path;
}

void store_set_max_file_size(struct store *s, uint64_t bytes)
{
	pthread_mutex_lock(&s->limits);
	s->max_file_size = bytes;
	pthread_mutex_unlock(&s->limits);
}

static uint64_t max_file_size(struct store *s)
{
	uint64_t bytes;

	pthread_mutex_lock(&s->limits);
	bytes = s->max_file_size;
	pthread_mutex_unlock(&s->limits);
	return bytes;
}

/* Fills tmp/@name with a complete, synced guest; files to keep come from the directory @old. */
static int build_guest(struct store *s, const char *name, int old, const char *json,
		       const int fds[STORE_FILES], struct error **err)
{
	_cleanup_(closep)
	int dir = dir_open(s->tmp, name, err);
	int r = dir < 0 ? dir : 0;

	for (unsigned int i = 0; i < STORE_FILES && r == 0; i++) {
		if (fds[i] >= 0)
			r = file_copy(dir, file_names[i], fds[i], max_file_size(s), file_names[i],
				      err);
		else if (fds[i] == STORE_KEEP &&
			 linkat(old, file_names[i], dir, file_names[i], 0) < 0 && errno != ENOENT)
			r = error_set(err, errno, "%s: cannot link: %m", file_names[i]);
	}
	if (r == 0)
		r = file_write(dir, DEFINITION, json, strlen(json), err);
	return r < 0 ? r : sync_dir(dir, name, err);
}

int store_create_guest(struct store *s, const char *name, const char *json,
		       const int fds[STORE_FILES], struct error **err)
{
	char tmp[TMP_NAME_MAX];
	int r;

	tmp_name(s, tmp);
	r = build_guest(s, tmp, -1, json, fds, err);
	if (r == 0 && renameat2(s->tmp, tmp, s->guests, name, RENAME_NOREPLACE) < 0)
		r = errno == EEXIST
			    ? error_set(err, MANAGER_GuestExists,
					"there is a guest '%s' in the state directory", name)
			    : error_set(err, errno, "guest '%s': cannot rename: %m", name);
	if (r == 0)
		r = sync_dir(s->guests, "guests", err);
	else
		(void)tree_remove(s->tmp, tmp);
	return r;
}

/* Only the definition changes: one file is replaced. */
static int update_definition(struct store *s, int dir, const char *json, struct error **err)
{
	char tmp[TMP_NAME_MAX];
	int r;

	tmp_name(s, tmp);
	r = file_write(s->tmp, tmp, json, strlen(json), err);
	if (r == 0 && renameat(s->tmp, tmp, dir, DEFINITION) < 0)
		r = error_set(err, errno, DEFINITION ": cannot rename: %m");
	if (r == 0)
		return sync_dir(dir, "guest", err);
	(void)tree_remove(s->tmp, tmp);
	return r;
}

/* Whether a file is asked to be what it is already. */
static bool unchanged(int dir, enum store_file file, int fd)
{
	if (fd == STORE_KEEP)
		return true;
	return fd == STORE_NONE && faccessat(dir, file_names[file], F_OK, 0) < 0 && errno == ENOENT;
}

int store_update_guest(struct store *s, const char *name, const char *json,
		       const int fds[STORE_FILES], struct error **err)
{
	_cleanup_(closep)
	int old = openat(s->guests, name, O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	char tmp[TMP_NAME_MAX];
	int r;

	if (old < 0)
		return error_set(err, errno, "guest '%s': %m", name);
	if (unchanged(old, STORE_KERNEL, fds[STORE_KERNEL]) &&
	    unchanged(old, STORE_INITRD, fds[STORE_INITRD]))
		return update_definition(s, old, json, err);
	tmp_name(s, tmp);
	r = build_guest(s, tmp, old, json, fds, err);
	/* The new directory and the old one change places at once. */
	if (r == 0 && renameat2(s->tmp, tmp, s->guests, name, RENAME_EXCHANGE) < 0)
		r = error_set(err, errno, "guest '%s': cannot exchange directories: %m", name);
	if (r == 0)
		r = sync_dir(s->guests, "guests", err);
	(void)tree_remove(s->tmp, tmp);
	return r;
}

int store_remove_guest(struct store *s, const char *name, struct error **err)
{
	char tmp[TMP_NAME_MAX];
	int r;

	tmp_name(s, tmp);
	if (renameat(s->guests, name, s->tmp, tmp) < 0)
		return error_set(err, errno, "guest '%s': cannot remove: %m", name);
	r = sync_dir(s->guests, "guests", err);
	/* What cannot be deleted now is deleted at the next start. */
	(void)tree_remove(s->tmp, tmp);
	return r;
}

int store_open_file(struct store *s, const char *name, enum store_file file, int *ret_fd,
		    struct error **err)
{
	_cleanup_(closep)
	int dir = openat(s->guests, name, O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	int fd = dir < 0 ? -1 : openat(dir, file_names[file], O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	if (fd < 0)
		return error_set(err, errno, "guest '%s': %s: %m", name, file_names[file]);
	*ret_fd = fd;
	return 0;
}

int store_set_aside(struct store *s, const char *name, char **ret_path, struct error **err)
{
	char aside[NAME_MAX + 1], *path;

	for (unsigned int i = 1; i <= MAX_ASIDE; i++) {
		snprintf(aside, sizeof(aside), "%.200s.%u", name, i);
		if (renameat2(s->guests, name, s->broken, aside, RENAME_NOREPLACE) < 0) {
			if (errno == EEXIST)
				continue;
			return error_set(err, errno, "%s/guests/%s: cannot set aside: %m", s->path,
					 name);
		}
		if (asprintf(&path, "%s/broken/%s", s->path, aside) < 0)
			return error_set(err, ENOMEM, "out of memory");
		*ret_path = path;
		return sync_dir(s->guests, "guests", err);
	}
	return error_set(err, EEXIST, "%s/broken: too many directories of guest '%s'", s->path,
			 name);
}

int store_load_guests(struct store *s,
		      void (*fn)(void *self, const char *name, const char *text, size_t len,
				 const struct error *why),
		      void *self, struct error **err)
{
	char **names;
	size_t n;
	int r;

	r = names_read(s->guests, &names, &n);
	if (r < 0)
		return error_set(err, -r, "%s/guests: %s", s->path, strerror(-r));
	for (size_t i = 0; i < n; i++) {
		_cleanup_(closep)
		int dir = openat(s->guests, names[i], O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
		_cleanup_(error_freep)
		struct error *why = NULL;
		_cleanup_(freep)
		char *text = NULL;
		size_t len = 0;

		if (dir < 0)
			error_set(&why, errno, "%m");
		else
			(void)file_read(dir, DEFINITION, MAX_DEFINITION, &text, &len, &why);
		fn(self, names[i], text, len, why);
	}
	names_free(names, n);
	return 0;
}

int store_import_image(struct store *s, const char *name, int fd, struct error **err)
{
	char tmp[TMP_NAME_MAX];
	int r;

	tmp_name(s, tmp);
	r = file_copy(s->tmp, tmp, fd, max_file_size(s), name, err);
	if (r == 0 && renameat2(s->tmp, tmp, s->images, name, RENAME_NOREPLACE) < 0)
		r = errno == EEXIST
			    ? error_set(err, MANAGER_ImageExists, "there is an image '%s'", name)
			    : error_set(err, errno, "image '%s': cannot rename: %m", name);
	if (r == 0)
		return sync_dir(s->images, "images", err);
	(void)tree_remove(s->tmp, tmp);
	return r;
}

int store_remove_image(struct store *s, const char *name, struct error **err)
{
	if (unlinkat(s->images, name, 0) < 0)
		return errno == ENOENT
			       ? error_set(err, MANAGER_NoSuchImage, "there is no image '%s'", name)
			       : error_set(err, errno, "image '%s': cannot remove: %m", name);
	return sync_dir(s->images, "images", err);
}

int store_list_images(struct store *s, struct store_image **ret, size_t *ret_n, struct error **err)
{
	struct store_image *images;
	char **names;
	size_t n, out = 0;
	int r;

	r = names_read(s->images, &names, &n);
	if (r < 0)
		return error_set(err, -r, "%s/images: %s", s->path, strerror(-r));
	images = calloc(n + 1, sizeof(*images));
	for (size_t i = 0; images && i < n; i++) {
		struct stat st;

		if (fstatat(s->images, names[i], &st, AT_SYMLINK_NOFOLLOW) < 0 ||
		    !S_ISREG(st.st_mode))
			continue;
		images[out++] = (struct store_image){
			.name = TAKE_PTR(names[i]),
			.size = (uint64_t)st.st_size,
			.mtime_usec = (uint64_t)st.st_mtim.tv_sec * 1000000 +
				      (uint64_t)st.st_mtim.tv_nsec / 1000,
		};
	}
	names_free(names, n);
	if (!images)
		return error_set(err, ENOMEM, "out of memory");
	*ret = images;
	*ret_n = out;
	return 0;
}

void store_images_free(struct store_image *images, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(images[i].name);
	free(images);
}

int store_open_image(struct store *s, const char *name, int *ret_fd, struct error **err)
{
	int fd = openat(s->images, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	if (fd < 0)
		return errno == ENOENT
			       ? error_set(err, MANAGER_NoSuchImage, "there is no image '%s'", name)
			       : error_set(err, errno, "image '%s': %m", name);
	*ret_fd = fd;
	return 0;
}
