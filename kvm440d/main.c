/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Options and environment of kvm440d; they are looked at here and nowhere else. */
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run.h"
#include "util/text.h"

#ifdef HAVE_BUS
#include "daemon.h"

#define SYSTEM_BUS_ADDRESS "unix:path=/run/dbus/system_bus_socket"
#endif

#define EXIT_USAGE 2

static const char usage[] =
#ifdef HAVE_BUS
	"Usage: kvm440d [OPTION]...\n"
	"   or: kvm440d run [OPTION]... GUEST.json\n"
	"Runs PowerPC 440 virtual machines as a service on D-Bus, or (run) one of them in the\n"
	"foreground; 'kvm440d run --help' tells more of that.\n"
	"\n"
	"  --system           serve on the system bus (the default)\n"
	"  --address=ADDRESS  serve on the bus at this D-Bus address\n"
	"  --state-dir=DIR    where definitions, boot files and images are kept\n"
	"                     (default: $STATE_DIRECTORY, " LOCALSTATEDIR "/lib/kvm440)\n"
	"  --log-dir=DIR      where console logs go\n"
	"                     (default: $LOGS_DIRECTORY, " LOCALSTATEDIR "/log/kvm440)\n"
	"  --config=FILE      the configuration (default: " SYSCONFDIR "/kvm440/kvm440d.conf)\n"
#else
	"Usage: kvm440d run [OPTION]... GUEST.json\n"
	"Runs a PowerPC 440 virtual machine in the foreground; 'kvm440d run --help' tells more.\n"
	"This kvm440d was built without D-Bus, and cannot run as a service.\n"
	"\n"
#endif
	"  --help, --version  print this, or the version, and exit\n";

static int bad_usage(void)
{
	fputs("Try 'kvm440d --help'.\n", stderr);
	return EXIT_USAGE;
}

#ifdef HAVE_BUS
/* A directory from systemd; the first when there are several. */
static const char *directory(const char *variable, const char *otherwise)
{
	char *value = getenv(variable), *colon;

	if (!value || !*value)
		return otherwise;
	colon = strchr(value, ':');
	if (colon)
		*colon = '\0';
	return value;
}

static const char *bus_address(void)
{
	const char *value = getenv("DBUS_SYSTEM_BUS_ADDRESS");

	return value && *value ? value : SYSTEM_BUS_ADDRESS;
}
#endif

static int print(const char *text)
{
	return fputs(text, stdout) < 0 || fflush(stdout) != 0;
}

int main(int argc, char **argv)
{
	enum { SYSTEM = 1, ADDRESS, STATE_DIR, LOG_DIR, CONFIG, VERSION_, HELP };
	static const struct option options[] = {
#ifdef HAVE_BUS
		{ "system", no_argument, NULL, SYSTEM },
		{ "address", required_argument, NULL, ADDRESS },
		{ "state-dir", required_argument, NULL, STATE_DIR },
		{ "log-dir", required_argument, NULL, LOG_DIR },
		{ "config", required_argument, NULL, CONFIG },
#endif
		{ "version", no_argument, NULL, VERSION_ },
		{ "help", no_argument, NULL, HELP },
		{ 0 },
	};
#ifdef HAVE_BUS
	struct daemon_options o = {
		.address = bus_address(),
		.state_dir = directory("STATE_DIRECTORY", LOCALSTATEDIR "/lib/kvm440"),
		.log_dir = directory("LOGS_DIRECTORY", LOCALSTATEDIR "/log/kvm440"),
		.config = SYSCONFDIR "/kvm440/kvm440d.conf",
		.journal = getenv("JOURNAL_STREAM") != NULL,
	};
#endif
	int c;

	if (argc > 1 && strcmp(argv[1], "run") == 0)
		return run_main(argc - 1, argv + 1);
	opterr = 0;
	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (c) {
#ifdef HAVE_BUS
		case SYSTEM: o.address = SYSTEM_BUS_ADDRESS; break;
		case ADDRESS: o.address = optarg; break;
		case STATE_DIR: o.state_dir = optarg; break;
		case LOG_DIR: o.log_dir = optarg; break;
		case CONFIG:
			o.config = optarg;
			o.config_required = true;
			break;
#endif
		case VERSION_: return print("kvm440d " PACKAGE_VERSION "\n");
		case HELP: return print(usage);
		default: complain_of_option("kvm440d", argv); return bad_usage();
		}
	}
	if (optind < argc) {
		text_one_line(argv[optind]);
		fprintf(stderr, "kvm440d: '%s' is not expected here\n", argv[optind]);
		return bad_usage();
	}
#ifdef HAVE_BUS
	return daemon_run(&o);
#else
	fputs("kvm440d: built without D-Bus: only 'kvm440d run' is there\n", stderr);
	return bad_usage();
#endif
}
