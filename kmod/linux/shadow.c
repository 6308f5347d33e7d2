// SPDX-License-Identifier: GPL-2.0-only
/*
 * The shadow TLB: what is in the hardware for guests, in address space 1, where the host has
 * nothing. A host TID stands for one context of a guest: (virtual processor, AS, PR, PID), so that
 * neither a mode switch nor a PID write drops anything; an entry that two contexts see is entered
 * twice, with the permissions of each.
 *
 * The hardware is a cache, for the host as for us: the host's own refills overwrite our entries and
 * ours overwrite its, and either is filled again at the next miss. So a slot may hold what we put
 * there or not; to drop an entry is to write its slot invalid, which harms neither. The host's
 * pinned entries, at the top, are never touched.
 *
 * A context whose IS and DS differ has entries for instructions alone: its loads and stores are
 * made by the core.
 */
#include "vcpu.h"

#include <asm/cacheflush.h>
#include <asm/reg.h>

#define SIZE_1K 0
#define SIZE_4K 1

static struct {
	unsigned int slots; /* 0 to slots - 1 are not pinned by the host */
	unsigned int next;
	struct {
		struct vcpu *owner;
		u32 page;
		u8 tid, index; /* index: of the guest's entry */
	} slot[KVM440_TLB_SLOTS];
	unsigned int next_tid;
	struct {
		struct vcpu *owner;
		u16 context;
	} tid[256];
} shadow;

/* The host pins its linear map from entry 63 down and replaces the others in turn. */
int shadow_init(void)
{
	unsigned int n = KVM440_TLB_SLOTS;
	unsigned long flags;
	u32 word;

	local_irq_save(flags);
	while (n) {
		word = vectors_tlb_read(n - 1);
		if (!(word & TLB0_V) || word & TLB0_TS || TLB0_SIZE(word) != 9)
			break;
		n--;
	}
	local_irq_restore(flags);
	if (n == KVM440_TLB_SLOTS || n < 16) {
		pr_err("kvm-440: the host pins %u TLB entries; 1 to 48 were expected\n",
		       KVM440_TLB_SLOTS - n);
		return -ENODEV;
	}
	shadow.slots = n;
	shadow.next_tid = 1;
	return 0;
}

static void slot_drop(unsigned int s)
{
	vectors_tlb_write(s, 0, 0, 0, 0);
	if (shadow.slot[s].owner)
		shadow.slot[s].owner->derived[shadow.slot[s].index] &= ~(1ull << s);
	shadow.slot[s].owner = NULL;
}

/* Takes a TID away from its context; the next one to have it finds nothing of the old. */
static void tid_release(unsigned int tid)
{
	struct vcpu *owner = shadow.tid[tid].owner;
	unsigned int s;

	if (!owner)
		return;
	for (s = 0; s < shadow.slots; s++)
		if (shadow.slot[s].owner && shadow.slot[s].tid == tid)
			slot_drop(s);
	owner->tid[shadow.tid[tid].context] = 0;
	owner->context_stale = true;
	shadow.tid[tid].owner = NULL;
	/* The instruction cache is tagged with addresses and TIDs: manual, chapter 4. */
	asm volatile("iccci 0,%0; isync" : : "r"(0) : "memory");
}

bool shadow_is_split(const struct core440 *c)
{
	return !(c->msr & MSR_IS) != !(c->msr & MSR_DS);
}

void shadow_context(struct vcpu *v)
{
	const struct core440 *c = &v->core;
	unsigned int context = c->pid & 0xff, tid;

	if (c->msr & MSR_PR)
		context |= 0x100;
	if (c->msr & MSR_IS)
		context |= 0x200;
	if (shadow_is_split(c))
		context |= 0x400;
	tid = v->tid[context];
	if (!tid) {
		tid = shadow.next_tid;
		shadow.next_tid = tid == 255 ? 1 : tid + 1;
		tid_release(tid);
		shadow.tid[tid].owner = v;
		shadow.tid[tid].context = context;
		v->tid[context] = tid;
	}
	v->sw.run_pid = tid;
	v->context_stale = false;
}

