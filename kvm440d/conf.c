/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "util/cleanup.h"
#include "util/error.h"

enum key_type { COUNT, SIZE, SECONDS, BOOL };

struct key {
	const char *name;
	enum key_type type;
	size_t offset;
	uint64_t lowest, highest;
};

static const struct key keys[] = {
#define KEY(name, type, value, lowest, highest, doc)                                               \
	{ #name, type, offsetof(struct config, name), lowest, highest },
#include "conf.def"
};
#define N_KEYS (sizeof(keys) / sizeof(keys[0]))

#define MAX_SIZE 65536
#define MAX_LINE 512

void config_init(struct config *c)
{
	*c = (struct config){
#define KEY(name, type, value, lowest, highest, doc) .name = (value),
#include "conf.def"
	};
}

static const struct key *find_key(const char *name)
{
	for (size_t i = 0; i < N_KEYS; i++)
		if (strcmp(keys[i].name, name) == 0)
			return &keys[i];
	return NULL;
}

static char *strip(char *s)
{
	char *end;

	while (isspace((unsigned char)*s))
		s++;
	end = s + strlen(s);
	while (end > s && isspace((unsigned char)end[-1]))
		*--end = '\0';
	return s;
}

/* Digits and, for a size, one of K M G. False when it is not that or does not fit. */
static bool parse_number(const char *text, bool size, uint64_t *ret)
{
	uint64_t v = 0;
	unsigned int shift = 0;

	if (!isdigit((unsigned char)*text))
		return false;
	for (; isdigit((unsigned char)*text); text++)
		if (__builtin_mul_overflow(v, 10, &v) ||
		    __builtin_add_overflow(v, (uint64_t)(*text - '0'), &v))
			return false;
	if (size && *text) {
		const char *unit = strchr("KMG", *text);

		if (!unit)
			return false;
		shift = 10 * (unsigned int)(unit - "KMG" + 1);
		text++;
	}
	if (*text || v > UINT64_MAX >> shift)
		return false;
	*ret = v << shift;
	return true;
}

static bool parse_bool(const char *text, uint64_t *ret)
{
	static const char *const words[][2] = { { "no", "yes" },
						{ "false", "true" },
						{ "0", "1" } };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		for (unsigned int v = 0; v < 2; v++)
			if (strcmp(text, words[i][v]) == 0) {
				*ret = v;
				return true;
			}
	return false;
}

static int set_key(struct config *c, const char *name, const char *text, struct error **err)
{
	static const char *const what[] = {
		[COUNT] = "a number",
		[SIZE] = "a number of bytes, K, M or G",
		[SECONDS] = "a number of seconds",
		[BOOL] = "yes or no",
	};
	const struct key *k = find_key(name);
	uint64_t v;
	bool ok;

	if (!k)
		return error_set(err, EINVAL, "%s: there is no such key", name);
	ok = k->type == BOOL ? parse_bool(text, &v) : parse_number(text, k->type == SIZE, &v);
	if (!ok)
		return error_set(err, EINVAL, "%s: must be %s, not '%s'", name, what[k->type],
				 text);
	if (v < k->lowest || v > k->highest)
		return error_set(err, EINVAL, "%s: must be %" PRIu64 " to %" PRIu64 ", not %s",
				 name, k->lowest, k->highest, text);
	*(uint64_t *)((char *)c + k->offset) = v;
	return 0;
}

static int parse_line(struct config *c, char *line, struct error **err)
{
	char *value = strchr(line, '#');

	if (value)
		*value = '\0';
	line = strip(line);
	if (!*line)
		return 0;
	value = strchr(line, '=');
	if (!value)
		return error_set(err, EINVAL, "must be 'key = value', not '%s'", line);
	*value++ = '\0';
	return set_key(c, strip(line), strip(value), err);
}

int config_parse(struct config *ret, const char *text, size_t len, const char *source,
		 struct error **err)
{
	struct config c;
	unsigned int number = 0;

	config_init(&c);
	while (len) {
		const char *end = memchr(text, '\n', len);
		size_t n = end ? (size_t)(end - text) : len;
		char line[MAX_LINE];
		int r;

		number++;
		if (n >= sizeof(line) || memchr(text, '\0', n))
			return error_set(err, EINVAL, "%s:%u: not a line of text", source, number);
		memcpy(line, text, n);
		line[n] = '\0';
		r = parse_line(&c, line, err);
		if (r < 0) {
			error_prefix(err, "%s:%u", source, number);
			return r;
		}
		n += end != NULL;
		text += n;
		len -= n;
	}
	*ret = c;
	return 0;
}

int config_load(struct config *ret, const char *path, struct error **err)
{
	_cleanup_(freep)
	char *text = malloc(MAX_SIZE + 1);
	_cleanup_(closep)
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	size_t len = 0;
	struct stat st;

	if (!text)
		return error_set(err, ENOMEM, "%s: out of memory", path);
	if (fd < 0 || fstat(fd, &st) < 0)
		return error_set(err, errno, "%s: %m", path);
	if (!S_ISREG(st.st_mode))
		return error_set(err, EINVAL, "%s: not a regular file", path);
	while (len <= MAX_SIZE) {
		ssize_t n = read(fd, text + len, MAX_SIZE + 1 - len);

		if (n < 0)
			return error_set(err, errno, "%s: %m", path);
		if (n == 0)
			return config_parse(ret, text, len, path, err);
		len += (size_t)n;
	}
	return error_set(err, EFBIG, "%s: larger than %u bytes", path, MAX_SIZE);
}
