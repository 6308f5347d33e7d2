/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The PowerPC 440 core: everything that makes a 440 a 440 and is privileged. Portable,
 * freestanding: no libc, no kernel calls, no allocation, no locks, no globals. Compiled into
 * kvm-440.ko and into kvm440d. An engine executes the unprivileged instructions and calls the core
 * for the rest; the core calls the engine back through struct core440_ops.
 *
 * Threads: the vCPU's thread owns struct core440. Other threads touch core440.pending alone.
 * Bits are numbered as IBM does, 0 = most significant, through CORE440_BIT().
 */
#ifndef CORE440_H
#define CORE440_H

#include "env.h"
#include "regs.h"
#include "types.h"

#define CORE440_TLB_SIZE 64

struct core440;

/* One of the 64 entries, in the fields of the three words of tlbre/tlbwe plus TID. */
struct core440_tlb_entry {
	uint32_t word0; /* EPN, V, TS, SIZE */
	uint32_t word1; /* RPN, ERPN */
	uint32_t word2; /* U0-3, W I M G E, UX UW UR SX SW SR */
	uint8_t tid;
};

enum core440_access { CORE440_FETCH, CORE440_LOAD, CORE440_STORE };

/* The numbers of the interrupt vector offset registers. */
enum core440_ivor {
	IVOR_CRITICAL,
	IVOR_MCHECK,
	IVOR_DATA,
	IVOR_INST,
	IVOR_EXTERNAL,
	IVOR_ALIGNMENT,
	IVOR_PROGRAM,
	IVOR_FP,
	IVOR_SYSCALL,
	IVOR_AP,
	IVOR_DEC,
	IVOR_FIT,
	IVOR_WATCHDOG,
	IVOR_DTLB,
	IVOR_ITLB,
	IVOR_DEBUG,
};

/* How a translation ended. */
enum core440_fault {
	CORE440_FAULT_NONE,
	CORE440_FAULT_MISS, /* Instruction or Data TLB Error interrupt */
	CORE440_FAULT_PROT, /* Instruction or Data Storage interrupt, access control */
};

struct core440_translation {
	uint64_t ra;	    /* 36-bit real address of the byte asked for */
	uint32_t page_size; /* bytes, 1 KB to 256 MB */
	uint32_t attr;	    /* word2 of the entry: W I M G E, U0-3, permissions */
	uint8_t index;	    /* entry that matched */
};

/* What an operation of the engine on guest memory says. */
enum core440_mem {
	CORE440_MEM_OK,
	CORE440_MEM_NONE,  /* not RAM: the access becomes MMIO */
	CORE440_MEM_RETRY, /* cannot be done here: return CORE440_RETRY to where one may sleep */
};

/*
 * What the core asks of its engine. All are called on the vCPU's thread, none may be NULL.
 * Memory is addressed by real address; a range never crosses a 1 KB boundary.
 */
struct core440_ops {
	enum core440_mem (*mem_read)(struct core440 *c, uint64_t ra, void *buf, uint32_t len);
	enum core440_mem (*mem_write)(struct core440 *c, uint64_t ra, const void *buf,
				      uint32_t len);
	/* Entry @old is about to change or go: drop everything derived from it. */
	void (*tlb_drop)(struct core440 *c, unsigned int index,
			 const struct core440_tlb_entry *old);
	/* MSR[PR,IS,DS] or PID changed: later translations are in another context. */
	void (*context_changed)(struct core440 *c);
	/* MSR[FP,FE0,FE1,DE] or a debug control register changed: execution mode may differ. */
	void (*mode_changed)(struct core440 *c);
	/* Instruction cache: icbi at @ra's 32-byte line, or everything when @all. */
	void (*icache_invalidate)(struct core440 *c, uint64_t ra, bool all);
	/* Host ticks at the guest's time-base rate, monotonic; the core adds the guest's offset. */
	uint64_t (*ticks)(struct core440 *c);
	/* The next timer deadline may have moved: re-arm from core440_timer_next(). */
	void (*timer_changed)(struct core440 *c);
	/* Make core440.fpr and .fpscr current (write back) before the core reads or writes them. */
	void (*fp_spill)(struct core440 *c);
	/*
	 * The guest reads ticks itself as its time base, without a trap: it can then neither be
	 * set nor be stopped by a debug event, and FIT and watchdog count what the guest sees.
	 */
	bool timebase_is_ticks;
};

/* Bits of core440.pending. Level-sensitive inputs stay set until their source lowers them. */
#define CORE440_PENDING_EXTERNAL 0x00000001u /* non-critical interrupt input, level */
#define CORE440_PENDING_CRITICAL 0x00000002u /* critical interrupt input, level */
#define CORE440_PENDING_TIMER	 0x00000004u /* deadline passed: call core440_timer_update() */
#define CORE440_PENDING_MCHECK	 0x00000008u /* asynchronous machine check (PLB error), edge */
#define CORE440_PENDING_DEBUG	 0x00000010u /* unconditional debug event (UDE), edge */
#define CORE440_PENDING_SELF                                                                       \
	0x00000020u /* the core's own: an enabled interrupt waits in TSR, DBSR or MCSR */
