// SPDX-License-Identifier: GPL-2.0-only
/*
 * The vector block: 64 KB that IVPR points to while a guest runs. At each of the host's own IVOR
 * offsets stands a stub that leaves the guest; the switch code stands in a gap between them. All of
 * it is in the linear map, which the host keeps pinned in its TLB.
 */
#include "vcpu.h"

#include <linux/moduleparam.h>

#include <asm/cacheflush.h>
#include <asm/reg.h>

#include "internal.h"
#include "spr.h"

#define VECTORS_SIZE  0x10000u
#define VECTORS_ORDER get_order(VECTORS_SIZE)
#define STUB_SIZE     24
#define IVORS	      16

static bool fast_refill = true;
module_param(fast_refill, bool, 0444);
MODULE_PARM_DESC(fast_refill, "answer TLB misses from the software shadow TLB in the vector block");
static bool fast_msr = true;
module_param(fast_msr, bool, 0444);
MODULE_PARM_DESC(fast_msr, "emulate mfmsr, mtmsr, wrtee and wrteei in the vector block");
static bool fast_spr = true;
module_param(fast_spr, bool, 0444);
MODULE_PARM_DESC(fast_spr, "emulate mfspr and mtspr of plain registers in the vector block");
static bool fast_pid = true;
module_param(fast_pid, bool, 0444);
MODULE_PARM_DESC(fast_pid, "emulate mtspr PID in the vector block");
static bool fast_rfi = true;
module_param(fast_rfi, bool, 0444);
MODULE_PARM_DESC(fast_rfi, "emulate rfi in the vector block");
static bool fast_tlb = true;
module_param(fast_tlb, bool, 0444);
MODULE_PARM_DESC(fast_tlb, "take tlbwe in the vector block");
static bool fast_run = true;
module_param(fast_run, bool, 0444);
MODULE_PARM_DESC(fast_run,
		 "after an instruction emulated in the vector block, go on with the next");
static bool fast_syscall = true;
module_param(fast_syscall, bool, 0444);
MODULE_PARM_DESC(fast_syscall, "deliver system calls in the vector block");

extern const char kvm440_code[], kvm440_code_enter[], kvm440_code_leave[];
extern const char kvm440_code_dtlb[], kvm440_code_itlb[], kvm440_code_program[],
	kvm440_code_syscall[];
extern const char kvm440_code_hand_on[], kvm440_code_critical[];
extern const char kvm440_op_slow[], kvm440_op_mfmsr[], kvm440_op_mtmsr[], kvm440_op_wrtee[];
extern const char kvm440_op_wrteei[], kvm440_op_rfi[], kvm440_op_mfspr[], kvm440_op_mtspr[];
extern const char kvm440_op_tlbwe[];
extern const char kvm440_op_mfcr[], kvm440_op_mtcrf[], kvm440_mtspr_pid[];
extern const char kvm440_mtspr_sprg4[], kvm440_mtspr_sprg5[], kvm440_mtspr_sprg6[],
	kvm440_mtspr_sprg7[];
extern const char kvm440_run_none[], kvm440_run_31[];
extern const char kvm440_code_tlb_write[], kvm440_code_tlb_next[], kvm440_code_end[];

/* What the switch code does with a privileged instruction: see layout.h. */
struct fast_tables {
	u32 op[1024];	 /* address of the code for an extended opcode */
	u16 mfspr[1024]; /* by the SPR field as it stands: offset into struct vcpu, 0 for none */
	struct {
		u32 what; /* offset into struct vcpu; or address of the code for it */
		u32 mask;
	} mtspr[1024];
};

static struct {
	unsigned long block;
	unsigned long code;
	struct fast_tables *none, *fast;
	u32 host_ivpr, host_ivor[IVORS];
	bool mcsrr;		    /* the host's machine checks save into MCSRR0/1, not CSRR0/1 */
	struct vcpu **current_vcpu; /* in the block: whose guest runs */
	unsigned int (*enter)(struct vcpu *v);
	void (*hand_on)(u32 vector, u32 msr, u32 srr1, bool mcsrr);
	void (*tlb_write)(u32 slot, u32 word0, u32 word1, u32 word2, u32 tid);
	u32 (*tlb_next)(u32 soft);
} vectors;

