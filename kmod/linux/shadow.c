// SPDX-License-Identifier: GPL-2.0-only
/*
 * The shadow TLB: what is in the hardware for guests, in address space 1, where the host has
 * nothing. A host TID stands for one context of a guest: (virtual processor, AS, PR, PID), so that
 * neither a mode switch nor a PID write drops anything; an entry that two contexts see is entered
 * twice, with the permissions of each.
 *
 * Under the hardware stands a software shadow TLB of some thousands of pages, from which the switch
 * code refills the hardware. Whatever the hardware has for a guest is in it, so that to drop is to
 * look there; sets of four, for an instruction needs up to three pages at once.
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

#include "kvm440_trace.h"

#define SIZE_1K 0
#define SIZE_4K 1

#define TAG_1K	  0x100u /* the tag has the kilobyte, too; the switch code never finds it */
#define TAG_TID	  0x0ffu
#define NO_SLOT	  0xff
#define SOFT_SIZE (SOFT_SETS * SOFT_WAYS * SOFT_ENTRY)

struct soft_entry {
	u32 tag;   /* page, TAG_1K, TID; 0 for none */
	u32 word1; /* as the TLB has them */
	u8 slot;   /* it was put there last */
	u8 index;  /* of the guest's entry */
	u16 word2;
	u32 va; /* the page in the linear map, for instructions; 0 if it is not to be read there */
};

/* Stands at SOFT_HOLDS before the sets: layout.h. */
struct soft_head {
	struct soft_entry *holds[KVM440_TLB_SLOTS];
	u32 unused[62];
	u32 next;
	u32 slots; /* 0 to slots - 1 are not pinned by the host */
};

static struct {
	unsigned long pages;
	struct soft_head *head;
	struct soft_entry *soft;
	unsigned int way[SOFT_SETS]; /* to replace next */
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

	BUILD_BUG_ON(sizeof(struct soft_entry) != SOFT_ENTRY);
	BUILD_BUG_ON(offsetof(struct soft_entry, tag) != SOFT_TAG);
	BUILD_BUG_ON(offsetof(struct soft_entry, word1) != SOFT_WORD1);
	BUILD_BUG_ON(offsetof(struct soft_entry, slot) != SOFT_SLOT);
	BUILD_BUG_ON(offsetof(struct soft_entry, word2) != SOFT_WORD2);
	BUILD_BUG_ON(offsetof(struct soft_entry, va) != SOFT_VA);
	BUILD_BUG_ON(sizeof(struct soft_head) != -SOFT_HOLDS);
	BUILD_BUG_ON(offsetof(struct soft_head, next) != SOFT_NEXT - SOFT_HOLDS);
	BUILD_BUG_ON(offsetof(struct soft_head, slots) != SOFT_SLOTS - SOFT_HOLDS);
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
	shadow.pages = __get_free_pages(GFP_KERNEL | __GFP_ZERO, get_order(PAGE_SIZE + SOFT_SIZE));
	if (!shadow.pages)
		return -ENOMEM;
	shadow.soft = (struct soft_entry *)(shadow.pages + PAGE_SIZE);
	shadow.head = (struct soft_head *)(shadow.soft) - 1;
	shadow.head->slots = n;
	shadow.next_tid = 1;
	return 0;
}

void shadow_exit(void)
{
	free_pages(shadow.pages, get_order(PAGE_SIZE + SOFT_SIZE));
}

u32 shadow_soft(void)
{
	return (unsigned long)shadow.soft;
}

static struct soft_entry *set_of(u32 ea, unsigned int tid)
{
	unsigned int set = (ea >> 12 ^ tid << 1) & (SOFT_SETS - 1);

	return shadow.soft + set * SOFT_WAYS;
}

static void soft_drop(struct soft_entry *e)
{
	if (e->slot != NO_SLOT && shadow.head->holds[e->slot] == e) {
		vectors_tlb_write(e->slot, 0, 0, 0, 0);
		shadow.head->holds[e->slot] = NULL;
	}
	e->tag = 0;
}

