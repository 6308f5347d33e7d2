/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What runs: jobs, and the states that guests report. Guests report from their own threads; each
 * report is a letter that names the guest by its serial, so one about a guest that is gone is
 * dropped.
 *
 * The order that listeners see: a job is new; the request returns; the guest changes; the job is
 * removed. A job never ends while it is asked for, since it ends by letters and timers alone.
 */
#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <syslog.h>
#include <time.h>

#include "backend/chardev.h"
#include "manager-internal.h"
#include "util/cleanup.h"
#include "util/error.h"
#include "util/text.h"

#define SECOND_USEC  UINT64_C(1000000)
#define FOREVER_USEC (UINT64_C(1000000) * 86400 * 365)
#define IMAGE_PREFIX "image:"

/* How long a guest may take for what it has no say in; reached only when something hangs. */
static const uint64_t patience_usec[JOB_VERBS] = {
	[JOB_START] = 120 * SECOND_USEC, [JOB_KILL] = 30 * SECOND_USEC,
	[JOB_REBOOT] = 30 * SECOND_USEC, [JOB_PAUSE] = 30 * SECOND_USEC,
	[JOB_RESUME] = 30 * SECOND_USEC,
};

static void start_work(struct task *task);
static void start_done(struct task *task);
static void check_closed(struct manager *m);

/* Reports of guests. */

struct report {
	struct letter letter; /* first */
	struct manager *manager;
	uint64_t serial;
	bool is_message;
	enum guest_state state;
	enum guest_cause cause;
	int priority;
	char text[512];
};

static struct entry *entry_of_serial(struct manager *m, uint64_t serial)
{
	for (size_t i = 0; i < m->n_entries; i++)
		if (m->entries[i]->serial == serial)
			return m->entries[i];
	return NULL;
}

static uint64_t now_usec(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * SECOND_USEC + (uint64_t)now.tv_nsec / 1000;
}

void entry_changed(struct entry *e, unsigned int changes)
{
	struct manager_listener *l = &e->manager->listener;

	if (changes && l->guest_changed)
		l->guest_changed(l->self, e->name, changes);
}

static void running_changed(struct manager *m, bool had, bool has)
{
	if (had == has)
		return;
	if (has)
		m->n_running++;
	else
		m->n_running--;
	if (m->listener.counts_changed)
		m->listener.counts_changed(m->listener.self, false, true);
}

/* Brings the view up to date and says what of it is new. */
static unsigned int update_view(struct entry *e, enum guest_state state, enum guest_cause cause,
				const char *detail)
{
	struct guest_view *v = &e->view;
	struct guest_info info;
	const char *engine;
	unsigned int changes = 0;
	char line[sizeof(v->detail)];

	/* It may be cut in the middle of a character, and then the bus would not take it. */
	snprintf(line, sizeof(line), "%s", detail);
	text_one_line(line);
	guest_get_info(e->guest, &info);
	engine = guest_state_has_machine(state) && info.engine ? info.engine : "";
	changes |= v->state != state ? GUEST_CHANGED_STATE : 0;
	changes |= v->cause != cause ? GUEST_CHANGED_CAUSE : 0;
	changes |= strcmp(v->detail, line) != 0 ? GUEST_CHANGED_DETAIL : 0;
	changes |= strcmp(v->engine, engine) != 0 ? GUEST_CHANGED_ENGINE : 0;
	changes |= v->started_usec != info.started_usec ? GUEST_CHANGED_STARTED : 0;
	changes |= v->reboots != info.reboots ? GUEST_CHANGED_REBOOTS : 0;
	v->state = state;
	v->cause = cause;
	memcpy(v->detail, line, sizeof(line));
	v->engine = engine;
	v->started_usec = info.started_usec;
	v->reboots = info.reboots;
	return changes;
}

static void job_end(struct entry *e, enum job_result result)
{
	struct manager *m = e->manager;
	struct job *job = TAKE_PTR(e->job);

	e->timer = sd_event_source_disable_unref(e->timer);
	e->result = JOB_PENDING;
	if (m->listener.job_removed)
		m->listener.job_removed(m->listener.self, job, result);
	job_free(job);
}

