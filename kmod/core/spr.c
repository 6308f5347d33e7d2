/* SPDX-License-Identifier: GPL-2.0-only */
/* mfspr, mtspr and mftb, from spr.def. M = PPC440x5 CPU Core User's Manual, SA14-2613-02 (2002). */
#include "spr.h"

#include "internal.h"

enum {
	U_R = CORE440_SPR_UR,
	U_W = CORE440_SPR_UW,
	S_R = CORE440_SPR_SR,
	S_W = CORE440_SPR_SW,
};

#define ANY	0xffffffffu
#define ADDRESS 0xfffffffcu /* of an instruction */
#define VLIM	0x3fc7f8ffu /* TFLOOR 2:9, TCEILING 13:20, NFLOOR 24:31 */
#define VICTIM	0x3f3f3f3fu

const struct core440_spr core440_sprs[CORE440_SPR_COUNT] = {
#define SPR(number, name, field, access, mask, effect, source)                                     \
	{                                                                                          \
		number, access, CORE440_SPR_##effect, mask, offsetof(struct core440, field),       \
		#name,	source                                                                     \
	},
#include "spr.def"
};

/* Row of each number, plus one. */
static const uint8_t row_of[1024] = {
#define SPR(number, name, ...) [number] = CORE440_SPRI_##name + 1,
#include "spr.def"
};

const struct core440_spr *core440_spr_find(unsigned int number)
{
	unsigned int row = number < 1024 ? row_of[number] : 0;

	return row ? &core440_sprs[row - 1] : NULL;
}

/* offsetof() made the row; the field is a uint32_t in every row. */
static uint32_t *field_of(struct core440 *c, const struct core440_spr *spr)
{
	return (uint32_t *)(void *)((char *)c + spr->offset);
}

/*
 * Registers this CPU has not got although a sister has. MCSR itself is everywhere: Linux 6.1 clears
 * it on every 44x as it starts (arch/powerpc/kernel/head_44x.S).
 */
static bool exists(const struct core440 *c, const struct core440_spr *spr)
{
	return spr->effect != CORE440_SPR_MCSR || spr->offset == offsetof(struct core440, mcsr) ||
	       model_of(c)->mcsr;
}

/* Which Program interrupt a number gets that may not be accessed like this: M p.81, 187. */
static enum core440_result refuse(struct core440 *c, unsigned int number)
{
	return core440_program(c, (c->msr & MSR_PR) && (number & 0x10) ? ESR_PPR : ESR_PIL);
}

static const struct core440_spr *allowed(const struct core440 *c, unsigned int number, bool write)
{
	const struct core440_spr *spr = core440_spr_find(number);
	unsigned int need;

	if (c->msr & MSR_PR)
		need = write ? U_W : U_R;
	else
		need = write ? S_W : S_R;
	return spr != NULL && (spr->access & need) && exists(c, spr) ? spr : NULL;
}

static uint32_t read_spr(struct core440 *c, const struct core440_spr *spr)
{
	switch (spr->effect) {
	case CORE440_SPR_DEC: return timer_dec_read(c);
	case CORE440_SPR_TSR: core440_timer_update(c); return c->tsr;
	case CORE440_SPR_TBL: return (uint32_t)core440_timebase(c);
	case CORE440_SPR_TBU: return (uint32_t)(core440_timebase(c) >> 32);
	default: return *field_of(c, spr);
	}
}

enum core440_result emulate_mfspr(struct core440 *c, uint32_t insn)
{
	unsigned int number = insn_spr(insn);
	const struct core440_spr *spr = allowed(c, number, false);

	if (spr == NULL)
		return refuse(c, number);
	c->gpr[insn_rt(insn)] = read_spr(c, spr);
	c->pc += 4;
	return CORE440_NEXT;
}

/* mftb knows the two numbers of the time base and no other: M p.558, 81. */
enum core440_result emulate_mftb(struct core440 *c, uint32_t insn)
{
	unsigned int number = insn_spr(insn);

	if (number != 0x10c && number != 0x10d)
		return refuse(c, number);
	return emulate_mfspr(c, insn);
}

static enum core440_result finish(struct core440 *c, enum core440_result result)
{
	c->pc += 4;
	return result;
}

