/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The generator. Instructions are drawn from the core's own table (insn.def) and their operands
 * filled in by the table's letters, so a new row is tested without a change here. Excluded, because
 * no user program can compare them: what is privileged, traps, the time base, cache operations
 * other than dcbz.
 *
 * What is undefined by the architecture is not generated: single-precision arithmetic on values
 * that are no singles (f16 to f31 hold singles only), invalid forms of update, multiple and string
 * instructions. Accesses of the FPU stay within 16 bytes, beyond which the 440EP has an Alignment
 * interrupt. Exceptions are not enabled in FPSCR: qemu-ppc would send a signal whatever
 * MSR[FE0,FE1] is; tests/unit/test-fpu has them. FPSCR[NI] stays 0.
 *
 * Where QEMU is known to be wrong the manual's rule and what is done stand at the place. Two
 * concern FPSCR[C], so that is cleared after each of these: FPRF tells a single too small to be
 * normal as denormal, but QEMU looks at the double; fcmpo leaves C alone, but QEMU sets it with
 * VXVC.
 */
#include "gen.h"

#include "core440.h"
#include "decode.h"

#include <stddef.h>
#include <stdbool.h>
#include <string.h>

#define SCRATCH_REG    1
#define RECORD_REG     2
#define CODE_AT(count) (BATCH_RECORDS + (((count) * sizeof(struct record) + 31) & ~31u))

struct gen {
	uint64_t rng;
	uint8_t *at;  /* next word of code */
	bool nearest; /* RN stays that, as fres, frsqrte and fnmadd want it here */
	bool floating;
};

static uint32_t random32(struct gen *g)
{
	/* xorshift64* */
	g->rng ^= g->rng >> 12;
	g->rng ^= g->rng << 25;
	g->rng ^= g->rng >> 27;
	return (uint32_t)(g->rng * 0x2545f4914f6cdd1dull >> 32);
}

static uint32_t below(struct gen *g, uint32_t n)
{
	return (uint32_t)((uint64_t)random32(g) * n >> 32);
}

static void emit(struct gen *g, uint32_t word)
{
	put_word(g->at, word);
	g->at += 4;
}

/* Encodings the generator itself needs. */
static uint32_t d_form(unsigned int op, unsigned int t, unsigned int a, int imm)
{
	return op << 26 | t << 21 | a << 16 | (imm & 0xffff);
}

static uint32_t x_form(unsigned int op, unsigned int t, unsigned int a, unsigned int b,
		       unsigned int xo)
{
	return op << 26 | t << 21 | a << 16 | b << 11 | xo << 1;
}

#define ADDI(t, a, imm)	 d_form(14, t, a, imm)
#define LWZ(t, a, d)	 d_form(32, t, a, (int)(d))
#define STW(t, a, d)	 d_form(36, t, a, (int)(d))
#define MTSPR(spr, t)	 x_form(31, t, spr, 0, 467)
#define MFSPR(t, spr)	 x_form(31, t, spr, 0, 339)
#define MTFSB0(bit)	 x_form(63, bit, 0, 0, 70)
#define FIELD(member)	 offsetof(struct record, member)
#define BRANCH(from, to) (18u << 26 | ((uint32_t)((to) - (from)) & 0x03fffffcu))

enum { XER = 1, LR = 8, CTR = 9 };

/* A register that may be written. */
static unsigned int target(struct gen *g)
{
	unsigned int r = below(g, 30);

	return r == 0 ? 0 : r + 2;
}

/* A register that may be written and whose number is not 0. */
static unsigned int base(struct gen *g)
{
	return 3 + below(g, 29);
}

static uint32_t value32(struct gen *g)
{
	static const uint32_t special[] = {
		0,	    1,	    2,	    0xffffffff, 0x80000000, 0x7fffffff, 0x80000001,
		0xffff,	    0x8000, 0x7fff, 0xffff8000, 0x80008000, 0x7fff7fff, 0x00ff00ff,
		0xff00ff00, 31,	    32,	    33,		63,	    64,
	};

	switch (below(g, 4)) {
	case 0: return special[below(g, sizeof(special) / sizeof(special[0]))];
	case 1: return (uint32_t)((int32_t)random32(g) >> below(g, 32));
	default: return random32(g);
	}
}

