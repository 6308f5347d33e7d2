/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Every load and store of the 440, to RAM or to a device, aligned or not, in both byte orders.
 *
 * An instruction is a row of elements (one, or for multiples and strings one a word), an element a
 * row of bytes in the order of their addresses. Bytes move in pieces: as many as lie in 1 KB of
 * RAM, or a naturally aligned 1, 2, 4 (8 for floating point) to a device. Where it stands is in
 * core440.inflight, so that an exit or a retry may come between any two pieces.
 */
#include "internal.h"

/*
 * Load of a single: the double of the same value, with integers alone. A signalling NaN stays one;
 * checked against qemu-ppc, as is the store below.
 */
uint64_t core440_single_to_double(uint32_t w)
{
	uint64_t sign = (uint64_t)(w & 0x80000000u) << 32;
	uint32_t exp = w >> 23 & 0xff, frac = w & 0x7fffff;

	if (exp == 255)
		return sign | 0x7ff0000000000000u | (uint64_t)frac << 29;
	if (exp == 0) {
		unsigned int shift;

		if (frac == 0)
			return sign;
		/* A denormal single is a normal double: move its first 1 to the implied place. */
		shift = (unsigned int)__builtin_clz(frac) - 8;
		frac = frac << shift & 0x7fffff;
		return sign | (uint64_t)(897 - shift) << 52 | (uint64_t)frac << 29;
	}
	return sign | (uint64_t)(exp + 896) << 52 | (uint64_t)frac << 29;
}

/*
 * Store of a single: bits are dropped, never rounded; what is too small becomes a denormal single
 * by shifting. Outside of that range the result is undefined and the plain form is as good as any.
 */
uint32_t core440_double_to_single(uint64_t d)
{
	uint32_t exp = (uint32_t)(d >> 52) & 0x7ff;
	uint32_t sign = (uint32_t)(d >> 32) & 0x80000000u;
	uint32_t frac;

	if (exp > 896 || (d << 1) == 0)
		return (uint32_t)(d >> 32 & 0xc0000000u) | (uint32_t)(d >> 29 & 0x3fffffffu);
	if (exp < 874)
		return sign;
	frac = 0x00800000u | (uint32_t)(d >> 29 & 0x7fffffu);
	return sign | frac >> (897 - exp);
}

static uint32_t esr_of(uint32_t flags)
{
	return (flags & INSN_F_FP ? ESR_FP : 0) | (flags & INSN_F_STORE ? ESR_ST : 0);
}

static enum core440_access access_of(uint32_t flags)
{
	return flags & INSN_F_STORE ? CORE440_STORE : CORE440_LOAD;
}

/* Bytes of one element: of a string the last one may be short. */
static unsigned int element_size(const struct core440_inflight *f, uint32_t flags)
{
	unsigned int size = flags & INSN_F_SIZE ? flags & INSN_F_SIZE : 4;
	unsigned int left = (unsigned int)f->total - f->done;

	return size < left ? size : left;
}

static uint64_t gather(const uint8_t *bytes, unsigned int len, bool little)
{
	uint64_t value = 0;
	unsigned int i;

	for (i = 0; i < len; i++)
		value = value << 8 | bytes[little ? len - 1 - i : i];
	return value;
}

static void scatter(uint64_t value, uint8_t *bytes, unsigned int len, bool little)
{
	unsigned int i;

	for (i = 0; i < len; i++) {
		bytes[little ? i : len - 1 - i] = (uint8_t)value;
		value >>= 8;
	}
}

static unsigned int element_register(const struct core440_inflight *f)
{
	return (insn_rt(f->insn) + f->done / 4u) & 31;
}

