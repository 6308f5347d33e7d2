/* SPDX-License-Identifier: GPL-2.0-or-later */
/* insn.def against itself, and each row against GNU as. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/unit/core-machine.h"

/* Every word of these extended codes belongs to the row. */
static void rows_decode_to_themselves(void)
{
	unsigned int id, i;

	for (id = 1; id < INSN_COUNT; id++) {
		const struct core440_insn_info *info = &core440_insn_info[id];
		uint32_t word = encode((enum insn)id, 0, 0, 0);
		unsigned int variants = info->form == INSN_FORM_A    ? 32
					: info->form == INSN_FORM_XO ? 2
								     : 1;
		unsigned int shift = info->form == INSN_FORM_A ? 6 : 10;

		test_context("%s", info->name);
		for (i = 0; i < variants; i++) {
			uint32_t v = word | i << shift;

			CHECK_EQ(core440_decode(v), id);
			/* Operands and Rc do not matter. */
			CHECK_EQ(core440_decode(v | 0x03fff801u), id);
		}
	}
}

/* Counts the codes that mean something, so that a slip in an alias is seen. */
static void codes_in_use(void)
{
	static const struct {
		unsigned int opcode, used;
	} ops[] = { { 4, 18 * 2 + 6 }, { 19, 15 }, { 59, 9 * 32 } };
	unsigned int i, xo, used;

	for (i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
		for (used = xo = 0; xo < 1024; xo++)
			used += core440_decode(ops[i].opcode << 26 | xo << 1) != INSN_ILLEGAL;
		test_context("opcode %u", ops[i].opcode);
		CHECK_EQ(used, ops[i].used);
	}
}

/* Undefined for a 440: 64-bit forms, other families' privileged instructions, fsqrt, all-zero. */
static void others_are_illegal(void)
{
	static const uint32_t words[] = {
		0x00000000,
		0xfc20102c /* fsqrt */,
		0xec20102c /* fsqrts */,
		0x7c0002e4 /* tlbia */,
		0x7c000264 /* tlbie */,
		0x7c0004a6 /* mfsr */,
		0x7c0001a4 /* mtsr */,
		0x4c000024 /* rfid */,
		0xe8000000 /* ld */,
		0xf8000000 /* std */,
		0x7c00002a /* ldx */,
		0x7c000206 /* mfdcrx */,
		0x7c000306 /* mtdcrx */,
		0x7c0003f4 /* popcntw */,
	};
	unsigned int i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		test_context("%08x", words[i]);
		CHECK_EQ(core440_decode(words[i]), INSN_ILLEGAL);
	}
}

static void old_codes(void)
{
	unsigned int xo;

	CHECK_EQ(core440_decode(31u << 26 | 262 << 1), INSN_ICBT);
	CHECK_EQ(core440_decode(31u << 26 | 22 << 1), INSN_ICBT);
	for (xo = 530; xo <= 754; xo += 32)
		CHECK_EQ(core440_decode(31u << 26 | xo << 1), INSN_RESERVED_NOP);
	CHECK_EQ(core440_decode(31u << 26 | 371 << 1), INSN_MFTB);
}

static void flags_are_consistent(void)
{
	unsigned int id;

	for (id = 1; id < INSN_COUNT; id++) {
		uint32_t f = core440_insn_flags[id];

		test_context("%s", core440_insn_info[id].name);
		CHECK(!(f & INSN_F_LOAD) || !(f & INSN_F_STORE));
		if (f & (INSN_F_LOAD | INSN_F_STORE))
			CHECK((f & INSN_F_SIZE) != 0 || (f & INSN_F_STRING));
		if (f & INSN_F_PRIV)
			CHECK(f & INSN_F_CORE);
		if (f & INSN_F_CACHE)
			CHECK(f & INSN_F_CORE);
	}
}

