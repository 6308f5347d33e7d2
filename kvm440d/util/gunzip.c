/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "util/gunzip.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "util/crc32.h"
#include "util/error.h"

#define INPUT_SIZE 16384

#define MAX_BITS     15 /* longest code */
#define FAST_BITS    10 /* codes up to this long are found by one look into a table */
#define MAX_LITERAL  288
#define MAX_DISTANCE 32

#define GZIP_FHCRC    0x02
#define GZIP_FEXTRA   0x04
#define GZIP_FNAME    0x08
#define GZIP_FCOMMENT 0x10
#define GZIP_RESERVED 0xe0

/* A canonical Huffman code. */
struct code {
	uint16_t fast[1 << FAST_BITS]; /* symbol << 4 | length; 0: the code is longer */
	uint16_t count[MAX_BITS + 1];  /* codes of each length */
	uint16_t symbols[MAX_LITERAL]; /* in the order of their codes */
};

struct gunzip {
	gunzip_read_fn read;
	void *self;
	uint8_t input[INPUT_SIZE];
	size_t at, end;			/* of input */
	uint64_t bits;			/* read ahead; the next is the lowest */
	unsigned int n_bits, n_padding; /* in bits; of them, zeros after the end of the input */
	int error;			/* first one: stops everything */
	const char *reason;

	uint8_t *out;
	size_t out_size, out_len;

	struct code literals, distances;
	struct crc32_tables crc;
};

static int fail(struct gunzip *g, int error, const char *reason)
{
	if (!g->error) {
		g->error = error;
		g->reason = reason;
	}
	return g->error;
}

static int damaged(struct gunzip *g)
{
	return fail(g, -EBADMSG, "the compressed data is damaged");
}

/* The next byte of input, or -1 at its end or on an error. */
static int next_byte(struct gunzip *g)
{
	int n;

	if (g->at < g->end)
		return g->input[g->at++];
	n = g->error ? 0 : g->read(g->self, g->input, sizeof(g->input));
	if (n < 0)
		fail(g, n, NULL);
	if (n <= 0)
		return -1;
	g->at = 0;
	g->end = (size_t)n;
	return g->input[g->at++];
}

/* Makes @n bits (up to 32) available; after the end of the input they are zeros. */
static void fill(struct gunzip *g, unsigned int n)
{
	while (g->n_bits < n) {
		int c = next_byte(g);

		if (c < 0)
			g->n_padding += 8;
		else
			g->bits |= (uint64_t)c << g->n_bits;
		g->n_bits += 8;
	}
}

static void drop(struct gunzip *g, unsigned int n)
{
	g->bits >>= n;
	g->n_bits -= n;
	if (g->n_bits < g->n_padding) {
		g->n_padding = g->n_bits;
		fail(g, -EBADMSG, "the compressed data is cut short");
	}
}

static uint32_t take(struct gunzip *g, unsigned int n)
{
	uint32_t v;

	if (!n)
		return 0;
	fill(g, n);
	v = (uint32_t)(g->bits & ((UINT64_C(1) << n) - 1));
	drop(g, n);
	return v;
}

static unsigned int reverse(unsigned int code, unsigned int length)
{
	unsigned int r = 0;

	for (; length; length--, code >>= 1)
		r = r << 1 | (code & 1);
	return r;
}

/* Enters a code of up to FAST_BITS wherever it begins an index. */
static void add_fast(struct code *code, unsigned int bits, unsigned int length, unsigned int symbol)
{
	for (unsigned int i = reverse(bits, length); i < 1 << FAST_BITS; i += 1u << length)
		code->fast[i] = (uint16_t)(symbol << 4 | length);
}

/*
 * Builds the code of the given lengths. Every string of bits must mean something, but for a code
 * with one symbol or none, as a block without distances has.
 */
static int build(struct gunzip *g, struct code *code, const uint8_t *lengths, unsigned int n)
{
	unsigned int offsets[MAX_BITS + 2] = { 0 }, next[MAX_BITS + 2] = { 0 };
	int left = 1;

	memset(code, 0, sizeof(*code));
	for (unsigned int i = 0; i < n; i++)
		code->count[lengths[i]]++;
	for (unsigned int length = 1; length <= MAX_BITS; length++) {
		left = 2 * left - code->count[length];
		if (left < 0)
			return damaged(g);
		offsets[length + 1] = offsets[length] + code->count[length];
		next[length + 1] = (next[length] + code->count[length]) << 1;
	}
	if (left > 0 && n - code->count[0] > 1)
		return damaged(g);
	for (unsigned int i = 0; i < n; i++) {
		unsigned int length = lengths[i];

		if (!length)
			continue;
		code->symbols[offsets[length]++] = (uint16_t)i;
		if (length <= FAST_BITS)
			add_fast(code, next[length], length, i);
		next[length]++;
	}
	return 0;
}

