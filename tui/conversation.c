/* SPDX-License-Identifier: MIT */
#include "conversation.h"

#include <assert.h>
#include <string.h>

#include "changing.h"
#include "requests.h"
#include "text.h"

static void notify(struct session *session, struct session_event event)
{
    session->notify(session->context, &event);
}

int conversation_directory(const struct session *session, int system)
{
    int account = session_account(session, system);

    return account == MK_PERSON ? session->config->login_directory
                                : session->config->system[account].directory;
}

void conversation_remember(struct session *session, int account, const struct mk_password *password)
{
    struct mk_password **current = &session->current[account + 1];

    if (*current == NULL)
        *current = secret_new();
    if (*current != NULL)
        secret_copy(*current, password);
}

bool conversation_is_wrong_password(enum mk_result result)
{
    return result == MK_CREDENTIALS || result == MK_WRONG_PASSWORD;
}

void conversation_forget(struct session *session, int account)
{
    secret_free(session->current[account + 1]);
    session->current[account + 1] = NULL;
}

bool conversation_waits_for(const struct link *link, enum ask_kind kind, int system)
{
    for (int i = 0; i < link->count; i++)
        if (link->asks[i].kind == kind && link->asks[i].system == system)
            return true;
    return false;
}

void conversation_open(struct session *session, int directory)
{
    struct link *link = &session->links[directory];

    link_stop(link);
    requests_open(session, link);
}

void conversation_ask(struct session *session, struct link *link, enum ask_kind kind, int system)
{
    link_add(link, kind, system);
    link->deadline_ms = session_clock_ms() + session->config->deadline_ms;
    conversation_pump(session, link);
}

void conversation_ask_as_person(struct session *session, int directory, enum ask_kind kind,
                                int system)
{
    struct link *link = &session->links[directory];
    bool binds = directory == session->config->login_directory && session->logged_in;

    if (!worker_running(&link->worker))
        conversation_open(session, directory);
    /* The change of the person's own password binds by itself, with what was typed for it. */
    if (kind == ASK_CHANGE && system == MK_PERSON)
        binds = false;
    if (binds && !link->bound && session->current[MK_PERSON + 1] == NULL) {
        link_add(link, kind, system);
        conversation_fail(session, link, MK_LOG_IN_GONE);
        return;
    }
    if (binds && !link->bound && !conversation_waits_for(link, ASK_BIND_AGAIN, MK_PERSON))
        link_add(link, ASK_BIND_AGAIN, MK_PERSON);
    conversation_ask(session, link, kind, system);
}

void conversation_pump(struct session *session, struct link *link)
{
    if (link->asked || link->count == 0)
        return;
    link->asked = true;
    if (!requests_send(session, link, &link->asks[0]))
        conversation_fail(session, link, MK_WORKER_FAILED);
}

/* A worker speaks for its own directory only. */
static bool set_state(struct session *session, const struct link *link,
                      const struct mk_account *account)
{
    bool known = false;

    for (int i = 0; i < session->row_count; i++) {
        struct row *row = &session->rows[i];

        if (row->account != account->system ||
            conversation_directory(session, row->system) != link->directory)
            continue;
        /* A later time of change is the proof that was missing. */
        if (row->doubt_before != MK_TIME_UNKNOWN && account->changed > row->doubt_before)
            row->doubt = MK_OK;
        row->state = *account;
        row->waiting = false;
        row->failure = MK_OK;
        known = true;
    }
    return known;
}

void conversation_give_up(struct session *session, int directory, int system, enum mk_result why)
{
    for (int i = 0; i < session->row_count; i++) {
        struct row *row = &session->rows[i];

        if (conversation_directory(session, row->system) != directory ||
            (system != MK_EVERY_SYSTEM && row->account != system))
            continue;
        if (row->waiting) {
            row->state.standing = MK_UNKNOWN;
            row->state.unknown = MK_UNKNOWN_NO_ANSWER;
        }
        row->waiting = false;
        if (row->state.unknown == MK_UNKNOWN_NO_ANSWER && why != MK_OK)
            row->failure = why;
    }
}

void conversation_await(struct session *session, int account)
{
    for (int i = 0; i < session->row_count; i++)
        if (session->rows[i].account == account)
            session->rows[i].waiting = true;
}

/* Once it is known who the person is, the other directories are asked, all at the same time. */
static void read_others(struct session *session)
{
    const struct config *config = session->config;

    if (session->others_asked)
        return;
    session->others_asked = true;
    for (int i = 0; i < config->directories; i++) {
        bool used = false;

        if (i == config->login_directory)
            continue;
        for (int k = 0; k < config->systems; k++)
            used = used || (config->system[k].same_as == CONFIG_OWN_ACCOUNT &&
                            config->system[k].directory == i);
        if (!used || conversation_waits_for(&session->links[i], ASK_READ, MK_EVERY_SYSTEM))
            continue;
        if (!worker_running(&session->links[i].worker))
            conversation_open(session, i);
        conversation_ask(session, &session->links[i], ASK_READ, MK_EVERY_SYSTEM);
    }
}

