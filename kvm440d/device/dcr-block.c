/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "device/dcr-block.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "device/bus.h"
#include "device/dt.h"
#include "util/error.h"

struct dcr_block {
	struct device device;
	struct dcr_block_config config;
	struct dcr_register *registers;
	uint32_t *values;
	uint32_t address; /* of an indirect block */
};

/* The index of the register, or the number of registers. */
static size_t find(const struct dcr_block *b, uint64_t number)
{
	size_t i = 0;

	while (i < b->config.n_registers && b->registers[i].number != number)
		i++;
	return i;
}

static int read_number(struct dcr_block *b, uint64_t number, uint64_t *ret)
{
	size_t i = find(b, number);

	if (i == b->config.n_registers)
		return -ENXIO;
	*ret = b->values[i];
	return 0;
}

static int write_number(struct dcr_block *b, uint64_t number, uint32_t v)
{
	size_t i = find(b, number), of;
	const struct dcr_register *r;

	if (i == b->config.n_registers)
		return -ENXIO;
	r = &b->registers[i];
	b->values[i] = ((b->values[i] & ~r->keep) | (v & r->keep)) & ~(v & r->clear);
	of = find(b, r->of);
	if (of < b->config.n_registers)
		b->values[of] = (b->values[of] | (v & r->set)) & ~(v & r->drop);
	return 0;
}

static int block_read(void *self, uint64_t offset, unsigned int len, uint64_t *ret_value)
{
	struct dcr_block *b = self;

	(void)len;
	if (!b->config.indirect)
		return read_number(b, offset, ret_value);
	if (offset == 0)
		*ret_value = b->address;
	else
		(void)read_number(b, b->address, ret_value);
	return 0;
}

static int block_write(void *self, uint64_t offset, unsigned int len, uint64_t value)
{
	struct dcr_block *b = self;

	(void)len;
	if (!b->config.indirect)
		return write_number(b, offset, (uint32_t)value);
	if (offset == 0)
		b->address = (uint32_t)value;
	else
		(void)write_number(b, b->address, (uint32_t)value);
	return 0;
}

static const struct bus_ops block_ops = { .read = block_read, .write = block_write };

static void block_reset(struct device *device)
{
	struct dcr_block *b = (struct dcr_block *)device;

	for (size_t i = 0; i < b->config.n_registers; i++)
		b->values[i] = b->registers[i].reset;
	b->address = 0;
}

static void block_describe(const struct device *device, struct dt *dt)
{
	const struct dcr_block *b = (const struct dcr_block *)device;
	size_t n = 0;

	if (!b->config.node)
		return;
	while (n < 3 && b->config.compatible[n])
		n++;
	dt_begin(dt, "%s", b->config.node);
	dt_string_list(dt, "compatible", b->config.compatible, n);
	dt_put(dt, "dcr-reg", b->config.base, b->config.count);
	dt_end(dt);
}

static void block_free(struct device *device)
{
	struct dcr_block *b = (struct dcr_block *)device;

	free(b->registers);
	free(b->values);
	free(b);
}

static const struct device_class block_class = {
	.reset = block_reset,
	.describe = block_describe,
	.free = block_free,
};

int dcr_block_new(struct dcr_block **ret, const struct dcr_block_config *config, struct error **err)
{
	size_t n = config->n_registers;
	struct dcr_block *b = calloc(1, sizeof(*b));
	int r;

	if (!b)
		return error_set(err, ENOMEM, "%s: out of memory", config->name);
	b->device.class = &block_class;
	b->device.name = config->name;
	b->config = *config;
	b->registers = calloc(n, sizeof(*b->registers));
	b->values = calloc(n, sizeof(*b->values));
	if (b->registers && b->values) {
		memcpy(b->registers, config->registers, n * sizeof(*b->registers));
		block_reset(&b->device);
		r = bus_register(config->dcr, config->name, config->base, config->count, &block_ops,
				 b, err);
	} else {
		r = error_set(err, ENOMEM, "%s: out of memory", config->name);
	}
	if (r) {
		block_free(&b->device);
		return r;
	}
	*ret = b;
	return 0;
}

struct device *dcr_block_device(struct dcr_block *block)
{
	return &block->device;
}
