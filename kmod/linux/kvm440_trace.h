/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tracepoints. What the switch code does without leaving the guest passes by here unseen: the
 * module's parameters turn that off. Included twice by nature, see linux/tracepoint.h.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM kvm440

#if !defined(KVM440_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define KVM440_TRACE_H

#include <linux/tracepoint.h>

/* The guest was left for IVOR @ivor of the host. */
TRACE_EVENT(kvm440_exit, TP_PROTO(unsigned int ivor, u32 pc, u32 msr), TP_ARGS(ivor, pc, msr),
	    TP_STRUCT__entry(__field(unsigned int, ivor) __field(u32, pc) __field(u32, msr)),
	    TP_fast_assign(__entry->ivor = ivor; __entry->pc = pc; __entry->msr = msr;),
	    TP_printk("ivor %u pc %08x msr %08x", __entry->ivor, __entry->pc, __entry->msr));

/* The guest takes an interrupt; @from is where it was. */
TRACE_EVENT(kvm440_inject, TP_PROTO(u32 from, u32 pc, u32 esr, u32 dear),
	    TP_ARGS(from, pc, esr, dear),
	    TP_STRUCT__entry(__field(u32, from) __field(u32, pc) __field(u32, esr)
				     __field(u32, dear)),
	    TP_fast_assign(__entry->from = from; __entry->pc = pc; __entry->esr = esr;
			   __entry->dear = dear;),
	    TP_printk("from %08x to %08x esr %08x dear %08x", __entry->from, __entry->pc,
		      __entry->esr, __entry->dear));

/* An entry of the shadow TLB is made, from entry @index of the guest's, in @slot of the hardware's.
 */
TRACE_EVENT(kvm440_shadow_write,
	    TP_PROTO(unsigned int index, unsigned int slot, u32 tag, u32 word1, u32 word2),
	    TP_ARGS(index, slot, tag, word1, word2),
	    TP_STRUCT__entry(__field(unsigned int, index) __field(unsigned int, slot)
				     __field(u32, tag) __field(u32, word1) __field(u32, word2)),
	    TP_fast_assign(__entry->index = index; __entry->slot = slot; __entry->tag = tag;
			   __entry->word1 = word1; __entry->word2 = word2;),
	    TP_printk("index %u slot %u page %08x tid %u word1 %08x word2 %04x", __entry->index,
		      __entry->slot, __entry->tag & 0xfffff000, __entry->tag & 0xff, __entry->word1,
		      __entry->word2));

/* The guest changes entry @index of its TLB, which held these words. */
TRACE_EVENT(kvm440_tlb_write,
	    TP_PROTO(unsigned int index, u32 word0, u32 word1, u32 word2, unsigned int tid),
	    TP_ARGS(index, word0, word1, word2, tid),
	    TP_STRUCT__entry(__field(unsigned int, index) __field(u32, word0) __field(u32, word1)
				     __field(u32, word2) __field(unsigned int, tid)),
	    TP_fast_assign(__entry->index = index; __entry->word0 = word0; __entry->word1 = word1;
			   __entry->word2 = word2; __entry->tid = tid;),
	    TP_printk("index %u was %08x %08x %08x tid %u", __entry->index, __entry->word0,
		      __entry->word1, __entry->word2, __entry->tid));

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE kvm440_trace
#include <trace/define_trace.h>
