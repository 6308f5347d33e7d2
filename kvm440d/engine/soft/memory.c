/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The guest's RAM as the engine sees it, and what devices write into it from other threads. */
#include "soft.h"

#include "util/error.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct region *soft_region(struct engine_vm *vm, uint64_t ra)
{
	for (unsigned int i = 0; i < vm->n_regions; i++)
		if (ra - vm->regions[i].ra < vm->regions[i].size)
			return &vm->regions[i];
	return NULL;
}

enum core440_mem soft_mem_read(struct core440 *c, uint64_t ra, void *buf, uint32_t len)
{
	struct region *r = soft_region(vcpu_of(c)->vm, ra);

	if (!r)
		return CORE440_MEM_NONE;
	memcpy(buf, r->host + (ra - r->ra), len);
	return CORE440_MEM_OK;
}

enum core440_mem soft_mem_write(struct core440 *c, uint64_t ra, const void *buf, uint32_t len)
{
	struct engine_vcpu *v = vcpu_of(c);
	struct region *r = soft_region(v->vm, ra);
	uint64_t page;

	if (!r || r->read_only)
		return CORE440_MEM_NONE;
	page = (ra - r->ra) >> PAGE_SHIFT;
	if (r->flags[page] & PAGE_CODE)
		soft_code_written(v, r, page, (uint32_t)ra & ~PAGE_MASK, len);
	memcpy(r->host + (ra - r->ra), buf, len);
	return CORE440_MEM_OK;
}

int soft_vm_map(struct engine_vm *vm, uint64_t ra, uint64_t size, void *host, bool read_only,
		struct error **err)
{
	struct region *r = &vm->regions[vm->n_regions];

	if (!size || (ra | size | (uintptr_t)host) & (PAGE_SIZE - 1) || ra >> 36 ||
	    size > (UINT64_C(1) << 36) - ra)
		return error_set(err, EINVAL,
				 "memory at 0x%" PRIx64 " of 0x%" PRIx64
				 " bytes does not lie on pages of a 36-bit address space",
				 ra, size);
	if (vm->n_regions == REGIONS_MAX)
		return error_set(err, ENOSPC, "more than %d regions of memory", REGIONS_MAX);
	for (unsigned int i = 0; i < vm->n_regions; i++)
		if (ra < vm->regions[i].ra + vm->regions[i].size && vm->regions[i].ra < ra + size)
			return error_set(err, EEXIST, "memory at 0x%" PRIx64 " is mapped twice",
					 ra);
	*r = (struct region){ .ra = ra, .size = size, .host = host, .read_only = read_only };
	r->flags = calloc(size >> PAGE_SHIFT, sizeof(*r->flags));
	r->code = calloc(size >> PAGE_SHIFT, sizeof(*r->code));
	if (!r->flags || !r->code) {
		free(r->flags);
		free(r->code);
		return error_set(err, ENOMEM, "no memory for the page tables of the guest");
	}
	vm->n_regions++;
	return 0;
}

/* Whether any page of the range has decoded code. */
static bool has_code(struct engine_vm *vm, uint64_t ra, uint64_t len)
{
	while (len) {
		struct region *r = soft_region(vm, ra);
		uint64_t page, last;

		if (!r)
			return false;
		if (len > r->ra + r->size - ra)
			last = r->size - 1;
		else
			last = ra - r->ra + len - 1;
		for (page = (ra - r->ra) >> PAGE_SHIFT; page <= last >> PAGE_SHIFT; page++)
			if (__atomic_load_n(&r->flags[page], __ATOMIC_RELAXED) & PAGE_CODE)
				return true;
		len -= r->ra + last + 1 - ra;
		ra = r->ra + last + 1;
	}
	return false;
}

void soft_vm_written(struct engine_vm *vm, uint64_t ra, uint64_t len)
{
	/*
	 * The data are written; soft_code_fetch() sets PAGE_CODE, then reads. With a full barrier
	 * on both sides either the flag is seen here or the data are seen there.
	 */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (!has_code(vm, ra, len))
		return;
	pthread_mutex_lock(&vm->lock);
	if (vm->n_posted < POSTED_MAX) {
		vm->posted[vm->n_posted].ra = ra;
		vm->posted[vm->n_posted].len = len;
	}
	if (vm->n_posted <= POSTED_MAX)
		__atomic_store_n(&vm->n_posted, vm->n_posted + 1, __ATOMIC_RELAXED);
	if (vm->vcpu) {
		core440_atomic_or(&vm->vcpu->core.pending, CORE440_PENDING_KICK);
		soft_wake(vm->vcpu);
	}
	pthread_mutex_unlock(&vm->lock);
}

static void drop_range(struct engine_vcpu *v, uint64_t ra, uint64_t len)
{
	while (len) {
		struct region *r = soft_region(v->vm, ra);
		uint32_t offset = (uint32_t)ra & ~PAGE_MASK, n = PAGE_SIZE - offset;

		if (n > len)
			n = (uint32_t)len;
		if (r)
			soft_code_written(v, r, (ra - r->ra) >> PAGE_SHIFT, offset, n);
		ra += n;
		len -= n;
	}
}

void soft_drop_posted(struct engine_vcpu *v)
{
	struct engine_vm *vm = v->vm;

	if (!__atomic_load_n(&vm->n_posted, __ATOMIC_ACQUIRE))
		return;
	pthread_mutex_lock(&vm->lock);
	if (vm->n_posted > POSTED_MAX)
		soft_code_flush(v);
	else
		for (unsigned int i = 0; i < vm->n_posted; i++)
			drop_range(v, vm->posted[i].ra, vm->posted[i].len);
	vm->n_posted = 0;
	pthread_mutex_unlock(&vm->lock);
}
