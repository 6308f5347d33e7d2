// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What each kind of interrupt saves, sets and masks; external, critical and timer interrupts in
 * their order; nesting of the classes; a wait that an interrupt ends.
 */
#include "isa.h"

extern const struct op ops_sync[], ops_align[];

#define NOWHERE 0x70000000u
#define NONE	0x40000000u
#define NOEXEC	0x40001000u

#define UIC0_SR	 0xc0
#define UIC0_SRS 0xc1
#define UIC0_ER	 0xc2
#define UIC0_CR	 0xc3
#define UIC0_PR	 0xc4
#define UIC0_TR	 0xc5
#define UIC0_MSR 0xc6
#define UIC0_VR	 0xc7
#define UIC0_VCR 0xc8

static char seq[16];
static unsigned int seq_n;

static void note(char c)
{
	if (seq_n < sizeof(seq) - 1)
		seq[seq_n++] = c;
	seq[seq_n] = 0;
}

static void synchronous(void)
{
	static const uint32_t msrs[] = { 0, MSR_CE | MSR_EE | MSR_ME | MSR_DE | MSR_FE0 | MSR_FE1 |
						    MSR_DWE };

	tlb_set(20, NONE | TLB_V | TLB_4K, 0, RAM_FREE, 0);
	tlb_set(21, NOEXEC | TLB_V | TLB_4K, 0, RAM_FREE, TLB_ALL & ~(TLB_SX | TLB_UX));
	for (unsigned int m = 0; m < 2; m++)
		for (int user = 0; user < 2; user++)
			for (const struct op *op = ops_sync; op->addr; op++) {
				struct op_regs r = { .r = { 0, RAM_FREE, NOWHERE, NONE, 0, NOEXEC },
						     .user = user };

				trap_clear();
				__asm__ volatile("mtmsr %0; isync" : : "r"(msrs[m]));
				run_op(op, &r);
				mtmsr(0);
				print("%s %s %u:", op->name, user ? "user" : "super", m);
				if (trap_log[0].vec == VEC_ITLB)
					trap_base = NOWHERE;
				if (trap_log[0].vec == VEC_ISI)
					trap_base = NOEXEC;
				trap_print();
				print("\n");
			}
	tlb_clear(20);
	tlb_clear(21);
	trap_clear();
	__asm__ volatile(".long 0");
	print("srr1 of an illegal instruction: %08x\n", trap_log[0].msr);
	trap_clear();
	__asm__ volatile("trap");
	print("srr1 of a trap: %08x\n", trap_log[0].msr);
}

static void alignment(void)
{
	for (unsigned int strict = 0; strict < 2; strict++)
		for (const struct op *op = ops_align; op->addr; op++) {
			struct op_regs r = { .r = { 0, RAM_FREE + 0x41 } };
			bool cache = op->name[0] == 'd';
			uint32_t ccr0 = mfspr(SPR_CCR0);

			if (cache) {
				tlb_set(20, NONE | TLB_V | TLB_4K, 0, RAM_FREE,
					TLB_ALL | (strict ? TLB_W : TLB_I));
				r.r[1] = NONE + 0x40;
			}
			if (op->name[1] == 'f' || op->name[2] == 'f')
				r.r[1] = RAM_FREE + 0x4c; /* over a quadword's end, for doubles */
			if (strict)
				mtspr(SPR_CCR0, ccr0 | 0x100); /* FLSTA */
			isync();
			trap_clear();
			mtmsr(MSR_FP);
			run_op(op, &r);
			mtmsr(0);
			mtspr(SPR_CCR0, ccr0);
			print("alignment %u %s:", strict, op->name);
			trap_print();
			print("\n");
			tlb_clear(20);
		}
}

/* One interrupt vector at another's place. */
static void vectors(void)
{
	uint32_t old = mfspr(0x198);

	mtspr(0x198, mfspr(0x196));
	trap_clear();
	trap_resume = 0;
	__asm__ volatile("li 0,0; bl 1f; 1: mflr 12; addi 12,12,12; nop; sc; nop"
			 :
			 :
			 : "r0", "r12", "lr", "memory");
	print("ivor8 = ivor6: vec=%u\n", trap_log[0].vec);
	mtspr(0x198, old);
	trap_clear();
}

static bool uic_hook(struct trap_frame *f)
{
	if (f->vec == VEC_EXTERNAL || f->vec == VEC_CRITICAL) {
		bool critical = f->vec == VEC_CRITICAL;

		note(critical ? 'C' : 'E');
		mtdcr(UIC0_SR, critical ? mfdcr(UIC0_CR) : ~mfdcr(UIC0_CR));
		return true;
	}
	if (f->vec == VEC_DEC || f->vec == VEC_FIT || f->vec == VEC_WDT) {
		note(f->vec == VEC_DEC ? 'D' : f->vec == VEC_FIT ? 'F' : 'W');
		mtspr(SPR_TSR, f->vec == VEC_DEC   ? 0x08000000
			       : f->vec == VEC_FIT ? 0x04000000
						   : 0x40000000);
		return true;
	}
	return false;
}

