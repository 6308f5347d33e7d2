// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Every user integer instruction: results, CR, XER[SO,OV,CA], on edge operands in full, and on a
 * larger set as a hash; conditional branches in all their forms; traps.
 */
#include "isa.h"

extern const struct op ops_two[], ops_one[], ops_div[], ops_trap[], ops_branch[];

static const uint32_t few[] = { 0, 1, 0x7fffffff, 0x80000000, 0xffffffff, 0x12345678 };
static const uint32_t many[] = { 0,	     1,		 2,	     0x1f,	 0x20,
				 0x3f,	     0x7f,	 0x80,	     0xff,	 0x100,
				 0x7fff,     0x8000,	 0xffff,     0x10000,	 0x00ff0000,
				 0x41004200, 0x61620063, 0x7ffffffe, 0x7fffffff, 0x80000000,
				 0x80000001, 0x8000ffff, 0xdeadbeef, 0xfffffffe, 0xffffffff,
				 0x55555555, 0xaaaaaaaa };
#define FEW  (sizeof(few) / sizeof(few[0]))
#define MANY (sizeof(many) / sizeof(many[0]))

static void setup(struct op_regs *r, uint32_t a, uint32_t b, bool set)
{
	memset(r, 0, sizeof(*r));
	r->r[0] = 0x5a5a5a5a;
	r->r[1] = a;
	r->r[2] = b;
	r->cr = set ? 0xa5f01234 : 0x00000000;
	r->xer = set ? 0xa000007f : 0; /* SO and CA, and a byte count */
	r->ctr = b;
}

/* QEMU keeps bits of XER that are not there. */
#define XER_BITS 0xe000007f

static void run(const struct op *op, struct op_regs *r)
{
	run_op(op, r);
	r->xer &= XER_BITS;
}

static void show(const struct op_regs *r)
{
	print(" %08x/%08x/%08x", r->r[0], r->cr, r->xer);
}

static uint32_t hash_regs(uint32_t h, const struct op_regs *r)
{
	for (int i = 0; i < 8; i++)
		h = fnv(h, r->r[i]);
	return fnv(fnv(fnv(h, r->cr), r->xer), r->ctr);
}

static bool undefined(const struct op *op, uint32_t a, uint32_t b)
{
	return b == 0 || (op->name[4] != 'u' && a == 0x80000000 && b == 0xffffffff);
}

static void two(const struct op *op, bool division)
{
	struct op_regs r;
	uint32_t h = FNV_START;

	for (unsigned int i = 0; i < FEW; i++) {
		print("%s %08x:", op->name, few[i]);
		for (unsigned int j = 0; j < FEW; j++) {
			setup(&r, few[i], few[j], (i + j) & 1);
			run(op, &r);
			if (division && undefined(op, few[i], few[j])) {
				/* rD and CR0[LT,GT,EQ] are undefined then (manual, divw and divwu)
				 */
				r.r[0] = 0;
				r.cr &= 0x1fffffff;
			}
			show(&r);
		}
		print("\n");
	}
	for (unsigned int i = 0; i < MANY; i++)
		for (unsigned int j = 0; j < MANY; j++)
			for (int k = 0; k < 2; k++) {
				setup(&r, many[i], many[j], k);
				run(op, &r);
				if (division && undefined(op, many[i], many[j])) {
					r.r[0] = 0;
					r.cr &= 0x1fffffff;
				}
				h = hash_regs(h, &r);
			}
	print("%s hash: %08x\n", op->name, h);
}

static void one(const struct op *op)
{
	struct op_regs r;
	uint32_t h = FNV_START;

	for (int k = 0; k < 2; k++) {
		print("%s %d:", op->name, k);
		for (unsigned int i = 0; i < FEW; i++) {
			setup(&r, few[i], 0, k);
			run(op, &r);
			show(&r);
		}
		print("\n");
	}
	for (unsigned int i = 0; i < MANY; i++)
		for (int k = 0; k < 2; k++) {
			setup(&r, many[i], 0, k);
			run(op, &r);
			h = hash_regs(h, &r);
		}
	print("%s hash: %08x\n", op->name, h);
}

static void traps(const struct op *op)
{
	for (unsigned int i = 0; i < FEW; i++) {
		struct op_regs r;

		print("%s %08x:", op->name, few[i]);
		for (unsigned int j = 0; j < FEW; j++) {
			setup(&r, few[i], few[j], false);
			r.user = j & 1;
			trap_clear();
			run(op, &r);
			if (trap_count)
				print(" %u:%x:%x", trap_log[0].vec, trap_log[0].pc - trap_base,
				      trap_log[0].esr);
			else
				print(" -");
		}
		print("\n");
	}
	trap_clear();
}

static void branches(const struct op *op)
{
	static const uint32_t crs[] = { 0, 0xffffffff, 0x50000001, 0xa0000004 };

	print("%s:", op->name);
	for (unsigned int i = 0; i < 4; i++)
		for (uint32_t ctr = 0; ctr < 3; ctr++) {
			struct op_regs r;

			setup(&r, 0, ctr, false);
			r.cr = crs[i];
			run(op, &r);
			print(" %u/%x/%x", r.r[0], r.r[4], r.ctr);
		}
	print("\n");
}

void test_main(void)
{
	for (const struct op *op = ops_two; op->addr; op++)
		two(op, false);
	for (const struct op *op = ops_div; op->addr; op++)
		two(op, true);
	for (const struct op *op = ops_one; op->addr; op++)
		one(op);
	for (const struct op *op = ops_trap; op->addr; op++)
		traps(op);
	for (const struct op *op = ops_branch; op->addr; op++)
		branches(op);
}
