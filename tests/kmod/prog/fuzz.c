// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * api-fuzz SECONDS [SEED [MILLISECONDS]]: two threads call /dev/kvm at random on the same files,
 * with arguments that are nearly right, wrong, or nowhere, and run guests made of random
 * instructions meanwhile. Prints how many calls were made and which ever succeeded; fails if one
 * never did, if locked memory is left over, or if a guest does not run afterwards. What the host
 * kernel thinks of it is in its log. The choices of each thread follow from SEED; how the threads
 * interleave does not.
 */
#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>

#include "vm.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define VMS	     3
#define VCPUS	     6
#define POOL_PAGES   64u
#define LARGE_PAGES  512u      /* of memory that a machine's file gave, in pieces of 1 MB */
#define LARGE_AT     0x400000u /* where the guests have it */
#define THREADS	     2

enum kind { DEVICE_FILE, VM_FILE, VCPU_FILE };

struct fuzzer {
	uint64_t random;
	uint8_t state[4096]; /* the last one that was read */
	uint32_t state_used;
	volatile pid_t tid;
	uint8_t *arg; /* a page, with nothing behind it */
};

static struct {
	volatile int device, vm[VMS], vcpu[VCPUS], event;
	uint8_t *runs;	/* a page for each vCPU: always there, now and then that of kvm_run */
	uint8_t *pool;	/* guest memory, always there */
	uint8_t *gone;	/* as much again, of which parts come and go */
	uint8_t *large; /* the same, of a machine's file where such a mapping was had */
	uint32_t mapped;
	volatile bool stop;
	struct fuzzer fuzzer[THREADS];
} all;

static uint32_t next(struct fuzzer *f)
{
	f->random ^= f->random << 13;
	f->random ^= f->random >> 7;
	f->random ^= f->random << 17;
	return (uint32_t)(f->random >> 16);
}

static uint32_t below(struct fuzzer *f, uint32_t n)
{
	return next(f) % n;
}

static bool one_in(struct fuzzer *f, uint32_t n)
{
	return below(f, n) == 0;
}

/* A number of the kind that breaks things, or any. */
static uint64_t number(struct fuzzer *f)
{
	static const uint64_t bad[] = { 0,	     1,		 4,	      0x1000,
					0xfff,	     0x7fffffff, 0x80000000u, 0xfffff000u,
					0xffffffffu, 1ull << 32, 1ull << 36,  1ull << 63,
					~0ull,	     ~0xfffull };

	if (one_in(f, 2))
		return bad[below(f, COUNT(bad))];
	return one_in(f, 2) ? below(f, 64) : (uint64_t)next(f) << 32 | next(f);
}

static void random_bytes(struct fuzzer *f, void *at, size_t n)
{
	for (uint8_t *p = at; n--; p++)
		*p = (uint8_t)next(f);
}

/* Instructions with random fields, more of those that a host cares about. */
static uint32_t instruction(struct fuzzer *f)
{
	static const uint32_t some[] = {
		0x80000000u, 0x90000000u, 0x94000000u, 0xb8000000u, 0xbc000000u, 0xa8000000u,
		0xc8000000u, 0xd8000000u, 0x7c00042cu, 0x7c00052au, 0x7c0004aau, 0x7c0005aau,
		0x7c0002a6u, 0x7c0003a6u, 0x7c000286u, 0x7c000386u, 0x7c0007a4u, 0x7c000764u,
		0x7c000724u, 0x7c000124u, 0x7c0000a6u, 0x7c000106u, 0x7c008146u, 0x4c000064u,
		0x4c000066u, 0x4c00004cu, 0x44000002u, 0x7c0007ecu, 0x7c0007acu, 0x7c00078cu,
		0x7c00038cu, 0x7c0000acu, 0x7c000028u, 0x7c00012du, 0xfc00002au, 0x7fe00008u,
		0x4c00012cu, 0x38000000u, 0x3c000000u, 0x48000000u, 0x41820000u, 0x4e800020u,
	};
	uint32_t insn = some[below(f, COUNT(some))];

	if (one_in(f, 16))
		return next(f);
	insn |= below(f, 32) << 21 | below(f, 32) << 16;
	if (insn >> 26 == 31)
		insn |= below(f, 32) << 11;
	else if (one_in(f, 2))
		insn |= next(f) & 0x7ffcu;
	return insn;
}

