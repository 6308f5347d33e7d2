/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The device tree of a board: well formed, and saying of the guest what the guest has. */
#include <libfdt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "board/board.h"
#include "board/internal.h"
#include "device/bus.h"
#include "device/dt.h"
#include "device/memory.h"
#include "tests/unit/test.h"
#include "util/cleanup.h"
#include "util/error.h"

static struct {
	struct memory memory;
	struct board *board;
	void *fdt;
	size_t size;
} t;

static void setup(uint64_t megabytes, const struct board_fdt_params *params)
{
	struct board_config config = { .memory = &t.memory };
	const struct board_type *type = board_find("bamboo", NULL);

	REQUIRE(type != NULL);
	REQUIRE_EQ(memory_init(&t.memory, "test", megabytes << 20, NULL), 0);
	REQUIRE_EQ(type->new (&t.board, &config, NULL), 0);
	REQUIRE_EQ(board_fdt(t.board, params, &t.fdt, &t.size, NULL), 0);
}

static void teardown(void)
{
	free(t.fdt);
	t.board = board_free(t.board);
	memory_deinit(&t.memory);
}

static int node(const char *path)
{
	int n = fdt_path_offset(t.fdt, path);

	test_context("%s", path);
	REQUIRE(n >= 0);
	return n;
}

/* Cell @i of a property, or 0xdeadbeef. */
static uint32_t cell(const char *path, const char *property, int i)
{
	int len;
	const fdt32_t *cells = fdt_getprop(t.fdt, node(path), property, &len);

	test_context("%s %s", path, property);
	return cells && len >= (i + 1) * 4 ? fdt32_to_cpu(cells[i]) : 0xdeadbeef;
}

static const char *text(const char *path, const char *property)
{
	int n = node(path);

	test_context("%s %s", path, property);
	return fdt_getprop(t.fdt, n, property, NULL);
}

static void what_a_kernel_looks_for(void)
{
	const struct board_fdt_params params = { "console=ttyS0 quiet", 0x3000000, 0x3000123 };

	setup(64, &params);
	CHECK_EQ(fdt_check_header(t.fdt), 0);
	CHECK_EQ(fdt_totalsize(t.fdt), t.size);
	CHECK_STR(text("/", "compatible"), "amcc,bamboo");
	CHECK_STR(text("/chosen", "bootargs"), "console=ttyS0 quiet");
	CHECK_STR(text("/chosen", "stdout-path"), "/plb/opb/serial@ef600300");
	CHECK_EQ(cell("/chosen", "linux,initrd-start", 0), 0x3000000);
	CHECK_EQ(cell("/chosen", "linux,initrd-end", 0), 0x3000123);
	CHECK_STR(text("/memory@0", "device_type"), "memory");
	CHECK_EQ(cell("/memory@0", "reg", 2), 64 << 20);
	CHECK_STR(text("/cpus/cpu@0", "device_type"), "cpu");
	CHECK_EQ(cell("/cpus/cpu@0", "timebase-frequency", 0),
		 board_find("bamboo", NULL)->timebase_hz);
	CHECK_EQ(cell("/cpus/cpu@0", "d-cache-line-size", 0), 32);
	CHECK_EQ(cell("/cpus/cpu@0", "i-cache-size", 0), 32768);
	CHECK_STR(text("/cpus/cpu@0", "dcr-access-method"), "native");
	CHECK_EQ(cell("/", "dcr-parent", 0), cell("/cpus/cpu@0", "phandle", 0));
	CHECK_EQ(cell(text("/aliases", "serial0"), "reg", 0), 0xef600300);
	CHECK_EQ(cell(text("/aliases", "serial1"), "reg", 0), 0xef600400);
	CHECK_EQ(cell("/plb/opb/serial@ef600300", "clock-frequency", 0), 11059200);
	CHECK_EQ(cell("/plb/opb/serial@ef600400", "interrupts", 0), 1);
	teardown();
}

