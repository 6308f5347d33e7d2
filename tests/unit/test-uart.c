/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "device/uart.h"

#include <string.h>

#include "backend/chardev.h"
#include "device/bus.h"
#include "device/device.h"
#include "tests/unit/test.h"

enum { RBR = 0, THR = 0, DLL = 0, IER = 1, DLM = 1, IIR = 2, FCR = 2, LCR, MCR, LSR, MSR, SCR };

/*
 * A character backend that the test holds in its hands: it stands in for the real one, whose
 * symbols the linker then does not look for.
 */
struct chardev {
	char out[64];
	size_t out_len;
	unsigned int ready;
	size_t (*can_take)(void *self);
	void (*input)(void *self, const uint8_t *buf, size_t len);
	void *self;
};

void chardev_output(struct chardev *c, const uint8_t *buf, size_t len)
{
	for (size_t i = 0; i < len && c->out_len < sizeof(c->out); i++)
		c->out[c->out_len++] = (char)buf[i];
}

void chardev_set_sink(struct chardev *c, size_t (*can_take)(void *self),
		      void (*input)(void *self, const uint8_t *buf, size_t len), void *self)
{
	c->can_take = can_take;
	c->input = input;
	c->self = self;
}

void chardev_ready(struct chardev *c)
{
	c->ready++;
}

static struct {
	struct bus *mmio;
	struct uart *uart;
	struct chardev chardev;
	bool irq;
} t;

static void set_irq(void *self, unsigned int n, bool level)
{
	(void)self;
	(void)n;
	t.irq = level;
}

static void setup(bool connected)
{
	struct uart_config config = {
		.name = "uart0",
		.base = 0xef600300,
		.chardev = connected ? &t.chardev : NULL,
		.irq = { "uart0", set_irq, NULL, 0 },
		.clock_hz = 11059200,
		.speed = 115200,
	};

	memset(&t, 0, sizeof(t));
	REQUIRE_EQ(bus_new(&t.mmio, "mmio", BUS_MMIO, NULL, NULL), 0);
	config.mmio = t.mmio;
	REQUIRE_EQ(uart_new(&t.uart, &config, NULL), 0);
}

static void teardown(void)
{
	uart_device(t.uart)->class->free(uart_device(t.uart));
	bus_free(t.mmio);
}

static unsigned int get(unsigned int reg)
{
	uint64_t v = 0;

	CHECK_EQ(bus_read(t.mmio, 0xef600300 + reg, 1, &v), 0);
	return (unsigned int)v;
}

static void put(unsigned int reg, unsigned int v)
{
	CHECK_EQ(bus_write(t.mmio, 0xef600300 + reg, 1, v), 0);
}

/* Hands over as much of the text as there is room for, as the backend does. */
static size_t type(const char *text)
{
	size_t room = t.chardev.can_take(t.chardev.self), len = strlen(text);

	len = len < room ? len : room;
	if (len)
		t.chardev.input(t.chardev.self, (const uint8_t *)text, len);
	return len;
}

static void reset_state(void)
{
	setup(true);
	CHECK_EQ(get(IER), 0);
	CHECK_EQ(get(IIR), 0x01);
	CHECK_EQ(get(LCR), 0);
	CHECK_EQ(get(MCR), 0);
	CHECK_EQ(get(LSR), 0x60);
	CHECK_EQ(get(MSR), 0xb0);
	CHECK(!t.irq);
	put(SCR, 0x5a);
	CHECK_EQ(get(SCR), 0x5a);
	put(LCR, 0x80);
	CHECK_EQ(get(DLL), 6);
	CHECK_EQ(get(DLM), 0);
	put(DLL, 0x34);
	put(DLM, 0x12);
	CHECK_EQ(get(DLL), 0x34);
	CHECK_EQ(get(DLM), 0x12);
	put(LCR, 0x03);
	CHECK_EQ(get(IER), 0);
	CHECK_EQ(t.chardev.out_len, 0);
	teardown();
}

static void sends_what_is_written(void)
{
	setup(true);
	put(THR, 'o');
	put(THR, 'k');
	CHECK_EQ(t.chardev.out_len, 2);
	CHECK_MEM(t.chardev.out, "ok", 2);
	CHECK_EQ(get(LSR), 0x60);
	teardown();
}

