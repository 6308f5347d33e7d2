/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One detached thread a task: tasks are few and long, and one that hangs in a client's file system
 * must not be anybody else's thread. All bookkeeping is on the loop's thread, so there are no
 * locks.
 */
#include "workers.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>

#include "util/cleanup.h"
#include "util/error.h"

#define STACK_SIZE (1024 * 1024)

struct workers {
	struct mailbox *mailbox;
	unsigned int threads, running, busy;
	struct task *first, **last; /* in line */
};

static void next_tasks(struct workers *w);

static void open_done(struct letter *letter)
{
	struct task *task = (struct task *)letter;
	struct workers *w = task->workers;

	w->running--;
	w->busy--;
	next_tasks(w);
	task->done(task);
}

static void *thread_main(void *arg)
{
	struct task *task = arg;

	pthread_setname_np(pthread_self(), "worker");
	task->work(task);
	mailbox_post(task->workers->mailbox, &task->letter);
	return NULL;
}

/* A thread that gets no signals: they are the loop's. */
static int spawn(struct task *task)
{
	pthread_attr_t attr;
	sigset_t all, old;
	pthread_t thread;
	int r;

	r = pthread_attr_init(&attr);
	if (r != 0)
		return -r;
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	pthread_attr_setstacksize(&attr, STACK_SIZE);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	r = pthread_create(&thread, &attr, thread_main, task);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	pthread_attr_destroy(&attr);
	return -r;
}

static void next_tasks(struct workers *w)
{
	while (w->first && w->running < w->threads) {
		struct task *task = w->first;

		if (spawn(task) < 0) {
			/* Without a thread there is still this one: late is better than never. */
			if (w->running)
				return;
			task->work(task);
			mailbox_post(w->mailbox, &task->letter);
		}
		w->running++;
		w->first = task->next;
		if (!w->first)
			w->last = &w->first;
	}
}

int workers_new(struct workers **ret, struct mailbox *mailbox, unsigned int threads,
		struct error **err)
{
	struct workers *w = calloc(1, sizeof(*w));

	if (!w)
		return error_set(err, ENOMEM, "out of memory");
	w->mailbox = mailbox;
	w->threads = threads;
	w->last = &w->first;
	*ret = w;
	return 0;
}

struct workers *workers_free(struct workers *w)
{
	free(w);
	return NULL;
}

void workers_set_threads(struct workers *w, unsigned int threads)
{
	w->threads = threads;
}

int workers_run(struct workers *w, struct task *task, struct error **err)
{
	int r;

	task->letter.open = open_done;
	task->workers = w;
	task->next = NULL;
	if (w->running < w->threads && !w->first) {
		r = spawn(task);
		if (r == 0) {
			w->running++;
			w->busy++;
			return 0;
		}
		if (!w->running)
			return error_set(err, -r, "cannot start a thread: %s", strerror(-r));
	}
	*w->last = task;
	w->last = &task->next;
	w->busy++;
	return 0;
}

unsigned int workers_busy(const struct workers *w)
{
	return w->busy;
}
