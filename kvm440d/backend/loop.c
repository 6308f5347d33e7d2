/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One mutex guards the lists; it is dropped around every callback. A source that is freed while the
 * loop runs may still stand in the array epoll_wait() filled, so it is only marked dead and lies in
 * the graveyard until the loop's thread has done with that array.
 */
#include "backend/loop.h"

#include "util/cleanup.h"
#include "util/error.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <time.h>

#define BATCH 32

enum kind { KIND_IO, KIND_TIMER, KIND_EVENT, KINDS };

struct loop_source {
	struct loop *loop;
	struct loop_source *next, *prev;
	enum kind kind;
	bool dead;
	bool set;	   /* EVENT: to be run */
	uint64_t deadline; /* TIMER: 0 when disarmed */
	int fd;		   /* IO */
	loop_io_fn io;
	loop_fn fn;
	void *self;
};

struct post {
	struct post *next;
	loop_fn fn;
	void *self;
};

struct loop {
	pthread_mutex_t lock;
	pthread_cond_t idle; /* current went back to NULL while somebody waits */
	int epoll_fd, wake_fd, timer_fd;
	bool running, quit, woken;
	pthread_t thread;
	struct loop_source *current; /* whose callback runs now */
	unsigned int waiters;
	struct loop_source *sources[KINDS];
	struct loop_source *graveyard;
	struct post *posts, **posts_end;
	uint64_t armed; /* what timer_fd is set to; 0: nothing */
};

uint64_t loop_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

static int watch(struct loop *loop, int op, int fd, uint32_t events, void *tag)
{
	struct epoll_event ev = { .events = events, .data = { .ptr = tag } };

	return epoll_ctl(loop->epoll_fd, op, fd, &ev) < 0 ? -errno : 0;
}

int loop_new(struct loop **ret, struct error **err)
{
	struct loop *loop;
	int r;

	loop = calloc(1, sizeof(*loop));
	if (!loop)
		return error_set(err, ENOMEM, "out of memory");
	pthread_mutex_init(&loop->lock, NULL);
	pthread_cond_init(&loop->idle, NULL);
	loop->posts_end = &loop->posts;
	loop->epoll_fd = loop->wake_fd = loop->timer_fd = -1;
	loop->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (loop->epoll_fd >= 0)
		loop->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (loop->wake_fd >= 0)
		loop->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (loop->timer_fd < 0)
		r = -errno;
	else
		r = watch(loop, EPOLL_CTL_ADD, loop->wake_fd, EPOLLIN, &loop->wake_fd);
	if (r >= 0)
		r = watch(loop, EPOLL_CTL_ADD, loop->timer_fd, EPOLLIN, &loop->timer_fd);
	if (r < 0) {
		loop_free(loop);
		return error_set(err, -r, "event loop: %s", strerror(-r));
	}
	*ret = loop;
	return 0;
}

static void bury(struct loop *loop)
{
	struct loop_source *s;

	while ((s = loop->graveyard)) {
		loop->graveyard = s->next;
		free(s);
	}
}

struct loop *loop_free(struct loop *loop)
{
	struct loop_source *s;
	struct post *p;
	int k;

	if (!loop)
		return NULL;
	for (k = 0; k < KINDS; k++) {
		while ((s = loop->sources[k])) {
			loop->sources[k] = s->next;
			free(s);
		}
	}
	bury(loop);
	while ((p = loop->posts)) {
		loop->posts = p->next;
		free(p);
	}
	closep(&loop->epoll_fd);
	closep(&loop->wake_fd);
	closep(&loop->timer_fd);
	pthread_cond_destroy(&loop->idle);
	pthread_mutex_destroy(&loop->lock);
	free(loop);
	return NULL;
}

static bool on_thread(struct loop *loop)
{
	return loop->running && pthread_equal(loop->thread, pthread_self());
}

/* The loop is to look at its lists; on its own thread it does so anyway. */
static void wake(struct loop *loop)
{
	uint64_t one = 1;

	if (loop->woken || on_thread(loop))
		return;
	loop->woken = true;
	/* Fails only when the counter is full, and then the loop is awake. */
	if (write(loop->wake_fd, &one, sizeof(one)) < 0)
		return;
}

