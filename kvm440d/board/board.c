/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "board/internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "device/bus.h"
#include "device/device.h"
#include "device/memory.h"
#include "util/error.h"

/* Phandles: 1 is the processor, devices follow in the order they were added. */
#define FIRST_DEVICE_PHANDLE 2

static const struct board_type *const types[] = { &board_bamboo };

#define N_TYPES (sizeof(types) / sizeof(types[0]))

const struct board_type *board_find(const char *name, struct error **err)
{
	char known[256] = "";

	for (size_t i = 0; i < N_TYPES; i++) {
		size_t len = strlen(known);

		if (strcmp(types[i]->name, name) == 0)
			return types[i];
		(void)snprintf(known + len, sizeof(known) - len, "%s%s", i ? ", " : "",
			       types[i]->name);
	}
	error_set(err, ENOENT, "there is no board '%s'; there are: %s", name, known);
	return NULL;
}

int board_make(struct board **ret, const struct board_type *type,
	       const struct board_description *description, const struct board_config *config,
	       struct error **err)
{
	uint64_t size = config->memory->size;
	struct board *board;
	int r;

	if (size < type->memory_min || size > type->memory_max)
		return error_set(err, EINVAL,
				 "memory of %llu MB: board '%s' has from %llu to %llu MB",
				 (unsigned long long)size >> 20, type->name,
				 (unsigned long long)type->memory_min >> 20,
				 (unsigned long long)type->memory_max >> 20);
	board = calloc(1, sizeof(*board));
	if (!board)
		return error_set(err, ENOMEM, "board '%s': out of memory", type->name);
	board->type = type;
	board->description = description;
	board->config = *config;
	r = bus_new(&board->mmio, "mmio", BUS_MMIO, NULL, err);
	if (!r)
		r = bus_new(&board->dcr, "dcr", BUS_DCR, board->mmio, err);
	if (r) {
		board_free(board);
		return r;
	}
	*ret = board;
	return 0;
}

struct board *board_free(struct board *board)
{
	if (!board)
		return NULL;
	while (board->n_devices) {
		struct device *device = board->devices[--board->n_devices].device;

		device->class->free(device);
	}
	bus_free(board->dcr);
	bus_free(board->mmio);
	free(board);
	return NULL;
}

uint32_t board_next_phandle(const struct board *board)
{
	return FIRST_DEVICE_PHANDLE + (uint32_t)board->n_devices;
}

int board_add(struct board *board, struct device *device, enum board_place place,
	      struct error **err)
{
	if (board->n_devices == BOARD_DEVICES) {
		error_set(err, ENOSPC, "board '%s': no place for device '%s'", board->type->name,
			  device->name);
		device->class->free(device);
		return -ENOSPC;
	}
	device->phandle = board_next_phandle(board);
	board->devices[board->n_devices].device = device;
	board->devices[board->n_devices].place = place;
	board->n_devices++;
	return 0;
}

struct bus *board_mmio(struct board *board)
{
	return board->mmio;
}

struct bus *board_dcr(struct board *board)
{
	return board->dcr;
}

void board_reset(struct board *board)
{
	bus_lock(board->mmio);
	for (size_t i = 0; i < board->n_devices; i++) {
		struct device *device = board->devices[i].device;

		if (device->class->reset)
			device->class->reset(device);
	}
	bus_unlock(board->mmio);
}
