/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "board/load.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "device/memory.h"
#include "util/cleanup.h"
#include "util/error.h"

#define NAME_SHOWN 80 /* bytes */

int load_file_error(const struct load_file *f, int errnum, struct error **err, const char *format,
		    ...)
{
	_cleanup_(freep)
	char *text = NULL;
	va_list ap;
	int r;

	va_start(ap, format);
	r = vasprintf(&text, format, ap);
	va_end(ap);
	if (r < 0)
		text = NULL;
	/* A long name must not keep what follows out of sight. */
	return error_set(err, errnum, "%s '%.*s%s': %s", f->what, NAME_SHOWN, f->name,
			 strlen(f->name) > NAME_SHOWN ? "..." : "", text ? text : "bad file");
}

int load_file_init(struct load_file *f, const char *what, int fd, const char *name,
		   struct error **err)
{
	struct stat st;

	*f = (struct load_file){ .fd = fd, .name = name ? name : "", .what = what };
	if (fstat(fd, &st) < 0)
		return load_file_error(f, errno, err, "%s", strerror(errno));
	if (S_ISDIR(st.st_mode))
		return load_file_error(f, EISDIR, err, "is a directory");
	if (!S_ISREG(st.st_mode))
		return load_file_error(f, EINVAL, err, "is not a regular file");
	if (st.st_size <= 0)
		return load_file_error(f, EBADMSG, err, "is empty");
	f->size = (uint64_t)st.st_size;
	return 0;
}

int load_file_read(const struct load_file *f, uint64_t offset, void *buf, uint64_t len,
		   struct error **err)
{
	uint8_t *to = buf;

	if (offset > f->size || len > f->size - offset)
		return load_file_error(f, EBADMSG, err, "is truncated: it has %" PRIu64 " bytes",
				       f->size);
	while (len) {
		size_t want = len < (1u << 30) ? (size_t)len : 1u << 30;
		ssize_t n = pread(f->fd, to, want, (off_t)offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return load_file_error(f, errno, err, "%s", strerror(errno));
		if (n == 0)
			return load_file_error(f, EBADMSG, err, "became shorter while it was read");
		to += n;
		offset += (uint64_t)n;
		len -= (uint64_t)n;
	}
	return 0;
}

/* The first taken range that [start, end) overlaps with, or n. */
static size_t find_overlap(const struct load_map *map, uint64_t start, uint64_t end)
{
	size_t i = 0;

	while (i < map->n && (map->ranges[i].end <= start || map->ranges[i].start >= end))
		i++;
	return i;
}

static int add_range(struct load_map *map, uint64_t start, uint64_t end, const char *name)
{
	if (map->n == LOAD_RANGES)
		return -E2BIG;
	map->ranges[map->n].start = start;
	map->ranges[map->n].end = end;
	(void)snprintf(map->ranges[map->n].name, sizeof(map->ranges[0].name), "%s", name);
	map->n++;
	return 0;
}

int load_reserve(struct load_map *map, const struct load_file *f, uint64_t start, uint64_t size,
		 const char *name, struct error **err)
{
	uint64_t all = map->memory->size;
	size_t i;

	if (!size)
		return 0;
	if (start > all || size > all - start)
		return load_file_error(f, EFAULT, err,
				       "%s, %" PRIu64 " bytes at 0x%" PRIx64
				       ", lies outside the guest's memory of %" PRIu64 " MB",
				       name, size, start, all >> 20);
	i = find_overlap(map, start, start + size);
	if (i < map->n)
		return load_file_error(
			f, EEXIST, err,
			"%s, %" PRIu64 " bytes at 0x%" PRIx64 ", overlaps %s at 0x%" PRIx64, name,
			size, start, map->ranges[i].name, map->ranges[i].start);
	if (add_range(map, start, start + size, name))
		return load_file_error(f, E2BIG, err, "has too many parts");
	return 0;
}

int load_allocate(struct load_map *map, uint64_t size, uint64_t align, uint64_t limit,
		  const char *name, uint64_t *ret_start)
{
	uint64_t top = limit < map->memory->size ? limit : map->memory->size;

	while (size && size <= top) {
		uint64_t start = (top - size) & ~(align - 1);
		size_t i = find_overlap(map, start, start + size);

		if (i == map->n) {
			if (add_range(map, start, start + size, name))
				return -ENOSPC;
			*ret_start = start;
			return 0;
		}
		/* below what is in the way: top falls each time, so this ends */
		top = map->ranges[i].start;
	}
	return -ENOSPC;
}

uint64_t load_free_until(const struct load_map *map, uint64_t start)
{
	uint64_t end = map->memory->size;

	for (size_t i = 0; i < map->n; i++)
		if (map->ranges[i].end > start && map->ranges[i].start < end)
			end = map->ranges[i].start;
	return end > start ? end : start;
}
