// SPDX-License-Identifier: GPL-2.0-only
/*
 * Guest memory: regions of user space's memory, pinned while they are guest memory and accounted
 * to its RLIMIT_MEMLOCK.
 */
#include "vcpu.h"

#include <linux/highmem.h>
#include <linux/moduleparam.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

/* A guest has 36 bits of real address; this many pages of one are a region. */
#define RA_LIMIT  (1ull << 36)
#define MAX_PAGES (1ul << 18)

/* What a large entry of the shadow TLB has. */
#define LARGE	    0x100000u
#define LARGE_ORDER 8
#define LARGE_PAGES (1ul << LARGE_ORDER)

static bool large_pages = true;
module_param(large_pages, bool, 0444);
MODULE_PARM_DESC(large_pages, "entries of 1 MB in the shadow TLB where memory is in one piece");

/* The region that holds @ra, NULL if none. Under regions_lock. */
static struct region *find(struct vm *vm, u64 ra)
{
	unsigned int i;

	for (i = 0; i < vm->regions_end; i++) {
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
		set_bit_le(n, r->dirty);
	*write_protected = r->dirty && !test_bit_le(n, r->dirty);
	return r->page[n];
}

struct page *memory_large(struct vm *vm, u64 ra)
{
	struct region *r = find(vm, ra);
	unsigned long n;

	if (!r || !r->large || r->dirty || r->flags & KVM_MEM_READONLY || r->ra & (LARGE - 1))
		return NULL;
	n = (ra - r->ra) / LARGE;
	/* What stands behind the last whole megabyte has no bit. */
	if (n >= r->pages / LARGE_PAGES || !test_bit(n, r->large))
		return NULL;
	return r->page[n * LARGE_PAGES];
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
	unsigned long i, n;

