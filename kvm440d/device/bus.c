/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "device/bus.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "util/error.h"

#define MMIO_LIMIT (UINT64_C(1) << 36)
#define DCR_LIMIT  UINT64_C(1024)

struct device_lock {
	pthread_mutex_t mutex;
	unsigned int
		users; /* buses; changed while a guest is built or taken apart, by one thread */
};

struct range {
	uint64_t base, size;
	char *name;
	const struct bus_ops *ops;
	void *self;
};

struct bus {
	char *name;
	enum bus_kind kind;
	struct device_lock *lock;
	struct range *ranges; /* sorted by base, no two overlap */
	size_t n_ranges;
	size_t last; /* index of the range found last */
};

static uint64_t limit_of(const struct bus *bus)
{
	return bus->kind == BUS_DCR ? DCR_LIMIT : MMIO_LIMIT;
}

static int lock_new(struct device_lock **ret)
{
	struct device_lock *lock = calloc(1, sizeof(*lock));
	int r;

	if (!lock)
		return -ENOMEM;
	r = pthread_mutex_init(&lock->mutex, NULL);
	if (r) {
		free(lock);
		return -r;
	}
	*ret = lock;
	return 0;
}

static void lock_unref(struct device_lock *lock)
{
	if (!lock || --lock->users)
		return;
	pthread_mutex_destroy(&lock->mutex);
	free(lock);
}

int bus_new(struct bus **ret, const char *name, enum bus_kind kind, struct bus *peer,
	    struct error **err)
{
	struct bus *bus = calloc(1, sizeof(*bus));
	int r = 0;

	if (!bus)
		return error_set(err, ENOMEM, "bus '%s': out of memory", name);
	bus->kind = kind;
	bus->name = strdup(name);
	if (peer)
		bus->lock = peer->lock;
	else
		r = lock_new(&bus->lock);
	if (bus->lock)
		bus->lock->users++;
	if (!bus->name || r) {
		bus_free(bus);
		return error_set(err, ENOMEM, "bus '%s': out of memory", name);
	}
	*ret = bus;
	return 0;
}

struct bus *bus_free(struct bus *bus)
{
	if (!bus)
		return NULL;
	for (size_t i = 0; i < bus->n_ranges; i++)
		free(bus->ranges[i].name);
	free(bus->ranges);
	lock_unref(bus->lock);
	free(bus->name);
	free(bus);
	return NULL;
}

void bus_lock(struct bus *bus)
{
	pthread_mutex_lock(&bus->lock->mutex);
}

void bus_unlock(struct bus *bus)
{
	pthread_mutex_unlock(&bus->lock->mutex);
}

/* The index of the first range whose end lies above addr; n_ranges when there is none. */
static size_t first_ending_above(const struct bus *bus, uint64_t addr)
{
	size_t low = 0, high = bus->n_ranges;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (bus->ranges[mid].base + bus->ranges[mid].size > addr)
			high = mid;
		else
			low = mid + 1;
	}
	return low;
}

static bool covers(const struct range *range, uint64_t addr)
{
	return addr >= range->base && addr - range->base < range->size;
}

static const struct range *find(struct bus *bus, uint64_t addr)
{
	size_t i = bus->last;

	if (i < bus->n_ranges && covers(&bus->ranges[i], addr))
		return &bus->ranges[i];
	i = first_ending_above(bus, addr);
	if (i == bus->n_ranges || !covers(&bus->ranges[i], addr))
		return NULL;
	bus->last = i;
	return &bus->ranges[i];
}

static int insert(struct bus *bus, const struct range *new, struct error **err)
{
	size_t at = first_ending_above(bus, new->base);
	struct range *ranges;

	if (at < bus->n_ranges && bus->ranges[at].base < new->base + new->size)
		return error_set(err, EEXIST,
				 "bus '%s': '%s' at 0x%" PRIx64 " overlaps '%s' at 0x%" PRIx64,
				 bus->name, new->name, new->base, bus->ranges[at].name,
				 bus->ranges[at].base);
	ranges = reallocarray(bus->ranges, bus->n_ranges + 1, sizeof(*ranges));
	if (!ranges)
		return error_set(err, ENOMEM, "bus '%s': out of memory", bus->name);
	bus->ranges = ranges;
	memmove(&ranges[at + 1], &ranges[at], (bus->n_ranges - at) * sizeof(*ranges));
	ranges[at] = *new;
	bus->n_ranges++;
	return 0;
}

