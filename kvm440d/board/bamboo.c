/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * AMCC's Bamboo: the evaluation board of the PowerPC 440EP. All its real addresses lie below 4 GB.
 *
 * Where things stand: Linux 6.1 arch/powerpc/boot/dts/bamboo.dts; what software reads of the device
 * control registers: Linux 6.1 arch/powerpc/boot/4xx.c and bamboo.c (clocks, memory size), U-Boot
 * arch/powerpc/include/asm/ppc440.h, ppc4xx.h, ppc4xx-sdram.h, ppc440ep_gr.h and board/amcc/bamboo.
 */
#include "board/internal.h"

#include <errno.h>
#include <stdio.h>

#include "board/bamboo-dcr.h"
#include "device/bus.h"
#include "device/power.h"
#include "device/pvpanic.h"
#include "device/uart.h"
#include "device/uic.h"
#include "util/error.h"

#define UIC0_DCR 0x0c0
#define UIC1_DCR 0x0d0

/* Inputs of UIC0. */
#define UIC0_UART0	 0
#define UIC0_UART1	 1
#define UIC0_UIC1_NORMAL 30
#define UIC0_UIC1_CRIT	 31

/* External interrupt pins are pulled up: the polarities that U-Boot programs for this board. */
#define UIC0_IDLE 0x000001ecu
#define UIC1_IDLE 0x00001f00u

#define UART0_AT ef600300
#define UART1_AT ef600400
/* Not of the real board: in the hole above the USB host controller at 0xef601000. */
#define POWER_BASE   0xef602000
#define PVPANIC_BASE 0xef603000

#define UART_CLOCK_HZ 11059200 /* the board's oscillator for the UARTs */
#define UART_SPEED    115200

/* A real address that stands in a node's name as well is written once, without its 0x. */
#define NUMBER_(at) 0x##at
#define NUMBER(at)  NUMBER_(at)
#define TEXT_(at)   #at
#define TEXT(at)    TEXT_(at)

static const char *const serial_paths[BOARD_SERIALS] = {
	"/plb/opb/serial@" TEXT(UART0_AT),
	"/plb/opb/serial@" TEXT(UART1_AT),
};

static const struct board_description bamboo_description = {
	.model = "amcc,bamboo",
	.cpu_model = "PowerPC,440EP",
	.plb = { "ibm,plb-440ep", "ibm,plb-440gp", "ibm,plb4" },
	.opb = { "ibm,opb-440ep", "ibm,opb-440gp", "ibm,opb" },
	.ebc = { "ibm,ebc-440ep", "ibm,ebc-440gp", "ibm,ebc" },
	.cpu_hz = BAMBOO_CPU_HZ,
	.timebase_hz = BAMBOO_CPU_HZ,
	.plb_hz = BAMBOO_PLB_HZ,
	.opb_hz = BAMBOO_OPB_HZ,
	.ebc_hz = BAMBOO_EBC_HZ,
	.cache_size = 32768,
	.cache_line = 32,
	.ebc_dcr = BAMBOO_EBC_DCR,
	.serial_paths = serial_paths,
};

static int add_uics(struct board *board, struct uic *ret[2], struct error **err)
{
	struct uic_config config = {
		.name = "uic0",
		.dcr = board->dcr,
		.dcr_base = UIC0_DCR,
		.external = board->config.external,
		.critical = board->config.critical,
		.critical_off = board->config.critical_off,
		.idle = UIC0_IDLE,
	};
	int r = uic_new(&ret[0], &config, err);

	if (!r)
		r = board_add(board, uic_device(ret[0]), BOARD_ROOT, err);
	if (r)
		return r;
	config = (struct uic_config){
		.name = "uic1",
		.index = 1,
		.dcr = board->dcr,
		.dcr_base = UIC1_DCR,
		.external = uic_input(ret[0], UIC0_UIC1_NORMAL, "uic1"),
		.critical = uic_input(ret[0], UIC0_UIC1_CRIT, "uic1-critical"),
		.idle = UIC1_IDLE,
		.cascade = {
			{ uic_device(ret[0])->phandle, UIC0_UIC1_NORMAL, DT_LEVEL_HIGH },
			{ uic_device(ret[0])->phandle, UIC0_UIC1_CRIT, DT_LEVEL_HIGH },
		},
	};
	r = uic_new(&ret[1], &config, err);
	return r ? r : board_add(board, uic_device(ret[1]), BOARD_ROOT, err);
}

static int add_uarts(struct board *board, struct uic *uic0, struct error **err)
{
	static const struct {
		const char *name;
		uint64_t base;
		unsigned int input;
	} uarts[BOARD_SERIALS] = {
		{ "uart0", NUMBER(UART0_AT), UIC0_UART0 },
		{ "uart1", NUMBER(UART1_AT), UIC0_UART1 },
	};
	int r = 0;

	for (unsigned int i = 0; i < BOARD_SERIALS && !r; i++) {
		const struct uart_config config = {
			.name = uarts[i].name,
			.mmio = board->mmio,
			.base = uarts[i].base,
			.chardev = board->config.serial[i],
			.irq = uic_input(uic0, uarts[i].input, uarts[i].name),
			.dt_irq = { uic_device(uic0)->phandle, uarts[i].input, DT_LEVEL_HIGH },
			.clock_hz = UART_CLOCK_HZ,
			.speed = UART_SPEED,
		};
		struct uart *uart;

		r = uart_new(&uart, &config, err);
		if (!r)
			r = board_add(board, uart_device(uart), BOARD_OPB, err);
	}
	return r;
}

static int add_power(struct board *board, struct error **err)
{
	const struct board_events *events = &board->config.events;
	const struct power_config power_config = {
		.mmio = board->mmio,
		.base = POWER_BASE,
		.poweroff = events->poweroff,
		.reboot = events->reboot,
		.self = events->self,
	};
	const struct pvpanic_config pvpanic_config = {
		.mmio = board->mmio,
		.base = PVPANIC_BASE,
		.panic = events->panic,
		.self = events->self,
	};
	struct pvpanic *pvpanic;
	struct power *power;
	int r;

	r = power_new(&power, &power_config, err);
	if (!r)
		r = board_add(board, power_device(power), BOARD_OPB, err);
	if (!r)
		r = pvpanic_new(&pvpanic, &pvpanic_config, err);
	return r ? r : board_add(board, pvpanic_device(pvpanic), BOARD_OPB, err);
}

static int bamboo_new(struct board **ret, const struct board_config *config, struct error **err)
{
	struct uic *uics[2];
	struct board *board;
	int r;

	r = board_make(&board, &board_bamboo, &bamboo_description, config, err);
	if (r)
		return r;
	r = add_uics(board, uics, err);
	if (!r)
		r = bamboo_add_dcrs(board, err);
	if (!r)
		r = add_uarts(board, uics[0], err);
	if (!r)
		r = add_power(board, err);
	if (r) {
		board_free(board);
		return r;
	}
	*ret = board;
	return 0;
}

const struct board_type board_bamboo = {
	.name = "bamboo",
	.description = "AMCC Bamboo, the evaluation board of the PowerPC 440EP",
	.cpu = "440EP",
	.timebase_hz = BAMBOO_CPU_HZ,
	.memory_min = 16ULL << 20,
	.memory_max = 1ULL << 30,
	.new = bamboo_new,
};
