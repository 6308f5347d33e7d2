// SPDX-License-Identifier: GPL-2.0-only
/*
 * Guest memory: regions of user space's memory, pinned while they are guest memory and accounted
 * to its RLIMIT_MEMLOCK.
 */
#include "vcpu.h"

#include <linux/highmem.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

/* A guest has 36 bits of real address; this many pages of one are a region. */
#define RA_LIMIT  (1ull << 36)
#define MAX_PAGES (1ul << 18)

/* The region that holds @ra, NULL if none. Under regions_lock. */
static struct region *find(struct vm *vm, u64 ra)
{
	unsigned int i;

	for (i = 0; i < KVM440_REGIONS; i++) {
		struct region *r = &vm->region[i];

		if (r->pages && ra >= r->ra && (ra - r->ra) >> PAGE_SHIFT < r->pages)
			return r;
	}
	return NULL;
}

struct page *memory_page(struct vm *vm, u64 ra, bool write, bool *write_protected)
{
	struct region *r = find(vm, ra);
	unsigned long n;

	if (!r)
		return NULL;
	n = (ra - r->ra) >> PAGE_SHIFT;
	if (r->flags & KVM_MEM_READONLY) {
		*write_protected = true;
		return write ? NULL : r->page[n];
	}
	if (r->dirty && write)
		set_bit(n, r->dirty);
	*write_protected = r->dirty && !test_bit(n, r->dirty);
	return r->page[n];
}

bool memory_write_logged(struct vm *vm, u64 ra)
{
	struct region *r;
	bool ret;

	read_lock(&vm->regions_lock);
	r = find(vm, ra);
	ret = r && r->dirty && !test_bit((ra - r->ra) >> PAGE_SHIFT, r->dirty);
	read_unlock(&vm->regions_lock);
	return ret;
}

enum core440_mem memory_read(struct core440 *c, u64 ra, void *buf, u32 len)
{
	struct vm *vm = vcpu_of(c)->vm;
	struct page *page;
	bool protected;
	char *p;

	read_lock(&vm->regions_lock);
	page = memory_page(vm, ra, false, &protected);
	if (page) {
		p = kmap_local_page(page);
		memcpy(buf, p + (ra & ~PAGE_MASK), len);
		kunmap_local(p);
	}
	read_unlock(&vm->regions_lock);
	return page ? CORE440_MEM_OK : CORE440_MEM_NONE;
}

enum core440_mem memory_write(struct core440 *c, u64 ra, const void *buf, u32 len)
{
	struct vm *vm = vcpu_of(c)->vm;
	struct page *page;
	bool protected;
	char *p;

	read_lock(&vm->regions_lock);
	page = memory_page(vm, ra, true, &protected);
	if (page) {
		p = kmap_local_page(page);
		memcpy(p + (ra & ~PAGE_MASK), buf, len);
		kunmap_local(p);
	}
	read_unlock(&vm->regions_lock);
	return page ? CORE440_MEM_OK : CORE440_MEM_NONE;
}

/* Unpins what was pinned of @r and forgets it. */
static void release(struct vm *vm, struct region *r)
{
	unsigned long i;

	if (!r->page)
		return;
	for (i = 0; i < r->pages; i++)
		unpin_user_pages_dirty_lock(&r->page[i], 1, !(r->flags & KVM_MEM_READONLY));
	account_locked_vm(vm->mm, r->pages, false);
	kvfree(r->page);
	kvfree(r->dirty);
	memset(r, 0, sizeof(*r));
}

static int pin(struct vm *vm, struct region *r)
{
	unsigned int write = r->flags & KVM_MEM_READONLY ? 0 : FOLL_WRITE;
	unsigned long done = 0, want = r->pages;
	int n, ret;

	r->page = kvcalloc(want, sizeof(*r->page), GFP_KERNEL_ACCOUNT);
	if (!r->page)
		return -ENOMEM;
	ret = account_locked_vm(vm->mm, want, true);
	if (ret) {
		kvfree(r->page);
		r->page = NULL;
		return ret;
	}
	while (done < want) {
		n = pin_user_pages_fast(r->user_address + (done << PAGE_SHIFT),
					min(want - done, 256ul), write | FOLL_LONGTERM,
					r->page + done);
		if (n <= 0) {
			ret = n ? n : -EFAULT;
			break;
		}
		done += n;
		cond_resched();
	}
	if (done == want)
		return 0;
	unpin_user_pages(r->page, done);
	account_locked_vm(vm->mm, want, false);
	kvfree(r->page);
	r->page = NULL;
	return ret;
}

/* No processor may go on with pages that are no longer the guest's. Under vm->lock. */
static void flush_all(struct vm *vm)
{
	unsigned int i;

	for (i = 0; i < KVM440_VCPUS; i++)
		if (vm->vcpu[i])
			shadow_flush(vm->vcpu[i]);
}

