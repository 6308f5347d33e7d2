// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The floating-point unit: results and FPSCR, bit by bit, on edge cases in the four rounding modes
 * and with each exception enabled. FPSCR[FR,FI] are left out of the lines that are compared, since
 * QEMU does not keep them; here they are checked against what they mean: FI is "this result is
 * inexact", which is XX after an instruction that began with XX = 0; FR is "its magnitude was
 * rounded up", which is a result that differs from the one rounded toward zero.
 */
#include "isa.h"

extern const struct op ops_two[], ops_three[], ops_one[], ops_record[], ops_fpscr[];

#define FPSCR_OX 0x10000000
#define FPSCR_XX 0x02000000
#define FPSCR_FR 0x00040000
#define FPSCR_FI 0x00020000
#define FPSCR_VE 0x80
#define FPSCR_OE 0x40
#define FPSCR_UE 0x20
#define FPSCR_ZE 0x10
#define FPSCR_XE 0x08

static const uint64_t edge[] = {
	0x0000000000000000ull,
	0x8000000000000000ull, /* zeros */
	0x3ff0000000000000ull,
	0xbff8000000000000ull, /* 1, -1.5 */
	0x3ff0000000000001ull,
	0x400921fb54442d18ull, /* 1 + ulp, pi */
	0x0000000000000001ull,
	0x800fffffffffffffull, /* subnormals */
	0x0010000000000000ull,
	0x7fefffffffffffffull, /* smallest normal, largest */
	0x7ff0000000000000ull,
	0xfff0000000000000ull, /* infinities */
	0x7ff8000000000123ull,
	0xfff4000000000456ull, /* a quiet and a signalling NaN */
	0x36a0000000000000ull,
	0xb810000000000000ull, /* single: smallest subnormal, -smallest normal */
	0x47efffffe0000000ull,
	0x47efffffefffffffull, /* single: largest, just under rounding over it */
	0x41dfffffffc00000ull,
	0xc1e0000000000000ull, /* 2^31-1, -2^31 */
	0x41e0000000000000ull,
	0x3fe0000000000000ull, /* 2^31, 0.5 */
	0x4340000000000000ull,
	0xc340000000000001ull, /* 2^53 */
	0x3cb0000000000000ull,
	0x3ff00000000fffffull,
};
#define EDGE (sizeof(edge) / sizeof(edge[0]))

/* For single-precision arithmetic, whose results are undefined for operands that are not single. */
static const uint64_t edge_single[] = {
	0x0000000000000000ull, 0x8000000000000000ull, /* zeros */
	0x3ff0000000000000ull, 0xbff8000000000000ull, /* 1, -1.5 */
	0x3ff0000020000000ull, 0x400921fb40000000ull, /* 1 + ulp, about pi */
	0x36a0000000000000ull, 0xb80fffffc0000000ull, /* subnormals */
	0x3810000000000000ull, 0x47efffffe0000000ull, /* smallest normal, largest */
	0x7ff0000000000000ull, 0xfff0000000000000ull, /* infinities */
	0x7ff8000020000000ull, 0xfff4000040000000ull, /* a quiet and a signalling NaN */
	0x37f0000000000000ull, 0xb810000000000000ull, /* small ones */
	0x47d0000000000000ull, 0xc7e5555540000000ull, /* large ones */
	0x41d0000000000000ull, 0xc1e0000000000000ull, /* 2^30, -2^31 */
	0x41e0000000000000ull, 0x3fe0000000000000ull, /* 2^31, 0.5 */
	0x4170000000000000ull, 0xc170000020000000ull, /* 2^24 */
	0x3e70000000000000ull, 0x3ff0001000000000ull,
};
_Static_assert(sizeof(edge) == sizeof(edge_single), "third() indexes both");

struct first {
	const char *name;
	uint64_t a, b, c;
	uint32_t mode, fpscr;
};

static unsigned int frfi_wrong, quiet_wrong, negated_wrong;
static struct first frfi_first, quiet_first, negated_first;

static void setup(struct op_regs *r, uint64_t a, uint64_t b, uint64_t c, uint32_t fpscr)
{
	memset(r, 0, sizeof(*r));
	r->f[0] = 0x123456789abcdef0ull;
	r->f[1] = a;
	r->f[2] = b;
	r->f[3] = c;
	r->fpscr = fpscr;
	r->fp = 1;
}

