/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What executes a guest's instructions. Implementations: interp (any host, the reference); kvm and
 * jit stand beside it behind the same table. Above them there is one vCPU loop (vcpu.h).
 *
 * Threads: engine_vcpu_run, _get_state, _set_state and _dump belong to the vCPU's thread (or to
 * anybody while that thread does not exist). The calls marked "any thread" may come at any time
 * between vcpu_new and vcpu_free.
 */
#ifndef KVM440_ENGINE_H
#define KVM440_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct error;
struct engine_vm;
struct engine_vcpu;

enum engine_exit_kind {
	ENGINE_EXIT_MMIO,	 /* mmio: answer in .value/.failed, then run again */
	ENGINE_EXIT_DCR,	 /* dcr: likewise */
	ENGINE_EXIT_INTERRUPTED, /* kicked: look at your requests */
	ENGINE_EXIT_HALTED, /* branch to self, every interrupt off, no watchdog: will never go on */
	ENGINE_EXIT_RESET,  /* watchdog or DBCR0[RST] */
	ENGINE_EXIT_CHECKSTOP, /* machine check that cannot be taken */
	ENGINE_EXIT_DEBUG,     /* single step or breakpoint asked for by a debugger outside */
	ENGINE_EXIT_ERROR,     /* the engine cannot go on: .error_text says why */
	ENGINE_EXIT_KINDS
};

struct engine_exit {
	enum engine_exit_kind kind;
	bool write;
	bool failed; /* in: nobody answered at addr: machine check for the guest */
	unsigned int len;
	uint64_t addr;		/* MMIO: real address; DCR: number */
	uint64_t value;		/* as a big-endian processor sees it, right-aligned */
	unsigned int reset;	/* RESET: enum core440_reset */
	bool by_watchdog;	/* RESET */
	uint32_t pc;		/* where the guest stood: for messages */
	const char *error_text; /* ERROR: static or owned by the vcpu */
};

/* Interrupt inputs of the processor. */
enum engine_input {
	ENGINE_INPUT_EXTERNAL, /* level */
	ENGINE_INPUT_CRITICAL, /* level */
	ENGINE_INPUT_MCHECK,   /* edge: raise only */
	/*
	 * Level, no input of the processor: while it is high nothing can raise the critical input,
	 * so that a guest that spins with no more than MSR[CE] on has halted.
	 */
	ENGINE_INPUT_CRITICAL_OFF,
};

struct engine_vcpu_config {
	const char *cpu;      /* row of kmod/core/cpu.def: "440EP" */
	uint32_t timebase_hz; /* 1 MHz to 2 GHz */
};

/* Counted since vcpu_new; each number whole, though not all from the same instant. */
struct engine_stats {
	uint64_t exits[ENGINE_EXIT_KINDS];
	bool exits_only;		       /* the engine cannot know the others, which are 0 */
	uint64_t instructions;		       /* executed by the guest */
	uint64_t interrupts;		       /* delivered, all kinds */
	uint64_t tlb_misses;		       /* delivered to the guest */
	uint64_t pages_decoded, pages_dropped; /* of code, as the engine keeps it */
};

struct engine {
	const char *name;
	/*
	 * 0, or -errno and a sentence saying why it cannot be used on this host; -ENODEV where the
	 * host is not made for it, anything else where something is in the way.
	 */
	int (*available)(struct error **err);

	/* The time base in Hz that every guest here sees; NULL: any is made. */
	uint32_t (*host_timebase)(void);

	int (*vm_new)(struct engine_vm **ret, struct error **err);
	struct engine_vm *(*vm_free)(struct engine_vm *vm); /* after its vCPUs */
	/* RAM at [ra, ra + size), backed by host; page-aligned. Before the vCPU first runs. */
	int (*vm_map)(struct engine_vm *vm, uint64_t ra, uint64_t size, void *host, bool read_only,
		      struct error **err);
	/* What vm_map was given stays the guest's page by page: it is cleared in place. */
	bool vm_memory_stays;
	/* A device or the loader wrote guest memory: code derived from it goes, and what is there
	 * can be fetched. Any thread. */
	void (*vm_memory_written)(struct engine_vm *vm, uint64_t ra, uint64_t len);

	int (*vcpu_new)(struct engine_vcpu **ret, struct engine_vm *vm,
			const struct engine_vcpu_config *config, struct error **err);
	struct engine_vcpu *(*vcpu_free)(struct engine_vcpu *vcpu);

	/*
	 * Runs until something must be done outside. @exit carries the answer of the last MMIO/DCR
	 * exit in and the next exit out. An idle guest (MSR[WE]) sleeps inside.
	 */
	void (*vcpu_run)(struct engine_vcpu *vcpu, struct engine_exit *exit);
	/* Makes a running or the next vcpu_run return INTERRUPTED; no wake-up is lost. Any thread,
	 * async-signal-safe. */
	void (*vcpu_kick)(struct engine_vcpu *vcpu);
	void (*vcpu_set_input)(struct engine_vcpu *vcpu, enum engine_input input,
			       bool level); /* any */

	/*
	 * Time stands still for the guest between stop_clock and start_clock (pause): decrementer,
	 * FIT and watchdog, and the time base too, unless it is the host's (host_timebase). Called
	 * on the vCPU's thread.
	 */
	void (*vcpu_stop_clock)(struct engine_vcpu *vcpu);
	void (*vcpu_start_clock)(struct engine_vcpu *vcpu);

	/* The state as core440_save()/core440_load() have it; also how the entry state is set. */
	int (*vcpu_get_state)(struct engine_vcpu *vcpu, void *buf, size_t size, size_t *ret_len);
	int (*vcpu_set_state)(struct engine_vcpu *vcpu, const void *buf, size_t len,
			      struct error **err);
	void (*vcpu_get_stats)(struct engine_vcpu *vcpu, struct engine_stats *ret); /* any thread */
};

/*
 * The engine of that name, or for "auto" the best that is available here. NULL and a sentence when
 * there is none. When "auto" had to pass over a better one that the host is made for, *passed_over
 * says why; NULL if nobody wants to know.
 */
const struct engine *engine_find(const char *name, struct error **passed_over, struct error **err);
/* The engines compiled in, in the order "auto" tries them; NULL-terminated. */
const struct engine *const *engine_list(void);

#endif