static void take_person(struct session *session, const struct mk_reply_person *person)
{
    memcpy(session->dn, person->dn, sizeof session->dn);
    memcpy(session->mail, person->mail, sizeof session->mail);
    text_printable(session->name, sizeof session->name, person->name);
    text_printable(session->unit, sizeof session->unit, person->unit);
}

/* Whether the person's password may be right, though the server does not know it yet. */
static bool is_behind(const struct session *session, const struct link *link)
{
    return servers_may_be_behind(&link->servers, link->server, servers_person(session->login),
                                 session_clock_ms());
}

/* A log-in has ended. Nothing is read before the screen has seen whether a change is forced. */
static void ended_log_in(struct session *session, struct link *link, struct ask ask,
                         const struct mk_reply_end *end)
{
    bool opening = ask.kind == ASK_OPEN;
    enum mk_result result = end->result;

    if (conversation_is_wrong_password(result) && is_behind(session, link))
        result = MK_BEHIND;
    if (end->result != MK_OK) {
        conversation_forget(session, ask.system);
    } else if (!opening) {
        session->logged_in = true;
        session->binds_cost = end->grace >= 0;
        memcpy(session->dn, end->dn, sizeof session->dn);
    } else if (!end->must_change && end->grace < 0) {
        conversation_await(session, ask.system);
        conversation_ask(session, link, ASK_READ, ask.system);
    }
    notify(session, (struct session_event){.type = opening ? SESSION_OPENED : SESSION_LOGGED_IN,
                                           .system = ask.system,
                                           .result = result,
                                           .ldap_code = end->ldap_code,
                                           .must_change = end->must_change,
                                           .grace = end->grace});
}

/* Of which desks the person is an operator: asked once the table is there, until it is known. */
static void ask_member(struct session *session, struct link *link)
{
    if (session->config->desks == 0 || session->desks_known || !link->bound ||
        link->directory != session->config->login_directory ||
        conversation_waits_for(link, ASK_MEMBER, MK_PERSON))
        return;
    conversation_ask(session, link, ASK_MEMBER, MK_PERSON);
}

static void take_member(struct session *session, const struct mk_reply_member *member)
{
    uint64_t desks = (UINT64_C(1) << session->config->desks) - 1;

    session->desks = member->groups & desks;
    session->desks_unread = member->unread & desks & ~session->desks;
    session->desks_known = true;
}

static void ended_read(struct session *session, struct link *link, struct ask ask, bool was_bound,
                       const struct mk_reply_end *end)
{
    int directory = link->directory;

    /*
     * Servers close connections that were idle for long, and one that falls silent has others
     * beside it; that is nobody's fault and soon mended.
     */
    if ((end->result == MK_LOST || end->result == MK_SILENT) && was_bound && !link->read_again &&
        !session->binds_cost && directory == session->config->login_directory) {
        link->read_again = true;
        conversation_ask_as_person(session, directory, ASK_READ, ask.system);
        return;
    }
    link->read_again = false;
    conversation_give_up(session, directory, ask.system, end->result);
    if (directory == session->config->login_directory)
        read_others(session);
    notify(session, (struct session_event){.type = SESSION_ROWS, .result = end->result});
    if (end->result == MK_OK)
        ask_member(session, link);
}

/* What is queued behind a request that has failed cannot work either. */
static bool fails_the_rest(enum ask_kind kind)
{
    return kind <= ASK_CONNECT || kind == ASK_BIND_AGAIN;
}

/* Which servers were of no use; the line that says so is for what went well all the same. */
static void note_failures(struct session *session, struct link *link,
                          const struct mk_reply_end *end)
{
    servers_failed(&link->servers, end->failed, session_clock_ms());
    if (end->failed != 0 && end->failure < MK_RESULTS)
        session->detour = (enum mk_result)end->failure;
}

static void take_end(struct session *session, struct link *link, const struct mk_reply_end *end)
{
    struct ask ask = link_take(link);
    bool was_bound = link->bound;

    link->bound = end->bound != 0;
    if (end->kind != MK_KIND_ASK)
        link->kind = end->kind;
    if (!link->pinned)
        link->server = end->server;
    note_failures(session, link, end);
    if (end->result != MK_OK && fails_the_rest(ask.kind)) {
        bool refused = ask.kind == ASK_BIND_AGAIN && conversation_is_wrong_password(end->result);
        bool behind = refused && is_behind(session, link);
        bool gone = refused && !behind;

        if (gone)
            conversation_forget(session, MK_PERSON);
        if (ask.kind == ASK_CONNECT && link->count == 0)
            notify(session,
                   (struct session_event){.type = SESSION_CONNECTED, .result = end->result});
        conversation_fail(session, link,
                          gone     ? MK_LOG_IN_GONE
                          : behind ? MK_BEHIND
                                   : (enum mk_result)end->result);
        return;
    }
    switch (ask.kind) {
    case ASK_CONNECT:
        notify(session, (struct session_event){.type = SESSION_CONNECTED, .result = MK_OK});
        break;
    case ASK_LOG_IN:
    case ASK_OPEN:
        ended_log_in(session, link, ask, end);
        break;
    case ASK_READ:
        ended_read(session, link, ask, was_bound, end);
        break;
    case ASK_CHANGE:
        changing_ended(session, link, end->ldap_code);
        break;
    case ASK_VERIFY_BIND:
    case ASK_VERIFY_READ:
        changing_verified(session, link, ask.kind, end->result);
        break;
    default:
        break;
    }
}

