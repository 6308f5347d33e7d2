/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Jobs and states of the manager, over guests that do what the test says (fake-guest.h). */
#include "manager.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <syslog.h>
#include <unistd.h>

#include "store-file.h"
#include "tests/unit/fake-guest.h"
#include "tests/unit/test.h"
#include "util/cleanup.h"
#include "util/error.h"

/* A world: what there is, and what the listener and the journal heard, as lines. */
static struct {
	char dir[64];
	sd_event *event;
	struct store *store;
	struct manager *manager;
	struct config config;
	char heard[8192];
	char journal[8192];
	unsigned int done; /* outcomes that came */
	int outcome;
	char sentence[256];
	bool closed;
} w;

__attribute__((format(printf, 1, 2))) static void heard(const char *format, ...)
{
	size_t at = strlen(w.heard);
	va_list ap;

	va_start(ap, format);
	vsnprintf(w.heard + at, sizeof(w.heard) - at, format, ap);
	va_end(ap);
}

static void on_message(void *self, int priority, const char *text)
{
	size_t at = strlen(w.journal);

	(void)self;
	if (priority <= LOG_WARNING)
		snprintf(w.journal + at, sizeof(w.journal) - at, "%s\n", text);
}

static void on_note(void *self, const char *text)
{
	on_message(self, LOG_WARNING, text);
}

static void on_added(void *self, const char *name)
{
	(void)self;
	heard("+%s ", name);
}

static void on_removed(void *self, const char *name)
{
	(void)self;
	CHECK(manager_find(w.manager, name) != NULL);
	heard("-%s ", name);
}

static void on_changed(void *self, const char *name, unsigned int changes)
{
	const struct guest_view *v = manager_find(w.manager, name);

	(void)self;
	REQUIRE(v != NULL);
	if (changes & GUEST_CHANGED_STATE)
		heard("%s=%s ", name, guest_state_name(v->state));
	if (changes & GUEST_CHANGED_DEFINITION)
		heard("%s~ ", name);
}

static void on_job_new(void *self, const struct job *job)
{
	(void)self;
	heard("new:%s ", job_verb_name(job->verb));
}

static void on_job_removed(void *self, const struct job *job, enum job_result result)
{
	(void)self;
	heard("end:%s:%s ", job_verb_name(job->verb), job_result_name(result));
}

static void on_done(void *data, const char *name, int r, const struct error *err)
{
	(void)data;
	(void)name;
	w.done++;
	w.outcome = r;
	snprintf(w.sentence, sizeof(w.sentence), "%s", r < 0 ? error_message(err) : "");
}

static void on_closed(void *self)
{
	(void)self;
	w.closed = true;
}

static void begin_again(void)
{
	static const struct manager_listener listener = {
		.guest_added = on_added,
		.guest_removed = on_removed,
		.guest_changed = on_changed,
		.job_new = on_job_new,
		.job_removed = on_job_removed,
	};
	struct manager_params params = {
		.event = w.event,
		.config = &w.config,
		.log_dir = w.dir,
		.message = on_message,
	};

	REQUIRE_EQ(store_open(&w.store, w.dir, on_note, NULL, NULL), 0);
	params.store = w.store;
	REQUIRE_EQ(manager_new(&w.manager, &params, NULL), 0);
	manager_set_listener(w.manager, &listener);
	REQUIRE_EQ(manager_load(w.manager, NULL), 0);
}

static void begin(void)
{
	memset(&w, 0, sizeof(w));
	snprintf(w.dir, sizeof(w.dir), "/tmp/test-manager-XXXXXX");
	REQUIRE(mkdtemp(w.dir) != NULL);
	REQUIRE(sd_event_new(&w.event) >= 0);
	config_init(&w.config);
	begin_again();
}

static void end_manager(void)
{
	/* A worker may be about to say that it has ended. */
	while (manager_free(w.manager) == -EBUSY)
		REQUIRE(sd_event_run(w.event, 20 * 1000000) > 0);
	CHECK_EQ(fake_guest_count(), 0);
	w.store = store_close(w.store);
}

static void end(void)
{
	end_manager();
	sd_event_unref(w.event);
	tree_remove(AT_FDCWD, w.dir);
}