static uint64_t random64(struct gen *g)
{
	uint64_t high = random32(g);

	return high << 32 | random32(g);
}

/* The bits of a double; with @single one that is a single, denormal ones included. */
static uint64_t value_fp(struct gen *g, bool single)
{
	uint64_t sign = (uint64_t)below(g, 2) << 63, frac, exp;

	switch (below(g, 5)) { /* fractions */
	case 0: frac = 0; break;
	case 1: frac = ~0ull; break;
	case 2: frac = 1ull << (below(g, 23) + 29); break;
	case 3: frac = ~0ull << (29 + below(g, 23)); break;
	default: frac = random64(g);
	}
	frac &= single ? 0x000fffffe0000000ull : 0x000fffffffffffffull;
	switch (below(g, 8)) { /* magnitudes */
	case 0: exp = 0x7ff; break;
	case 1:
		exp = 0;
		if (single)
			frac = 0;
		break;
	case 2: exp = single ? 1023 - 126 + below(g, 4) : 1 + below(g, 60); break;
	case 3: exp = single ? 1023 + 127 - below(g, 4) : 2046 - below(g, 60); break;
	case 4:
	case 5: exp = 1023 + below(g, 8) - 4; break;
	case 6: exp = 1023 + below(g, 64) - 32; break;
	default: exp = single ? 1023 - 126 + below(g, 254) : 1 + below(g, 2046);
	}
	if (single && below(g, 16) == 0) {
		/* A denormal single: fewer bits of fraction the smaller it is. */
		unsigned int n = 1 + below(g, 23);

		exp = 1023 - 126 - n;
		frac &= ~0ull << (29 + n);
	}
	return sign | exp << 52 | (frac & 0x000fffffffffffffull);
}

/* Operands of an access: where it goes, and the instructions before it that make a base. */
static void access(struct gen *g, enum insn id)
{
	uint32_t flags = core440_insn_flags[id];
	const struct core440_insn_info *info = &core440_insn_info[id];
	unsigned int size = flags & INSN_F_SIZE ? flags & INSN_F_SIZE : 1, t, ra = SCRATCH_REG, rb;
	unsigned int bytes = size;
	int offset;

	t = flags & INSN_F_LOAD ? target(g) : below(g, 32);
	if (flags & INSN_F_FP)
		t = flags & INSN_F_LOAD && flags & INSN_F_S8 ? below(g, 16) : below(g, 32);
	if (flags & (INSN_F_MULTIPLE | INSN_F_STRING)) {
		t = 20 + below(g, 12);
		bytes = 4 * (32 - t);
	}
	if (flags & INSN_F_STRING)
		bytes = 1 + below(g, bytes < 31 ? bytes : 31);
	rb = 3 + below(g, 16); /* never among the registers of a multiple or string */
	offset = (int)below(g, SCRATCH_SIZE - 64 - bytes) - SCRATCH_BASE + 32;
	if (below(g, 2))
		offset &= ~(int)(size > 1 ? size - 1 : 0);
	if (flags & INSN_F_FP && (offset & 15) + (int)size > 16)
		offset &= ~(int)(size - 1);
	if (flags & INSN_F_UPDATE) {
		do
			ra = base(g);
		while (ra == t || ra == rb);
	}
	if (id == INSN_LSWX || id == INSN_STSWX) {
		emit(g, ADDI(rb, 0, (int)bytes));
		emit(g, MTSPR(XER, rb));
	}
	if (!(flags & INSN_F_INDEXED) && id != INSN_DCBZ && !(flags & INSN_F_STRING)) {
		int split = flags & INSN_F_UPDATE ? (int)below(g, 2000) - 1000 : 0;

		if (flags & INSN_F_UPDATE)
			emit(g, ADDI(ra, SCRATCH_REG, offset - split));
		emit(g, d_form(info->opcode, t, ra, flags & INSN_F_UPDATE ? split : offset));
		return;
	}
	if (flags & INSN_F_STRING && !(flags & INSN_F_INDEXED)) {
		emit(g, ADDI(rb, SCRATCH_REG, offset));
		emit(g, x_form(31, t, rb, bytes, info->xo));
		return;
	}
	if (flags & INSN_F_UPDATE) {
		emit(g, ADDI(ra, SCRATCH_REG, 0));
		emit(g, ADDI(rb, 0, offset));
	} else if (below(g, 3) == 0) {
		emit(g, ADDI(rb, SCRATCH_REG, offset));
		ra = 0;
	} else {
		emit(g, ADDI(rb, 0, offset));
	}
	emit(g, x_form(31, id == INSN_DCBZ ? 0 : t, ra, rb, info->xo));
}