/*
 * While a worker is in guest_start() the guest may be running, and even have ended, and yet cannot
 * be removed or started again: nobody is told of an end before that.
 */
/* Such a guest executes nothing that could answer a request to stop. */
static bool cannot_stop(enum guest_state s)
{
	return s == GUEST_HALTED || s == GUEST_PAUSED;
}

static void job_end_if_over(struct entry *e)
{
	if (e->job && e->result != JOB_PENDING && !e->starting)
		job_end(e, e->result);
}

/* Why a stop had to kill. */
static void say_forced(const struct job *job, char *buf, size_t size)
{
	uint64_t seconds = job->timeout_usec / SECOND_USEC;

	if (cannot_stop(job->found))
		snprintf(buf, size, "it was %s, cannot stop by itself then, and was killed",
			 guest_state_name(job->found));
	else if (seconds)
		snprintf(buf, size, "it did not stop within %" PRIu64 " second%s and was killed",
			 seconds, seconds == 1 ? "" : "s");
	else
		snprintf(buf, size, "it did not stop in time and was killed");
}

static void set_state(struct entry *e, enum guest_state state, enum guest_cause cause,
		      const char *detail)
{
	struct manager *m = e->manager;
	bool had = guest_state_has_machine(e->view.state), has = guest_state_has_machine(state);
	bool starts = state == GUEST_RUNNING && cause == GUEST_CAUSE_START;
	char forced[128];

	if (state == GUEST_STOPPED && e->job && e->job->forced && !*detail) {
		say_forced(e->job, forced, sizeof(forced));
		detail = forced;
	}
	entry_changed(e, update_view(e, state, cause, detail));
	running_changed(m, had, has);
	if (state != GUEST_STARTING && state != GUEST_STOPPING)
		manager_message(m, state == GUEST_CRASHED ? LOG_WARNING : LOG_INFO,
				"guest '%s': %s (%s)%s%s%s%s", e->name, guest_state_name(state),
				guest_cause_name(cause), starts ? ", engine " : "",
				starts ? e->view.engine : "", *detail ? ": " : "", detail);
	if (e->job && e->result == JOB_PENDING)
		e->result = job_judge(e->job, state, cause);
	job_end_if_over(e);
	if (!has) {
		if (e->starting)
			e->reap = true;
		else
			guest_reap(e->guest);
	}
	check_closed(m);
}

static void open_report(struct letter *letter)
{
	struct report *r = (struct report *)letter;
	struct entry *e = entry_of_serial(r->manager, r->serial);

	if (e && r->is_message)
		manager_message(r->manager, r->priority, "guest '%s': %s", e->name, r->text);
	else if (e)
		set_state(e, r->state, r->cause, r->text);
	free(r);
}

static void post_report(struct entry *e, struct report report, const char *text)
{
	struct report *r = malloc(sizeof(*r));

	/* Without memory for this the daemon cannot know its guests any more. */
	if (!r)
		abort();
	*r = report;
	r->letter.open = open_report;
	r->manager = e->manager;
	r->serial = e->serial;
	snprintf(r->text, sizeof(r->text), "%s", text ? text : "");
	mailbox_post(e->manager->mailbox, &r->letter);
}

/* On the guest's threads. */
static void on_state(void *self, enum guest_state state, enum guest_cause cause, const char *detail)
{
	post_report(self, (struct report){ .state = state, .cause = cause }, detail);
}

static void on_message(void *self, int priority, const char *text)
{
	post_report(self, (struct report){ .is_message = true, .priority = priority }, text);
}

int entry_make_guest(struct entry *e, struct error **err)
{
	const struct guest_events events = {
		.state_changed = on_state,
		.message = on_message,
		.self = e,
	};

	e->serial = ++e->manager->last_serial;
	return guest_new(&e->guest, e->def, &events, err);
}

