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
 * there or not; to drop an entry is to write its slot invalid, which harms neither. Both take slots
 * by the host's own index, so no fill puts out what one of the last as many fills as there are
 * slots put there, whoever made them. The host's pinned entries, above where the index goes, are
 * never touched.
 *
 * A context whose IS and DS differ has entries for instructions alone: its loads and stores are
 * made by the core.
 */
#include "vcpu.h"

#include <asm/cacheflush.h>
#include <asm/io.h>
#include <asm/reg.h>

#include "host.h"
#include "kvm440_trace.h"

#ifdef CONFIG_PPC_EARLY_DEBUG_44x
#error "a kernel with CONFIG_PPC_EARLY_DEBUG_44x keeps a UART's page in address space 1, where guests run"
#endif

#define SIZE_1K 0
#define SIZE_4K 1
#define SIZE_1M 5

#define TAG_1K	      0x100u /* the tag has the kilobyte, too; the switch code never finds it */
#define TAG_TID	      0x0ffu
#define LARGE_MASK    0xfff00000u
#define LARGE_SIZE    0x100000u
#define LARGE_ENTRIES (LARGE_SETS * LARGE_WAYS)
#define SOFT_ENTRIES  (LARGE_ENTRIES + SOFT_SETS * SOFT_WAYS)
#define ALL_SETS      (SOFT_ENTRIES / SOFT_WAYS) /* as struct shadow.sets counts */
#define SOFT_SIZE     (SOFT_SETS * SOFT_WAYS * SOFT_ENTRY)
#define HEAD_SIZE     (4 * PAGE_SIZE)
#define NO_CODE	      1

struct soft_entry {
	u32 tag;   /* page, TAG_1K, TID; 0 for none */
	u32 word1; /* as the TLB has them */
	u8 slot;   /* it was put there last */
	u8 index;  /* of the guest's entry */
	u16 word2;
	u32 va; /* the page in the linear map, for instructions; 0 if it is not to be read there */
};

/*
 * The entries that came of one entry of a guest are a chain: struct switch_area has its head. They
 * are told by their number plus one, 0 ends a chain.
 */
struct soft_link {
	u16 next, before;
};

/*
 * Where the switch code last found an instruction of a context of kernel mode, while the shadow
 * entry is there. It needs no looking up in the guest's TLB, and what it says may be executed.
 */
struct soft_code {
	u32 page;   /* NO_CODE for none */
	u32 mask;   /* how much of an address is the page */
	u32 offset; /* from there to where it can be read */
	u32 unused;
};

/* Stands at SOFT_CODES before the sets: layout.h. */
struct soft_head {
	struct soft_code code[256];
	struct soft_link link[SOFT_ENTRIES];
	struct soft_entry *holds[KVM440_TLB_SLOTS];
	u32 unused[62];
	u32 *index; /* the host's: the slot that was filled last */
	u32 slots;  /* 0 to slots - 1 are not pinned by the host */
};

static struct {
	unsigned long pages;
	struct soft_head *head;
	struct soft_entry *soft;     /* all: first the large ones, then the sets */
	unsigned int way[SOFT_SETS]; /* to replace next */
	unsigned int large_way[LARGE_SETS];
	DECLARE_BITMAP(sets[256], ALL_SETS); /* that entries of a TID are in, or were */
	unsigned int next_tid;
	struct {
		struct vcpu *owner;
		u16 context;
	} tid[256];
} shadow;

#define HANDLER_WORDS 64 /* of a miss handler; Linux 6.1's counts at the 38th */

/* The host's index into the TLB; false if its handlers are not as they are known. */
static bool find_index(struct host_tlb *t)
{
	struct host_tlb instruction;

	return host_tlb_find(vectors_host(IVOR_DTLB), HANDLER_WORDS, t) &&
	       host_tlb_find(vectors_host(IVOR_ITLB), HANDLER_WORDS, &instruction) &&
	       t->index == instruction.index && t->last == instruction.last &&
	       virt_addr_valid((void *)(unsigned long)t->index) && t->last >= 15;
}

