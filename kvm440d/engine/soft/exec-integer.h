/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Handlers of integer operations; part of soft_exec(). */

/* clang-format off */
#define A g[op->a]
#define B g[op->b]
#define C g[op->c]
#define IMM ((uint32_t)op->imm)
#define SIMPLE(name, value) L_##name: A = (value); NEXT
#define RECORDING(name, value)                                                                     \
	L_##name: { uint32_t r_ = (value); A = r_; record(c, r_); } NEXT

L_NOP:
	NEXT;
SIMPLE(LI, IMM);
SIMPLE(ADDI, B + IMM);
SIMPLE(MULLI, B * IMM);
SIMPLE(MR, B);
SIMPLE(ORI, B | IMM);
SIMPLE(XORI, B ^ IMM);
RECORDING(ANDI_RC, B & IMM);

SIMPLE(ADD, B + C);
RECORDING(ADD_RC, B + C);
SIMPLE(SUBF, C - B);
RECORDING(SUBF_RC, C - B);
SIMPLE(NEG, -B);
SIMPLE(MULLW, B * C);
RECORDING(MULLW_RC, B * C);
SIMPLE(MULHW, (uint32_t)((int64_t)(int32_t)B * (int32_t)C >> 32));
SIMPLE(MULHWU, (uint32_t)((uint64_t)B * C >> 32));
/* Undefined quotients are the dividend. */
SIMPLE(DIVW, !C || (B == 0x80000000u && C == 0xffffffffu) ? B :
	     (uint32_t)((int32_t)B / (int32_t)C));
SIMPLE(DIVWU, C ? B / C : B);

#define CARRYING(name, x, y, in)                                                                   \
	L_##name: { uint64_t s_ = (uint64_t)(uint32_t)(x) + (uint32_t)(y) + (in);                  \
		A = (uint32_t)s_; set_ca(c, (uint32_t)(s_ >> 32)); } NEXT
CARRYING(ADDIC, B, IMM, 0u);
CARRYING(SUBFIC, ~B, IMM, 1u);
CARRYING(ADDC, B, C, 0u);
CARRYING(ADDE, B, C, ca(c));
CARRYING(ADDZE, B, 0, ca(c));
CARRYING(SUBFC, ~B, C, 1u);
CARRYING(SUBFE, ~B, C, ca(c));
L_ADDIC_RC: {
	uint64_t sum = (uint64_t)B + IMM;

	A = (uint32_t)sum;
	set_ca(c, (uint32_t)(sum >> 32));
	record(c, (uint32_t)sum);
	NEXT;
}
L_ARITH:
	soft_arith(c, IMM);
	NEXT;

SIMPLE(AND, B & C);
RECORDING(AND_RC, B & C);
SIMPLE(OR, B | C);
RECORDING(OR_RC, B | C);
SIMPLE(XOR, B ^ C);
RECORDING(XOR_RC, B ^ C);
SIMPLE(NOR, ~(B | C));
SIMPLE(ANDC, B & ~C);
SIMPLE(EXTSB, (uint32_t)(int8_t)B);
RECORDING(EXTSB_RC, (uint32_t)(int8_t)B);
SIMPLE(EXTSH, (uint32_t)(int16_t)B);
RECORDING(EXTSH_RC, (uint32_t)(int16_t)B);
SIMPLE(CNTLZW, B ? (uint32_t)__builtin_clz(B) : 32);
L_LOGIC:
	soft_logic(c, IMM);
	NEXT;

SIMPLE(RLWINM, rotl(B, op->d) & IMM);
RECORDING(RLWINM_RC, rotl(B, op->d) & IMM);
SIMPLE(SLWI, B << op->d);
SIMPLE(SRWI, B >> op->d);
SIMPLE(MASK, B & IMM);
SIMPLE(RLWIMI, (rotl(B, op->d) & IMM) | (A & ~IMM));
RECORDING(RLWIMI_RC, (rotl(B, op->d) & IMM) | (A & ~IMM));
L_RLWNM: {
	uint32_t r = rotl(B, C & 31) & IMM;

	A = r;
	if (op->d)
		record(c, r);
	NEXT;
}
SIMPLE(SLW, C & 32 ? 0 : B << (C & 31));
SIMPLE(SRW, C & 32 ? 0 : B >> (C & 31));
L_SRAW: {
	uint32_t r = shift_algebraic(c, B, C & 63);

	A = r;
	if (op->d)
		record(c, r);
	NEXT;
}
SIMPLE(SRAWI, shift_algebraic(c, B, op->d));
RECORDING(SRAWI_RC, shift_algebraic(c, B, op->d));

#define COMPARE(name, type, y)                                                                     \
	L_##name: { type x_ = (type)B, y_ = (type)(y);                                             \
		uint32_t r_ = x_ < y_ ? 8 : x_ > y_ ? 4 : 2;                                       \
		c->cr = (c->cr & ~(15u << op->d)) | (r_ | c->xer >> 31) << op->d; } NEXT
COMPARE(CMPI, int32_t, IMM);
COMPARE(CMPLI, uint32_t, IMM);
COMPARE(CMP, int32_t, C);
COMPARE(CMPL, uint32_t, C);

SIMPLE(ISEL, c->cr >> op->d & 1 ? B : C);
SIMPLE(ISEL0, c->cr >> op->d & 1 ? 0 : C);
L_CRLOGIC:
	soft_crlogic(c, IMM);
	NEXT;
L_MCRF:
	c->cr = (c->cr & ~(15u << op->d)) | (c->cr >> op->a & 15) << op->d;
	NEXT;
L_MCRXR:
	c->cr = (c->cr & ~(15u << op->d)) | (c->xer >> 28 & 15) << op->d;
	c->xer &= 0x0fffffffu;
	NEXT;
SIMPLE(MFCR, c->cr);
L_MTCRF:
	c->cr = (c->cr & ~IMM) | (B & IMM);
	NEXT;
SIMPLE(MFLR, c->lr);
SIMPLE(MFCTR, c->ctr);
SIMPLE(MFXER, c->xer);
L_MTLR:
	c->lr = A;
	NEXT;
L_MTCTR:
	c->ctr = A;
	NEXT;
L_MFSPRG:
	if (unlikely(c->msr & MSR_PR))
		goto L_CORE;
	A = c->sprg[op->d];
	NEXT;
L_MTSPRG:
	if (unlikely(c->msr & MSR_PR))
		goto L_CORE;
	c->sprg[op->d] = A;
	NEXT;
L_MFMSR:
	if (unlikely(c->msr & MSR_PR))
		goto L_CORE;
	A = c->msr;
	NEXT;
L_MAC:
	soft_mac(c, IMM);
	NEXT;
L_DLMZB:
	soft_dlmzb(c, IMM);
	NEXT;
/* clang-format on */
