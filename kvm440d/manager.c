/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which guests there are: definitions, images, and what is done with them on disk. */
#include "manager.h"

#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>

#include "manager-internal.h"
#include "util/cleanup.h"
#include "util/error.h"

#define MAX_DEFINITION (1024 * 1024)
#define START_THREADS  4
#define IMAGE_PREFIX   "image:"

static const char *const file_keys[] = { [STORE_KERNEL] = "kernel", [STORE_INITRD] = "initrd" };

void manager_message(struct manager *m, int priority, const char *format, ...)
{
	_cleanup_(freep)
	char *text = NULL;
	va_list ap;

	va_start(ap, format);
	if (vasprintf(&text, format, ap) < 0)
		text = NULL;
	va_end(ap);
	if (text)
		m->message(m->self, priority, text);
}

static void close_fds(int fds[STORE_FILES])
{
	for (unsigned int i = 0; i < STORE_FILES; i++) {
		closep(&fds[i]);
		fds[i] = -1;
	}
}

/* Entries. */

static size_t entry_place(const struct manager *m, const char *name, bool *ret_found)
{
	size_t low = 0, high = m->n_entries;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int c = strcmp(name, m->entries[mid]->name);

		if (c == 0) {
			*ret_found = true;
			return mid;
		}
		if (c < 0)
			high = mid;
		else
			low = mid + 1;
	}
	*ret_found = false;
	return low;
}

struct entry *manager_entry(const struct manager *m, const char *name)
{
	bool found;
	size_t i = entry_place(m, name, &found);

	return found ? m->entries[i] : NULL;
}

struct entry *manager_visible(const struct manager *m, const char *name, struct error **err)
{
	struct entry *e = manager_entry(m, name);

	if (e && (e->phase == ENTRY_READY || e->phase == ENTRY_UPDATING))
		return e;
	error_set(err, MANAGER_NoSuchGuest, "there is no guest '%.64s'", name);
	return NULL;
}

static void entry_free(struct entry *e)
{
	entry_drop_guest(e);
	guest_def_free(e->def);
	free(e->name);
	free(e);
}

static int entry_insert(struct manager *m, struct guest_def *def, struct entry **ret)
{
	struct entry *e = calloc(1, sizeof(*e)), **more;
	bool found;
	size_t at;

	more = reallocarray(m->entries, m->n_entries + 1, sizeof(*more));
	if (more)
		m->entries = more;
	if (!e || !more || !(e->name = strdup(def->name))) {
		free(e);
		return -ENOMEM;
	}
	at = entry_place(m, e->name, &found);
	memmove(&more[at + 1], &more[at], (m->n_entries - at) * sizeof(*more));
	more[at] = e;
	m->n_entries++;
	e->manager = m;
	e->def = def;
	e->phase = ENTRY_CREATING;
	e->view = (struct guest_view){ .name = e->name, .def = def, .engine = "" };
	*ret = e;
	return 0;
}

static void entry_remove(struct entry *e)
{
	struct manager *m = e->manager;
	bool found;
	size_t at = entry_place(m, e->name, &found);

	m->n_entries--;
	memmove(&m->entries[at], &m->entries[at + 1], (m->n_entries - at) * sizeof(*m->entries));
	entry_free(e);
}

static void counts_changed(struct manager *m, bool guests, bool running)
{
	if (m->listener.counts_changed)
		m->listener.counts_changed(m->listener.self, guests, running);
}

static void entry_appear(struct entry *e)
{
	struct manager *m = e->manager;

	e->phase = ENTRY_READY;
	m->n_ready++;
	if (m->listener.guest_added)
		m->listener.guest_added(m->listener.self, e->name);
	counts_changed(m, true, false);
}

int entry_check_idle(const struct entry *e, const char *what, struct error **err)
{
	if (e->phase != ENTRY_READY)
		return error_set(err, MANAGER_WrongState, "guest '%s' is being changed already",
				 e->name);
	if (e->job)
		return error_set(err, MANAGER_WrongState,
				 "guest '%s' cannot be %s: a %s job is under way", e->name, what,
				 job_verb_name(e->job->verb));
	if (e->starting || guest_state_has_machine(e->view.state))
		return error_set(err, MANAGER_WrongState,
				 "guest '%s' cannot be %s while it is %s: stop it first", e->name,
				 what, guest_state_name(e->view.state));
	if (e->dumps)
		return error_set(err, MANAGER_WrongState,
				 "guest '%s' cannot be %s while its state is being dumped", e->name,
				 what);
	return 0;
}

