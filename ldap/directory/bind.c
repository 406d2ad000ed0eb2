// SPDX-License-Identifier: MIT
#include "bind.h"

#include <time.h>

#include "answer.h"
#include "kind.h"

static enum mk_result send_bind(LDAP *ld, const char *name, struct mk_password *password, int *id)
{
    struct ppolicy_request control;
    struct berval secret = {password->length, password->text};

    /* An empty password would log in as nobody and look like a success (RFC 4513, 5.1.2). */
    if (password->length == 0 || *name == '\0')
        return MK_EMPTY_PASSWORD;
    ppolicy_ask(&control);
    if (ldap_sasl_bind(ld, name, LDAP_SASL_SIMPLE, &secret, control.list, NULL, id) != LDAP_SUCCESS)
        return MK_LOST;
    return MK_OK;
}

struct bind_answer bind_simple(const struct verified *server, const char *name,
                               struct mk_password *password, uint32_t operation_ms)
{
    struct bind_answer result = {.said = standing_no_server()};
    LDAP *ld = connection_ldap(server);
    struct answer answer;
    int id;

    result.result = send_bind(ld, name, password, &id);
    result.sent = result.result != MK_EMPTY_PASSWORD;
    if (result.result != MK_OK)
        return result;
    answer = answer_wait(ld, id, operation_ms);
    result.result = connection_kind(server)->bind(&answer);
    if (result.result == MK_SERVER_REFUSED)
        result.ldap_code = answer.code;
    if (result.result == MK_OK) {
        const int64_t now = (int64_t)time(NULL) + connection_root(server)->ahead;

        result.must_change =
            answer.said.error == PPOLICY_MUST_CHANGE ? MK_FORCED_ISSUED : MK_NOT_FORCED;
        result.said.let_in = now;
        /* 389 Directory Server 2.3.1 adds a time without meaning where the person must change. */
        if (answer.said.expires_in >= 0 && !result.must_change)
            result.said.expires = now + answer.said.expires_in;
        if (answer.said.grace >= 0)
            result.said.grace = answer.said.grace;
    }
    return result;
}
