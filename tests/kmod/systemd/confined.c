// SPDX-License-Identifier: GPL-2.0-or-later
/* confined: tries what a unit may forbid and what its user alone would be allowed to do, and prints
 * for each "NAME: allowed" or why not. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static bool opens(const char *path, int flags)
{
	const int fd = open(path, flags | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0600);

	if (fd < 0)
		return false;
	close(fd);
	return true;
}

static bool nice_value(void)
{
	return setpriority(PRIO_PROCESS, 0, 5) == 0;
}

static bool user_namespace(void)
{
	return unshare(CLONE_NEWUSER) == 0;
}

static bool other_personality(void)
{
	return syscall(SYS_personality, PER_LINUX | ADDR_NO_RANDOMIZE) >= 0;
}

static bool code_that_can_be_written(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		    0) != MAP_FAILED;
}

static bool code_that_was_written(void)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return page != MAP_FAILED && mprotect(page, 4096, PROT_READ | PROT_EXEC) == 0;
}

static bool set_user_id(void)
{
	char path[] = "/tmp/confined.XXXXXX";
	const int fd = mkstemp(path);
	int error = errno;
	bool done = false;

	if (fd >= 0) {
		done = fchmod(fd, 04700) == 0;
		error = errno;
		close(fd);
		unlink(path);
	}
	errno = error;
	return done;
}

static bool ipv4(void)
{
	return socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0) >= 0;
}

static bool memory_lock(void)
{
	static char memory[1 << 24];

	return mlock(memory, sizeof(memory)) == 0;
}

static bool write_to_the_root(void)
{
	return opens("/open/file", O_WRONLY | O_CREAT);
}

static bool homes(void)
{
	return opens("/home", O_RDONLY | O_DIRECTORY);
}

static bool kernel_log(void)
{
	return opens("/dev/kmsg", O_RDONLY);
}

static bool a_device(void)
{
	return opens("/dev/ttyS0", O_RDWR);
}

static bool dev_kvm(void)
{
	return opens("/dev/kvm", O_RDWR);
}

static bool dev_null(void)
{
	return opens("/dev/null", O_RDWR);
}

static bool another_process(void)
{
	return opens("/proc/1/status", O_RDONLY);
}

static bool uptime(void)
{
	return opens("/proc/uptime", O_RDONLY);
}

static const struct {
	const char *name;
	bool (*try)(void);
} tries[] = {
	{ "/dev/kvm", dev_kvm },
	{ "/dev/null", dev_null },
	{ "/dev/ttyS0", a_device },
	{ "/home", homes },
	{ "/proc/1", another_process },
	{ "/proc/uptime", uptime },
	{ "16 MB locked", memory_lock },
	{ "a file in a directory that is everybody's", write_to_the_root },
	{ "a namespace", user_namespace },
	{ "a personality", other_personality },
	{ "a program that sets its user", set_user_id },
	{ "an IPv4 socket", ipv4 },
	{ "code that can be written", code_that_can_be_written },
	{ "code that was written", code_that_was_written },
	{ "nice", nice_value },
	{ "the kernel's log", kernel_log },
};

/* Each in a process of its own, for some change what the next may. */
int main(void)
{
	for (size_t i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
		const pid_t child = fork();
		int status;

		if (child == 0) {
			const bool done = tries[i].try();

			printf("%s: %s\n", tries[i].name, done ? "allowed" : strerror(errno));
			fflush(stdout);
			_exit(0);
		}
		if (child < 0 || waitpid(child, &status, 0) < 0 || status != 0)
			printf("%s: not tried\n", tries[i].name);
		fflush(stdout);
	}
	return 0;
}
