/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Arithmetic: an operation unpacks its operands, computes a significand of 64 bits whose last one
 * is sticky ("jammed": the OR of all that was below it), and one function rounds, packs and sets
 * FPSCR.
 */
#include "fpu.h"

#define FPRF_INF      0x05000u /* of a positive number; FL instead of FG makes it negative */
#define FPRF_NORMAL   0x04000u
#define FPRF_DENORM   0x14000u
#define FPRF_ZERO     0x02000u
#define FPRF_NEG_ZERO 0x12000u
#define FPRF_FL	      0x08000u
#define FPRF_FG	      0x04000u

/* A finite number other than zero: (-1)^sign * sig / 2^63 * 2^exp, top bit of sig set. */
struct number {
	bool sign;
	int exp;
	uint64_t sig;
};

struct wide {
	uint64_t hi, lo;
};

uint32_t fpu_summary(uint32_t f)
{
	f &= ~(FPSCR_VX | FPSCR_FEX);
	if (f & FPSCR_VX_ALL)
		f |= FPSCR_VX;
	/* VX OX UX ZX XX stand 22 bits above VE OE UE ZE XE. */
	if (f >> 22 & f & (FPSCR_VE | FPSCR_OE | FPSCR_UE | FPSCR_ZE | FPSCR_XE))
		f |= FPSCR_FEX;
	return f;
}

/* Sets exception bits; where one is new FX, and the two summaries, which are right otherwise. */
static void raise(uint32_t *fpscr, uint32_t bits)
{
	if (bits & ~*fpscr)
		*fpscr = fpu_summary(*fpscr | bits | FPSCR_FX);
}

/* An invalid operation: whether the result is to be written all the same. */
bool fpu_invalid(uint32_t *fpscr, uint32_t bits)
{
	*fpscr &= ~(FPSCR_FR | FPSCR_FI);
	raise(fpscr, bits);
	return !(*fpscr & FPSCR_VE);
}

static void set_fprf(uint32_t *fpscr, uint32_t fprf, bool sign)
{
	/* FG becomes FL for a negative number. Zero and NaN have their own codes. */
	if (sign && fprf & FPRF_FG)
		fprf ^= FPRF_FG | FPRF_FL;
	*fpscr = (*fpscr & ~FPSCR_FPRF) | fprf;
}

/* A result that is exact and needs no rounding: zero or infinity. */
static bool exact(uint32_t *fpscr, uint64_t x, uint64_t *ret)
{
	bool sign = x >> 63;

	*fpscr &= ~(FPSCR_FR | FPSCR_FI);
	if (fpu_is_inf(x))
		set_fprf(fpscr, FPRF_INF, sign);
	else
		set_fprf(fpscr, sign ? FPRF_NEG_ZERO : FPRF_ZERO, false);
	*ret = x;
	return true;
}

/* A NaN as the result; @vx are the invalid operations that led to it, 0 for none. */
static bool nan_result(uint32_t *fpscr, uint64_t nan, uint32_t vx, uint64_t *ret)
{
	if (!fpu_invalid(fpscr, vx) && vx)
		return false;
	set_fprf(fpscr, FPSCR_FPRF_QNAN, false);
	*ret = nan | FPU_QUIET;
	return true;
}

static uint32_t snan_bit(uint64_t x)
{
	return fpu_is_snan(x) ? FPSCR_VXSNAN : 0;
}

static struct number unpack(uint64_t x)
{
	struct number n = { .sign = x >> 63, .exp = (int)(x >> 52 & 0x7ff), .sig = x << 11 };
	int shift;

	if (n.exp) {
		n.exp -= 1023;
		n.sig |= FPU_SIGN;
		return n;
	}
	shift = __builtin_clzll(n.sig);
	n.sig <<= shift;
	n.exp = -1022 - shift;
	return n;
}

static uint64_t shift_jam(uint64_t sig, int n)
{
	if (n <= 0)
		return sig;
	if (n > 63)
		return sig != 0;
	return sig >> n | ((sig & ((1ull << n) - 1)) != 0);
}

