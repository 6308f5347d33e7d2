/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which engine a host has, and what is said when a better one cannot be used. The host is made
 * here: what uname(), open() and ioctl() tell engine/kvm of it (local.mk: --wrap).
 */
#include "guest-runner.h"

#include "engine/engine.h"
#include "kmod/linux/kvm440.h"
#include "util/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/ioctl.h>
#include <sys/utsname.h>

static struct {
	const char *machine;
	int open_error; /* of /dev/kvm; 0: it is there, */
	int api, cap;	/* and answers so to KVM_GET_API_VERSION and KVM440_CAP */
	int fd;		/* that it last had; -1 */
} host = { .fd = -1 };

int __wrap_uname(struct utsname *u);
int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
int __wrap_open64(const char *path, int flags, ...);
int __real_ioctl(int fd, unsigned long request, void *arg);
int __wrap_ioctl(int fd, unsigned long request, void *arg);

int __wrap_uname(struct utsname *u)
{
	*u = (struct utsname){ .sysname = "Linux" };
	snprintf(u->machine, sizeof(u->machine), "%s", host.machine);
	return 0;
}

static int open_here(const char *path, int flags, mode_t mode)
{
	if (strcmp(path, "/dev/kvm") != 0)
		return __real_open(path, flags, mode);
	host.fd = -1;
	if (host.open_error) {
		errno = host.open_error;
		return -1;
	}
	host.fd = __real_open("/dev/null", flags);
	return host.fd;
}

int __wrap_open(const char *path, int flags, ...)
{
	va_list ap;
	mode_t mode;

	va_start(ap, flags);
	mode = flags & O_CREAT ? va_arg(ap, mode_t) : 0;
	va_end(ap);
	return open_here(path, flags, mode);
}

int __wrap_open64(const char *path, int flags, ...)
{
	va_list ap;
	mode_t mode;

	va_start(ap, flags);
	mode = flags & O_CREAT ? va_arg(ap, mode_t) : 0;
	va_end(ap);
	return open_here(path, flags, mode);
}

int __wrap_ioctl(int fd, unsigned long request, void *arg)
{
	if (fd != host.fd)
		return __real_ioctl(fd, request, arg);
	if (request == KVM_GET_API_VERSION && host.api)
		return host.api;
	if (request == KVM_CHECK_EXTENSION)
		return (uintptr_t)arg == KVM440_CAP ? host.cap : 0;
	errno = ENOTTY;
	return -1;
}

/* Of "auto" the engine, and in @said what is said of it. */
static const char *auto_on(const char *machine, int open_error, int api, int cap, char said[200])
{
	struct error *why = NULL, *err = NULL;
	const struct engine *engine;

	host.machine = machine;
	host.open_error = open_error;
	host.api = api;
	host.cap = cap;
	engine = engine_find("auto", &why, &err);
	snprintf(said, 200, "%s", why ? error_message(why) : "");
	why = error_free(why);
	REQUIRE(engine != NULL);
	CHECK(!err);
	/* The same without anybody who wants to know. */
	CHECK(engine_find("auto", NULL, NULL) == engine);
	return engine->name;
}

static void the_best_there_is(void)
{
	char said[200];

	CHECK_STR(auto_on("ppc", 0, KVM_API_VERSION, KVM440_VERSION, said), "kvm");
	CHECK_STR(said, "");
}

static void none_there(void)
{
	static const int errors[] = { ENOENT, ENODEV, ENXIO };
	char said[200];

	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		CHECK_STR(auto_on("ppc", errors[i], 0, 0, said), "interp");
		CHECK_STR(said, "");
	}
}

static void not_ours(void)
{
	struct error *err = NULL;
	char said[200];

	/* One that has not our capability, one of another KVM API, something that is no KVM. */
	CHECK_STR(auto_on("ppc", 0, KVM_API_VERSION, 0, said), "interp");
	CHECK_STR(said, "");
	CHECK(engine_find("kvm", NULL, &err) == NULL);
	CHECK_STR(error_message(err),
		  "this host has no engine 'kvm': /dev/kvm is not that of kvm-440.ko");
	err = error_free(err);
	CHECK_STR(auto_on("ppc", 0, KVM_API_VERSION + 1, KVM440_VERSION, said), "interp");
	CHECK_STR(said, "");
	CHECK_STR(auto_on("ppc", 0, 0, KVM440_VERSION, said), "interp");
	CHECK_STR(said, "");
	/* Whatever a host of another architecture has, and however it is guarded. */
	CHECK_STR(auto_on("x86_64", EACCES, 0, 0, said), "interp");
	CHECK_STR(said, "");
	CHECK_STR(auto_on("x86_64", 0, KVM_API_VERSION, KVM440_VERSION, said), "interp");
	CHECK(engine_find("kvm", NULL, &err) == NULL);
	CHECK_STR(error_message(err), "this host has no engine 'kvm': the host is no PowerPC");
	err = error_free(err);
}

static void something_in_the_way(void)
{
	char said[200], want[200];

	CHECK_STR(auto_on("ppc", EACCES, 0, 0, said), "interp");
	CHECK_STR(said, "cannot open /dev/kvm: Permission denied");
	CHECK_STR(auto_on("ppc", EMFILE, 0, 0, said), "interp");
	CHECK_STR(said, "cannot open /dev/kvm: Too many open files");
	CHECK_STR(auto_on("ppc", ENOMEM, 0, 0, said), "interp");
	CHECK_STR(said, "cannot open /dev/kvm: Cannot allocate memory");
	CHECK_STR(auto_on("ppc", 0, KVM_API_VERSION, KVM440_VERSION + 1, said), "interp");
	snprintf(want, sizeof(want), "kvm-440.ko has version %d of its interface, wanted is %d",
		 KVM440_VERSION + 1, KVM440_VERSION);
	CHECK_STR(said, want);
}

/* And the guest's owner hears of it. */
static void guests_tell(void)
{
	runner_engine = "auto";
	host.machine = "ppc";
	host.open_error = EACCES;
	start(PROGRAM(hello), "");
	expect_start();
	expect(GUEST_STOPPED, GUEST_CAUSE_GUEST_POWEROFF);
	CHECK_STR(notes.messages, "engine interp: cannot open /dev/kvm: Permission denied\n");
	end();
	host.open_error = ENOENT;
	start(PROGRAM(hello), "");
	expect_start();
	expect(GUEST_STOPPED, GUEST_CAUSE_GUEST_POWEROFF);
	CHECK_STR(notes.messages, "");
	end();
}

static const struct test_case cases[] = {
	TEST_CASE(the_best_there_is),	 TEST_CASE(none_there),	 TEST_CASE(not_ours),
	TEST_CASE(something_in_the_way), TEST_CASE(guests_tell),
};

TEST_MAIN(cases)
