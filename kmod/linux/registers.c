// SPDX-License-Identifier: GPL-2.0-only
/*
 * A processor's registers as user space has them: KVM_GET/SET_REGS, SREGS, FPU, ONE_REG,
 * GET_REG_LIST and KVM_TRANSLATE (Documentation/virt/kvm/api.rst and asm/kvm.h of Linux 6.1). The
 * processor does not run meanwhile. All goes through the core, which keeps its own consistent; bits
 * that a register has not got are dropped, as its mtspr would.
 */
#include "vcpu.h"

#include <linux/slab.h>
#include <linux/uaccess.h>

#include <asm/time.h>

#include "spr.h"

/* Numbers of spr.def that the structures of KVM name. */
enum {
	SPR_DEC = 0x016,
	SPR_DECAR = 0x036,
	SPR_CSRR0 = 0x03a,
	SPR_CSRR1 = 0x03b,
	SPR_DEAR = 0x03d,
	SPR_ESR = 0x03e,
	SPR_IVPR = 0x03f,
	SPR_USPRG0 = 0x100,
	SPR_PID = 0x030,
	SPR_PIR = 0x11e,
	SPR_DBSR = 0x130,
	SPR_DBCR0 = 0x134,
	SPR_IAC1 = 0x138,
	SPR_DAC1 = 0x13c,
	SPR_DVC1 = 0x13e,
	SPR_TSR = 0x150,
	SPR_TCR = 0x154,
	SPR_IVOR0 = 0x190,
	SPR_MCSRR0 = 0x23a,
	SPR_MCSRR1 = 0x23b,
	SPR_MCSR = 0x23c,
};

#define FEATURES (KVM_SREGS_E_BASE | KVM_SREGS_E_ARCH206 | KVM_SREGS_E_IVOR | KVM_SREGS_E_DEBUG)

/* Inputs and edges of the pending word that user space may see and set. */
#define PENDING_BITS                                                                               \
	(CORE440_PENDING_EXTERNAL | CORE440_PENDING_CRITICAL | CORE440_PENDING_MCHECK |            \
	 CORE440_PENDING_DEBUG)

/* 0 for one that this CPU has not got. */
static u32 get(struct vcpu *v, unsigned int number)
{
	u32 value = 0;

	core440_spr_get(&v->core, number, &value);
	return value;
}

static void put(struct vcpu *v, unsigned int number, u32 value)
{
	core440_spr_put(&v->core, number, value);
}

void registers_get(struct vcpu *v, struct kvm_regs *r)
{
	const struct core440 *c = &v->core;
	unsigned int i;

	memset(r, 0, sizeof(*r));
	r->pc = c->pc;
	r->cr = c->cr;
	r->ctr = c->ctr;
	r->lr = c->lr;
	r->xer = c->xer;
	r->msr = c->msr;
	r->srr0 = c->srr0;
	r->srr1 = c->srr1;
	r->pid = c->pid;
	r->sprg0 = c->sprg[0];
	r->sprg1 = c->sprg[1];
	r->sprg2 = c->sprg[2];
	r->sprg3 = c->sprg[3];
	r->sprg4 = c->sprg[4];
	r->sprg5 = c->sprg[5];
	r->sprg6 = c->sprg[6];
	r->sprg7 = c->sprg[7];
	for (i = 0; i < 32; i++)
		r->gpr[i] = c->gpr[i];
}

void registers_set(struct vcpu *v, const struct kvm_regs *r)
{
	struct core440 *c = &v->core;
	unsigned int i;

	c->pc = r->pc & ~3u;
	c->cr = r->cr;
	c->ctr = r->ctr;
	c->lr = r->lr;
	c->xer = r->xer & XER_ALL;
	c->srr0 = r->srr0 & ~3u;
	c->srr1 = r->srr1 & MSR_ALL;
	c->sprg[0] = r->sprg0;
	c->sprg[1] = r->sprg1;
	c->sprg[2] = r->sprg2;
	c->sprg[3] = r->sprg3;
	c->sprg[4] = r->sprg4;
	c->sprg[5] = r->sprg5;
	c->sprg[6] = r->sprg6;
	c->sprg[7] = r->sprg7;
	for (i = 0; i < 32; i++)
		c->gpr[i] = r->gpr[i];
	core440_set_pid(c, r->pid);
	core440_set_msr(c, r->msr);
}

