/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The vCPU loop, the same above every engine: run, serve MMIO and DCR from the two buses, obey
 * requests, until something ends the run.
 */
#ifndef KVM440_VCPU_H
#define KVM440_VCPU_H

#include "engine.h"

#include <pthread.h>

struct bus;
struct vcpu_call;

enum vcpu_end {
	VCPU_END_STOPPED, /* vcpu_request_stop() */
	VCPU_END_RESET,	  /* the guest or its watchdog asked for a reset */
	VCPU_END_HALTED,
	VCPU_END_CHECKSTOP,
	VCPU_END_ERROR,
};

struct vcpu {
	const struct engine *engine;
	struct engine_vcpu *handle;
	struct bus *mmio, *dcr;
	/* An access nobody answered: rate limiting and logging are the receiver's. vCPU thread. */
	void (*unclaimed)(void *self, bool dcr, bool write, uint64_t addr, unsigned int len,
			  uint32_t pc);
	void *self;
	struct engine_exit last;
	/* private: requests, under lock but for the loop's look at whether there are any */
	unsigned int requests;
	bool ended;
	struct vcpu_call *calls;
	pthread_mutex_t lock;
	pthread_cond_t cond;
};

/*
 * Fill in the fields above "private" after init; init may not be called twice. After deinit no
 * other thread may hold on to it.
 */
void vcpu_init(struct vcpu *v);
void vcpu_deinit(struct vcpu *v);

/*
 * Runs on the calling thread until it ends; last says where and why. May be called again after it
 * ended; a stop asked for in between ends that next run at once.
 */
enum vcpu_end vcpu_loop(struct vcpu *v);
/* Between runs: vcpu_call() waits for the next vcpu_loop(), or is refused until vcpu_ready(). */
void vcpu_ready(struct vcpu *v);
void vcpu_finish(struct vcpu *v);
/* Any thread: */
void vcpu_request_stop(struct vcpu *v);
void vcpu_request_pause(struct vcpu *v); /* returns at once; the loop then sleeps, clock stopped */
void vcpu_request_resume(struct vcpu *v);
/*
 * Runs fn(arg) on the vCPU's thread between two runs and waits for it (DumpState); paused or not.
 * Before vcpu_loop() it waits for its start. -ESRCH: ended. Not from the vCPU's own thread.
 */
int vcpu_call(struct vcpu *v, void (*fn)(struct vcpu *v, void *arg), void *arg);

#endif
