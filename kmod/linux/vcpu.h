/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A virtual machine and its processors, as the files of kmod/linux/ share them.
 *
 * Locks: vm->lock serialises what changes a VM (memory regions, processors); vm->regions_lock is
 * read by whoever looks at guest memory or for an eventfd. vcpu->mutex is held while a processor
 * runs or its state is changed. The shadow TLB is of the one CPU a 44x has: it is touched with
 * interrupts off.
 */
#ifndef KVM440_VCPU_H
#define KVM440_VCPU_H

#include <linux/fs.h>
#include <linux/hrtimer.h>
#include <linux/kref.h>
#include <linux/kvm.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/wait.h>

#include "core440.h"
#include "kvm440.h"
#include "layout.h"

#define KVM440_REGIONS	 32
#define KVM440_VCPUS	 8
#define KVM440_TLB_SLOTS 64

/* Guest memory that user space gave: pinned, so that it stays where the shadow TLB says. */
struct region {
	u64 ra;
	unsigned long pages; /* 0: not in use */
	u32 flags;	     /* KVM_MEM_READONLY, KVM_MEM_LOG_DIRTY_PAGES */
	unsigned long user_address;
	struct page **page;
	unsigned long *dirty; /* NULL unless logged */
	unsigned long *large; /* which megabytes are in one piece; NULL for none */
};

struct vcpu;

struct vm {
	struct kref ref;
	struct mm_struct *mm;
	struct mutex lock;
	rwlock_t regions_lock;
	struct region region[KVM440_REGIONS];
	u32 regions_end; /* those from here on were never in use */
	struct vcpu *vcpu[KVM440_VCPUS];
	struct list_head ioevents; /* struct ioevent; under regions_lock */
	unsigned int ioevent_count;
};

/* What the switch code reads and writes; see layout.h. */
struct switch_area {
	u32 host_r1, host_ivpr;
	u32 run_mmucr; /* without STID */
	u32 run_msr, run_pid, run_ivpr;
	u32 srr1, esr, dear;
	u32 insn;	/* the instruction that trapped, 0 when it was not fetched */
	u32 fast_table; /* struct fast_tables, what is emulated without leaving */
	u32 soft;	/* shadow_soft(): what is entered into the TLB without leaving */
	u32 code;	/* struct soft_code of run_pid, shadow_codes() + 16 times it */
	u32 codes;	/* shadow_codes() */
	u32 ee_waits;	/* something is taken as soon as the guest sets MSR[EE] */
	u32 fast_emulated, fast_refilled; /* how often; C collects them */
	u32 fast;			  /* fast paths may be used now */
	u32 crit_r4, crit_r5, crit_cr;	  /* of whom a critical interrupt interrupted */
	u32 posted_end;			  /* bytes of posted[] in use */
	u32 fp_msr;			  /* FP, FE0, FE1 if the guest's MSR may turn them on */
	u32 fast_run;	/* how often without a trap, after another one; C collects it */
	u64 fpr, fpscr; /* scratch */
	u32 reserved[4];
	u16 chain[CORE440_TLB_SIZE]; /* what came of guest entry n: struct soft_link */
	struct posted {
		u32 what, value;
	} posted[POSTED];
};

/* How a processor left the guest, for the statistics. */
enum leave {
	LEAVE_HOST,    /* the host's own interrupt */
	LEAVE_FILL,    /* shadow TLB miss that the guest's TLB could answer */
	LEAVE_FAULT,   /* TLB miss or storage interrupt for the guest */
	LEAVE_EMULATE, /* privileged instruction */
	LEAVE_STORAGE, /* load or store that the core makes: devices, split spaces */
	LEAVE_SYSCALL,
	LEAVE_FP,
	LEAVE_OTHER,
	LEAVE_MMIO, /* the rest: what user space was asked for, its time included */
	LEAVE_DCR,
	LEAVE_WAIT, /* MSR[WE] */
	LEAVE_KINDS
};

/* KVM_SET_GUEST_DEBUG, and where single steps stand: debug.c. */
struct debug {
	u32 control; /* KVM_GUESTDBG_*, 0 for none */
	unsigned int points;
	struct {
		u32 addr, type; /* KVMPPC_DEBUG_* */
	} point[ARRAY_SIZE(((struct kvm_guest_debug_arch *)0)->bp)];
	bool steps; /* there are points or single steps */
	bool exits; /* the exit that is due is KVM_EXIT_DEBUG, of this kind: */
	u32 exit_addr, exit_status;
	bool in_step; /* an instruction at step_pc has begun and not ended, core.taken being this */
	u32 step_pc, step_taken;
	bool waits;	/* it is one whose access user space answers */
	bool completed; /* the processor executed one */
	u32 host_dbcr0;
};

