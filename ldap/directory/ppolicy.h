/* SPDX-License-Identifier: MIT */
#ifndef PPOLICY_H
#define PPOLICY_H

/* The password policy controls of draft-behera-ldap-password-policy-10, sections 6.1 and 6.2. */

#include <ldap.h>
#include <stdint.h>

/* Errors of the response control, as they go over the wire. */
enum ppolicy_error {
    PPOLICY_NONE = -1,
    PPOLICY_EXPIRED = 0,
    PPOLICY_LOCKED = 1,
    PPOLICY_MUST_CHANGE = 2,
    PPOLICY_FORBIDDEN = 3,
    PPOLICY_MUST_SUPPLY_OLD = 4,
    PPOLICY_QUALITY = 5,
    PPOLICY_TOO_SHORT = 6,
    PPOLICY_TOO_YOUNG = 7,
    PPOLICY_IN_HISTORY = 8,
    PPOLICY_TOO_LONG = 9, /* OpenLDAP's own */
};

struct ppolicy_answer {
    int32_t expires_in; /* seconds, -1 where not said */
    int32_t grace;      /* log-ins, -1 where not said */
    int error;          /* enum ppolicy_error, or a number unknown here */
};

/* The request control in the shape libldap wants it; valid for as long as it stays in its place. */
struct ppolicy_request {
    char oid[sizeof LDAP_CONTROL_PASSWORDPOLICYREQUEST];
    LDAPControl control;
    LDAPControl *list[2];
};

void ppolicy_ask(struct ppolicy_request *request);

/* An answer without the response control. */
struct ppolicy_answer ppolicy_nothing(void);

/* What the response control among `controls` (NULL: none) says; nothing where it is malformed. */
struct ppolicy_answer ppolicy_said(LDAP *ld, LDAPControl **controls);

#endif