void entry_drop_guest(struct entry *e)
{
	if (e->job)
		job_end(e, JOB_CANCELED);
	e->guest = e->guest ? guest_free(e->guest) : NULL;
}

/* Jobs. */

static int issue(struct entry *e, enum job_verb verb, struct error **err)
{
	switch (verb) {
	case JOB_STOP: return guest_request_stop(e->guest, err);
	case JOB_KILL: return guest_request_kill(e->guest, GUEST_CAUSE_KILL, err);
	case JOB_REBOOT: return guest_request_reboot(e->guest, err);
	case JOB_PAUSE: return guest_request_pause(e->guest, err);
	case JOB_RESUME: return guest_request_resume(e->guest, err);
	default: return error_set(err, EINVAL, "not a request");
	}
}

static int arm(struct entry *e, uint64_t timeout_usec);

/* A stop that takes too long becomes a kill; everything else is given up. */
static int on_deadline(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct entry *e = userdata;

	(void)source;
	(void)usec;
	if (e->job->verb != JOB_STOP || e->job->forced) {
		job_end(e, JOB_TIMEOUT);
		check_closed(e->manager);
		return 0;
	}
	e->job->forced = true;
	(void)guest_request_kill(e->guest, GUEST_CAUSE_KILL, NULL);
	if (arm(e, patience_usec[JOB_KILL]) < 0)
		job_end(e, JOB_TIMEOUT);
	return 0;
}

static int arm(struct entry *e, uint64_t timeout_usec)
{
	if (timeout_usec > FOREVER_USEC)
		timeout_usec = FOREVER_USEC;
	e->timer = sd_event_source_disable_unref(e->timer);
	e->job->deadline_usec = now_usec() + timeout_usec;
	return sd_event_add_time(e->manager->event, &e->timer, CLOCK_MONOTONIC,
				 e->job->deadline_usec, 1000, on_deadline, e);
}

static uint64_t stop_timeout(const struct entry *e, uint64_t timeout_usec)
{
	if (timeout_usec == 0)
		timeout_usec = e->def->stop_timeout * SECOND_USEC;
	return timeout_usec;
}

/* Whether the guest's state allows it. */
static int check_state(struct entry *e, enum job_verb verb, struct error **err)
{
	enum guest_state s = e->view.state;
	bool machine = e->starting || guest_state_has_machine(s);

	if (verb == JOB_START)
		return machine ? error_set(err, MANAGER_AlreadyRunning, "guest '%s' is %s already",
					   e->name,
					   e->starting && !guest_state_has_machine(s)
						   ? "starting"
						   : guest_state_name(s))
			       : 0;
	if (!machine)
		return error_set(err, MANAGER_NotRunning, "guest '%s' is not running: it is %s",
				 e->name, guest_state_name(s));
	if ((verb == JOB_PAUSE && s != GUEST_RUNNING) ||
	    (verb == JOB_RESUME && s != GUEST_PAUSED) ||
	    (verb == JOB_REBOOT && s != GUEST_RUNNING && s != GUEST_HALTED))
		return error_set(err, MANAGER_WrongState,
				 "guest '%s' cannot be asked to %s while it is %s", e->name,
				 job_verb_name(verb), guest_state_name(s));
	return 0;
}

static int check_conflict(struct entry *e, enum job_verb verb, bool *ret_merge, struct error **err)
{
	*ret_merge = false;
	if (!e->job)
		return 0;
	switch (job_conflict(e->job->verb, verb)) {
	case JOB_MERGE: *ret_merge = true; return 0;
	case JOB_REPLACE: return 0;
	default: break;
	}
	if (verb == JOB_START && e->job->verb == JOB_START)
		return error_set(err, MANAGER_AlreadyRunning, "guest '%s' is starting already",
				 e->name);
	return error_set(err, MANAGER_WrongState, "guest '%s': a %s job is under way", e->name,
			 job_verb_name(e->job->verb));
}

