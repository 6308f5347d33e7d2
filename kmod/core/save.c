/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The portable form of the state. Big-endian, independent of engine and host:
 *
 *   "K440" version:32 length:32 model:8 bytes, then chunks until length:
 *   tag:32 length:32 contents
 *
 * Chunks, each exactly once, in any order: USER (what a user program sees), FPU, SPR (number and
 * value of every supervisor register that is a plain field), TIME, TLB, EXIT (an access in flight).
 * A loader refuses what it does not know: a state that is half understood is worse than none. The
 * pending word is not part of it but for its edges; levels are the sources' to raise again.
 *
 * Time is saved as the guest's own: time base, and DEC as it stood at the moment. Ticks of the host
 * mean nothing elsewhere.
 */
#include "internal.h"
#include "spr.h"

#define MAGIC		0x4b343430u
#define TAG(a, b, c, d) ((uint32_t)(a) << 24 | (b) << 16 | (c) << 8 | (d))
#define TAG_USER	TAG('U', 'S', 'E', 'R')
#define TAG_FPU		TAG('F', 'P', 'U', ' ')
#define TAG_SPR		TAG('S', 'P', 'R', ' ')
#define TAG_TIME	TAG('T', 'I', 'M', 'E')
#define TAG_TLB		TAG('T', 'L', 'B', ' ')
#define TAG_EXIT	TAG('E', 'X', 'I', 'T')

enum { USER, FPU, SPRS, TIME, TLB, EXITS, CHUNKS };

/* Counts on past the end, so that one pass tells the size needed. */
struct writer {
	uint8_t *buf;
	size_t size, at;
};

static void put8(struct writer *w, uint32_t v)
{
	if (w->at < w->size)
		w->buf[w->at] = (uint8_t)v;
	w->at++;
}

static void put32(struct writer *w, uint32_t v)
{
	put8(w, v >> 24);
	put8(w, v >> 16);
	put8(w, v >> 8);
	put8(w, v);
}

static void put64(struct writer *w, uint64_t v)
{
	put32(w, (uint32_t)(v >> 32));
	put32(w, (uint32_t)v);
}

/* Fills a length in that was not known when its place was passed. */
static void patch32(struct writer *w, size_t at, uint32_t v)
{
	struct writer there = { w->buf, w->size, at };

	put32(&there, v);
}

static size_t chunk_begin(struct writer *w, uint32_t tag)
{
	put32(w, tag);
	put32(w, 0);
	return w->at;
}

static void chunk_end(struct writer *w, size_t start)
{
	patch32(w, start - 4, (uint32_t)(w->at - start));
}

/* Supervisor registers whose field is the register and nothing more; the rest is in other chunks.
 */
static bool in_spr_chunk(const struct core440_spr *spr)
{
	switch (spr->effect) {
	case CORE440_SPR_PID:
	case CORE440_SPR_DEC:
	case CORE440_SPR_TBL:
	case CORE440_SPR_TBU: return false;
	default: break;
	}
	switch (spr->number) {
	case 0x001: /* XER, LR, CTR: user's */
	case 0x008:
	case 0x009:
	case 0x114: /* SPRG4-7: saved under the numbers they are read by */
	case 0x115:
	case 0x116:
	case 0x117: return false;
	default: return true;
	}
}

static const uint32_t *field_of(const struct core440 *c, const struct core440_spr *spr)
{
	return (const uint32_t *)(const void *)((const char *)c + spr->offset);
}

static void save_user(struct writer *w, const struct core440 *c)
{
	size_t start = chunk_begin(w, TAG_USER);
	unsigned int i;

	for (i = 0; i < 32; i++)
		put32(w, c->gpr[i]);
	put32(w, c->pc);
	put32(w, c->cr);
	put32(w, c->xer);
	put32(w, c->lr);
	put32(w, c->ctr);
	put32(w, c->msr);
	put32(w, c->pid);
	put8(w, c->reserve);
	chunk_end(w, start);
}

static void save_fpu(struct writer *w, const struct core440 *c)
{
	size_t start = chunk_begin(w, TAG_FPU);
	unsigned int i;

	for (i = 0; i < 32; i++)
		put64(w, c->fpr[i]);
	put32(w, c->fpscr);
	chunk_end(w, start);
}

