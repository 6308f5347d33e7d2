/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The interpreter's inner loop. An operation ends by jumping to the handler of the next one; pc is
 * computed from the operation's place in its page when somebody asks. What has been executed is the
 * distance from @start, which branches move along, so counting costs one addition a branch.
 */
#include "soft.h"

#include "fpu.h"

#define likely(x)   __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)

static inline uint32_t ca(const struct core440 *c)
{
	return c->xer >> 29 & 1;
}

static inline void set_ca(struct core440 *c, uint32_t carry)
{
	c->xer = (c->xer & ~XER_CA) | carry << 29;
}

/* CR0 of a result. */
static inline void record(struct core440 *c, uint32_t r)
{
	uint32_t bits = (int32_t)r < 0 ? 8 : r ? 4 : 2;

	c->cr = (c->cr & 0x0fffffffu) | (bits | c->xer >> 31) << 28;
}

static inline void record_fp(struct core440 *c)
{
	c->cr = (c->cr & 0xf0ffffffu) | (c->fpscr >> 4 & 0x0f000000u);
}

static inline uint32_t rotl(uint32_t x, unsigned int n)
{
	return x << n | x >> (-n & 31);
}

/* sraw, srawi: @n up to 63; CA is set when a negative number loses bits. */
static inline uint32_t shift_algebraic(struct core440 *c, uint32_t x, unsigned int n)
{
	uint32_t sign = (uint32_t)((int32_t)x >> 31), lost;

	if (n > 31) {
		set_ca(c, sign & 1);
		return sign;
	}
	lost = x & ((1u << n) - 1);
	set_ca(c, sign & (lost != 0));
	return (uint32_t)((int32_t)x >> n);
}

static inline bool branch_taken(struct core440 *c, unsigned int bo, unsigned int shift)
{
	if (!(bo & 4)) {
		c->ctr--;
		if ((c->ctr == 0) != !!(bo & 2))
			return false;
	}
	return bo & 16 || (c->cr >> shift & 1) == (bo >> 3 & 1);
}

static inline bool traps(unsigned int to, uint32_t a, uint32_t b)
{
	return (to & 16 && (int32_t)a < (int32_t)b) || (to & 8 && (int32_t)a > (int32_t)b) ||
	       (to & 4 && a == b) || (to & 2 && a < b) || (to & 1 && a > b);
}

/* mtfsf, mtfsfi, mtfsb1, mcrfs, and not the moves: what may bring an exception about. */
static inline bool writes_fpscr(uint32_t insn)
{
	switch (core440_decode(insn)) {
	case INSN_MTFSF:
	case INSN_MTFSFI:
	case INSN_MTFSB0:
	case INSN_MTFSB1:
	case INSN_MCRFS: return true;
	default: return false;
	}
}

static inline uint32_t get16(const uint8_t *p)
{
	uint16_t x;

	__builtin_memcpy(&x, p, 2);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	x = __builtin_bswap16(x);
#endif
	return x;
}

static inline uint32_t get32(const uint8_t *p)
{
	uint32_t x;

	__builtin_memcpy(&x, p, 4);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	x = __builtin_bswap32(x);
#endif
	return x;
}

static inline uint64_t get64(const uint8_t *p)
{
	return (uint64_t)get32(p) << 32 | get32(p + 4);
}

static inline void put8(uint8_t *p, uint32_t x)
{
	*p = (uint8_t)x;
}

static inline void put16(uint8_t *p, uint32_t x)
{
	uint16_t h = (uint16_t)x;

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	h = __builtin_bswap16(h);
#endif
	__builtin_memcpy(p, &h, 2);
}

static inline void put16_reversed(uint8_t *p, uint32_t x)
{
	put16(p, __builtin_bswap16((uint16_t)x));
}

static inline void put32(uint8_t *p, uint32_t x)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	x = __builtin_bswap32(x);
#endif
	__builtin_memcpy(p, &x, 4);
}

static inline void put32_reversed(uint8_t *p, uint32_t x)
{
	put32(p, __builtin_bswap32(x));
}

static inline void put64(uint8_t *p, uint64_t x)
{
	put32(p, (uint32_t)(x >> 32));
	put32(p + 4, (uint32_t)x);
}

/* Set by the first call: the handlers' addresses are known inside soft_exec() only. */
static const void *const *exec_labels;

const void *const *soft_exec_labels(void)
{
	if (!__atomic_load_n(&exec_labels, __ATOMIC_ACQUIRE))
		soft_exec(NULL, NULL);
	return __atomic_load_n(&exec_labels, __ATOMIC_ACQUIRE);
}