static void random_code(struct fuzzer *f)
{
	uint32_t *at = (uint32_t *)all.pool + below(f, POOL_PAGES * PAGE / 4 - 64);

	for (unsigned int i = 0; i < 64; i++)
		at[i] = instruction(f);
}

/* Arguments that are nearly right. */

static void anything(struct fuzzer *f, void *arg)
{
	random_bytes(f, arg, sizeof(uint64_t));
}

/* Whole megabytes, mostly, of which a guest may have entries. */
static void large_region(struct fuzzer *f, struct kvm_userspace_memory_region *r)
{
	const uint32_t step = one_in(f, 4) ? PAGE : 256 * PAGE, size = LARGE_PAGES * PAGE;
	uint32_t from = below(f, size / step) * step;

	r->guest_phys_addr = LARGE_AT + r->slot * size;
	r->memory_size = one_in(f, 4) ? 0 : (1 + below(f, (size - from) / step)) * step;
	r->userspace_addr = (uintptr_t)all.large + from;
	if (one_in(f, 8))
		r->guest_phys_addr += below(f, 256) * PAGE;
}

static void region(struct fuzzer *f, void *arg)
{
	struct kvm_userspace_memory_region *r = arg;
	uint32_t page = below(f, POOL_PAGES), pages = 1 + below(f, POOL_PAGES - page);
	uint8_t *from = one_in(f, 3) ? all.gone : all.pool;

	r->slot = below(f, 6);
	r->flags = below(f, 4);
	r->guest_phys_addr = (uint64_t)page * PAGE;
	if (!one_in(f, 4)) /* where no other slot is */
		r->guest_phys_addr = (uint64_t)r->slot * POOL_PAGES * PAGE;
	r->memory_size = one_in(f, 4) ? 0 : (uint64_t)pages * PAGE;
	r->userspace_addr = (uintptr_t)from + page * PAGE;
	if (one_in(f, 8))
		r->guest_phys_addr = number(f) & ~0xfffull;
	if (one_in(f, 16))
		r->memory_size = number(f);
	if (one_in(f, 16))
		r->userspace_addr = one_in(f, 2) ? (uintptr_t)all.runs : number(f);
	if (one_in(f, 4))
		large_region(f, r);
}

static void dirty(struct fuzzer *f, void *arg)
{
	struct kvm_dirty_log *log = arg;

	log->slot = below(f, 6);
	log->dirty_bitmap = one_in(f, 8) ? (void *)(uintptr_t)number(f) : f->arg + 2048;
}

static void event(struct fuzzer *f, void *arg)
{
	struct kvm_ioeventfd *e = arg;

	e->addr = DEVICE + below(f, 4) * 4;
	e->len = one_in(f, 8) ? (uint32_t)number(f) : 1u << below(f, 4);
	e->fd = one_in(f, 8) ? (int)number(f) : all.event;
	e->flags = below(f, 8) & ~2u;
	e->datamatch = below(f, 2);
}

static void regs(struct fuzzer *f, void *arg)
{
	struct kvm_regs *r = arg;

	random_bytes(f, r, sizeof(*r));
	r->pc = below(f, POOL_PAGES * PAGE) & ~3u;
	r->msr = one_in(f, 4) ? next(f) & 0x4ff30 : one_in(f, 2) ? 0x8000 : 0;
	r->pid = below(f, 4);
	for (unsigned int i = 0; i < 32; i++)
		r->gpr[i] = one_in(f, 3)   ? number(f)
			    : one_in(f, 3) ? DEVICE
			    : one_in(f, 3) ? LARGE_AT + below(f, 6 * LARGE_PAGES * PAGE)
					   : below(f, POOL_PAGES * PAGE);
}

