/* SPDX-License-Identifier: MIT */
#ifndef READING_H
#define READING_H

/*
 * Reading accounts: all searches are sent at once over the one connection and answered in any
 * order, so that many accounts cost one round trip (and one more where an account has a policy of
 * its own, or where a template needs the person's mail address first).
 */

#include <ldap.h>
#include <stdbool.h>
#include <stdint.h>

#include "matkhau/desk.h"
#include "person.h"
#include "session.h"

/* How many attributes of the person's own entry can be asked for besides the mail address. */
#define READING_ATTRIBUTES_MAX 8

/* Whether a filter (RFC 4515) is true of one entry. */
struct question {
    const char *base;
    const char *filter;
    int message; /* id of the search; negative: not asked */
    bool answered;
    bool yes; /* it is true. Otherwise it is false, or cannot be told, or nobody answered */
};

struct reading_wish {
    struct subject *subject; /* whose accounts; what is found is noted in it */
    bool own;                /* the subject is the session's own person */
    bool view;               /* with what only a helpdesk asks for */

    /* Of the person's own entry, ended by NULL; "" is passed over. */
    const char *person_attributes[READING_ATTRIBUTES_MAX + 1];

    /* Asked along with the rest; or none. */
    struct question *questions;
    unsigned count;

    void *context;
    /* Gets the person's own entry, which comes before the account in it; or NULL. */
    void (*person)(void *context, LDAP *ld, LDAPMessage *entry);
    /* Gets each account as it becomes known; without wish.view, only view->account counts. */
    void (*account)(void *context, const struct mk_view *view);
};

/*
 * Reads `system` (MK_EVERY_SYSTEM, the person's own entry included where this is the log-in
 * directory, MK_PERSON or a system) over the present connection. MK_OK, or MK_LOST or MK_SILENT;
 * then the accounts still open are MK_UNKNOWN_NO_ANSWER and the connection is closed.
 */
enum mk_result reading_run(struct session *session, int32_t system,
                           const struct reading_wish *wish);

/* Asks `count` questions alone; results as above. */
enum mk_result reading_ask(struct session *session, struct question *questions, unsigned count);

#endif
