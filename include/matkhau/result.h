/* SPDX-License-Identifier: MIT */
#ifndef MATKHAU_RESULT_H
#define MATKHAU_RESULT_H

/*
 * What became of a request, in one closed list. The workers decide on protocol codes and controls,
 * never on message text; the sentence for a person is made from this code in tui/sentences.c.
 */
enum mk_result {
    MK_OK = 0,

    /* The connection. Nothing secret had been sent when one of these is reported. */
    MK_UNREACHABLE,      /* refused, no route */
    MK_SILENT,           /* no answer within the time allowed */
    MK_NAME_UNRESOLVED,  /* the host name has no address */
    MK_CERT_UNTRUSTED,   /* not signed by the configured CA, or a CA in between was not sent */
    MK_CERT_SELF_SIGNED, /* signed by itself, and not in the CA file */
    MK_CERT_NAME,        /* made out to another host (RFC 6125; only subjectAltName counts) */
    MK_CERT_COMMON_NAME, /* names the host in its subject only, which has not counted since 2011 */
    MK_CERT_EXPIRED,     /* notAfter has passed, of the certificate or a CA above it */
    MK_CERT_NOT_YET,     /* notBefore lies ahead: often a wrong clock on this machine */
    MK_CA_FILE,          /* the configured CA file cannot be used */
    MK_TLS_REFUSED,      /* StartTLS refused by the server, or by somebody on the line who
                            answers in its place (RFC 4511, 4.14) */
    MK_TLS_OLD,          /* TLS 1.1 at most (RFC 8996), or a signature of an outdated kind */
    MK_TLS_PLAIN_PORT,   /* ldaps, but the port speaks LDAP in clear */
    MK_TLS_CLEAR_TEXT,   /* StartTLS was agreed to, and clear text followed */
    MK_TLS_FAILED,       /* the handshake broke for another reason */

    /* The connection broke. Only a change turns this into an unknown outcome. */
    MK_LOST,

    /* Logging in. */
    MK_CREDENTIALS,      /* LDAP 49: wrong name or password, or a lock the server does not tell */
    MK_WRONG_PASSWORD,   /* LDAP 49 for an entry that the search had found */
    MK_PERSON_UNKNOWN,   /* the search found nobody */
    MK_PERSON_AMBIGUOUS, /* the search found more than one entry */
    MK_ACCOUNT_LOCKED,   /* ppolicy error 1: locked, idle, not yet or no longer valid */
    MK_LOCKED_OUT,       /* locked after wrong passwords, and nothing else is meant */
    MK_ACCOUNT_EXPIRED,  /* ppolicy error 0: expired, no grace login left */
    MK_ACCOUNT_DISABLED, /* switched off by an administrator */
    MK_ACCOUNT_ENDED,    /* the account itself, not its password, is no longer or not yet valid */
    MK_NOT_AT_THIS_TIME, /* outside the hours at which this account may log in */
    MK_NOT_FROM_HERE,    /* this account may log in at certain machines only */
    MK_CHANGE_FIRST,     /* the password is right; set by somebody else, nobody gets in before it is
                            changed in a way that is not there or not set up (RFC 3244) */
    MK_EXPIRED_FIRST,    /* the same of one that has expired */
    MK_EMPTY_PASSWORD,   /* refused here, never sent (RFC 4513, 5.1.2) */
    MK_NEEDS_TLS,        /* LDAP 13: it takes passwords over TLS only */
    MK_SERVER_BUSY,      /* LDAP 51, 52: busy, unavailable */
    MK_SERVER_REFUSED,   /* any other LDAP result code; the code goes with the reply */

    /* Changing (RFC 3062, draft-behera-ldap-password-policy-10). Nothing was changed. */
    MK_OLD_WRONG,        /* LDAP 53: the current password is wrong, the ACL hides it (slapd), or the
                           server takes no changes (slapd: readonly) */
    MK_OLD_REFUSED,      /* LDAP 49: it is wrong, and the server means nothing else by it */
    MK_MUST_SUPPLY_OLD,  /* ppolicy error 4 */
    MK_CHANGE_FORBIDDEN, /* ppolicy error 3: this person may not change this password */
    MK_NO_RIGHT,         /* LDAP 50 without a policy error: the ACL does not allow it */
    MK_TOO_YOUNG,        /* ppolicy error 7 */
    MK_TOO_SHORT,        /* ppolicy error 6 */
    MK_TOO_LONG,         /* ppolicy error 9 */
    MK_IN_HISTORY,       /* ppolicy error 8: used before, the current one included */
    MK_FEW_KINDS,        /* more kinds of characters wanted: digits, capitals, signs ... */
    MK_HOLDS_NAME,       /* holds a name or another value of the person's entry */
    MK_COMMON_WORD,      /* holds a word of a list or of a dictionary */
    MK_PATTERN,          /* runs, repeats, or the same read backwards */
    MK_QUALITY,          /* ppolicy error 5, or LDAP 19 without more */
    MK_SOME_RULE, /* one of the server's rules: length, kinds, history or age; not told which */
    MK_KDC_UNREACHABLE, /* the Kerberos server that changes expired passwords: nothing was sent */
    MK_KDC_REFUSED,     /* it refused for a reason of its own */
    MK_CLOCK_SKEW,      /* this machine's clock is too far from that server's (RFC 4120) */
    MK_READ_ONLY,       /* LDAP 10: only referrals, and no other server takes changes */
    MK_NO_WRITER,   /* none of the servers that take changes can be used now; others can be read */
    MK_LOG_IN_GONE, /* the log-in's password is no longer accepted; nothing was changed */

    /* The outcome of a change cannot be known from here. */
    MK_OUTCOME_UNKNOWN,
    MK_OUTCOME_UNSEEN, /* a later look found the old state; the server may still make the change */
    MK_OUTCOME_CONTRADICTED, /* the server's answer is one thing, the state it shows is another */

    /* A helpdesk's act. */
    MK_STALE,        /* LDAP 122 (RFC 4528) or the like: the account is no longer as it was seen;
                        nothing was changed */
    MK_LASTING,      /* the password is set, and the server does not demand that it be changed */
    MK_STILL_LOCKED, /* the password is set, and the lock is still there */
    MK_NOT_OFFERED,  /* this kind of server has no such thing */

    /* Found out by the terminal program, never sent by a worker. */
    MK_NO_CHANGES_NOW,    /* MK_OLD_WRONG, but for a password that had bound in this session */
    MK_CHANGED_MEANWHILE, /* MK_OLD_REFUSED, likewise: somebody has changed it since */
    MK_CHANGED_ELSEWHERE, /* MK_OLD_WRONG, and the time of change has moved since it was read */
    MK_BEHIND,            /* refused by a server that may not have heard of the last change yet */
    MK_NO_TRAIL,          /* the trail did not take the intent; nothing was sent */
    MK_LOST_GRACE, /* MK_LOST before anything was sent, and a new bind costs a grace log-in */

    /* The worker program itself. */
    MK_NOT_ALLOWED_NOW, /* the request does not fit the worker's state */
    MK_WORKER_FAILED,   /* could not be started, ended, or broke the protocol */

    MK_RESULTS /* how many there are; the trail has their names in ldap/trail/names.c */
};

#endif
