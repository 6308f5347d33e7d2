/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of kvm440d/board share: the board's structure, its parts, and its device tree. */
#ifndef KVM440_BOARD_INTERNAL_H
#define KVM440_BOARD_INTERNAL_H

#include "board/board.h"

#include <stddef.h>

struct device;

#define BOARD_DEVICES 32

/* The node of the device tree under which a device's node stands. */
enum board_place { BOARD_ROOT, BOARD_PLB, BOARD_OPB, BOARD_EBC };

/* What the device tree says of the processor and the buses between it and the devices. */
struct board_description {
	const char *model; /* also the tree's compatible */
	const char *cpu_model;
	const char *plb[3], *opb[3], *ebc[3]; /* compatible lists, NULL-terminated unless full */
	uint32_t cpu_hz, timebase_hz, plb_hz, opb_hz, ebc_hz;
	uint32_t cache_size, cache_line; /* bytes; instruction and data alike */
	uint32_t ebc_dcr; /* number of the EBC's address register; its data register follows */
	const char *const *serial_paths; /* BOARD_SERIALS of them; the first is stdout */
};

struct board {
	const struct board_type *type;
	const struct board_description *description;
	struct board_config config;
	struct bus *mmio, *dcr;
	struct {
		struct device *device;
		enum board_place place;
	} devices[BOARD_DEVICES];
	size_t n_devices;
};

extern const struct board_type board_bamboo;

/* An empty board with its buses. board_free() takes it apart, complete or not. */
int board_make(struct board **ret, const struct board_type *type,
	       const struct board_description *description, const struct board_config *config,
	       struct error **err);
/* The phandle the next device will get. */
uint32_t board_next_phandle(const struct board *board);
/* Takes the device over, also on failure; @place is where its node goes. */
int board_add(struct board *board, struct device *device, enum board_place place,
	      struct error **err);

struct board_fdt_params {
	const char *cmdline;
	uint64_t initrd_start, initrd_end; /* real addresses; equal: there is none */
};

/* Longest command line Linux takes (COMMAND_LINE_SIZE of arch/powerpc, with its NUL). */
#define BOARD_CMDLINE_MAX 2047

/* Makes the device tree of what the board has. *ret is the caller's to free. */
int board_fdt(const struct board *board, const struct board_fdt_params *params, void **ret,
	      size_t *ret_size, struct error **err);

#endif