/*
 * FPSCR bits by number: neither enables nor NI; RN unless something relies on it. mtfsb1 of an
 * exception bit sets FX if it was 0 (Power ISA, "FPSCR": all but mtfsf and mtfsfi do), which QEMU
 * forgets.
 */
static unsigned int fpscr_bit(struct gen *g, bool set)
{
	static const uint8_t no_exceptions[] = { 1, 2, 13, 14, 15, 16, 17, 18, 19 };
	unsigned int bit = below(g, 26);

	if (bit >= 24)
		return g->nearest ? 1 : bit + 6;
	if (!bit)
		return 1;
	return set ? no_exceptions[below(g, sizeof(no_exceptions))] : bit;
}

/* One operand, as insn.def lists their letters. */
static uint32_t operand(struct gen *g, enum insn id, char letter, bool first, bool single)
{
	static const uint8_t mcrfs_fields[] = { 1, 2, 4, 5, 6, 7 };
	unsigned int fr = single ? 16 + below(g, 16) : below(g, 32);

	switch (letter) {
	case 't': return (first ? target(g) : below(g, 32)) << 21;
	case 'a': return (first ? target(g) : below(g, 32)) << 16;
	case 'z': return below(g, 32) << 16;
	case 'b': return below(g, 32) << 11;
	case 'i': return below(g, 4) ? random32(g) & 0xffff : value32(g) & 0xffff;
	case 'u': return random32(g) & 0xffff;
	case 'f': return (single ? fr : below(g, 16)) << 21;
	case 'g': return fr << 16;
	case 'h': return fr << 11;
	case 'k': return fr << 6;
	case 'c': return below(g, 8) << 23;
	case 'C':
		return (id == INSN_MCRFS ? (uint32_t)mcrfs_fields[below(g, 6)] : below(g, 8)) << 18;
	case 'x':
		if (id == INSN_MTFSB0 || id == INSN_MTFSB1)
			return fpscr_bit(g, id == INSN_MTFSB1) << 21;
		return below(g, 32) << 21;
	case 'y': return below(g, 32) << 16;
	case 'w': return below(g, 32) << 11;
	case 'q': return below(g, 32) << 6;
	case 'S': return below(g, 32) << 11;
	case 'M': return below(g, 32) << 6;
	case 'E': return below(g, 32) << 1;
	case 'm': return below(g, 256) << 12;
	case 'F': return (below(g, 256) & 0x7c) << 17;
	default: return 0;
	}
}

/* mtfsfi: any field but 0 and 6, of field 7 only RN. */
static uint32_t mtfsfi(struct gen *g)
{
	unsigned int field = 1 + below(g, 6);

	if (field < 6 || g->nearest)
		return x_form(63, (field < 6 ? field : 1) << 2, 0, below(g, 16) << 1, 134);
	return x_form(63, 7 << 2, 0, below(g, 4) << 1, 134);
}

static uint32_t encode(struct gen *g, enum insn id)
{
	const struct core440_insn_info *info = &core440_insn_info[id];
	uint32_t flags = core440_insn_flags[id], w = (uint32_t)info->opcode << 26;

	if (id == INSN_MTFSFI)
		return mtfsfi(g) | below(g, 2);
	if (info->form != INSN_FORM_P)
		w |= (uint32_t)info->xo << 1;
	for (unsigned int i = 0; info->operands[i]; i++)
		w |= operand(g, id, info->operands[i], i == 0, info->opcode == 59);
	if (flags & INSN_F_RC)
		w |= below(g, 3) == 0;
	if (flags & INSN_F_OE && below(g, 3) == 0)
		w |= 0x400;
	return w;
}

