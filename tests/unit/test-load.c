/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The boot loader: what it takes, where it lays it, and each bad file with its sentence. */
#include <errno.h>
#include <fcntl.h>
#include <libfdt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "board/board.h"
#include "device/memory.h"
#include "tests/unit/test.h"
#include "util/cleanup.h"
#include "util/crc32.h"
#include "util/error.h"

#define MB (UINT64_C(1) << 20)

/* A machine, and the answer of the last load. */
static struct {
	struct memory memory;
	struct board *board;
	struct board_entry entry;
	struct error *err;
} t;

static void setup(uint64_t megabytes)
{
	struct board_config config = { .memory = &t.memory };
	const struct board_type *type = board_find("bamboo", NULL);

	REQUIRE(type != NULL);
	REQUIRE_EQ(memory_init(&t.memory, "test", megabytes * MB, NULL), 0);
	REQUIRE_EQ(type->new (&t.board, &config, NULL), 0);
	t.err = NULL;
}

static void teardown(void)
{
	error_freep(&t.err);
	t.board = board_free(t.board);
	memory_deinit(&t.memory);
}

/* A file of these bytes; the caller closes it. */
static int file_of(const void *data, size_t len)
{
	int fd = memfd_create("file", MFD_CLOEXEC);

	REQUIRE(fd >= 0);
	REQUIRE_EQ(write(fd, data, len), len);
	return fd;
}

static int load_fds(int kernel, int initrd, const char *cmdline)
{
	struct board_boot boot = {
		.kernel_fd = kernel,
		.initrd_fd = initrd,
		.kernel_name = "k",
		.initrd_name = "i",
		.cmdline = cmdline,
	};

	error_freep(&t.err);
	return board_load(t.board, &boot, &t.entry, &t.err);
}

static int load(const void *kernel, size_t len)
{
	_cleanup_(closep)
	int fd = file_of(kernel, len);

	return load_fds(fd, -1, "");
}

