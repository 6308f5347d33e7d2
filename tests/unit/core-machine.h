/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A 440 core with 1 MB of RAM at real address 0, one page of device memory at 0x1_0000_0000, and an
 * engine that counts what the core tells it. For test-core-*.c; everything is static, so that each
 * program uses what it wants.
 */
#ifndef CORE_MACHINE_H
#define CORE_MACHINE_H

#include <string.h>

#include "kmod/core/core440.h"
#include "kmod/core/decode.h"
#include "kmod/core/spr.h"
#include "tests/unit/test.h"
#include "tests/unit/without.h"

#define MACHINE_UNUSED __attribute__((unused))
#define RAM_SIZE       (1u << 20)
#define DEVICE_RA      0x100000000u
#define DEVICE_SIZE    4096u
#define HOLE_RA	       0x200000000u /* nobody answers here */

struct machine {
	struct core440 c;
	uint8_t ram[RAM_SIZE];
	uint8_t device[DEVICE_SIZE];
	uint64_t ticks;
	unsigned int drops, contexts, modes, icaches, timers, spills;
	bool icache_all;
	uint64_t icache_ra;
	struct core440_tlb_entry dropped;
	unsigned int dropped_index;
	unsigned int accesses, last_len; /* of the device */
	uint64_t last_addr;
	unsigned int retry_every; /* each n-th memory operation says RETRY; 0: never */
	unsigned int operations;
};

static struct machine *machine_of(struct core440 *c)
{
	return c->engine;
}

static bool machine_retries(struct machine *m)
{
	return m->retry_every != 0 && ++m->operations % m->retry_every == 0;
}

static enum core440_mem machine_read(struct core440 *c, uint64_t ra, void *buf, uint32_t len)
{
	struct machine *m = machine_of(c);

	CHECK(len > 0 && (ra & 1023) + len <= 1024);
	if (machine_retries(m))
		return CORE440_MEM_RETRY;
	if (ra >= RAM_SIZE)
		return CORE440_MEM_NONE;
	memcpy(buf, m->ram + ra, len);
	return CORE440_MEM_OK;
}

static enum core440_mem machine_write(struct core440 *c, uint64_t ra, const void *buf, uint32_t len)
{
	struct machine *m = machine_of(c);

	CHECK(len > 0 && (ra & 1023) + len <= 1024);
	if (machine_retries(m))
		return CORE440_MEM_RETRY;
	if (ra >= RAM_SIZE)
		return CORE440_MEM_NONE;
	memcpy(m->ram + ra, buf, len);
	return CORE440_MEM_OK;
}

static void machine_drop(struct core440 *c, unsigned int index, const struct core440_tlb_entry *old)
{
	struct machine *m = machine_of(c);

	m->drops++;
	m->dropped = *old;
	m->dropped_index = index;
	/* The old entry must still stand: the engine may look it up. */
	CHECK_EQ(c->tlb[index].word0, old->word0);
}

static void machine_context(struct core440 *c)
{
	machine_of(c)->contexts++;
}

static void machine_mode(struct core440 *c)
{
	machine_of(c)->modes++;
}

static void machine_icache(struct core440 *c, uint64_t ra, bool all)
{
	machine_of(c)->icaches++;
	machine_of(c)->icache_ra = ra;
	machine_of(c)->icache_all = all;
}

static uint64_t machine_ticks(struct core440 *c)
{
	return machine_of(c)->ticks;
}

static void machine_timer(struct core440 *c)
{
	machine_of(c)->timers++;
}

static void machine_spill(struct core440 *c)
{
	machine_of(c)->spills++;
}

static const struct core440_ops machine_ops = {
	.mem_read = machine_read,
	.mem_write = machine_write,
	.tlb_drop = machine_drop,
	.context_changed = machine_context,
	.mode_changed = machine_mode,
	.icache_invalidate = machine_icache,
	.ticks = machine_ticks,
	.timer_changed = machine_timer,
	.fp_spill = machine_spill,
};

#define RIGHTS_ALL 0x3fu

/* A page of SIZE field @size: 0 = 1 KB, 1 = 4 KB, ... 9 = 256 MB. */
static MACHINE_UNUSED void map_page(struct machine *m, unsigned int index, uint32_t ea,
				    unsigned int size, uint64_t ra, uint32_t word2, uint8_t tid,
				    bool space)
{
	struct core440_tlb_entry e = {
		.word0 = (ea & TLB0_EPN) | TLB0_V | (space ? TLB0_TS : 0) | size << 4,
		.word1 = ((uint32_t)ra & TLB1_RPN) | (uint32_t)(ra >> 32),
		.word2 = word2,
		.tid = tid,
	};

	core440_tlb_write(&m->c, index, &e);
}