/* What is done on a worker. */

enum store_op { OP_CREATE, OP_UPDATE, OP_REMOVE, OP_IMPORT, OP_REMOVE_IMAGE };

struct store_task {
	struct task task;	 /* first */
	struct store_task *next; /* of the manager's */
	struct manager *manager;
	enum store_op op;
	char *name;
	struct guest_def *def; /* CREATE: the entry's; UPDATE: the new one, ours */
	int fds[STORE_FILES];
	manager_done_fn done;
	void *data;
	int r;
	struct error *err;
};

/* How many tasks of a kind are not done; with a name, only those about it. */
static size_t tasks_under_way(const struct manager *m, enum store_op op, const char *name)
{
	size_t n = 0;

	for (const struct store_task *t = m->tasks; t; t = t->next)
		n += t->op == op && (!name || strcmp(t->name, name) == 0);
	return n;
}

/* Definitions. */

/* Whether the document is refused because of its name alone: callers want to tell. */
static bool name_is_bad(const char *json, size_t len)
{
	struct json_tokener *tok = json_tokener_new();
	struct json_object *doc = tok ? json_tokener_parse_ex(tok, json, (int)len) : NULL, *name;
	bool bad = doc && json_object_is_type(doc, json_type_object) &&
		   json_object_object_get_ex(doc, "name", &name) &&
		   json_object_is_type(name, json_type_string) &&
		   guest_name_check("a guest's", json_object_get_string(name), NULL) < 0;

	json_object_put(doc);
	json_tokener_free(tok);
	return bad;
}

static bool boot_value_ok(const char *value)
{
	if (strncmp(value, IMAGE_PREFIX, strlen(IMAGE_PREFIX)) == 0)
		return guest_name_check("an image's", value + strlen(IMAGE_PREFIX), NULL) == 0;
	return value[0] == '/';
}

static const char *boot_value(const struct guest_def *def, unsigned int file)
{
	return file == STORE_KERNEL ? def->kernel : def->initrd;
}

/* The image that a value names, or NULL. */
static const char *image_of(const char *value)
{
	if (!value || strncmp(value, IMAGE_PREFIX, strlen(IMAGE_PREFIX)) != 0)
		return NULL;
	return value + strlen(IMAGE_PREFIX);
}

/* @runnable: what this host has no engine for is refused. */
static int parse_definition(struct guest_def **ret, const char *json, size_t len,
			    const char *source, bool runnable, struct error **err)
{
	struct guest_def *def = NULL;
	int r;

	if (len > MAX_DEFINITION)
		return error_set(err, MANAGER_InvalidDefinition,
				 "%s: a definition has at the most %d bytes", source,
				 MAX_DEFINITION);
	r = runnable ? guest_def_parse_runnable(&def, json, len, source, NULL, 0, err)
		     : guest_def_parse(&def, json, len, source, err);
	if (r == -ENODEV)
		return manager_error_classify(err, MANAGER_EngineUnavailable);
	if (r < 0)
		return manager_error_classify(err, name_is_bad(json, len)
							   ? MANAGER_InvalidName
							   : MANAGER_InvalidDefinition);
	for (unsigned int i = 0; i < STORE_FILES; i++) {
		const char *value = boot_value(def, i);

		if (value && !boot_value_ok(value)) {
			r = error_set(err, MANAGER_InvalidDefinition,
				      "%s: boot.%s: must be an absolute path or image:NAME, not "
				      "'%.200s'",
				      source, file_keys[i], value);
			guest_def_free(def);
			return r;
		}
	}
	*ret = def;
	return 0;
}

/*
 * Decides what the store does with each file of @def: @fds has what the client passed (or -1) and
 * gets STORE_NONE or STORE_KEEP where nothing is copied. @old is the present definition or NULL.
 */