static void put16(uint8_t *p, unsigned int v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static void put32(uint8_t *p, uint32_t v)
{
	put16(p, v >> 16);
	put16(p + 2, v & 0xffff);
}

/* Fields of an ELF header and of program header @n. */
enum {
	E_DATA = 5,
	E_CLASS = 4,
	E_TYPE = 16,
	E_MACHINE = 18,
	E_ENTRY = 24,
	E_PHOFF = 28,
	E_PHENTSIZE = 42,
	E_PHNUM = 44
};
enum { P_TYPE = 0, P_OFFSET = 4, P_VADDR = 8, P_PADDR = 12, P_FILESZ = 16, P_MEMSZ = 20 };
#define PHDR(n) (52 + 32 * (n))

#define ELF_SIZE 1024

/* Two segments as Linux has them: linked at 0xc0000000, standing at 0; the second with bss. */
static void make_elf(uint8_t elf[ELF_SIZE])
{
	static const uint8_t magic[] = { 0x7f, 'E', 'L', 'F', 1, 2, 1 };

	memset(elf, 0, ELF_SIZE);
	memcpy(elf, magic, sizeof(magic));
	put16(elf + E_TYPE, 2);
	put16(elf + E_MACHINE, 20);
	put32(elf + E_ENTRY, 0xc0000010);
	put32(elf + E_PHOFF, 52);
	put16(elf + E_PHENTSIZE, 32);
	put16(elf + E_PHNUM, 2);
	for (unsigned int n = 0; n < 2; n++) {
		uint8_t *p = elf + PHDR(n);

		put32(p + P_TYPE, 1);
		put32(p + P_OFFSET, 256 + 256 * n);
		put32(p + P_VADDR, 0xc0000000 + 0x10000 * n);
		put32(p + P_PADDR, 0x10000 * n);
		put32(p + P_FILESZ, 256);
		put32(p + P_MEMSZ, n ? 0x100000 : 256);
		memset(elf + 256 + 256 * n, 0xa0 + (int)n, 256);
	}
}

static void check_entry_state(uint32_t pc)
{
	CHECK_EQ(t.entry.pc, pc);
	CHECK_EQ(t.entry.r4, 0);
	CHECK_EQ(t.entry.r5, 0);
	CHECK_EQ(t.entry.r6, 0x45504150);
	CHECK_EQ(t.entry.r7, 256 * MB);
	CHECK_EQ(t.entry.r3 % 8, 0);
	REQUIRE(t.entry.r3 && t.entry.r3 + sizeof(struct fdt_header) < t.memory.size);
	REQUIRE_EQ(fdt_check_header(t.memory.base + t.entry.r3), 0);
	CHECK(t.entry.r3 + fdt_totalsize(t.memory.base + t.entry.r3) <= t.memory.size);
	CHECK(t.entry.r3 + fdt_totalsize(t.memory.base + t.entry.r3) <= 256 * MB);
}

static uint32_t chosen(const char *property)
{
	const void *fdt = t.memory.base + t.entry.r3;
	int len, node = fdt_path_offset(fdt, "/chosen");
	const fdt32_t *cell = fdt_getprop(fdt, node, property, &len);

	return cell && len == 4 ? fdt32_to_cpu(*cell) : 0;
}

static void elf_lands_at_its_physical_addresses(void)
{
	uint8_t elf[ELF_SIZE], want[256];

	setup(64);
	memset(t.memory.base, 0x55, 2 * MB);
	make_elf(elf);
	REQUIRE_EQ(load(elf, sizeof(elf)), 0);
	check_entry_state(0x10);
	memset(want, 0xa0, 256);
	CHECK_MEM(t.memory.base, want, 256);
	CHECK_EQ(t.memory.base[256], 0x55);
	memset(want, 0xa1, 256);
	CHECK_MEM(t.memory.base + 0x10000, want, 256);
	memset(want, 0, 256);
	CHECK_MEM(t.memory.base + 0x10100, want, 256);
	CHECK_EQ(t.memory.base[0x10ffff], 0);
	CHECK_EQ(t.memory.base[0x110000], 0x55);
	teardown();
}

static void raw_stands_at_zero(void)
{
	static const uint8_t code[] = { 0x48, 0, 0, 0 };

	setup(16);
	REQUIRE_EQ(load(code, sizeof(code)), 0);
	check_entry_state(0);
	CHECK_MEM(t.memory.base, code, sizeof(code));
	teardown();
}

enum {
	IH_HCRC = 4,
	IH_SIZE = 12,
	IH_LOAD = 16,
	IH_EP = 20,
	IH_DCRC = 24,
	IH_ARCH = 29,
	IH_TYPE = 30,
	IH_COMP = 31
};

static void seal_uimage(uint8_t *image)
{
	struct crc32_tables tables;

	crc32_init(&tables);
	put32(image + IH_HCRC, 0);
	put32(image + IH_HCRC, crc32_add(&tables, 0, image, 64));
}

/* A kernel image of @len bytes of data behind its 64 bytes of header, in @image. */
static void make_uimage(uint8_t *image, const void *data, size_t len, unsigned int type,
			unsigned int compression)
{
	struct crc32_tables tables;

	crc32_init(&tables);
	memset(image, 0, 64);
	put32(image, 0x27051956);
	put32(image + IH_SIZE, (uint32_t)len);
	put32(image + IH_LOAD, 0x400000);
	put32(image + IH_EP, 0x400004);
	put32(image + IH_DCRC, crc32_add(&tables, 0, data, len));
	image[28] = 5; /* Linux */
	image[IH_ARCH] = 7;
	image[IH_TYPE] = (uint8_t)type;
	image[IH_COMP] = (uint8_t)compression;
	memcpy(image + 64, data, len);
	seal_uimage(image);
}

static void uimage_plain(void)
{
	uint8_t data[1000], image[1064];

	setup(16);
	memset(data, 0x77, sizeof(data));
	make_uimage(image, data, sizeof(data), 2, 0);
	REQUIRE_EQ(load(image, sizeof(image)), 0);
	check_entry_state(0x400004);
	CHECK_MEM(t.memory.base + 0x400000, data, sizeof(data));
	teardown();
}

/* "hello hello hello hello\n" by gzip -9n. */
static const uint8_t hello[] = {
	0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xcb, 0x48, 0xcd, 0xc9, 0xc9,
	0x57, 0xc8, 0x40, 0x27, 0xb9, 0x00, 0x00, 0x88, 0x59, 0x0b, 0x18, 0x00, 0x00, 0x00,
};

static void uimage_gzip(void)
{
	uint8_t image[64 + sizeof(hello)];

	setup(16);
	make_uimage(image, hello, sizeof(hello), 2, 1);
	REQUIRE_EQ(load(image, sizeof(image)), 0);
	check_entry_state(0x400004);
	CHECK_MEM(t.memory.base + 0x400000, "hello hello hello hello\n", 24);
	teardown();
}

static void initrd_and_tree_stand_clear(void)
{
	static const uint64_t sizes[] = { 16, 17, 64, 256, 300, 1024 };
	uint8_t elf[ELF_SIZE];
	size_t initrd_size = 2 * MB + 123;
	_cleanup_(freep)
	uint8_t *initrd = malloc(initrd_size);
	int kernel_fd, initrd_fd;

	memset(initrd, 0x42, initrd_size);
	make_elf(elf);
	/* bss up to 12 MB: a small machine is nearly full */
	put32(elf + PHDR(1) + P_MEMSZ, 12 << 20);
	kernel_fd = file_of(elf, sizeof(elf));
	initrd_fd = file_of(initrd, initrd_size);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		uint64_t start, end, fdt;

		test_context("%u MB", (unsigned int)sizes[i]);
		setup(sizes[i]);
		CHECK_EQ(load_fds(kernel_fd, initrd_fd, "console=ttyS0"), 0);
		CHECK(!t.err);
		check_entry_state(0x10);
		start = chosen("linux,initrd-start");
		end = chosen("linux,initrd-end");
		fdt = t.entry.r3;
		CHECK_EQ(end - start, initrd_size);
		CHECK(start >= 12 * MB + 0x10000);
		CHECK(end <= sizes[i] * MB && end <= 256 * MB);
		CHECK(fdt >= 12 * MB + 0x10000);
		CHECK(fdt >= end || fdt + fdt_totalsize(t.memory.base + fdt) <= start);
		CHECK_MEM(t.memory.base + start, initrd, initrd_size);
		teardown();
	}
	close(kernel_fd);
	close(initrd_fd);
}

