/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "device/bus.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "device/memory.h"
#include "tests/unit/test.h"
#include "util/error.h"

/* A device that remembers how it was last called, over some bytes of storage. */
struct probe {
	uint64_t offset, value, answer;
	unsigned int len, calls;
	int result;
};

static int probe_read(void *self, uint64_t offset, unsigned int len, uint64_t *ret)
{
	struct probe *p = self;

	p->offset = offset;
	p->len = len;
	p->calls++;
	*ret = p->answer;
	p->answer += 0x0101010101010101;
	return p->result;
}

static int probe_write(void *self, uint64_t offset, unsigned int len, uint64_t value)
{
	struct probe *p = self;

	p->offset = offset;
	p->len = len;
	p->value = p->value << (8 * (len & 7)) | value;
	p->calls++;
	return p->result;
}

static const struct bus_ops probe_ops = { .read = probe_read, .write = probe_write };
static const struct bus_ops byte_ops = { .read = probe_read, .write = probe_write, .width = 1 };
static const struct bus_ops little_ops = {
	.read = probe_read,
	.write = probe_write,
	.endian = BUS_LITTLE_ENDIAN,
};

static struct bus *new_bus(enum bus_kind kind)
{
	struct bus *bus = NULL;

	REQUIRE_EQ(bus_new(&bus, "mmio", kind, NULL, NULL), 0);
	return bus;
}

static void accesses_reach_their_range(void)
{
	struct bus *bus = new_bus(BUS_MMIO);
	struct probe a = { 0 }, b = { 0 };
	uint64_t v = 0;

	CHECK_EQ(bus_register(bus, "b", 0x2000, 0x100, &probe_ops, &b, NULL), 0);
	CHECK_EQ(bus_register(bus, "a", 0x1000, 0x10, &probe_ops, &a, NULL), 0);
	a.answer = 0x11223344;
	CHECK_EQ(bus_read(bus, 0x100c, 4, &v), 0);
	CHECK_EQ(v, 0x11223344);
	CHECK_EQ(a.offset, 0xc);
	CHECK_EQ(a.len, 4);
	CHECK_EQ(bus_write(bus, 0x20ff, 1, 0xabcd), 0);
	CHECK_EQ(b.offset, 0xff);
	CHECK_EQ(b.value, 0xcd);
	CHECK_STR(bus_name_at(bus, 0x20ff), "b");
	CHECK(bus_name_at(bus, 0x2100) == NULL);
	bus_free(bus);
}

static void nothing_answers_between_and_across(void)
{
	struct bus *bus = new_bus(BUS_MMIO);
	struct probe a = { 0 }, b = { 0 };
	uint64_t v;

	CHECK_EQ(bus_read(bus, 0, 4, &v), -ENXIO);
	CHECK_EQ(bus_register(bus, "a", 0x1000, 8, &probe_ops, &a, NULL), 0);
	CHECK_EQ(bus_register(bus, "b", 0x1008, 8, &probe_ops, &b, NULL), 0);
	CHECK_EQ(bus_read(bus, 0xfff, 1, &v), -ENXIO);
	CHECK_EQ(bus_read(bus, 0xffc, 8, &v), -ENXIO);
	CHECK_EQ(bus_write(bus, 0x1006, 4, 0), -ENXIO);
	CHECK_EQ(bus_read(bus, 0x100c, 8, &v), -ENXIO);
	CHECK_EQ(bus_read(bus, 0x1010, 1, &v), -ENXIO);
	CHECK_EQ(bus_read(bus, UINT64_MAX, 1, &v), -ENXIO);
	CHECK_EQ(bus_read(bus, UINT64_MAX - 2, 8, &v), -ENXIO);
	CHECK_EQ(bus_read(bus, 0x1000, 3, &v), -ENXIO);
	CHECK_EQ(bus_read(bus, 0x1000, 0, &v), -ENXIO);
	CHECK_EQ(a.calls + b.calls, 0);
	CHECK_EQ(bus_read(bus, 0x1008, 8, &v), 0);
	CHECK_EQ(b.calls, 1);
	bus_free(bus);
}

