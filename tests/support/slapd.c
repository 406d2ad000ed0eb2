// SPDX-License-Identifier: MIT
#include "slapd.h"

#include <dirent.h>
#include <errno.h>
#include <ldap.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ARGUMENTS_MAX 31
#define SERVERS_MAX 8

/* Directories of servers that are still there, for a program that ends without removing them. */
static char made[SERVERS_MAX][64];

/* For prototypes older than const. */
static char *without_const(const char *text)
{
    const union {
        const char *in;
        char *out;
    } both = {text};

    return both.out;
}

static _Noreturn void fail(const char *what, const char *detail)
{
    static bool failing;

    (void)fprintf(stderr, "slapd: %s: %s\n", what, detail);
    if (failing) /* while removing what is left */
        _exit(99);
    failing = true;
    exit(99);
}

/* Runs a program and waits; its standard output goes to standard error, out of the TAP. */
static void run(const char *const *arguments)
{
    posix_spawn_file_actions_t actions;
    char *list[ARGUMENTS_MAX + 1];
    size_t n = 0;
    pid_t pid;
    int status;
    int rc;

    (void)posix_spawn_file_actions_init(&actions);
    (void)posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
    while (n < ARGUMENTS_MAX && arguments[n] != NULL) {
        list[n] = without_const(arguments[n]);
        n++;
    }
    list[n] = NULL;
    rc = posix_spawnp(&pid, arguments[0], &actions, NULL, list, environ);
    (void)posix_spawn_file_actions_destroy(&actions);
    if (rc != 0)
        fail(arguments[0], strerror(rc));
    if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
        fail(arguments[0], "failed");
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

/* The text after "@" up to the next "@" as a time; where it ends, or NULL when it is none. */
static const char *write_time(FILE *file, const char *text)
{
    char *end;
    long n = strtol(text, &end, 10);
    time_t then;
    struct tm tm;
    char stamp[32];

    if (end == text || unit_seconds(*end) == 0 || end[1] != '@')
        return NULL;
    then = time(NULL) + n * unit_seconds(*end);
    if (gmtime_r(&then, &tm) == NULL || strftime(stamp, sizeof stamp, "%Y%m%d%H%M%SZ", &tm) == 0)
        return NULL;
    (void)fputs(stamp, file);
    return end + 2;
}

static void write_ldif(const char *path, const char *ldif)
{
    FILE *file = fopen(path, "we");

    if (file == NULL)
        fail(path, strerror(errno));
    while (*ldif != '\0') {
        const char *after = *ldif == '@' ? write_time(file, ldif + 1) : NULL;
        if (after != NULL)
            ldif = after;
        else
            (void)fputc(*ldif++, file);
    }
    if (fclose(file) != 0)
        fail(path, strerror(errno));
}

static void read_line(const struct slapd *slapd, const char *name, char *line, size_t size)
{
    char path[128];
    FILE *file;

    (void)snprintf(path, sizeof path, "%s/%s", slapd->directory, name);
    file = fopen(path, "re");
    if (file == NULL || fgets(line, (int)size, file) == NULL)
        fail(path, "cannot be read");
    (void)fclose(file);
    line[strcspn(line, "\n")] = '\0';
}

static void start(struct slapd *slapd, const char *how)
{
    char line[32];

    run((const char *[]){SLAPD_SCRIPT, "start", slapd->directory, how, NULL});
    read_line(slapd, "ldap.port", line, sizeof line);
    (void)snprintf(slapd->ldap, sizeof slapd->ldap, "ldap://127.0.0.1:%s", line);
    read_line(slapd, "ldaps.port", line, sizeof line);
    (void)snprintf(slapd->ldaps, sizeof slapd->ldaps, "ldaps://127.0.0.1:%s", line);
    read_line(slapd, "ldapi.uri", slapd->ldapi, sizeof slapd->ldapi);
    read_line(slapd, "slapd.pid", line, sizeof line);
    slapd->pid = (pid_t)strtol(line, NULL, 10);
}

void slapd_start(struct slapd *slapd)
{
    start(slapd, NULL);
}

void slapd_start_again(struct slapd *slapd)
{
    start(slapd, "again");
}

static void remove_directory(const char *directory)
{
    run((const char *[]){SLAPD_SCRIPT, "stop", directory, NULL});
    run((const char *[]){"rm", "-rf", directory, NULL});
}

/* A failed assertion leaves the test that made a server without going through its end. */
static void remove_all(void)
{
    for (size_t i = 0; i < SERVERS_MAX; i++)
        if (made[i][0] != '\0')
            remove_directory(made[i]);
}

static void remember(const char *directory)
{
    static bool registered;
    size_t i = 0;

    if (!registered)
        registered = atexit(remove_all) == 0;
    while (i < SERVERS_MAX - 1 && made[i][0] != '\0')
        i++;
    (void)snprintf(made[i], sizeof made[i], "%s", directory);
}

void slapd_create(struct slapd *slapd, const char *suffix, const char *ldif,
                  const char *const *options)
{
    const char *arguments[ARGUMENTS_MAX + 1] = {SLAPD_SCRIPT, "create", slapd->directory,
                                                "--suffix",   suffix,   "--ldif"};
    char path[80];
    size_t n = 6;

    memset(slapd, 0, sizeof *slapd);
    (void)snprintf(slapd->directory, sizeof slapd->directory, "/tmp/matkhau-slapd-XXXXXX");
    (void)snprintf(slapd->suffix, sizeof slapd->suffix, "%s", suffix);
    if (mkdtemp(slapd->directory) == NULL)
        fail(slapd->directory, strerror(errno));
    remember(slapd->directory);
    (void)snprintf(slapd->ca_file, sizeof slapd->ca_file, "%s/ca.pem", slapd->directory);
    (void)snprintf(path, sizeof path, "%s/test.ldif", slapd->directory);
    write_ldif(path, ldif);
    arguments[n++] = path;
    while (options != NULL && *options != NULL && n < ARGUMENTS_MAX)
        arguments[n++] = *options++;
    run(arguments);
    slapd_start(slapd);
}

void slapd_stop(struct slapd *slapd)
{
    if (slapd->pid == 0)
        return;
    slapd->pid = 0;
    run((const char *[]){SLAPD_SCRIPT, "stop", slapd->directory, NULL});
}

void slapd_remove(struct slapd *slapd)
{
    slapd->pid = 0;
    remove_directory(slapd->directory);
    for (size_t i = 0; i < SERVERS_MAX; i++)
        if (strcmp(made[i], slapd->directory) == 0)
            made[i][0] = '\0';
}

void slapd_certificate(struct slapd *slapd, const char *kind)
{
    slapd_stop(slapd);
    run((const char *[]){SLAPD_SCRIPT, "cert", slapd->directory, "--ca", kind, NULL});
    slapd_start(slapd);
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
    return state != NULL && state[1] == ' ' ? state[2] : '\0';
}

/* Whether every thread of the server stands still. */
static bool is_stopped(const struct slapd *slapd)
{
    char path[64];
    DIR *tasks;
    bool stopped = true;

    (void)snprintf(path, sizeof path, "/proc/%d/task", (int)slapd->pid);
    tasks = opendir(path);
    if (tasks == NULL)
        fail(path, strerror(errno));
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

void slapd_kill(struct slapd *slapd)
{
    const struct timespec moment = {.tv_nsec = 1000000};
    char file[64];
    char state = 'R';

    (void)snprintf(file, sizeof file, "/proc/%d/stat", (int)slapd->pid);
    if (kill(slapd->pid, SIGKILL) != 0)
        fail("SIGKILL", strerror(errno));
    /* It is nobody's child here, so its end can only be looked for. */
    for (int i = 0; i < 2000 && state != '\0' && state != 'Z'; i++) {
        (void)nanosleep(&moment, NULL);
        state = task_state(file);
    }
    slapd->pid = 0;
}

void slapd_pause(const struct slapd *slapd)
{
    const struct timespec moment = {.tv_nsec = 1000000};

    if (kill(slapd->pid, SIGSTOP) != 0)
        fail("SIGSTOP", strerror(errno));
    /* The signal is on its way, and threads may answer until it is there. */
    for (int i = 0; i < 2000 && !is_stopped(slapd); i++)
        (void)nanosleep(&moment, NULL);
    if (!is_stopped(slapd))
        fail("SIGSTOP", "the server goes on");
}

void slapd_resume(const struct slapd *slapd)
{
    if (kill(slapd->pid, SIGCONT) != 0)
        fail("SIGCONT", strerror(errno));
}

static int simple_bind(LDAP *ld, const char *dn, const char *password)
{
    struct berval secret = {strlen(password), without_const(password)};

    return ldap_sasl_bind_s(ld, dn, LDAP_SASL_SIMPLE, &secret, NULL, NULL, NULL);
}

static LDAP *open_handle(const struct slapd *slapd)
{
    const int version = LDAP_VERSION3;
    LDAP *ld = NULL;

    if (ldap_initialize(&ld, slapd->ldapi) != LDAP_SUCCESS ||
        ldap_set_option(ld, LDAP_OPT_PROTOCOL_VERSION, &version) != 0)
        fail(slapd->ldapi, "no handle");
    return ld;
}

static LDAP *open_as_root(const struct slapd *slapd)
{
    LDAP *ld = open_handle(slapd);
    char dn[80];
    int rc;

    (void)snprintf(dn, sizeof dn, "cn=root,%s", slapd->suffix);
    rc = simple_bind(ld, dn, "root");
    if (rc != LDAP_SUCCESS)
        fail("root", ldap_err2string(rc));
    return ld;
}

bool slapd_binds(const struct slapd *slapd, const char *dn, const char *password)
{
    LDAP *ld = open_handle(slapd);
    int rc = simple_bind(ld, dn, password);

    (void)ldap_unbind_ext(ld, NULL, NULL);
    return rc == LDAP_SUCCESS;
}

static int read_attribute(const struct slapd *slapd, const char *dn, const char *attribute,
                          char *value, size_t size)
{
    LDAP *ld = open_as_root(slapd);
    char *attributes[] = {without_const(attribute), NULL};
    LDAPMessage *answer = NULL;
    LDAPMessage *entry;
    struct berval **values;
    int rc = ldap_search_ext_s(ld, dn, LDAP_SCOPE_BASE, NULL, attributes, 0, NULL, NULL, NULL, 0,
                               &answer);
    int count;

    if (rc != LDAP_SUCCESS)
        fail(dn, ldap_err2string(rc));
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

int slapd_count(const struct slapd *slapd, const char *dn, const char *attribute)
{
    return read_attribute(slapd, dn, attribute, NULL, 0);
}

void slapd_value(const struct slapd *slapd, const char *dn, const char *attribute, char *value,
                 size_t size)
{
    (void)read_attribute(slapd, dn, attribute, value, size);
}

void slapd_set(const struct slapd *slapd, const char *dn, const char *attribute, const char *value)
{
    LDAP *ld = open_as_root(slapd);
    char oid[] = LDAP_CONTROL_RELAX;
    LDAPControl relax = {.ldctl_oid = oid, .ldctl_iscritical = 1};
    LDAPControl *controls[] = {&relax, NULL};
    char *values[] = {without_const(value), NULL};
    LDAPMod mod = {.mod_op = LDAP_MOD_REPLACE, .mod_type = without_const(attribute)};
    LDAPMod *mods[] = {&mod, NULL};
    int rc;

    mod.mod_values = value == NULL ? NULL : values;
    rc = ldap_modify_ext_s(ld, dn, mods, controls, NULL);
    if (rc != LDAP_SUCCESS)
        fail(attribute, ldap_err2string(rc));
    (void)ldap_unbind_ext(ld, NULL, NULL);
}

int slapd_operations(const struct slapd *slapd, const char *kind)
{
    char dn[80];
    char value[32];

    (void)snprintf(dn, sizeof dn, "cn=%s,cn=Operations,cn=Monitor", kind);
    /* An operation is completed a moment after its answer, but has begun before. */
    slapd_value(slapd, dn, "monitorOpInitiated", value, sizeof value);
    return (int)strtol(value, NULL, 10);
}

void slapd_become(struct slapd *slapd, enum slapd_role role, const struct slapd *peer,
                  unsigned port)
{
    static const char *const names[] = {"provider", "consumer", "chaining", "partner", "partner"};
    const char *arguments[] = {SLAPD_SCRIPT, "role", slapd->directory, names[role], NULL, NULL,
                               NULL,         NULL};
    char number[12];
    size_t n = 4;

    slapd_stop(slapd);
    if (role >= SLAPD_FIRST)
        arguments[n++] = role == SLAPD_FIRST ? "1" : "2";
    if (peer != NULL)
        arguments[n++] = peer->directory;
    if (port != 0) {
        (void)snprintf(number, sizeof number, "%u", port);
        arguments[n++] = number;
    }
    run(arguments);
    slapd_start_again(slapd);
}

/* The contextCSN of the suffix, all its values in a row; "" as long as there is none. */
static void read_csn(const struct slapd *slapd, char *csn, size_t size)
{
    char attribute[] = "contextCSN";
    char *attributes[] = {attribute, NULL};
    LDAP *ld = open_as_root(slapd);
    LDAPMessage *answer = NULL;
    LDAPMessage *entry = NULL;
    struct berval **values = NULL;

    csn[0] = '\0';
    if (ldap_search_ext_s(ld, slapd->suffix, LDAP_SCOPE_BASE, NULL, attributes, 0, NULL, NULL, NULL,
                          0, &answer) == LDAP_SUCCESS)
        entry = ldap_first_entry(ld, answer);
    if (entry != NULL)
        values = ldap_get_values_len(ld, entry, attribute);
    for (int i = 0; i < ldap_count_values_len(values); i++)
        (void)snprintf(csn + strlen(csn), size - strlen(csn), "%s ", values[i]->bv_val);
    ldap_value_free_len(values);
    ldap_msgfree(answer);
    (void)ldap_unbind_ext(ld, NULL, NULL);
}

void slapd_wait_replica(const struct slapd *slapd, const struct slapd *replica)
{
    const struct timespec moment = {.tv_nsec = 5000000};
    char wanted[512];
    char there[512] = "";

    read_csn(slapd, wanted, sizeof wanted);
    for (int i = 0; i < 2000; i++) {
        read_csn(replica, there, sizeof there);
        if (*wanted != '\0' && strcmp(wanted, there) == 0)
            return;
        (void)nanosleep(&moment, NULL);
    }
    fail("a replica stays behind", there);
}
