/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Making batches of random sequences. */
#ifndef GEN_H
#define GEN_H

#include "batch.h"

#include <stdint.h>

/* Most instructions of one sequence, its prologue and epilogue included. */
#define SEQUENCE_MAX 192

/*
 * Fills @batch (BATCH_SIZE bytes, zeroed) with the sequences @first to @first + @count - 1 of
 * @seed. A sequence depends on the seed and its number alone. @count is at most GEN_COUNT_MAX.
 */
#define GEN_COUNT_MAX 8192
void gen_batch(uint8_t *batch, uint64_t seed, uint64_t first, unsigned int count);

/* The instructions that differ between two sequences of the same batch: the body of one. */
unsigned int gen_body(const uint8_t *batch, unsigned int index, uint32_t *words);

static inline uint32_t get_word(const void *p)
{
	const uint8_t *b = p;

	return (uint32_t)b[0] << 24 | b[1] << 16 | b[2] << 8 | b[3];
}

static inline void put_word(void *p, uint32_t w)
{
	uint8_t *b = p;

	b[0] = (uint8_t)(w >> 24);
	b[1] = (uint8_t)(w >> 16);
	b[2] = (uint8_t)(w >> 8);
	b[3] = (uint8_t)w;
}

#endif
