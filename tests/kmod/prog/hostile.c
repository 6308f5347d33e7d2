// SPDX-License-Identifier: GPL-2.0-or-later
/* User space that means harm: bad pointers, a kvm_run that changes, files closed anyhow, fork. */
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>

#include "vm.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Every request that takes a pointer, by the file it belongs to. */
static const unsigned long on_vcpu[] = {
	KVM_GET_REGS,	     KVM_SET_REGS,	  KVM_GET_SREGS,    KVM_SET_SREGS,
	KVM_GET_FPU,	     KVM_SET_FPU,	  KVM_GET_ONE_REG,  KVM_SET_ONE_REG,
	KVM_GET_REG_LIST,    KVM_TRANSLATE,	  KVM_ENABLE_CAP,   KVM_INTERRUPT,
	KVM440_SET_MODEL,    KVM440_GET_STATE,	  KVM440_SET_STATE, KVM440_SET_INPUT,
	KVM_SET_SIGNAL_MASK, KVM_SET_GUEST_DEBUG,
};
static const unsigned long on_vm[] = { KVM_SET_USER_MEMORY_REGION, KVM_GET_DIRTY_LOG,
				       KVM_IOEVENTFD };

/* A request of another size is another request, and there is none. */
static void no_such_size(int fd, unsigned long request, const uint8_t *page)
{
	static const unsigned int sizes[] = { 0, 1, 4, 12, 4096, _IOC_SIZEMASK };

	for (size_t i = 0; i < COUNT(sizes); i++)
		if (sizes[i] != _IOC_SIZE(request))
			CHECK_ERRNO(ioctl(fd,
					  _IOC(_IOC_DIR(request), _IOC_TYPE(request),
					       _IOC_NR(request), sizes[i]),
					  page),
				    ENOTTY);
}

static void bad_sizes(void)
{
	uint8_t *page = anonymous(0x4000);
	struct vm m;

	memset(page, 0xa5, 0x4000);
	vm_open(&m);
	for (size_t i = 0; i < COUNT(on_vcpu); i++)
		no_such_size(m.vcpu, on_vcpu[i], page);
	for (size_t i = 0; i < COUNT(on_vm); i++)
		no_such_size(m.vm, on_vm[i], page);
	no_such_size(m.kvm, KVM440_GET_INFO, page);
	for (unsigned int i = 0; i < 0x4000; i++)
		CHECK_EQ(page[i], 0xa5);
	vm_close(&m);
	munmap(page, 0x4000);
}

static void bad_pointers(void)
{
	uint8_t *page = anonymous(2 * PAGE);
	unsigned long pointers[] = { 1, 0xc0000000u, 0xfffffffcu, (unsigned long)page + PAGE - 4,
				     0 };
	struct kvm440_state state = { .data = 1, .size = 4096 };
	uint64_t value = 0;
	struct vm m;

	CHECK_EQ(mprotect(page + PAGE, PAGE, PROT_NONE), 0);
	vm_open(&m);
	for (size_t p = 0; p < COUNT(pointers); p++) {
		for (size_t i = 0; i < COUNT(on_vcpu); i++) {
			/* Four bytes are all that an interrupt takes, or a mask of length 0. */
			if (pointers[p] == (unsigned long)page + PAGE - 4 &&
			    (on_vcpu[i] == KVM_INTERRUPT || on_vcpu[i] == KVM_SET_SIGNAL_MASK))
				CHECK_ERRNO(ioctl(m.vcpu, on_vcpu[i], pointers[p]), EINVAL);
			else if (pointers[p] == 0 && on_vcpu[i] == KVM_SET_SIGNAL_MASK)
				CHECK_EQ(ioctl(m.vcpu, on_vcpu[i], 0), 0);
			else
				CHECK_ERRNO(ioctl(m.vcpu, on_vcpu[i], pointers[p]), EFAULT);
		}
		for (size_t i = 0; i < COUNT(on_vm); i++)
			CHECK_ERRNO(ioctl(m.vm, on_vm[i], pointers[p]), EFAULT);
		CHECK_ERRNO(ioctl(m.kvm, KVM440_GET_INFO, pointers[p]), EFAULT);
		CHECK_ERRNO(get_reg(m.vcpu, KVM440_REG_TB, (void *)pointers[p]), EFAULT);
		CHECK_ERRNO(set_reg(m.vcpu, KVM_REG_PPC_IAC1, (void *)pointers[p]), EFAULT);
	}
	CHECK_ERRNO(ioctl(m.vcpu, KVM440_GET_STATE, &state), EFAULT);
	CHECK_ERRNO(ioctl(m.vcpu, KVM440_SET_STATE, &state), EFAULT);
	state.data = 1ull << 32; /* more than a pointer has */
	CHECK_ERRNO(ioctl(m.vcpu, KVM440_GET_STATE, &state), EFAULT);
	CHECK_ERRNO(ioctl(m.vcpu, KVM440_SET_STATE, &state), EFAULT);
	CHECK_ERRNO(ioctl(m.vcpu, KVM_SET_ONE_REG,
			  &((struct kvm_one_reg){ KVM440_REG_TB, 1ull << 32 | (uintptr_t)&value })),
		    EFAULT);
	vm_close(&m);
	munmap(page, 2 * PAGE);
}