static bool is_single(const struct op *op)
{
	const char *n = op->name;

	while (*n && *n != ' ' && *n != '.')
		n++;
	return n[-1] == 's' && n[-3] != 'a'; /* not fabs, fnabs */
}

static bool is_frsp(const struct op *op)
{
	return op->name[1] == 'r';
}

/*
 * fctiw: the high word and FPRF are taken as undefined (no manual of the FPU says). A result that
 * is subnormal as a single but not as the double that holds it: QEMU 7.2 has FPRF for the latter.
 */
static void trim(const struct op *op, struct op_regs *r)
{
	uint32_t exponent = (uint32_t)(r->f[0] >> 52) & 0x7ff;

	if (op->name[1] == 'c' && op->name[2] == 't') {
		r->f[0] &= 0xffffffffull;
		r->fpscr &= ~0x1f000ull;
	} else if ((is_single(op) || is_frsp(op)) && exponent && exponent < 1023 - 126) {
		r->fpscr &= ~0x1f000ull;
	}
}

static void frfi(const struct op *op, const struct op_regs *r, uint64_t a, uint64_t b, uint64_t c,
		 uint32_t mode)
{
	struct op_regs z;
	uint32_t f = (uint32_t)r->fpscr;
	bool inexact = f & FPSCR_XX, up;

	if (f & FPSCR_OX)
		return; /* FR is undefined then */
	setup(&z, a, b, c, (mode & ~3u) | 1);
	run_op(op, &z);
	trim(op, &z);
	up = inexact && z.f[0] != r->f[0];
	if (inexact == !!(f & FPSCR_FI) && up == !!(f & FPSCR_FR))
		return;
	if (!frfi_wrong++)
		frfi_first = (struct first){ op->name, a, b, c, mode, f };
}

/* FPSCR[FEX] left over would interrupt as soon as MSR lets it. */
static void fpscr_clear(void)
{
	__asm__ volatile("mtfsfi 0,0; mtfsfi 1,0; mtfsfi 2,0; mtfsfi 3,0;"
			 "mtfsfi 4,0; mtfsfi 5,0; mtfsfi 6,0; mtfsfi 7,0");
}

/* What is enabled in FPSCR decides about results, whether MSR lets it interrupt or not. */
static void quiet(const struct op *op, const struct op_regs *r, uint64_t a, uint64_t b, uint64_t c,
		  uint32_t mode)
{
	struct op_regs q;

	setup(&q, a, b, c, mode);
	run_op(op, &q);
	trim(op, &q);
	q.fpscr &= ~(uint64_t)(FPSCR_FR | FPSCR_FI);
	if ((q.f[0] != r->f[0] || q.fpscr != r->fpscr) && !quiet_wrong++)
		quiet_first = (struct first){ op->name, a, b, c, mode, (uint32_t)q.fpscr };
}

static void one(const struct op *op, uint64_t a, uint64_t b, uint64_t c, uint32_t mode, bool show,
		uint32_t *hash)
{
	struct op_regs r;

	setup(&r, a, b, c, mode);
	trap_clear();
	fpscr_clear();
	if (mode & 0xf8)
		mtmsr(MSR_FP | MSR_FE0 | MSR_FE1);
	run_op(op, &r);
	trim(op, &r);
	if (!(mode & 0xf8) && op->name[1] != 's' && op->name[1] != 'm' && op->name[1] != 'n')
		frfi(op, &r, a, b, c, mode);
	r.fpscr &= ~(uint64_t)(FPSCR_FR | FPSCR_FI);
	if (mode & 0xf8) {
		mtmsr(MSR_FP);
		quiet(op, &r, a, b, c, mode);
	}
	if (show)
		print(" %016llx/%08x", r.f[0], (uint32_t)r.fpscr);
	*hash = fnv(fnv(fnv(*hash, (uint32_t)(r.f[0] >> 32)), (uint32_t)r.f[0]), (uint32_t)r.fpscr);
}

static uint64_t third(const uint64_t *from, unsigned int i, unsigned int j)
{
	return from[(i * 7 + j * 3 + 2) % EDGE];
}

