/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The special purpose registers as a table, for engines that inline the plain ones, for the
 * debugger and for tests. A row with CORE440_SPR_NONE may be read and written by copying the field
 * under the mask, if the access bits allow; all others go through core440_emulate().
 */
#ifndef CORE440_SPR_H
#define CORE440_SPR_H

#include "core440.h"

enum core440_spr_effect {
	CORE440_SPR_NONE,
	CORE440_SPR_PID, /* translation context */
	CORE440_SPR_DEC, /* computed from the clock */
	CORE440_SPR_DECAR,
	CORE440_SPR_TBL, /* computed; no field */
	CORE440_SPR_TBU,
	CORE440_SPR_TCR,   /* WRC stays set; moves the deadline */
	CORE440_SPR_TSR,   /* write 1 to clear; brought up to date when read */
	CORE440_SPR_MCSR,  /* absent where machine checks are critical; MCSR itself is write 1 to
			      clear */
	CORE440_SPR_DBCR0, /* resets, freezes timers */
	CORE440_SPR_DBCR,  /* other debug control: execution mode */
	CORE440_SPR_DBSR,  /* write 1 to clear */
	CORE440_SPR_CCR0,  /* FPU on or off */
};

enum {
	CORE440_SPR_UR = 1, /* user mode may read */
	CORE440_SPR_UW = 2,
	CORE440_SPR_SR = 4, /* supervisor mode may read */
	CORE440_SPR_SW = 8,
};

enum core440_spr_index {
#define SPR(number, name, ...) CORE440_SPRI_##name,
#include "spr.def"
	CORE440_SPR_COUNT
};

struct core440_spr {
	uint16_t number;
	uint8_t access;
	uint8_t effect; /* enum core440_spr_effect */
	uint32_t mask;
	size_t offset; /* of a uint32_t in struct core440; meaningless for TBL and TBU */
	const char *name;
	const char *source;
};
extern const struct core440_spr core440_sprs[CORE440_SPR_COUNT];

/* The row of a number, NULL if there is none. */
const struct core440_spr *core440_spr_find(unsigned int number);

#endif
