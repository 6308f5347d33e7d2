/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A batch: a file that both sides map at the same address. What an interrupt would execute, header,
 * the code that goes from record to record, one record a sequence, then the sequences' code. All of
 * it is big-endian.
 *
 * In a sequence r1 points into its scratch memory and r2 to its record; neither is ever written.
 */
#ifndef BATCH_H
#define BATCH_H

#define BATCH_ADDRESS 0x20000000
#define BATCH_SIZE    0x1000000
#define BATCH_HEADER  0x40
#define BATCH_END     0x80 /* a branch to itself, for the side without a program around it */
#define BATCH_ENTRY   0x100
#define BATCH_RECORDS 0x1000

#define SCRATCH_SIZE 512
/* Where r1 points: what lies on both sides of it can be reached. */
#define SCRATCH_BASE 256

struct batch_header {
	unsigned int end;   /* where to jump after the last sequence */
	unsigned int count; /* of records, counted down */
};

/* The state before a sequence, overwritten with the state after it. */
struct record {
	unsigned int gpr[32];
	unsigned int lr, ctr, xer, cr;
	unsigned int code;     /* where the sequence starts */
	unsigned int single;   /* a single above 0, for who needs one */
	unsigned int fpscr[2]; /* as stfd after mffs stores it */
	unsigned int fpr[32][2];
	unsigned char scratch[SCRATCH_SIZE];
};

#endif