/* Lets the loop run until what was heard ends like this; a test that waits in vain fails. */
static void until_heard(const char *tail)
{
	for (;;) {
		size_t n = strlen(w.heard), t = strlen(tail);

		if (n >= t && strcmp(w.heard + n - t, tail) == 0)
			return;
		if (sd_event_run(w.event, 20 * 1000000) <= 0) {
			CHECK_STR(w.heard, tail);
			return;
		}
	}
}

static void until_done(void)
{
	unsigned int before = w.done;

	while (w.done == before)
		REQUIRE(sd_event_run(w.event, 20 * 1000000) > 0);
}

static int memory_file(void)
{
	int fd = memfd_create("kernel", MFD_CLOEXEC);

	REQUIRE(fd >= 0);
	REQUIRE_EQ(write(fd, "kernel", 6), 6);
	return fd;
}

static int create_text(const char *json, int kernel, int initrd, struct error **err)
{
	int fds[STORE_FILES] = { kernel, initrd };
	int r = manager_create(w.manager, json, strlen(json), fds, on_done, NULL, err);

	if (r < 0)
		return r;
	until_done();
	return w.outcome;
}

static const char *definition(const char *name, const char *cmdline, const char *more)
{
	static char text[512];

	snprintf(text, sizeof(text),
		 "{\"name\":\"%s\",\"memory\":\"16M\","
		 "\"boot\":{\"kernel\":\"/k\",\"cmdline\":\"%s\"}%s}",
		 name, cmdline, more);
	return text;
}

static void create(const char *name, const char *cmdline)
{
	REQUIRE_EQ(create_text(definition(name, cmdline, ""), memory_file(), -1, NULL), 0);
	w.heard[0] = '\0';
}

static int ask(const char *name, enum job_verb verb)
{
	const struct job *job;

	return manager_request(w.manager, name, verb, 0, &job, NULL);
}

static void start_and_stop(void)
{
	const struct guest_view *v;
	const struct job *job;
	int reaped = fake_guest_reaped();

	begin();
	create("web", "stops");
	REQUIRE_EQ(manager_request(w.manager, "web", JOB_START, 0, &job, NULL), 0);
	CHECK_STR(w.heard, "new:start ");
	CHECK(manager_job(w.manager, job->id) == job);
	until_heard("end:start:done ");
	CHECK_STR(w.heard, "new:start web=starting web=running end:start:done ");
	v = manager_find(w.manager, "web");
	CHECK_STR(v->engine, "fake");
	CHECK(v->started_usec != 0);
	CHECK_EQ(manager_running(w.manager), 1);
	CHECK_EQ(ask("web", JOB_START), -MANAGER_AlreadyRunning);
	w.heard[0] = '\0';
	REQUIRE_EQ(ask("web", JOB_STOP), 0);
	until_heard("end:stop:done ");
	CHECK_STR(w.heard, "new:stop web=stopping web=stopped end:stop:done ");
	CHECK_STR(v->engine, "");
	CHECK_STR(v->detail, "");
	CHECK_EQ(manager_running(w.manager), 0);
	CHECK_EQ(fake_guest_reaped(), reaped + 1);
	CHECK_EQ(ask("web", JOB_STOP), -MANAGER_NotRunning);
	CHECK_EQ(ask("web", JOB_PAUSE), -MANAGER_NotRunning);
	CHECK_EQ(ask("nobody", JOB_START), -MANAGER_NoSuchGuest);
	end();
}

static void stop_becomes_kill(void)
{
	const struct job *job, *again;

	begin();
	create("web", "");
	REQUIRE_EQ(ask("web", JOB_START), 0);
	until_heard("end:start:done ");
	w.heard[0] = '\0';
	REQUIRE_EQ(manager_request(w.manager, "web", JOB_STOP, UINT64_MAX, &job, NULL), 0);
	until_heard("web=stopping ");
	CHECK_EQ(ask("web", JOB_START), -MANAGER_WrongState);
	CHECK_EQ(ask("web", JOB_REBOOT), -MANAGER_WrongState);
	/* The second one is the same job, and brings the deadline forward. */
	REQUIRE_EQ(manager_request(w.manager, "web", JOB_STOP, 1000, &again, NULL), 0);
	CHECK(again == job);
	until_heard("end:stop:forced ");
	CHECK_STR(w.heard, "new:stop web=stopping web=stopped end:stop:forced ");
	CHECK_EQ(manager_find(w.manager, "web")->cause, GUEST_CAUSE_KILL);
	CHECK_HAS(manager_find(w.manager, "web")->detail, "did not stop in time and was killed");
	end();
}

