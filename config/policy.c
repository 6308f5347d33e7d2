/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Prints the D-Bus policy, org.kvm440.conf: who may own the name, and each method that may be
 * called, from the interface's one source. Whether a caller then gets what he asks for is polkit's
 * to say.
 */
#include <stdio.h>

static const struct {
	const char *interface, *member;
} methods[] = {
#define METHOD(interface, member, in, in_names, out, out_names, action, doc)                       \
	{ "org.kvm440." #interface, #member },
#include "kvm440d/bus/interface.def"
	/* Beside our own: reading, and looking around. Nothing can be set. */
	{ "org.freedesktop.DBus.Properties", "Get" },
	{ "org.freedesktop.DBus.Properties", "GetAll" },
	{ "org.freedesktop.DBus.ObjectManager", "GetManagedObjects" },
	{ "org.freedesktop.DBus.Introspectable", "Introspect" },
	{ "org.freedesktop.DBus.Peer", "Ping" },
	{ "org.freedesktop.DBus.Peer", "GetMachineId" },
};

int main(void)
{
	printf("<?xml version=\"1.0\"?>\n"
	       "<!-- SPDX-License-Identifier: GPL-2.0-or-later -->\n"
	       "<!DOCTYPE busconfig PUBLIC \"-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN\"\n"
	       " \"http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd\">\n"
	       "<busconfig>\n"
	       "  <policy user=\"root\">\n    <allow own=\"org.kvm440\"/>\n  </policy>\n"
	       "  <policy user=\"kvm440\">\n    <allow own=\"org.kvm440\"/>\n  </policy>\n"
	       "  <policy context=\"default\">\n"
	       "    <deny send_destination=\"org.kvm440\"/>\n");
	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
		printf("    <allow send_destination=\"org.kvm440\" send_interface=\"%s\"\n"
		       "           send_member=\"%s\"/>\n",
		       methods[i].interface, methods[i].member);
	printf("    <allow receive_sender=\"org.kvm440\"/>\n  </policy>\n</busconfig>\n");
	return fflush(stdout) != 0 || ferror(stdout);
}
