/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The event loop of a guest's I/O thread: epoll, timers, events, and calls posted from other
 * threads. One thread runs it, its callbacks are called on that thread without locks of the loop.
 * Everything here but loop_run() may be called by any thread.
 */
#ifndef KVM440_LOOP_H
#define KVM440_LOOP_H

#include <stdbool.h>
#include <stdint.h>

struct loop;
struct loop_source;
struct error;

typedef void (*loop_io_fn)(void *self, int fd, uint32_t epoll_events);
typedef void (*loop_fn)(void *self);

int loop_new(struct loop **ret, struct error **err);
struct loop *loop_free(struct loop *loop);

/* Watches fd (not owned) for EPOLLIN/EPOLLOUT/...; events may be 0 and changed later. */
int loop_add_io(struct loop *loop, int fd, uint32_t events, loop_io_fn fn, void *self,
		struct loop_source **ret, struct error **err);
int loop_source_set_events(struct loop_source *s, uint32_t events); /* 0 or -errno */
/* One-shot timer on CLOCK_MONOTONIC; arm with loop_timer_arm (nanoseconds, absolute; 0 disarms). */
int loop_add_timer(struct loop *loop, loop_fn fn, void *self, struct loop_source **ret,
		   struct error **err);
void loop_timer_arm(struct loop_source *s, uint64_t deadline_ns); /* any thread */
/* An event: fn(self) runs once on the loop's thread after one or more loop_event_set(). */
int loop_add_event(struct loop *loop, loop_fn fn, void *self, struct loop_source **ret,
		   struct error **err);
void loop_event_set(struct loop_source *s); /* any thread */
/*
 * Removes and frees; NULL is fine. Returns NULL. Afterwards its callback does not run any more:
 * when another thread than the loop's asks, it waits for one that is running, so that one must not
 * need a lock which the caller holds.
 */
struct loop_source *loop_source_free(struct loop_source *s);

/*
 * Runs fn(self) once on the loop's thread; any thread; order is kept. -ENOMEM is the only error.
 * What was posted before loop_quit() is run before loop_run() ends; what is left at loop_free() is
 * dropped.
 */
int loop_post(struct loop *loop, loop_fn fn, void *self);

/* Runs until loop_quit(), which may be called before as well. 0 or -errno; may be called again. */
int loop_run(struct loop *loop);
void loop_quit(struct loop *loop);
/* CLOCK_MONOTONIC in nanoseconds: what deadlines are in. */
uint64_t loop_now(void);

#endif
