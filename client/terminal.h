/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The terminal as a guest's console needs it: raw, and put back on every way out. */
#ifndef CLIENT_TERMINAL_H
#define CLIENT_TERMINAL_H

/* Makes the terminal at fd raw until terminal_restore() or exit(). 0 or -errno. */
int terminal_raw(int fd);
void terminal_restore(void);

#endif
