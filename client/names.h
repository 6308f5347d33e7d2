/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names on the bus, and the bits of the flags arguments. */
#ifndef CLIENT_NAMES_H
#define CLIENT_NAMES_H

#define BUS_NAME       "org.kvm440"
#define BUS_PATH       "/org/kvm440"
#define MANAGER_IFACE  "org.kvm440.Manager1"
#define GUEST_IFACE    "org.kvm440.Guest1"
#define JOB_IFACE      "org.kvm440.Job1"
#define GUEST_PREFIX   "/org/kvm440/guest"
#define ERROR_PREFIX   "org.kvm440.Error."

/* OpenConsole */
#define CONSOLE_READ_ONLY 1u
#define CONSOLE_REPLAY	  2u
#define CONSOLE_FORCE	  4u
#define CONSOLE_SNAPSHOT  8u

#endif