static void mappings(void)
{
	uint8_t *at;
	struct vm m;
	int status;
	pid_t child;

	vm_open(&m);
	/* What is behind the page of kvm_run is nothing. */
	at = mmap(NULL, 2 * PAGE, PROT_READ, MAP_SHARED, m.vcpu, 0);
	CHECK(at != MAP_FAILED);
	child = fork();
	CHECK(child >= 0);
	if (!child)
		exit(at[0] + at[PAGE]);
	CHECK_EQ(waitpid(child, &status, 0), child);
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGBUS);
	munmap(at, 2 * PAGE);
	/* That of a VM is memory for a guest, each time other. */
	CHECK(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, m.vm, 0) == MAP_FAILED);
	at = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, m.vm, 0);
	CHECK(at != MAP_FAILED);
	CHECK_EQ(at[0] | at[PAGE - 1], 0);
	munmap(at, PAGE);
	CHECK(mmap(NULL, PAGE, PROT_READ, MAP_SHARED, m.kvm, 0) == MAP_FAILED);
	/* The page of kvm_run as the guest's own memory: it may write over it. */
	CHECK_EQ(set_region(m.vm, 1, 0, DEVICE, PAGE, (uintptr_t)m.run), 0);
	CODE_AT(&m, CODE, 0x90640100u /* stw r3,0x100(r4) */, 0x90641000u /* stw r3,0x1000(r4) */);
	start_at(&m, CODE, 0);
	run_to_write(&m, DEVICE + PAGE);
	vm_close(&m);
}

struct scribbler {
	struct vm *m;
	volatile bool stop;
};

static void *scribble(void *arg)
{
	struct scribbler *s = arg;
	uint32_t x = 12345;

	while (!s->stop) {
		for (unsigned int i = 0; i < PAGE / 4; i++) {
			x = x * 1103515245 + 12345;
			if (i != 0) /* immediate_exit and its neighbours would end it all */
				((volatile uint32_t *)s->m->run)[i] = x;
		}
		sched_yield();
	}
	return NULL;
}

/* What is in kvm_run while the guest runs, and what its answers are, is of no matter to the host.
 */
static void scribbled_on(void)
{
	struct vm m;
	struct scribbler s = { .m = &m };
	pthread_t thread;
	struct kvm_regs r;

	vm_open(&m);
	CODE_AT(&m, CODE, STW_R3_0_R4, 0xb8a40100u /* lmw r5,0x100(r4) */,
		0x7ca00286u /* mfdcr r5,0 */, BACK(3));
	start_at(&m, CODE, 0);
	CHECK_EQ(pthread_create(&thread, NULL, scribble, &s), 0);
	for (unsigned int i = 0; i < 2000; i++)
		CHECK(ioctl(m.vcpu, KVM_RUN, 0) == 0 || errno == EINTR);
	s.stop = true;
	CHECK_EQ(pthread_join(thread, NULL), 0);
	CHECK_EQ(ioctl(m.vcpu, KVM_GET_REGS, &r), 0);
	CHECK(r.pc >= CODE && r.pc <= CODE + 12);
	vm_close(&m);
}

/* kvm, vm, vcpu and the mapping go in each order there is; the guest works until the last. */
static void closed_in_any_order(void)
{
	for (unsigned int order = 0; order < 256; order++) {
		unsigned int seen = 0;
		struct vm m;

		for (unsigned int i = 0; i < 4; i++)
			seen |= 1u << (order >> 2 * i & 3);
		if (seen != 15)
			continue;
		vm_open(&m);
		CODE_AT(&m, CODE, STW_R3_0_R4, BACK(1));
		start_at(&m, CODE, 0);
		for (unsigned int i = 0; i < 4; i++) {
			if (m.vcpu >= 0)
				CHECK_EQ(ioctl(m.vcpu, KVM_RUN, 0), 0);
			switch (order >> 2 * i & 3) {
			case 0: CHECK_EQ(close(m.kvm), 0); break;
			case 1: CHECK_EQ(close(m.vm), 0); break;
			case 2:
				CHECK_EQ(close(m.vcpu), 0);
				m.vcpu = -1;
				break;
			default: CHECK_EQ(munmap(m.run, PAGE), 0);
			}
		}
		munmap(m.ram, RAM_SIZE);
	}
}

static void on_signal(int n)
{
	(void)n;
}

static void *runner(void *arg)
{
	const struct vm *m = arg;

	return (void *)(intptr_t)(ioctl(m->vcpu, KVM_RUN, 0) < 0 ? errno : 0);
}

/* The files go while a thread is in KVM_RUN; it stays there until it is told. */
static void closed_while_running(void)
{
	struct sigaction action = { .sa_handler = on_signal };
	pthread_t thread;
	struct vm m;
	void *result;

	CHECK_EQ(sigaction(SIGUSR1, &action, NULL), 0);
	vm_open(&m);
	CODE_AT(&m, CODE, ADDI_R6_1, 0x90c02000u, BACK(2));
	start_at(&m, CODE, 0x8000);
	CHECK_EQ(pthread_create(&thread, NULL, runner, &m), 0);
	while (*(volatile uint32_t *)(m.ram + 0x800) < 1000)
		sched_yield();
	vm_close(&m);
	CHECK_EQ(pthread_kill(thread, SIGUSR1), 0);
	CHECK_EQ(pthread_join(thread, &result), 0);
	CHECK_EQ((intptr_t)result, EINTR);
}

