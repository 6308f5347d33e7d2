/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The verbs: each stands in a file of its name and gives back an exit status. */
#ifndef CLIENT_VERBS_H
#define CLIENT_VERBS_H

#include "options.h"

int verb_complete(struct client *c, struct args *a);
int verb_console(struct client *c, struct args *a);
int verb_create(struct client *c, struct args *a);
int verb_dump(struct client *c, struct args *a);
int verb_edit(struct client *c, struct args *a);
int verb_help(struct client *c, struct args *a);
int verb_image_import(struct client *c, struct args *a);
int verb_image_list(struct client *c, struct args *a);
int verb_image_remove(struct client *c, struct args *a);
int verb_kill(struct client *c, struct args *a);
int verb_list(struct client *c, struct args *a);
int verb_log(struct client *c, struct args *a);
int verb_manual(struct client *c, struct args *a);
int verb_monitor(struct client *c, struct args *a);
int verb_pause(struct client *c, struct args *a);
int verb_reboot(struct client *c, struct args *a);
int verb_refresh(struct client *c, struct args *a);
int verb_remove(struct client *c, struct args *a);
int verb_resume(struct client *c, struct args *a);
int verb_run(struct client *c, struct args *a);
int verb_show(struct client *c, struct args *a);
int verb_start(struct client *c, struct args *a);
int verb_status(struct client *c, struct args *a);
int verb_stop(struct client *c, struct args *a);
int verb_wait(struct client *c, struct args *a);

#endif
