/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which processors the kernel module takes for a host, and for which. */
#include "tests/unit/test.h"

#include "core440.h"
#include "internal.h"
#include "kmod/linux/host.h"

/* PVRs from qemu-system-ppc 7.2 -cpu help; those of others are their rows' own, with other bits of
 * the maker's. */
static void processors(void)
{
	static const struct {
		const char *name;
		uint32_t pvr;
		bool mcsrr;
	} cases[] = {
		{ "440EP Rev. A", 0x42221850, false },
		{ "440EP Rev. B, QEMU's bamboo", 0x422218d3, false },
		{ "440EP Rev. C", 0x422218d4, false },
		{ "440GP Rev. C", 0x40120481, false },
		{ "440SP Rev. A", 0x53221891, false },
		{ "440EPx", 0x200008d0, true },
		{ "440GX Rev. F", 0x51b21894, true },
		{ "440SPe Rev. B", 0x53421891, true },
		{ "440 in a Virtex-5", 0x7ff21910, true },
		{ "460EX Rev. B, QEMU's sam460ex", 0x130218a4, true },
		{ "460EX Rev. A", 0x130218a2, true },
		{ "460GT", 0x130218a0, true },
		{ "460GT Rev. B", 0x130218a5, true },
		{ "460SX", 0x13541800, true },
		{ "APM82181", 0x12c41c83, true },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *model = host_by_pvr(cases[i].pvr);

		test_context("%s", cases[i].name);
		REQUIRE(model != NULL);
		REQUIRE(core440_model_find(model) >= 0);
		CHECK_EQ(core440_models[core440_model_find(model)].mcsr, cases[i].mcsrr);
	}
}

/* Every row of cpu.def is found again by its own PVR. */
static void rows(void)
{
	for (unsigned int i = 0; i < core440_model_count; i++)
		CHECK_STR(host_by_pvr(core440_models[i].pvr), core440_models[i].name);
}

/* Others of 4xx, the 476 with its other TLB, the 450 of Blue Gene/P, an e500, and nothing. */
static void strangers(void)
{
	static const uint32_t pvrs[] = { 0x41511460, 0x11a52000, 0x52131880, 0x80210022, 0, ~0u };

	for (size_t i = 0; i < sizeof(pvrs) / sizeof(pvrs[0]); i++) {
		test_context("PVR %08x", pvrs[i]);
		CHECK(host_by_pvr(pvrs[i]) == NULL);
	}
}

static const struct test_case cases[] = {
	TEST_CASE(processors),
	TEST_CASE(rows),
	TEST_CASE(strangers),
};

TEST_MAIN(cases)