static void table(const struct op *ops, unsigned int operands, uint32_t enable, bool terse)
{
	for (const struct op *op = ops; op->addr; op++)
		for (uint32_t mode = 0; mode < 4; mode++) {
			const uint64_t *from = is_single(op) ? edge_single : edge;
			uint32_t hash = FNV_START;

			if (op->name[1] == 'n' && op->name[2] == 'm' && mode > 1)
				continue; /* negated() looks at those; QEMU negates before it rounds
					   */
			for (unsigned int i = 0; i < EDGE; i++) {
				/* In full where rounding is to nearest, else as a hash of each row.
				 */
				bool show = !mode && !terse;
				uint32_t row = FNV_START;

				if (show)
					print("%s %x a%u:", op->name, enable, i);
				for (unsigned int j = 0; j < (operands == 1 ? 1 : EDGE); j++)
					one(op, from[i], from[j], third(from, i, j), mode | enable,
					    show, &row);
				hash = fnv(hash, row);
				if (show)
					print("\n");
				else
					print("%s %x%u a%u: %08x\n", op->name, enable, mode, i,
					      row);
			}
		}
}

static void conclude(const char *what, unsigned int wrong, const struct first *f)
{
	if (!wrong)
		print("%s: right\n", what);
	else
		print("%s: %u wrong, first %s of %016llx %016llx %016llx with %x: fpscr %08x\n",
		      what, wrong, f->name, f->a, f->b, f->c, f->mode, f->fpscr);
}

/* fnmadd and fnmsub are fmadd and fmsub rounded, then negated, but for NaNs. */
static void negated(const struct op *op, const struct op *positive)
{
	const uint64_t *from = is_single(op) ? edge_single : edge;

	for (uint32_t mode = 0; mode < 4; mode++)
		for (unsigned int i = 0; i < EDGE; i++)
			for (unsigned int j = 0; j < EDGE; j++) {
				struct op_regs n, p;
				uint64_t want;

				setup(&n, from[i], from[j], third(from, i, j), mode);
				p = n;
				run_op(op, &n);
				run_op(positive, &p);
				want = p.f[0];
				if ((want & 0x7fffffffffffffffull) <= 0x7ff0000000000000ull)
					want ^= 0x8000000000000000ull;
				if (n.f[0] != want && !negated_wrong++)
					negated_first =
						(struct first){ op->name, from[i],
								from[j],  third(from, i, j),
								mode,	  (uint32_t)n.fpscr };
			}
}

static void negations(void)
{
	for (unsigned int i = 0; i < 4; i++)
		negated(&ops_three[4 + i], &ops_three[i]);
	conclude("negated", negated_wrong, &negated_first);
}

/* An exception that was enabled in FPSCR alone comes when MSR lets it. */
static void delayed(void)
{
	struct op_regs r;
	uint32_t at;

	setup(&r, edge[10], edge[10], 0, FPSCR_VE);
	trap_clear();
	mtmsr(MSR_FP);
	run_op(&ops_two[2], &r);
	__asm__ volatile("lis %0,1f@ha; la %0,1f@l(%0); mtmsr %1; 1: isync; nop"
			 : "=&b"(at)
			 : "r"(MSR_FP | MSR_FE0)
			 : "memory");
	mtmsr(MSR_FP);
	fpscr_clear();
	print("delayed: n=%u vec=%u pc+%x pie=%x\n", trap_count, trap_log[0].vec,
	      trap_log[0].pc - at, trap_log[0].esr & 0x00010000);
}

