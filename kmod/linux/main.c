// SPDX-License-Identifier: GPL-2.0-only
/* The module and /dev/kvm. */
#include "vcpu.h"

#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/uaccess.h>

#include <asm/cputable.h>
#include <asm/reg.h>
#include <asm/time.h>

#include "host.h"

const char *host_model(void)
{
	return host_by_pvr(mfspr(SPRN_PVR));
}

int check_extension(unsigned long extension)
{
	switch (extension) {
	case KVM_CAP_USER_MEMORY:
	case KVM_CAP_DESTROY_MEMORY_REGION_WORKS:
	case KVM_CAP_READONLY_MEM:
	case KVM_CAP_JOIN_MEMORY_REGIONS_WORKS:
	case KVM_CAP_IMMEDIATE_EXIT:
	case KVM_CAP_CHECK_EXTENSION_VM:
	case KVM_CAP_ENABLE_CAP:
	case KVM_CAP_ONE_REG:
	case KVM_CAP_IOEVENTFD:
	case KVM_CAP_IOEVENTFD_NO_LENGTH:
	case KVM_CAP_IOEVENTFD_ANY_LENGTH:
	case KVM_CAP_SYSTEM_EVENT_DATA:
	case KVM_CAP_PPC_BOOKE_SREGS:
	case KVM_CAP_PPC_BOOKE_WATCHDOG:
	case KVM_CAP_SET_GUEST_DEBUG:
	case KVM_CAP_PPC_GUEST_DEBUG_SSTEP:
	case KVM_CAP_PPC_UNSET_IRQ:
	case KVM_CAP_PPC_IRQ_LEVEL: return 1;
	case KVM_CAP_GUEST_DEBUG_HW_BPS:
	case KVM_CAP_GUEST_DEBUG_HW_WPS:
		return ARRAY_SIZE(((struct kvm_guest_debug_arch *)0)->bp); /* of both together */
	case KVM_CAP_NR_MEMSLOTS: return KVM440_REGIONS;
	case KVM_CAP_NR_VCPUS:
	case KVM_CAP_MAX_VCPUS:
	case KVM_CAP_MAX_VCPU_ID: return KVM440_VCPUS;
	case KVM440_CAP: return KVM440_VERSION;
	default: return 0;
	}
}

static long device_ioctl(struct file *file, unsigned int request, unsigned long arg)
{
	struct kvm440_info info = { .timebase_hz = ppc_tb_freq };

	switch (request) {
	case KVM_GET_API_VERSION: return arg ? -EINVAL : KVM_API_VERSION;
	case KVM_CREATE_VM: return arg ? -EINVAL : vm_create();
	case KVM_CHECK_EXTENSION: return check_extension(arg);
	case KVM_GET_VCPU_MMAP_SIZE: return arg ? -EINVAL : (long)PAGE_SIZE;
	case KVM440_GET_INFO:
		strscpy(info.cpu, host_model(), sizeof(info.cpu));
		return copy_to_user((void __user *)arg, &info, sizeof(info)) ? -EFAULT : 0;
	default: return -ENOTTY;
	}
}

static const struct file_operations device_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = device_ioctl,
	.llseek = noop_llseek,
};

static struct miscdevice device = {
	.minor = KVM_MINOR,
	.name = "kvm",
	.fops = &device_fops,
	.mode = 0660,
};

static int __init kvm440_init(void)
{
	int ret;

	/* shadow.c and memory.c take a page of the host's for one of the guest's. */
	BUILD_BUG_ON(PAGE_SIZE != 4096);
	if (!host_model()) {
		pr_err("kvm-440: PVR %08lx is of no processor that this module knows: where would its machine checks save to?\n",
		       mfspr(SPRN_PVR));
		return -ENODEV;
	}
	ret = vectors_init();
	if (ret)
		return ret;
	ret = shadow_init();
	if (ret)
		goto vectors;
	stats_init();
	ret = misc_register(&device);
	if (!ret)
		return 0;
	stats_exit();
	shadow_exit();
vectors:
	vectors_exit();
	return ret;
}

static void __exit kvm440_exit(void)
{
	misc_deregister(&device);
	stats_exit();
	shadow_exit();
	vectors_exit();
}

module_init(kvm440_init);
module_exit(kvm440_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Virtual machines on a PowerPC 440");
MODULE_ALIAS_MISCDEV(KVM_MINOR);
MODULE_ALIAS("devname:kvm");
