/* SPDX-License-Identifier: GPL-2.0-only */
/* The decoder's tables, made from insn.def by position: see decode.h for how they are indexed. */
#include "decode.h"

#define F_S1	    INSN_F_S1
#define F_S2	    INSN_F_S2
#define F_S4	    INSN_F_S4
#define F_S8	    INSN_F_S8
#define F_LOAD	    INSN_F_LOAD
#define F_STORE	    INSN_F_STORE
#define F_UPDATE    INSN_F_UPDATE
#define F_INDEXED   INSN_F_INDEXED
#define F_ALGEBRAIC INSN_F_ALGEBRAIC
#define F_REVERSED  INSN_F_REVERSED
#define F_MULTIPLE  INSN_F_MULTIPLE
#define F_STRING    INSN_F_STRING
#define F_RESERVE   INSN_F_RESERVE
#define F_FP	    INSN_F_FP
#define F_RC	    INSN_F_RC
#define F_OE	    INSN_F_OE
#define F_CR0	    INSN_F_CR0
#define F_CA	    INSN_F_CA
#define F_LK	    INSN_F_LK
#define F_AA	    INSN_F_AA
#define F_BRANCH    INSN_F_BRANCH
#define F_TRAP	    INSN_F_TRAP
#define F_CONTEXT   INSN_F_CONTEXT
#define F_PRIV	    INSN_F_PRIV
#define F_CORE	    INSN_F_CORE
#define F_CACHE	    INSN_F_CACHE

const uint16_t core440_decode_base[64] = {
	[4] = CORE440_DECODE_4,	  [19] = CORE440_DECODE_19, [31] = CORE440_DECODE_31,
	[59] = CORE440_DECODE_59, [63] = CORE440_DECODE_63,
};

#define AT(op, xo)	  [CORE440_DECODE_##op + (xo)]
#define A1(op, xo, name)  AT(op, xo) = INSN_##name
#define A2(op, xo, name)  A1(op, xo, name), A1(op, (xo) + 32, name)
#define A4(op, xo, name)  A2(op, xo, name), A2(op, (xo) + 64, name)
#define A8(op, xo, name)  A4(op, xo, name), A4(op, (xo) + 128, name)
#define A16(op, xo, name) A8(op, xo, name), A8(op, (xo) + 256, name)
#define A32(op, xo, name) A16(op, xo, name), A16(op, (xo) + 512, name)

const uint16_t core440_decode_table[CORE440_DECODE_SIZE] = {
#define INSN_P(name, mnemonic, op, ...)	    [op] = INSN_##name,
#define INSN_X(name, mnemonic, op, xo, ...) AT(op, xo) = INSN_##name,
#define INSN_XO(name, mnemonic, op, xo, ...)                                                       \
	AT(op, xo) = INSN_##name, AT(op, (xo) + 512) = INSN_##name,
#define INSN_A(name, mnemonic, op, xo, ...) A32(op, xo, name),
#define INSN_ALIAS(name, op, xo)	    AT(op, xo) = INSN_##name,
#include "insn.def"
};

const uint32_t core440_insn_flags[INSN_COUNT] = {
#define INSN_P(name, mnemonic, op, operands, flags, source)	 [INSN_##name] = (flags),
#define INSN_X(name, mnemonic, op, xo, operands, flags, source)	 [INSN_##name] = (flags),
#define INSN_XO(name, mnemonic, op, xo, operands, flags, source) [INSN_##name] = (flags),
#define INSN_A(name, mnemonic, op, xo, operands, flags, source)	 [INSN_##name] = (flags),
#include "insn.def"
};

const struct core440_insn_info core440_insn_info[INSN_COUNT] = {
	[INSN_ILLEGAL] = { "ILLEGAL", "", "", "", INSN_FORM_P, 0, 0 },
#define ROW(name, mnemonic, form, op, xo, operands, source)                                        \
	[INSN_##name] = { #name, mnemonic, operands, #source, INSN_FORM_##form, op, xo },
#define INSN_P(name, mnemonic, op, operands, flags, source)                                        \
	ROW(name, mnemonic, P, op, 0, operands, source)
#define INSN_X(name, mnemonic, op, xo, operands, flags, source)                                    \
	ROW(name, mnemonic, X, op, xo, operands, source)
#define INSN_XO(name, mnemonic, op, xo, operands, flags, source)                                   \
	ROW(name, mnemonic, XO, op, xo, operands, source)
#define INSN_A(name, mnemonic, op, xo, operands, flags, source)                                    \
	ROW(name, mnemonic, A, op, xo, operands, source)
#include "insn.def"
};
