/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The interpreter's floating point against an oracle made of big integers: an exact result is a row
 * of words in units of 2^-2240, wide enough for any sum, product or fused product of doubles, and
 * what is rounded away is simply looked at. Each case checks value, FR, FI, FPRF and every
 * exception bit, in all rounding modes, with every exception enabled or not.
 */
#include "tests/unit/test.h"

#include "engine/soft/fpu.h"

#include <string.h>

#define WORDS 144  /* of 32 bits: 4608 */
#define UNIT  2240 /* bit that stands for 1 */

/* A magnitude; the least significant word first. */
struct big {
	uint32_t w[WORDS];
};

static bool big_is_zero(const struct big *b)
{
	for (int i = 0; i < WORDS; i++)
		if (b->w[i])
			return false;
	return true;
}

static int big_compare(const struct big *a, const struct big *b)
{
	for (int i = WORDS - 1; i >= 0; i--)
		if (a->w[i] != b->w[i])
			return a->w[i] < b->w[i] ? -1 : 1;
	return 0;
}

static struct big big_add(const struct big *a, const struct big *b)
{
	struct big r;
	uint64_t carry = 0;

	for (int i = 0; i < WORDS; i++) {
		carry += (uint64_t)a->w[i] + b->w[i];
		r.w[i] = (uint32_t)carry;
		carry >>= 32;
	}
	return r;
}

static struct big big_sub(const struct big *a, const struct big *b)
{
	struct big r;
	uint64_t borrow = 0;

	for (int i = 0; i < WORDS; i++) {
		uint64_t d = (uint64_t)a->w[i] - b->w[i] - borrow;

		r.w[i] = (uint32_t)d;
		borrow = d >> 63;
	}
	return r;
}

/* @x << @bit */
static struct big big_place(uint64_t x, int bit)
{
	struct big r = { { 0 } };

	for (int i = 0; i < 64; i++)
		if (x >> i & 1)
			r.w[(bit + i) / 32] |= 1u << (bit + i) % 32;
	return r;
}

static bool big_bit(const struct big *b, int bit)
{
	return bit >= 0 && b->w[bit / 32] >> bit % 32 & 1;
}

static int big_top(const struct big *b)
{
	for (int i = WORDS * 32 - 1; i >= 0; i--)
		if (big_bit(b, i))
			return i;
	return -1;
}

/* Whether any bit below @bit is set. */
static bool big_any_below(const struct big *b, int bit)
{
	for (int i = 0; i < bit; i++)
		if (big_bit(b, i))
			return true;
	return false;
}

/* Significand and exponent of a finite double: x = m * 2^e. */
static uint64_t parts(uint64_t x, int *ret_e)
{
	int e = (int)(x >> 52 & 0x7ff);

	*ret_e = (e ? e : 1) - 1075;
	return (x & FPU_FRAC) | (e ? 1ull << 52 : 0);
}

/* An exact real number, and whether a little more is to be added to its magnitude (a quotient). */
struct exact {
	bool sign, more;
	struct big m;
};

static struct exact from_double(uint64_t x)
{
	struct exact r = { .sign = x >> 63 };
	int e;
	uint64_t m = parts(x, &e);

	r.m = big_place(m, UNIT + e);
	return r;
}

static struct exact add(const struct exact *a, const struct exact *b)
{
	struct exact r = *a;

	if (a->sign == b->sign) {
		r.m = big_add(&a->m, &b->m);
	} else if (big_compare(&a->m, &b->m) >= 0) {
		r.m = big_sub(&a->m, &b->m);
	} else {
		r.m = big_sub(&b->m, &a->m);
		r.sign = b->sign;
	}
	return r;
}

static struct exact multiply(uint64_t a, uint64_t b)
{
	struct exact r = { .sign = (a ^ b) >> 63 };
	int ea, eb;
	uint64_t ma = parts(a, &ea), mb = parts(b, &eb);

	for (int i = 0; i < 53; i++)
		if (mb >> i & 1) {
			struct big part = big_place(ma, UNIT + ea + eb + i);

			r.m = big_add(&r.m, &part);
		}
	return r;
}