/* IVOR0 to 15 of the host: offsets in a block of 64 KB. */
static void read_ivors(u32 ivor[IVORS])
{
	ivor[0] = mfspr(SPRN_IVOR0);
	ivor[1] = mfspr(SPRN_IVOR1);
	ivor[2] = mfspr(SPRN_IVOR2);
	ivor[3] = mfspr(SPRN_IVOR3);
	ivor[4] = mfspr(SPRN_IVOR4);
	ivor[5] = mfspr(SPRN_IVOR5);
	ivor[6] = mfspr(SPRN_IVOR6);
	ivor[7] = mfspr(SPRN_IVOR7);
	ivor[8] = mfspr(SPRN_IVOR8);
	ivor[9] = mfspr(SPRN_IVOR9);
	ivor[10] = mfspr(SPRN_IVOR10);
	ivor[11] = mfspr(SPRN_IVOR11);
	ivor[12] = mfspr(SPRN_IVOR12);
	ivor[13] = mfspr(SPRN_IVOR13);
	ivor[14] = mfspr(SPRN_IVOR14);
	ivor[15] = mfspr(SPRN_IVOR15);
}

/* Offset of a gap of @size bytes that no stub needs, 0 if there is none. Not the very start. */
static u32 find_gap(const u32 ivor[IVORS], u32 size)
{
	u32 at, i;

	for (at = 64; at + size <= VECTORS_SIZE; at += 64) {
		for (i = 0; i < IVORS; i++)
			if (ivor[i] < at + size && at < ivor[i] + STUB_SIZE)
				break;
		if (i == IVORS)
			return at;
	}
	return 0;
}

static bool is_critical(unsigned int ivor)
{
	return ivor == IVOR_CRITICAL || ivor == IVOR_WATCHDOG || ivor == IVOR_DEBUG;
}

/* Extended opcodes of the instructions that have code: insn.def. */
enum { XO_RFI = 50, XO_MFMSR = 83, XO_WRTEE = 131, XO_MTMSR = 146, XO_WRTEEI = 163 };
enum { XO_MFCR = 19, XO_MTCRF = 144 }; /* these of opcode 31 */
enum { XO_MFSPR = 339, XO_MTSPR = 467, XO_TLBWE = 978 };

static u32 copied(const char *symbol)
{
	return vectors.code + (symbol - kvm440_code);
}

static u32 branch(const u32 *at, u32 target)
{
	return 0x48000000 | ((target - (u32)at) & 0x03fffffc);
}

/*
 * mtspr SPRG0,r3; lis r3,hi; lwz r3,lo(r3); stw r4,gpr[4](r3); li r4,n; b leave. SPRG0 is the
 * host's scratch register, free while interrupts are off; SPRG2 that of the critical class. The
 * code for traps that come most often needs no r4.
 */
static void write_stub(u32 *at, unsigned int n, unsigned long pointer, u32 target)
{
	u32 lo = pointer & 0xffff, hi = (pointer + 0x8000) >> 16;

	at[0] = is_critical(n) ? 0x7c7243a6 : 0x7c7043a6;
	at[1] = 0x3c600000 | hi;
	at[2] = 0x80630000 | lo;
	if (target == copied(kvm440_code_program) || target == copied(kvm440_code_syscall)) {
		at[3] = branch(&at[3], target);
		return;
	}
	at[3] = 0x90830000 | (is_critical(n) ? SW_CRIT_R4 : CORE_GPR(4));
	at[4] = 0x38800000 | n;
	at[5] = branch(&at[5], target);
}

/* The guest reads these without a trap. */
static const char *const sprg_code[] = { kvm440_mtspr_sprg4, kvm440_mtspr_sprg5, kvm440_mtspr_sprg6,
					 kvm440_mtspr_sprg7 };

/* A register that only holds what is written, and that every model has; and PID. */
static void table_spr(struct fast_tables *t, const struct core440_spr *spr)
{
	unsigned int field = (spr->number & 31) << 5 | spr->number >> 5;
	u32 offset = offsetof(struct vcpu, core) + spr->offset;

	if (!(spr->number & 0x10)) /* no trap, and not all in struct core440 */
		return;
	if (spr->effect == CORE440_SPR_PID) {
		t->mfspr[field] = fast_spr ? offset : 0;
		if (fast_pid)
			t->mtspr[field].what = copied(kvm440_mtspr_pid);
		t->mtspr[field].mask = spr->mask;
		return;
	}
	if (spr->effect != CORE440_SPR_NONE || !fast_spr)
		return;
	if (spr->access & CORE440_SPR_SR)
		t->mfspr[field] = offset;
	if (!(spr->access & CORE440_SPR_SW))
		return;
	t->mtspr[field].what = offset;
	if (spr->offset >= offsetof(struct core440, sprg[4]) &&
	    spr->offset <= offsetof(struct core440, sprg[7]))
		t->mtspr[field].what =
			copied(sprg_code[(spr->offset - offsetof(struct core440, sprg[4])) / 4]);
	t->mtspr[field].mask = spr->mask;
}

static struct fast_tables *table_new(bool fast)
{
	struct fast_tables *t =
		(void *)__get_free_pages(GFP_KERNEL | __GFP_ZERO, get_order(sizeof(*t)));
	unsigned int i;