int shadow_init(void)
{
	struct host_tlb t;
	unsigned int n;

	BUILD_BUG_ON(sizeof(struct soft_entry) != SOFT_ENTRY);
	BUILD_BUG_ON(offsetof(struct soft_entry, tag) != SOFT_TAG);
	BUILD_BUG_ON(offsetof(struct soft_entry, word1) != SOFT_WORD1);
	BUILD_BUG_ON(offsetof(struct soft_entry, slot) != SOFT_SLOT);
	BUILD_BUG_ON(offsetof(struct soft_entry, word2) != SOFT_WORD2);
	BUILD_BUG_ON(offsetof(struct soft_entry, va) != SOFT_VA);
	BUILD_BUG_ON(sizeof(struct soft_head) != SOFT_LARGE - SOFT_CODES);
	BUILD_BUG_ON(sizeof(struct soft_head) - SOFT_LARGE > HEAD_SIZE);
	BUILD_BUG_ON(sizeof(struct soft_code) != SOFT_CODE);
	BUILD_BUG_ON(offsetof(struct soft_code, page) != CODE_PAGE);
	BUILD_BUG_ON(offsetof(struct soft_code, mask) != CODE_MASK);
	BUILD_BUG_ON(offsetof(struct soft_code, offset) != CODE_OFFSET);
	BUILD_BUG_ON(LARGE_ENTRIES * SOFT_ENTRY != -SOFT_LARGE);
	BUILD_BUG_ON(sizeof(struct soft_link) != 4 || offsetof(struct soft_link, next));
	BUILD_BUG_ON(offsetof(struct soft_head, holds) != SOFT_HOLDS - SOFT_CODES);
	BUILD_BUG_ON(offsetof(struct soft_head, index) != SOFT_INDEX - SOFT_CODES);
	BUILD_BUG_ON(offsetof(struct soft_head, slots) != SOFT_SLOTS - SOFT_CODES);
	if (!find_index(&t)) {
		pr_err("kvm-440: the host's TLB miss handlers are not like those of Linux 6.1 and 6.12: which entry do they replace next?\n");
		return -ENODEV;
	}
	shadow.pages = __get_free_pages(GFP_KERNEL | __GFP_ZERO, get_order(HEAD_SIZE + SOFT_SIZE));
	if (!shadow.pages)
		return -ENOMEM;
	shadow.soft = (struct soft_entry *)(shadow.pages + HEAD_SIZE + SOFT_LARGE);
	shadow.head = (struct soft_head *)(shadow.soft) - 1;
	shadow.head->index = (u32 *)(unsigned long)t.index;
	shadow.head->slots = t.last + 1;
	for (n = 0; n < ARRAY_SIZE(shadow.head->code); n++)
		shadow.head->code[n].page = NO_CODE;
	shadow.next_tid = 1;
	return 0;
}

void shadow_exit(void)
{
	free_pages(shadow.pages, get_order(HEAD_SIZE + SOFT_SIZE));
}

u32 shadow_soft(void)
{
	return (unsigned long)(shadow.soft + LARGE_ENTRIES);
}

u32 shadow_codes(void)
{
	return (unsigned long)shadow.head->code;
}

static struct soft_entry *set_of(u32 ea, unsigned int tid)
{
	unsigned int set = (ea >> 12 ^ tid << 1) & (SOFT_SETS - 1);

	return shadow.soft + LARGE_ENTRIES + set * SOFT_WAYS;
}

static struct soft_entry *large_set_of(u32 ea, unsigned int tid)
{
	return shadow.soft + ((ea >> 20 ^ tid) & (LARGE_SETS - 1)) * LARGE_WAYS;
}

/* The entry of 1 MB that has @ea, NULL if none. */
static struct soft_entry *large_find(u32 ea, unsigned int tid)
{
	struct soft_entry *set = large_set_of(ea, tid);
	unsigned int i;

	for (i = 0; i < LARGE_WAYS; i++)
		if (set[i].tag == ((ea & LARGE_MASK) | TAG_LARGE | tid))
			return &set[i];
	return NULL;
}

static void chain_add(struct vcpu *v, unsigned int index, unsigned int n)
{
	struct soft_link *link = shadow.head->link;
	u16 *first = &v->sw.chain[index];

	link[n].next = *first;
	link[n].before = 0;
	if (*first)
		link[*first - 1].before = n + 1;
	*first = n + 1;
}

static void chain_remove(struct vcpu *v, unsigned int index, unsigned int n)
{
	struct soft_link *link = shadow.head->link, *mine = &link[n];

	if (mine->before)
		link[mine->before - 1].next = mine->next;
	else
		v->sw.chain[index] = mine->next;
	if (mine->next)
		link[mine->next - 1].before = mine->before;
}

/* The switch code has this too, for all of a chain. */
static void soft_drop(struct soft_entry *e)
{
	struct vcpu *owner = shadow.tid[e->tag & TAG_TID].owner;

	if (shadow.head->holds[e->slot] == e) {
		vectors_tlb_write(e->slot, 0, 0, 0, 0);
		shadow.head->holds[e->slot] = NULL;
	}
	shadow.head->code[e->tag & TAG_TID].page = NO_CODE;
	chain_remove(owner, e->index, e - shadow.soft);
	e->tag = 0;
}