/*
 * QEMU 7.2 and 11 have three faults in multiply-accumulate: the forms without OE and saturation do
 * not write RT; signed addition takes operands of unequal signs for overflow instead of equal ones;
 * negative accumulation takes a result of RT's sign for overflow. The manual's formula (overflow
 * when the 33-bit sum does not fit) is in tests/isa and tests/unit/test-interp-insn. What is left:
 * unsigned ones that saturate.
 */
static bool wrong_in_qemu(enum insn id)
{
	switch (id) {
	case INSN_MACCHWSU:
	case INSN_MACHHWSU:
	case INSN_MACLHWSU: return false;
	default: return id >= INSN_MACCHW && id <= INSN_NMACLHWS;
	}
}

/* Whether encode() alone makes a harmless instruction of it. */
static bool plain(enum insn id)
{
	uint32_t flags = core440_insn_flags[id];

	if (flags & (INSN_F_PRIV | INSN_F_CORE | INSN_F_TRAP | INSN_F_BRANCH | INSN_F_LOAD |
		     INSN_F_STORE | INSN_F_CACHE))
		return false;
	/* The 440EP of QEMU has no isel: tests/unit/test-interp-insn has. */
	return id != INSN_ILLEGAL && id != INSN_RESERVED_NOP && id != INSN_ISEL &&
	       !wrong_in_qemu(id);
}

/* Integer, CR, XER: no storage, no floating point. */
static uint32_t simple(struct gen *g)
{
	enum insn id;

	do
		id = (enum insn)below(g, INSN_COUNT);
	while (!plain(id) || core440_insn_flags[id] & INSN_F_FP);
	return encode(g, id);
}

/* They round, then negate; QEMU negates first, and so rounds up for down. */
static bool negates(enum insn id)
{
	switch (id) {
	case INSN_FNMADD:
	case INSN_FNMADDS:
	case INSN_FNMSUB:
	case INSN_FNMSUBS: return true;
	default: return false;
	}
}

/* No mffs but at the end of each sequence, for it shows FR and FI; so does mcrfs of field 3. */
static uint32_t floating(struct gen *g)
{
	enum insn id;

	do
		id = (enum insn)(INSN_FADD + below(g, INSN_COUNT - INSN_FADD));
	while (id == INSN_FRES || id == INSN_FRSQRTE || id == INSN_MFFS ||
	       (!g->nearest && negates(id)));
	return encode(g, id);
}

static uint32_t any_plain(struct gen *g)
{
	return g->floating && below(g, 2) ? floating(g) : simple(g);
}

/*
 * fres or frsqrte: estimates, but both sides round the exact value to the nearest. XX is not among
 * what they alter, yet QEMU sets it: so it is cleared. Of 0 they make infinity; QEMU makes 1/2: no
 * zeros.
 */
static void estimate(struct gen *g)
{
	unsigned int source = 16 + below(g, 16);

	emit(g, d_form(48, source, RECORD_REG, FIELD(single)));
	emit(g, x_form(below(g, 2) ? 59 : 63, 16 + below(g, 16), 0, source, 0));
	put_word(g->at - 4, get_word(g->at - 4) | (get_word(g->at - 4) >> 26 == 59 ? 24 : 26) << 1);
	emit(g, MTFSB0(6));
	emit(g, MTFSB0(15));
}

/* After which FPSCR[C] is wrong in QEMU: see file's top. */
static bool clear_c(uint32_t w)
{
	enum insn id = core440_decode(w);

	return w >> 26 == 59 || id == INSN_FRSP || id == INSN_FCMPO;
}

static bool fused(uint32_t w)
{
	enum insn id = core440_decode(w);

	return id >= INSN_FMADD && id <= INSN_FNMSUBS;
}