static void overlap_is_refused_with_both_names(void)
{
	struct bus *bus = new_bus(BUS_MMIO);
	struct error *err = NULL;
	struct probe p = { 0 };

	CHECK_EQ(bus_register(bus, "uart0", 0x1000, 8, &probe_ops, &p, NULL), 0);
	CHECK_EQ(bus_register(bus, "nic", 0xfff, 2, &probe_ops, &p, &err), -EEXIST);
	CHECK_HAS(error_message(err), "'nic' at 0xfff overlaps 'uart0' at 0x1000");
	error_freep(&err);
	CHECK_EQ(bus_register(bus, "nic", 0x1007, 1, &probe_ops, &p, NULL), -EEXIST);
	CHECK_EQ(bus_register(bus, "nic", 0x1002, 1, &probe_ops, &p, NULL), -EEXIST);
	CHECK_EQ(bus_register(bus, "nic", 0, 0x10000, &probe_ops, &p, NULL), -EEXIST);
	CHECK_EQ(bus_register(bus, "nic", 0x1008, 8, &probe_ops, &p, NULL), 0);
	CHECK_EQ(bus_register(bus, "low", 0xff8, 8, &probe_ops, &p, NULL), 0);
	bus_free(bus);
}

static void ranges_lie_on_the_bus(void)
{
	struct bus *mmio = new_bus(BUS_MMIO), *dcr = new_bus(BUS_DCR);
	struct error *err = NULL;
	struct probe p = { 0 };

	CHECK_EQ(bus_register(mmio, "x", 0x1000, 0, &probe_ops, &p, &err), -EINVAL);
	CHECK_HAS(error_message(err), "'x'");
	error_freep(&err);
	CHECK_EQ(bus_register(mmio, "x", 0xfffffffffULL, 2, &probe_ops, &p, NULL), -EINVAL);
	CHECK_EQ(bus_register(mmio, "x", 8, UINT64_MAX, &probe_ops, &p, NULL), -EINVAL);
	CHECK_EQ(bus_register(mmio, "x", 0xfffffffffULL, 1, &probe_ops, &p, NULL), 0);
	CHECK_EQ(bus_register(dcr, "x", 1023, 2, &probe_ops, &p, NULL), -EINVAL);
	CHECK_EQ(bus_register(dcr, "x", 1024, 1, &probe_ops, &p, NULL), -EINVAL);
	CHECK_EQ(bus_register(dcr, "x", 1023, 1, &probe_ops, &p, NULL), 0);
	bus_free(mmio);
	bus_free(dcr);
}

static void a_dcr_is_one_number(void)
{
	struct bus *dcr = new_bus(BUS_DCR);
	struct probe a = { 0 }, b = { 0 };
	uint64_t v = 0;

	CHECK_EQ(bus_register(dcr, "uic0", 0xc0, 9, &probe_ops, &a, NULL), 0);
	CHECK_EQ(bus_register(dcr, "uic1", 0xc9, 1, &probe_ops, &b, NULL), 0);
	a.answer = UINT64_MAX;
	CHECK_EQ(bus_read(dcr, 0xc8, 4, &v), 0);
	CHECK_EQ(v, 0xffffffff);
	CHECK_EQ(a.offset, 8);
	CHECK_EQ(bus_write(dcr, 0xc9, 4, 0x1deadbeefULL), 0);
	CHECK_EQ(b.value, 0xdeadbeef);
	CHECK_EQ(bus_read(dcr, 0xc8, 1, &v), -ENXIO);
	CHECK_EQ(bus_read(dcr, 0xc8, 8, &v), -ENXIO);
	CHECK_EQ(bus_read(dcr, 0xca, 4, &v), -ENXIO);
	bus_free(dcr);
}