static void each_boot_has_a_seed_of_its_own(void)
{
	const struct board_fdt_params params = { .cmdline = "" };
	const uint8_t *seed;
	uint8_t first[32];
	void *again;
	size_t size;
	int len = 0;

	setup(16, &params);
	seed = fdt_getprop(t.fdt, node("/chosen"), "rng-seed", &len);
	if (!seed) {
		teardown();
		test_skip("this machine has no random numbers yet");
	}
	CHECK_EQ(len, 32);
	memcpy(first, seed, sizeof(first));
	REQUIRE_EQ(board_fdt(t.board, &params, &again, &size, NULL), 0);
	free(t.fdt);
	t.fdt = again;
	seed = fdt_getprop(t.fdt, node("/chosen"), "rng-seed", &len);
	REQUIRE(seed && len == 32);
	CHECK(memcmp(first, seed, sizeof(first)) != 0);
	teardown();
}

static void no_initrd_no_property(void)
{
	const struct board_fdt_params params = { .cmdline = NULL };

	setup(16, &params);
	CHECK(fdt_getprop(t.fdt, node("/chosen"), "linux,initrd-start", NULL) == NULL);
	CHECK_STR(text("/chosen", "bootargs"), "");
	teardown();
}

/* Every interrupt leads to a controller, and the two controllers to each other. */
static void interrupts_lead_somewhere(void)
{
	const struct board_fdt_params params = { .cmdline = "" };
	unsigned int seen = 0;

	setup(16, &params);
	for (int n = fdt_next_node(t.fdt, -1, NULL); n >= 0; n = fdt_next_node(t.fdt, n, NULL)) {
		int len;
		const fdt32_t *parent = fdt_getprop(t.fdt, n, "interrupt-parent", &len);
		int to;

		if (!fdt_getprop(t.fdt, n, "interrupts", NULL))
			continue;
		test_context("%s", fdt_get_name(t.fdt, n, NULL));
		REQUIRE(parent && len == 4);
		to = fdt_node_offset_by_phandle(t.fdt, fdt32_to_cpu(*parent));
		CHECK(to >= 0);
		CHECK(fdt_getprop(t.fdt, to, "interrupt-controller", NULL) != NULL);
		seen++;
	}
	CHECK_EQ(seen, 3);
	CHECK_EQ(cell("/interrupt-controller1", "interrupt-parent", 0),
		 cell("/interrupt-controller0", "phandle", 0));
	CHECK_EQ(cell("/interrupt-controller1", "interrupts", 0), 30);
	CHECK_EQ(cell("/interrupt-controller1", "interrupts", 2), 31);
	teardown();
}

/* What the tree says stands somewhere does answer there. */
static void described_devices_answer(void)
{
	const struct board_fdt_params params = { .cmdline = "" };
	unsigned int seen = 0;

	setup(16, &params);
	for (int n = fdt_next_node(t.fdt, -1, NULL); n >= 0; n = fdt_next_node(t.fdt, n, NULL)) {
		const fdt32_t *reg = fdt_getprop(t.fdt, n, "reg", NULL);
		const fdt32_t *dcr = fdt_getprop(t.fdt, n, "dcr-reg", NULL);
		const char *name = fdt_get_name(t.fdt, n, NULL);

		test_context("%s", name);
		if (dcr) {
			CHECK(bus_name_at(board_dcr(t.board), fdt32_to_cpu(dcr[0])) != NULL);
			CHECK(bus_name_at(board_dcr(t.board),
					  fdt32_to_cpu(dcr[0]) + fdt32_to_cpu(dcr[1]) - 1) != NULL);
			seen++;
		}
		if (reg && strncmp(name, "cpu", 3) != 0 && strncmp(name, "memory", 6) != 0) {
			CHECK(bus_name_at(board_mmio(t.board), fdt32_to_cpu(reg[0])) != NULL);
			seen++;
		}
	}
	CHECK(seen >= 11);
	teardown();
}

