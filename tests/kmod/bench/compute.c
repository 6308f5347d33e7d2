// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a processor benchmark does without an operating system, for tools/bench kmod: a list that is
 * walked and turned round, a product of matrices, a machine of states over text, and a checksum
 * over all of it.
 */
#include "isa.h"

#define NODES 64u
#define SIDE  12u

struct node {
	struct node *next;
	uint32_t value;
};

static uint32_t crc(uint32_t sum, uint32_t value)
{
	for (uint32_t bit = 0; bit < 32; bit++, value >>= 1)
		sum = sum >> 1 ^ ((sum ^ value) & 1 ? 0xa001u : 0);
	return sum;
}

static uint32_t lists(uint32_t seed)
{
	static struct node nodes[NODES];
	struct node *list = NULL, *back = NULL, *n;
	uint32_t sum = 0;

	for (uint32_t i = 0; i < NODES; i++) {
		nodes[i].value = seed = seed * 1664525u + 1013904223u;
		nodes[i].next = list;
		list = &nodes[i];
	}
	while ((n = list)) {
		list = n->next;
		n->next = back;
		back = n;
	}
	for (n = back; n; n = n->next)
		if (n->value & 0x100)
			sum = crc(sum, n->value);
	return sum;
}

static uint32_t matrices(uint32_t seed)
{
	static uint32_t a[SIDE][SIDE], b[SIDE][SIDE];
	uint32_t sum = 0;

	for (uint32_t i = 0; i < SIDE; i++)
		for (uint32_t j = 0; j < SIDE; j++) {
			a[i][j] = seed + i * j;
			b[i][j] = seed ^ (i + j);
		}
	for (uint32_t i = 0; i < SIDE; i++)
		for (uint32_t j = 0; j < SIDE; j++) {
			uint32_t cell = 0;

			for (uint32_t k = 0; k < SIDE; k++)
				cell += a[i][k] * b[k][j];
			sum ^= cell;
		}
	return sum;
}

/* Numbers and signs in a text, told apart as they come. */
static uint32_t states(uint32_t seed)
{
	static const char text[] = "5012,-874,0x1f,+7.25e3,abc,-.5,1e-9,--3,T0.3e-1F";
	uint32_t state = 0, counts[4] = { 0 };

	for (uint32_t i = 0; i < sizeof(text); i++) {
		char c = text[(i + seed) % sizeof(text)];

		if (c >= '0' && c <= '9')
			state = state == 2 ? 2 : 1;
		else if (c == '.' || c == 'e')
			state = state == 1 ? 2 : 3;
		else
			state = c == ',' ? 0 : 3;
		counts[state]++;
	}
	return counts[0] << 24 ^ counts[1] << 16 ^ counts[2] << 8 ^ counts[3];
}

static uint32_t round(uint32_t sum)
{
	sum = crc(sum, lists(sum));
	sum = crc(sum, matrices(sum));
	return crc(sum, states(sum));
}

void test_main(void)
{
	uint32_t begin, sum = round(1);

	begin = timebase();
	for (uint32_t i = 0; i < 500; i++)
		sum = round(sum);
	print("round: %u 500\n", timebase() - begin);
	print("sum: %u\n", sum);
}
