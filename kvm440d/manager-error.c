/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "manager-error.h"

#include <errno.h>
#include <stdlib.h>

#include "util/error.h"

static enum manager_error from_errno(int number, enum manager_error other)
{
	if (number > MANAGER_ERROR_BASE && number < MANAGER_ERROR_END)
		return (enum manager_error)number;
	switch (number) {
	case ENOSPC:
	case EDQUOT: return MANAGER_NoSpace;
	default: return other;
	}
}

int manager_error_classify(struct error **err, enum manager_error number)
{
	if (err && *err) {
		number = from_errno((*err)->errnum, number);
		if ((*err)->errnum != ENOMEM)
			(*err)->errnum = (int)number;
	}
	return -(int)number;
}

const char *manager_error_name(int number)
{
	static const char *const names[] = {
#define ERROR(id, doc) [MANAGER_##id - MANAGER_ERROR_BASE] = #id,
#include "manager-error.def"
	};
	enum manager_error e;

	number = abs(number);
	e = from_errno(number, number == EINVAL ? MANAGER_InvalidArgument : MANAGER_Failed);
	return names[e - MANAGER_ERROR_BASE];
}