static uint64_t value_to_store(struct core440 *c, enum insn id, uint32_t flags, unsigned int len)
{
	const struct core440_inflight *f = &c->inflight;
	unsigned int rt = element_register(f);

	if (id == INSN_DCBZ)
		return 0;
	if (flags & INSN_F_STRING)
		return c->gpr[rt] >> (8 * (4 - len));
	if (!(flags & INSN_F_FP))
		return c->gpr[rt];
	if (id == INSN_STFIWX || (flags & INSN_F_S8))
		return c->fpr[rt];
	return core440_double_to_single(c->fpr[rt]);
}

static void take_loaded(struct core440 *c, uint32_t flags, uint64_t value, unsigned int len)
{
	unsigned int rt = element_register(&c->inflight);

	if (flags & INSN_F_FP)
		c->fpr[rt] = flags & INSN_F_S8 ? value : core440_single_to_double((uint32_t)value);
	else if (flags & INSN_F_STRING)
		c->gpr[rt] = (uint32_t)value << (8 * (4 - len));
	else if (flags & INSN_F_ALGEBRAIC)
		c->gpr[rt] = (uint32_t)(int32_t)(int16_t)value;
	else
		c->gpr[rt] = (uint32_t)value;
}

/*
 * The first look at an element: both its pages translate and permit, and it is where it may be.
 * Nothing is accessed before all of that holds, so that an interrupt finds no part of an element
 * done. NEXT if so.
 */
static enum core440_result element_begin(struct core440 *c, enum insn id, uint32_t flags,
					 unsigned int len)
{
	struct core440_inflight *f = &c->inflight;
	uint32_t ea = f->ea + f->done, last = ea + len - 1;
	struct core440_translation t, t2;
	enum core440_fault fault = core440_translate(c, ea, access_of(flags), &t);

	if (fault != CORE440_FAULT_NONE)
		return data_fault(c, ea, fault, esr_of(flags));
	if ((ea ^ last) & ~(t.page_size - 1)) {
		fault = core440_translate(c, last, access_of(flags), &t2);
		if (fault != CORE440_FAULT_NONE)
			return data_fault(c, last & ~1023u, fault, esr_of(flags));
	}
	if (id == INSN_DCBZ && (t.attr & (TLB2_W | TLB2_I)))
		return alignment(c, ea, esr_of(flags));
	/* Strings are bytes: they have no order to reverse. */
	f->little = !(flags & INSN_F_STRING) &&
		    ((t.attr & TLB2_E) != 0) != ((flags & INSN_F_REVERSED) != 0);
	if (flags & INSN_F_STORE)
		scatter(value_to_store(c, id, flags, len), f->bytes, len, f->little);
	return CORE440_NEXT;
}

/* Naturally aligned bytes at @ra, at most @len and at most what one bus access carries. */
static unsigned int device_piece(uint64_t ra, unsigned int len, uint32_t flags)
{
	unsigned int piece = flags & INSN_F_S8 ? 8 : 4;

	while (piece > len || (ra & (piece - 1)) != 0)
		piece /= 2;
	return piece;
}

static enum core440_result device_exit(struct core440 *c, uint64_t ra, unsigned int len,
				       uint32_t flags)
{
	struct core440_inflight *f = &c->inflight;
	unsigned int piece = device_piece(ra, len, flags);
	bool write = (flags & INSN_F_STORE) != 0;

	c->exit = (struct core440_exit){
		.kind = CORE440_EXIT_MMIO,
		.write = write,
		.len = (uint8_t)piece,
		.addr = ra,
		.value = write ? gather(f->bytes + f->have, piece, false) : 0,
	};
	return CORE440_EXIT;
}

/* Moves the bytes of one element that have not moved yet. NEXT when all have. */
static enum core440_result element_move(struct core440 *c, uint32_t flags, unsigned int len)
{
	struct core440_inflight *f = &c->inflight;