static void power_and_panic_are_described(void)
{
	const struct board_fdt_params params = { .cmdline = "" };
	uint32_t syscon;

	setup(16, &params);
	syscon = cell("/plb/opb/poweroff", "regmap", 0);
	CHECK_EQ(fdt_node_offset_by_phandle(t.fdt, syscon), node("/plb/opb/syscon@ef602000"));
	CHECK_EQ(cell("/plb/opb/reboot", "regmap", 0), syscon);
	CHECK(cell("/plb/opb/reboot", "value", 0) != cell("/plb/opb/poweroff", "value", 0));
	CHECK(fdt_getprop(t.fdt, node("/plb/opb/syscon@ef602000"), "big-endian", NULL) != NULL);
	CHECK_STR(text("/plb/opb/pvpanic@ef603000", "compatible"), "qemu,pvpanic-mmio");
	teardown();
}

/* dtc's own checks find nothing but the bus names that Linux expects without an address. */
static void dtc_has_no_complaint(void)
{
	static const char command[] = "dtc -I dtb -O null -W no-unit_address_vs_reg %s/%d 2>&1";
	const struct board_fdt_params params = { .cmdline = "x", 0x1000, 0x2000 };
	_cleanup_(closep)
	int fd = -1;
	char run[128], out[512] = "";
	FILE *p;

	if (system("dtc --version >/dev/null 2>&1") != 0)
		test_skip("no dtc on this machine (Debian package: device-tree-compiler)");
	setup(16, &params);
	fd = memfd_create("dtb", 0);
	REQUIRE(fd >= 0);
	REQUIRE_EQ(write(fd, t.fdt, t.size), t.size);
	(void)snprintf(run, sizeof(run), command, "/dev/fd", fd);
	p = popen(run, "r");
	REQUIRE(p != NULL);
	CHECK_EQ(out[fread(out, 1, sizeof(out) - 1, p)], '\0');
	CHECK_EQ(pclose(p), 0);
	CHECK_STR(out, "");
	teardown();
}

static void the_first_error_sticks(void)
{
	char small[256], big[4096];
	struct dt dt = { .fdt = small };

	REQUIRE_EQ(fdt_create(small, sizeof(small)), 0);
	REQUIRE_EQ(fdt_finish_reservemap(small), 0);
	dt_begin(&dt, "%s", "");
	dt_put(&dt, "fits", 1, 2, 3);
	CHECK_EQ(dt.error, 0);
	memset(big, 'x', sizeof(big));
	big[sizeof(big) - 1] = '\0';
	dt_string(&dt, "large", big);
	CHECK_EQ(dt.error, -FDT_ERR_NOSPACE);
	dt_put(&dt, "more", 1);
	dt_begin(&dt, "node");
	dt_end(&dt);
	CHECK_EQ(dt.error, -FDT_ERR_NOSPACE);

	dt = (struct dt){ .fdt = big };
	REQUIRE_EQ(fdt_create(big, sizeof(big)), 0);
	REQUIRE_EQ(fdt_finish_reservemap(big), 0);
	dt_begin(&dt, "%070d", 1);
	CHECK_EQ(dt.error, -FDT_ERR_BADVALUE);
}

static void unknown_boards_are_named(void)
{
	struct error *err = NULL;

	CHECK(board_find("ebony", &err) == NULL);
	CHECK_STR(error_message(err), "there is no board 'ebony'; there are: bamboo");
	error_freep(&err);
}

static const struct test_case cases[] = {
	TEST_CASE(what_a_kernel_looks_for),  TEST_CASE(each_boot_has_a_seed_of_its_own),
	TEST_CASE(no_initrd_no_property),    TEST_CASE(interrupts_lead_somewhere),
	TEST_CASE(described_devices_answer), TEST_CASE(power_and_panic_are_described),
	TEST_CASE(dtc_has_no_complaint),     TEST_CASE(the_first_error_sticks),
	TEST_CASE(unknown_boards_are_named),
};

TEST_MAIN(cases)
