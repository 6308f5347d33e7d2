/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "device/dt.h"

#include <libfdt.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define NAME_SIZE 64

static void note(struct dt *dt, int r)
{
	if (!dt->error && r < 0)
		dt->error = r;
}

void dt_begin(struct dt *dt, const char *format, ...)
{
	char name[NAME_SIZE];
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(name, sizeof(name), format, ap);
	va_end(ap);
	if (n < 0 || n >= NAME_SIZE)
		note(dt, -FDT_ERR_BADVALUE);
	if (dt->error)
		return;
	note(dt, fdt_begin_node(dt->fdt, name));
	dt->depth++;
}

void dt_end(struct dt *dt)
{
	if (dt->error)
		return;
	note(dt, fdt_end_node(dt->fdt));
	dt->depth--;
}

/* Makes room for a property; NULL when the error is set. */
static char *placeholder(struct dt *dt, const char *property, size_t len)
{
	void *at = NULL;

	if (!dt->error)
		note(dt, fdt_property_placeholder(dt->fdt, property, (int)len, &at));
	return dt->error ? NULL : at;
}

void dt_flag(struct dt *dt, const char *property)
{
	(void)placeholder(dt, property, 0);
}

void dt_string(struct dt *dt, const char *property, const char *value)
{
	dt_string_list(dt, property, &value, 1);
}

void dt_cells(struct dt *dt, const char *property, const uint32_t *cells, size_t n)
{
	char *at = placeholder(dt, property, n * sizeof(uint32_t));

	for (size_t i = 0; at && i < n; i++) {
		fdt32_t cell = cpu_to_fdt32(cells[i]);

		memcpy(at + i * sizeof(cell), &cell, sizeof(cell));
	}
}

void dt_bytes(struct dt *dt, const char *property, const uint8_t *bytes, size_t len)
{
	char *at = placeholder(dt, property, len);

	if (at)
		memcpy(at, bytes, len);
}

void dt_string_list(struct dt *dt, const char *property, const char *const *strings, size_t n)
{
	size_t len = 0;
	char *at;

	for (size_t i = 0; i < n; i++)
		len += strlen(strings[i]) + 1;
	at = placeholder(dt, property, len);
	for (size_t i = 0; at && i < n; i++)
		at = stpcpy(at, strings[i]) + 1;
}

void dt_cell_sizes(struct dt *dt, uint32_t address_cells, uint32_t size_cells)
{
	dt_put(dt, "#address-cells", address_cells);
	dt_put(dt, "#size-cells", size_cells);
}

void dt_irq(struct dt *dt, const struct dt_interrupt *irq)
{
	dt_put(dt, "interrupt-parent", irq->controller);
	dt_put(dt, "interrupts", irq->line, irq->sense);
}