/* Whether the magnitude grows when @rest (below @half * 2) is rounded away after an @odd last bit.
 */
static bool rounds_up(uint32_t fpscr, bool sign, uint64_t rest, uint64_t half, bool odd)
{
	switch (fpscr & FPSCR_RN) {
	case 0: return rest > half || (rest == half && odd);
	case 1: return false;
	case 2: return !sign && rest;
	default: return sign && rest;
	}
}

/* The bits of a double whose value is sig / 2^63 * 2^exp exactly; sig may lack its top bit. */
static uint64_t pack(bool sign, int exp, uint64_t sig)
{
	uint64_t top = (uint64_t)sign << 63;
	int shift;

	if (!sig)
		return top;
	shift = __builtin_clzll(sig);
	sig <<= shift;
	exp -= shift;
	if (exp < -1022)
		return top | shift_jam(sig, -1022 - exp) >> 11;
	if (exp > 1023) /* reached by single-precision operations on what is no single alone */
		return top | FPU_EXP;
	return top | (uint64_t)(exp + 1023) << 52 | (sig >> 11 & FPU_FRAC);
}

static uint64_t overflow(uint32_t *fpscr, bool sign, bool single)
{
	uint32_t rn = *fpscr & FPSCR_RN;
	bool inf = rn == 0 || (rn == 2 && !sign) || (rn == 3 && sign);

	*fpscr |= FPSCR_FI | (inf ? FPSCR_FR : 0);
	raise(fpscr, FPSCR_OX | FPSCR_XX);
	set_fprf(fpscr, inf ? FPRF_INF : FPRF_NORMAL, sign);
	if (inf)
		return (uint64_t)sign << 63 | FPU_EXP;
	return (uint64_t)sign << 63 | (single ? 0x47efffffe0000000ull : 0x7fefffffffffffffull);
}

/* Rounds a number with a jammed significand to the target's precision and range. */
static uint64_t round_pack(uint32_t *fpscr, struct number n, bool single)
{
	const int drop = single ? 40 : 11, emin = single ? -126 : -1022;
	const uint64_t unit = 1ull << drop, rest_mask = unit - 1;
	bool tiny = n.exp < emin, denormal = false, up;
	uint32_t bits = 0;
	uint64_t rest;

	*fpscr &= ~(FPSCR_FR | FPSCR_FI);
	if (tiny && *fpscr & FPSCR_UE) {
		n.exp += single ? 192 : 1536;
		bits |= FPSCR_UX;
	} else if (tiny) {
		n.sig = shift_jam(n.sig, emin - n.exp);
		n.exp = emin;
		denormal = true;
	}
	rest = n.sig & rest_mask;
	n.sig &= ~rest_mask;
	up = rounds_up(*fpscr, n.sign, rest, unit / 2, n.sig & unit);
	if (up && !(n.sig += unit)) {
		n.sig = FPU_SIGN;
		n.exp++;
	}
	if (n.exp > -emin + 1) {
		if (!(*fpscr & FPSCR_OE))
			return overflow(fpscr, n.sign, single);
		n.exp -= single ? 192 : 1536;
		bits |= FPSCR_OX;
	}
	if (rest) {
		bits |= FPSCR_XX | (denormal ? FPSCR_UX : 0);
		*fpscr |= FPSCR_FI | (up ? FPSCR_FR : 0);
	}
	raise(fpscr, bits);
	if (!n.sig)
		set_fprf(fpscr, n.sign ? FPRF_NEG_ZERO : FPRF_ZERO, false);
	else
		set_fprf(fpscr, n.sig >> 63 ? FPRF_NORMAL : FPRF_DENORM, n.sign);
	return pack(n.sign, n.exp, n.sig);
}

static struct wide multiply(uint64_t a, uint64_t b)
{
#ifdef __SIZEOF_INT128__
	unsigned __int128 p = (unsigned __int128)a * b;