/* The next symbol, or negative. */
static int decode(struct gunzip *g, const struct code *code)
{
	unsigned int bits = 0, first = 0, index = 0, entry;

	fill(g, MAX_BITS);
	entry = code->fast[g->bits & ((1u << FAST_BITS) - 1)];
	if (entry) {
		drop(g, entry & 15);
		return g->error ? g->error : (int)(entry >> 4);
	}
	for (unsigned int length = 1; length <= MAX_BITS; length++) {
		unsigned int count = code->count[length];

		bits |= g->bits >> (length - 1) & 1;
		if (bits < first + count) {
			drop(g, length);
			return g->error ? g->error : code->symbols[index + bits - first];
		}
		index += count;
		first = (first + count) << 1;
		bits <<= 1;
	}
	return damaged(g);
}

static int put(struct gunzip *g, uint8_t c)
{
	if (g->out_len == g->out_size)
		return fail(g, -EFBIG, "the uncompressed data is too large");
	g->out[g->out_len++] = c;
	return 0;
}

static int copy_match(struct gunzip *g, size_t length, size_t distance)
{
	uint8_t *to = g->out + g->out_len;

	if (distance > g->out_len)
		return damaged(g);
	if (length > g->out_size - g->out_len)
		return fail(g, -EFBIG, "the uncompressed data is too large");
	for (size_t i = 0; i < length; i++)
		to[i] = to[i - distance];
	g->out_len += length;
	return 0;
}

/* RFC 1951, 3.2.5. */
static int read_match(struct gunzip *g, unsigned int symbol)
{
	static const uint16_t length_base[] = { 3,  4,	5,  6,	 7,   8,   9,	10,  11, 13,
						15, 17, 19, 23,	 27,  31,  35,	43,  51, 59,
						67, 83, 99, 115, 131, 163, 195, 227, 258 };
	static const uint8_t length_extra[] = { 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2,
						2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0 };
	static const uint16_t distance_base[] = { 1,	2,    3,    4,	   5,	  7,	9,    13,
						  17,	25,   33,   49,	   65,	  97,	129,  193,
						  257,	385,  513,  769,   1025,  1537, 2049, 3073,
						  4097, 6145, 8193, 12289, 16385, 24577 };
	unsigned int index = symbol - 257;
	size_t length;
	int d;

	if (index >= sizeof(length_extra))
		return damaged(g);
	length = length_base[index] + take(g, length_extra[index]);
	d = decode(g, &g->distances);
	if (d < 0)
		return d;
	if (d >= 30)
		return damaged(g);
	return copy_match(g, length,
			  distance_base[d] + take(g, d < 4 ? 0 : (unsigned int)d / 2 - 1));
}

static int read_symbols(struct gunzip *g)
{
	int r = 0;

	while (!r && !g->error) {
		int symbol = decode(g, &g->literals);

		if (symbol < 0)
			return symbol;
		if (symbol == 256)
			return 0;
		r = symbol < 256 ? put(g, (uint8_t)symbol) : read_match(g, (unsigned int)symbol);
	}
	return r ? r : g->error;
}

static int read_stored(struct gunzip *g)
{
	uint32_t len, complement;

	drop(g, g->n_bits & 7);
	len = take(g, 16);
	complement = take(g, 16);
	if (!g->error && len != (complement ^ 0xffff))
		damaged(g);
	while (!g->error && len--)
		put(g, (uint8_t)take(g, 8));
	return g->error;
}

static int read_fixed(struct gunzip *g)
{
	uint8_t lengths[MAX_LITERAL];
	int r;

	memset(lengths, 8, 144);
	memset(lengths + 144, 9, 112);
	memset(lengths + 256, 7, 24);
	memset(lengths + 280, 8, 8);
	r = build(g, &g->literals, lengths, MAX_LITERAL);
	memset(lengths, 5, MAX_DISTANCE);
	if (!r)
		r = build(g, &g->distances, lengths, MAX_DISTANCE);
	return r ? r : read_symbols(g);
}