static void thr_empty_interrupt_is_told_once(void)
{
	setup(true);
	put(IER, 0x02);
	CHECK(t.irq); /* enabling it while empty raises it */
	CHECK_EQ(get(IIR), 0x02);
	CHECK(!t.irq); /* reading IIR took it away */
	CHECK_EQ(get(IIR), 0x01);
	put(THR, 'x');
	CHECK(t.irq);
	CHECK_EQ(get(IIR), 0x02);
	put(IER, 0x02); /* still enabled: nothing new */
	CHECK(!t.irq);
	put(IER, 0x00);
	put(IER, 0x02);
	CHECK(t.irq);
	teardown();
}

static void without_fifos_one_character(void)
{
	setup(true);
	put(IER, 0x01);
	CHECK_EQ(type("ab"), 1);
	CHECK(t.irq);
	CHECK_EQ(get(IIR), 0x04);
	CHECK_EQ(get(LSR), 0x61);
	CHECK_EQ(type("b"), 0);
	t.chardev.ready = 0;
	CHECK_EQ(get(RBR), 'a');
	CHECK(t.chardev.ready > 0);
	CHECK(!t.irq);
	CHECK_EQ(get(LSR), 0x60);
	CHECK_EQ(type("b"), 1);
	CHECK_EQ(get(RBR), 'b');
	CHECK_EQ(get(RBR), 0); /* nothing there */
	teardown();
}

static void trigger_levels_and_timeout(void)
{
	static const struct {
		unsigned int fcr, level;
	} rows[] = { { 0x01, 1 }, { 0x41, 4 }, { 0x81, 8 }, { 0xc1, 14 } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		test_context("FCR 0x%02x", rows[i].fcr);
		setup(true);
		put(FCR, rows[i].fcr);
		put(IER, 0x01);
		CHECK_EQ(get(IIR), 0xc1);
		CHECK_EQ(type("0123456789abcdefg"), 16);
		CHECK_EQ(get(IIR), 0xc4);
		for (unsigned int n = 16; n > rows[i].level; n--)
			(void)get(RBR);
		CHECK_EQ(get(IIR), 0xc4);
		(void)get(RBR);
		/* below the level: the rest has waited long enough */
		CHECK_EQ(get(IIR), rows[i].level == 1 ? 0xc1 : 0xcc);
		CHECK_EQ(t.irq, rows[i].level != 1);
		while (get(LSR) & 1)
			(void)get(RBR);
		CHECK_EQ(get(IIR), 0xc1);
		CHECK(!t.irq);
		teardown();
	}
}

static void input_is_never_lost(void)
{
	static const char text[] = "The quick brown fox jumps over the lazy dog.";
	char got[sizeof(text)] = { 0 };
	size_t sent = 0, n = 0;

	setup(true);
	put(FCR, 0x81);
	put(IER, 0x01);
	for (int round = 0; round < 100 && n < sizeof(text) - 1; round++) {
		sent += type(text + sent);
		for (int i = 0; i < 5 && (get(LSR) & 1); i++)
			got[n++] = (char)get(RBR);
	}
	CHECK_STR(got, text);
	CHECK_EQ(get(LSR) & 0x02, 0);
	teardown();
}

static void fifo_control(void)
{
	setup(true);
	put(FCR, 0xc0); /* without the enable bit nothing else counts */
	CHECK_EQ(get(IIR), 0x01);
	put(FCR, 0xc1);
	put(IER, 0x01);
	type("abc");
	CHECK_EQ(get(IIR), 0xcc);
	t.chardev.ready = 0;
	put(FCR, 0xc3); /* receiver reset clears itself */
	CHECK_EQ(get(LSR), 0x60);
	CHECK_EQ(get(IIR), 0xc1);
	CHECK(t.chardev.ready > 0);
	type("de");
	put(FCR, 0xc1);
	CHECK_EQ(get(LSR) & 1, 1); /* no reset, no change: kept */
	put(FCR, 0x00);
	CHECK_EQ(get(LSR) & 1, 0); /* leaving FIFO mode clears */
	CHECK_EQ(get(IIR), 0x01);
	teardown();
}