	return (struct wide){ (uint64_t)(p >> 64), (uint64_t)p };
#else
	uint64_t ll = (a & 0xffffffff) * (b & 0xffffffff), lh = (a & 0xffffffff) * (b >> 32);
	uint64_t hl = (a >> 32) * (b & 0xffffffff), hh = (a >> 32) * (b >> 32);
	uint64_t mid = (ll >> 32) + (lh & 0xffffffff) + (hl & 0xffffffff);

	return (struct wide){ hh + (lh >> 32) + (hl >> 32) + (mid >> 32),
			      mid << 32 | (ll & 0xffffffff) };
#endif
}

static struct wide wide_shift_jam(struct wide w, int n)
{
	if (n <= 0)
		return w;
	if (n > 127)
		return (struct wide){ 0, (w.hi | w.lo) != 0 };
	if (n > 63)
		return (struct wide){ 0, shift_jam(w.hi, n - 64) | (w.lo != 0) };
	return (struct wide){ w.hi >> n, w.hi << (64 - n) | shift_jam(w.lo, n) };
}

static struct wide wide_add(struct wide a, struct wide b)
{
	struct wide s = { a.hi + b.hi, a.lo + b.lo };

	s.hi += s.lo < a.lo;
	return s;
}

static struct wide wide_sub(struct wide a, struct wide b)
{
	return (struct wide){ a.hi - b.hi - (a.lo < b.lo), a.lo - b.lo };
}

/* The sign of an exact zero that comes of x + -x. */
static uint64_t zero_of_difference(uint32_t fpscr)
{
	return (fpscr & FPSCR_RN) == 3 ? FPU_SIGN : 0;
}

/* Two numbers, each with at least one bit free above and their exponents for that position. */
static bool sum(uint32_t *fpscr, struct number a, struct wide wa, struct number b, struct wide wb,
		bool single, uint64_t *ret)
{
	struct number r = { .sign = a.sign, .exp = a.exp };
	struct wide w;
	int shift;

	if (a.exp < b.exp) {
		wa = wide_shift_jam(wa, b.exp - a.exp);
		r.exp = b.exp;
	} else {
		wb = wide_shift_jam(wb, a.exp - b.exp);
	}
	if (a.sign == b.sign) {
		w = wide_add(wa, wb);
	} else if (wa.hi > wb.hi || (wa.hi == wb.hi && wa.lo >= wb.lo)) {
		w = wide_sub(wa, wb);
	} else {
		w = wide_sub(wb, wa);
		r.sign = b.sign;
	}
	if (!w.hi) {
		if (!w.lo)
			return exact(fpscr, zero_of_difference(*fpscr), ret);
		w.hi = w.lo;
		w.lo = 0;
		r.exp -= 64;
	}
	shift = __builtin_clzll(w.hi);
	r.exp -= shift;
	r.sig = shift ? w.hi << shift | w.lo >> (64 - shift) : w.hi;
	r.sig |= (w.lo << shift) != 0;
	*ret = round_pack(fpscr, r, single);
	return true;
}

static bool add(uint32_t *fpscr, uint64_t a, uint64_t b, bool single, uint64_t *ret)
{
	struct number na, nb;

	if (fpu_is_inf(a))
		return exact(fpscr, a, ret);
	if (fpu_is_inf(b))
		return exact(fpscr, b, ret);
	if (fpu_is_zero(a) && fpu_is_zero(b))
		return exact(fpscr, a == b ? a : zero_of_difference(*fpscr), ret);
	if (fpu_is_zero(a) || fpu_is_zero(b)) {
		*ret = round_pack(fpscr, unpack(fpu_is_zero(a) ? b : a), single);
		return true;
	}
	na = unpack(a);
	nb = unpack(b);
	na.exp++;
	nb.exp++;
	return sum(fpscr, na, (struct wide){ na.sig >> 1, 0 }, nb, (struct wide){ nb.sig >> 1, 0 },
		   single, ret);
}

