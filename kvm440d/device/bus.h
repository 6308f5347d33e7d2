/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A bus that devices register on: ranges of addresses, each with a device's read and write. A guest
 * has two of the same kind: MMIO (36-bit real addresses, bytes) and DCR (numbers 0 to 1023, always
 * 4 bytes wide, one number a register).
 *
 * Threads: devices are called with the guest's device lock held (bus_lock/bus_unlock); whoever
 * calls into a device from another thread (a backend's callback, a timer) takes the same lock.
 */
#ifndef KVM440_BUS_H
#define KVM440_BUS_H

#include <stdbool.h>
#include <stdint.h>

struct bus;
struct error;

enum bus_endian {
	BUS_BIG_ENDIAN,	   /* register's first byte is its most significant: on-chip 440 devices */
	BUS_LITTLE_ENDIAN, /* PCI, virtio: the bus swaps values on their way */
};

enum bus_kind {
	BUS_MMIO, /* addresses count bytes, 36 bits; an access is 1, 2, 4 or 8 bytes long */
	BUS_DCR,  /* addresses count registers, 0 to 1023; an access is one register, len 4 */
};

/*
 * @offset is relative to the range, @len is 1, 2, 4 or 8 and the access lies inside the range; DCR
 * accesses have len 4. Values are right-aligned; bits of @value above @len bytes are 0. Return 0,
 * or -ENXIO where nothing answers (a machine check for the guest); *ret_value is 0 on entry.
 */
struct bus_ops {
	int (*read)(void *self, uint64_t offset, unsigned int len, uint64_t *ret_value);
	int (*write)(void *self, uint64_t offset, unsigned int len, uint64_t value);
	enum bus_endian endian;
	/* Widest access the device takes, in bytes; the bus splits wider ones, lowest address
	 * first. 0: takes all. */
	unsigned int width;
};

/*
 * @name is for messages, copied. The device lock is that of @peer and lives until both are freed;
 * NULL: a new lock. Making and freeing the buses of a guest is for one thread.
 */
int bus_new(struct bus **ret, const char *name, enum bus_kind kind, struct bus *peer,
	    struct error **err);
struct bus *bus_free(struct bus *bus); /* NULL is fine; devices are not touched */

/* The device lock, shared by the buses of a guest. Not recursive: never taken inside a device's
 * ops. */
void bus_lock(struct bus *bus);
void bus_unlock(struct bus *bus);

/*
 * Registers [base, base + size). @name is copied. -EEXIST with both names when ranges overlap,
 * -EINVAL when the range is empty or beyond the bus. Takes the lock.
 */
int bus_register(struct bus *bus, const char *name, uint64_t base, uint64_t size,
		 const struct bus_ops *ops, void *self, struct error **err);
/* Removes the range that starts at base; the device may be freed afterwards. */
void bus_unregister(struct bus *bus, uint64_t base);

/*
 * One access by the guest; takes the device lock itself. @value is as a big-endian processor sees
 * it. An access that spans two ranges or none answers -ENXIO. Any thread.
 */
int bus_read(struct bus *bus, uint64_t addr, unsigned int len, uint64_t *ret_value);
int bus_write(struct bus *bus, uint64_t addr, unsigned int len, uint64_t value);

/* The name of the range at addr, or NULL: for messages. Valid while it is registered. */
const char *bus_name_at(struct bus *bus, uint64_t addr);

#endif
