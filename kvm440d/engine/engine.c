/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The engines there are, and finding one by name. */
#include "engine.h"

#include "kvm/kvm.h"
#include "soft/interp.h"
#include "util/cleanup.h"
#include "util/error.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const struct engine *const engines[] = {
	&engine_kvm,
	&engine_interp,
	NULL,
};

const struct engine *const *engine_list(void)
{
	return engines;
}

/* The first that this host can use; why it is not one before it that the host may well have. */
static const struct engine *find_auto(struct error **passed_over, struct error **err)
{
	struct error *why = NULL;
	int r;

	for (const struct engine *const *e = engines; *e; e++) {
		why = error_free(why);
		r = (*e)->available(&why);
		if (r >= 0)
			return *e;
		if (r != -ENODEV && passed_over && !*passed_over)
			*passed_over = TAKE_PTR(why);
	}
	error_set(err, ENODEV, "no engine can be used on this host: %s", error_message(why));
	error_free(why);
	return NULL;
}

const struct engine *engine_find(const char *name, struct error **passed_over, struct error **err)
{
	struct error *why = NULL;
	char names[128] = "";
	size_t used = 0;
	bool usable;

	if (!strcmp(name, "auto"))
		return find_auto(passed_over, err);
	for (const struct engine *const *e = engines; *e; e++) {
		usable = (*e)->available(&why) >= 0;
		if (!strcmp(name, (*e)->name)) {
			if (!usable)
				error_set(err, ENODEV, "this host has no engine '%s': %s", name,
					  error_message(why));
			error_free(why);
			return usable ? *e : NULL;
		}
		why = error_free(why);
		if (usable && used < sizeof(names))
			used += (size_t)snprintf(names + used, sizeof(names) - used, ", %s",
						 (*e)->name);
	}
	error_set(err, ENOENT, "this host has no engine '%.64s'; it has: auto%s", name, names);
	return NULL;
}
