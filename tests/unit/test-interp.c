/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The interpreter as an engine: code that changes, contexts, pages, devices, time, kicks. What
 * single instructions compute is compared with qemu-ppc in tests/random; here are those QEMU has
 * not, or has wrong.
 */
#include "tests/unit/test.h"

#include "core440.h"
#include "decode.h"
#include "engine/engine.h"
#include "engine/soft/interp.h"
#include "tests/unit/asm440.h"
#include "util/error.h"

#include <pthread.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#define RAM_SIZE (64u << 20)
#define HZ	 400000000u
#define CODE	 0x10000u
#define VECTORS	 0x8000u
#define RIGHTS	 0x3fu
#define DEVICE	 0x40000000u /* effective and real address of what is no RAM */

static struct {
	struct engine_vm *vm;
	struct engine_vcpu *vcpu;
	uint8_t *ram;
	struct core440 c; /* the state before a run and after it */
	struct engine_exit e;
} m;

static void put_word(uint32_t ra, uint32_t w)
{
	uint8_t bytes[4] = { (uint8_t)(w >> 24), (uint8_t)(w >> 16), (uint8_t)(w >> 8),
			     (uint8_t)w };

	memcpy(m.ram + ra, bytes, 4);
	/* As a device's write would: the engine may have decoded what stood here. */
	engine_interp.vm_memory_written(m.vm, ra, 4);
}

