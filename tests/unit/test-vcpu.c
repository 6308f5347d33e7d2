/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The vCPU loop over an engine made for the test, which does what a script says; and over the
 * interpreter, where pause, calls and stop come from another thread.
 */
#include "tests/unit/test.h"

#include "core440.h"
#include "device/bus.h"
#include "engine/soft/interp.h"
#include "engine/vcpu.h"
#include "tests/unit/asm440.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>

static struct {
	struct engine_exit exits[8]; /* what each run ends with */
	unsigned int runs;
	uint64_t answer;
	bool failed;
	uint32_t kicked;
	unsigned int stopped, started;
} script;

static void script_run(struct engine_vcpu *v, struct engine_exit *e)
{
	(void)v;
	script.answer = e->value;
	script.failed = e->failed;
	*e = script.exits[script.runs++];
}

static void script_kick(struct engine_vcpu *v)
{
	(void)v;
	__atomic_store_n(&script.kicked, 1, __ATOMIC_SEQ_CST);
}

static void script_stop_clock(struct engine_vcpu *v)
{
	(void)v;
	script.stopped++;
}

static void script_start_clock(struct engine_vcpu *v)
{
	(void)v;
	script.started++;
}

static const struct engine script_engine = {
	.name = "script",
	.vcpu_run = script_run,
	.vcpu_kick = script_kick,
	.vcpu_stop_clock = script_stop_clock,
	.vcpu_start_clock = script_start_clock,
};

static uint64_t registers[4];

static int read_register(void *self, uint64_t offset, unsigned int len, uint64_t *ret_value)
{
	(void)self;
	(void)len;
	*ret_value = registers[offset / 4];
	return 0;
}

static int write_register(void *self, uint64_t offset, unsigned int len, uint64_t value)
{
	(void)self;
	(void)len;
	registers[offset / 4] = value;
	return 0;
}

static const struct bus_ops ops = { .read = read_register, .write = write_register };

static struct {
	unsigned int calls;
	bool dcr, write;
	uint64_t addr;
	uint32_t pc;
} unclaimed;

static void note_unclaimed(void *self, bool dcr, bool write, uint64_t addr, unsigned int len,
			   uint32_t pc)
{
	(void)self;
	(void)len;
	unclaimed.calls++;
	unclaimed.dcr = dcr;
	unclaimed.write = write;
	unclaimed.addr = addr;
	unclaimed.pc = pc;
}

static struct vcpu v;

static void begin(const struct engine *engine, struct engine_vcpu *handle)
{
	memset(&script, 0, sizeof(script));
	memset(&unclaimed, 0, sizeof(unclaimed));
	vcpu_init(&v);
	v.engine = engine;
	v.handle = handle;
	REQUIRE_EQ(bus_new(&v.mmio, "mmio", BUS_MMIO, NULL, NULL), 0);
	REQUIRE_EQ(bus_new(&v.dcr, "dcr", BUS_DCR, v.mmio, NULL), 0);
	REQUIRE_EQ(bus_register(v.mmio, "registers", 0x1000, 16, &ops, NULL, NULL), 0);
	v.unclaimed = note_unclaimed;
}

static void end(void)
{
	vcpu_deinit(&v);
	bus_unregister(v.mmio, 0x1000);
	bus_free(v.mmio);
	bus_free(v.dcr);
}

static void serves_accesses(void)
{
	begin(&script_engine, (struct engine_vcpu *)&script);
	registers[1] = 77;
	script.exits[0] =
		(struct engine_exit){ .kind = ENGINE_EXIT_MMIO, .addr = 0x1004, .len = 4 };
	script.exits[1] = (struct engine_exit){
		.kind = ENGINE_EXIT_MMIO, .addr = 0x1008, .len = 4, .write = true, .value = 5
	};
	script.exits[2] = (struct engine_exit){ .kind = ENGINE_EXIT_INTERRUPTED };
	script.exits[3] = (struct engine_exit){ .kind = ENGINE_EXIT_HALTED, .pc = 0x44 };
	CHECK_EQ(vcpu_loop(&v), VCPU_END_HALTED);
	CHECK_EQ(script.runs, 4);
	CHECK_EQ(registers[2], 5);
	CHECK_EQ(v.last.pc, 0x44);
	CHECK_EQ(unclaimed.calls, 0);
	end();
}

