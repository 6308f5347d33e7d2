/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Numbers for what the manager refuses, so that callers can tell one refusal from another. They
 * stand in struct error's errnum and, negative, in return values, above all errno numbers of the
 * system.
 */
#ifndef KVM440_MANAGER_ERROR_H
#define KVM440_MANAGER_ERROR_H

enum manager_error {
	MANAGER_ERROR_BASE = 8192,
#define ERROR(id, doc) MANAGER_##id,
#include "manager-error.def"
	MANAGER_ERROR_END
};

struct error;

/*
 * Says which refusal an error is: *err keeps its sentence and gets the number. Returns -number.
 * An *err that is one already, or that says the disk is full (which becomes NoSpace), stays that.
 */
int manager_error_classify(struct error **err, enum manager_error number);
/*
 * "NoSuchGuest" and so on for a number that a function of the manager returned (negative or not),
 * errno numbers included; never NULL.
 */
const char *manager_error_name(int number);

#endif