static void save_sprs(struct writer *w, const struct core440 *c)
{
	size_t start = chunk_begin(w, TAG_SPR);
	unsigned int i;

	for (i = 0; i < CORE440_SPR_COUNT; i++) {
		if (!in_spr_chunk(&core440_sprs[i]))
			continue;
		put32(w, core440_sprs[i].number);
		put32(w, *field_of(c, &core440_sprs[i]));
	}
	chunk_end(w, start);
}

static void save_time(struct writer *w, struct core440 *c)
{
	size_t start = chunk_begin(w, TAG_TIME);

	put64(w, core440_timebase(c));
	put32(w, c->dec);
	put8(w, timer_debug_freezes(c));
	put8(w, c->watchdog_reset);
	put32(w,
	      core440_atomic_read(&c->pending) & (CORE440_PENDING_MCHECK | CORE440_PENDING_DEBUG));
	chunk_end(w, start);
}

static void save_tlb(struct writer *w, const struct core440 *c)
{
	size_t start = chunk_begin(w, TAG_TLB);
	unsigned int i;

	for (i = 0; i < CORE440_TLB_SIZE; i++) {
		put32(w, c->tlb[i].word0);
		put32(w, c->tlb[i].word1);
		put32(w, c->tlb[i].word2);
		put8(w, c->tlb[i].tid);
	}
	chunk_end(w, start);
}

static void save_exit(struct writer *w, const struct core440 *c)
{
	size_t start = chunk_begin(w, TAG_EXIT);
	const struct core440_inflight *f = &c->inflight;
	unsigned int i;

	put8(w, c->exit.kind);
	put8(w, c->exit.write);
	put8(w, c->exit.by_watchdog);
	put8(w, c->exit.reset);
	put8(w, c->exit.len);
	put64(w, c->exit.addr);
	put64(w, c->exit.value);
	put8(w, f->active);
	put8(w, f->little);
	put8(w, f->failed);
	put32(w, f->pc);
	put32(w, f->insn);
	put32(w, f->ea);
	put8(w, f->total);
	put8(w, f->done);
	put8(w, f->have);
	for (i = 0; i < 8; i++)
		put8(w, f->bytes[i]);
	put32(w, f->dvc);
	chunk_end(w, start);
}

static uint8_t name_byte(const struct core440 *c, unsigned int i)
{
	const char *name = model_of(c)->name;
	unsigned int j;

	for (j = 0; j < i; j++)
		if (name[j] == '\0')
			return 0;
	return (uint8_t)name[i];
}

int core440_save(struct core440 *c, void *buf, size_t size, size_t *need)
{
	struct writer w = { buf, size, 0 };
	unsigned int i;

	c->ops->fp_spill(c);
	core440_timer_update(c);
	put32(&w, MAGIC);
	put32(&w, CORE440_STATE_VERSION);
	put32(&w, 0);
	for (i = 0; i < 8; i++)
		put8(&w, name_byte(c, i));
	save_user(&w, c);
	save_fpu(&w, c);
	save_sprs(&w, c);
	save_time(&w, c);
	save_tlb(&w, c);
	save_exit(&w, c);
	patch32(&w, 8, (uint32_t)w.at);
	if (need != NULL)
		*need = w.at;
	return w.at <= size ? (int)w.at : CORE440_STATE_NO_SPACE;
}

/* Reads zeros past the end and remembers that it did. */
struct reader {
	const uint8_t *buf;
	size_t size, at;
	bool bad;
};

static uint32_t get8(struct reader *r)
{
	if (r->at >= r->size) {
		r->bad = true;
		return 0;
	}
	return r->buf[r->at++];
}

static bool get_bool(struct reader *r)
{
	uint32_t v = get8(r);

	if (v > 1)
		r->bad = true;
	return v != 0;
}

static uint32_t get32(struct reader *r)
{
	uint32_t v = get8(r) << 24;

	v |= get8(r) << 16;
	v |= get8(r) << 8;
	return v | get8(r);
}

static uint64_t get64(struct reader *r)
{
	uint64_t high = (uint64_t)get32(r) << 32;

	return high | get32(r);
}

/* A value without bits that do not exist. */
static uint32_t get_masked(struct reader *r, uint32_t mask)
{
	uint32_t v = get32(r);

	if (v & ~mask)
		r->bad = true;
	return v & mask;
}

/*
 * Every chunk is read twice by the same function: first with @apply false, which changes nothing
 * and finds all that is wrong, then with @apply true.
 */
