/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs random sequences of user instructions on the interpreter and under qemu-ppc, and compares
 * what they leave: registers, FPSCR (FR and FI aside, which QEMU does not keep) and memory.
 */
#include "gen.h"

#include "core440.h"
#include "decode.h"
#include "engine/soft/fpu.h"
#include "engine/soft/interp.h"
#include "tests/unit/without.h"
#include "util/error.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define FPSCR_FR_FI (FPSCR_FR | FPSCR_FI)
#define SHOWN_MAX   10 /* mismatches that are printed in full */

struct options {
	uint64_t seed, count, first;
	unsigned int batch;
	const char *guest, *qemu;
	bool break_one;	     /* for the test of the test */
	const char *without; /* a row of insn.def the interpreter then lacks: tests/rows */
};

static void die(const char *what)
{
	fprintf(stderr, "random440: %s: %s\n", what, strerror(errno));
	exit(2);
}

/* A file of one batch, shared with the child. */
static uint8_t *new_batch(char *path)
{
	int fd = mkstemp(path);
	void *p;

	if (fd < 0 || ftruncate(fd, BATCH_SIZE) < 0)
		die(path);
	p = mmap(NULL, BATCH_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED)
		die("mmap");
	close(fd);
	return p;
}

/* Runs @batch in place under qemu-ppc. False with a line when it did not come to its end. */
static bool run_qemu(const struct options *o, const char *path)
{
	int status;
	pid_t pid = fork();

	if (pid < 0)
		die("fork");
	if (pid == 0) {
		execlp(o->qemu, o->qemu, "-cpu", "440EP", o->guest, path, (char *)NULL);
		_exit(127);
	}
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			die("waitpid");
	if (status == 0)
		return true;
	printf("# %s ended with status 0x%x\n", o->qemu, (unsigned int)status);
	return false;
}

/*
 * User mode with floating point, the batch mapped at its address. With @stepping a breakpoint that
 * is never reached: then every instruction is executed alone, and every storage access by the core.
 */
static void entry_state(struct engine_vcpu *vcpu, bool stepping)
{
	static struct core440 c;
	const struct core440_tlb_entry entry = {
		.word0 = BATCH_ADDRESS | TLB0_V | 7 << 4,
		.word2 = TLB2_ALL & ~(TLB2_E | TLB2_I | TLB2_W | TLB2_G),
	};
	uint8_t buf[CORE440_STATE_MAX];
	struct error *err = NULL;
	int n;

	if (core440_init(&c, (unsigned int)core440_model_find("440EP"), &core440_no_engine) < 0)
		die("core440_init");
	core440_tlb_write(&c, 1, &entry);
	core440_set_msr(&c, MSR_PR | MSR_FP);
	c.pc = BATCH_ADDRESS + BATCH_ENTRY;
	c.ivpr = BATCH_ADDRESS;
	c.dbcr0 = stepping ? DBG_IAC1 : 0;
	c.iac[0] = 4;
	n = core440_save(&c, buf, sizeof(buf), NULL);
	if (n < 0 || engine_interp.vcpu_set_state(vcpu, buf, (size_t)n, &err) < 0)
		die(error_message(err));
}

static bool run_interp(uint8_t *batch, bool stepping)
{
	const struct engine_vcpu_config config = { .cpu = "440EP", .timebase_hz = 33000000 };
	struct engine_exit e = { 0 };
	struct engine_vcpu *vcpu;
	struct engine_vm *vm;
	bool ok;

	if (engine_interp.vm_new(&vm, NULL) < 0 ||
	    engine_interp.vm_map(vm, 0, BATCH_SIZE, batch, false, NULL) < 0 ||
	    engine_interp.vcpu_new(&vcpu, vm, &config, NULL) < 0)
		die("interpreter");
	entry_state(vcpu, stepping);
	engine_interp.vcpu_run(vcpu, &e);
	ok = e.kind == ENGINE_EXIT_HALTED && e.pc == BATCH_ADDRESS + BATCH_END;
	if (!ok)
		printf("# the interpreter ended with exit %d at 0x%x\n", (int)e.kind, e.pc);
	engine_interp.vcpu_free(vcpu);
	engine_interp.vm_free(vm);
	return ok;
}

static bool same(const struct record *a, const struct record *b)
{
	struct record x = *a, y = *b;

	put_word(&x.fpscr[1], get_word(&x.fpscr[1]) & ~FPSCR_FR_FI);
	put_word(&y.fpscr[1], get_word(&y.fpscr[1]) & ~FPSCR_FR_FI);
	return memcmp(&x, &y, sizeof(x)) == 0;
}

