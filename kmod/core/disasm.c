/* SPDX-License-Identifier: GPL-2.0-only */
/* The disassembler: rows of insn.def spelled out as GNU as for the 440 reads them (-mregnames). */
#include "disasm.h"

#include "decode.h"

struct text {
	char *buf;
	size_t size, at;
};

static void put_char(struct text *t, char c)
{
	if (t->at + 1 < t->size)
		t->buf[t->at] = c;
	t->at++;
}

static void put_string(struct text *t, const char *s)
{
	while (*s != '\0')
		put_char(t, *s++);
}

static void put_hex(struct text *t, uint32_t v)
{
	int shift = 28;

	put_string(t, "0x");
	while (shift > 0 && v >> shift == 0)
		shift -= 4;
	for (; shift >= 0; shift -= 4)
		put_char(t, "0123456789abcdef"[v >> shift & 15]);
}

/* Up to 65535: no division by anything but a constant. */
static void put_decimal(struct text *t, uint32_t v)
{
	if (v >= 10)
		put_decimal(t, v / 10);
	put_char(t, (char)('0' + v % 10));
}

static void put_signed(struct text *t, int32_t v)
{
	if (v < 0) {
		put_char(t, '-');
		v = -v;
	}
	put_decimal(t, (uint32_t)v);
}

static void put_named(struct text *t, const char *prefix, uint32_t n)
{
	put_string(t, prefix);
	put_decimal(t, n);
}

/* Bits @first to @last, IBM's numbering. */
static uint32_t field(uint32_t word, unsigned int first, unsigned int last)
{
	return word >> (31 - last) & ((1u << (last - first + 1)) - 1);
}

static uint32_t swapped_number(uint32_t word)
{
	return field(word, 11, 15) | field(word, 16, 20) << 5;
}

static void put_target(struct text *t, uint32_t word, uint32_t pc, int32_t displacement)
{
	put_hex(t, (word & 2 ? 0 : pc) + (uint32_t)displacement);
}

static void put_register_operand(struct text *t, char letter, uint32_t word)
{
	uint32_t ra = field(word, 11, 15);

	switch (letter) {
	case 't': put_named(t, "r", field(word, 6, 10)); break;
	case 'z': put_named(t, ra ? "r" : "", ra); break;
	case 'a': put_named(t, "r", ra); break;
	case 'b': put_named(t, "r", field(word, 16, 20)); break;
	case 'f': put_named(t, "f", field(word, 6, 10)); break;
	case 'g': put_named(t, "f", ra); break;
	case 'h': put_named(t, "f", field(word, 16, 20)); break;
	case 'k': put_named(t, "f", field(word, 21, 25)); break;
	case 'c': put_named(t, "cr", field(word, 6, 8)); break;
	default: /* 'C' */ put_named(t, "cr", field(word, 11, 13));
	}
}

/* Letters that are a plain number: where the number stands. */
static bool number_field(char letter, unsigned int *first, unsigned int *last)
{
	static const struct {
		char letter;
		uint8_t first, last;
	} fields[] = {
		{ 'x', 6, 10 },	 { 'y', 11, 15 }, { 'w', 16, 20 }, { 'q', 21, 25 },
		{ 'O', 6, 10 },	 { 'o', 6, 10 },  { 'I', 11, 15 }, { 'S', 16, 20 },
		{ 'M', 21, 25 }, { 'E', 26, 30 }, { 'W', 16, 20 }, { 'e', 16, 16 },
		{ 'N', 6, 10 },	 { 'Q', 7, 10 },  { 'U', 16, 19 }, { 'v', 6, 8 },
	};
	unsigned int i;

	for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (fields[i].letter == letter) {
			*first = fields[i].first;
			*last = fields[i].last;
			return true;
		}
	return false;
}

static void put_operand(struct text *t, char letter, uint32_t word, uint32_t pc)
{
	int32_t immediate = (int16_t)word;
	unsigned int first, last;

	if (number_field(letter, &first, &last)) {
		put_decimal(t, field(word, first, last));
		return;
	}
	switch (letter) {
	case 'd':
	case 'D':
		put_signed(t, immediate);
		put_char(t, '(');
		put_register_operand(t, letter == 'd' ? 'z' : 'a', word);
		put_char(t, ')');
		break;
	case 'i': put_signed(t, immediate); break;
	case 'u': put_hex(t, word & 0xffff); break;
	case 'n': put_decimal(t, field(word, 16, 20) ? field(word, 16, 20) : 32); break;
	case 'B': put_target(t, word, pc, immediate & ~3); break;
	case 'L':
		put_target(t, word, pc, (int32_t)((word & 0x03fffffcu) ^ 0x02000000u) - 0x02000000);
		break;
	case 's':
	case 'r':
	case 'T': put_decimal(t, swapped_number(word)); break;
	case 'm': put_hex(t, field(word, 12, 19)); break;
	case 'F': put_hex(t, field(word, 7, 14)); break;
	default: put_register_operand(t, letter, word);
	}
}

static void put_mnemonic(struct text *t, const char *mnemonic, uint32_t flags, uint32_t word)
{
	put_string(t, mnemonic);
	if ((flags & INSN_F_OE) && (word & 0x400))
		put_char(t, 'o');
	if ((flags & INSN_F_RC) && (word & 1))
		put_char(t, '.');
	if ((flags & INSN_F_LK) && (word & 1))
		put_char(t, 'l');
	if ((flags & INSN_F_AA) && (word & 2))
		put_char(t, 'a');
}

size_t core440_disassemble(uint32_t word, uint32_t pc, char *buf, size_t size)
{
	struct text t = { buf, size, 0 };
	enum insn id = core440_decode(word);
	const struct core440_insn_info *info = &core440_insn_info[id];
	const char *p;

	if (info->mnemonic[0] == '\0') {
		put_string(&t, ".long ");
		put_hex(&t, word);
	} else {
		put_mnemonic(&t, info->mnemonic, core440_insn_flags[id], word);
		for (p = info->operands; *p != '\0'; p++) {
			put_char(&t, p == info->operands ? ' ' : ',');
			put_operand(&t, *p, word, pc);
		}
	}
	if (size > 0)
		buf[t.at < size ? t.at : size - 1] = '\0';
	return t.at;
}