static void load_user(struct reader *r, struct core440 *c, bool apply)
{
	uint32_t v, pc, cr, xer, lr, ctr, msr, pid, reserve;
	unsigned int i;

	for (i = 0; i < 32; i++) {
		v = get32(r);
		if (apply)
			c->gpr[i] = v;
	}
	pc = get_masked(r, 0xfffffffcu);
	cr = get32(r);
	xer = get_masked(r, XER_ALL);
	lr = get32(r);
	ctr = get32(r);
	msr = get_masked(r, MSR_ALL);
	pid = get_masked(r, 0xff);
	reserve = get_bool(r);
	if (!apply)
		return;
	c->pc = pc;
	c->cr = cr;
	c->xer = xer;
	c->lr = lr;
	c->ctr = ctr;
	c->msr = msr;
	c->pid = pid;
	/* As core440_debug_before() would leave it: the access in flight has begun. */
	c->debug_msr = msr;
	c->debug_pc = pc;
	c->debug_lr = lr;
	c->debug_ctr = ctr;
	c->reserve = reserve != 0;
}

static void load_fpu(struct reader *r, struct core440 *c, bool apply)
{
	unsigned int i;
	uint64_t v;

	for (i = 0; i < 32; i++) {
		v = get64(r);
		if (apply)
			c->fpr[i] = v;
	}
	v = get32(r);
	if (apply)
		c->fpscr = (uint32_t)v;
}

/* Read-only registers come with the machine, but for what reset or icread left in them. */
static void load_sprs(struct reader *r, struct core440 *c, bool apply)
{
	unsigned int i;

	for (i = 0; i < CORE440_SPR_COUNT; i++) {
		const struct core440_spr *spr = &core440_sprs[i];
		uint32_t v;

		if (!in_spr_chunk(spr))
			continue;
		if (get32(r) != spr->number)
			r->bad = true;
		v = get_masked(r, spr->mask);
		if (spr->number == 0x11f && v != model_of(c)->pvr)
			r->bad = true;
		if (apply)
			*(uint32_t *)(void *)((char *)c + spr->offset) = v;
	}
}

static void load_time(struct reader *r, struct core440 *c, bool apply)
{
	uint64_t tb = get64(r);
	uint32_t dec = get32(r);
	bool frozen = get_bool(r);
	uint32_t reset = get8(r);
	uint32_t edges = get_masked(r, CORE440_PENDING_MCHECK | CORE440_PENDING_DEBUG);
	uint64_t now;

	if (reset > CORE440_RESET_SYSTEM)
		r->bad = true;
	if (!apply)
		return;
	c->frozen = false;
	now = clock_now(c);
	c->frozen = frozen || c->held;
	c->frozen_at = now;
	c->tb_offset = tb - now;
	c->timer_seen = c->ops->timebase_is_ticks ? core440_timebase(c) : tb;
	c->dec = dec;
	c->dec_tick = now;
	c->watchdog_reset = (uint8_t)reset;
	core440_atomic_andnot(&c->pending, CORE440_PENDING_MCHECK | CORE440_PENDING_DEBUG);
	core440_atomic_or(&c->pending, edges);
}

static void load_tlb(struct reader *r, struct core440 *c, bool apply)
{
	unsigned int i;

	for (i = 0; i < CORE440_TLB_SIZE; i++) {
		struct core440_tlb_entry e;

		e.word0 = get_masked(r, TLB0_ALL);
		e.word1 = get_masked(r, TLB1_ALL);
		e.word2 = get_masked(r, TLB2_ALL);
		e.tid = (uint8_t)get8(r);
		if (apply)
			core440_tlb_write(c, i, &e);
	}
}

/* What the code that goes on from here relies upon: no piece leaves its element, no element its
 * total. */
static bool inflight_sane(const struct core440_exit *e, const struct core440_inflight *f)
{
	enum insn id = core440_decode(f->insn);
	uint32_t flags = core440_insn_flags[id];
	unsigned int size = id == INSN_DCBZ ? 8 : flags & INSN_F_SIZE ? flags & INSN_F_SIZE : 4;
	bool storage = (flags & (INSN_F_LOAD | INSN_F_STORE)) != 0 || id == INSN_DCBZ;
	bool store = (flags & INSN_F_STORE) != 0 || id == INSN_DCBZ;

	if (e->kind == CORE440_EXIT_DCR)
		return f->active && (id == INSN_MFDCR || id == INSN_MTDCR) && e->addr < 1024 &&
		       e->write == (id == INSN_MTDCR);
	if (!f->active)
		return e->kind != CORE440_EXIT_MMIO;
	if (!storage || f->total == 0 || f->total > 128 || f->done >= f->total)
		return false;
	if (f->done % size != 0 || f->have >= size || f->have >= f->total - f->done)
		return false;
	if (e->kind != CORE440_EXIT_MMIO)
		return e->kind == CORE440_EXIT_NONE;
	if (e->len != 1 && e->len != 2 && e->len != 4 && e->len != 8)
		return false;
	return e->write == store && f->have + e->len <= size &&
	       f->have + e->len <= f->total - f->done;
}

