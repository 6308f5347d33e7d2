/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The state directory. That a definition survives the death of the daemon is tested at every system
 * call: a child that changes the store is traced and killed at its first, second, third... call,
 * and each time the directory must hold the old or the new guest and nothing in between.
 */
#include "store.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "manager-error.h"
#include "store-file.h"
#include "tests/unit/test.h"
#include "util/cleanup.h"
#include "util/error.h"

static char dir[64];
static unsigned int notes;
static const int no_files[STORE_FILES] = { STORE_NONE, STORE_NONE };

static void on_note(void *self, const char *text)
{
	(void)self;
	(void)text;
	notes++;
}

static struct store *open_store(void)
{
	struct store *s = NULL;

	notes = 0;
	REQUIRE_EQ(store_open(&s, dir, on_note, NULL, NULL), 0);
	return s;
}

static struct store *fresh_store(void)
{
	tree_remove(AT_FDCWD, dir);
	snprintf(dir, sizeof(dir), "/tmp/test-store-XXXXXX");
	REQUIRE(mkdtemp(dir) != NULL);
	return open_store();
}

static void end(struct store *s)
{
	store_close(s);
	tree_remove(AT_FDCWD, dir);
}

static int memory_file(const char *content, size_t len)
{
	int fd = memfd_create("file", MFD_CLOEXEC);

	REQUIRE(fd >= 0);
	REQUIRE_EQ(write(fd, content, len), len);
	return fd;
}

/* What a guest consists of, as one string: "definition|kernel|initrd"; NULL: there is none. */
struct look {
	const char *name;
	char text[256];
	bool found;
	unsigned int guests;
};

static void look_at(void *self, const char *name, const char *text, size_t len,
		    const struct error *why)
{
	struct look *l = self;

	(void)len;
	l->guests++;
	if (strcmp(name, l->name) == 0) {
		l->found = true;
		snprintf(l->text, sizeof(l->text), "%s", text ? text : error_message(why));
	}
}

static const char *look(struct store *s, const char *name)
{
	static struct look l;
	char part[64];

	l = (struct look){ .name = name };
	REQUIRE_EQ(store_load_guests(s, look_at, &l, NULL), 0);
	for (int i = 0; l.found && i < STORE_FILES; i++) {
		_cleanup_(closep)
		int fd = -1;
		ssize_t n = -1;

		if (store_open_file(s, name, (enum store_file)i, &fd, NULL) == 0)
			n = read(fd, part, sizeof(part));
		strncat(l.text, "|", sizeof(l.text) - strlen(l.text) - 1);
		if (n > 0)
			strncat(l.text, part, (size_t)n);
	}
	return l.found ? l.text : NULL;
}

static void creates_updates_removes(void)
{
	struct store *s = fresh_store();
	_cleanup_(closep)
	int k = memory_file("kernel1", 7), i = memory_file("initrd1", 7);
	int fds[STORE_FILES] = { k, i };
	struct error *err = NULL;

	CHECK(look(s, "web") == NULL);
	CHECK_EQ(store_create_guest(s, "web", "{1}", fds, NULL), 0);
	CHECK_STR(look(s, "web"), "{1}|kernel1|initrd1");
	CHECK_EQ(store_create_guest(s, "web", "{2}", fds, &err), -MANAGER_GuestExists);
	CHECK_HAS(error_message(err), "'web'");
	err = error_free(err);
	CHECK_STR(look(s, "web"), "{1}|kernel1|initrd1");

	CHECK_EQ(store_update_guest(s, "web", "{3}", (int[]){ STORE_KEEP, STORE_KEEP }, NULL), 0);
	CHECK_STR(look(s, "web"), "{3}|kernel1|initrd1");
	CHECK_EQ(store_update_guest(s, "web", "{4}", (int[]){ STORE_KEEP, STORE_NONE }, NULL), 0);
	CHECK_STR(look(s, "web"), "{4}|kernel1|");
	CHECK_EQ(store_update_guest(s, "web", "{5}", (int[]){ i, k }, NULL), 0);
	CHECK_STR(look(s, "web"), "{5}|initrd1|kernel1");
	CHECK(store_update_guest(s, "other", "{6}", no_files, NULL) < 0);

	s = store_close(s);
	s = open_store();
	CHECK_EQ(notes, 0);
	CHECK_STR(look(s, "web"), "{5}|initrd1|kernel1");
	CHECK_EQ(store_remove_guest(s, "web", NULL), 0);
	CHECK(look(s, "web") == NULL);
	CHECK(store_remove_guest(s, "web", NULL) < 0);
	s = store_close(s);
	s = open_store();
	CHECK_EQ(notes, 0);
	end(s);
}

