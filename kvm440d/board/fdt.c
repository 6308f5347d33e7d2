/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The flattened device tree of a board: the processor, the buses, and under them what each device
 * writes of itself. What a kernel for this machine looks for: Linux 6.1
 * arch/powerpc/boot/dts/bamboo.dts, arch/powerpc/platforms/44x and 4xx.
 */
#include "board/internal.h"

#include <errno.h>
#include <libfdt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "device/device.h"
#include "device/dt.h"
#include "device/memory.h"
#include "util/error.h"

#define FDT_BUFFER  (64 * 1024)
#define CPU_PHANDLE 1

#define RNG_SEED_SIZE 32 /* bytes: what Linux's generator takes for full strength */

/* Where the OPB begins in the real addresses; the lower half of them is memory. */
#define OPB_BASE 0x80000000u

static void put_compatible(struct dt *dt, const char *const compatible[3])
{
	size_t n = 0;

	while (n < 3 && compatible[n])
		n++;
	dt_string_list(dt, "compatible", compatible, n);
}

static void describe_devices(const struct board *board, enum board_place place, struct dt *dt)
{
	for (size_t i = 0; i < board->n_devices; i++) {
		const struct device *device = board->devices[i].device;

		if (board->devices[i].place == place && device->class->describe)
			device->class->describe(device, dt);
	}
}

static void describe_cpus(const struct board_description *d, uint32_t timebase_hz, struct dt *dt)
{
	dt_begin(dt, "cpus");
	dt_cell_sizes(dt, 1, 0);
	dt_begin(dt, "cpu@0");
	dt_string(dt, "device_type", "cpu");
	dt_string(dt, "model", d->cpu_model);
	dt_put(dt, "reg", 0);
	dt_put(dt, "clock-frequency", d->cpu_hz);
	dt_put(dt, "timebase-frequency", timebase_hz);
	dt_put(dt, "i-cache-line-size", d->cache_line);
	dt_put(dt, "d-cache-line-size", d->cache_line);
	dt_put(dt, "i-cache-size", d->cache_size);
	dt_put(dt, "d-cache-size", d->cache_size);
	dt_flag(dt, "dcr-controller");
	dt_string(dt, "dcr-access-method", "native");
	dt_put(dt, "phandle", CPU_PHANDLE);
	dt_end(dt);
	dt_end(dt);
}

static void describe_memory(const struct board *board, struct dt *dt)
{
	dt_begin(dt, "memory@0");
	dt_string(dt, "device_type", "memory");
	dt_put(dt, "reg", 0, 0, (uint32_t)board->config.memory->size);
	dt_end(dt);
}

static void describe_ebc(const struct board *board, struct dt *dt)
{
	const struct board_description *d = board->description;

	dt_begin(dt, "ebc");
	put_compatible(dt, d->ebc);
	dt_put(dt, "dcr-reg", d->ebc_dcr, 2);
	dt_cell_sizes(dt, 2, 1);
	dt_put(dt, "clock-frequency", d->ebc_hz);
	describe_devices(board, BOARD_EBC, dt);
	dt_end(dt);
}

static void describe_buses(const struct board *board, struct dt *dt)
{
	const struct board_description *d = board->description;

	dt_begin(dt, "plb");
	put_compatible(dt, d->plb);
	dt_cell_sizes(dt, 2, 1);
	dt_flag(dt, "ranges");
	dt_put(dt, "clock-frequency", d->plb_hz);
	describe_devices(board, BOARD_PLB, dt);

	dt_begin(dt, "opb");
	put_compatible(dt, d->opb);
	dt_cell_sizes(dt, 1, 1);
	/* child address; parent address, two cells; size */
	dt_put(dt, "ranges", OPB_BASE, 0, OPB_BASE, -OPB_BASE);
	dt_put(dt, "clock-frequency", d->opb_hz);
	describe_devices(board, BOARD_OPB, dt);
	describe_ebc(board, dt);
	dt_end(dt);

	dt_end(dt);
}

static void describe_aliases(const struct board_description *d, struct dt *dt)
{
	static const char *const names[BOARD_SERIALS] = { "serial0", "serial1" };

	dt_begin(dt, "aliases");
	for (size_t i = 0; i < BOARD_SERIALS; i++)
		dt_string(dt, names[i], d->serial_paths[i]);
	dt_end(dt);
}

/*
 * What the guest's random numbers begin with, new at each boot: a machine that does nothing but
 * wait gathers little by itself. A host that has none to give yet gives none.
 */
static void describe_seed(struct dt *dt)
{
	uint8_t seed[RNG_SEED_SIZE];

	if (getrandom(seed, sizeof(seed), GRND_NONBLOCK) == (ssize_t)sizeof(seed))
		dt_bytes(dt, "rng-seed", seed, sizeof(seed));
	explicit_bzero(seed, sizeof(seed));
}

static void describe_chosen(const struct board_description *d, const struct board_fdt_params *p,
			    struct dt *dt)
{
	dt_begin(dt, "chosen");
	dt_string(dt, "bootargs", p->cmdline ? p->cmdline : "");
	dt_string(dt, "stdout-path", d->serial_paths[0]);
	if (p->initrd_end > p->initrd_start) {
		dt_put(dt, "linux,initrd-start", (uint32_t)p->initrd_start);
		dt_put(dt, "linux,initrd-end", (uint32_t)p->initrd_end);
	}
	describe_seed(dt);
	dt_end(dt);
}

static void describe_board(const struct board *board, const struct board_fdt_params *params,
			   struct dt *dt)
{
	const struct board_description *d = board->description;

	dt_begin(dt, "%s", "");
	dt_cell_sizes(dt, 2, 1);
	dt_string(dt, "model", d->model);
	dt_string(dt, "compatible", d->model);
	dt_put(dt, "dcr-parent", CPU_PHANDLE);
	describe_aliases(d, dt);
	describe_cpus(d, board->config.timebase_hz ? board->config.timebase_hz : d->timebase_hz,
		      dt);
	describe_memory(board, dt);
	describe_devices(board, BOARD_ROOT, dt);
	describe_buses(board, dt);
	describe_chosen(d, params, dt);
	dt_end(dt);
}

int board_fdt(const struct board *board, const struct board_fdt_params *params, void **ret,
	      size_t *ret_size, struct error **err)
{
	struct dt dt = { .fdt = malloc(FDT_BUFFER) };

	if (!dt.fdt)
		return error_set(err, ENOMEM, "device tree: out of memory");
	memset(dt.fdt, 0, FDT_BUFFER);
	dt.error = fdt_create(dt.fdt, FDT_BUFFER);
	if (!dt.error)
		dt.error = fdt_finish_reservemap(dt.fdt);
	describe_board(board, params, &dt);
	if (!dt.error)
		dt.error = fdt_finish(dt.fdt);
	if (dt.error) {
		free(dt.fdt);
		return error_set(err, ENOSPC, "device tree: %s", fdt_strerror(dt.error));
	}
	*ret = dt.fdt;
	*ret_size = fdt_totalsize(dt.fdt);
	return 0;
}
