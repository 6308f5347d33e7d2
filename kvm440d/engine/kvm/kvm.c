/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * /dev/kvm of kvm-440.ko behind the engine's table. Any other /dev/kvm, that of an x86 host for
 * one, does not know KVM440_CAP and is left alone.
 */
#include "kvm.h"

#include "engine/engine.h"

#include "kmod/core/core440.h"
#include "kmod/linux/kvm440.h"
#include "util/count.h"
#include "util/error.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#define DEVICE "/dev/kvm"

#define REGIONS	   8  /* a board has one */
#define CACHE_LINE 32 /* of a 440 */

struct engine_vm {
	int fd;
	unsigned int regions;
	struct {
		uint64_t ra, size;
		uint8_t *host;
	} region[REGIONS];
};

struct engine_vcpu {
	int fd;
	struct kvm_run *run;
	size_t run_size;
	pid_t runner; /* thread in KVM_RUN, 0: none */
	bool kicked;
	bool answer; /* the last exit was an access: its answer goes in with the next run */
	struct {
		count64 exits[ENGINE_EXIT_KINDS];
	} counts;
	char error_text[64];
};

static __thread pid_t self; /* this thread's number, 0 until it runs a vCPU */

/* What ends KVM_RUN from another thread. */
static int kick_signal(void)
{
	return SIGRTMIN;
}

static void on_kick(int n)
{
	(void)n;
}

/* The kernel's name for it: 32 and 64 bits, either byte order. */
static bool is_powerpc(void)
{
	struct utsname host;

	return uname(&host) == 0 && !strncmp(host.machine, "ppc", 3);
}

/*
 * An fd of a /dev/kvm that is ours, or -errno and why not: -ENODEV if there is none, as far as can
 * be told.
 */
static int open_device(struct error **err)
{
	int fd, r;

	if (!is_powerpc())
		return error_set(err, ENODEV, "the host is no PowerPC");
	fd = open(DEVICE, O_RDWR | O_CLOEXEC);
	if (fd < 0) {
		r = errno;
		return error_set(err, r == ENOENT || r == ENXIO ? ENODEV : r,
				 "cannot open " DEVICE ": %s", strerror(r));
	}
	if (ioctl(fd, KVM_GET_API_VERSION, 0) != KVM_API_VERSION) {
		close(fd);
		return error_set(err, ENODEV, DEVICE " has not the KVM API of version %d",
				 KVM_API_VERSION);
	}
	r = ioctl(fd, KVM_CHECK_EXTENSION, KVM440_CAP);
	if (r == KVM440_VERSION)
		return fd;
	close(fd);
	return r <= 0 ? error_set(err, ENODEV, DEVICE " is not that of kvm-440.ko")
		      : error_set(err, EPROTONOSUPPORT,
				  "kvm-440.ko has version %d of its interface, wanted is %d", r,
				  KVM440_VERSION);
}

static int kvm_available(struct error **err)
{
	int fd = open_device(err);

	if (fd < 0)
		return fd;
	close(fd);
	return 0;
}

static uint32_t kvm_host_timebase(void)
{
	struct kvm440_info info = { 0 };
	int fd = open_device(NULL);

	if (fd < 0)
		return 0;
	if (ioctl(fd, KVM440_GET_INFO, &info) < 0)
		info.timebase_hz = 0;
	close(fd);
	return info.timebase_hz;
}

static int kvm_vm_new(struct engine_vm **ret, struct error **err)
{
	int device = open_device(err), r = 0;
	struct engine_vm *vm;

	if (device < 0)
		return device;
	vm = calloc(1, sizeof(*vm));
	if (!vm) {
		close(device);
		return error_set(err, ENOMEM, "no memory for a virtual machine");
	}
	vm->fd = ioctl(device, KVM_CREATE_VM, 0);
	if (vm->fd < 0) {
		r = error_set(err, errno, DEVICE " makes no virtual machine: %s", strerror(errno));
		free(vm);
	} else {
		*ret = vm;
	}
	close(device);
	return r;
}

static struct engine_vm *kvm_vm_free(struct engine_vm *vm)
{
	if (!vm)
		return NULL;
	close(vm->fd);
	free(vm);
	return NULL;
}

/*
 * Memory in large pieces, if the module has it, in the place of what is at @host: nothing has been
 * written there yet. Without it what is there serves as well.
 */
