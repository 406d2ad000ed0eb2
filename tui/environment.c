/* SPDX-License-Identifier: MIT */
#include "environment.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Copies `value` when it is short and made of letters that lead out of no folder. */
static void keep(char kept[ENVIRONMENT_VALUE_MAX + 1], const char *value, const char *also)
{
    static const char plain[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-.";
    size_t length;

    kept[0] = '\0';
    if (value == NULL || strstr(value, "..") != NULL)
        return;
    length = strlen(value);
    if (length == 0 || length > ENVIRONMENT_VALUE_MAX)
        return;
    for (size_t i = 0; i < length; i++)
        if (strchr(plain, value[i]) == NULL && strchr(also, value[i]) == NULL)
            return;
    memcpy(kept, value, length + 1);
}

void environment_scrub(struct environment *kept)
{
    static const char *const locales[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    char zone[ENVIRONMENT_VALUE_MAX + 1];

    keep(kept->term, getenv("TERM"), "");
    kept->locale[0] = '\0';
    for (size_t i = 0; i < 3 && kept->locale[0] == '\0'; i++)
        keep(kept->locale, getenv(locales[i]), "@");
    /* A zone's name or POSIX form; a leading ':' or '/' would name a file. */
    keep(zone, getenv("TZ"), "/:,<>");
    if (zone[0] == ':' || zone[0] == '/')
        zone[0] = '\0';

    clearenv();
    setenv("PATH", "/usr/bin:/bin", 1);
    setenv("HOME", "/nonexistent", 1);
    if (zone[0] != '\0')
        setenv("TZ", zone, 1);
    umask(077);
    if (chdir("/") != 0)
        abort();
}
