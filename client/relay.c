/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One loop over five things: our input, the console, our output, signals, the bus. Input is read
 * only when the guest took what came before, the console only when our output did: neither side can
 * fill memory, and a terminal that is stopped does not keep the escape key from working.
 */
#include "relay.h"

#include "bus.h"
#include "terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <time.h>

/* Not more than a pipe that is said to be writable takes without blocking. */
#define CHUNK 4096

struct buffer {
	char data[CHUNK];
	size_t from, to;
};

struct loop {
	struct relay *relay;
	struct buffer input, output; /* for the guest, for us */
	struct matcher until, after;
	bool in_open, in_tty, held, draining;
	int signals, signal;
	enum relay_end end;
	bool ended;
};

static void end(struct loop *l, enum relay_end how)
{
	if (!l->ended)
		l->end = how;
	l->ended = true;
}

int console_open(struct client *c, const char *name, uint64_t flags, bool quiet, int *ret_fd)
{
	_cleanup_(sd_bus_message_unrefp)
	sd_bus_message *call = NULL, *reply = NULL;
	_cleanup_(sd_bus_error_free)
	sd_bus_error error = SD_BUS_ERROR_NULL;
	char what[300];
	int r, fd;

	r = call_guest(c, &call, name, METHOD_Guest1_OpenConsole);
	if (r != 0)
		return r;
	/* How relay_run() gets at what a guest printed last. */
	r = sd_bus_message_append(call, "t", flags | KVM440_CONSOLE_SHUT_ENDS);
	if (r < 0)
		return fail_reply(r);
	snprintf(what, sizeof(what), "console of guest '%s'", name);
	r = call_try(c, call, &error, &reply);
	if (r < 0)
		return quiet ? status_of_error(&error, r) : call_complain(&error, r, what);
	r = sd_bus_message_read(reply, "h", &fd);
	if (r < 0)
		return fail_reply(r);
	fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	if (fd < 0 || fcntl(fd, F_SETFL, O_NONBLOCK) < 0) {
		r = errno;
		closep(&fd);
		return fail(EXIT_FAILED, "%s: %s", what, strerror(r));
	}
	*ret_fd = fd;
	return 0;
}

int parse_escape(const char *text)
{
	if (strcmp(text, "none") == 0)
		return -1;
	if (text[0] && !text[1])
		return (unsigned char)text[0];
	if (text[0] == '^' && text[1] && !text[2]) {
		int byte = text[1] & 0x5f;

		if (text[1] == '?')
			return 0x7f;
		if (byte >= '@' && byte <= '_')
			return byte & 0x1f;
	}
	return -EINVAL;
}

const char *escape_name(int escape, char *buf)
{
	if (escape == 0x7f)
		return "^?";
	buf[0] = escape < ' ' ? '^' : (char)escape;
	buf[1] = escape < ' ' ? (char)(escape | '@') : '\0';
	buf[2] = '\0';
	return buf;
}

static bool would_block(void)
{
	return errno == EAGAIN || errno == EINTR;
}

/* Our input ended. */
static void in_ended(struct loop *l)
{
	l->in_open = false;
	if (l->relay->eof == RELAY_EOF_SEND && !l->relay->read_only)
		l->input.data[l->input.to++] = 0x04;
	else if (l->relay->eof == RELAY_EOF_DETACH)
		end(l, RELAY_DETACHED);
}

static void read_in(struct loop *l)
{
	struct buffer *b = &l->input;
	ssize_t n = read(l->relay->in, b->data, sizeof(b->data));
	char *escape = NULL;

	b->from = b->to = 0;
	if (n < 0 && would_block())
		return;
	if (n <= 0) {
		in_ended(l);
		return;
	}
	if (l->in_tty && l->relay->escape >= 0)
		escape = memchr(b->data, l->relay->escape, (size_t)n);
	if (!l->relay->read_only)
		b->to = escape ? (size_t)(escape - b->data) : (size_t)n;
	if (escape)
		end(l, RELAY_DETACHED);
}

static void write_console(struct loop *l)
{
	struct buffer *b = &l->input;
	ssize_t n = send(l->relay->console, b->data + b->from, b->to - b->from, MSG_NOSIGNAL);

	if (n < 0 && errno == ENOTSOCK)
		n = write(l->relay->console, b->data + b->from, b->to - b->from);
	if (n < 0) {
		if (!would_block())
			b->from = b->to; /* Its end comes as the end of what is read. */
		return;
	}
	b->from += (size_t)n;
}