static void one_reg(struct fuzzer *f, void *arg)
{
	struct kvm_one_reg *r = arg;

	switch (below(f, 5)) {
	case 0: r->id = KVM440_REG_SPR(below(f, 1024)); break;
	case 1: r->id = KVM440_REG_TLB(below(f, 66)); break;
	case 2: r->id = KVM440_REG(KVM_REG_SIZE_U32, 0x1000 + below(f, 3)); break;
	case 3: r->id = KVM_REG_PPC | KVM_REG_SIZE_U64 | below(f, 0x100); break;
	default: r->id = KVM_REG_PPC | KVM_REG_SIZE_U32 | below(f, 0x100);
	}
	r->addr = one_in(f, 16) ? number(f) : (uintptr_t)f->arg + 1024;
	random_bytes(f, f->arg + 1024, 16);
	if (one_in(f, 2)) { /* an entry of the TLB that exists, and maps the pool */
		const uint32_t entry[4] = { below(f, 4) << 28 | 0x200 | below(f, 2) << 8 |
						    below(f, 10) << 4,
					    below(f, 4) << 28, next(f) & 0xffbf, below(f, 3) };

		memcpy(f->arg + 1024, entry, sizeof(entry));
	}
}

static void sregs(struct fuzzer *f, void *arg)
{
	struct kvm_sregs *s = arg;

	random_bytes(f, s, sizeof(*s));
	s->pvr = 0x422218d3;
	s->u.e.features = one_in(f, 8) ? next(f)
				       : below(f, 2) | below(f, 2) << 5 | below(f, 2) << 7;
	s->u.e.impl_id = 0;
	s->u.e.tcr &= 0x0fffffff; /* no watchdog, which ends every guest soon */
	for (unsigned int i = 0; i < 16; i++)
		s->u.e.ivor_low[i] = i * 0x100;
	s->u.e.ivpr = 0;
}

static void list(struct fuzzer *f, void *arg)
{
	((struct kvm_reg_list *)arg)->n = one_in(f, 4) ? number(f) : 300;
}

static void model(struct fuzzer *f, void *arg)
{
	static const char *const names[] = { "440EP", "440GX", "460EX", "405", "" };

	strncpy(arg, names[below(f, COUNT(names))], 16);
}

static void state_out(struct fuzzer *f, void *arg)
{
	struct kvm440_state *s = arg;

	s->data = one_in(f, 16) ? number(f) : (uintptr_t)f->state;
	s->size = one_in(f, 8) ? below(f, 4096) : 4096;
	if (s->data != (uintptr_t)f->state && s->data < UINT32_MAX && s->size > 64)
		s->size = 64;
}

static void state_in(struct fuzzer *f, void *arg)
{
	struct kvm440_state *s = arg;

	s->data = (uintptr_t)f->state;
	s->size = f->state_used;
	if (one_in(f, 2) && f->state_used)
		f->state[below(f, f->state_used)] ^= (uint8_t)(1u << below(f, 8));
}

static void input(struct fuzzer *f, void *arg)
{
	struct kvm440_input *i = arg;

	i->input = below(f, 5);
	i->level = below(f, 2);
}

static void irq(struct fuzzer *f, void *arg)
{
	((struct kvm_interrupt *)arg)->irq = 0u - below(f, 5);
}

static void capability(struct fuzzer *f, void *arg)
{
	struct kvm_enable_cap *c = arg;

	memset(c, 0, sizeof(*c));
	c->cap = one_in(f, 2) ? KVM_CAP_PPC_BOOKE_WATCHDOG : below(f, 256);
}

static void guest_debug(struct fuzzer *f, void *arg)
{
	struct kvm_guest_debug *d = arg;

	memset(d, 0, sizeof(*d));
	d->control = one_in(f, 8) ? next(f) : below(f, 4) | below(f, 4) << 16;
	for (unsigned int i = 0; i < 16; i++) {
		d->arch.bp[i].addr = one_in(f, 64) ? next(f) : below(f, POOL_PAGES * PAGE);
		d->arch.bp[i].type = one_in(f, 64) ? next(f) : below(f, 8) << 1;
	}
}