static int plan_files(struct manager *m, const struct guest_def *def, const struct guest_def *old,
		      int fds[STORE_FILES], struct error **err)
{
	for (unsigned int i = 0; i < STORE_FILES; i++) {
		const char *value = boot_value(def, i), *image = image_of(value);
		const char *old_value = old ? boot_value(old, i) : NULL;
		_cleanup_(closep)
		int fd = -1;

		if (image || !value) {
			if (fds[i] >= 0)
				return error_set(err, MANAGER_InvalidArgument,
						 "files: '%s' was passed, but boot.%s is %s",
						 file_keys[i], file_keys[i], value ?: "not there");
			if (image && tasks_under_way(m, OP_REMOVE_IMAGE, image))
				return error_set(err, MANAGER_NoSuchImage,
						 "boot.%s: image '%s' is being removed",
						 file_keys[i], image);
			if (image && store_open_image(m->store, image, &fd, err) < 0)
				return error_prefix(err, "boot.%s", file_keys[i]);
			fds[i] = STORE_NONE;
		} else if (fds[i] < 0) {
			if (!old_value || strcmp(old_value, value) != 0)
				return error_set(err, MANAGER_MissingFile,
						 "files: '%s' is missing: boot.%s is '%.200s', and "
						 "the caller must pass that file opened",
						 file_keys[i], file_keys[i], value);
			fds[i] = STORE_KEEP;
		}
	}
	return 0;
}

int manager_check(struct manager *m, const char *json, size_t len, char **ret_json,
		  struct error **err)
{
	struct guest_def *def;
	int r;

	(void)m;
	r = parse_definition(&def, json, len, "definition", true, err);
	if (r < 0)
		return r;
	*ret_json = TAKE_PTR(def->json);
	guest_def_free(def);
	return *ret_json ? 0 : error_set(err, ENOMEM, "out of memory");
}

static void store_task_work(struct task *task)
{
	struct store_task *t = (struct store_task *)task;
	struct store *s = t->manager->store;

	switch (t->op) {
	case OP_CREATE: t->r = store_create_guest(s, t->name, t->def->json, t->fds, &t->err); break;
	case OP_UPDATE: t->r = store_update_guest(s, t->name, t->def->json, t->fds, &t->err); break;
	case OP_REMOVE: t->r = store_remove_guest(s, t->name, &t->err); break;
	case OP_IMPORT: t->r = store_import_image(s, t->name, t->fds[0], &t->err); break;
	case OP_REMOVE_IMAGE: t->r = store_remove_image(s, t->name, &t->err); break;
	}
	/* Here and not on the loop's thread: closing a client's file may block as well. */
	close_fds(t->fds);
}

static void created(struct store_task *t, struct entry *e)
{
	if (t->r == 0) {
		t->r = entry_make_guest(e, &t->err);
		if (t->r < 0)
			(void)store_remove_guest(t->manager->store, t->name, NULL);
	}
	if (t->r == 0)
		entry_appear(e);
	else
		entry_remove(e);
}

static void updated(struct store_task *t, struct entry *e)
{
	struct guest_def *old = e->def;
	unsigned int changes = GUEST_CHANGED_DEFINITION;
	struct guest *guest = e->guest;

	e->phase = ENTRY_READY;
	/* With new boot files alone it is the same guest. */
	if (t->r < 0 || strcmp(t->def->json, e->def->json) == 0)
		return;
	e->def = t->def;
	e->guest = NULL;
	t->r = entry_make_guest(e, &t->err);
	if (t->r < 0) {
		e->def = old;
		e->guest = guest;
		return;
	}
	guest_free(guest);
	t->def = NULL;
	e->view.def = e->def;
	changes |= e->def->autostart != old->autostart ? GUEST_CHANGED_AUTOSTART : 0;
	changes |= e->def->memory != old->memory ? GUEST_CHANGED_MEMORY : 0;
	guest_def_free(old);
	entry_changed(e, changes);
}

static void removed(struct store_task *t, struct entry *e)
{
	struct manager *m = e->manager;

	if (t->r < 0) {
		/* It was hidden from no signal yet: it just goes on existing. */
		e->phase = ENTRY_READY;
		return;
	}
	e->phase = ENTRY_READY;
	if (m->listener.guest_removed)
		m->listener.guest_removed(m->listener.self, e->name);
	m->n_ready--;
	entry_remove(e);
	counts_changed(m, true, false);
}