static void read_console(struct loop *l)
{
	struct buffer *b = &l->output;
	ssize_t n = read(l->relay->console, b->data, sizeof(b->data));

	b->from = b->to = 0;
	if (n < 0 && would_block())
		return;
	if (n <= 0) {
		end(l, l->draining ? RELAY_GUEST_ENDED : RELAY_CLOSED);
		return;
	}
	if (l->relay->until && matcher_feed(&l->until, b->data, (size_t)n))
		end(l, RELAY_MATCHED);
	if (l->held && matcher_feed(&l->after, b->data, (size_t)n))
		l->held = false;
	if (l->relay->out >= 0)
		b->to = (size_t)n;
}

static void write_out(struct loop *l)
{
	struct buffer *b = &l->output;
	ssize_t n = write(l->relay->out, b->data + b->from, b->to - b->from);

	if (n < 0 && would_block())
		return;
	if (n < 0) {
		b->from = b->to;
		if (errno == EPIPE || errno == EIO) {
			end(l, RELAY_DETACHED);
			return;
		}
		fail(EXIT_FAILED, "cannot write to stdout: %s", strerror(errno));
		end(l, RELAY_ERROR);
		return;
	}
	b->from += (size_t)n;
	if (n > 0)
		l->relay->mid_line = b->data[b->from - 1] != '\n';
}

/* Signals that would end us end the loop; one that would stop us stops us with the terminal in
 * order. */
static void read_signal(struct loop *l)
{
	struct signalfd_siginfo info;

	if (read(l->signals, &info, sizeof(info)) != sizeof(info))
		return;
	if (info.ssi_signo == SIGTSTP) {
		terminal_restore();
		raise(SIGSTOP);
		if (l->in_tty)
			terminal_raw(l->relay->in);
		return;
	}
	l->signal = (int)info.ssi_signo;
	end(l, RELAY_SIGNAL);
}

/*
 * The guest is over; what it printed last may be on its way still. Who sends nothing any more gets
 * what is there, then the end of file.
 */
static void drain(struct loop *l)
{
	l->draining = true;
	l->input.from = l->input.to = 0;
	l->in_open = l->in_open && l->in_tty;
	shutdown(l->relay->console, SHUT_WR);
}

static void read_bus(struct loop *l)
{
	struct guest_watch *w = l->relay->watch;
	int r;

	/* What it ended with is what is to be told, even if it has been started again. */
	if (l->draining)
		return;
	do
		r = sd_bus_process(w->client->bus, NULL);
	while (r > 0);
	if (r < 0 || w->client->lost)
		end(l, RELAY_LOST);
	else if (w->gone || (!l->relay->stay && guest_ended(&w->info)))
		drain(l);
}

