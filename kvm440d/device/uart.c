/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "device/uart.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "backend/chardev.h"
#include "device/bus.h"
#include "util/error.h"

#define UART_REGISTERS 8
#define FIFO_SIZE      16

/* Offsets; those that DLAB or the direction of the access changes share a number. */
enum { RBR = 0, THR = 0, DLL = 0, IER = 1, DLM = 1, IIR = 2, FCR = 2, LCR, MCR, LSR, MSR, SCR };

#define IER_ERBFI 0x01u /* received data available */
#define IER_ETBEI 0x02u /* transmitter holding register empty */
#define IER_ELSI  0x04u /* receiver line status */
#define IER_EDSSI 0x08u /* modem status */
#define IER_MASK  0x0fu

#define IIR_NONE	0x01u
#define IIR_LINE_STATUS 0x06u
#define IIR_DATA	0x04u
#define IIR_TIMEOUT	0x0cu
#define IIR_THR_EMPTY	0x02u
#define IIR_MODEM	0x00u
#define IIR_FIFOS	0xc0u

#define FCR_ENABLE   0x01u
#define FCR_RX_RESET 0x02u
#define FCR_DMA	     0x08u
#define FCR_TRIGGER  0xc0u

#define LCR_DLAB 0x80u

#define MCR_DTR	 0x01u
#define MCR_RTS	 0x02u
#define MCR_OUT1 0x04u
#define MCR_OUT2 0x08u
#define MCR_LOOP 0x10u
#define MCR_MASK 0x1fu

#define LSR_DR	   0x01u
#define LSR_OE	   0x02u
#define LSR_ERRORS 0x1eu
#define LSR_THRE   0x20u
#define LSR_TEMT   0x40u

#define MSR_DCTS   0x01u
#define MSR_DDSR   0x02u
#define MSR_TERI   0x04u
#define MSR_DDCD   0x08u
#define MSR_DELTAS 0x0fu
#define MSR_CTS	   0x10u
#define MSR_DSR	   0x20u
#define MSR_RI	   0x40u
#define MSR_DCD	   0x80u

struct uart {
	struct device device;
	struct uart_config config;
	uint8_t ier, fcr, lcr, mcr, msr, scr, dll, dlm;
	uint8_t line_errors; /* LSR[1:4] since LSR was last read */
	bool thr_interrupt;  /* the transmitter became empty and IIR has not said so yet */
	uint8_t rx[FIFO_SIZE];
	unsigned int rx_first, rx_count;
};

static bool fifos_on(const struct uart *u)
{
	return u->fcr & FCR_ENABLE;
}

static bool looped(const struct uart *u)
{
	return u->mcr & MCR_LOOP;
}

static unsigned int rx_capacity(const struct uart *u)
{
	return fifos_on(u) ? FIFO_SIZE : 1;
}

static unsigned int rx_trigger(const struct uart *u)
{
	static const uint8_t levels[] = { 1, 4, 8, 14 };

	return fifos_on(u) ? levels[(u->fcr & FCR_TRIGGER) >> 6] : 1;
}

/*
 * The interrupt of the highest priority. Input comes in batches, after each of which the line is
 * idle: what stands below the trigger level then has waited its four character times.
 */
static uint8_t interrupt_id(const struct uart *u)
{
	if ((u->ier & IER_ELSI) && (u->line_errors & LSR_ERRORS))
		return IIR_LINE_STATUS;
	if ((u->ier & IER_ERBFI) && u->rx_count >= rx_trigger(u))
		return IIR_DATA;
	if ((u->ier & IER_ERBFI) && u->rx_count)
		return IIR_TIMEOUT;
	if ((u->ier & IER_ETBEI) && u->thr_interrupt)
		return IIR_THR_EMPTY;
	if ((u->ier & IER_EDSSI) && (u->msr & MSR_DELTAS))
		return IIR_MODEM;
	return IIR_NONE;
}

static void update_irq(struct uart *u)
{
	irq_set(&u->config.irq, interrupt_id(u) != IIR_NONE);
}

static void tell_room(struct uart *u)
{
	if (u->config.chardev && !looped(u) && u->rx_count < rx_capacity(u))
		chardev_ready(u->config.chardev);
}

static void rx_clear(struct uart *u)
{
	u->rx_first = 0;
	u->rx_count = 0;
	u->line_errors &= (uint8_t)~LSR_OE;
}

