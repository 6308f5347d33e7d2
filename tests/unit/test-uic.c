/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "device/uic.h"

#include <errno.h>

#include "device/bus.h"
#include "device/device.h"
#include "tests/unit/test.h"

enum { SR, SRS, ER, CR, PR, TR, MSR, VR, VCR };

#define BIT(n) (0x80000000u >> (n))

struct output {
	bool level;
	unsigned int changes;
};

static void set_output(void *self, unsigned int n, bool level)
{
	struct output *out = self;

	(void)n;
	out->level = level;
	out->changes++;
}

/* A UIC at 0xc0 with both outputs watched; @idle as in its configuration. */
static struct {
	struct bus *dcr;
	struct uic *uic;
	struct output external, critical, critical_off;
} t;

static void setup(uint32_t idle)
{
	struct uic_config config = {
		.name = "uic0",
		.dcr_base = 0xc0,
		.external = { "external", set_output, &t.external, 0 },
		.critical = { "critical", set_output, &t.critical, 0 },
		.critical_off = { "critical-off", set_output, &t.critical_off, 0 },
		.idle = idle,
	};

	t.external = t.critical = t.critical_off = (struct output){ 0 };
	REQUIRE_EQ(bus_new(&t.dcr, "dcr", BUS_DCR, NULL, NULL), 0);
	config.dcr = t.dcr;
	REQUIRE_EQ(uic_new(&t.uic, &config, NULL), 0);
}

static void teardown(void)
{
	uic_device(t.uic)->class->free(uic_device(t.uic));
	bus_free(t.dcr);
}

static uint32_t get(unsigned int reg)
{
	uint64_t v = 0;

	CHECK_EQ(bus_read(t.dcr, 0xc0 + reg, 4, &v), 0);
	return (uint32_t)v;
}

static void put(unsigned int reg, uint32_t v)
{
	CHECK_EQ(bus_write(t.dcr, 0xc0 + reg, 4, v), 0);
}

static void drive(unsigned int n, bool level)
{
	struct irq_line line = uic_input(t.uic, n, "test");

	bus_lock(t.dcr);
	irq_set(&line, level);
	bus_unlock(t.dcr);
}

static void reset_is_quiet(void)
{
	setup(0x000001ec);
	CHECK_EQ(get(SR), 0);
	CHECK_EQ(get(ER), 0);
	CHECK_EQ(get(PR), ~0x000001ecu);
	put(ER, 0xffffffff);
	CHECK_EQ(get(MSR), 0);
	CHECK(!t.external.level && !t.critical.level);
	teardown();
}

static void registers_keep_what_they_hold(void)
{
	setup(0);
	put(ER, 0x12345678);
	put(CR, 0x9abcdef0);
	put(PR, 0xffffffff);
	put(TR, 0x0f0f0f0f);
	put(VCR, 0x00001000);
	CHECK_EQ(get(ER), 0x12345678);
	CHECK_EQ(get(CR), 0x9abcdef0);
	CHECK_EQ(get(TR), 0x0f0f0f0f);
	CHECK_EQ(get(VCR), 0); /* write-only */
	put(MSR, 0xffffffff);
	put(VR, 0xffffffff);
	CHECK_EQ(get(SR), 0);
	CHECK_EQ(get(MSR), 0);
	teardown();
}

static void level_follows_its_input_until_cleared(void)
{
	setup(0);
	put(ER, BIT(0));
	drive(0, true);
	CHECK_EQ(get(SR), BIT(0));
	CHECK(t.external.level);
	CHECK(!t.critical.level);
	put(SR, BIT(0)); /* still asserted: the bit cannot be cleared */
	CHECK_EQ(get(SR), BIT(0));
	CHECK(t.external.level);
	drive(0, false); /* negated, but not cleared yet */
	CHECK_EQ(get(SR), BIT(0));
	CHECK(t.external.level);
	put(SR, BIT(0));
	CHECK_EQ(get(SR), 0);
	CHECK(!t.external.level);
	CHECK_EQ(t.external.changes, 2);
	teardown();
}

static void level_low_is_asserted_low(void)
{
	setup(BIT(28));
	CHECK_EQ(get(PR), ~BIT(28));
	put(ER, BIT(28));
	CHECK(!t.external.level);
	drive(28, false);
	CHECK(t.external.level);
	drive(28, true);
	put(SR, BIT(28));
	CHECK(!t.external.level);
	put(PR, 0xffffffff); /* now high is asserted */
	CHECK(t.external.level);
	teardown();
}

static void edges_are_kept_and_cleared_once(void)
{
	setup(0);
	put(TR, BIT(5) | BIT(6));
	put(PR, ~BIT(6)); /* 5 rising, 6 falling */
	put(SR, 0xffffffff);
	put(ER, BIT(5) | BIT(6));
	drive(5, true);
	CHECK_EQ(get(MSR), BIT(5));
	put(SR, BIT(5)); /* the input is still high, but that is no edge */
	CHECK_EQ(get(SR), 0);
	drive(5, true);
	CHECK_EQ(get(SR), 0);
	drive(5, false);
	CHECK_EQ(get(SR), 0);
	drive(5, true);
	drive(5, false);
	CHECK_EQ(get(SR), BIT(5));
	put(SR, BIT(5));
	drive(6, true);
	CHECK_EQ(get(SR), 0);
	drive(6, false);
	CHECK_EQ(get(SR), BIT(6));
	teardown();
}

