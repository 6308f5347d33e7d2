/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Inside the interpreter.
 *
 * Code: a 4 KB page of RAM that is executed has a struct code_page with one decoded operation for
 * each of its 1024 words, decoded when first reached. It belongs to the physical page and is shared
 * by all contexts; branches inside the page are pointer arithmetic, those that leave it go through
 * the fetch table. Nothing else has to be invalidated when code changes: a write resets the
 * operations of the words it touches, also while they run.
 *
 * Data: the shadow table maps an effective page in a context (AS, PR, PID) to host memory. The
 * context stands in the tag, so that writing PID or MSR costs nothing. What is not there is one of:
 * a miss, an interrupt, a device, a little-endian or 1 KB page, an access across two pages:
 * soft_load() and soft_store() sort these out, and core440_emulate() does the rest.
 *
 * Write tracking: a page with a code_page is never entered for stores; PAGE_CODE of its page flags
 * is what other threads look at.
 */
#ifndef KVM440_SOFT_H
#define KVM440_SOFT_H

#include "core440.h"
#include "decode.h"
#include "engine/engine.h"
#include "util/count.h"

#include <pthread.h>

#define PAGE_SHIFT 12
#define PAGE_SIZE  (1u << PAGE_SHIFT)
#define PAGE_MASK  (~(PAGE_SIZE - 1))
#define PAGE_WORDS (PAGE_SIZE / 4)

enum op_code {
#define OP(name) OP_##name,
#include "ops.def"
	OP_COUNT
};

/* A decoded instruction. */
struct op {
	const void *run; /* where its handler starts */
	uint8_t a, b, c, d;
	int32_t imm;
};

struct code_page {
	struct op ops[PAGE_WORDS + 1];
	uint64_t ra;
	const uint8_t *host;
	bool little;		/* instructions are little-endian (E) */
	bool valid;		/* false: dropped, though it may still be running */
	unsigned int writes;	/* since something was last decoded */
	struct code_page *next; /* of the same physical page, or free */
};

/* Most code pages there can be: bounds what a guest can make the engine allocate (17 KB each). */
#define CODE_PAGES_MAX 4096

#define PAGE_CODE     1u /* has a code_page; read by other threads */
#define PAGE_WRITABLE 2u /* may be entered for stores in the shadow table */

/* A stretch of RAM. */
struct region {
	uint64_t ra, size;
	uint8_t *host;
	bool read_only;
	uint8_t *flags;		 /* a byte a page */
	struct code_page **code; /* a list a page */
};

#define REGIONS_MAX 8
#define POSTED_MAX  64

struct engine_vm {
	struct region regions[REGIONS_MAX];
	unsigned int n_regions;
	struct engine_vcpu *vcpu;
	/* Ranges that devices wrote over code, until the vCPU's thread drops it. */
	pthread_mutex_t lock;
	unsigned int n_posted; /* above POSTED_MAX: everything */
	struct {
		uint64_t ra, len;
	} posted[POSTED_MAX];
};

/* Effective page and context: page address | AS << 9 | PR << 8 | PID. */
#define TAG_INVALID 0xfffu
#define TAG_AS	    0x200u
#define TAG_PR	    0x100u
#define TAG_PID	    0x0ffu

#define SHADOW_SIZE 4096 /* entries; the index is the low bits of the page number */
#define FETCH_SIZE  1024

struct shadow {
	uint32_t load, store; /* tags */
	uintptr_t delta;      /* host address less effective address */
};

struct fetch {
	uint32_t tag;
	struct code_page *page;
};

/* As struct engine_stats; the vCPU's thread counts, any thread reads. */
struct counts {
	count64 instructions, interrupts, tlb_misses, pages_decoded, pages_dropped;
	count64 exits[ENGINE_EXIT_KINDS];
};

enum exec_result {
	EXEC_POLL,    /* attention, or the budget is used up; pc is current */
	EXEC_SPIN,    /* at a branch to itself */
	EXEC_EXIT,    /* core.exit is to be handed out */
	EXEC_STEP,    /* at a page that is executed word by word */
	EXEC_STEPPED, /* the one operation that was asked for is done */
};

struct engine_vcpu {
	struct core440 core; /* first: a struct core440 * is a struct engine_vcpu * */
	struct engine_vm *vm;

	uint32_t data_context, fetch_context; /* low bits of tags */
	intptr_t limit;			      /* bytes of operations to execute before a poll */
	bool exact;			      /* no fast path for storage: DAC, CCR0[FLSTA] */

	/* clock */
	uint32_t timebase_hz;
	uint64_t host_ns; /* CLOCK_MONOTONIC where guest_ticks was taken */
	uint64_t guest_ticks;
	bool clock_stopped;
	uint64_t slice_ticks, slice_count; /* at the last poll, for the budget */
	uint64_t rate;			   /* instructions a tick, times 256 */

	/* what other threads touch */
	bool critical_off; /* ENGINE_INPUT_CRITICAL_OFF; any thread, atomic */
	uint32_t kicked, sleeping;
	int wake_fd;