static void answers_go_back(void)
{
	begin(&script_engine, (struct engine_vcpu *)&script);
	registers[1] = 77;
	script.exits[0] =
		(struct engine_exit){ .kind = ENGINE_EXIT_MMIO, .addr = 0x1004, .len = 4 };
	script.exits[1] = (struct engine_exit){ .kind = ENGINE_EXIT_RESET, .reset = 2 };
	CHECK_EQ(vcpu_loop(&v), VCPU_END_RESET);
	CHECK_EQ(script.answer, 77);
	CHECK(!script.failed);
	CHECK_EQ(v.last.reset, 2);
	end();
}

static void nobody_answers(void)
{
	begin(&script_engine, (struct engine_vcpu *)&script);
	script.exits[0] = (struct engine_exit){
		.kind = ENGINE_EXIT_DCR, .addr = 0x55, .len = 4, .write = true, .pc = 0x1234
	};
	script.exits[1] = (struct engine_exit){ .kind = ENGINE_EXIT_CHECKSTOP };
	CHECK_EQ(vcpu_loop(&v), VCPU_END_CHECKSTOP);
	CHECK(script.failed);
	CHECK_EQ(unclaimed.calls, 1);
	CHECK(unclaimed.dcr && unclaimed.write);
	CHECK_EQ(unclaimed.addr, 0x55);
	CHECK_EQ(unclaimed.pc, 0x1234);
	end();
}

/* A stop that was asked for before the loop ends it without a run, and one that ended can run
 * again. */
static void stop_before_the_start(void)
{
	begin(&script_engine, (struct engine_vcpu *)&script);
	vcpu_request_stop(&v);
	CHECK_EQ(script.kicked, 1);
	CHECK_EQ(vcpu_loop(&v), VCPU_END_STOPPED);
	CHECK_EQ(script.runs, 0);
	script.exits[0] = (struct engine_exit){ .kind = ENGINE_EXIT_ERROR };
	CHECK_EQ(vcpu_loop(&v), VCPU_END_ERROR);
	CHECK_EQ(script.runs, 1);
	end();
}

static void nothing(struct vcpu *vcpu, void *arg)
{
	(void)vcpu;
	++*(unsigned int *)arg;
}

static void no_calls_after_the_end(void)
{
	unsigned int calls = 0;

	begin(&script_engine, (struct engine_vcpu *)&script);
	script.exits[0] = (struct engine_exit){ .kind = ENGINE_EXIT_HALTED };
	CHECK_EQ(vcpu_loop(&v), VCPU_END_HALTED);
	CHECK_EQ(vcpu_call(&v, nothing, &calls), -ESRCH);
	CHECK_EQ(calls, 0);
	vcpu_request_stop(&v);
	CHECK_EQ(script.kicked, 0);
	end();
}

/* With the interpreter. */

static struct engine_vm *vm;
static uint8_t *ram;

static void begin_guest(void)
{
	static const struct engine_vcpu_config config = { .cpu = "440EP",
							  .timebase_hz = 1000000000 };
	static const uint8_t code[] = {
		0x38, 0x63, 0x00, 0x01, 0x4b, 0xff, 0xff, 0xfc
	}; /* addi, b */
	static const struct core440_tlb_entry entry = { .word0 = TLB0_V | 1 << 4, .word2 = 0x3f };
	static struct core440 c;
	struct engine_vcpu *handle;
	uint8_t buf[CORE440_STATE_MAX];
	int n;

	REQUIRE_EQ(engine_interp.vm_new(&vm, NULL), 0);
	ram = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	REQUIRE(ram != MAP_FAILED);
	memcpy(ram, code, sizeof(code));
	REQUIRE_EQ(engine_interp.vm_map(vm, 0, 4096, ram, false, NULL), 0);
	REQUIRE_EQ(engine_interp.vcpu_new(&handle, vm, &config, NULL), 0);
	REQUIRE_EQ(core440_init(&c, 0, &core440_no_engine), 0);
	core440_tlb_write(&c, 1, &entry);
	c.pc = 0;
	n = core440_save(&c, buf, sizeof(buf), NULL);
	REQUIRE_EQ(engine_interp.vcpu_set_state(handle, buf, (size_t)n, NULL), 0);
	begin(&engine_interp, handle);
}

