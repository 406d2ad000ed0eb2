/* SPDX-License-Identifier: MIT */
#ifndef TESTS_MATRIX_H
#define TESTS_MATRIX_H

/*
 * What one kind of directory does in every state an account can be in, and what a person reads
 * about it. Each call asserts that the worker answered as expected and writes down the Vietnamese
 * sentence that the terminal program makes of it; tests/support/matrix prints all of them side by
 * side, and fails where a state of a kind is missing.
 *
 *     matrix_open(MK_KIND_OPENLDAP)
 *     matrix_log_in(MATRIX_LOCKED, MK_ACCOUNT_LOCKED, &answer.end)
 *     matrix_table(MATRIX_LOCKED, MK_LOCKED, MK_KNOWN, account)
 *     matrix_change(MATRIX_TOO_SHORT, MK_TOO_SHORT, &answer.outcome, &answer.end)
 *     matrix_without(MATRIX_TWO, "why this kind has no such state")
 *     matrix_close()
 */

#include "matkhau/message.h"

enum matrix_state {
    MATRIX_FINE,
    MATRIX_DUE_SOON,
    MATRIX_GRACE,   /* expired, grace log-ins left */
    MATRIX_EXPIRED, /* expired, no way in */
    MATRIX_MUST_CHANGE,
    MATRIX_LOCKED, /* for a time */
    MATRIX_LOCKED_FOR_GOOD,
    MATRIX_DISABLED,
    MATRIX_NOT_YET,   /* the account is not valid yet */
    MATRIX_NO_LONGER, /* the account is no longer valid */
    MATRIX_TOO_YOUNG,
    MATRIX_IN_HISTORY,
    MATRIX_TOO_SHORT,
    MATRIX_QUALITY, /* fails the server's own check */
    MATRIX_FORBIDDEN,
    MATRIX_OLD_WRONG,
    MATRIX_NO_RIGHT,
    MATRIX_POLICY_UNREAD,
    MATRIX_MISSING, /* no account */
    MATRIX_TWO,     /* two entries for one log-in */
    MATRIX_STATES
};

/* Begins the column of a kind anew. */
void matrix_open(enum mk_kind kind);

/* An answer to BIND. `expected` is MK_OK or why the person stays outside. */
void matrix_log_in(enum matrix_state state, enum mk_result expected,
                   const struct mk_reply_end *end);

/* An account that was read. `expected_unknown` is MK_KNOWN unless `expected` is MK_UNKNOWN. */
void matrix_table(enum matrix_state state, enum mk_standing expected,
                  enum mk_unknown expected_unknown, const struct mk_account *account);

/* An answer to CHANGE. */
void matrix_change(enum matrix_state state, enum mk_result expected,
                   const struct mk_reply_outcome *outcome, const struct mk_reply_end *end);

/* This kind of server has no such state; `why` in English, for the administrator. */
void matrix_without(enum matrix_state state, const char *why);

void matrix_close(void);

#endif