#define CORE440_PENDING_KICK 0x80000000u /* leave the run loop; never interpreted by the core */

/* What a call that runs or delivers something says to the engine. */
enum core440_result {
	CORE440_NEXT,  /* done; pc stands on the next instruction in sequence */
	CORE440_JUMP,  /* done; pc, MSR or context changed: fetch anew */
	CORE440_EXIT,  /* core440.exit says what the outside must do; then core440_complete() */
	CORE440_RETRY, /* do it again where memory operations may sleep; it goes on where it stopped
			*/
	CORE440_USER,  /* not privileged and no storage access: the engine's own to execute */
};

enum core440_exit_kind {
	CORE440_EXIT_NONE,
	CORE440_EXIT_MMIO,
	CORE440_EXIT_DCR,
	CORE440_EXIT_RESET,	/* watchdog or DBCR0[RST] */
	CORE440_EXIT_CHECKSTOP, /* machine check that cannot be taken */
};

enum core440_reset { CORE440_RESET_CORE = 1, CORE440_RESET_CHIP = 2, CORE440_RESET_SYSTEM = 3 };

struct core440_exit {
	enum core440_exit_kind kind;
	bool write;
	bool failed;	  /* set by the outside before completion: nobody answered there */
	bool by_watchdog; /* RESET */
	uint8_t reset;	  /* RESET: enum core440_reset */
	uint8_t len;	  /* MMIO: 1 to 8 bytes, naturally aligned pieces */
	uint64_t addr;	  /* MMIO: real address; DCR: number, 0 to 1023 */
	uint64_t
		value; /* as a big-endian processor sees it: byte at addr is the most significant */
};

/*
 * Life cycle. core440_init() makes the state of a system reset (manual, chapter 3) for CPU row
 * @model of cpu.def (negative if there is no such row); @ops must outlive it. c->engine is read, so
 * that the callbacks made here find it; nothing else need be set.
 */
int core440_init(struct core440 *c, unsigned int model, const struct core440_ops *ops);
void core440_reset(struct core440 *c, enum core440_reset kind);
/* Index of the row of that name ("440EP"), negative if there is none; the name of a row, NULL past
 * the end. */
int core440_model_find(const char *name);
const char *core440_model_name(unsigned int model);
/* An engine without memory and with a clock that stands still: for building or checking a state. */
extern const struct core440_ops core440_no_engine;

/*
 * Sets registers from outside the guest (entry state, debugger); the callbacks are called as for
 * the guest's own writes. @msr is cut to the bits that exist, @index to 0..63.
 */
void core440_set_msr(struct core440 *c, uint32_t msr);
void core440_set_pid(struct core440 *c, uint32_t pid);
void core440_tlb_write(struct core440 *c, unsigned int index,
		       const struct core440_tlb_entry *entry);

/*
 * A special purpose register by its number, from outside the guest, whatever the guest itself may
 * do with it. get: the value as of now; false if this CPU has no such register. put: sets it to
 * @value as a restored state does, cut to the bits that exist: TSR, DBSR and MCSR become @value,
 * TCR[WRC] may be cleared, DBCR0[RST] is dropped. False, and nothing changes, if there is no such
 * register or it is read-only; the time base counts as that.
 */
bool core440_spr_get(struct core440 *c, unsigned int number, uint32_t *ret);
bool core440_spr_put(struct core440 *c, unsigned int number, uint32_t value);

/* The entry that has @ea in address space @as (0, 1) for @pid; permissions are not looked at. */
bool core440_lookup(const struct core440 *c, uint32_t ea, unsigned int as, uint8_t pid,
		    struct core440_translation *ret);

/* Translation of one effective address in the current context; pure, no side effect. */
enum core440_fault core440_translate(struct core440 *c, uint32_t ea, enum core440_access access,
				     struct core440_translation *ret);
/*
 * Delivers the interrupt for a failed translation at @ea by the instruction at pc: of a fetch, or
 * of an integer access that core440_emulate() was not asked to make (it sets ESR[FP] where that
 * belongs).
 */
enum core440_result core440_fault(struct core440 *c, uint32_t ea, enum core440_access access,
				  enum core440_fault fault);

/*
 * Emulates the instruction @insn at pc: privileged instructions, SPRs, DCRs, cache operations, and
 * every load and store, to RAM or to a device, aligned or not, in both byte orders. An engine with
 * a fast path for RAM calls this for whatever the fast path does not do. An instruction that is not
 * the core's answers CORE440_USER and changes nothing; an illegal one delivers the Program
 * interrupt.
 */
enum core440_result core440_emulate(struct core440 *c, uint32_t insn);
/*
 * The same for an access that the engine has translated already, of the data at @ea to @t, and
 * found no memory there: EXIT if @insn is one aligned access of one integer register, and there;
 * else USER, nothing is changed, and core440_emulate() has it. Not while debug events are on.
 */
enum core440_result core440_device_access(struct core440 *c, uint32_t insn, uint32_t ea,
					  const struct core440_translation *t);
/*
 * After CORE440_EXIT of kind MMIO or DCR with exit.value/.failed filled in; may exit again. With
 * debug events on it does what core440_debug_after() does when the instruction ends.
 */