static void end_guest(void)
{
	engine_interp.vcpu_free(v.handle);
	engine_interp.vm_free(vm);
	munmap(ram, 4096);
	end();
}

static void *loop(void *ret)
{
	*(enum vcpu_end *)ret = vcpu_loop(&v);
	return NULL;
}

/* What the guest has counted, and its time base. */
struct progress {
	uint32_t count;
	uint64_t timebase;
};

static void look(struct vcpu *vcpu, void *arg)
{
	static struct core440 c;
	struct progress *p = arg;
	uint8_t buf[CORE440_STATE_MAX];
	size_t len;

	CHECK_EQ(core440_init(&c, 0, &core440_no_engine), 0);
	CHECK_EQ(vcpu->engine->vcpu_get_state(vcpu->handle, buf, sizeof(buf), &len), 0);
	CHECK_EQ(core440_load(&c, buf, len), 0);
	p->count = c.gpr[3];
	p->timebase = core440_timebase(&c);
}

static void pause_stops_guest_and_clock(void)
{
	struct progress first, second, third;
	enum vcpu_end result = VCPU_END_ERROR;
	pthread_t t;

	begin_guest();
	REQUIRE_EQ(pthread_create(&t, NULL, loop, &result), 0);
	/* A call waits for the loop's start. */
	do
		REQUIRE_EQ(vcpu_call(&v, look, &first), 0);
	while (first.count == 0);
	vcpu_request_pause(&v);
	REQUIRE_EQ(vcpu_call(&v, look, &first), 0);
	REQUIRE_EQ(vcpu_call(&v, look, &first), 0);
	for (unsigned int i = 0; i < 100; i++)
		REQUIRE_EQ(vcpu_call(&v, look, &second), 0);
	CHECK_EQ(second.count, first.count);
	CHECK_EQ(second.timebase, first.timebase);
	vcpu_request_resume(&v);
	do
		REQUIRE_EQ(vcpu_call(&v, look, &third), 0);
	while (third.count == second.count);
	CHECK(third.timebase > second.timebase);
	vcpu_request_stop(&v);
	pthread_join(t, NULL);
	CHECK_EQ(result, VCPU_END_STOPPED);
	end_guest();
}

/* Stop also ends a pause. */
static void stop_while_paused(void)
{
	enum vcpu_end result = VCPU_END_ERROR;
	struct progress p;
	pthread_t t;

	begin_guest();
	vcpu_request_pause(&v);
	REQUIRE_EQ(pthread_create(&t, NULL, loop, &result), 0);
	REQUIRE_EQ(vcpu_call(&v, look, &p), 0);
	CHECK_EQ(p.count, 0);
	vcpu_request_stop(&v);
	pthread_join(t, NULL);
	CHECK_EQ(result, VCPU_END_STOPPED);
	end_guest();
}

static void *many_calls(void *arg)
{
	unsigned int *done = arg;

	for (unsigned int i = 0; i < 200; i++)
		if (vcpu_call(&v, nothing, done) < 0)
			return NULL;
	return arg;
}

static void calls_from_many_threads(void)
{
	enum vcpu_end result = VCPU_END_ERROR;
	unsigned int done = 0; /* counted on the vCPU's thread alone */
	pthread_t t, callers[4];

	begin_guest();
	REQUIRE_EQ(pthread_create(&t, NULL, loop, &result), 0);
	for (unsigned int i = 0; i < 4; i++)
		REQUIRE_EQ(pthread_create(&callers[i], NULL, many_calls, &done), 0);
	for (unsigned int i = 0; i < 4; i++) {
		vcpu_request_pause(&v);
		vcpu_request_resume(&v);
	}
	for (unsigned int i = 0; i < 4; i++)
		pthread_join(callers[i], NULL);
	vcpu_request_stop(&v);
	pthread_join(t, NULL);
	CHECK_EQ(done, 800);
	end_guest();
}

static const struct test_case cases[] = {
	TEST_CASE(serves_accesses),	   TEST_CASE(answers_go_back),
	TEST_CASE(nobody_answers),	   TEST_CASE(stop_before_the_start),
	TEST_CASE(no_calls_after_the_end), TEST_CASE(pause_stops_guest_and_clock),
	TEST_CASE(stop_while_paused),	   TEST_CASE(calls_from_many_threads),
};

TEST_MAIN(cases)