static void uboot_ramdisk_loses_its_header(void)
{
	uint8_t data[500], image[564];
	static const uint8_t code[] = { 0x48, 0, 0, 0 };
	int kernel_fd = file_of(code, sizeof(code)), initrd_fd;

	setup(16);
	memset(data, 0x99, sizeof(data));
	make_uimage(image, data, sizeof(data), 3, 1);
	initrd_fd = file_of(image, sizeof(image));
	REQUIRE_EQ(load_fds(kernel_fd, initrd_fd, NULL), 0);
	CHECK_EQ(chosen("linux,initrd-end") - chosen("linux,initrd-start"), sizeof(data));
	CHECK_MEM(t.memory.base + chosen("linux,initrd-start"), data, sizeof(data));
	close(initrd_fd);
	image[100] ^= 1;
	initrd_fd = file_of(image, sizeof(image));
	CHECK_EQ(load_fds(kernel_fd, initrd_fd, NULL), -EBADMSG);
	CHECK_HAS(error_message(t.err), "initrd 'i': is a damaged U-Boot image");
	close(initrd_fd);
	close(kernel_fd);
	teardown();
}

/* One change to the ELF file of make_elf() and the sentence it must end in. */
static const struct elf_row {
	const char *sentence;
	int error;
	unsigned int at, bytes; /* bytes 0: the file is cut to @at */
	uint32_t value;
} elf_rows[] = {
	{ "kernel 'k': is truncated", EBADMSG, 51, 0, 0 },
	{ "kernel 'k': is truncated", EBADMSG, 100, 0, 0 },
	{ "kernel 'k': is truncated: segment 1 ends at byte 768", EBADMSG, 767, 0, 0 },
	{ "is an ELF file for x86-64", ENOEXEC, E_MACHINE, 2, 62 },
	{ "is an ELF file for machine 4660", ENOEXEC, E_MACHINE, 2, 0x1234 },
	{ "is an ELF file for 64-bit PowerPC", ENOEXEC, E_MACHINE, 2, 21 },
	{ "is not a 32-bit ELF file", ENOEXEC, E_CLASS, 1, 2 },
	{ "unknown byte order", ENOEXEC, E_DATA, 1, 7 },
	{ "is an ELF file but not an executable", ENOEXEC, E_TYPE, 2, 1 },
	{ "program headers of 31 bytes", EBADMSG, E_PHENTSIZE, 2, 31 },
	{ "with 0 segments", EBADMSG, E_PHNUM, 2, 0 },
	{ "with 65535 segments", EBADMSG, E_PHNUM, 2, 0xffff },
	{ "is truncated", EBADMSG, E_PHOFF, 4, 0xfffffff0 },
	{ "begins at 0xc0000200, which is in none", ENOEXEC, E_ENTRY, 4, 0xc0000200 },
	{ "where no instruction can be", ENOEXEC, E_ENTRY, 4, 0xc0000011 },
	{ "segment 0 is larger in the file", EBADMSG, PHDR(0) + P_MEMSZ, 4, 255 },
	{ "is truncated: segment 0", EBADMSG, PHDR(0) + P_OFFSET, 4, 0xffffffff },
	{ "segment 1, 1048576 bytes at 0xffffff00, lies outside the guest's memory of 64 MB",
	  EFAULT, PHDR(1) + P_PADDR, 4, 0xffffff00 },
	{ "segment 1, 1048576 bytes at 0x3f00001, lies outside", EFAULT, PHDR(1) + P_PADDR, 4,
	  0x3f00001 },
	{ "segment 1, 4294967295 bytes at 0x10000, lies outside", EFAULT, PHDR(1) + P_MEMSZ, 4,
	  0xffffffff },
	{ "segment 1, 1048576 bytes at 0xff, overlaps segment 0 at 0x0", EEXIST, PHDR(1) + P_PADDR,
	  4, 0xff },
};

