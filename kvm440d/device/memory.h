/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A guest's RAM: one memfd, mapped once, standing at real address 0. Devices reach it through the
 * checked functions here, and what they write is told to the engine, which may hold decoded code.
 */
#ifndef KVM440_MEMORY_H
#define KVM440_MEMORY_H

#include <stdint.h>

struct error;

struct memory {
	int fd;
	uint8_t *base;
	uint64_t size; /* bytes */
	/* Called after a device wrote [ra, ra + len); any thread. NULL until an engine is there. */
	void (*written)(void *self, uint64_t ra, uint64_t len);
	void *written_self;
};

/* @size in bytes, a multiple of 1 MB, 16 MB to 1 GB is the board's to check. @name names the memfd.
 */
int memory_init(struct memory *m, const char *name, uint64_t size, struct error **err);
void memory_deinit(struct memory *m); /* may be called twice */

/* 0, or -EFAULT when any byte lies outside RAM (then nothing is copied). */
int memory_read(struct memory *m, uint64_t ra, void *buf, uint64_t len);
int memory_write(struct memory *m, uint64_t ra, const void *buf, uint64_t len);

/*
 * For who fills memory in place: [ra, ra + len) as host memory, or NULL when any byte lies outside
 * RAM or len is 0. After writing there: memory_changed().
 */
void *memory_at(struct memory *m, uint64_t ra, uint64_t len);
void memory_changed(struct memory *m, uint64_t ra, uint64_t len);

#endif
