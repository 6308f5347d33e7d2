/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every load and store of insn.def, to RAM and to a device, in both byte orders, at every
 * alignment, whole and interrupted, against a model that knows bytes and nothing of pieces.
 */
#include "tests/unit/core-machine.h"

static struct machine m;

static bool is_storage(unsigned int id)
{
	return (core440_insn_flags[id] & (INSN_F_LOAD | INSN_F_STORE)) != 0;
}

/* RT 5, RA 20, RB 21; EA = 0x... + 0x40 through RB or the displacement. */
enum { RT = 5, RA = 20, RB = 21, DISPLACEMENT = 0x40 };

static uint32_t word_of(unsigned int id, unsigned int n)
{
	uint32_t f = core440_insn_flags[id];

	if ((f & INSN_F_STRING) && !(f & INSN_F_INDEXED))
		return encode((enum insn)id, RT, RA, n & 31);
	if (f & INSN_F_INDEXED)
		return encode((enum insn)id, RT, RA, RB) | (id == INSN_STWCX);
	return encode((enum insn)id, f & INSN_F_MULTIPLE ? 32 - n / 4 : RT, RA, DISPLACEMENT);
}

/* Bytes the instruction moves; n is the test's choice where it has one. */
static unsigned int bytes_of(unsigned int id, unsigned int n)
{
	uint32_t f = core440_insn_flags[id];

	return f & (INSN_F_STRING | INSN_F_MULTIPLE) ? n : f & INSN_F_SIZE;
}

struct model {
	uint32_t gpr[32];
	uint64_t fpr[32];
	uint8_t mem[256];
};

static uint64_t value_at(const uint8_t *p, unsigned int len, bool little)
{
	uint64_t v = 0;
	unsigned int i;

	for (i = 0; i < len; i++)
		v = v << 8 | p[little ? len - 1 - i : i];
	return v;
}

static void value_to(uint8_t *p, unsigned int len, bool little, uint64_t v)
{
	unsigned int i;

	for (i = 0; i < len; i++)
		p[little ? i : len - 1 - i] = (uint8_t)(v >> 8 * i);
}

static void model_load(struct model *x, unsigned int id, unsigned int n, const uint8_t *p,
		       bool little)
{
	uint32_t f = core440_insn_flags[id];
	unsigned int i, size = f & INSN_F_SIZE;

	if (f & INSN_F_STRING) {
		for (i = 0; i < n; i++) {
			uint32_t *r = &x->gpr[(RT + i / 4) & 31];

			*r = i % 4 ? *r : 0;
			*r |= (uint32_t)p[i] << (24 - 8 * (i % 4));
		}
		return;
	}
	if (f & INSN_F_MULTIPLE) {
		for (i = 0; i < n / 4; i++)
			x->gpr[32 - n / 4 + i] = (uint32_t)value_at(p + 4 * i, 4, little);
		return;
	}
	if (f & INSN_F_FP) {
		uint64_t v = value_at(p, size, little);

		x->fpr[RT] = size == 8 ? v : core440_single_to_double((uint32_t)v);
		return;
	}
	x->gpr[RT] = (uint32_t)value_at(p, size, little != ((f & INSN_F_REVERSED) != 0));
	if ((f & INSN_F_ALGEBRAIC) && (x->gpr[RT] & 0x8000))
		x->gpr[RT] |= 0xffff0000;
}

static void model_store(struct model *x, unsigned int id, unsigned int n, uint8_t *p, bool little)
{
	uint32_t f = core440_insn_flags[id];
	unsigned int i, size = f & INSN_F_SIZE;
	uint64_t v;

	if (f & INSN_F_STRING) {
		for (i = 0; i < n; i++)
			p[i] = (uint8_t)(x->gpr[(RT + i / 4) & 31] >> (24 - 8 * (i % 4)));
		return;
	}
	if (f & INSN_F_MULTIPLE) {
		for (i = 0; i < n / 4; i++)
			value_to(p + 4 * i, 4, little, x->gpr[32 - n / 4 + i]);
		return;
	}
	v = x->gpr[RT];
	if (f & INSN_F_FP)
		v = size == 8 || id == INSN_STFIWX ? x->fpr[RT]
						   : core440_double_to_single(x->fpr[RT]);
	value_to(p, size, little != ((f & INSN_F_REVERSED) != 0), v);
}

