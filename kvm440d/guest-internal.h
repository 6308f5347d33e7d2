/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of guest.c share. Locks, in the order in which they are taken: the device lock of
 * the guest's buses, lock, those of vcpu, chardev and loop. No callback is called under any.
 */
#ifndef KVM440_GUEST_INTERNAL_H
#define KVM440_GUEST_INTERNAL_H

#include "guest.h"

#include <pthread.h>

struct loop;
struct loop_source;
struct machine;

/* What was asked for, by somebody outside or by the guest; bits of guest.wanted. */
enum {
	WANT_KILL = 1,
	WANT_REBOOT = 2,
	WANT_POWEROFF = 4,     /* the guest's power device */
	WANT_GUEST_REBOOT = 8, /* likewise */
	WANT_PANIC = 16,       /* pvpanic */
};

/* Where the vCPU's thread is. */
enum guest_phase {
	PHASE_NONE,  /* there is none */
	PHASE_LOOP,  /* in vcpu_loop() */
	PHASE_BUSY,  /* between two runs: decides, reboots */
	PHASE_IDLE,  /* halted: waits, under lock, for something wanted */
	PHASE_ENDED, /* frees the machine, or has ended; to be joined */
};

struct report {
	enum guest_state state;
	enum guest_cause cause;
	char detail[256];
};

#define REPORTS 16

struct guest {
	const struct guest_def *def;
	struct guest_events events;
	struct loop *loop;
	struct chardev *console;

	pthread_mutex_t lock;
	pthread_cond_t changed; /* of anything below; CLOCK_MONOTONIC */
	struct guest_info info; /* but for cpu_ns and stats, which guest_get_info() makes */
	unsigned int wanted;
	enum guest_cause kill_cause;
	struct machine *machine; /* from guest_start() until the vCPU's thread has ended */
	unsigned int users;	 /* of machine, other than its threads, which wait for them */
	bool reaping;
	bool pausing; /* a pause was asked for and not yet reported */
	enum guest_phase phase;
	pthread_t vcpu_thread;
	uint64_t vcpu_cpu_ns;	   /* once the thread has ended */
	struct engine_stats stats; /* once the machine is gone */

	/* State changes on their way to the owner, in order. */
	struct report reports[REPORTS];
	unsigned int first_report, n_reports;
	bool reporting;

	/* The vCPU thread's own. */
	uint64_t unclaimed_since; /* beginning of the period in which messages are counted */
	unsigned int unclaimed_said, unclaimed_silent;
	bool reboot_held; /* the last reboot had to wait */
	/* Until when the reboots that were made are paid for: CLOCK_MONOTONIC, ns. */
	uint64_t reboot_paid;

	/* The I/O thread: guest-io.c. Under lock. */
	pthread_t io_thread;
	bool io_running;       /* io_thread is a thread that has not ended */
	bool io_leaving;       /* it is about to end, and takes nobody on */
	unsigned int io_holds; /* why it must stay */
	uint64_t io_cpu_ns;    /* of the threads that have ended */
	uint64_t io_cpu_base;  /* what had been used when the guest was started */
	struct loop_source *io_check, *pause_event;
};

/* guest.c: what it means that machine_boot() failed with r. */
enum guest_cause guest_boot_cause(int r);

/* guest-io.c */
int guest_io_init(struct guest *g, struct error **err);
void guest_io_deinit(struct guest *g);
/* Makes the I/O thread run, and stay until release. No locks held. */
int guest_io_hold(struct guest *g, struct error **err);
/* The thread ends when nobody holds it or reads the console; then it is joined here. No locks held.
 */
void guest_io_release(struct guest *g);
/* A thread with all signals blocked and the name "GUEST/suffix". 0 or -errno with a sentence. */
int guest_thread(struct guest *g, pthread_t *ret, void *(*run)(void *), const char *suffix,
		 struct error **err);
/* CPU time of a thread that has not ended, in nanoseconds. */
uint64_t guest_thread_cpu(pthread_t thread);
/* CPU time of the I/O threads there were. Under lock. */
uint64_t guest_io_cpu(const struct guest *g);

/*
 * guest-report.c. A change of state: guest_lock() makes sure that it can be queued, one for each;
 * after the lock was released, guest_deliver() tells the owner.
 */
void guest_lock(struct guest *g);
void guest_set_state(struct guest *g, enum guest_state state, enum guest_cause cause,
		     const char *detail);
void guest_deliver(struct guest *g);
/* A line for the journal. Without locks. */
void guest_say(struct guest *g, const char *text);
/* On the vCPU's thread, as struct vcpu has it. */
void guest_unclaimed(void *self, bool dcr, bool write, uint64_t addr, unsigned int len,
		     uint32_t pc);
void guest_unclaimed_end(struct guest *g);

/* guest-run.c */
void *guest_vcpu_main(void *self);
void guest_on_pause(void *self); /* pause_event: on the I/O thread */

/* guest-dump.c: the vCPU's saved state as JSON; @inputs as in struct machine. */
char *guest_state_json(const struct guest_info *info, const char *name, const char *cpu,
		       unsigned int inputs, const void *state, size_t len);

#endif