/* A batch before it ran and after, and the names of the sides for messages. */
struct sides {
	uint8_t *before, *interp, *other;
	const char *name;
};

static void show_word(const char *side, const char *name, const void *before, const void *interp,
		      const void *other)
{
	if (get_word(interp) != get_word(other))
		printf("#   %-8s %08x -> interp %08x, %s %08x\n", name, get_word(before),
		       get_word(interp), side, get_word(other));
}

/* The words of a record that differ. */
static void show_state(const char *side, const struct record *before, const struct record *interp,
		       const struct record *other)
{
	char name[16];

	for (unsigned int i = 0; i < 32; i++) {
		(void)snprintf(name, sizeof(name), "r%u", i);
		show_word(side, name, &before->gpr[i], &interp->gpr[i], &other->gpr[i]);
	}
	show_word(side, "lr", &before->lr, &interp->lr, &other->lr);
	show_word(side, "ctr", &before->ctr, &interp->ctr, &other->ctr);
	show_word(side, "xer", &before->xer, &interp->xer, &other->xer);
	show_word(side, "cr", &before->cr, &interp->cr, &other->cr);
	show_word(side, "fpscr", &before->fpscr[1], &interp->fpscr[1], &other->fpscr[1]);
	for (unsigned int i = 0; i < 64; i++) {
		(void)snprintf(name, sizeof(name), "f%u.%s", i / 2, i % 2 ? "low" : "high");
		show_word(side, name, &before->fpr[i / 2][i % 2], &interp->fpr[i / 2][i % 2],
			  &other->fpr[i / 2][i % 2]);
	}
	for (unsigned int i = 0; i < SCRATCH_SIZE; i += 4) {
		(void)snprintf(name, sizeof(name), "mem%+d", (int)i - SCRATCH_BASE);
		show_word(side, name, &before->scratch[i], &interp->scratch[i], &other->scratch[i]);
	}
}

static void show_all(const struct record *r)
{
	for (unsigned int i = 0; i < 32; i++)
		printf("%s%08x%s", i % 8 ? " " : "#   r  ", get_word(&r->gpr[i]),
		       i % 8 == 7 ? "\n" : "");
	for (unsigned int i = 0; i < 32; i++)
		printf("%s%08x%08x%s", i % 4 ? " " : "#   f  ", get_word(&r->fpr[i][0]),
		       get_word(&r->fpr[i][1]), i % 4 == 3 ? "\n" : "");
	printf("#   lr %08x ctr %08x xer %08x cr %08x fpscr %08x\n", get_word(&r->lr),
	       get_word(&r->ctr), get_word(&r->xer), get_word(&r->cr), get_word(&r->fpscr[1]));
}

static void show_body(const uint8_t *before, unsigned int index)
{
	uint32_t words[SEQUENCE_MAX];
	unsigned int n = gen_body(before, index, words);

	for (unsigned int i = 0; i < n; i++)
		printf("#     %08x  %s\n", words[i],
		       core440_insn_info[core440_decode(words[i])].mnemonic);
}

static void show(const struct sides *s, unsigned int index, uint64_t number)
{
	size_t at = BATCH_RECORDS + index * sizeof(struct record);

	printf("# sequence %llu differs:\n", (unsigned long long)number);
	show_body(s->before, index);
	printf("#   before:\n");
	show_all((const struct record *)(s->before + at));
	show_state(s->name, (const struct record *)(s->before + at),
		   (const struct record *)(s->interp + at), (const struct record *)(s->other + at));
}

/* Compares all records; the number of sequences that differ. The first few are printed. */
static uint64_t compare(const struct sides *s, uint64_t first, unsigned int count, bool exactly,
			uint64_t already)
{
	uint64_t bad = 0;

	for (unsigned int i = 0; i < count; i++) {
		size_t at = BATCH_RECORDS + i * sizeof(struct record);
		const struct record *a = (const struct record *)(s->interp + at);
		const struct record *b = (const struct record *)(s->other + at);

		if (exactly ? !memcmp(a, b, sizeof(*a)) : same(a, b))
			continue;
		if (already + bad++ < SHOWN_MAX)
			show(s, i, first + i);
	}
	return bad;
}

static uint64_t stopped(const struct sides *s, uint64_t first, unsigned int count)
{
	uint32_t left = get_word(s->other + BATCH_HEADER + offsetof(struct batch_header, count));

	printf("# the last sequence that was begun, of those from %llu:\n",
	       (unsigned long long)first);
	show_body(s->before, count - (left && left <= count ? left : 1));
	return count;
}

