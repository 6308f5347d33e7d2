/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Debug events, internal and trace mode: PPC440x5 manual, chapter 8 (pages read: 196, 198, 221 to
 * 233, 235, 236, 238, 244, 245). External debug mode and debug wait need a probe on the
 * JTAG port, which this machine has not got: DBCR0[EDM] and MSR[DWE] are bits that hold what is
 * written.
 *
 * DAC and DVC events are synchronous whatever DBCR2[DAC12A] says, as its asynchronous mode permits:
 * p.230. Tables 8-1 and 8-2 and what p.230 says of an access in several parts could not be read.
 *
 * In internal mode (DBCR0[IDM]) with MSR[DE] = 1 an event interrupts; with MSR[DE] = 0 it is noted,
 * with DBSR[IDE], and interrupts when DE comes on. BRT, ICMP, RET of rfci and rfmci, and IAC ranges
 * do not even happen then. In trace mode (IDM = 0) events are noted and nothing more.
 */
#include "internal.h"

#define IAC_EVENTS (DBG_IAC1 | DBG_IAC2 | DBG_IAC3 | DBG_IAC4)
#define DAC_EVENTS (DBG_DAC1R | DBG_DAC1W | DBG_DAC2R | DBG_DAC2W)

enum { RANGE_EXACT, RANGE_MASK, RANGE_INCLUSIVE, RANGE_EXCLUSIVE };

static bool held_back(const struct core440 *c)
{
	return (c->dbcr0 & DBCR0_IDM) && !(c->msr & MSR_DE);
}

void debug_note(struct core440 *c, uint32_t event)
{
	c->dbsr |= event;
	if (held_back(c))
		c->dbsr |= DBSR_IDE;
	timer_freeze_update(c);
	attention_update(c);
}

enum core440_result debug_event(struct core440 *c, uint32_t event, uint32_t csrr0)
{
	debug_note(c, event);
	if ((c->dbcr0 & DBCR0_IDM) && (c->msr & MSR_DE))
		return interrupt(c, IVOR_DEBUG, csrr0);
	return CORE440_NEXT;
}

void debug_written(struct core440 *c)
{
	timer_freeze_update(c);
	attention_update(c);
	c->ops->mode_changed(c);
}

bool core440_debug_active(const struct core440 *c)
{
	uint32_t events = IAC_EVENTS | DAC_EVENTS;

	if (!held_back(c))
		events |= DBG_ICMP | DBG_BRT;
	return (c->dbcr0 & events) != 0;
}

static bool mode_matches(uint32_t us, uint32_t er, uint32_t user, uint32_t space)
{
	/* 00 either; 10 supervisor or space 0; 11 user or space 1; 01 is reserved and matches
	 * nothing */
	if (us != 0 && us != (user ? 3u : 2u))
		return false;
	return er == 0 || er == (space ? 3u : 2u);
}

static bool lies_between(uint32_t ea, uint32_t low, uint32_t high)
{
	return ea >= low && ea < high;
}

/* One pair of IAC registers; @shift is where its fields stand in DBCR1. p.222 to 225 */
static uint32_t iac_pair(struct core440 *c, unsigned int pair)
{
	unsigned int shift = pair ? 0 : 16;
	uint32_t fields = c->dbcr1 >> shift, mode = fields >> 6 & 3;
	uint32_t first = pair ? DBG_IAC3 : DBG_IAC1, second = pair ? DBG_IAC4 : DBG_IAC2;
	uint32_t toggle = pair ? DBSR_IAC34ATS : DBSR_IAC12ATS;
	uint32_t user = c->msr & MSR_PR, space = c->msr & MSR_IS, events = 0;
	const uint32_t *iac = &c->iac[2 * pair];

	if (mode == RANGE_EXACT) {
		if (c->pc == iac[0] &&
		    mode_matches(fields >> 14 & 3, fields >> 12 & 3, user, space))
			events |= first;
		if (c->pc == iac[1] && mode_matches(fields >> 10 & 3, fields >> 8 & 3, user, space))
			events |= second;
		return events & c->dbcr0;
	}
	if (mode == RANGE_MASK || held_back(c)) /* the mask mode is reserved here: p.223 */
		return 0;
	if (c->dbsr & toggle)
		mode ^= RANGE_INCLUSIVE ^ RANGE_EXCLUSIVE;
	if (lies_between(c->pc, iac[0], iac[1]) != (mode == RANGE_INCLUSIVE))
		return 0;
	if (mode_matches(fields >> 14 & 3, fields >> 12 & 3, user, space))
		events |= first;
	if (mode_matches(fields >> 10 & 3, fields >> 8 & 3, user, space))
		events |= second;
	events &= c->dbcr0;
	if (events && (fields & 1))
		c->dbsr ^= toggle;
	return events;
}

enum core440_result core440_debug_before(struct core440 *c)
{
	uint32_t events = 0;

	c->debug_msr = c->msr;
	c->debug_pc = c->pc;
	c->debug_lr = c->lr;
	c->debug_ctr = c->ctr;
	if (c->dbcr0 & (DBG_IAC1 | DBG_IAC2))
		events |= iac_pair(c, 0);
	if (c->dbcr0 & (DBG_IAC3 | DBG_IAC4))
		events |= iac_pair(c, 1);
	return events ? debug_event(c, events, c->pc) : CORE440_NEXT;
}

