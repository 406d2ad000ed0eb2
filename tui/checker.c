/* SPDX-License-Identifier: MIT */
#include "checker.h"

#include <string.h>

#include "session.h"

static void fail(struct checker *checker)
{
    worker_stop(&checker->worker);
    checker->failed = true;
    checker->asked = false;
    checker->waiting = false;
}

void checker_open(struct checker *checker, const char *config_file)
{
    struct mk_quality_settings settings = {.header = {MK_QUALITY_SETTINGS, 1}};

    *checker = (struct checker){.worker = WORKER_NONE};
    memcpy(settings.config_file, config_file, strlen(config_file) + 1);
    checker->id = 1;
    checker->asked = true;
    checker->deadline_ms = session_clock_ms() + CHECKER_WAIT_MS;
    if (!worker_start(&checker->worker, LIBEXECDIR "/matkhau-quality") ||
        !worker_send(&checker->worker, &settings, sizeof settings))
        fail(checker);
}

void checker_close(struct checker *checker)
{
    worker_stop(&checker->worker);
    *checker = (struct checker){.worker = WORKER_NONE};
}

void checker_ask(struct checker *checker, const char *login, const struct mk_password *old_password,
                 const struct mk_password *new_password)
{
    struct mk_quality_person person = {.header = {MK_QUALITY_PERSON, 0}};
    struct mk_quality_check check = {.header = {MK_QUALITY_CHECK, 0}};

    if (checker->failed)
        return;
    if (checker->asked) {
        checker->waiting = true;
        return;
    }
    checker->waiting = false;
    checker->asked = true;
    checker->deadline_ms = session_clock_ms() + CHECKER_WAIT_MS;
    check.header.id = ++checker->id;
    memcpy(person.login, login, strlen(login) + 1);
    if (old_password != NULL)
        secret_copy(&check.old_password, old_password);
    secret_copy(&check.new_password, new_password);
    if (!worker_send(&checker->worker, &person, sizeof person) ||
        !worker_send(&checker->worker, &check, sizeof check))
        fail(checker);
    mk_wipe(&check, sizeof check);
}

bool checker_settled(const struct checker *checker)
{
    return !checker->failed && !checker->asked && !checker->waiting &&
           checker->verdict.header.type != 0;
}

bool checker_ready(struct checker *checker)
{
    union mk_quality_reply reply;

    switch (worker_receive(&checker->worker, &reply, sizeof reply, mk_quality_reply_shapes)) {
    case MK_RECEIVED_NOTHING:
        return false;
    case MK_RECEIVED:
        break;
    default:
        fail(checker);
        return true;
    }
    if (!checker->asked || reply.header.id != checker->id ||
        (reply.header.type == MK_QUALITY_VERDICT && reply.verdict.rule >= MK_RULES)) {
        fail(checker);
        return true;
    }
    checker->asked = false;
    if (reply.header.type == MK_QUALITY_RULES)
        checker->rules = reply.rules;
    else if (reply.header.type == MK_QUALITY_VERDICT)
        checker->verdict = reply.verdict;
    return true;
}

int64_t checker_tick(struct checker *checker, int64_t now_ms)
{
    if (checker->asked && now_ms >= checker->deadline_ms)
        fail(checker);
    return checker->asked ? checker->deadline_ms : INT64_MAX;
}