/* Registers and the 256 bytes around the operand get values that differ everywhere. */
static void scramble(uint8_t *mem, uint32_t seed)
{
	unsigned int i;

	for (i = 0; i < 32; i++) {
		m.c.gpr[i] = random32(&seed);
		m.c.fpr[i] = (uint64_t)random32(&seed) << 32 | random32(&seed);
	}
	/* A double that a single can hold, so that stfs is defined. */
	m.c.fpr[RT] = core440_single_to_double(random32(&seed) & 0xbfffffff);
	for (i = 0; i < 256; i++)
		mem[i] = (uint8_t)random32(&seed);
}

static const struct place {
	const char *name;
	uint32_t ea;
	bool device, little;
} places[] = {
	{ "RAM", EA_RAM + 0x8000, false, false },
	{ "RAM, little-endian", EA_RAM_LE + 0x8000, false, true },
	{ "RAM, across 1 KB", EA_RAM + 0x83fc - 0x40, false, false },
	{ "device", EA_DEVICE + 0x100, true, false },
	{ "device, little-endian", EA_DEVICE_LE + 0x100, true, true },
};

static uint8_t *bytes_at(const struct place *p)
{
	return p->device ? m.device + (p->ea & 0xfff) : m.ram + (p->ea & 0xfffff);
}

static bool direct; /* through core440_device_access() first */

/* One access of one integer register, which is all that the core takes with a translation. */
static bool is_direct(unsigned int id, uint32_t ea)
{
	uint32_t f = core440_insn_flags[id];

	return !(f & (INSN_F_STRING | INSN_F_MULTIPLE | INSN_F_RESERVE | INSN_F_FP)) &&
	       ea % (f & INSN_F_SIZE) == 0;
}

/* As an engine does that has found no memory at @ea. */
static enum core440_result step_direct(unsigned int id, uint32_t word, uint32_t ea)
{
	static struct core440 before;
	struct core440_translation t;
	enum core440_access access = core440_insn_flags[id] & INSN_F_STORE ? CORE440_STORE
									   : CORE440_LOAD;
	enum core440_result result;

	CHECK_EQ(core440_translate(&m.c, ea, access, &t), CORE440_FAULT_NONE);
	before = m.c;
	result = core440_device_access(&m.c, word, ea, &t);
	CHECK_EQ(result, is_direct(id, ea) ? CORE440_EXIT : CORE440_USER);
	if (result == CORE440_EXIT) {
		machine_answer(&m);
		CHECK_EQ(m.last_len, core440_insn_flags[id] & INSN_F_SIZE);
		return core440_complete(&m.c);
	}
	CHECK_MEM(&m.c, &before, sizeof(before));
	return machine_step(&m, word);
}

/* stwcx. is given the reservation it needs; lwarx is seen to make one. */
static void one(unsigned int id, const struct place *p, unsigned int offset, unsigned int n,
		unsigned int retry)
{
	uint32_t f = core440_insn_flags[id], word = word_of(id, n), ea = p->ea + 0x40 + offset,
		 seed;
	unsigned int total = bytes_of(id, n);
	static struct model want;
	uint8_t *mem;

	machine_init(&m);
	core440_set_msr(&m.c, MSR_FP);
	mem = bytes_at(p);
	seed = id * 977 + offset * 31 + n + 1;
	scramble(mem, seed);
	m.c.gpr[RA] = f & INSN_F_STRING && !(f & INSN_F_INDEXED) ? ea : ea - DISPLACEMENT;
	m.c.gpr[RB] = DISPLACEMENT;
	m.c.xer = f & INSN_F_STRING ? total : 0;
	m.c.reserve = id == INSN_STWCX;
	memcpy(want.gpr, m.c.gpr, sizeof(want.gpr));
	memcpy(want.fpr, m.c.fpr, sizeof(want.fpr));
	memcpy(want.mem, mem, sizeof(want.mem));
	if (f & INSN_F_LOAD)
		model_load(&want, id, total, want.mem + 0x40 + offset, p->little);
	else
		model_store(&want, id, total, want.mem + 0x40 + offset, p->little);
	if (f & INSN_F_UPDATE)
		want.gpr[RA] = ea;
	test_context("%s %s + %u, %u bytes, retry %u", core440_insn_info[id].name, p->name, offset,
		     total, retry);
	m.retry_every = retry;
	CHECK_EQ(direct ? step_direct(id, word, ea) : machine_step(&m, word), CORE440_NEXT);
	CHECK_EQ(m.c.pc, 0x1004);
	CHECK_MEM(m.c.gpr, want.gpr, sizeof(want.gpr));
	CHECK_MEM(m.c.fpr, want.fpr, sizeof(want.fpr));
	CHECK_MEM(mem, want.mem, sizeof(want.mem));
	CHECK(!m.c.inflight.active);
	CHECK_EQ(m.c.exit.kind, CORE440_EXIT_NONE);
	if (f & INSN_F_FP)
		CHECK(m.spills > 0);
	if (id == INSN_STWCX)
		CHECK_EQ(m.c.cr >> 28, 2);
	CHECK_EQ(m.c.reserve, id == INSN_LWARX);
}

