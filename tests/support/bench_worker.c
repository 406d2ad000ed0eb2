/* SPDX-License-Identifier: MIT */

/*
 * Times one of the worker programs, or any other command, from its start to its last answer.
 *
 *   bench_worker command PROGRAM [ARGUMENT...]
 *   bench_worker directory WORKER URI CA_FILE PERSON_DN LOGIN PASSWORD BASE DEFAULT_POLICY
 * SYSTEM... bench_worker find WORKER URI CA_FILE PERSON_DN LOGIN PASSWORD BASE RUNS TYPED...
 *   bench_worker quality WORKER CHECKS PASSWORD [LEAKS]
 *
 * PERSON_DN is a template, "%u" the login. Prints "MICROSECONDS PEAK": for a command until its end,
 * for the directory worker until the last account has arrived, for the quality worker the median of
 * one check; and the most memory it has used, in kilobytes. "find" types each text key by key and
 * asks after each of them: for each text "MICROSECONDS WORST KEYS SHOWN MORE PEAK TYPED", the
 * median when all is typed, and the longest after any key, which had so many bytes typed. Status 1
 * when an answer is wrong.
 */

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "matkhau/channel.h"

#define CHECKS_MAX 10000

struct worker {
    pid_t pid;
    int fd;
    const struct mk_shape *replies;
};

static union mk_request request;
static union mk_reply reply;
static union mk_quality_request quality_request;
static union mk_quality_reply quality_reply;

static int64_t now_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void fail(const char *what)
{
    fprintf(stderr, "bench_worker: %s\n", what);
    exit(1);
}

static void copy(char *to, size_t size, const char *text)
{
    if ((size_t)snprintf(to, size, "%s", text) >= size)
        fail("an argument is too long");
}

/* As the terminal program starts it: the channel, no terminal, an environment of its own making. */
static struct worker start(char *program, const struct mk_shape *replies)
{
    char *argv[] = {program, NULL};
    static char path[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";
    static char no_init[] = "LDAPNOINIT=1", no_sasl[] = "SASL_PATH=/nonexistent";
    char *env[] = {path, no_init, no_sasl, NULL};
    struct worker worker = {.replies = replies};
    posix_spawn_file_actions_t actions;
    int pair[2];

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
        fail("no socket pair");
    /* dup2() of a descriptor onto itself would keep its close-on-exec flag. */
    if (pair[1] == MK_CHANNEL_FD) {
        pair[1] = fcntl(pair[1], F_DUPFD_CLOEXEC, MK_CHANNEL_FD + 1);
        close(MK_CHANNEL_FD);
    }
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, pair[1], MK_CHANNEL_FD);
    if (posix_spawn(&worker.pid, program, &actions, NULL, argv, env) != 0)
        fail("cannot start the worker");
    posix_spawn_file_actions_destroy(&actions);
    close(pair[1]);
    worker.fd = pair[0];
    return worker;
}

static void ask(const struct worker *worker, const void *packet, size_t size)
{
    if (mk_send(worker->fd, packet, size) != 0)
        fail("the worker takes no request");
}

static void answer(const struct worker *worker, void *packet, size_t size)
{
    if (mk_receive(worker->fd, packet, size, 0, worker->replies) != MK_RECEIVED)
        fail("no valid answer from the worker");
}

/* Waits for the end of the request `id`; how many accounts came before it. */
static int accounts_until_end(const struct worker *worker, uint32_t id)
{
    int accounts = 0;

    for (;;) {
        answer(worker, &reply, sizeof reply);
        accounts += reply.header.type == MK_REPLY_ACCOUNT;
        if (reply.header.type != MK_REPLY_END || reply.header.id != id)
            continue;
        if (reply.end.result != MK_OK)
            fail("the worker reports a failure");
        return accounts;
    }
}

static long peak_of(pid_t pid)
{
    char path[64], line[256];
    long peak = 0;
    FILE *f;

    snprintf(path, sizeof path, "/proc/%ld/status", (long)pid);
    f = fopen(path, "re");
    if (f == NULL)
        return 0;
    while (fgets(line, sizeof line, f) != NULL)
        if (strncmp(line, "VmHWM:", 6) == 0)
            peak = strtol(line + 6, NULL, 10);
    fclose(f);
    return peak;
}

static void finish(const struct worker *worker, int64_t us)
{
    printf("%lld %ld\n", (long long)us, peak_of(worker->pid));
    close(worker->fd);
    waitpid(worker->pid, NULL, 0);
}