/* Inside an external interrupt, lets a critical one in. */
static bool nest_hook(struct trap_frame *f)
{
	if (f->vec == VEC_EXTERNAL) {
		note('(');
		mtdcr(UIC0_SRS, 0x40000000);
		note('.');
		mtmsr(MSR_CE);
		mtmsr(0);
		note(')');
		mtdcr(UIC0_SR, 0x80000000);
		return true;
	}
	return uic_hook(f);
}

static void enable(uint32_t msr)
{
	seq_n = 0;
	seq[0] = 0;
	mtmsr(msr);
	__asm__ volatile("nop; nop; nop; nop");
	mtmsr(0);
}

/* Lets the decrementer expire with interrupts off. */
static void expire(uint32_t tcr)
{
	mtspr(SPR_TSR, 0xffffffff);
	mtspr(SPR_TCR, tcr);
	mtspr(SPR_DEC, 10);
	while (!(mfspr(SPR_TSR) & 0x08000000))
		;
}

static void asynchronous(void)
{
	mtdcr(UIC0_ER, 0);
	mtdcr(UIC0_PR, 0xffffffff);
	mtdcr(UIC0_TR, 0xffffffff); /* edges: stay until cleared */
	mtdcr(UIC0_CR, 0x40000000); /* input 1 is critical */
	mtdcr(UIC0_VCR, 0);
	mtdcr(UIC0_SR, 0xffffffff);
	trap_hook = uic_hook;

	mtdcr(UIC0_SRS, 0xc0000000);
	enable(MSR_EE | MSR_CE);
	print("disabled in the controller: '%s' sr=%08x\n", seq, mfdcr(UIC0_SR) & 0xc0000000);
	mtdcr(UIC0_ER, 0xc0000000);
	print("status: msr=%08x\n", mfdcr(UIC0_MSR));
	enable(0);
	print("disabled in MSR: '%s'\n", seq);
	enable(MSR_CE);
	print("CE alone: '%s'\n", seq);
	mtdcr(UIC0_SRS, 0x40000000);
	enable(MSR_EE);
	print("EE alone: '%s'\n", seq);
	mtdcr(UIC0_SRS, 0x80000000);
	enable(MSR_EE | MSR_CE);
	print("both: '%s'\n", seq);
	enable(MSR_EE | MSR_CE);
	print("none left: '%s'\n", seq);

	/* external before decrementer, critical before all; the fixed interval timer is in "timers"
	 */
	expire(0x04000000); /* DIE */
	mtdcr(UIC0_SRS, 0x80000000);
	enable(MSR_EE);
	print("order: '%s'\n", seq);
	mtspr(SPR_TCR, 0);
	expire(0x04000000);
	mtdcr(UIC0_SRS, 0xc0000000);
	enable(MSR_EE | MSR_CE);
	print("order with critical: '%s'\n", seq);
	mtspr(SPR_TCR, 0);
	mtspr(SPR_TSR, 0xffffffff);

	trap_hook = nest_hook;
	mtdcr(UIC0_SRS, 0x80000000);
	enable(MSR_EE);
	print("nested: '%s'\n", seq);
	/* wrtee and rfi let them in too */
	trap_hook = uic_hook;
	mtdcr(UIC0_SRS, 0x80000000);
	seq_n = 0;
	seq[0] = 0;
	__asm__ volatile("wrteei 1; nop; wrteei 0" : : : "memory");
	print("wrteei: '%s'\n", seq);

	/* Where it stood and what it saved: the next instruction, MSR with WE. */
	trap_hook = NULL;
	trap_clear();
	mtdcr(UIC0_SRS, 0x80000000);
	{
		uint32_t at;

		__asm__ volatile("lis %0,1f@ha; la %0,1f@l(%0); mtmsr %1; 1: isync; mtmsr %2"
				 : "=&b"(at)
				 : "r"(MSR_EE | MSR_ME), "r"(0)
				 : "memory");
		trap_base = at;
		print("external:");
		trap_print();
		print("\n");
		mtdcr(UIC0_SR, 0xffffffff);
		trap_clear();
		mtspr(SPR_TSR, 0xffffffff);
		mtspr(SPR_TCR, 0x04000000);
		mtspr(SPR_DEC, 20000);
		__asm__ volatile("lis %0,1f@ha; la %0,1f@l(%0); mtmsr %1; 1: isync; mtmsr %2"
				 : "=&b"(at)
				 : "r"(MSR_EE | MSR_WE), "r"(0)
				 : "memory");
		mtspr(SPR_TCR, 0);
		trap_base = at;
		print("wait: n=%u vec=%u pc=%x msr=%08x now=%08x\n", trap_count, trap_log[0].vec,
		      trap_log[0].pc - at, trap_log[0].msr, trap_log[0].now);
	}
	mtdcr(UIC0_ER, 0);
}

void test_main(void)
{
	mtspr(SPR_DBCR0, 0);
	synchronous();
	alignment();
	vectors();
	asynchronous();
}