/* Offsets at which the instruction may stand without an Alignment interrupt. */
static bool may_stand_at(unsigned int id, unsigned int offset)
{
	uint32_t f = core440_insn_flags[id];

	if (f & INSN_F_FP)
		return offset % 16 + (f & INSN_F_SIZE) <= 16;
	return true;
}

static void each_place(unsigned int id, unsigned int n, unsigned int retry)
{
	unsigned int i, offset;

	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		for (offset = 0; offset < 16 && (!direct || places[i].device); offset++)
			if (may_stand_at(id, (places[i].ea + 0x40 + offset) & 15))
				one(id, &places[i], offset, n, retry);
}

static void all_forms(void)
{
	unsigned int id, n, done = 0;

	for (id = 1; id < INSN_COUNT; id++) {
		if (!is_storage(id))
			continue;
		done++;
		if (core440_insn_flags[id] & INSN_F_STRING) {
			/* RA and RB must not be among the registers: 5 to 12 are loaded at most. */
			for (n = 1; n <= 32; n++)
				each_place(id, n, 0);
		} else if (core440_insn_flags[id] & INSN_F_MULTIPLE) {
			for (n = 4; n <= 40; n += 4)
				each_place(id, n, 0);
		} else {
			each_place(id, 0, 0);
		}
	}
	test_context("all");
	CHECK_EQ(done, 22 + 18 + 17);
}

/* With the translation at hand a device is reached as without; what is not plain is left alone. */
static void all_forms_direct(void)
{
	uint32_t lwz = encode(INSN_LWZ, RT, RA, DISPLACEMENT);
	struct core440_translation t;

	direct = true;
	all_forms();
	direct = false;

	/* Not where the instruction is not, and not a second time. */
	machine_init(&m);
	m.c.gpr[RA] = EA_DEVICE;
	CHECK_EQ(core440_translate(&m.c, EA_DEVICE + DISPLACEMENT, CORE440_LOAD, &t),
		 CORE440_FAULT_NONE);
	CHECK_EQ(core440_device_access(&m.c, lwz, EA_DEVICE + DISPLACEMENT + 4, &t), CORE440_USER);
	CHECK_EQ(core440_device_access(&m.c, 0, EA_DEVICE + DISPLACEMENT, &t), CORE440_USER);
	CHECK_EQ(core440_device_access(&m.c, encode(INSN_ADD, RT, RA, RB), EA_DEVICE, &t),
		 CORE440_USER);
	CHECK_EQ(core440_device_access(&m.c, lwz, EA_DEVICE + DISPLACEMENT, &t), CORE440_EXIT);
	CHECK_EQ(core440_device_access(&m.c, lwz, EA_DEVICE + DISPLACEMENT, &t), CORE440_USER);
	/* Nobody answers: the load has ones, and a machine check waits. */
	m.c.exit.failed = true;
	CHECK_EQ(core440_complete(&m.c), CORE440_JUMP);
	CHECK_EQ(m.c.gpr[RT], 0xffffffffu);
	CHECK(!m.c.inflight.active);
}