/* DBCR0[RST] resets at once: M p.238. */
static enum core440_result write_dbcr0(struct core440 *c, uint32_t value)
{
	uint8_t reset = (uint8_t)((value & DBCR0_RST) >> DBCR0_RST_SHIFT);

	c->dbcr0 = value & ~DBCR0_RST;
	debug_written(c);
	c->pc += 4;
	if (reset == 0)
		return CORE440_JUMP;
	c->exit = (struct core440_exit){ .kind = CORE440_EXIT_RESET, .reset = reset };
	return CORE440_EXIT;
}

static enum core440_result write_spr(struct core440 *c, const struct core440_spr *spr,
				     uint32_t value)
{
	uint32_t *field = field_of(c, spr);
	uint64_t tb;

	switch (spr->effect) {
	case CORE440_SPR_PID: core440_set_pid(c, value); return finish(c, CORE440_JUMP);
	case CORE440_SPR_DEC: timer_dec_write(c, value); return finish(c, CORE440_NEXT);
	case CORE440_SPR_DECAR:
		core440_timer_update(c);
		c->decar = value;
		return finish(c, CORE440_NEXT);
	case CORE440_SPR_TBL:
		tb = core440_timebase(c);
		timer_tb_write(c, (tb & 0xffffffff00000000u) | value);
		return finish(c, CORE440_NEXT);
	case CORE440_SPR_TBU:
		tb = core440_timebase(c);
		timer_tb_write(c, (uint64_t)value << 32 | (uint32_t)tb);
		return finish(c, CORE440_NEXT);
	case CORE440_SPR_TCR: timer_tcr_write(c, value); return finish(c, CORE440_JUMP);
	case CORE440_SPR_TSR: timer_tsr_clear(c, value); return finish(c, CORE440_NEXT);
	case CORE440_SPR_MCSR:
		if (field == &c->mcsr) {
			c->mcsr &= ~value;
			attention_update(c);
		} else {
			*field = value;
		}
		return finish(c, CORE440_NEXT);
	case CORE440_SPR_DBCR0: return write_dbcr0(c, value);
	case CORE440_SPR_DBCR:
		*field = value;
		debug_written(c);
		return finish(c, CORE440_JUMP);
	case CORE440_SPR_DBSR:
		c->dbsr &= ~value;
		debug_written(c);
		return finish(c, CORE440_JUMP);
	case CORE440_SPR_CCR0:
		*field = value;
		c->ops->mode_changed(c);
		return finish(c, CORE440_JUMP);
	default: *field = value; return finish(c, CORE440_NEXT);
	}
}

enum core440_result emulate_mtspr(struct core440 *c, uint32_t insn)
{
	unsigned int number = insn_spr(insn);
	const struct core440_spr *spr = allowed(c, number, true);

	if (spr == NULL)
		return refuse(c, number);
	return write_spr(c, spr, c->gpr[insn_rt(insn)] & spr->mask);
}

bool core440_spr_get(struct core440 *c, unsigned int number, uint32_t *ret)
{
	const struct core440_spr *spr = core440_spr_find(number);

	if (spr == NULL || !exists(c, spr))
		return false;
	*ret = read_spr(c, spr);
	return true;
}

bool core440_spr_put(struct core440 *c, unsigned int number, uint32_t value)
{
	const struct core440_spr *spr = core440_spr_find(number);
	uint32_t *field;

	if (spr == NULL || !(spr->access & S_W) || !exists(c, spr))
		return false;
	field = field_of(c, spr);
	value &= spr->mask;
	switch (spr->effect) {
	case CORE440_SPR_TBL:
	case CORE440_SPR_TBU: return false;
	case CORE440_SPR_PID: core440_set_pid(c, value); return true;
	case CORE440_SPR_DEC: timer_dec_write(c, value); return true;
	case CORE440_SPR_DECAR:
	case CORE440_SPR_TCR:
	case CORE440_SPR_TSR: timer_put(c, field, value); return true;
	case CORE440_SPR_MCSR:
		*field = value;
		attention_update(c);
		return true;
	case CORE440_SPR_DBCR0: value &= ~DBCR0_RST; break;
	case CORE440_SPR_DBCR:
	case CORE440_SPR_DBSR: break;
	case CORE440_SPR_CCR0:
		*field = value;
		c->ops->mode_changed(c);
		return true;
	default: *field = value; return true;
	}
	*field = value;
	debug_written(c);
	return true;
}