	bool completing; /* the last exit waits for its answer */
	struct counts counts;
	uint32_t taken_seen; /* core.taken as counts has it */

	const void *const *labels;    /* by enum op_code */
	struct code_page **page_ring; /* all there are, in the order of their making */
	unsigned int n_pages, next_page;
	struct code_page *free_pages;
	struct code_page *step_page;

	struct fetch fetch[FETCH_SIZE];
	struct shadow shadow[SHADOW_SIZE];
};

static inline struct engine_vcpu *vcpu_of(struct core440 *c)
{
	return (struct engine_vcpu *)c;
}

/* memory.c: regions, the core's memory operations, and what devices wrote */
struct region *soft_region(struct engine_vm *vm, uint64_t ra);
enum core440_mem soft_mem_read(struct core440 *c, uint64_t ra, void *buf, uint32_t len);
enum core440_mem soft_mem_write(struct core440 *c, uint64_t ra, const void *buf, uint32_t len);
int soft_vm_map(struct engine_vm *vm, uint64_t ra, uint64_t size, void *host, bool read_only,
		struct error **err);
void soft_vm_written(struct engine_vm *vm, uint64_t ra, uint64_t len);
void soft_drop_posted(struct engine_vcpu *v);

/* shadow.c */
void soft_contexts(struct engine_vcpu *v); /* after MSR or PID changed */
void soft_shadow_flush(struct engine_vcpu *v);
void soft_tlb_drop(struct core440 *c, unsigned int index, const struct core440_tlb_entry *old);
/* No shadow entry lets a store through to the page at @host any more. */
void soft_shadow_protect(struct engine_vcpu *v, const uint8_t *host);
/*
 * After a look-up failed: where @ea is in host memory for an access that stays inside its page, or
 * NULL when core440_emulate() has to do it. soft_store() has dropped the code in the @len bytes.
 */
const uint8_t *soft_load(struct engine_vcpu *v, uint32_t ea, uint32_t len);
uint8_t *soft_store(struct engine_vcpu *v, uint32_t ea, uint32_t len);

/* code.c */
int soft_code_init(struct engine_vcpu *v); /* -ENOMEM */
void soft_code_deinit(struct engine_vcpu *v);
/*
 * The page that core.pc lies in, entered in the fetch table. NULL with EXEC_STEP in *ret when it
 * has to be executed word by word, or with EXEC_POLL after an interrupt was delivered instead.
 */
struct code_page *soft_code_fetch(struct engine_vcpu *v, enum exec_result *ret);
/* [offset, offset + len) of a physical page was or is about to be written. */
void soft_code_written(struct engine_vcpu *v, struct region *r, uint64_t page, uint32_t offset,
		       uint32_t len);
void soft_code_flush(struct engine_vcpu *v);
static inline uint32_t soft_code_word(const struct code_page *p, unsigned int index)
{
	uint32_t w;

	__builtin_memcpy(&w, p->host + 4 * index, 4);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return p->little ? w : __builtin_bswap32(w);
#else
	return p->little ? __builtin_bswap32(w) : w;
#endif
}

/* translate.c: an instruction word as an operation; @index is its place in the page. */
void soft_translate(struct engine_vcpu *v, struct op *op, uint32_t insn, unsigned int index,
		    bool single);

/* exec.c */
const void *const *soft_exec_labels(void);
/* Runs from core.pc, in @page if that is not NULL: the one operation at its start, core.pc away. */
enum exec_result soft_exec(struct engine_vcpu *v, struct code_page *single);

/* arith.c: the integer operations that are not worth a handler of their own */
void soft_arith(struct core440 *c, uint32_t insn);
void soft_logic(struct core440 *c, uint32_t insn);
void soft_crlogic(struct core440 *c, uint32_t insn);
/* mac.c */
void soft_mac(struct core440 *c, uint32_t insn);
void soft_dlmzb(struct core440 *c, uint32_t insn);
/* float.c: arithmetic, which leaves CR1 to the caller, and moves and FPSCR, which do not */
void soft_float(struct core440 *c, uint32_t insn);
void soft_fcontrol(struct core440 *c, uint32_t insn);
/* ESR of the Program interrupt for an enabled exception of @insn, CR field included: M p.190. */
uint32_t soft_float_syndrome(uint32_t insn);

/* step.c */
enum exec_result soft_step(struct engine_vcpu *v);

/* clock.c */
uint64_t soft_ticks(struct core440 *c);
void soft_timer_changed(struct core440 *c);
void soft_clock_stop(struct engine_vcpu *v);
void soft_clock_start(struct engine_vcpu *v);
int soft_clock_init(struct engine_vcpu *v, uint32_t timebase_hz);
void soft_clock_deinit(struct engine_vcpu *v);
/* Sets the budget up to the next deadline, or marks it as passed. */
void soft_clock_poll(struct engine_vcpu *v);
/* Sleeps until the next deadline, an input or a kick. */
void soft_clock_sleep(struct engine_vcpu *v);
/* After pending was changed by another thread. Async-signal-safe. */
void soft_wake(struct engine_vcpu *v);

#endif