	while (f->have < len) {
		uint32_t ea = f->ea + f->done + f->have, left = len - f->have, room;
		struct core440_translation t;
		enum core440_fault fault = core440_translate(c, ea, access_of(flags), &t);
		enum core440_mem mem;

		/* Only if the TLB was changed from outside while an exit was answered. */
		if (fault != CORE440_FAULT_NONE)
			return data_fault(c, ea, fault, esr_of(flags));
		room = 1024 - (uint32_t)(t.ra & 1023);
		if (left > room)
			left = room;
		if (flags & INSN_F_STORE)
			mem = c->ops->mem_write(c, t.ra, f->bytes + f->have, left);
		else
			mem = c->ops->mem_read(c, t.ra, f->bytes + f->have, left);
		if (mem == CORE440_MEM_RETRY)
			return CORE440_RETRY;
		if (mem == CORE440_MEM_NONE)
			return device_exit(c, t.ra, left, flags);
		f->have = (uint8_t)(f->have + left);
	}
	return CORE440_NEXT;
}

/* All elements are done: update forms, reservation, and what nobody answered. */
static enum core440_result instruction_end(struct core440 *c, enum insn id, uint32_t flags)
{
	struct core440_inflight *f = &c->inflight;
	uint32_t insn = f->insn;

	f->active = false;
	if (flags & INSN_F_UPDATE)
		c->gpr[insn_ra(insn)] = f->ea;
	if (id == INSN_LWARX)
		c->reserve = true;
	if (id == INSN_STWCX) {
		c->reserve = false;
		set_cr0(c, CR0_EQ);
	}
	c->pc += 4;
	if (f->failed)
		machine_check_async(c, flags & INSN_F_STORE ? MCSR_DWB : MCSR_DRB);
	return f->failed ? CORE440_JUMP : CORE440_NEXT;
}

/*
 * Data address and value compare, an element at a time (p.226, 232): either stops the instruction
 * before it has changed anything (p.229, 233), but a load must have its data before it can compare
 * them.
 */
static enum core440_result compare_before(struct core440 *c, enum insn id, uint32_t flags,
					  unsigned int len)
{
	struct core440_inflight *f = &c->inflight;
	bool store = (flags & INSN_F_STORE) != 0;
	uint32_t ea = f->ea + f->done, events;

	f->dvc = 0;
	if (id == INSN_DCBZ) {
		if (f->done != 0)
			return CORE440_NEXT;
		ea = ea_indexed(c, f->insn); /* as calculated, not as cut to the line */
	}
	events = debug_dac(c, ea, store);
	if (events == 0)
		return CORE440_NEXT;
	f->dvc = debug_dvc_events(c, events);
	events &= ~f->dvc;
	if (store) {
		events |= debug_dvc(c, f->dvc, ea, len, f->bytes);
		f->dvc = 0;
	}
	return events ? debug_event(c, events, c->pc) : CORE440_NEXT;
}

static enum core440_result compare_loaded(struct core440 *c, unsigned int len)
{
	struct core440_inflight *f = &c->inflight;
	uint32_t events = debug_dvc(c, f->dvc, f->ea + f->done, len, f->bytes);

	f->dvc = 0;
	return events ? debug_event(c, events, c->pc) : CORE440_NEXT;
}

static enum core440_result run(struct core440 *c)
{
	struct core440_inflight *f = &c->inflight;
	enum insn id = core440_decode(f->insn);
	uint32_t flags = core440_insn_flags[id];
	enum core440_result result;

	if (id == INSN_DCBZ)
		flags |= INSN_F_STORE | INSN_F_S8;
	while (f->done < f->total) {
		unsigned int len = element_size(f, flags);

		if (f->have == 0) {
			result = element_begin(c, id, flags, len);
			if (result == CORE440_NEXT)
				result = compare_before(c, id, flags, len);
			if (result != CORE440_NEXT)
				return result;
		}
		result = element_move(c, flags, len);
		if (result != CORE440_NEXT)
			return result;
		if (f->dvc && compare_loaded(c, len) == CORE440_JUMP)
			return CORE440_JUMP;
		if (flags & INSN_F_LOAD)
			take_loaded(c, flags, gather(f->bytes, len, f->little), len);
		f->done = (uint8_t)(f->done + len);
		f->have = 0;
	}
	return instruction_end(c, id, flags);
}