#define PC (page_ea + (uint32_t)(op - page->ops) * 4)
#define NEXT                                                                                       \
	do {                                                                                       \
		op++;                                                                              \
		goto * op->run;                                                                    \
	} while (0)

#define IVOR_DTLB 13

/* A page of its own for one operation: whatever follows it, and every branch, leaves. */
#define SINGLE_LIMIT 0

enum exec_result soft_exec(struct engine_vcpu *v, struct code_page *single)
{
	static const void *const labels[] = {
#define OP(name) &&L_##name,
#include "ops.def"
	};
	struct core440 *c;
	uint32_t *g;
	uint64_t *f;
	struct code_page *page;
	const struct op *op;
	const char *start;
	uint32_t page_ea, ea, cr, insn;
	struct shadow *s;
	uint8_t *host;
	enum exec_result result;
	intptr_t ran;

	if (!v) {
		__atomic_store_n(&exec_labels, labels, __ATOMIC_RELEASE);
		return EXEC_POLL;
	}
	c = &v->core;
	g = c->gpr;
	f = c->fpr;
	if (single) {
		page = single;
		page_ea = c->pc;
		op = page->ops;
		start = (const char *)op;
		v->limit = SINGLE_LIMIT;
		goto * op->run;
	}
	ran = 0;
	goto enter;

L_DECODE:
	if (unlikely(!page->valid))
		goto moved;
	soft_translate(v, &page->ops[op - page->ops],
		       soft_code_word(page, (unsigned int)(op - page->ops)),
		       (unsigned int)(op - page->ops), false);
	page->writes = 0;
	goto * op->run;
L_PAGE_END:
	/* Not an operation: nothing was executed here. */
	c->pc = PC;
	op--;
	goto look_up;
L_CORE:
	c->pc = PC;
	insn = soft_code_word(page, (unsigned int)(op - page->ops));
	switch (core440_emulate(c, insn)) {
	case CORE440_NEXT:
		if (unlikely(core440_attention(c)))
			goto look_up;
		NEXT;
	case CORE440_JUMP:
		if (c->pc == ((c->ivpr & 0xffff0000u) | (c->ivor[IVOR_DTLB] & 0xfff0u)))
			count_add(&v->counts.tlb_misses, 1);
		goto look_up;
	case CORE440_EXIT: goto out;
	case CORE440_USER:
		/* A device has written over what was decoded here, and word of it is on its way. */
		soft_translate(v, &page->ops[op - page->ops], insn, (unsigned int)(op - page->ops),
			       single != NULL);
		if (op->run != labels[OP_CORE])
			goto * op->run;
		/* fall through */
	default:
		/* The core knows every instruction that is sent to it, and memory is always there.
		 */
		c->exit.kind = CORE440_EXIT_NONE; /* hand_out() calls it an error */
		goto out;
	}

#include "exec-integer.h"
#include "exec-branch.h"
#include "exec-memory.h"
#include "exec-float.h"

moved: /* the page is not what it was */
poll:  /* before the operation at op */
	c->pc = PC;
	op--;
look_up: /* after the operation at op, to pc */
	ran = (const char *)(op + 1) - start;
	/* With MSR[WE] on nothing more is executed: the caller sleeps. */
	if (unlikely(ran >= v->limit || core440_attention(c) || (c->msr & MSR_WE))) {
		result = EXEC_POLL;
		goto leave_counted;
	}
enter : {
	struct fetch *e = &v->fetch[(c->pc >> PAGE_SHIFT) % FETCH_SIZE];

	page_ea = c->pc & PAGE_MASK;
	page = e->page;
	if (unlikely(e->tag != (page_ea | v->fetch_context))) {
		page = soft_code_fetch(v, &result);
		if (!page && result == EXEC_POLL) {
			/* An interrupt instead: a step of its own, lest a loop of them never ends.
			 */
			ran += (intptr_t)sizeof(*op);
			if (ran < v->limit && !core440_attention(c))
				goto enter;
		}
		if (!page)
			goto leave_counted;
	}
	op = &page->ops[(c->pc & ~PAGE_MASK) / 4];
	start = (const char *)op - ran;
	goto * op->run;
}
out:
	result = EXEC_EXIT;
leave: /* after the operation at op */
	ran = (const char *)(op + 1) - start;
leave_counted:
	count_add(&v->counts.instructions, (uint64_t)ran / sizeof(*op));
	v->limit -= ran;
	return result;
}
