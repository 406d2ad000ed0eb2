// SPDX-License-Identifier: MIT
#include "change.h"

#include <string.h>

#include "accounts.h"
#include "deadline.h"
#include "login.h"
#include "ppolicy.h"

struct outcome {
    enum mk_result result;
    int32_t ldap_code; /* with MK_SERVER_REFUSED */
    bool sent;
};

#define ANY_ERROR (-2)

/*
 * What the refusals of a server mean; the first row that fits. Measured with slapd 2.5.13, whose 53
 * to RFC 3062 says that the current password is wrong or that its own ACL hides it.
 */
static const struct {
    int code;
    int error; /* enum ppolicy_error or ANY_ERROR */
    enum mk_result result;
} refusals[] = {
    {LDAP_CONSTRAINT_VIOLATION, PPOLICY_TOO_SHORT, MK_TOO_SHORT},
    {LDAP_CONSTRAINT_VIOLATION, PPOLICY_TOO_LONG, MK_TOO_LONG},
    {LDAP_CONSTRAINT_VIOLATION, PPOLICY_IN_HISTORY, MK_IN_HISTORY},
    {LDAP_CONSTRAINT_VIOLATION, PPOLICY_TOO_YOUNG, MK_TOO_YOUNG},
    {LDAP_CONSTRAINT_VIOLATION, PPOLICY_QUALITY, MK_QUALITY},
    {LDAP_CONSTRAINT_VIOLATION, PPOLICY_NONE, MK_QUALITY},
    {LDAP_INSUFFICIENT_ACCESS, PPOLICY_FORBIDDEN, MK_CHANGE_FORBIDDEN},
    {LDAP_INSUFFICIENT_ACCESS, PPOLICY_MUST_SUPPLY_OLD, MK_MUST_SUPPLY_OLD},
    {LDAP_INSUFFICIENT_ACCESS, ANY_ERROR, MK_NO_RIGHT},
    {LDAP_STRONG_AUTH_REQUIRED, ANY_ERROR, MK_NO_RIGHT},
    {LDAP_UNWILLING_TO_PERFORM, ANY_ERROR, MK_OLD_WRONG},
    {LDAP_INVALID_CREDENTIALS, ANY_ERROR, MK_OLD_WRONG},
    {LDAP_REFERRAL, ANY_ERROR, MK_READ_ONLY},
    {LDAP_BUSY, ANY_ERROR, MK_SERVER_BUSY},
    {LDAP_UNAVAILABLE, ANY_ERROR, MK_SERVER_BUSY},
};

static enum mk_result classify(int code, const struct ppolicy_answer *said)
{
    if (code == LDAP_SUCCESS)
        return MK_OK;
    if (code < 0)
        return MK_OUTCOME_UNKNOWN;
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++)
        if (refusals[i].code == code &&
            (refusals[i].error == said->error || refusals[i].error == ANY_ERROR))
            return refusals[i].result;
    return MK_SERVER_REFUSED;
}

static struct berval secret_berval(struct mk_password *password)
{
    return (struct berval){password->length, password->text};
}

/*
 * The Password Modify operation (RFC 3062) over the present bind. From the moment it is handed to
 * libldap, everything but an answer leaves the outcome open.
 */
static struct outcome modify(const struct verified *server, char *dn,
                             struct mk_request_change *request, uint32_t operation_ms)
{
    LDAP *ld = connection_ldap(server);
    struct outcome outcome = {.result = MK_OUTCOME_UNKNOWN, .sent = true};
    struct timeval tv = deadline_timeval(deadline_after(operation_ms));
    struct berval user = {strlen(dn), dn};
    struct berval old_password = secret_berval(&request->old_password);
    struct berval new_password = secret_berval(&request->new_password);
    struct ppolicy_request control;
    struct ppolicy_answer said;
    LDAPMessage *message = NULL;
    int id;
    int code;

    ppolicy_ask(&control);
    code = ldap_passwd(ld, &user, &old_password, &new_password, control.list, NULL, &id);
    if (code == LDAP_ENCODING_ERROR || code == LDAP_NO_MEMORY)
        return (struct outcome){.result = MK_WORKER_FAILED, .sent = false};
    if (code != LDAP_SUCCESS || ldap_result(ld, id, LDAP_MSG_ALL, &tv, &message) <= 0 ||
        message == NULL)
        return outcome;
    code = ppolicy_result(ld, message, &said);
    outcome.result = classify(code, &said);
    if (outcome.result == MK_SERVER_REFUSED)
        outcome.ldap_code = code;
    return outcome;
}

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
static struct outcome bind_as(struct session *session, int32_t system, const char *dn,
                              struct mk_password *password)
{
    struct bind_answer answer = session_bind(session, system, dn, password);
    struct outcome outcome = {.result = answer.result, .ldap_code = answer.ldap_code};

    /* The password has gone out: this is no MK_LOST, after which asking again would be free. */
    if (answer.result == MK_LOST)
        outcome.result = MK_SILENT;
    return outcome;
}

static struct outcome change(struct session *session, struct mk_request_change *request)
{
    struct outcome outcome = {.result = MK_OK};
    char dn[MK_DN_MAX + 1];

    if (request->old_password.length == 0 || request->new_password.length == 0)
        return (struct outcome){.result = MK_EMPTY_PASSWORD};
    if (session->bound && !is_bound_for(session, request->system))
        session_drop(session);
    outcome.result = session_connect(session);
    if (outcome.result != MK_OK)
        return outcome;
    outcome.result = target_dn(session, request->system, dn);
    if (outcome.result != MK_OK)
        return outcome;
    if (!session->bound)
        outcome = bind_as(session, request->system, dn, &request->old_password);
    if (outcome.result == MK_OK)
        outcome = modify(session->server, dn, request, session->directory.operation_ms);
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
    struct outcome outcome = {.result = MK_NOT_ALLOWED_NOW};
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
