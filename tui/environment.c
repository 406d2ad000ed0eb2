/* SPDX-License-Identifier: MIT */
#include "environment.h"

#include <arpa/inet.h>
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

/* The first of four words is an IPv4 or IPv6 address; it is kept as inet_ntop(3) writes it. */
static void keep_address(char kept[ENVIRONMENT_VALUE_MAX + 1], const char *connection)
{
    static const int families[] = {AF_INET, AF_INET6};
    unsigned char address[sizeof(struct in6_addr)];
    char word[INET6_ADDRSTRLEN];
    size_t length = connection == NULL ? 0 : strcspn(connection, " ");

    kept[0] = '\0';
    if (length == 0 || length >= sizeof word || connection[length] != ' ')
        return;
    memcpy(word, connection, length);
    word[length] = '\0';
    for (size_t i = 0; i < 2; i++)
        if (inet_pton(families[i], word, address) == 1)
            (void)inet_ntop(families[i], address, kept, INET6_ADDRSTRLEN);
}

void environment_scrub(struct environment *kept)
{
    static const char *const locales[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    char zone[ENVIRONMENT_VALUE_MAX + 1];

    keep(kept->term, getenv("TERM"), "");
    kept->locale[0] = '\0';
    for (size_t i = 0; i < 3 && kept->locale[0] == '\0'; i++)
        keep(kept->locale, getenv(locales[i]), "@");
    keep_address(kept->ssh, getenv("SSH_CONNECTION"));
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
