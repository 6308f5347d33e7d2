/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A 16550A UART over a character backend. It sends at once (the transmitter is always empty when
 * the guest looks) and takes input only while the receiver has room, so none is lost.
 *
 * Facts: register layout and reset state as Linux 6.1 include/uapi/linux/serial_reg.h and 8250
 * drivers use them; FIFO interrupts as in the Quatech ES-100D User's Manual, page 21.
 */
#ifndef KVM440_UART_H
#define KVM440_UART_H

#include "device/device.h"
#include "device/dt.h"
#include "device/irq.h"

#include <stdbool.h>
#include <stdint.h>

struct bus;
struct chardev;
struct error;
struct uart;

struct uart_config {
	const char *name; /* "uart0", static */
	struct bus *mmio;
	uint64_t base; /* real address of the 8 registers */
	struct chardev
		*chardev; /* or NULL: what is sent is lost, nothing comes; outlives the UART */
	struct irq_line irq;
	struct dt_interrupt dt_irq;
	uint32_t clock_hz; /* of the baud rate generator: for the device tree */
	uint32_t speed;	   /* baud that the firmware would have left set: for the device tree */
};

int uart_new(struct uart **ret, const struct uart_config *config, struct error **err);
struct device *uart_device(struct uart *uart);

#endif
