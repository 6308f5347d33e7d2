/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "guest-machine.h"

#include "core440.h"
#include "guest-def.h"
#include "guest.h"
#include "regs.h"
#include "util/cleanup.h"
#include "util/error.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>

#define TLB0_SIZE_256M 0x90u

static void on_written(void *self, uint64_t ra, uint64_t len)
{
	struct machine *m = self;

	m->engine->vm_memory_written(m->vm, ra, len);
}

static void set_input(void *self, unsigned int n, bool level)
{
	struct machine *m = self;

	if (level)
		__atomic_fetch_or(&m->inputs, 1u << n, __ATOMIC_RELAXED);
	else
		__atomic_fetch_and(&m->inputs, ~(1u << n), __ATOMIC_RELAXED);
	m->engine->vcpu_set_input(m->vcpu.handle, (enum engine_input)n, level);
}

/* A descriptor of our own for a boot file; -1 stays -1. */
static int keep(int *ret, int fd, const char *name, struct error **err)
{
	if (fd < 0)
		return 0;
	*ret = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	return *ret < 0 ? error_set(err, errno, "'%s': %s", name, strerror(errno)) : 0;
}

static int check_memory(const struct board_type *type, uint64_t size, struct error **err)
{
	if (size >= type->memory_min && size <= type->memory_max)
		return 0;
	return error_set(err, EINVAL,
			 "%" PRIu64 " MB of memory: the board '%s' takes %" PRIu64 " to %" PRIu64
			 " MB",
			 size >> 20, type->name, type->memory_min >> 20, type->memory_max >> 20);
}

static int add_memory(struct machine *m, struct error **err)
{
	int r;

	r = check_memory(m->type, m->def->memory, err);
	if (r >= 0)
		r = memory_init(&m->memory, m->def->name, m->def->memory, err);
	if (r >= 0)
		r = m->engine->vm_map(m->vm, 0, m->memory.size, m->memory.base, false, err);
	if (r < 0)
		return r;
	m->memory.written = on_written;
	m->memory.written_self = m;
	return 0;
}

static int add_board(struct machine *m, const struct machine_config *config, struct error **err)
{
	const struct board_config board = {
		.memory = &m->memory,
		.timebase_hz = m->timebase_hz,
		.loop = config->loop,
		.serial = { config->console, NULL },
		.external = { "external", set_input, m, ENGINE_INPUT_EXTERNAL },
		.critical = { "critical", set_input, m, ENGINE_INPUT_CRITICAL },
		.critical_off = { "critical-off", set_input, m, ENGINE_INPUT_CRITICAL_OFF },
		.events = config->events,
	};
	int r = m->type->new (&m->board, &board, err);

	if (r < 0)
		return r;
	m->vcpu.mmio = board_mmio(m->board);
	m->vcpu.dcr = board_dcr(m->board);
	return 0;
}

static int build(struct machine *m, const struct machine_config *config, struct error **err)
{
	const struct guest_def *def = m->def;
	struct engine_vcpu_config cpu;
	int r;

	m->type = board_find(def->board, err);
	if (!m->type)
		return -ENOENT;
	m->engine = engine_find(def->engine, &m->passed_over, err);
	if (!m->engine)
		return -ENODEV;
	r = keep(&m->kernel_fd, config->files->kernel_fd, def->kernel, err);
	if (r >= 0 && def->initrd)
		r = keep(&m->initrd_fd, config->files->initrd_fd, def->initrd, err);
	if (r >= 0)
		r = m->engine->vm_new(&m->vm, err);
	if (r >= 0)
		r = add_memory(m, err);
	if (r < 0)
		return r;
	vcpu_init(&m->vcpu);
	vcpu_finish(&m->vcpu); /* it takes no calls before its thread is there */
	m->vcpu_made = true;
	m->vcpu.engine = m->engine;
	m->vcpu.unclaimed = config->unclaimed;
	m->vcpu.self = config->self;
	m->timebase_hz = m->engine->host_timebase ? m->engine->host_timebase()
						  : m->type->timebase_hz;
	cpu = (struct engine_vcpu_config){ m->type->cpu, m->timebase_hz };
	r = m->engine->vcpu_new(&m->vcpu.handle, m->vm, &cpu, err);
	return r < 0 ? r : add_board(m, config, err);
}