/* Schoolbook division, 120 bits of quotient. */
static struct exact divide(uint64_t a, uint64_t b)
{
	struct exact r = { .sign = (a ^ b) >> 63 };
	int ea, eb;
	uint64_t ma = parts(a, &ea), mb = parts(b, &eb), rest = 0;

	for (int i = 52; i >= -120; i--) {
		rest = rest << 1 | (i >= 0 ? ma >> i & 1 : 0);
		if (rest >= mb) {
			struct big bit = big_place(1, UNIT + ea - eb + i);

			rest -= mb;
			r.m = big_add(&r.m, &bit);
		}
	}
	r.more = rest;
	return r;
}

struct outcome {
	bool written;
	uint64_t value;
	uint32_t fpscr;
};

static uint32_t raise(uint32_t before, uint32_t bits)
{
	uint32_t after = before | bits;

	if (bits & ~before)
		after |= FPSCR_FX;
	after &= ~(FPSCR_VX | FPSCR_FEX);
	if (after & FPSCR_VX_ALL)
		after |= FPSCR_VX;
	if ((after & FPSCR_VX && after & FPSCR_VE) || (after & FPSCR_OX && after & FPSCR_OE) ||
	    (after & FPSCR_UX && after & FPSCR_UE) || (after & FPSCR_ZX && after & FPSCR_ZE) ||
	    (after & FPSCR_XX && after & FPSCR_XE))
		after |= FPSCR_FEX;
	return after;
}

static uint32_t class_of(uint64_t x, bool single)
{
	bool sign = x >> 63;
	unsigned int e = x >> 52 & 0x7ff;

	if (fpu_is_nan(x))
		return 0x11000;
	if (fpu_is_inf(x))
		return sign ? 0x09000 : 0x05000;
	if (fpu_is_zero(x))
		return sign ? 0x12000 : 0x02000;
	if (!e || (single && e < 1023 - 126))
		return sign ? 0x18000 : 0x14000;
	return sign ? 0x08000 : 0x04000;
}

/* Rounds |r| at bit @ulp: the kept bits as a multiple of it, FR and FI. */
static struct big round_at(const struct exact *r, int ulp, unsigned int rn, bool *ret_fr,
			   bool *ret_fi)
{
	struct big kept = r->m, one = big_place(1, ulp);
	bool half = big_bit(&r->m, ulp - 1), low = big_any_below(&r->m, ulp - 1) || r->more, up;

	for (int i = 0; i < ulp; i++)
		kept.w[i / 32] &= ~(1u << i % 32);
	*ret_fi = half || low;
	switch (rn) {
	case 0: up = half && (low || big_bit(&r->m, ulp)); break;
	case 1: up = false; break;
	case 2: up = *ret_fi && !r->sign; break;
	default: up = *ret_fi && r->sign; break;
	}
	*ret_fr = up;
	return up ? big_add(&kept, &one) : kept;
}

/* A kept magnitude, times 2^@adjust, as a double. */
static uint64_t to_double(bool sign, const struct big *m, int adjust)
{
	int top = big_top(m), e;
	uint64_t sig = 0;

	if (top < 0)
		return (uint64_t)sign << 63;
	e = top - UNIT + adjust;
	if (e < -1022) {
		for (int i = 0; i < 52; i++)
			sig |= (uint64_t)big_bit(m, UNIT - adjust - 1074 + i) << i;
		return (uint64_t)sign << 63 | sig;
	}
	for (int i = 0; i < 52; i++)
		sig |= (uint64_t)big_bit(m, top - 52 + i) << i;
	return (uint64_t)sign << 63 | (uint64_t)(e + 1023) << 52 | sig;
}

/* What the manual says becomes of the exact result @r that is not zero. */
static struct outcome rounded(uint32_t fpscr, const struct exact *r, bool single)
{
	const int p = single ? 24 : 53, emin = single ? -126 : -1022, emax = single ? 127 : 1023;
	const int adjust = single ? 192 : 1536;
	unsigned int rn = fpscr & FPSCR_RN;
	struct outcome o = { .written = true };
	int e = big_top(&r->m) - UNIT, ulp, by = 0;
	bool tiny = e < emin, fr, fi;
	uint32_t bits = 0;
	struct big kept;

