/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Changes to the text of a JSON object that leave every line where it is, so that a line number in
 * a complaint about the changed text is one of the original's. The text must have been parsed
 * before: what is no JSON is not noticed here, only never read past its end.
 *
 * A path is "memory", or "boot.kernel" for a member of a member.
 */
#ifndef CLIENT_JSON_TEXT_H
#define CLIENT_JSON_TEXT_H

#include <stddef.h>

/*
 * Sets the member to value (JSON, one line), making it and the object around it if need be. *text
 * is from malloc() and replaced. 0; -EEXIST when the text has the member more than once, -ENOTDIR
 * when what should be the object around it is none, and nothing is changed then; -ENOMEM.
 */
int json_text_set(char **text, const char *path, const char *value);
/* Takes the member out. The same, and 0 when there is none. */
int json_text_remove(char **text, const char *path);
/* The line in which the member's value begins, from 1; 0 when there is none. */
size_t json_text_line(const char *text, const char *path);

#endif