enum core440_result core440_complete(struct core440 *c);

/* Synchronous interrupts raised by the engine's own execution; SRR0 is pc unless said. */
enum core440_result core440_program(struct core440 *c, uint32_t esr);
enum core440_result core440_trap(struct core440 *c);	/* trap instruction: debug or Program */
enum core440_result core440_syscall(struct core440 *c); /* SRR0 = pc + 4 */
enum core440_result core440_fp_unavailable(struct core440 *c);
enum core440_result core440_ap_unavailable(struct core440 *c);
enum core440_result core440_alignment(struct core440 *c, uint32_t ea, uint32_t insn);
enum core440_result
core440_machine_check_fetch(struct core440 *c); /* fetch from where nothing answers */

/*
 * Whether core440_deliver_pending() may have something to do, or the engine was kicked. Cheap
 * enough for the end of every block: one load of a shared word and a mask that follows MSR, TSR and
 * DBSR.
 */
#define core440_attention(c) (core440_atomic_read(&(c)->pending) & (c)->attention)

/*
 * Asynchronous interrupts: takes timers into account, then delivers the highest-priority one that
 * is pending and enabled. JUMP if one was delivered, NEXT if none, EXIT for a watchdog reset.
 */
enum core440_result core440_deliver_pending(struct core440 *c);
/* Whether MSR[WE] holds the processor (no enabled interrupt pending). */
bool core440_waiting(struct core440 *c);
/*
 * Whether nothing can ever leave a branch-to-self here: EE, CE, DE, ME-sources off, no watchdog
 * armed.
 * @critical_off: nothing outside can raise the critical input; then CE alone does not count, which
 * Linux leaves on when it halts.
 */
bool core440_deaf(struct core440 *c, bool critical_off);

/*
 * Whether floating point may execute: NEXT, or JUMP after a Program (no FPU: CCR0[DAPUIB]) or FP
 * Unavailable interrupt. Loads and stores that come to core440_emulate() are checked there.
 */
enum core440_result core440_fp_check(struct core440 *c);
static inline bool core440_fp_usable(const struct core440 *c);

/* What lfs and stfs do between memory and register: no rounding, no FPSCR. */
uint64_t core440_single_to_double(uint32_t single);
uint32_t core440_double_to_single(uint64_t value);

/* The guest's time base, as mftb would read it now. */
uint64_t core440_timebase(struct core440 *c);

/* Timers, in ticks of core440_ops.ticks. */
void core440_timer_update(struct core440 *c);
/*
 * Holds the guest's clock, or lets it go on from where it was: what DEC, FIT and watchdog count
 * does not count meanwhile. A time base that is the ticks (timebase_is_ticks) goes on.
 */
void core440_timer_hold(struct core440 *c, bool held);
/* The tick at which core440_timer_update() must next be called; UINT64_MAX for never. */
uint64_t core440_timer_next(struct core440 *c);

/*
 * Debug events. An engine that finds core440_debug_active() true steps instruction by instruction:
 * core440_debug_before() before each (IAC, and before loads/stores DAC is done in the core),
 * core440_debug_after() after each that no interrupt suppressed (core440.taken tells), for ICMP and
 * BRT. JUMP when a debug interrupt was delivered.
 */
bool core440_debug_active(const struct core440 *c);
enum core440_result core440_debug_before(struct core440 *c);
enum core440_result core440_debug_after(struct core440 *c, bool branch_taken);
/*
 * Whether @insn, which has been executed and did not end in an interrupt, was a branch that was
 * taken, be it to the next instruction.
 */
bool core440_branch_taken(const struct core440 *c, uint32_t insn);

/* The bytes that a load or store touches; with len 0 none, as a string of no bytes does. */
struct core440_extent {
	uint32_t ea, len;
	bool store;
};
/* What @insn would touch if it were executed now. False if it is no load, store or dcbz. */
bool core440_extent(const struct core440 *c, uint32_t insn, struct core440_extent *ret);

/*
 * The portable form of the state: big-endian, versioned, endianness- and engine-neutral.
 * save: returns the bytes written, or CORE440_STATE_NO_SPACE with the size needed in *need (NULL if
 * not wanted); brings timers and FPRs up to date. load: checks everything, since the bytes may come
 * from a file; 0, or CORE440_STATE_BAD with the state untouched. The model must be the same.
 * Interrupt inputs keep their level: whoever drives them raises them again. The guest's clock goes
 * on from where it was saved.
 */
enum { CORE440_STATE_VERSION = 1, CORE440_STATE_NO_SPACE = -1, CORE440_STATE_BAD = -2 };
#define CORE440_STATE_MAX 4096 /* bytes; a saved state of this version is smaller */
int core440_save(struct core440 *c, void *buf, size_t size, size_t *need);
int core440_load(struct core440 *c, const void *buf, size_t size);

#include "state.h"

static inline bool core440_fp_usable(const struct core440 *c)
{
	return (c->msr & MSR_FP) != 0 && (c->ccr0 & CCR0_DAPUIB) == 0 && c->fpu;
}

#endif
