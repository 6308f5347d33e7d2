// SPDX-License-Identifier: GPL-2.0-only
/*
 * KVM_IOEVENTFD: a guest's write to an address of a device signals an eventfd, and the guest goes
 * on at once. Looked up before a write leaves to user space, with preemption off.
 */
#include "vcpu.h"

#include <linux/eventfd.h>
#include <linux/slab.h>
#include <linux/version.h>

#define RA_LIMIT (1ull << 36)
#define EVENTS	 256 /* a VM */

struct ioevent {
	struct list_head list;
	struct eventfd_ctx *eventfd;
	u64 addr, data;
	u32 len; /* 0: of any length */
	bool match;
};

/* Whether both would answer some write. */
static bool collide(const struct ioevent *a, const struct ioevent *b)
{
	return a->addr == b->addr && (!a->len || !b->len || a->len == b->len) &&
	       (!a->match || !b->match || a->data == b->data);
}

static void free_event(struct ioevent *e)
{
	eventfd_ctx_put(e->eventfd);
	kfree(e);
}

static int assign(struct vm *vm, struct ioevent *e)
{
	struct ioevent *other;
	int ret = 0;

	write_lock(&vm->regions_lock);
	list_for_each_entry(other, &vm->ioevents, list) if (collide(e, other)) ret = -EEXIST;
	if (!ret && vm->ioevent_count == EVENTS)
		ret = -ENOSPC;
	if (!ret) {
		list_add_tail(&e->list, &vm->ioevents);
		vm->ioevent_count++;
	}
	write_unlock(&vm->regions_lock);
	return ret;
}

static int deassign(struct vm *vm, const struct ioevent *e)
{
	struct ioevent *other, *found = NULL;

	write_lock(&vm->regions_lock);
	list_for_each_entry(other, &vm->ioevents,
			    list) if (other->eventfd == e->eventfd && other->addr == e->addr &&
				      other->len == e->len && other->match == e->match &&
				      (!e->match || other->data == e->data))
	{
		found = other;
		break;
	}
	if (found) {
		list_del(&found->list);
		vm->ioevent_count--;
	}
	write_unlock(&vm->regions_lock);
	if (!found)
		return -ENOENT;
	free_event(found);
	return 0;
}

int ioeventfd_set(struct vm *vm, const struct kvm_ioeventfd *args)
{
	bool match = args->flags & KVM_IOEVENTFD_FLAG_DATAMATCH;
	struct ioevent *e;
	int ret;

	if (args->flags & ~(KVM_IOEVENTFD_FLAG_DATAMATCH | KVM_IOEVENTFD_FLAG_DEASSIGN))
		return -EINVAL;
	if (args->len > 8 || (args->len & (args->len - 1)) || (!args->len && match))
		return -EINVAL;
	if (args->addr >= RA_LIMIT || args->addr + args->len > RA_LIMIT)
		return -EINVAL;
	e = kzalloc(sizeof(*e), GFP_KERNEL_ACCOUNT);
	if (!e)
		return -ENOMEM;
	e->addr = args->addr;
	e->len = args->len;
	e->match = match;
	e->data = args->datamatch;
	e->eventfd = eventfd_ctx_fdget(args->fd);
	if (IS_ERR(e->eventfd)) {
		ret = PTR_ERR(e->eventfd);
		kfree(e);
		return ret;
	}
	if (args->flags & KVM_IOEVENTFD_FLAG_DEASSIGN)
		ret = deassign(vm, e);
	else
		ret = assign(vm, e);
	if (ret || args->flags & KVM_IOEVENTFD_FLAG_DEASSIGN)
		free_event(e);
	return ret;
}

bool ioeventfd_write(struct vm *vm, u64 addr, u32 len, u64 value)
{
	struct ioevent *e;
	bool hit = false;

	read_lock(&vm->regions_lock);
	list_for_each_entry(e, &vm->ioevents, list) if (e->addr == addr &&
							(!e->len || e->len == len) &&
							(!e->match || e->data == value))
	{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 8, 0)
		eventfd_signal(e->eventfd);
#else
		eventfd_signal(e->eventfd, 1);
#endif
		hit = true;
		break;
	}
	read_unlock(&vm->regions_lock);
	return hit;
}

void ioeventfd_free(struct vm *vm)
{
	struct ioevent *e, *next;

	list_for_each_entry_safe(e, next, &vm->ioevents, list) free_event(e);
}
