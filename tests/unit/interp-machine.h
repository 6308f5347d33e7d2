/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A machine with the interpreter and 64 MB of RAM, for test-interp*.c; everything is static, so
 * that each program uses what it wants.
 */
#ifndef INTERP_MACHINE_H
#define INTERP_MACHINE_H

#include "tests/unit/test.h"

#include "core440.h"
#include "engine/engine.h"
#include "engine/soft/interp.h"
#include "tests/unit/asm440.h"
#include "tests/unit/without.h"

#include <string.h>
#include <sys/mman.h>

#define UNUSED	 __attribute__((unused))
#define RAM_SIZE (64u << 20)
#define GUARD	 4096 /* before and behind the RAM, not to be touched */
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

static UNUSED void put_word(uint32_t ra, uint32_t w)
{
	uint8_t bytes[4] = { (uint8_t)(w >> 24), (uint8_t)(w >> 16), (uint8_t)(w >> 8),
			     (uint8_t)w };

	memcpy(m.ram + ra, bytes, 4);
	/* As a device's write would: the engine may have decoded what stood here. */
	engine_interp.vm_memory_written(m.vm, ra, 4);
}

static UNUSED uint32_t word_at(uint32_t ra)
{
	const uint8_t *p = m.ram + ra;

	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static UNUSED void map(unsigned int index, uint32_t ea, unsigned int size, uint32_t ra,
		       uint32_t attr, uint8_t tid)
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
static UNUSED void start(void)
{
	static const struct engine_vcpu_config config = { .cpu = "440EP", .timebase_hz = HZ };

	REQUIRE_EQ(engine_interp.vm_new(&m.vm, NULL), 0);
	m.ram = mmap(NULL, RAM_SIZE + 2 * GUARD, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	REQUIRE(m.ram != MAP_FAILED);
	m.ram += GUARD;
	REQUIRE_EQ(mprotect(m.ram, RAM_SIZE, PROT_READ | PROT_WRITE), 0);
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

static UNUSED void finish(void)
{
	engine_interp.vcpu_free(m.vcpu);
	engine_interp.vm_free(m.vm);
	munmap(m.ram - GUARD, RAM_SIZE + 2 * GUARD);
}

static UNUSED void set_state(void)
{
	uint8_t buf[CORE440_STATE_MAX];
	int n = core440_save(&m.c, buf, sizeof(buf), NULL);

	REQUIRE(n > 0);
	REQUIRE_EQ(engine_interp.vcpu_set_state(m.vcpu, buf, (size_t)n, NULL), 0);
}

static UNUSED void get_state(void)
{
	uint8_t buf[CORE440_STATE_MAX];
	size_t n;

	REQUIRE_EQ(engine_interp.vcpu_get_state(m.vcpu, buf, sizeof(buf), &n), 0);
	REQUIRE_EQ(core440_load(&m.c, buf, n), 0);
}

static UNUSED void place(uint32_t ra, const uint32_t *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		put_word(ra + 4 * (uint32_t)i, words[i]);
}
#define PLACE(ra, ...)                                                                             \
	place(ra, (const uint32_t[]){ __VA_ARGS__ },                                               \
	      sizeof((const uint32_t[]){ __VA_ARGS__ }) / sizeof(uint32_t))

static UNUSED void go_on(void)
{
	engine_interp.vcpu_run(m.vcpu, &m.e);
	get_state();
}

static UNUSED void run(void)
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

#endif
