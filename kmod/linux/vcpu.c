// SPDX-License-Identifier: GPL-2.0-only
/* The files of a virtual machine and of its processors: what their ioctls check and do. */
#include "vcpu.h"

#include <linux/anon_inodes.h>
#include <linux/file.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include <asm/cputable.h>

static void vm_free(struct kref *ref)
{
	struct vm *vm = container_of(ref, struct vm, ref);

	memory_free(vm);
	ioeventfd_free(vm);
	mmdrop(vm->mm);
	kfree(vm);
}

void vm_get(struct vm *vm)
{
	kref_get(&vm->ref);
}

void vm_put(struct vm *vm)
{
	kref_put(&vm->ref, vm_free);
}

/* The core has another state than the one that ran: what goes with it begins anew. */
static void renewed(struct vcpu *v)
{
	shadow_flush(v);
	v->completing = false;
	v->answer_failed = false;
	v->context_stale = true;
	v->timer_stale = true;
	v->debug.in_step = false;
	v->debug.waits = false;
}

static int get_state(struct vcpu *v, struct kvm440_state __user *user)
{
	struct kvm440_state s;
	size_t need = 0;
	void *buf;
	int n, ret;

	if (copy_from_user(&s, user, sizeof(s)) || s.data > UINT_MAX)
		return -EFAULT;
	buf = kmalloc(CORE440_STATE_MAX, GFP_KERNEL);
	if (!buf)
		return -ENOMEM;
	n = core440_save(&v->core, buf, CORE440_STATE_MAX, &need);
	ret = n < 0 ? -EIO : 0;
	s.used = n < 0 ? 0 : n;
	if (!ret && s.used > s.size)
		ret = -ENOSPC;
	if (!ret && copy_to_user(u64_to_user_ptr(s.data), buf, s.used))
		ret = -EFAULT;
	if (put_user(s.used, &user->used))
		ret = -EFAULT;
	kfree(buf);
	return ret;
}

static int set_state(struct vcpu *v, const struct kvm440_state __user *user)
{
	struct kvm440_state s;
	void *buf;
	int ret;

	if (copy_from_user(&s, user, sizeof(s)) || s.data > UINT_MAX)
		return -EFAULT;
	if (s.size > CORE440_STATE_MAX)
		return -EINVAL;
	buf = memdup_user(u64_to_user_ptr(s.data), s.size);
	if (IS_ERR(buf))
		return PTR_ERR(buf);
	ret = core440_load(&v->core, buf, s.size) < 0 ? -EINVAL : 0;
	kfree(buf);
	if (ret)
		return ret;
	renewed(v);
	return 0;
}

/* A processor of that row, numbered, as after reset. It has an FPU if the host has one to lend. */
static void init_core(struct vcpu *v, unsigned int model)
{
	core440_init(&v->core, model, &run_ops);
	v->core.pir = v->id;
	if (!(cur_cpu_spec->cpu_user_features & PPC_FEATURE_HAS_FPU))
		v->core.fpu = false;
}

static int set_model(struct vcpu *v, const struct kvm440_model __user *user)
{
	struct kvm440_model m;
	int model;

	if (copy_from_user(&m, user, sizeof(m)))
		return -EFAULT;
	if (strnlen(m.cpu, sizeof(m.cpu)) == sizeof(m.cpu))
		return -EINVAL;
	model = core440_model_find(m.cpu);
	if (model < 0)
		return -EINVAL;
	shadow_flush(v);
	init_core(v, model);
	renewed(v);
	return 0;
}

void vcpu_set_external(struct vcpu *v, bool level, bool edge)
{
	preempt_disable();
	v->external_level = level;
	v->external_edge = edge;
	if (level || edge)
		core440_atomic_or(&v->core.pending, CORE440_PENDING_EXTERNAL);
	else
		core440_atomic_andnot(&v->core.pending, CORE440_PENDING_EXTERNAL);
	preempt_enable();
	if (level || edge)
		run_wake(v);
}

/* Any thread, the processor running or not. */
static int set_input(struct vcpu *v, u32 input, bool level)
{
	static const u32 bits[] = {
		[KVM440_INPUT_CRITICAL] = CORE440_PENDING_CRITICAL,
		[KVM440_INPUT_MCHECK] = CORE440_PENDING_MCHECK,
	};

	if (input == KVM440_INPUT_CRITICAL_OFF) {
		WRITE_ONCE(v->critical_off, level);
		return 0;
	}
	if (input == KVM440_INPUT_EXTERNAL) {
		vcpu_set_external(v, level, false);
		return 0;
	}
	if (input >= ARRAY_SIZE(bits))
		return -EINVAL;
	if (level) {
		core440_atomic_or(&v->core.pending, bits[input]);
		run_wake(v);
	} else if (input != KVM440_INPUT_MCHECK) {
		core440_atomic_andnot(&v->core.pending, bits[input]);
	}
	return 0;
}

