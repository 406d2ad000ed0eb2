// SPDX-License-Identifier: MIT
#include "bind.h"

#include <time.h>

#include "deadline.h"
#include "ppolicy.h"

static enum mk_result classify(int code, const struct ppolicy_answer *said)
{
    switch (code) {
    case LDAP_SUCCESS:
        return MK_OK;
    case LDAP_INVALID_CREDENTIALS:
        if (said->error == PPOLICY_LOCKED)
            return MK_ACCOUNT_LOCKED;
        return said->error == PPOLICY_EXPIRED ? MK_ACCOUNT_EXPIRED : MK_CREDENTIALS;
    case LDAP_BUSY:
    case LDAP_UNAVAILABLE:
        return MK_SERVER_BUSY;
    default:
        return code < 0 ? MK_LOST : MK_SERVER_REFUSED;
    }
}

static enum mk_result send_bind(LDAP *ld, const char *dn, struct mk_password *password, int *id)
{
    struct ppolicy_request control;
    struct berval secret = {password->length, password->text};

    /* An empty password would log in as nobody and look like a success (RFC 4513, 5.1.2). */
    if (password->length == 0 || *dn == '\0')
        return MK_EMPTY_PASSWORD;
    ppolicy_ask(&control);
    if (ldap_sasl_bind(ld, dn, LDAP_SASL_SIMPLE, &secret, control.list, NULL, id) != LDAP_SUCCESS)
        return MK_LOST;
    return MK_OK;
}

struct bind_answer bind_simple(const struct verified *server, const char *dn,
                               struct mk_password *password, uint32_t operation_ms)
{
    LDAP *ld = connection_ldap(server);
    struct bind_answer answer = {.said = standing_no_server()};
    struct timeval tv = deadline_timeval(deadline_after(operation_ms));
    struct ppolicy_answer said;
    LDAPMessage *message = NULL;
    int id;
    int code;

    answer.result = send_bind(ld, dn, password, &id);
    if (answer.result != MK_OK)
        return answer;
    if (ldap_result(ld, id, LDAP_MSG_ALL, &tv, &message) <= 0 || message == NULL) {
        answer.result = MK_LOST;
        return answer;
    }
    code = ppolicy_result(ld, message, &said);
    answer.result = classify(code, &said);
    if (answer.result == MK_SERVER_REFUSED)
        answer.ldap_code = code;
    if (answer.result == MK_OK) {
        answer.must_change = said.error == PPOLICY_MUST_CHANGE;
        if (said.expires_in >= 0)
            answer.said.expires = (int64_t)time(NULL) + said.expires_in;
        if (said.grace >= 0)
            answer.said.grace = said.grace;
    }
    return answer;
}