static void bad_elf_files(void)
{
	uint8_t elf[ELF_SIZE];

	setup(64);
	for (size_t i = 0; i < sizeof(elf_rows) / sizeof(elf_rows[0]); i++) {
		const struct elf_row *row = &elf_rows[i];
		size_t len = row->bytes ? sizeof(elf) : row->at;

		test_context("row %zu: %s", i, row->sentence);
		make_elf(elf);
		if (row->bytes == 1)
			elf[row->at] = (uint8_t)row->value;
		if (row->bytes == 2)
			put16(elf + row->at, row->value);
		if (row->bytes == 4)
			put32(elf + row->at, row->value);
		CHECK_EQ(load(elf, len), -row->error);
		CHECK_HAS(error_message(t.err), "kernel 'k': ");
		CHECK_HAS(error_message(t.err), row->sentence);
	}
	teardown();
}

static void elf_of_the_other_byte_order(void)
{
	uint8_t elf[ELF_SIZE];

	setup(16);
	make_elf(elf);
	elf[E_DATA] = 1;
	elf[E_MACHINE] = 20;
	elf[E_MACHINE + 1] = 0;
	CHECK_EQ(load(elf, sizeof(elf)), -ENOEXEC);
	CHECK_HAS(error_message(t.err), "is a little-endian PowerPC ELF file");
	elf[E_MACHINE] = 62;
	elf[E_CLASS] = 2;
	CHECK_EQ(load(elf, sizeof(elf)), -ENOEXEC);
	CHECK_HAS(error_message(t.err), "is an ELF file for x86-64");
	teardown();
}

static void elf_with_nothing_in_it(void)
{
	uint8_t elf[ELF_SIZE];

	setup(16);
	make_elf(elf);
	put32(elf + PHDR(0) + P_TYPE, 4);
	put32(elf + PHDR(1) + P_TYPE, 4);
	CHECK_EQ(load(elf, sizeof(elf)), -ENOEXEC);
	CHECK_HAS(error_message(t.err), "nothing to load");
	teardown();
}

/* One change to a uImage, sealed again or not. */
static const struct uimage_row {
	const char *sentence;
	int error;
	unsigned int at;
	uint8_t value;
	bool seal;
} uimage_rows[] = {
	{ "its header has the wrong checksum", EBADMSG, 40, 'x', false },
	{ "its data has the wrong checksum", EBADMSG, 64, 'x', false },
	{ "is a U-Boot image for architecture 3", ENOEXEC, IH_ARCH, 3, true },
	{ "is a U-Boot image of type 3, not a kernel", ENOEXEC, IH_TYPE, 3, true },
	{ "with compression 2; none and gzip are known", ENOEXEC, IH_COMP, 2, true },
	{ "is truncated: a U-Boot image with", EBADMSG, IH_SIZE, 0x7f, true },
	{ "lies outside the guest's memory", EFAULT, IH_LOAD, 0xff, true },
	{ "begins at 0xff400004", ENOEXEC, IH_EP, 0xff, true },
	{ "begins at 0x400007", ENOEXEC, IH_EP + 3, 0x07, true },
};

static void bad_uimages(void)
{
	uint8_t image[64 + sizeof(hello)];

	setup(16);
	for (unsigned int compression = 0; compression < 2; compression++) {
		for (size_t i = 0; i < sizeof(uimage_rows) / sizeof(uimage_rows[0]); i++) {
			const struct uimage_row *row = &uimage_rows[i];

			test_context("compression %u: %s", compression, row->sentence);
			make_uimage(image, hello, sizeof(hello), 2, compression);
			image[row->at] = row->value;
			if (row->seal)
				seal_uimage(image);
			CHECK_EQ(load(image, sizeof(image)), -row->error);
			CHECK_HAS(error_message(t.err), row->sentence);
		}
	}
	test_context("short");
	CHECK_EQ(load(image, 63), -EBADMSG);
	CHECK_HAS(error_message(t.err), "is truncated");
	make_uimage(image, hello, 0, 2, 0);
	CHECK_EQ(load(image, 64), -EBADMSG);
	CHECK_HAS(error_message(t.err), "without data");
	teardown();
}

