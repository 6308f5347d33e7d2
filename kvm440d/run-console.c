/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Nothing here blocks: standard output may be a terminal that somebody stopped, and signals are to
 * be served still. It is shared with others, so it is not made non-blocking but asked before each
 * write.
 */
#include "run-console.h"

#include "util/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>

enum { POLL_STDIN, POLL_STDOUT, POLL_SOCKET };

void run_console_init(struct run_console *c, int socket)
{
	struct termios raw;

	*c = (struct run_console){ .socket = socket };
	c->tty = isatty(STDIN_FILENO) && tcgetattr(STDIN_FILENO, &c->saved) == 0;
	if (!c->tty)
		return;
	raw = c->saved;
	cfmakeraw(&raw);
	c->raw = tcsetattr(STDIN_FILENO, TCSADRAIN, &raw) == 0;
}

void run_console_deinit(struct run_console *c)
{
	if (c->raw)
		tcsetattr(STDIN_FILENO, TCSADRAIN, &c->saved);
	c->raw = false;
	closep(&c->socket);
	c->socket = -1;
}

void run_console_prepare(const struct run_console *c, struct pollfd polls[RUN_POLLS])
{
	bool reads = !c->input_ended && c->in_len < sizeof(c->in) && c->socket >= 0;

	polls[POLL_STDIN] = (struct pollfd){ reads ? STDIN_FILENO : -1, POLLIN, 0 };
	polls[POLL_STDOUT] = (struct pollfd){ c->out_len ? STDOUT_FILENO : -1, POLLOUT, 0 };
	polls[POLL_SOCKET] = (struct pollfd){ c->socket, 0, 0 };
	if (c->in_len)
		polls[POLL_SOCKET].events |= POLLOUT;
	if (!c->out_len)
		polls[POLL_SOCKET].events |= POLLIN;
	/* Without an event asked for, a socket that was closed would wake us again and again. */
	if (!polls[POLL_SOCKET].events)
		polls[POLL_SOCKET].fd = -1;
}

static void read_stdin(struct run_console *c)
{
	ssize_t n = read(STDIN_FILENO, c->in + c->in_len, sizeof(c->in) - c->in_len);
	char *escape;

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		c->input_ended = true;
		return;
	}
	escape = c->tty ? memchr(c->in + c->in_len, RUN_ESCAPE, (size_t)n) : NULL;
	c->left |= escape != NULL;
	c->in_len = escape ? (size_t)(escape - c->in) : c->in_len + (size_t)n;
}

static void write_socket(struct run_console *c)
{
	ssize_t n = send(c->socket, c->in, c->in_len, MSG_NOSIGNAL | MSG_DONTWAIT);

	if (n < 0 && errno != EAGAIN && errno != EINTR) {
		c->input_ended = true;
		n = (ssize_t)c->in_len;
	}
	if (n > 0) {
		c->in_len -= (size_t)n;
		memmove(c->in, c->in + n, c->in_len);
	}
}

static void read_socket(struct run_console *c)
{
	ssize_t n = recv(c->socket, c->out, sizeof(c->out), MSG_DONTWAIT);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		closep(&c->socket);
		c->socket = -1;
		c->in_len = 0;
		return;
	}
	c->out_len = (size_t)n;
}

/* At most what a pipe that is ready takes without blocking (PIPE_BUF). */
static void write_stdout(struct run_console *c)
{
	ssize_t n = write(STDOUT_FILENO, c->out, c->out_len);

	if (n < 0 && errno != EAGAIN && errno != EINTR) {
		c->output_error = errno;
		c->out_len = 0;
	}
	if (n > 0) {
		c->out_len -= (size_t)n;
		memmove(c->out, c->out + n, c->out_len);
	}
}

void run_console_serve(struct run_console *c, const struct pollfd polls[RUN_POLLS])
{
	if (polls[POLL_STDIN].revents)
		read_stdin(c);
	if (polls[POLL_STDOUT].revents)
		write_stdout(c);
	if (c->socket >= 0 && c->in_len && (polls[POLL_SOCKET].revents & POLLOUT))
		write_socket(c);
	if (c->socket >= 0 && !c->out_len && (polls[POLL_SOCKET].revents & (POLLIN | POLLHUP)))
		read_socket(c);
}

bool run_console_done(const struct run_console *c)
{
	return c->socket < 0 && !c->out_len;
}
