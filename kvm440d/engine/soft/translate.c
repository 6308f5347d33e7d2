/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Instruction words to operations. What has no operation of its own is left to core440_emulate().
 */
#include "soft.h"

/* An instruction being translated. */
struct word {
	uint32_t w;
	uint8_t rt, ra, rb;
	int32_t simm;
	uint32_t uimm;
	bool rc, oe;
	unsigned int index; /* in its page */
	bool single;	    /* no neighbours: branches leave */
};

static void set(struct engine_vcpu *v, struct op *op, enum op_code code)
{
	op->run = v->labels[code];
}

static void set_regs(struct engine_vcpu *v, struct op *op, enum op_code code, uint8_t a, uint8_t b,
		     uint8_t c)
{
	set(v, op, code);
	op->a = a;
	op->b = b;
	op->c = c;
}

static void set_imm(struct engine_vcpu *v, struct op *op, enum op_code code, uint8_t a, uint8_t b,
		    int32_t imm)
{
	set_regs(v, op, code, a, b, 0);
	op->imm = imm;
}

/* XO forms without OE whose handler is @plain, with Rc @recording; OP_ARITH where there is none. */
static void set_arith(struct engine_vcpu *v, struct op *op, const struct word *x,
		      enum op_code plain, enum op_code recording)
{
	enum op_code code = x->oe ? OP_ARITH : x->rc ? recording : plain;

	set_regs(v, op, code, x->rt, x->ra, x->rb);
	if (code == OP_ARITH)
		op->imm = (int32_t)x->w;
}

/* X forms: RA = RS op RB. */
static void set_logic(struct engine_vcpu *v, struct op *op, const struct word *x,
		      enum op_code plain, enum op_code recording)
{
	enum op_code code = x->rc ? recording : plain;

	set_regs(v, op, code, x->ra, x->rt, x->rb);
	if (code == OP_LOGIC)
		op->imm = (int32_t)x->w;
}

static uint32_t mask_of(uint32_t w)
{
	unsigned int mb = w >> 6 & 31, me = w >> 1 & 31;
	uint32_t from = 0xffffffffu >> mb, to = 0xffffffffu << (31 - me);

	return mb <= me ? from & to : from | to;
}

static void rotate(struct engine_vcpu *v, struct op *op, const struct word *x, enum insn id)
{
	uint32_t mask = mask_of(x->w);
	enum op_code code = x->rc ? OP_RLWINM_RC : OP_RLWINM;

	if (id == INSN_RLWNM) {
		set_imm(v, op, OP_RLWNM, x->ra, x->rt, (int32_t)mask);
		op->c = x->rb;
		op->d = x->rc;
		return;
	}
	if (id == INSN_RLWIMI)
		code = x->rc ? OP_RLWIMI_RC : OP_RLWIMI;
	else if (!x->rc && x->rb == 0)
		code = OP_MASK;
	else if (!x->rc && mask == 0xffffffffu << x->rb)
		code = OP_SLWI;
	else if (!x->rc && mask == 0xffffffffu >> (32 - x->rb))
		code = OP_SRWI;
	set_imm(v, op, code, x->ra, x->rt, (int32_t)mask);
	op->d = code == OP_SRWI ? 32 - x->rb : x->rb;
}

