/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The 440's multiply-accumulate instructions and dlmzb: PPC440x5 CPU Core User's Manual, chapter 9
 * (SA14-2613-02).
 */
#include "soft.h"

#include "arith.h"

/* Which halves are multiplied: of RA and RB. */
enum halves { CROSS, HIGH, LOW };

struct mac {
	uint8_t halves;
	bool is_unsigned, negative, saturate, accumulate;
};

#define MAC_OF(h, u, n, s)                                                                         \
	{                                                                                          \
		.halves = (h), .is_unsigned = (u), .negative = (n), .saturate = (s),               \
		.accumulate = true                                                                 \
	}
#define MUL_OF(h, u)                                                                               \
	{                                                                                          \
		.halves = (h), .is_unsigned = (u)                                                  \
	}

/* clang-format off */
static const struct mac macs[] = {
	[INSN_MACCHW - INSN_MACCHW]   = MAC_OF(CROSS, false, false, false),
	[INSN_MACCHWS - INSN_MACCHW]  = MAC_OF(CROSS, false, false, true),
	[INSN_MACCHWSU - INSN_MACCHW] = MAC_OF(CROSS, true, false, true),
	[INSN_MACCHWU - INSN_MACCHW]  = MAC_OF(CROSS, true, false, false),
	[INSN_MACHHW - INSN_MACCHW]   = MAC_OF(HIGH, false, false, false),
	[INSN_MACHHWS - INSN_MACCHW]  = MAC_OF(HIGH, false, false, true),
	[INSN_MACHHWSU - INSN_MACCHW] = MAC_OF(HIGH, true, false, true),
	[INSN_MACHHWU - INSN_MACCHW]  = MAC_OF(HIGH, true, false, false),
	[INSN_MACLHW - INSN_MACCHW]   = MAC_OF(LOW, false, false, false),
	[INSN_MACLHWS - INSN_MACCHW]  = MAC_OF(LOW, false, false, true),
	[INSN_MACLHWSU - INSN_MACCHW] = MAC_OF(LOW, true, false, true),
	[INSN_MACLHWU - INSN_MACCHW]  = MAC_OF(LOW, true, false, false),
	[INSN_NMACCHW - INSN_MACCHW]  = MAC_OF(CROSS, false, true, false),
	[INSN_NMACCHWS - INSN_MACCHW] = MAC_OF(CROSS, false, true, true),
	[INSN_NMACHHW - INSN_MACCHW]  = MAC_OF(HIGH, false, true, false),
	[INSN_NMACHHWS - INSN_MACCHW] = MAC_OF(HIGH, false, true, true),
	[INSN_NMACLHW - INSN_MACCHW]  = MAC_OF(LOW, false, true, false),
	[INSN_NMACLHWS - INSN_MACCHW] = MAC_OF(LOW, false, true, true),
	[INSN_MULCHW - INSN_MACCHW]   = MUL_OF(CROSS, false),
	[INSN_MULCHWU - INSN_MACCHW]  = MUL_OF(CROSS, true),
	[INSN_MULHHW - INSN_MACCHW]   = MUL_OF(HIGH, false),
	[INSN_MULHHWU - INSN_MACCHW]  = MUL_OF(HIGH, true),
	[INSN_MULLHW - INSN_MACCHW]   = MUL_OF(LOW, false),
	[INSN_MULLHWU - INSN_MACCHW]  = MUL_OF(LOW, true),
};
/* clang-format on */

static int64_t product_of(const struct mac *m, uint32_t a, uint32_t b)
{
	uint16_t x = (uint16_t)(m->halves == HIGH ? a >> 16 : a);
	uint16_t y = (uint16_t)(m->halves == LOW ? b : b >> 16);
	int64_t p = m->is_unsigned ? (int64_t)((uint32_t)x * y) : (int64_t)(int16_t)x * (int16_t)y;

	return m->negative ? -p : p;
}

void soft_mac(struct core440 *c, uint32_t insn)
{
	enum insn id = core440_decode(insn);
	unsigned int rt = insn >> 21 & 31;
	const struct mac *m;
	bool overflow, oe;
	int64_t sum;
	uint32_t r;

	if (id < INSN_MACCHW || id > INSN_MULLHWU)
		return;
	m = &macs[id - INSN_MACCHW];
	sum = product_of(m, c->gpr[insn >> 16 & 31], c->gpr[insn >> 11 & 31]);
	oe = m->accumulate && insn & 0x400;
	if (m->accumulate)
		sum += m->is_unsigned ? (int64_t)c->gpr[rt] : (int64_t)(int32_t)c->gpr[rt];
	r = (uint32_t)sum;
	overflow = m->is_unsigned ? sum >> 32 != 0 : sum != (int32_t)r;
	if (overflow && m->saturate)
		r = m->is_unsigned ? 0xffffffffu : sum < 0 ? 0x80000000u : 0x7fffffffu;
	soft_set_result(c, rt, r, insn & 1, oe, overflow);
}

void soft_dlmzb(struct core440 *c, uint32_t insn)
{
	uint64_t d = (uint64_t)c->gpr[insn >> 21 & 31] << 32 | c->gpr[insn >> 11 & 31];
	uint32_t x = 0, bits = 2; /* no zero byte: EQ */

	while (x < 8) {
		bool zero = !(d >> (56 - 8 * x) & 0xff);

		x++;
		if (zero) {
			bits = x < 5 ? 4 : 8;
			break;
		}
	}
	c->gpr[insn >> 16 & 31] = x;
	c->xer = (c->xer & ~XER_TBC) | x;
	if (insn & 1)
		c->cr = (c->cr & 0x0fffffffu) | (bits | c->xer >> 31) << 28;
}
