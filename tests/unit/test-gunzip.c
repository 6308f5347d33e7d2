/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "util/gunzip.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/test.h"
#include "util/cleanup.h"
#include "util/crc32.h"
#include "util/error.h"

struct input {
	const uint8_t *data;
	size_t len, at, step; /* step: bytes handed over a call at the most */
	int error;
};

static int read_input(void *self, uint8_t *buf, size_t size)
{
	struct input *in = self;
	size_t len = in->len - in->at;

	if (in->error && in->at == in->len)
		return in->error;
	len = len < size ? len : size;
	len = len < in->step ? len : in->step;
	memcpy(buf, in->data + in->at, len);
	in->at += len;
	return (int)len;
}

static int unpack(const uint8_t *data, size_t len, uint8_t *out, size_t out_size, size_t *ret_len,
		  struct error **err)
{
	struct input in = { .data = data, .len = len, .step = SIZE_MAX };

	return gunzip(read_input, &in, out, out_size, ret_len, err);
}

/* A gzip file of stored blocks of up to 100 bytes. The caller frees it. */
static uint8_t *make_stored(const uint8_t *data, size_t len, size_t *ret_len)
{
	static const uint8_t header[] = { 0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3 };
	uint8_t *file = malloc(len + len / 100 * 5 + 64), *p = file;
	struct crc32_tables tables;
	size_t at = 0;
	uint32_t crc;

	REQUIRE(file != NULL);
	memcpy(p, header, sizeof(header));
	p += sizeof(header);
	do {
		size_t n = len - at < 100 ? len - at : 100;

		*p++ = at + n == len;
		*p++ = (uint8_t)n;
		*p++ = 0;
		*p++ = (uint8_t)~n;
		*p++ = 0xff;
		memcpy(p, data + at, n);
		p += n;
		at += n;
	} while (at < len);
	crc32_init(&tables);
	crc = crc32_add(&tables, 0, data, len);
	for (int i = 0; i < 4; i++)
		*p++ = (uint8_t)(crc >> (8 * i));
	for (int i = 0; i < 4; i++)
		*p++ = (uint8_t)(len >> (8 * i));
	*ret_len = (size_t)(p - file);
	return file;
}

/* "hello hello hello hello\n" by gzip -9n: one block with the fixed codes and a match. */
static const uint8_t hello[] = {
	0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xcb, 0x48, 0xcd, 0xc9, 0xc9,
	0x57, 0xc8, 0x40, 0x27, 0xb9, 0x00, 0x00, 0x88, 0x59, 0x0b, 0x18, 0x00, 0x00, 0x00,
};

static void checksum_of_the_standard(void)
{
	struct crc32_tables tables;

	crc32_init(&tables);
	CHECK_EQ(crc32_add(&tables, 0, "123456789", 9), 0xcbf43926);
	CHECK_EQ(crc32_add(&tables, crc32_add(&tables, 0, "12345", 5), "6789", 4), 0xcbf43926);
	CHECK_EQ(crc32_add(&tables, 0, "", 0), 0);
}

static void fixed_codes_and_a_match(void)
{
	uint8_t out[100];
	size_t n = 0;

	CHECK_EQ(unpack(hello, sizeof(hello), out, sizeof(out), &n, NULL), 0);
	CHECK_EQ(n, 24);
	CHECK_MEM(out, "hello hello hello hello\n", 24);
}

static void stored_blocks(void)
{
	uint8_t data[1000], out[1000];
	_cleanup_(freep)
	uint8_t *file = NULL;
	size_t len, n = 0;

	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)(i * 7 + (i >> 3));
	file = make_stored(data, sizeof(data), &len);
	CHECK_EQ(unpack(file, len, out, sizeof(out), &n, NULL), 0);
	CHECK_EQ(n, sizeof(data));
	CHECK_MEM(out, data, sizeof(data));
	/* anywhere cut short: never right */
	for (size_t cut = 0; cut < len; cut++)
		CHECK(unpack(file, cut, out, sizeof(out), &n, NULL) == -EBADMSG);
}