static void merge_stop(struct entry *e, uint64_t timeout_usec)
{
	struct job *job = e->job;

	if (job->verb != JOB_STOP || job->forced || timeout_usec >= FOREVER_USEC ||
	    now_usec() + timeout_usec >= job->deadline_usec)
		return;
	job->timeout_usec = timeout_usec;
	(void)arm(e, timeout_usec);
}

/* Starting. */

struct start_task {
	struct task task;    /* first */
	struct entry *entry; /* stays while entry->starting */
	struct guest_files files;
	char *log_path;
	int r;
	struct error *err;
};

static void start_task_free(struct start_task *t)
{
	closep(&t->files.kernel_fd);
	closep(&t->files.initrd_fd);
	error_free(t->err);
	free(t->log_path);
	free(t);
}

static int open_boot_file(struct entry *e, enum store_file file, int *ret, struct error **err)
{
	const char *value = file == STORE_KERNEL ? e->def->kernel : e->def->initrd;
	struct store *s = e->manager->store;
	int r;

	if (!value)
		return 0;
	if (strncmp(value, IMAGE_PREFIX, strlen(IMAGE_PREFIX)) == 0)
		return store_open_image(s, value + strlen(IMAGE_PREFIX), ret, err);
	r = store_open_file(s, e->name, file, ret, err);
	return r < 0 ? manager_error_classify(err, MANAGER_BadBootFile) : 0;
}

static int start_prepare(struct entry *e, struct start_task **ret, struct error **err)
{
	struct start_task *t;
	int r;

	if (!engine_find(e->def->engine, NULL, err)) {
		error_prefix(err, "guest '%s'", e->name);
		return manager_error_classify(err, MANAGER_EngineUnavailable);
	}
	t = calloc(1, sizeof(*t));
	if (!t)
		return error_set(err, ENOMEM, "out of memory");
	t->files = (struct guest_files){ .kernel_fd = -1, .initrd_fd = -1, .console_log_fd = -1 };
	r = open_boot_file(e, STORE_KERNEL, &t->files.kernel_fd, err);
	if (r == 0)
		r = open_boot_file(e, STORE_INITRD, &t->files.initrd_fd, err);
	if (r == 0 && e->def->console_log &&
	    asprintf(&t->log_path, "%s/%s.log", e->manager->log_dir, e->name) < 0) {
		t->log_path = NULL;
		r = error_set(err, ENOMEM, "out of memory");
	}
	if (r < 0) {
		start_task_free(t);
		return r;
	}
	t->files.console_log = t->log_path;
	t->entry = e;
	t->task.work = start_work;
	t->task.done = start_done;
	*ret = t;
	return 0;
}

static int start(struct entry *e, struct error **err)
{
	struct start_task *t = NULL;
	int r;

	r = start_prepare(e, &t, err);
	if (r < 0)
		return r;
	r = workers_run(e->manager->starts, &t->task, err);
	if (r < 0) {
		start_task_free(t);
		return r;
	}
	e->starting = true;
	return 0;
}

static void start_work(struct task *task)
{
	struct start_task *t = (struct start_task *)task;

	t->r = guest_start(t->entry->guest, &t->files, &t->err);
}

/*
 * The guest's own reports may have come before this, or come after it. What was asked for while the
 * worker was busy is asked of the guest now.
 */
static void start_done(struct task *task)
{
	struct start_task *t = (struct start_task *)task;
	struct entry *e = t->entry;
	struct guest_info info;

	e->starting = false;
	if (t->r < 0) {
		/* That it failed is reported to nobody else. */
		guest_get_info(e->guest, &info);
		e->reap = false;
		set_state(e, info.state, info.cause,
			  info.state == GUEST_CRASHED ? error_message(t->err) : "");
	} else if (e->reap) {
		e->reap = false;
		guest_reap(e->guest);
	} else if (e->job && e->job->verb != JOB_START && e->result == JOB_PENDING) {
		(void)issue(e, e->job->forced ? JOB_KILL : e->job->verb, NULL);
	}
	job_end_if_over(e);
	start_task_free(t);
	check_closed(e->manager);
}

