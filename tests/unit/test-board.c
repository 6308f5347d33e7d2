/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The assembled bamboo: what software reads of it, its wiring, and that no access breaks it. */
#include "board/board.h"

#include <errno.h>

#include "device/bus.h"
#include "device/memory.h"
#include "device/power.h"
#include "device/pvpanic.h"
#include "tests/unit/test.h"
#include "util/error.h"

#define UART0	0xef600300u
#define POWER	0xef602000u
#define PVPANIC 0xef603000u

static struct {
	struct memory memory;
	struct board *board;
	bool external, critical;
	unsigned int poweroffs, reboots, panics;
} t;

static void set_input(void *self, unsigned int n, bool level)
{
	(void)n;
	*(bool *)self = level;
}

static void on_poweroff(void *self)
{
	(void)self;
	t.poweroffs++;
}

static void on_reboot(void *self)
{
	(void)self;
	t.reboots++;
}

static void on_panic(void *self)
{
	(void)self;
	t.panics++;
}

static int make(uint64_t bytes, struct error **err)
{
	const struct board_config config = {
		.memory = &t.memory,
		.external = { "external", set_input, &t.external, 0 },
		.critical = { "critical", set_input, &t.critical, 0 },
		.events = { on_poweroff, on_reboot, on_panic, NULL },
	};

	t.poweroffs = t.reboots = t.panics = 0;
	t.external = t.critical = false;
	REQUIRE_EQ(memory_init(&t.memory, "test", bytes, NULL), 0);
	return board_find("bamboo", NULL)->new (&t.board, &config, err);
}

static void teardown(void)
{
	t.board = board_free(t.board);
	memory_deinit(&t.memory);
}

static uint32_t mfdcr(unsigned int n)
{
	uint64_t v = 0;

	CHECK_EQ(bus_read(board_dcr(t.board), n, 4, &v), 0);
	return (uint32_t)v;
}

static void mtdcr(unsigned int n, uint32_t v)
{
	CHECK_EQ(bus_write(board_dcr(t.board), n, 4, v), 0);
}

/* Through an address/data pair. */
static uint32_t mfind(unsigned int pair, uint32_t n)
{
	mtdcr(pair, n);
	return mfdcr(pair + 1);
}

static uint32_t rounded(uint32_t v, uint32_t zero_means)
{
	return v ? v : zero_means;
}

/* The arithmetic of a boot wrapper for this chip, over what CPR0 says. */
static void clocks_agree_with_the_tree(void)
{
	uint32_t pllc, plld, fbdv, fwdva, fwdvb, vco, cpu;

	REQUIRE_EQ(make(16 << 20, NULL), 0);
	pllc = mfind(0x0c, 0x40);
	plld = mfind(0x0c, 0x60);
	fbdv = rounded(plld >> 24 & 0x1f, 32);
	fwdva = rounded(plld >> 16 & 0xf, 16);
	fwdvb = rounded(plld >> 8 & 7, 8);
	CHECK_EQ(pllc >> 30 & 1, 1); /* engaged */
	CHECK_EQ(pllc >> 24 & 7, 1); /* fed back from the processor's clock */
	vco = 33333333 * fwdva * rounded(mfind(0x0c, 0x80) >> 24 & 7, 8) * fbdv;
	cpu = vco / fwdva / rounded(mfind(0x0c, 0x80) >> 24 & 7, 8);
	CHECK_EQ(cpu, board_find("bamboo", NULL)->timebase_hz);
	CHECK_EQ(vco / fwdvb / rounded(mfind(0x0c, 0xa0) >> 24 & 7, 8), 133333332);
	CHECK_EQ(mfind(0x0c, 0xc0) >> 24 & 3, 2);
	CHECK_EQ(mfind(0x0e, 0x120) & 0x00800000, 0x00800000); /* UART clock from outside */
	teardown();
}

static void sdram_banks_say_the_size(void)
{
	static const unsigned int sizes[] = { 16, 24, 32, 64, 96, 128, 256, 512, 768, 1024 };

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		uint64_t size = 0;

		test_context("%u MB", sizes[i]);
		REQUIRE_EQ(make((uint64_t)sizes[i] << 20, NULL), 0);
		for (unsigned int n = 0; n < 4; n++) {
			uint32_t bank = mfind(0x10, 0x40 + 4 * n);

			if (!(bank & 1))
				continue;
			CHECK_EQ(bank & 0xff800000, size); /* one after the other */
			size += UINT64_C(0x400000) << (bank >> 17 & 7);
		}
		CHECK_EQ(size, (uint64_t)sizes[i] << 20);
		CHECK_EQ(mfind(0x10, 0x24) & 0x80000000, 0x80000000); /* ready */
		teardown();
	}
}

