/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What instruction a word is. Made from insn.def; the tables are constants of the image, there is
 * nothing to initialise.
 */
#ifndef CORE440_DECODE_H
#define CORE440_DECODE_H

#include "types.h"

/* INSN_ILLEGAL is whatever no row names. */
enum insn {
	INSN_ILLEGAL,
#define INSN_P(name, ...)  INSN_##name,
#define INSN_X(name, ...)  INSN_##name,
#define INSN_XO(name, ...) INSN_##name,
#define INSN_A(name, ...)  INSN_##name,
#include "insn.def"
	INSN_COUNT
};

/* Flags of a row. */
enum {
	INSN_F_S1 = 1, /* bytes of one storage access; with F_MULTIPLE of each, 0 for strings */
	INSN_F_S2 = 2,
	INSN_F_S4 = 4,
	INSN_F_S8 = 8,
	INSN_F_SIZE = 15,
	INSN_F_LOAD = 1 << 4,
	INSN_F_STORE = 1 << 5,
	INSN_F_UPDATE = 1 << 6,	   /* RA becomes the effective address */
	INSN_F_INDEXED = 1 << 7,   /* EA is (RA|0) + RB */
	INSN_F_ALGEBRAIC = 1 << 8, /* sign-extends */
	INSN_F_REVERSED = 1 << 9,  /* the other byte order */
	INSN_F_MULTIPLE = 1 << 10, /* lmw, stmw */
	INSN_F_STRING = 1 << 11,
	INSN_F_RESERVE = 1 << 12, /* lwarx, stwcx. */
	INSN_F_FP = 1 << 13,	  /* needs MSR[FP] */
	INSN_F_RC = 1 << 14,	  /* bit 31 records: CR0, or CR1 for floating point */
	INSN_F_OE = 1 << 15,	  /* bit 21 sets XER[SO,OV] */
	INSN_F_CR0 = 1 << 16,	  /* always sets CR0 */
	INSN_F_CA = 1 << 17,	  /* sets XER[CA] */
	INSN_F_LK = 1 << 18,	  /* bit 31 sets LR */
	INSN_F_AA = 1 << 19,	  /* bit 30: absolute */
	INSN_F_BRANCH = 1 << 20,  /* the next instruction may be elsewhere */
	INSN_F_TRAP = 1 << 21,
	INSN_F_CONTEXT = 1 << 22, /* context synchronizing */
	INSN_F_PRIV = 1 << 23,	  /* privileged whatever its operands */
	INSN_F_CORE = 1 << 24,	  /* core440_emulate() does it; loads and stores it does too */
	INSN_F_CACHE = 1 << 25,	  /* a cache operation with an effective address (RA|0) + RB */
};

enum insn_form {
	INSN_FORM_P,  /* primary opcode alone */
	INSN_FORM_X,  /* 10-bit extended opcode */
	INSN_FORM_XO, /* 9-bit, OE in bit 21 */
	INSN_FORM_A,  /* 5-bit */
};

/* Where the primary opcodes with an extended one start in core440_decode_table. */
#define CORE440_DECODE_4    64
#define CORE440_DECODE_19   (CORE440_DECODE_4 + 1024)
#define CORE440_DECODE_31   (CORE440_DECODE_19 + 1024)
#define CORE440_DECODE_59   (CORE440_DECODE_31 + 1024)
#define CORE440_DECODE_63   (CORE440_DECODE_59 + 1024)
#define CORE440_DECODE_SIZE (CORE440_DECODE_63 + 1024)

extern const uint16_t core440_decode_table[CORE440_DECODE_SIZE];
/* Start of an extended opcode's thousand for each primary opcode, 0 for those without. */
extern const uint16_t core440_decode_base[64];
extern const uint32_t core440_insn_flags[INSN_COUNT];

/* Reserved fields are ignored: M calls such a form invalid (p.296, say) and no more. */
static inline enum insn core440_decode(uint32_t word)
{
	unsigned int op = word >> 26, base = core440_decode_base[op];

	return (enum insn)core440_decode_table[base ? base + (word >> 1 & 1023) : op];
}

/* A row in full, for disassembler, tests and documentation. */
struct core440_insn_info {
	const char *name;     /* of the enum, without INSN_ */
	const char *mnemonic; /* "" if the assembler has none */
	const char *operands; /* letters as insn.def lists them */
	const char *source;
	uint8_t form; /* enum insn_form */
	uint8_t opcode;
	uint16_t xo;
};
extern const struct core440_insn_info core440_insn_info[INSN_COUNT];

#endif
