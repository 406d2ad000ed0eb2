/* SPDX-License-Identifier: MIT */
#ifndef CHECKER_H
#define CHECKER_H

/*
 * The quality worker as a change screen uses it. One check is under way at a time; what is typed
 * meanwhile is checked as soon as it ends, so that typing never waits.
 */

#include "secret.h"
#include "worker.h"

struct checker {
    struct worker worker;
    bool failed;  /* could not be started, has gone, or is late: no password can be checked */
    bool asked;   /* a check is under way */
    bool waiting; /* the password has changed since that was asked */
    uint32_t id;
    int64_t deadline_ms;
    struct mk_quality_rules rules;     /* type 0 until they have come */
    struct mk_quality_verdict verdict; /* of the password as it is now, when checker_settled() */
};

/* Longest wait for one check, in milliseconds. */
#define CHECKER_WAIT_MS 3000

/* Starts the worker with `config_file` ("": the system's own pwquality.conf). */
void checker_open(struct checker *checker, const char *config_file);

/* Ends the worker, and with it every copy of a password that the libraries keep. */
void checker_close(struct checker *checker);

/* The new password is now this one; `old_password` may be NULL. */
void checker_ask(struct checker *checker, const char *login, const struct mk_password *old_password,
                 const struct mk_password *new_password);

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