/* The engine may say "not here" at any of the steps. */
static void all_forms_with_retries(void)
{
	unsigned int id;

	for (id = 1; id < INSN_COUNT; id++)
		if (is_storage(id)) {
			each_place(id, 24, 2);
			each_place(id, 24, 3);
		}
}

/* Pieces of a device access: aligned, and no more of them than there must be. */
static void device_pieces(void)
{
	static const struct {
		enum insn id;
		unsigned int offset, accesses;
	} t[] = {
		{ INSN_LBZ, 3, 1 },    { INSN_LHZ, 2, 1 },  { INSN_LHZ, 1, 2 },
		{ INSN_LWZ, 0, 1 },    { INSN_LWZ, 2, 2 },  { INSN_LWZ, 1, 3 },
		{ INSN_LWZ, 3, 3 },    { INSN_LFD, 0, 1 },  { INSN_LFD, 4, 2 },
		{ INSN_STW, 2, 2 },    { INSN_STFD, 8, 1 }, { INSN_LWBRX, 0, 1 },
		{ INSN_STFIWX, 4, 1 },
	};
	unsigned int i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		one(t[i].id, &places[3], t[i].offset, 0, 0);
		test_context("%s + %u", core440_insn_info[t[i].id].name, t[i].offset);
		CHECK_EQ(m.accesses, t[i].accesses);
	}
}

/* lmw of eight registers to a device, saved and loaded elsewhere at each of its exits. */
static void moves_house_in_the_middle_of_lmw(void)
{
	static struct machine other;
	static uint8_t state[CORE440_STATE_MAX];
	unsigned int stop, i;

	for (stop = 0; stop < 8; stop++) {
		enum core440_result result;
		int len;

		machine_init(&m);
		for (i = 0; i < 64; i++)
			m.device[i] = (uint8_t)(i * 3 + 1);
		m.c.gpr[RA] = EA_DEVICE;
		result = core440_emulate(&m.c, encode(INSN_LMW, 24, RA, 0));
		for (i = 0; i < stop; i++) {
			REQUIRE_EQ(result, CORE440_EXIT);
			machine_answer(&m);
			result = core440_complete(&m.c);
		}
		REQUIRE_EQ(result, CORE440_EXIT);
		len = core440_save(&m.c, state, sizeof(state), NULL);
		REQUIRE(len > 0);
		machine_init(&other);
		memcpy(other.device, m.device, sizeof(other.device));
		memset(m.device, 0xee, sizeof(m.device));
		REQUIRE_EQ(core440_load(&other.c, state, (size_t)len), 0);
		while (result == CORE440_EXIT) {
			machine_answer(&other);
			result = core440_complete(&other.c);
		}
		test_context("stop %u", stop);
		CHECK_EQ(result, CORE440_NEXT);
		CHECK_EQ(other.c.pc, 0x1004);
		CHECK_EQ(other.accesses, 8 - stop);
		for (i = 24; i < 32; i++)
			CHECK_EQ(other.c.gpr[i], value_at(other.device + 4 * (i - 24), 4, false));
	}
}

/* An interrupt between RETRY and the repetition makes the repetition start over. */
static void interrupted_retry_starts_over(void)
{
	machine_init(&m);
	m.c.gpr[RA] = 0x8000;
	m.retry_every = 3;
	CHECK_EQ(core440_emulate(&m.c, encode(INSN_LMW, 24, RA, 0)), CORE440_RETRY);
	CHECK(m.c.inflight.active);
	core440_atomic_or(&m.c.pending, CORE440_PENDING_EXTERNAL);
	core440_set_msr(&m.c, MSR_EE);
	CHECK_EQ(core440_deliver_pending(&m.c), CORE440_JUMP);
	CHECK_EQ(m.c.srr0, 0x1000);
	CHECK(!m.c.inflight.active);
}

static void check_fault(unsigned int ivor, uint32_t dear, uint32_t esr)
{
	CHECK_EQ(m.c.pc, VECTOR(ivor));
	CHECK_EQ(m.c.srr0, 0x1000);
	CHECK_EQ(m.c.dear, dear);
	CHECK_EQ(m.c.esr, esr);
}

