/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Threads for what may block (copying a file that a client handed over, fsync, building a machine),
 * so that the event loop never waits. A task runs on a thread and is then ended on the loop's
 * thread.
 */
#ifndef KVM440_WORKERS_H
#define KVM440_WORKERS_H

#include <stdbool.h>

#include "mailbox.h"

struct workers;

/* Embed it in what is to be done. */
struct task {
	struct letter letter;		 /* first: ours */
	struct task *next;		 /* ours */
	struct workers *workers;	 /* ours */
	void (*work)(struct task *self); /* on a thread of its own; uses nothing of the loop's */
	void (*done)(struct task *self); /* on the loop's thread, once; owns the task */
};

/* At most @threads at a time; further tasks wait in line. */
int workers_new(struct workers **ret, struct mailbox *mailbox, unsigned int threads,
		struct error **err);
/* Must be idle (workers_busy() is 0). Returns NULL. */
struct workers *workers_free(struct workers *w);
/* Changes how many threads there may be; takes effect with the next task. */
void workers_set_threads(struct workers *w, unsigned int threads);

/* From the loop's thread. Fails only when no thread can be made and none exists to wait for. */
int workers_run(struct workers *w, struct task *task, struct error **err);
/* How many tasks are not done yet; from the loop's thread. */
unsigned int workers_busy(const struct workers *w);

#endif