static void mask(struct fuzzer *f, void *arg)
{
	((struct kvm_signal_mask *)arg)->len = one_in(f, 8) ? next(f) : 8;
}

struct call {
	const char *name;
	unsigned long request;
	enum kind kind;
	void (*fill)(struct fuzzer *f, void *arg); /* NULL: the argument is a number */
	uint32_t limit;				   /* of that number */
	uint32_t made, succeeded;
};

#define CALL(request, kind, fill, limit)                                                           \
	{                                                                                          \
#request, request, kind, fill, limit, 0, 0                                         \
	}
static struct call calls[] = {
	CALL(KVM_GET_API_VERSION, DEVICE_FILE, NULL, 1),
	CALL(KVM_GET_VCPU_MMAP_SIZE, DEVICE_FILE, NULL, 1),
	CALL(KVM_CHECK_EXTENSION, DEVICE_FILE, NULL, 300),
	CALL(KVM_CREATE_VM, DEVICE_FILE, NULL, 1),
	CALL(KVM440_GET_INFO, DEVICE_FILE, anything, 0),
	CALL(KVM_CREATE_VCPU, VM_FILE, NULL, 9),
	CALL(KVM_CHECK_EXTENSION, VM_FILE, NULL, 300),
	CALL(KVM_SET_USER_MEMORY_REGION, VM_FILE, region, 0),
	CALL(KVM_GET_DIRTY_LOG, VM_FILE, dirty, 0),
	CALL(KVM_IOEVENTFD, VM_FILE, event, 0),
	CALL(KVM_RUN, VCPU_FILE, NULL, 1),
	CALL(KVM_GET_REGS, VCPU_FILE, regs, 0),
	CALL(KVM_SET_REGS, VCPU_FILE, regs, 0),
	CALL(KVM_GET_SREGS, VCPU_FILE, sregs, 0),
	CALL(KVM_SET_SREGS, VCPU_FILE, sregs, 0),
	CALL(KVM_GET_FPU, VCPU_FILE, regs, 0),
	CALL(KVM_SET_FPU, VCPU_FILE, regs, 0),
	CALL(KVM_GET_ONE_REG, VCPU_FILE, one_reg, 0),
	CALL(KVM_SET_ONE_REG, VCPU_FILE, one_reg, 0),
	CALL(KVM_GET_REG_LIST, VCPU_FILE, list, 0),
	CALL(KVM_TRANSLATE, VCPU_FILE, regs, 0),
	CALL(KVM_ENABLE_CAP, VCPU_FILE, capability, 0),
	CALL(KVM_SET_GUEST_DEBUG, VCPU_FILE, guest_debug, 0),
	CALL(KVM_INTERRUPT, VCPU_FILE, irq, 0),
	CALL(KVM_SET_SIGNAL_MASK, VCPU_FILE, mask, 0),
	CALL(KVM440_SET_MODEL, VCPU_FILE, model, 0),
	CALL(KVM440_GET_STATE, VCPU_FILE, state_out, 0),
	CALL(KVM440_SET_STATE, VCPU_FILE, state_in, 0),
	CALL(KVM440_ACCESS_FAILED, VCPU_FILE, NULL, 1),
	CALL(KVM440_SET_INPUT, VCPU_FILE, input, 0),
	CALL(KVM440_STOP_CLOCK, VCPU_FILE, NULL, 1),
	CALL(KVM440_START_CLOCK, VCPU_FILE, NULL, 1),
};

static struct call *call_of(unsigned long request)
{
	for (size_t i = 0; i < COUNT(calls); i++)
		if (calls[i].request == request)
			return &calls[i];
	abort();
}

static void count(struct call *c, long result)
{
	__atomic_fetch_add(&c->made, 1, __ATOMIC_RELAXED);
	if (result >= 0)
		__atomic_fetch_add(&c->succeeded, 1, __ATOMIC_RELAXED);
}