	if (!r->page)
		return;
	for (i = 0; i < r->pages; i += n) {
		n = min(r->pages - i, 256ul);
		unpin_user_pages_dirty_lock(r->page + i, n, !(r->flags & KVM_MEM_READONLY));
		cond_resched();
	}
	account_locked_vm(vm->mm, r->pages, false);
	kvfree(r->page);
	kvfree(r->dirty);
	kvfree(r->large);
	memset(r, 0, sizeof(*r));
}

/*
 * Pages that user space may write are pinned as for writing even where the guest may not write
 * them: else a page that is still the zero page would be taken, and what comes there later not be
 * seen.
 */
static int pin_some(unsigned long at, unsigned long n, bool read_only, struct page **page)
{
	int ret = pin_user_pages_fast(at, n, FOLL_WRITE | FOLL_LONGTERM, page);

	if (ret == -EFAULT && read_only)
		ret = pin_user_pages_fast(at, n, FOLL_LONGTERM, page);
	return ret;
}

/* Whether the megabyte from page @page on is in one piece, for an entry of that size. */
static bool in_one_piece(struct page *const *page)
{
	unsigned long first = page_to_pfn(page[0]), i;

	if (first & (LARGE_PAGES - 1) || PageHighMem(page[LARGE_PAGES - 1]))
		return false;
	for (i = 1; i < LARGE_PAGES; i++)
		if (page_to_pfn(page[i]) != first + i)
			return false;
	return true;
}

/* Without memory for the map there are no large pages. */
static void find_large(struct region *r)
{
	unsigned long n = r->pages / LARGE_PAGES, i;

	if (!large_pages || !n)
		return;
	r->large = kvcalloc(BITS_TO_LONGS(n), sizeof(long), GFP_KERNEL_ACCOUNT);
	for (i = 0; r->large && i < n; i++)
		if (in_one_piece(r->page + i * LARGE_PAGES))
			__set_bit(i, r->large);
}

static int pin(struct vm *vm, struct region *r)
{
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
		n = pin_some(r->user_address + (done << PAGE_SHIFT), min(want - done, 256ul),
			     r->flags & KVM_MEM_READONLY, r->page + done);
		if (n <= 0) {
			ret = n ? n : -EFAULT;
			break;
		}
		done += n;
		cond_resched();
	}
	if (done == want) {
		find_large(r);
		return 0;
	}
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

/* What may change of a region is where it is in the guest, and whether writes are logged. */
static int change(struct vm *vm, struct region *r, u64 ra, u32 flags)
{
	unsigned long *dirty = r->dirty, *old;

	if ((flags ^ r->flags) & KVM_MEM_READONLY)
		return -EINVAL;
	if (flags == r->flags && ra == r->ra)
		return 0;
	if (!(flags & KVM_MEM_LOG_DIRTY_PAGES)) {
		dirty = NULL;
	} else if (!dirty) {
		dirty = kvcalloc(BITS_TO_LONGS(r->pages), sizeof(long), GFP_KERNEL_ACCOUNT);
		if (!dirty)
			return -ENOMEM;
	}
	write_lock(&vm->regions_lock);
	old = r->dirty;
	r->ra = ra;
	r->dirty = dirty;
	r->flags = flags;
	write_unlock(&vm->regions_lock);
	flush_all(vm);
	if (old != dirty)
		kvfree(old);
	return 0;
}

int memory_set(struct vm *vm, const struct kvm_userspace_memory_region *m)
{
	struct region fresh = {}, old, *r;
	int ret;

	if (mutex_lock_killable(&vm->lock))
		return -EINTR;
	ret = check(vm, m);
	if (ret)
		goto out;
	r = &vm->region[m->slot];
	if (!m->memory_size && !r->pages) {
		ret = -EINVAL;
		goto out;
	}
	if (m->memory_size && r->pages) {
		/* As KVM has it: what it consists of never changes. */
		ret = r->pages == m->memory_size >> PAGE_SHIFT &&
				      r->user_address == m->userspace_addr
			      ? change(vm, r, m->guest_phys_addr, m->flags)
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
	vm->regions_end = max(vm->regions_end, m->slot + 1);
	write_unlock(&vm->regions_lock);
	flush_all(vm);
	release(vm, &old);
out:
	mutex_unlock(&vm->lock);
	return ret;
}

/* Takes what was logged of @r away, into a bitmap that is the caller's. NULL if that fails. */
static unsigned long *take_dirty(struct vm *vm, struct region *r)
{
	unsigned long *fresh = kvcalloc(BITS_TO_LONGS(r->pages), sizeof(long), GFP_KERNEL_ACCOUNT);
	unsigned long *old;

	if (!fresh)
		return NULL;
	write_lock(&vm->regions_lock);
	old = r->dirty;
	r->dirty = fresh;
	write_unlock(&vm->regions_lock);
	flush_all(vm);
	return old;
}

/* Nobody got @old: the pages in it stay logged. */
static void give_dirty_back(struct vm *vm, struct region *r, const unsigned long *old)
{
	write_lock(&vm->regions_lock);
	bitmap_or(r->dirty, r->dirty, old, r->pages);
	write_unlock(&vm->regions_lock);
}

int memory_get_dirty(struct vm *vm, const struct kvm_dirty_log *log)
{
	unsigned long *old;
	struct region *r;
	int ret = 0;

	if (log->slot >= KVM440_REGIONS)
		return -EINVAL;
	if (mutex_lock_killable(&vm->lock))
		return -EINTR;
	r = &vm->region[log->slot];
	old = r->dirty ? take_dirty(vm, r) : NULL;
	if (!r->dirty)
		ret = -ENOENT;
	else if (!old)
		ret = -ENOMEM;
	else if (copy_to_user(log->dirty_bitmap, old, BITS_TO_LONGS(r->pages) * sizeof(long))) {
		give_dirty_back(vm, r, old);
		ret = -EFAULT;
	}
	kvfree(old);
	mutex_unlock(&vm->lock);
	return ret;
}

void memory_free(struct vm *vm)
{
	unsigned int i;

	for (i = 0; i < KVM440_REGIONS; i++)
		release(vm, &vm->region[i]);
}

/*
 * What mmap of a VM gives cannot be swapped. It counts as pinned memory of the process that mapped
 * it, up to RLIMIT_MEMLOCK, until the last piece of it is unmapped, by whomever. Slots count beside
 * that, as locked memory, whatever memory they are made of.
 */
struct charge {
	struct kref ref;
	struct mm_struct *mm;
	unsigned long pages;
};

static struct charge *charge_new(unsigned long pages)
{
	unsigned long limit = rlimit(RLIMIT_MEMLOCK) >> PAGE_SHIFT;
	struct charge *charge = kmalloc(sizeof(*charge), GFP_KERNEL_ACCOUNT);

	if (!charge)
		return NULL;
	if (atomic64_add_return(pages, &current->mm->pinned_vm) > limit && !capable(CAP_IPC_LOCK)) {
		atomic64_sub(pages, &current->mm->pinned_vm);
		kfree(charge);
		return NULL;
	}
	kref_init(&charge->ref);
	charge->mm = current->mm;
	charge->pages = pages;
	mmgrab(charge->mm);
	return charge;
}

static void charge_free(struct kref *ref)
{
	struct charge *charge = container_of(ref, struct charge, ref);

	atomic64_sub(charge->pages, &charge->mm->pinned_vm);
	mmdrop(charge->mm);
	kfree(charge);
}

static void mapping_open(struct vm_area_struct *vma)
{
	struct charge *charge = vma->vm_private_data;

	kref_get(&charge->ref);
}

static void mapping_close(struct vm_area_struct *vma)
{
	struct charge *charge = vma->vm_private_data;

	kref_put(&charge->ref, charge_free);
}

static const struct vm_operations_struct mapping_ops = {
	.open = mapping_open,
	.close = mapping_close,
};

/*
 * Pages of one block at @at, each on its own from now on: they go when nobody maps them. -EAGAIN if
 * there is no such block, and smaller ones are to be tried.
 */
static int insert_block(struct vm_area_struct *vma, unsigned long at, unsigned int order)
{
	/* The switch code reads and the TLB takes large what is in the linear map. */
	gfp_t large = GFP_KERNEL_ACCOUNT | __GFP_NORETRY | __GFP_NOWARN,
	      single = GFP_HIGHUSER | __GFP_ACCOUNT | __GFP_RETRY_MAYFAIL;
	struct page *page = alloc_pages((order ? large : single) | __GFP_ZERO, order);
	unsigned int i;
	int ret = 0;

	if (!page)
		return order ? -EAGAIN : -ENOMEM;
	split_page(page, order);
	for (i = 0; i < 1u << order; i++) {
		if (!ret)
			ret = vm_insert_page(vma, at + i * PAGE_SIZE, page + i);
		put_page(page + i);
	}
	return ret;
}

int memory_mmap(struct file *file, struct vm_area_struct *vma)
{
	unsigned long at = vma->vm_start, pages;
	struct charge *charge;
	unsigned int order;
	int ret = 0;

	if (!large_pages)
		return -ENODEV;
	if (!(vma->vm_flags & VM_SHARED) || vma_pages(vma) > MAX_PAGES)
		return -EINVAL;
	charge = charge_new(vma_pages(vma));
	if (!charge)
		return -ENOMEM;
	while (at < vma->vm_end && !ret) {
		if (fatal_signal_pending(current)) {
			ret = -EINTR;
			break;
		}
		pages = (vma->vm_end - at) >> PAGE_SHIFT;
		order = pages >= LARGE_PAGES && !((at - vma->vm_start) & (LARGE - 1)) ? LARGE_ORDER
										      : 0;
		ret = insert_block(vma, at, order);
		if (ret == -EAGAIN) {
			order = 0;
			ret = insert_block(vma, at, 0);
		}
		at += PAGE_SIZE << order;
		cond_resched();
	}
	if (ret) {
		kref_put(&charge->ref, charge_free);
		return ret;
	}
	vma->vm_private_data = charge;
	vma->vm_ops = &mapping_ops;
	return 0;
}