static uint32_t word_at(uint32_t ra)
{
	const uint8_t *p = m.ram + ra;

	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void map(unsigned int index, uint32_t ea, unsigned int size, uint32_t ra, uint32_t attr,
		uint8_t tid)
{
	struct core440_tlb_entry e = {
		.word0 = ea | TLB0_V | size << 4,
		.word1 = ra,
		.word2 = attr,
		.tid = tid,
	};

	core440_tlb_write(&m.c, index, &e);
}

/* A machine with 256 MB mapped 1:1 in entry 63, every vector a branch to itself. */
static void start(void)
{
	static const struct engine_vcpu_config config = { .cpu = "440EP", .timebase_hz = HZ };

	REQUIRE_EQ(engine_interp.vm_new(&m.vm, NULL), 0);
	m.ram = mmap(NULL, RAM_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	REQUIRE(m.ram != MAP_FAILED);
	REQUIRE_EQ(engine_interp.vm_map(m.vm, 0, RAM_SIZE, m.ram, false, NULL), 0);
	REQUIRE_EQ(engine_interp.vcpu_new(&m.vcpu, m.vm, &config, NULL), 0);
	REQUIRE_EQ(
		core440_init(&m.c, (unsigned int)core440_model_find("440EP"), &core440_no_engine),
		0);
	map(63, 0, 9, 0, RIGHTS, 0);
	map(62, DEVICE, 1, DEVICE, RIGHTS | TLB2_I | TLB2_G, 0);
	m.c.ivpr = 0;
	for (unsigned int i = 0; i < 16; i++) {
		m.c.ivor[i] = VECTORS + 16 * i;
		put_word(VECTORS + 16 * i, B(0));
	}
	m.c.pc = CODE;
	memset(&m.e, 0, sizeof(m.e));
}

static void finish(void)
{
	engine_interp.vcpu_free(m.vcpu);
	engine_interp.vm_free(m.vm);
	munmap(m.ram, RAM_SIZE);
}

static void set_state(void)
{
	uint8_t buf[CORE440_STATE_MAX];
	int n = core440_save(&m.c, buf, sizeof(buf), NULL);

	REQUIRE(n > 0);
	REQUIRE_EQ(engine_interp.vcpu_set_state(m.vcpu, buf, (size_t)n, NULL), 0);
}

static void get_state(void)
{
	uint8_t buf[CORE440_STATE_MAX];
	size_t n;

	REQUIRE_EQ(engine_interp.vcpu_get_state(m.vcpu, buf, sizeof(buf), &n), 0);
	REQUIRE_EQ(core440_load(&m.c, buf, n), 0);
}

static void place(uint32_t ra, const uint32_t *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		put_word(ra + 4 * (uint32_t)i, words[i]);
}
#define PLACE(ra, ...)                                                                             \
	place(ra, (const uint32_t[]){ __VA_ARGS__ },                                               \
	      sizeof((const uint32_t[]){ __VA_ARGS__ }) / sizeof(uint32_t))

static void go_on(void)
{
	engine_interp.vcpu_run(m.vcpu, &m.e);
	get_state();
}

static void run(void)
{
	set_state();
	go_on();
}

/* The run ended at a branch to itself at @pc with interrupts off. */
#define CHECK_HALTED(at)                                                                           \
	do {                                                                                       \
		CHECK_EQ(m.e.kind, ENGINE_EXIT_HALTED);                                            \
		CHECK_EQ(m.c.pc, at);                                                              \
	} while (0)
#define VECTOR(n) (VECTORS + 16 * (n))
enum {
	ALIGNMENT = 5,
	PROGRAM = 6,
	FP_OFF = 7,
	SYSCALL = 8,
	DEC = 10,
	DTLB = 13,
	ITLB = 14,
	DEBUG = 15
};

static void loop_and_halt(void)
{
	start();
	PLACE(CODE, LI(3, 1000), MTSPR(SPR_CTR, 3), ADDI(4, 4, 2), BDNZ(-4), B(0));
	run();
	CHECK_HALTED(CODE + 16);
	CHECK_EQ(m.c.gpr[4], 2000);
	CHECK_EQ(m.c.ctr, 0);
	finish();
}

static void counts_instructions(void)
{
	struct engine_stats stats;

	start();
	PLACE(CODE, LI(3, 10), MTSPR(SPR_CTR, 3), BL(8), B(0), NOP, BDNZ(-4), BLR);
	run();
	engine_interp.vcpu_get_stats(m.vcpu, &stats);
	CHECK_EQ(stats.instructions, 3 + 2 * 10 + 1 + 1);
	CHECK_EQ(stats.exits[ENGINE_EXIT_HALTED], 1);
	finish();
}

/* The word after next is overwritten, without any cache instruction. */
static void code_that_changes_itself(void)
{
	start();
	PLACE(CODE, STW(5, 8, 6), NOP, LI(4, 1), BDNZ(-12), B(0));
	m.c.gpr[5] = LI(4, 7);
	m.c.gpr[6] = CODE;
	m.c.ctr = 1;
	run();
	CHECK_HALTED(CODE + 16);
	CHECK_EQ(m.c.gpr[4], 7);
	/* Code that ran already, and again after the change. */
	m.c.gpr[5] = LI(4, 9);
	m.c.ctr = 3;
	m.c.pc = CODE;
	run();
	CHECK_EQ(m.c.gpr[4], 9);
	finish();
}

/* Data next to code: the code stays what it is, however often that is written. */
static void data_beside_code(void)
{
	start();
	PLACE(CODE, STW(4, 0x400, 6), ADDI(4, 4, 1), BDNZ(-8), LWZ(5, 0x400, 6), B(0));
	m.c.gpr[6] = CODE;
	m.c.ctr = 1000;
	run();
	CHECK_HALTED(CODE + 16);
	CHECK_EQ(m.c.gpr[5], 999);
	finish();
}

/*
 * One physical page gets other code under another PID, as Linux reuses pages: without icbi, iccci
 * or anything but the change of PID.
 */
static void new_code_under_new_pid(void)
{
	const uint32_t page = 0x200000, ea = 0x50000000;

	start();
	map(1, ea, 1, page, RIGHTS, 1);
	map(2, ea, 1, page, RIGHTS, 2);
	PLACE(page, LI(4, 11), BLR);
	/* Calls it under PID 1, writes through the 1:1 mapping, calls it under PID 2. */
	PLACE(CODE, LI(3, 1), MTSPR(SPR_PID, 3), MTSPR(SPR_CTR, 10), BCTRL, MR(5, 4), STW(8, 0, 9),
	      LI(3, 2), MTSPR(SPR_PID, 3), MTSPR(SPR_CTR, 10), BCTRL, B(0));
	m.c.gpr[8] = LI(4, 22);
	m.c.gpr[9] = page;
	m.c.gpr[10] = ea;
	run();
	CHECK_HALTED(CODE + 40);
	CHECK_EQ(m.c.gpr[5], 11);
	CHECK_EQ(m.c.gpr[4], 22);
	finish();
}

/* The same, the new code written by user mode through a mapping that was writable before. */
static void new_code_through_known_mapping(void)
{
	const uint32_t page = 0x200000;

	start();
	PLACE(page, LI(4, 1), BLR);
	/* The store enters the page for writing; running it must withdraw that; the next store is
	 * seen. */
	PLACE(CODE, STW(7, 16, 9), MTSPR(SPR_CTR, 9), BCTRL, STW(8, 0, 9), MTSPR(SPR_CTR, 9), BCTRL,
	      B(0));
	m.c.gpr[8] = LI(4, 2);
	m.c.gpr[9] = page;
	run();
	CHECK_HALTED(CODE + 24);
	CHECK_EQ(m.c.gpr[4], 2);
	finish();
}

/* A page written over and over becomes data; executed again it is decoded again. */
static void code_becomes_data_and_code(void)
{
	const uint32_t page = 0x200000;

	start();
	for (uint32_t i = 0; i < 1023; i++)
		put_word(page + 4 * i, ADDI(4, 4, 1));
	put_word(page + 4092, BLR);
	PLACE(CODE, MTSPR(SPR_CTR, 9), BCTRL, MR(5, 4), LI(3, 1023), MTSPR(SPR_CTR, 3),
	      ADDI(7, 9, -4), STWU(8, 4, 7), BDNZ(-4), MTSPR(SPR_CTR, 9), BCTRL, B(0));
	m.c.gpr[8] = ADDI(4, 4, 3);
	m.c.gpr[9] = page;
	run();
	CHECK_HALTED(CODE + 40);
	CHECK_EQ(m.c.gpr[5], 1023);
	CHECK_EQ(m.c.gpr[4], 4 * 1023);
	finish();
}

static void *device_writes(void *arg)
{
	/* While the guest runs in the page, or before: both must end its loop. */
	put_word(CODE + 4, B(8));
	return arg;
}

static void dma_into_running_code(void)
{
	pthread_t t;

	start();
	PLACE(CODE, ADDI(4, 4, 1), B(-4), NOP, B(0));
	set_state();
	REQUIRE_EQ(pthread_create(&t, NULL, device_writes, NULL), 0);
	go_on();
	pthread_join(t, NULL);
	CHECK_HALTED(CODE + 12);
	finish();
}

/* A branch chain over more pages than the engine keeps; twice, and the second round after a change.
 */
static void more_code_than_is_kept(void)
{
	const uint32_t first = 0x100000, pages = 5000;

	start();
	for (uint32_t i = 0; i < pages; i++)
		PLACE(first + i * 4096, ADDI(4, 4, 1), B(4092));
	PLACE(first + pages * 4096, BLR);
	PLACE(CODE, BL(first - CODE), STW(8, 0, 9), BL(first - CODE - 8), B(0));
	m.c.gpr[8] = ADDI(4, 4, 100);
	m.c.gpr[9] = first + 3000 * 4096;
	run();
	CHECK_HALTED(CODE + 12);
	CHECK_EQ(m.c.gpr[4], 2 * pages + 99);
	finish();
}

/* One effective address in two contexts; then the entry of one goes. */
static void contexts_are_apart(void)
{
	const uint32_t ea = 0x50000000;

	start();
	map(1, ea, 1, 0x200000, RIGHTS, 1);
	map(2, ea, 1, 0x300000, RIGHTS, 2);
	put_word(0x200000, 111);
	put_word(0x300000, 222);
	PLACE(CODE, LI(3, 1), MTSPR(SPR_PID, 3), LWZ(4, 0, 10), LI(3, 2), MTSPR(SPR_PID, 3),
	      LWZ(5, 0, 10), STW(5, 4, 10), LI(3, 1), MTSPR(SPR_PID, 3), LWZ(6, 0, 10),
	      STW(6, 4, 10), LI(7, 0), LI(8, 1), TLBWE(7, 8, 0), LWZ(6, 4, 10), B(0));
	m.c.gpr[10] = ea;
	run();
	CHECK_HALTED(VECTOR(DTLB));
	CHECK_EQ(m.c.srr0, CODE + 56);
	CHECK_EQ(m.c.dear, ea + 4);
	CHECK_EQ(m.c.gpr[4], 111);
	CHECK_EQ(m.c.gpr[5], 222);
	CHECK_EQ(m.c.gpr[6], 111);
	CHECK_EQ(word_at(0x200004), 111);
	CHECK_EQ(word_at(0x300004), 222);
	/* PID 2 still has its page. */
	m.c.pid = 2;
	m.c.pc = CODE + 20;
	PLACE(CODE + 24, B(0));
	run();
	CHECK_HALTED(CODE + 24);
	CHECK_EQ(m.c.gpr[5], 222);
	finish();
}

static void user_and_supervisor_rights(void)
{
	start();
	map(1, 0x50000000, 1, 0x200000, TLB2_SR | TLB2_SW | TLB2_UX | TLB2_SX, 0);
	map(2, 0x50001000, 1, CODE, RIGHTS, 0);
	PLACE(CODE, STW(4, 0, 10), LWZ(5, 0, 10), MTSPR(SPR_SRR0, 11), MTSPR(SPR_SRR1, 12), RFI,
	      LWZ(6, 0, 10), B(0));
	m.c.gpr[4] = 5;
	m.c.gpr[10] = 0x50000000;
	m.c.gpr[11] = 0x50001014;
	m.c.gpr[12] = MSR_PR;
	run();
	CHECK_HALTED(VECTOR(2)); /* Data Storage */
	CHECK_EQ(m.c.gpr[5], 5);
	CHECK_EQ(m.c.srr0, 0x50001014);
	CHECK_EQ(m.c.dear, 0x50000000);
	finish();
}

/* Four 1 KB pages side by side, in another order behind: code and data. */
static void small_pages(void)
{
	start();
	for (unsigned int i = 0; i < 4; i++)
		map(1 + i, 0x50000000 + 1024 * i, 0, 0x200000 + 1024 * (3 - i), RIGHTS, 0);
	PLACE(0x200c00 + 1020, LWZ(4, 1022, 10)); /* the end of the first page */
	PLACE(0x200800, STW(4, 2046, 10), BLR);	  /* the beginning of the second */
	PLACE(CODE, MTSPR(SPR_CTR, 11), BCTRL, LWZ(5, 2046, 10), B(0));
	m.c.gpr[10] = 0x50000800;
	m.c.gpr[11] = 0x500003fc;
	put_word(0x2007fc, 0x0000abcd); /* ends page 2 */
	put_word(0x200000, 0xef010000); /* begins page 3 */
	map(5, 0x50001000, 0, 0x200400, RIGHTS, 0);
	run();
	CHECK_HALTED(CODE + 12);
	CHECK_EQ(m.c.gpr[4], 0xabcdef01);
	CHECK_EQ(m.c.gpr[5], 0xabcdef01);
	finish();
}

static void little_endian_pages(void)
{
	static const uint32_t code[] = { LWZ(4, 256, 10), STW(5, 260, 10), BLR };

	start();
	map(1, 0x50000000, 1, 0x200000, RIGHTS | TLB2_E, 0);
	for (unsigned int i = 0; i < 3; i++)
		put_word(0x200000 + 4 * i, __builtin_bswap32(code[i]));
	put_word(0x200100, 0x78563412);
	PLACE(CODE, MTSPR(SPR_CTR, 10), BCTRL, B(0));
	m.c.gpr[10] = 0x50000000;
	m.c.gpr[5] = 0xcafe1234;
	run();
	CHECK_HALTED(CODE + 8);
	CHECK_EQ(m.c.gpr[4], 0x12345678);
	CHECK_EQ(word_at(0x200104), 0x3412feca);
	/* The same page as big-endian code is other code. */
	PLACE(0x200000, LI(4, 3), BLR);
	map(1, 0x50000000, 1, 0x200000, RIGHTS, 0);
	m.c.pc = CODE;
	run();
	CHECK_EQ(m.c.gpr[4], 3);
	finish();
}

static void device_accesses(void)
{
	start();
	PLACE(CODE, LWZU(4, 8, 10), STMW(30, 16, 10), LWBRX(5, 0, 10), MTDCR(0x123, 31),
	      MFDCR(6, 0x321), B(0));
	m.c.gpr[10] = DEVICE;
	m.c.gpr[30] = 0x3030;
	m.c.gpr[31] = 0x3131;
	run();
	CHECK_EQ(m.e.kind, ENGINE_EXIT_MMIO);
	CHECK(!m.e.write);
	CHECK_EQ(m.e.addr, DEVICE + 8);
	CHECK_EQ(m.e.len, 4);
	CHECK_EQ(m.e.pc, CODE);
	CHECK_EQ(m.c.gpr[10], DEVICE); /* not before the answer */
	m.e.value = 0x44444444;
	go_on();
	CHECK_EQ(m.c.gpr[10], DEVICE + 8);
	CHECK_EQ(m.c.gpr[4], 0x44444444);
	for (uint32_t i = 0; i < 2; i++) {
		CHECK_EQ(m.e.kind, ENGINE_EXIT_MMIO);
		CHECK(m.e.write);
		CHECK_EQ(m.e.addr, DEVICE + 24 + 4 * i);
		CHECK_EQ(m.e.value, 0x3030 + 0x101 * i);
		go_on();
	}
	CHECK_EQ(m.e.kind, ENGINE_EXIT_MMIO);
	m.e.value = 0x11223344;
	go_on();
	CHECK_EQ(m.c.gpr[5], 0x44332211);
	CHECK_EQ(m.e.kind, ENGINE_EXIT_DCR);
	CHECK(m.e.write);
	CHECK_EQ(m.e.addr, 0x123);
	CHECK_EQ(m.e.value, 0x3131);
	go_on();
	CHECK_EQ(m.e.kind, ENGINE_EXIT_DCR);
	CHECK_EQ(m.e.addr, 0x321);
	m.e.value = 77;
	go_on();
	CHECK_HALTED(CODE + 20);
	CHECK_EQ(m.c.gpr[6], 77);
	finish();
}

/* A state taken between an access and its answer asks for it again. */
static void access_across_states(void)
{
	start();
	PLACE(CODE, LWZ(4, 8, 10), B(0));
	m.c.gpr[10] = DEVICE;
	run();
	CHECK_EQ(m.e.kind, ENGINE_EXIT_MMIO);
	memset(&m.e, 0, sizeof(m.e));
	run();
	CHECK_EQ(m.e.kind, ENGINE_EXIT_MMIO);
	CHECK_EQ(m.e.addr, DEVICE + 8);
	m.e.value = 5;
	go_on();
	CHECK_HALTED(CODE + 4);
	CHECK_EQ(m.c.gpr[4], 5);
	finish();
}

/* A fault in the middle of an instruction leaves its registers as they were. */
static void faults_change_nothing(void)
{
	static const struct {
		const char *what;
		uint32_t insn, r10, dear;
	} rows[] = {
		{ "lwzu", LWZU(4, 8, 10), 0x50000000, 0x50000008 },
		{ "stwu", STWU(4, 8, 10), 0x50000000, 0x50000008 },
		{ "lwz across", LWZ(4, 0, 10), 0x0ffffffe, 0x10000000 },
		{ "stw across", STW(4, 0, 10), 0x0ffffffe, 0x10000000 },
		{ "lmw across", LMW(28, 0, 10), 0x0ffffffc, 0x10000000 },
	};

	start();
	map(61, 0x0ffff000, 1, 0x200000, RIGHTS, 0);
	map(63, 0, 7, 0, RIGHTS, 0); /* 16 MB only */
	put_word(0x200ffc, 0x01020304);
	for (unsigned int i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		test_context("%s", rows[i].what);
		PLACE(CODE, rows[i].insn, B(0));
		m.c.pc = CODE;
		m.c.gpr[4] = 0x4444;
		m.c.gpr[10] = rows[i].r10;
		run();
		CHECK_HALTED(VECTOR(DTLB));
		CHECK_EQ(m.c.srr0, CODE);
		CHECK_EQ(m.c.dear, rows[i].dear);
		CHECK_EQ(m.c.gpr[4], 0x4444);
		CHECK_EQ(m.c.gpr[10], rows[i].r10);
		CHECK_EQ(word_at(0x200ffc), 0x01020304);
	}
	finish();
}

static void reservations(void)
{
	start();
	PLACE(CODE, LWARX(4, 0, 10), STWCX(5, 0, 10), ASM_X(31, 6, 0, 0, 19), STWCX(8, 0, 10),
	      ASM_X(31, 7, 0, 0, 19), B(0));
	put_word(0x200000, 1);
	m.c.gpr[5] = 2;
	m.c.gpr[8] = 3;
	m.c.gpr[10] = 0x200000;
	m.c.xer = XER_SO;
	run();
	CHECK_HALTED(CODE + 20);
	CHECK_EQ(m.c.gpr[4], 1);
	CHECK_EQ(m.c.gpr[6] >> 28, 3);
	CHECK_EQ(m.c.gpr[7] >> 28, 1);
	CHECK_EQ(word_at(0x200000), 2);
	finish();
}

static void selects(void)
{
	start();
	PLACE(CODE, CMPWI(4, 5), ISEL(6, 4, 5, 0), ISEL(7, 4, 5, 1), ISEL(8, 0, 5, 0), B(0));
	m.c.gpr[0] = 99;
	m.c.gpr[4] = 4;
	m.c.gpr[5] = 55;
	run();
	CHECK_EQ(m.c.gpr[6], 4);
	CHECK_EQ(m.c.gpr[7], 55);
	CHECK_EQ(m.c.gpr[8], 0); /* RA 0 is the number 0 */
	finish();
}

/* The manual's formula in 64 bits: overflow when the sum does not fit. */
static void expect_mac(enum insn id, uint32_t a, uint32_t b, uint32_t t, uint32_t *ret,
		       bool *ret_ov)
{
	const char *name = core440_insn_info[id].mnemonic;
	bool negative = *name == 'n', is_unsigned, saturate;
	const char *rest = name + (negative ? 4 : 3);
	int64_t x, y, sum;

	is_unsigned = strchr(rest, 'u') != NULL;
	saturate = strchr(rest, 's') != NULL;
	x = rest[0] == 'h' ? a >> 16 : a & 0xffff;
	y = rest[0] == 'l' ? b & 0xffff : b >> 16;
	if (!is_unsigned) {
		x = (int16_t)x;
		y = (int16_t)y;
	}
	sum = (is_unsigned ? (int64_t)t : (int64_t)(int32_t)t) + (negative ? -(x * y) : x * y);
	*ret_ov = is_unsigned ? sum > 0xffffffffll : sum > 0x7fffffffll || sum < -0x80000000ll;
	*ret = (uint32_t)sum;
	if (*ret_ov && saturate)
		*ret = is_unsigned ? 0xffffffff : sum < 0 ? 0x80000000 : 0x7fffffff;
}

static void multiply_accumulate(void)
{
	static const uint32_t values[] = { 0,	       1,	   0xffffffff, 0x80008000,
					   0x7fff7fff, 0x7fff8000, 0x12345678, 0x7ffffff0,
					   0x80000010, 0xfffffff0 };
	const unsigned int n = sizeof(values) / sizeof(values[0]);

	start();
	for (enum insn id = INSN_MACCHW; id <= INSN_NMACLHWS; id++)
		for (unsigned int i = 0; i < n * n * n; i++) {
			uint32_t a = values[i % n], b = values[i / n % n], t = values[i / n / n],
				 want;
			uint32_t insn = ASM_X(4, 5, 6, 7, core440_insn_info[id].xo) | 0x400 |
					(i & 1);
			bool ov;

			if (i % 7) /* a sample of the cube, all corners of each plane */
				continue;
			expect_mac(id, a, b, t, &want, &ov);
			PLACE(CODE, insn, B(0));
			m.c.pc = CODE;
			m.c.gpr[5] = t;
			m.c.gpr[6] = a;
			m.c.gpr[7] = b;
			m.c.xer = XER_OV;
			m.c.cr = 0;
			run();
			test_context("%s %08x %08x %08x", core440_insn_info[id].mnemonic, a, b, t);
			CHECK_EQ(m.c.gpr[5], want);
			CHECK_EQ(m.c.xer, ov ? XER_SO | XER_OV : 0);
			if (i & 1)
				CHECK_EQ(m.c.cr >> 28, ((int32_t)want < 0 ? 8u
							: want		  ? 4u
									  : 2u) |
							       (ov ? 1 : 0));
		}
	finish();
}

static void floating_point_exceptions(void)
{
	start();
	PLACE(CODE, FADD(1, 2, 3), B(0));
	run();
	CHECK_HALTED(VECTOR(FP_OFF));
	CHECK_EQ(m.c.srr0, CODE);
	/* Zero divide, enabled in FPSCR and MSR: the target stays, the instruction is named. */
	PLACE(CODE, FDIV(1, 2, 3), B(0));
	m.c.pc = CODE;
	m.c.msr = MSR_FP | MSR_FE0;
	m.c.fpr[1] = 123;
	m.c.fpr[2] = 0x3ff0000000000000;
	m.c.fpr[3] = 0;
	m.c.fpscr = 0x10;
	run();
	CHECK_HALTED(VECTOR(PROGRAM));
	CHECK_EQ(m.c.srr0, CODE);
	CHECK_EQ(m.c.esr, ESR_FP);
	CHECK_EQ(m.c.fpr[1], 123);
	CHECK_EQ(m.c.fpscr, 0xc4000010);
	/* The same with FE0 and FE1 off runs on. */
	m.c.pc = CODE;
	m.c.msr = MSR_FP;
	m.c.fpscr = 0x10;
	run();
	CHECK_HALTED(CODE + 4);
	finish();
}

static void floating_point_alignment(void)
{
	start();
	PLACE(CODE, LFD(1, 4, 10), STFD(1, 16, 10), LFD(2, 12, 10), B(0));
	m.c.msr = MSR_FP;
	m.c.gpr[10] = 0x200000;
	put_word(0x200004, 0x01234567);
	put_word(0x200008, 0x89abcdef);
	run();
	CHECK_HALTED(VECTOR(ALIGNMENT));
	CHECK_EQ(m.c.srr0, CODE + 8);
	CHECK_EQ(m.c.dear, 0x20000c);
	CHECK_EQ(m.c.fpr[1], 0x0123456789abcdef);
	CHECK_EQ(word_at(0x200010), 0x01234567);
	CHECK_EQ(word_at(0x200014), 0x89abcdef);
	finish();
}

static void zeroing_a_line(void)
{
	start();
	memset(m.ram + 0x200000, 0xff, 128);
	PLACE(CODE, STW(4, 100, 10), DCBZ(0, 10), DCBZ(11, 10), B(0));
	m.c.gpr[10] = 0x200005;
	m.c.gpr[11] = 32;
	run();
	CHECK_HALTED(CODE + 12);
	for (unsigned int i = 0; i < 64; i++)
		CHECK_EQ(m.ram[0x200000 + i], 0);
	CHECK_EQ(m.ram[0x200040], 0xff);
	/* Where the page is not cached it is an alignment interrupt, also after stores there. */
	map(1, 0x50000000, 1, 0x200000, RIGHTS | TLB2_I, 0);
	m.c.pc = CODE;
	m.c.gpr[10] = 0x50000000;
	run();
	CHECK_HALTED(VECTOR(ALIGNMENT));
	CHECK_EQ(m.c.srr0, CODE + 4);
	finish();
}

/* DEC runs out while the guest loops, then while it waits, then while it spins. */
static void decrementer_interrupts(void)
{
	const uint32_t handler = 0x9000;

	start();
	m.c.ivor[DEC] = handler;
	/* Clears DIS and goes back without MSR[WE]; the third time it does not go back. */
	PLACE(handler, LIS(6, 0x0800), MTSPR(SPR_TSR, 6), ADDI(5, 5, 1), CMPWI(5, 3), BEQ(12),
	      MTSPR(SPR_SRR1, 9), RFI, B(0));
	PLACE(CODE, LIS(3, 0x0400), MTSPR(SPR_TCR, 3), WRTEEI(1), MTSPR(SPR_DEC, 7), CMPWI(5, 0),
	      BEQ(-4), MTSPR(SPR_DEC, 7), MTMSR(8), MTSPR(SPR_DEC, 7), B(0));
	m.c.gpr[7] = HZ / 100;
	m.c.gpr[8] = MSR_EE | MSR_WE;
	m.c.gpr[9] = MSR_EE;
	run();
	CHECK_HALTED(handler + 28);
	CHECK_EQ(m.c.gpr[5], 3);
	CHECK_EQ(m.c.srr0, CODE + 36);
	finish();
}

static double seconds(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Waiting takes no processor time: far less than it lasts. */
static void waiting_is_idle(void)
{
	double cpu, wall;

	start();
	PLACE(CODE, LIS(3, 0x0400), MTSPR(SPR_TCR, 3), MTSPR(SPR_DEC, 7), MTMSR(8), B(0));
	m.c.gpr[7] = HZ / 4;
	m.c.gpr[8] = MSR_EE | MSR_WE;
	cpu = seconds(CLOCK_THREAD_CPUTIME_ID);
	wall = seconds(CLOCK_MONOTONIC);
	run();
	cpu = seconds(CLOCK_THREAD_CPUTIME_ID) - cpu;
	wall = seconds(CLOCK_MONOTONIC) - wall;
	CHECK_HALTED(VECTOR(DEC));
	CHECK(wall >= 0.25);
	CHECK(cpu < wall / 10);
	finish();
}

static void *kicks(void *arg)
{
	engine_interp.vcpu_kick(m.vcpu);
	return arg;
}

static void *raises(void *arg)
{
	engine_interp.vcpu_set_input(m.vcpu, ENGINE_INPUT_EXTERNAL, true);
	return arg;
}

static void in_thread(void *(*fn)(void *))
{
	pthread_t t;

	set_state();
	REQUIRE_EQ(pthread_create(&t, NULL, fn, NULL), 0);
	go_on();
	pthread_join(t, NULL);
}

static void kicks_are_not_lost(void)
{
	start();
	/* Before the run, while it loops, while it waits. */
	PLACE(CODE, B(4), B(-4));
	set_state();
	engine_interp.vcpu_kick(m.vcpu);
	go_on();
	CHECK_EQ(m.e.kind, ENGINE_EXIT_INTERRUPTED);
	for (unsigned int i = 0; i < 200; i++) {
		m.c.msr = i & 1 ? MSR_WE : 0;
		in_thread(kicks);
		CHECK_EQ(m.e.kind, ENGINE_EXIT_INTERRUPTED);
	}
	/* In a loop of interrupts that never executes anything. */
	m.c.msr = 0;
	m.c.pc = 0xe0000000;
	m.c.ivpr = 0xe0000000;
	in_thread(kicks);
	CHECK_EQ(m.e.kind, ENGINE_EXIT_INTERRUPTED);
	finish();
}

static void external_input(void)
{
	start();
	PLACE(CODE, B(4), B(-4));
	for (unsigned int i = 0; i < 200; i++) {
		m.c.pc = CODE;
		m.c.msr = MSR_EE | (i & 1 ? MSR_WE : 0);
		in_thread(raises);
		CHECK_HALTED(VECTOR(4));
		CHECK(m.c.srr0 == CODE || m.c.srr0 == CODE + 4);
		engine_interp.vcpu_set_input(m.vcpu, ENGINE_INPUT_EXTERNAL, false);
	}
	/* Held back by MSR[EE] until it comes on. */
	PLACE(CODE, NOP, WRTEEI(1), B(0));
	m.c.pc = CODE;
	m.c.msr = 0;
	engine_interp.vcpu_set_input(m.vcpu, ENGINE_INPUT_EXTERNAL, true);
	run();
	CHECK_HALTED(VECTOR(4));
	CHECK_EQ(m.c.srr0, CODE + 8);
	finish();
}

/* The guest's clock stands still between stop and start. */
static void stopped_clock(void)
{
	uint32_t before;

	start();
	PLACE(CODE, MFSPR(4, 268), B(0));
	run();
	before = m.c.gpr[4];
	engine_interp.vcpu_stop_clock(m.vcpu);
	m.c.pc = CODE;
	run();
	CHECK(m.c.gpr[4] - before < 0x80000000);
	before = m.c.gpr[4];
	m.c.pc = CODE;
	run();
	CHECK_EQ(m.c.gpr[4], before);
	engine_interp.vcpu_start_clock(m.vcpu);
	do {
		m.c.pc = CODE;
		run();
	} while (m.c.gpr[4] == before);
	CHECK(m.c.gpr[4] - before < 0x80000000);
	finish();
}

/* DBCR0[IDM,ICMP]: after each instruction, whatever executes it. */
static void single_steps(void)
{
	start();
	PLACE(CODE, ADDI(4, 4, 1), LWZ(5, 0, 10), B(8), NOP, MTSPR(SPR_LR, 4), BLR, B(0));
	m.c.gpr[10] = CODE;
	for (uint32_t i = 0; i < 4; i++) {
		static const uint32_t next[] = { CODE + 4, CODE + 8, CODE + 16, CODE + 20 };

		m.c.dbcr0 = DBCR0_IDM | DBG_ICMP;
		m.c.dbsr = 0;
		m.c.pc = i ? next[i - 1] : CODE;
		m.c.msr = MSR_DE;
		run();
		CHECK_HALTED(VECTOR(DEBUG));
		CHECK_EQ(m.c.csrr0, next[i]);
		CHECK_EQ(m.c.dbsr & DBG_ICMP, DBG_ICMP);
	}
	CHECK_EQ(m.c.gpr[4], 1);
	CHECK_EQ(m.c.gpr[5], ADDI(4, 4, 1));
	CHECK_EQ(m.c.lr, 1);
	/* A breakpoint by address. */
	m.c.dbcr0 = DBCR0_IDM | DBG_IAC1;
	m.c.dbsr = 0;
	m.c.dbcr1 = 0;
	m.c.iac[0] = CODE + 8;
	m.c.pc = CODE;
	m.c.msr = MSR_DE;
	run();
	CHECK_HALTED(VECTOR(DEBUG));
	CHECK_EQ(m.c.csrr0, CODE + 8);
	CHECK_EQ(m.c.gpr[4], 2);
	finish();
}

static void traps_and_calls(void)
{
	start();
	PLACE(CODE, SC, B(0));
	run();
	CHECK_HALTED(VECTOR(SYSCALL));
	CHECK_EQ(m.c.srr0, CODE + 4);
	PLACE(CODE, TRAP, B(0));
	m.c.pc = CODE;
	run();
	CHECK_HALTED(VECTOR(PROGRAM));
	CHECK_EQ(m.c.esr, ESR_PTR);
	CHECK_EQ(m.c.srr0, CODE);
	PLACE(CODE, 0, B(0));
	m.c.pc = CODE;
	run();
	CHECK_HALTED(VECTOR(PROGRAM));
	CHECK_EQ(m.c.esr, ESR_PIL);
	finish();
}

/* Nothing answers where pc points: a machine check, and without MSR[ME] the end. */
static void fetch_from_nowhere(void)
{
	start();
	m.c.pc = DEVICE;
	m.c.msr = MSR_ME;
	run();
	CHECK_HALTED(VECTOR(1));
	m.c.pc = DEVICE;
	m.c.msr = 0;
	run();
	CHECK_EQ(m.e.kind, ENGINE_EXIT_CHECKSTOP);
	CHECK_EQ(m.e.pc, DEVICE);
	finish();
}

static void maps_and_names(void)
{
	struct error *err = NULL;
	struct engine_vm *vm;
	static uint8_t page[8192] __attribute__((aligned(4096)));

	CHECK(engine_find("interp", NULL) == &engine_interp);
	CHECK(engine_find("auto", NULL) != NULL);
	CHECK(engine_find("none", &err) == NULL);
	CHECK_HAS(error_message(err), "'none'");
	CHECK_HAS(error_message(err), "interp");
	err = error_free(err);
	REQUIRE_EQ(engine_interp.vm_new(&vm, NULL), 0);
	CHECK_EQ(engine_interp.vm_map(vm, 0, 4096, page, false, NULL), 0);
	CHECK(engine_interp.vm_map(vm, 0, 4096, page, false, &err) < 0);
	CHECK_HAS(error_message(err), "twice");
	err = error_free(err);
	CHECK(engine_interp.vm_map(vm, 0x1001, 4096, page, false, NULL) < 0);
	CHECK(engine_interp.vm_map(vm, 0x1000, 0, page, false, NULL) < 0);
	CHECK(engine_interp.vm_map(vm, 0xfffffffff000, 4096, page, false, NULL) < 0);
	engine_interp.vm_free(vm);
}

static void read_only_memory(void)
{
	static uint8_t rom[4096] __attribute__((aligned(4096)));

	start();
	rom[0] = 0x12;
	REQUIRE_EQ(engine_interp.vm_map(m.vm, 0x80000000, 4096, rom, true, NULL), 0);
	map(1, 0x80000000, 1, 0x80000000, RIGHTS, 0);
	PLACE(CODE, LBZ(4, 0, 10), STW(4, 0, 10), B(0));
	m.c.gpr[10] = 0x80000000;
	run();
	/* A store leaves as an access that the bus answers, or does not. */
	CHECK_EQ(m.c.gpr[4], 0x12);
	CHECK_EQ(m.e.kind, ENGINE_EXIT_MMIO);
	CHECK(m.e.write);
	CHECK_EQ(m.e.addr, 0x80000000);
	CHECK_EQ(rom[0], 0x12);
	finish();
}

static const struct test_case cases[] = {
	TEST_CASE(loop_and_halt),
	TEST_CASE(counts_instructions),
	TEST_CASE(code_that_changes_itself),
	TEST_CASE(data_beside_code),
	TEST_CASE(new_code_under_new_pid),
	TEST_CASE(new_code_through_known_mapping),
	TEST_CASE(code_becomes_data_and_code),
	TEST_CASE(dma_into_running_code),
	TEST_CASE(more_code_than_is_kept),
	TEST_CASE(contexts_are_apart),
	TEST_CASE(user_and_supervisor_rights),
	TEST_CASE(small_pages),
	TEST_CASE(little_endian_pages),
	TEST_CASE(device_accesses),
	TEST_CASE(access_across_states),
	TEST_CASE(faults_change_nothing),
	TEST_CASE(reservations),
	TEST_CASE(selects),
	TEST_CASE(multiply_accumulate),
	TEST_CASE(floating_point_exceptions),
	TEST_CASE(floating_point_alignment),
	TEST_CASE(zeroing_a_line),
	TEST_CASE(decrementer_interrupts),
	TEST_CASE(waiting_is_idle),
	TEST_CASE(kicks_are_not_lost),
	TEST_CASE(external_input),
	TEST_CASE(stopped_clock),
	TEST_CASE(single_steps),
	TEST_CASE(traps_and_calls),
	TEST_CASE(fetch_from_nowhere),
	TEST_CASE(maps_and_names),
	TEST_CASE(read_only_memory),
};

TEST_MAIN(cases)
