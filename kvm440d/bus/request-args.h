/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Arguments and answers that several methods have in common; each as struct method's call returns.
 */
#ifndef KVM440_BUS_REQUEST_ARGS_H
#define KVM440_BUS_REQUEST_ARGS_H

#include "internal.h"

/* "a{sh}t": descriptors of our own for "kernel" and "initrd" (the caller hands them on), and flags
 * of which these are known. */
int read_files_and_flags(struct request *q, int fds[STORE_FILES], uint64_t known,
			 uint64_t *ret_flags);
/* "st", no flags. */
int read_name_and_flags(struct request *q, const char **ret_name);
/* "t", no flags. */
int read_flags(struct request *q);

int request_job(struct request *q, const char *name, enum job_verb verb, uint64_t timeout_usec);
int remove_guest(struct request *q, const char *name);
int dump_guest(struct request *q, const char *name);

/* For manager_done_fn: answer with nothing, or with the path of the guest. */
void on_done(void *data, const char *name, int r, const struct error *err);
void on_guest_made(void *data, const char *name, int r, const struct error *err);

#endif
