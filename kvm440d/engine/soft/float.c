/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The floating-point instructions that have no handler of their own. */
#include "soft.h"

#include "fpu.h"

void soft_float(struct core440 *c, uint32_t insn)
{
	uint64_t a = c->fpr[insn >> 16 & 31], b = c->fpr[insn >> 11 & 31],
		 m = c->fpr[insn >> 6 & 31];
	uint64_t *t = &c->fpr[insn >> 21 & 31];
	uint32_t *s = &c->fpscr;
	bool single = insn >> 26 == 59;

	switch (core440_decode(insn)) {
	case INSN_FMSUB:
	case INSN_FMSUBS: fpu_madd(s, a, m, b, FPU_MADD_SUB, single, t); break;
	case INSN_FNMADD:
	case INSN_FNMADDS: fpu_madd(s, a, m, b, FPU_MADD_NEGATE, single, t); break;
	case INSN_FNMSUB:
	case INSN_FNMSUBS: fpu_madd(s, a, m, b, FPU_MADD_SUB | FPU_MADD_NEGATE, single, t); break;
	case INSN_FRES: fpu_reciprocal(s, b, t); break;
	case INSN_FRSQRTE: fpu_rsqrt(s, b, t); break;
	case INSN_FCTIW: fpu_to_word(s, b, false, t); break;
	case INSN_FCTIWZ: fpu_to_word(s, b, true, t); break;
	case INSN_FRSP: fpu_round_single(s, b, t); break;
	default: break;
	}
}

static void mtfsf(struct core440 *c, uint32_t insn)
{
	uint32_t mask = 0;

	for (unsigned int i = 0; i < 8; i++)
		if (insn >> 17 & 0x80 >> i)
			mask |= 0xf0000000u >> (4 * i);
	fpu_write(&c->fpscr, (uint32_t)c->fpr[insn >> 11 & 31], mask);
}

void soft_fcontrol(struct core440 *c, uint32_t insn)
{
	unsigned int t = insn >> 21 & 31, shift = 28 - (insn >> 21 & 0x1c);
	uint64_t a = c->fpr[insn >> 16 & 31], b = c->fpr[insn >> 11 & 31],
		 m = c->fpr[insn >> 6 & 31];

	switch (core440_decode(insn)) {
	case INSN_FMR: c->fpr[t] = b; break;
	case INSN_FABS: c->fpr[t] = b & ~FPU_SIGN; break;
	case INSN_FNABS: c->fpr[t] = b | FPU_SIGN; break;
	case INSN_FNEG: c->fpr[t] = b ^ FPU_SIGN; break;
	case INSN_FSEL: c->fpr[t] = fpu_select(a) ? m : b; break;
	case INSN_MFFS: /* the upper word is undefined */ c->fpr[t] = c->fpscr; break;
	case INSN_MCRFS:
		c->cr = (c->cr & ~(15u << shift)) | fpu_mcrfs(&c->fpscr, insn >> 18 & 7) << shift;
		return;
	case INSN_MTFSB0: fpu_clear_bit(&c->fpscr, t); break;
	case INSN_MTFSB1: fpu_set_bit(&c->fpscr, t); break;
	case INSN_MTFSF: mtfsf(c, insn); break;
	case INSN_MTFSFI: fpu_write(&c->fpscr, (insn >> 12 & 15) << shift, 15u << shift); break;
	default: return;
	}
	if (insn & 1)
		c->cr = (c->cr & 0xf0ffffffu) | (c->fpscr >> 4 & 0x0f000000u);
}

uint32_t soft_float_syndrome(uint32_t insn)
{
	switch (core440_decode(insn)) {
	case INSN_FCMPU:
	case INSN_FCMPO: return ESR_FP | ESR_PCRE | ESR_PCMP | (insn >> 23 & ESR_PCRF);
	default: return insn & 1 ? ESR_FP | ESR_PCRE | 1 : ESR_FP;
	}
}
