/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An error with the sentence made where the facts are known. A fallible function returns a negative
 * errno and, when its last parameter struct error **err is not NULL, stores one there. The caller
 * owns it: _cleanup_(error_freep). The message is a sentence without a final period or newline.
 */
#ifndef KVM440_ERROR_H
#define KVM440_ERROR_H

struct error {
	int errnum; /* positive errno */
	char *message;
};

/* Stores a new error unless err is NULL or *err is already set; returns -errnum. */
int error_set(struct error **err, int errnum, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
#ifdef __clang_analyzer__
/* So that a static analyser knows the result. */
#define error_set(err, errnum, ...) ((error_set)((err), (errnum), __VA_ARGS__), -(errnum))
#endif
/* Puts "what: " in front of the message of *err, if there is one; returns -errnum of it. */
int error_prefix(struct error **err, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The message, or a fallback for NULL; never NULL. */
const char *error_message(const struct error *err);
struct error *error_free(struct error *err); /* returns NULL */
void error_freep(struct error **err);

#endif