static void refuses_what_is_no_file(void)
{
	struct store *s = fresh_store();
	int pipes[2], pair[2];
	_cleanup_(closep)
	int empty = memory_file("", 0), big = memory_file("12345", 5);
	_cleanup_(closep)
	int directory = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	_cleanup_(closep)
	int path = open("/proc/self/exe", O_PATH | O_CLOEXEC);
	_cleanup_(closep)
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	_cleanup_(closep)
	int write_only = open(dir, O_WRONLY | O_TMPFILE | O_CLOEXEC, 0600);

	REQUIRE(pipe(pipes) == 0 && socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
	const struct {
		int fd;
		const char *message;
	} rows[] = {
		{ pipes[0], "kernel: must be a regular file, not a pipe" },
		{ pair[0], "kernel: must be a regular file, not a socket" },
		{ directory, "kernel: must be a regular file, not a directory" },
		{ null, "kernel: must be a regular file, not a character device" },
		{ empty, "kernel: the file is empty" },
		{ big, "kernel: the file has 5 bytes; at the most 4 are allowed" },
		{ path, "kernel: not open for reading" },
		{ write_only, "kernel: not open for reading" },
	};

	store_set_max_file_size(s, 4);
	for (size_t n = 0; n < sizeof(rows) / sizeof(rows[0]); n++) {
		_cleanup_(error_freep)
		struct error *err = NULL;
		const int fds[STORE_FILES] = { rows[n].fd, STORE_NONE };

		CHECK_EQ(store_create_guest(s, "web", "{}", fds, &err), -MANAGER_BadBootFile);
		CHECK_STR(error_message(err), rows[n].message);
	}
	CHECK(look(s, "web") == NULL);
	s = store_close(s);
	s = open_store();
	CHECK_EQ(notes, 0); /* nothing was left in tmp/ */
	for (int n = 0; n < 2; n++) {
		close(pipes[n]);
		close(pair[n]);
	}
	end(s);
}

static void images(void)
{
	struct store *s = fresh_store();
	_cleanup_(closep)
	int k = memory_file("image", 5);
	_cleanup_(closep)
	int got = -1;
	struct store_image *list;
	struct error *err = NULL;
	size_t n;

	CHECK_EQ(store_import_image(s, "b", k, NULL), 0);
	CHECK_EQ(store_import_image(s, "a", k, NULL), 0);
	CHECK_EQ(store_import_image(s, "a", k, &err), -MANAGER_ImageExists);
	CHECK_HAS(error_message(err), "'a'");
	err = error_free(err);
	REQUIRE_EQ(store_list_images(s, &list, &n, NULL), 0);
	REQUIRE_EQ(n, 2);
	CHECK_STR(list[0].name, "a");
	CHECK_EQ(list[1].size, 5);
	CHECK(list[1].mtime_usec > 0);
	store_images_free(list, n);
	CHECK_EQ(store_open_image(s, "a", &got, NULL), 0);
	CHECK_EQ(store_remove_image(s, "a", NULL), 0);
	CHECK_EQ(store_remove_image(s, "a", &err), -MANAGER_NoSuchImage);
	err = error_free(err);
	CHECK_EQ(store_open_image(s, "a", &got, NULL), -MANAGER_NoSuchImage);
	end(s);
}

static void two_daemons(void)
{
	struct store *s = fresh_store(), *other = NULL;
	struct error *err = NULL;

	CHECK_EQ(store_open(&other, dir, on_note, NULL, &err), -EBUSY);
	CHECK_HAS(error_message(err), "another kvm440d uses this state directory");
	error_free(err);
	end(s);
}

static void sets_aside(void)
{
	struct store *s = fresh_store();
	char *first = NULL, *second = NULL;

	CHECK_EQ(store_create_guest(s, "web", "junk", no_files, NULL), 0);
	CHECK_EQ(store_set_aside(s, "web", &first, NULL), 0);
	CHECK(look(s, "web") == NULL);
	CHECK_EQ(store_create_guest(s, "web", "junk", no_files, NULL), 0);
	CHECK_EQ(store_set_aside(s, "web", &second, NULL), 0);
	REQUIRE(first && second);
	CHECK(strcmp(first, second) != 0);
	CHECK_EQ(access(first, F_OK), 0);
	CHECK_EQ(access(second, F_OK), 0);
	free(first);
	free(second);
	end(s);
}

/* Someone with access to the directory made a mess of it. */
static void strange_entries(void)
{
	struct store *s = fresh_store();
	char path[128];
	struct look l = { .name = "link" };

	snprintf(path, sizeof(path), "%s/guests/file", dir);
	close(open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
	snprintf(path, sizeof(path), "%s/guests/link", dir);
	CHECK_EQ(symlink("/etc", path), 0);
	snprintf(path, sizeof(path), "%s/guests/none", dir);
	CHECK_EQ(mkdir(path, 0700), 0);
	snprintf(path, sizeof(path), "%s/tmp/leftover", dir);
	CHECK_EQ(mkdir(path, 0700), 0);
	snprintf(path, sizeof(path), "%s/tmp/leftover/kernel", dir);
	close(open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
	CHECK_EQ(store_load_guests(s, look_at, &l, NULL), 0);
	CHECK_EQ(l.guests, 3);
	CHECK(l.found);
	CHECK_EQ(access(path, F_OK), 0);
	s = store_close(s);
	s = open_store();
	CHECK_EQ(notes, 1);
	CHECK(access(path, F_OK) < 0);
	end(s);
}

/* What the child does, and what must be found when it was killed: @before or @after. */
struct deed {
	const char *name;
	void (*act)(struct store *s, const int fds[STORE_FILES]);
	const char *before, *after;
	bool builds; /* a directory that is renamed whole */
};

static void act_create(struct store *s, const int fds[STORE_FILES])
{
	store_create_guest(s, "new", "{new}", fds, NULL);
}

static void act_update(struct store *s, const int fds[STORE_FILES])
{
	(void)fds;
	store_update_guest(s, "old", "{2}", (int[]){ STORE_KEEP, STORE_KEEP }, NULL);
}

static void act_update_files(struct store *s, const int fds[STORE_FILES])
{
	store_update_guest(s, "old", "{2}", (int[]){ fds[1], STORE_KEEP }, NULL);
}

static void act_remove(struct store *s, const int fds[STORE_FILES])
{
	(void)fds;
	store_remove_guest(s, "old", NULL);
}

static const struct deed deeds[] = {
	{ "new", act_create, NULL, "{new}|kernel|initrd", true },
	{ "old", act_update, "{1}|kernel|initrd", "{2}|kernel|initrd", false },
	{ "old", act_update_files, "{1}|kernel|initrd", "{2}|initrd|initrd", true },
	{ "old", act_remove, "{1}|kernel|initrd", NULL, false },
};

/* A child that is about to do the deed, traced and stopped. */
static pid_t stopped_child(const struct deed *deed, const int fds[STORE_FILES])
{
	int status;
	pid_t pid = fork();

	REQUIRE(pid >= 0);
	if (pid == 0) {
		struct store *s = NULL;

		if (store_open(&s, dir, on_note, NULL, NULL) < 0 ||
		    ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0)
			_exit(2);
		raise(SIGSTOP);
		deed->act(s, fds);
		_exit(0);
	}
	REQUIRE(waitpid(pid, &status, 0) == pid);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 2)
		test_skip("this machine allows no ptrace");
	return pid;
}

/*
 * Runs the deed in a child that is killed on entry to its @calls-th system call. Returns whether it
 * was killed; if not, it came to its end before.
 */
static bool killed_at(const struct deed *deed, const int fds[STORE_FILES], unsigned int calls)
{
	pid_t pid = stopped_child(deed, fds);
	int status;

	/* Entry and exit of each call stop it; killing on entry leaves the call undone. */
	for (unsigned int stops = 0; stops < 2 * calls; stops++) {
		REQUIRE(ptrace(PTRACE_SYSCALL, pid, NULL, NULL) == 0);
		REQUIRE(waitpid(pid, &status, 0) == pid);
		if (WIFEXITED(status))
			return false;
	}
	kill(pid, SIGKILL);
	REQUIRE(waitpid(pid, &status, 0) == pid);
	return true;
}

static void check_one_of(const char *got, const char *a, const char *b)
{
	CHECK((got && ((a && strcmp(got, a) == 0) || (b && strcmp(got, b) == 0))) ||
	      (!got && (!a || !b)));
	if (got)
		test_context("found %s", got);
}

static void survives_death_at_every_system_call(void)
{
	_cleanup_(closep)
	int k = memory_file("kernel", 6), i = memory_file("initrd", 6);
	const int fds[STORE_FILES] = { k, i };
	unsigned int calls;

	for (size_t d = 0; d < sizeof(deeds) / sizeof(deeds[0]); d++) {
		bool killed = true;

		for (calls = 1; killed; calls++) {
			struct store *s = fresh_store();

			REQUIRE(calls < 1000);
			CHECK_EQ(store_create_guest(s, "old", "{1}", fds, NULL), 0);
			s = store_close(s);
			killed = killed_at(&deeds[d], fds, calls);
			s = open_store();
			test_context("deed %zu, call %u", d, calls);
			if (killed)
				check_one_of(look(s, deeds[d].name), deeds[d].before,
					     deeds[d].after);
			else
				CHECK_STR(look(s, deeds[d].name), deeds[d].after);
			CHECK_EQ(store_create_guest(s, "another", "{}", no_files, NULL), 0);
			end(s);
		}
		test_note("deed %zu makes %u system calls", d, calls - 2);
		CHECK(calls > 5);
	}
}

/* What a power cut would lose now. */
struct unsynced {
	bool data;    /* of a file */
	bool created; /* names in a directory that is being built */
	bool renamed; /* the names that a rename changed */
};

static void follow(struct unsynced *u, const struct deed *deed, pid_t pid, uint64_t number,
		   uint64_t fd)
{
	char path[64];
	struct stat st;

	switch (number) {
	case SYS_write: u->data = true; break;
	case SYS_mkdirat:
	case SYS_linkat: u->created = true; break;
	case SYS_renameat:
	case SYS_renameat2:
		CHECK(!u->data);
		CHECK(!u->created || !deed->builds);
		u->renamed = true;
		break;
	case SYS_fsync:
		snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)pid, (int)fd);
		REQUIRE(stat(path, &st) == 0);
		if (!S_ISDIR(st.st_mode))
			u->data = false;
		else if (u->renamed)
			u->renamed = false;
		else
			u->created = false;
		break;
	default: break;
	}
}

