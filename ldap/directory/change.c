// SPDX-License-Identifier: MIT
#include "change.h"

#include <string.h>
#include <time.h>

#include "accounts.h"
#include "kind.h"
#include "kpasswd.h"
#include "login.h"

#define READ_BACK_MAX 3
#define BEHIND_MS 100

/* Whether the present bind may change that account. */
static bool is_bound_for(const struct session *session, int32_t system)
{
    return session->bound && (session->bound_as == MK_PERSON || session->bound_as == system);
}

static enum mk_result target_dn(struct session *session, int32_t system, char *dn)
{
    enum mk_result result;

    if (system == MK_PERSON) {
        memcpy(dn, session->person.dn, sizeof session->person.dn);
        return MK_OK;
    }
    if (login_account_dn(session, system, dn))
        return MK_OK;
    result = accounts_find(session, system);
    if (result != MK_OK)
        return result;
    return login_account_dn(session, system, dn) ? MK_OK : MK_PERSON_UNKNOWN;
}

/* What came of the only bind that a change makes. */
static struct kind_outcome bound(struct bind_answer answer)
{
    struct kind_outcome outcome = {.result = answer.result, .ldap_code = answer.ldap_code};

    /* The password has gone out: this is no MK_LOST, after which asking again would be free. */
    if (answer.result == MK_LOST)
        outcome.result = MK_SILENT;
    return outcome;
}

/* Binds as the account, whose DN is known or becomes known, unless the present bind will do. */
static struct kind_outcome bind_for(struct session *session, struct mk_request_change *request,
                                    char *dn)
{
    int32_t system = request->system;
    struct kind_outcome outcome = {.result = MK_OK};

    /* Who could not get in before the change has an entry that nobody has seen. */
    if (system == MK_PERSON && session->person.dn[0] == '\0')
        return bound(login_by_name(session, session->person.login, &request->old_password, dn));
    outcome.result = target_dn(session, system, dn);
    if (outcome.result == MK_OK && !session->bound)
        outcome = bound(session_bind(session, system, dn, &request->old_password));
    return outcome;
}

static struct kind_outcome change_first(struct session *session, struct mk_request_change *request)
{
    session_drop(session);
    return kpasswd_change(&session->directory, session->person.login, request,
                          session->directory.operation_ms);
}

static struct kind_outcome change(struct session *session, struct mk_request_change *request)
{
    struct kind_outcome outcome = {.result = MK_OK};
    bool is_person = request->system == MK_PERSON;
    char dn[MK_DN_MAX + 1];

    if (request->old_password.length == 0 || request->new_password.length == 0)
        return (struct kind_outcome){.result = MK_EMPTY_PASSWORD};
    if (session->change_first)
        return change_first(session, request);
    if (session->bound && !is_bound_for(session, request->system))
        session_drop(session);
    outcome.result = session_connect(session, ROUTE_READ);
    if (outcome.result != MK_OK)
        return outcome;
    outcome = bind_for(session, request, dn);
    if ((outcome.result == MK_CHANGE_FIRST || outcome.result == MK_EXPIRED_FIRST) && is_person &&
        kpasswd_is_there(&session->directory))
        return change_first(session, request);
    if (outcome.result == MK_OK)
        outcome = connection_kind(session->server)
                      ->change(session->server, dn, request, session->directory.operation_ms);
    return outcome;
}

static bool is_allowed(const struct session *session, int32_t system)
{
    if (!session->has_person)
        return false;
    if (session->change_first)
        return system == MK_PERSON;
    if (session->must_change)
        return system == session->bound_as;
    return session_has_system(session, system) ||
           (system == MK_PERSON && session_is_login(session));
}

/*
 * The state after a change that was made: the asker holds it against the answer. A server that has
 * passed the change on to another one may show the old state for a moment.
 */
static void read_back(struct session *session, int32_t system)
{
    const struct timespec moment = {.tv_nsec = BEHIND_MS * 1000000L};
    int64_t before = session->changed[system + 1];

    for (unsigned i = 0; i < READ_BACK_MAX; i++) {
        if (accounts_read(session, system) != MK_OK || before == 0 ||
            session->changed[system + 1] != before)
            return;
        (void)nanosleep(&moment, NULL);
    }
}

void change_request(struct session *session, struct mk_request_change *request)
{
    struct kind_outcome outcome = {.result = MK_NOT_ALLOWED_NOW};
    int32_t system = request->system;

    if (is_allowed(session, system))
        outcome = change(session, request);
    mk_wipe(&request->old_password, sizeof request->old_password);
    mk_wipe(&request->new_password, sizeof request->new_password);
    session_answer_outcome(session, outcome.result, outcome.sent);
    if (outcome.result == MK_OUTCOME_UNKNOWN) {
        session_drop(session);
    } else if (outcome.result == MK_OK) {
        session->must_change = false;
        session->change_first = false;
        if (session->bound_as == system)
            session->said = standing_no_server();
        /* Without a bind there is nothing to be seen: the next one is the asker's. */
        if (session->bound)
            read_back(session, system);
    } else if (outcome.sent && session->bound && !session->must_change) {
        (void)accounts_read(session, system);
    }
    session_answer_end(session, outcome.result, outcome.ldap_code);
}
