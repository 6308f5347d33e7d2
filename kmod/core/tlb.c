/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The TLB: 64 entries that software writes, found through an index kept beside them. M = PPC440x5
 * CPU Core User's Manual, SA14-2613-02 (2002).
 */
#include "internal.h"

/* Bytes of a page for each SIZE; the missing ones are reserved and match nothing here. M p.140 */
uint32_t tlb_page_size(uint32_t word0)
{
	unsigned int size = TLB0_SIZE(word0);

	/* 1K 4K 16K 64K 256K 1M - 16M - 256M: 4^SIZE KB */
	if (size > 9 || size == 6 || size == 8)
		return 0;
	return 1024u << (2 * size);
}

/* SIZE stands in the hash, so that chains of different sizes seldom meet. */
static unsigned int hash_of(uint32_t ea, unsigned int size)
{
	uint32_t page = ea >> (10 + 2 * size);

	return (page ^ page >> 7 ^ page >> 14 ^ size * 21) & (CORE440_TLB_HASH - 1);
}

static bool indexed(const struct core440_tlb_entry *e)
{
	return (e->word0 & TLB0_V) != 0 && tlb_page_size(e->word0) != 0;
}

/* Chains are in order of index, so that what is found does not depend on the order of writing. */
static void index_add(struct core440 *c, unsigned int i)
{
	struct core440_tlb_index *x = &c->tlb_index;
	unsigned int size = TLB0_SIZE(c->tlb[i].word0);
	uint8_t *link = &x->head[hash_of(c->tlb[i].word0, size)];

	while (*link != 0 && *link < i + 1)
		link = &x->next[*link - 1];
	x->next[i] = *link;
	*link = (uint8_t)(i + 1);
	x->count[size]++;
	x->sizes |= (uint16_t)(1u << size);
}

static void index_remove(struct core440 *c, unsigned int i)
{
	struct core440_tlb_index *x = &c->tlb_index;
	unsigned int size = TLB0_SIZE(c->tlb[i].word0);
	uint8_t *link = &x->head[hash_of(c->tlb[i].word0, size)];

	while (*link != i + 1)
		link = &x->next[*link - 1];
	*link = x->next[i];
	x->next[i] = 0;
	if (--x->count[size] == 0)
		x->sizes &= (uint16_t) ~(1u << size);
}

/* V, TS, TID (0 matches every PID) and the page number must agree: M p.138, 140. */
static bool matches(const struct core440_tlb_entry *e, uint32_t ea, unsigned int size, uint32_t ts,
		    uint8_t pid)
{
	uint32_t mask = ~((1024u << (2 * size)) - 1);

	return ((e->word0 ^ ea) & mask) == 0 && TLB0_SIZE(e->word0) == size &&
	       (e->word0 & TLB0_TS) == ts && (e->tid == 0 || e->tid == pid);
}

/*
 * Index of the entry that translates @ea, -1 if none; @ts is TLB0_TS or 0. Two entries that match
 * are an error of the guest with undefined results; here the smaller page wins, then the lower
 * index.
 */
int tlb_find(const struct core440 *c, uint32_t ea, uint32_t ts, uint8_t pid)
{
	const struct core440_tlb_index *x = &c->tlb_index;
	unsigned int sizes = x->sizes;

	while (sizes != 0) {
		unsigned int size = (unsigned int)__builtin_ctz(sizes);
		unsigned int i = x->head[hash_of(ea, size)];

		for (; i != 0; i = x->next[i - 1])
			if (matches(&c->tlb[i - 1], ea, size, ts, pid))
				return (int)i - 1;
		sizes &= sizes - 1;
	}
	return -1;
}

void core440_tlb_write(struct core440 *c, unsigned int index, const struct core440_tlb_entry *entry)
{
	struct core440_tlb_entry *e = &c->tlb[index & (CORE440_TLB_SIZE - 1)], old = *e;
	struct core440_tlb_entry new = {
		.word0 = entry->word0 & TLB0_ALL,
		.word1 = entry->word1 & TLB1_ALL,
		.word2 = entry->word2 & TLB2_ALL,
		.tid = entry->tid,
	};

	index &= CORE440_TLB_SIZE - 1;
	if (old.word0 == new.word0 &&
	    old.word1 == new.word1 &&old.word2 == new.word2 &&old.tid == new.tid)
		return;
	/* Nothing can be derived from an entry that does not match anything. */
	if (indexed(&old)) {
		c->ops->tlb_drop(c, index, &old);
		index_remove(c, index);
	}
	*e = new;
	if (indexed(e))
		index_add(c, index);
}

/*
 * M p.435. WS above 2 is an invalid form with undefined result: nothing changes. There are no soft
 * errors here, and no parity to tell them by: what CCR0[CRPE] shows of it is 0.
 */
enum core440_result emulate_tlbre(struct core440 *c, uint32_t insn)
{
	const struct core440_tlb_entry *e = &c->tlb[c->gpr[insn_ra(insn)] & (CORE440_TLB_SIZE - 1)];
	uint32_t *rt = &c->gpr[insn_rt(insn)];

	switch (insn_rb(insn)) {
	case 0:
		*rt = e->word0;
		c->mmucr = (c->mmucr & ~MMUCR_STID) | e->tid;
		break;
	case 1: *rt = e->word1; break;
	case 2: *rt = e->word2; break;
	}
	c->pc += 4;
	return CORE440_NEXT;
}

/* TID comes from MMUCR[STID] with word 0: M p.148. Effects need no context synchronization here. */
enum core440_result emulate_tlbwe(struct core440 *c, uint32_t insn)
{
	unsigned int index = c->gpr[insn_ra(insn)] & (CORE440_TLB_SIZE - 1);
	struct core440_tlb_entry e = c->tlb[index];
	uint32_t rs = c->gpr[insn_rt(insn)];

	switch (insn_rb(insn)) {
	case 0:
		e.word0 = rs;
		e.tid = (uint8_t)(c->mmucr & MMUCR_STID);
		break;
	case 1: e.word1 = rs; break;
	case 2: e.word2 = rs; break;
	}
	core440_tlb_write(c, index, &e);
	c->pc += 4;
	return CORE440_NEXT;
}

/* Searches in the space and for the PID that MMUCR names. Without a match RT is undefined: it
 * stays. */
enum core440_result emulate_tlbsx(struct core440 *c, uint32_t insn)
{
	uint32_t ts = c->mmucr & MMUCR_STS ? TLB0_TS : 0;
	int found = tlb_find(c, ea_indexed(c, insn), ts, (uint8_t)(c->mmucr & MMUCR_STID));

	if (found >= 0)
		c->gpr[insn_rt(insn)] = (uint32_t)found;
	if (insn & 1)
		set_cr0(c, found >= 0 ? CR0_EQ : 0);
	c->pc += 4;
	return CORE440_NEXT;
}