/* In the linear map, in one piece: the switch code reaches it without a TLB miss. */
struct vcpu {
	struct switch_area sw; /* first, then these two: layout.h */
	u8 tid[2048];	       /* the host TID of each context, 0 for none */
	struct core440 core;

	struct vm *vm;
	unsigned int id;
	struct mutex mutex;
	struct kvm_run *run;
	wait_queue_head_t wait;
	struct hrtimer timer;
	bool completing;    /* an MMIO or DCR exit waits for its answer */
	bool answer_failed; /* nobody answered it */
	bool context_stale; /* run_pid is to be looked up anew */
	bool fp_loaded;	    /* the FPU holds the guest's registers, as FPSCR does */
	u64 fpscr;	    /* as lfd and stfd have it */
	u32 host_usprg0, host_sprg[4];
	u32 host_pid, host_mmucr; /* outside of a stay */
	bool critical_off;
	/*
	 * The external input is up for either: a level, until it is taken away, and an edge, until
	 * its interrupt is taken. Together with the bit of pending they change without preemption.
	 */
	bool external_level, external_edge;
	bool watchdog_exits; /* the last time-out of the watchdog is KVM_EXIT_WATCHDOG */
	bool timer_stale;    /* the deadline may have moved */
	bool host_critical;  /* a critical interrupt of the host's was taken in the guest, by this:
			      */
	u8 host_critical_ivor;
	struct debug debug;
	bool sigmask_set;
	sigset_t sigmask;

	bool small[CORE440_TLB_SIZE]; /* guest entry n overlaps others: no large pages of it */

	enum leave kind; /* of the last stay, and the time base when it ended */
	u64 left_at;
	bool in_host; /* left_at holds */
};

static inline struct vcpu *vcpu_of(struct core440 *c)
{
	return container_of(c, struct vcpu, core);
}

/* User space sets it at any time. Linux 6.12 has another name for the field in the kernel. */
static inline bool immediate_exit(const struct vcpu *v)
{
#ifdef HINT_UNSAFE_IN_KVM
	return READ_ONCE(v->run->HINT_UNSAFE_IN_KVM(immediate_exit));
#else
	return READ_ONCE(v->run->immediate_exit);
#endif
}

/* main.c: the row of cpu.def that is like this processor; NULL for none, with which it does not
 * load. */
const char *host_model(void);

/* memory.c */
int memory_set(struct vm *vm, const struct kvm_userspace_memory_region *r);
int memory_get_dirty(struct vm *vm, const struct kvm_dirty_log *log);
void memory_free(struct vm *vm);
/*
 * The page that holds real address @ra, NULL if none does. With @write also marks it dirty; NULL
 * then for a read-only one. *@write_protected: a write must come by here first. Under regions_lock.
 */
struct page *memory_page(struct vm *vm, u64 ra, bool write, bool *write_protected);
/* The first page of the megabyte that has @ra, if it is all writable and in one piece; else NULL.
 */
struct page *memory_large(struct vm *vm, u64 ra);
/* mmap of a VM: memory in such pieces, as far as there are any. */
int memory_mmap(struct file *file, struct vm_area_struct *vma);
enum core440_mem memory_read(struct core440 *c, u64 ra, void *buf, u32 len);
enum core440_mem memory_write(struct core440 *c, u64 ra, const void *buf, u32 len);

/* main.c */
int check_extension(unsigned long extension);

/* ioeventfd.c */
int ioeventfd_set(struct vm *vm, const struct kvm_ioeventfd *args);
/* Whether somebody wants to hear of a write of @len bytes of @value to @addr; he was told. */
bool ioeventfd_write(struct vm *vm, u64 addr, u32 len, u64 value);
void ioeventfd_free(struct vm *vm);

/* registers.c; under vcpu->mutex */
void registers_get(struct vcpu *v, struct kvm_regs *r);
void registers_set(struct vcpu *v, const struct kvm_regs *r);
void registers_get_special(struct vcpu *v, struct kvm_sregs *s);
int registers_set_special(struct vcpu *v, const struct kvm_sregs *s);
void registers_get_fpu(struct vcpu *v, struct kvm_fpu *f);
void registers_set_fpu(struct vcpu *v, const struct kvm_fpu *f);
int registers_one(struct vcpu *v, const struct kvm_one_reg *reg, bool set);
int registers_list(struct vcpu *v, struct kvm_reg_list __user *user);
int registers_translate(struct vcpu *v, struct kvm_translation *t);

