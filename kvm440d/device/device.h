/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What all devices have in common, for the board that holds them: a device's own structure begins
 * with a struct device. A device registers its ranges on the buses itself, when it is made. Devices
 * and their buses go together: no access comes after the first device was freed.
 */
#ifndef KVM440_DEVICE_H
#define KVM440_DEVICE_H

#include <stdint.h>

struct device;
struct dt;

struct device_class {
	/* To the state after a system reset; the device lock is held. May be NULL. */
	void (*reset)(struct device *device);
	/* Writes the device's node where the board has opened its parent. NULL: it has none. */
	void (*describe)(const struct device *device, struct dt *dt);
	void (*free)(struct device *device);
};

struct device {
	const struct device_class *class;
	const char *name; /* "uart0"; owned by the device or static */
	uint32_t phandle; /* given by the board, unique and not 0 */
};

#endif