/* Sets timer_fd to the earliest deadline. One that is too early is left: it does no harm. */
static void arm(struct loop *loop)
{
	struct itimerspec when = { 0 };
	struct loop_source *s;
	uint64_t first = 0;

	for (s = loop->sources[KIND_TIMER]; s; s = s->next)
		if (s->deadline && (!first || s->deadline < first))
			first = s->deadline;
	if (!first || (loop->armed && loop->armed <= first))
		return;
	loop->armed = first;
	when.it_value.tv_sec = (time_t)(first / 1000000000u);
	when.it_value.tv_nsec = (long)(first % 1000000000u);
	timerfd_settime(loop->timer_fd, TFD_TIMER_ABSTIME, &when, NULL);
}

static struct loop_source *source_new(struct loop *loop, enum kind kind, void *self,
				      struct error **err)
{
	struct loop_source *s = calloc(1, sizeof(*s));

	if (!s) {
		error_set(err, ENOMEM, "out of memory");
		return NULL;
	}
	s->loop = loop;
	s->kind = kind;
	s->self = self;
	s->fd = -1;
	return s;
}

static void link_source(struct loop_source *s)
{
	struct loop_source **head = &s->loop->sources[s->kind];

	s->next = *head;
	if (s->next)
		s->next->prev = s;
	*head = s;
}

static void unlink_source(struct loop_source *s)
{
	if (s->next)
		s->next->prev = s->prev;
	if (s->prev)
		s->prev->next = s->next;
	else
		s->loop->sources[s->kind] = s->next;
}

int loop_add_io(struct loop *loop, int fd, uint32_t events, loop_io_fn fn, void *self,
		struct loop_source **ret, struct error **err)
{
	struct loop_source *s;
	int r;

	s = source_new(loop, KIND_IO, self, err);
	if (!s)
		return -ENOMEM;
	s->fd = fd;
	s->io = fn;
	pthread_mutex_lock(&loop->lock);
	link_source(s);
	*ret = s;
	r = watch(loop, EPOLL_CTL_ADD, fd, events, s);
	if (r < 0) {
		unlink_source(s);
		*ret = NULL;
	}
	pthread_mutex_unlock(&loop->lock);
	if (r < 0) {
		free(s);
		return error_set(err, -r, "cannot watch a file: %s", strerror(-r));
	}
	return 0;
}

int loop_source_set_events(struct loop_source *s, uint32_t events)
{
	return watch(s->loop, EPOLL_CTL_MOD, s->fd, events, s);
}

static int add(struct loop *loop, enum kind kind, loop_fn fn, void *self, struct loop_source **ret,
	       struct error **err)
{
	struct loop_source *s = source_new(loop, kind, self, err);

	if (!s)
		return -ENOMEM;
	s->fn = fn;
	pthread_mutex_lock(&loop->lock);
	link_source(s);
	*ret = s;
	pthread_mutex_unlock(&loop->lock);
	return 0;
}

int loop_add_timer(struct loop *loop, loop_fn fn, void *self, struct loop_source **ret,
		   struct error **err)
{
	return add(loop, KIND_TIMER, fn, self, ret, err);
}

int loop_add_event(struct loop *loop, loop_fn fn, void *self, struct loop_source **ret,
		   struct error **err)
{
	return add(loop, KIND_EVENT, fn, self, ret, err);
}

void loop_timer_arm(struct loop_source *s, uint64_t deadline_ns)
{
	struct loop *loop = s->loop;

	pthread_mutex_lock(&loop->lock);
	s->deadline = deadline_ns;
	if (deadline_ns && !on_thread(loop))
		arm(loop);
	pthread_mutex_unlock(&loop->lock);
}

void loop_event_set(struct loop_source *s)
{
	struct loop *loop = s->loop;

	pthread_mutex_lock(&loop->lock);
	s->set = true;
	wake(loop);
	pthread_mutex_unlock(&loop->lock);
}

struct loop_source *loop_source_free(struct loop_source *s)
{
	struct loop *loop;

	if (!s)
		return NULL;
	loop = s->loop;
	pthread_mutex_lock(&loop->lock);
	unlink_source(s);
	s->dead = true;
	if (s->kind == KIND_IO)
		watch(loop, EPOLL_CTL_DEL, s->fd, 0, NULL);
	if (!on_thread(loop)) {
		loop->waiters++;
		while (loop->current == s)
			pthread_cond_wait(&loop->idle, &loop->lock);
		loop->waiters--;
	}
	if (loop->running) {
		s->next = loop->graveyard;
		loop->graveyard = s;
	} else {
		free(s);
	}
	pthread_mutex_unlock(&loop->lock);
	return NULL;
}

