/* SPDX-License-Identifier: GPL-2.0-or-later */
/* "kvm440d run": one guest in the foreground, without a bus. */
#include "run.h"

#include "backend/chardev.h"
#include "guest.h"
#include "run-console.h"
#include "util/cleanup.h"
#include "util/error.h"
#include "util/text.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#define DEFINITION_MAX (1u << 20)

enum {
	CODE_OK,
	CODE_FAILED,
	CODE_USAGE,
	CODE_PANIC,
	CODE_CHECKSTOP,
	CODE_ENGINE,
	CODE_WATCHDOG,
	CODE_HALTED,
	CODE_SIGNAL = 128
};

static const char usage[] =
	"Usage: kvm440d run [OPTION]... GUEST.json\n"
	"   or: kvm440d run [OPTION]... --kernel=FILE\n"
	"Runs one guest in the foreground, its console on standard input and output. Paths of\n"
	"boot files in GUEST.json are relative to where it stands. At a terminal, ^] ends it.\n"
	"\n"
	"  --kernel=FILE    instead of the definition's: an ELF, uImage or raw image\n"
	"  --initrd=FILE    likewise: an initial RAM disk\n"
	"  --append=TEXT    likewise: the kernel's command line\n"
	"  --memory=SIZE    likewise: RAM, such as 64M\n"
	"  --engine=NAME    likewise: what executes the guest (auto, kvm, interp)\n"
	"  --stats          print what was executed, and how fast, at the end\n"
	"  --help           print this and exit\n"
	"\n"
	"Exit status:\n"
	"  0      the guest powered off, or reset itself and its on_reboot is stop\n"
	"  1      it could not be started, or its console could not be written\n"
	"  2      wrong usage\n"
	"  3      its kernel panicked\n"
	"  4      checkstop: a machine check that it could not take\n"
	"  5      the engine could not go on\n"
	"  6      its watchdog expired and its on_reboot is stop\n"
	"  7      it halted: it branches to itself with all interrupts off\n"
	"  128+N  ended by signal N; 130 also for ^]\n";

struct options {
	const char *file; /* NULL: everything is on the command line */
	struct guest_def_change changes[6];
	size_t n_changes;
	bool stats, own_kernel, own_initrd;
};

/* What the guest's threads tell the main thread, through a pipe: one write each. */
struct note {
	bool is_message;
	enum guest_state state;
	enum guest_cause cause;
	char text[300];
};

struct run {
	struct options options;
	struct guest_def *def;
	struct guest *guest;
	struct run_console console;
	int notes[2], signals;
	/* How it ended. */
	bool ended;
	enum guest_state state;
	enum guest_cause cause;
	char detail[300];
	int by_signal;
};

/* A line on standard error; a raw terminal wants its carriage return. */
__attribute__((format(printf, 2, 3))) static void say(const struct run *run, const char *format,
						      ...)
{
	_cleanup_(freep)
	char *text = NULL;
	va_list ap;

	va_start(ap, format);
	if (vasprintf(&text, format, ap) < 0)
		text = NULL;
	va_end(ap);
	if (text)
		text_one_line(text);
	fprintf(stderr, "kvm440d: %s%s", text ? text : "out of memory",
		run->console.raw ? "\r\n" : "\n");
}

/* Options. */

static void change(struct options *o, const char *key, const char *value, const char *source)
{
	size_t i;

	for (i = 0; i < o->n_changes && strcmp(o->changes[i].key, key) != 0; i++)
		;
	o->changes[i] = (struct guest_def_change){ key, value, source };
	if (i == o->n_changes)
		o->n_changes++;
}

void complain_of_option(const char *program, char **argv)
{
	char letter[] = { '-', (char)optopt, '\0' };
	/* Of "-xy" the index may not have moved on yet; letters are all unknown. */
	char *word = optopt > ' ' && optopt < 0x7f ? letter : argv[optind - 1];

	text_one_line(word);
	fprintf(stderr, "%s: '%s': no such option, or it wants a value, or takes none\n", program,
		word);
}