static void enable_masks_and_status_stays(void)
{
	setup(0);
	drive(3, true);
	CHECK_EQ(get(SR), BIT(3));
	CHECK_EQ(get(MSR), 0);
	CHECK(!t.external.level);
	put(ER, BIT(3));
	CHECK_EQ(get(MSR), BIT(3));
	CHECK(t.external.level);
	put(ER, 0);
	CHECK(!t.external.level);
	teardown();
}

static void critical_goes_to_its_own_output(void)
{
	setup(0);
	put(CR, BIT(1));
	put(ER, BIT(0) | BIT(1));
	drive(1, true);
	CHECK(t.critical.level);
	CHECK(!t.external.level);
	drive(0, true);
	CHECK(t.external.level);
	put(CR, BIT(0));
	CHECK(t.critical.level && t.external.level);
	put(CR, 0);
	CHECK(!t.critical.level && t.external.level);
	teardown();
}

static void says_when_nothing_can_be_critical(void)
{
	setup(0);
	CHECK(t.critical_off.level);
	put(CR, BIT(3));
	CHECK(t.critical_off.level);
	put(ER, BIT(2));
	CHECK(t.critical_off.level);
	put(ER, BIT(2) | BIT(3));
	CHECK(!t.critical_off.level);
	put(CR, 0);
	CHECK(t.critical_off.level);
	CHECK_EQ(t.critical_off.changes, 3);
	teardown();
}

static void software_sets_status(void)
{
	setup(0);
	put(ER, BIT(9));
	put(SRS, BIT(9));
	CHECK(t.external.level);
	CHECK_EQ(get(SR), BIT(9));
	put(SR, BIT(9));
	CHECK(!t.external.level);
	teardown();
}

/* PPC405GP User's Manual, 10-20: with PRO = 1 and SR[27] pending the vector is VBA + 4 x 512. */
static void vectors_are_those_of_the_manual(void)
{
	setup(0);
	put(ER, 0xffffffff);
	put(CR, BIT(27) | BIT(4) | BIT(31));
	put(VCR, 0x00010001);
	CHECK_EQ(get(VR), 0);
	drive(27, true);
	CHECK_EQ(get(VR), 0x00010000 + 4 * 512);
	drive(4, true); /* farther from bit 31: lower priority */
	CHECK_EQ(get(VR), 0x00010000 + 4 * 512);
	drive(31, true);
	CHECK_EQ(get(VR), 0x00010000);
	put(VCR, 0x00010000); /* PRO = 0: SR[0] is the highest */
	CHECK_EQ(get(VR), 0x00010000 + 4 * 512);
	put(CR, BIT(31));
	CHECK_EQ(get(VR), 0x00010000 + 31 * 512);
	put(CR, 0); /* not for non-critical interrupts */
	CHECK_EQ(get(VR), 0);
	put(CR, BIT(31));
	put(VCR, 0xffffffff);
	CHECK_EQ(get(VR), 0xfffffffc);
	teardown();
}

static void one_cascades_into_another(void)
{
	struct uic_config config = { .name = "uic1", .index = 1, .dcr_base = 0xd0 };
	struct irq_line line;
	struct uic *second;

	setup(0);
	config.dcr = t.dcr;
	config.external = uic_input(t.uic, 30, "uic1");
	config.critical = uic_input(t.uic, 31, "uic1-critical");
	REQUIRE_EQ(uic_new(&second, &config, NULL), 0);
	put(ER, BIT(30) | BIT(31));
	CHECK_EQ(bus_write(t.dcr, 0xd0 + ER, 4, BIT(7) | BIT(8)), 0);
	CHECK_EQ(bus_write(t.dcr, 0xd0 + CR, 4, BIT(8)), 0);
	line = uic_input(second, 7, "x");
	irq_set(&line, true);
	CHECK_EQ(get(MSR), BIT(30));
	CHECK(t.external.level);
	line = uic_input(second, 8, "y");
	irq_set(&line, true);
	CHECK_EQ(get(MSR), BIT(30) | BIT(31));
	line = uic_input(second, 7, "x");
	irq_set(&line, false);
	CHECK_EQ(bus_write(t.dcr, 0xd0 + SR, 4, BIT(7)), 0);
	put(SR, BIT(30));
	CHECK_EQ(get(MSR), BIT(31));
	uic_device(second)->class->free(uic_device(second));
	teardown();
}

static void a_reset_forgets_all_but_the_inputs(void)
{
	setup(0);
	put(ER, BIT(2));
	put(TR, BIT(3));
	drive(2, true);
	CHECK(t.external.level);
	bus_lock(t.dcr);
	uic_device(t.uic)->class->reset(uic_device(t.uic));
	bus_unlock(t.dcr);
	CHECK(!t.external.level);
	CHECK_EQ(get(ER), 0);
	CHECK_EQ(get(TR), 0);
	CHECK_EQ(get(SR), BIT(2)); /* the device still asserts it */
	teardown();
}

static const struct test_case cases[] = {
	TEST_CASE(reset_is_quiet),
	TEST_CASE(registers_keep_what_they_hold),
	TEST_CASE(level_follows_its_input_until_cleared),
	TEST_CASE(level_low_is_asserted_low),
	TEST_CASE(edges_are_kept_and_cleared_once),
	TEST_CASE(enable_masks_and_status_stays),
	TEST_CASE(critical_goes_to_its_own_output),
	TEST_CASE(says_when_nothing_can_be_critical),
	TEST_CASE(software_sets_status),
	TEST_CASE(vectors_are_those_of_the_manual),
	TEST_CASE(one_cascades_into_another),
	TEST_CASE(a_reset_forgets_all_but_the_inputs),
};

TEST_MAIN(cases)
