// SPDX-License-Identifier: GPL-2.0-only
/*
 * The vector block: 64 KB that IVPR points to while a guest runs. At each of the host's own IVOR
 * offsets stands a stub that leaves the guest; the switch code stands in a gap between them. All of
 * it is in the linear map, which the host keeps pinned in its TLB.
 */
#include "vcpu.h"

#include <asm/cacheflush.h>
#include <asm/reg.h>

#define VECTORS_SIZE  0x10000u
#define VECTORS_ORDER get_order(VECTORS_SIZE)
#define STUB_SIZE     24
#define IVORS	      16

extern const char kvm440_code[], kvm440_code_enter[], kvm440_code_leave[];
extern const char kvm440_code_tlb_write[], kvm440_code_tlb_read[], kvm440_code_end[];

static struct {
	unsigned long block;
	u32 host_ivpr;
	struct vcpu **current_vcpu; /* in the block: whose guest runs */
	unsigned int (*enter)(struct vcpu *v);
	void (*tlb_write)(u32 slot, u32 word0, u32 word1, u32 word2, u32 tid);
	u32 (*tlb_read)(u32 slot);
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

/*
 * mtspr SPRG0,r3; lis r3,hi; lwz r3,lo(r3); stw r4,gpr[4](r3); li r4,n; b leave. SPRG0 is the
 * host's scratch register, free while interrupts are off.
 */
static void write_stub(u32 *at, unsigned int n, unsigned long pointer, unsigned long leave)
{
	u32 lo = pointer & 0xffff, hi = (pointer + 0x8000) >> 16;

	at[0] = 0x7c7043a6;
	at[1] = 0x3c600000 | hi;
	at[2] = 0x80630000 | lo;
	at[3] = 0x90830000 | CORE_GPR(4);
	at[4] = 0x38800000 | n;
	at[5] = 0x48000000 | ((leave - (unsigned long)&at[5]) & 0x03fffffc);
}

int vectors_init(void)
{
	u32 code_size = kvm440_code_end - kvm440_code, gap, i, j, ivor[IVORS];
	unsigned long code;

	BUILD_BUG_ON(sizeof(struct kvm_run) > KVM440_RUN_OFFSET);
	BUILD_BUG_ON(offsetof(struct vcpu, core) != SW_SIZE);
	BUILD_BUG_ON(offsetof(struct vcpu, sw.run_msr) != SW_RUN_MSR);
	BUILD_BUG_ON(offsetof(struct vcpu, sw.srr1) != SW_SRR1);
	BUILD_BUG_ON(offsetof(struct vcpu, sw.sprg) != SW_SPRG4);
	BUILD_BUG_ON(offsetof(struct vcpu, core.gpr) != CORE_GPR(0));
	BUILD_BUG_ON(offsetof(struct vcpu, core.pc) != CORE_PC);
	BUILD_BUG_ON(offsetof(struct vcpu, core.cr) != CORE_CR);
	BUILD_BUG_ON(offsetof(struct vcpu, core.xer) != CORE_XER);
	BUILD_BUG_ON(offsetof(struct vcpu, core.lr) != CORE_LR);
	BUILD_BUG_ON(offsetof(struct vcpu, core.ctr) != CORE_CTR);

	vectors.host_ivpr = mfspr(SPRN_IVPR);
	read_ivors(ivor);
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
	memcpy((void *)code, kvm440_code, code_size);
	for (i = 0; i < IVORS; i++)
		write_stub((u32 *)(vectors.block + ivor[i]), i, (unsigned long)vectors.current_vcpu,
			   code + (kvm440_code_leave - kvm440_code));
	flush_icache_range(vectors.block, vectors.block + VECTORS_SIZE);
	vectors.enter = (void *)(code + (kvm440_code_enter - kvm440_code));
	vectors.tlb_write = (void *)(code + (kvm440_code_tlb_write - kvm440_code));
	vectors.tlb_read = (void *)(code + (kvm440_code_tlb_read - kvm440_code));
	return 0;
}

void vectors_exit(void)
{
	free_pages(vectors.block, VECTORS_ORDER);
}

unsigned int vectors_enter(struct vcpu *v)
{
	unsigned int n, msr = mfmsr();

	v->sw.host_ivpr = vectors.host_ivpr;
	v->sw.run_ivpr = vectors.block;
	*vectors.current_vcpu = v;
	/*
	 * The host's critical and debug interrupts stay pending in its registers while they are
	 * off, and reach its own vectors as soon as IVPR is its own again.
	 */
	mtmsr(msr & ~(MSR_CE | MSR_DE));
	n = vectors.enter(v);
	mtmsr(msr);
	return n;
}

void vectors_tlb_write(u32 slot, u32 word0, u32 word1, u32 word2, u32 tid)
{
	vectors.tlb_write(slot, word0, word1, word2, tid);
}

u32 vectors_tlb_read(u32 slot)
{
	return vectors.tlb_read(slot);
}
