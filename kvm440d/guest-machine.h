/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The machine of a running guest, put together: memory, engine, one vCPU, board. No threads and no
 * states: those are guest.c's.
 */
#ifndef KVM440_GUEST_MACHINE_H
#define KVM440_GUEST_MACHINE_H

#include "board/board.h"
#include "device/memory.h"
#include "engine/engine.h"
#include "engine/vcpu.h"

struct chardev;
struct error;
struct guest_def;
struct guest_files;
struct loop;

struct machine {
	const struct guest_def *def;
	const struct board_type *type;
	struct board *board;
	struct memory memory;
	const struct engine *engine;
	struct error *passed_over; /* why "auto" did not take a better one, if it should be known */
	struct engine_vm *vm;
	struct vcpu vcpu; /* vcpu.handle is the engine's */
	bool vcpu_made;	  /* vcpu_init() was done */
	uint32_t timebase_hz;
	int kernel_fd, initrd_fd;
	/* Levels of the processor's inputs, 1 << enum engine_input: for dumps. Any thread, atomic.
	 */
	unsigned int inputs;
};

struct machine_config {
	const struct guest_def *def; /* outlives the machine */
	const struct guest_files *files;
	struct loop *loop;
	struct chardev *console;
	struct board_events events;
	/* As in struct vcpu. */
	void (*unclaimed)(void *self, bool dcr, bool write, uint64_t addr, unsigned int len,
			  uint32_t pc);
	void *self;
};

/* Builds everything; nothing is loaded yet. *ret is set at the end only. */
int machine_new(struct machine **ret, const struct machine_config *config, struct error **err);
/* After the thread in vcpu_loop() has ended. */
struct machine *machine_free(struct machine *m);
/*
 * Lays the boot files into memory and sets the vCPU's entry state. @reset is the exit that asked
 * for a reset, to be seen in the guest's TSR and DBSR, or NULL. Memory must be clear: after a first
 * run, machine_reset() comes before.
 */
int machine_boot(struct machine *m, const struct engine_exit *reset, struct error **err);
/* Devices to their reset state, memory to zeros. On the vCPU's thread. */
int machine_reset(struct machine *m, struct error **err);

#endif
