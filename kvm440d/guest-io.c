/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The guest's I/O thread. It is there while a machine is, and while somebody reads the console,
 * which may be before and after: a stopped guest that nobody looks at has no thread. It ends by
 * itself and is not joined, so that nobody who asks for that waits for a log on a disk that stalls.
 */
#include "guest-internal.h"

#include "backend/chardev.h"
#include "backend/loop.h"
#include "util/error.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define STACK_SIZE (512u << 10)

int guest_thread(struct guest *g, pthread_t *ret, void *(*run)(void *), const char *suffix,
		 struct error **err)
{
	sigset_t all, before;
	pthread_attr_t attr;
	char name[16];
	int r;

	/* A thread inherits the mask: signals are the main thread's business. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK_SIZE);
	r = pthread_create(ret, &attr, run, g);
	pthread_attr_destroy(&attr);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (r)
		return error_set(err, r, "a thread cannot be started: %s", strerror(r));
	/* The kernel keeps 15 bytes of it. */
	snprintf(name, sizeof(name), "%.*s/%s", (int)(sizeof(name) - 2 - strlen(suffix)),
		 g->def->name, suffix);
	pthread_setname_np(*ret, name);
	return 0;
}

uint64_t guest_thread_cpu(pthread_t thread)
{
	struct timespec ts;
	clockid_t clock;

	if (pthread_getcpuclockid(thread, &clock) || clock_gettime(clock, &ts) < 0)
		return 0;
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

uint64_t guest_io_cpu(const struct guest *g)
{
	return g->io_cpu_ns + (g->io_running ? guest_thread_cpu(g->io_thread) : 0);
}

static void *io_main(void *self)
{
	struct guest *g = self;

	loop_run(g->loop);
	pthread_mutex_lock(&g->lock);
	g->io_cpu_ns += guest_thread_cpu(pthread_self());
	g->io_running = false;
	pthread_cond_broadcast(&g->changed);
	/* From here on the guest may be gone. */
	pthread_mutex_unlock(&g->lock);
	return NULL;
}

/* On the I/O thread: ends it when nobody needs it. */
static void on_check(void *self)
{
	struct guest *g = self;

	pthread_mutex_lock(&g->lock);
	if (!g->io_holds && !chardev_readers(g->console)) {
		g->io_leaving = true;
		loop_quit(g->loop);
	}
	pthread_mutex_unlock(&g->lock);
}

static void on_idle_console(void *self)
{
	struct guest *g = self;

	loop_event_set(g->io_check);
}

int guest_io_init(struct guest *g, struct error **err)
{
	const struct chardev_config config = {
		.ring_size = g->def->console_ring,
		.idle = on_idle_console,
		.self = g,
	};
	int r = loop_new(&g->loop, err);

	if (r >= 0)
		r = loop_add_event(g->loop, on_check, g, &g->io_check, err);
	if (r >= 0)
		r = loop_add_event(g->loop, guest_on_pause, g, &g->pause_event, err);
	if (r >= 0)
		r = chardev_new(&g->console, g->loop, &config, err);
	return r;
}

void guest_io_deinit(struct guest *g)
{
	pthread_mutex_lock(&g->lock);
	if (g->io_running)
		loop_quit(g->loop);
	while (g->io_running)
		pthread_cond_wait(&g->changed, &g->lock);
	pthread_mutex_unlock(&g->lock);
	g->console = chardev_free(g->console);
	if (g->loop) {
		loop_source_free(g->io_check);
		loop_source_free(g->pause_event);
	}
	g->loop = loop_free(g->loop);
}

/* Under lock, which the thread takes before it ends: until then its name and clock are there. */
static int io_start(struct guest *g, struct error **err)
{
	int r = guest_thread(g, &g->io_thread, io_main, "io", err);

	if (r < 0)
		return r;
	pthread_detach(g->io_thread);
	g->io_running = true;
	g->io_leaving = false;
	return 0;
}

int guest_io_hold(struct guest *g, struct error **err)
{
	int r = 0;

	pthread_mutex_lock(&g->lock);
	while (g->io_running && g->io_leaving)
		pthread_cond_wait(&g->changed, &g->lock);
	if (!g->io_running)
		r = io_start(g, err);
	if (r >= 0)
		g->io_holds++;
	pthread_mutex_unlock(&g->lock);
	return r;
}

void guest_io_release(struct guest *g)
{
	pthread_mutex_lock(&g->lock);
	g->io_holds--;
	pthread_mutex_unlock(&g->lock);
	loop_event_set(g->io_check);
}

int guest_console_attach(struct guest *g, int fd, unsigned int flags, uint32_t owner,
			 struct error **err)
{
	int r;

	/* The hold spans the time until the console counts the reader. */
	r = guest_io_hold(g, err);
	if (r < 0) {
		close(fd);
		return r;
	}
	r = chardev_attach(g->console, fd, flags, owner, err);
	guest_io_release(g);
	return r;
}

void guest_console_finish(struct guest *g)
{
	chardev_finish(g->console);
}

unsigned int guest_console_readers(struct guest *g, uint32_t owner)
{
	return chardev_readers_of(g->console, owner);
}