static void kill_takes_precedence(void)
{
	begin();
	create("web", "");
	REQUIRE_EQ(ask("web", JOB_START), 0);
	until_heard("end:start:done ");
	REQUIRE_EQ(ask("web", JOB_STOP), 0);
	until_heard("web=stopping ");
	w.heard[0] = '\0';
	REQUIRE_EQ(ask("web", JOB_KILL), 0);
	CHECK_EQ(ask("web", JOB_STOP), -MANAGER_WrongState);
	until_heard("end:kill:done ");
	CHECK_STR(w.heard, "end:stop:canceled new:kill web=stopped end:kill:done ");
	end();
}

static void kill_while_starting(void)
{
	begin();
	create("web", "slow-start");
	REQUIRE_EQ(ask("web", JOB_START), 0);
	until_heard("web=starting ");
	CHECK_EQ(ask("web", JOB_START), -MANAGER_AlreadyRunning);
	REQUIRE_EQ(ask("web", JOB_KILL), 0);
	fake_guest_let_start();
	until_heard("end:kill:done ");
	CHECK_STR(w.heard, "new:start web=starting end:start:canceled new:kill web=running "
			   "web=stopped end:kill:done ");
	end();
}

static void start_that_fails(void)
{
	begin();
	create("web", "start-fails");
	REQUIRE_EQ(ask("web", JOB_START), 0);
	until_heard("end:start:failed ");
	CHECK_STR(w.heard, "new:start web=starting web=crashed end:start:failed ");
	CHECK_STR(manager_find(w.manager, "web")->detail, "the kernel is no kernel");
	CHECK_EQ(manager_find(w.manager, "web")->cause, GUEST_CAUSE_START_FAILED);
	CHECK_EQ(ask("web", JOB_START), 0);
	until_heard("end:start:failed ");
	end();
}

static void pause_resume_reboot(void)
{
	begin();
	create("web", "");
	REQUIRE_EQ(ask("web", JOB_START), 0);
	until_heard("end:start:done ");
	CHECK_EQ(ask("web", JOB_RESUME), -MANAGER_WrongState);
	CHECK_EQ(ask("web", JOB_PAUSE), 0);
	CHECK_EQ(ask("web", JOB_PAUSE), -MANAGER_WrongState);
	until_heard("end:pause:done ");
	CHECK_EQ(ask("web", JOB_REBOOT), -MANAGER_WrongState);
	CHECK_EQ(ask("web", JOB_RESUME), 0);
	until_heard("end:resume:done ");
	CHECK_EQ(ask("web", JOB_REBOOT), 0);
	until_heard("end:reboot:done ");
	CHECK_EQ(manager_find(w.manager, "web")->reboots, 1);
	/* A paused guest cannot stop by itself: no time is lost with waiting. */
	CHECK_EQ(ask("web", JOB_PAUSE), 0);
	until_heard("end:pause:done ");
	CHECK_EQ(ask("web", JOB_STOP), 0);
	until_heard("end:stop:forced ");
	end();
}

static void ends_by_itself(void)
{
	begin();
	create("web", "");
	create("other", "");
	REQUIRE_EQ(ask("web", JOB_START), 0);
	until_heard("end:start:done ");
	REQUIRE_EQ(ask("other", JOB_START), 0);
	until_heard("end:start:done ");
	w.heard[0] = '\0';
	fake_guest_report("web", GUEST_CRASHED, GUEST_CAUSE_CHECKSTOP, "checkstop at 0");
	until_heard("web=crashed ");
	CHECK_STR(w.heard, "web=crashed ");
	CHECK_STR(manager_find(w.manager, "web")->detail, "checkstop at 0");
	CHECK_EQ(manager_running(w.manager), 1);
	CHECK_HAS(w.journal, "guest 'web': crashed");
	/* A report that changes nothing is not passed on. */
	w.heard[0] = '\0';
	fake_guest_report("other", GUEST_RUNNING, GUEST_CAUSE_START, NULL);
	fake_guest_report("other", GUEST_HALTED, GUEST_CAUSE_GUEST_HALT, NULL);
	until_heard("other=halted ");
	CHECK_STR(w.heard, "other=halted ");
	end();
}

