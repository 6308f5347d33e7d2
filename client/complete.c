/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What bash completion asks: the candidates for the last of the words that follow "kvm440ctl", one
 * a line. A line ":file" says that file names are wanted. Errors stay silent: there is nobody to
 * read them.
 */
#include "bus.h"
#include "guests.h"
#include "verbs.h"

#include <string.h>

static void offer(const char *candidate, const char *begin)
{
	if (strncmp(candidate, begin, strlen(begin)) == 0)
		puts(candidate);
}

static void offer_options(const struct option_spec *options, const char *begin)
{
	char text[64];

	for (const struct option_spec *o = options; o && o->name; o++) {
		snprintf(text, sizeof(text), "--%s%s", o->name, o->arg ? "=" : "");
		offer(text, begin);
	}
}

static void offer_guests(struct client *c, const char *begin)
{
	struct guest_info *list;
	size_t n;

	if (guests_get(c, &list, &n) != 0)
		return;
	while (n > 0) {
		offer(list[--n].name, begin);
		guest_info_free(&list[n]);
	}
	free(list);
}

static void offer_images(struct client *c, const char *begin)
{
	_cleanup_(sd_bus_message_unrefp)
	sd_bus_message *call = NULL, *reply = NULL;
	uint64_t bytes, modified;
	const char *name;

	if (call_manager(c, &call, METHOD_Manager1_ListImages) != 0 ||
	    call_send(c, call, NULL, &reply) != 0 ||
	    sd_bus_message_enter_container(reply, 'a', "(stt)") < 0)
		return;
	while (sd_bus_message_read(reply, "(stt)", &name, &bytes, &modified) > 0)
		offer(name, begin);
}

static void offer_engines(struct client *c, const char *begin)
{
	char **engines = NULL;

	offer("auto", begin);
	if (client_connect(c) != 0 ||
	    sd_bus_get_property_strv(c->bus, KVM440_BUS_NAME, KVM440_PATH, KVM440_MANAGER,
				     "Engines", NULL, &engines) < 0)
		return;
	for (char **e = engines; e && *e; e++) {
		offer(*e, begin);
		free(*e);
	}
	free(engines);
}

static void offer_verbs(const struct verb *table, const char *begin)
{
	for (const struct verb *v = table; v->name; v++)
		if (!v->hidden)
			offer(v->name, begin);
}

static void offer_list(const char *const *list, const char *begin)
{
	for (; *list; list++)
		offer(*list, begin);
}

static void offer_words(struct client *c, enum words words, const struct verb *table,
			const char *begin)
{
	static const char *const boards[] = { "bamboo", NULL };
	static const char *const actions[] = { "restart", "stop", NULL };
	static const char *const eofs[] = { "ignore", "detach", "send", NULL };

	switch (words) {
	case WORDS_NONE: break;
	case WORDS_FILE: puts(":file"); break;
	case WORDS_GUEST: offer_guests(c, begin); break;
	case WORDS_IMAGE: offer_images(c, begin); break;
	case WORDS_STATE: offer_list(guest_states, begin); break;
	case WORDS_ENGINE: offer_engines(c, begin); break;
	case WORDS_BOARD: offer_list(boards, begin); break;
	case WORDS_ACTION: offer_list(actions, begin); break;
	case WORDS_EOF: offer_list(eofs, begin); break;
	case WORDS_VERB: offer_verbs(table, begin); break;
	}
}

/* The option a word names, by --name or -x; NULL. *ret_value: what follows "=", or NULL. */
static const struct option_spec *find_option(const struct option_spec *options, const char *word,
					     const char **ret_value)
{
	const char *equals = strchr(word, '=');
	size_t n = equals ? (size_t)(equals - word) : strlen(word);

	*ret_value = equals ? equals + 1 : NULL;
	for (const struct option_spec *o = options; o && o->name; o++) {
		if (strncmp(word, "--", 2) == 0 && n - 2 == strlen(o->name) &&
		    strncmp(word + 2, o->name, n - 2) == 0)
			return o;
		if (word[0] == '-' && word[1] && word[1] == o->letter && !word[2])
			return o;
	}
	return NULL;
}

static const struct option_spec *any_option(const struct verb *v, const char *word,
					    const char **ret_value)
{
	const struct option_spec *o = find_option(global_options, word, ret_value);

	return o || !v ? o : find_option(v->options, word, ret_value);
}

static const struct verb *exact_or_unique(const struct verb *table, const char *word)
{
	const struct verb *found = NULL;

	for (const struct verb *v = table; v->name; v++) {
		if (strcmp(v->name, word) == 0)
			return v;
		if (!v->hidden && strncmp(v->name, word, strlen(word)) == 0) {
			if (found)
				return NULL;
			found = v;
		}
	}
	return found;
}

int verb_complete(struct client *c, struct args *a)
{
	const char *last = a->n > 0 ? a->names[a->n - 1] : "", *value = NULL;
	const struct verb *table = verbs, *v = NULL;
	const struct option_spec *pending = NULL, *o;

	c->ask_password = false;
	if (!freopen("/dev/null", "w", stderr))
		return EXIT_FAILED;
	for (int i = 0; i < a->n - 1; i++) {
		const char *word = a->names[i];

		if (pending) {
			if (strcmp(pending->name, "address") == 0)
				c->address = word;
			pending = NULL;
		} else if (*word == '-') {
			o = any_option(v, word, &value);
			if (o && o->arg && !value)
				pending = o;
			else if (o && value && strcmp(o->name, "address") == 0)
				c->address = value;
		} else if (table) {
			v = exact_or_unique(table, word);
			if (!v)
				return EXIT_USAGE;
			table = v->verbs;
		}
	}
	if (pending) {
		offer_words(c, pending->words, verbs, last);
	} else if (*last == '-') {
		o = any_option(v, last, &value);
		if (o && value) {
			offer_words(c, o->words, verbs, value);
		} else {
			offer_options(v ? v->options : NULL, last);
			offer_options(global_options, last);
		}
	} else if (table) {
		offer_verbs(table, last);
	} else {
		offer_words(c, v->words, verbs, last);
	}
	return 0;
}
