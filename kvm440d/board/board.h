/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A board: which devices stand where, how their interrupts are wired, how the device tree describes
 * them, and how a kernel is laid into memory. It knows neither the engine nor D-Bus: the inputs of
 * the processor are two irq_lines it is given.
 */
#ifndef KVM440_BOARD_H
#define KVM440_BOARD_H

#include "../device/irq.h"

#include <stdbool.h>
#include <stdint.h>

struct board;
struct bus;
struct chardev;
struct error;
struct loop;
struct memory;

/* What happens in the guest that whoever runs it must know. Called with the device lock held, any
 * thread; must not block. */
struct board_events {
	void (*poweroff)(void *self); /* syscon-poweroff */
	void (*reboot)(void *self);   /* syscon-reboot */
	void (*panic)(void *self);    /* pvpanic: the guest's kernel panicked */
	void *self;
};

#define BOARD_SERIALS 2

struct board_config {
	struct memory *memory;
	uint32_t timebase_hz; /* what the engine gives; 0: the board's own */
	struct loop *loop;
	struct chardev *serial[BOARD_SERIALS]; /* NULL: the UART is there, nothing is attached */
	struct irq_line external, critical;    /* the processor's inputs */
	struct irq_line critical_off; /* high while nothing is enabled that could raise critical */
	struct board_events events;
};

struct board_type {
	const char *name; /* "bamboo" */
	const char *description;
	const char *cpu; /* row of kmod/core/cpu.def */
	uint32_t timebase_hz;
	uint64_t memory_min, memory_max; /* bytes */
	int (*new)(struct board **ret, const struct board_config *config, struct error **err);
};

/* The type of that name, or NULL and a sentence that lists those there are. */
const struct board_type *board_find(const char *name, struct error **err);

struct board *board_free(struct board *board);
struct bus *board_mmio(struct board *board);
struct bus *board_dcr(struct board *board);
/* All devices to their reset state, for a reboot of the guest. */
void board_reset(struct board *board);

/* Boot files, open for reading; -1 where there is none. Not owned, read with pread. */
struct board_boot {
	int kernel_fd, initrd_fd;
	const char *kernel_name, *initrd_name; /* for messages */
	const char *cmdline;
};

/* The processor state at entry (ePAPR 1.1, 5.4.1). */
struct board_entry {
	uint32_t pc, r1, r3, r4, r5, r6, r7;
};

/*
 * Lays kernel (ELF, uImage, raw), initrd and device tree into memory and gives the entry state.
 * Everything in the files is hostile. The initial mapping is one 256 MB 1:1 entry.
 */
int board_load(struct board *board, const struct board_boot *boot, struct board_entry *ret,
	       struct error **err);

#endif
