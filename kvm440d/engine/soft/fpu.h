/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The floating-point arithmetic of the 440EP in integers, exact to the last bit of FPSCR. Rules:
 * the Power ISA's "Floating-Point Exceptions" and "Execution Models": tininess is detected before
 * rounding; an enabled overflow or underflow delivers the rounded result with its exponent adjusted
 * by 192 (single) or 1536 (double); an enabled invalid operation or zero divide leaves the target
 * as it was, FPRF too; NaN operands are taken in the order FRA, FRB, FRC and quieted.
 *
 * What the architecture leaves undefined is here: FR after a disabled overflow tells whether the
 * result became infinity; the upper half after fctiw is the sign of the lower, 0 for a NaN; fctiw
 * leaves FPRF alone, or makes it that of a NaN when the operation is invalid; FR and FI are 0 after
 * fres and frsqrte; FPSCR[NI] has no effect.
 *
 * Values are the bits of a double. Functions that may suppress their result return whether *ret was
 * written. They raise nothing themselves: after any of them FPSCR[FEX] tells.
 */
#ifndef KVM440_SOFT_FPU_H
#define KVM440_SOFT_FPU_H

#include "core440.h" /* FPSCR_FEX */

#define FPSCR_FX	0x80000000u
#define FPSCR_VX	0x20000000u
#define FPSCR_OX	0x10000000u
#define FPSCR_UX	0x08000000u
#define FPSCR_ZX	0x04000000u
#define FPSCR_XX	0x02000000u
#define FPSCR_VXSNAN	0x01000000u
#define FPSCR_VXISI	0x00800000u
#define FPSCR_VXIDI	0x00400000u
#define FPSCR_VXZDZ	0x00200000u
#define FPSCR_VXIMZ	0x00100000u
#define FPSCR_VXVC	0x00080000u
#define FPSCR_FR	0x00040000u
#define FPSCR_FI	0x00020000u
#define FPSCR_FPRF	0x0001f000u
#define FPSCR_FPRF_QNAN 0x00011000u
#define FPSCR_FPCC	0x0000f000u
#define FPSCR_RESERVED	0x00000800u /* stays 0 */
#define FPSCR_VXSOFT	0x00000400u
#define FPSCR_VXSQRT	0x00000200u
#define FPSCR_VXCVI	0x00000100u
#define FPSCR_VE	0x00000080u
#define FPSCR_OE	0x00000040u
#define FPSCR_UE	0x00000020u
#define FPSCR_ZE	0x00000010u
#define FPSCR_XE	0x00000008u
#define FPSCR_NI	0x00000004u
#define FPSCR_RN	0x00000003u

#define FPSCR_VX_ALL                                                                               \
	(FPSCR_VXSNAN | FPSCR_VXISI | FPSCR_VXIDI | FPSCR_VXZDZ | FPSCR_VXIMZ | FPSCR_VXVC |       \
	 FPSCR_VXSOFT | FPSCR_VXSQRT | FPSCR_VXCVI)
/* The sticky bits whose change from 0 to 1 sets FX. */
#define FPSCR_EXCEPTIONS (FPSCR_OX | FPSCR_UX | FPSCR_ZX | FPSCR_XX | FPSCR_VX_ALL)

#define FPU_SIGN	0x8000000000000000ull
#define FPU_EXP		0x7ff0000000000000ull
#define FPU_FRAC	0x000fffffffffffffull
#define FPU_QUIET	0x0008000000000000ull
#define FPU_DEFAULT_NAN 0x7ff8000000000000ull

/* @single: the result is rounded to single precision and range (fadds and kin). */
bool fpu_add(uint32_t *fpscr, uint64_t a, uint64_t b, bool single, uint64_t *ret);
bool fpu_sub(uint32_t *fpscr, uint64_t a, uint64_t b, bool single, uint64_t *ret);
bool fpu_mul(uint32_t *fpscr, uint64_t a, uint64_t c, bool single, uint64_t *ret);
bool fpu_div(uint32_t *fpscr, uint64_t a, uint64_t b, bool single, uint64_t *ret);

#define FPU_MADD_SUB	1u /* a * c - b */
#define FPU_MADD_NEGATE 2u /* the rounded result negated, NaNs excepted */
bool fpu_madd(uint32_t *fpscr, uint64_t a, uint64_t c, uint64_t b, unsigned int flags, bool single,
	      uint64_t *ret);

bool fpu_round_single(uint32_t *fpscr, uint64_t b, uint64_t *ret);		/* frsp */
bool fpu_to_word(uint32_t *fpscr, uint64_t b, bool toward_zero, uint64_t *ret); /* fctiw, fctiwz */
bool fpu_reciprocal(uint32_t *fpscr, uint64_t b, uint64_t *ret);		/* fres */
bool fpu_rsqrt(uint32_t *fpscr, uint64_t b, uint64_t *ret);			/* frsqrte */
/* fcmpu, fcmpo: the four bits of the CR field, also stored in FPCC. */
unsigned int fpu_compare(uint32_t *fpscr, uint64_t a, uint64_t b, bool ordered);
bool fpu_select(uint64_t a); /* fsel: a >= 0.0, so FRC and not FRB */

/* mcrfs of FPSCR field @field: its four bits; the exception bits among them are cleared. */
unsigned int fpu_mcrfs(uint32_t *fpscr, unsigned int field);
/* mtfsf, mtfsfi: the bits in @mask become those of @value; FEX and VX follow from the others. */
void fpu_write(uint32_t *fpscr, uint32_t value, uint32_t mask);
void fpu_set_bit(uint32_t *fpscr, unsigned int bit);   /* mtfsb1; bit in IBM's numbering */
void fpu_clear_bit(uint32_t *fpscr, unsigned int bit); /* mtfsb0 */

/* Between the formats of storage and register: lfs, stfs. No exception, NaNs keep their bits. */
uint64_t fpu_from_single(uint32_t s);
uint32_t fpu_to_single(uint64_t d);

/* For the other half of the implementation. */
uint32_t fpu_summary(uint32_t fpscr);
bool fpu_invalid(uint32_t *fpscr, uint32_t bits);

static inline bool fpu_is_nan(uint64_t x)
{
	return (x & ~FPU_SIGN) > FPU_EXP;
}

static inline bool fpu_is_snan(uint64_t x)
{
	return fpu_is_nan(x) && !(x & FPU_QUIET);
}

static inline bool fpu_is_inf(uint64_t x)
{
	return (x & ~FPU_SIGN) == FPU_EXP;
}

static inline bool fpu_is_zero(uint64_t x)
{
	return !(x << 1);
}

#endif