static void store_task_free(struct store_task *t)
{
	close_fds(t->fds);
	if (t->op == OP_UPDATE)
		guest_def_free(t->def);
	error_free(t->err);
	free(t->name);
	free(t);
}

static void store_task_done(struct task *task)
{
	struct store_task *t = (struct store_task *)task;
	struct entry *e = manager_entry(t->manager, t->name);
	struct store_task **p = &t->manager->tasks;

	while (*p != t)
		p = &(*p)->next;
	*p = t->next;
	if (t->op == OP_CREATE)
		created(t, e);
	else if (t->op == OP_UPDATE)
		updated(t, e);
	else if (t->op == OP_REMOVE)
		removed(t, e);
	t->done(t->data, t->name, t->r, t->err);
	store_task_free(t);
}

/* Takes over @fds, and on success @def. */
static int store_task_run(struct manager *m, enum store_op op, const char *name,
			  struct guest_def *def, int fds[STORE_FILES], manager_done_fn done,
			  void *data, struct error **err)
{
	struct store_task *t = NULL;
	int r;

	if (m->closing)
		r = error_set(err, MANAGER_WrongState, "kvm440d is ending");
	else if (workers_busy(m->copies) >= m->config.max_requests)
		r = error_set(err, MANAGER_LimitReached,
			      "%u requests are waiting for the disk already (max_requests)",
			      workers_busy(m->copies));
	else
		r = (t = calloc(1, sizeof(*t))) && (t->name = strdup(name))
			    ? 0
			    : error_set(err, ENOMEM, "out of memory");
	if (r == 0) {
		t->task.work = store_task_work;
		t->task.done = store_task_done;
		t->manager = m;
		t->op = op;
		t->def = def;
		t->done = done;
		t->data = data;
		for (unsigned int i = 0; i < STORE_FILES; i++)
			t->fds[i] = TAKE_FD(fds[i]);
		r = workers_run(m->copies, &t->task, err);
	}
	if (r == 0) {
		t->next = m->tasks;
		m->tasks = t;
	} else {
		if (t) {
			t->def = NULL;
			store_task_free(t);
		}
		close_fds(fds);
	}
	return r;
}

static int create_checked(struct manager *m, const char *json, size_t len, int fds[STORE_FILES],
			  struct guest_def **ret, struct error **err)
{
	struct guest_def *def;
	int r;

	r = parse_definition(&def, json, len, "definition", true, err);
	if (r < 0)
		return r;
	if (manager_entry(m, def->name))
		r = error_set(err, MANAGER_GuestExists, "there is a guest '%s' already", def->name);
	else if (m->n_entries >= m->config.max_guests)
		r = error_set(err, MANAGER_LimitReached,
			      "there are %zu guests already (max_guests)", m->n_entries);
	else
		r = plan_files(m, def, NULL, fds, err);
	if (r < 0)
		guest_def_free(def);
	else
		*ret = def;
	return r;
}

int manager_create(struct manager *m, const char *json, size_t len, int fds[STORE_FILES],
		   manager_done_fn done, void *data, struct error **err)
{
	struct guest_def *def = NULL;
	struct entry *e;
	int r;

	r = create_checked(m, json, len, fds, &def, err);
	if (r == 0 && entry_insert(m, def, &e) < 0) {
		guest_def_free(def);
		r = error_set(err, ENOMEM, "out of memory");
	}
	if (r < 0) {
		close_fds(fds);
		return r;
	}
	r = store_task_run(m, OP_CREATE, def->name, def, fds, done, data, err);
	if (r < 0)
		entry_remove(e);
	return r;
}

static int update_checked(struct manager *m, struct entry *e, const char *json, size_t len,
			  int fds[STORE_FILES], bool files_only, struct guest_def **ret,
			  struct error **err)
{
	struct guest_def *def;
	int r;

