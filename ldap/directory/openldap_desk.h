/* SPDX-License-Identifier: MIT */
#ifndef OPENLDAP_DESK_H
#define OPENLDAP_DESK_H

/* What a helpdesk does in OpenLDAP, for kind_openldap.c: kind->unlock and kind->reset. */

#include "kind.h"

/*
 * What an act holds the entry against, from an entry with entryCSN, pwdAccountLockedTime and
 * pwdReset; "" without the first.
 */
void openldap_version(LDAP *ld, LDAPMessage *entry, char version[MK_VERSION_MAX + 1]);

struct kind_outcome openldap_unlock(const struct kind_act *act, bool refresh);
struct kind_outcome openldap_reset(const struct kind_act *act, struct mk_password *password,
                                   const char *note);

#endif