void registers_get_special(struct vcpu *v, struct kvm_sregs *s)
{
	unsigned int i;

	memset(s, 0, sizeof(*s));
	s->pvr = v->core.pvr;
	s->u.e.features = FEATURES;
	s->u.e.impl_id = KVM_SREGS_E_IMPL_NONE;
	s->u.e.csrr0 = get(v, SPR_CSRR0);
	s->u.e.csrr1 = get(v, SPR_CSRR1);
	s->u.e.esr = get(v, SPR_ESR);
	s->u.e.dear = get(v, SPR_DEAR);
	s->u.e.mcsr = get(v, SPR_MCSR);
	s->u.e.tsr = get(v, SPR_TSR);
	s->u.e.tcr = get(v, SPR_TCR);
	s->u.e.dec = get(v, SPR_DEC);
	s->u.e.tb = get_tb();
	s->u.e.vrsave = get(v, SPR_USPRG0);
	s->u.e.pir = get(v, SPR_PIR);
	s->u.e.mcsrr0 = get(v, SPR_MCSRR0);
	s->u.e.mcsrr1 = get(v, SPR_MCSRR1);
	s->u.e.decar = get(v, SPR_DECAR);
	s->u.e.ivpr = get(v, SPR_IVPR);
	s->u.e.dbsr = get(v, SPR_DBSR);
	for (i = 0; i < 3; i++)
		s->u.e.dbcr[i] = get(v, SPR_DBCR0 + i);
	for (i = 0; i < 4; i++)
		s->u.e.iac[i] = get(v, SPR_IAC1 + i);
	for (i = 0; i < 2; i++) {
		s->u.e.dac[i] = get(v, SPR_DAC1 + i);
		s->u.e.dvc[i] = get(v, SPR_DVC1 + i);
	}
	s->u.e.num_iac = 4;
	s->u.e.num_dac = 2;
	s->u.e.num_dvc = 2;
	for (i = 0; i < 16; i++)
		s->u.e.ivor_low[i] = get(v, SPR_IVOR0 + i);
}

int registers_set_special(struct vcpu *v, const struct kvm_sregs *s)
{
	u32 features = s->u.e.features, special = s->u.e.update_special;
	unsigned int i;

	if (s->pvr != v->core.pvr || features & ~FEATURES ||
	    s->u.e.impl_id != KVM_SREGS_E_IMPL_NONE)
		return -EINVAL;
	if (features & KVM_SREGS_E_BASE) {
		put(v, SPR_CSRR0, s->u.e.csrr0);
		put(v, SPR_CSRR1, s->u.e.csrr1);
		put(v, SPR_ESR, s->u.e.esr);
		put(v, SPR_DEAR, s->u.e.dear);
		put(v, SPR_USPRG0, s->u.e.vrsave);
		put(v, SPR_TCR, s->u.e.tcr);
		if (special & KVM_SREGS_E_UPDATE_MCSR)
			put(v, SPR_MCSR, s->u.e.mcsr);
		if (special & KVM_SREGS_E_UPDATE_TSR)
			put(v, SPR_TSR, s->u.e.tsr);
		if (special & KVM_SREGS_E_UPDATE_DEC)
			put(v, SPR_DEC, s->u.e.dec);
	}
	if (features & KVM_SREGS_E_ARCH206) {
		put(v, SPR_MCSRR0, s->u.e.mcsrr0);
		put(v, SPR_MCSRR1, s->u.e.mcsrr1);
		put(v, SPR_DECAR, s->u.e.decar);
		put(v, SPR_IVPR, s->u.e.ivpr);
	}
	if (features & KVM_SREGS_E_IVOR)
		for (i = 0; i < 16; i++)
			put(v, SPR_IVOR0 + i, s->u.e.ivor_low[i]);
	if (features & KVM_SREGS_E_DEBUG) {
		for (i = 0; i < 3; i++)
			put(v, SPR_DBCR0 + i, s->u.e.dbcr[i]);
		for (i = 0; i < 4; i++)
			put(v, SPR_IAC1 + i, s->u.e.iac[i]);
		for (i = 0; i < 2; i++) {
			put(v, SPR_DAC1 + i, s->u.e.dac[i]);
			put(v, SPR_DVC1 + i, s->u.e.dvc[i]);
		}
		if (special & KVM_SREGS_E_UPDATE_DBSR)
			put(v, SPR_DBSR, s->u.e.dbsr);
	}
	return 0;
}

void registers_get_fpu(struct vcpu *v, struct kvm_fpu *f)
{
	memcpy(f->fpr, v->core.fpr, sizeof(f->fpr));
}

