// SPDX-License-Identifier: GPL-2.0-only
/*
 * Statistics of all guests since the module was loaded, in debugfs:
 *   kvm440/exits     kind, how often, time-base ticks from the leaving to the next entry
 *   kvm440/emulated  instruction (mfspr and mtspr by register), how often it was emulated in C
 * What the switch code does without leaving has no ticks: its time is the guest's.
 */
#include "vcpu.h"

#include <linux/debugfs.h>
#include <linux/seq_file.h>

#include <asm/time.h>

#include "decode.h"
#include "spr.h"

static const char *const names[LEAVE_KINDS] = {
	[LEAVE_HOST] = "host",	     [LEAVE_FILL] = "fill",	  [LEAVE_FAULT] = "fault",
	[LEAVE_EMULATE] = "emulate", [LEAVE_STORAGE] = "storage", [LEAVE_SYSCALL] = "syscall",
	[LEAVE_FP] = "fp",	     [LEAVE_OTHER] = "other",	  [LEAVE_MMIO] = "mmio",
	[LEAVE_DCR] = "dcr",	     [LEAVE_WAIT] = "wait",
};

static struct {
	struct dentry *dir;
	u64 count[LEAVE_KINDS], ticks[LEAVE_KINDS];
	u64 guest_ticks, fast_emulated, fast_run, fast_refilled;
	u64 entered_at;
	u64 insn[INSN_COUNT];
	u64 mfspr[CORE440_SPR_COUNT], mtspr[CORE440_SPR_COUNT];
} stats; /* without preemption: a word of 64 bits is two here */

void stats_enter(struct vcpu *v)
{
	u64 now = get_tb();

	stats.entered_at = now;
	if (v->in_host)
		stats.ticks[v->kind] += now - v->left_at;
	v->in_host = false;
}

void stats_leave(struct vcpu *v)
{
	v->left_at = get_tb();
	v->in_host = true;
	stats.guest_ticks += v->left_at - stats.entered_at;
	stats.fast_emulated += v->sw.fast_emulated;
	stats.fast_refilled += v->sw.fast_refilled;
	stats.fast_run += v->sw.fast_run;
	v->sw.fast_emulated = 0;
	v->sw.fast_run = 0;
	v->sw.fast_refilled = 0;
}

void stats_kind(struct vcpu *v)
{
	stats.count[v->kind]++;
}

/* What follows is waiting, up to the next entry. */
void stats_wait(struct vcpu *v)
{
	u64 now = get_tb();

	if (v->in_host)
		stats.ticks[v->kind] += now - v->left_at;
	v->left_at = now;
	v->in_host = true;
	v->kind = LEAVE_WAIT;
	stats.count[LEAVE_WAIT]++;
}

void stats_emulated(u32 insn)
{
	enum insn id = core440_decode(insn);
	unsigned int number = (insn >> 16 & 31) | (insn >> 6 & 0x3e0);
	const struct core440_spr *spr = core440_spr_find(number);

	stats.insn[id]++;
	if (spr && id == INSN_MFSPR)
		stats.mfspr[spr - core440_sprs]++;
	if (spr && id == INSN_MTSPR)
		stats.mtspr[spr - core440_sprs]++;
}

static int exits_show(struct seq_file *s, void *unused)
{
	unsigned int i;

	preempt_disable();
	seq_printf(s, "guest 0 %llu\n", stats.guest_ticks);
	seq_printf(s, "fast-emulate %llu 0\n", stats.fast_emulated);
	seq_printf(s, "fast-run %llu 0\n", stats.fast_run);
	seq_printf(s, "fast-refill %llu 0\n", stats.fast_refilled);
	for (i = 0; i < LEAVE_KINDS; i++)
		seq_printf(s, "%s %llu %llu\n", names[i], stats.count[i], stats.ticks[i]);
	preempt_enable();
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(exits);

static int emulated_show(struct seq_file *s, void *unused)
{
	unsigned int i;

	preempt_disable();
	for (i = 0; i < INSN_COUNT; i++)
		if (stats.insn[i])
			seq_printf(s, "%s %llu\n", core440_insn_info[i].mnemonic, stats.insn[i]);
	for (i = 0; i < CORE440_SPR_COUNT; i++) {
		if (stats.mfspr[i])
			seq_printf(s, "mfspr-%s %llu\n", core440_sprs[i].name, stats.mfspr[i]);
		if (stats.mtspr[i])
			seq_printf(s, "mtspr-%s %llu\n", core440_sprs[i].name, stats.mtspr[i]);
	}
	preempt_enable();
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(emulated);

/* A host without debugfs has no statistics to show, and that is no error. */
void stats_init(void)
{
	stats.dir = debugfs_create_dir("kvm440", NULL);
	debugfs_create_file("exits", 0444, stats.dir, NULL, &exits_fops);
	debugfs_create_file("emulated", 0444, stats.dir, NULL, &emulated_fops);
}

void stats_exit(void)
{
	debugfs_remove(stats.dir);
}