/* What must be aligned: PPC440x5 manual p.186; lwarx and stwcx. like any word, p.339, 425. */
static bool misaligned(const struct core440 *c, uint32_t ea, uint32_t flags)
{
	unsigned int size = flags & INSN_F_SIZE;

	if (flags & INSN_F_FP)
		return (ea & 15) + size > 16;
	if (flags & INSN_F_STRING)
		return false;
	return (c->ccr0 & CCR0_FLSTA) && (ea & (size - 1)) != 0;
}

static uint32_t effective_address(const struct core440 *c, uint32_t insn, uint32_t flags)
{
	unsigned int ra = insn_ra(insn);
	uint32_t base = ra || (flags & INSN_F_UPDATE) ? c->gpr[ra] : 0;

	if (flags & INSN_F_INDEXED)
		return base + c->gpr[insn_rb(insn)];
	if (flags & INSN_F_STRING)
		return base;
	return base + (uint32_t)(int32_t)(int16_t)insn;
}

static unsigned int total_bytes(const struct core440 *c, uint32_t insn, uint32_t flags)
{
	if (flags & INSN_F_MULTIPLE)
		return 4 * (32 - insn_rt(insn));
	if ((flags & INSN_F_STRING) && (flags & INSN_F_INDEXED))
		return c->xer & XER_TBC;
	if (flags & INSN_F_STRING)
		return insn_rb(insn) ? insn_rb(insn) : 32;
	return flags & INSN_F_SIZE;
}

bool core440_extent(const struct core440 *c, uint32_t insn, struct core440_extent *ret)
{
	enum insn id = core440_decode(insn);
	uint32_t flags = core440_insn_flags[id];

	if (id == INSN_DCBZ) {
		*ret = (struct core440_extent){ ea_indexed(c, insn) & ~31u, 32, true };
		return true;
	}
	if (!(flags & (INSN_F_LOAD | INSN_F_STORE)))
		return false;
	*ret = (struct core440_extent){
		.ea = effective_address(c, insn, flags),
		.len = total_bytes(c, insn, flags),
		.store = (flags & INSN_F_STORE) != 0,
	};
	return true;
}

/* TLB miss and access control, where it matters (p.425), come before alignment: p.203. */
static enum core440_result alignment_after_translation(struct core440 *c, uint32_t ea,
						       uint32_t flags)
{
	struct core440_translation t;
	enum core440_fault fault = core440_translate(c, ea, access_of(flags), &t);
	bool idle = (flags & INSN_F_RESERVE) && (flags & INSN_F_STORE) && !c->reserve;

	if (fault == CORE440_FAULT_MISS || (fault == CORE440_FAULT_PROT && !idle))
		return data_fault(c, ea, fault, esr_of(flags));
	return alignment(c, ea, esr_of(flags));
}

static enum core440_result begin(struct core440 *c, uint32_t insn, uint32_t ea, unsigned int total)
{
	c->inflight = (struct core440_inflight){
		.active = true,
		.pc = c->pc,
		.insn = insn,
		.ea = ea,
		.total = (uint8_t)total,
	};
	return run(c);
}

/*
 * A stwcx. without the reservation stores nothing, and then neither access control nor a debug
 * event stops it, but a TLB miss does: PPC440x5 manual p.425.
 */
static enum core440_result failed_stwcx(struct core440 *c, uint32_t ea)
{
	struct core440_translation t;
	enum core440_fault fault = core440_translate(c, ea, CORE440_STORE, &t);

	if (fault == CORE440_FAULT_MISS)
		return data_fault(c, ea, fault, ESR_ST);
	set_cr0(c, 0);
	c->pc += 4;
	return CORE440_NEXT;
}

static bool resumes(const struct core440 *c, uint32_t insn)
{
	return c->inflight.active && c->inflight.pc == c->pc && c->inflight.insn == insn;
}

