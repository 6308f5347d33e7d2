/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of the core give to each other and to nobody else. */
#ifndef CORE440_INTERNAL_H
#define CORE440_INTERNAL_H

#include "core440.h"
#include "decode.h"

/* Fields of an instruction. */
static inline unsigned int insn_rt(uint32_t insn)
{
	return insn >> 21 & 31;
}

static inline unsigned int insn_ra(uint32_t insn)
{
	return insn >> 16 & 31;
}

static inline unsigned int insn_rb(uint32_t insn)
{
	return insn >> 11 & 31;
}

/* SPR, TBR and DCR numbers have their halves exchanged. */
static inline unsigned int insn_spr(uint32_t insn)
{
	return (insn >> 16 & 31) | (insn >> 6 & 0x3e0);
}

static inline uint32_t ea_indexed(const struct core440 *c, uint32_t insn)
{
	unsigned int ra = insn_ra(insn);

	return (ra ? c->gpr[ra] : 0) + c->gpr[insn_rb(insn)];
}

static inline void set_cr0(struct core440 *c, uint32_t bits)
{
	c->cr = (c->cr & 0x0fffffffu) | bits | (c->xer & XER_SO ? CR0_SO : 0);
}

/* A row of cpu.def. */
struct core440_model {
	const char *name;
	uint32_t pvr;
	bool fpu;
	bool mcheck_critical; /* machine checks save into CSRR0/1 */
	bool mcsr;	      /* MCSRR0/1 and rfmci exist, and MCSR says why */
};
extern const struct core440_model core440_models[];
extern const unsigned int core440_model_count;

static inline const struct core440_model *model_of(const struct core440 *c)
{
	return &core440_models[c->model];
}

/* tlb.c */
int tlb_find(const struct core440 *c, uint32_t ea, uint32_t ts, uint8_t pid);
uint32_t tlb_page_size(uint32_t word0); /* 0 for a SIZE that does not exist */
enum core440_result emulate_tlbre(struct core440 *c, uint32_t insn);
enum core440_result emulate_tlbwe(struct core440 *c, uint32_t insn);
enum core440_result emulate_tlbsx(struct core440 *c, uint32_t insn);

/* interrupt.c */
enum core440_result interrupt(struct core440 *c, enum core440_ivor ivor, uint32_t srr0);
void attention_update(struct core440 *c);
/* A load, store or cache operation that could not translate @ea. */
enum core440_result data_fault(struct core440 *c, uint32_t ea, enum core440_fault fault,
			       uint32_t esr);
enum core440_result alignment(struct core440 *c, uint32_t ea, uint32_t esr);
void machine_check_async(struct core440 *c, uint32_t mcsr);
/* After an instruction at pc - 4 that may have turned FP exceptions or interrupts on. */
enum core440_result context_written(struct core440 *c, uint32_t old_msr);

/* spr.c */
enum core440_result emulate_mfspr(struct core440 *c, uint32_t insn);
enum core440_result emulate_mtspr(struct core440 *c, uint32_t insn);
enum core440_result emulate_mftb(struct core440 *c, uint32_t insn);

/* loadstore.c, cache.c */
enum core440_result loadstore(struct core440 *c, uint32_t insn, enum insn id);
enum core440_result zero_line(struct core440 *c, uint32_t insn, uint32_t ea);
enum core440_result loadstore_complete(struct core440 *c);
enum core440_result cache_op(struct core440 *c, uint32_t insn, enum insn id);

/* timer.c */
uint64_t clock_now(struct core440 *c);
void timer_reset(struct core440 *c);
uint32_t timer_dec_read(struct core440 *c);
void timer_dec_write(struct core440 *c, uint32_t value);
void timer_tb_write(struct core440 *c, uint64_t value);
void timer_tcr_write(struct core440 *c, uint32_t value);
void timer_tsr_clear(struct core440 *c, uint32_t mask);
/* TCR, TSR or DECAR to @value from outside the guest: no bit sticks, none is cleared by a 1. */
void timer_put(struct core440 *c, uint32_t *field, uint32_t value);
/* Stops or starts the clock as DBCR0[FT] and DBSR say. */
void timer_freeze_update(struct core440 *c);
/* Whether the debug facility holds the clock: M p.238. */
bool timer_debug_freezes(const struct core440 *c);

/* debug.c */
/* Records @event (DBSR bits) and leaves the interrupt to core440_deliver_pending(). */
void debug_note(struct core440 *c, uint32_t event);
/* Records @event (DBSR bits); JUMP if a Debug interrupt with CSRR0 = @csrr0 was taken at once. */
enum core440_result debug_event(struct core440 *c, uint32_t event, uint32_t csrr0);
/* Which DAC events an access that starts at @ea raises, 0 if none. */
uint32_t debug_dac(const struct core440 *c, uint32_t ea, bool store);
/* Those of @events that need the data too, and which of these the data of the access confirm. */
uint32_t debug_dvc_events(const struct core440 *c, uint32_t events);
uint32_t debug_dvc(const struct core440 *c, uint32_t events, uint32_t ea, unsigned int len,
		   const uint8_t *bytes);
/* After a write to a debug control or status register. */
void debug_written(struct core440 *c);

#endif