static void integer_immediate(struct engine_vcpu *v, struct op *op, const struct word *x,
			      enum insn id)
{
	switch (id) {
	case INSN_ADDI: set_imm(v, op, x->ra ? OP_ADDI : OP_LI, x->rt, x->ra, x->simm); break;
	case INSN_ADDIS:
		set_imm(v, op, x->ra ? OP_ADDI : OP_LI, x->rt, x->ra, (int32_t)(x->uimm << 16));
		break;
	case INSN_MULLI: set_imm(v, op, OP_MULLI, x->rt, x->ra, x->simm); break;
	case INSN_SUBFIC: set_imm(v, op, OP_SUBFIC, x->rt, x->ra, x->simm); break;
	case INSN_ADDIC: set_imm(v, op, OP_ADDIC, x->rt, x->ra, x->simm); break;
	case INSN_ADDIC_RC: set_imm(v, op, OP_ADDIC_RC, x->rt, x->ra, x->simm); break;
	case INSN_ORI:
	case INSN_ORIS:
		set_imm(v, op, OP_ORI, x->ra, x->rt,
			(int32_t)(id == INSN_ORI ? x->uimm : x->uimm << 16));
		if (!x->uimm)
			set(v, op, x->ra == x->rt ? OP_NOP : OP_MR);
		break;
	case INSN_XORI: set_imm(v, op, OP_XORI, x->ra, x->rt, (int32_t)x->uimm); break;
	case INSN_XORIS: set_imm(v, op, OP_XORI, x->ra, x->rt, (int32_t)(x->uimm << 16)); break;
	case INSN_ANDI_RC: set_imm(v, op, OP_ANDI_RC, x->ra, x->rt, (int32_t)x->uimm); break;
	case INSN_ANDIS_RC:
		set_imm(v, op, OP_ANDI_RC, x->ra, x->rt, (int32_t)(x->uimm << 16));
		break;
	case INSN_CMPI:
		set_imm(v, op, OP_CMPI, 0, x->ra, x->simm);
		op->d = 28 - (x->rt & 0x1c);
		break;
	case INSN_CMPLI:
		set_imm(v, op, OP_CMPLI, 0, x->ra, (int32_t)x->uimm);
		op->d = 28 - (x->rt & 0x1c);
		break;
	case INSN_TWI: set_imm(v, op, OP_TRAPI, x->rt, x->ra, x->simm); break;
	case INSN_RLWIMI:
	case INSN_RLWINM:
	case INSN_RLWNM: rotate(v, op, x, id); break;
	default: break;
	}
}

static void arithmetic(struct engine_vcpu *v, struct op *op, const struct word *x, enum insn id)
{
	switch (id) {
	case INSN_ADD: set_arith(v, op, x, OP_ADD, OP_ADD_RC); break;
	case INSN_SUBF: set_arith(v, op, x, OP_SUBF, OP_SUBF_RC); break;
	case INSN_NEG: set_arith(v, op, x, OP_NEG, OP_ARITH); break;
	case INSN_MULLW: set_arith(v, op, x, OP_MULLW, OP_MULLW_RC); break;
	case INSN_DIVW: set_arith(v, op, x, OP_DIVW, OP_ARITH); break;
	case INSN_DIVWU: set_arith(v, op, x, OP_DIVWU, OP_ARITH); break;
	case INSN_ADDC: set_arith(v, op, x, OP_ADDC, OP_ARITH); break;
	case INSN_ADDE: set_arith(v, op, x, OP_ADDE, OP_ARITH); break;
	case INSN_ADDZE: set_arith(v, op, x, OP_ADDZE, OP_ARITH); break;
	case INSN_SUBFC: set_arith(v, op, x, OP_SUBFC, OP_ARITH); break;
	case INSN_SUBFE: set_arith(v, op, x, OP_SUBFE, OP_ARITH); break;
	case INSN_MULHW:
	case INSN_MULHWU:
		/* Bit 21 is reserved here, not OE. */
		set_regs(v, op,
			 x->rc		    ? OP_ARITH
			 : id == INSN_MULHW ? OP_MULHW
					    : OP_MULHWU,
			 x->rt, x->ra, x->rb);
		op->imm = (int32_t)x->w;
		break;
	default: set_arith(v, op, x, OP_ARITH, OP_ARITH); op->imm = (int32_t)x->w;
	}
}