static uint32_t esr_of(unsigned int id)
{
	uint32_t f = core440_insn_flags[id];

	return (f & INSN_F_FP ? ESR_FP : 0) | (f & INSN_F_STORE ? ESR_ST : 0);
}

/* Each form, to a page that is not there, and to one that forbids it. */
static void faults(void)
{
	unsigned int id;

	for (id = 1; id < INSN_COUNT; id++) {
		uint32_t word, f = core440_insn_flags[id];

		if (!is_storage(id))
			continue;
		test_context("%s", core440_insn_info[id].name);
		word = word_of(id, 8);
		machine_init(&m);
		core440_set_msr(&m.c, MSR_FP);
		m.c.xer = 8;
		m.c.gpr[RB] = DISPLACEMENT;
		m.c.gpr[RA] = 0x50000000;
		if ((f & INSN_F_STRING) && !(f & INSN_F_INDEXED))
			m.c.gpr[RA] += DISPLACEMENT;
		CHECK_EQ(machine_step(&m, word), CORE440_JUMP);
		check_fault(13, 0x50000040, esr_of(id));
		CHECK_EQ(m.c.srr1, MSR_FP);

		m.c.pc = 0x1000;
		m.c.reserve = id == INSN_STWCX;
		core440_set_msr(&m.c, MSR_FP);
		map_page(&m, 9, 0x50000000, 1, 0,
			 f & INSN_F_LOAD ? 0x3f & ~TLB2_SR : 0x3f & ~TLB2_SW, 0, false);
		CHECK_EQ(machine_step(&m, word), CORE440_JUMP);
		check_fault(2, 0x50000040, esr_of(id));
		CHECK(!m.c.inflight.active);
	}
}

/* M p.183: the first byte of the second page, when only that one is at fault; nothing is stored. */
static void fault_in_the_second_page(void)
{
	machine_init(&m);
	map_page(&m, 9, 0x50000000, 0, 0x8000, RIGHTS_ALL, 0, false);
	m.c.gpr[RA] = 0x500003fe;
	m.c.gpr[RT] = 0x11223344;
	machine_step(&m, encode(INSN_STW, RT, RA, 0));
	check_fault(13, 0x50000400, ESR_ST);
	CHECK_EQ(m.ram[0x83fe], 0);
	map_page(&m, 10, 0x50000400, 0, 0x9000, RIGHTS_ALL & ~TLB2_SW, 0, false);
	m.c.pc = 0x1000;
	machine_step(&m, encode(INSN_STW, RT, RA, 0));
	check_fault(2, 0x50000400, ESR_ST);
	CHECK_EQ(m.ram[0x83fe], 0);
	/* With both there, the halves go to their own pages. */
	map_page(&m, 10, 0x50000400, 0, 0x9000, RIGHTS_ALL, 0, false);
	m.c.pc = 0x1000;
	CHECK_EQ(machine_step(&m, encode(INSN_STW, RT, RA, 0)), CORE440_NEXT);
	CHECK_EQ(m.ram[0x83fe], 0x11);
	CHECK_EQ(m.ram[0x83ff], 0x22);
	CHECK_EQ(m.ram[0x9000], 0x33);
	CHECK_EQ(m.ram[0x9001], 0x44);
	/*
	 * Pages of unlike byte order: no exception but of the FPU's accesses (M p.177, 203), which
	 * may not cross a page; here the first one's order holds.
	 */
	map_page(&m, 10, 0x50000400, 0, 0x9000, RIGHTS_ALL | TLB2_E, 0, false);
	m.c.pc = 0x1000;
	m.c.gpr[RT] = 0;
	CHECK_EQ(machine_step(&m, encode(INSN_LWZ, RT, RA, 0)), CORE440_NEXT);
	CHECK_EQ(m.c.gpr[RT], 0x11223344);
	m.c.pc = 0x1000;
	core440_set_msr(&m.c, MSR_FP);
	machine_step(&m, encode(INSN_LFS, RT, RA, 0));
	check_fault(5, 0x500003fe, ESR_FP);
}