bool fpu_add(uint32_t *fpscr, uint64_t a, uint64_t b, bool single, uint64_t *ret)
{
	if (fpu_is_nan(a) || fpu_is_nan(b))
		return nan_result(fpscr, fpu_is_nan(a) ? a : b, snan_bit(a) | snan_bit(b), ret);
	if (fpu_is_inf(a) && fpu_is_inf(b) && a != b)
		return nan_result(fpscr, FPU_DEFAULT_NAN, FPSCR_VXISI, ret);
	return add(fpscr, a, b, single, ret);
}

bool fpu_sub(uint32_t *fpscr, uint64_t a, uint64_t b, bool single, uint64_t *ret)
{
	return fpu_add(fpscr, a, fpu_is_nan(b) ? b : b ^ FPU_SIGN, single, ret);
}

bool fpu_mul(uint32_t *fpscr, uint64_t a, uint64_t c, bool single, uint64_t *ret)
{
	uint64_t sign = (a ^ c) & FPU_SIGN;
	struct number na, nc;
	struct wide w;

	if (fpu_is_nan(a) || fpu_is_nan(c))
		return nan_result(fpscr, fpu_is_nan(a) ? a : c, snan_bit(a) | snan_bit(c), ret);
	if (fpu_is_inf(a) || fpu_is_inf(c)) {
		if (fpu_is_zero(a) || fpu_is_zero(c))
			return nan_result(fpscr, FPU_DEFAULT_NAN, FPSCR_VXIMZ, ret);
		return exact(fpscr, sign | FPU_EXP, ret);
	}
	if (fpu_is_zero(a) || fpu_is_zero(c))
		return exact(fpscr, sign, ret);
	na = unpack(a);
	nc = unpack(c);
	w = multiply(na.sig, nc.sig);
	na.exp += nc.exp + 1;
	if (!(w.hi >> 63)) {
		w.hi = w.hi << 1 | w.lo >> 63;
		w.lo <<= 1;
		na.exp--;
	}
	na.sign = sign;
	na.sig = w.hi | (w.lo != 0);
	*ret = round_pack(fpscr, na, single);
	return true;
}

/* floor(a * 2^63 / b) for a < 2 * b and the top bit of b set, the remainder jammed into it. */
static uint64_t divide(uint64_t a, uint64_t b)
{
#ifdef __SIZEOF_INT128__
	unsigned __int128 n = (unsigned __int128)a << 63;
	uint64_t q = (uint64_t)(n / b);

	return q | ((uint64_t)(n - (unsigned __int128)q * b) != 0);
#else
	uint64_t q = 0, r = a;
	bool carry = false;

	for (int i = 63;; i--) {
		if (carry || r >= b) {
			r -= b;
			q |= 1ull << i;
		}
		if (!i)
			return q | (r != 0);
		carry = r >> 63;
		r <<= 1;
	}
#endif
}

bool fpu_div(uint32_t *fpscr, uint64_t a, uint64_t b, bool single, uint64_t *ret)
{
	uint64_t sign = (a ^ b) & FPU_SIGN;
	struct number na, nb;

	if (fpu_is_nan(a) || fpu_is_nan(b))
		return nan_result(fpscr, fpu_is_nan(a) ? a : b, snan_bit(a) | snan_bit(b), ret);
	if (fpu_is_inf(a)) {
		if (fpu_is_inf(b))
			return nan_result(fpscr, FPU_DEFAULT_NAN, FPSCR_VXIDI, ret);
		return exact(fpscr, sign | FPU_EXP, ret);
	}
	if (fpu_is_zero(b)) {
		if (fpu_is_zero(a))
			return nan_result(fpscr, FPU_DEFAULT_NAN, FPSCR_VXZDZ, ret);
		*fpscr &= ~(FPSCR_FR | FPSCR_FI);
		raise(fpscr, FPSCR_ZX);
		return *fpscr & FPSCR_ZE ? false : exact(fpscr, sign | FPU_EXP, ret);
	}
	if (fpu_is_zero(a) || fpu_is_inf(b))
		return exact(fpscr, sign, ret);
	na = unpack(a);
	nb = unpack(b);
	na.sign = sign;
	na.exp -= nb.exp;
	na.sig = divide(na.sig, nb.sig);
	if (!(na.sig >> 63)) {
		/* The bit that comes in is below the jammed one: 53 bits do not see it. */
		na.sig = na.sig << 1 | (na.sig & 1);
		na.exp--;
	}
	*ret = round_pack(fpscr, na, single);
	return true;
}

