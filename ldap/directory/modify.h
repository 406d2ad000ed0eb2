/* SPDX-License-Identifier: MIT */
#ifndef MODIFY_H
#define MODIFY_H

/*
 * One Modify put together step by step: the server makes all of them in this order, or none
 * (RFC 4511, 4.6).
 *
 *     struct modify m = {.steps = 0};
 *     modify_step(&m, LDAP_MOD_DELETE, "info", "old")
 *     modify_step(&m, LDAP_MOD_ADD, "info", "new")
 *     modify_send(&m, ld, dn, NULL, &id)
 */

#include <ldap.h>

#define MODIFY_STEPS_MAX 8

struct modify {
    unsigned steps;
    LDAPMod step[MODIFY_STEPS_MAX];
    struct berval value[MODIFY_STEPS_MAX];
};

/*
 * LDAP_MOD_DELETE, LDAP_MOD_ADD or LDAP_MOD_REPLACE; with `value` NULL of all values, and to none.
 * Nothing is copied: `type` and `value` have to last until the Modify is sent.
 */
void modify_step(struct modify *modify, int operation, const char *type, const char *value);

/* The same with a value that is no text. */
void modify_bytes(struct modify *modify, int operation, const char *type, struct berval value);

/* Hands it to libldap: the code and the message `id` of ldap_modify_ext. */
int modify_send(struct modify *modify, LDAP *ld, const char *dn, LDAPControl **controls, int *id);

#endif