static void loopback_data(void)
{
	setup(true);
	put(FCR, 0x41);
	put(IER, 0x05);
	put(MCR, 0x10);
	CHECK_EQ(type("x"), 0); /* the line is disconnected, its input waits */
	for (int i = 0; i < 16; i++)
		put(THR, (unsigned int)i);
	CHECK_EQ(get(IIR), 0xc4);
	CHECK_EQ(get(LSR), 0x61);
	put(THR, 16); /* one too many */
	CHECK_EQ(get(IIR), 0xc6);
	CHECK_EQ(get(LSR), 0x63);
	CHECK_EQ(get(LSR), 0x61); /* reading it cleared the error */
	for (unsigned int i = 0; i < 16; i++)
		CHECK_EQ(get(RBR), i);
	CHECK_EQ(get(LSR), 0x60);
	CHECK_EQ(t.chardev.out_len, 0);
	t.chardev.ready = 0;
	put(MCR, 0x00);
	CHECK(t.chardev.ready > 0);
	CHECK_EQ(type("x"), 1);
	teardown();
}

/* What drivers use to tell a UART from empty space. */
static void loopback_modem(void)
{
	setup(true);
	put(IER, 0x08);
	put(MCR, 0x1f);
	CHECK_EQ(get(MSR) & 0xf0, 0xf0);
	put(MCR, 0x1a);
	CHECK(t.irq);
	CHECK_EQ(get(IIR), 0x00);
	CHECK_EQ(get(MSR), 0x96); /* CTS, DCD; DSR changed, RI's trailing edge */
	CHECK_EQ(get(MSR), 0x90);
	CHECK(!t.irq);
	put(MCR, 0x10);
	CHECK_EQ(get(MSR), 0x09);
	put(MCR, 0x14);
	CHECK_EQ(get(MSR), 0x40); /* RI's leading edge does not count */
	put(MCR, 0xe0);
	CHECK_EQ(get(MCR), 0);
	teardown();
}

static void priorities(void)
{
	setup(true);
	put(MCR, 0x10);
	put(THR, 'a');
	put(THR, 'b'); /* overrun without FIFOs: the new character replaces the old */
	put(MCR, 0x11);
	put(IER, 0x0f);
	CHECK_EQ(get(IIR), 0x06);
	CHECK_EQ(get(LSR), 0x63);
	CHECK_EQ(get(IIR), 0x04);
	CHECK_EQ(get(RBR), 'b');
	CHECK_EQ(get(IIR), 0x02);
	CHECK_EQ(get(IIR), 0x00);
	(void)get(MSR);
	CHECK_EQ(get(IIR), 0x01);
	CHECK(!t.irq);
	teardown();
}

static void nothing_attached(void)
{
	setup(false);
	put(THR, 'x');
	CHECK_EQ(get(LSR), 0x60);
	CHECK_EQ(get(MSR), 0);
	put(FCR, 0x07);
	CHECK_EQ(get(RBR), 0);
	teardown();
}

static void reset_again(void)
{
	setup(true);
	put(FCR, 0x41);
	put(IER, 0x0f);
	put(LCR, 0x03);
	put(MCR, 0x1b);
	type("abc");
	bus_lock(t.mmio);
	uart_device(t.uart)->class->reset(uart_device(t.uart));
	bus_unlock(t.mmio);
	CHECK(!t.irq);
	CHECK_EQ(get(LSR), 0x60);
	CHECK_EQ(get(IIR), 0x01);
	CHECK_EQ(get(MSR), 0xb0);
	CHECK_EQ(get(MCR), 0);
	CHECK_EQ(get(LCR), 0);
	teardown();
}

static const struct test_case cases[] = {
	TEST_CASE(reset_state),
	TEST_CASE(sends_what_is_written),
	TEST_CASE(thr_empty_interrupt_is_told_once),
	TEST_CASE(without_fifos_one_character),
	TEST_CASE(trigger_levels_and_timeout),
	TEST_CASE(input_is_never_lost),
	TEST_CASE(fifo_control),
	TEST_CASE(loopback_data),
	TEST_CASE(loopback_modem),
	TEST_CASE(priorities),
	TEST_CASE(nothing_attached),
	TEST_CASE(reset_again),
};

TEST_MAIN(cases)
