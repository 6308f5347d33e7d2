/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lays a guest's boot files into its memory. The kernel goes where it says; initrd and device tree
 * go as high as they can, below the end of memory and of the initial mapping, so that a kernel that
 * unpacks itself at low addresses has all the room there is.
 */
#include "board/load.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "board/internal.h"
#include "device/memory.h"
#include "util/cleanup.h"
#include "util/error.h"

#define PAGE	     4096
#define KERNEL_START 1024	 /* bytes of a kernel that are looked at to tell its format */
#define EPAPR_MAGIC  0x45504150u /* "EPAP": ePAPR 1.1, 5.4.1 */

/*
 * Files of formats that are known and cannot be started: a raw image is what is left when nothing
 * else fits, and a wrong file started as one would end without a word.
 */
static const char *foreign_format(const uint8_t *start, size_t len)
{
	static const struct {
		const char *sentence;
		size_t at, len;
		uint8_t magic[6];
	} known[] = {
		{ "is compressed with gzip: unpack it, or make a uImage of it",
		  0,
		  3,
		  { 0x1f, 0x8b, 8 } },
		{ "is compressed with bzip2: unpack it, or make a uImage of it",
		  0,
		  3,
		  { 'B', 'Z', 'h' } },
		{ "is compressed with xz: unpack it, or make a uImage of it",
		  0,
		  4,
		  { 0xfd, '7', 'z', 'X' } },
		{ "is compressed with zstd: unpack it, or make a uImage of it",
		  0,
		  4,
		  { 0x28, 0xb5, 0x2f, 0xfd } },
		{ "is a device tree or a FIT image, neither of which is a kernel here",
		  0,
		  4,
		  { 0xd0, 0x0d, 0xfe, 0xed } },
		{ "is an x86 kernel", 0x202, 4, { 'H', 'd', 'r', 'S' } },
		{ "is an ARM kernel", 0x24, 4, { 0x18, 0x28, 0x6f, 0x01 } },
		{ "is an AArch64 kernel", 0x38, 4, { 'A', 'R', 'M', 0x64 } },
		{ "is an initramfs, not a kernel", 0, 6, { '0', '7', '0', '7', '0', '1' } },
		{ "is a script, not a kernel", 0, 2, { '#', '!' } },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (len >= known[i].at + known[i].len &&
		    memcmp(start + known[i].at, known[i].magic, known[i].len) == 0)
			return known[i].sentence;
	return NULL;
}

/* A raw image stands at 0 and begins with its first byte. */
int load_raw(struct load_map *map, const struct load_file *f, uint64_t *ret_entry,
	     struct error **err)
{
	void *to = memory_at(map->memory, 0, f->size);
	int r;

	if (!to)
		return load_file_error(
			f, EFBIG, err,
			"is %" PRIu64 " bytes long, more than the guest's memory of %" PRIu64 " MB",
			f->size, map->memory->size >> 20);
	r = load_reserve(map, f, 0, f->size, "kernel", err);
	if (!r)
		r = load_file_read(f, 0, to, f->size, err);
	memory_changed(map->memory, 0, f->size);
	*ret_entry = 0;
	return r;
}

static int load_kernel(struct load_map *map, const struct load_file *f, uint64_t *ret_entry,
		       struct error **err)
{
	uint8_t start[KERNEL_START] = { 0 };
	size_t len = f->size < sizeof(start) ? (size_t)f->size : sizeof(start);
	const char *foreign;
	int r = load_file_read(f, 0, start, len, err);

	if (r)
		return r;
	foreign = foreign_format(start, len);
	if (elf_probe(start, len))
		r = load_elf(map, f, ret_entry, err);
	else if (uimage_probe(start, len))
		r = load_uimage(map, f, ret_entry, err);
	else if (foreign)
		return load_file_error(f, ENOEXEC, err, "%s", foreign);
	else
		r = load_raw(map, f, ret_entry, err);
	if (!r && (*ret_entry >= LOAD_MAPPING || *ret_entry >= map->memory->size || *ret_entry & 3))
		return load_file_error(f, ENOEXEC, err,
				       "begins at 0x%" PRIx64
				       ", where no instruction can be at the start",
				       *ret_entry);
	return r;
}

/* A ramdisk in U-Boot's format loses its header; anything else goes to the guest as it is. */
static int initrd_extent(const struct load_file *f, uint64_t *ret_offset, uint64_t *ret_size,
			 struct error **err)
{
	struct uimage image;
	uint8_t magic[4];
	int r;

	*ret_offset = 0;
	*ret_size = f->size;
	if (f->size < UIMAGE_HEADER)
		return 0;
	r = load_file_read(f, 0, magic, sizeof(magic), err);
	if (r || !uimage_probe(magic, sizeof(magic)))
		return r;
	r = uimage_check(f, UIMAGE_TYPE_RAMDISK, &image, err);
	*ret_offset = UIMAGE_HEADER;
	*ret_size = image.size;
	return r;
}

static int load_initrd(struct load_map *map, const struct load_file *f,
		       struct board_fdt_params *params, struct error **err)
{
	uint64_t offset, size, start = 0;
	int r = initrd_extent(f, &offset, &size, err);

	if (r)
		return r;
	if (size > map->memory->size)
		return load_file_error(
			f, EFBIG, err,
			"is %" PRIu64 " bytes long, more than the guest's memory of %" PRIu64 " MB",
			size, map->memory->size >> 20);
	r = load_allocate(map, size, PAGE, LOAD_MAPPING, "initrd", &start);
	if (r)
		return load_file_error(
			f, ENOSPC, err,
			"does not fit: there is no room for its %" PRIu64
			" bytes beside the kernel in the first %" PRIu64 " MB of memory",
			size,
			(map->memory->size < LOAD_MAPPING ? map->memory->size : LOAD_MAPPING) >>
				20);
	r = load_file_read(f, offset, memory_at(map->memory, start, size), size, err);
	memory_changed(map->memory, start, size);
	params->initrd_start = start;
	params->initrd_end = start + size;
	return r;
}

static int load_fdt(struct load_map *map, struct board *board,
		    const struct board_fdt_params *params, uint64_t *ret_start, struct error **err)
{
	_cleanup_(freep)
	void *fdt = NULL;
	size_t size = 0;
	int r = board_fdt(board, params, &fdt, &size, err);

	if (r)
		return r;
	r = load_allocate(map, size, PAGE, LOAD_MAPPING, "device tree", ret_start);
	if (r)
		return error_set(
			err, ENOSPC,
			"the kernel and the initrd leave no room for the device tree of %zu bytes",
			size);
	return memory_write(map->memory, *ret_start, fdt, size);
}

static int check_cmdline(const char *cmdline, struct error **err)
{
	size_t len = cmdline ? strlen(cmdline) : 0;

	if (len > BOARD_CMDLINE_MAX)
		return error_set(err, E2BIG,
				 "the kernel's command line has %zu characters, more than %d", len,
				 BOARD_CMDLINE_MAX);
	return 0;
}

int board_load(struct board *board, const struct board_boot *boot, struct board_entry *ret,
	       struct error **err)
{
	struct board_fdt_params params = { .cmdline = boot->cmdline };
	struct load_map map = { .memory = board->config.memory };
	uint64_t entry = 0, fdt = 0;
	struct load_file file;
	int r;

	r = check_cmdline(boot->cmdline, err);
	if (!r)
		r = load_file_init(&file, "kernel", boot->kernel_fd, boot->kernel_name, err);
	if (!r)
		r = load_kernel(&map, &file, &entry, err);
	if (!r && boot->initrd_fd >= 0) {
		r = load_file_init(&file, "initrd", boot->initrd_fd, boot->initrd_name, err);
		if (!r)
			r = load_initrd(&map, &file, &params, err);
	}
	if (!r)
		r = load_fdt(&map, board, &params, &fdt, err);
	if (r)
		return r;
	*ret = (struct board_entry){
		.pc = (uint32_t)entry,
		.r3 = (uint32_t)fdt,
		.r6 = EPAPR_MAGIC,
		.r7 = (uint32_t)LOAD_MAPPING,
	};
	return 0;
}
