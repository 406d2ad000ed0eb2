/* SPDX-License-Identifier: MIT */
#ifndef MATKHAU_DESK_H
#define MATKHAU_DESK_H

/*
 * The helpdesk's part of the boundary between the terminal program and a directory worker. Rules of
 * packets as in message.h. A desk is a helpdesk with its group of operators and the part of the
 * directory that they look after; an operator is a member, bound with the own password and rights;
 * the caller is the person at the other end of the telephone. Everything here is asked for as
 * whoever is bound: the server's ACLs decide.
 *
 *   who is an operator       GROUP..., CONNECT, BIND, MEMBER: MEMBER, END
 *   who is calling           FIND: FOUND..., COUNT, END
 *   what is wrong            VIEW: [CALLER], VIEW..., END
 *   what is done about it    UNLOCK or RESET: OUTCOME..., VIEW (read back), END
 *
 * In a directory that is not the log-in directory, the operator is bound as an account of the own
 * there, and the templates are about the caller.
 */

#include <stdint.h>

#include "matkhau/account.h"
#include "matkhau/limits.h"
#include "matkhau/secret.h"

#define MK_GROUPS_MAX 64 /* a set of them is one uint64_t */
#define MK_PHONES_MAX 3
#define MK_STAFF_MAX 63
#define MK_PHONE_MAX 63
#define MK_TYPED_MAX 127   /* of what one types to find somebody */
#define MK_FOUND_MAX 100   /* people that one search shows */
#define MK_VERSION_MAX 127 /* of what is needed to tell whether an entry is as it was seen */

/* MK_REQUEST_GROUP: one for each group of the configuration, before MK_REQUEST_CONNECT. */
struct mk_request_group {
    struct mk_header header;
    uint32_t group;         /* 0..MK_GROUPS_MAX-1 */
    char dn[MK_DN_MAX + 1]; /* RFC 4514 */
    char
        base[MK_DN_MAX + 1]; /* whom its members look after; "" : nobody, it is a protected group */
};

/*
 * MK_REQUEST_MEMBER: which of the groups is the person bound as in? Read on the groups' entries:
 * member, uniqueMember, memberUid (RFC 4519, RFC 2307); in Active Directory groups in groups count.
 */
struct mk_request_member {
    struct mk_header header;
};

/*
 * MK_REQUEST_FIND: people below the bases of `groups` for whom each word of `typed` is the
 * beginning of the log-in name, the mail address, the staff number, a telephone number (digits
 * only), or of a word of the name: without regard to case, in any order; letters typed without
 * diacritics stand for those with any.
 */
struct mk_request_find {
    struct mk_header header;
    uint64_t groups;
    uint32_t most;                /* 1..MK_FOUND_MAX: send no more than so many */
    char typed[MK_TYPED_MAX + 1]; /* UTF-8 */
};

/* Whose accounts: what the templates of the configuration need; as MK_REPLY_FOUND had it. */
struct mk_subject {
    char login[MK_LOGIN_MAX + 1];
    char dn[MK_DN_MAX + 1];
    char mail[MK_TEXT_MAX + 1];
};

/* MK_REQUEST_VIEW: the accounts of somebody else as they stand now. One round trip. */
struct mk_request_view {
    struct mk_header header;
    int32_t system; /* MK_EVERY_SYSTEM (the caller's own entry included), MK_PERSON or a system */
    struct mk_subject subject;
};

enum mk_lock {
    MK_NOT_LOCKED,
    MK_LOCK_TIMED,    /* until account.until */
    MK_LOCK_FOR_GOOD, /* until somebody unlocks it */
    MK_LOCK_UNSEEN, /* nobody can tell: the operator may not read it, or the kind has no such thing
                     */
    MK_LOCKS
};

enum mk_answer { MK_NO, MK_YES, MK_NOT_KNOWN, MK_ANSWERS };

#define MK_COUNT_UNKNOWN UINT32_MAX