static void memory_has_bounds(void)
{
	struct error *err = NULL;

	CHECK_EQ(make(15 << 20, &err), -EINVAL);
	CHECK_STR(error_message(err), "memory of 15 MB: board 'bamboo' has from 16 to 1024 MB");
	error_freep(&err);
	memory_deinit(&t.memory);
	CHECK_EQ(make(UINT64_C(1025) << 20, &err), -EINVAL);
	error_freep(&err);
	memory_deinit(&t.memory);
}

static void indirect_registers(void)
{
	REQUIRE_EQ(make(16 << 20, NULL), 0);
	mtdcr(0x12, 0x23);
	mtdcr(0x13, 0x12345678);
	CHECK_EQ(mfdcr(0x12), 0x23);
	CHECK_EQ(mfdcr(0x13), 0x12345678);
	CHECK_EQ(mfind(0x12, 0x999), 0); /* not there */
	mtdcr(0x13, 1);
	CHECK_EQ(mfdcr(0x13), 0);
	CHECK_EQ(mfind(0x12, 0x23), 0x12345678);
	mtdcr(0x0e, 0x40); /* a strap is read-only */
	mtdcr(0x0f, 0xffffffff);
	CHECK_EQ(mfdcr(0x0f), 0);
	board_reset(t.board);
	CHECK_EQ(mfind(0x12, 0x23), 0);
	teardown();
}

static void mal_and_dma_registers(void)
{
	REQUIRE_EQ(make(16 << 20, NULL), 0);
	mtdcr(0x180, 0x80000007); /* soft reset is over when it is read */
	CHECK_EQ(mfdcr(0x180), 7);
	mtdcr(0x184, 0xc0000000);
	CHECK_EQ(mfdcr(0x184), 0xc0000000);
	mtdcr(0x185, 0x80000000);
	CHECK_EQ(mfdcr(0x184), 0x40000000);
	mtdcr(0x1a3, 0x1000);
	CHECK_EQ(mfdcr(0x1a3), 0x1000);
	mtdcr(0x118, 0xabcd);
	CHECK_EQ(mfdcr(0x118), 0xabcd);
	mtdcr(0x120, 0xffffffff);
	CHECK_EQ(mfdcr(0x120), 0);
	teardown();
}

static void unimplemented_numbers_do_not_answer(void)
{
	static const unsigned int dcrs[] = {
		0x000, 0x014, 0x0e0, 0x121, 0x124, 0x183, 0x1e2, 1023
	};
	static const uint64_t addresses[] = { 0x40000000, 0xef600308, 0xef602004, 0xfffffff0,
					      0xfffffffff };
	uint64_t v;

	REQUIRE_EQ(make(16 << 20, NULL), 0);
	for (size_t i = 0; i < sizeof(dcrs) / sizeof(dcrs[0]); i++) {
		test_context("DCR 0x%x", dcrs[i]);
		CHECK_EQ(bus_read(board_dcr(t.board), dcrs[i], 4, &v), -ENXIO);
		CHECK_EQ(bus_write(board_dcr(t.board), dcrs[i], 4, 0), -ENXIO);
	}
	for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
		test_context("0x%llx", (unsigned long long)addresses[i]);
		CHECK_EQ(bus_read(board_mmio(t.board), addresses[i], 1, &v), -ENXIO);
		CHECK_EQ(bus_write(board_mmio(t.board), addresses[i], 1, 0), -ENXIO);
	}
	CHECK_STR(bus_name_at(board_mmio(t.board), UART0 + 7), "uart0");
	CHECK_STR(bus_name_at(board_dcr(t.board), 0x61 + 0x180), "mal0");
	teardown();
}

/* UART1's interrupt: UIC0 input 1, then the processor, critical or not. */
static void a_uart_interrupts_the_processor(void)
{
	REQUIRE_EQ(make(16 << 20, NULL), 0);
	mtdcr(0xc2, 0x40000000);
	CHECK_EQ(bus_write(board_mmio(t.board), 0xef600401, 1, 0x02), 0);
	CHECK(t.external && !t.critical);
	CHECK_EQ(mfdcr(0xc6), 0x40000000);
	mtdcr(0xc3, 0x40000000);
	CHECK(!t.external && t.critical);
	board_reset(t.board);
	CHECK(!t.external && !t.critical);
	teardown();
}

/* Status set by software in UIC1 comes out through UIC0's inputs 30 and 31. */
static void uic1_is_cascaded(void)
{
	REQUIRE_EQ(make(16 << 20, NULL), 0);
	mtdcr(0xc2, 0x00000003);
	mtdcr(0xd2, 0xffffffff);
	mtdcr(0xd3, 0x00000001);
	mtdcr(0xd1, 0x80000000);
	CHECK_EQ(mfdcr(0xc6), 0x00000002);
	CHECK(t.external);
	mtdcr(0xd1, 0x00000001);
	CHECK_EQ(mfdcr(0xc6), 0x00000003);
	teardown();
}