/* The permissions of an entry as the guest's present mode sees them, as those of user mode. */
static u32 permissions(const struct core440 *c, u32 attr)
{
	u32 mine = attr &
		   (c->msr & MSR_PR ? TLB2_UX | TLB2_UW | TLB2_UR : TLB2_SX | TLB2_SW | TLB2_SR);

	if (!(c->msr & MSR_PR))
		mine <<= 3;
	if (shadow_is_split(c))
		mine &= TLB2_UX;
	return mine;
}

bool shadow_fill(struct vcpu *v, u32 ea, const struct core440_translation *t, bool store)
{
	struct core440 *c = &v->core;
	u32 size = t->page_size < 4096 ? SIZE_1K : SIZE_4K, bytes = size == SIZE_1K ? 1024 : 4096;
	u32 perms, at = ea & ~(bytes - 1);
	u64 ra = t->ra & ~(u64)(bytes - 1), host;
	unsigned long flags;
	struct page *page;
	bool protected;
	unsigned int s;

	read_lock(&v->vm->regions_lock);
	page = memory_page(v->vm, ra, store, &protected);
	if (!page) {
		read_unlock(&v->vm->regions_lock);
		return false;
	}
	host = (u64)page_to_pfn(page) << PAGE_SHIFT | (ra & (PAGE_SIZE - 1));
	perms = permissions(c, t->attr);
	if (protected)
		perms &= ~TLB2_UW;

	local_irq_save(flags);
	if (v->context_stale)
		shadow_context(v);
	/* A store that finds its page mapped without UW: the old entry goes. */
	for (s = 0; s < shadow.slots; s++)
		if (v->derived[t->index] >> s & 1 && shadow.slot[s].page == at &&
		    shadow.slot[s].tid == v->sw.run_pid)
			slot_drop(s);
	s = shadow.next;
	shadow.next = s + 1 >= shadow.slots ? 0 : s + 1;
	if (shadow.slot[s].owner)
		slot_drop(s);
	shadow.slot[s].owner = v;
	shadow.slot[s].page = at;
	shadow.slot[s].tid = v->sw.run_pid;
	shadow.slot[s].index = t->index;
	v->derived[t->index] |= 1ull << s;
	vectors_tlb_write(s, at | TLB0_V | TLB0_TS | size << 4, (u32)host | (u32)(host >> 32),
			  (t->attr & (TLB2_U0 | TLB2_U1 | TLB2_U2 | TLB2_U3 | TLB2_W | TLB2_I |
				      TLB2_M | TLB2_G | TLB2_E)) |
				  perms,
			  v->sw.run_pid);
	local_irq_restore(flags);
	read_unlock(&v->vm->regions_lock);
	return true;
}

void shadow_drop(struct core440 *c, unsigned int index, const struct core440_tlb_entry *old)
{
	struct vcpu *v = vcpu_of(c);
	unsigned long flags;
	unsigned int s;

	local_irq_save(flags);
	for (s = 0; v->derived[index] && s < shadow.slots; s++)
		if (v->derived[index] >> s & 1)
			slot_drop(s);
	local_irq_restore(flags);
}

void shadow_flush(struct vcpu *v)
{
	unsigned long flags;
	unsigned int s;

	local_irq_save(flags);
	for (s = 0; s < shadow.slots; s++)
		if (shadow.slot[s].owner == v)
			slot_drop(s);
	local_irq_restore(flags);
}

void shadow_release(struct vcpu *v)
{
	unsigned long flags;
	unsigned int tid;

	shadow_flush(v);
	local_irq_save(flags);
	for (tid = 1; tid < 256; tid++)
		if (shadow.tid[tid].owner == v)
			tid_release(tid);
	local_irq_restore(flags);
}
