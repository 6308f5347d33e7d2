/* SPDX-License-Identifier: GPL-2.0-only */
/* Which 440 this is, and what a reset makes of it. M = PPC440x5 manual, SA14-2613-02 (2002). */
#include "internal.h"

const struct core440_model core440_models[] = {
#define CPU(name, pvr, fpu, mcheck_critical, mcsr) { name, pvr, fpu, mcheck_critical, mcsr },
#include "cpu.def"
};
const unsigned int core440_model_count = sizeof(core440_models) / sizeof(core440_models[0]);

static bool same(const char *a, const char *b)
{
	while (*a != '\0' && *a == *b) {
		a++;
		b++;
	}
	return *a == *b;
}

int core440_model_find(const char *name)
{
	unsigned int i;

	for (i = 0; i < core440_model_count; i++)
		if (same(core440_models[i].name, name))
			return (int)i;
	return -1;
}

const char *core440_model_name(unsigned int model)
{
	return model < core440_model_count ? core440_models[model].name : NULL;
}

/*
 * The one page there is after reset: the last 4 KB of address space 0, where the first instruction
 * is, without the right to write (M p.91). The 440 keeps it where no tlbre reads it; here it is
 * entry 0.
 */
static const struct core440_tlb_entry reset_entry = {
	.word0 = 0xfffff000u | TLB0_V | 0x10,
	.word1 = 0xfffff000u,
	.word2 = TLB2_I | TLB2_G | TLB2_SX | TLB2_SR,
};

/* M p.85: MSR, DBCR0[RST], DBSR[MRR], TCR[WRC], TSR[WRS] are defined; the rest is as good as any.
 */
void core440_reset(struct core440 *c, enum core440_reset kind)
{
	bool by_watchdog = c->exit.kind == CORE440_EXIT_RESET && c->exit.by_watchdog;
	struct core440_tlb_entry none = { 0 };
	unsigned int i;

	core440_atomic_andnot(&c->pending, ~(CORE440_PENDING_KICK | CORE440_PENDING_EXTERNAL |
					     CORE440_PENDING_CRITICAL));
	for (i = 0; i < CORE440_TLB_SIZE; i++)
		core440_tlb_write(c, i, &none);
	core440_tlb_write(c, 0, &reset_entry);
	c->pc = 0xfffffffcu;
	c->esr = 0;
	c->mcsr = 0;
	c->ccr0 = 0;
	c->ccr1 = 0;
	c->mmucr = 0;
	c->dbcr0 = 0;
	c->dbcr1 = 0;
	c->dbcr2 = 0;
	c->dbsr = (uint32_t)kind << DBSR_MRR_SHIFT;
	c->rstcfg = 0;
	c->reserve = false;
	c->inflight.active = false;
	timer_reset(c);
	c->tsr = by_watchdog ? (uint32_t)kind << TSR_WRS_SHIFT : c->tsr & TSR_WRS;
	c->exit.kind = CORE440_EXIT_NONE;
	core440_set_pid(c, 0);
	core440_set_msr(c, 0);
	attention_update(c);
	c->ops->icache_invalidate(c, 0, true);
	c->ops->mode_changed(c);
	c->ops->timer_changed(c);
}

int core440_init(struct core440 *c, unsigned int model, const struct core440_ops *ops)
{
	if (model >= core440_model_count)
		return -1;
	*c = (struct core440){ .ops = ops, .model = (uint8_t)model, .engine = c->engine };
	c->pvr = core440_models[model].pvr;
	c->fpu = core440_models[model].fpu;
	core440_reset(c, CORE440_RESET_SYSTEM);
	return 0;
}

static enum core440_mem no_read(struct core440 *c, uint64_t ra, void *buf, uint32_t len)
{
	(void)c, (void)ra, (void)buf, (void)len;
	return CORE440_MEM_NONE;
}

static enum core440_mem no_write(struct core440 *c, uint64_t ra, const void *buf, uint32_t len)
{
	(void)c, (void)ra, (void)buf, (void)len;
	return CORE440_MEM_NONE;
}

static void no_drop(struct core440 *c, unsigned int index, const struct core440_tlb_entry *old)
{
	(void)c, (void)index, (void)old;
}

static void no_call(struct core440 *c)
{
	(void)c;
}

static void no_icache(struct core440 *c, uint64_t ra, bool all)
{
	(void)c, (void)ra, (void)all;
}

static uint64_t no_ticks(struct core440 *c)
{
	(void)c;
	return 0;
}

const struct core440_ops core440_no_engine = {
	.mem_read = no_read,
	.mem_write = no_write,
	.tlb_drop = no_drop,
	.context_changed = no_call,
	.mode_changed = no_call,
	.icache_invalidate = no_icache,
	.ticks = no_ticks,
	.timer_changed = no_call,
	.fp_spill = no_call,
};