static void load_exit(struct reader *r, struct core440 *c, bool apply)
{
	struct core440_exit e = { 0 };
	struct core440_inflight f = { 0 };
	uint32_t kind = get8(r);
	unsigned int i;

	if (kind > CORE440_EXIT_CHECKSTOP)
		r->bad = true;
	e.kind = (enum core440_exit_kind)kind;
	e.write = get_bool(r);
	e.by_watchdog = get_bool(r);
	e.reset = (uint8_t)get8(r);
	e.len = (uint8_t)get8(r);
	e.addr = get64(r);
	e.value = get64(r);
	f.active = get_bool(r);
	f.little = get_bool(r);
	f.failed = get_bool(r);
	f.pc = get32(r);
	f.insn = get32(r);
	f.ea = get32(r);
	f.total = (uint8_t)get8(r);
	f.done = (uint8_t)get8(r);
	f.have = (uint8_t)get8(r);
	for (i = 0; i < 8; i++)
		f.bytes[i] = (uint8_t)get8(r);
	f.dvc = get_masked(r, DBG_DAC1R | DBG_DAC1W | DBG_DAC2R | DBG_DAC2W);
	if (e.reset > CORE440_RESET_SYSTEM || e.addr >> 36 || !inflight_sane(&e, &f))
		r->bad = true;
	if (apply) {
		c->exit = e;
		c->inflight = f;
	}
}

static int chunk_of(uint32_t tag)
{
	static const uint32_t tags[CHUNKS] = {
		[USER] = TAG_USER, [FPU] = TAG_FPU, [SPRS] = TAG_SPR,
		[TIME] = TAG_TIME, [TLB] = TAG_TLB, [EXITS] = TAG_EXIT,
	};
	int i;

	for (i = 0; i < CHUNKS; i++)
		if (tags[i] == tag)
			return i;
	return -1;
}

static void load_chunk(struct reader *r, struct core440 *c, int chunk, bool apply)
{
	switch (chunk) {
	case USER: load_user(r, c, apply); break;
	case FPU: load_fpu(r, c, apply); break;
	case SPRS: load_sprs(r, c, apply); break;
	case TIME: load_time(r, c, apply); break;
	case TLB: load_tlb(r, c, apply); break;
	default: load_exit(r, c, apply);
	}
	if (r->at != r->size)
		r->bad = true;
}

static bool load_chunks(struct reader *r, struct core440 *c, bool apply)
{
	unsigned int seen = 0;

	while (r->at < r->size) {
		int chunk = chunk_of(get32(r));
		uint32_t length = get32(r);
		struct reader part = { 0 };

		if (chunk < 0 || (seen & 1u << chunk) || r->bad || length > r->size - r->at)
			return false;
		part.buf = r->buf + r->at;
		part.size = length;
		load_chunk(&part, c, chunk, apply);
		if (part.bad)
			return false;
		r->at += length;
		seen |= 1u << chunk;
	}
	return seen == (1u << CHUNKS) - 1;
}

static bool load_header(struct reader *r, const struct core440 *c)
{
	unsigned int i;

	if (get32(r) != MAGIC || get32(r) != CORE440_STATE_VERSION || get32(r) != r->size)
		return false;
	for (i = 0; i < 8; i++)
		if (get8(r) != name_byte(c, i))
			return false;
	return !r->bad;
}

int core440_load(struct core440 *c, const void *buf, size_t size)
{
	struct reader r = { buf, size, 0, false }, again;

	if (!load_header(&r, c))
		return CORE440_STATE_BAD;
	again = r;
	if (!load_chunks(&r, c, false))
		return CORE440_STATE_BAD;
	(void)load_chunks(&again, c, true);
	attention_update(c);
	c->ops->context_changed(c);
	c->ops->mode_changed(c);
	c->ops->icache_invalidate(c, 0, true);
	c->ops->timer_changed(c);
	return 0;
}
