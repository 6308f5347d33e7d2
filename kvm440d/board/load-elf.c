/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ELF kernels: 32-bit big-endian PowerPC executables, laid at their physical addresses. */
#include "board/load.h"

#include <elf.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "device/memory.h"
#include "util/error.h"

#define MAX_SEGMENTS 64

/* The fields used of the headers, in host order. */
struct elf_header {
	uint64_t entry, phoff;
	uint16_t type, machine, phentsize, phnum;
};

struct elf_segment {
	uint32_t type;
	uint64_t offset, vaddr, paddr, filesz, memsz;
};

static uint16_t be16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static uint32_t be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

bool elf_probe(const uint8_t *start, size_t len)
{
	return len >= SELFMAG && memcmp(start, ELFMAG, SELFMAG) == 0;
}

static const char *machine_name(unsigned int machine)
{
	switch (machine) {
	case EM_386: return "i386";
	case EM_X86_64: return "x86-64";
	case EM_ARM: return "ARM";
	case EM_AARCH64: return "AArch64";
	case EM_MIPS: return "MIPS";
	case EM_PPC64: return "64-bit PowerPC";
	case EM_RISCV: return "RISC-V";
	case EM_S390: return "S/390";
	case EM_SPARC: return "SPARC";
	default: return NULL;
	}
}

static int wrong_machine(const struct load_file *f, unsigned int machine, struct error **err)
{
	const char *name = machine_name(machine);

	if (name)
		return load_file_error(f, ENOEXEC, err,
				       "is an ELF file for %s, not for 32-bit PowerPC", name);
	return load_file_error(f, ENOEXEC, err,
			       "is an ELF file for machine %u, not for 32-bit PowerPC", machine);
}

static int check_ident(const struct load_file *f, const uint8_t *h, struct error **err)
{
	bool little = h[EI_DATA] == ELFDATA2LSB;
	unsigned int machine = little ? h[18] | (unsigned int)h[19] << 8 : be16(h + 18);

	if (h[EI_DATA] != ELFDATA2LSB && h[EI_DATA] != ELFDATA2MSB)
		return load_file_error(f, ENOEXEC, err,
				       "is a damaged ELF file: unknown byte order");
	if (machine != EM_PPC)
		return wrong_machine(f, machine, err);
	if (little)
		return load_file_error(
			f, ENOEXEC, err,
			"is a little-endian PowerPC ELF file; the 440 starts big-endian");
	if (h[EI_CLASS] != ELFCLASS32)
		return load_file_error(f, ENOEXEC, err, "is not a 32-bit ELF file");
	return 0;
}

static int read_header(const struct load_file *f, struct elf_header *ret, struct error **err)
{
	uint8_t h[sizeof(Elf32_Ehdr)];
	int r = load_file_read(f, 0, h, sizeof(h), err);

	if (!r)
		r = check_ident(f, h, err);
	if (r)
		return r;
	ret->type = be16(h + 16);
	ret->machine = be16(h + 18);
	ret->entry = be32(h + 24);
	ret->phoff = be32(h + 28);
	ret->phentsize = be16(h + 42);
	ret->phnum = be16(h + 44);
	if (ret->type != ET_EXEC && ret->type != ET_DYN)
		return load_file_error(f, ENOEXEC, err, "is an ELF file but not an executable");
	if (ret->phentsize != sizeof(Elf32_Phdr))
		return load_file_error(f, EBADMSG, err,
				       "is a damaged ELF file: program headers of %u bytes",
				       ret->phentsize);
	if (!ret->phnum || ret->phnum > MAX_SEGMENTS)
		return load_file_error(f, EBADMSG, err,
				       "is an ELF file with %u segments, not 1 to %d", ret->phnum,
				       MAX_SEGMENTS);
	return 0;
}

static void parse_segment(const uint8_t *h, struct elf_segment *ret)
{
	ret->type = be32(h);
	ret->offset = be32(h + 4);
	ret->vaddr = be32(h + 8);
	ret->paddr = be32(h + 12);
	ret->filesz = be32(h + 16);
	ret->memsz = be32(h + 20);
}

static int load_segment(struct load_map *map, const struct load_file *f, unsigned int n,
			const struct elf_segment *s, struct error **err)
{
	char name[32];
	uint8_t *to;
	int r;

	(void)snprintf(name, sizeof(name), "segment %u", n);
	if (s->filesz > s->memsz)
		return load_file_error(f, EBADMSG, err, "%s is larger in the file than in memory",
				       name);
	if (s->offset > f->size || s->filesz > f->size - s->offset)
		return load_file_error(f, EBADMSG, err,
				       "is truncated: %s ends at byte %" PRIu64
				       ", the file at %" PRIu64,
				       name, s->offset + s->filesz, f->size);
	r = load_reserve(map, f, s->paddr, s->memsz, name, err);
	to = memory_at(map->memory, s->paddr, s->memsz);
	if (r || !to)
		return r;
	r = load_file_read(f, s->offset, to, s->filesz, err);
	if (!r)
		memset(to + s->filesz, 0, (size_t)(s->memsz - s->filesz));
	memory_changed(map->memory, s->paddr, s->memsz);
	return r;
}

/* The entry is a virtual address; Linux's is 0xc0000000 for a segment that stands at 0. */
static bool translate(const struct elf_segment *s, uint64_t vaddr, uint64_t *ret)
{
	if (vaddr < s->vaddr || vaddr - s->vaddr >= s->memsz)
		return false;
	*ret = s->paddr + (vaddr - s->vaddr);
	return true;
}

int load_elf(struct load_map *map, const struct load_file *f, uint64_t *ret_entry,
	     struct error **err)
{
	uint8_t headers[MAX_SEGMENTS * sizeof(Elf32_Phdr)];
	struct elf_segment segment;
	struct elf_header header;
	bool found = false;
	int r;

	r = read_header(f, &header, err);
	if (!r)
		r = load_file_read(f, header.phoff, headers, header.phnum * sizeof(Elf32_Phdr),
				   err);
	for (unsigned int i = 0; !r && i < header.phnum; i++) {
		parse_segment(headers + i * sizeof(Elf32_Phdr), &segment);
		if (segment.type != PT_LOAD || !segment.memsz)
			continue;
		r = load_segment(map, f, i, &segment, err);
		found = found || translate(&segment, header.entry, ret_entry);
	}
	if (!r && !map->n)
		return load_file_error(f, ENOEXEC, err, "is an ELF file with nothing to load");
	if (!r && !found)
		return load_file_error(f, ENOEXEC, err,
				       "begins at 0x%" PRIx64 ", which is in none of its segments",
				       header.entry);
	return r;
}
