/* SPDX-License-Identifier: MIT */
#ifndef KIND_OPENLDAP_H
#define KIND_OPENLDAP_H

/*
 * How OpenLDAP with the overlay ppolicy keeps the state of a password: slapo-ppolicy(5). Everything
 * that another kind of server does differently is here, so that another kind is another such file.
 */

#include <ldap.h>
#include <stdbool.h>
#include <stddef.h>

#include "standing.h"

/* How many attributes kind_openldap_account_attributes gives at most. */
#define KIND_OPENLDAP_ATTRIBUTES 8

/* Attributes to ask for, NULL at the end. */
extern const char *const kind_openldap_account_attributes[];
extern const char *const kind_openldap_policy_attributes[];

/*
 * The facts of an account's entry. `policy` (`size` bytes) becomes the DN of the policy that the
 * entry names, "" where it names none and the overlay's default applies. False when it names one
 * that does not fit.
 */
bool kind_openldap_account(LDAP *ld, LDAPMessage *entry, struct standing_facts *facts, char *policy,
                           size_t size);

/* The rules of a policy's entry; `read` is false when it does not show itself as one. */
struct standing_policy kind_openldap_policy(LDAP *ld, LDAPMessage *entry);

#endif
