/* SPDX-License-Identifier: MIT */
#ifndef MATKHAU_MESSAGE_H
#define MATKHAU_MESSAGE_H

/*
 * The boundary between the terminal program and a directory worker.
 *
 * One packet is one struct, of exactly the size of its type, over a SOCK_SEQPACKET pair; both ends
 * are the same build on the same machine. Strings end in NUL inside their arrays. A packet of an
 * unknown type, another size, or with an unended string ends the connection: see channel.h.
 *
 * Each request is answered by any number of MK_REPLY_PERSON, _OUTCOME and _ACCOUNT packets and then
 * by one MK_REPLY_END, all with the request's id. A worker takes one request at a time.
 *
 *   order of a log-in            DIRECTORY, SYSTEM..., CONNECT, BIND(person), READ(every)
 *   an account elsewhere         DIRECTORY, SYSTEM..., PERSON, CONNECT, READ, BIND(system), READ
 *   a change                     CHANGE: OUTCOME..., ACCOUNT (read back), END
 *   a change before the log-in   BIND: must_change and not bound, CHANGE: OUTCOME..., END, BIND,
 * READ
 */

#include <stdint.h>

#include "matkhau/account.h"
#include "matkhau/desk.h"
#include "matkhau/limits.h"
#include "matkhau/result.h"
#include "matkhau/secret.h"

/* The file descriptor on which a worker finds its end of the pair. */
#define MK_CHANNEL_FD 3

enum mk_request_type {
    MK_REQUEST_DIRECTORY = 1,
    MK_REQUEST_SYSTEM,
    MK_REQUEST_PERSON,
    MK_REQUEST_CONNECT,
    MK_REQUEST_BIND,
    MK_REQUEST_READ,
    MK_REQUEST_CHANGE,
    /* desk.h */
    MK_REQUEST_GROUP,
    MK_REQUEST_MEMBER,
    MK_REQUEST_FIND,
    MK_REQUEST_VIEW,
    MK_REQUEST_UNLOCK,
    MK_REQUEST_RESET,
    MK_REQUEST_TYPES
};

enum mk_reply_type {
    MK_REPLY_PERSON = 101,
    MK_REPLY_OUTCOME,
    MK_REPLY_ACCOUNT,
    MK_REPLY_END,
    /* desk.h */
    MK_REPLY_MEMBER,
    MK_REPLY_FOUND,
    MK_REPLY_COUNT,
    MK_REPLY_CALLER,
    MK_REPLY_VIEW,
};

enum mk_tls {
    MK_TLS_STARTTLS,         /* ldap:// then StartTLS; ldaps:// and ldapi:// speak for themselves */
    MK_TLS_NONE_ON_LOOPBACK, /* ldap:// in clear, refused by the worker for any other address */
};

/* How a directory keeps the state of a password. */
enum mk_kind {
    MK_KIND_ASK,      /* as the server's root DSE tells (RFC 4512, 5.1) */
    MK_KIND_OPENLDAP, /* slapo-ppolicy(5) */
    MK_KIND_389,      /* 389 Directory Server */
    MK_KIND_AD,       /* Active Directory */
    MK_KIND_OTHER,    /* any LDAPv3 server: changes by RFC 3062, dates are not known */
    MK_KINDS
};

enum mk_age_unit { MK_AGE_NONE, MK_AGE_DAYS, MK_AGE_MONTHS };

