/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The character backend of a serial port: everything the guest prints goes to a ring from the first
 * byte and, if asked, to a log file; any number of readers attach and detach, one of them writes.
 * A reader that never reads loses old bytes of its own view (and is told how many), and holds up
 * nobody. Thread-safe.
 */
#ifndef KVM440_CHARDEV_H
#define KVM440_CHARDEV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct chardev;
struct loop;
struct error;

struct chardev_config {
	size_t ring_size;     /* bytes, 4 KB to 64 MB; 0: 1 MB */
	const char *log_path; /* NULL: no file. Appended to; reopened when it was rotated away */
};

enum chardev_attach {
	CHARDEV_READ_ONLY = 1, /* never becomes the writer */
	CHARDEV_REPLAY = 2,    /* begin with what the ring holds */
	CHARDEV_FORCE = 4,     /* take the writer's place from whoever has it */
};

int chardev_new(struct chardev **ret, struct loop *loop, const struct chardev_config *config,
		struct error **err);
struct chardev *chardev_free(struct chardev *c); /* closes all readers */

/* From the device: guest output. Never blocks, never fails. */
void chardev_output(struct chardev *c, const uint8_t *buf, size_t len);
/*
 * Who takes input: the device. @can_take says how many bytes fit now, @input hands some over; called
 * on the loop's thread without locks of chardev held. The device calls chardev_ready() when room came.
 */
void chardev_set_sink(struct chardev *c, size_t (*can_take)(void *self),
		      void (*input)(void *self, const uint8_t *buf, size_t len), void *self);
void chardev_ready(struct chardev *c);

/*
 * Attaches fd (a socket or pty, made non-blocking; owned from here, also on failure) with flags of
 * enum chardev_attach. -EBUSY when there is a writer and neither READ_ONLY nor FORCE was given.
 */
int chardev_attach(struct chardev *c, int fd, unsigned int flags, struct error **err);
/* Copies up to len of the newest bytes of the ring; returns how many. *ret_lost: bytes overwritten. */
size_t chardev_snapshot(struct chardev *c, uint8_t *buf, size_t len, uint64_t *ret_lost);

#endif
