/* SPDX-License-Identifier: MIT */
#ifndef MATKHAU_ACCOUNT_H
#define MATKHAU_ACCOUNT_H

#include <stdint.h>

#include "matkhau/limits.h"

/* The number by which the person's own entry goes among the systems. */
#define MK_PERSON (-1)

/* "All of them", where a request names a system. */
#define MK_EVERY_SYSTEM (-2)

/* A point in time: seconds since 1970-01-01 UTC. */
#define MK_TIME_UNKNOWN INT64_MIN
#define MK_TIME_NEVER INT64_MAX

/* What a person must know about an account; worst first, the order of the table on the screen. */
enum mk_standing {
    MK_LOCKED_FOR_GOOD, /* until somebody unlocks it */
    MK_LOCKED,          /* until `until`, or for a time nobody can tell */
    MK_DISABLED,        /* not yet or no longer valid, or idle too long */
    MK_EXPIRED,         /* no grace login left: no way in */
    MK_GRACE,           /* expired, `grace` log-ins left */
    MK_MUST_CHANGE,     /* reset by somebody else */
    MK_OVERDUE,         /* past the ministry's date; the server still lets the person in */
    MK_DUE_SOON,        /* within the warning window */
    MK_FINE,
    MK_UNKNOWN, /* `unknown` says why; never shown as fine */
    MK_STANDINGS
};

/* Which rule gave `expires`: the earliest of all that apply. */
enum mk_reason {
    MK_REASON_NONE,     /* no rule sets a date */
    MK_REASON_SERVER,   /* the server said so itself: in the bind's policy control or as a date */
    MK_REASON_POLICY,   /* pwdMaxAge of the account's policy, from the last change */
    MK_REASON_MINISTRY, /* the ministry's own longest age, from the last change */
    MK_REASONS
};

enum mk_unknown {
    MK_KNOWN,
    MK_UNKNOWN_NO_ENTRY,    /* no entry found, or none that this person may see */
    MK_UNKNOWN_TWO_ENTRIES, /* more than one entry fits */
    MK_UNKNOWN_NO_CHANGE,   /* the entry does not show when the password was changed */
    MK_UNKNOWN_POLICY,      /* the policy cannot be read and no other rule gives a date */
    MK_UNKNOWN_NOT_OPENED,  /* the account's own password is needed before it can be read */
    MK_UNKNOWN_REFUSED,     /* the server refused the search */
    MK_UNKNOWN_BEHIND,      /* just changed, but the server asked does not show it yet */
    MK_UNKNOWN_NO_ANSWER,   /* the directory did not answer; the request's result says why */
    MK_UNKNOWNS
};

/* One account as a directory worker found it. Times are MK_TIME_UNKNOWN where not known. */
struct mk_account {
    int32_t system; /* index of the system in the configuration, or MK_PERSON */
    uint32_t standing;
    uint32_t unknown; /* MK_KNOWN unless standing is MK_UNKNOWN */
    uint32_t reason;
    uint32_t grace;        /* grace log-ins left; counts only with MK_GRACE */
    uint32_t grace_unseen; /* 1, with MK_EXPIRED: there may be grace log-ins; nobody can tell */
    uint32_t changeable;   /* 1, with MK_EXPIRED: nobody is let in, but it can be changed here */
    uint32_t
        policy_unread; /* 1: the date comes from another rule, the server's policy is not known */
    uint32_t
        change_unseen; /* 1: the date is the server's; when the password was changed is not known */
    int64_t expires;   /* MK_TIME_NEVER: no rule ends it */
    int64_t changed;   /* last change of the password */
    int64_t until;     /* end of a lock */
    char note[MK_NOTE_MAX + 1]; /* of the last reset by a helpdesk (desk.h), raw, or "" */
};

#endif