static int poll_timeout(const struct loop *l)
{
	uint64_t left = deadline_left(l->relay->deadline), bus = UINT64_MAX;

	/* sd-bus wants to be called at a point of CLOCK_MONOTONIC. */
	if (sd_bus_get_timeout(l->relay->watch->client->bus, &bus) >= 0 && bus != UINT64_MAX) {
		struct timespec ts;
		uint64_t now;

		clock_gettime(CLOCK_MONOTONIC, &ts);
		now = (uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000;
		bus = bus > now ? bus - now : 0;
		if (bus < left)
			left = bus;
	}
	if (left == NO_TIMEOUT)
		return -1;
	return left > 3600000000u ? 3600000 : (int)((left + 999) / 1000);
}

static void turn(struct loop *l)
{
	enum { IN, OUT, CONSOLE, SIGNALS, BUS, N };
	struct relay *r = l->relay;
	bool to_guest = l->input.from < l->input.to, to_us = l->output.from < l->output.to;
	struct pollfd p[N] = {
		[IN] = { l->in_open && !l->held && !to_guest ? r->in : -1, POLLIN, 0 },
		[OUT] = { r->out, (short)(to_us ? POLLOUT : 0), 0 },
		[CONSOLE] = { r->console, (short)((to_us ? 0 : POLLIN) | (to_guest ? POLLOUT : 0)),
			      0 },
		[SIGNALS] = { l->signals, POLLIN, 0 },
		[BUS] = { l->draining ? -1 : sd_bus_get_fd(r->watch->client->bus),
			  (short)sd_bus_get_events(r->watch->client->bus), 0 },
	};
	int n = poll(p, N, poll_timeout(l));

	if (n < 0 && errno != EINTR) {
		fail(EXIT_FAILED, "poll: %s", strerror(errno));
		end(l, RELAY_ERROR);
		return;
	}
	if (p[SIGNALS].revents)
		read_signal(l);
	if (p[OUT].revents & POLLOUT)
		write_out(l);
	else if (p[OUT].revents & (POLLERR | POLLHUP))
		end(l, RELAY_DETACHED);
	if (p[CONSOLE].revents & POLLOUT)
		write_console(l);
	if (p[IN].revents)
		read_in(l);
	if (!to_us && (p[CONSOLE].revents & ~POLLOUT))
		read_console(l);
	read_bus(l);
	if (!l->ended && deadline_left(r->deadline) == 0)
		end(l, RELAY_TIMEOUT);
}

/*
 * The console was closed: because the daemon died, because the guest was removed, or for another
 * reason. The bus knows, if it may hear later of it than we: what it answers comes after the news.
 */
static void why_closed(struct loop *l)
{
	_cleanup_(sd_bus_message_unrefp)
	sd_bus_message *ping = NULL;
	struct guest_watch *w = l->relay->watch;
	int r;

	r = sd_bus_message_new_method_call(w->client->bus, &ping, KVM440_BUS_NAME, KVM440_PATH,
					   "org.freedesktop.DBus.Peer", "Ping");
	if (r >= 0)
		r = sd_bus_message_set_auto_start(ping, 0);
	if (r >= 0)
		r = sd_bus_call(w->client->bus, ping, call_timeout(w->client), NULL, NULL);
	do
		if (r >= 0)
			r = sd_bus_process(w->client->bus, NULL);
	while (r > 0);
	if (r < 0 || w->client->lost)
		l->end = RELAY_LOST;
	else if (w->gone || (!l->relay->stay && guest_ended(&w->info)))
		l->end = RELAY_GUEST_ENDED;
}

/* Passes on what is in hand; who cannot take it now (or for output: until a signal) does not keep
 * us. */
static void flush(struct loop *l)
{
	struct pollfd p = { l->relay->console, POLLOUT, 0 };

	while (l->input.from < l->input.to && poll(&p, 1, 0) > 0 &&
	       !(p.revents & (POLLERR | POLLHUP)))
		write_console(l);
	while (l->output.from < l->output.to && l->end == RELAY_MATCHED) {
		struct pollfd out[] = { { l->relay->out, POLLOUT, 0 }, { l->signals, POLLIN, 0 } };

		if ((poll(out, 2, -1) < 0 && errno != EINTR) || out[1].revents ||
		    (out[0].revents & (POLLERR | POLLNVAL)))
			break;
		if (out[0].revents)
			write_out(l);
	}
}

enum relay_end relay_run(struct relay *r, int *ret_signal)
{
	static const int handled[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP };
	struct loop l = { .relay = r,
			  .in_open = r->in >= 0,
			  .in_tty = r->in >= 0 && isatty(r->in) };
	sigset_t set, before;
	int e;

	*ret_signal = 0;
	if ((r->until && matcher_init(&l.until, r->until) < 0) ||
	    (r->after && matcher_init(&l.after, r->after) < 0)) {
		fail(EXIT_USAGE, "the text to wait for has 1 to 255 bytes");
		return RELAY_ERROR;
	}
	l.held = r->after && !l.in_tty;
	if (r->read_only && !l.in_tty)
		l.in_open = false;
	sigemptyset(&set);
	for (size_t i = 0; i < ELEMENTS(handled); i++)
		sigaddset(&set, handled[i]);
	sigprocmask(SIG_BLOCK, &set, &before);
	l.signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (l.signals < 0) {
		fail(EXIT_FAILED, "signalfd: %s", strerror(errno));
		end(&l, RELAY_ERROR);
	} else if (l.in_tty && (e = terminal_raw(r->in)) < 0) {
		fail(EXIT_FAILED, "the terminal: %s", strerror(-e));
		end(&l, RELAY_ERROR);
	}
	read_bus(&l);
	while (!l.ended)
		turn(&l);
	flush(&l);
	terminal_restore();
	if (l.end == RELAY_CLOSED)
		why_closed(&l);
	closep(&l.signals);
	sigprocmask(SIG_SETMASK, &before, NULL);
	*ret_signal = l.signal;
	return l.end;
}