/* M p.186. */
static void alignment(void)
{
	static const struct {
		enum insn id;
		uint32_t offset, ccr0;
		bool interrupts;
	} t[] = {
		{ INSN_LWARX, 1, 0, false },
		{ INSN_LWARX, 2, CCR0_FLSTA, true },
		{ INSN_STWCX, 2, 0, false },
		{ INSN_STWCX, 2, CCR0_FLSTA, true },
		{ INSN_LWARX, 4, CCR0_FLSTA, false },
		{ INSN_LWZ, 1, 0, false },
		{ INSN_LWZ, 1, CCR0_FLSTA, true },
		{ INSN_LWZ, 4, CCR0_FLSTA, false },
		{ INSN_LHZ, 2, CCR0_FLSTA, false },
		{ INSN_LHZ, 1, CCR0_FLSTA, true },
		{ INSN_LBZ, 1, CCR0_FLSTA, false },
		{ INSN_LMW, 2, CCR0_FLSTA, true },
		{ INSN_LMW, 2, 0, false },
		{ INSN_STMW, 1, CCR0_FLSTA, true },
		{ INSN_LSWI, 1, CCR0_FLSTA, false },
		{ INSN_STSWX, 3, CCR0_FLSTA, false },
		{ INSN_LFD, 8, 0, false },
		{ INSN_LFD, 9, 0, true },
		{ INSN_LFD, 12, 0, true },
		{ INSN_LFS, 13, 0, true },
		{ INSN_LFS, 12, 0, false },
		{ INSN_STFD, 10, 0, true },
		{ INSN_STFIWX, 14, 0, true },
		{ INSN_LWBRX, 2, CCR0_FLSTA, true },
	};
	unsigned int i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		uint32_t ea = 0x8000 + t[i].offset, f = core440_insn_flags[t[i].id];

		test_context("%s + %u FLSTA %x", core440_insn_info[t[i].id].name, t[i].offset,
			     t[i].ccr0);
		machine_init(&m);
		core440_set_msr(&m.c, MSR_FP);
		m.c.ccr0 = t[i].ccr0;
		m.c.xer = 8;
		m.c.gpr[RB] = DISPLACEMENT;
		m.c.gpr[RA] =
			ea - ((f & INSN_F_STRING) && !(f & INSN_F_INDEXED) ? 0 : DISPLACEMENT);
		(void)machine_step(&m, word_of(t[i].id, 8));
		if (t[i].interrupts)
			check_fault(5, ea, esr_of(t[i].id));
		else
			CHECK_EQ(m.c.pc, 0x1004);
	}
	/* A missing page comes before alignment: M p.203. */
	machine_init(&m);
	m.c.ccr0 = CCR0_FLSTA;
	m.c.gpr[RA] = 0x50000002;
	m.c.gpr[RB] = 0;
	machine_step(&m, encode(INSN_LWARX, RT, RA, RB));
	check_fault(13, 0x50000002, 0);
}

static void reservation(void)
{
	machine_init(&m);
	m.c.gpr[RA] = 0x8000;
	m.c.gpr[RB] = 0;
	m.c.gpr[RT] = 0xaabbccdd;
	/* Without one: nothing is stored, CR0 says so. */
	CHECK_EQ(machine_step(&m, encode(INSN_STWCX, RT, RA, RB) | 1), CORE440_NEXT);
	CHECK_EQ(m.c.cr >> 28, 0);
	CHECK_EQ(m.ram[0x8000], 0);
	machine_step(&m, encode(INSN_LWARX, 6, RA, RB));
	CHECK(m.c.reserve);
	m.c.xer = XER_SO;
	machine_step(&m, encode(INSN_STWCX, RT, RA, RB) | 1);
	CHECK_EQ(m.c.cr >> 28, 3);
	CHECK_EQ(m.ram[0x8000], 0xaa);
	CHECK(!m.c.reserve);
	/* One bit for all addresses: M p.424. */
	machine_step(&m, encode(INSN_LWARX, 6, RA, RB));
	m.c.gpr[RA] = 0x8020;
	machine_step(&m, encode(INSN_STWCX, RT, RA, RB) | 1);
	CHECK_EQ(m.c.cr >> 28, 3);
	CHECK_EQ(m.ram[0x8020], 0xaa);
	CHECK(!m.c.reserve);
}

