// SPDX-License-Identifier: GPL-2.0-or-later
/* api-test GROUP: one group of the tests of /dev/kvm. */
#include "vm.h"

static const struct {
	const char *name;
	void (*run)(void);
} groups[] = {
	{ "registers", test_registers }, { "guest", test_guest }, { "memory", test_memory },
	{ "hostile", test_hostile },	 { "debug", test_debug }, { "timer", test_timer },
	{ "traces", test_traces },	 { "times", test_times }, { "processors", test_processors },
};

int main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IONBF, 0);
	for (size_t i = 0; argc == 2 && i < sizeof(groups) / sizeof(groups[0]); i++)
		if (!strcmp(argv[1], groups[i].name)) {
			groups[i].run();
			return 0;
		}
	fprintf(stderr,
		"usage: api-test registers|guest|memory|hostile|debug|timer|traces|times|processors\n");
	return 2;
}