static void little_endian_devices_are_swapped(void)
{
	struct bus *bus = new_bus(BUS_MMIO);
	struct probe p = { .answer = 0x11223344 };
	uint64_t v = 0;

	CHECK_EQ(bus_register(bus, "pci", 0x1000, 0x10, &little_ops, &p, NULL), 0);
	CHECK_EQ(bus_read(bus, 0x1000, 4, &v), 0);
	CHECK_EQ(v, 0x44332211);
	CHECK_EQ(bus_write(bus, 0x1000, 2, 0x1234), 0);
	CHECK_EQ(p.value, 0x3412);
	p.value = 0;
	CHECK_EQ(bus_write(bus, 0x1000, 1, 0x56), 0);
	CHECK_EQ(p.value, 0x56);
	p.value = 0;
	CHECK_EQ(bus_write(bus, 0x1000, 8, 0x0102030405060708), 0);
	CHECK_EQ(p.value, 0x0807060504030201);
	bus_free(bus);
}

static void narrow_devices_see_narrow_accesses(void)
{
	struct bus *bus = new_bus(BUS_MMIO);
	struct probe p = { .answer = 0x11 };
	uint64_t v = 0;

	CHECK_EQ(bus_register(bus, "uart", 0x1000, 8, &byte_ops, &p, NULL), 0);
	CHECK_EQ(bus_read(bus, 0x1000, 4, &v), 0);
	CHECK_EQ(v, 0x11121314);
	CHECK_EQ(p.calls, 4);
	CHECK_EQ(p.offset, 3);
	p.calls = 0;
	CHECK_EQ(bus_write(bus, 0x1000, 8, 0xa1a2a3a4a5a6a7a8), 0);
	CHECK_EQ(p.calls, 8);
	CHECK_EQ(p.value, 0xa1a2a3a4a5a6a7a8);
	p.result = -ENXIO;
	p.calls = 0;
	CHECK_EQ(bus_read(bus, 0x1000, 4, &v), -ENXIO);
	CHECK_EQ(p.calls, 1);
	bus_free(bus);
}

static void unregistered_ranges_are_gone(void)
{
	struct bus *bus = new_bus(BUS_MMIO);
	struct probe p = { 0 };
	uint64_t v;

	for (uint64_t base = 0; base < 0x100; base += 8)
		CHECK_EQ(bus_register(bus, "x", base, 8, &probe_ops, &p, NULL), 0);
	CHECK_EQ(bus_read(bus, 0xf8, 4, &v), 0);
	bus_unregister(bus, 0xf8);
	CHECK_EQ(bus_read(bus, 0xf8, 4, &v), -ENXIO);
	bus_unregister(bus, 0x14); /* no range begins here */
	CHECK_EQ(bus_read(bus, 0x14, 4, &v), 0);
	bus_unregister(bus, 0x10);
	CHECK_EQ(bus_read(bus, 0x14, 4, &v), -ENXIO);
	CHECK_EQ(bus_read(bus, 0x18, 4, &v), 0);
	CHECK_EQ(bus_register(bus, "y", 0x10, 8, &probe_ops, &p, NULL), 0);
	CHECK_STR(bus_name_at(bus, 0x17), "y");
	bus_free(bus);
}

struct counter {
	struct bus *bus;
	uint64_t count;
};

static int count_write(void *self, uint64_t offset, unsigned int len, uint64_t value)
{
	(void)offset;
	(void)len;
	((struct counter *)self)->count += value;
	return 0;
}

static void *count_up(void *arg)
{
	struct counter *c = arg;

	for (int i = 0; i < 20000; i++)
		bus_write(c->bus, 7, 4, 1);
	return NULL;
}

