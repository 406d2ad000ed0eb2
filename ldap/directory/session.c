// SPDX-License-Identifier: MIT
#include "session.h"

#include <string.h>

#include "matkhau/channel.h"

bool session_is_login(const struct session *session)
{
    return session->directory.person_dn[0] != '\0' || session->directory.person_filter[0] != '\0';
}

bool session_has_system(const struct session *session, int32_t system)
{
    return system >= 0 && system < MK_SYSTEMS_MAX && session->has_system[system];
}

void session_drop(struct session *session)
{
    connection_close(&session->server);
    session->bound = false;
    session->must_change = false;
    session->said = standing_no_server();
}

enum mk_result session_connect(struct session *session)
{
    if (session->server != NULL && !connection_alive(session->server)) {
        bool was_bound = session->bound;
        session_drop(session);
        if (was_bound)
            return MK_LOST;
    }
    if (session->server != NULL)
        return MK_OK;
    return connection_open(&session->directory, &session->server, &session->server_index);
}

struct bind_answer session_bind(struct session *session, int32_t system, const char *dn,
                                struct mk_password *password)
{
    struct bind_answer answer =
        bind_simple(session->server, dn, password, session->directory.operation_ms);

    policies_forget(&session->policies);
    if (answer.result != MK_OK) {
        session_drop(session);
        return answer;
    }
    session->bound = true;
    session->bound_as = system;
    session->must_change = answer.must_change;
    session->said = answer.said;
    return answer;
}

static void answer(struct session *session, void *packet, size_t size, uint32_t type)
{
    const struct mk_header header = {type, session->request};

    memcpy(packet, &header, sizeof header);
    if (mk_send(session->channel, packet, size) != 0)
        session->ended = true;
}

void session_answer_person(struct session *session, const struct mk_reply_person *person)
{
    struct mk_reply_person packet = *person;

    answer(session, &packet, sizeof packet, MK_REPLY_PERSON);
}

void session_answer_account(struct session *session, const struct mk_account *account)
{
    struct mk_reply_account packet;

    memset(&packet, 0, sizeof packet);
    packet.account = *account;
    answer(session, &packet, sizeof packet, MK_REPLY_ACCOUNT);
}

void session_answer_outcome(struct session *session, enum mk_result result, bool sent)
{
    struct mk_reply_outcome packet = {.result = result, .sent = sent};

    answer(session, &packet, sizeof packet, MK_REPLY_OUTCOME);
}

static void answer_end(struct session *session, struct mk_reply_end *packet)
{
    packet->server = session->server_index;
    packet->bound = session->bound;
    answer(session, packet, sizeof *packet, MK_REPLY_END);
}

void session_answer_end(struct session *session, enum mk_result result, int32_t ldap_code)
{
    struct mk_reply_end packet = {.result = result, .ldap_code = ldap_code, .grace = -1};

    answer_end(session, &packet);
}

void session_answer_bound(struct session *session, const struct bind_answer *answer, const char *dn)
{
    struct mk_reply_end packet = {
        .result = answer->result,
        .ldap_code = answer->ldap_code,
        .must_change = answer->must_change,
        .grace = answer->said.grace,
    };

    memcpy(packet.dn, dn, strlen(dn) + 1);
    answer_end(session, &packet);
}
