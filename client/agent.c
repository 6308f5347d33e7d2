/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "agent.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

static void run_agent(int ready_fd, pid_t parent)
{
	char fd[16];

	/* It must not outlive us: the terminal would stay with it. */
	if (prctl(PR_SET_PDEATHSIG, SIGTERM) < 0 || getppid() != parent)
		_exit(1);
	if (fcntl(ready_fd, F_SETFD, 0) < 0)
		_exit(1);
	snprintf(fd, sizeof(fd), "%d", ready_fd);
	/* Without --fallback: polkit 122 never asks a fallback for a process that is in no session.
	 */
	execlp("pkttyagent", "pkttyagent", "--notify-fd", fd, (char *)NULL);
	_exit(127);
}

void agent_start(struct client *c)
{
	int fds[2];
	char byte;
	pid_t pid, self = getpid();

	if (c->agent_pid || c->agent_tried || !c->ask_password)
		return;
	c->agent_tried = true;
	if (c->address || getenv("DBUS_SYSTEM_BUS_ADDRESS") || geteuid() == 0 ||
	    !isatty(STDIN_FILENO) || !isatty(STDERR_FILENO))
		return;
	if (pipe2(fds, O_CLOEXEC) < 0)
		return;
	pid = fork();
	if (pid == 0)
		run_agent(fds[1], self);
	close(fds[1]);
	/* The agent closes its end when it is registered, or by dying. */
	while (pid > 0 && read(fds[0], &byte, 1) < 0 && errno == EINTR)
		;
	close(fds[0]);
	if (pid > 0)
		c->agent_pid = pid;
}

void agent_stop(struct client *c)
{
	if (!c->agent_pid)
		return;
	kill(c->agent_pid, SIGTERM);
	kill(c->agent_pid, SIGCONT);
	while (waitpid(c->agent_pid, NULL, 0) < 0 && errno == EINTR)
		;
	c->agent_pid = 0;
}