void registers_set_fpu(struct vcpu *v, const struct kvm_fpu *f)
{
	memcpy(v->core.fpr, f->fpr, sizeof(f->fpr));
}

/* ONE_REG. A value in the size that its id has. */
union value {
	u32 w;
	u64 d;
	u32 entry[4];
};

/* The SPR behind one of KVM's own 64-bit ids, 0 if there is none. */
static unsigned int spr_of_wide(u64 id)
{
	if (id >= KVM_REG_PPC_IAC1 && id <= KVM_REG_PPC_IAC4)
		return SPR_IAC1 + (unsigned int)(id - KVM_REG_PPC_IAC1);
	if (id >= KVM_REG_PPC_DAC1 && id <= KVM_REG_PPC_DAC2)
		return SPR_DAC1 + (unsigned int)(id - KVM_REG_PPC_DAC1);
	return id == KVM_REG_PPC_PID ? SPR_PID : 0;
}

/* The same for those of 32 bits, and for our own. */
static unsigned int spr_of_word(u64 id)
{
	switch (id) {
	case KVM_REG_PPC_TCR: return SPR_TCR;
	case KVM_REG_PPC_TSR: return SPR_TSR;
	case KVM_REG_PPC_DBSR: return SPR_DBSR;
	case KVM_REG_PPC_VRSAVE: return SPR_USPRG0;
	default:
		return id >= KVM440_REG_SPR(0) && id <= KVM440_REG_SPR(1023)
			       ? (unsigned int)(id - KVM440_REG_SPR(0))
			       : 0;
	}
}

static bool get_one(struct vcpu *v, u64 id, union value *value)
{
	struct core440 *c = &v->core;
	unsigned int number = spr_of_wide(id);
	const struct core440_tlb_entry *e;
	u32 word;

	if (number) {
		value->d = get(v, number);
		return true;
	}
	number = spr_of_word(id);
	if (number) {
		if (!core440_spr_get(c, number, &word))
			return false;
		value->w = word;
		return true;
	}
	if (id >= KVM_REG_PPC_FPR0 && id <= KVM_REG_PPC_FPR31) {
		value->d = c->fpr[id - KVM_REG_PPC_FPR0];
		return true;
	}
	if (id >= KVM440_REG_TLB(0) && id < KVM440_REG_TLB(CORE440_TLB_SIZE)) {
		e = &c->tlb[id - KVM440_REG_TLB(0)];
		value->entry[0] = e->word0;
		value->entry[1] = e->word1;
		value->entry[2] = e->word2;
		value->entry[3] = e->tid;
		return true;
	}
	switch (id) {
	case KVM_REG_PPC_FPSCR: value->d = c->fpscr; return true;
	case KVM_REG_PPC_DEBUG_INST: value->w = DEBUG_INSN; return true;
	case KVM440_REG_TB: value->d = get_tb(); return true;
	case KVM440_REG_PENDING:
		value->w = core440_atomic_read(&c->pending) & PENDING_BITS;
		if (!v->external_level)
			value->w &= ~CORE440_PENDING_EXTERNAL;
		if (v->external_edge)
			value->w |= KVM440_PENDING_EDGE;
		return true;
	default: return false;
	}
}

static int set_spr(struct vcpu *v, unsigned int number, u64 value)
{
	u32 old;

	if (value >> 32)
		return -EINVAL;
	if (core440_spr_put(&v->core, number, (u32)value))
		return 0;
	return core440_spr_get(&v->core, number, &old) ? -EINVAL : -ENOENT;
}

static int set_tlb(struct vcpu *v, unsigned int index, const u32 word[4])
{
	struct core440_tlb_entry e = { word[0], word[1], word[2], (u8)word[3] };

	if (word[0] & ~TLB0_ALL || word[1] & ~TLB1_ALL || word[2] & ~TLB2_ALL || word[3] > 0xff)
		return -EINVAL;
	core440_tlb_write(&v->core, index, &e);
	return 0;
}