/* Reads what the gzip of the machine made of @script's output. */
static uint8_t *from_gzip(const char *command, size_t *ret_len)
{
	size_t size = 1 << 20;
	uint8_t *buf = malloc(size);
	FILE *p = popen(command, "r");

	REQUIRE(buf != NULL);
	if (!p)
		test_skip("no shell to run gzip in");
	*ret_len = fread(buf, 1, size, p);
	if (pclose(p) != 0) {
		free(buf);
		test_skip("no gzip on this machine");
	}
	return buf;
}

static void what_gzip_packs(void)
{
	static const char *const commands[] = {
		"seq 1 40000 | gzip -1n",
		"seq 1 40000 | gzip -6n",
		"seq 1 40000 | gzip -9n",
	};
	size_t size = 300000;
	_cleanup_(freep)
	uint8_t *out = malloc(size), *plain = NULL;
	size_t plain_len;

	plain = from_gzip("seq 1 40000", &plain_len);
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		_cleanup_(freep)
		uint8_t *file = NULL;
		size_t len, n = 0;

		test_context("%s", commands[i]);
		file = from_gzip(commands[i], &len);
		CHECK_EQ(unpack(file, len, out, size, &n, NULL), 0);
		CHECK_EQ(n, plain_len);
		CHECK_MEM(out, plain, plain_len);
		CHECK_EQ(unpack(file, len, out, plain_len, &n, NULL), 0);
		CHECK_EQ(unpack(file, len, out, plain_len - 1, &n, NULL), -EFBIG);
		CHECK_EQ(unpack(file, len - 9, out, size, &n, NULL), -EBADMSG);
	}
}

static void input_may_come_in_pieces(void)
{
	uint8_t data[300] = { 1, 2, 3 }, out[300];
	size_t len, n = 0;
	_cleanup_(freep)
	uint8_t *file = make_stored(data, sizeof(data), &len);
	struct input in = { .data = file, .len = len, .step = 1 };

	CHECK_EQ(gunzip(read_input, &in, out, sizeof(out), &n, NULL), 0);
	CHECK_EQ(n, sizeof(data));
	CHECK_MEM(out, data, n);
}

static void an_error_of_the_reader_comes_out(void)
{
	struct input in = { .data = hello, .len = 12, .step = 4, .error = -EIO };
	struct error *err = NULL;
	uint8_t out[100];
	size_t n;

	CHECK_EQ(gunzip(read_input, &in, out, sizeof(out), &n, &err), -EIO);
	CHECK_STR(error_message(err), strerror(EIO));
	error_freep(&err);
}

static void says_what_is_wrong(void)
{
	uint8_t out[100], file[sizeof(hello)];
	struct error *err = NULL;
	size_t n;

	CHECK_EQ(unpack((const uint8_t *)"\x7f"
					 "ELF",
			4, out, sizeof(out), &n, &err),
		 -EBADMSG);
	CHECK_HAS(error_message(err), "not in gzip format");
	error_freep(&err);

	CHECK_EQ(unpack(hello, sizeof(hello) - 1, out, sizeof(out), &n, &err), -EBADMSG);
	error_freep(&err);

	memcpy(file, hello, sizeof(hello));
	file[3] = 0x80; /* a reserved flag */
	CHECK_EQ(unpack(file, sizeof(file), out, sizeof(out), &n, &err), -EBADMSG);
	error_freep(&err);
}

static uint32_t next_random(uint32_t *state)
{
	*state = *state * 1664525 + 1013904223;
	return *state >> 8;
}

/* RFC 1952, 2.3: all that a header may have beside the ten bytes. */
static void headers_with_everything(void)
{
	static const uint8_t extras[] = { 3,   0,   'a', 'b', 'c', 'n',	 'a',
					  'm', 'e', 0,	 'c', 0,   0x12, 0x34 };
	uint8_t data[300] = { 7, 8, 9 }, out[300];
	size_t len, n = 0;
	_cleanup_(freep)
	uint8_t *plain = make_stored(data, sizeof(data), &len);
	_cleanup_(freep)
	uint8_t *file = malloc(len + sizeof(extras));

	REQUIRE(file != NULL);
	memcpy(file, plain, 10);
	file[3] = 0x1e; /* FHCRC, FEXTRA, FNAME, FCOMMENT */
	memcpy(file + 10, extras, sizeof(extras));
	memcpy(file + 10 + sizeof(extras), plain + 10, len - 10);
	CHECK_EQ(unpack(file, len + sizeof(extras), out, sizeof(out), &n, NULL), 0);
	CHECK_EQ(n, sizeof(data));
	CHECK_MEM(out, data, n);
	for (size_t cut = 0; cut < 10 + sizeof(extras); cut++)
		CHECK_EQ(unpack(file, cut, out, sizeof(out), &n, NULL), -EBADMSG);
}

