// SPDX-License-Identifier: MIT
#include "throwaway.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define SERVERS_MAX 16

/* Servers that are still there, for a program that ends without removing them. */
static struct {
    const char *script;
    char directory[64];
} made[SERVERS_MAX];

char *throwaway_mutable(const char *text)
{
    const union {
        const char *in;
        char *out;
    } both = {text};

    return both.out;
}

_Noreturn void throwaway_fail(const char *what, const char *detail)
{
    static bool failing;

    (void)fprintf(stderr, "throw-away server: %s: %s\n", what, detail);
    if (failing) /* while removing what is left */
        _exit(99);
    failing = true;
    exit(99);
}

/* Runs a program and waits; its standard output goes to standard error, out of the TAP. */
void throwaway_run(const char *const *arguments)
{
    posix_spawn_file_actions_t actions;
    char *list[THROWAWAY_ARGUMENTS_MAX + 1];
    size_t n = 0;
    pid_t pid;
    int status;
    int rc;

    (void)posix_spawn_file_actions_init(&actions);
    (void)posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
    while (n < THROWAWAY_ARGUMENTS_MAX && arguments[n] != NULL) {
        list[n] = throwaway_mutable(arguments[n]);
        n++;
    }
    list[n] = NULL;
    rc = posix_spawnp(&pid, arguments[0], &actions, NULL, list, environ);
    (void)posix_spawn_file_actions_destroy(&actions);
    if (rc != 0)
        throwaway_fail(arguments[0], strerror(rc));
    if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
        throwaway_fail(arguments[0], "failed");
}

void throwaway_remove(const char *directory)
{
    for (size_t i = 0; i < SERVERS_MAX; i++) {
        if (made[i].script == NULL || strcmp(made[i].directory, directory) != 0)
            continue;
        throwaway_run((const char *[]){made[i].script, "stop", directory, NULL});
        throwaway_run((const char *[]){"rm", "-rf", directory, NULL});
        made[i].script = NULL;
    }
}

/* A failed assertion leaves the test that made a server without going through its end. */
static void remove_all(void)
{
    for (size_t i = 0; i < SERVERS_MAX; i++)
        if (made[i].script != NULL)
            throwaway_remove(made[i].directory);
}

void throwaway_make(const char *script, char *directory)
{
    static bool registered;
    size_t i = 0;

    if (mkdtemp(directory) == NULL)
        throwaway_fail(directory, strerror(errno));
    if (!registered)
        registered = atexit(remove_all) == 0;
    while (i < SERVERS_MAX - 1 && made[i].script != NULL)
        i++;
    made[i].script = script;
    (void)snprintf(made[i].directory, sizeof made[i].directory, "%s", directory);
}

/* How many seconds a letter of @-100d@ stands for; 0 for any other letter. */
static long unit_seconds(char unit)
{
    switch (unit) {
    case 'd':
        return 86400;
    case 'h':
        return 3600;
    case 'm':
        return 60;
    default:
        return unit == 's';
    }
}

const char *throwaway_time(const char *text, time_t *then)
{
    char *end;
    long n = strtol(text, &end, 10);

    if (end == text || unit_seconds(*end) == 0 || end[1] != '@')
        return NULL;
    *then = time(NULL) + n * unit_seconds(*end);
    return end + 2;
}

const char *throwaway_generalized_time(FILE *file, const char *text)
{
    time_t then;
    struct tm tm;
    char stamp[32];
    const char *end = throwaway_time(text, &then);

    if (end == NULL || gmtime_r(&then, &tm) == NULL ||
        strftime(stamp, sizeof stamp, "%Y%m%d%H%M%SZ", &tm) == 0)
        return NULL;
    (void)fputs(stamp, file);
    return end;
}

void throwaway_write(const char *path, const char *text,
                     const char *(*write_value)(FILE *file, const char *text))
{
    FILE *file = fopen(path, "we");

    if (file == NULL)
        throwaway_fail(path, strerror(errno));
    while (*text != '\0') {
        const char *after = *text == '@' ? write_value(file, text + 1) : NULL;
        if (after != NULL)
            text = after;
        else
            (void)fputc(*text++, file);
    }
    if (fclose(file) != 0)
        throwaway_fail(path, strerror(errno));
}

void throwaway_line(const char *directory, const char *name, char *line, size_t size)
{
    char path[128];
    FILE *file;

    (void)snprintf(path, sizeof path, "%s/%s", directory, name);
    file = fopen(path, "re");
    if (file == NULL || fgets(line, (int)size, file) == NULL)
        throwaway_fail(path, "cannot be read");
    (void)fclose(file);
    line[strcspn(line, "\n")] = '\0';
}

void throwaway_uri(const char *directory, const char *scheme, char *uri, size_t size)
{
    char name[32];
    char port[32];

    (void)snprintf(name, sizeof name, "%s.port", scheme);
    throwaway_line(directory, name, port, sizeof port);
    (void)snprintf(uri, size, "%s://127.0.0.1:%s", scheme, port);
}

pid_t throwaway_pid(const char *directory, const char *name)
{
    char line[32];

    throwaway_line(directory, name, line, sizeof line);
    return (pid_t)strtol(line, NULL, 10);
}

/* The state of a task as /proc tells it; '\0' when there is none. */
static char task_state(const char *file)
{
    char stat[512] = "";
    const char *state;
    FILE *f = fopen(file, "re");

    if (f == NULL)
        return '\0';
    state = fgets(stat, sizeof stat, f) == NULL ? NULL : strrchr(stat, ')');
    (void)fclose(f);
    if (state == NULL || state[1] != ' ')
        return '\0';
    return state[2];
}

