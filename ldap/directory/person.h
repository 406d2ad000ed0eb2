/* SPDX-License-Identifier: MIT */
#ifndef PERSON_H
#define PERSON_H

/* Whom the templates are about, and how the person's entry is found. */

#include <stdbool.h>
#include <stdint.h>

#include "connection.h"
#include "matkhau/message.h"
#include "matkhau/result.h"

/* A value may grow to three bytes for each of its own. */
#define PERSON_FILTER_MAX (MK_FILTER_MAX + 3 * MK_DN_MAX)

/* "" where not known. */
struct person {
    char login[MK_LOGIN_MAX + 1];
    char dn[MK_DN_MAX + 1];
    char mail[MK_TEXT_MAX + 1];
};

/* Somebody and the accounts that belong to them. */
struct subject {
    struct person person;
    char account_dn[MK_SYSTEMS_MAX][MK_DN_MAX + 1]; /* as they were last found, or "" */
    int64_t changed[MK_SYSTEMS_MAX + 1]; /* likewise, of the account + 1; 0 where not known */
};

struct person_found {
    char dn[MK_DN_MAX + 1];
    bool searched;     /* the entry is known to be there */
    int32_t ldap_code; /* with MK_SERVER_REFUSED */
};

/*
 * The DN that a template gives for `person` (RFC 4514; %u and %m escaped as values, %d as it is),
 * into `dn` of MK_DN_MAX + 1 bytes. False when the result is no DN or a value is not known.
 */
bool person_dn(const struct person *person, const char *template, char *dn);

/*
 * The filter that a template gives for `person` (RFC 4515, values escaped), into `filter` of
 * PERSON_FILTER_MAX + 1 bytes. False when it does not fit or a value is not known.
 */
bool person_filter(const struct person *person, const char *template, char *filter);

/*
 * Finds who logs in as person->login, by the template of `directory` or by a search that demands
 * exactly one hit. MK_OK, MK_PERSON_UNKNOWN, MK_PERSON_AMBIGUOUS, MK_SERVER_BUSY,
 * MK_SERVER_REFUSED, and MK_LOST or MK_SILENT, after which the connection is of no more use.
 */
enum mk_result person_find(const struct verified *server,
                           const struct mk_request_directory *directory,
                           const struct person *person, struct person_found *found);

#endif
