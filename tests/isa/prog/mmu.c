// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Translation: page sizes, spaces and process ids, the permission matrix in both modes, misses and
 * storage interrupts of every kind of access, operands that reach into another page.
 */
#include "isa.h"

extern const struct op ops_access[], ops_faults[];

#define EA    0x40000000u
#define LOAD  (&ops_access[0])
#define STORE (&ops_access[1])
#define CALL  (&ops_access[2])

static struct op_regs last;

/* 'k' done, 'T' TLB miss, 'S' storage interrupt, '?' something else or wrong syndrome. */
static char attempt(const struct op *op, uint32_t ea, bool user)
{
	const struct trap *t = &trap_log[0];

	last = (struct op_regs){ .r = { 0x12345678, ea }, .user = user };
	trap_clear();
	run_op(op, &last);
	if (!trap_count)
		return 'k';
	if (trap_count != 1)
		return '?';
	if (op == CALL) {
		if (t->pc != ea || t->esr)
			return '?';
		return t->vec == VEC_ITLB ? 'T' : t->vec == VEC_ISI ? 'S' : '?';
	}
	if (t->pc != trap_base || t->dear != ea || t->esr != (op == STORE ? 0x00800000 : 0))
		return '?';
	return t->vec == VEC_DTLB ? 'T' : t->vec == VEC_DSI ? 'S' : '?';
}

static void sizes(void)
{
	static const struct {
		uint32_t field, bytes, ra;
		const char *name;
	} t[] = {
		{ TLB_1K, 0x400, RAM_FREE + 0xc00, "1K" },
		{ TLB_4K, 0x1000, RAM_FREE + 0x1000, "4K" },
		{ TLB_16K, 0x4000, RAM_FREE + 0x8000, "16K" },
		{ TLB_64K, 0x10000, RAM_FREE + 0x10000, "64K" },
		{ TLB_256K, 0x40000, RAM_FREE + 0x40000, "256K" },
		{ TLB_1M, 0x100000, RAM_FREE + 0x100000, "1M" },
		{ TLB_16M, 0x1000000, 0x01000000, "16M" },
		{ TLB_256M, 0x10000000, 0, "256M" },
	};

	for (unsigned int i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		uint32_t base = EA + (t[i].bytes < 0x10000 ? t[i].bytes : 0), off[3];

		/* The whole of 256 MB is the program too: look only where it is not. */
		off[0] = i == 7 ? 0x00800000 : 0;
		off[1] = i == 7 ? 0x08000000 : t[i].bytes / 2;
		off[2] = t[i].bytes - 4;
		if (i == 7 || i == 6)
			off[2] = t[i].bytes / 2 +
				 0x1000; /* 16 MB below the top there is QEMU's device tree */
		for (unsigned int k = 0; k < 3; k++)
			*(volatile uint32_t *)(t[i].ra + off[k]) = 0xabcd0000 + i * 16 + k;
		tlb_set(20, base | TLB_V | t[i].field, 0, t[i].ra, TLB_ALL);
		print("size %s:", t[i].name);
		for (unsigned int k = 0; k < 3; k++) {
			char c = attempt(LOAD, base + off[k], false);

			print(" %c%x", c, last.r[0]);
			c = attempt(STORE, base + off[k], true);
			print("%c%x", c, *(volatile uint32_t *)(t[i].ra + off[k]));
		}
		print(" above %c below %c\n", attempt(LOAD, base + t[i].bytes, false),
		      attempt(STORE, base - 4, true));
		tlb_clear(20);
	}
}

