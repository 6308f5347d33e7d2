/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "table.h"

#include <errno.h>
#include <inttypes.h>
#include <json-c/json.h>
#include <signal.h>
#include <string.h>
#include <time.h>

#define CELL 512

static const void *at(const struct column *column, const void *row)
{
	return (const char *)row + column->offset;
}

static uint64_t number(const struct column *column, const void *row)
{
	return *(const uint64_t *)at(column, row);
}

static void format_bytes(uint64_t n, char *buf, size_t size)
{
	static const char units[] = "BKMGTPE";
	size_t unit = 0;

	while (units[unit + 1] && n >= 1024 && n % 1024 == 0) {
		n /= 1024;
		unit++;
	}
	if (n < 10240 || !units[unit + 1])
		snprintf(buf, size, "%" PRIu64 "%c", n, units[unit]);
	else {
		double d = (double)n;

		while (units[unit + 1] && d >= 1024) {
			d /= 1024;
			unit++;
		}
		snprintf(buf, size, "%.1f%c", d, units[unit]);
	}
}

static void format_time(uint64_t usec, char *buf, size_t size)
{
	time_t t = (time_t)(usec / 1000000);
	struct tm tm;

	if (usec == 0 || !localtime_r(&t, &tm) ||
	    strftime(buf, size, "%Y-%m-%d %H:%M:%S", &tm) == 0)
		snprintf(buf, size, "-");
}

/* "jit interp" */
static void format_words(char *const *words, char *buf, size_t size)
{
	size_t n = 0;

	snprintf(buf, size, "-");
	for (char *const *word = words; word && *word && n < size; word++)
		n += (size_t)snprintf(buf + n, size - n, "%s%s", n ? " " : "", *word);
}

void format_column(const struct column *column, const void *row, char *buf, size_t size)
{
	char *text;

	switch (column->type) {
	case COLUMN_TEXT:
		text = printable(*(char *const *)at(column, row));
		snprintf(buf, size, "%s", text && *text ? text : "-");
		free(text);
		break;
	case COLUMN_WORDS: format_words(*(char **const *)at(column, row), buf, size); break;
	case COLUMN_BYTES: format_bytes(number(column, row), buf, size); break;
	case COLUMN_COUNT: snprintf(buf, size, "%" PRIu64, number(column, row)); break;
	case COLUMN_TIME: format_time(number(column, row), buf, size); break;
	case COLUMN_DURATION:
		snprintf(buf, size, "%.1f s", (double)number(column, row) / 1e9);
		break;
	case COLUMN_BOOL: snprintf(buf, size, *(const bool *)at(column, row) ? "yes" : "no"); break;
	}
}

static struct json_object *words_json(char *const *words)
{
	struct json_object *array = json_object_new_array(), *word;

	for (; array && words && *words; words++) {
		word = json_object_new_string(*words);
		if (!word || json_object_array_add(array, word) < 0) {
			json_object_put(word);
			json_object_put(array);
			return NULL;
		}
	}
	return array;
}

static struct json_object *value_json(const struct column *column, const void *row)
{
	switch (column->type) {
	case COLUMN_TEXT: return json_object_new_string(*(char *const *)at(column, row));
	case COLUMN_WORDS: return words_json(*(char **const *)at(column, row));
	case COLUMN_BOOL: return json_object_new_boolean(*(const bool *)at(column, row));
	default: return json_object_new_uint64(number(column, row));
	}
}

struct json_object *table_json(const struct column *columns, const void *row)
{
	struct json_object *object = json_object_new_object();

	for (const struct column *column = columns; object && column->key; column++) {
		struct json_object *value = value_json(column, row);

		if (!value || json_object_object_add(object, column->key, value) < 0) {
			json_object_put(value);
			json_object_put(object);
			return NULL;
		}
	}
	return object;
}

int finish_output(void)
{
	if (fflush(stdout) != 0 || ferror(stdout)) {
		/* Whoever read has seen enough, as head(1) does: no error to be told of. */
		if (errno == EPIPE)
			return 128 + SIGPIPE;
		return fail(EXIT_FAILED, "cannot write to stdout: %s", strerror(errno));
	}
	return 0;
}

static int print_json_as(struct json_object *value, int flags)
{
	const char *text =
		json_object_to_json_string_ext(value, flags | JSON_C_TO_STRING_NOSLASHESCAPE);

	if (!text)
		return fail_memory();
	puts(text);
	return finish_output();
}

int print_json(struct json_object *value)
{
	return print_json_as(value, JSON_C_TO_STRING_PRETTY);
}

int print_json_line(struct json_object *value)
{
	return print_json_as(value, JSON_C_TO_STRING_PLAIN);
}

static int print_array(const struct column *columns, const char *rows, size_t n, size_t size)
{
	struct json_object *array = json_object_new_array(), *object;
	int r;

	for (size_t i = 0; array && i < n; i++) {
		object = table_json(columns, rows + i * size);
		if (!object || json_object_array_add(array, object) < 0) {
			json_object_put(object);
			json_object_put(array);
			return fail_memory();
		}
	}
	r = array ? print_json(array) : fail_memory();
	json_object_put(array);
	return r;
}

static void print_cell(const char *cell, size_t width, bool last)
{
	if (last)
		printf("%s\n", cell);
	else
		printf("%-*s  ", (int)width, cell);
}

int table_print(const struct client *c, const struct column *columns, const void *rows, size_t n,
		size_t size)
{
	const struct column *last = NULL;
	size_t width[32] = { 0 }, k;
	char cell[CELL];

	if (c->json)
		return print_array(columns, rows, n, size);
	for (const struct column *column = columns; column->key; column++) {
		k = (size_t)(column - columns);
		if (!column->title || k >= ELEMENTS(width))
			continue;
		last = column;
		width[k] = c->quiet ? 0 : strlen(column->title);
		for (size_t i = 0; i < n; i++) {
			format_column(column, (const char *)rows + i * size, cell, sizeof(cell));
			if (strlen(cell) > width[k])
				width[k] = strlen(cell);
		}
	}
	for (size_t i = 0; i < n + 1; i++)
		for (const struct column *column = columns; column->key && last; column++) {
			k = (size_t)(column - columns);
			if (!column->title || k >= ELEMENTS(width) || (i == 0 && c->quiet))
				continue;
			if (i == 0)
				snprintf(cell, sizeof(cell), "%s", column->title);
			else
				format_column(column, (const char *)rows + (i - 1) * size, cell,
					      sizeof(cell));
			print_cell(cell, width[k], column == last);
		}
	return finish_output();
}

int table_print_one(const struct column *columns, const void *row)
{
	char cell[CELL];

	for (const struct column *column = columns; column->key; column++) {
		if (!column->title)
			continue;
		format_column(column, row, cell, sizeof(cell));
		if (strcmp(cell, "-") != 0)
			printf("%14s: %s\n", column->title, cell);
	}
	return finish_output();
}