	ulp = tiny && !(fpscr & FPSCR_UE) ? UNIT + emin - p + 1 : UNIT + e - p + 1;
	kept = round_at(r, ulp, rn, &fr, &fi);
	fpscr &= ~(FPSCR_FR | FPSCR_FI | FPSCR_FPRF);
	if (tiny && fpscr & FPSCR_UE) {
		bits |= FPSCR_UX;
		by = adjust;
	} else if (tiny && fi) {
		bits |= FPSCR_UX;
	}
	if (big_top(&kept) - UNIT > emax) {
		bits |= FPSCR_OX;
		if (!(fpscr & FPSCR_OE)) {
			bool inf = rn == 0 || (rn == 2 && !r->sign) || (rn == 3 && r->sign);

			o.value = (uint64_t)r->sign << 63 | (inf      ? FPU_EXP
							     : single ? 0x47efffffe0000000ull
								      : 0x7fefffffffffffffull);
			/* FR is undefined here; the implementation's own choice is in fpu.h. */
			o.fpscr = raise(fpscr | FPSCR_FI | (inf ? FPSCR_FR : 0), bits | FPSCR_XX) |
				  class_of(o.value, single);
			return o;
		}
		by = -adjust;
	}
	if (fi)
		bits |= FPSCR_XX;
	o.value = to_double(r->sign, &kept, by);
	o.fpscr = raise(fpscr | (fr ? FPSCR_FR : 0) | (fi ? FPSCR_FI : 0), bits) |
		  class_of(o.value, single);
	return o;
}

static struct outcome exactly(uint32_t fpscr, uint64_t value)
{
	struct outcome o = { .written = true, .value = value };

	o.fpscr = (fpscr & ~(FPSCR_FR | FPSCR_FI | FPSCR_FPRF)) | class_of(value, false);
	return o;
}

static struct outcome invalid(uint32_t fpscr, uint32_t vx, uint64_t nan)
{
	struct outcome o = { .written = !(fpscr & FPSCR_VE), .value = nan | FPU_QUIET };

	o.fpscr = raise(fpscr & ~(FPSCR_FR | FPSCR_FI), vx);
	if (!vx)
		o.written = true;
	if (o.written)
		o.fpscr = (o.fpscr & ~FPSCR_FPRF) | 0x11000;
	return o;
}

static uint64_t zero_of_sum(uint32_t fpscr)
{
	return (fpscr & FPSCR_RN) == 3 ? FPU_SIGN : 0;
}

static uint32_t snan(uint64_t x)
{
	return fpu_is_snan(x) ? FPSCR_VXSNAN : 0;
}

enum operation { ADD, SUB, MUL, DIV, MADD, MSUB, NMADD, NMSUB, OPERATIONS };
static const char *const operation_names[] = { "add",  "sub",  "mul",	"div",
					       "madd", "msub", "nmadd", "nmsub" };

/* a * c + b, with every special case of its own. */
static struct outcome expect_madd(uint32_t fpscr, uint64_t a, uint64_t c, uint64_t b, bool single)
{
	bool imz = (fpu_is_inf(a) && fpu_is_zero(c)) || (fpu_is_zero(a) && fpu_is_inf(c));
	uint64_t sign = (a ^ c) & FPU_SIGN;
	struct exact p, eb, s;

	if (imz)
		return invalid(fpscr, FPSCR_VXIMZ, FPU_DEFAULT_NAN);
	if (fpu_is_inf(a) || fpu_is_inf(c)) {
		if (fpu_is_inf(b) && (b & FPU_SIGN) != sign)
			return invalid(fpscr, FPSCR_VXISI, FPU_DEFAULT_NAN);
		return exactly(fpscr, sign | FPU_EXP);
	}
	if (fpu_is_inf(b))
		return exactly(fpscr, b);
	p = multiply(a, c);
	eb = from_double(b);
	s = add(&p, &eb);
	if (!big_is_zero(&s.m))
		return rounded(fpscr, &s, single);
	if (big_is_zero(&p.m) && sign == (b & FPU_SIGN))
		return exactly(fpscr, b);
	return exactly(fpscr, zero_of_sum(fpscr));
}