/* Takes a TID away from its context; the next one to have it finds nothing of the old. */
static void tid_release(unsigned int tid)
{
	struct vcpu *owner = shadow.tid[tid].owner;
	struct soft_entry *e;

	if (!owner)
		return;
	for (e = shadow.soft; e < shadow.soft + SOFT_SETS * SOFT_WAYS; e++)
		if (e->tag && (e->tag & TAG_TID) == tid)
			soft_drop(e);
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

/* Whether entries with these tags match one address: pages of 1 KB and of 4 KB may overlap. */
static bool overlap(u32 a, u32 b)
{
	u32 differ = a ^ b;

	return a && !(differ & (0xfffff000u | TAG_TID)) && !(a & b & TAG_1K && differ & 0xc00);
}

/*
 * The entry with @tag, or one for it: it is dropped, and so is what overlaps, which is in the same
 * set. A guest whose entries overlap must not make the host's TLB match twice.
 */
static struct soft_entry *soft_get(u32 tag)
{
	struct soft_entry *set = set_of(tag, tag & TAG_TID), *free = NULL;
	unsigned int i, n = set_of(tag, tag & TAG_TID) - shadow.soft;

	for (i = 0; i < SOFT_WAYS; i++) {
		if (overlap(set[i].tag, tag))
			soft_drop(&set[i]);
		if (!set[i].tag)
			free = &set[i];
	}
	if (!free) {
		n /= SOFT_WAYS;
		free = &set[shadow.way[n]];
		shadow.way[n] = (shadow.way[n] + 1) % SOFT_WAYS;
		soft_drop(free);
	}
	return free;
}

/* Where the switch code may read instructions of page frame @pfn, 0 for nowhere. */
static u32 code_address(unsigned long pfn, u32 attr)
{
	if (attr & TLB2_E || !pfn_valid(pfn) || PageHighMem(pfn_to_page(pfn)))
		return 0;
	return (unsigned long)page_address(pfn_to_page(pfn));
}

static void enter(struct vcpu *v, u32 tag, u64 host, u32 attr, unsigned int index)
{
	struct soft_head *h = shadow.head;
	struct soft_entry *e = soft_get(tag);
	bool small = tag & TAG_1K;
	unsigned int s = h->next;

	h->next = s + 1 >= h->slots ? 0 : s + 1;
	e->tag = tag;
	e->word1 = (u32)host | (u32)(host >> 32);
	e->slot = s;
	e->index = index;
	e->word2 = attr;
	e->va = small ? 0 : code_address(host >> PAGE_SHIFT, attr);
	h->holds[s] = e;
	v->derived[index] = true;
	trace_kvm440_shadow_write(index, tag, e->word1, e->word2);
	vectors_tlb_write(s,
			  (tag & (small ? 0xfffffc00u : 0xfffff000u)) | TLB0_V | TLB0_TS |
				  (small ? SIZE_1K : SIZE_4K) << 4,
			  e->word1, e->word2, tag & TAG_TID);
}

bool shadow_fill(struct vcpu *v, u32 ea, const struct core440_translation *t, bool store)
{
	u32 size = t->page_size < 4096 ? 1024 : 4096, attr;
	u64 ra = t->ra & ~(u64)(size - 1), host;
	unsigned long flags;
	struct page *page;
	bool protected;

	read_lock(&v->vm->regions_lock);
	page = memory_page(v->vm, ra, store, &protected);
	if (!page) {
		read_unlock(&v->vm->regions_lock);
		return false;
	}
	host = (u64)page_to_pfn(page) << PAGE_SHIFT | (ra & (PAGE_SIZE - 1));
	attr = permissions(&v->core, t->attr);
	if (protected)
		attr &= ~TLB2_UW;
	attr |= t->attr & (TLB2_U0 | TLB2_U1 | TLB2_U2 | TLB2_U3 | TLB2_W | TLB2_I | TLB2_M |
			   TLB2_G | TLB2_E);

	local_irq_save(flags);
	if (v->context_stale)
		shadow_context(v);
	enter(v, (ea & ~(size - 1)) | (size == 1024 ? TAG_1K : 0) | v->sw.run_pid, host, attr,
	      t->index);
	local_irq_restore(flags);
	read_unlock(&v->vm->regions_lock);
	return true;
}

/* Entries of @v from guest entry @index, or from any if @index is negative. */
static void drop_all(struct vcpu *v, int index)
{
	struct soft_entry *e;

	for (e = shadow.soft; e < shadow.soft + SOFT_SETS * SOFT_WAYS; e++)
		if (e->tag && shadow.tid[e->tag & TAG_TID].owner == v &&
		    (index < 0 || e->index == index))
			soft_drop(e);
}

/* A page of 4 KB with a TID of its own: seen from few contexts, so looked for in each. */
static void drop_page(struct vcpu *v, unsigned int index, const struct core440_tlb_entry *old)
{
	/* PR, and either space or both spaces at once: shadow_context(). */
	static const u16 variants[] = { 0, 0x100, 0x200, 0x300, 0x400, 0x500, 0x600, 0x700 };
	u32 ea = old->word0 & 0xfffff000u;
	struct soft_entry *set;
	unsigned int i, w, tid;

	for (i = 0; i < ARRAY_SIZE(variants); i++) {
		tid = v->tid[variants[i] | old->tid];
		if (!tid)
			continue;
		set = set_of(ea, tid);
		for (w = 0; w < SOFT_WAYS; w++)
			if (set[w].tag == (ea | tid))
				soft_drop(&set[w]);
	}
}

void shadow_drop(struct core440 *c, unsigned int index, const struct core440_tlb_entry *old)
{
	struct vcpu *v = vcpu_of(c);
	unsigned long flags;

	trace_kvm440_tlb_write(index, old->word0, old->word1, old->word2, old->tid);
	if (!v->derived[index])
		return;
	local_irq_save(flags);
	if (old->tid && TLB0_SIZE(old->word0) == SIZE_4K)
		drop_page(v, index, old);
	else
		drop_all(v, index);
	v->derived[index] = false;
	local_irq_restore(flags);
}

void shadow_flush(struct vcpu *v)
{
	unsigned long flags;

	local_irq_save(flags);
	drop_all(v, -1);
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
