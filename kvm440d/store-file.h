/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parts of the store: writing, copying and deleting files below a directory descriptor. */
#ifndef KVM440_STORE_FILE_H
#define KVM440_STORE_FILE_H

#include <stddef.h>
#include <stdint.h>

struct error;

/* Creates @name in @dir with the given content, synced. Leaves a partial file behind on failure. */
int file_write(int dir, const char *name, const char *text, size_t len, struct error **err);
/*
 * Copies what a client handed over to a new file @name in @dir, synced: a regular file or memfd,
 * open for reading, of 1 to @max bytes. @what is its name in messages. MANAGER_BadBootFile when it
 * is not like that. Leaves a partial file behind on failure.
 */
int file_copy(int dir, const char *name, int from, uint64_t max, const char *what,
	      struct error **err);
/* Reads a whole file of at most @max bytes; *ret (caller frees) has a NUL behind the content. */
int file_read(int dir, const char *name, size_t max, char **ret, size_t *ret_len,
	      struct error **err);
/* Makes sure @name is a directory of mode 0700 and opens it. Returns a descriptor. */
int dir_open(int dir, const char *name, struct error **err);
/* Deletes a file, or a directory with all that is in it. -errno. */
int tree_remove(int dir, const char *name);
/* The names in a directory but "." and "..", sorted; the caller frees with names_free(). */
int names_read(int dir, char ***ret, size_t *ret_n);
void names_free(char **names, size_t n);

#endif
