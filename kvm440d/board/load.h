/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The parts of the boot loader: files that are read with care, a map of what stands where in the
 * memory, and one function a kernel format. All sizes and addresses are 64-bit and checked before
 * use; every sentence names the file.
 */
#ifndef KVM440_LOAD_H
#define KVM440_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct error;
struct memory;

struct load_file {
	int fd;		  /* not owned */
	const char *name; /* for messages */
	const char *what; /* "kernel", "initrd" */
	uint64_t size;	  /* bytes */
};

/* Checks that it is a regular file with something in it. */
int load_file_init(struct load_file *f, const char *what, int fd, const char *name,
		   struct error **err);
/* Exactly [offset, offset + len): -EBADMSG when the file ends before. */
int load_file_read(const struct load_file *f, uint64_t offset, void *buf, uint64_t len,
		   struct error **err);
/* A sentence about the file: "kernel 'x': " in front. */
__attribute__((format(printf, 4, 5))) int
load_file_error(const struct load_file *f, int errnum, struct error **err, const char *format, ...);

/* The entry state's mapping: one 256 MB entry, 1:1. */
#define LOAD_MAPPING (UINT64_C(256) << 20)

#define LOAD_RANGES 80

/* What of the memory is taken. */
struct load_map {
	struct memory *memory;
	struct {
		uint64_t start, end;
		char name[48];
	} ranges[LOAD_RANGES];
	size_t n;
};

/*
 * Takes [start, start + size) for @name. -EFAULT with a sentence when it is not all memory, -EEXIST
 * when it overlaps with what was taken before. A range of no size takes nothing.
 */
int load_reserve(struct load_map *map, const struct load_file *f, uint64_t start, uint64_t size,
		 const char *name, struct error **err);
/* Finds and takes the highest free @size bytes below @limit, aligned. -ENOSPC: no sentence. */
int load_allocate(struct load_map *map, uint64_t size, uint64_t align, uint64_t limit,
		  const char *name, uint64_t *ret_start);
/* The end of the free memory that begins at start: the next taken range, or the end of memory. */
uint64_t load_free_until(const struct load_map *map, uint64_t start);

/* U-Boot's legacy image header (U-Boot include/image.h), checked, in host order. */
struct uimage {
	uint32_t size, load, entry, data_crc;
	uint8_t type, compression;
};

#define UIMAGE_HEADER	    64
#define UIMAGE_TYPE_KERNEL  2
#define UIMAGE_TYPE_RAMDISK 3
#define UIMAGE_COMP_NONE    0
#define UIMAGE_COMP_GZIP    1

/* Whether the file begins as such an image does. */
bool uimage_probe(const uint8_t *start, size_t len);
/* Reads the header and checks its checksum and the data's, machine and type. */
int uimage_check(const struct load_file *f, uint8_t type, struct uimage *ret, struct error **err);

bool elf_probe(const uint8_t *start, size_t len);

/* Lay a kernel into memory; *ret_entry is its real address to start at. */
int load_elf(struct load_map *map, const struct load_file *f, uint64_t *ret_entry,
	     struct error **err);
int load_uimage(struct load_map *map, const struct load_file *f, uint64_t *ret_entry,
		struct error **err);
int load_raw(struct load_map *map, const struct load_file *f, uint64_t *ret_entry,
	     struct error **err);

#endif