static struct outcome expect_nan(enum operation op, uint32_t fpscr, uint64_t a, uint64_t b,
				 uint64_t c)
{
	bool imz = (fpu_is_inf(a) && fpu_is_zero(c)) || (fpu_is_zero(a) && fpu_is_inf(c));

	if (op == MUL)
		return invalid(fpscr, snan(a) | snan(c), fpu_is_nan(a) ? a : c);
	if (op < MADD)
		return invalid(fpscr, snan(a) | snan(b), fpu_is_nan(a) ? a : b);
	return invalid(fpscr, snan(a) | snan(b) | snan(c) | (imz ? FPSCR_VXIMZ : 0),
		       fpu_is_nan(a)   ? a
		       : fpu_is_nan(b) ? b
				       : c);
}

static struct outcome expect_add(uint32_t fpscr, uint64_t a, uint64_t b, bool single)
{
	struct exact ea, eb, s;

	if (fpu_is_inf(a) && fpu_is_inf(b) && a != b)
		return invalid(fpscr, FPSCR_VXISI, FPU_DEFAULT_NAN);
	if (fpu_is_inf(a) || fpu_is_inf(b))
		return exactly(fpscr, fpu_is_inf(a) ? a : b);
	ea = from_double(a);
	eb = from_double(b);
	s = add(&ea, &eb);
	if (!big_is_zero(&s.m))
		return rounded(fpscr, &s, single);
	return exactly(fpscr, a == b ? a : zero_of_sum(fpscr));
}

static struct outcome expect_mul(uint32_t fpscr, uint64_t a, uint64_t c, bool single)
{
	uint64_t sign = (a ^ c) & FPU_SIGN;
	struct exact p;

	if (fpu_is_inf(a) || fpu_is_inf(c)) {
		if (fpu_is_zero(a) || fpu_is_zero(c))
			return invalid(fpscr, FPSCR_VXIMZ, FPU_DEFAULT_NAN);
		return exactly(fpscr, sign | FPU_EXP);
	}
	p = multiply(a, c);
	return big_is_zero(&p.m) ? exactly(fpscr, sign) : rounded(fpscr, &p, single);
}

static struct outcome expect_div(uint32_t fpscr, uint64_t a, uint64_t b, bool single)
{
	uint64_t sign = (a ^ b) & FPU_SIGN;
	struct outcome o;
	struct exact q;

	if (fpu_is_inf(a) && fpu_is_inf(b))
		return invalid(fpscr, FPSCR_VXIDI, FPU_DEFAULT_NAN);
	if (fpu_is_zero(a) && fpu_is_zero(b))
		return invalid(fpscr, FPSCR_VXZDZ, FPU_DEFAULT_NAN);
	if (fpu_is_inf(a))
		return exactly(fpscr, sign | FPU_EXP);
	if (fpu_is_zero(a) || fpu_is_inf(b))
		return exactly(fpscr, sign);
	if (!fpu_is_zero(b)) {
		q = divide(a, b);
		return rounded(fpscr, &q, single);
	}
	fpscr &= ~(FPSCR_FR | FPSCR_FI);
	if (fpscr & FPSCR_ZE) {
		o = (struct outcome){ .fpscr = raise(fpscr, FPSCR_ZX) };
		return o;
	}
	return exactly(raise(fpscr, FPSCR_ZX), sign | FPU_EXP);
}

static struct outcome expect(enum operation op, uint32_t fpscr, uint64_t a, uint64_t b, uint64_t c,
			     bool single)
{
	struct outcome o;
	bool nan = fpu_is_nan(a) || (op != MUL && fpu_is_nan(b)) ||
		   (op != ADD && op != SUB && op != DIV && fpu_is_nan(c));

	if (nan)
		return expect_nan(op, fpscr, a, b, c);
	switch (op) {
	case ADD: return expect_add(fpscr, a, b, single);
	case SUB: return expect_add(fpscr, a, b ^ FPU_SIGN, single);
	case MUL: return expect_mul(fpscr, a, c, single);
	case DIV: return expect_div(fpscr, a, b, single);
	default: break;
	}
	o = expect_madd(fpscr, a, c, op == MSUB || op == NMSUB ? b ^ FPU_SIGN : b, single);
	if ((op == NMADD || op == NMSUB) && o.written && !fpu_is_nan(o.value)) {
		bool denormal = (o.fpscr & FPSCR_FPRF) == 0x14000 ||
				(o.fpscr & FPSCR_FPRF) == 0x18000;

		o.value ^= FPU_SIGN;
		o.fpscr = (o.fpscr & ~FPSCR_FPRF) | class_of(o.value, denormal);
	}
	return o;
}