/*
 * On overrun the FIFO keeps what it has and the new character is lost; without FIFOs the new one
 * takes the old one's place.
 */
static void rx_put(struct uart *u, uint8_t c)
{
	if (u->rx_count == rx_capacity(u)) {
		u->line_errors |= LSR_OE;
		if (!fifos_on(u))
			u->rx[u->rx_first] = c;
		return;
	}
	u->rx[(u->rx_first + u->rx_count) % FIFO_SIZE] = c;
	u->rx_count++;
}

static uint8_t rx_get(struct uart *u)
{
	uint8_t c = u->rx[u->rx_first];

	if (!u->rx_count)
		return 0;
	u->rx_first = (u->rx_first + 1) % FIFO_SIZE;
	if (--u->rx_count == 0)
		tell_room(u);
	return c;
}

static void transmit(struct uart *u, uint8_t c)
{
	if (looped(u))
		rx_put(u, c);
	else if (u->config.chardev)
		chardev_output(u->config.chardev, &c, 1);
	u->thr_interrupt = true;
}

/* The modem inputs: a backend is a connected terminal; in loopback they are the modem outputs. */
static uint8_t modem_inputs(const struct uart *u)
{
	uint8_t in = 0;

	if (!looped(u))
		return u->config.chardev ? MSR_CTS | MSR_DSR | MSR_DCD : 0;
	if (u->mcr & MCR_RTS)
		in |= MSR_CTS;
	if (u->mcr & MCR_DTR)
		in |= MSR_DSR;
	if (u->mcr & MCR_OUT1)
		in |= MSR_RI;
	if (u->mcr & MCR_OUT2)
		in |= MSR_DCD;
	return in;
}

static void update_modem(struct uart *u)
{
	uint8_t in = modem_inputs(u);
	uint8_t changed = (u->msr ^ in) & (uint8_t)~MSR_DELTAS;
	uint8_t deltas = u->msr & MSR_DELTAS;

	if (changed & MSR_CTS)
		deltas |= MSR_DCTS;
	if (changed & MSR_DSR)
		deltas |= MSR_DDSR;
	if (changed & u->msr & MSR_RI) /* its trailing edge only */
		deltas |= MSR_TERI;
	if (changed & MSR_DCD)
		deltas |= MSR_DDCD;
	u->msr = in | deltas;
}

static void write_ier(struct uart *u, uint8_t v)
{
	if ((v & ~u->ier) & IER_ETBEI)
		u->thr_interrupt = true;
	u->ier = v & IER_MASK;
}

/* The other bits are written only together with FCR[0] = 1; a change of FCR[0] clears the FIFOs. */
static void write_fcr(struct uart *u, uint8_t v)
{
	if (((v ^ u->fcr) & FCR_ENABLE) || ((v & FCR_ENABLE) && (v & FCR_RX_RESET)))
		rx_clear(u);
	u->fcr = v & FCR_ENABLE ? v & (FCR_ENABLE | FCR_DMA | FCR_TRIGGER) : 0;
	tell_room(u);
}

static void write_mcr(struct uart *u, uint8_t v)
{
	u->mcr = v & MCR_MASK;
	update_modem(u);
	tell_room(u);
}

static uint8_t read_iir(struct uart *u)
{
	uint8_t id = interrupt_id(u);

	if (id == IIR_THR_EMPTY)
		u->thr_interrupt = false;
	return id | (fifos_on(u) ? IIR_FIFOS : 0);
}

static uint8_t read_lsr(struct uart *u)
{
	uint8_t lsr = LSR_THRE | LSR_TEMT | u->line_errors | (u->rx_count ? LSR_DR : 0);

	u->line_errors = 0;
	return lsr;
}

static uint8_t read_msr(struct uart *u)
{
	uint8_t msr = u->msr;

	u->msr &= (uint8_t)~MSR_DELTAS;
	return msr;
}

static uint8_t read_register(struct uart *u, uint64_t offset)
{
	bool dlab = u->lcr & LCR_DLAB;

	switch (offset) {
	case RBR: return dlab ? u->dll : rx_get(u);
	case IER: return dlab ? u->dlm : u->ier;
	case IIR: return read_iir(u);
	case LCR: return u->lcr;
	case MCR: return u->mcr;
	case LSR: return read_lsr(u);
	case MSR: return read_msr(u);
	default: return u->scr;
	}
}