	r = entry_check_idle(e, "changed", err);
	if (r == 0)
		r = parse_definition(&def, json, len, "definition", !files_only, err);
	if (r < 0)
		return r;
	if (strcmp(def->name, e->name) != 0)
		r = error_set(err, MANAGER_InvalidDefinition,
			      "definition: name: must stay '%s', not '%s'", e->name, def->name);
	else if (files_only && strcmp(def->json, e->def->json) != 0)
		r = error_set(err, MANAGER_WrongState,
			      "guest '%s': its definition is another one by now", e->name);
	else
		r = plan_files(m, def, e->def, fds, err);
	if (r < 0)
		guest_def_free(def);
	else
		*ret = def;
	return r;
}

int manager_update(struct manager *m, const char *name, const char *json, size_t len,
		   int fds[STORE_FILES], bool files_only, manager_done_fn done, void *data,
		   struct error **err)
{
	struct entry *e = manager_visible(m, name, err);
	struct guest_def *def = NULL;
	int r;

	r = e ? update_checked(m, e, json, len, fds, files_only, &def, err) : -MANAGER_NoSuchGuest;
	if (r < 0) {
		close_fds(fds);
		return r;
	}
	r = store_task_run(m, OP_UPDATE, name, def, fds, done, data, err);
	if (r < 0)
		guest_def_free(def);
	else
		e->phase = ENTRY_UPDATING;
	return r;
}

int manager_remove(struct manager *m, const char *name, manager_done_fn done, void *data,
		   struct error **err)
{
	int no_fds[STORE_FILES] = { -1, -1 };
	struct entry *e = manager_visible(m, name, err);
	int r = e ? entry_check_idle(e, "removed", err) : -MANAGER_NoSuchGuest;

	if (r == 0)
		r = store_task_run(m, OP_REMOVE, name, NULL, no_fds, done, data, err);
	if (r == 0)
		e->phase = ENTRY_REMOVING;
	return r;
}

/* Images. */

static int check_image_name(const char *name, struct error **err)
{
	if (guest_name_check("an image's", name, err) < 0)
		return manager_error_classify(err, MANAGER_InvalidName);
	return 0;
}

int manager_import_image(struct manager *m, const char *name, int fd, manager_done_fn done,
			 void *data, struct error **err)
{
	int fds[STORE_FILES] = { fd, -1 };
	struct store_image *images;
	size_t n;
	int r;

	r = check_image_name(name, err);
	if (r == 0)
		r = store_list_images(m->store, &images, &n, err);
	if (r == 0) {
		store_images_free(images, n);
		n += tasks_under_way(m, OP_IMPORT, NULL);
		if (n >= m->config.max_images)
			r = error_set(err, MANAGER_LimitReached,
				      "there are %zu images already (max_images)", n);
	}
	if (r < 0) {
		close_fds(fds);
		return r;
	}
	return store_task_run(m, OP_IMPORT, name, NULL, fds, done, data, err);
}

int manager_remove_image(struct manager *m, const char *name, manager_done_fn done, void *data,
			 struct error **err)
{
	int no_fds[STORE_FILES] = { -1, -1 };
	int r = check_image_name(name, err);

	if (r < 0)
		return r;
	for (size_t i = 0; i < m->n_entries; i++)
		for (unsigned int f = 0; f < STORE_FILES; f++) {
			const char *image = image_of(boot_value(m->entries[i]->def, f));

			if (image && strcmp(image, name) == 0)
				return error_set(err, MANAGER_ImageInUse,
						 "image '%s' is the %s of guest '%s'", name,
						 file_keys[f], m->entries[i]->name);
		}
	return store_task_run(m, OP_REMOVE_IMAGE, name, NULL, no_fds, done, data, err);
}

int manager_list_images(struct manager *m, struct store_image **ret, size_t *ret_n,
			struct error **err)
{
	return store_list_images(m->store, ret, ret_n, err);
}

/* Life of the manager. */

