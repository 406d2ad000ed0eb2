/* SPDX-License-Identifier: MIT */
#include "issue.h"

#include <string.h>

static void free_candidates(struct issue *issue)
{
    for (unsigned i = 0; i < MK_PROPOSALS_MAX; i++) {
        secret_free(issue->candidate[i]);
        issue->candidate[i] = NULL;
    }
    issue->left = 0;
}

static void end(struct issue *issue, enum issue_state state)
{
    checker_close(&issue->checker);
    free_candidates(issue);
    issue->state = state;
}

static void fail(struct issue *issue, enum issue_failure why)
{
    issue->why = why;
    issue->account = issue->accounts[issue->at];
    end(issue, ISSUE_FAILED);
}

/* One worker after the other: the rules of an account are those it was started with. */
static void open_worker(struct issue *issue, int at, enum issue_step step)
{
    checker_close(&issue->checker);
    issue->at = at;
    issue->step = step;
    checker_open(&issue->checker, issue->config, issue->accounts[at], &issue->caller);
    if (issue->checker.failed)
        fail(issue, ISSUE_INCOMPLETE);
}

static void add_refused(char refused[MK_REFUSED_MAX + 1], const char *more)
{
    size_t used = strlen(refused);

    for (; *more != '\0'; more++)
        if (strchr(refused, *more) == NULL && used < MK_REFUSED_MAX) {
            refused[used++] = *more;
            refused[used] = '\0';
        }
}

/* What all of them ask for, so that what is made for one has a chance with the others. */
static void learn(struct issue *issue)
{
    struct mk_quality_propose *wanted = &issue->wanted;
    struct mk_quality_settings settings = {.header = {MK_QUALITY_SETTINGS, 0}};

    for (int rule = 0; rule < MK_RULES; rule++) {
        uint32_t number = issue->checker.rules.number[rule];
        bool stricter = rule == MK_RULE_MAX_LENGTH ? number < wanted->number[rule]
                                                   : number > wanted->number[rule];
        if (number > 0 && (stricter || wanted->number[rule] == 0))
            wanted->number[rule] = number;
    }
    checker_settings(&settings, issue->config, issue->accounts[issue->at]);
    add_refused(wanted->refused, settings.refused);
}

/* Longer ones each time: then fewer of them have to pass everywhere. */
static void make(struct issue *issue)
{
    issue->wanted.longer = issue->rounds < MK_LONGER_MAX ? issue->rounds : MK_LONGER_MAX;
    issue->rounds++;
    issue->step = ISSUE_TAKE;
    checker_propose_temporary(&issue->checker, &issue->wanted);
}

static void finish(struct issue *issue)
{
    unsigned i = 0;

    while (issue->candidate[i] == NULL)
        i++;
    issue->password = issue->candidate[i];
    issue->candidate[i] = NULL;
    end(issue, ISSUE_READY);
}

/* The next password for this account, the next account for all of them, or the end. */
static void go_on(struct issue *issue)
{
    while (issue->judged < MK_PROPOSALS_MAX && issue->candidate[issue->judged] == NULL)
        issue->judged++;
    issue->step = ISSUE_JUDGE;
    if (issue->judged < MK_PROPOSALS_MAX)
        checker_ask(&issue->checker, NULL, issue->candidate[issue->judged]);
    else if (issue->at + 1 < issue->count - 1)
        open_worker(issue, issue->at + 1, ISSUE_COMPARE);
    else
        finish(issue);
}

/* The last account's worker makes them, the others judge. */
static void take(struct issue *issue)
{
    struct checker *checker = &issue->checker;

    for (unsigned i = 0; i < checker->proposals; i++) {
        issue->candidate[i] = checker->proposal[i];
        checker->proposal[i] = NULL;
    }
    issue->left = checker->proposals;
    issue->needed = checker->needed;
    if (issue->left == 0)
        fail(issue, ISSUE_NONE_FITS);
    else if (issue->count > 1)
        open_worker(issue, 0, ISSUE_COMPARE);
    else
        finish(issue);
}

static void judge(struct issue *issue)
{
    uint64_t failed = issue->checker.verdict.failed;

    if ((failed & MK_RULE_BIT(MK_RULE_BROKEN)) != 0) {
        fail(issue, ISSUE_INCOMPLETE);
        return;
    }
    if (failed != 0) {
        secret_free(issue->candidate[issue->judged]);
        issue->candidate[issue->judged] = NULL;
        issue->left--;
    }
    issue->judged++;
    if (failed == 0 || issue->left >= issue->needed) {
        go_on(issue);
        return;
    }
    free_candidates(issue);
    if (issue->rounds < ISSUE_ROUNDS_MAX)
        open_worker(issue, issue->count - 1, ISSUE_MAKE);
    else
        fail(issue, ISSUE_NONE_FITS);
}

/* What was asked for has come. */
static void step(struct issue *issue)
{
    if (issue->checker.rules.broken != 0 && !issue->config->go_on) {
        fail(issue, ISSUE_INCOMPLETE);
        return;
    }
    switch (issue->step) {
    case ISSUE_LEARN:
        learn(issue);
        if (issue->at + 1 < issue->count)
            open_worker(issue, issue->at + 1, ISSUE_LEARN);
        else
            make(issue);
        break;
    case ISSUE_MAKE:
        make(issue);
        break;
    case ISSUE_TAKE:
        take(issue);
        break;
    case ISSUE_COMPARE:
        issue->judged = 0;
        go_on(issue);
        break;
    case ISSUE_JUDGE:
        judge(issue);
        break;
    }
}

void issue_start(struct issue *issue, const struct config *config, const int *accounts, int count,
                 const struct mk_caller *caller)
{
    issue_forget(issue);
    issue->state = ISSUE_WAITING;
    issue->config = config;
    issue->checker = (struct checker){.worker = WORKER_NONE};
    memcpy(issue->caller.login, caller->login, sizeof issue->caller.login);
    memcpy(issue->caller.mail, caller->mail, sizeof issue->caller.mail);
    memcpy(issue->caller.name, caller->name, sizeof issue->caller.name);
    memcpy(issue->caller.unit, caller->unit, sizeof issue->caller.unit);
    memcpy(issue->accounts, accounts, (size_t)count * sizeof *accounts);
    issue->count = count;
    open_worker(issue, 0, ISSUE_LEARN);
}

void issue_forget(struct issue *issue)
{
    if (issue->state != ISSUE_NONE) /* else there is no worker, not even WORKER_NONE */
        end(issue, ISSUE_NONE);
    secret_free(issue->password);
    memset(issue, 0, sizeof *issue);
}

int issue_poll(const struct issue *issue)
{
    return issue->state == ISSUE_WAITING ? issue->checker.worker.fd : -1;
}

bool issue_ready(struct issue *issue)
{
    if (issue->state != ISSUE_WAITING || !checker_ready(&issue->checker))
        return false;
    if (issue->checker.failed)
        fail(issue, ISSUE_INCOMPLETE);
    else if (!issue->checker.asked)
        step(issue);
    /* What was asked next may not have been taken. */
    if (issue->state == ISSUE_WAITING && issue->checker.failed)
        fail(issue, ISSUE_INCOMPLETE);
    return issue->state != ISSUE_WAITING;
}

int64_t issue_tick(struct issue *issue, int64_t now_ms)
{
    int64_t deadline;

    if (issue->state != ISSUE_WAITING)
        return INT64_MAX;
    deadline = checker_tick(&issue->checker, now_ms);
    if (issue->checker.failed)
        fail(issue, ISSUE_INCOMPLETE);
    return deadline;
}
