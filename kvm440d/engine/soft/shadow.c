/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The shadow of the guest's TLB: filled page by page from core440_translate(), dropped entry by
 * entry when the guest changes its TLB, and untouched by everything else.
 */
#include "soft.h"

void soft_contexts(struct engine_vcpu *v)
{
	const struct core440 *c = &v->core;
	uint32_t context = (c->msr & MSR_PR ? TAG_PR : 0) | (c->pid & TAG_PID);

	v->data_context = context | (c->msr & MSR_DS ? TAG_AS : 0);
	v->fetch_context = context | (c->msr & MSR_IS ? TAG_AS : 0);
}

void soft_shadow_flush(struct engine_vcpu *v)
{
	for (unsigned int i = 0; i < SHADOW_SIZE; i++)
		v->shadow[i].load = v->shadow[i].store = TAG_INVALID;
	for (unsigned int i = 0; i < FETCH_SIZE; i++)
		v->fetch[i].tag = TAG_INVALID;
}

/* What a TLB entry covers, for comparing with tags. */
struct cover {
	uint32_t first, last; /* page addresses */
	uint32_t as;
	uint32_t tid;
};

static bool covers(const struct cover *x, uint32_t tag)
{
	uint32_t page = tag & PAGE_MASK;

	return tag != TAG_INVALID && page >= x->first && page <= x->last &&
	       (tag & TAG_AS) == x->as && (!x->tid || (tag & TAG_PID) == x->tid);
}

static void drop_shadow(const struct cover *x, struct shadow *s)
{
	if (covers(x, s->load))
		s->load = TAG_INVALID;
	if (covers(x, s->store))
		s->store = TAG_INVALID;
}

static void drop_fetch(const struct cover *x, struct fetch *f)
{
	if (covers(x, f->tag))
		f->tag = TAG_INVALID;
}

void soft_tlb_drop(struct core440 *c, unsigned int index, const struct core440_tlb_entry *old)
{
	struct engine_vcpu *v = vcpu_of(c);
	uint32_t size = 1024u << (2 * TLB0_SIZE(old->word0));
	struct cover x = {
		.first = old->word0 & TLB0_EPN & ~(size - 1) & PAGE_MASK,
		.as = old->word0 & TLB0_TS ? TAG_AS : 0,
		.tid = old->tid,
	};
	uint32_t page, pages;

	(void)index;
	x.last = (x.first + size - 1) & PAGE_MASK;
	pages = ((x.last - x.first) >> PAGE_SHIFT) + 1;
	page = x.first >> PAGE_SHIFT;
	for (uint32_t i = 0; i < pages && i < SHADOW_SIZE; i++)
		drop_shadow(&x, &v->shadow[(page + i) % SHADOW_SIZE]);
	for (uint32_t i = 0; i < pages && i < FETCH_SIZE; i++)
		drop_fetch(&x, &v->fetch[(page + i) % FETCH_SIZE]);
}

void soft_shadow_protect(struct engine_vcpu *v, const uint8_t *host)
{
	for (unsigned int i = 0; i < SHADOW_SIZE; i++) {
		struct shadow *s = &v->shadow[i];

		if (s->store != TAG_INVALID && s->delta + (s->store & PAGE_MASK) == (uintptr_t)host)
			s->store = TAG_INVALID;
	}
}

/* RAM behind @ea for an access that the fast path may do, NULL otherwise. */
static struct region *reach(struct engine_vcpu *v, uint32_t ea, uint32_t len,
			    enum core440_access access, struct core440_translation *t)
{
	if (v->exact || (ea & ~PAGE_MASK) + len > PAGE_SIZE)
		return NULL;
	if (core440_translate(&v->core, ea, access, t) != CORE440_FAULT_NONE)
		return NULL;
	if (t->attr & TLB2_E || t->page_size < PAGE_SIZE)
		return NULL;
	return soft_region(v->vm, t->ra);
}

const uint8_t *soft_load(struct engine_vcpu *v, uint32_t ea, uint32_t len)
{
	struct shadow *s = &v->shadow[(ea >> PAGE_SHIFT) % SHADOW_SIZE];
	uint32_t tag = (ea & PAGE_MASK) | v->data_context;
	struct core440_translation t;
	struct region *r = reach(v, ea, len, CORE440_LOAD, &t);
	const uint8_t *host;

	if (!r)
		return NULL;
	host = r->host + (t.ra - r->ra);
	if (s->store != tag)
		s->store = TAG_INVALID;
	s->load = tag;
	s->delta = (uintptr_t)host - ea;
	return host;
}

uint8_t *soft_store(struct engine_vcpu *v, uint32_t ea, uint32_t len)
{
	struct shadow *s = &v->shadow[(ea >> PAGE_SHIFT) % SHADOW_SIZE];
	uint32_t tag = (ea & PAGE_MASK) | v->data_context;
	struct core440_translation t;
	struct region *r = reach(v, ea, len, CORE440_STORE, &t);
	uint64_t page;
	uint8_t *host;

	if (!r || r->read_only)
		return NULL;
	page = (t.ra - r->ra) >> PAGE_SHIFT;
	host = r->host + (t.ra - r->ra);
	if (r->flags[page] & PAGE_CODE)
		soft_code_written(v, r, page, ea & ~PAGE_MASK, len);
	/* dcbz has to see pages that are not cached, or written through: they are never entered. */
	if (r->flags[page] & PAGE_CODE || t.attr & (TLB2_W | TLB2_I))
		return host;
	r->flags[page] |= PAGE_WRITABLE;
	if (s->load != tag)
		s->load = TAG_INVALID;
	s->store = tag;
	s->delta = (uintptr_t)host - ea;
	return host;
}