static int take_large(struct engine_vm *vm, uint64_t size, void *host)
{
	void *p = mmap(NULL, (size_t)size, PROT_READ | PROT_WRITE, MAP_SHARED, vm->fd, 0);

	if (p == MAP_FAILED)
		return 0;
	(void)madvise(p, (size_t)size, MADV_DONTDUMP);
	if (mremap(p, (size_t)size, (size_t)size, MREMAP_MAYMOVE | MREMAP_FIXED, host) !=
	    MAP_FAILED)
		return 0;
	munmap(p, (size_t)size);
	return -1;
}

static int kvm_vm_map(struct engine_vm *vm, uint64_t ra, uint64_t size, void *host, bool read_only,
		      struct error **err)
{
	struct kvm_userspace_memory_region region = {
		.slot = vm->regions,
		.flags = read_only ? KVM_MEM_READONLY : 0,
		.guest_phys_addr = ra,
		.memory_size = size,
		.userspace_addr = (uintptr_t)host,
	};

	if (vm->regions == REGIONS)
		return error_set(err, ENOSPC, "a guest has %d pieces of memory at most", REGIONS);
	if (!read_only && take_large(vm, size, host) < 0)
		return error_set(err, errno, "cannot place the guest's memory: %s",
				 strerror(errno));
	if (ioctl(vm->fd, KVM_SET_USER_MEMORY_REGION, &region) < 0)
		return error_set(
			err, errno, "cannot give the guest %llu bytes of memory at %#llx: %s%s",
			(unsigned long long)size, (unsigned long long)ra, strerror(errno),
			errno == ENOMEM ? " (it is locked: is RLIMIT_MEMLOCK too low?)" : "");
	vm->region[vm->regions].ra = ra;
	vm->region[vm->regions].size = size;
	vm->region[vm->regions].host = host;
	vm->regions++;
	return 0;
}

/*
 * Out of the data cache into memory, where the instruction cache fetches from.
 * __builtin___clear_cache() is nothing to GCC on PowerPC.
 */
static void write_back(const uint8_t *at, uint64_t len)
{
#ifdef __powerpc__
	uintptr_t line = (uintptr_t)at & ~(uintptr_t)(CACHE_LINE - 1), end = (uintptr_t)at + len;

	for (; line < end; line += CACHE_LINE)
		__asm__ volatile("dcbst 0,%0" : : "r"(line) : "memory");
	__asm__ volatile("sync" : : : "memory");
#else
	(void)at;
	(void)len;
#endif
}

/*
 * What was written may be code. What the instruction cache still has of the place goes with
 * vcpu_set_state(), which a loaded or reset guest gets before it runs; a guest that runs when a
 * device writes has to do it itself, as on any 440.
 */
static void kvm_vm_memory_written(struct engine_vm *vm, uint64_t ra, uint64_t len)
{
	for (unsigned int i = 0; i < vm->regions; i++) {
		uint64_t from = vm->region[i].ra, to = from + vm->region[i].size;

		if (ra >= to || ra + len <= from)
			continue;
		from = ra > from ? ra : from;
		to = ra + len < to ? ra + len : to;
		write_back(vm->region[i].host + (from - vm->region[i].ra), to - from);
	}
}

static struct engine_vcpu *kvm_vcpu_free(struct engine_vcpu *v)
{
	if (!v)
		return NULL;
	if (v->run)
		munmap(v->run, v->run_size);
	if (v->fd >= 0)
		close(v->fd);
	free(v);
	return NULL;
}

static int set_up(struct engine_vcpu *v, struct engine_vm *vm, const char *cpu)
{
	struct kvm440_model model = { 0 };
	struct sigaction action = { .sa_handler = on_kick, .sa_flags = SA_RESTART };
	int device = open_device(NULL), size;

	if (device < 0)
		return device;
	size = ioctl(device, KVM_GET_VCPU_MMAP_SIZE, 0);
	close(device);
	if (size < (int)(KVM440_RUN_OFFSET + sizeof(struct kvm440_run)))
		return -EPROTO;
	v->fd = ioctl(vm->fd, KVM_CREATE_VCPU, 0);
	if (v->fd < 0)
		return -errno;
	v->run_size = (size_t)size;
	v->run = mmap(NULL, v->run_size, PROT_READ | PROT_WRITE, MAP_SHARED, v->fd, 0);
	if (v->run == MAP_FAILED) {
		v->run = NULL;
		return -errno;
	}
	strncpy(model.cpu, cpu, sizeof(model.cpu) - 1);
	if (ioctl(v->fd, KVM440_SET_MODEL, &model) < 0)
		return -errno;
	return sigaction(kick_signal(), &action, NULL) < 0 ? -errno : 0;
}

