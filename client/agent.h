/* SPDX-License-Identifier: GPL-2.0-or-later */
/* polkit's text agent, which asks for a password on the terminal. */
#ifndef CLIENT_AGENT_H
#define CLIENT_AGENT_H

#include "client.h"

/*
 * Starts pkttyagent for this process and waits until it is ready: when passwords may be asked for,
 * there is a terminal, the caller is not root and the bus is the system bus. Otherwise, and when
 * there is no pkttyagent, does nothing. Once.
 */
void agent_start(struct client *c);
void agent_stop(struct client *c);

#endif
