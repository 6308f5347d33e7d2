// SPDX-License-Identifier: GPL-2.0-or-later
/* kernel-text: the code of the running kernel, from _stext to _etext, to standard output. */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static unsigned long symbol(const char *name)
{
	FILE *f = fopen("/proc/kallsyms", "re");
	unsigned long at, found = 0;
	char type, line[256], word[128];

	while (f && !found && fgets(line, sizeof(line), f))
		if (sscanf(line, "%lx %c %127s", &at, &type, word) == 3 && !strcmp(word, name))
			found = at;
	if (f)
		fclose(f);
	return found;
}

/* Where address @at stands in the file, 0 for nowhere. */
static off_t place(int core, unsigned long at)
{
	Elf32_Ehdr head;
	Elf32_Phdr part;

	if (pread(core, &head, sizeof(head), 0) != sizeof(head))
		return 0;
	for (unsigned int i = 0; i < head.e_phnum; i++) {
		off_t where = (off_t)(head.e_phoff + i * sizeof(part));

		if (pread(core, &part, sizeof(part), where) == sizeof(part) &&
		    part.p_type == PT_LOAD && at - part.p_vaddr < part.p_filesz)
			return (off_t)(part.p_offset + (at - part.p_vaddr));
	}
	return 0;
}

int main(void)
{
	unsigned long at = symbol("_stext"), end = symbol("_etext");
	int core = open("/proc/kcore", O_RDONLY | O_CLOEXEC);
	char page[4096];

	if (core < 0 || !at || end <= at) {
		fprintf(stderr, "kernel-text: no /proc/kcore (%s), or no symbols: %lx, %lx\n",
			strerror(errno), at, end);
		return 1;
	}
	for (off_t from; at < end; at += sizeof(page)) {
		from = place(core, at);
		if (!from || pread(core, page, sizeof(page), from) != sizeof(page) ||
		    fwrite(page, sizeof(page), 1, stdout) != 1) {
			fprintf(stderr, "kernel-text: cannot read %lx: %s\n", at, strerror(errno));
			return 1;
		}
	}
	return fflush(stdout) != 0;
}
