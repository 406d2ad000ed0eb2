/* SPDX-License-Identifier: MIT */
#ifndef ANSWER_H
#define ANSWER_H

/* The answer to one operation other than a search, taken apart. */

#include <ldap.h>
#include <stdint.h>

#include "ppolicy.h"

#define ANSWER_TEXT_MAX 511

struct answer {
    int code; /* LDAP result code; negative, and libldap's own: none that can be read has come */
    struct ppolicy_answer said;
    char text[ANSWER_TEXT_MAX + 1]; /* diagnosticMessage (RFC 4511, 4.1.9), cut; raw */
};

/* Waits at most `milliseconds` for the answer to operation `id`. */
struct answer answer_wait(LDAP *ld, int id, uint32_t milliseconds);

#endif
