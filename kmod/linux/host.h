/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What of the host has to be known beforehand.
 *
 * The processors that can be a host, by PVR, and the row of cpu.def that each is like. What matters
 * is where a machine check saves to: one of the host's own that comes in a guest is handed on, and
 * with a wrong guess the host would be lost. Facts from Linux 6.1,
 * arch/powerpc/kernel/cpu_specs_44x.h (machine_check_440A: MCSRR0, MCSRR1 and rfmci;
 * machine_check_4xx: CSRR0, CSRR1; HAS_FPU); of the Virtex-5 from Linux before 2020, when it took
 * Xilinx's boards out.
 */
#ifndef KVM440_HOST_H
#define KVM440_HOST_H

#include "env.h"

struct host {
	uint32_t mask, value; /* of the PVR */
	const char *model;
};

/* 440EP: critical class. 440GX: MCSRR, no FPU. 460EX: MCSRR and FPU. */
static const struct host hosts[] = {
	{ 0xf0000fffu, 0x40000440u, "440EP" }, /* 440GP Rev. B */
	{ 0xf0000fffu, 0x40000481u, "440EP" }, /* 440GP Rev. C */
	{ 0xf0000fffu, 0x40000850u, "440EP" }, /* 440GR, 440EP Rev. A */
	{ 0xf0000fffu, 0x40000858u, "440EP" }, /* 440EP Rev. A */
	{ 0xf0000fffu, 0x400008d3u, "440EP" }, /* 440GR, 440EP Rev. B */
	{ 0xf0000ff7u, 0x400008d4u, "440EP" }, /* 440EP Rev. C */
	{ 0xf0000fffu, 0x400008dbu, "440EP" }, /* 440EP Rev. B */
	{ 0xfff00fffu, 0x53200891u, "440EP" }, /* 440SP Rev. A */
	{ 0xf0000ffbu, 0x200008d0u, "440GX" }, /* 440GRx */
	{ 0xf0000ffbu, 0x200008d8u, "460EX" }, /* 440EPx */
	{ 0xf0000fffu, 0x50000850u, "440GX" }, /* 440GX Rev. A */
	{ 0xf0000fffu, 0x50000851u, "440GX" }, /* 440GX Rev. B */
	{ 0xf0000fffu, 0x50000892u, "440GX" }, /* 440GX Rev. C */
	{ 0xf0000fffu, 0x50000894u, "440GX" }, /* 440GX Rev. F */
	{ 0xfff00fffu, 0x53400890u, "440GX" }, /* 440SPe Rev. A */
	{ 0xfff00fffu, 0x53400891u, "440GX" }, /* 440SPe Rev. B */
	{ 0xfffffff0u, 0x7ff21910u, "440GX" }, /* Virtex-5 FXT */
	{ 0xffff0006u, 0x13020000u, "460EX" }, /* 460GT */
	{ 0xffff0006u, 0x13020002u, "460EX" }, /* 460EX */
	{ 0xffff0006u, 0x13020004u, "460EX" }, /* 460EX, 460GT Rev. B */
	{ 0xffffff00u, 0x13541800u, "460EX" }, /* 460SX */
	{ 0xfffffff0u, 0x12c41c80u, "460EX" }, /* APM821xx */
};

/* NULL for a processor that is not known. */
static inline const char *host_by_pvr(uint32_t pvr)
{
	unsigned int i;

	for (i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++)
		if ((pvr & hosts[i].mask) == hosts[i].value)
			return hosts[i].model;
	return NULL;
}

/*
 * The host fills the TLB in turn: its miss handlers count an index up, past the last entry that is
 * not pinned back to 0, and fill the entry of that number. Where the index is no module is told;
 * the handlers say it.
 */
struct host_tlb {
	uint32_t index; /* address of the number of the entry that was filled last */
	uint32_t last;	/* the highest number */
};

/*
 * Finds in the @n instructions of a miss handler
 *	lis a,hi; ... lwz r,lo(a); ... addi r,r,1; cmpwi r,last; ble .+8; li r,0; stw r,lo(a)
 * as Linux 6.1 and 6.12 have it (arch/powerpc/kernel/head_44x.S). False if it is not there.
 */
static inline bool host_tlb_find(const uint32_t *code, unsigned int n, struct host_tlb *t)
{
	unsigned int i, j;

	for (i = 0; i + 5 <= n; i++) {
		uint32_t r = code[i] >> 21 & 31, a = code[i + 4] >> 16 & 31,
			 last = code[i + 1] & 0xffff;
		uint32_t lo = code[i + 4] & 0xffff, address = 0;
		bool loaded = false;

		if (code[i] != (0x38000001 | r << 21 | r << 16) ||
		    code[i + 1] != (0x2c000000 | r << 16 | last) || code[i + 2] != 0x40810008 ||
		    code[i + 3] != (0x38000000 | r << 21) ||
		    code[i + 4] != (0x90000000 | r << 21 | a << 16 | lo))
			continue;
		for (j = i; j-- > 0;) {
			if (code[j] == (0x80000000 | r << 21 | a << 16 | lo))
				loaded = true;
			if (code[j] >> 16 == (0x3c00u | a << 5)) {
				address = (code[j] << 16) + lo - (lo << 1 & 0x10000);
				break;
			}
		}
		if (!loaded || !address || address & 3 || last > 62)
			continue;
		t->index = address;
		t->last = last;
		return true;
	}
	return false;
}

#endif