static void bad_gzip_in_a_uimage(void)
{
	uint8_t data[sizeof(hello)], image[64 + sizeof(hello)];

	setup(16);
	memcpy(data, hello, sizeof(hello));
	data[12] ^= 0x10;
	make_uimage(image, data, sizeof(data), 2, 1);
	CHECK_EQ(load(image, sizeof(image)), -EBADMSG);
	CHECK_HAS(error_message(t.err), "kernel 'k': the ");
	make_uimage(image, hello, sizeof(hello) - 5, 2, 1);
	CHECK_EQ(load(image, sizeof(image)), -EBADMSG);
	CHECK_HAS(error_message(t.err), "cut short");
	/* 24 bytes do not fit into the last 8 */
	make_uimage(image, hello, sizeof(hello), 2, 1);
	put32(image + IH_LOAD, 16 * (uint32_t)MB - 8);
	seal_uimage(image);
	CHECK_EQ(load(image, sizeof(image)), -ENOSPC);
	CHECK_HAS(error_message(t.err), "does not fit: unpacked at 0xfffff8");
	teardown();
}

static void other_bad_files(void)
{
	_cleanup_(closep)
	int dir = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	_cleanup_(closep)
	int device = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	_cleanup_(closep)
	int code = file_of("H\0\0\0", 4);
	_cleanup_(closep)
	int big = file_of("x", 1);
	_cleanup_(closep)
	int empty = file_of("", 0);
	char cmdline[3000];

	setup(16);
	CHECK_EQ(load_fds(dir, -1, NULL), -EISDIR);
	CHECK_STR(error_message(t.err), "kernel 'k': is a directory");
	CHECK_EQ(load_fds(device, -1, NULL), -EINVAL);
	CHECK_STR(error_message(t.err), "kernel 'k': is not a regular file");
	CHECK_EQ(load_fds(empty, -1, NULL), -EBADMSG);
	CHECK_STR(error_message(t.err), "kernel 'k': is empty");
	CHECK_EQ(load_fds(-1, -1, NULL), -EBADF);
	CHECK_HAS(error_message(t.err), "kernel 'k': ");
	CHECK_EQ(load_fds(code, dir, NULL), -EISDIR);
	CHECK_STR(error_message(t.err), "initrd 'i': is a directory");
	CHECK_EQ(load_fds(code, empty, NULL), -EBADMSG);
	CHECK_STR(error_message(t.err), "initrd 'i': is empty");

	REQUIRE_EQ(ftruncate(big, (off_t)(16 * MB + 1)), 0);
	CHECK_EQ(load_fds(big, -1, NULL), -EFBIG);
	CHECK_HAS(error_message(t.err),
		  "kernel 'k': is 16777217 bytes long, more than the guest's memory of 16 MB");
	CHECK_EQ(load_fds(code, big, NULL), -EFBIG);
	CHECK_HAS(error_message(t.err),
		  "initrd 'i': is 16777217 bytes long, more than the guest's memory of 16 MB");
	REQUIRE_EQ(ftruncate(big, (off_t)(16 * MB - 100)), 0);
	CHECK_EQ(load_fds(code, big, NULL), -ENOSPC);
	CHECK_HAS(error_message(t.err), "initrd 'i': does not fit");
	CHECK_EQ(load_fds(big, -1, NULL), -ENOSPC);
	CHECK_HAS(error_message(t.err), "no room for the device tree");
	CHECK_EQ(load(hello, sizeof(hello)), -ENOEXEC);
	CHECK_HAS(error_message(t.err), "kernel 'k': is compressed with gzip");

	memset(cmdline, 'x', sizeof(cmdline));
	cmdline[2048] = '\0';
	CHECK_EQ(load_fds(code, -1, cmdline), -E2BIG);
	CHECK_HAS(error_message(t.err), "command line has 2048 characters, more than 2047");
	cmdline[2047] = '\0';
	CHECK_EQ(load_fds(code, -1, cmdline), 0);
	teardown();
}