/* a * c + b for finite a, c, b where the product is not zero. */
static bool madd_finite(uint32_t *fpscr, uint64_t a, uint64_t c, uint64_t b, bool single,
			uint64_t *ret)
{
	struct number na = unpack(a), nc = unpack(c), nb;
	struct wide w = multiply(na.sig, nc.sig);

	/* The product's top bit is 127 or 126; one more bit is made free, and nothing is lost of
	 * 106. */
	na.sign ^= nc.sign;
	na.exp += nc.exp + 2;
	w = wide_shift_jam(w, 1);
	if (fpu_is_zero(b))
		return sum(fpscr, na, w, na, (struct wide){ 0, 0 }, single, ret);
	nb = unpack(b);
	nb.exp++;
	return sum(fpscr, na, w, nb, (struct wide){ nb.sig >> 1, 0 }, single, ret);
}

bool fpu_madd(uint32_t *fpscr, uint64_t a, uint64_t c, uint64_t b, unsigned int flags, bool single,
	      uint64_t *ret)
{
	uint64_t product_sign = (a ^ c) & FPU_SIGN, product, r;
	bool imz = (fpu_is_inf(a) && fpu_is_zero(c)) || (fpu_is_zero(a) && fpu_is_inf(c));
	bool wrote;

	if (fpu_is_nan(a) || fpu_is_nan(b) || fpu_is_nan(c)) {
		uint32_t vx = snan_bit(a) | snan_bit(b) | snan_bit(c) | (imz ? FPSCR_VXIMZ : 0);

		return nan_result(fpscr, fpu_is_nan(a) ? a : fpu_is_nan(b) ? b : c, vx, ret);
	}
	if (imz)
		return nan_result(fpscr, FPU_DEFAULT_NAN, FPSCR_VXIMZ, ret);
	if (flags & FPU_MADD_SUB)
		b ^= FPU_SIGN;
	if (fpu_is_inf(a) || fpu_is_inf(c) || fpu_is_zero(a) || fpu_is_zero(c)) {
		product = product_sign | (fpu_is_inf(a) || fpu_is_inf(c) ? FPU_EXP : 0);
		if (fpu_is_inf(product) && b == (product ^ FPU_SIGN))
			return nan_result(fpscr, FPU_DEFAULT_NAN, FPSCR_VXISI, ret);
		wrote = add(fpscr, product, b, single, &r);
	} else if (fpu_is_inf(b)) {
		wrote = exact(fpscr, b, &r);
	} else {
		wrote = madd_finite(fpscr, a, c, b, single, &r);
	}
	if (!wrote)
		return false;
	if (flags & FPU_MADD_NEGATE) {
		r ^= FPU_SIGN;
		/* The class stays, the sign turns. */
		if (fpu_is_zero(r))
			set_fprf(fpscr, r >> 63 ? FPRF_NEG_ZERO : FPRF_ZERO, false);
		else
			*fpscr ^= FPRF_FL | FPRF_FG;
	}
	*ret = r;
	return true;
}

bool fpu_round_single(uint32_t *fpscr, uint64_t b, uint64_t *ret)
{
	if (fpu_is_nan(b))
		return nan_result(fpscr, b & ~0x1fffffffull, snan_bit(b), ret);
	if (fpu_is_inf(b) || fpu_is_zero(b))
		return exact(fpscr, b, ret);
	*ret = round_pack(fpscr, unpack(b), true);
	return true;
}
