/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The state of a guest as JSON, for people and tools that look into it. Numbers of registers are
 * text. */
#include "guest-internal.h"

#include "core440.h"
#include "regs.h"
#include "spr.h"
#include "util/cleanup.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <json-c/json.h>

static void add_hex(struct json_object *o, const char *key, uint64_t v, int digits)
{
	char text[24];

	snprintf(text, sizeof(text), "0x%0*" PRIx64, digits, v);
	json_object_object_add(o, key, json_object_new_string(text));
}

static void add_int(struct json_object *o, const char *key, uint64_t v)
{
	json_object_object_add(o, key,
			       json_object_new_int64(v > INT64_MAX ? INT64_MAX : (int64_t)v));
}

static void add_text(struct json_object *o, const char *key, const char *text)
{
	json_object_object_add(o, key, json_object_new_string(text));
}

static struct json_object *sub(struct json_object *o, const char *key)
{
	struct json_object *s = json_object_new_object();

	json_object_object_add(o, key, s);
	return s;
}

static struct json_object *hex_array(const void *values, size_t n, size_t size)
{
	struct json_object *a = json_object_new_array();
	char text[24];
	size_t i;

	for (i = 0; i < n; i++) {
		if (size == 4)
			snprintf(text, sizeof(text), "0x%08" PRIx32, ((const uint32_t *)values)[i]);
		else
			snprintf(text, sizeof(text), "0x%016" PRIx64,
				 ((const uint64_t *)values)[i]);
		json_object_array_add(a, json_object_new_string(text));
	}
	return a;
}

/* "EE PR": the names of the bits that are set. */
static void add_bits(struct json_object *o, const char *key, uint32_t v,
		     const char *const names[32])
{
	char text[200] = "";
	size_t len = 0;
	int i;

	for (i = 0; i < 32; i++)
		if ((v & CORE440_BIT(i)) && names[i])
			len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s",
						len ? " " : "", names[i]);
	add_text(o, key, text);
}

static const char *const msr_names[32] = {
	[13] = "WE",  [14] = "CE",  [16] = "EE", [17] = "PR",  [18] = "FP", [19] = "ME",
	[20] = "FE0", [21] = "DWE", [22] = "DE", [23] = "FE1", [26] = "IS", [27] = "DS",
};

static const char *const pending_names[32] = {
	[31] = "external",	[30] = "critical", [29] = "timer",
	[28] = "machine-check", [27] = "debug",
};

static void add_user(struct json_object *o, struct core440 *c)
{
	add_hex(o, "pc", c->pc, 8);
	add_hex(o, "msr", c->msr, 8);
	add_bits(o, "msr_bits", c->msr, msr_names);
	json_object_object_add(o, "gpr", hex_array(c->gpr, 32, 4));
	add_hex(o, "cr", c->cr, 8);
	add_hex(o, "pid", c->pid, 2);
	json_object_object_add(o, "fpr", hex_array(c->fpr, 32, 8));
	add_hex(o, "fpscr", c->fpscr, 8);
	json_object_object_add(o, "reservation", json_object_new_boolean(c->reserve));
}

/* All of spr.def but the time base, which has no field. Numbers 4 to 7 of SPRG stand in it twice.
 */
static void add_sprs(struct json_object *o, const struct core440 *c)
{
	const struct core440_spr *s;
	size_t i;

	for (i = 0; i < CORE440_SPR_COUNT; i++) {
		s = &core440_sprs[i];
		if (s->effect == CORE440_SPR_TBL || s->effect == CORE440_SPR_TBU ||
		    !(s->access & (CORE440_SPR_SR | CORE440_SPR_UR | CORE440_SPR_SW)) ||
		    strncmp(s->name, "SPRG", 4) == 0)
			continue;
		add_hex(o, s->name, *(const uint32_t *)(const void *)((const char *)c + s->offset),
			8);
	}
}

static void permissions(char text[4], uint32_t word2, uint32_t r, uint32_t w, uint32_t x)
{
	text[0] = word2 & r ? 'r' : '-';
	text[1] = word2 & w ? 'w' : '-';
	text[2] = word2 & x ? 'x' : '-';
	text[3] = '\0';
}

static void page_size(char *text, size_t size, uint32_t word0)
{
	/* SIZE n is 4^n KB. */
	uint32_t n = TLB0_SIZE(word0), kb;

	if (n > 9) {
		snprintf(text, size, "reserved (%" PRIu32 ")", n);
		return;
	}
	kb = 1u << (2 * n);
	if (kb < 1024)
		snprintf(text, size, "%" PRIu32 "K", kb);
	else
		snprintf(text, size, "%" PRIu32 "M", kb >> 10);
}

static struct json_object *tlb_entry(unsigned int index, const struct core440_tlb_entry *e)
{
	static const char letters[] = "WIMGE";
	struct json_object *o = json_object_new_object();
	char text[24];
	int i;