static void write_register(struct uart *u, uint64_t offset, uint8_t v)
{
	bool dlab = u->lcr & LCR_DLAB;

	switch (offset) {
	case THR:
		if (dlab)
			u->dll = v;
		else
			transmit(u, v);
		break;
	case IER:
		if (dlab)
			u->dlm = v;
		else
			write_ier(u, v);
		break;
	case FCR: write_fcr(u, v); break;
	case LCR: u->lcr = v; break;
	case MCR: write_mcr(u, v); break;
	case SCR: u->scr = v; break;
	default: break; /* LSR and MSR are read-only */
	}
}

static int uart_read(void *self, uint64_t offset, unsigned int len, uint64_t *ret_value)
{
	struct uart *u = self;

	(void)len;
	*ret_value = read_register(u, offset);
	update_irq(u);
	return 0;
}

static int uart_write(void *self, uint64_t offset, unsigned int len, uint64_t value)
{
	struct uart *u = self;

	(void)len;
	write_register(u, offset, (uint8_t)value);
	update_irq(u);
	return 0;
}

static const struct bus_ops uart_ops = { .read = uart_read, .write = uart_write, .width = 1 };

/* In loopback the serial input is disconnected: what comes waits in the backend. */
static size_t uart_can_take(void *self)
{
	struct uart *u = self;
	size_t room;

	bus_lock(u->config.mmio);
	room = looped(u) ? 0 : rx_capacity(u) - u->rx_count;
	bus_unlock(u->config.mmio);
	return room;
}

static void uart_input(void *self, const uint8_t *buf, size_t len)
{
	struct uart *u = self;

	bus_lock(u->config.mmio);
	for (size_t i = 0; i < len; i++)
		rx_put(u, buf[i]);
	update_irq(u);
	bus_unlock(u->config.mmio);
}

/* SCR and the divisor keep their contents over a reset; firmware would have set the divisor. */
static void uart_reset(struct device *device)
{
	struct uart *u = (struct uart *)device;
	uint32_t divisor = u->config.clock_hz / 16 / u->config.speed;

	u->ier = 0;
	u->fcr = 0;
	u->lcr = 0;
	u->mcr = 0;
	u->msr = modem_inputs(u);
	u->dll = (uint8_t)divisor;
	u->dlm = (uint8_t)(divisor >> 8);
	u->line_errors = 0;
	u->thr_interrupt = false;
	rx_clear(u);
	tell_room(u);
	update_irq(u);
}

static void uart_describe(const struct device *device, struct dt *dt)
{
	const struct uart *u = (const struct uart *)device;

	dt_begin(dt, "serial@%" PRIx64, u->config.base);
	dt_string(dt, "device_type", "serial");
	dt_strings(dt, "compatible", "ns16550a", "ns16550");
	dt_put(dt, "reg", (uint32_t)u->config.base, UART_REGISTERS);
	dt_put(dt, "clock-frequency", u->config.clock_hz);
	dt_put(dt, "current-speed", u->config.speed);
	dt_irq(dt, &u->config.dt_irq);
	dt_put(dt, "phandle", device->phandle);
	dt_end(dt);
}

static void uart_free(struct device *device)
{
	struct uart *u = (struct uart *)device;

	if (u->config.chardev)
		chardev_set_sink(u->config.chardev, NULL, NULL, NULL);
	free(u);
}

static const struct device_class uart_class = {
	.reset = uart_reset,
	.describe = uart_describe,
	.free = uart_free,
};

int uart_new(struct uart **ret, const struct uart_config *config, struct error **err)
{
	struct uart *u = calloc(1, sizeof(*u));
	int r;

	if (!u)
		return error_set(err, ENOMEM, "%s: out of memory", config->name);
	u->device.class = &uart_class;
	u->device.name = config->name;
	u->config = *config;
	r = bus_register(config->mmio, config->name, config->base, UART_REGISTERS, &uart_ops, u,
			 err);
	if (r) {
		free(u);
		return r;
	}
	uart_reset(&u->device);
	if (config->chardev)
		chardev_set_sink(config->chardev, uart_can_take, uart_input, u);
	*ret = u;
	return 0;
}

struct device *uart_device(struct uart *uart)
{
	return &uart->device;
}