static void cancels(void)
{
	const struct job *job;
	struct error *err = NULL;

	begin();
	create("web", "");
	REQUIRE_EQ(ask("web", JOB_START), 0);
	until_heard("end:start:done ");
	REQUIRE_EQ(manager_request(w.manager, "web", JOB_STOP, 1000, &job, NULL), 0);
	CHECK_EQ(manager_cancel_job(w.manager, job->id, NULL), 0);
	until_heard("end:stop:canceled web=stopping ");
	CHECK_EQ(manager_cancel_job(w.manager, 4711, &err), -MANAGER_NoSuchJob);
	CHECK_HAS(error_message(err), "4711");
	error_free(err);
	end();
}

static void refuses_definitions(void)
{
	static const struct {
		const char *json, *message;
		int want;
		bool initrd;
	} rows[] = {
		{ "", "definition", -MANAGER_InvalidDefinition, false },
		{ "{\"name\":\"a/b\",\"memory\":\"16M\",\"boot\":{\"kernel\":\"/k\"}}", "name",
		  -MANAGER_InvalidName, false },
		{ "{\"name\":\"a\",\"memory\":\"16M\",\"boot\":{\"kernel\":\"k\"}}",
		  "boot.kernel: must be an absolute path or image:NAME, not 'k'",
		  -MANAGER_InvalidDefinition, false },
		{ "{\"name\":\"a\",\"memory\":\"16M\",\"boot\":{\"kernel\":\"image:../x\"}}",
		  "boot.kernel: must be", -MANAGER_InvalidDefinition, false },
		{ "{\"name\":\"a\",\"memory\":\"16M\","
		  "\"boot\":{\"kernel\":\"/k\",\"initrd\":\"/i\"}}",
		  "files: 'initrd' is missing", -MANAGER_MissingFile, false },
		{ "{\"name\":\"a\",\"memory\":\"16M\",\"boot\":{\"kernel\":\"/k\"}}",
		  "files: 'initrd' was passed", -MANAGER_InvalidArgument, true },
		{ "{\"name\":\"a\",\"memory\":\"16M\",\"boot\":{\"kernel\":\"/k\",\"initrd\":"
		  "\"image:no\"}}",
		  "there is no image 'no'", -MANAGER_NoSuchImage, false },
		{ "{\"name\":\"web\",\"memory\":\"16M\",\"boot\":{\"kernel\":\"/k\"}}",
		  "there is a guest 'web' already", -MANAGER_GuestExists, false },
	};

	begin();
	create("web", "");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		_cleanup_(error_freep)
		struct error *err = NULL;

		test_context("%s", rows[i].json);
		CHECK_EQ(create_text(rows[i].json, memory_file(),
				     rows[i].initrd ? memory_file() : -1, &err),
			 rows[i].want);
		CHECK_HAS(error_message(err), rows[i].message);
	}
	CHECK_EQ(manager_count(w.manager), 1);
	end();
}

static void limits(void)
{
	int fd;

	begin();
	w.config.max_guests = 1;
	manager_set_config(w.manager, &w.config);
	create("web", "watched");
	CHECK_EQ(create_text(definition("b", "", ""), memory_file(), -1, NULL),
		 -MANAGER_LimitReached);
	w.config.max_consoles = 1;
	manager_set_config(w.manager, &w.config);
	CHECK_EQ(manager_open_console(w.manager, "web", 0, 1, &fd, NULL), -MANAGER_LimitReached);
	w.config.max_images = 0;
	manager_set_config(w.manager, &w.config);
	CHECK_EQ(manager_import_image(w.manager, "i", memory_file(), on_done, NULL, NULL),
		 -MANAGER_LimitReached);
	end();
}