	if (!t)
		return NULL;
	for (i = 0; i < ARRAY_SIZE(t->op); i++)
		t->op[i] = copied(kvm440_op_slow);
	for (i = 0; i < ARRAY_SIZE(t->mtspr); i++)
		t->mtspr[i].what = copied(kvm440_op_slow);
	if (!fast)
		return t;
	if (fast_msr) {
		t->op[XO_MFMSR] = copied(kvm440_op_mfmsr);
		t->op[XO_MTMSR] = copied(kvm440_op_mtmsr);
		t->op[XO_WRTEE] = copied(kvm440_op_wrtee);
		t->op[XO_WRTEEI] = copied(kvm440_op_wrteei);
	}
	if (fast_rfi)
		t->op[XO_RFI] = copied(kvm440_op_rfi);
	if (fast_tlb)
		t->op[XO_TLBWE] = copied(kvm440_op_tlbwe);
	t->op[XO_MFCR] = copied(kvm440_op_mfcr);
	t->op[XO_MTCRF] = copied(kvm440_op_mtcrf);
	t->op[XO_MFSPR] = copied(kvm440_op_mfspr);
	t->op[XO_MTSPR] = copied(kvm440_op_mtspr);
	for (i = 0; i < CORE440_SPR_COUNT; i++)
		table_spr(t, &core440_sprs[i]);
	return t;
}

static void table_free(struct fast_tables *t)
{
	free_pages((unsigned long)t, get_order(sizeof(*t)));
}

static u32 stub_target(unsigned int ivor)
{
	if (is_critical(ivor))
		return copied(kvm440_code_critical);
	switch (ivor) {
	case 6: return copied(kvm440_code_program);
	case 8: return copied(fast_syscall ? kvm440_code_syscall : kvm440_code_leave);
	case 13: return copied(fast_refill ? kvm440_code_dtlb : kvm440_code_leave);
	case 14: return copied(fast_refill ? kvm440_code_itlb : kvm440_code_leave);
	default: return copied(kvm440_code_leave);
	}
}

static void check_layout(void)
{
#define SW(field, value)   BUILD_BUG_ON(offsetof(struct vcpu, sw.field) != (value))
#define CORE(field, value) BUILD_BUG_ON(offsetof(struct vcpu, core.field) != (value))
	SW(host_r1, SW_HOST_R1);
	SW(host_ivpr, SW_HOST_IVPR);
	SW(run_mmucr, SW_RUN_MMUCR);
	SW(run_msr, SW_RUN_MSR);
	SW(run_pid, SW_RUN_PID);
	SW(run_ivpr, SW_RUN_IVPR);
	SW(srr1, SW_SRR1);
	SW(esr, SW_ESR);
	SW(dear, SW_DEAR);
	SW(insn, SW_INSN);
	SW(fast_table, SW_FAST_TABLE);
	SW(soft, SW_SOFT);
	SW(code, SW_CODE);
	SW(codes, SW_CODES);
	SW(fast_run, SW_FAST_RUN);
	SW(ee_waits, SW_EE_WAITS);
	SW(fast_emulated, SW_FAST_EMULATED);
	SW(fast_refilled, SW_FAST_REFILLED);
	SW(fast, SW_FAST);
	SW(crit_r4, SW_CRIT_R4);
	SW(crit_r5, SW_CRIT_R5);
	SW(crit_cr, SW_CRIT_CR);
	SW(posted_end, SW_POSTED_END);
	SW(fp_msr, SW_FP_MSR);
	SW(fpr, SW_FPR);
	SW(fpscr, SW_FPSCR);
	SW(chain, SW_CHAIN);
	SW(posted, SW_POSTED);
	BUILD_BUG_ON(sizeof(struct switch_area) != SW_SIZE);
	BUILD_BUG_ON(offsetof(struct vcpu, tid) != VCPU_TID);
	CORE(gpr[0], CORE_GPR(0));
	CORE(pc, CORE_PC);
	CORE(cr, CORE_CR);
	CORE(xer, CORE_XER);
	CORE(lr, CORE_LR);
	CORE(ctr, CORE_CTR);
	CORE(msr, CORE_MSR);
	CORE(pid, CORE_PID);
	CORE(taken, CORE_TAKEN);
	CORE(fpscr, CORE_FPSCR);
	CORE(srr0, CORE_SRR0);
	CORE(srr1, CORE_SRR1);
	CORE(ivpr, CORE_IVPR);
	CORE(ivor[8], CORE_IVOR(8));
	CORE(sprg[4], CORE_SPRG(4));
	CORE(mmucr, CORE_MMUCR);
	BUILD_BUG_ON(offsetof(struct fast_tables, mfspr) != FAST_MFSPR);
	BUILD_BUG_ON(offsetof(struct fast_tables, mtspr) != FAST_MTSPR);
#undef SW
#undef CORE
}

