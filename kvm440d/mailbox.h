/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How other threads reach the event loop: they post a letter, and the loop's thread opens it.
 * Letters are opened in the order they were posted.
 */
#ifndef KVM440_MAILBOX_H
#define KVM440_MAILBOX_H

#include <systemd/sd-event.h>

struct error;
struct mailbox;

/* Embed it in what is posted. */
struct letter {
	struct letter *next;
	void (*open)(struct letter *self); /* on the loop's thread; owns the letter */
};

int mailbox_new(struct mailbox **ret, sd_event *event, struct error **err);
/* Opens what is left. No thread may post any more. Returns NULL. */
struct mailbox *mailbox_free(struct mailbox *m);
/* Any thread; never fails. */
void mailbox_post(struct mailbox *m, struct letter *letter);

#endif