/* 0 to go on, 1 when there is nothing more to do, or -EINVAL. */
static int parse_options(struct options *o, int argc, char **argv)
{
	enum { KERNEL = 1, INITRD, APPEND, MEMORY, ENGINE, STATS, HELP };
	static const struct option options[] = {
		{ "kernel", required_argument, NULL, KERNEL },
		{ "initrd", required_argument, NULL, INITRD },
		{ "append", required_argument, NULL, APPEND },
		{ "memory", required_argument, NULL, MEMORY },
		{ "engine", required_argument, NULL, ENGINE },
		{ "stats", no_argument, NULL, STATS },
		{ "help", no_argument, NULL, HELP },
		{ 0 },
	};
	int c;

	opterr = 0;
	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (c) {
		case KERNEL:
			change(o, "boot.kernel", optarg, "--kernel");
			o->own_kernel = true;
			break;
		case INITRD:
			change(o, "boot.initrd", optarg, "--initrd");
			o->own_initrd = true;
			break;
		case APPEND: change(o, "boot.cmdline", optarg, "--append"); break;
		case MEMORY: change(o, "memory", optarg, "--memory"); break;
		case ENGINE: change(o, "engine", optarg, "--engine"); break;
		case STATS: o->stats = true; break;
		case HELP: return fputs(usage, stdout) < 0 || fflush(stdout) ? -EIO : 1;
		default: complain_of_option("kvm440d run", argv); return -EINVAL;
		}
	}
	if (optind + 1 < argc || (optind == argc && !o->own_kernel)) {
		fprintf(stderr, "kvm440d run: one guest definition, or --kernel, is needed\n");
		return -EINVAL;
	}
	o->file = optind < argc ? argv[optind] : NULL;
	return 0;
}

/* The definition and the files it names. */

static int read_definition(const char *path, char **ret, size_t *ret_len, struct error **err)
{
	_cleanup_(fclosep)
	FILE *f = fopen(path, "re");
	_cleanup_(freep)
	char *text = malloc(DEFINITION_MAX + 1);

	if (!f)
		return error_set(err, errno, "%s: %s", path, strerror(errno));
	if (!text)
		return error_set(err, ENOMEM, "out of memory");
	*ret_len = fread(text, 1, DEFINITION_MAX + 1, f);
	if (ferror(f))
		return error_set(err, errno, "%s: %s", path, strerror(errno));
	*ret = TAKE_PTR(text);
	return 0;
}

static int load_definition(struct run *run, struct error **err)
{
	/* What a definition of options alone begins with. */
	static const char alone[] = "{\"name\":\"run\"}";
	_cleanup_(freep)
	char *text = NULL;
	struct options *o = &run->options;
	size_t len = sizeof(alone) - 1;
	int r = 0;

	if (o->file)
		r = read_definition(o->file, &text, &len, err);
	if (r < 0)
		return r;
	return guest_def_parse_runnable(&run->def, text ? text : alone, len,
					o->file ? o->file : "command line", o->changes,
					o->n_changes, err);
}

/* Paths in the definition are relative to it, paths on the command line to where we are. */
static int open_boot(const struct run *run, const char *path, bool own, const char *what, int *ret,
		     struct error **err)
{
	const char *file = run->options.file, *slash = file && !own ? strrchr(file, '/') : NULL;
	_cleanup_(freep)
	char *full = NULL;
	bool beside = slash && *path != '/';

