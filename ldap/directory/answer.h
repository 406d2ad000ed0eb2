/* SPDX-License-Identifier: MIT */
#ifndef ANSWER_H
#define ANSWER_H

/*
 * Messages of a server one by one, so that none of them can heap up (what libldap collects for
 * LDAP_MSG_ALL is as much as a server sends), and the answer to one operation taken apart.
 */

#include <ldap.h>
#include <stdint.h>

#include "matkhau/result.h"
#include "ppolicy.h"

#define ANSWER_TEXT_MAX 511

struct answer {
    int code; /* LDAP result code; negative, and libldap's own: none that can be read has come */
    struct ppolicy_answer said;
    char text[ANSWER_TEXT_MAX + 1]; /* diagnosticMessage (RFC 4511, 4.1.9), cut; raw */
};

/*
 * The next message that answers operation `id`, an entry or the result; intermediate responses
 * (RFC 4511, 4.13) and references are passed over. `deadline`: deadline.h. MK_OK, and the caller
 * frees `*message`; MK_SILENT when none comes in time, MK_LOST when none will come.
 */
enum mk_result answer_next(LDAP *ld, int id, int64_t deadline, LDAPMessage **message);

/*
 * The one entry that a search of a single one is answered with; the caller frees it. NULL when its
 * result comes without an entry, or nothing comes until `deadline`. Further entries are dropped.
 */
LDAPMessage *answer_entry(LDAP *ld, int id, int64_t deadline);

/* The result code of a message, or a negative one of libldap when it is no result of a search. */
int answer_search_code(LDAP *ld, LDAPMessage *message);

/*
 * Waits at most `milliseconds` for the answer to operation `id`, which is no search: what a server
 * calls the end of a search is no answer to it.
 */
struct answer answer_wait(LDAP *ld, int id, uint32_t milliseconds);

#endif