static void the_trailer_is_checked(void)
{
	uint8_t data[300] = { 1 }, out[300];
	struct error *err = NULL;
	size_t len, n;
	_cleanup_(freep)
	uint8_t *file = make_stored(data, sizeof(data), &len);

	file[len - 1] ^= 1;
	CHECK_EQ(unpack(file, len, out, sizeof(out), &n, &err), -EBADMSG);
	CHECK_HAS(error_message(err), "wrong length");
	error_freep(&err);
	file[len - 1] ^= 1;
	file[len - 5] ^= 1;
	CHECK_EQ(unpack(file, len, out, sizeof(out), &n, &err), -EBADMSG);
	CHECK_HAS(error_message(err), "wrong checksum");
	error_freep(&err);
	file[len - 5] ^= 1;
	file[20] ^= 1; /* a byte of the data itself */
	CHECK_EQ(unpack(file, len, out, sizeof(out), &n, &err), -EBADMSG);
	CHECK_HAS(error_message(err), "wrong checksum");
	error_freep(&err);
}

/* Blocks that no packer makes. */
static void impossible_blocks(void)
{
	static const struct {
		const char *what;
		uint8_t bits[6];
	} rows[] = {
		{ "block type 3", { 0x07 } },
		{ "stored length and complement differ", { 0x01, 5, 0, 5, 0 } },
		{ "more than 286 literals", { 0xf5, 0, 0, 0, 0 } },
		{ "a match before the beginning", { 0x03, 0x02, 0, 0, 0 } },
		{ "no codes at all", { 0x05, 0, 0, 0, 0 } },
	};
	uint8_t file[24], out[100];
	struct error *err = NULL;
	size_t n;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		test_context("%s", rows[i].what);
		memset(file, 0, sizeof(file));
		memcpy(file, hello, 10);
		memcpy(file + 10, rows[i].bits, sizeof(rows[i].bits));
		CHECK_EQ(unpack(file, sizeof(file), out, sizeof(out), &n, &err), -EBADMSG);
		CHECK_HAS(error_message(err), "damaged");
		error_freep(&err);
	}
}

/* Damaged files end with an answer and stay inside the output (which the sanitizers watch). */
static void damage_is_survived(void)
{
	size_t size = 4096, len, n;
	_cleanup_(freep)
	uint8_t *out = malloc(size);
	_cleanup_(freep)
	uint8_t *good = from_gzip("seq 1 600 | gzip -9n", &len);
	_cleanup_(freep)
	uint8_t *bad = malloc(len);
	uint32_t seed = 440;
	unsigned int accepted = 0;

	for (int round = 0; round < 20000; round++) {
		memcpy(bad, good, len);
		for (uint32_t i = next_random(&seed) % 4 + 1; i; i--) {
			size_t at = 10 + next_random(&seed) % (len - 10);

			bad[at] ^= (uint8_t)(1u << next_random(&seed) % 8);
		}
		accepted += unpack(bad, len, out, size, &n, NULL) == 0;
	}
	for (int round = 0; round < 5000; round++) {
		memcpy(bad, good, 10);
		for (size_t i = 10; i < len; i++)
			bad[i] = (uint8_t)next_random(&seed);
		accepted += unpack(bad, len, out, size, &n, NULL) == 0;
	}
	/* an even number of flips of one bit may cancel out; the checksum finds all others */
	CHECK(accepted < 100);
}

static const struct test_case cases[] = {
	TEST_CASE(checksum_of_the_standard),
	TEST_CASE(fixed_codes_and_a_match),
	TEST_CASE(stored_blocks),
	TEST_CASE(what_gzip_packs),
	TEST_CASE(input_may_come_in_pieces),
	TEST_CASE(an_error_of_the_reader_comes_out),
	TEST_CASE(says_what_is_wrong),
	TEST_CASE(headers_with_everything),
	TEST_CASE(the_trailer_is_checked),
	TEST_CASE(impossible_blocks),
	TEST_CASE(damage_is_survived),
};

TEST_MAIN(cases)