/* A processor belongs to the process that made its machine: a child gets errors. */
static void forked(void)
{
	struct kvm_regs r;
	struct vm m;
	int status;
	pid_t child;

	vm_open(&m);
	CODE_AT(&m, CODE, STW_R3_0_R4, STW_R3_0_R4);
	start_at(&m, CODE, 0);
	run_to_write(&m, DEVICE);
	child = fork();
	CHECK(child >= 0);
	if (!child) {
		CHECK_ERRNO(ioctl(m.vcpu, KVM_RUN, 0), EIO);
		CHECK_ERRNO(ioctl(m.vcpu, KVM_GET_REGS, &r), EIO);
		CHECK_ERRNO(ioctl(m.vcpu, KVM_INTERRUPT, &r), EIO);
		CHECK_ERRNO(set_region(m.vm, 1, 0, 1 << 20, PAGE, (uintptr_t)m.ram), EIO);
		CHECK_ERRNO(ioctl(m.vm, KVM_CREATE_VCPU, 1), EIO);
		vm_close(&m);
		/* One of its own it may have. */
		vm_open(&m);
		CODE_AT(&m, CODE, STW_R3_0_R4);
		start_at(&m, CODE, 0);
		run_to_write(&m, DEVICE);
		exit(0);
	}
	CHECK_EQ(waitpid(child, &status, 0), child);
	CHECK_EQ(status, 0);
	run_to_write(&m, DEVICE);
	vm_close(&m);
}

/* The process ends in the middle of everything, by a signal that nobody can catch. */
static void killed_while_running(void)
{
	for (unsigned int i = 0; i < 5; i++) {
		volatile uint32_t *shared =
			mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
		pid_t child = fork();
		struct vm m;
		int status;

		CHECK(shared != MAP_FAILED && child >= 0);
		if (!child) {
			vm_open(&m);
			CHECK_EQ(set_region(m.vm, 1, 0, DEVICE, PAGE, (uintptr_t)shared), 0);
			CODE_AT(&m, CODE, STW_R3_0_R4, BACK(1));
			start_at(&m, CODE, 0x8000);
			ioctl(m.vcpu, KVM_RUN, 0);
			exit(1);
		}
		while (shared[0] != 0x11223344)
			sched_yield();
		CHECK_EQ(kill(child, SIGKILL), 0);
		CHECK_EQ(waitpid(child, &status, 0), child);
		CHECK(WIFSIGNALED(status));
		munmap((void *)shared, PAGE);
	}
}

/* In kB, of what the host could still give away. */
static long available(void)
{
	FILE *f = fopen("/proc/meminfo", "re");
	char name[40];
	long n;

	CHECK(f);
	while (fscanf(f, "%39s %ld kB", name, &n) == 2)
		if (!strcmp(name, "MemAvailable:")) {
			fclose(f);
			return n;
		}
	FAIL("no MemAvailable");
}

/* Machines with memory of both kinds come and go, and nothing of them stays. A page of each would
 * be 6 MB; the host's own is 2 MB more or less at times, and keeps freed memory for a while when it
 * looks for errors. */
static void leave_nothing(void)
{
	const bool looks = !access("/proc/lockdep_stats", F_OK);
	const unsigned int machines = looks ? 300 : 1500;
	long before = 0, after;

	for (unsigned int i = 0; i < 100 + machines; i++) {
		void *own;
		struct vm m;

		if (i == 100)
			before = available();
		vm_open(&m);
		own = mmap(NULL, 0x200000, PROT_READ | PROT_WRITE, MAP_SHARED, m.vm, 0);
		CHECK(own != MAP_FAILED || errno == ENODEV); /* large_pages=0 */
		if (own != MAP_FAILED)
			CHECK_EQ(set_region(m.vm, 1, KVM_MEM_LOG_DIRTY_PAGES, DEVICE + 0x1000000,
					    0x200000, (uintptr_t)own),
				 0);
		CODE_AT(&m, CODE, 0x94640ffcu /* stwu r3,0xffc(r4) */, STW_R3_0_R4);
		start_at(&m, CODE, 0);
		run_to_write(&m, DEVICE + 0xffc);
		vm_close(&m);
		if (own != MAP_FAILED)
			munmap(own, 0x200000);
	}
	after = available();
	printf("note: %ld kB could be had, %ld after %u machines\n", before, after, machines);
	CHECK(looks || after > before - 4000);
}

void test_hostile(void)
{
	RUN(bad_sizes);
	RUN(bad_pointers);
	RUN(mappings);
	RUN(scribbled_on);
	RUN(closed_in_any_order);
	RUN(closed_while_running);
	RUN(forked);
	RUN(killed_while_running);
	RUN(leave_nothing);
}