static void interrupts(void)
{
	static const struct {
		const char *name;
		uint32_t enable;
		uint64_t a, b;
		unsigned int op;
	} t[] = {
		{ "invalid", FPSCR_VE, 0x7ff0000000000000ull, 0x7ff0000000000000ull, 2 },
		{ "zero divide", FPSCR_ZE, 0x3ff0000000000000ull, 0, 6 },
		{ "overflow", FPSCR_OE, 0x7fefffffffffffffull, 0x7fefffffffffffffull, 0 },
		{ "underflow", FPSCR_UE, 0x0010000000000000ull, 0x3fe0000000000000ull, 4 },
		{ "inexact", FPSCR_XE, 0x3ff0000000000000ull, 0x3c30000000000000ull, 0 },
		{ "signalling", FPSCR_VE, 0x7ff4000000000000ull, 0x3ff0000000000000ull, 4 },
		{ "none", 0, 0x7ff0000000000000ull, 0x7ff0000000000000ull, 2 },
	};
	static const uint32_t msrs[] = { 0, MSR_FE1, MSR_FE0, MSR_FE0 | MSR_FE1 };

	for (unsigned int i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		for (unsigned int m = 0; m < 4; m++) {
			struct op_regs r;

			setup(&r, t[i].a, t[i].b, 0, 0);
			trap_clear();
			/* The enables go in first, then MSR, so that only the instruction
			 * interrupts. */
			r.fpscr = t[i].enable;
			fpscr_clear();
			mtmsr(MSR_FP | msrs[m]);
			run_op(&ops_two[t[i].op], &r);
			/* the op's FPSCR has FEX set: no more interrupts here */
			mtmsr(MSR_FP);
			print("%s enabled, fe %u:", t[i].name, m);
			for (unsigned int k = 0; k < trap_count && k < 1; k++)
				print(" vec=%u pc+%x msr=%08x esr=%08x", trap_log[0].vec,
				      trap_log[0].pc - trap_base, trap_log[0].msr & MSR_SAVED,
				      trap_log[0].esr);
			print(" n=%u f0=%016llx fpscr=%08x\n", !!trap_count, r.f[0],
			      (uint32_t)r.fpscr & ~(uint32_t)(FPSCR_FR | FPSCR_FI));
		}
}

static void unavailable(void)
{
	struct op_regs r;

	mtmsr(0);
	for (int user = 0; user < 2; user++) {
		for (unsigned int i = 0; i < 3; i++) {
			const struct op *op = i == 0   ? &ops_two[0]
					      : i == 1 ? &ops_one[3]
						       : &ops_fpscr[0];

			setup(&r, 0, 0, 0, 0);
			r.fp = 0;
			r.user = (uint32_t)user;
			trap_clear();
			run_op(op, &r);
			print("unavailable %s %d:", op->name, user);
			trap_print();
			print("\n");
		}
	}
	mtmsr(MSR_FP);
}

void test_main(void)
{
	static const uint32_t patterns[] = { 0,		 0xfffff7ff, 0x60000000, 0x9ff80700,
					     0x000000f8, 0x01f80700, 0x1ffff0ff };

	mtmsr(MSR_FP);
	table(ops_two, 2, 0, false);
	table(ops_three, 3, 0, true);
	table(ops_one, 1, 0, false);
	table(ops_two, 2, FPSCR_VE | FPSCR_ZE, true);
	table(ops_one, 1, FPSCR_VE, true);
	table(ops_two, 2, FPSCR_OE | FPSCR_UE, true);
	for (const struct op *op = ops_record; op->addr; op++)
		for (unsigned int i = 0; i < EDGE; i++) {
			print("%s a%u:", op->name, i);
			for (unsigned int j = 0; j < EDGE; j += 3) {
				struct op_regs r;

				setup(&r, edge[i], edge[j], third(edge, i, j),
				      j & 1 ? FPSCR_XE : 0x90000000);
				run_op(op, &r);
				trim(op, &r);
				print(" %08x/%08x", r.cr,
				      (uint32_t)r.fpscr & ~(uint32_t)(FPSCR_FR | FPSCR_FI));
			}
			print("\n");
		}
	for (const struct op *op = ops_fpscr; op->addr; op++) {
		print("%s:", op->name);
		for (unsigned int i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++)
			for (unsigned int j = 0; j < 3; j++) {
				struct op_regs r;

				setup(&r, patterns[i], 0, 0, patterns[(i + j + 1) % 7]);
				run_op(op, &r);
				/* without the reserved bit 20 */
				print(" %08x/%08x", (uint32_t)r.fpscr & 0xfffff7ff, r.cr);
			}
		print("\n");
	}
	negations();
	interrupts();
	delayed();
	unavailable();
	conclude("frfi", frfi_wrong, &frfi_first);
	conclude("enabled, fe 0", quiet_wrong, &quiet_first);
}