static void power_register(void)
{
	uint64_t v = 0;

	REQUIRE_EQ(make(16 << 20, NULL), 0);
	CHECK_EQ(bus_read(board_mmio(t.board), POWER, 4, &v), 0);
	CHECK_EQ(v, 0);
	CHECK_EQ(bus_write(board_mmio(t.board), POWER, 4, 1), 0);
	CHECK_EQ(t.poweroffs + t.reboots, 0);
	CHECK_EQ(bus_write(board_mmio(t.board), POWER, 4, POWER_OFF), 0);
	CHECK_EQ(t.poweroffs, 1);
	CHECK_EQ(bus_write(board_mmio(t.board), POWER, 4, POWER_REBOOT), 0);
	CHECK_EQ(t.reboots, 1);
	CHECK_EQ(bus_write(board_mmio(t.board), POWER, 1, 0x4f), -ENXIO);
	CHECK_EQ(bus_read(board_mmio(t.board), POWER, 8, &v), -ENXIO);
	teardown();
}

static void panic_byte(void)
{
	uint64_t v = 0;

	REQUIRE_EQ(make(16 << 20, NULL), 0);
	CHECK_EQ(bus_read(board_mmio(t.board), PVPANIC, 1, &v), 0);
	CHECK_EQ(v, PVPANIC_PANICKED | PVPANIC_CRASH_LOADED);
	CHECK_EQ(bus_write(board_mmio(t.board), PVPANIC, 1, PVPANIC_CRASH_LOADED), 0);
	CHECK_EQ(bus_write(board_mmio(t.board), PVPANIC + 1, 1, PVPANIC_PANICKED), 0);
	CHECK_EQ(t.panics, 0);
	CHECK_EQ(bus_write(board_mmio(t.board), PVPANIC, 1, PVPANIC_PANICKED), 0);
	CHECK_EQ(t.panics, 1);
	CHECK_EQ(bus_write(board_mmio(t.board), PVPANIC, 2, 0x0100), 0);
	CHECK_EQ(t.panics, 2);
	teardown();
}

static uint32_t next_random(uint32_t *state)
{
	*state = *state * 1664525 + 1013904223;
	return *state >> 8;
}

static uint32_t random_word(uint32_t *seed)
{
	uint32_t high = next_random(seed) << 16;

	return high ^ next_random(seed);
}

/* Garbage to every DCR and every device register, in every width; reads in between. */
static void garbage_everywhere(void)
{
	static const uint32_t bases[] = { UART0, 0xef600400, POWER, PVPANIC };
	uint32_t seed = 440;
	uint64_t v;

	REQUIRE_EQ(make(16 << 20, NULL), 0);
	for (int round = 0; round < 200; round++) {
		for (unsigned int n = 0; n < 1024; n++) {
			int w = bus_write(board_dcr(t.board), n, 4, random_word(&seed));
			int r = bus_read(board_dcr(t.board), n, 4, &v);

			CHECK_EQ(w, r);
			CHECK(w == 0 || w == -ENXIO);
		}
		for (size_t i = 0; i < sizeof(bases) / sizeof(bases[0]); i++)
			for (unsigned int n = 0; n < 64; n++) {
				uint64_t ra = bases[i] + next_random(&seed) % 16 - 4;
				unsigned int len = 1u << next_random(&seed) % 4;

				v = random_word(&seed);
				v = v << 32 | random_word(&seed);
				(void)bus_write(board_mmio(t.board), ra, len, v);
				(void)bus_read(board_mmio(t.board), ra, len, &v);
			}
	}
	/* and after a reset it is a machine again */
	board_reset(t.board);
	CHECK(!t.external && !t.critical);
	CHECK_EQ(bus_read(board_mmio(t.board), UART0 + 5, 1, &v), 0);
	CHECK_EQ(v, 0x60);
	CHECK_EQ(mfind(0x10, 0x40), 0x00040001);
	teardown();
}

static const struct test_case cases[] = {
	TEST_CASE(clocks_agree_with_the_tree),
	TEST_CASE(sdram_banks_say_the_size),
	TEST_CASE(memory_has_bounds),
	TEST_CASE(indirect_registers),
	TEST_CASE(mal_and_dma_registers),
	TEST_CASE(unimplemented_numbers_do_not_answer),
	TEST_CASE(a_uart_interrupts_the_processor),
	TEST_CASE(uic1_is_cascaded),
	TEST_CASE(power_register),
	TEST_CASE(panic_byte),
	TEST_CASE(garbage_everywhere),
};

TEST_MAIN(cases)
