/* SPDX-License-Identifier: MIT */
#ifndef ISSUE_H
#define ISSUE_H

/*
 * A temporary password for somebody else, the same one for several accounts: it is made for the
 * rules of all of them, and then checked by the rules of each, as if the caller had chosen it. One
 * quality worker runs at a time; nothing here waits.
 *
 *   issue_start() -> ISSUE_WAITING -> ISSUE_READY or ISSUE_FAILED -> issue_forget()
 */

#include "checker.h"
#include "matkhau/desk.h"

enum issue_state {
    ISSUE_NONE, /* a zeroed struct */
    ISSUE_WAITING,
    ISSUE_READY,  /* `password` */
    ISSUE_FAILED, /* `why` */
};

enum issue_failure {
    ISSUE_INCOMPLETE, /* nobody can tell whether it passes: the check for `account` is not complete,
                         or its worker has gone or is late */
    ISSUE_NONE_FITS,  /* the rules leave no room for 40 bits of chance in what can be said on the
                         telephone, or contradict each other */
};

/* Rounds of MK_PROPOSALS_MAX passwords that are made before it is given up. */
#define ISSUE_ROUNDS_MAX 10

struct issue {
    enum issue_state state;
    enum issue_failure why;       /* with ISSUE_FAILED */
    int account;                  /* with ISSUE_INCOMPLETE: MK_PERSON or a system */
    struct mk_password *password; /* with ISSUE_READY: in locked memory, issue's own */

    /* issue.c's own */
    enum issue_step { ISSUE_LEARN, ISSUE_MAKE, ISSUE_TAKE, ISSUE_COMPARE, ISSUE_JUDGE } step;
    const struct config *config;
    struct mk_quality_person caller;
    int accounts[SESSION_ROWS_MAX];
    int count;
    int at;          /* whose worker runs: accounts[at] */
    unsigned rounds; /* begun */
    struct checker checker;
    struct mk_quality_propose wanted;
    struct mk_password *candidate[MK_PROPOSALS_MAX]; /* NULL: refused */
    unsigned judged;                                 /* the one that is under way */
    unsigned left;                                   /* not refused */
    unsigned needed;                                 /* of them: see mk_quality_proposals */
};

/*
 * Begins, whatever went before. `accounts`: 1..SESSION_ROWS_MAX different ones, systems with an
 * account of their own or MK_PERSON; copied. `caller`: as the directory describes them; copied.
 * `config` outlives it.
 */
void issue_start(struct issue *issue, const struct config *config, const int *accounts, int count,
                 const struct mk_caller *caller);

/* Wipes the password, ends the worker, and leaves a zeroed struct. Allowed in any state. */
void issue_forget(struct issue *issue);

/* What to poll(2) for, for reading; -1: nothing. */
int issue_poll(const struct issue *issue);

/* Takes what the worker has sent. True when it is not waiting any more. */
bool issue_ready(struct issue *issue);

/*
 * Gives up when the worker is late: `state` says so. Returns the next deadline (monotonic
 * milliseconds) or INT64_MAX.
 */
int64_t issue_tick(struct issue *issue, int64_t now_ms);

#endif
