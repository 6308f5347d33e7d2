/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One running virtual machine: memory, board, engine, a vCPU thread and an I/O thread, and its
 * state with a cause for every change. A guest that dies takes nothing else with it.
 */
#ifndef KVM440_GUEST_H
#define KVM440_GUEST_H

#include "engine/engine.h"
#include "guest-def.h"

struct chardev;
struct guest;

enum guest_state {
	GUEST_STOPPED, /* no memory */
	GUEST_STARTING,
	GUEST_RUNNING,
	GUEST_PAUSED,
	GUEST_HALTED, /* spins with every interrupt off: uses no CPU, memory is kept for a look */
	GUEST_STOPPING,
	GUEST_CRASHED, /* ended by itself with an error; no memory either */
	GUEST_STATES
};

enum guest_cause {
	GUEST_CAUSE_NONE, /* never started */
	GUEST_CAUSE_START,
	GUEST_CAUSE_GUEST_POWEROFF,
	GUEST_CAUSE_GUEST_REBOOT,
	GUEST_CAUSE_GUEST_PANIC,
	GUEST_CAUSE_GUEST_HALT,
	GUEST_CAUSE_STOP,
	GUEST_CAUSE_KILL,
	GUEST_CAUSE_PAUSE,
	GUEST_CAUSE_RESUME,
	GUEST_CAUSE_REBOOT, /* asked for from outside */
	GUEST_CAUSE_WATCHDOG,
	GUEST_CAUSE_CHECKSTOP,
	GUEST_CAUSE_ENGINE_ERROR,
	GUEST_CAUSE_START_FAILED,
	GUEST_CAUSE_BAD_BOOT_FILE, /* as START_FAILED, for what is in a boot file */
	GUEST_CAUSES
};

const char *guest_state_name(enum guest_state s);	 /* "running" */
const char *guest_cause_name(enum guest_cause c);	 /* "guest-poweroff" */
const char *guest_exit_name(enum engine_exit_kind kind); /* "mmio": keys of statistics */

/* Open boot files; not owned by the guest, which dup()s what it keeps. */
struct guest_files {
	int kernel_fd, initrd_fd; /* initrd -1: none */
	int console_log_fd;	  /* unused: -1 */
	const char *console_log;  /* path of the console's log file, or NULL: none from now on */
};

/*
 * What the owner is told, in the order in which it happened. Called on any thread, also from within
 * the calls below, without locks: post it to your own loop, and call nothing here.
 * @detail is a sentence ("checkstop at 0xc0001234: ...") or NULL, valid during the call.
 */
struct guest_events {
	void (*state_changed)(void *self, enum guest_state state, enum guest_cause cause,
			      const char *detail);
	/* A line for the journal: unclaimed accesses (rate-limited), guest errors. priority:
	 * syslog's. */
	void (*message)(void *self, int priority, const char *text);
	void *self;
};

struct guest_info {
	enum guest_state state;
	enum guest_cause cause;
	char detail[256];
	const char *engine;    /* the one in use, or NULL */
	uint64_t cpu_ns;       /* of both threads, since start */
	uint64_t started_usec; /* CLOCK_REALTIME; 0 when it never was */
	uint32_t reboots;
	struct engine_stats stats;
};

/* def stays the caller's and must outlive the guest. The guest starts out STOPPED. */
int guest_new(struct guest **ret, const struct guest_def *def, const struct guest_events *events,
	      struct error **err);
/* Kills it if it runs, joins its threads, frees everything. */
struct guest *guest_free(struct guest *g);

/*
 * Builds the machine, loads the boot files and starts the threads; may take as long as reading the
 * files does. -EALREADY when it runs, -ECANCELED when it was killed meanwhile. What fails is the
 * return value's to tell: the state is CRASHED (START_FAILED, BAD_BOOT_FILE) or STOPPED (KILL)
 * then, and only STARTING was reported.
 */
int guest_start(struct guest *g, const struct guest_files *files, struct error **err);
/*
 * These ask and return at once; state_changed tells the end. -ESRCH with a sentence when it does
 * not run. stop: graceful where the board has a power button, else waits; the caller applies the
 * timeout and kills.
 */
int guest_request_stop(struct guest *g, struct error **err);
int guest_request_kill(struct guest *g, enum guest_cause cause, struct error **err);
int guest_request_reboot(struct guest *g, struct error **err);
/* Reported when the vCPU has stopped and its clock stands. */
int guest_request_pause(struct guest *g, struct error **err);
int guest_request_resume(struct guest *g, struct error **err);
/*
 * After STOPPED or CRASHED was reported: joins the vCPU's thread, which has freed memory and
 * devices before and is about to end, if it has not; so this does not take long. The I/O thread
 * ends too, unless somebody reads the console. Nothing happens when there is nothing to reap.
 */
void guest_reap(struct guest *g);

void guest_get_info(struct guest *g, struct guest_info *ret); /* any thread */
/* Registers, TLB, timers, stats as a JSON text (caller frees); for HALTED and PAUSED guests too. */
int guest_dump(struct guest *g, char **ret_json, struct error **err);
/* The console exists from guest_new() to guest_free(): what was printed can be read after the end.
 */
int guest_console_attach(struct guest *g, int fd, unsigned int flags, uint32_t owner,
			 struct error **err);
/* Every reader that is there now gets what was printed up to now, then end of file. */
void guest_console_finish(struct guest *g);
/* How many consoles were attached with that owner and are open. */
unsigned int guest_console_readers(struct guest *g, uint32_t owner);

#endif
