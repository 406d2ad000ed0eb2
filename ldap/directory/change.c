// SPDX-License-Identifier: MIT
#include "change.h"

#include <string.h>

#include "accounts.h"
#include "kind.h"
#include "login.h"

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

/* Binds as the account itself, with the only bind that a change makes. */
static struct kind_outcome bind_as(struct session *session, int32_t system, const char *dn,
                                   struct mk_password *password)
{
    struct bind_answer answer = session_bind(session, system, dn, password);
    struct kind_outcome outcome = {.result = answer.result, .ldap_code = answer.ldap_code};

    /* The password has gone out: this is no MK_LOST, after which asking again would be free. */
    if (answer.result == MK_LOST)
        outcome.result = MK_SILENT;
    return outcome;
}

static struct kind_outcome change(struct session *session, struct mk_request_change *request)
{
    struct kind_outcome outcome = {.result = MK_OK};
    char dn[MK_DN_MAX + 1];

    if (request->old_password.length == 0 || request->new_password.length == 0)
        return (struct kind_outcome){.result = MK_EMPTY_PASSWORD};
    if (session->bound && !is_bound_for(session, request->system))
        session_drop(session);
    outcome.result = session_connect(session, ROUTE_READ);
    if (outcome.result != MK_OK)
        return outcome;
    outcome.result = target_dn(session, request->system, dn);
    if (outcome.result != MK_OK)
        return outcome;
    if (!session->bound)
        outcome = bind_as(session, request->system, dn, &request->old_password);
    if (outcome.result == MK_OK)
        outcome = connection_kind(session->server)
                      ->change(session->server, dn, request, session->directory.operation_ms);
    return outcome;
}

static bool is_allowed(const struct session *session, int32_t system)
{
    if (!session->has_person)
        return false;
    if (session->must_change)
        return system == session->bound_as;
    return session_has_system(session, system) ||
           (system == MK_PERSON && session_is_login(session));
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
        if (session->bound_as == system)
            session->said = standing_no_server();
        (void)accounts_read(session, system);
    }
    session_answer_end(session, outcome.result, outcome.ldap_code);
}