static struct outcome compute(enum operation op, uint32_t fpscr, uint64_t a, uint64_t b, uint64_t c,
			      bool single)
{
	struct outcome o = { .fpscr = fpscr };

	switch (op) {
	case ADD: o.written = fpu_add(&o.fpscr, a, b, single, &o.value); break;
	case SUB: o.written = fpu_sub(&o.fpscr, a, b, single, &o.value); break;
	case MUL: o.written = fpu_mul(&o.fpscr, a, c, single, &o.value); break;
	case DIV: o.written = fpu_div(&o.fpscr, a, b, single, &o.value); break;
	default:
		o.written = fpu_madd(&o.fpscr, a, c, b,
				     (op == MSUB || op == NMSUB ? FPU_MADD_SUB : 0) |
					     (op == NMADD || op == NMSUB ? FPU_MADD_NEGATE : 0),
				     single, &o.value);
	}
	return o;
}

static void check(enum operation op, uint32_t fpscr, uint64_t a, uint64_t b, uint64_t c,
		  bool single)
{
	struct outcome want = expect(op, fpscr, a, b, c, single);
	struct outcome got = compute(op, fpscr, a, b, c, single);

	if (got.written == want.written && got.fpscr == want.fpscr &&
	    (!want.written || got.value == want.value))
		return;
	test_context("%s%s a %016llx b %016llx c %016llx fpscr %08x", operation_names[op],
		     single ? "s" : "", (unsigned long long)a, (unsigned long long)b,
		     (unsigned long long)c, fpscr);
	CHECK_EQ(got.written, want.written);
	if (want.written)
		CHECK_EQ(got.value, want.value);
	CHECK_EQ(got.fpscr, want.fpscr);
}

/* Zeros, ends of ranges, units in the last place, halves of them, NaNs. */
static const uint64_t specials[] = {
	0x0000000000000000, 0x8000000000000000, 0x3ff0000000000000, 0xbff0000000000000,
	0x3ff0000000000001, 0x3fefffffffffffff, 0x3ca0000000000000, 0x3c90000000000001,
	0xbca0000000000000, 0x4000000000000000, 0x4008000000000000, 0x7fefffffffffffff,
	0xffefffffffffffff, 0x0010000000000000, 0x8010000000000001, 0x000fffffffffffff,
	0x0000000000000001, 0x8000000000000001, 0x1ff0000000000000, 0x20000000deadbeef,
	0x7ff0000000000000, 0xfff0000000000000, 0x7ff8000000000123, 0x7ff0000000000001,
	0xfff4000000000000, 0x47efffffe0000000, 0x3810000000000000, 0x36a0000000000000,
	0xb80fffffc0000000, 0x3e60000000000000, 0x5fe0000000000000, 0x43e0000000000000,
};
#define SPECIALS (sizeof(specials) / sizeof(specials[0]))

/* Rounding mode from the low bits of @n, enables from the others. */
static uint32_t mode(unsigned int n)
{
	static const uint32_t enables[] = { 0,	      0xf8,	FPSCR_UE, FPSCR_OE,
					    FPSCR_VE, FPSCR_ZE, FPSCR_XE };

	return (n & 3) | enables[n / 4 % 7];
}

static bool is_single(uint64_t x)
{
	return fpu_is_nan(x) ? !(x & 0x1fffffff) : fpu_from_single(fpu_to_single(x)) == x;
}

static void special_operands(void)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < SPECIALS; i++)
		for (unsigned int j = 0; j < SPECIALS; j++)
			for (unsigned int op = ADD; op <= DIV; op++, n++)
				for (unsigned int rn = 0; rn < 4; rn++) {
					uint64_t a = specials[i], b = specials[j];

					check((enum operation)op, mode(4 * n + rn), a, b, b, false);
					check((enum operation)op, rn, a, b, b, false);
					if (is_single(a) && is_single(b))
						check((enum operation)op, mode(4 * n + rn), a, b, b,
						      true);
				}
	CHECK(n > 0);
}