/* M p.425: then a page that is not there interrupts, and one that may not be written does not. */
static void without_reservation(void)
{
	machine_init(&m);
	m.c.gpr[RA] = 0x50000000;
	m.c.gpr[RB] = 0;
	m.c.gpr[RT] = 0xaabbccdd;
	m.c.cr = 0xf0000000;
	machine_step(&m, encode(INSN_STWCX, RT, RA, RB) | 1);
	check_fault(13, 0x50000000, ESR_ST);
	map_page(&m, 9, 0x50000000, 1, 0x8000, TLB2_SR, 0, false);
	m.c.pc = 0x1000;
	CHECK_EQ(machine_step(&m, encode(INSN_STWCX, RT, RA, RB) | 1), CORE440_NEXT);
	CHECK_EQ(m.c.pc, 0x1004);
	CHECK_EQ(m.c.cr >> 28, 0);
	CHECK_EQ(m.ram[0x8000], 0);
	m.c.reserve = true;
	m.c.pc = 0x1000;
	machine_step(&m, encode(INSN_STWCX, RT, RA, RB) | 1);
	check_fault(2, 0x50000000, ESR_ST);
	/* Alignment is asked for all the same. */
	m.c.ccr0 = CCR0_FLSTA;
	m.c.gpr[RA] = 0x50000002;
	m.c.pc = 0x1000;
	machine_step(&m, encode(INSN_STWCX, RT, RA, RB) | 1);
	check_fault(2, 0x50000002, ESR_ST);
	m.c.reserve = false;
	m.c.pc = 0x1000;
	machine_step(&m, encode(INSN_STWCX, RT, RA, RB) | 1);
	check_fault(5, 0x50000002, ESR_ST);
}

static void lswx_of_nothing(void)
{
	machine_init(&m);
	m.c.gpr[RA] = 0x50000000; /* not mapped, and not looked at */
	m.c.gpr[RT] = 0x1234;
	CHECK_EQ(machine_step(&m, encode(INSN_LSWX, RT, RA, RB)), CORE440_NEXT);
	CHECK_EQ(m.c.gpr[RT], 0x1234);
	CHECK_EQ(machine_step(&m, encode(INSN_STSWX, RT, RA, RB)), CORE440_NEXT);
	CHECK_EQ(m.c.pc, 0x1008);
}

/* Registers of a string wrap from 31 to 0. */
static void strings_wrap(void)
{
	unsigned int i;

	machine_init(&m);
	for (i = 0; i < 10; i++)
		m.ram[0x8000 + i] = (uint8_t)(0xa0 + i);
	m.c.gpr[RA] = 0x8000;
	machine_step(&m, encode(INSN_LSWI, 30, RA, 10));
	CHECK_EQ(m.c.gpr[30], 0xa0a1a2a3);
	CHECK_EQ(m.c.gpr[31], 0xa4a5a6a7);
	CHECK_EQ(m.c.gpr[0], 0xa8a90000);
	/* NB of 0 means 32. */
	machine_step(&m, encode(INSN_LSWI, 1, RA, 0));
	CHECK_EQ(m.c.gpr[1], 0xa0a1a2a3);
	CHECK_EQ(m.c.gpr[3], 0xa8a90000);
	CHECK_EQ(m.c.gpr[8], 0);
}

/* RA = 0 is the number 0, but not in update forms. */
static void base_zero(void)
{
	machine_init(&m);
	m.c.gpr[0] = 0x50000000;
	m.ram[0x7f0] = 0x77;
	machine_step(&m, encode(INSN_LBZ, RT, 0, 0x7f0));
	CHECK_EQ(m.c.gpr[RT], 0x77);
	/* Negative displacement. */
	m.c.gpr[RA] = 0x800;
	machine_step(&m, encode(INSN_LBZ, RT, RA, (uint16_t)-16));
	CHECK_EQ(m.c.gpr[RT], 0x77);
}

