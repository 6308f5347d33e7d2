/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The state directory:
 *
 *	lock			held while a daemon uses the directory
 *	guests/NAME/		definition.json, kernel, initrd (the latter two when they were
 *handed over) images/NAME		imported images broken/NAME.N/		guests whose
 *definition could not be read, kept for a person to look at
 *	tmp/			what is being made; emptied at start
 *
 * Whatever is changed appears by one rename() of something complete and synced, so that a power cut
 *at any moment leaves the old or the new, and at the most a leftover in tmp/. All functions but
 *open and close may be called on any thread, for different names at the same time; one name has one
 *caller at a time. They block, for as long as a file takes that a client handed over. Errors are
 *those of manager-error.h or errno, with a sentence.
 */
#ifndef KVM440_STORE_H
#define KVM440_STORE_H

#include <stddef.h>
#include <stdint.h>

struct error;
struct store;

enum store_file { STORE_KERNEL, STORE_INITRD, STORE_FILES };

/* For each file a descriptor to copy from (not owned; read from its beginning), or one of these. */
enum { STORE_NONE = -1, STORE_KEEP = -2 };

/*
 * Makes the directory if it is missing (mode 0700), locks it and discards leftovers; @note gets a
 * line about each. -EBUSY when another daemon has it.
 */
int store_open(struct store **ret, const char *dir, void (*note)(void *self, const char *text),
	       void *self, struct error **err);
struct store *store_close(struct store *s); /* NULL is fine; returns NULL */
const char *store_path(const struct store *s);
/* The largest file that is copied from now on, in bytes. */
void store_set_max_file_size(struct store *s, uint64_t bytes);

/* MANAGER_GuestExists, MANAGER_BadBootFile, MANAGER_NoSpace or errno. */
int store_create_guest(struct store *s, const char *name, const char *json,
		       const int fds[STORE_FILES], struct error **err);
/* The same for a guest that exists. STORE_KEEP leaves a file as it is, STORE_NONE drops it. */
int store_update_guest(struct store *s, const char *name, const char *json,
		       const int fds[STORE_FILES], struct error **err);
int store_remove_guest(struct store *s, const char *name, struct error **err);
/* Opens a guest's own copy for reading; the caller owns *ret_fd. -ENOENT when there is none. */
int store_open_file(struct store *s, const char *name, enum store_file file, int *ret_fd,
		    struct error **err);
/* Moves a guest out of the way; *ret_path (caller frees) is where it is now. */
int store_set_aside(struct store *s, const char *name, char **ret_path, struct error **err);
/*
 * Calls @fn for each guest in order of name, with the text of its definition, or with NULL and an
 * error of which it may take a copy. @fn may call store_set_aside().
 */
int store_load_guests(struct store *s,
		      void (*fn)(void *self, const char *name, const char *text, size_t len,
				 const struct error *why),
		      void *self, struct error **err);

struct store_image {
	char *name;
	uint64_t size;	     /* bytes */
	uint64_t mtime_usec; /* CLOCK_REALTIME */
};

/* MANAGER_ImageExists, MANAGER_BadBootFile, MANAGER_NoSpace or errno. */
int store_import_image(struct store *s, const char *name, int fd, struct error **err);
int store_remove_image(struct store *s, const char *name, struct error **err);
/* By name; the caller frees with store_images_free(). */
int store_list_images(struct store *s, struct store_image **ret, size_t *ret_n, struct error **err);
void store_images_free(struct store_image *images, size_t n);
/* The caller owns *ret_fd. MANAGER_NoSuchImage when there is none. */
int store_open_image(struct store *s, const char *name, int *ret_fd, struct error **err);

#endif
