/* SPDX-License-Identifier: MIT */
#ifndef CHECKER_H
#define CHECKER_H

/*
 * The quality worker as a change screen uses it. One question is under way at a time; what is typed
 * meanwhile is checked as soon as it ends, so that typing never waits.
 */

#include "session.h"

struct checker {
    struct worker worker;
    bool failed;    /* could not be started, has gone, or is late: no password can be checked */
    bool asked;     /* a question is under way */
    bool waiting;   /* the password has changed since that was asked */
    bool proposing; /* proposals are wanted, or under way */
    uint32_t id;
    int64_t deadline_ms;
    struct mk_quality_propose wanted;  /* with `proposing` */
    struct mk_quality_rules rules;     /* type 0 until they have come */
    struct mk_quality_verdict verdict; /* of the password as it is now, when checker_settled() */
    unsigned proposals;                /* how many there are */
    unsigned bits;                     /* of chance in each */
    unsigned needed;                   /* of temporary ones: see mk_quality_proposals */
    struct mk_password *proposal[MK_PROPOSALS_MAX]; /* in locked memory */
};

/* Longest wait for one answer, in milliseconds. */
#define CHECKER_WAIT_MS 3000

/*
 * Starts the worker with the rules for `account` (MK_PERSON, or a system with one of its own), and
 * tells it whose password it is: login, mail, name and unit of `person`, "" where not known.
 */
void checker_open(struct checker *checker, const struct config *config, int account,
                  const struct mk_quality_person *person);

/* Fills in who has logged in. Before a forced change nothing but the log-in name is known. */
void checker_person(struct mk_quality_person *person, const struct session *session);

/* Ends the worker, and with it every copy of a password that the libraries keep. */
void checker_close(struct checker *checker);

/* Fills in what a worker is told of an account; header excepted. */
void checker_settings(struct mk_quality_settings *settings, const struct config *config,
                      int account);

/* Another system was given this password in the same log-in. */
void checker_given(struct checker *checker, const struct mk_password *password);

/* The new password is now this one; `old_password` may be NULL. */
void checker_ask(struct checker *checker, const struct mk_password *old_password,
                 const struct mk_password *new_password);

/* Asks for passwords that break no rule; `proposing` until they are there or none can be made. */
void checker_propose(struct checker *checker);

/* Likewise for temporary ones; `wanted` says what other systems ask for, and how long. */
void checker_propose_temporary(struct checker *checker, const struct mk_quality_propose *wanted);

/* Wipes the proposals. */
void checker_forget(struct checker *checker);

/* Whether `verdict` is about the password of the last checker_ask(). */
bool checker_settled(const struct checker *checker);

/*
 * Takes what the worker has sent. True when there is news. When `waiting` is set afterwards the
 * caller asks again with the password as it is now.
 */
bool checker_ready(struct checker *checker);

/* Gives a worker up that is late. Returns the next deadline (monotonic milliseconds) or INT64_MAX.
 */
int64_t checker_tick(struct checker *checker, int64_t now_ms);

#endif
