/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "columns.h"

#include "guests.h"

#define COLUMN(title, key, type, member)                                                           \
	{                                                                                          \
		title, key, COLUMN_##type, offsetof(struct guest_info, member)                     \
	}

/* clang-format off */
const struct column guest_columns[] = {
	COLUMN("NAME", "name", TEXT, name),
	COLUMN("STATE", "state", TEXT, state),
	COLUMN("CAUSE", "cause", TEXT, cause),
	COLUMN("ENGINE", "engine", TEXT, engine),
	COLUMN("MEMORY", "memory", BYTES, memory),
	COLUMN("AUTOSTART", "autostart", BOOL, autostart),
	COLUMN("STARTED", "started_usec", TIME, started),
	COLUMN(NULL, "detail", TEXT, detail),
	COLUMN(NULL, "reboots", COUNT, reboots),
	{ 0 },
};

const struct column status_columns[] = {
	COLUMN("Guest", "name", TEXT, name),
	COLUMN("State", "state", TEXT, state),
	COLUMN("Cause", "cause", TEXT, cause),
	COLUMN("Detail", "detail", TEXT, detail),
	COLUMN("Engine", "engine", TEXT, engine),
	COLUMN("Memory", "memory", BYTES, memory),
	COLUMN("Autostart", "autostart", BOOL, autostart),
	COLUMN("Started", "started_usec", TIME, started),
	COLUMN("Reboots", "reboots", COUNT, reboots),
	COLUMN("CPU time", "cpu_nsec", DURATION, cpu),
	{ 0 },
};

const struct column state_columns[] = {
	COLUMN("Guest", "name", TEXT, name),
	COLUMN("State", "state", TEXT, state),
	COLUMN("Cause", "cause", TEXT, cause),
	COLUMN("Detail", "detail", TEXT, detail),
	{ 0 },
};
/* clang-format on */