static void updates_and_removes(void)
{
	int none[STORE_FILES] = { -1, -1 }, files[STORE_FILES] = { -1, -1 };
	unsigned int made;
	const char *text;

	begin();
	create("web", "stops");
	text = definition("web", "other", ",\"autostart\":true");
	REQUIRE_EQ(manager_update(w.manager, "web", text, strlen(text), none, false, on_done, NULL,
				  NULL),
		   0);
	CHECK_EQ(ask("web", JOB_START), -MANAGER_WrongState);
	until_done();
	CHECK_EQ(w.outcome, 0);
	CHECK_STR(w.heard, "web~ ");
	CHECK_STR(manager_find(w.manager, "web")->def->cmdline, "other");
	/* Files only: not with another definition. */
	text = definition("web", "third", ",\"autostart\":true");
	CHECK_EQ(manager_update(w.manager, "web", text, strlen(text), none, true, on_done, NULL,
				NULL),
		 -MANAGER_WrongState);
	text = definition("web", "other", ",\"autostart\":true");
	made = fake_guests_made();
	files[STORE_KERNEL] = memory_file();
	REQUIRE_EQ(manager_update(w.manager, "web", text, strlen(text), files, true, on_done, NULL,
				  NULL),
		   0);
	until_done();
	CHECK_EQ(w.outcome, 0);
	CHECK_EQ(fake_guests_made(), made);
	text = definition("bew", "", "");
	CHECK_EQ(manager_update(w.manager, "web", text, strlen(text), none, false, on_done, NULL,
				NULL),
		 -MANAGER_InvalidDefinition);
	REQUIRE_EQ(ask("web", JOB_START), 0);
	until_heard("end:start:done ");
	text = definition("web", "x", "");
	CHECK_EQ(manager_update(w.manager, "web", text, strlen(text), none, false, on_done, NULL,
				NULL),
		 -MANAGER_WrongState);
	CHECK_EQ(manager_remove(w.manager, "web", on_done, NULL, NULL), -MANAGER_WrongState);
	REQUIRE_EQ(ask("web", JOB_KILL), 0);
	until_heard("end:kill:done ");
	REQUIRE_EQ(manager_remove(w.manager, "web", on_done, NULL, NULL), 0);
	CHECK_EQ(manager_remove(w.manager, "web", on_done, NULL, NULL), -MANAGER_NoSuchGuest);
	until_done();
	until_heard("-web ");
	CHECK_EQ(manager_count(w.manager), 0);
	CHECK(manager_find(w.manager, "web") == NULL);
	create("web", "");
	end();
}

static void images(void)
{
	_cleanup_(error_freep)
	struct error *err = NULL;
	static const char text[] =
		"{\"name\":\"web\",\"memory\":\"16M\",\"boot\":{\"kernel\":\"image:linux\"}}";

	begin();
	REQUIRE_EQ(manager_import_image(w.manager, "linux", memory_file(), on_done, NULL, NULL), 0);
	until_done();
	CHECK_EQ(w.outcome, 0);
	CHECK_EQ(manager_import_image(w.manager, "../x", memory_file(), on_done, NULL, NULL),
		 -MANAGER_InvalidName);
	REQUIRE_EQ(create_text(text, -1, -1, NULL), 0);
	CHECK_EQ(manager_remove_image(w.manager, "linux", on_done, NULL, &err),
		 -MANAGER_ImageInUse);
	CHECK_HAS(error_message(err), "image 'linux' is the kernel of guest 'web'");
	w.heard[0] = '\0';
	REQUIRE_EQ(ask("web", JOB_START), 0);
	until_heard("end:start:done ");
	REQUIRE_EQ(ask("web", JOB_KILL), 0);
	until_heard("end:kill:done ");
	REQUIRE_EQ(manager_remove(w.manager, "web", on_done, NULL, NULL), 0);
	until_done();
	/* Nobody may come to need an image that is going. */
	REQUIRE_EQ(manager_remove_image(w.manager, "linux", on_done, NULL, NULL), 0);
	CHECK_EQ(create_text(text, -1, -1, NULL), -MANAGER_NoSuchImage);
	until_done();
	CHECK_EQ(w.outcome, 0);
	/* What is being imported counts. */
	w.config.max_images = 1;
	manager_set_config(w.manager, &w.config);
	REQUIRE_EQ(manager_import_image(w.manager, "a", memory_file(), on_done, NULL, NULL), 0);
	CHECK_EQ(manager_import_image(w.manager, "b", memory_file(), on_done, NULL, NULL),
		 -MANAGER_LimitReached);
	until_done();
	end();
}