int bus_register(struct bus *bus, const char *name, uint64_t base, uint64_t size,
		 const struct bus_ops *ops, void *self, struct error **err)
{
	struct range new = { .base = base, .size = size, .ops = ops, .self = self };
	int r;

	if (!size || base >= limit_of(bus) || size > limit_of(bus) - base)
		return error_set(err, EINVAL,
				 "bus '%s': '%s' at 0x%" PRIx64 ", size 0x%" PRIx64
				 ", does not lie on the bus",
				 bus->name, name, base, size);
	new.name = strdup(name);
	if (!new.name)
		return error_set(err, ENOMEM, "bus '%s': out of memory", bus->name);
	bus_lock(bus);
	r = insert(bus, &new, err);
	bus_unlock(bus);
	if (r)
		free(new.name);
	return r;
}

void bus_unregister(struct bus *bus, uint64_t base)
{
	char *name = NULL;
	size_t i;

	bus_lock(bus);
	i = first_ending_above(bus, base);
	if (i < bus->n_ranges && bus->ranges[i].base == base) {
		name = bus->ranges[i].name;
		bus->n_ranges--;
		memmove(&bus->ranges[i], &bus->ranges[i + 1],
			(bus->n_ranges - i) * sizeof(bus->ranges[0]));
	}
	bus_unlock(bus);
	free(name);
}

static uint64_t low_bytes(uint64_t value, unsigned int len)
{
	return len >= 8 ? value : value & ((UINT64_C(1) << (8 * len)) - 1);
}

/* Between the processor's order of bytes and the device's; its own inverse. */
static uint64_t device_order(const struct bus_ops *ops, uint64_t value, unsigned int len)
{
	if (ops->endian == BUS_BIG_ENDIAN)
		return value;
	return __builtin_bswap64(value) >> (64 - 8 * len);
}

static int read_range(const struct range *range, uint64_t offset, unsigned int len, uint64_t *ret)
{
	const struct bus_ops *ops = range->ops;
	unsigned int step = ops->width && ops->width < len ? ops->width : len;
	uint64_t all = 0;

	for (unsigned int at = 0; at < len; at += step) {
		uint64_t piece = 0;
		int r = ops->read(range->self, offset + at, step, &piece);

		if (r)
			return r;
		piece = device_order(ops, low_bytes(piece, step), step);
		all = step == 8 ? piece : all << (8 * step) | piece;
	}
	*ret = all;
	return 0;
}

static int write_range(const struct range *range, uint64_t offset, unsigned int len, uint64_t value)
{
	const struct bus_ops *ops = range->ops;
	unsigned int step = ops->width && ops->width < len ? ops->width : len;

	for (unsigned int at = 0; at < len; at += step) {
		uint64_t piece = low_bytes(value >> (8 * (len - at - step)), step);
		int r = ops->write(range->self, offset + at, step, device_order(ops, piece, step));

		if (r)
			return r;
	}
	return 0;
}

/* Whether a guest's access has a form that this kind of bus knows. */
static bool well_formed(const struct bus *bus, uint64_t addr, unsigned int len)
{
	if (bus->kind == BUS_DCR)
		return len == 4 && addr < DCR_LIMIT;
	return (len == 1 || len == 2 || len == 4 || len == 8) && addr < MMIO_LIMIT;
}

/* The range that has the whole access, or NULL. */
static const struct range *find_access(struct bus *bus, uint64_t addr, unsigned int len)
{
	uint64_t units = bus->kind == BUS_DCR ? 1 : len;
	const struct range *range;

	if (!well_formed(bus, addr, len))
		return NULL;
	range = find(bus, addr);
	if (!range || range->size - (addr - range->base) < units)
		return NULL;
	return range;
}

int bus_read(struct bus *bus, uint64_t addr, unsigned int len, uint64_t *ret_value)
{
	const struct range *range;
	int r = -ENXIO;

	bus_lock(bus);
	range = find_access(bus, addr, len);
	if (range)
		r = read_range(range, addr - range->base, len, ret_value);
	bus_unlock(bus);
	return r;
}

int bus_write(struct bus *bus, uint64_t addr, unsigned int len, uint64_t value)
{
	const struct range *range;
	int r = -ENXIO;

	bus_lock(bus);
	range = find_access(bus, addr, len);
	if (range)
		r = write_range(range, addr - range->base, len, low_bytes(value, len));
	bus_unlock(bus);
	return r;
}

const char *bus_name_at(struct bus *bus, uint64_t addr)
{
	const struct range *range;
	const char *name = NULL;

	bus_lock(bus);
	range = find(bus, addr);
	if (range)
		name = range->name;
	bus_unlock(bus);
	return name;
}