/* Whether a sequence, and not only what frames them all, has an instruction of that row. */
static bool drawn(const uint8_t *batch, unsigned int count, const char *row)
{
	uint32_t words[SEQUENCE_MAX];

	for (unsigned int i = 0; i < count; i++) {
		unsigned int n = gen_body(batch, i, words);

		while (n--)
			if (!strcmp(core440_insn_info[core440_decode(words[n])].name, row))
				return true;
	}
	return false;
}

/*
 * One batch on all sides: the interpreter, its stepping form, where every access to storage goes
 * through the core, and qemu-ppc. The number of sequences that differ.
 */
static uint64_t batch(const struct options *o, uint64_t first, unsigned int count, uint8_t *qemu,
		      const char *path, uint64_t already)
{
	static uint8_t before[BATCH_SIZE], interp[BATCH_SIZE] __attribute__((aligned(4096)));
	static uint8_t steps[BATCH_SIZE] __attribute__((aligned(4096)));
	const struct sides with_qemu = { before, interp, qemu, "qemu" };
	const struct sides with_steps = { before, interp, steps, "stepping" };
	uint64_t bad;

	memset(before, 0, BATCH_SIZE);
	gen_batch(before, o->seed, first, count);
	if (o->without) {
		if (!drawn(before, count, o->without))
			return 0;
		without_row(o->without);
	}
	memcpy(qemu, before, BATCH_SIZE);
	memcpy(interp, before, BATCH_SIZE);
	memcpy(steps, before, BATCH_SIZE);
	if (!run_interp(interp, false) || !run_qemu(o, path))
		return stopped(&with_qemu, first, count);
	if (!run_interp(steps, true))
		return stopped(&with_steps, first, count);
	if (o->break_one)
		((struct record *)(interp + BATCH_RECORDS))->gpr[7] ^= 1;
	bad = compare(&with_qemu, first, count, false, already);
	return bad + compare(&with_steps, first, count, true, already + bad);
}

static void usage(void)
{
	fputs("usage: random440 --guest=ELF [--seed=N] [--first=N] [--count=N] [--batch=N] "
	      "[--qemu=PROGRAM]\n"
	      "  compares random instruction sequences on the interpreter and under qemu-ppc\n",
	      stderr);
	exit(2);
}

static uint64_t number(const char *text)
{
	char *end;
	unsigned long long n;

	errno = 0;
	n = strtoull(text, &end, 0);
	if (errno || end == text || *end || *text == '-')
		usage();
	return n;
}

static struct options parse(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "seed", required_argument, NULL, 's' },
		{ "count", required_argument, NULL, 'c' },
		{ "first", required_argument, NULL, 'f' },
		{ "batch", required_argument, NULL, 'b' },
		{ "guest", required_argument, NULL, 'g' },
		{ "qemu", required_argument, NULL, 'q' },
		{ "break-one", no_argument, NULL, 'x' },
		{ "without", required_argument, NULL, 'w' },
		{ NULL, 0, NULL, 0 },
	};
	struct options o = { .seed = 440, .count = 1000, .batch = 4000, .qemu = "qemu-ppc" };
	int c;

	while ((c = getopt_long(argc, argv, "", longs, NULL)) >= 0) {
		switch (c) {
		case 's': o.seed = number(optarg); break;
		case 'c': o.count = number(optarg); break;
		case 'f': o.first = number(optarg); break;
		case 'b': o.batch = (unsigned int)number(optarg); break;
		case 'g': o.guest = optarg; break;
		case 'q': o.qemu = optarg; break;
		case 'x': o.break_one = true; break;
		case 'w': o.without = optarg; break;
		default: usage();
		}
	}
	if (!o.guest || !o.count || !o.batch || o.batch > GEN_COUNT_MAX || optind < argc)
		usage();
	return o;
}

int main(int argc, char **argv)
{
	struct options o = parse(argc, argv);
	char path[] = "/tmp/random440-XXXXXX";
	uint8_t *qemu = new_batch(path);
	uint64_t bad = 0;

	setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
	for (uint64_t done = 0; done < o.count; done += o.batch) {
		uint64_t left = o.count - done;

		bad += batch(&o, o.first + done, left < o.batch ? (unsigned int)left : o.batch,
			     qemu, path, bad);
	}
	unlink(path);
	printf("# seed %llu: %llu of %llu sequences differ\n", (unsigned long long)o.seed,
	       (unsigned long long)bad, (unsigned long long)o.count);
	return bad ? 1 : 0;
}