static void spaces(void)
{
	tlb_set(20, EA | TLB_V | TLB_4K, 0, RAM_FREE, TLB_ALL);
	tlb_set(21, (EA + 0x1000) | TLB_V | TLB_4K, 1, RAM_FREE + 0x1000, TLB_ALL);
	tlb_set(22, (EA + 0x1000) | TLB_V | TLB_4K, 2, RAM_FREE + 0x2000, TLB_ALL);
	tlb_set(23, (EA + 0x1000) | TLB_V | TLB_4K, 255, RAM_FREE + 0x3000, TLB_ALL);
	tlb_set(24, EA | TLB_V | TLB_TS | TLB_4K, 0, RAM_FREE + 0x4000, TLB_ALL);
	tlb_set(25, (EA + 0x1000) | TLB_V | TLB_TS | TLB_4K, 1, RAM_FREE + 0x5000, TLB_ALL);
	/* Code and stack in space 1 too. */
	tlb_set(26, TLB_V | TLB_TS | TLB_256M, 0, 0, TLB_ALL);
	for (uint32_t i = 0; i < 6; i++)
		*(volatile uint32_t *)(RAM_FREE + i * 0x1000) = 0x11111111 * (i + 1);
	for (unsigned int ds = 0; ds < 2; ds++) {
		static const uint32_t pids[] = { 0, 1, 2, 3, 255 };

		for (unsigned int i = 0; i < 5; i++) {
			for (uint32_t k = 0; k < 2; k++) {
				char c;

				mtspr(SPR_PID, pids[i]);
				isync();
				mtmsr(ds ? MSR_IS | MSR_DS : 0);
				c = attempt(LOAD, EA + k * 0x1000, false);
				mtmsr(0);
				mtspr(SPR_PID, 0);
				isync();
				print("space %u pid %u ea %u: %c %08x", ds, pids[i], k, c,
				      c == 'k' ? last.r[0] : 0);
				if (c == '?')
					trap_print();
				print("\n");
			}
		}
	}
	/* DS alone: data in space 1, code in space 0. */
	mtmsr(MSR_DS);
	{
		char c = attempt(LOAD, EA, false);

		mtmsr(0);
		print("ds alone: %c %08x\n", c, last.r[0]);
	}
	for (unsigned int i = 20; i < 27; i++)
		tlb_clear(i);
}

static void permissions(void)
{
	*(volatile uint32_t *)RAM_FREE = 0x4e800020; /* blr */
	code_sync((void *)RAM_FREE, 4);
	for (uint32_t p = 0; p < 64; p++) {
		tlb_set(20, EA | TLB_V | TLB_4K, 0, RAM_FREE, p);
		print("permissions %02x:", p);
		for (int user = 0; user < 2; user++) {
			print(" %s ", user ? "user" : "super");
			print("%c", attempt(LOAD, EA, user));
			print("%c", attempt(CALL, EA, user));
			print("%c", attempt(STORE, EA + 4, user));
		}
		print("\n");
		tlb_clear(20);
	}
	print("missing:");
	for (int user = 0; user < 2; user++)
		for (const struct op *op = ops_access; op->addr; op++)
			print(" %c", attempt(op, EA, user));
	print("\n");
}

static void faults(void)
{
	static const char *const states[] = { "missing", "read-only", "none" };

	for (unsigned int s = 0; s < 3; s++) {
		if (s)
			tlb_set(20, EA | TLB_V | TLB_4K, 0, RAM_FREE, s == 1 ? TLB_UR | TLB_SR : 0);
		for (int user = 0; user < 2; user++)
			for (const struct op *op = ops_faults; op->addr; op++) {
				struct op_regs r = { .r = { 1, EA + 0x40 }, .user = user };

				*(volatile uint32_t *)(RAM_FREE + 0x40) = 0x600df00d;
				trap_clear();
				mtmsr(MSR_FP);
				run_op(op, &r);
				mtmsr(0);
				print("%s %s %s:", states[s], user ? "user" : "super", op->name);
				trap_print();
				print(" r4=+%x", r.r[1] - EA);
				print("\n");
			}
		tlb_clear(20);
	}
}

/* DEAR is the address that was calculated, not the line's. */
static void lines(void)
{
	for (const struct op *op = ops_faults; op->addr; op++) {
		struct op_regs r = { .r = { 1, EA + 0x57 } };

		if (op->name[0] != 'd' && op->name[0] != 'i')
			continue;
		trap_clear();
		run_op(op, &r);
		print("address of %s: %08x\n", op->name, trap_count ? trap_log[0].dear : 0);
	}
}