int loop_post(struct loop *loop, loop_fn fn, void *self)
{
	struct post *p = malloc(sizeof(*p));

	if (!p)
		return -ENOMEM;
	*p = (struct post){ .fn = fn, .self = self };
	pthread_mutex_lock(&loop->lock);
	*loop->posts_end = p;
	loop->posts_end = &p->next;
	wake(loop);
	pthread_mutex_unlock(&loop->lock);
	return 0;
}

void loop_quit(struct loop *loop)
{
	pthread_mutex_lock(&loop->lock);
	loop->quit = true;
	wake(loop);
	pthread_mutex_unlock(&loop->lock);
}

/* Runs the callback of s with the lock dropped. s may be dead, but not freed, when it returns. */
static void call(struct loop *loop, struct loop_source *s, uint32_t events)
{
	loop->current = s;
	pthread_mutex_unlock(&loop->lock);
	if (s->kind == KIND_IO)
		s->io(s->self, s->fd, events);
	else
		s->fn(s->self);
	pthread_mutex_lock(&loop->lock);
	loop->current = NULL;
	if (loop->waiters)
		pthread_cond_broadcast(&loop->idle);
}

/* Everything posted up to now; what these post waits for the next turn. */
static void run_posts(struct loop *loop)
{
	struct post *p, *next;

	p = loop->posts;
	loop->posts = NULL;
	loop->posts_end = &loop->posts;
	for (; p; p = next) {
		next = p->next;
		pthread_mutex_unlock(&loop->lock);
		p->fn(p->self);
		free(p);
		pthread_mutex_lock(&loop->lock);
	}
}

/* An event that is set, or a timer that is due; each is reset before it runs. */
static struct loop_source *next_due(struct loop *loop, uint64_t now)
{
	struct loop_source *s;

	for (s = loop->sources[KIND_EVENT]; s; s = s->next) {
		if (s->set) {
			s->set = false;
			return s;
		}
	}
	for (s = loop->sources[KIND_TIMER]; s; s = s->next) {
		if (s->deadline && s->deadline <= now) {
			s->deadline = 0;
			return s;
		}
	}
	return NULL;
}

static bool events_left(struct loop *loop)
{
	struct loop_source *s;

	for (s = loop->sources[KIND_EVENT]; s; s = s->next)
		if (s->set)
			return true;
	return loop->posts != NULL;
}

static void drain(int fd)
{
	uint64_t count;

	while (read(fd, &count, sizeof(count)) > 0)
		;
}

static void dispatch(struct loop *loop, const struct epoll_event *ev)
{
	struct loop_source *s = ev->data.ptr;

	if (ev->data.ptr == &loop->wake_fd) {
		loop->woken = false;
		drain(loop->wake_fd);
	} else if (ev->data.ptr == &loop->timer_fd) {
		loop->armed = 0;
		drain(loop->timer_fd);
	} else if (!s->dead) {
		call(loop, s, ev->events);
	}
}

/* One turn: what is due, then what epoll has. */
static int turn(struct loop *loop)
{
	struct epoll_event ev[BATCH];
	struct loop_source *s;
	uint64_t now = loop_now();
	int i, n, budget = BATCH;

	while (budget-- > 0 && (s = next_due(loop, now)))
		call(loop, s, 0);
	bury(loop);
	arm(loop);
	n = loop->quit || budget < 0 || events_left(loop) ? 0 : -1;
	pthread_mutex_unlock(&loop->lock);
	n = epoll_wait(loop->epoll_fd, ev, BATCH, n);
	if (n < 0)
		n = errno == EINTR ? 0 : -errno;
	pthread_mutex_lock(&loop->lock);
	for (i = 0; i < n; i++)
		dispatch(loop, &ev[i]);
	return n < 0 ? n : 0;
}

int loop_run(struct loop *loop)
{
	int r = 0;

	pthread_mutex_lock(&loop->lock);
	loop->running = true;
	loop->thread = pthread_self();
	for (;;) {
		run_posts(loop);
		if (loop->quit || r < 0)
			break;
		r = turn(loop);
	}
	loop->quit = false;
	loop->running = false;
	bury(loop);
	pthread_mutex_unlock(&loop->lock);
	return r;
}