static int set_one(struct vcpu *v, u64 id, const union value *value)
{
	struct core440 *c = &v->core;
	unsigned int number = spr_of_wide(id);

	if (number)
		return set_spr(v, number, value->d);
	number = spr_of_word(id);
	if (number)
		return set_spr(v, number, value->w);
	if (id >= KVM_REG_PPC_FPR0 && id <= KVM_REG_PPC_FPR31) {
		c->fpr[id - KVM_REG_PPC_FPR0] = value->d;
		return 0;
	}
	if (id >= KVM440_REG_TLB(0) && id < KVM440_REG_TLB(CORE440_TLB_SIZE))
		return set_tlb(v, (unsigned int)(id - KVM440_REG_TLB(0)), value->entry);
	switch (id) {
	case KVM_REG_PPC_FPSCR:
		if (value->d >> 32)
			return -EINVAL;
		c->fpscr = value->d;
		return 0;
	case KVM_REG_PPC_OR_TSR: return set_spr(v, SPR_TSR, get(v, SPR_TSR) | value->w);
	case KVM_REG_PPC_CLEAR_TSR: return set_spr(v, SPR_TSR, get(v, SPR_TSR) & ~value->w);
	case KVM_REG_PPC_DEBUG_INST:
	case KVM440_REG_TB: return -EINVAL;
	case KVM440_REG_PENDING:
		if (value->w & ~(PENDING_BITS | KVM440_PENDING_EDGE))
			return -EINVAL;
		core440_atomic_andnot(&c->pending, PENDING_BITS & ~value->w);
		core440_atomic_or(&c->pending, value->w & PENDING_BITS);
		vcpu_set_external(v, value->w & CORE440_PENDING_EXTERNAL,
				  value->w & KVM440_PENDING_EDGE);
		return 0;
	default: return -ENOENT;
	}
}

int registers_one(struct vcpu *v, const struct kvm_one_reg *reg, bool set)
{
	unsigned int shift = (reg->id & KVM_REG_SIZE_MASK) >> KVM_REG_SIZE_SHIFT;
	void __user *at = u64_to_user_ptr(reg->addr);
	union value value = {};

	if ((reg->id & KVM_REG_ARCH_MASK) != KVM_REG_PPC)
		return -EINVAL;
	if (1u << shift > sizeof(value))
		return -ENOENT;
	if (reg->addr > UINT_MAX)
		return -EFAULT;
	if (set)
		return copy_from_user(&value, at, 1u << shift) ? -EFAULT
							       : set_one(v, reg->id, &value);
	if (!get_one(v, reg->id, &value))
		return -ENOENT;
	return copy_to_user(at, &value, 1u << shift) ? -EFAULT : 0;
}

/* Where ids go that are put together one by one. */
struct list {
	u64 __user *at;
	u64 n, room;
	bool fault;
};

static void add(struct list *l, u64 id)
{
	if (l->n < l->room && put_user(id, l->at + l->n))
		l->fault = true;
	l->n++;
}

/* What can be read and put back; ids that are a second name of the same are not in it. */
static void add_all(struct vcpu *v, struct list *l)
{
	unsigned int i;
	u32 value;

	for (i = 0; i < CORE440_SPR_COUNT; i++) {
		const struct core440_spr *s = &core440_sprs[i];

		if (s->access & CORE440_SPR_SW && s->effect != CORE440_SPR_TBL &&
		    s->effect != CORE440_SPR_TBU && core440_spr_get(&v->core, s->number, &value))
			add(l, KVM440_REG_SPR(s->number));
	}
	for (i = 0; i < 32; i++)
		add(l, KVM_REG_PPC_FPR(i));
	add(l, KVM_REG_PPC_FPSCR);
	for (i = 0; i < CORE440_TLB_SIZE; i++)
		add(l, KVM440_REG_TLB(i));
	add(l, KVM440_REG_PENDING);
}

int registers_list(struct vcpu *v, struct kvm_reg_list __user *user)
{
	struct list l = { .at = user->reg };

	if (copy_from_user(&l.room, &user->n, sizeof(l.room)))
		return -EFAULT;
	add_all(v, &l);
	if (copy_to_user(&user->n, &l.n, sizeof(l.n)) || l.fault)
		return -EFAULT;
	return l.n > l.room ? -E2BIG : 0;
}

/*
 * Bits 0 to 31 of the address are the guest's, 32 to 39 the PID and 40 the address space, as KVM
 * for Book E had it. Of the rights, those of supervisor mode, and whether user mode has any.
 */
int registers_translate(struct vcpu *v, struct kvm_translation *t)
{
	u64 address = t->linear_address;
	struct core440_translation found;

	memset(t, 0, sizeof(*t));
	t->linear_address = address;
	if (!core440_lookup(&v->core, (u32)address, address >> 40 & 1, address >> 32 & 0xff,
			    &found))
		return 0;
	t->physical_address = found.ra;
	t->valid = 1;
	t->writeable = !!(found.attr & TLB2_SW);
	t->usermode = !!(found.attr & (TLB2_UX | TLB2_UW | TLB2_UR));
	return 0;
}