static void plain_unit(struct gen *g)
{
	uint32_t w = any_plain(g);

	emit(g, w);
	if (clear_c(w))
		emit(g, MTFSB0(15));
	if (fused(w))
		emit(g, MTFSB0(7));
}

/* One that may stand where only one can. */
static uint32_t alone(struct gen *g)
{
	uint32_t w;

	do
		w = any_plain(g);
	while (clear_c(w) || fused(w));
	return w;
}

/* A conditional branch over one instruction. */
static void skip(struct gen *g)
{
	emit(g, 16u << 26 | below(g, 32) << 21 | below(g, 32) << 16 | 8 | below(g, 2));
	emit(g, alone(g));
}

/* A loop of a few rounds; CTR counts, and CR may end it early. */
static void loop(struct gen *g)
{
	unsigned int r = base(g), n = 1 + below(g, 3);

	emit(g, ADDI(r, 0, 1 + (int)below(g, 5)));
	emit(g, MTSPR(CTR, r));
	for (unsigned int i = 0; i < n; i++)
		emit(g, alone(g));
	/* BO: decrement, branch while not zero, with or without a look at CR. */
	emit(g, 16u << 26 | (below(g, 2) ? 16u : below(g, 2) << 3) << 21 | below(g, 32) << 16 |
			(uint32_t)(-4 * (int)n & 0xfffc));
}

/* Through LR or CTR to one of two places. */
static void indirect(struct gen *g)
{
	unsigned int r = base(g);
	bool ctr = below(g, 2);
	uint32_t bo = below(g, 32), lk = below(g, 2);

	if (ctr)
		bo |= 4;	/* the form that counts is invalid */
	emit(g, 18u << 26 | 5); /* bl to the next: LR tells where this is */
	emit(g, MFSPR(r, LR));
	emit(g, ADDI(r, r, 16 + 4 * (int)below(g, 3)));
	emit(g, MTSPR(ctr ? CTR : LR, r));
	emit(g, x_form(19, bo, below(g, 32), 0, ctr ? 528 : 16) | lk);
	emit(g, alone(g));
	emit(g, alone(g));
}

static void special_register(struct gen *g)
{
	static const uint8_t sprs[] = { XER, LR, CTR };
	unsigned int spr = sprs[below(g, 3)];

	if (below(g, 2)) {
		emit(g, MFSPR(target(g), spr));
	} else if (spr == XER) {
		/* QEMU keeps XER's reserved bits, which read as 0: clear them first (rlwinm 25,2).
		 */
		unsigned int r = base(g);

		emit(g, 21u << 26 | below(g, 32) << 21 | r << 16 | 25 << 6 | 2 << 1);
		emit(g, MTSPR(XER, r));
	} else {
		emit(g, MTSPR(spr, below(g, 32)));
	}
}

/*
 * lwarx and stwcx. of one word, then perhaps a stwcx. that must fail. Never of two words: whether a
 * stwcx. stores when the reservation is of another address is undefined.
 */
static void reservation(struct gen *g)
{
	unsigned int rb = base(g), t;
	int offset = ((int)below(g, SCRATCH_SIZE - 64) - SCRATCH_BASE + 32) & ~3;

	do
		t = target(g);
	while (t == rb);
	emit(g, ADDI(rb, SCRATCH_REG, offset));
	emit(g, x_form(31, t, 0, rb, 20));
	if (below(g, 2))
		emit(g, ADDI(t, t, 1));
	emit(g, x_form(31, below(g, 32), 0, rb, 150) | 1);
	if (below(g, 2))
		emit(g, x_form(31, below(g, 32), 0, rb, 150) | 1);
}

static void storage(struct gen *g)
{
	enum insn id;

	if (below(g, 16) == 0) {
		reservation(g);
		return;
	}
	do {
		id = (enum insn)below(g, INSN_COUNT);
	} while (core440_insn_flags[id] & INSN_F_RESERVE ||
		 !(core440_insn_flags[id] & (INSN_F_LOAD | INSN_F_STORE) || id == INSN_DCBZ) ||
		 (core440_insn_flags[id] & INSN_F_FP && !g->floating));
	access(g, id);
}

