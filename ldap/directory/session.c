// SPDX-License-Identifier: MIT
#include "session.h"

#include <string.h>

#include "deadline.h"
#include "dn.h"
#include "kind.h"
#include "matkhau/channel.h"

bool session_is_login(const struct session *session)
{
    return session->directory.person_dn[0] != '\0' || session->directory.person_filter[0] != '\0';
}

bool session_has_system(const struct session *session, int32_t system)
{
    return system >= 0 && system < MK_SYSTEMS_MAX && session->has_system[system];
}

uint64_t session_below(const struct session *session, const char *dn)
{
    uint64_t below = 0;

    for (unsigned i = 0; i < MK_GROUPS_MAX; i++)
        if (session->group[i].there && dn_below(dn, session->group[i].base))
            below |= UINT64_C(1) << i;
    return below;
}

void session_drop(struct session *session)
{
    connection_close(&session->server);
    session->bound = false;
    session->must_change = false;
    session->said = standing_no_server();
}

/* A connection at rest for so long is asked whether it still works before anything goes over it. */
#define REST_MS 1000
#define PROBE_MS 1000

/* Whether the present connection can be used. A server that closes an idle one has not failed. */
static bool is_usable(struct session *session)
{
    int64_t now = deadline_after(0);
    enum mk_result result;

    if (!connection_alive(session->server))
        return false;
    /* Whoever must change the password may do nothing but that. */
    if (session->must_change || now - session->answered_ms < REST_MS)
        return true;
    result = connection_probe(session->server, session->directory.server_ms < PROBE_MS
                                                   ? session->directory.server_ms
                                                   : PROBE_MS);
    if (result == MK_OK) {
        session->answered_ms = deadline_after(0);
        return true;
    }
    route_failed(&session->route, session->server_index, result, now);
    return false;
}

static enum mk_result open_next(struct session *session, enum route_purpose purpose)
{
    const struct mk_request_directory *directory = &session->directory;
    struct route *route = &session->route;
    uint32_t order[MK_URIS_MAX];
    uint32_t count = route_order(route, directory, purpose, deadline_after(0), order);

    for (uint32_t i = 0; i < count; i++) {
        uint32_t share = route_share(route, directory, deadline_after(0), count - i);
        enum mk_result result = connection_open(directory, order[i], share, &session->server);

        if (result == MK_OK) {
            session->server_index = order[i];
            session->answered_ms = deadline_after(0);
            route_works(route, order[i]);
            return MK_OK;
        }
        route_failed(route, order[i], result, deadline_after(0));
    }
    session->server_index = route->worst_server;
    return route->worst != MK_OK ? route->worst : MK_UNREACHABLE;
}

enum mk_result session_connect(struct session *session, enum route_purpose purpose)
{
    if (session->server != NULL && !is_usable(session)) {
        bool was_bound = session->bound;
        session_drop(session);
        if (was_bound)
            return MK_LOST;
    }
    return session->server != NULL ? MK_OK : open_next(session, purpose);
}

bool session_failed(struct session *session, enum mk_result result)
{
    if (result != MK_LOST && result != MK_SILENT && result != MK_SERVER_BUSY)
        return false;
    route_failed(&session->route, session->server_index, result, deadline_after(0));
    session_drop(session);
    return true;
}

bool session_takes_changes(const struct session *session)
{
    const uint32_t takers = session->directory.writable & ~session->route.read_only;

    return (takers >> session->server_index & 1) != 0;
}

void session_leave(struct session *session, struct session_place *place)
{
    if (place->server == NULL) {
        *place = (struct session_place){
            .server = session->server,
            .server_index = session->server_index,
            .answered_ms = session->answered_ms,
            .bound = session->bound,
            .must_change = session->must_change,
            .bound_as = session->bound_as,
            .said = session->said,
        };
        session->server = NULL;
    }
    session_drop(session);
}

void session_return(struct session *session, struct session_place *place)
{
    session_drop(session);
    session->server = place->server;
    session->server_index = place->server_index;
    session->answered_ms = place->answered_ms;
    session->bound = place->bound;
    session->must_change = place->must_change;
    session->bound_as = place->bound_as;
    session->said = place->said;
    place->server = NULL;
}

void session_forget(struct session_place *place)
{
    connection_close(&place->server);
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
    session->must_change = answer.must_change != MK_NOT_FORCED;
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
    struct mk_reply_outcome packet = {
        .result = result, .sent = sent, .server = session->server_index};

    answer(session, &packet, sizeof packet, MK_REPLY_OUTCOME);
}

void session_answer_member(struct session *session, const struct mk_reply_member *member)
{
    struct mk_reply_member packet = *member;

    answer(session, &packet, sizeof packet, MK_REPLY_MEMBER);
}

void session_answer_caller(struct session *session, const struct mk_reply_caller *caller)
{
    struct mk_reply_caller packet = *caller;

    answer(session, &packet, sizeof packet, MK_REPLY_CALLER);
}

void session_answer_view(struct session *session, const struct mk_view *view)
{
    struct mk_reply_view packet;

    memset(&packet, 0, sizeof packet);
    packet.view = *view;
    answer(session, &packet, sizeof packet, MK_REPLY_VIEW);
}

void session_answer_found(struct session *session, const struct mk_caller *caller, uint64_t below)
{
    struct mk_reply_found packet;

    memset(&packet, 0, sizeof packet);
    packet.caller = *caller;
    packet.below = below;
    answer(session, &packet, sizeof packet, MK_REPLY_FOUND);
}

void session_answer_count(struct session *session, uint32_t shown, bool more)
{
    struct mk_reply_count packet = {.shown = shown, .more = more};

    answer(session, &packet, sizeof packet, MK_REPLY_COUNT);
}

static void answer_end(struct session *session, struct mk_reply_end *packet)
{
    packet->server = session->server_index;
    packet->bound = session->bound;
    packet->kind = session->server == NULL ? MK_KIND_ASK : connection_kind(session->server)->kind;
    packet->failed = session->route.tried;
    packet->failure = session->route.why;
    if (packet->result == MK_OK)
        session->answered_ms = deadline_after(0);
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
