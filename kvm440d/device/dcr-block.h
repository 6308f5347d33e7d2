/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A block of device control registers that a guest reads and writes and that have no effect on
 * anything outside: bus arbiters, clocks, straps, controllers that nothing is attached to. The
 * registers stand either at DCR numbers of their own or behind an address/data pair.
 *
 * Bits that a register does not keep read as at reset. A number that no row has: behind a pair it
 * reads 0 and takes nothing; of its own it does not answer.
 */
#ifndef KVM440_DCR_BLOCK_H
#define KVM440_DCR_BLOCK_H

#include "device/device.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bus;
struct dcr_block;
struct error;

struct dcr_register {
	const char *name;
	uint16_t number; /* DCR number relative to the block's base, or number behind the pair */
	uint32_t reset;
	uint32_t keep;	/* bits that keep what is written */
	uint32_t clear; /* bits that writing 1 clears */
	uint32_t set;	/* bits that writing 1 sets in register of */
	uint32_t drop;	/* bits that writing 1 clears in register of */
	uint16_t of;	/* number, as above */
};

struct dcr_block_config {
	const char *name; /* "sdr0", static */
	struct bus *dcr;
	uint16_t base, count; /* DCR numbers taken */
	bool indirect;	      /* base is the address register, base + 1 the data register */
	const struct dcr_register *registers; /* copied; static names */
	size_t n_registers;
	/* The device tree node's name and compatible list (NULL: no node). */
	const char *node;
	const char *compatible[3];
};

int dcr_block_new(struct dcr_block **ret, const struct dcr_block_config *config,
		  struct error **err);
struct device *dcr_block_device(struct dcr_block *block);

#endif