static void unit(struct gen *g)
{
	uint32_t kind = below(g, 16);

	if (kind < 4)
		storage(g);
	else if (kind == 4)
		skip(g);
	else if (kind == 5)
		loop(g);
	else if (kind == 6)
		indirect(g);
	else if (kind == 7)
		special_register(g);
	else if (kind == 8 && g->floating && g->nearest)
		estimate(g);
	else
		plain_unit(g);
}

static void sequence(struct gen *g, const uint8_t *batch, uint32_t save)
{
	unsigned int units = 2 + below(g, 14);

	emit(g, LWZ(3, RECORD_REG, FIELD(lr)));
	emit(g, MTSPR(LR, 3));
	emit(g, LWZ(3, RECORD_REG, FIELD(gpr[3])));
	while (units--)
		unit(g);
	emit(g, BRANCH((uint32_t)(g->at - batch), save));
}

static void initial_state(struct gen *g, struct record *r, uint32_t address)
{
	/* FX is 1 and stays so: QEMU sets it for exception bits that were set already, too. */
	uint32_t fpscr = 0x80000000u | (random32(g) & 0x1ff9f700u);

	for (unsigned int i = 0; i < 32; i++) {
		uint64_t f = value_fp(g, i >= 16);

		put_word(&r->gpr[i], value32(g));
		put_word(&r->fpr[i][0], (uint32_t)(f >> 32));
		put_word(&r->fpr[i][1], (uint32_t)f);
	}
	put_word(&r->gpr[SCRATCH_REG], address + FIELD(scratch) + SCRATCH_BASE);
	put_word(&r->gpr[RECORD_REG], address);
	put_word(&r->single, random32(g) % 0x7f000000 + 0x00800000);
	put_word(&r->lr, value32(g));
	put_word(&r->ctr, value32(g));
	put_word(&r->xer, random32(g) & 0xe000007fu);
	put_word(&r->cr, random32(g));
	/* Sticky bits are set in one of four only: most have something to become new. */
	if (below(g, 4))
		fpscr &= 0x8001f000u;
	put_word(&r->fpscr[1], fpscr | (g->nearest ? 0 : below(g, 4)));
	for (unsigned int i = 0; i < SCRATCH_SIZE; i += 4)
		put_word(&r->scratch[i], below(g, 3) ? random32(g) : value32(g));
}