/* What one server shows an operator of one account. Times as in account.h. */
struct mk_view {
    struct mk_account account;
    char dn[MK_DN_MAX + 1]; /* of the account's entry; "" where there is none (account.unknown) */
    uint32_t lock;          /* enum mk_lock, on this server */
    int64_t locked;         /* since when */
    uint32_t failures;      /* wrong passwords that count now, or MK_COUNT_UNKNOWN */
    uint32_t failures_allowed; /* so many lock it; 0: never; or MK_COUNT_UNKNOWN */
    int64_t failed;            /* the last wrong one */
    int64_t logged_in;         /* the last log-in */
    uint32_t must_change;      /* enum mk_answer: set by somebody else, to be changed first */
    char version[MK_VERSION_MAX + 1]; /* what an act holds the entry against; "": nothing known */
};

/*
 * MK_REQUEST_UNLOCK: takes the lock of seen.dn away on the server that is asked (with
 * mk_request_directory.only that is the only one), and counts as done where there is none.
 * Nothing else is changed. MK_STALE where there is another lock than the one that was seen.
 */
struct mk_request_unlock {
    struct mk_header header;
    struct mk_subject subject; /* for reading back */
    struct mk_view seen;       /* as it was shown to the operator */
    uint32_t refresh; /* 1: write even where this server shows no lock, so that those that follow it
                         take the entry anew, and lose the lock that is theirs alone */
};

/*
 * MK_REQUEST_RESET: sets a temporary password, which must be changed at the next log-in, and takes
 * the lock away, on the server that is asked.
 *   MK_OK        the server shows afterwards that it must be changed and that there is no lock
 *   MK_LASTING, MK_STILL_LOCKED
 *                it is set, and the server shows otherwise, or does not show it
 *   MK_STALE     nothing is changed: the entry is not as it was seen any more, as far as the server
 *                can tell; failed log-ins do not count. Also where `note` is the one that was seen
 *   MK_OUTCOME_CONTRADICTED
 *                it was set, and somebody else has reset it right afterwards
 */
struct mk_request_reset {
    struct mk_header header;
    struct mk_subject subject;
    struct mk_view seen;
    char
        note[MK_NOTE_MAX + 1]; /* kept in mk_request_directory.note_attribute, where there is one */
    struct mk_password password;
};

/* Sets of groups, by 1 << mk_request_group.group. */
struct mk_reply_member {
    struct mk_header header;
    uint64_t groups; /* a member of these */
    uint64_t unread; /* of these nobody can tell: not there, or not to be read */
};

/* Somebody as the directory describes them; raw: make it printable before showing it. */
struct mk_caller {
    char login[MK_LOGIN_MAX + 1];
    char dn[MK_DN_MAX + 1];
    char name[MK_TEXT_MAX + 1];
    char unit[MK_TEXT_MAX + 1];
    char mail[MK_TEXT_MAX + 1];
    char staff[MK_STAFF_MAX + 1]; /* staff number */
    char phone[MK_PHONES_MAX][MK_PHONE_MAX + 1];
};

/* One of those found. Those who fit better come first: log-in name, staff number, phone, name. */
struct mk_reply_found {
    struct mk_header header;
    struct mk_caller caller;
    uint64_t below; /* the entry lies below the base of these */
};

/* After all of MK_REPLY_FOUND. */
struct mk_reply_count {
    struct mk_header header;
    uint32_t shown;
    uint32_t more; /* 1: there are, or may be, more than those: a size or time limit was met */
};

/* Whose accounts the views are of; in the log-in directory, with MK_EVERY_SYSTEM or MK_PERSON. */
struct mk_reply_caller {
    struct mk_header header;
    struct mk_caller caller;
    uint64_t groups; /* of which the caller is a member */
    uint64_t unread;
    uint64_t below; /* the entry lies below the base of these */
    uint32_t own;   /* 1: it is the operator */
};

struct mk_reply_view {
    struct mk_header header;
    struct mk_view view;
};

#endif