static void logic(struct engine_vcpu *v, struct op *op, const struct word *x, enum insn id)
{
	switch (id) {
	case INSN_AND: set_logic(v, op, x, OP_AND, OP_AND_RC); break;
	case INSN_OR:
		set_logic(v, op, x, OP_OR, OP_OR_RC);
		if (x->rt == x->rb && !x->rc)
			set(v, op, x->rt == x->ra ? OP_NOP : OP_MR);
		break;
	case INSN_XOR: set_logic(v, op, x, OP_XOR, OP_XOR_RC); break;
	case INSN_NOR: set_logic(v, op, x, OP_NOR, OP_LOGIC); break;
	case INSN_ANDC: set_logic(v, op, x, OP_ANDC, OP_LOGIC); break;
	case INSN_EXTSB: set_logic(v, op, x, OP_EXTSB, OP_EXTSB_RC); break;
	case INSN_EXTSH: set_logic(v, op, x, OP_EXTSH, OP_EXTSH_RC); break;
	case INSN_CNTLZW: set_logic(v, op, x, OP_CNTLZW, OP_LOGIC); break;
	case INSN_SLW: set_logic(v, op, x, OP_SLW, OP_LOGIC); break;
	case INSN_SRW: set_logic(v, op, x, OP_SRW, OP_LOGIC); break;
	case INSN_SRAW:
		set_logic(v, op, x, OP_SRAW, OP_SRAW);
		op->d = x->rc;
		break;
	case INSN_SRAWI:
		set_logic(v, op, x, OP_SRAWI, OP_SRAWI_RC);
		op->d = x->rb;
		break;
	default: set_logic(v, op, x, OP_LOGIC, OP_LOGIC);
	}
}

/* Distance of a branch's target as the operation wants it: whether it stays within the page. */
static bool near(const struct word *x, struct op *op, int32_t bytes)
{
	int32_t target = (int32_t)x->index * 4 + bytes;

	op->imm = bytes;
	if (x->single || target < 0 || target >= (int32_t)PAGE_SIZE)
		return false;
	op->imm = bytes / 4 * (int32_t)sizeof(struct op);
	return true;
}

static void branch(struct engine_vcpu *v, struct op *op, const struct word *x)
{
	int32_t bytes = (int32_t)(x->w << 6) >> 6 & ~3;
	bool lk = x->w & 1;

	if (x->w & 2) {
		set_imm(v, op, lk ? OP_BL_ABS : OP_B_ABS, 0, 0, bytes);
		return;
	}
	if (!bytes && !lk) {
		set(v, op, OP_SPIN);
		return;
	}
	if (near(x, op, bytes))
		set(v, op, lk ? OP_BL : OP_B);
	else
		set(v, op, lk ? OP_BL_FAR : OP_B_FAR);
}

static void branch_conditional(struct engine_vcpu *v, struct op *op, const struct word *x)
{
	int32_t bytes = (int32_t)(int16_t)(x->w & 0xfffc);
	unsigned int bo = x->rt;

	op->a = (uint8_t)bo;
	op->b = x->w >> 1 & 1;
	op->c = x->w & 1;
	op->d = 31 - x->ra;
	op->imm = bytes;
	set(v, op, OP_BC);
	if (x->w & 3)
		return;
	if ((bo & 0x14) == 0x04) { /* on a CR bit, CTR left alone */
		if (near(x, op, bytes))
			set(v, op, bo & 8 ? OP_BT : OP_BF);
		else
			set(v, op, bo & 8 ? OP_BT_FAR : OP_BF_FAR);
	} else if ((bo & 0x16) == 0x10 && near(x, op, bytes)) { /* CTR != 0, whatever CR */
		set(v, op, OP_BDNZ);
	} else {
		op->imm = bytes;
	}
}

static void branch_register(struct engine_vcpu *v, struct op *op, const struct word *x, bool ctr)
{
	unsigned int bo = x->rt;
	bool lk = x->w & 1;

	op->a = (uint8_t)bo;
	op->b = ctr;
	op->c = lk;
	op->d = 31 - x->ra;
	if ((bo & 0x14) == 0x14 && (ctr || !lk))
		set(v, op, !ctr ? OP_BLR : lk ? OP_BCTRL : OP_BCTR);
	else if ((bo & 0x14) == 0x04 && !ctr && !lk)
		set(v, op, bo & 8 ? OP_BTLR : OP_BFLR);
	else
		set(v, op, OP_BCREG);
}