/* Death of the process shows nothing of what is only in memory: so the order of the calls is looked
 * at. */
static void syncs_before_and_after_each_rename(void)
{
	_cleanup_(closep)
	int k = memory_file("kernel", 6), i = memory_file("initrd", 6);
	const int fds[STORE_FILES] = { k, i };

	for (size_t d = 0; d < sizeof(deeds) / sizeof(deeds[0]); d++) {
		struct store *s = fresh_store();
		struct __ptrace_syscall_info info;
		struct unsynced u = { 0 };
		unsigned int renames = 0;
		int status = 0;
		pid_t pid;

		CHECK_EQ(store_create_guest(s, "old", "{1}", fds, NULL), 0);
		s = store_close(s);
		pid = stopped_child(&deeds[d], fds);
		REQUIRE(ptrace(PTRACE_SETOPTIONS, pid, NULL, PTRACE_O_TRACESYSGOOD) == 0);
		for (;;) {
			REQUIRE(ptrace(PTRACE_SYSCALL, pid, NULL, NULL) == 0);
			REQUIRE(waitpid(pid, &status, 0) == pid);
			if (WIFEXITED(status))
				break;
			REQUIRE(ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(info), &info) > 0);
			if (info.op != PTRACE_SYSCALL_INFO_ENTRY)
				continue;
			test_context("deed %zu, system call %u", d, (unsigned int)info.entry.nr);
			renames += info.entry.nr == SYS_renameat || info.entry.nr == SYS_renameat2;
			follow(&u, &deeds[d], pid, info.entry.nr, info.entry.args[0]);
		}
		test_context("deed %zu", d);
		CHECK_EQ(renames, 1);
		CHECK(!u.data && !u.renamed);
		end(open_store());
	}
}

/* The limit that ImportImage and CreateGuest have; a full disk is made in tests/bus of a small
 * tmpfs. */
static void file_that_grows(void)
{
	struct store *s = fresh_store();
	_cleanup_(closep)
	int k = memory_file("1234", 4);
	struct error *err = NULL;

	store_set_max_file_size(s, 4);
	CHECK_EQ(store_import_image(s, "four", k, NULL), 0);
	CHECK_EQ(ftruncate(k, 5), 0);
	CHECK_EQ(store_import_image(s, "five", k, &err), -MANAGER_BadBootFile);
	CHECK_HAS(error_message(err), "five: the file has 5 bytes");
	error_free(err);
	end(s);
}

static const struct test_case cases[] = {
	TEST_CASE(creates_updates_removes),
	TEST_CASE(refuses_what_is_no_file),
	TEST_CASE(images),
	TEST_CASE(two_daemons),
	TEST_CASE(sets_aside),
	TEST_CASE(strange_entries),
	TEST_CASE(survives_death_at_every_system_call),
	TEST_CASE(syncs_before_and_after_each_rename),
	TEST_CASE(file_that_grows),
};

TEST_MAIN(cases)