/* MK_REQUEST_DIRECTORY: the first packet, once. */
struct mk_request_directory {
    struct mk_header header;
    uint32_t uris;                         /* 1..MK_URIS_MAX, tried in this order */
    uint32_t log_in_uris;                  /* 1..uris: so many of the first are for log-ins */
    uint32_t writable;                     /* bit i: uri[i] takes changes; at least one is set */
    uint32_t first;                        /* index of the URI to be asked before all others */
    uint32_t only;                         /* 1: and no other */
    uint32_t avoid;                        /* bit i: uri[i] failed lately, it comes last */
    char uri[MK_URIS_MAX][MK_URI_MAX + 1]; /* RFC 4516, scheme and host only; ldapi per libldap */
    uint32_t kind;                         /* enum mk_kind */
    uint32_t tls;                          /* enum mk_tls */
    char ca_file[MK_FILE_MAX + 1];         /* PEM; "" only where no URI needs TLS */
    char base[MK_DN_MAX + 1];              /* RFC 4514, search base */
    char person_dn[MK_DN_MAX + 1];         /* template, or "" : %u login */
    char person_filter[MK_FILTER_MAX + 1]; /* template, or "" : %u login; RFC 4515 */
    char log_in_name[MK_TEXT_MAX + 1];     /* template of what to bind as, or "" for the DN: %u */
    char realm[MK_TEXT_MAX + 1];           /* of RFC 4120, for passwords that expired, or "" */
    uint32_t kdcs;                         /* 0..MK_URIS_MAX, tried in this order */
    char kdc[MK_URIS_MAX][MK_URI_MAX + 1]; /* hosts; the ports are 88 and 464 */
    char default_policy[MK_DN_MAX + 1];    /* DN of the policy that accounts do not name, or "" */
    char name_attribute[MK_ATTRIBUTE_MAX + 1]; /* of the person, e.g. "cn" */
    char unit_attribute[MK_ATTRIBUTE_MAX + 1]; /* of the person, e.g. "ou" */
    /* What a helpdesk needs besides, each or "": */
    char login_attribute[MK_ATTRIBUTE_MAX + 1];                /* of the person, e.g. "uid" */
    char staff_attribute[MK_ATTRIBUTE_MAX + 1];                /* staff number: "employeeNumber" */
    char phone_attribute[MK_PHONES_MAX][MK_ATTRIBUTE_MAX + 1]; /* to call back */
    char note_attribute[MK_ATTRIBUTE_MAX + 1]; /* of an account: takes mk_request_reset.note */
    uint32_t max_age_unit;                     /* enum mk_age_unit, the ministry's rule */
    uint32_t max_age;                          /* in those units; months are calendar months */
    uint32_t warn_seconds;                     /* the warning window */
    uint32_t server_ms;                        /* time for one server to be reached, TLS included */
    uint32_t operation_ms;                     /* time for one operation to be answered */
    uint32_t total_ms;                         /* time after which the asker gives a request up */
};

/* MK_REQUEST_SYSTEM: one per system of this directory, before MK_REQUEST_CONNECT. */
struct mk_request_system {
    struct mk_header header;
    int32_t system;                 /* 0..MK_SYSTEMS_MAX-1 */
    char account_dn[MK_DN_MAX + 1]; /* template, or "" : %u login, %d person's DN, %m mail */
    char account_filter[MK_FILTER_MAX + 1]; /* template, or "" */
};

/*
 * MK_REQUEST_PERSON: who the templates are about, in a directory that is not the log-in directory;
 * there, who had logged in before this worker was started in the place of another.
 */
struct mk_request_person {
    struct mk_header header;
    char login[MK_LOGIN_MAX + 1];
    char dn[MK_DN_MAX + 1];
    char mail[MK_TEXT_MAX + 1];
};

/* MK_REQUEST_CONNECT: reach and verify one of the servers. Nothing secret is sent. */
struct mk_request_connect {
    struct mk_header header;
};

/*
 * MK_REQUEST_BIND: one bind with the policy request control (draft-behera-ldap-password-policy-10).
 * For MK_PERSON `login` is looked up first; for a system the account found by READ is bound as.
 * Connects first where there is no connection.
 */
struct mk_request_bind {
    struct mk_header header;
    int32_t system;               /* MK_PERSON, or a system */
    char login[MK_LOGIN_MAX + 1]; /* with MK_PERSON: without "@domain" */
    struct mk_password password;
};

