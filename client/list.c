/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "columns.h"
#include "guests.h"
#include "verbs.h"

int verb_list(struct client *c, struct args *a)
{
	struct guest_info *list = NULL;
	size_t n = 0;
	int r;

	(void)a;
	r = guests_get(c, &list, &n);
	if (r != 0)
		return r;
	r = table_print(c, guest_columns, list, n, sizeof(*list));
	while (n > 0)
		guest_info_free(&list[--n]);
	free(list);
	return r;
}