/* The first set from @set on that may have entries of @tid; ALL_SETS for none. */
static unsigned int next_set(unsigned int tid, unsigned int set)
{
	return find_next_bit(shadow.sets[tid], ALL_SETS, set);
}

/* Takes a TID away from its context; the next one to have it finds nothing of the old. */
static void tid_release(unsigned int tid)
{
	struct vcpu *owner = shadow.tid[tid].owner;
	unsigned int set, way;
	struct soft_entry *e;

	if (!owner)
		return;
	for (set = next_set(tid, 0); set < ALL_SETS; set = next_set(tid, set + 1))
		for (way = 0; way < SOFT_WAYS; way++) {
			e = &shadow.soft[set * SOFT_WAYS + way];
			if (e->tag && (e->tag & TAG_TID) == tid)
				soft_drop(e);
		}
	bitmap_zero(shadow.sets[tid], ALL_SETS);
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
static struct soft_entry *soft_get(struct vcpu *v, u32 tag)
{
	struct soft_entry *set = set_of(tag, tag & TAG_TID), *free = NULL;
	struct soft_entry *large = large_find(tag, tag & TAG_TID);
	unsigned int i, n = set - shadow.soft - LARGE_ENTRIES;

	if (large) {
		v->small[large->index] = true;
		soft_drop(large);
	}
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

/*
 * The same for one of 1 MB of guest entry @index. NULL if another entry of the guest's has pages in
 * there: then it is to be had in small ones.
 */
static struct soft_entry *large_get(struct vcpu *v, u32 tag, unsigned int index)
{
	unsigned int tid = tag & TAG_TID, set, way;
	struct soft_entry *e;

	for (set = next_set(tid, 0); set < ALL_SETS; set = next_set(tid, set + 1))
		for (way = 0; way < SOFT_WAYS; way++) {
			e = &shadow.soft[set * SOFT_WAYS + way];
			if (!e->tag || (e->tag ^ tag) & (LARGE_MASK | TAG_TID))
				continue;
			if (e->index != index) {
				v->small[index] = true;
				return NULL;
			}
			soft_drop(e);
		}
	set = (tag >> 20 ^ tid) & (LARGE_SETS - 1);
	e = large_set_of(tag, tid);
	if (e[0].tag && !e[1].tag)
		return &e[1];
	if (!e[0].tag)
		return &e[0];
	e += shadow.large_way[set];
	shadow.large_way[set] ^= 1;
	soft_drop(e);
	return e;
}

static bool in_linear_map(unsigned long pfn)
{
	return pfn_valid(pfn) && !PageHighMem(pfn_to_page(pfn));
}

/*
 * Where the switch code may read instructions of @pages page frames from @pfn on, and the word
 * behind them; 0 for nowhere.
 */
static u32 code_address(unsigned long pfn, unsigned long pages, u32 attr)
{
	if (attr & TLB2_E || !in_linear_map(pfn) || !in_linear_map(pfn + pages))
		return 0;
	return (unsigned long)page_address(pfn_to_page(pfn));
}

u32 shadow_instruction(const struct vcpu *v, u32 pc)
{
	u32 tag = (pc & 0xfffff000u) | v->sw.run_pid;
	const struct soft_entry *set = set_of(pc, v->sw.run_pid), *large;
	unsigned int i;

	for (i = 0; i < SOFT_WAYS; i++)
		if (set[i].tag == tag && set[i].va)
			return *(const u32 *)(unsigned long)(set[i].va | (pc & 0xffcu));
	large = large_find(pc, v->sw.run_pid);
	return large && large->va ? *(const u32 *)(unsigned long)(large->va | (pc & 0xffffcu)) : 0;
}

/* False, and nothing happens: it is large and must not be. */
static bool enter(struct vcpu *v, u32 tag, u64 host, u32 attr, unsigned int index)
{
	struct soft_head *h = shadow.head;
	struct soft_entry *e = tag & TAG_LARGE ? large_get(v, tag, index) : soft_get(v, tag);
	bool small = tag & TAG_1K;
	unsigned int s;

	if (!e)
		return false;
	s = vectors_tlb_next();
	e->tag = tag;
	e->word1 = (u32)host | (u32)(host >> 32);
	e->slot = s;
	e->index = index;
	e->word2 = attr;
	e->va = small ? 0
		      : code_address(host >> PAGE_SHIFT,
				     tag & TAG_LARGE ? LARGE_SIZE / PAGE_SIZE : 1, attr);
	h->holds[s] = e;
	chain_add(v, index, e - shadow.soft);
	__set_bit((e - shadow.soft) / SOFT_WAYS, shadow.sets[tag & TAG_TID]);
	trace_kvm440_shadow_write(index, s, tag, e->word1, e->word2);
	vectors_tlb_write(s,
			  (tag & (small ? 0xfffffc00u : 0xfffff000u)) | TLB0_V | TLB0_TS |
				  (small	     ? SIZE_1K
				   : tag & TAG_LARGE ? SIZE_1M
						     : SIZE_4K)
					  << 4,
			  e->word1, e->word2, tag & TAG_TID);
	return true;
}

/*
 * W and I are not the guest's to say of memory: the host has it in its data cache. Past that the
 * guest would read what the host's caches have not written back, another's old data among it, and
 * devices, which are programs here, would not see what the guest writes.
 */
static u32 attributes(const struct core440 *c, u32 attr)
{
	return permissions(c, attr) |
	       (attr & (TLB2_U0 | TLB2_U1 | TLB2_U2 | TLB2_U3 | TLB2_M | TLB2_G | TLB2_E));
}

/* A page of 1 MB or more, where the host's memory has a megabyte for it. Under regions_lock. */
static bool fill_large(struct vcpu *v, u32 ea, const struct core440_translation *t)
{
	struct page *page;
	unsigned long flags;
	bool done;

	if (t->page_size < LARGE_SIZE || v->small[t->index])
		return false;
	page = memory_large(v->vm, t->ra);
	if (!page)
		return false;
	local_irq_save(flags);
	if (v->context_stale)
		shadow_context(v);
	done = enter(v, (ea & LARGE_MASK) | TAG_LARGE | v->sw.run_pid, page_to_phys(page),
		     attributes(&v->core, t->attr), t->index);
	local_irq_restore(flags);
	return done;
}

bool shadow_fill(struct vcpu *v, u32 ea, const struct core440_translation *t, bool store)
{
	u32 size = t->page_size < 4096 ? 1024 : 4096, attr;
	u64 ra = t->ra & ~(u64)(size - 1), host;
	unsigned long flags;
	struct page *page;
	bool protected;

	read_lock(&v->vm->regions_lock);
	if (fill_large(v, ea, t)) {
		read_unlock(&v->vm->regions_lock);
		return true;
	}
	page = memory_page(v->vm, ra, store, &protected);
	if (!page) {
		read_unlock(&v->vm->regions_lock);
		return false;
	}
	host = (u64)page_to_pfn(page) << PAGE_SHIFT | (ra & (PAGE_SIZE - 1));
	attr = attributes(&v->core, t->attr);
	if (protected)
		attr &= ~TLB2_UW;

	local_irq_save(flags);
	if (v->context_stale)
		shadow_context(v);
	enter(v, (ea & ~(size - 1)) | (size == 1024 ? TAG_1K : 0) | v->sw.run_pid, host, attr,
	      t->index);
	local_irq_restore(flags);
	read_unlock(&v->vm->regions_lock);
	return true;
}

/* What came of guest entry @index. */
static void drop_chain(struct vcpu *v, unsigned int index)
{
	while (v->sw.chain[index])
		soft_drop(&shadow.soft[v->sw.chain[index] - 1]);
}

void shadow_drop(struct core440 *c, unsigned int index, const struct core440_tlb_entry *old)
{
	struct vcpu *v = vcpu_of(c);
	unsigned long flags;

	trace_kvm440_tlb_write(index, old->word0, old->word1, old->word2, old->tid);
	local_irq_save(flags);
	drop_chain(v, index);
	v->small[index] = false;
	local_irq_restore(flags);
}

void shadow_posted(struct vcpu *v)
{
	unsigned int i = 0, n = v->sw.posted_end / sizeof(v->sw.posted[0]);

	while (i < n) {
		unsigned int index = POSTED_INDEX(v->sw.posted[i].what);
		struct core440_tlb_entry e = v->core.tlb[index];

		for (; i < n && POSTED_INDEX(v->sw.posted[i].what) == index; i++) {
			u32 what = v->sw.posted[i].what, value = v->sw.posted[i].value;

			switch (POSTED_WORD(what)) {
			case 0:
				e.word0 = value;
				e.tid = POSTED_TID(what);
				break;
			case 1: e.word1 = value; break;
			case 2: e.word2 = value; break;
			}
		}
		core440_tlb_write(&v->core, index, &e);
	}
	v->sw.posted_end = 0;
}

void shadow_flush(struct vcpu *v)
{
	unsigned long flags;
	unsigned int i;

	local_irq_save(flags);
	for (i = 0; i < CORE440_TLB_SIZE; i++)
		drop_chain(v, i);
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