static void load_one(void *self, const char *name, const char *text, size_t len,
		     const struct error *why)
{
	_cleanup_(error_freep)
	struct error *err = NULL;
	_cleanup_(freep)
	char *aside = NULL;
	struct manager *m = self;
	struct guest_def *def = NULL;
	struct entry *e;
	int r = -EINVAL;

	if (!text)
		error_set(&err, EIO, "%s", error_message(why));
	else
		r = parse_definition(&def, text, len, "definition.json", false, &err);
	if (r == 0 && strcmp(def->name, name) != 0)
		r = error_set(&err, EINVAL, "definition.json: name: is '%s'", def->name);
	if (r == 0) {
		r = entry_insert(m, def, &e);
		if (r == 0) {
			r = entry_make_guest(e, &err);
			if (r == 0) {
				entry_appear(e);
				return;
			}
			def = NULL;
			entry_remove(e);
		}
		/* Nothing is wrong with the definition: it stays where it is. */
		guest_def_free(def);
		manager_message(m, LOG_ERR, "guest '%s' cannot be loaded: %s", name,
				error_message(err));
		return;
	}
	guest_def_free(def);
	if (store_set_aside(m->store, name, &aside, NULL) < 0)
		manager_message(m, LOG_ERR, "guest '%s' cannot be loaded: %s", name,
				error_message(err));
	else
		manager_message(
			m, LOG_ERR,
			"guest '%s' cannot be loaded and was moved to %s (move it back when "
			"it is repaired): %s",
			name, aside, error_message(err));
}

int manager_load(struct manager *m, struct error **err)
{
	return store_load_guests(m->store, load_one, m, err);
}

int manager_new(struct manager **ret, const struct manager_params *params, struct error **err)
{
	struct manager *m = calloc(1, sizeof(*m));
	int r;

	if (!m)
		return error_set(err, ENOMEM, "out of memory");
	m->store = params->store;
	m->message = params->message;
	m->self = params->self;
	m->event = sd_event_ref(params->event);
	m->log_dir = strdup(params->log_dir);
	r = m->log_dir ? mailbox_new(&m->mailbox, m->event, err)
		       : error_set(err, ENOMEM, "out of memory");
	if (r == 0)
		r = workers_new(&m->copies, m->mailbox, 1, err);
	if (r == 0)
		r = workers_new(&m->starts, m->mailbox, START_THREADS, err);
	if (r < 0) {
		(void)manager_free(m);
		return r;
	}
	manager_set_config(m, params->config);
	*ret = m;
	return 0;
}

int manager_free(struct manager *m)
{
	if (!m)
		return 0;
	if ((m->copies && workers_busy(m->copies)) || (m->starts && workers_busy(m->starts)))
		return -EBUSY;
	m->listener = (struct manager_listener){ 0 };
	while (m->n_entries)
		entry_remove(m->entries[m->n_entries - 1]);
	free(m->entries);
	m->entries = NULL;
	mailbox_free(m->mailbox);
	workers_free(m->copies);
	workers_free(m->starts);
	sd_event_source_disable_unref(m->closed_source);
	sd_event_unref(m->event);
	free(m->log_dir);
	free(m);
	return 0;
}

void manager_set_listener(struct manager *m, const struct manager_listener *listener)
{
	m->listener = listener ? *listener : (struct manager_listener){ 0 };
}

void manager_set_config(struct manager *m, const struct config *config)
{
	m->config = *config;
	workers_set_threads(m->copies, (unsigned int)config->max_copies);
	store_set_max_file_size(m->store, config->max_file_size);
}

const struct config *manager_config(const struct manager *m)
{
	return &m->config;
}

/* Reading. */

static bool is_visible(const struct entry *e)
{
	return e->phase == ENTRY_READY || e->phase == ENTRY_UPDATING || e->phase == ENTRY_REMOVING;
}

size_t manager_count(const struct manager *m)
{
	return m->n_ready;
}

size_t manager_running(const struct manager *m)
{
	return m->n_running;
}

size_t manager_slots(const struct manager *m)
{
	return m->n_entries;
}

const struct guest_view *manager_at(const struct manager *m, size_t slot)
{
	return is_visible(m->entries[slot]) ? &m->entries[slot]->view : NULL;
}

const struct job *manager_job_at(const struct manager *m, size_t slot)
{
	return m->entries[slot]->job;
}

const struct guest_view *manager_find(const struct manager *m, const char *name)
{
	const struct entry *e = manager_entry(m, name);

	return e && is_visible(e) ? &e->view : NULL;
}

const char *manager_state_dir(const struct manager *m)
{
	return store_path(m->store);
}