/* Operands that begin in a page that is there and end in one that is not. */
static void crossing(void)
{
	tlb_set(20, EA | TLB_V | TLB_4K, 0, RAM_FREE, TLB_ALL);
	for (unsigned int s = 0; s < 2; s++) {
		if (s)
			tlb_set(21, (EA + 0x1000) | TLB_V | TLB_4K, 0, RAM_FREE + 0x2000, 0);
		for (uint32_t back = 1; back < 4; back++) {
			char c;

			last = (struct op_regs){ .r = { 0x12345678, EA + 0x1000 - back } };
			trap_clear();
			run_op(LOAD, &last);
			c = trap_count == 1 ? 'y' : 'n';
			print("crossing load %u %u: %c vec=%u dear=%08x r3=%08x\n", s, back, c,
			      trap_log[0].vec, trap_log[0].dear, last.r[0]);
			trap_clear();
			last.r[0] = 0x12345678;
			run_op(STORE, &last);
			c = trap_count == 1 ? 'y' : 'n';
			print("crossing store %u %u: %c vec=%u dear=%08x esr=%08x\n", s, back, c,
			      trap_log[0].vec, trap_log[0].dear, trap_log[0].esr);
		}
	}
	tlb_clear(20);
	tlb_clear(21);
}

/* Code that runs over the end of its page into one that is missing, then one that may not execute.
 */
static void fetching(void)
{
	tlb_set(20, EA | TLB_V | TLB_4K, 0, RAM_FREE, TLB_ALL);
	*(volatile uint32_t *)(RAM_FREE + 0xffc) = 0x38600042; /* li r3,0x42 */
	code_sync((void *)(RAM_FREE + 0xffc), 4);
	for (unsigned int s = 0; s < 2; s++) {
		if (s)
			tlb_set(21, (EA + 0x1000) | TLB_V | TLB_4K, 0, RAM_FREE + 0x2000,
				TLB_ALL & ~(TLB_SX | TLB_UX));
		last = (struct op_regs){ .r = { 0, EA + 0xffc } };
		trap_clear();
		run_op(CALL, &last);
		trap_base = EA + 0x1000;
		print("running into %s: r3=%x", s ? "no-execute" : "missing", last.r[0]);
		trap_print();
		print("\n");
	}
	tlb_clear(20);
	tlb_clear(21);
}

/* An entry that is overwritten is forgotten, whatever of it changes. */
static void rewriting(void)
{
	for (uint32_t i = 0; i < 4; i++)
		*(volatile uint32_t *)(RAM_FREE + i * 0x1000) = 0x11111111 * (i + 1);
	tlb_set(20, EA | TLB_V | TLB_4K, 0, RAM_FREE, TLB_ALL);
	print("rewriting: %c", attempt(LOAD, EA, false));
	print("%x", last.r[0]);
	tlb_set(20, EA | TLB_V | TLB_4K, 0, RAM_FREE + 0x1000, TLB_ALL);
	print(" real %c", attempt(LOAD, EA, false));
	print("%x", last.r[0]);
	tlb_set(20, EA | TLB_V | TLB_4K, 0, RAM_FREE + 0x1000, TLB_SR);
	print(" protected %c", attempt(STORE, EA, false));
	tlb_set(20, EA | TLB_V | TLB_4K, 7, RAM_FREE + 0x1000, TLB_SR);
	print(" tid %c", attempt(LOAD, EA, false));
	tlb_set(20, EA | TLB_V | TLB_TS | TLB_4K, 0, RAM_FREE + 0x1000, TLB_SR);
	print(" ts %c", attempt(LOAD, EA, false));
	tlb_set(20, (EA + 0x1000) | TLB_V | TLB_4K, 0, RAM_FREE + 0x1000, TLB_SR);
	print(" moved %c%c", attempt(LOAD, EA, false), attempt(LOAD, EA + 0x1000, false));
	tlb_clear(20);
	print(" cleared %c\n", attempt(LOAD, EA + 0x1000, false));
}

/* All 64 entries at work: 60 pages, each its own. */
static void many(void)
{
	uint32_t h = FNV_START;

	for (uint32_t i = 3; i < 63; i++) {
		*(volatile uint32_t *)(RAM_FREE + i * 0x2000) = i * 0x01010101;
		tlb_set(i, (EA + i * 0x1000) | TLB_V | TLB_4K, 0, RAM_FREE + i * 0x2000, TLB_ALL);
	}
	for (uint32_t i = 3; i < 63; i++)
		if (attempt(LOAD, EA + i * 0x1000, i & 1) == 'k')
			h = fnv(h, last.r[0]);
	for (uint32_t i = 3; i < 63; i++)
		tlb_clear(i);
	print("many: %08x\n", h);
}

void test_main(void)
{
	sizes();
	spaces();
	permissions();
	faults();
	lines();
	crossing();
	fetching();
	rewriting();
	many();
}