/* Both buses serialize on one lock: two threads, one on each, lose no count. */
static void peers_share_the_device_lock(void)
{
	static const struct bus_ops ops = { .read = probe_read, .write = count_write };
	struct counter counter = { 0 };
	struct counter other;
	struct bus *dcr = NULL;
	pthread_t thread;

	counter.bus = new_bus(BUS_MMIO);
	REQUIRE_EQ(bus_new(&dcr, "dcr", BUS_DCR, counter.bus, NULL), 0);
	CHECK_EQ(bus_register(counter.bus, "c", 0, 16, &ops, &counter, NULL), 0);
	CHECK_EQ(bus_register(dcr, "c", 0, 16, &ops, &counter, NULL), 0);
	other.bus = dcr;
	REQUIRE_EQ(pthread_create(&thread, NULL, count_up, &other), 0);
	count_up(&counter);
	pthread_join(thread, NULL);
	CHECK_EQ(counter.count, 40000);
	bus_free(counter.bus);
	bus_lock(dcr); /* outlives its peer */
	bus_unlock(dcr);
	bus_free(dcr);
}

static struct {
	unsigned int calls;
	uint64_t ra, len;
} told;

static void note_written(void *self, uint64_t ra, uint64_t len)
{
	(void)self;
	told.calls++;
	told.ra = ra;
	told.len = len;
}

static void memory_checks_every_byte(void)
{
	const uint64_t size = 16 << 20;
	uint8_t buf[4] = { 1, 2, 3, 4 }, back[4] = { 0 };
	struct memory m;

	REQUIRE_EQ(memory_init(&m, "test", size, NULL), 0);
	m.written = note_written;
	CHECK_EQ(memory_write(&m, size - 4, buf, 4), 0);
	CHECK_EQ(told.ra, size - 4);
	CHECK_EQ(told.len, 4);
	CHECK_EQ(memory_read(&m, size - 4, back, 4), 0);
	CHECK_MEM(back, buf, 4);
	CHECK_EQ(memory_write(&m, size - 3, buf, 4), -EFAULT);
	CHECK_EQ(memory_read(&m, size, back, 1), -EFAULT);
	CHECK_EQ(memory_read(&m, UINT64_MAX, back, 2), -EFAULT);
	CHECK_EQ(memory_read(&m, 8, back, UINT64_MAX), -EFAULT);
	CHECK_EQ(memory_write(&m, size, buf, 0), 0);
	CHECK_EQ(told.calls, 1);
	memory_deinit(&m);
	memory_deinit(&m);
	CHECK(m.base == NULL);
}

static void memory_cannot_be_resized_by_others(void)
{
	struct memory m;

	REQUIRE_EQ(memory_init(&m, "test", 1 << 20, NULL), 0);
	CHECK(ftruncate(m.fd, 0) < 0);
	CHECK_EQ(errno, EPERM);
	CHECK(ftruncate(m.fd, 2 << 20) < 0);
	CHECK(fcntl(m.fd, F_GETFD) & FD_CLOEXEC);
	memory_deinit(&m);
}

static void memory_sizes_are_checked(void)
{
	static const uint64_t bad[] = {
		0, 3 << 10, (1 << 20) + 1, 9ULL << 40, (1ULL << 36) + (1 << 20), UINT64_MAX
	};
	struct error *err = NULL;
	struct memory m;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		test_context("%llu bytes", (unsigned long long)bad[i]);
		CHECK_EQ(memory_init(&m, "test", bad[i], &err), -EINVAL);
		CHECK_HAS(error_message(err), "whole megabytes");
		error_freep(&err);
		memory_deinit(&m);
	}
}

static const struct test_case cases[] = {
	TEST_CASE(accesses_reach_their_range),
	TEST_CASE(nothing_answers_between_and_across),
	TEST_CASE(overlap_is_refused_with_both_names),
	TEST_CASE(ranges_lie_on_the_bus),
	TEST_CASE(a_dcr_is_one_number),
	TEST_CASE(little_endian_devices_are_swapped),
	TEST_CASE(narrow_devices_see_narrow_accesses),
	TEST_CASE(unregistered_ranges_are_gone),
	TEST_CASE(peers_share_the_device_lock),
	TEST_CASE(memory_checks_every_byte),
	TEST_CASE(memory_cannot_be_resized_by_others),
	TEST_CASE(memory_sizes_are_checked),
};

TEST_MAIN(cases)