static int request_new(struct entry *e, enum job_verb verb, uint64_t timeout_usec,
		       struct error **err)
{
	struct manager *m = e->manager;
	struct job *job;
	int r;

	if (job_new(&job, m->last_job + 1, verb, e->name) < 0)
		return error_set(err, ENOMEM, "out of memory");
	job->found = e->view.state;
	if (verb == JOB_START)
		r = start(e, err);
	else
		r = issue(e, verb, e->starting ? NULL : err);
	/* Perhaps the worker is not there yet: start_done() asks again. */
	if (r < 0 && e->starting && verb != JOB_START)
		r = 0;
	if (r < 0) {
		job_free(job);
		if (r == -ESRCH)
			return manager_error_classify(err, MANAGER_NotRunning);
		return r;
	}
	m->last_job++;
	if (e->job)
		job_end(e, JOB_CANCELED);
	e->job = job;
	job->timeout_usec = timeout_usec;
	if (m->listener.job_new)
		m->listener.job_new(m->listener.self, job);
	r = arm(e, timeout_usec);
	if (r < 0)
		manager_message(m, LOG_WARNING, "guest '%s': no timer for its %s job: %s", e->name,
				job_verb_name(verb), strerror(-r));
	return 0;
}

int manager_request(struct manager *m, const char *name, enum job_verb verb, uint64_t timeout_usec,
		    const struct job **ret_job, struct error **err)
{
	struct entry *e = manager_visible(m, name, err);
	bool merge;
	int r;

	if (!e)
		return -MANAGER_NoSuchGuest;
	if (e->phase != ENTRY_READY)
		return error_set(err, MANAGER_WrongState, "guest '%s' is being changed", name);
	if (m->closing && verb == JOB_START)
		return error_set(err, MANAGER_WrongState, "kvm440d is ending");
	r = check_conflict(e, verb, &merge, err);
	if (r < 0)
		return r;
	if (verb != JOB_STOP)
		timeout_usec = patience_usec[verb];
	else if (cannot_stop(e->view.state))
		timeout_usec = 1;
	else
		timeout_usec = stop_timeout(e, timeout_usec);
	if (merge) {
		merge_stop(e, timeout_usec);
	} else {
		r = check_state(e, verb, err);
		if (r == 0)
			r = request_new(e, verb, timeout_usec, err);
		if (r < 0)
			return r;
	}
	*ret_job = e->job;
	return 0;
}

const struct job *manager_job(const struct manager *m, uint32_t id)
{
	for (size_t i = 0; i < m->n_entries; i++)
		if (m->entries[i]->job && m->entries[i]->job->id == id)
			return m->entries[i]->job;
	return NULL;
}

int manager_cancel_job(struct manager *m, uint32_t id, struct error **err)
{
	const struct job *job = manager_job(m, id);

	if (!job)
		return error_set(err, MANAGER_NoSuchJob, "there is no job %" PRIu32, id);
	job_end(manager_entry(m, job->guest), JOB_CANCELED);
	check_closed(m);
	return 0;
}

void manager_autostart(struct manager *m)
{
	for (size_t i = 0; m->config.autostart && i < m->n_entries; i++) {
		_cleanup_(error_freep)
		struct error *err = NULL;
		struct entry *e = m->entries[i];
		const struct job *job;

		if (!e->def->autostart)
			continue;
		if (manager_request(m, e->name, JOB_START, 0, &job, &err) < 0)
			manager_message(m, LOG_ERR, "guest '%s' was not started: %s", e->name,
					error_message(err));
	}
}

/* The end. */

static int on_closed(sd_event_source *source, void *userdata)
{
	struct manager *m = userdata;
	void (*closed)(void *self) = m->closed;

	(void)source;
	m->closed = NULL;
	if (closed)
		closed(m->closed_self);
	return 0;
}

/* Whether the last guest has ended, or at least nothing can be done about it any more. */
static void check_closed(struct manager *m)
{
	if (!m->closing || m->closed_source || workers_busy(m->starts))
		return;
	for (size_t i = 0; i < m->n_entries; i++)
		if (m->entries[i]->job)
			return;
	if (sd_event_add_defer(m->event, &m->closed_source, on_closed, m) < 0)
		on_closed(NULL, m);
}

