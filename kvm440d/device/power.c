/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "device/power.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "device/bus.h"
#include "device/dt.h"
#include "util/error.h"

#define POWER_SIZE 4

struct power {
	struct device device;
	struct power_config config;
	uint32_t value; /* what was written last: regmap reads before it writes under a mask */
};

static int power_read(void *self, uint64_t offset, unsigned int len, uint64_t *ret_value)
{
	struct power *p = self;

	if (offset || len != 4)
		return -ENXIO;
	*ret_value = p->value;
	return 0;
}

static int power_write(void *self, uint64_t offset, unsigned int len, uint64_t value)
{
	struct power *p = self;

	if (offset || len != 4)
		return -ENXIO;
	p->value = (uint32_t)value;
	if (p->value == POWER_OFF && p->config.poweroff)
		p->config.poweroff(p->config.self);
	if (p->value == POWER_REBOOT && p->config.reboot)
		p->config.reboot(p->config.self);
	return 0;
}

static const struct bus_ops power_ops = { .read = power_read, .write = power_write };

static void power_reset(struct device *device)
{
	((struct power *)device)->value = 0;
}

static void describe_action(struct dt *dt, const char *node, const char *compatible,
			    uint32_t regmap, uint32_t value)
{
	dt_begin(dt, "%s", node);
	dt_string(dt, "compatible", compatible);
	dt_put(dt, "regmap", regmap);
	dt_put(dt, "offset", 0);
	dt_put(dt, "value", value);
	dt_end(dt);
}

static void power_describe(const struct device *device, struct dt *dt)
{
	const struct power *p = (const struct power *)device;

	dt_begin(dt, "syscon@%" PRIx64, p->config.base);
	dt_string(dt, "compatible", "syscon");
	dt_put(dt, "reg", (uint32_t)p->config.base, POWER_SIZE);
	dt_flag(dt, "big-endian");
	dt_put(dt, "reg-io-width", 4);
	dt_put(dt, "phandle", device->phandle);
	dt_end(dt);
	describe_action(dt, "poweroff", "syscon-poweroff", device->phandle, POWER_OFF);
	describe_action(dt, "reboot", "syscon-reboot", device->phandle, POWER_REBOOT);
}

static void free_device(struct device *device)
{
	free(device);
}

static const struct device_class power_class = {
	.reset = power_reset,
	.describe = power_describe,
	.free = free_device,
};

int power_new(struct power **ret, const struct power_config *config, struct error **err)
{
	struct power *p = calloc(1, sizeof(*p));
	int r;

	if (!p)
		return error_set(err, ENOMEM, "power: out of memory");
	p->device.class = &power_class;
	p->device.name = "power";
	p->config = *config;
	r = bus_register(config->mmio, "power", config->base, POWER_SIZE, &power_ops, p, err);
	if (r) {
		free(p);
		return r;
	}
	*ret = p;
	return 0;
}

struct device *power_device(struct power *power)
{
	return &power->device;
}
