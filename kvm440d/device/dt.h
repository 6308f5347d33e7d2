/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writing a device tree: who owns a device writes its node with these. The first error sticks (and
 * makes the other calls do nothing); whoever began the tree looks at it once, at the end.
 */
#ifndef KVM440_DT_H
#define KVM440_DT_H

#include <stddef.h>
#include <stdint.h>

struct dt {
	void *fdt; /* libfdt's sequential-write tree */
	int error; /* libfdt's, 0 or negative */
	int depth; /* nodes that are open */
};

/* How an interrupt is described: the controller's phandle and the two cells of its specifier. */
struct dt_interrupt {
	uint32_t controller;
	uint32_t line;
	uint32_t sense;
};

/* The second cell: the numbers Linux's two-cell translation knows (IRQ_TYPE_*). */
enum dt_sense { DT_EDGE_RISING = 1, DT_EDGE_FALLING = 2, DT_LEVEL_HIGH = 4, DT_LEVEL_LOW = 8 };

__attribute__((format(printf, 2, 3))) void dt_begin(struct dt *dt, const char *format, ...);
void dt_end(struct dt *dt);

void dt_flag(struct dt *dt, const char *property); /* a property without a value */
void dt_string(struct dt *dt, const char *property, const char *value);
/* Cells: 32-bit numbers in host order. */
void dt_cells(struct dt *dt, const char *property, const uint32_t *cells, size_t n);
#define dt_put(dt, property, ...)                                                                  \
	dt_cells(dt, property, (const uint32_t[]){ __VA_ARGS__ },                                  \
		 sizeof((const uint32_t[]){ __VA_ARGS__ }) / sizeof(uint32_t))
void dt_bytes(struct dt *dt, const char *property, const uint8_t *bytes, size_t len);
/* A list of strings. */
void dt_string_list(struct dt *dt, const char *property, const char *const *strings, size_t n);
#define dt_strings(dt, property, ...)                                                              \
	dt_string_list(dt, property, (const char *const[]){ __VA_ARGS__ },                         \
		       sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *))

/* #address-cells and #size-cells. */
void dt_cell_sizes(struct dt *dt, uint32_t address_cells, uint32_t size_cells);
/* interrupt-parent and interrupts. */
void dt_irq(struct dt *dt, const struct dt_interrupt *irq);

#endif
