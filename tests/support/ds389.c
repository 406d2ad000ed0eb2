// SPDX-License-Identifier: MIT
#include "ds389.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "throwaway.h"

/* More connections than any test makes. */
#define CONNECTIONS_MAX 4096

bool ds389_is_installed(void)
{
    pid_t pid = fork();
    int status = -1;

    if (pid == 0) {
        (void)execl(DS389_SCRIPT, DS389_SCRIPT, "installed", (char *)NULL);
        _exit(127);
    }
    (void)waitpid(pid, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

void ds389_start(struct ds389 *server)
{
    throwaway_run((const char *[]){DS389_SCRIPT, "start", server->directory, NULL});
    throwaway_uri(server->directory, "ldap", server->ldap, sizeof server->ldap);
    throwaway_uri(server->directory, "ldaps", server->ldaps, sizeof server->ldaps);
    throwaway_line(server->directory, "ldapi.uri", server->ldapi, sizeof server->ldapi);
    server->pid = throwaway_pid(server->directory, "ds389.pid");
}

void ds389_create(struct ds389 *server, const char *suffix, const char *ldif, const char *config)
{
    char entries[80];
    char lines[80];

    memset(server, 0, sizeof *server);
    (void)snprintf(server->directory, sizeof server->directory, "/tmp/matkhau-ds389-XXXXXX");
    throwaway_make(DS389_SCRIPT, server->directory);
    (void)snprintf(server->ca_file, sizeof server->ca_file, "%s/ca.pem", server->directory);
    (void)snprintf(entries, sizeof entries, "%s/test.ldif", server->directory);
    throwaway_write(entries, ldif, throwaway_generalized_time);
    (void)snprintf(lines, sizeof lines, "%s/test.config", server->directory);
    throwaway_write(lines, config, throwaway_generalized_time);
    throwaway_run((const char *[]){DS389_SCRIPT, "create", server->directory, "--suffix", suffix,
                                   "--ldif", entries, "--config", lines, NULL});
    ds389_start(server);
}

void ds389_stop(struct ds389 *server)
{
    if (server->pid == 0)
        return;
    server->pid = 0;
    throwaway_run((const char *[]){DS389_SCRIPT, "stop", server->directory, NULL});
}

void ds389_remove(struct ds389 *server)
{
    server->pid = 0;
    throwaway_remove(server->directory);
}

void ds389_pause(const struct ds389 *server)
{
    throwaway_pause(server->pid);
}

void ds389_resume(const struct ds389 *server)
{
    throwaway_resume(server->pid);
}

static LDAP *open_as_root(const struct ds389 *server)
{
    return throwaway_open(server->ldapi, "cn=root", "root-password");
}

int ds389_count(const struct ds389 *server, const char *dn, const char *attribute)
{
    return throwaway_value(open_as_root(server), dn, attribute, NULL, 0);
}

void ds389_value(const struct ds389 *server, const char *dn, const char *attribute, char *value,
                 size_t size)
{
    (void)throwaway_value(open_as_root(server), dn, attribute, value, size);
}

void ds389_set(const struct ds389 *server, const char *dn, const char *attribute, const char *value)
{
    throwaway_replace(open_as_root(server), dn, attribute, value, NULL);
}

void ds389_set_time(const struct ds389 *server, const char *dn, const char *attribute,
                    int64_t from_now)
{
    time_t then = time(NULL) + (time_t)from_now;
    char stamp[32] = "";
    struct tm tm;

    if (gmtime_r(&then, &tm) == NULL || strftime(stamp, sizeof stamp, "%Y%m%d%H%M%SZ", &tm) == 0)
        throwaway_fail(attribute, "no time");
    ds389_set(server, dn, attribute, stamp);
}

bool ds389_binds(const struct ds389 *server, const char *dn, const char *password)
{
    return throwaway_binds(server->ldapi, dn, password);
}

static FILE *open_log(const struct ds389 *server)
{
    char path[128];
    FILE *file;

    (void)snprintf(path, sizeof path, "%s/access.log", server->directory);
    file = fopen(path, "re");
    if (file == NULL)
        throwaway_fail(path, strerror(errno));
    return file;
}

static long log_end(const struct ds389 *server)
{
    FILE *file = open_log(server);
    long end = fseek(file, 0, SEEK_END) == 0 ? ftell(file) : -1;

    (void)fclose(file);
    if (end < 0)
        throwaway_fail("access.log", strerror(errno));
    return end;
}

/* How many lines after `mark`, of connections over TCP, hold `text` and `more`. */
static int count_lines(const struct ds389 *server, long mark, const char *text, const char *more)
{
    static bool local[CONNECTIONS_MAX];
    FILE *file = open_log(server);
    char line[2048];
    long at = 0;
    int count = 0;

    memset(local, 0, sizeof local);
    for (; fgets(line, sizeof line, file) != NULL; at += (long)strlen(line)) {
        const char *number = strstr(line, "conn=");
        unsigned long connection = number == NULL ? 0 : strtoul(number + 5, NULL, 10);
        if (number == NULL || connection >= CONNECTIONS_MAX)
            continue;
        if (strstr(line, " connection from ") != NULL) /* the numbers begin anew with the server */
            local[connection] = strstr(line, " connection from local ") != NULL;
        count += at >= mark && !local[connection] && strstr(line, text) != NULL &&
                 strstr(line, more) != NULL;
    }
    (void)fclose(file);
    return count;
}

/* Operations as the access log writes them, and the tags of their answers (RFC 4511, 4.2 to 4.12).
 */
static const struct {
    const char *operation;
    const char *answer;
} kinds[] = {
    {" BIND ", "tag=97"},
    {" SRCH ", "tag=101"},
    {" MOD ", "tag=103"},
    {" EXT ", "tag=120"},
};

#define KINDS (sizeof kinds / sizeof *kinds)

/*
 * The server writes some lines after it has answered, and that of a refused MOD after its result:
 * waits, at most 2 s, until every operation has its result and nothing has come for a while.
 */
static void settle(const struct ds389 *server)
{
    const struct timespec moment = {.tv_nsec = 50000000};
    long end = -1;

    for (int i = 0; i < 40; i++) {
        long now = log_end(server);
        bool whole = now == end;
        for (size_t k = 0; whole && k < KINDS; k++)
            whole = count_lines(server, 0, kinds[k].operation, "") ==
                    count_lines(server, 0, " RESULT ", kinds[k].answer);
        if (whole)
            return;
        end = now;
        (void)nanosleep(&moment, NULL);
    }
    throwaway_fail("access.log", "does not settle");
}

long ds389_mark(const struct ds389 *server)
{
    settle(server);
    return log_end(server);
}

int ds389_operations(const struct ds389 *server, long mark, const char *kind, const char *text)
{
    char word[32];

    settle(server);
    (void)snprintf(word, sizeof word, " %s ", kind);
    return count_lines(server, mark, word, text);
}

static int refusals(const struct ds389 *server, long mark, size_t kind)
{
    return count_lines(server, mark, " RESULT ", kinds[kind].answer) -
           count_lines(server, mark, " RESULT err=0 ", kinds[kind].answer);
}

int ds389_failed_binds(const struct ds389 *server, long mark)
{
    settle(server);
    return refusals(server, mark, 0);
}

int ds389_refused(const struct ds389 *server, long mark)
{
    int count = 0;

    settle(server);
    for (size_t k = 1; k < KINDS; k++)
        count += refusals(server, mark, k);
    return count;
}