	if (asprintf(&full, "%.*s%s", beside ? (int)(slash - file + 1) : 0, beside ? file : "",
		     path) < 0) {
		full = NULL;
		return error_set(err, ENOMEM, "out of memory");
	}
	/* O_NONBLOCK: not to wait for the other end of a FIFO. What it is the loader checks. */
	*ret = open(full, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (*ret < 0)
		return error_set(err, errno, "%s '%s': %s", what, full, strerror(errno));
	return 0;
}

/* What the guest tells. */

static void post(struct run *run, const struct note *n)
{
	/* Never blocks a guest's thread: when the pipe is full, messages are lost, states are few.
	 */
	if (write(run->notes[1], n, sizeof(*n)) < 0)
		return;
}

static void on_state(void *self, enum guest_state state, enum guest_cause cause, const char *detail)
{
	struct note n = { .state = state, .cause = cause };

	snprintf(n.text, sizeof(n.text), "%s", detail ? detail : "");
	post(self, &n);
}

static void on_message(void *self, int priority, const char *text)
{
	struct note n = { .is_message = true };

	(void)priority;
	snprintf(n.text, sizeof(n.text), "%s", text);
	post(self, &n);
}

static void handle_note(struct run *run, const struct note *n)
{
	if (n->is_message) {
		say(run, "guest '%s': %s", run->def->name, n->text);
		return;
	}
	if (n->state == GUEST_RUNNING && n->cause != GUEST_CAUSE_START) {
		say(run, "guest '%s': %s (%s)", run->def->name, guest_state_name(n->state),
		    guest_cause_name(n->cause));
		return;
	}
	if (n->state != GUEST_STOPPED && n->state != GUEST_CRASHED && n->state != GUEST_HALTED)
		return;
	/* A guest that halted is killed after this, which is no news. */
	if (run->ended)
		return;
	run->ended = true;
	run->state = n->state;
	run->cause = n->cause;
	memcpy(run->detail, n->text, sizeof(run->detail));
	guest_console_finish(run->guest);
}

static void read_notes(struct run *run)
{
	struct note n;

	while (read(run->notes[0], &n, sizeof(n)) == (ssize_t)sizeof(n))
		handle_note(run, &n);
}

static void kill_guest(struct run *run, int by_signal)
{
	if (!run->by_signal)
		run->by_signal = by_signal;
	guest_request_kill(run->guest, GUEST_CAUSE_KILL, NULL);
}

/* Until the guest has ended and all it printed is written; a signal after the end cuts that short.
 */
static void serve(struct run *run)
{
	struct pollfd polls[RUN_POLLS + 2];
	struct signalfd_siginfo info;

	while (!run->ended || !run_console_done(&run->console)) {
		run_console_prepare(&run->console, polls);
		polls[RUN_POLLS] = (struct pollfd){ run->notes[0], POLLIN, 0 };
		polls[RUN_POLLS + 1] = (struct pollfd){ run->signals, POLLIN, 0 };
		if (poll(polls, RUN_POLLS + 2, -1) < 0)
			continue;
		run_console_serve(&run->console, polls);
		if (polls[RUN_POLLS].revents)
			read_notes(run);
		if (read(run->signals, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
			if (run->ended)
				break;
			kill_guest(run, (int)info.ssi_signo);
		}
		if (run->console.left && !run->by_signal)
			kill_guest(run, SIGINT);
		if (run->console.output_error && !run->ended)
			kill_guest(run, 0);
		if (run->console.output_error && run->ended)
			break;
	}
}

/* Start to end. */

static int make_channels(struct run *run, struct error **err)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGQUIT);
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0 || signal(SIGPIPE, SIG_IGN) == SIG_ERR ||
	    pipe2(run->notes, O_CLOEXEC | O_NONBLOCK) < 0)
		return error_set(err, errno, "%s", strerror(errno));
	run->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (run->signals < 0)
		return error_set(err, errno, "signals: %s", strerror(errno));
	return 0;
}

static int attach_console(struct run *run, struct error **err)
{
	int pair[2], r;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return error_set(err, errno, "console: %s", strerror(errno));
	r = guest_console_attach(run->guest, pair[0], CHARDEV_REPLAY, getuid(), err);
	if (r < 0) {
		close(pair[1]);
		return r;
	}
	run_console_init(&run->console, pair[1]);
	return 0;
}

static int start(struct run *run, struct error **err)
{
	const struct guest_events events = { on_state, on_message, run };
	_cleanup_(closep)
	int kernel = -1, initrd = -1;
	struct guest_files files;
	int r;

	r = open_boot(run, run->def->kernel, run->options.own_kernel, "kernel", &kernel, err);
	if (r >= 0 && run->def->initrd)
		r = open_boot(run, run->def->initrd, run->options.own_initrd, "initrd", &initrd,
			      err);
	if (r >= 0)
		r = make_channels(run, err);
	if (r >= 0)
		r = guest_new(&run->guest, run->def, &events, err);
	if (r < 0)
		return r;
	files = (struct guest_files){ kernel, initrd, -1, NULL };
	r = guest_start(run->guest, &files, err);
	return r < 0 ? r : attach_console(run, err);
}

static void print_counts(const struct run *run, const struct guest_info *info, double seconds)
{
	say(run, "engine %s: %.3f s of CPU time, %" PRIu64 " instructions (%.1f million/s)",
	    info->engine, seconds, info->stats.instructions,
	    seconds > 0 ? (double)info->stats.instructions / seconds / 1e6 : 0.0);
	say(run,
	    "%" PRIu64 " interrupts, %" PRIu64 " TLB misses, %" PRIu64
	    " pages of code decoded, %" PRIu64 " dropped",
	    info->stats.interrupts, info->stats.tlb_misses, info->stats.pages_decoded,
	    info->stats.pages_dropped);
}

