/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "device/pvpanic.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "device/bus.h"
#include "device/dt.h"
#include "util/error.h"

#define PVPANIC_SIZE 2

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

static void pvpanic_free(struct device *device)
{
	free(device);
}

static const struct device_class pvpanic_class = {
	.describe = pvpanic_describe,
	.free = pvpanic_free,
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