/* vcpu.c */
/* What holds the external input up; any thread. */
void vcpu_set_external(struct vcpu *v, bool level, bool edge);
void vm_get(struct vm *vm);
void vm_put(struct vm *vm);
int vcpu_create(struct vm *vm, unsigned int id);
int vm_create(void);

/* run.c */
extern const struct core440_ops run_ops;
int run(struct vcpu *v);
void run_wake(struct vcpu *v);
enum hrtimer_restart run_timer(struct hrtimer *timer);
/* The word at pc; false when fetching it ended in an interrupt or checkstop, as *ret says. */
bool run_fetch(struct vcpu *v, u32 *insn, enum core440_result *ret);
/* Into the guest, or for one instruction of it, and what came of that. Interrupts off. */
enum core440_result run_stay_once(struct vcpu *v, bool step);

/* debug.c */
#define DEBUG_INSN 0x7c810808u /* tweq r1,r1: a trap that nothing else is made of */
void debug_init(struct vcpu *v);
int debug_set(struct vcpu *v, const struct kvm_guest_debug *d);
/* Whether the guest is executed instruction by instruction now, by debug_step(). */
static inline bool debug_steps(const struct vcpu *v)
{
	return v->debug.steps || (v->core.dbcr0 && core440_debug_active(&v->core));
}
enum core440_result debug_step(struct vcpu *v);
/* Whether the trap instruction at pc is a software breakpoint of user space's: an exit is due. */
bool debug_trapped(struct vcpu *v);
/* When user space has answered an access: whether with that instruction an exit is due. */
bool debug_ended(struct vcpu *v);
/* KVM_EXIT_DEBUG to kvm_run, if that is due. */
bool debug_hand_out(struct vcpu *v);
/* The processor's debug registers for one instruction, and the host's back: debug.completed. */
void debug_load(struct vcpu *v);
void debug_unload(struct vcpu *v);

/* shadow.c */
int shadow_init(void);
void shadow_exit(void);
/* The software shadow TLB, as the switch code wants it: layout.h. */
u32 shadow_soft(void);
/* The pages of code that it remembers, of each TID: layout.h. */
u32 shadow_codes(void);
/* The host TID of the context the core is in goes to sw.run_pid. Interrupts off. */
void shadow_context(struct vcpu *v);
/* Enters the translation @t of @ea for the present context. False: there is no RAM there. */
bool shadow_fill(struct vcpu *v, u32 ea, const struct core440_translation *t, bool store);
/* The instruction at @pc in the present context, if the shadow TLB has it; else 0. */
u32 shadow_instruction(const struct vcpu *v, u32 pc);
/* Whether the context the core is in has different spaces for instructions and for data. */
bool shadow_is_split(const struct core440 *c);
void shadow_drop(struct core440 *c, unsigned int index, const struct core440_tlb_entry *old);
/* Brings core.tlb up to date with what the switch code has put into sw.posted. */
void shadow_posted(struct vcpu *v);
void shadow_flush(struct vcpu *v);
void shadow_release(struct vcpu *v);

/* vectors.c */
int vectors_init(void);
void vectors_exit(void);
/* Runs the guest until the next interrupt; the number of its IVOR. Interrupts off. */
unsigned int vectors_enter(struct vcpu *v);
/*
 * After a machine check: the host's handler has it, and returns if the host can go on. False when
 * the guest's registers are lost.
 */
bool vectors_mcheck(struct vcpu *v);
/*
 * The host's handler of a critical input or watchdog interrupt, which was taken in the guest; back
 * when it is done. The host's PID is loaded.
 */
void vectors_critical(unsigned int ivor);
/* For the guest that v is to run: @fast, may what is emulated without leaving be so now? */
void vectors_prepare(struct vcpu *v, bool fast);
void vectors_tlb_write(u32 slot, u32 word0, u32 word1, u32 word2, u32 tid);
/* The entry of the TLB to fill next, in one turn with the host. Interrupts off. */
u32 vectors_tlb_next(void);
/* The first instruction of the host's handler. */
const u32 *vectors_host(unsigned int ivor);

/* stats.c: totals of all guests, in debugfs. Preemption or interrupts off. */
void stats_init(void);
void stats_exit(void);
void stats_enter(struct vcpu *v);
void stats_leave(struct vcpu *v);
void stats_kind(struct vcpu *v); /* once v->kind is known */
void stats_wait(struct vcpu *v);
void stats_emulated(u32 insn);

void kvm440_fp_load(const uint64_t *fpr, const u64 *fpscr);
void kvm440_fp_store(uint64_t *fpr, u64 *fpscr);

#endif