/* Whether every thread of the server stands still. */
static bool is_stopped(pid_t pid)
{
    char path[64];
    DIR *tasks;
    bool stopped = true;

    (void)snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
    tasks = opendir(path);
    if (tasks == NULL)
        throwaway_fail(path, strerror(errno));
    for (struct dirent *task; stopped && (task = readdir(tasks)) != NULL;) {
        char file[sizeof path + sizeof task->d_name + 8];
        char state;

        if (task->d_name[0] == '.')
            continue;
        (void)snprintf(file, sizeof file, "%s/%s/stat", path, task->d_name);
        state = task_state(file);
        stopped = state == '\0' || state == 'T'; /* or a thread that has ended */
    }
    (void)closedir(tasks);
    return stopped;
}

/* How many threads of a process are left, the first one included even when it is a zombie. */
static int threads(pid_t pid)
{
    char path[64];
    DIR *tasks;
    int count = 0;

    (void)snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
    tasks = opendir(path);
    if (tasks == NULL)
        return 0;
    for (const struct dirent *task; (task = readdir(tasks)) != NULL;)
        count += task->d_name[0] != '.';
    (void)closedir(tasks);
    return count;
}

void throwaway_kill(pid_t pid)
{
    const struct timespec moment = {.tv_nsec = 1000000};
    char file[64];
    char state = 'R';

    (void)snprintf(file, sizeof file, "/proc/%d/stat", (int)pid);
    if (kill(pid, SIGKILL) != 0)
        throwaway_fail("SIGKILL", strerror(errno));
    /* It is nobody's child here, so its end can only be looked for; its last thread closes all. */
    for (int i = 0; i < 2000 && state != '\0' && (state != 'Z' || threads(pid) > 1); i++) {
        (void)nanosleep(&moment, NULL);
        state = task_state(file);
    }
}

void throwaway_pause(pid_t pid)
{
    const struct timespec moment = {.tv_nsec = 1000000};

    if (kill(pid, SIGSTOP) != 0)
        throwaway_fail("SIGSTOP", strerror(errno));
    /* The signal is on its way, and threads may answer until it is there. */
    for (int i = 0; i < 2000 && !is_stopped(pid); i++)
        (void)nanosleep(&moment, NULL);
    if (!is_stopped(pid))
        throwaway_fail("SIGSTOP", "the server goes on");
}

void throwaway_resume(pid_t pid)
{
    if (kill(pid, SIGCONT) != 0)
        throwaway_fail("SIGCONT", strerror(errno));
}

LDAP *throwaway_handle(const char *uri)
{
    const int version = LDAP_VERSION3;
    LDAP *ld = NULL;

    if (ldap_initialize(&ld, uri) != LDAP_SUCCESS ||
        ldap_set_option(ld, LDAP_OPT_PROTOCOL_VERSION, &version) != 0)
        throwaway_fail(uri, "no handle");
    return ld;
}

int throwaway_bind(LDAP *ld, const char *dn, const char *password)
{
    struct berval secret = {strlen(password), throwaway_mutable(password)};

    return ldap_sasl_bind_s(ld, dn, LDAP_SASL_SIMPLE, &secret, NULL, NULL, NULL);
}

bool throwaway_binds(const char *uri, const char *dn, const char *password)
{
    LDAP *ld = throwaway_handle(uri);
    int rc = throwaway_bind(ld, dn, password);

    (void)ldap_unbind_ext(ld, NULL, NULL);
    return rc == LDAP_SUCCESS;
}

LDAP *throwaway_open(const char *uri, const char *dn, const char *password)
{
    LDAP *ld = throwaway_handle(uri);
    int rc = throwaway_bind(ld, dn, password);

    if (rc != LDAP_SUCCESS)
        throwaway_fail(dn, ldap_err2string(rc));
    return ld;
}

int throwaway_value(LDAP *ld, const char *dn, const char *attribute, char *value, size_t size)
{
    char *attributes[] = {throwaway_mutable(attribute), NULL};
    LDAPMessage *answer = NULL;
    LDAPMessage *entry;
    struct berval **values;
    int rc = ldap_search_ext_s(ld, dn, LDAP_SCOPE_BASE, NULL, attributes, 0, NULL, NULL, NULL, 0,
                               &answer);
    int count;

    if (rc != LDAP_SUCCESS)
        throwaway_fail(dn, ldap_err2string(rc));
    entry = ldap_first_entry(ld, answer);
    values = entry == NULL ? NULL : ldap_get_values_len(ld, entry, attribute);
    count = ldap_count_values_len(values);
    if (size > 0)
        (void)snprintf(value, size, "%s", values != NULL && count > 0 ? values[0]->bv_val : "");
    ldap_value_free_len(values);
    ldap_msgfree(answer);
    (void)ldap_unbind_ext(ld, NULL, NULL);
    return count;
}

void throwaway_replace(LDAP *ld, const char *dn, const char *attribute, const char *value,
                       LDAPControl **controls)
{
    char *values[] = {throwaway_mutable(value), NULL};
    LDAPMod mod = {.mod_op = LDAP_MOD_REPLACE, .mod_type = throwaway_mutable(attribute)};
    LDAPMod *mods[] = {&mod, NULL};
    int rc;

    mod.mod_values = value == NULL ? NULL : values;
    rc = ldap_modify_ext_s(ld, dn, mods, controls, NULL);
    if (rc != LDAP_SUCCESS)
        throwaway_fail(attribute, ldap_err2string(rc));
    (void)ldap_unbind_ext(ld, NULL, NULL);
}