static void close_one(struct entry *e, bool kill)
{
	struct manager *m = e->manager;
	uint64_t usec = stop_timeout(e, 0);
	const struct job *job;

	if (!e->starting && !guest_state_has_machine(e->view.state))
		return;
	if (usec > m->config.shutdown_timeout * SECOND_USEC)
		usec = m->config.shutdown_timeout * SECOND_USEC;
	(void)manager_request(m, e->name, kill ? JOB_KILL : JOB_STOP, usec ? usec : 1, &job, NULL);
}

void manager_shutdown(struct manager *m, void (*done)(void *self), void *self)
{
	bool again = m->closing;

	m->closing = true;
	m->closed = done;
	m->closed_self = self;
	for (size_t i = 0; i < m->n_entries; i++)
		close_one(m->entries[i], again);
	check_closed(m);
}

/* Looking. */

void manager_info(const struct guest_view *view, struct guest_info *ret)
{
	const struct entry *e =
		(const struct entry *)((const char *)view - offsetof(struct entry, view));

	guest_get_info(e->guest, ret);
}

struct dump_task {
	struct task task;    /* first */
	struct entry *entry; /* stays while entry->dumps */
	manager_dump_fn done;
	void *data;
	char *json;
	int r;
	struct error *err;
};

/* The guest's processor has to come and tell, which takes as long as the host lets it wait. */
static void dump_work(struct task *task)
{
	struct dump_task *t = (struct dump_task *)task;

	t->r = guest_dump(t->entry->guest, &t->json, &t->err);
	if (t->r == -ESRCH)
		t->r = manager_error_classify(&t->err, MANAGER_NotRunning);
}

static void dump_done(struct task *task)
{
	struct dump_task *t = (struct dump_task *)task;

	t->entry->dumps--;
	t->done(t->data, t->r, t->json, t->err);
	error_free(t->err);
	free(t->json);
	free(t);
}

int manager_dump(struct manager *m, const char *name, manager_dump_fn done, void *data,
		 struct error **err)
{
	struct entry *e = manager_visible(m, name, err);
	struct dump_task *t;
	int r;

	if (!e)
		return -MANAGER_NoSuchGuest;
	if (e->view.state == GUEST_STARTING || !guest_state_has_machine(e->view.state))
		return error_set(err, MANAGER_NotRunning,
				 "guest '%s' has no machine to look at: it is %s", name,
				 guest_state_name(e->view.state));
	t = calloc(1, sizeof(*t));
	if (!t)
		return error_set(err, ENOMEM, "out of memory");
	t->task.work = dump_work;
	t->task.done = dump_done;
	t->entry = e;
	t->done = done;
	t->data = data;
	r = workers_run(m->copies, &t->task, err);
	if (r < 0)
		free(t);
	else
		e->dumps++;
	return r;
}

int manager_open_console(struct manager *m, const char *name, unsigned int flags, uid_t uid,
			 int *ret_fd, struct error **err)
{
	struct entry *e = manager_visible(m, name, err);
	unsigned int open;
	int pair[2], r;

	if (!e)
		return -MANAGER_NoSuchGuest;
	/* By user, so that nobody fills all places before others who may look or type. */
	open = guest_console_readers(e->guest, uid);
	if (open >= m->config.max_consoles)
		return error_set(
			err, MANAGER_LimitReached,
			"user %u has %u open consoles of guest '%s' already (max_consoles)",
			(unsigned int)uid, open, name);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return error_set(err, errno, "cannot make a socket: %m");
	r = guest_console_attach(e->guest, pair[0], flags, uid, err);
	if (r < 0) {
		close(pair[1]);
		if (r == -EBUSY)
			return manager_error_classify(err, MANAGER_ConsoleBusy);
		return r;
	}
	*ret_fd = pair[1];
	return 0;
}