static int set_sigmask(struct vcpu *v, const struct kvm_signal_mask __user *user)
{
	struct kvm_signal_mask mask;
	sigset_t set;

	if (!user) {
		v->sigmask_set = false;
		return 0;
	}
	if (copy_from_user(&mask, user, sizeof(mask)))
		return -EFAULT;
	if (mask.len != sizeof(v->sigmask))
		return -EINVAL;
	if (copy_from_user(&set, user->sigset, sizeof(set)))
		return -EFAULT;
	sigdelsetmask(&set, sigmask(SIGKILL) | sigmask(SIGSTOP));
	v->sigmask = set;
	v->sigmask_set = true;
	return 0;
}

static int enable_cap(struct vcpu *v, const struct kvm_enable_cap *cap)
{
	if (cap->flags || cap->cap != KVM_CAP_PPC_BOOKE_WATCHDOG)
		return -EINVAL;
	v->watchdog_exits = true;
	return 0;
}

static int run_masked(struct vcpu *v)
{
	sigset_t old;
	int ret;

	if (v->sigmask_set)
		sigprocmask(SIG_SETMASK, &v->sigmask, &old);
	ret = run(v);
	if (v->sigmask_set)
		sigprocmask(SIG_SETMASK, &old, NULL);
	return ret;
}

/* What has one structure as its argument, which the request knows the size and direction of. */
static long with_argument(struct vcpu *v, unsigned int request, void *arg)
{
	switch (request) {
	case KVM_GET_REGS: registers_get(v, arg); return 0;
	case KVM_SET_REGS: registers_set(v, arg); return 0;
	case KVM_GET_SREGS: registers_get_special(v, arg); return 0;
	case KVM_SET_SREGS: return registers_set_special(v, arg);
	case KVM_GET_FPU: registers_get_fpu(v, arg); return 0;
	case KVM_SET_FPU: registers_set_fpu(v, arg); return 0;
	case KVM_GET_ONE_REG: return registers_one(v, arg, false);
	case KVM_SET_ONE_REG: return registers_one(v, arg, true);
	case KVM_TRANSLATE: return registers_translate(v, arg);
	case KVM_ENABLE_CAP: return enable_cap(v, arg);
	case KVM_SET_GUEST_DEBUG: return debug_set(v, arg);
	default: return -ENOTTY;
	}
}

static long copied_ioctl(struct vcpu *v, unsigned int request, void __user *argp)
{
	size_t size = _IOC_SIZE(request);
	void *arg = kzalloc(size, GFP_KERNEL);
	long ret = 0;

	if (!arg)
		return -ENOMEM;
	if (_IOC_DIR(request) & _IOC_WRITE && copy_from_user(arg, argp, size))
		ret = -EFAULT;
	if (!ret)
		ret = with_argument(v, request, arg);
	if (!ret && _IOC_DIR(request) & _IOC_READ && copy_to_user(argp, arg, size))
		ret = -EFAULT;
	kfree(arg);
	return ret;
}

static long locked_ioctl(struct vcpu *v, unsigned int request, void __user *argp)
{
	switch (request) {
	case KVM_RUN: return argp ? -EINVAL : run_masked(v);
	case KVM_GET_REGS:
	case KVM_SET_REGS:
	case KVM_GET_SREGS:
	case KVM_SET_SREGS:
	case KVM_GET_FPU:
	case KVM_SET_FPU:
	case KVM_GET_ONE_REG:
	case KVM_SET_ONE_REG:
	case KVM_TRANSLATE:
	case KVM_SET_GUEST_DEBUG:
	case KVM_ENABLE_CAP: return copied_ioctl(v, request, argp);
	case KVM_GET_REG_LIST: return registers_list(v, argp);
	case KVM_SET_SIGNAL_MASK: return set_sigmask(v, argp);
	case KVM440_SET_MODEL: return set_model(v, argp);
	case KVM440_GET_STATE: return get_state(v, argp);
	case KVM440_SET_STATE: return set_state(v, argp);
	case KVM440_ACCESS_FAILED:
		if (!v->completing)
			return -EINVAL;
		v->answer_failed = true;
		return 0;
	case KVM440_STOP_CLOCK:
		hrtimer_cancel(&v->timer);
		core440_timer_hold(&v->core, true);
		return 0;
	case KVM440_START_CLOCK: core440_timer_hold(&v->core, false); return 0;
	default: return -ENOTTY;
	}
}

/* SET is an edge, which its interrupt takes away; SET_LEVEL stays until UNSET. */
static int interrupt(struct vcpu *v, u32 irq)
{
	switch (irq) {
	case KVM_INTERRUPT_SET: vcpu_set_external(v, READ_ONCE(v->external_level), true); break;
	case KVM_INTERRUPT_SET_LEVEL:
		vcpu_set_external(v, true, READ_ONCE(v->external_edge));
		break;
	case KVM_INTERRUPT_UNSET: vcpu_set_external(v, false, false); break;
	default: return -EINVAL;
	}
	return 0;
}

