/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The disassembler: some lines by hand, and random words of every row through the assembler and
 * back. */
#include <stdio.h>
#include <stdlib.h>

#include "kmod/core/disasm.h"
#include "tests/unit/core-machine.h"

static void by_hand(void)
{
	static const struct {
		uint32_t word;
		const char *text;
	} t[] = {
		{ 0x38600001, "addi r3,0,1" },
		{ 0x7c0802a6, "mfspr r0,8" },
		{ 0x9421fff0, "stwu r1,-16(r1)" },
		{ 0x48000101, "bl 0x1100" },
		{ 0x4bfffffc, "b 0xffc" },
		{ 0x48000102, "ba 0x100" },
		{ 0x4182fff8, "bc 12,2,0xff8" },
		{ 0x4e800020, "bclr 20,0" },
		{ 0x7c632214, "add r3,r3,r4" },
		{ 0x7c632615, "addo. r3,r3,r4" },
		{ 0x7c0004ac, "msync" },
		{ 0x4c000064, "rfi" },
		{ 0x7c601fa4, "tlbwe r3,r0,3" },
		{ 0x7c001f25, "tlbsx. r0,0,r3" },
		{ 0xfc2110fa, "fmadd f1,f1,f3,f2" },
		{ 0x7c0004aa, "lswi r0,0,32" },
		{ 0x60000000, "ori r0,r0,0x0" },
		{ 0x00000000, ".long 0x0" },
		{ 0x7c000424, ".long 0x7c000424" },
	};
	char text[48];
	unsigned int i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		CHECK_EQ(core440_disassemble(t[i].word, 0x1000, text, sizeof(text)),
			 strlen(t[i].text));
		CHECK_STR(text, t[i].text);
	}
}

static void cut_short(void)
{
	char text[8] = "zzzzzzz";

	CHECK_EQ(core440_disassemble(0x9421fff0, 0, text, 5), 15);
	CHECK_STR(text, "stwu");
	CHECK_EQ(text[5], 'z');
	CHECK_EQ(core440_disassemble(0x9421fff0, 0, NULL, 0), 15);
	CHECK_EQ(core440_disassemble(0x9421fff0, 0, text, 1), 15);
	CHECK_STR(text, "");
}

static void always_fits(void)
{
	uint32_t seed = 0x9e3779b9, i;
	char text[48];

	for (i = 0; i < 1000000; i++)
		REQUIRE(core440_disassemble(random32(&seed), random32(&seed), text, sizeof(text)) <
			sizeof(text));
}

/* Bits that the row's operands and suffixes occupy; the others are cleared. */
static uint32_t operand_bits(enum insn id)
{
	static const struct {
		char letter;
		uint32_t bits;
	} t[] = {
		{ 't', 0x03e00000 }, { 'f', 0x03e00000 }, { 'x', 0x03e00000 }, { 'O', 0x03e00000 },
		{ 'o', 0x03e00000 }, { 'N', 0x03e00000 }, { 'c', 0x03800000 }, { 'v', 0x03800000 },
		{ 'Q', 0x01e00000 }, { 'a', 0x001f0000 }, { 'z', 0x001f0000 }, { 'g', 0x001f0000 },
		{ 'y', 0x001f0000 }, { 'I', 0x001f0000 }, { 'C', 0x001c0000 }, { 'b', 0x0000f800 },
		{ 'h', 0x0000f800 }, { 'w', 0x0000f800 }, { 'S', 0x0000f800 }, { 'n', 0x0000f800 },
		{ 'W', 0x0000f800 }, { 'd', 0x001fffff }, { 'D', 0x001fffff }, { 'i', 0x0000ffff },
		{ 'u', 0x0000ffff }, { 'k', 0x000007c0 }, { 'q', 0x000007c0 }, { 'M', 0x000007c0 },
		{ 'E', 0x0000003e }, { 'e', 0x00008000 }, { 's', 0x001ff800 }, { 'r', 0x001ff800 },
		{ 'T', 0x001ff800 }, { 'm', 0x000ff000 }, { 'F', 0x01fe0000 }, { 'U', 0x0000f000 },
		{ 'B', 0x0000fffc }, { 'L', 0x03fffffc },
	};
	const char *p = core440_insn_info[id].operands;
	uint32_t flags = core440_insn_flags[id], bits = 0;
	unsigned int i;

	for (; *p != '\0'; p++)
		for (i = 0; i < sizeof(t) / sizeof(t[0]); i++)
			if (t[i].letter == *p)
				bits |= t[i].bits;
	if (flags & (INSN_F_RC | INSN_F_LK))
		bits |= 1;
	if (flags & INSN_F_AA)
		bits |= 2;
	if (flags & INSN_F_OE)
		bits |= 0x400;
	return bits;
}