static void print_stats(const struct run *run)
{
	struct guest_info info;
	double seconds;
	int i;

	guest_get_info(run->guest, &info);
	seconds = (double)info.cpu_ns / 1e9;
	if (info.stats.exits_only)
		say(run, "engine %s: %.3f s of CPU time", info.engine, seconds);
	else
		print_counts(run, &info, seconds);
	for (i = 0; i < ENGINE_EXIT_KINDS; i++)
		if (info.stats.exits[i])
			say(run, "exits: %s %" PRIu64, guest_exit_name((enum engine_exit_kind)i),
			    info.stats.exits[i]);
}

/* The exit code, and the line that says why it is not 0. */
static int verdict(const struct run *run)
{
	/* Anything that is not here would be a surprise. */
	static const int codes[GUEST_CAUSES] = {
		[GUEST_CAUSE_NONE] = CODE_FAILED,	  [GUEST_CAUSE_KILL] = CODE_FAILED,
		[GUEST_CAUSE_STOP] = CODE_FAILED,	  [GUEST_CAUSE_START_FAILED] = CODE_FAILED,
		[GUEST_CAUSE_GUEST_POWEROFF] = CODE_OK,	  [GUEST_CAUSE_GUEST_REBOOT] = CODE_OK,
		[GUEST_CAUSE_GUEST_PANIC] = CODE_PANIC,	  [GUEST_CAUSE_CHECKSTOP] = CODE_CHECKSTOP,
		[GUEST_CAUSE_ENGINE_ERROR] = CODE_ENGINE, [GUEST_CAUSE_WATCHDOG] = CODE_WATCHDOG,
		[GUEST_CAUSE_GUEST_HALT] = CODE_HALTED,	  [GUEST_CAUSE_BAD_BOOT_FILE] = CODE_FAILED,
	};
	const char *name = run->def->name;

	if (run->console.output_error) {
		say(run, "guest '%s' was killed: standard output: %s", name,
		    strerror(run->console.output_error));
		return CODE_FAILED;
	}
	if (run->by_signal && run->cause == GUEST_CAUSE_KILL) {
		say(run, "guest '%s' was killed: %s", name,
		    run->console.left ? "^] was typed" : strsignal(run->by_signal));
		return CODE_SIGNAL + run->by_signal;
	}
	if (codes[run->cause] != CODE_OK)
		say(run, "guest '%s' %s (%s)%s%s", name, guest_state_name(run->state),
		    guest_cause_name(run->cause), *run->detail ? ": " : "", run->detail);
	return codes[run->cause];
}

static void say_it_runs(const struct run *run)
{
	struct guest_info info;

	guest_get_info(run->guest, &info);
	say(run, "guest '%s' runs, engine %s; ^] ends it", run->def->name, info.engine);
}

static int run_guest(struct run *run)
{
	_cleanup_(error_freep)
	struct error *err = NULL;
	int code;

	if (load_definition(run, &err) < 0 || start(run, &err) < 0) {
		say(run, "%s", error_message(err));
		return CODE_FAILED;
	}
	if (run->console.raw)
		say_it_runs(run);
	serve(run);
	run_console_deinit(&run->console);
	/* Halted or not: the machine goes, so that the statistics are complete. */
	guest_request_kill(run->guest, GUEST_CAUSE_KILL, NULL);
	code = verdict(run);
	if (run->options.stats)
		print_stats(run);
	return code;
}

/* Started without one of them, another file would get its number, and be taken for it. */
static int hold_standard_files(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR | O_NOCTTY);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd < 0)
		return -errno;
	close(fd);
	return 0;
}

int run_main(int argc, char **argv)
{
	struct run run = { .notes = { -1, -1 }, .signals = -1, .console = { .socket = -1 } };
	int r = parse_options(&run.options, argc, argv);

	if (r > 0)
		return CODE_OK;
	if (r < 0) {
		fputs("Try 'kvm440d run --help'.\n", stderr);
		return r == -EIO ? CODE_FAILED : CODE_USAGE;
	}
	r = hold_standard_files() < 0 ? CODE_FAILED : run_guest(&run);
	run_console_deinit(&run.console);
	guest_free(run.guest);
	guest_def_free(run.def);
	closep(&run.notes[0]);
	closep(&run.notes[1]);
	closep(&run.signals);
	return r;
}
