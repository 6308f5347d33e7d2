/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "device/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "util/cleanup.h"
#include "util/error.h"

#define MEMORY_UNIT  (UINT64_C(1) << 20)
#define MEMORY_LIMIT (UINT64_C(1) << 36) /* the real address space of a 440 */

static int make_memfd(const char *name, uint64_t size, struct error **err)
{
	_cleanup_(closep)
	int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd < 0)
		return error_set(err, errno, "guest memory: %s", strerror(errno));
	if (ftruncate(fd, (off_t)size) < 0)
		return error_set(err, errno, "guest memory of %" PRIu64 " bytes: %s", size,
				 strerror(errno));
	/* Nobody who is handed the descriptor can make our mapping end in SIGBUS. */
	if (fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) < 0)
		return error_set(err, errno, "guest memory: sealing: %s", strerror(errno));
	return TAKE_FD(fd);
}

int memory_init(struct memory *m, const char *name, uint64_t size, struct error **err)
{
	_cleanup_(closep)
	int fd = -1;
	void *base;

	*m = (struct memory){ .fd = -1 };
	if (!size || size % MEMORY_UNIT || size > MEMORY_LIMIT || size > SIZE_MAX)
		return error_set(err, EINVAL,
				 "guest memory of %" PRIu64
				 " bytes: must be whole megabytes, 1 to 65536",
				 size);
	fd = make_memfd(name, size, err);
	if (fd < 0)
		return fd;
	base = mmap(NULL, (size_t)size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, fd, 0);
	if (base == MAP_FAILED)
		return error_set(err, errno, "guest memory of %" PRIu64 " MB cannot be mapped: %s",
				 size / MEMORY_UNIT, strerror(errno));
	/* A core dump of the daemon is about the daemon. */
	(void)madvise(base, (size_t)size, MADV_DONTDUMP);
	m->fd = TAKE_FD(fd);
	m->base = base;
	m->size = size;
	return 0;
}

void memory_deinit(struct memory *m)
{
	/*
	 * The pages go first: munmap() would free the page tables of each with the process's map
	 * locked, and every thread that maps something waited for that (1 GB: 25 ms, else 1).
	 */
	if (m->base) {
		(void)fallocate(m->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0,
				(off_t)m->size);
		munmap(m->base, (size_t)m->size);
		close(m->fd);
	}
	*m = (struct memory){ .fd = -1 };
}

static int check(const struct memory *m, uint64_t ra, uint64_t len)
{
	return ra > m->size || len > m->size - ra ? -EFAULT : 0;
}

int memory_read(struct memory *m, uint64_t ra, void *buf, uint64_t len)
{
	int r = check(m, ra, len);

	if (!r && len)
		memcpy(buf, m->base + ra, (size_t)len);
	return r;
}

int memory_write(struct memory *m, uint64_t ra, const void *buf, uint64_t len)
{
	int r = check(m, ra, len);

	if (r || !len)
		return r;
	memcpy(m->base + ra, buf, (size_t)len);
	memory_changed(m, ra, len);
	return 0;
}

void *memory_at(struct memory *m, uint64_t ra, uint64_t len)
{
	return len && !check(m, ra, len) ? m->base + ra : NULL;
}

void memory_changed(struct memory *m, uint64_t ra, uint64_t len)
{
	if (m->written && len)
		m->written(m->written_self, ra, len);
}