static void spr(struct engine_vcpu *v, struct op *op, const struct word *x, bool write)
{
	unsigned int n = (x->w >> 16 & 31) | (x->w >> 6 & 0x3e0);

	switch (n) {
	case 1: /* XER; writing drops its reserved bits, which is the core's to know */
		set_regs(v, op, write ? OP_CORE : OP_MFXER, x->rt, 0, 0);
		break;
	case 8: set_regs(v, op, write ? OP_MTLR : OP_MFLR, x->rt, 0, 0); break;
	case 9: set_regs(v, op, write ? OP_MTCTR : OP_MFCTR, x->rt, 0, 0); break;
	case 272: /* SPRG0 to SPRG7 by their privileged numbers */
	case 273:
	case 274:
	case 275:
	case 276:
	case 277:
	case 278:
	case 279:
		/* SPRG4 to 7 are only written by these numbers. */
		if (!write && n > 275)
			return;
		set_regs(v, op, write ? OP_MTSPRG : OP_MFSPRG, x->rt, 0, 0);
		op->d = (uint8_t)(n - 272);
		break;
	default: break; /* the core's */
	}
}

static void condition(struct engine_vcpu *v, struct op *op, const struct word *x, enum insn id)
{
	uint32_t mask = 0;

	switch (id) {
	case INSN_MCRF:
		set(v, op, OP_MCRF);
		op->d = 28 - (x->rt & 0x1c);
		op->a = 28 - (x->ra & 0x1c);
		break;
	case INSN_MCRXR:
		set(v, op, OP_MCRXR);
		op->d = 28 - (x->rt & 0x1c);
		break;
	case INSN_MFCR: set_regs(v, op, OP_MFCR, x->rt, 0, 0); break;
	case INSN_MTCRF:
		for (unsigned int i = 0; i < 8; i++)
			if (x->w & 0x80000u >> i)
				mask |= 0xf0000000u >> (4 * i);
		set_imm(v, op, OP_MTCRF, 0, x->rt, (int32_t)mask);
		break;
	default: set_imm(v, op, OP_CRLOGIC, 0, 0, (int32_t)x->w);
	}
}

/* Loads and stores with a fast path. RA = 0 stands for no register, which only the core knows. */
static const struct {
	uint16_t id;
	uint16_t code;
	uint16_t without_ra; /* X-forms with RA = 0: RB is the base */
} accesses[] = {
	{ INSN_LBZ, OP_LBZ, 0 },
	{ INSN_LBZU, OP_LBZU, 0 },
	{ INSN_LBZX, OP_LBZX, OP_LBZ },
	{ INSN_LBZUX, OP_LBZUX, 0 },
	{ INSN_LHZ, OP_LHZ, 0 },
	{ INSN_LHZU, OP_LHZU, 0 },
	{ INSN_LHZX, OP_LHZX, OP_LHZ },
	{ INSN_LHA, OP_LHA, 0 },
	{ INSN_LHAX, OP_LHAX, OP_LHA },
	{ INSN_LWZ, OP_LWZ, 0 },
	{ INSN_LWZU, OP_LWZU, 0 },
	{ INSN_LWZX, OP_LWZX, OP_LWZ },
	{ INSN_LWZUX, OP_LWZUX, 0 },
	{ INSN_LWBRX, OP_LWBRX, 0 },
	{ INSN_LHBRX, OP_LHBRX, 0 },
	{ INSN_STB, OP_STB, 0 },
	{ INSN_STBU, OP_STBU, 0 },
	{ INSN_STBX, OP_STBX, OP_STB },
	{ INSN_STBUX, OP_STBUX, 0 },
	{ INSN_STH, OP_STH, 0 },
	{ INSN_STHU, OP_STHU, 0 },
	{ INSN_STHX, OP_STHX, OP_STH },
	{ INSN_STW, OP_STW, 0 },
	{ INSN_STWU, OP_STWU, 0 },
	{ INSN_STWX, OP_STWX, OP_STW },
	{ INSN_STWUX, OP_STWUX, 0 },
	{ INSN_STWBRX, OP_STWBRX, 0 },
	{ INSN_STHBRX, OP_STHBRX, 0 },
	{ INSN_LMW, OP_LMW, 0 },
	{ INSN_STMW, OP_STMW, 0 },
	{ INSN_LFS, OP_LFS, 0 },
	{ INSN_LFSX, OP_LFSX, OP_LFS },
	{ INSN_LFD, OP_LFD, 0 },
	{ INSN_LFDX, OP_LFDX, OP_LFD },
	{ INSN_STFS, OP_STFS, 0 },
	{ INSN_STFSX, OP_STFSX, OP_STFS },
	{ INSN_STFD, OP_STFD, 0 },
	{ INSN_STFDX, OP_STFDX, OP_STFD },
	{ INSN_LWARX, OP_LWARX, OP_LWARX },
	{ INSN_STWCX, OP_STWCX, OP_STWCX },
	{ INSN_DCBZ, OP_DCBZ, OP_DCBZ },
};

