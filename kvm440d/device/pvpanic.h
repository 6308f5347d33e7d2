/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The byte that a kernel writes when it panics: bits say what happened. Sources: Linux 6.1
 * drivers/misc/pvpanic and Documentation/devicetree/bindings/misc/pvpanic-mmio.txt.
 */
#ifndef KVM440_PVPANIC_H
#define KVM440_PVPANIC_H

#include "device/device.h"

#include <stdint.h>

struct bus;
struct error;
struct pvpanic;

#define PVPANIC_PANICKED     0x01u
#define PVPANIC_CRASH_LOADED 0x02u

struct pvpanic_config {
	struct bus *mmio;
	uint64_t base;
	/* Called with the device lock held; must not block. A crash kernel that was loaded is none
	 * of the host's business: CRASH_LOADED alone is no panic. */
	void (*panic)(void *self);
	void *self;
};

int pvpanic_new(struct pvpanic **ret, const struct pvpanic_config *config, struct error **err);
struct device *pvpanic_device(struct pvpanic *pvpanic);

#endif