static void nobody_answers(void)
{
	unsigned int write;

	for (write = 0; write < 2; write++) {
		machine_init_model(&m, "440GX");
		core440_set_msr(&m.c, MSR_ME | MSR_CE);
		m.c.gpr[RA] = EA_HOLE;
		CHECK_EQ(machine_step(&m, encode(write ? INSN_STW : INSN_LWZ, RT, RA, 0)),
			 CORE440_JUMP);
		if (!write)
			CHECK_EQ(m.c.gpr[RT], 0xffffffff);
		CHECK(core440_attention(&m.c));
		CHECK_EQ(core440_deliver_pending(&m.c), CORE440_JUMP);
		CHECK_EQ(m.c.pc, VECTOR(1));
		CHECK_EQ(m.c.mcsrr0, 0x1004);
		CHECK_EQ(m.c.mcsrr1, MSR_ME | MSR_CE);
		CHECK_EQ(m.c.mcsr, MCSR_MCS | (write ? MCSR_DWB : MCSR_DRB));
		CHECK_EQ(m.c.msr, 0);
	}
}

/* Anything that survives a trip through a single comes back the same; denormals too. */
static void single_and_double(void)
{
	static const struct {
		uint32_t single;
		uint64_t twice;
	} t[] = {
		{ 0x00000000, 0 },
		{ 0x80000000, 0x8000000000000000u },
		{ 0x3f800000, 0x3ff0000000000000u },
		{ 0xbf800000, 0xbff0000000000000u },
		{ 0x7f800000, 0x7ff0000000000000u },
		{ 0xff800000, 0xfff0000000000000u },
		{ 0x7fc00001, 0x7ff8000020000000u },
		{ 0x7f800001, 0x7ff0000020000000u }, /* a signalling NaN stays one */
		{ 0x00000001, 0x36a0000000000000u },
		{ 0x00400000, 0x3800000000000000u },
		{ 0x007fffff, 0x380fffffc0000000u },
		{ 0x00800000, 0x3810000000000000u },
		{ 0x7f7fffff, 0x47efffffe0000000u },
	};
	uint32_t seed = 99, i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		test_context("%08x", t[i].single);
		CHECK_EQ(core440_single_to_double(t[i].single), t[i].twice);
		CHECK_EQ(core440_double_to_single(t[i].twice), t[i].single);
	}
	for (i = 0; i < 100000; i++) {
		uint32_t s = random32(&seed);

		REQUIRE_EQ(core440_double_to_single(core440_single_to_double(s)), s);
	}
	/* Too small for any single, and a double's own denormals: undefined, here zero with the
	 * sign. */
	CHECK_EQ(core440_double_to_single(0x8000000000000001u), 0x80000000);
	CHECK_EQ(core440_double_to_single(0x3690000000000000u), 0);
	/* Truncation, not rounding. */
	CHECK_EQ(core440_double_to_single(0x3fffffffffffffffu), 0x3fffffff);
}

static void needs_the_fpu(void)
{
	machine_init(&m);
	m.c.gpr[RA] = 0x50000000;
	machine_step(&m, encode(INSN_LFD, 1, RA, 0));
	CHECK_EQ(m.c.pc, VECTOR(7));
	CHECK_EQ(m.c.srr0, 0x1000);
	machine_init_model(&m, "440GX");
	core440_set_msr(&m.c, MSR_FP);
	CHECK(!core440_fp_usable(&m.c));
	machine_step(&m, encode(INSN_LFD, 1, RA, 0));
	CHECK_EQ(m.c.pc, VECTOR(6));
	CHECK_EQ(m.c.esr, ESR_PIL);
}

static const struct test_case cases[] = {
	TEST_CASE(all_forms),
	TEST_CASE(all_forms_direct),
	TEST_CASE(all_forms_with_retries),
	TEST_CASE(device_pieces),
	TEST_CASE(moves_house_in_the_middle_of_lmw),
	TEST_CASE(interrupted_retry_starts_over),
	TEST_CASE(faults),
	TEST_CASE(fault_in_the_second_page),
	TEST_CASE(alignment),
	TEST_CASE(reservation),
	TEST_CASE(without_reservation),
	TEST_CASE(lswx_of_nothing),
	TEST_CASE(strings_wrap),
	TEST_CASE(base_zero),
	TEST_CASE(nobody_answers),
	TEST_CASE(single_and_double),
	TEST_CASE(needs_the_fpu),
};

TEST_MAIN(cases)