static void special_fused(void)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < SPECIALS; i++)
		for (unsigned int j = 0; j < SPECIALS; j++)
			for (unsigned int k = 0; k < SPECIALS; k++, n++) {
				uint64_t a = specials[i], b = specials[j], c = specials[k];
				enum operation op = (enum operation)(MADD + n % 4);

				check(op, mode(n / 4), a, b, c, false);
				if (is_single(a) && is_single(b) && is_single(c))
					check(op, mode(n / 4), a, b, c, true);
			}
	CHECK(n > 0);
}

static uint64_t seed = 440;

static uint64_t random64(void)
{
	seed ^= seed >> 12;
	seed ^= seed << 25;
	seed ^= seed >> 27;
	return seed * 0x2545f4914f6cdd1dull;
}

/* Fractions with long runs, exponents near each other or near an end. */
static uint64_t random_double(bool single)
{
	uint64_t r = random64(), frac = random64() & FPU_FRAC, e;

	if (r & 1)
		frac = ((r & 2 ? FPU_FRAC : 0) ^ (1ull << (random64() % 52))) & FPU_FRAC;
	switch (r >> 2 & 3) {
	case 0: e = single ? 1023 - 126 + random64() % 6 : random64() % 60; break;
	case 1: e = single ? 1023 + 127 - random64() % 6 : 2046 - random64() % 60; break;
	default: e = 1023 - 8 + random64() % 16; break;
	}
	if (single)
		frac &= ~0x1fffffffull;
	return (r & 16 ? FPU_SIGN : 0) | e << 52 | frac;
}

static void random_operands(void)
{
	for (unsigned int n = 0; n < 30000; n++) {
		bool single = n & 1;
		uint64_t a = random_double(single), b = random_double(single),
			 c = random_double(single);

		check((enum operation)(n / 2 % OPERATIONS), mode(n / 16), a, b, c, single);
	}
	CHECK(true);
}

static void rounding_to_single(void)
{
	for (unsigned int n = 0; n < 4000; n++) {
		uint64_t x = n < SPECIALS * 28 ? specials[n % SPECIALS] : random_double(n & 1);
		uint32_t before = mode(n / SPECIALS);
		struct outcome got = { .fpscr = before }, want;
		struct exact e;

		got.written = fpu_round_single(&got.fpscr, x, &got.value);
		if (fpu_is_nan(x)) {
			want = invalid(before, snan(x), x & ~0x1fffffffull);
		} else if (fpu_is_inf(x) || fpu_is_zero(x)) {
			want = exactly(before, x);
		} else {
			e = from_double(x);
			want = rounded(before, &e, true);
			/* Far beyond the range even the adjusted exponent is none of single's:
			 * undefined. */
			if (before & (FPSCR_OE | FPSCR_UE) && want.fpscr & (FPSCR_OX | FPSCR_UX))
				continue;
		}
		test_context("frsp %016llx fpscr %08x", (unsigned long long)x, before);
		CHECK_EQ(got.written, want.written);
		if (want.written)
			CHECK_EQ(got.value, want.value);
		CHECK_EQ(got.fpscr, want.fpscr);
	}
}

/* The nearest words by the same big integers, rounded at the bit of 1. */
static void conversion_to_word(void)
{
	for (unsigned int n = 0; n < 4000; n++) {
		uint64_t x = n < 1000 ? specials[n % SPECIALS] : random_double(false),
			 got_value = 1;
		uint32_t before = n / 8 % 4 | (n & 1 ? FPSCR_VE : 0), got = before, want;
		bool truncate = n & 4, written = fpu_to_word(&got, x, truncate, &got_value), fr, fi,
		     bad;
		struct exact e;
		int64_t value = 0;

		test_context("fctiw%s %016llx fpscr %08x", truncate ? "z" : "",
			     (unsigned long long)x, before);
		bad = fpu_is_nan(x) || fpu_is_inf(x);
		if (!bad) {
			struct big kept;

			e = from_double(x);
			kept = round_at(&e, UNIT, truncate ? 1 : before & 3, &fr, &fi);
			bad = big_top(&kept) > UNIT + 31;
			for (int i = 0; !bad && i < 32; i++)
				value |= (int64_t)big_bit(&kept, UNIT + i) << i;
			value = x >> 63 ? -value : value;
			bad = bad || value > 0x7fffffffll || value < -0x80000000ll;
		}
		if (bad) {
			want = raise(before, FPSCR_VXCVI | snan(x));
			CHECK_EQ(written, !(before & FPSCR_VE));
			CHECK_EQ(got & ~FPSCR_FPRF, want);
			if (written)
				CHECK_EQ((uint32_t)got_value,
					 fpu_is_nan(x) || x >> 63 ? 0x80000000u : 0x7fffffffu);
			continue;
		}
		want = raise(before | (fr ? FPSCR_FR : 0) | (fi ? FPSCR_FI : 0), fi ? FPSCR_XX : 0);
		CHECK_EQ(got, want);
		CHECK_EQ((uint32_t)got_value, (uint32_t)value);
	}
}

