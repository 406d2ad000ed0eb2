// SPDX-License-Identifier: MIT
#include "worker.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "matkhau/channel.h"

#define LIMIT_MS 10000

static int64_t now_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void worker_start(struct worker *worker)
{
    worker_start_program(worker, WORKER_PROGRAM);
}

void worker_start_program(struct worker *worker, const char *program)
{
    char name[] = "matkhau-directory";
    char no_files[] = "LDAPNOINIT=1";
    char no_plugins[] = "SASL_PATH=/nonexistent";
    char *const arguments[] = {name, NULL};
    char *const environment[] = {no_files, no_plugins, NULL};
    int pair[2];

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
        abort();
    worker->id = 0;
    worker->fd = pair[0];
    worker->pid = fork();
    if (worker->pid == 0) {
        if (pair[1] == MK_CHANNEL_FD)
            (void)fcntl(pair[1], F_SETFD, 0);
        else
            (void)dup2(pair[1], MK_CHANNEL_FD);
        (void)execve(program, arguments, environment);
        _exit(127);
    }
    (void)close(pair[1]);
}

int worker_wait(struct worker *worker)
{
    int64_t end = now_ms() + 5000;
    int status = 0;

    while (waitpid(worker->pid, &status, WNOHANG) == 0) {
        if (now_ms() > end) {
            (void)kill(worker->pid, SIGKILL);
            (void)waitpid(worker->pid, &status, 0);
            break;
        }
        (void)usleep(2000);
    }
    if (worker->fd >= 0)
        (void)close(worker->fd);
    worker->fd = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int worker_stop(struct worker *worker)
{
    (void)close(worker->fd);
    worker->fd = -1;
    return worker_wait(worker);
}

static void take(struct worker_answer *answer, const union mk_reply *reply)
{
    switch (reply->header.type) {
    case MK_REPLY_PERSON:
        answer->has_person = true;
        answer->person = reply->person;
        break;
    case MK_REPLY_OUTCOME:
        answer->has_outcome = true;
        answer->outcome = reply->outcome;
        answer->outcomes++;
        break;
    case MK_REPLY_ACCOUNT:
        if (answer->accounts < sizeof answer->account / sizeof *answer->account)
            answer->account[answer->accounts++] = reply->account.account;
        break;
    case MK_REPLY_MEMBER:
        answer->has_member = true;
        answer->member = reply->member;
        break;
    case MK_REPLY_FOUND:
        if (answer->found < sizeof answer->people / sizeof *answer->people)
            answer->people[answer->found++] = reply->found.caller;
        break;
    case MK_REPLY_COUNT:
        answer->has_count = true;
        answer->count = reply->count;
        break;
    case MK_REPLY_CALLER:
        answer->has_caller = true;
        answer->caller = reply->caller;
        break;
    case MK_REPLY_VIEW:
        if (answer->views < sizeof answer->view / sizeof *answer->view)
            answer->view[answer->views++] = reply->view.view;
        break;
    default:
        answer->complete = true;
        answer->end = reply->end;
    }
}

void worker_send(struct worker *worker, void *request, size_t size, uint32_t type)
{
    struct mk_header header = {type, ++worker->id};

    memcpy(request, &header, sizeof header);
    /* Where nobody is there to take it, no answer will come. */
    (void)mk_send(worker->fd, request, size);
}

struct worker_answer worker_collect(struct worker *worker, int limit_ms)
{
    struct worker_answer answer;
    int64_t start = now_ms();
    union mk_reply reply;

    memset(&answer, 0, sizeof answer);
    while (!answer.complete) {
        struct pollfd p = {.fd = worker->fd, .events = POLLIN};
        int64_t left = start + limit_ms - now_ms();
        if (left <= 0 || poll(&p, 1, (int)left) <= 0)
            break;
        if (mk_receive(worker->fd, &reply, sizeof reply, 0, mk_reply_shapes) != MK_RECEIVED ||
            reply.header.id != worker->id)
            break;
        take(&answer, &reply);
    }
    answer.milliseconds = now_ms() - start;
    return answer;
}

struct worker_answer worker_ask(struct worker *worker, void *request, size_t size, uint32_t type,
                                int limit_ms)
{
    worker_send(worker, request, size, type);
    return worker_collect(worker, limit_ms);
}

struct worker_answer worker_directory(struct worker *worker,
                                      const struct mk_request_directory *directory)
{
    struct mk_request_directory request = *directory;

    return worker_ask(worker, &request, sizeof request, MK_REQUEST_DIRECTORY, LIMIT_MS);
}

static void put(char *field, size_t size, const char *text)
{
    (void)snprintf(field, size, "%s", text);
}

#define PUT(field, text) put(field, sizeof(field), text)

void worker_password(struct mk_password *password, const char *text)
{
    password->length = (uint32_t)strlen(text);
    PUT(password->text, text);
}

struct worker_answer worker_system(struct worker *worker, int32_t system, const char *account_dn,
                                   const char *account_filter)
{
    struct mk_request_system request = {.system = system};

    PUT(request.account_dn, account_dn);
    PUT(request.account_filter, account_filter);
    return worker_ask(worker, &request, sizeof request, MK_REQUEST_SYSTEM, LIMIT_MS);
}

struct worker_answer worker_person(struct worker *worker, const char *login, const char *dn,
                                   const char *mail)
{
    struct mk_request_person request = {.login = ""};

    PUT(request.login, login);
    PUT(request.dn, dn);
    PUT(request.mail, mail);
    return worker_ask(worker, &request, sizeof request, MK_REQUEST_PERSON, LIMIT_MS);
}

struct worker_answer worker_connect(struct worker *worker)
{
    struct mk_request_connect request;

    return worker_ask(worker, &request, sizeof request, MK_REQUEST_CONNECT, LIMIT_MS);
}

struct worker_answer worker_bind(struct worker *worker, int32_t system, const char *login,
                                 const char *password)
{
    struct mk_request_bind request = {.system = system};

    PUT(request.login, login);
    worker_password(&request.password, password);
    return worker_ask(worker, &request, sizeof request, MK_REQUEST_BIND, LIMIT_MS);
}

struct worker_answer worker_read(struct worker *worker, int32_t system)
{
    struct mk_request_read request = {.system = system};

    return worker_ask(worker, &request, sizeof request, MK_REQUEST_READ, LIMIT_MS);
}

struct worker_answer worker_change(struct worker *worker, int32_t system, const char *old_password,
                                   const char *new_password)
{
    struct mk_request_change request = {.system = system};

    worker_password(&request.old_password, old_password);
    worker_password(&request.new_password, new_password);
    return worker_ask(worker, &request, sizeof request, MK_REQUEST_CHANGE, LIMIT_MS);
}

struct worker_answer worker_group(struct worker *worker, uint32_t group, const char *dn,
                                  const char *base)
{
    struct mk_request_group request = {.group = group};

    PUT(request.dn, dn);
    PUT(request.base, base);
    return worker_ask(worker, &request, sizeof request, MK_REQUEST_GROUP, LIMIT_MS);
}

struct worker_answer worker_find(struct worker *worker, uint64_t groups, uint32_t most,
                                 const char *typed)
{
    struct mk_request_find request = {.groups = groups, .most = most};

    PUT(request.typed, typed);
    return worker_ask(worker, &request, sizeof request, MK_REQUEST_FIND, LIMIT_MS);
}

struct worker_answer worker_member(struct worker *worker)
{
    struct mk_request_member request;

    return worker_ask(worker, &request, sizeof request, MK_REQUEST_MEMBER, LIMIT_MS);
}

struct mk_subject worker_subject(const char *login, const char *dn, const char *mail)
{
    struct mk_subject subject = {.login = ""};

    PUT(subject.login, login);
    PUT(subject.dn, dn);
    PUT(subject.mail, mail);
    return subject;
}

struct worker_answer worker_view(struct worker *worker, int32_t system,
                                 const struct mk_subject *subject)
{
    struct mk_request_view request = {.system = system, .subject = *subject};

    return worker_ask(worker, &request, sizeof request, MK_REQUEST_VIEW, LIMIT_MS);
}

struct worker_answer worker_unlock(struct worker *worker, const struct mk_subject *subject,
                                   const struct mk_view *seen, bool refresh)
{
    struct mk_request_unlock request = {.subject = *subject, .seen = *seen, .refresh = refresh};

    return worker_ask(worker, &request, sizeof request, MK_REQUEST_UNLOCK, LIMIT_MS);
}

struct worker_answer worker_reset(struct worker *worker, const struct mk_subject *subject,
                                  const struct mk_view *seen, const char *note,
                                  const char *password)
{
    struct mk_request_reset request = {.subject = *subject, .seen = *seen};

    PUT(request.note, note);
    worker_password(&request.password, password);
    return worker_ask(worker, &request, sizeof request, MK_REQUEST_RESET, LIMIT_MS);
}

const struct mk_view *worker_seen(const struct worker_answer *answer, int32_t system)
{
    for (unsigned i = 0; i < answer->views; i++)
        if (answer->view[i].account.system == system)
            return &answer->view[i];
    return NULL;
}

const struct mk_account *worker_account(const struct worker_answer *answer, int32_t system)
{
    for (unsigned i = 0; i < answer->accounts; i++)
        if (answer->account[i].system == system)
            return &answer->account[i];
    return NULL;
}