static void loads_and_autostarts(void)
{
	char path[128];
	int fd;

	begin();
	create("web", "");
	create("bad", "");
	REQUIRE_EQ(create_text(definition("auto", "stops", ",\"autostart\":true"), memory_file(),
			       -1, NULL),
		   0);
	snprintf(path, sizeof(path), "%s/guests/bad/definition.json", w.dir);
	fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
	REQUIRE(fd >= 0);
	REQUIRE_EQ(write(fd, "{\"na", 4), 4);
	close(fd);
	end_manager();
	w.heard[0] = w.journal[0] = '\0';
	begin_again();
	CHECK_STR(w.heard, "+auto +web ");
	CHECK_HAS(w.journal, "guest 'bad' cannot be loaded and was moved to ");
	CHECK_HAS(w.journal, "/broken/bad.1");
	snprintf(path, sizeof(path), "%s/broken/bad.1/kernel", w.dir);
	CHECK_EQ(access(path, F_OK), 0);
	manager_autostart(w.manager);
	until_heard("end:start:done ");
	CHECK_EQ(manager_find(w.manager, "auto")->state, GUEST_RUNNING);
	CHECK_EQ(manager_find(w.manager, "web")->state, GUEST_STOPPED);
	end();
}

static void shuts_down(void)
{
	begin();
	w.config.shutdown_timeout = 0;
	manager_set_config(w.manager, &w.config);
	create("a", "stops");
	create("b", "");
	create("c", "");
	REQUIRE_EQ(ask("a", JOB_START), 0);
	until_heard("end:start:done ");
	REQUIRE_EQ(ask("b", JOB_START), 0);
	until_heard("end:start:done ");
	manager_shutdown(w.manager, on_closed, NULL);
	CHECK_EQ(ask("c", JOB_START), -MANAGER_WrongState);
	while (!w.closed)
		REQUIRE(sd_event_run(w.event, 20 * 1000000) > 0);
	CHECK_EQ(manager_running(w.manager), 0);
	CHECK_HAS(w.heard, "end:stop:forced ");
	end();
}

static void on_dump(void *data, int r, const char *json, const struct error *err)
{
	(void)data;
	(void)err;
	w.done++;
	w.outcome = r;
	snprintf(w.sentence, sizeof(w.sentence), "%s", json ? json : "");
}

static void console_and_dump(void)
{
	int fd = -1;
	unsigned int before;

	begin();
	create("web", "");
	CHECK_EQ(manager_dump(w.manager, "web", on_dump, NULL, NULL), -MANAGER_NotRunning);
	CHECK_EQ(manager_open_console(w.manager, "web", 0, 1, &fd, NULL), -MANAGER_ConsoleBusy);
	REQUIRE_EQ(ask("web", JOB_START), 0);
	until_heard("end:start:done ");
	REQUIRE_EQ(manager_dump(w.manager, "web", on_dump, NULL, NULL), 0);
	until_done();
	CHECK_EQ(w.outcome, 0);
	CHECK_STR(w.sentence, "{}");
	/* It may end while it is being looked at, but must not be removed then. */
	before = w.done;
	REQUIRE_EQ(ask("web", JOB_KILL), 0);
	REQUIRE_EQ(manager_dump(w.manager, "web", on_dump, NULL, NULL), 0);
	while (manager_find(w.manager, "web")->state != GUEST_STOPPED && w.done == before)
		REQUIRE(sd_event_run(w.event, 20 * 1000000) > 0);
	CHECK(w.done > before ||
	      manager_remove(w.manager, "web", on_done, NULL, NULL) == -MANAGER_WrongState);
	while (w.done == before)
		REQUIRE(sd_event_run(w.event, 20 * 1000000) > 0);
	end();
}

static const struct test_case cases[] = {
	TEST_CASE(start_and_stop),	  TEST_CASE(stop_becomes_kill),
	TEST_CASE(kill_takes_precedence), TEST_CASE(kill_while_starting),
	TEST_CASE(start_that_fails),	  TEST_CASE(pause_resume_reboot),
	TEST_CASE(ends_by_itself),	  TEST_CASE(cancels),
	TEST_CASE(refuses_definitions),	  TEST_CASE(limits),
	TEST_CASE(updates_and_removes),	  TEST_CASE(images),
	TEST_CASE(loads_and_autostarts),  TEST_CASE(shuts_down),
	TEST_CASE(console_and_dump),
};

TEST_MAIN(cases)