static long vcpu_ioctl(struct file *file, unsigned int request, unsigned long arg)
{
	struct vcpu *v = file->private_data;
	void __user *argp = (void __user *)arg;
	struct kvm440_input input;
	struct kvm_interrupt irq;
	long ret;

	if (v->vm->mm != current->mm)
		return -EIO;
	switch (request) {
	case KVM440_SET_INPUT:
		if (copy_from_user(&input, argp, sizeof(input)))
			return -EFAULT;
		return set_input(v, input.input, input.level);
	case KVM_INTERRUPT:
		if (copy_from_user(&irq, argp, sizeof(irq)))
			return -EFAULT;
		return interrupt(v, irq.irq);
	}
	if (mutex_lock_killable(&v->mutex))
		return -EINTR;
	ret = locked_ioctl(v, request, argp);
	mutex_unlock(&v->mutex);
	return ret;
}

static vm_fault_t vcpu_fault(struct vm_fault *vmf)
{
	struct vcpu *v = vmf->vma->vm_file->private_data;

	if (vmf->pgoff)
		return VM_FAULT_SIGBUS;
	vmf->page = virt_to_page(v->run);
	get_page(vmf->page);
	return 0;
}

static const struct vm_operations_struct vcpu_vm_ops = { .fault = vcpu_fault };

static int vcpu_mmap(struct file *file, struct vm_area_struct *vma)
{
	vma->vm_ops = &vcpu_vm_ops;
	return 0;
}

static int vcpu_release(struct inode *inode, struct file *file)
{
	struct vcpu *v = file->private_data;
	struct vm *vm = v->vm;

	mutex_lock(&vm->lock);
	vm->vcpu[v->id] = NULL;
	mutex_unlock(&vm->lock);
	hrtimer_cancel(&v->timer);
	shadow_release(v);
	free_page((unsigned long)v->run);
	kfree(v);
	vm_put(vm);
	return 0;
}

static const struct file_operations vcpu_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = vcpu_ioctl,
	.mmap = vcpu_mmap,
	.release = vcpu_release,
	.llseek = noop_llseek,
};

int vcpu_create(struct vm *vm, unsigned int id)
{
	struct vcpu *v;
	int fd = -ENOMEM;

	if (id >= KVM440_VCPUS)
		return -EINVAL;
	v = kzalloc(sizeof(*v), GFP_KERNEL_ACCOUNT);
	if (!v)
		return -ENOMEM;
	v->run = (void *)get_zeroed_page(GFP_KERNEL_ACCOUNT);
	if (!v->run)
		goto free;
	v->vm = vm;
	v->id = id;
	v->context_stale = true;
	v->timer_stale = true;
	mutex_init(&v->mutex);
	init_waitqueue_head(&v->wait);
	hrtimer_init(&v->timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	v->timer.function = run_timer;
	init_core(v, 0);
	debug_init(v);

	mutex_lock(&vm->lock);
	if (vm->vcpu[id]) {
		fd = -EEXIST;
		goto unlock;
	}
	vm_get(vm);
	fd = anon_inode_getfd("kvm-vcpu", &vcpu_fops, v, O_RDWR | O_CLOEXEC);
	if (fd < 0) {
		vm_put(vm);
		goto unlock;
	}
	vm->vcpu[id] = v;
	mutex_unlock(&vm->lock);
	return fd;
unlock:
	mutex_unlock(&vm->lock);
	free_page((unsigned long)v->run);
free:
	kfree(v);
	return fd;
}

static long vm_ioctl(struct file *file, unsigned int request, unsigned long arg)
{
	struct vm *vm = file->private_data;
	void __user *argp = (void __user *)arg;
	struct kvm_userspace_memory_region region;
	struct kvm_ioeventfd event;
	struct kvm_dirty_log log;

	if (vm->mm != current->mm)
		return -EIO;
	switch (request) {
	case KVM_SET_USER_MEMORY_REGION:
		if (copy_from_user(&region, argp, sizeof(region)))
			return -EFAULT;
		return memory_set(vm, &region);
	case KVM_GET_DIRTY_LOG:
		if (copy_from_user(&log, argp, sizeof(log)))
			return -EFAULT;
		return memory_get_dirty(vm, &log);
	case KVM_IOEVENTFD:
		if (copy_from_user(&event, argp, sizeof(event)))
			return -EFAULT;
		return ioeventfd_set(vm, &event);
	case KVM_CREATE_VCPU: return vcpu_create(vm, arg);
	case KVM_CHECK_EXTENSION: return check_extension(arg);
	default: return -ENOTTY;
	}
}

static int vm_release(struct inode *inode, struct file *file)
{
	vm_put(file->private_data);
	return 0;
}

static const struct file_operations vm_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = vm_ioctl,
	.mmap = memory_mmap,
	.release = vm_release,
	.llseek = noop_llseek,
};

int vm_create(void)
{
	struct vm *vm = kzalloc(sizeof(*vm), GFP_KERNEL_ACCOUNT);
	int fd;

	if (!vm)
		return -ENOMEM;
	kref_init(&vm->ref);
	mutex_init(&vm->lock);
	rwlock_init(&vm->regions_lock);
	INIT_LIST_HEAD(&vm->ioevents);
	vm->mm = current->mm;
	mmgrab(vm->mm);
	fd = anon_inode_getfd("kvm-vm", &vm_fops, vm, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		vm_put(vm);
	return fd;
}