/* MK_REQUEST_READ: accounts as they stand now, as whoever the connection is bound. */
struct mk_request_read {
    struct mk_header header;
    int32_t system; /* MK_EVERY_SYSTEM (the person's own entry included), MK_PERSON or a system */
};

/*
 * MK_REQUEST_CHANGE: Password Modify (RFC 3062), old and new password, over the present bind. In a
 * directory where nobody is bound, or somebody else than the log-in person, the worker first binds
 * as the account itself with `old_password`. Where the server in use takes no changes, another one
 * that does is asked over a connection of its own, after a bind there as the log-in person or, with
 * MK_PERSON or without `log_in_password`, as the account itself.
 */
struct mk_request_change {
    struct mk_header header;
    int32_t system; /* MK_PERSON or a system */
    struct mk_password old_password;
    struct mk_password new_password;
    struct mk_password log_in_password; /* of the log-in person in the log-in directory, or empty */
};

/* Who was bound as; only where the person's entry can be read, i.e. not before a forced change. */
struct mk_reply_person {
    struct mk_header header;
    char dn[MK_DN_MAX + 1];
    char name[MK_TEXT_MAX + 1]; /* raw from the directory: make it printable before showing it */
    char unit[MK_TEXT_MAX + 1]; /* likewise */
    char mail[MK_TEXT_MAX + 1]; /* likewise */
};

/*
 * What became of a change, sent before the state is read back. Each time before the change is
 * handed to a server, MK_OUTCOME_UNKNOWN is sent ahead: what holds if nothing more comes. The last
 * counts.
 */
struct mk_reply_outcome {
    struct mk_header header;
    uint32_t result; /* MK_OK: changed. MK_OUTCOME_UNKNOWN. Anything else: not changed, and why */
    uint32_t sent;   /* 0: nothing was sent, so that asking again is safe */
    uint32_t server; /* index of the URI that it is or was sent to */
};

struct mk_reply_account {
    struct mk_header header;
    struct mk_account account;
};

/* Why a password has to be changed before anything else. */
enum mk_forced {
    MK_NOT_FORCED,
    MK_FORCED_ISSUED,  /* it was set by somebody else */
    MK_FORCED_EXPIRED, /* nobody gets in with it any more */
    MK_FORCES
};

/* The last packet of every answer. */
struct mk_reply_end {
    struct mk_header header;
    uint32_t result;
    int32_t ldap_code; /* with MK_SERVER_REFUSED: the LDAP result code (RFC 4511, 4.1.9), else 0 */
    uint32_t server;   /* index of the URI in use */
    uint32_t kind;     /* enum mk_kind of that server; MK_KIND_ASK when it has not been reached */
    uint32_t failed;   /* bit i: uri[i] was of no use for this request */
    uint32_t failure;  /* enum mk_result: why the first of those was not */
    uint32_t bound;    /* 1: somebody is bound now */
    uint32_t must_change;   /* after BIND: enum mk_forced; nothing but the change is allowed. Where
                               nobody is bound then, it goes by RFC 3244 */
    int32_t grace;          /* after BIND: grace log-ins left, -1 when the server said nothing */
    char dn[MK_DN_MAX + 1]; /* after BIND: the DN bound as, or where nobody is, of the person */
};

union mk_request {
    struct mk_header header;
    struct mk_request_directory directory;
    struct mk_request_system system;
    struct mk_request_person person;
    struct mk_request_connect connect;
    struct mk_request_bind bind;
    struct mk_request_read read;
    struct mk_request_change change;
    struct mk_request_group group;
    struct mk_request_member member;
    struct mk_request_find find;
    struct mk_request_view view;
    struct mk_request_unlock unlock;
    struct mk_request_reset reset;
};

union mk_reply {
    struct mk_header header;
    struct mk_reply_person person;
    struct mk_reply_outcome outcome;
    struct mk_reply_account account;
    struct mk_reply_end end;
    struct mk_reply_member member;
    struct mk_reply_found found;
    struct mk_reply_count count;
    struct mk_reply_caller caller;
    struct mk_reply_view view;
};

#endif