static void comparison(void)
{
	for (unsigned int i = 0; i < SPECIALS; i++)
		for (unsigned int j = 0; j < SPECIALS; j++)
			for (unsigned int n = 0; n < 4; n++) {
				uint64_t a = specials[i], b = specials[j];
				bool ordered = n & 1, nan = fpu_is_nan(a) || fpu_is_nan(b);
				uint32_t before = 0x10000 | (n & 2 ? FPSCR_VE : 0), got = before,
					 vx = 0;
				unsigned int want, cr = fpu_compare(&got, a, b, ordered);
				struct exact ea, eb, d;

				test_context("fcmp%c %016llx %016llx", ordered ? 'o' : 'u',
					     (unsigned long long)a, (unsigned long long)b);
				if (nan) {
					want = 1;
					vx = snan(a) | snan(b);
					if (ordered && (!vx || !(before & FPSCR_VE)))
						vx |= FPSCR_VXVC;
				} else if (fpu_is_inf(a) || fpu_is_inf(b)) {
					want = a == b					? 2
					       : (fpu_is_inf(a) ? !(a >> 63) : b >> 63) ? 4
											: 8;
				} else {
					ea = from_double(a);
					eb = from_double(b ^ FPU_SIGN);
					d = add(&ea, &eb);
					want = big_is_zero(&d.m) ? 2 : d.sign ? 8 : 4;
				}
				CHECK_EQ(cr, want);
				CHECK_EQ(got, raise(before, vx) | want << 12);
			}
}

/* Loads and stores of singles change nothing that is a single. */
static void storage_format(void)
{
	for (unsigned int n = 0; n < 100000; n++) {
		uint32_t s = (uint32_t)(random64() >> 32);

		if (n & 1)
			s &= 0x807fffff; /* denormal ones */
		test_context("single %08x", s);
		if (fpu_to_single(fpu_from_single(s)) != s)
			CHECK_EQ(fpu_to_single(fpu_from_single(s)), s);
	}
	CHECK_EQ(fpu_from_single(1), 0x36a0000000000000);
	CHECK_EQ(fpu_from_single(0x3f800000), 0x3ff0000000000000);
	CHECK_EQ(fpu_from_single(0xff800001), 0xfff0000020000000);
	/* stfs of a double in single's denormal range shifts and drops bits, as in QEMU. */
	CHECK_EQ(fpu_to_single(0x3800000000000000), 0x00400000);
	CHECK_EQ(fpu_to_single(0xb6afffffffffffff), 0x80000001);
}

static void status_register(void)
{
	uint32_t f = 0;

	fpu_set_bit(&f, 1);
	fpu_set_bit(&f, 2);
	fpu_set_bit(&f, 20);
	CHECK_EQ(f, 0);
	fpu_set_bit(&f, 7); /* VXSNAN: new, so FX; and the summary */
	CHECK_EQ(f, FPSCR_FX | FPSCR_VX | FPSCR_VXSNAN);
	fpu_set_bit(&f, 24); /* VE */
	CHECK_EQ(f, FPSCR_FX | FPSCR_FEX | FPSCR_VX | FPSCR_VXSNAN | FPSCR_VE);
	fpu_clear_bit(&f, 0);
	fpu_set_bit(&f, 7); /* not new */
	CHECK_EQ(f, FPSCR_FEX | FPSCR_VX | FPSCR_VXSNAN | FPSCR_VE);
	CHECK_EQ(fpu_mcrfs(&f, 1), 1);
	CHECK_EQ(f, FPSCR_VE);
	fpu_write(&f, 0xffffffff, 0xf0000000); /* FX and OX; FEX and VX follow from the rest */
	CHECK_EQ(f, FPSCR_FX | FPSCR_OX | FPSCR_VE);
	fpu_write(&f, 0xffffffff, 0xffffffff);
	CHECK_EQ(f, 0xfffff7ff);
	CHECK_EQ(fpu_mcrfs(&f, 3), 15);
	CHECK_EQ(f & 0x000f0000, 0x00070000); /* VXVC goes, FR, FI and C stay */
	fpu_write(&f, 0, 0xffffffff);
	CHECK_EQ(f, 0);
}

