/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names on the bus: constants made from interface.def, for the daemon and the client. */
#ifndef KVM440_BUS_NAMES_H
#define KVM440_BUS_NAMES_H

#define KVM440_BUS_NAME	    "org.kvm440"
#define KVM440_PATH	    "/org/kvm440"
#define KVM440_GUEST_PREFIX "/org/kvm440/guest" /* for sd_bus_path_encode(3), with the name */
#define KVM440_JOB_PREFIX   "/org/kvm440/job"	/* with the number in decimal */
#define KVM440_ERROR_PREFIX "org.kvm440.Error."

#define KVM440_MANAGER "org.kvm440.Manager1"
#define KVM440_GUEST   "org.kvm440.Guest1"
#define KVM440_JOB     "org.kvm440.Job1"

/* KVM440_ERROR(NoSuchGuest) is "org.kvm440.Error.NoSuchGuest". The ids are those of
 * manager-error.def. */
#define KVM440_ERROR(id) KVM440_ERROR_PREFIX #id

/* Flags of Update. */
enum kvm440_update_flags {
	KVM440_UPDATE_FILES_ONLY = 1,
};

/* Flags of OpenConsole. */
enum kvm440_console_flags {
	KVM440_CONSOLE_READ_ONLY = 1,
	KVM440_CONSOLE_REPLAY = 2,
	KVM440_CONSOLE_FORCE = 4,
	KVM440_CONSOLE_SNAPSHOT = 8,
	KVM440_CONSOLE_SHUT_ENDS = 16,
	KVM440_CONSOLE_SINCE_START = 32,
	KVM440_CONSOLE_ALL = 63,
};

#endif