/* The code lengths of both codes, themselves coded (RFC 1951, 3.2.7). */
static int read_lengths(struct gunzip *g, uint8_t *lengths, unsigned int n)
{
	unsigned int i = 0;

	while (i < n) {
		int symbol = decode(g, &g->literals);
		unsigned int repeat = 1;
		uint8_t length = 0;

		if (symbol < 0)
			return symbol;
		if (symbol < 16)
			length = (uint8_t)symbol;
		else if (symbol == 16 && i > 0)
			length = lengths[i - 1];
		else if (symbol == 16)
			return damaged(g);
		if (symbol == 16)
			repeat = 3 + take(g, 2);
		else if (symbol == 17)
			repeat = 3 + take(g, 3);
		else if (symbol == 18)
			repeat = 11 + take(g, 7);
		if (g->error || repeat > n - i)
			return damaged(g);
		memset(lengths + i, length, repeat);
		i += repeat;
	}
	return 0;
}

static int read_dynamic(struct gunzip *g)
{
	static const uint8_t order[19] = { 16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
					   11, 4,  12, 3, 13, 2, 14, 1, 15 };
	unsigned int n_literals = 257 + take(g, 5);
	unsigned int n_distances = 1 + take(g, 5);
	unsigned int n_lengths = 4 + take(g, 4);
	uint8_t lengths[MAX_LITERAL + MAX_DISTANCE] = { 0 };
	int r;

	if (n_literals > 286 || n_distances > 30)
		return damaged(g);
	for (unsigned int i = 0; i < n_lengths; i++)
		lengths[order[i]] = (uint8_t)take(g, 3);
	r = build(g, &g->literals, lengths, 19);
	if (!r)
		r = read_lengths(g, lengths, n_literals + n_distances);
	if (!r && !lengths[256])
		r = damaged(g); /* the block could not end */
	if (!r)
		r = build(g, &g->distances, lengths + n_literals, n_distances);
	if (!r)
		r = build(g, &g->literals, lengths, n_literals);
	return r ? r : read_symbols(g);
}

static int inflate(struct gunzip *g)
{
	bool last = false;
	int r = 0;

	while (!r && !last) {
		last = take(g, 1);
		switch (take(g, 2)) {
		case 0: r = read_stored(g); break;
		case 1: r = read_fixed(g); break;
		case 2: r = read_dynamic(g); break;
		default: r = damaged(g); break;
		}
	}
	return r ? r : g->error;
}

static void skip_string(struct gunzip *g)
{
	while (!g->error && take(g, 8))
		;
}

static int read_header(struct gunzip *g)
{
	uint32_t magic = take(g, 16), method = take(g, 8), flags = take(g, 8);

	if (g->error || magic != 0x8b1f || method != 8 || (flags & GZIP_RESERVED)) {
		g->error = 0;
		return fail(g, -EBADMSG, "the data is not in gzip format");
	}
	(void)take(g, 32); /* time */
	(void)take(g, 16); /* extra flags, operating system */
	if (flags & GZIP_FEXTRA)
		for (uint32_t n = take(g, 16); n && !g->error; n--)
			(void)take(g, 8);
	if (flags & GZIP_FNAME)
		skip_string(g);
	if (flags & GZIP_FCOMMENT)
		skip_string(g);
	if (flags & GZIP_FHCRC)
		(void)take(g, 16);
	return g->error;
}

static int check_trailer(struct gunzip *g)
{
	uint32_t crc, size;

	drop(g, g->n_bits & 7);
	crc = take(g, 32);
	size = take(g, 32);
	if (g->error)
		return g->error;
	if (size != (uint32_t)g->out_len)
		return fail(g, -EBADMSG, "the uncompressed data has the wrong length");
	if (crc != crc32_add(&g->crc, 0, g->out, g->out_len))
		return fail(g, -EBADMSG, "the uncompressed data has the wrong checksum");
	return 0;
}

int gunzip(gunzip_read_fn read, void *self, uint8_t *out, size_t out_size, size_t *ret_len,
	   struct error **err)
{
	struct gunzip *g = calloc(1, sizeof(*g));
	int r;

	if (!g)
		return error_set(err, ENOMEM, "out of memory");
	g->read = read;
	g->self = self;
	g->out = out;
	g->out_size = out_size;
	crc32_init(&g->crc);
	r = read_header(g);
	if (!r)
		r = inflate(g);
	if (!r)
		r = check_trailer(g);
	if (!r)
		*ret_len = g->out_len;
	else
		error_set(err, -r, "%s", g->reason ? g->reason : strerror(-r));
	free(g);
	return r;
}