enum core440_result loadstore(struct core440 *c, uint32_t insn, enum insn id)
{
	uint32_t flags = core440_insn_flags[id], ea;
	unsigned int total;

	if (flags & INSN_F_FP) {
		if (!core440_fp_usable(c))
			return core440_fp_check(c);
		c->ops->fp_spill(c);
	}
	if (resumes(c, insn))
		return run(c);
	ea = effective_address(c, insn, flags);
	total = total_bytes(c, insn, flags);
	if (total == 0) {
		c->pc += 4;
		return CORE440_NEXT;
	}
	if (misaligned(c, ea, flags))
		return alignment_after_translation(c, ea, flags);
	if (id == INSN_STWCX && !c->reserve)
		return failed_stwcx(c, ea);
	return begin(c, insn, ea, total);
}

/* Of one integer register, to or from one device access, and nothing else beside. */
static bool is_plain(uint32_t flags)
{
	const uint32_t others = INSN_F_MULTIPLE | INSN_F_STRING | INSN_F_RESERVE | INSN_F_FP;

	return (flags & (INSN_F_LOAD | INSN_F_STORE)) && !(flags & others);
}

enum core440_result core440_device_access(struct core440 *c, uint32_t insn, uint32_t ea,
					  const struct core440_translation *t)
{
	struct core440_inflight *f = &c->inflight;
	enum insn id = core440_decode(insn);
	uint32_t flags = core440_insn_flags[id];
	unsigned int size = flags & INSN_F_SIZE;

	if (!is_plain(flags) || (ea & (size - 1)) || resumes(c, insn) ||
	    effective_address(c, insn, flags) != ea)
		return CORE440_USER;
	*f = (struct core440_inflight){
		.active = true,
		.pc = c->pc,
		.insn = insn,
		.ea = ea,
		.total = (uint8_t)size,
		.little = ((t->attr & TLB2_E) != 0) != ((flags & INSN_F_REVERSED) != 0),
	};
	if (flags & INSN_F_STORE)
		scatter(c->gpr[insn_rt(insn)], f->bytes, size, f->little);
	return device_exit(c, t->ra, size, flags);
}

/* The end of what core440_device_access() began: the one access was all of it. */
static bool ends_plainly(const struct core440_inflight *f, uint32_t flags)
{
	return is_plain(flags) && f->total == (flags & INSN_F_SIZE) && f->done == 0 &&
	       f->have == f->total && f->dvc == 0;
}

/*
 * dcbz is the store of one line of zeros; the line holds the address. Where it faults, DEAR gets
 * the address that was calculated: M p.194.
 */
enum core440_result zero_line(struct core440 *c, uint32_t insn, uint32_t ea)
{
	struct core440_translation t;
	enum core440_fault fault;

	if (resumes(c, insn))
		return run(c);
	fault = core440_translate(c, ea, CORE440_STORE, &t);
	if (fault != CORE440_FAULT_NONE)
		return data_fault(c, ea, fault, ESR_ST);
	return begin(c, insn, ea & ~31u, 32);
}

enum core440_result loadstore_complete(struct core440 *c)
{
	struct core440_inflight *f = &c->inflight;
	enum insn id = core440_decode(f->insn);
	uint32_t flags = core440_insn_flags[id];
	unsigned int piece = c->exit.len;
	uint64_t value = c->exit.failed ? ~(uint64_t)0 : c->exit.value;

	if (c->exit.failed)
		f->failed = true;
	if (!c->exit.write)
		scatter(value, f->bytes + f->have, piece, false);
	f->have = (uint8_t)(f->have + piece);
	c->exit.kind = CORE440_EXIT_NONE;
	if (!ends_plainly(f, flags))
		return run(c);
	if (flags & INSN_F_LOAD)
		take_loaded(c, flags, gather(f->bytes, f->have, f->little), f->have);
	return instruction_end(c, id, flags);
}
