/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The console of "kvm440d run": our standard input and output on one side, a socket on the other.
 */
#ifndef KVM440_RUN_CONSOLE_H
#define KVM440_RUN_CONSOLE_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <termios.h>

struct run_console {
	int socket; /* owned; -1 after its end */
	bool tty, raw;
	struct termios saved;
	bool input_ended; /* end of standard input, or of who reads it */
	bool left;	  /* the escape key was typed */
	int output_error; /* errno of writing, or 0 */
	char in[4096], out[4096];
	size_t in_len, out_len;
};

#define RUN_ESCAPE 0x1d /* ^] */
#define RUN_POLLS  3

/* Takes the socket; puts a terminal into raw mode. */
void run_console_init(struct run_console *c, int socket);
/* Gives the terminal back as it was; may be called twice. */
void run_console_deinit(struct run_console *c);
/* What to poll for, and what to do after. */
void run_console_prepare(const struct run_console *c, struct pollfd polls[RUN_POLLS]);
void run_console_serve(struct run_console *c, const struct pollfd polls[RUN_POLLS]);
/* Whether all that the guest printed was written, after the other side has closed the socket. */
bool run_console_done(const struct run_console *c);

#endif