/* Puts @fd into @slot, and closes what was there. */
static void replace(volatile int *slot, int fd)
{
	int old = __atomic_exchange_n(slot, fd, __ATOMIC_SEQ_CST);

	if (old >= 0)
		close(old);
}

static void map_run(unsigned int i)
{
	uint8_t *at = all.runs + i * PAGE;
	int fd = all.vcpu[i];

	if (fd < 0 || mmap(at, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, 0) != at)
		CHECK(mmap(at, PAGE, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == at);
}

/* A processor with memory, a mapped kvm_run and somewhere to start. */
static void new_vcpu(struct fuzzer *f)
{
	unsigned int i = below(f, VCPUS), v = below(f, VMS);
	struct kvm_regs r;
	int fd;

	if (all.vm[v] < 0 || one_in(f, 64)) {
		fd = ioctl(all.device, KVM_CREATE_VM, 0);
		count(call_of(KVM_CREATE_VM), fd);
		replace(&all.vm[v], fd);
		set_region(fd, 0, 0, 0, POOL_PAGES * PAGE, (uintptr_t)all.pool);
	}
	fd = ioctl(all.vm[v], KVM_CREATE_VCPU, below(f, 9));
	count(call_of(KVM_CREATE_VCPU), fd);
	replace(&all.vcpu[i], fd);
	map_run(i);
	if (fd >= 0) {
		const uint32_t entries[2][4] = { { 0x290, 0, 0x3f, 0 },
						 { DEVICE | 0x290, DEVICE, 0x53f, 0 } };

		set_reg(fd, KVM440_REG_TLB(0), entries[0]);
		set_reg(fd, KVM440_REG_TLB(1), entries[1]);
		regs(f, &r);
		if (one_in(f, 2)) { /* it begins with an exit */
			r.gpr[4] = DEVICE;
			r.msr = 0;
			((uint32_t *)all.pool)[r.pc / 4] = STW_R3_0_R4;
		}
		ioctl(fd, KVM_SET_REGS, &r);
	}
}

static int any_file(struct fuzzer *f, enum kind kind)
{
	if (one_in(f, 16))
		kind = (enum kind)below(f, 3);
	switch (kind) {
	case DEVICE_FILE: return all.device;
	case VM_FILE: return all.vm[below(f, VMS)];
	default: return all.vcpu[below(f, VCPUS)];
	}
}

static void *argument(struct fuzzer *f, const struct call *c)
{
	size_t size = _IOC_SIZE(c->request);
	uint8_t *at = f->arg;

	if (one_in(f, 16))
		return (void *)(uintptr_t)number(f);
	memset(at, 0, size);
	if (one_in(f, 8) && c->request != KVM_SET_SIGNAL_MASK)
		random_bytes(f, at, size);
	else
		c->fill(f, at);
	if (c->request == KVM_SET_SIGNAL_MASK)
		memset(at + 4, 0, 8); /* the signal that ends KVM_RUN stays let in */
	if (one_in(f, 32) && c->request != KVM_SET_SIGNAL_MASK)
		return f->arg + PAGE - below(f, (uint32_t)size) - 1;
	return at;
}

static void one_call(struct fuzzer *f)
{
	struct call *c = &calls[below(f, COUNT(calls))];
	int fd = any_file(f, c->kind);
	long result;

	if (c->request == KVM_CREATE_VM || c->request == KVM_CREATE_VCPU) {
		new_vcpu(f);
		return;
	}
	if (!c->fill)
		result = ioctl(fd, c->request, one_in(f, 32) ? number(f) : below(f, c->limit));
	else
		result = ioctl(fd, c->request, argument(f, c));
	if (c->request == KVM440_GET_STATE && result == 0)
		f->state_used = ((struct kvm440_state *)f->arg)->used;
	count(c, result);
	if (c->request == KVM_RUN && result == 0 && one_in(f, 4))
		count(call_of(KVM440_ACCESS_FAILED), ioctl(fd, KVM440_ACCESS_FAILED));
}

/* Parts of the large memory go, and others come, of any machine. */
static void change_large(struct fuzzer *f)
{
	uint32_t page = below(f, LARGE_PAGES), pages = 1 + below(f, LARGE_PAGES - page);
	uint8_t *at = all.large + page * PAGE;

	switch (below(f, 8)) {
	case 0: munmap(at, pages * PAGE); return;
	case 1: mprotect(at, pages * PAGE, (int)below(f, 4)); return;
	case 2: madvise(at, pages * PAGE, MADV_DONTNEED); return;
	case 3: break;
	default: page = one_in(f, 2) ? 0 : page; pages = LARGE_PAGES - page;
	}
	if (mmap(all.large + page * PAGE, pages * PAGE, PROT_READ | PROT_WRITE,
		 one_in(f, 32) ? MAP_PRIVATE | MAP_FIXED : MAP_SHARED | MAP_FIXED,
		 any_file(f, VM_FILE), 0) != MAP_FAILED)
		__atomic_fetch_add(&all.mapped, 1, __ATOMIC_RELAXED);
}

/* The memory behind the slots goes, comes and changes. */
static void change_memory(struct fuzzer *f)
{
	uint32_t page = below(f, POOL_PAGES), pages = 1 + below(f, POOL_PAGES - page);
	uint8_t *at = all.gone + page * PAGE;

	switch (below(f, 5)) {
	case 0: munmap(at, pages * PAGE); break;
	case 1: mprotect(at, pages * PAGE, (int)below(f, 4)); break;
	case 2: madvise(at, pages * PAGE, MADV_DONTNEED); break;
	case 3: madvise(all.pool + page * PAGE, pages * PAGE, MADV_DONTNEED); break;
	default:
		CHECK(mmap(at, pages * PAGE, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == at);
	}
}

/* The child has the files and may do nothing with them. */
static void child(struct fuzzer *f)
{
	int vcpu = any_file(f, VCPU_FILE), status;
	pid_t pid = fork();

	if (pid < 0)
		return;
	if (!pid)
		_exit(vcpu >= 0 && ioctl(vcpu, KVM_RUN, 0) == 0);
	while (waitpid(pid, &status, 0) < 0)
		CHECK_EQ(errno, EINTR);
	CHECK_EQ(status, 0);
}

static void *fuzz(void *arg)
{
	struct fuzzer *f = arg;
	uint32_t run = 0;

	f->tid = (pid_t)syscall(SYS_gettid);
	while (!all.stop) {
		switch (below(f, 64)) {
		case 0: new_vcpu(f); break;
		case 1:
			if (one_in(f, 16))
				replace(&all.vm[below(f, VMS)], -1);
			break;
		case 2:
			if (one_in(f, 4))
				replace(&all.vcpu[below(f, VCPUS)], -1);
			break;
		case 3: map_run(below(f, VCPUS)); break;
		case 4:
			if (one_in(f, 8))
				change_large(f);
			else
				change_memory(f);
			break;
		case 5:
			if (one_in(f, 64))
				child(f);
			break;
		case 6:
		case 7: random_code(f); break;
		case 8:
		case 9:
			run = below(f, VCPUS);
			random_bytes(f, all.runs + run * PAGE + below(f, PAGE - 64), 64);
			break;
		case 10: all.runs[below(f, VCPUS) * PAGE + 1] = (uint8_t)below(f, 2); break;
		default: one_call(f);
		}
	}
	return NULL;
}

static void nothing(int n)
{
	(void)n;
}

/* Now and then whoever runs a guest is let out. */
static void on_alarm(int n)
{
	int error = errno;

	(void)n;
	for (unsigned int i = 0; i < THREADS; i++)
		if (all.fuzzer[i].tid)
			syscall(SYS_tgkill, getpid(), all.fuzzer[i].tid, SIGUSR1);
	errno = error;
}

static void set_up(uint64_t seed, long ms)
{
	struct sigaction alarm = { .sa_handler = on_alarm }, usr = { .sa_handler = nothing };
	struct timeval interval = { ms / 1000, ms % 1000 * 1000 };
	struct itimerval every = { interval, interval };

	all.device = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	all.event = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	CHECK(all.device >= 0 && all.event >= 0);
	for (unsigned int i = 0; i < VMS; i++)
		all.vm[i] = -1;
	for (unsigned int i = 0; i < VCPUS; i++)
		all.vcpu[i] = -1;
	all.runs = anonymous(VCPUS * PAGE);
	all.pool = anonymous(POOL_PAGES * PAGE);
	all.gone = anonymous(POOL_PAGES * PAGE);
	all.large = anonymous(LARGE_PAGES * PAGE);
	for (unsigned int i = 0; i < THREADS; i++) {
		all.fuzzer[i].random = (seed + i + 1) * 0x9e3779b97f4a7c15ull;
		all.fuzzer[i].arg = anonymous(2 * PAGE);
		CHECK_EQ(mprotect(all.fuzzer[i].arg + PAGE, PAGE, PROT_NONE), 0);
		random_code(&all.fuzzer[i]);
	}
	CHECK_EQ(sigaction(SIGALRM, &alarm, NULL), 0);
	CHECK_EQ(sigaction(SIGUSR1, &usr, NULL), 0);
	CHECK_EQ(setitimer(ITIMER_REAL, &every, NULL), 0);
}

static unsigned int report(void)
{
	unsigned int total = 0, reached = 0;

	for (size_t i = 0; i < COUNT(calls); i++) {
		total += calls[i].made;
		reached += calls[i].succeeded != 0;
	}
	printf("%u executions, %u of %zu calls reached:", total, reached, COUNT(calls));
	for (size_t i = 0; i < COUNT(calls); i++)
		printf(" %s %u/%u", calls[i].name, calls[i].succeeded, calls[i].made);
	printf("\n");
	return reached;
}

static bool locked_memory(void)
{
	char line[128];
	bool none = false;
	FILE *f = fopen("/proc/self/status", "re");

	CHECK(f);
	while (fgets(line, sizeof(line), f))
		none |= !strncmp(line, "VmLck:\t       0 kB", 18);
	fclose(f);
	return !none;
}

int main(int argc, char **argv)
{
	long seconds = argc > 1 ? strtol(argv[1], NULL, 10) : 0;
	uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
	long ms = argc > 3 ? strtol(argv[3], NULL, 10) : 4;
	struct itimerval never = { { 0, 0 }, { 0, 0 } };
	pthread_t thread[THREADS];
	struct timespec now, end;
	struct vm m;

	if (seconds <= 0 || ms <= 0) {
		fprintf(stderr, "usage: api-fuzz SECONDS [SEED [MILLISECONDS BETWEEN SIGNALS]]\n");
		return 2;
	}
	set_up(seed, ms);
	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_sec += seconds;
	for (unsigned int i = 0; i < THREADS; i++)
		CHECK_EQ(pthread_create(&thread[i], NULL, fuzz, &all.fuzzer[i]), 0);
	do {
		pause();
		clock_gettime(CLOCK_MONOTONIC, &now);
	} while (now.tv_sec < end.tv_sec);
	all.stop = true;
	for (unsigned int i = 0; i < THREADS; i++)
		CHECK_EQ(pthread_join(thread[i], NULL), 0);
	CHECK_EQ(setitimer(ITIMER_REAL, &never, NULL), 0);
	for (unsigned int i = 0; i < VMS; i++)
		replace(&all.vm[i], -1);
	for (unsigned int i = 0; i < VCPUS; i++) {
		replace(&all.vcpu[i], -1);
		map_run(i);
	}
	printf("note: seed %llu, %ld s: ", (unsigned long long)seed, seconds);
	CHECK_EQ(report(), COUNT(calls));
	printf("note: %u mappings of a machine's memory\n", all.mapped);
	CHECK(all.mapped);
	munmap(all.large, LARGE_PAGES * PAGE);
	CHECK(!locked_memory());
	vm_open(&m);
	CODE_AT(&m, CODE, STW_R3_0_R4);
	start_at(&m, CODE, 0);
	run_to_write(&m, DEVICE);
	vm_close(&m);
	return 0;
}
