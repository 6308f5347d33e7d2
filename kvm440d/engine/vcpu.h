/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The vCPU loop, the same above every engine: run, serve MMIO and DCR from the two buses, obey
 * requests, until something ends the run.
 */
#ifndef KVM440_VCPU_H
#define KVM440_VCPU_H

#include "engine.h"

struct bus;

enum vcpu_end {
	VCPU_END_STOPPED,   /* vcpu_request_stop() */
	VCPU_END_RESET,	    /* the guest or its watchdog asked for a reset */
	VCPU_END_HALTED,
	VCPU_END_CHECKSTOP,
	VCPU_END_ERROR,
};

struct vcpu {
	const struct engine *engine;
	struct engine_vcpu *handle;
	struct bus *mmio, *dcr;
	/* An access nobody answered: rate limiting and logging are the receiver's. vCPU thread. */
	void (*unclaimed)(void *self, bool dcr, bool write, uint64_t addr, unsigned int len, uint32_t pc);
	void *self;
	/* private: requests */
	unsigned int requests;
	struct engine_exit last;
};

/* Runs on the calling thread until it ends; last says where and why. */
enum vcpu_end vcpu_loop(struct vcpu *v);
/* Any thread: */
void vcpu_request_stop(struct vcpu *v);
void vcpu_request_pause(struct vcpu *v);  /* returns at once; the loop then sleeps, clock stopped */
void vcpu_request_resume(struct vcpu *v);
/* Runs fn(arg) on the vCPU's thread between two runs and waits for it (DumpState). -ESRCH: ended. */
int vcpu_call(struct vcpu *v, void (*fn)(struct vcpu *v, void *arg), void *arg);

#endif
