/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The event loop of a guest's I/O thread: epoll, timers, and calls posted from other threads. One
 * thread runs it; sources are added and removed on that thread or before it runs.
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
int loop_source_set_events(struct loop_source *s, uint32_t events);
/* One-shot timer on CLOCK_MONOTONIC; arm with loop_timer_arm (nanoseconds, absolute; 0 disarms). */
int loop_add_timer(struct loop *loop, loop_fn fn, void *self, struct loop_source **ret,
		   struct error **err);
void loop_timer_arm(struct loop_source *s, uint64_t deadline_ns); /* any thread */
/* Removes and frees; NULL is fine. Returns NULL. */
struct loop_source *loop_source_free(struct loop_source *s);

/* Runs fn(self) once on the loop's thread; any thread; order is kept. -ENOMEM is the only error. */
int loop_post(struct loop *loop, loop_fn fn, void *self);

/* Runs until loop_quit(), which may be called from any thread, also before. 0 or -errno. */
int loop_run(struct loop *loop);
void loop_quit(struct loop *loop);

#endif