static bool take_reply(struct session *session, struct link *link, const union mk_reply *reply)
{
    const struct ask *ask = &link->asks[0];

    if (!link->asked || reply->header.id != ask->id)
        return false;
    switch (reply->header.type) {
    case MK_REPLY_PERSON:
        if (link->directory != session->config->login_directory)
            return false;
        take_person(session, &reply->person);
        if (ask->kind == ASK_READ)
            read_others(session);
        return true;
    case MK_REPLY_OUTCOME:
        if (ask->kind != ASK_CHANGE || reply->outcome.result >= MK_RESULTS)
            return false;
        changing_outcome(session, &reply->outcome);
        return true;
    case MK_REPLY_ACCOUNT:
        if (reply->account.account.standing >= MK_STANDINGS ||
            reply->account.account.unknown >= MK_UNKNOWNS ||
            reply->account.account.reason >= MK_REASONS ||
            !set_state(session, link, &reply->account.account))
            return false;
        if (ask->kind == ASK_CHANGE && reply->account.account.system == session->change_system)
            session->change_shown = true;
        notify(session, (struct session_event){.type = SESSION_ROWS});
        return true;
    case MK_REPLY_MEMBER:
        if (ask->kind != ASK_MEMBER)
            return false;
        take_member(session, &reply->member);
        return true;
    case MK_REPLY_END:
        if (reply->end.result >= MK_RESULTS || reply->end.kind >= MK_KINDS ||
            reply->end.must_change >= MK_FORCES)
            return false;
        take_end(session, link, &reply->end);
        return true;
    default:
        return false;
    }
}

void conversation_ready(struct session *session, struct link *link)
{
    union mk_reply reply;
    enum mk_received received;

    while (worker_running(&link->worker)) {
        received = worker_receive(&link->worker, &reply, sizeof reply, mk_reply_shapes);
        if (received == MK_RECEIVED_NOTHING)
            break;
        if (received != MK_RECEIVED || !take_reply(session, link, &reply)) {
            conversation_fail(session, link, MK_WORKER_FAILED);
            break;
        }
    }
    conversation_pump(session, link);
}

/* Tells whoever asked that there will be no answer. */
static void fail_ask(struct session *session, struct link *link, struct ask ask, bool under_way,
                     enum mk_result why)
{
    switch (ask.kind) {
    case ASK_LOG_IN:
    case ASK_OPEN:
        conversation_forget(session, ask.system);
        notify(session, (struct session_event){.type = ask.kind == ASK_OPEN ? SESSION_OPENED
                                                                            : SESSION_LOGGED_IN,
                                               .system = ask.system,
                                               .result = why,
                                               .grace = -1});
        break;
    case ASK_READ:
        conversation_give_up(session, link->directory, ask.system, why);
        if (link->directory == session->config->login_directory)
            read_others(session);
        notify(session, (struct session_event){.type = SESSION_ROWS, .result = why});
        break;
    case ASK_CHANGE:
    case ASK_VERIFY_BIND:
    case ASK_VERIFY_READ:
        changing_failed(session, link, ask.kind, under_way, why);
        break;
    default:
        break;
    }
}

/*
 * What a worker that is no more had said of a change. Only now can it say nothing further: it may
 * have been quicker than its end, and to deny what it has done would be a lie.
 */
static void hear_the_rest(struct session *session, struct link *link)
{
    union mk_reply reply;

    while (worker_receive(&link->worker, &reply, sizeof reply, mk_reply_shapes) == MK_RECEIVED)
        if (reply.header.type == MK_REPLY_OUTCOME && reply.header.id == link->asks[0].id &&
            reply.outcome.result < MK_RESULTS)
            changing_outcome(session, &reply.outcome);
}

void conversation_fail(struct session *session, struct link *link, enum mk_result result)
{
    struct ask asks[LINK_ASKS_MAX];
    int count = link->count;
    bool asked = link->asked;

    memcpy(asks, link->asks, (size_t)count * sizeof asks[0]);
    /* Whoever was asked and said nothing is asked last from now on. */
    if (result == MK_SILENT && asked && asks[0].kind >= ASK_LOG_IN)
        servers_failed(&link->servers, UINT32_C(1) << link->server % MK_URIS_MAX,
                       session_clock_ms());
    worker_kill(&link->worker);
    if (asked && asks[0].kind == ASK_CHANGE)
        hear_the_rest(session, link);
    link_stop(link);
    for (int i = 0; i < count; i++)
        fail_ask(session, link, asks[i], asked && i == 0, result);
}
