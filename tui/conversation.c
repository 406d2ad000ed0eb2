/* SPDX-License-Identifier: MIT */
#include "conversation.h"

#include <assert.h>
#include <string.h>

#include "requests.h"
#include "text.h"

static void notify(struct session *session, struct session_event event)
{
    session->notify(session->context, &event);
}

static int link_directory(const struct session *session, const struct link *link)
{
    return (int)(link - session->links);
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

static void forget(struct session *session, int account)
{
    secret_free(session->current[account + 1]);
    session->current[account + 1] = NULL;
}

bool conversation_waits_for(const struct link *link, enum ask_kind kind)
{
    for (int i = 0; i < link->count; i++)
        if (link->asks[i].kind == kind)
            return true;
    return false;
}

void conversation_open(struct session *session, int directory)
{
    const struct config *config = session->config;
    struct link *link = &session->links[directory];

    link_stop(link);
    /* A program that cannot be started shows as a worker that has gone, at the first request. */
    (void)worker_start(&link->worker, LIBEXECDIR "/matkhau-directory");
    link_add(link, ASK_DIRECTORY, MK_PERSON);
    for (int i = 0; i < config->systems; i++)
        if (config->system[i].same_as == CONFIG_OWN_ACCOUNT &&
            config->system[i].directory == directory)
            link_add(link, ASK_SYSTEM, i);
    if (directory != config->login_directory)
        link_add(link, ASK_PERSON, MK_PERSON);
    link_add(link, ASK_CONNECT, MK_PERSON);
    link->deadline_ms = session_clock_ms() + config->deadline_ms;
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
        conversation_fail(session, link, MK_CREDENTIALS);
        return;
    }
    if (binds && !link->bound && !conversation_waits_for(link, ASK_BIND_AGAIN))
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

static void set_state(struct session *session, const struct mk_account *account)
{
    for (int i = 0; i < session->row_count; i++) {
        struct row *row = &session->rows[i];

        if (row->account == account->system) {
            row->state = *account;
            row->waiting = false;
            row->failure = MK_OK;
        }
    }
}

/* Rows of this directory that still wait get no answer any more; the others learn why not. */
static void give_up_rows(struct session *session, struct link *link, enum mk_result why)
{
    int directory = link_directory(session, link);

    for (int i = 0; i < session->row_count; i++) {
        struct row *row = &session->rows[i];

        if (conversation_directory(session, row->system) != directory)
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
        if (!used || conversation_waits_for(&session->links[i], ASK_READ))
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
    read_others(session);
}

static void end_change(struct session *session, enum mk_result result, int ldap_code)
{
    int account = session->change_system;
    bool known = session->current[account + 1] != NULL;

    /* What binds next time: always remembered where it is what we are logged in with. */
    if (result == MK_OK &&
        (known || account == MK_PERSON || session_is_elsewhere(session, account)))
        conversation_remember(session, account, session->change_new);
    if (result == MK_OK && account == MK_PERSON)
        session->binds_cost = false;
    mk_wipe(session->change_old, sizeof *session->change_old);
    mk_wipe(session->change_new, sizeof *session->change_new);
    session->changing = false;
    notify(session, (struct session_event){.type = SESSION_CHANGED,
                                           .system = account,
                                           .result = result,
                                           .ldap_code = ldap_code,
                                           .grace = -1});
}

/*
 * The outcome of a change is unknown: find out in a new worker, at the price of one bind at most.
 * The person's own bind is known to be right, so an account that can be read over it costs no
 * failing bind at all: the time of its last change has moved, or has not.
 */
static void verify(struct session *session, struct link *link)
{
    int directory = link_directory(session, link);
    int account = session->change_system;

    notify(session,
           (struct session_event){.type = SESSION_VERIFYING, .system = account, .grace = -1});
    conversation_open(session, directory);
    if (account == MK_PERSON || directory != session->config->login_directory) {
        conversation_ask(session, link, ASK_VERIFY_BIND, account);
    } else {
        conversation_ask_as_person(session, directory, ASK_VERIFY_READ, account);
    }
}

static bool is_wrong_password(enum mk_result result)
{
    return result == MK_CREDENTIALS || result == MK_WRONG_PASSWORD;
}

/*
 * What it means that the old password is still the current one. A server that was merely late may
 * make the change after all: then nobody may say that it was not made.
 */
static enum mk_result unchanged(const struct session *session)
{
    return session->change_late ? MK_OUTCOME_UNKNOWN : MK_LOST;
}

static void verified_by_bind(struct session *session, struct link *link, enum mk_result result)
{
    int account = session->change_system;

    if (result == MK_OK)
        end_change(session, MK_OK, 0);
    else
        end_change(session, is_wrong_password(result) ? unchanged(session) : MK_OUTCOME_UNKNOWN, 0);
    session_row(session, account)->waiting = true;
    conversation_ask_as_person(session, link_directory(session, link), ASK_READ, account);
}

static void verified_by_reading(struct session *session, enum mk_result result)
{
    int64_t now = session_row(session, session->change_system)->state.changed;
    int64_t before = session->change_before;

    if (result != MK_OK || now == MK_TIME_UNKNOWN || before == MK_TIME_UNKNOWN)
        end_change(session, MK_OUTCOME_UNKNOWN, 0);
    else
        end_change(session, now > before ? MK_OK : unchanged(session), 0);
}

static void take_outcome(struct session *session, const struct mk_reply_outcome *outcome)
{
    session->change_result = outcome->result;
    session->change_late = outcome->late != 0;
    /* Nothing went out over a line that had died before: asking once more is safe. */
    if (outcome->result == MK_LOST && outcome->sent == 0 && !session->change_again)
        session->change_again = true;
    else if (outcome->result == MK_LOST)
        session->change_again = false;
}

static void ended_change(struct session *session, struct link *link, struct ask ask,
                         const struct mk_reply_end *end)
{
    if (session->change_result == MK_OUTCOME_UNKNOWN) {
        verify(session, link);
    } else if (session->change_result == MK_LOST && session->change_again) {
        session->change_result = MK_OUTCOME_UNKNOWN;
        session->change_late = true;
        conversation_ask_as_person(session, link_directory(session, link), ASK_CHANGE, ask.system);
    } else {
        end_change(session, session->change_result, end->ldap_code);
    }
}

/* A log-in has ended. Nothing is read before the screen has seen whether a change is forced. */
static void ended_log_in(struct session *session, struct link *link, struct ask ask,
                         const struct mk_reply_end *end)
{
    bool opening = ask.kind == ASK_OPEN;

    if (end->result != MK_OK) {
        forget(session, ask.system);
    } else if (!opening) {
        session->logged_in = true;
        session->binds_cost = end->grace >= 0;
        memcpy(session->dn, end->dn, sizeof session->dn);
    } else if (!end->must_change && end->grace < 0) {
        session_row(session, ask.system)->waiting = true;
        conversation_ask(session, link, ASK_READ, ask.system);
    }
    notify(session, (struct session_event){.type = opening ? SESSION_OPENED : SESSION_LOGGED_IN,
                                           .system = ask.system,
                                           .result = end->result,
                                           .ldap_code = end->ldap_code,
                                           .must_change = end->must_change != 0,
                                           .grace = end->grace});
}

static void ended_read(struct session *session, struct link *link, struct ask ask, bool was_bound,
                       const struct mk_reply_end *end)
{
    int directory = link_directory(session, link);

    /* Servers close connections that were idle for long; that is nobody's fault and soon mended. */
    if (end->result == MK_LOST && was_bound && !link->read_again && !session->binds_cost &&
        directory == session->config->login_directory) {
        link->read_again = true;
        conversation_ask_as_person(session, directory, ASK_READ, ask.system);
        return;
    }
    link->read_again = false;
    give_up_rows(session, link, end->result);
    if (directory == session->config->login_directory)
        read_others(session);
    notify(session, (struct session_event){.type = SESSION_ROWS, .result = end->result});
}

/* What is queued behind a request that has failed cannot work either. */
static bool fails_the_rest(enum ask_kind kind)
{
    return kind <= ASK_CONNECT || kind == ASK_BIND_AGAIN;
}

static void take_end(struct session *session, struct link *link, const struct mk_reply_end *end)
{
    struct ask ask = link_take(link);
    bool was_bound = link->bound;

    link->bound = end->bound != 0;
    if (end->result != MK_OK && fails_the_rest(ask.kind)) {
        if (ask.kind == ASK_BIND_AGAIN && is_wrong_password(end->result))
            forget(session, MK_PERSON);
        if (ask.kind == ASK_CONNECT && link->count == 0)
            notify(session,
                   (struct session_event){.type = SESSION_CONNECTED, .result = end->result});
        conversation_fail(session, link, end->result);
        return;
    }
    switch (ask.kind) {
    case ASK_DIRECTORY:
    case ASK_SYSTEM:
    case ASK_PERSON:
    case ASK_BIND_AGAIN:
        break;
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
        ended_change(session, link, ask, end);
        break;
    case ASK_VERIFY_BIND:
        verified_by_bind(session, link, end->result);
        break;
    case ASK_VERIFY_READ:
        verified_by_reading(session, end->result);
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
        if (ask->kind == ASK_READ && session->logged_in)
            take_person(session, &reply->person);
        return true;
    case MK_REPLY_OUTCOME:
        if (ask->kind != ASK_CHANGE || reply->outcome.result >= MK_RESULTS)
            return false;
        take_outcome(session, &reply->outcome);
        return true;
    case MK_REPLY_ACCOUNT:
        if (reply->account.account.standing >= MK_STANDINGS ||
            reply->account.account.unknown >= MK_UNKNOWNS ||
            reply->account.account.reason >= MK_REASONS)
            return false;
        set_state(session, &reply->account.account);
        notify(session, (struct session_event){.type = SESSION_ROWS});
        return true;
    default:
        if (reply->end.result >= MK_RESULTS)
            return false;
        take_end(session, link, &reply->end);
        return true;
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
        forget(session, ask.system);
        notify(session, (struct session_event){.type = ask.kind == ASK_OPEN ? SESSION_OPENED
                                                                            : SESSION_LOGGED_IN,
                                               .system = ask.system,
                                               .result = why,
                                               .grace = -1});
        break;
    case ASK_READ:
        give_up_rows(session, link, why);
        if (link_directory(session, link) == session->config->login_directory)
            read_others(session);
        notify(session, (struct session_event){.type = SESSION_ROWS, .result = why});
        break;
    case ASK_CHANGE:
        /* Never sent: nothing can have changed. Told its outcome: that stands. */
        if (!under_way)
            end_change(session, why, 0);
        else if (session->change_result != MK_OUTCOME_UNKNOWN)
            end_change(session, session->change_result, 0);
        else
            verify(session, link);
        break;
    case ASK_VERIFY_BIND:
    case ASK_VERIFY_READ:
        end_change(session, MK_OUTCOME_UNKNOWN, 0);
        break;
    default:
        break;
    }
}

void conversation_fail(struct session *session, struct link *link, enum mk_result result)
{
    struct ask asks[LINK_ASKS_MAX];
    int count = link->count;
    bool asked = link->asked;

    memcpy(asks, link->asks, (size_t)count * sizeof asks[0]);
    link_stop(link);
    for (int i = 0; i < count; i++)
        fail_ask(session, link, asks[i], asked && i == 0, result);
}