static void access(struct engine_vcpu *v, struct op *op, const struct word *x, enum insn id)
{
	uint32_t flags = core440_insn_flags[id];
	bool indexed = flags & (INSN_F_INDEXED | INSN_F_CACHE);

	for (unsigned int i = 0; i < sizeof(accesses) / sizeof(accesses[0]); i++) {
		if (accesses[i].id != id)
			continue;
		if (x->ra) {
			set_regs(v, op, (enum op_code)accesses[i].code, x->rt, x->ra, x->rb);
			op->d = 0;
			op->imm = indexed ? 0 : x->simm;
			/* Update forms with RA = RT are invalid; lmw may not load its base. */
			if (flags & INSN_F_LOAD && !(flags & INSN_F_FP) &&
			    ((flags & INSN_F_UPDATE && x->ra == x->rt) ||
			     (flags & INSN_F_MULTIPLE && x->ra >= x->rt)))
				set(v, op, OP_CORE);
		} else if (indexed && accesses[i].without_ra) {
			set_imm(v, op, (enum op_code)accesses[i].without_ra, x->rt, x->rb, 0);
			op->d = 1; /* for those whose form says it here: RA is no register */
		}
		return;
	}
}

static void floating(struct engine_vcpu *v, struct op *op, const struct word *x, enum insn id)
{
	/* FRC stands where rlwinm has MB. */
	set_regs(v, op, OP_FLOAT, x->rt, x->ra, x->rb);
	op->d = x->w >> 6 & 31;
	op->imm = (int32_t)x->w;
	switch (id) {
	case INSN_FMR: set(v, op, x->rc ? OP_FCONTROL : OP_FMR); break;
	case INSN_FADD:
	case INSN_FADDS: set(v, op, OP_FADD); break;
	case INSN_FSUB:
	case INSN_FSUBS: set(v, op, OP_FSUB); break;
	case INSN_FMUL:
	case INSN_FMULS: set(v, op, OP_FMUL); break;
	case INSN_FDIV:
	case INSN_FDIVS: set(v, op, OP_FDIV); break;
	case INSN_FMADD:
	case INSN_FMADDS: set(v, op, OP_FMADD); break;
	case INSN_FCMPU:
	case INSN_FCMPO:
		set(v, op, OP_FCMP);
		op->a = id == INSN_FCMPO;
		op->d = 28 - (x->rt & 0x1c);
		break;
	case INSN_FABS:
	case INSN_FNABS:
	case INSN_FNEG:
	case INSN_FSEL:
	case INSN_MCRFS:
	case INSN_MFFS:
	case INSN_MTFSB0:
	case INSN_MTFSB1:
	case INSN_MTFSF:
	case INSN_MTFSFI: set(v, op, OP_FCONTROL); break;
	default: break;
	}
}

