/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KVM440_UTIL_TEXT_H
#define KVM440_UTIL_TEXT_H

/*
 * Replaces in place, by '?', each byte of a control character (C0, DEL, C1) and of what is no
 * UTF-8: the text stays on its line and does nothing to a terminal, whatever a client or a guest
 * put into it.
 */
void text_one_line(char *text);

#endif