static int time_command(char **argv)
{
    struct rusage usage;
    int64_t begin = now_us();
    int status;
    pid_t pid;

    if (posix_spawnp(&pid, argv[0], NULL, NULL, argv, environ) != 0)
        fail("cannot start the command");
    if (wait4(pid, &status, 0, &usage) != pid || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
        fail("the command failed");
    printf("%lld %ld\n", (long long)(now_us() - begin), usage.ru_maxrss);
    return 0;
}

static void describe(const struct worker *worker, char **argv)
{
    struct mk_request_directory *d = &request.directory;

    d->header.type = MK_REQUEST_DIRECTORY;
    d->uris = d->log_in_uris = 1;
    d->writable = 1;
    copy(d->uri[0], sizeof d->uri[0], argv[1]);
    d->tls = MK_TLS_STARTTLS;
    copy(d->ca_file, sizeof d->ca_file, argv[2]);
    copy(d->base, sizeof d->base, argv[6]);
    copy(d->person_dn, sizeof d->person_dn, argv[3]);
    copy(d->default_policy, sizeof d->default_policy, argv[7]);
    copy(d->name_attribute, sizeof d->name_attribute, "cn");
    copy(d->unit_attribute, sizeof d->unit_attribute, "ou");
    copy(d->login_attribute, sizeof d->login_attribute, "uid");
    copy(d->staff_attribute, sizeof d->staff_attribute, "employeeNumber");
    copy(d->phone_attribute[0], sizeof d->phone_attribute[0], "telephoneNumber");
    copy(d->phone_attribute[1], sizeof d->phone_attribute[1], "mobile");
    d->max_age_unit = MK_AGE_MONTHS;
    d->max_age = 3;
    d->warn_seconds = 14 * 86400;
    d->server_ms = 4000;
    d->operation_ms = 8000;
    d->total_ms = 10000;
    ask(worker, d, sizeof *d);
    for (int i = 8; argv[i] != NULL; i++) {
        struct mk_request_system *s = &request.system;

        memset(&request, 0, sizeof request);
        s->header.type = MK_REQUEST_SYSTEM;
        s->system = i - 8;
        if (snprintf(s->account_filter, sizeof s->account_filter,
                     "(&(objectClass=account)(seeAlso=%%d)(host=%s))",
                     argv[i]) > (int)sizeof s->account_filter - 1)
            fail("an argument is too long");
        ask(worker, s, sizeof *s);
    }
    /* Everybody below the base is looked after by the members of one group. */
    memset(&request, 0, sizeof request);
    request.group.header.type = MK_REQUEST_GROUP;
    copy(request.group.dn, sizeof request.group.dn, argv[6]);
    copy(request.group.base, sizeof request.group.base, argv[6]);
    ask(worker, &request.group, sizeof request.group);
    memset(&request, 0, sizeof request);
}

/* From the start to the answer to the bind. */
static struct worker log_in(char **argv)
{
    struct worker worker = start(argv[0], mk_reply_shapes);

    describe(&worker, argv);
    request.connect = (struct mk_request_connect){{MK_REQUEST_CONNECT, 1}};
    ask(&worker, &request.connect, sizeof request.connect);
    accounts_until_end(&worker, 1);
    memset(&request, 0, sizeof request);
    request.bind.header = (struct mk_header){MK_REQUEST_BIND, 2};
    request.bind.system = MK_PERSON;
    copy(request.bind.login, sizeof request.bind.login, argv[4]);
    copy(request.bind.password.text, sizeof request.bind.password.text, argv[5]);
    request.bind.password.length = (uint32_t)strlen(argv[5]);
    ask(&worker, &request.bind, sizeof request.bind);
    accounts_until_end(&worker, 2);
    return worker;
}

static int time_directory(char **argv)
{
    int64_t begin = now_us();
    struct worker worker = log_in(argv);
    int systems = 0;

    while (argv[8 + systems] != NULL)
        systems++;
    request.read = (struct mk_request_read){{MK_REQUEST_READ, 3}, MK_EVERY_SYSTEM};
    ask(&worker, &request.read, sizeof request.read);
    if (accounts_until_end(&worker, 3) != systems + 1)
        fail("not every account arrived");
    finish(&worker, now_us() - begin);
    return 0;
}

static struct mk_reply_count found;

/* One search below BASE; how long it took. */
static int64_t find_us(const struct worker *worker, const char *typed, size_t length)
{
    struct mk_request_find *find = &request.find;
    struct timespec typing = {.tv_nsec = 20000000};
    int64_t begin;

    memset(&request, 0, sizeof request);
    find->header = (struct mk_header){MK_REQUEST_FIND, 3};
    find->groups = 1;
    find->most = MK_FOUND_MAX;
    if (length >= sizeof find->typed)
        fail("an argument is too long");
    memcpy(find->typed, typed, length);
    nanosleep(&typing, NULL);
    begin = now_us();
    ask(worker, find, sizeof *find);
    do {
        answer(worker, &reply, sizeof reply);
        if (reply.header.type == MK_REPLY_COUNT)
            found = reply.count;
    } while (reply.header.type != MK_REPLY_END);
    if (reply.end.result != MK_OK)
        fail("the worker reports a failure");
    return now_us() - begin;
}

static int by_size(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

static void time_typing(const struct worker *worker, int runs, const char *typed)
{
    static int64_t us[CHECKS_MAX];
    size_t length = strlen(typed);
    size_t keys = 0;
    int64_t worst = 0;

    for (int i = 0; i < runs; i++) {
        for (size_t n = 1; n <= length; n++) {
            if (n < length && ((unsigned char)typed[n] & 0xc0) == 0x80)
                continue;
            us[i] = find_us(worker, typed, n);
            if (us[i] > worst) {
                worst = us[i];
                keys = n;
            }
        }
    }
    qsort(us, (size_t)runs, sizeof *us, by_size);
    printf("%lld %lld %zu %u %u %ld %s\n", (long long)us[runs / 2], (long long)worst, keys,
           found.shown, found.more, peak_of(worker->pid), typed);
}

static int time_find(char **argv)
{
    int runs = (int)strtol(argv[7], NULL, 10);
    char policy[] = "";
    char *directory[] = {argv[0], argv[1], argv[2], argv[3], argv[4],
                         argv[5], argv[6], policy,  NULL};
    struct worker worker;

    if (runs < 1 || runs > CHECKS_MAX)
        fail("1 to 10000 runs");
    worker = log_in(directory);
    for (int i = 8; argv[i] != NULL; i++)
        time_typing(&worker, runs, argv[i]);
    close(worker.fd);
    waitpid(worker.pid, NULL, 0);
    return 0;
}

/* The settings of a system, its person, and the list of leaked hashes, if any. */
static void settle_quality(struct worker *worker, const char *leaks)
{
    struct mk_quality_settings *settings = &quality_request.settings;
    struct mk_quality_person *person = &quality_request.person;

    settings->header.type = MK_QUALITY_SETTINGS;
    if (leaks != NULL) {
        settings->leak_kind = MK_LEAKS_SHA1;
        copy(settings->leak_file, sizeof settings->leak_file, leaks);
    }
    ask(worker, settings, sizeof *settings);
    answer(worker, &quality_reply, sizeof quality_reply);
    if (quality_reply.header.type != MK_QUALITY_RULES || quality_reply.rules.broken != 0)
        fail("the quality worker cannot check");
    memset(&quality_request, 0, sizeof quality_request);
    person->header.type = MK_QUALITY_PERSON;
    copy(person->login, sizeof person->login, "nguyenvanan");
    copy(person->name, sizeof person->name, "Nguyễn Văn An");
    copy(person->unit, sizeof person->unit, "Chi cục THADS huyện Minh Sơn");
    ask(worker, person, sizeof *person);
}

/* A password as it grows under somebody's hands, again and again, at most 200 keys a second. */
static int time_quality(char *program, int checks, const char *typed, const char *leaks)
{
    static int64_t us[CHECKS_MAX];
    struct worker worker = start(program, mk_quality_reply_shapes);

    if (checks < 1 || checks > CHECKS_MAX || strlen(typed) > MK_PASSWORD_MAX)
        fail("1 to 10000 checks");
    settle_quality(&worker, leaks);
    for (int i = 0; i < checks; i++) {
        struct timespec typing = {.tv_nsec = 5000000};
        struct mk_quality_check *check = &quality_request.check;
        size_t length = 1 + (size_t)i % strlen(typed);
        int64_t begin;

        memset(&quality_request, 0, sizeof quality_request);
        check->header = (struct mk_header){MK_QUALITY_CHECK, (uint32_t)i};
        copy(check->old_password.text, sizeof check->old_password.text, "Matkhau#01");
        check->old_password.length = 10;
        memcpy(check->new_password.text, typed, length);
        check->new_password.length = (uint32_t)length;
        nanosleep(&typing, NULL);
        begin = now_us();
        ask(&worker, check, sizeof *check);
        answer(&worker, &quality_reply, sizeof quality_reply);
        us[i] = now_us() - begin;
    }
    qsort(us, (size_t)checks, sizeof *us, by_size);
    finish(&worker, us[checks / 2]);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc >= 3 && strcmp(argv[1], "command") == 0)
        return time_command(argv + 2);
    if (argc >= 11 && strcmp(argv[1], "directory") == 0)
        return time_directory(argv + 2);
    if (argc >= 11 && strcmp(argv[1], "find") == 0)
        return time_find(argv + 2);
    if ((argc == 5 || argc == 6) && strcmp(argv[1], "quality") == 0)
        return time_quality(argv[2], (int)strtol(argv[3], NULL, 10), argv[4],
                            argc == 6 ? argv[5] : NULL);
    return 2;
}
