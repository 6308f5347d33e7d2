/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Conversions, comparison, estimates, and the instructions that handle FPSCR itself. */
#include "fpu.h"

#include <math.h>
#include <string.h>

#define FPU_ONE 0x3ff0000000000000ull

/* The integer part of |x| and what is left of it as rest / 2^63; |x| < 2^63. */
static uint64_t split(uint64_t x, uint64_t *ret_rest)
{
	int exp = (int)(x >> 52 & 0x7ff) - 1023;
	uint64_t sig = (x & FPU_FRAC) | 1ull << 52;

	if (exp >= 52) {
		*ret_rest = 0;
		return sig << (exp - 52);
	}
	if (exp >= 0) {
		*ret_rest = (sig << (11 + exp)) & ~FPU_SIGN;
		return sig >> (52 - exp);
	}
	/* Below 1: a half or more only with exponent -1, and the rest below matters as "some"
	 * alone. */
	*ret_rest = exp == -1 ? sig << 10 : fpu_is_zero(x) ? 0 : 1;
	return 0;
}

/* A NaN or a number that is no word: @word is the nearest there is. */
static bool no_word(uint32_t *fpscr, uint32_t vx, uint64_t word, uint64_t *ret)
{
	if (!fpu_invalid(fpscr, vx | FPSCR_VXCVI))
		return false;
	*fpscr = (*fpscr & ~FPSCR_FPRF) | FPSCR_FPRF_QNAN;
	*ret = word;
	return true;
}

bool fpu_to_word(uint32_t *fpscr, uint64_t b, bool toward_zero, uint64_t *ret)
{
	const uint64_t half = 1ull << 62;
	unsigned int rn = toward_zero ? 1 : *fpscr & FPSCR_RN;
	bool sign = b >> 63, up;
	uint64_t value, rest;

	if (fpu_is_nan(b))
		return no_word(fpscr, fpu_is_snan(b) ? FPSCR_VXSNAN : 0, 0x80000000ull, ret);
	if ((b >> 52 & 0x7ff) > 1023 + 40)
		value = 1ull << 40, rest = 0;
	else
		value = split(b, &rest);
	up = (rn == 0 && (rest > half || (rest == half && value & 1))) ||
	     (rn == 2 && !sign && rest) || (rn == 3 && sign && rest);
	value += up;
	if (value > 0x7fffffffull + sign)
		return no_word(fpscr, 0, sign ? 0xffffffff80000000ull : 0x7fffffff, ret);
	*fpscr &= ~(FPSCR_FR | FPSCR_FI);
	if (rest) {
		if (!(*fpscr & FPSCR_XX))
			*fpscr |= FPSCR_FX | FPSCR_XX;
		*fpscr = fpu_summary(*fpscr | FPSCR_FI | (up ? FPSCR_FR : 0));
	}
	*ret = sign ? -value : value;
	return true;
}

bool fpu_reciprocal(uint32_t *fpscr, uint64_t b, uint64_t *ret)
{
	uint32_t xx = *fpscr & FPSCR_XX, fx = *fpscr & FPSCR_FX, before = *fpscr;
	bool wrote = fpu_div(fpscr, FPU_ONE, b, true, ret);

	/* An estimate: exact quotient, but XX is not among what it alters, and FR and FI say
	 * nothing. */
	*fpscr = (*fpscr & ~(FPSCR_XX | FPSCR_FR | FPSCR_FI)) | xx;
	if (!fx && !(*fpscr & ~before & FPSCR_EXCEPTIONS))
		*fpscr &= ~FPSCR_FX;
	*fpscr = fpu_summary(*fpscr);
	return wrote;
}

bool fpu_rsqrt(uint32_t *fpscr, uint64_t b, uint64_t *ret)
{
	uint32_t rn = *fpscr & FPSCR_RN, quiet = rn;
	double x;

	if (fpu_is_nan(b) || fpu_is_inf(b) || fpu_is_zero(b) || b >> 63) {
		if (fpu_is_nan(b))
			return fpu_add(fpscr, b, b, false, ret);
		if (!fpu_is_zero(b)) {
			if (!(b >> 63)) /* 1 / infinity is an exact zero */
				return fpu_div(fpscr, FPU_ONE, b, false, ret);
			if (!fpu_invalid(fpscr, FPSCR_VXSQRT))
				return false;
			/* The default NaN, with its class in FPRF. */
			return fpu_add(fpscr, FPU_DEFAULT_NAN, FPU_DEFAULT_NAN, false, ret);
		}
		return fpu_div(fpscr, FPU_ONE, b, false, ret);
	}
	/* The host's nearest rounding twice is far within the 1/32 that is asked for. */
	memcpy(&x, &b, sizeof(x));
	x = 1.0 / sqrt(x);
	memcpy(&b, &x, sizeof(x));
	/* Always normal: gives FPRF, and clears FR and FI. */
	fpu_div(&quiet, b, FPU_ONE, false, ret);
	*fpscr = (*fpscr & ~(FPSCR_FR | FPSCR_FI | FPSCR_FPRF)) | (quiet & FPSCR_FPRF);
	return true;
}