/* Forms the assembler refuses as invalid, or writes in another way. */
static bool assembles(enum insn id, uint32_t word)
{
	uint32_t flags = core440_insn_flags[id], rt = word >> 21 & 31, ra = word >> 16 & 31;
	uint32_t rb = word >> 11 & 31;

	if (core440_insn_info[id].mnemonic[0] == '\0' || id == INSN_MFTB)
		return false;
	if (flags & INSN_F_UPDATE)
		return ra != 0 && (!(flags & INSN_F_LOAD) || (flags & INSN_F_FP) || ra != rt);
	if (id == INSN_LMW)
		return ra < rt;
	if (id == INSN_LSWI || id == INSN_LSWX)
		return rt < 8 && ra > 16 && rb > 16;
	if (id == INSN_BC || id == INSN_BCLR || id == INSN_BCCTR)
		return rt == 12 || rt == 4 || (rt == 16 && id == INSN_BC);
	if (id == INSN_TLBRE || id == INSN_TLBWE)
		return rb < 4;
	if (id == INSN_MTCRF)
		return (word >> 12 & 0xff & ((word >> 12 & 0xff) - 1)) != 0; /* one field: mtocrf */
	return true;
}

enum { WORDS = 12 * INSN_COUNT, BASE = 0x2000000 };

/* The assembler takes a bare number for the displacement and not for the target. */
static bool is_relative(uint32_t word)
{
	enum insn id = core440_decode(word);

	return (id == INSN_B || id == INSN_BC) && !(word & 2);
}

static unsigned int make_words(uint32_t *words)
{
	uint32_t seed = 0x1234567, id;
	unsigned int n = 0, i;

	for (id = 1; id < INSN_COUNT; id++) {
		uint32_t fixed = encode((enum insn)id, 0, 0, 0) | (id == INSN_STWCX) |
				 (id == INSN_SC) << 1;

		for (i = 0; i < 12; i++) {
			uint32_t word = fixed | (random32(&seed) & operand_bits((enum insn)id));

			if (assembles((enum insn)id, word))
				words[n++] = word;
		}
	}
	return n;
}

static void assembles_back(void)
{
	static uint32_t words[WORDS];
	char dir[] = "/tmp/core-disasm-XXXXXX", command[400], path[100], text[48];
	unsigned int n = make_words(words), i;
	unsigned char bytes[4];
	FILE *f;

	if (system("powerpc-linux-gnu-as --version >/dev/null 2>&1") != 0)
		test_skip("no powerpc-linux-gnu-as");
	CHECK(n > 1500);
	REQUIRE(mkdtemp(dir) != NULL);
	snprintf(path, sizeof(path), "%s/t.s", dir);
	f = fopen(path, "w");
	REQUIRE(f != NULL);
	fprintf(f, "base:\n");
	for (i = 0; i < n; i++) {
		char *target;

		(void)core440_disassemble(words[i], BASE + 4 * i, text, sizeof(text));
		target = is_relative(words[i]) ? strstr(text, "0x") : NULL;
		if (target != NULL)
			fprintf(f, "%.*sbase+%s-%u\n", (int)(target - text), text, target,
				(unsigned int)BASE);
		else
			fprintf(f, "%s\n", text);
	}
	fclose(f);
	snprintf(
		command, sizeof(command),
		"cd %s && powerpc-linux-gnu-as -m440 -mregnames -o t.o t.s && powerpc-linux-gnu-ld -Ttext "
		"0x2000000 -e 0 --oformat binary -o t.bin t.o",
		dir);
	CHECK_EQ(system(command), 0);
	snprintf(path, sizeof(path), "%s/t.bin", dir);
	f = fopen(path, "r");
	REQUIRE(f != NULL);
	for (i = 0; i < n && fread(bytes, 1, 4, f) == 4; i++) {
		(void)core440_disassemble(words[i], BASE + 4 * i, text, sizeof(text));
		test_context("%s", text);
		CHECK_EQ((uint32_t)bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3],
			 words[i]);
	}
	CHECK_EQ(i, n);
	fclose(f);
	snprintf(command, sizeof(command), "rm -r %s", dir);
	CHECK_EQ(system(command), 0);
}

static const struct test_case cases[] = {
	TEST_CASE(by_hand),
	TEST_CASE(cut_short),
	TEST_CASE(always_fits),
	TEST_CASE(assembles_back),
};

TEST_MAIN(cases)
