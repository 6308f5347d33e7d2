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
	const char *log_path; /* see chardev_set_log() */
	/* The last reader left. On the loop's thread, without locks; may be NULL. */
	void (*idle)(void *self);
	void *self;
};

enum chardev_attach {
	CHARDEV_READ_ONLY = 1, /* never becomes the writer */
	CHARDEV_REPLAY = 2,    /* begin with what the ring holds */
	CHARDEV_FORCE = 4,     /* take the writer's place from whoever has it */
	CHARDEV_SNAPSHOT = 8,  /* end of file after what was printed up to now; implies READ_ONLY */
	/* Shutting down its sending side does that: end of file after what was printed up to then.
	 */
	CHARDEV_SHUT_ENDS = 16,
	CHARDEV_SINCE_MARK = 32, /* with REPLAY or SNAPSHOT: leave out what is before the mark */
};

int chardev_new(struct chardev **ret, struct loop *loop, const struct chardev_config *config,
		struct error **err);
/*
 * Writes the rest of the log, gives the readers what they take at once, and closes them. The loop
 * does not run any more.
 */
struct chardev *chardev_free(struct chardev *c);

/* From the device: guest output, any thread. Never blocks, never fails. */
void chardev_output(struct chardev *c, const uint8_t *buf, size_t len);
/* Sets the mark where the output is now; at first it stands at the beginning. Any thread. */
void chardev_mark(struct chardev *c);
/*
 * Who takes input: the device. @can_take says how many bytes fit now, @input hands some over;
 * called on the loop's thread without locks of chardev held. The device calls chardev_ready() when
 * room came. NULLs end it: what was typed and not taken is dropped, and when this returns no call
 * is under way (so the caller must hold no lock that @input takes). Input that nobody takes is
 * dropped.
 */
void chardev_set_sink(struct chardev *c, size_t (*can_take)(void *self),
		      void (*input)(void *self, const uint8_t *buf, size_t len), void *self);
void chardev_ready(struct chardev *c);

/*
 * Attaches fd (a socket or pty, made non-blocking; owned from here, also on failure) with flags of
 * enum chardev_attach; @owner is only counted by. -EBUSY when there is a writer and neither
 * READ_ONLY nor FORCE was given. A writer that leaves or shuts down its sending side hands over to
 * the one from whom it took the place. The fd is closed when the other side closes it.
 */
int chardev_attach(struct chardev *c, int fd, unsigned int flags, uint32_t owner,
		   struct error **err);
/* Every reader that is there now gets what was printed up to now, then end of file. */
void chardev_finish(struct chardev *c);
/*
 * From now on output goes to this file as well; NULL: to none. It is appended to, and reopened when
 * it was rotated away. On failure the log stays what it was.
 */
int chardev_set_log(struct chardev *c, const char *path, struct error **err);
unsigned int chardev_readers(struct chardev *c);
unsigned int chardev_readers_of(struct chardev *c, uint32_t owner);

#endif