/* Everything under opcodes 19 and 31 that is the engine's and no access, and the rest. */
static void other(struct engine_vcpu *v, struct op *op, const struct word *x, enum insn id)
{
	switch (id) {
	case INSN_B: branch(v, op, x); break;
	case INSN_BC: branch_conditional(v, op, x); break;
	case INSN_BCLR:
	case INSN_BCCTR: branch_register(v, op, x, id == INSN_BCCTR); break;
	case INSN_SC: set(v, op, OP_SC); break;
	case INSN_ISYNC: set(v, op, OP_ISYNC); break;
	case INSN_MBAR:
	case INSN_MSYNC:
	case INSN_RESERVED_NOP:
	/* Hints have no exceptions; debug events on them are for soft_step(), which asks the core.
	 */
	case INSN_DCBA:
	case INSN_DCBT:
	case INSN_DCBTST:
	case INSN_ICBT: set(v, op, OP_NOP); break;
	case INSN_MFSPR:
	case INSN_MTSPR: spr(v, op, x, id == INSN_MTSPR); break;
	case INSN_MFMSR: set_regs(v, op, OP_MFMSR, x->rt, 0, 0); break;
	case INSN_TW: set_regs(v, op, OP_TRAP, x->rt, x->ra, x->rb); break;
	case INSN_CMP:
	case INSN_CMPL:
		set_regs(v, op, id == INSN_CMP ? OP_CMP : OP_CMPL, 0, x->ra, x->rb);
		op->d = 28 - (x->rt & 0x1c);
		break;
	case INSN_ISEL:
		set_regs(v, op, x->ra ? OP_ISEL : OP_ISEL0, x->rt, x->ra, x->rb);
		op->d = 31 - (x->w >> 6 & 31);
		break;
	case INSN_DLMZB: set_imm(v, op, OP_DLMZB, 0, 0, (int32_t)x->w); break;
	default:
		if (x->w >> 26 == 4)
			set_imm(v, op, OP_MAC, 0, 0, (int32_t)x->w);
		break;
	}
}

void soft_translate(struct engine_vcpu *v, struct op *op, uint32_t insn, unsigned int index,
		    bool single)
{
	struct word x = {
		.w = insn,
		.rt = insn >> 21 & 31,
		.ra = insn >> 16 & 31,
		.rb = insn >> 11 & 31,
		.simm = (int16_t)insn,
		.uimm = insn & 0xffff,
		.rc = insn & 1,
		.oe = insn & 0x400,
		.index = index,
		.single = single,
	};
	enum insn id = core440_decode(insn);
	uint32_t flags = core440_insn_flags[id];

	*op = (struct op){ .run = v->labels[OP_CORE] };
	if (id == INSN_ILLEGAL)
		return;
	if (flags & (INSN_F_LOAD | INSN_F_STORE) || id == INSN_DCBZ) {
		access(v, op, &x, id);
	} else if (flags & INSN_F_FP) {
		floating(v, op, &x, id);
	} else if (id >= INSN_ADD && id <= INSN_SUBFZE) {
		if (core440_insn_info[id].form == INSN_FORM_P)
			integer_immediate(v, op, &x, id);
		else
			arithmetic(v, op, &x, id);
	} else if (id >= INSN_AND && id <= INSN_SRW && id != INSN_CMP && id != INSN_CMPL &&
		   id != INSN_TW) {
		if (core440_insn_info[id].form == INSN_FORM_P)
			integer_immediate(v, op, &x, id);
		else
			logic(v, op, &x, id);
	} else if (id >= INSN_CRAND && id <= INSN_MTCRF) {
		condition(v, op, &x, id);
	} else {
		other(v, op, &x, id);
	}
}