/*
 * BRT stops the branch itself, whose address CSRR0 gets (p.196 and 207: before ICMP), so what the
 * branch did is taken back. ICMP comes after, if DE was on when the instruction began: p.198.
 */
enum core440_result core440_debug_after(struct core440 *c, bool branch_taken)
{
	bool noted = (c->dbcr0 & DBCR0_IDM) == 0 || (c->debug_msr & MSR_DE);

	if (!noted)
		return CORE440_NEXT;
	if (branch_taken && (c->dbcr0 & DBG_BRT)) {
		if ((c->dbcr0 & DBCR0_IDM) && (c->msr & MSR_DE)) {
			c->pc = c->debug_pc;
			c->lr = c->debug_lr;
			c->ctr = c->debug_ctr;
		}
		if (debug_event(c, DBG_BRT, c->pc) == CORE440_JUMP)
			return CORE440_JUMP;
	}
	if (c->dbcr0 & DBG_ICMP)
		return debug_event(c, DBG_ICMP, c->pc);
	return CORE440_NEXT;
}

bool core440_branch_taken(const struct core440 *c, uint32_t insn)
{
	enum insn id = core440_decode(insn);
	uint32_t bo = insn_rt(insn), bit = c->cr >> (31 - insn_ra(insn)) & 1;

	if (id == INSN_B)
		return true;
	if (id != INSN_BC && id != INSN_BCLR && id != INSN_BCCTR)
		return false;
	/* It has left CR alone, and CTR decremented. */
	if (!(bo & 4) && id != INSN_BCCTR && (c->ctr == 0) != !!(bo & 2))
		return false;
	return bo & 16 || bit == (bo >> 3 & 1);
}

/* The address an instruction starts at is what is compared, whatever it moves: p.226. */
uint32_t debug_dac(const struct core440 *c, uint32_t ea, bool store)
{
	uint32_t one = store ? DBG_DAC1W : DBG_DAC1R, two = store ? DBG_DAC2W : DBG_DAC2R;
	uint32_t fields = c->dbcr2, user = c->msr & MSR_PR, space = c->msr & MSR_DS, events = 0;
	bool hit1, hit2;

	if (!(c->dbcr0 & (one | two)))
		return 0;
	switch (fields >> 22 & 3) {
	case RANGE_EXACT:
		hit1 = ea == c->dac[0];
		hit2 = ea == c->dac[1];
		break;
	case RANGE_MASK: hit1 = hit2 = ((ea ^ c->dac[0]) & c->dac[1]) == 0; break;
	case RANGE_INCLUSIVE: hit1 = hit2 = lies_between(ea, c->dac[0], c->dac[1]); break;
	default: hit1 = hit2 = !lies_between(ea, c->dac[0], c->dac[1]);
	}
	if (hit1 && mode_matches(fields >> 30 & 3, fields >> 28 & 3, user, space))
		events |= one;
	if (hit2 && mode_matches(fields >> 26 & 3, fields >> 24 & 3, user, space))
		events |= two;
	return events & c->dbcr0;
}

static unsigned int dvc_mode(const struct core440 *c, unsigned int n)
{
	return c->dbcr2 >> (n ? 16 : 18) & 3;
}

static unsigned int dvc_enables(const struct core440 *c, unsigned int n)
{
	return c->dbcr2 >> (n ? 0 : 8) & 15;
}

/* Byte enables turn the comparison of values on (p.232); then the address alone is no event. */
uint32_t debug_dvc_events(const struct core440 *c, uint32_t events)
{
	uint32_t waiting = 0;

	if (dvc_enables(c, 0))
		waiting |= DBG_DAC1R | DBG_DAC1W;
	if (dvc_enables(c, 1))
		waiting |= DBG_DAC2R | DBG_DAC2W;
	return events & waiting;
}

/* DVCn against the bytes of the word they lie in; bytes that were not accessed do not match: p.244.
 */
static bool dvc_matches(const struct core440 *c, unsigned int n, uint32_t ea, unsigned int len,
			const uint8_t *bytes)
{
	unsigned int enabled = dvc_enables(c, n), equal = 0, i;

	for (i = 0; i < len; i++) {
		unsigned int lane = (ea + i) & 3;

		if (bytes[i] == (uint8_t)(c->dvc[n] >> (24 - 8 * lane)))
			equal |= 8u >> lane;
	}
	equal &= enabled;
	switch (dvc_mode(c, n)) {
	case 1: return equal == enabled;
	case 2: return equal != 0;
	case 3: return (equal & 12) == 12 || (equal & 3) == 3;
	default: return false;
	}
}

uint32_t debug_dvc(const struct core440 *c, uint32_t events, uint32_t ea, unsigned int len,
		   const uint8_t *bytes)
{
	uint32_t one = events & (DBG_DAC1R | DBG_DAC1W), two = events & (DBG_DAC2R | DBG_DAC2W);

	return (one && dvc_matches(c, 0, ea, len, bytes) ? one : 0) |
	       (two && dvc_matches(c, 1, ea, len, bytes) ? two : 0);
}