	add_int(o, "index", index);
	add_hex(o, "ea", e->word0 & TLB0_EPN, 8);
	page_size(text, sizeof(text), e->word0);
	add_text(o, "size", text);
	add_hex(o, "ra", (uint64_t)(e->word1 & TLB1_ERPN) << 32 | (e->word1 & TLB1_RPN), 9);
	add_int(o, "ts", !!(e->word0 & TLB0_TS));
	add_int(o, "tid", e->tid);
	for (i = 0; i < 5; i++)
		text[i] = e->word2 & (TLB2_W >> i) ? letters[i] : '-';
	text[5] = '\0';
	add_text(o, "attributes", text);
	permissions(text, e->word2, TLB2_UR, TLB2_UW, TLB2_UX);
	add_text(o, "user", text);
	permissions(text, e->word2, TLB2_SR, TLB2_SW, TLB2_SX);
	add_text(o, "supervisor", text);
	return o;
}

static struct json_object *tlb(const struct core440 *c)
{
	struct json_object *a = json_object_new_array();
	unsigned int i;

	for (i = 0; i < CORE440_TLB_SIZE; i++)
		if (c->tlb[i].word0 & TLB0_V)
			json_object_array_add(a, tlb_entry(i, &c->tlb[i]));
	return a;
}

static void add_timers(struct json_object *o, struct core440 *c)
{
	add_hex(o, "timebase", core440_timebase(c), 16);
	add_hex(o, "dec", c->dec, 8);
	add_hex(o, "decar", c->decar, 8);
	add_hex(o, "tcr", c->tcr, 8);
	add_hex(o, "tsr", c->tsr, 8);
}

static const char *const exit_names[ENGINE_EXIT_KINDS] = {
	[ENGINE_EXIT_MMIO] = "mmio",
	[ENGINE_EXIT_DCR] = "dcr",
	[ENGINE_EXIT_INTERRUPTED] = "interrupted",
	[ENGINE_EXIT_HALTED] = "halted",
	[ENGINE_EXIT_RESET] = "reset",
	[ENGINE_EXIT_CHECKSTOP] = "checkstop",
	[ENGINE_EXIT_DEBUG] = "debug",
	[ENGINE_EXIT_ERROR] = "error",
};

const char *guest_exit_name(enum engine_exit_kind kind)
{
	return kind < ENGINE_EXIT_KINDS ? exit_names[kind] : "unknown";
}

static void add_statistics(struct json_object *o, const struct guest_info *info)
{
	struct json_object *exits;
	int i;

	add_int(o, "cpu_ns", info->cpu_ns);
	add_int(o, "reboots", info->reboots);
	if (!info->stats.exits_only) {
		add_int(o, "instructions", info->stats.instructions);
		add_int(o, "interrupts", info->stats.interrupts);
		add_int(o, "tlb_misses", info->stats.tlb_misses);
		add_int(o, "pages_decoded", info->stats.pages_decoded);
		add_int(o, "pages_dropped", info->stats.pages_dropped);
	}
	exits = sub(o, "exits");
	for (i = 0; i < ENGINE_EXIT_KINDS; i++)
		add_int(exits, exit_names[i], info->stats.exits[i]);
}

/* The saved state has edges; levels are their sources' to tell. */
static uint32_t pending(const struct core440 *c, unsigned int inputs)
{
	uint32_t bits = core440_atomic_read(&c->pending);

	if (inputs & (1u << ENGINE_INPUT_EXTERNAL))
		bits |= CORE440_PENDING_EXTERNAL;
	if (inputs & (1u << ENGINE_INPUT_CRITICAL))
		bits |= CORE440_PENDING_CRITICAL;
	return bits;
}

char *guest_state_json(const struct guest_info *info, const char *name, const char *cpu,
		       unsigned int inputs, const void *state, size_t len)
{
	_cleanup_(freep)
	struct core440 *c = calloc(1, sizeof(*c));
	struct json_object *o;
	char *text;

	if (!c || core440_init(c, (unsigned int)core440_model_find(cpu), &core440_no_engine) < 0 ||
	    core440_load(c, state, len) < 0)
		return NULL;
	o = json_object_new_object();
	add_text(o, "name", name);
	add_text(o, "state", guest_state_name(info->state));
	add_text(o, "cause", guest_cause_name(info->cause));
	add_text(o, "detail", info->detail);
	add_text(o, "engine", info->engine ? info->engine : "");
	add_text(o, "cpu", cpu);
	add_user(sub(o, "registers"), c);
	add_sprs(sub(o, "spr"), c);
	json_object_object_add(o, "sprg", hex_array(c->sprg, 8, 4));
	add_timers(sub(o, "timers"), c);
	add_bits(o, "pending", pending(c, inputs), pending_names);
	json_object_object_add(o, "tlb", tlb(c));
	add_statistics(sub(o, "statistics"), info);
	text = strdup(json_object_to_json_string_ext(o, JSON_C_TO_STRING_PRETTY |
								JSON_C_TO_STRING_SPACED));
	json_object_put(o);
	return text;
}