static void estimates(void)
{
	for (unsigned int n = 0; n < 20000; n++) {
		uint64_t x = random_double(true) & ~FPU_SIGN, r = 0, back = 0;
		uint32_t f = FPSCR_XX, g = 0;

		test_context("of %016llx", (unsigned long long)x);
		CHECK(fpu_reciprocal(&f, x, &r));
		CHECK(f & FPSCR_XX);
		/* x * fres(x) lies within 1/256 of 1 unless the result left single's range. */
		if (!(f & (FPSCR_OX | FPSCR_UX))) {
			fpu_mul(&g, x, r, false, &back);
			CHECK(back > 0x3fefe00000000000 && back < 0x3ff0100000000000);
		}
		f = 0;
		CHECK(fpu_rsqrt(&f, x, &r));
		CHECK_EQ(f, 0x4000);
		/* x * frsqrte(x)^2 within 1/16. */
		fpu_mul(&g, r, r, false, &back);
		fpu_mul(&g, back, x, false, &back);
		CHECK(back > 0x3fee000000000000 && back < 0x3ff1000000000000);
	}
}

static void estimates_of_specials(void)
{
	static const struct {
		uint64_t x, fres, rsqrt;
		uint32_t fres_fpscr, rsqrt_fpscr;
	} rows[] = {
		{ 0, FPU_EXP, FPU_EXP, FPSCR_FX | FPSCR_ZX | 0x5000, FPSCR_FX | FPSCR_ZX | 0x5000 },
		{ FPU_SIGN, FPU_SIGN | FPU_EXP, FPU_SIGN | FPU_EXP, FPSCR_FX | FPSCR_ZX | 0x9000,
		  FPSCR_FX | FPSCR_ZX | 0x9000 },
		{ FPU_EXP, 0, 0, 0x2000, 0x2000 },
		{ FPU_SIGN | FPU_EXP, FPU_SIGN, FPU_DEFAULT_NAN, 0x12000,
		  FPSCR_FX | FPSCR_VX | FPSCR_VXSQRT | 0x11000 },
		{ 0xbff0000000000000, 0xbff0000000000000, FPU_DEFAULT_NAN, 0x8000,
		  FPSCR_FX | FPSCR_VX | FPSCR_VXSQRT | 0x11000 },
		{ 0x7ff4000000000000, 0x7ffc000000000000, 0x7ffc000000000000,
		  FPSCR_FX | FPSCR_VX | FPSCR_VXSNAN | 0x11000,
		  FPSCR_FX | FPSCR_VX | FPSCR_VXSNAN | 0x11000 },
	};

	for (unsigned int i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint64_t r = 1;
		uint32_t f = 0;

		test_context("of %016llx", (unsigned long long)rows[i].x);
		CHECK(fpu_reciprocal(&f, rows[i].x, &r));
		CHECK_EQ(r, rows[i].fres);
		CHECK_EQ(f, rows[i].fres_fpscr);
		f = 0;
		CHECK(fpu_rsqrt(&f, rows[i].x, &r));
		CHECK_EQ(r, rows[i].rsqrt);
		CHECK_EQ(f, rows[i].rsqrt_fpscr);
	}
}

static const struct test_case cases[] = {
	TEST_CASE(special_operands),	  TEST_CASE(special_fused),	 TEST_CASE(random_operands),
	TEST_CASE(rounding_to_single),	  TEST_CASE(conversion_to_word), TEST_CASE(comparison),
	TEST_CASE(storage_format),	  TEST_CASE(status_register),	 TEST_CASE(estimates),
	TEST_CASE(estimates_of_specials),
};

TEST_MAIN(cases)