static int kvm_vcpu_new(struct engine_vcpu **ret, struct engine_vm *vm,
			const struct engine_vcpu_config *config, struct error **err)
{
	uint32_t timebase = kvm_host_timebase();
	struct engine_vcpu *v;
	int r;

	if (config->timebase_hz != timebase)
		return error_set(err, EINVAL,
				 "a guest sees this host's time base of %u Hz, not one of %u Hz",
				 timebase, config->timebase_hz);
	v = calloc(1, sizeof(*v));
	if (!v)
		return error_set(err, ENOMEM, "no memory for a processor");
	v->fd = -1;
	r = set_up(v, vm, config->cpu);
	if (r < 0) {
		kvm_vcpu_free(v);
		return error_set(err, -r, "cannot set up a processor: %s", strerror(-r));
	}
	*ret = v;
	return 0;
}

/* What was read for the guest at the last exit. */
static void give_answer(struct engine_vcpu *v, const struct engine_exit *e)
{
	struct kvm_run *run = v->run;

	if (!v->answer)
		return;
	v->answer = false;
	if (e->failed)
		ioctl(v->fd, KVM440_ACCESS_FAILED);
	if (e->write)
		return;
	if (e->kind == ENGINE_EXIT_DCR) {
		run->dcr.data = (uint32_t)e->value;
		return;
	}
	for (unsigned int i = 0; i < e->len && i < sizeof(run->mmio.data); i++)
		run->mmio.data[i] = (uint8_t)(e->value >> 8 * (e->len - 1 - i));
}

static void take_system_event(const struct kvm_run *run, struct engine_exit *e)
{
	switch (run->system_event.ndata ? run->system_event.data[0] : 0) {
	case KVM440_EVENT_RESET:
		e->kind = ENGINE_EXIT_RESET;
		e->reset = (unsigned int)run->system_event.data[1];
		e->by_watchdog = run->system_event.data[2];
		break;
	case KVM440_EVENT_CHECKSTOP: e->kind = ENGINE_EXIT_CHECKSTOP; break;
	case KVM440_EVENT_HALTED: e->kind = ENGINE_EXIT_HALTED; break;
	default:
		e->kind = ENGINE_EXIT_ERROR;
		e->error_text = "kvm-440.ko reported an event that nobody knows";
	}
}

static void take_exit(struct engine_vcpu *v, struct engine_exit *e)
{
	const struct kvm_run *run = v->run;

	switch (run->exit_reason) {
	case KVM_EXIT_MMIO:
		e->kind = ENGINE_EXIT_MMIO;
		e->write = run->mmio.is_write;
		e->addr = run->mmio.phys_addr;
		e->len = run->mmio.len;
		e->value = 0;
		for (unsigned int i = 0; e->write && i < e->len && i < sizeof(run->mmio.data); i++)
			e->value = e->value << 8 | run->mmio.data[i];
		v->answer = true;
		break;
	case KVM_EXIT_DCR:
		e->kind = ENGINE_EXIT_DCR;
		e->write = run->dcr.is_write;
		e->addr = run->dcr.dcrn;
		e->len = 4;
		e->value = run->dcr.data;
		v->answer = true;
		break;
	case KVM_EXIT_SYSTEM_EVENT: take_system_event(run, e); break;
	case KVM_EXIT_INTR: e->kind = ENGINE_EXIT_INTERRUPTED; break;
	default:
		e->kind = ENGINE_EXIT_ERROR;
		e->error_text = "kvm-440.ko left for a reason that nobody knows";
	}
}

static void enter(struct engine_vcpu *v, struct engine_exit *e)
{
	int r;

	__atomic_store_n(&v->runner, self, __ATOMIC_SEQ_CST);
	r = ioctl(v->fd, KVM_RUN, 0) < 0 ? errno : 0;
	__atomic_store_n(&v->runner, 0, __ATOMIC_SEQ_CST);
	__atomic_store_n(&v->run->immediate_exit, 0, __ATOMIC_SEQ_CST);
	if (r == EINTR) {
		e->kind = ENGINE_EXIT_INTERRUPTED;
		__atomic_store_n(&v->kicked, false, __ATOMIC_SEQ_CST);
	} else if (r) {
		e->kind = ENGINE_EXIT_ERROR;
		strncpy(v->error_text, strerror(r), sizeof(v->error_text) - 1);
		e->error_text = v->error_text;
	} else {
		take_exit(v, e);
	}
}

/*
 * A kick sets immediate_exit before its signal, so one that comes outside of KVM_RUN is not lost:
 * the signal may always come, and KVM_RUN has no mask to put in and out.
 */