int vectors_init(void)
{
	u32 code_size = kvm440_code_end - kvm440_code, gap, i, j, *ivor = vectors.host_ivor;
	unsigned long code;

	BUILD_BUG_ON(sizeof(struct kvm_run) > KVM440_RUN_OFFSET);
	check_layout();

	vectors.host_ivpr = mfspr(SPRN_IVPR);
	read_ivors(ivor);
	vectors.mcsrr = core440_models[core440_model_find(host_model())].mcsr;
	for (i = 0; i < IVORS; i++)
		for (j = 0; j < IVORS; j++)
			if (i != j && ivor[i] <= ivor[j] && ivor[j] < ivor[i] + STUB_SIZE) {
				pr_err("kvm-440: the host's vectors %u and %u are too close\n", i,
				       j);
				return -ENODEV;
			}
	gap = find_gap(ivor, code_size + 16);
	if (!gap)
		return -ENODEV;
	vectors.block = __get_free_pages(GFP_KERNEL | __GFP_ZERO, VECTORS_ORDER);
	if (!vectors.block)
		return -ENOMEM;
	vectors.current_vcpu = (struct vcpu **)(vectors.block + gap);
	code = vectors.block + gap + 16;
	vectors.code = code;
	memcpy((void *)code, kvm440_code, code_size);
	vectors.none = table_new(false);
	vectors.fast = table_new(true);
	if (!vectors.none || !vectors.fast) {
		vectors_exit();
		return -ENOMEM;
	}
	if (!fast_run)
		*(u32 *)copied(kvm440_run_31) =
			branch((u32 *)copied(kvm440_run_31), copied(kvm440_run_none));
	for (i = 0; i < IVORS; i++)
		write_stub((u32 *)(vectors.block + ivor[i]), i, (unsigned long)vectors.current_vcpu,
			   stub_target(i));
	flush_icache_range(vectors.block, vectors.block + VECTORS_SIZE);
	vectors.enter = (void *)(code + (kvm440_code_enter - kvm440_code));
	vectors.hand_on = (void *)(code + (kvm440_code_hand_on - kvm440_code));
	vectors.tlb_write = (void *)(code + (kvm440_code_tlb_write - kvm440_code));
	vectors.tlb_next = (void *)(code + (kvm440_code_tlb_next - kvm440_code));
	return 0;
}

void vectors_exit(void)
{
	if (vectors.none)
		table_free(vectors.none);
	if (vectors.fast)
		table_free(vectors.fast);
	free_pages(vectors.block, VECTORS_ORDER);
}

void vectors_prepare(struct vcpu *v, bool fast)
{
	v->sw.host_ivpr = vectors.host_ivpr;
	v->sw.run_ivpr = vectors.block;
	v->sw.run_mmucr = (v->host_mmucr & ~(MMUCR_STID | MMUCR_STS | MMUCR_DULXE)) | MMUCR_IULXE;
	mtspr(SPRN_MMUCR, v->sw.run_mmucr);
	v->sw.fast_table = (unsigned long)(fast ? vectors.fast : vectors.none);
	v->sw.fast = fast;
	v->sw.soft = shadow_soft();
	*vectors.current_vcpu = v;
}

unsigned int vectors_enter(struct vcpu *v)
{
	v->sw.codes = shadow_codes();
	v->sw.code = v->sw.codes + v->sw.run_pid * SOFT_CODE;
	return vectors.enter(v);
}

/* @msr: as the interrupt leaves it. Afterwards it is as now, and with @on. */
static void hand_on(unsigned int ivor, u32 msr, u32 on, bool mcsrr)
{
	vectors.hand_on(vectors.host_ivpr | vectors.host_ivor[ivor], msr, mfmsr() | on, mcsrr);
}

bool vectors_mcheck(struct vcpu *v)
{
	u32 pc = vectors.mcsrr ? mfspr(SPRN_MCSRR0) : mfspr(SPRN_CSRR0);
	u32 msr = vectors.mcsrr ? mfspr(SPRN_MCSRR1) : mfspr(SPRN_CSRR1);

	v->core.pc = pc;
	mtspr(SPRN_PID, v->host_pid);
	isync();
	hand_on(IVOR_MCHECK, 0, MSR_ME, vectors.mcsrr);
	return msr & MSR_PR;
}

void vectors_critical(unsigned int ivor)
{
	hand_on(ivor, MSR_ME, 0, false);
}

void vectors_tlb_write(u32 slot, u32 word0, u32 word1, u32 word2, u32 tid)
{
	vectors.tlb_write(slot, word0, word1, word2, tid);
}

u32 vectors_tlb_next(void)
{
	return vectors.tlb_next(shadow_soft());
}

const u32 *vectors_host(unsigned int ivor)
{
	return (const u32 *)(vectors.host_ivpr | vectors.host_ivor[ivor]);
}