/* What would be taken for a raw image, had it not the mark of something else. */
static void foreign_files_are_named(void)
{
	static const struct {
		const char *sentence;
		size_t at;
		uint8_t magic[6];
	} rows[] = {
		{ "is compressed with gzip", 0, { 0x1f, 0x8b, 8 } },
		{ "is compressed with xz", 0, { 0xfd, '7', 'z', 'X' } },
		{ "is a device tree or a FIT image", 0, { 0xd0, 0x0d, 0xfe, 0xed } },
		{ "is an x86 kernel", 0x202, { 'H', 'd', 'r', 'S' } },
		{ "is an ARM kernel", 0x24, { 0x18, 0x28, 0x6f, 0x01 } },
		{ "is an AArch64 kernel", 0x38, { 'A', 'R', 'M', 0x64 } },
		{ "is an initramfs, not a kernel", 0, { '0', '7', '0', '7', '0', '1' } },
		{ "is a script, not a kernel", 0, { '#', '!' } },
	};
	uint8_t file[2000];

	setup(16);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		test_context("%s", rows[i].sentence);
		memset(file, 0, sizeof(file));
		memcpy(file + rows[i].at, rows[i].magic, sizeof(rows[i].magic));
		CHECK_EQ(load(file, sizeof(file)), -ENOEXEC);
		CHECK_HAS(error_message(t.err), "kernel 'k': is ");
		CHECK_HAS(error_message(t.err), rows[i].sentence);
	}
	teardown();
}

static uint32_t next_random(uint32_t *state)
{
	*state = *state * 1664525 + 1013904223;
	return *state >> 8;
}

/* Interesting numbers for the fields of a header. */
static uint32_t hostile_number(uint32_t *seed)
{
	static const uint32_t numbers[] = { 0,	  1,	      0x7fffffff, 0x80000000, 0xffffffff,
					    64,	  0xfffffffc, 0x01000000, 0x00ffffff, 0x00fffff0,
					    1024, 0xffff0000, 0x10000,	  32 };
	uint32_t r = next_random(seed);

	if (r & 1)
		return numbers[r / 2 % (sizeof(numbers) / sizeof(numbers[0]))];
	return next_random(seed) * 251 + r;
}

/* Damaged headers end in an answer; each failure has a sentence with the file's name. */
static void damage_is_survived(void)
{
	uint8_t elf[ELF_SIZE], image[64 + sizeof(hello)];
	uint32_t seed = 440;
	unsigned int good = 0;

	setup(16);
	for (int round = 0; round < 3000; round++) {
		bool is_elf = round & 1;
		uint8_t *file = is_elf ? elf : image;
		size_t len = is_elf ? sizeof(elf) : sizeof(image);
		int r;

		test_context("round %d", round);
		make_elf(elf);
		make_uimage(image, hello, sizeof(hello), 2, next_random(&seed) & 1);
		for (uint32_t n = next_random(&seed) % 3 + 1; n; n--) {
			uint32_t at = next_random(&seed) % (is_elf ? 28 : 8) * 4;

			put32(file + at, hostile_number(&seed));
		}
		if (!is_elf) {
			put32(image, 0x27051956);
			seal_uimage(image);
		}
		if (next_random(&seed) % 8 == 0)
			len = next_random(&seed) % len + 1;
		r = load(file, len);
		good += r == 0;
		CHECK(r <= 0);
		if (r == 0)
			check_entry_state(t.entry.pc);
		else if (!strstr(error_message(t.err), "no room for the device tree"))
			CHECK_HAS(error_message(t.err), "'k': "); /* else no one file's fault */
	}
	test_note("%u of 3000 damaged files could be loaded", good);
	CHECK(good < 1500);
	teardown();
}

static const struct test_case cases[] = {
	TEST_CASE(elf_lands_at_its_physical_addresses),
	TEST_CASE(raw_stands_at_zero),
	TEST_CASE(uimage_plain),
	TEST_CASE(uimage_gzip),
	TEST_CASE(initrd_and_tree_stand_clear),
	TEST_CASE(uboot_ramdisk_loses_its_header),
	TEST_CASE(bad_elf_files),
	TEST_CASE(elf_of_the_other_byte_order),
	TEST_CASE(elf_with_nothing_in_it),
	TEST_CASE(bad_uimages),
	TEST_CASE(bad_gzip_in_a_uimage),
	TEST_CASE(other_bad_files),
	TEST_CASE(foreign_files_are_named),
	TEST_CASE(damage_is_survived),
};

TEST_MAIN(cases)
