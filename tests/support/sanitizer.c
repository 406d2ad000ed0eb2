/* SPDX-License-Identifier: MIT */

/*
 * Goes into every executable of a build with sanitizers, so that what they find is written to files
 * named REPORTS "...": a screen program has no stderr to spare, a worker has none at all, and both
 * scrub the environment that would name a log file.
 */

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

const char *__asan_default_options(void);
const char *__ubsan_default_options(void);
void __ubsan_on_report(void);
void __ubsan_get_current_report_data(const char **kind, const char **message, const char **file,
                                     unsigned *line, unsigned *column, char **address)
    __attribute__((weak));

const char *__asan_default_options(void)
{
    return "detect_leaks=1:detect_stack_use_after_return=1:log_path=" REPORTS "address";
}

/* GCC 12: libubsan's start sets libasan's path again, from its own options, and has none itself. */
const char *__ubsan_default_options(void)
{
    return "log_path=" REPORTS "address";
}

void __ubsan_on_report(void)
{
    const char *kind, *message, *file;
    unsigned line, column;
    char *address;
    int fd;

    fd = open(REPORTS "undefined", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0)
        return;
    __ubsan_get_current_report_data(&kind, &message, &file, &line, &column, &address);
    dprintf(fd, "%s:%u:%u: %s: %s\n", file, line, column, kind, message);
    close(fd);
}