/* From one record to the next; returns where sequences end. */
static uint32_t frame(uint8_t *batch)
{
	struct gen g = { .at = batch + BATCH_ENTRY };
	uint32_t save, next;

	put_word(batch, 18u << 26);
	put_word(batch + BATCH_END, 18u << 26);
	emit(&g, d_form(15, RECORD_REG, 0, BATCH_ADDRESS >> 16));
	emit(&g, d_form(24, RECORD_REG, RECORD_REG, BATCH_RECORDS));
	next = (uint32_t)(g.at - batch);
	emit(&g, LWZ(0, RECORD_REG, FIELD(code)));
	emit(&g, MTSPR(LR, 0));
	emit(&g, d_form(50, 0, RECORD_REG, FIELD(fpscr)));
	emit(&g, x_form(63, 0, 0, 0, 711) | 0xff << 17);
	emit(&g, LWZ(0, RECORD_REG, FIELD(xer)));
	emit(&g, MTSPR(XER, 0));
	emit(&g, LWZ(0, RECORD_REG, FIELD(ctr)));
	emit(&g, MTSPR(CTR, 0));
	emit(&g, LWZ(0, RECORD_REG, FIELD(cr)));
	emit(&g, x_form(31, 0, 0, 0, 144) | 0xff << 12);
	for (unsigned int i = 0; i < 32; i++)
		emit(&g, d_form(50, i, RECORD_REG, (int)FIELD(fpr[i])));
	emit(&g, LWZ(0, RECORD_REG, FIELD(gpr[0])));
	emit(&g, LWZ(SCRATCH_REG, RECORD_REG, FIELD(gpr[SCRATCH_REG])));
	emit(&g, d_form(46, 3, RECORD_REG, FIELD(gpr[3])));
	emit(&g, x_form(19, 20, 0, 0, 16));

	save = (uint32_t)(g.at - batch);
	emit(&g, STW(0, RECORD_REG, FIELD(gpr[0])));
	emit(&g, STW(SCRATCH_REG, RECORD_REG, FIELD(gpr[SCRATCH_REG])));
	emit(&g, d_form(47, 3, RECORD_REG, FIELD(gpr[3])));
	emit(&g, MFSPR(0, LR));
	emit(&g, STW(0, RECORD_REG, FIELD(lr)));
	emit(&g, MFSPR(0, CTR));
	emit(&g, STW(0, RECORD_REG, FIELD(ctr)));
	emit(&g, MFSPR(0, XER));
	emit(&g, STW(0, RECORD_REG, FIELD(xer)));
	emit(&g, x_form(31, 0, 0, 0, 19));
	emit(&g, STW(0, RECORD_REG, FIELD(cr)));
	for (unsigned int i = 0; i < 32; i++)
		emit(&g, d_form(54, i, RECORD_REG, (int)FIELD(fpr[i])));
	emit(&g, x_form(63, 0, 0, 0, 583));
	emit(&g, d_form(54, 0, RECORD_REG, FIELD(fpscr)));
	emit(&g, ADDI(RECORD_REG, RECORD_REG, sizeof(struct record)));
	emit(&g, d_form(15, 3, 0, BATCH_ADDRESS >> 16));
	emit(&g, LWZ(4, 3, BATCH_HEADER + offsetof(struct batch_header, count)));
	emit(&g, ADDI(4, 4, -1));
	emit(&g, STW(4, 3, BATCH_HEADER + offsetof(struct batch_header, count)));
	emit(&g, d_form(11, 0, 4, 0));
	emit(&g, 16u << 26 | 4 << 21 | 2 << 16 | ((next - (uint32_t)(g.at - batch)) & 0xfffc));
	emit(&g, LWZ(3, 3, BATCH_HEADER + offsetof(struct batch_header, end)));
	emit(&g, MTSPR(CTR, 3));
	emit(&g, x_form(19, 20, 0, 0, 528));
	return save;
}

void gen_batch(uint8_t *batch, uint64_t seed, uint64_t first, unsigned int count)
{
	struct batch_header *header = (struct batch_header *)(batch + BATCH_HEADER);
	struct record *records = (struct record *)(batch + BATCH_RECORDS);
	uint32_t save = frame(batch);
	uint8_t *code = batch + CODE_AT(count);

	put_word(&header->end, BATCH_ADDRESS + BATCH_END);
	put_word(&header->count, count);
	for (unsigned int i = 0; i < count; i++) {
		struct gen g = { .rng = (seed + 1) * 0x9e3779b97f4a7c15ull +
					(first + i) * 0xd1342543de82ef95ull + 1,
				 .at = code };

		for (unsigned int warm = 0; warm < 4; warm++)
			random32(&g);
		g.floating = below(&g, 2);
		g.nearest = below(&g, 4) == 0;
		initial_state(
			&g, &records[i],
			(uint32_t)(BATCH_ADDRESS + BATCH_RECORDS + i * sizeof(struct record)));
		put_word(&records[i].code, (uint32_t)(BATCH_ADDRESS + (code - batch)));
		sequence(&g, batch, save);
		code = g.at;
	}
}

unsigned int gen_body(const uint8_t *batch, unsigned int index, uint32_t *words)
{
	const struct record *r = (const struct record *)(batch + BATCH_RECORDS) + index;
	const uint8_t *code = batch + (get_word(&r->code) - BATCH_ADDRESS) + 12;
	unsigned int n = 0;

	/* Up to the branch to what saves the state: the only one that goes back that far. */
	while (n < SEQUENCE_MAX) {
		uint32_t w = get_word(code + 4 * n);

		if (w >> 26 == 18 && !(w & 1))
			break;
		words[n++] = w;
	}
	return n;
}
