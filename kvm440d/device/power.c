/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "device/power.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "device/bus.h"
#include "device/dt.h"
#include "util/error.h"

#define POWER_SIZE   4
#define PVPANIC_SIZE 2

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

struct pvpanic {
	struct device device;
	struct pvpanic_config config;
};

/* Reading says which events are understood; the second byte is reserved. */
static int pvpanic_read(void *self, uint64_t offset, unsigned int len, uint64_t *ret_value)
{
	(void)self;
	(void)len;
	*ret_value = offset ? 0 : PVPANIC_PANICKED | PVPANIC_CRASH_LOADED;
	return 0;
}

static int pvpanic_write(void *self, uint64_t offset, unsigned int len, uint64_t value)
{
	struct pvpanic *p = self;

	(void)len;
	if (!offset && (value & PVPANIC_PANICKED) && p->config.panic)
		p->config.panic(p->config.self);
	return 0;
}

static const struct bus_ops pvpanic_ops = {
	.read = pvpanic_read,
	.write = pvpanic_write,
	.width = 1,
};

static void pvpanic_describe(const struct device *device, struct dt *dt)
{
	const struct pvpanic *p = (const struct pvpanic *)device;

	dt_begin(dt, "pvpanic@%" PRIx64, p->config.base);
	dt_string(dt, "compatible", "qemu,pvpanic-mmio");
	dt_put(dt, "reg", (uint32_t)p->config.base, PVPANIC_SIZE);
	dt_end(dt);
}

static const struct device_class pvpanic_class = {
	.describe = pvpanic_describe,
	.free = free_device,
};

int pvpanic_new(struct pvpanic **ret, const struct pvpanic_config *config, struct error **err)
{
	struct pvpanic *p = calloc(1, sizeof(*p));
	int r;

	if (!p)
		return error_set(err, ENOMEM, "pvpanic: out of memory");
	p->device.class = &pvpanic_class;
	p->device.name = "pvpanic";
	p->config = *config;
	r = bus_register(config->mmio, "pvpanic", config->base, PVPANIC_SIZE, &pvpanic_ops, p, err);
	if (r) {
		free(p);
		return r;
	}
	*ret = p;
	return 0;
}

struct device *pvpanic_device(struct pvpanic *pvpanic)
{
	return &pvpanic->device;
}
