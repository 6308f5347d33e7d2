/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "guests.h"
#include "table.h"
#include "verbs.h"

#include <string.h>

/* The definition is JSON in any case; --json changes nothing. */
int verb_show(struct client *c, struct args *a)
{
	struct guest_info g;
	size_t n;
	int r;

	r = guest_get(c, a->names[0], &g);
	if (r != 0)
		return r;
	n = strlen(g.definition);
	printf("%s%s", g.definition, n > 0 && g.definition[n - 1] == '\n' ? "" : "\n");
	guest_info_free(&g);
	return finish_output();
}
