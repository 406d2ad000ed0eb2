/* SPDX-License-Identifier: MIT */
#include "memory.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* One mapping; what lies across two looks is shorter than what is sought, so none counts twice. */
static int count_mapping(int mem, unsigned long from, unsigned long to, size_t longest,
                         int (*count)(const char *bytes, size_t size))
{
    static char buffer[1 << 20];
    int found = 0;

    while (from < to) {
        size_t wanted = to - from < sizeof buffer ? to - from : sizeof buffer;
        ssize_t n = pread(mem, buffer, wanted, (off_t)from);

        if (n <= 0)
            break;
        found += count(buffer, (size_t)n);
        if ((size_t)n < wanted || from + (size_t)n >= to)
            break;
        from += (size_t)n - (longest - 1);
    }
    return found;
}

/* A sanitizer keeps what was freed, and an address space that would take hours to look through. */
#ifdef __SANITIZE_ADDRESS__
static const bool is_readable = false;
#else
static const bool is_readable = true;
#endif

int memory_count(pid_t pid, size_t longest, int (*count)(const char *bytes, size_t size))
{
    char path[64];
    char line[512];
    FILE *maps;
    int mem;
    int found = -1;

    if (!is_readable)
        return -1;
    (void)snprintf(path, sizeof path, "/proc/%d/mem", (int)pid);
    mem = open(path, O_RDONLY | O_CLOEXEC);
    (void)snprintf(path, sizeof path, "/proc/%d/maps", (int)pid);
    maps = fopen(path, "re");
    while (mem >= 0 && maps != NULL && fgets(line, sizeof line, maps) != NULL) {
        char *end;
        unsigned long from = strtoul(line, &end, 16);
        unsigned long to = *end == '-' ? strtoul(end + 1, &end, 16) : 0;

        if (found < 0)
            found = 0;
        if (strncmp(end, " r", 2) == 0)
            found += count_mapping(mem, from, to, longest, count);
    }
    if (maps != NULL)
        fclose(maps);
    if (mem >= 0)
        close(mem);
    return found;
}
