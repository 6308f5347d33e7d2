/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which processors the kernel module takes for a host, and for which; and its host's index into the
 * TLB. */
#include "tests/unit/test.h"

#include <string.h>

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

/*
 * From the end of a data miss handler, as the 440's instruction set has it: the register of the
 * address is loaded, something else follows, the index is loaded, a page that may not be seen leads
 * away, and the index is counted.
 */
static const uint32_t handler[] = {
	0x3d40c05c, /* lis r10,0xc05c */
	0x7dad6079, /* andc. r13,r13,r12 */
	0x81aa60e0, /* lwz r13,0x60e0(r10) */
	0x40820020, /* bne .+32 */
	0x39ad0001, /* addi r13,r13,1 */
	0x2c0d003b, /* cmpwi r13,59 */
	0x40810008, /* ble .+8 */
	0x39a00000, /* li r13,0 */
	0x91aa60e0, /* stw r13,0x60e0(r10) */
	0x48000100, /* b .+256 */
};
enum { LIS, OTHER, LOAD, AWAY, COUNT, LAST, SKIP, ZERO, STORE, WORDS = STORE + 2 };

static void index_found(void)
{
	uint32_t code[WORDS];
	struct host_tlb t = { 0 };

	REQUIRE(host_tlb_find(handler, WORDS, &t));
	CHECK_EQ(t.index, 0xc05c60e0u);
	CHECK_EQ(t.last, 59u);

	/* The low half is a signed number. */
	memcpy(code, handler, sizeof(code));
	code[LOAD] = 0x81aad0d4;
	code[STORE] = 0x91aad0d4;
	REQUIRE(host_tlb_find(code, WORDS, &t));
	CHECK_EQ(t.index, 0xc05bd0d4u);
	/* It ends with the store. */
	CHECK(host_tlb_find(handler, STORE + 1, &t));
}

/* Whatever is not that is not taken for it. */
static void index_not_found(void)
{
	static const struct {
		const char *what;
		unsigned int at;
		uint32_t word;
	} cases[] = {
		{ "another register is counted", COUNT, 0x398d0001 },
		{ "it is counted by two", COUNT, 0x39ad0002 },
		{ "another is compared", LAST, 0x2c0c003b },
		{ "another field of CR", LAST, 0x2c8d003b },
		{ "a limit that is none", LAST, 0x2c0d003f },
		{ "a negative limit", LAST, 0x2c0dffff },
		{ "another condition", SKIP, 0x41820008 },
		{ "it goes on elsewhere", SKIP, 0x4081000c },
		{ "it begins again at 1", ZERO, 0x39a00001 },
		{ "another register is stored", STORE, 0x918a60e0 },
		{ "it is stored elsewhere", STORE, 0x91aa60e4 },
		{ "it is stored by another address", STORE, 0x91ab60e0 },
		{ "it was not loaded", LOAD, 0x60000000 },
		{ "the address was not", LIS, 0x60000000 },
	};
	uint32_t code[WORDS];
	struct host_tlb t;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		test_context("%s", cases[i].what);
		memcpy(code, handler, sizeof(code));
		code[cases[i].at] = cases[i].word;
		CHECK(!host_tlb_find(code, WORDS, &t));
	}
	test_context("an address that is not of a word");
	memcpy(code, handler, sizeof(code));
	code[LOAD] |= 2;
	code[STORE] |= 2;
	CHECK(!host_tlb_find(code, WORDS, &t));
	test_context("cut off");
	for (unsigned int n = 0; n <= STORE; n++)
		CHECK(!host_tlb_find(handler, n, &t));
}

static const struct test_case cases[] = {
	TEST_CASE(processors),	    TEST_CASE(rows), TEST_CASE(strangers), TEST_CASE(index_found),
	TEST_CASE(index_not_found),
};

TEST_MAIN(cases)
