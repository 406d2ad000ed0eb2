/* SPDX-License-Identifier: MIT */
#ifndef STANDING_H
#define STANDING_H

/*
 * From what a directory shows of an account to what a person must know about it. Pure: the time is
 * a parameter. Times are UTC seconds, MK_TIME_UNKNOWN where not shown. The rules are those of
 * draft-behera-ldap-password-policy-10 and slapo-ppolicy(5).
 */

#include <stdbool.h>
#include <stdint.h>

#include "matkhau/account.h"
#include "matkhau/message.h"

/* What an operator must not take for missing when it is hidden. */
enum standing_sign { STANDING_LOCK, STANDING_RESET, STANDING_FAILURES, STANDING_SIGNS };

/* So many wrong passwords are told apart. */
#define STANDING_FAILURES_MAX 32

/* The account's entry. */
struct standing_facts {
    int64_t expires;      /* the server's own date, where the kind has one; or MK_TIME_NEVER */
    int64_t locked_until; /* end of a lock, where the kind has it; MK_TIME_NEVER: for good */
    int64_t failures;     /* wrong passwords that count, with locked_until; else 0 */
    bool changeable;      /* the server still takes the change of a password that has expired */
    bool disabled;        /* switched off by an administrator */
    int64_t changed;      /* pwdChangedTime */
    int64_t locked;       /* pwdAccountLockedTime; LDAPTIME_YEAR_ZERO: for good */
    bool lock_in_force;   /* the server says so, whatever the dates and the policy make of it */
    int64_t start;        /* pwdStartTime */
    int64_t end;          /* pwdEndTime */
    int64_t last_success; /* pwdLastSuccess */
    uint32_t grace_used;  /* values of pwdGraceUseTime */
    bool grace_hidden;    /* a policy that may be hidden says how many grace log-ins there are */
    bool reset;           /* pwdReset */

    /* What only a helpdesk asks for (desk.h). */
    bool seen[STANDING_SIGNS]; /* it is shown, or known not to be there */
    bool reset_demands;        /* with reset: whatever the policy says, it must be changed */
    int64_t counted; /* wrong passwords by the server's own count; MK_TIME_UNKNOWN: it has none */
    int64_t counted_until; /* when that count begins anew, where the server says so */
    bool lock_by_count;    /* who may not see the wrong passwords cannot tell a lock either */
    uint32_t failed_times; /* where it keeps their times instead: how many, in `failed_at` */
    int64_t failed_at[STANDING_FAILURES_MAX];
    int64_t failed;                   /* the last wrong one */
    int64_t logged_in;                /* the last log-in */
    char version[MK_VERSION_MAX + 1]; /* as in mk_view: the kind's own */
};

/* The policy entry that applies. Durations in seconds, 0: no such rule. */
struct standing_policy {
    bool read; /* false: nobody knows, and the rest means nothing */
    bool lockout;
    bool must_change;
    int64_t max_age;
    int64_t max_idle;
    int64_t lockout_duration; /* 0: until somebody unlocks it */
    int64_t grace_expiry;
    int64_t grace_limit; /* number of log-ins */
    int64_t max_failure; /* an account is locked from so many on; 0: its own facts tell; -1: not
                            shown */
    int64_t failure_interval; /* a wrong password counts for so long; 0: until the right one */
    bool dates_off;           /* the date that an account has of its own is not in force */
};

/* The ministry's own rule and the warning window. */
struct standing_rule {
    enum mk_age_unit unit;
    uint32_t age;
    uint32_t warn_seconds;
};

/* What the server itself said in the control of the bind as this account. */
struct standing_server {
    int64_t expires; /* MK_TIME_UNKNOWN: outside its warning window, or it said nothing */
    int32_t grace;   /* -1: not expired, or it said nothing */
    int64_t let_in;  /* when it let the account in; MK_TIME_UNKNOWN: it did not, or not since */
};

/* An entry of which nothing is known, to be filled in. */
struct standing_facts standing_no_facts(void);

/* A server that said nothing. */
struct standing_server standing_no_server(void);

/* The account's standing at `now`, as account.h describes it. */
struct mk_account standing_of(int32_t system, const struct standing_facts *facts,
                              const struct standing_policy *policy,
                              const struct standing_rule *rule,
                              const struct standing_server *server, int64_t now);

/* What an operator is shown of the account; `dn` is left "". `account` is what standing_of made. */
struct mk_view standing_view(const struct mk_account *account, const struct standing_facts *facts,
                             const struct standing_policy *policy, int64_t now);

/* An account of which nothing can be said, and why. */
struct mk_account standing_unknown(int32_t system, enum mk_unknown why);

#endif