static int check(const struct vm *vm, const struct kvm_userspace_memory_region *m)
{
	u64 end = m->guest_phys_addr + m->memory_size,
	    user_end = m->userspace_addr + m->memory_size;
	unsigned int i;

	if (m->slot >= KVM440_REGIONS)
		return -EINVAL;
	if (m->flags & ~(KVM_MEM_READONLY | KVM_MEM_LOG_DIRTY_PAGES))
		return -EINVAL;
	if (!m->memory_size)
		return 0;
	if ((m->memory_size | m->guest_phys_addr | m->userspace_addr) & ~PAGE_MASK)
		return -EINVAL;
	if (m->memory_size >> PAGE_SHIFT > MAX_PAGES || end > RA_LIMIT ||
	    end <= m->guest_phys_addr || user_end <= m->userspace_addr || user_end > TASK_SIZE)
		return -EINVAL;
	for (i = 0; i < KVM440_REGIONS; i++) {
		const struct region *r = &vm->region[i];

		if (i != m->slot && r->pages &&
		    m->guest_phys_addr < r->ra + ((u64)r->pages << PAGE_SHIFT) && r->ra < end)
			return -EEXIST;
	}
	return 0;
}

/* Turns logging of writes on or off, or moves nothing: what else may change of a region is none. */
static int change_flags(struct vm *vm, struct region *r, u32 flags)
{
	unsigned long *dirty = NULL, *old;

	if ((flags ^ r->flags) & KVM_MEM_READONLY)
		return -EINVAL;
	if (flags == r->flags)
		return 0;
	if (flags & KVM_MEM_LOG_DIRTY_PAGES) {
		dirty = kvcalloc(BITS_TO_LONGS(r->pages), sizeof(long), GFP_KERNEL_ACCOUNT);
		if (!dirty)
			return -ENOMEM;
	}
	write_lock(&vm->regions_lock);
	old = r->dirty;
	r->dirty = dirty;
	r->flags = flags;
	write_unlock(&vm->regions_lock);
	flush_all(vm);
	kvfree(old);
	return 0;
}

int memory_set(struct vm *vm, const struct kvm_userspace_memory_region *m)
{
	struct region fresh = {}, old, *r;
	int ret;

	mutex_lock(&vm->lock);
	ret = check(vm, m);
	if (ret)
		goto out;
	r = &vm->region[m->slot];
	if (!m->memory_size && !r->pages) {
		ret = -EINVAL;
		goto out;
	}
	if (m->memory_size && r->pages) {
		/* As KVM has it: the size never changes; a region that moves is removed first. */
		ret = r->pages == m->memory_size >> PAGE_SHIFT && r->ra == m->guest_phys_addr &&
				      r->user_address == m->userspace_addr
			      ? change_flags(vm, r, m->flags)
			      : -EINVAL;
		goto out;
	}
	if (m->memory_size) {
		fresh.ra = m->guest_phys_addr;
		fresh.pages = m->memory_size >> PAGE_SHIFT;
		fresh.flags = m->flags;
		fresh.user_address = m->userspace_addr;
		ret = pin(vm, &fresh);
		if (!ret && m->flags & KVM_MEM_LOG_DIRTY_PAGES) {
			fresh.dirty = kvcalloc(BITS_TO_LONGS(fresh.pages), sizeof(long),
					       GFP_KERNEL_ACCOUNT);
			if (!fresh.dirty) {
				release(vm, &fresh);
				ret = -ENOMEM;
			}
		}
		if (ret)
			goto out;
	}
	write_lock(&vm->regions_lock);
	old = *r;
	*r = fresh;
	write_unlock(&vm->regions_lock);
	flush_all(vm);
	release(vm, &old);
out:
	mutex_unlock(&vm->lock);
	return ret;
}

int memory_get_dirty(struct vm *vm, const struct kvm_dirty_log *log)
{
	struct region *r;
	unsigned long *fresh, *old = NULL;
	int ret = -ENOENT;

	if (log->slot >= KVM440_REGIONS)
		return -EINVAL;
	mutex_lock(&vm->lock);
	r = &vm->region[log->slot];
	if (!r->dirty)
		goto out;
	ret = -ENOMEM;
	fresh = kvcalloc(BITS_TO_LONGS(r->pages), sizeof(long), GFP_KERNEL_ACCOUNT);
	if (!fresh)
		goto out;
	write_lock(&vm->regions_lock);
	old = r->dirty;
	r->dirty = fresh;
	write_unlock(&vm->regions_lock);
	flush_all(vm);
	ret = copy_to_user(log->dirty_bitmap, old, BITS_TO_LONGS(r->pages) * sizeof(long)) ? -EFAULT
											   : 0;
	kvfree(old);
out:
	mutex_unlock(&vm->lock);
	return ret;
}

void memory_free(struct vm *vm)
{
	unsigned int i;

	for (i = 0; i < KVM440_REGIONS; i++)
		release(vm, &vm->region[i]);
}
