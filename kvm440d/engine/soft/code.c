/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pages of decoded code: finding, making and dropping them. */
#include "soft.h"

#include <errno.h>
#include <stdlib.h>

/* After this many writes without anything decoded in between, a page is data again. */
#define WRITES_MAX 32

int soft_code_init(struct engine_vcpu *v)
{
	v->labels = soft_exec_labels();
	v->page_ring = calloc(CODE_PAGES_MAX, sizeof(struct code_page *));
	v->step_page = calloc(1, sizeof(*v->step_page));
	return v->page_ring && v->step_page ? 0 : -ENOMEM;
}

void soft_code_deinit(struct engine_vcpu *v)
{
	for (unsigned int i = 0; i < v->n_pages; i++)
		free(v->page_ring[i]);
	free(v->page_ring);
	free(v->step_page);
	v->page_ring = NULL;
	v->step_page = NULL;
	v->n_pages = 0;
}

/* Sends the operations [first, last] back to the decoder. */
static void reset_ops(struct engine_vcpu *v, struct code_page *p, unsigned int first,
		      unsigned int last)
{
	for (unsigned int i = first; i <= last; i++)
		p->ops[i].run = v->labels[OP_DECODE];
}

/* Takes the page out of everything that leads to it. It may still be running, and finds out. */
static void drop(struct engine_vcpu *v, struct code_page *p)
{
	struct region *r = soft_region(v->vm, p->ra);
	uint64_t page = (p->ra - r->ra) >> PAGE_SHIFT;
	struct code_page **link = &r->code[page];

	while (*link != p)
		link = &(*link)->next;
	*link = p->next;
	if (!r->code[page])
		__atomic_and_fetch(&r->flags[page], (uint8_t)~PAGE_CODE, __ATOMIC_SEQ_CST);
	reset_ops(v, p, 0, PAGE_WORDS - 1);
	p->valid = false;
	p->next = v->free_pages;
	v->free_pages = p;
	for (unsigned int i = 0; i < FETCH_SIZE; i++)
		if (v->fetch[i].page == p)
			v->fetch[i] = (struct fetch){ .tag = TAG_INVALID };
	count_add(&v->counts.pages_dropped, 1);
}

void soft_code_flush(struct engine_vcpu *v)
{
	for (unsigned int i = 0; i < v->n_pages; i++)
		if (v->page_ring[i]->valid)
			drop(v, v->page_ring[i]);
}

void soft_code_written(struct engine_vcpu *v, struct region *r, uint64_t page, uint32_t offset,
		       uint32_t len)
{
	struct code_page *p, *next;
	unsigned int first = offset / 4, last = (offset + len - 1) / 4;

	/* The operation before may have been made of two instructions. */
	if (first)
		first--;
	for (p = r->code[page]; p; p = next) {
		next = p->next;
		if (++p->writes > WRITES_MAX || last - first > PAGE_WORDS / 8)
			drop(v, p);
		else
			reset_ops(v, p, first, last);
	}
}

static struct code_page *take_page(struct engine_vcpu *v)
{
	struct code_page *p;

	if (!v->free_pages && v->n_pages < CODE_PAGES_MAX) {
		p = calloc(1, sizeof(*p));
		if (p) {
			reset_ops(v, p, 0, PAGE_WORDS - 1);
			p->ops[PAGE_WORDS].run = v->labels[OP_PAGE_END];
			v->page_ring[v->n_pages++] = p;
			return p;
		}
		if (!v->n_pages)
			return NULL;
	}
	if (!v->free_pages) {
		/* All are in use, so this one is too: the oldest, roughly. */
		drop(v, v->page_ring[v->next_page % v->n_pages]);
		v->next_page++;
	}
	p = v->free_pages;
	v->free_pages = p->next;
	return p;
}

/* The decoded page for RAM at @ra (a page address). NULL: no memory. */
static struct code_page *code_page(struct engine_vcpu *v, struct region *r, uint64_t ra,
				   bool little)
{
	uint64_t page = (ra - r->ra) >> PAGE_SHIFT;
	struct code_page *p;

	for (p = r->code[page]; p; p = p->next)
		if (p->little == little)
			return p;
	p = take_page(v);
	if (!p)
		return NULL;
	p->ra = ra;
	p->host = r->host + (ra - r->ra);
	p->little = little;
	p->valid = true;
	p->writes = 0;
	p->next = r->code[page];
	r->code[page] = p;
	if (r->flags[page] & PAGE_WRITABLE)
		soft_shadow_protect(v, p->host);
	/* See soft_vm_written() for the order. */
	__atomic_store_n(&r->flags[page], PAGE_CODE, __ATOMIC_SEQ_CST);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	count_add(&v->counts.pages_decoded, 1);
	return p;
}

/* An interrupt was delivered, or the processor stopped in the attempt. */
static struct code_page *instead(enum core440_result result, enum exec_result *ret)
{
	*ret = result == CORE440_EXIT ? EXEC_EXIT : EXEC_POLL;
	return NULL;
}

struct code_page *soft_code_fetch(struct engine_vcpu *v, enum exec_result *ret)
{
	struct core440 *c = &v->core;
	uint32_t pc = c->pc;
	struct core440_translation t;
	enum core440_fault fault = core440_translate(c, pc, CORE440_FETCH, &t);
	struct code_page *p;
	struct region *r;
	struct fetch *f;

	if (fault != CORE440_FAULT_NONE) {
		if (fault == CORE440_FAULT_MISS)
			count_add(&v->counts.tlb_misses, 1);
		return instead(core440_fault(c, pc, CORE440_FETCH, fault), ret);
	}
	r = soft_region(v->vm, t.ra);
	if (!r)
		return instead(core440_machine_check_fetch(c), ret);
	p = t.page_size < PAGE_SIZE
		    ? NULL
		    : code_page(v, r, t.ra & ~(uint64_t)(PAGE_SIZE - 1), t.attr & TLB2_E);
	if (!p) {
		*ret = EXEC_STEP;
		return NULL;
	}
	f = &v->fetch[(pc >> PAGE_SHIFT) % FETCH_SIZE];
	f->tag = (pc & PAGE_MASK) | v->fetch_context;
	f->page = p;
	return p;
}
