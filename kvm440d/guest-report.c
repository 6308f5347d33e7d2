/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a guest tells its owner. State changes are put in a queue under the lock and taken out by
 * one thread at a time, so that they arrive in the order in which they happened, whichever threads
 * make them.
 */
#include "guest-internal.h"

#include "backend/loop.h"
#include "util/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <syslog.h>

/* Messages about unclaimed accesses: so many in a period, the rest is counted. */
#define UNCLAIMED_MAX	    5
#define UNCLAIMED_PERIOD_NS UINT64_C(10000000000)

/* The queue is full only when the owner is slow and another thread is in its callback. */
void guest_lock(struct guest *g)
{
	pthread_mutex_lock(&g->lock);
	while (g->n_reports == REPORTS)
		pthread_cond_wait(&g->changed, &g->lock);
}

void guest_set_state(struct guest *g, enum guest_state state, enum guest_cause cause,
		     const char *detail)
{
	struct report *r;

	g->info.state = state;
	g->info.cause = cause;
	snprintf(g->info.detail, sizeof(g->info.detail), "%s", detail ? detail : "");
	text_one_line(g->info.detail); /* also what was cut in the middle of a character */
	r = &g->reports[(g->first_report + g->n_reports++) % REPORTS];
	r->state = state;
	r->cause = cause;
	snprintf(r->detail, sizeof(r->detail), "%s", g->info.detail);
	pthread_cond_broadcast(&g->changed);
}

void guest_deliver(struct guest *g)
{
	struct report r;

	pthread_mutex_lock(&g->lock);
	if (g->reporting) {
		pthread_mutex_unlock(&g->lock);
		return;
	}
	g->reporting = true;
	while (g->n_reports) {
		r = g->reports[g->first_report];
		g->first_report = (g->first_report + 1) % REPORTS;
		g->n_reports--;
		pthread_cond_broadcast(&g->changed);
		pthread_mutex_unlock(&g->lock);
		if (g->events.state_changed)
			g->events.state_changed(g->events.self, r.state, r.cause,
						*r.detail ? r.detail : NULL);
		pthread_mutex_lock(&g->lock);
	}
	g->reporting = false;
	pthread_cond_broadcast(&g->changed);
	pthread_mutex_unlock(&g->lock);
}

void guest_say(struct guest *g, const char *text)
{
	if (g->events.message)
		g->events.message(g->events.self, LOG_NOTICE, text);
}

void guest_unclaimed_end(struct guest *g)
{
	char text[100];

	if (g->unclaimed_silent) {
		snprintf(text, sizeof(text), "%u more accesses to where no device is, not listed",
			 g->unclaimed_silent);
		guest_say(g, text);
	}
	g->unclaimed_said = 0;
	g->unclaimed_silent = 0;
}

void guest_unclaimed(void *self, bool dcr, bool write, uint64_t addr, unsigned int len, uint32_t pc)
{
	struct guest *g = self;
	uint64_t now = loop_now();
	char text[160];

	if (now - g->unclaimed_since >= UNCLAIMED_PERIOD_NS) {
		guest_unclaimed_end(g);
		g->unclaimed_since = now;
	}
	if (g->unclaimed_said >= UNCLAIMED_MAX) {
		g->unclaimed_silent++;
		return;
	}
	g->unclaimed_said++;
	if (dcr)
		snprintf(text, sizeof(text),
			 "no device has DCR 0x%03" PRIx64 ": %s at pc 0x%08" PRIx32, addr,
			 write ? "written" : "read", pc);
	else
		snprintf(text, sizeof(text),
			 "no device at real address 0x%09" PRIx64
			 ": %u bytes %s at pc 0x%08" PRIx32,
			 addr, len, write ? "written" : "read", pc);
	guest_say(g, text);
}
