// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * For tests of kvm-440.ko: critical interrupts of the host while it runs guests. The host's own
 * handler of critical input, which this kernel takes for a fault, is replaced by one that notes
 * what it finds and takes the cause away. After each so many exits of guests a source of UIC0 that
 * nobody has is set, MSR[CE] being off then: the next guest has it at once, or the host if none
 * runs.
 *
 * The parameters count: what was raised, taken in guests (exits that say so), handled, and handled
 * with something other than what a handler of the host may find. QEMU has no watchdog for a 440.
 */
#include <linux/gfp.h>
#include <linux/module.h>
#include <linux/tracepoint.h>

#include <asm/cacheflush.h>
#include <asm/reg.h>

static uint every = 5;
module_param(every, uint, 0444);
MODULE_PARM_DESC(every, "exits of guests between two critical inputs");
static uint raised, taken, handled, wrong;
module_param(raised, uint, 0444);
module_param(taken, uint, 0444);
module_param(handled, uint, 0444);
module_param(wrong, uint, 0444);

#define SOURCE	 0x00000200 /* number 22 of UIC0: no device of either machine */
#define WORDS	 24
#define WORD_LOG 1 /* the two words that have the address of the log */

/* UIC0's registers, as PPC440EP and 460EX have them: status, status set, enable, critical. */
#define UIC0_SR		  0x0c0
#define UIC0_SRS	  0x0c1
#define UIC0_ER		  0x0c2
#define UIC0_CR		  0x0c3
#define set_dcr(n, value) asm volatile("mtdcr %0,%1" : : "i"(n), "r"(value))
#define get_dcr(n)                                                                                 \
	({                                                                                         \
		u32 value_;                                                                        \
		asm volatile("mfdcr %0,%1" : "=r"(value_) : "i"(n));                               \
		value_;                                                                            \
	})

/* What the handler stores, in the linear map. */
struct log {
	u32 r4, csrr0, csrr1, ivpr, pid, r1, count;
};

/* SPRG2 is 274, CSRR0 58, CSRR1 59, IVPR 63, PID 48; the cause goes by a write to UIC0_SR. */
asm(".pushsection .rodata\n"
    ".balign 4\n"
    "critical_handler:\n"
    "mtspr 274,3\n lis 3,0\n ori 3,3,0\n stw 4,0(3)\n"
    "mfspr 4,58\n stw 4,4(3)\n mfspr 4,59\n stw 4,8(3)\n"
    "mfspr 4,63\n stw 4,12(3)\n mfspr 4,48\n stw 4,16(3)\n"
    "stw 1,20(3)\n lwz 4,24(3)\n addi 4,4,1\n stw 4,24(3)\n"
    "li 4,0x200\n mtdcr 0x0c0,4\n"
    "lwz 4,0(3)\n mfspr 3,274\n rfci\n nop\n nop\n nop\n"
    ".popsection\n");
extern const u32 critical_handler[WORDS];

static struct log *found;
static u32 *vector, old[WORDS];
static struct tracepoint *exits;
static uint until;

static void patch(const u32 *code)
{
	memcpy(vector, code, 4 * WORDS);
	flush_icache_range((unsigned long)vector, (unsigned long)(vector + WORDS));
}

static void take_vector(void)
{
	u32 code[WORDS];

	vector = (u32 *)(mfspr(SPRN_IVPR) | mfspr(SPRN_IVOR0));
	memcpy(old, vector, sizeof(old));
	memcpy(code, critical_handler, sizeof(code));
	code[WORD_LOG] |= (unsigned long)found >> 16;
	code[WORD_LOG + 1] |= (unsigned long)found & 0xffff;
	patch(code);
}

/*
 * Whether the latest interrupt found the host, its programs or its kernel, with its vectors. The
 * first instructions behind a vector may still have a program's stack, and its PID where a
 * program's memory was read or written.
 */
static bool is_right(void)
{
	if (found->csrr1 & (MSR_IS | MSR_DS) || found->ivpr != ((unsigned long)vector & 0xffff0000))
		return false;
	return found->csrr1 & MSR_PR || (found->csrr0 & 0xffff0000) == found->ivpr ||
	       (found->csrr0 >= PAGE_OFFSET && found->r1 >= PAGE_OFFSET && found->pid == 0);
}

/* Interrupts are off, of the critical class too. */
static void on_exit(void *data, unsigned int ivor, u32 pc, u32 msr)
{
	taken += ivor == 0;
	if (found->count != handled && !is_right() && !wrong++)
		pr_err("critical: CSRR0 %08x CSRR1 %08x IVPR %08x PID %u r1 %08x\n", found->csrr0,
		       found->csrr1, found->ivpr, found->pid, found->r1);
	handled = found->count;
	if (until--)
		return;
	until = every;
	raised++;
	set_dcr(UIC0_SRS, SOURCE);
}

static int on_module(struct notifier_block *nb, unsigned long state, void *data)
{
	struct tp_module *m = data;
	unsigned int i;

	if (state != MODULE_STATE_COMING)
		return 0;
	for (i = 0; i < m->mod->num_tracepoints; i++) {
		struct tracepoint *t = tracepoint_ptr_deref(&m->mod->tracepoints_ptrs[i]);

		if (!strcmp(t->name, "kvm440_exit"))
			exits = t;
	}
	return 0;
}
static struct notifier_block modules = { .notifier_call = on_module };

static void critical_exit(void)
{
	tracepoint_probe_unregister(exits, on_exit, NULL);
	tracepoint_synchronize_unregister();
	local_irq_disable();
	set_dcr(UIC0_ER, get_dcr(UIC0_ER) & ~SOURCE);
	set_dcr(UIC0_CR, get_dcr(UIC0_CR) & ~SOURCE);
	set_dcr(UIC0_SR, SOURCE);
	patch(old);
	local_irq_enable();
	free_page((unsigned long)found);
}

static int __init critical_init(void)
{
	int ret = register_tracepoint_module_notifier(&modules);

	if (ret)
		return ret;
	unregister_tracepoint_module_notifier(&modules);
	if (!exits)
		return -ENOENT;
	found = (struct log *)get_zeroed_page(GFP_KERNEL);
	if (!found)
		return -ENOMEM;
	local_irq_disable();
	take_vector();
	set_dcr(UIC0_CR, get_dcr(UIC0_CR) | SOURCE);
	set_dcr(UIC0_ER, get_dcr(UIC0_ER) | SOURCE);
	local_irq_enable();
	ret = tracepoint_probe_register(exits, on_exit, NULL);
	if (ret)
		critical_exit();
	return ret;
}

module_init(critical_init);
module_exit(critical_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Critical interrupts of a host, for tests of kvm-440.ko");
