/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A UART over the real character backend, with its I/O thread on one side and a processor's thread
 * on the other: everything that is typed arrives, in order, and everything that is sent comes out.
 */
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "backend/chardev.h"
#include "backend/loop.h"
#include "device/bus.h"
#include "device/device.h"
#include "device/uart.h"
#include "tests/unit/test.h"

#define UART  0xef600300u
#define COUNT 50000u

enum { RBR = 0, THR = 0, IER = 1, FCR = 2, LSR = 5 };

static struct {
	struct loop *loop;
	struct chardev *chardev;
	struct bus *mmio;
	struct uart *uart;
	pthread_t io;
	int fd; /* the terminal's end */
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool irq;
} t;

static void set_irq(void *self, unsigned int n, bool level)
{
	(void)self;
	(void)n;
	pthread_mutex_lock(&t.lock);
	t.irq = level;
	pthread_cond_signal(&t.changed);
	pthread_mutex_unlock(&t.lock);
}

static void *run_io(void *arg)
{
	(void)arg;
	loop_run(t.loop);
	return NULL;
}

static void setup(void)
{
	const struct chardev_config chardev = { .ring_size = 4096 };
	struct uart_config config = {
		.name = "uart0",
		.base = UART,
		.irq = { "uart0", set_irq, NULL, 0 },
		.clock_hz = 11059200,
		.speed = 115200,
	};
	int fds[2];

	memset(&t, 0, sizeof(t));
	pthread_mutex_init(&t.lock, NULL);
	pthread_cond_init(&t.changed, NULL);
	REQUIRE_EQ(loop_new(&t.loop, NULL), 0);
	REQUIRE_EQ(chardev_new(&t.chardev, t.loop, &chardev, NULL), 0);
	REQUIRE_EQ(bus_new(&t.mmio, "mmio", BUS_MMIO, NULL, NULL), 0);
	config.mmio = t.mmio;
	config.chardev = t.chardev;
	REQUIRE_EQ(uart_new(&t.uart, &config, NULL), 0);
	REQUIRE_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
	t.fd = fds[0];
	REQUIRE_EQ(chardev_attach(t.chardev, fds[1], 0, 0, NULL), 0);
	REQUIRE_EQ(pthread_create(&t.io, NULL, run_io, NULL), 0);
}

static void teardown(void)
{
	loop_quit(t.loop);
	pthread_join(t.io, NULL);
	uart_device(t.uart)->class->free(uart_device(t.uart));
	bus_free(t.mmio);
	chardev_free(t.chardev);
	loop_free(t.loop);
	close(t.fd);
	pthread_cond_destroy(&t.changed);
	pthread_mutex_destroy(&t.lock);
}

static unsigned int get(unsigned int reg)
{
	uint64_t v = 0;

	(void)bus_read(t.mmio, UART + reg, 1, &v);
	return (unsigned int)v;
}

static void put(unsigned int reg, unsigned int v)
{
	(void)bus_write(t.mmio, UART + reg, 1, v);
}

static uint8_t expected(unsigned int i)
{
	return (uint8_t)(i ^ i >> 8);
}

static void *type_all(void *arg)
{
	unsigned int at = 0;
	uint8_t buf[997];

	(void)arg;
	while (at < COUNT) {
		size_t len = COUNT - at < sizeof(buf) ? COUNT - at : sizeof(buf);
		ssize_t n;

		for (size_t i = 0; i < len; i++)
			buf[i] = expected(at + (unsigned int)i);
		n = write(t.fd, buf, len);
		if (n <= 0)
			break;
		at += (unsigned int)n;
	}
	return NULL;
}

/* As a driver does: sleep until the interrupt, then read while there is something. */
static void all_that_is_typed_arrives(void)
{
	unsigned int n = 0, wrong = 0;
	pthread_t typist;

	setup();
	put(FCR, 0x81);
	put(IER, 0x01);
	REQUIRE_EQ(pthread_create(&typist, NULL, type_all, NULL), 0);
	while (n < COUNT) {
		pthread_mutex_lock(&t.lock);
		while (!t.irq)
			pthread_cond_wait(&t.changed, &t.lock);
		pthread_mutex_unlock(&t.lock);
		while (get(LSR) & 1)
			wrong += get(RBR) != expected(n++);
	}
	pthread_join(typist, NULL);
	CHECK_EQ(n, COUNT);
	CHECK_EQ(wrong, 0);
	CHECK_EQ(get(LSR), 0x60);
	teardown();
}

/* Within the ring, nothing is lost on the way out either. */
static void all_that_is_sent_comes_out(void)
{
	unsigned int n = 0, wrong = 0;
	uint8_t buf[512];

	setup();
	for (unsigned int i = 0; i < 4000; i++)
		put(THR, expected(i));
	while (n < 4000) {
		ssize_t len = read(t.fd, buf, sizeof(buf));

		REQUIRE(len > 0);
		for (ssize_t i = 0; i < len; i++)
			wrong += buf[i] != expected(n++);
	}
	CHECK_EQ(n, 4000);
	CHECK_EQ(wrong, 0);
	teardown();
}

static const struct test_case cases[] = {
	TEST_CASE(all_that_is_typed_arrives),
	TEST_CASE(all_that_is_sent_comes_out),
};

TEST_MAIN(cases)
