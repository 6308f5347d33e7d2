/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KVM440_UTIL_TEXT_H
#define KVM440_UTIL_TEXT_H

#include <stddef.h>

/*
 * Bytes of the character that @text begins with, of which there are @len > 0; 0 when it is none
 * that D-Bus takes: no UTF-8 (RFC 3629, 4: overlong forms and surrogates too), NUL, or a
 * noncharacter, which sd-bus refuses.
 */
size_t text_character(const char *text, size_t len);

/*
 * Replaces in place, by '?', each byte of a control character (C0, DEL, C1) and of what is none:
 * the text stays on its line and does nothing to a terminal, whatever a client or a guest put into
 * it.
 */
void text_one_line(char *text);

#endif
