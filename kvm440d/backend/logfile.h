/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A log file that others may rotate, truncate or delete while it is written: it is opened for
 * append, and opened anew when its path leads to another file or to none. One thread at a time.
 */
#ifndef KVM440_LOGFILE_H
#define KVM440_LOGFILE_H

#include <stddef.h>
#include <stdint.h>

struct error;
struct logfile;

/* Opens or creates (mode 0640) the regular file at path; a symbolic link there is refused. */
int logfile_new(struct logfile **ret, const char *path, struct error **err);
struct logfile *logfile_free(struct logfile *l);
/*
 * Appends. What cannot be written (disk full) is dropped and counted; when writing works again, a
 * line in the file says how many bytes are missing. 0 or -errno of this call's failure.
 */
int logfile_write(struct logfile *l, const void *buf, size_t len);
/* Counts bytes that the caller had to drop. */
void logfile_lost(struct logfile *l, uint64_t bytes);

#endif