static MACHINE_UNUSED void machine_counters(struct machine *m)
{
	m->drops = m->contexts = m->modes = m->icaches = m->timers = m->spills = 0;
	m->accesses = 0;
	m->operations = 0;
}

/*
 * RAM big-endian at EA 0 and little-endian at EA 0x10000000, 1 MB each; the device big-endian at
 * 0x20000000 and little-endian at 0x21000000, the hole at 0x30000000, 4 KB each. pc is 0x1000, MSR
 * 0, vectors at 0xabcd0000 + 256 * n.
 */
#define EA_RAM	     0x00000000u
#define EA_RAM_LE    0x10000000u
#define EA_DEVICE    0x20000000u
#define EA_DEVICE_LE 0x21000000u
#define EA_HOLE	     0x30000000u
#define VECTOR(n)    (0xabcd0000u + 256 * (n))

static MACHINE_UNUSED void machine_init_model(struct machine *m, const char *model)
{
	int row = core440_model_find(model);
	unsigned int i;

	memset(m, 0, sizeof(*m));
	m->c.engine = m;
	REQUIRE(row >= 0);
	REQUIRE_EQ(core440_init(&m->c, (unsigned int)row, &machine_ops), 0);
	map_page(m, 0, EA_RAM, 5, 0, RIGHTS_ALL, 0, false);
	map_page(m, 1, EA_RAM_LE, 5, 0, RIGHTS_ALL | TLB2_E, 0, false);
	map_page(m, 2, EA_DEVICE, 1, DEVICE_RA, RIGHTS_ALL | TLB2_I | TLB2_G, 0, false);
	map_page(m, 3, EA_DEVICE_LE, 1, DEVICE_RA, RIGHTS_ALL | TLB2_I | TLB2_G | TLB2_E, 0, false);
	map_page(m, 4, EA_HOLE, 1, HOLE_RA, RIGHTS_ALL | TLB2_I | TLB2_G, 0, false);
	m->c.pc = 0x1000;
	m->c.ivpr = 0xabcd0000u;
	for (i = 0; i < 16; i++)
		m->c.ivor[i] = 256 * i;
	machine_counters(m);
}

static MACHINE_UNUSED void machine_init(struct machine *m)
{
	machine_init_model(m, "440EP");
}

/* Answers one MMIO exit from the device's bytes. */
static MACHINE_UNUSED void machine_answer(struct machine *m)
{
	struct core440_exit *e = &m->c.exit;
	unsigned int i;

	REQUIRE_EQ(e->kind, CORE440_EXIT_MMIO);
	CHECK(e->len == 1 || e->len == 2 || e->len == 4 || e->len == 8);
	CHECK_EQ(e->addr % e->len, 0);
	m->accesses++;
	m->last_addr = e->addr;
	m->last_len = e->len;
	e->failed = e->addr < DEVICE_RA || e->addr + e->len > DEVICE_RA + DEVICE_SIZE;
	if (e->failed)
		return;
	if (e->write) {
		for (i = 0; i < e->len; i++)
			m->device[e->addr - DEVICE_RA + i] =
				(uint8_t)(e->value >> 8 * (e->len - 1 - i));
		return;
	}
	e->value = 0;
	for (i = 0; i < e->len; i++)
		e->value = e->value << 8 | m->device[e->addr - DEVICE_RA + i];
}

/* Emulates one instruction to its end, answering devices and repeating retries. */
static MACHINE_UNUSED enum core440_result machine_step(struct machine *m, uint32_t insn)
{
	enum core440_result result = core440_emulate(&m->c, insn);
	unsigned int guard = 0;

	while (guard++ < 1000) {
		if (result == CORE440_EXIT && m->c.exit.kind == CORE440_EXIT_MMIO) {
			machine_answer(m);
			result = core440_complete(&m->c);
		} else if (result == CORE440_RETRY) {
			result = core440_emulate(&m->c, insn);
		} else {
			return result;
		}
	}
	CHECK(!"endless");
	return result;
}

/* The word of a row with these fields; the rest of it is 0. */
static MACHINE_UNUSED uint32_t encode(enum insn id, unsigned int rt, unsigned int ra,
				      unsigned int rb)
{
	const struct core440_insn_info *info = &core440_insn_info[id];
	uint32_t word = (uint32_t)info->opcode << 26 | rt << 21 | ra << 16;

	if (info->form == INSN_FORM_P)
		return word | (rb & 0xffff);
	return word | rb << 11 | (uint32_t)info->xo << 1;
}

/* mfspr, mtspr, mfdcr, mtdcr: the number's halves change places. */
static MACHINE_UNUSED uint32_t encode_spr(enum insn id, unsigned int rt, unsigned int number)
{
	return encode(id, rt, number & 31, number >> 5);
}

static MACHINE_UNUSED uint32_t random32(uint32_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed;
}

#endif