/* Whether a < b, for numbers. */
static bool less(uint64_t a, uint64_t b)
{
	if (fpu_is_zero(a) && fpu_is_zero(b))
		return false;
	if ((a ^ b) >> 63)
		return a >> 63;
	return a >> 63 ? a > b : a < b;
}

unsigned int fpu_compare(uint32_t *fpscr, uint64_t a, uint64_t b, bool ordered)
{
	unsigned int cr;
	uint32_t vx = 0;

	if (fpu_is_nan(a) || fpu_is_nan(b)) {
		cr = 1;
		if (fpu_is_snan(a) || fpu_is_snan(b)) {
			vx = FPSCR_VXSNAN;
			if (ordered && !(*fpscr & FPSCR_VE))
				vx |= FPSCR_VXVC;
		} else if (ordered) {
			vx = FPSCR_VXVC;
		}
	} else if (less(a, b)) {
		cr = 8;
	} else {
		cr = less(b, a) ? 4 : 2;
	}
	*fpscr = (*fpscr & ~FPSCR_FPCC) | cr << 12;
	if (vx & ~*fpscr)
		*fpscr |= FPSCR_FX;
	*fpscr = fpu_summary(*fpscr | vx);
	return cr;
}

bool fpu_select(uint64_t a)
{
	return !fpu_is_nan(a) && (!(a >> 63) || fpu_is_zero(a));
}

unsigned int fpu_mcrfs(uint32_t *fpscr, unsigned int field)
{
	unsigned int shift = 28 - 4 * field, bits = *fpscr >> shift & 15;

	*fpscr = fpu_summary(*fpscr & ~(15u << shift & (FPSCR_FX | FPSCR_EXCEPTIONS)));
	return bits;
}

void fpu_write(uint32_t *fpscr, uint32_t value, uint32_t mask)
{
	mask &= ~FPSCR_RESERVED;
	*fpscr = fpu_summary((*fpscr & ~mask) | (value & mask));
}

void fpu_set_bit(uint32_t *fpscr, unsigned int bit)
{
	uint32_t b = 0x80000000u >> bit;

	if (b & (FPSCR_FEX | FPSCR_VX | FPSCR_RESERVED))
		return;
	if (b & FPSCR_EXCEPTIONS & ~*fpscr)
		*fpscr |= FPSCR_FX;
	*fpscr = fpu_summary(*fpscr | b);
}

void fpu_clear_bit(uint32_t *fpscr, unsigned int bit)
{
	uint32_t b = 0x80000000u >> bit;

	if (!(b & (FPSCR_FEX | FPSCR_VX)))
		*fpscr = fpu_summary(*fpscr & ~b);
}

uint64_t fpu_from_single(uint32_t s)
{
	uint64_t sign = (uint64_t)(s >> 31) << 63, frac = s & 0x7fffff;
	int exp = s >> 23 & 0xff, shift;

	if (exp == 0xff)
		return sign | FPU_EXP | frac << 29;
	if (exp)
		return sign | (uint64_t)(exp - 127 + 1023) << 52 | frac << 29;
	if (!frac)
		return sign;
	shift = __builtin_clzll(frac) - 40; /* brings the top bit to the implicit one's place */
	return sign | (uint64_t)(1 - shift - 127 + 1023) << 52 |
	       ((frac << (29 + shift)) & FPU_FRAC);
}

uint32_t fpu_to_single(uint64_t d)
{
	uint32_t sign = (uint32_t)(d >> 32) & 0x80000000u;
	int exp = (int)(d >> 52 & 0x7ff);

	/* Numbers of single's normal range, zero, infinity, NaN: bits are dropped (stfs). */
	if (exp > 896 || !(d << 1))
		return sign | ((uint32_t)(d >> 32) & 0x40000000u) |
		       ((uint32_t)(d >> 29) & 0x3fffffffu);
	if (exp < 874) /* undefined by the architecture: too small for a single */
		return sign;
	return sign | (uint32_t)(((d & FPU_FRAC) | 1ull << 52) >> (29 + 897 - exp));
}