/* What stands for each operand letter in assembler source. */
static const char *operand(char letter)
{
	switch (letter) {
	case 't': return "20";
	case 'a':
	case 'z': return "9";
	case 'b': return "11";
	case 'd':
	case 'D': return "16(9)";
	case 'i': return "-5";
	case 'u':
	case 'n': return "5";
	case 'f': return "20";
	case 'g': return "9";
	case 'h': return "11";
	case 'k': return "13";
	case 'c': return "3";
	case 'v': return "3";
	case 'C': return "2";
	case 'x': return "20";
	case 'y': return "9";
	case 'w': return "11";
	case 'q': return "13";
	case 'O': return "7";
	case 'o': return "12";
	case 'I': return "9";
	case 'B':
	case 'L': return ".+8";
	case 'S': return "11";
	case 'M': return "13";
	case 'E': return "17";
	case 's': return "272";
	case 'r': return "33";
	case 'T': return "268";
	case 'm': return "0x81";
	case 'F': return "0x21";
	case 'U': return "3";
	case 'W':
	case 'e':
	case 'N': return "1";
	case 'Q': return "0";
	default: return "?";
	}
}

static void write_line(FILE *out, const struct core440_insn_info *info, const char *suffix)
{
	const char *p;

	fprintf(out, "%s%s ", info->mnemonic, suffix);
	for (p = info->operands; *p != '\0'; p++)
		fprintf(out, "%s%s", p == info->operands ? "" : ",", operand(*p));
	fputc('\n', out);
}

struct variant {
	unsigned int id;
	const char *suffix;
};

static unsigned int list_variants(struct variant *v)
{
	unsigned int id, n = 0;

	for (id = 1; id < INSN_COUNT; id++) {
		uint32_t f = core440_insn_flags[id];

		if (core440_insn_info[id].mnemonic[0] == '\0' || id == INSN_MFTB)
			continue;
		v[n++] = (struct variant){ id, "" };
		if (f & INSN_F_RC)
			v[n++] = (struct variant){ id, "." };
		if (f & INSN_F_OE)
			v[n++] = (struct variant){ id, "o" };
		if ((f & INSN_F_OE) && (f & INSN_F_RC))
			v[n++] = (struct variant){ id, "o." };
		if (f & INSN_F_LK)
			v[n++] = (struct variant){ id, "l" };
		if (f & INSN_F_AA)
			v[n++] = (struct variant){ id, "a" };
	}
	return n;
}

/* mftb is left out: GNU as makes it an mfspr on a 440. */
static void agrees_with_the_assembler(void)
{
	static struct variant v[4 * INSN_COUNT];
	char dir[] = "/tmp/core-decode-XXXXXX", command[400], path[100];
	unsigned int n = list_variants(v), i;
	unsigned char bytes[4];
	FILE *f;

	if (system("powerpc-linux-gnu-as --version >/dev/null 2>&1") != 0)
		test_skip("no powerpc-linux-gnu-as");
	REQUIRE(mkdtemp(dir) != NULL);
	snprintf(path, sizeof(path), "%s/t.s", dir);
	f = fopen(path, "w");
	REQUIRE(f != NULL);
	for (i = 0; i < n; i++)
		write_line(f, &core440_insn_info[v[i].id], v[i].suffix);
	fclose(f);
	snprintf(command, sizeof(command),
		 "cd %s && powerpc-linux-gnu-as -m440 -o t.o t.s && "
		 "powerpc-linux-gnu-objcopy -O binary -j .text t.o t.bin",
		 dir);
	CHECK_EQ(system(command), 0);
	snprintf(path, sizeof(path), "%s/t.bin", dir);
	f = fopen(path, "r");
	REQUIRE(f != NULL);
	for (i = 0; i < n && fread(bytes, 1, 4, f) == 4; i++) {
		uint32_t word = (uint32_t)bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8 |
				bytes[3];

		test_context("%s%s %08x", core440_insn_info[v[i].id].mnemonic, v[i].suffix, word);
		CHECK_EQ(core440_decode(word), v[i].id);
	}
	CHECK_EQ(i, n);
	fclose(f);
	snprintf(command, sizeof(command), "rm -r %s", dir);
	CHECK_EQ(system(command), 0);
}

static const struct test_case cases[] = {
	TEST_CASE(rows_decode_to_themselves), TEST_CASE(codes_in_use),
	TEST_CASE(others_are_illegal),	      TEST_CASE(old_codes),
	TEST_CASE(flags_are_consistent),      TEST_CASE(agrees_with_the_assembler),
};

TEST_MAIN(cases)
