/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Prints what is made from the daemon's table of configuration keys: "sample", the kvm440d.conf
 * that is installed, in which everything is commented out, or "man", the middle of kvm440d.conf(5).
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum key_type { COUNT, SIZE, SECONDS, BOOL };

static const struct {
	const char *name;
	enum key_type type;
	uint64_t value, lowest, highest;
	const char *doc;
} keys[] = {
#define KEY(name, type, value, lowest, highest, doc) { #name, type, value, lowest, highest, doc },
#include "kvm440d/conf.def"
};
#define N_KEYS (sizeof(keys) / sizeof(keys[0]))

static void print_value(enum key_type type, uint64_t value)
{
	static const char units[] = "KMG";
	int unit = -1;

	if (type == BOOL) {
		fputs(value ? "yes" : "no", stdout);
		return;
	}
	while (type == SIZE && value && value % 1024 == 0 && unit < 2) {
		value /= 1024;
		unit++;
	}
	printf("%" PRIu64, value);
	if (unit >= 0)
		putchar(units[unit]);
}

static void print_sample(void)
{
	puts("# SPDX-License-Identifier: GPL-2.0-or-later\n"
	     "# The configuration of kvm440d; see kvm440d.conf(5). What stands here are the defaults.");
	for (size_t i = 0; i < N_KEYS; i++) {
		printf("\n# %s\n#%s = ", keys[i].doc, keys[i].name);
		print_value(keys[i].type, keys[i].value);
		putchar('\n');
	}
}

static void print_man(void)
{
	static const char *const types[] = { "number", "size", "seconds", "yes or no" };

	puts(".Bl -tag -width indent");
	for (size_t i = 0; i < N_KEYS; i++) {
		printf(".It Cm %s Pq %s\n%s\nDefault: ", keys[i].name, types[keys[i].type],
		       keys[i].doc);
		print_value(keys[i].type, keys[i].value);
		if (keys[i].type != BOOL) {
			fputs("; from ", stdout);
			print_value(keys[i].type, keys[i].lowest);
			fputs(" to ", stdout);
			print_value(keys[i].type, keys[i].highest);
		}
		puts(".");
	}
	puts(".El");
}

int main(int argc, char **argv)
{
	bool man = argc == 2 && strcmp(argv[1], "man") == 0;

	if (!man && !(argc == 2 && strcmp(argv[1], "sample") == 0)) {
		fputs("usage: conf-doc sample|man\n", stderr);
		return 2;
	}
	if (man)
		print_man();
	else
		print_sample();
	return fflush(stdout) != 0 || ferror(stdout);
}