int machine_new(struct machine **ret, const struct machine_config *config, struct error **err)
{
	struct machine *m = calloc(1, sizeof(*m));
	int r;

	if (!m)
		return error_set(err, ENOMEM, "out of memory");
	m->def = config->def;
	m->memory.fd = m->kernel_fd = m->initrd_fd = -1;
	r = build(m, config, err);
	if (r < 0)
		machine_free(m);
	else
		*ret = m;
	return r;
}

struct machine *machine_free(struct machine *m)
{
	if (!m)
		return NULL;
	/* From the outside in: a board drives the vCPU's inputs, a vCPU runs in its VM's memory. */
	board_free(m->board);
	if (m->vcpu.handle)
		m->engine->vcpu_free(m->vcpu.handle);
	if (m->vcpu_made)
		vcpu_deinit(&m->vcpu);
	if (m->vm)
		m->engine->vm_free(m->vm);
	memory_deinit(&m->memory);
	closep(&m->kernel_fd);
	closep(&m->initrd_fd);
	error_free(m->passed_over);
	free(m);
	return NULL;
}

/* The state after a reset of the processor, then what ePAPR wants at a kernel's entry. */
static int set_entry(struct machine *m, const struct board_entry *entry,
		     const struct engine_exit *reset, struct error **err)
{
	const struct core440_tlb_entry mapping = {
		.word0 = TLB0_V | TLB0_SIZE_256M,
		.word2 = TLB2_SX | TLB2_SW | TLB2_SR,
	}, none = { 0 };
	_cleanup_(freep)
	uint8_t *buf = malloc(CORE440_STATE_MAX);
	_cleanup_(freep)
	struct core440 *c = calloc(1, sizeof(*c));
	unsigned int i;
	int len;

	if (!buf || !c)
		return error_set(err, ENOMEM, "out of memory");
	if (core440_init(c, (unsigned int)core440_model_find(m->type->cpu), &core440_no_engine) < 0)
		return error_set(err, ENOENT,
				 "the board '%s' wants a processor '%s', which is unknown",
				 m->type->name, m->type->cpu);
	if (reset) {
		c->exit.kind = CORE440_EXIT_RESET;
		c->exit.by_watchdog = reset->by_watchdog;
		core440_reset(c, (enum core440_reset)reset->reset);
	}
	for (i = 0; i < CORE440_TLB_SIZE; i++)
		core440_tlb_write(c, i, i ? &none : &mapping);
	c->pc = entry->pc;
	c->gpr[1] = entry->r1;
	c->gpr[3] = entry->r3;
	c->gpr[4] = entry->r4;
	c->gpr[5] = entry->r5;
	c->gpr[6] = entry->r6;
	c->gpr[7] = entry->r7;
	len = core440_save(c, buf, CORE440_STATE_MAX, NULL);
	if (len < 0)
		return error_set(err, ENOSPC, "the entry state of the processor is too large");
	return m->engine->vcpu_set_state(m->vcpu.handle, buf, (size_t)len, err);
}

static const char *base_name(const char *path)
{
	const char *slash = path ? strrchr(path, '/') : NULL;

	return slash ? slash + 1 : path;
}

int machine_boot(struct machine *m, const struct engine_exit *reset, struct error **err)
{
	const struct board_boot boot = {
		.kernel_fd = m->kernel_fd,
		.initrd_fd = m->initrd_fd,
		.kernel_name = base_name(m->def->kernel),
		.initrd_name = base_name(m->def->initrd),
		.cmdline = m->def->cmdline,
	};
	struct board_entry entry;
	int r;

	r = board_load(m->board, &boot, &entry, err);
	return r < 0 ? r : set_entry(m, &entry, reset, err);
}

int machine_reset(struct machine *m, struct error **err)
{
	board_reset(m->board);
	/* The pages go back to the host and read as zeros. */
	if (m->engine->vm_memory_stays)
		memset(m->memory.base, 0, (size_t)m->memory.size);
	else if (fallocate(m->memory.fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0,
			   (off_t)m->memory.size) < 0)
		return error_set(err, errno, "guest memory cannot be cleared: %s", strerror(errno));
	m->engine->vm_memory_written(m->vm, 0, m->memory.size);
	return 0;
}
