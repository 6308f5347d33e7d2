/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The way out of a guest: one 32-bit big-endian register that powers the machine off or restarts
 * it, described to the guest as a syscon with syscon-poweroff and syscon-reboot; and pvpanic, the
 * byte a kernel writes when it panics. Neither is on the real board; they stand in a hole of its
 * map.
 *
 * Sources: Linux 6.1 drivers/power/reset/syscon-poweroff.c and syscon-reboot.c,
 * drivers/misc/pvpanic, Documentation/devicetree/bindings/misc/pvpanic-mmio.txt.
 */
#ifndef KVM440_POWER_H
#define KVM440_POWER_H

#include "device/device.h"

#include <stdint.h>

struct bus;
struct error;
struct power;

#define POWER_OFF    0x4f464620u /* "OFF " */
#define POWER_REBOOT 0x52535420u /* "RST " */

struct power_config {
	struct bus *mmio;
	uint64_t base; /* real address of the register */
	/* Called with the device lock held; must not block. */
	void (*poweroff)(void *self);
	void (*reboot)(void *self);
	void *self;
};

int power_new(struct power **ret, const struct power_config *config, struct error **err);
struct device *power_device(struct power *power);

#endif
