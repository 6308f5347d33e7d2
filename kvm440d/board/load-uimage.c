/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * U-Boot's legacy images: a header of 64 bytes, then the data, plain or gzip. Fields and numbers:
 * U-Boot include/image.h, also in mkimage(1) and dumpimage(1) of u-boot-tools.
 */
#include "board/load.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "device/memory.h"
#include "util/crc32.h"
#include "util/error.h"
#include "util/gunzip.h"

#define MAGIC	 0x27051956u
#define ARCH_PPC 7

/* Offsets in the header; all fields are big-endian. */
enum {
	IH_MAGIC = 0,
	IH_HCRC = 4,
	IH_SIZE = 12,
	IH_LOAD = 16,
	IH_EP = 20,
	IH_DCRC = 24,
	IH_ARCH = 29,
	IH_TYPE = 30,
	IH_COMP = 31,
};

static uint32_t be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

bool uimage_probe(const uint8_t *start, size_t len)
{
	return len >= 4 && be32(start + IH_MAGIC) == MAGIC;
}

static int check_data(const struct load_file *f, const struct crc32_tables *tables,
		      const struct uimage *image, struct error **err)
{
	uint8_t buf[16384];
	uint32_t crc = 0;

	for (uint64_t at = 0; at < image->size; at += sizeof(buf)) {
		uint64_t left = image->size - at;
		size_t len = left < sizeof(buf) ? (size_t)left : sizeof(buf);
		int r = load_file_read(f, UIMAGE_HEADER + at, buf, len, err);

		if (r)
			return r;
		crc = crc32_add(tables, crc, buf, len);
	}
	if (crc != image->data_crc)
		return load_file_error(
			f, EBADMSG, err,
			"is a damaged U-Boot image: its data has the wrong checksum");
	return 0;
}

static int check_header(const struct load_file *f, const struct crc32_tables *tables,
			uint8_t header[UIMAGE_HEADER], struct error **err)
{
	uint32_t crc = be32(header + IH_HCRC);

	memset(header + IH_HCRC, 0, 4);
	if (crc32_add(tables, 0, header, UIMAGE_HEADER) != crc)
		return load_file_error(
			f, EBADMSG, err,
			"is a damaged U-Boot image: its header has the wrong checksum");
	if (header[IH_ARCH] != ARCH_PPC)
		return load_file_error(f, ENOEXEC, err,
				       "is a U-Boot image for architecture %u, not for PowerPC",
				       header[IH_ARCH]);
	return 0;
}

int uimage_check(const struct load_file *f, uint8_t type, struct uimage *ret, struct error **err)
{
	uint8_t header[UIMAGE_HEADER];
	struct crc32_tables tables;
	int r;

	crc32_init(&tables);
	r = load_file_read(f, 0, header, sizeof(header), err);
	if (!r)
		r = check_header(f, &tables, header, err);
	if (r)
		return r;
	ret->size = be32(header + IH_SIZE);
	ret->load = be32(header + IH_LOAD);
	ret->entry = be32(header + IH_EP);
	ret->data_crc = be32(header + IH_DCRC);
	ret->type = header[IH_TYPE];
	ret->compression = header[IH_COMP];
	if (ret->type != type)
		return load_file_error(f, ENOEXEC, err, "is a U-Boot image of type %u, not a %s",
				       ret->type,
				       type == UIMAGE_TYPE_KERNEL ? "kernel" : "ramdisk");
	if (!ret->size)
		return load_file_error(f, EBADMSG, err, "is a U-Boot image without data");
	if (ret->size > f->size - UIMAGE_HEADER)
		return load_file_error(f, EBADMSG, err,
				       "is truncated: a U-Boot image with %" PRIu32
				       " bytes of data in a file of %" PRIu64,
				       ret->size, f->size);
	return check_data(f, &tables, ret, err);
}

static int load_plain(struct load_map *map, const struct load_file *f, const struct uimage *image,
		      struct error **err)
{
	int r = load_reserve(map, f, image->load, image->size, "kernel", err);
	void *to = memory_at(map->memory, image->load, image->size);

	if (r || !to)
		return r;
	r = load_file_read(f, UIMAGE_HEADER, to, image->size, err);
	memory_changed(map->memory, image->load, image->size);
	return r;
}

struct gzip_input {
	const struct load_file *f;
	uint64_t at, end;
	struct error *err;
};

static int read_gzip(void *self, uint8_t *buf, size_t size)
{
	struct gzip_input *in = self;
	uint64_t left = in->end - in->at;
	size_t len = left < size ? (size_t)left : size;
	int r = load_file_read(in->f, in->at, buf, len, &in->err);

	in->at += len;
	return r ? r : (int)len;
}

static int load_gzip(struct load_map *map, const struct load_file *f, const struct uimage *image,
		     struct error **err)
{
	struct gzip_input in = { f, UIMAGE_HEADER, UIMAGE_HEADER + (uint64_t)image->size, NULL };
	uint64_t room = load_free_until(map, image->load) - image->load;
	void *to = memory_at(map->memory, image->load, room);
	struct error *why = NULL;
	size_t len = 0;
	int r;

	if (!to)
		return load_reserve(map, f, image->load, 1, "kernel", err);
	r = gunzip(read_gzip, &in, to, (size_t)room, &len, &why);
	memory_changed(map->memory, image->load, room);
	if (r == -EFBIG)
		r = load_file_error(f, ENOSPC, err,
				    "does not fit: unpacked at 0x%" PRIx32
				    ", it has more than the %" PRIu64 " bytes of memory there",
				    image->load, room);
	else if (r)
		r = load_file_error(f, -r, err, "%s", error_message(in.err ? in.err : why));
	error_free(in.err);
	error_free(why);
	return r ? r : load_reserve(map, f, image->load, len, "kernel", err);
}

int load_uimage(struct load_map *map, const struct load_file *f, uint64_t *ret_entry,
		struct error **err)
{
	struct uimage image;
	int r = uimage_check(f, UIMAGE_TYPE_KERNEL, &image, err);

	if (r)
		return r;
	switch (image.compression) {
	case UIMAGE_COMP_NONE: r = load_plain(map, f, &image, err); break;
	case UIMAGE_COMP_GZIP: r = load_gzip(map, f, &image, err); break;
	default:
		return load_file_error(
			f, ENOEXEC, err,
			"is a U-Boot image with compression %u; none and gzip are known",
			image.compression);
	}
	*ret_entry = image.entry;
	return r;
}
