/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The integer operations that are not worth a handler of their own, in all their forms. */
#include "soft.h"

#include "arith.h"

/* @x + @y + @carry: sets CA when told to, and tells signed overflow. */
static uint32_t add_carrying(struct core440 *c, uint32_t x, uint32_t y, uint32_t carry, bool set_ca,
			     bool *ret_overflow)
{
	uint64_t s = (uint64_t)x + y + carry;
	uint32_t r = (uint32_t)s;

	if (set_ca)
		c->xer = (c->xer & ~XER_CA) | (uint32_t)(s >> 32) << 29;
	*ret_overflow = (~(x ^ y) & (x ^ r)) >> 31;
	return r;
}

static uint32_t divide(uint32_t a, uint32_t b, bool *ret_overflow)
{
	*ret_overflow = b == 0 || (a == 0x80000000u && b == 0xffffffffu);
	return *ret_overflow ? a : (uint32_t)((int32_t)a / (int32_t)b);
}

void soft_arith(struct core440 *c, uint32_t insn)
{
	uint32_t a = c->gpr[insn >> 16 & 31], b = c->gpr[insn >> 11 & 31], r;
	uint32_t ca = c->xer >> 29 & 1;
	bool overflow = false, oe = insn & 0x400;
	int64_t product;

	switch (core440_decode(insn)) {
	case INSN_ADD: r = add_carrying(c, a, b, 0, false, &overflow); break;
	case INSN_ADDC: r = add_carrying(c, a, b, 0, true, &overflow); break;
	case INSN_ADDE: r = add_carrying(c, a, b, ca, true, &overflow); break;
	case INSN_ADDME: r = add_carrying(c, a, 0xffffffffu, ca, true, &overflow); break;
	case INSN_ADDZE: r = add_carrying(c, a, 0, ca, true, &overflow); break;
	case INSN_SUBF: r = add_carrying(c, ~a, b, 1, false, &overflow); break;
	case INSN_SUBFC: r = add_carrying(c, ~a, b, 1, true, &overflow); break;
	case INSN_SUBFE: r = add_carrying(c, ~a, b, ca, true, &overflow); break;
	case INSN_SUBFME: r = add_carrying(c, ~a, 0xffffffffu, ca, true, &overflow); break;
	case INSN_SUBFZE: r = add_carrying(c, ~a, 0, ca, true, &overflow); break;
	case INSN_NEG:
		r = -a;
		overflow = a == 0x80000000u;
		break;
	case INSN_MULLW:
		product = (int64_t)(int32_t)a * (int32_t)b;
		r = (uint32_t)product;
		overflow = product != (int32_t)r;
		break;
	case INSN_MULHW:
		r = (uint32_t)((int64_t)(int32_t)a * (int32_t)b >> 32);
		oe = false;
		break;
	case INSN_MULHWU:
		r = (uint32_t)((uint64_t)a * b >> 32);
		oe = false;
		break;
	case INSN_DIVW: r = divide(a, b, &overflow); break;
	case INSN_DIVWU:
		overflow = !b;
		r = b ? a / b : a;
		break;
	default: return;
	}
	soft_set_result(c, insn >> 21 & 31, r, insn & 1, oe, overflow);
}

void soft_logic(struct core440 *c, uint32_t insn)
{
	uint32_t s = c->gpr[insn >> 21 & 31], b = c->gpr[insn >> 11 & 31], r;

	switch (core440_decode(insn)) {
	case INSN_ANDC: r = s & ~b; break;
	case INSN_EQV: r = ~(s ^ b); break;
	case INSN_NAND: r = ~(s & b); break;
	case INSN_NOR: r = ~(s | b); break;
	case INSN_ORC: r = s | ~b; break;
	case INSN_CNTLZW: r = s ? (uint32_t)__builtin_clz(s) : 32; break;
	case INSN_SLW: r = b & 32 ? 0 : s << (b & 31); break;
	case INSN_SRW: r = b & 32 ? 0 : s >> (b & 31); break;
	default: return;
	}
	soft_set_result(c, insn >> 16 & 31, r, insn & 1, false, false);
}

void soft_crlogic(struct core440 *c, uint32_t insn)
{
	unsigned int d = 31 - (insn >> 21 & 31);
	bool a = c->cr >> (31 - (insn >> 16 & 31)) & 1, b = c->cr >> (31 - (insn >> 11 & 31)) & 1,
	     r;

	switch (core440_decode(insn)) {
	case INSN_CRAND: r = a && b; break;
	case INSN_CRANDC: r = a && !b; break;
	case INSN_CREQV: r = a == b; break;
	case INSN_CRNAND: r = !(a && b); break;
	case INSN_CRNOR: r = !(a || b); break;
	case INSN_CROR: r = a || b; break;
	case INSN_CRORC: r = a || !b; break;
	default: /* crxor */ r = a != b;
	}
	c->cr = (c->cr & ~(1u << d)) | (uint32_t)r << d;
}