static void let_kicks_in(void)
{
	sigset_t kicks;

	if (self)
		return;
	sigemptyset(&kicks);
	sigaddset(&kicks, kick_signal());
	pthread_sigmask(SIG_UNBLOCK, &kicks, NULL);
	self = (pid_t)syscall(SYS_gettid);
}

static void kvm_vcpu_run(struct engine_vcpu *v, struct engine_exit *e)
{
	let_kicks_in();
	give_answer(v, e);
	e->failed = false;
	if (__atomic_exchange_n(&v->kicked, false, __ATOMIC_SEQ_CST))
		e->kind = ENGINE_EXIT_INTERRUPTED;
	else
		enter(v, e);
	e->pc = ((const struct kvm440_run *)((const char *)v->run + KVM440_RUN_OFFSET))->pc;
	count_add(&v->counts.exits[e->kind], 1);
}

static void kvm_vcpu_kick(struct engine_vcpu *v)
{
	pid_t runner;

	__atomic_store_n(&v->kicked, true, __ATOMIC_SEQ_CST);
	__atomic_store_n(&v->run->immediate_exit, 1, __ATOMIC_SEQ_CST);
	runner = __atomic_load_n(&v->runner, __ATOMIC_SEQ_CST);
	if (runner)
		syscall(SYS_tgkill, getpid(), runner, kick_signal());
}

static void kvm_vcpu_set_input(struct engine_vcpu *v, enum engine_input input, bool level)
{
	static const uint32_t numbers[] = {
		[ENGINE_INPUT_EXTERNAL] = KVM440_INPUT_EXTERNAL,
		[ENGINE_INPUT_CRITICAL] = KVM440_INPUT_CRITICAL,
		[ENGINE_INPUT_MCHECK] = KVM440_INPUT_MCHECK,
		[ENGINE_INPUT_CRITICAL_OFF] = KVM440_INPUT_CRITICAL_OFF,
	};
	struct kvm440_input in = { numbers[input], level };

	ioctl(v->fd, KVM440_SET_INPUT, &in);
}

static void kvm_vcpu_stop_clock(struct engine_vcpu *v)
{
	ioctl(v->fd, KVM440_STOP_CLOCK);
}

static void kvm_vcpu_start_clock(struct engine_vcpu *v)
{
	ioctl(v->fd, KVM440_START_CLOCK);
}

static int kvm_vcpu_get_state(struct engine_vcpu *v, void *buf, size_t size, size_t *ret_len)
{
	struct kvm440_state s = { .data = (uintptr_t)buf, .size = (uint32_t)size };
	int r = ioctl(v->fd, KVM440_GET_STATE, &s) < 0 ? -errno : 0;

	*ret_len = s.used;
	return r;
}

static int kvm_vcpu_set_state(struct engine_vcpu *v, const void *buf, size_t len,
			      struct error **err)
{
	struct kvm440_state s = { .data = (uintptr_t)buf, .size = (uint32_t)len };
	int r;

	if (len > UINT32_MAX)
		return error_set(err, EINVAL, "the processor's state is not valid");
	if (ioctl(v->fd, KVM440_SET_STATE, &s) < 0) {
		r = errno;
		return error_set(err, r, "%s: %s",
				 r == EINVAL ? "the processor's state is not valid"
					     : "the processor's state cannot be set",
				 strerror(r));
	}
	v->answer = false;
	return 0;
}

static void kvm_vcpu_get_stats(struct engine_vcpu *v, struct engine_stats *ret)
{
	*ret = (struct engine_stats){ .exits_only = true };
	for (unsigned int i = 0; i < ENGINE_EXIT_KINDS; i++)
		ret->exits[i] = count_read(&v->counts.exits[i]);
}

const struct engine engine_kvm = {
	.name = "kvm",
	.available = kvm_available,
	.host_timebase = kvm_host_timebase,
	.vm_new = kvm_vm_new,
	.vm_free = kvm_vm_free,
	.vm_memory_stays = true,
	.vm_map = kvm_vm_map,
	.vm_memory_written = kvm_vm_memory_written,
	.vcpu_new = kvm_vcpu_new,
	.vcpu_free = kvm_vcpu_free,
	.vcpu_run = kvm_vcpu_run,
	.vcpu_kick = kvm_vcpu_kick,
	.vcpu_set_input = kvm_vcpu_set_input,
	.vcpu_stop_clock = kvm_vcpu_stop_clock,
	.vcpu_start_clock = kvm_vcpu_start_clock,
	.vcpu_get_state = kvm_vcpu_get_state,
	.vcpu_set_state = kvm_vcpu_set_state,
	.vcpu_get_stats = kvm_vcpu_get_stats,
};
