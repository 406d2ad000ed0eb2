/* SPDX-License-Identifier: MIT */
#include "changing.h"

#include <assert.h>
#include <time.h>

#define DAY INT64_C(86400)
#define JUST_NOW 10 /* seconds, between this machine's clock and the server's */

void changing_start(struct session *session, int account, const struct mk_password *old_password,
                    const struct mk_password *new_password)
{
    const struct mk_password *old =
        old_password != NULL ? old_password : session->current[account + 1];
    const struct trail_act act = {
        .kind = MK_TRAIL_CHANGE,
        .who = session->logged_in ? session->login : "",
        .system = account == MK_PERSON ? "person" : session->config->system[account].id};

    assert(!session->changing && old != NULL);
    secret_copy(session->change_old, old);
    secret_copy(session->change_new, new_password);
    session->changing = true;
    session->change_system = account;
    session->change_old_known = old_password == NULL;
    session->change_again = false;
    session->change_shown = false;
    session->change_told = false;
    session->change_sent = false;
    session->change_result = MK_OUTCOME_UNKNOWN;
    session->change_before = session_row(session, account)->state.changed;
    if (!trail_is_kept(&session->trail))
        changing_recorded(session);
    else if (trail_intend(&session->trail, &act) == TRAIL_REFUSED)
        changing_unrecorded(session);
}

void changing_recorded(struct session *session)
{
    int account = session->change_system;

    conversation_ask_as_person(session, conversation_directory(session, account), ASK_CHANGE,
                               account);
}

/* The server that the change was for, as far as that is known. */
static const char *server(const struct session *session)
{
    int directory = conversation_directory(session, session->change_system);
    const struct mk_request_directory *request = &session->config->directory[directory].request;

    return session->change_told && session->change_server < request->uris
               ? request->uri[session->change_server]
               : "";
}

void changing_abandoned(struct session *session)
{
    bool waits = trail_waits(&session->trail);

    trail_drop(&session->trail);
    if (session->changing)
        trail_tell(&session->trail, waits ? MK_NO_TRAIL : MK_OUTCOME_UNKNOWN, 0, server(session),
                   true);
    session->changing = false;
}

/* What nobody can tell stays with the row, so that the advice is there until the log-out. */
static void set_doubt(struct session *session, int account, enum mk_result doubt)
{
    for (int i = 0; i < session->row_count; i++)
        if (session->rows[i].account == account) {
            session->rows[i].doubt = doubt;
            session->rows[i].doubt_before = session->change_before;
        }
}

/* Which server has it, and when it was made by that one's clock. */
static void note_taken(struct session *session, int account, enum mk_result result)
{
    struct link *link = &session->links[conversation_directory(session, account)];
    bool behind =
        result != MK_OK || session_row(session, account)->state.unknown == MK_UNKNOWN_BEHIND;

    servers_took(&link->servers, session->change_server, servers_person(session->login), behind,
                 session_clock_ms());
    for (int i = 0; i < session->row_count && result == MK_OK; i++)
        if (session->rows[i].account == account)
            session->rows[i].changed_here = session->rows[i].state.changed;
}

static void end(struct session *session, enum mk_result result, int ldap_code)
{
    int account = session->change_system;
    struct session_event event = {.type = SESSION_CHANGED,
                                  .system = account,
                                  .result = result,
                                  .ldap_code = ldap_code,
                                  .grace = -1};

    /* What binds next time: always remembered where it is what we are logged in with. */
    if (result == MK_OK && (session->current[account + 1] != NULL || account == MK_PERSON ||
                            session_is_elsewhere(session, account)))
        conversation_remember(session, account, session->change_new);
    if (result == MK_OK && account == MK_PERSON)
        session->binds_cost = false;
    if (result == MK_OLD_WRONG && session->change_old_known)
        event.result = MK_NO_CHANGES_NOW;
    if (result == MK_OLD_REFUSED && session->change_old_known)
        event.result = MK_CHANGED_MEANWHILE;
    if (result == MK_CHANGED_ELSEWHERE) {
        event.when = session_row(session, account)->state.changed;
        conversation_forget(session, account);
    }
    if (result == MK_OK || result == MK_OUTCOME_CONTRADICTED)
        note_taken(session, account, result);
    if (result == MK_OK || result == MK_OUTCOME_UNKNOWN || result == MK_OUTCOME_UNSEEN ||
        result == MK_OUTCOME_CONTRADICTED)
        set_doubt(session, account, result);
    mk_wipe(session->change_old, sizeof *session->change_old);
    mk_wipe(session->change_new, sizeof *session->change_new);
    session->changing = false;
    trail_tell(&session->trail, event.result, ldap_code, server(session), true);
    session->notify(session->context, &event);
}

void changing_unrecorded(struct session *session)
{
    end(session, MK_NO_TRAIL, 0);
}

/*
 * Whether a look at the time of the last change tells what became of it. The person's own bind is
 * known to be right, so an account that can be read over it costs no failing bind at all. In Active
 * Directory that goes for the person's own account as well: the password before the last one still
 * binds there for an hour ([MS-SAMR] OldPasswordAllowedPeriod), so that it binds in either case.
 */
static bool shows_the_outcome(const struct session *session, const struct link *link, int account)
{
    if (link->directory != session->config->login_directory)
        return false;
    return account != MK_PERSON ||
           (link->kind == MK_KIND_AD && session->change_before != MK_TIME_UNKNOWN);
}

/*
 * The outcome is unknown: look it up in a new worker, on the server that was asked for the change,
 * at the price of one bind at most.
 */
static void verify(struct session *session, struct link *link)
{
    int account = session->change_system;
    int directory = conversation_directory(session, account);
    bool by_reading = shows_the_outcome(session, link, account);
    struct session_event event = {.type = SESSION_VERIFYING, .system = account, .grace = -1};

    /* A bind that nobody has asked for may count towards a lock: few of them, then the advice. */
    if (!by_reading &&
        !servers_try(&session->tries, servers_person(session->login), session_clock_ms())) {
        end(session, MK_OUTCOME_UNKNOWN, 0);
        return;
    }
    session->notify(session->context, &event);
    trail_tell(&session->trail, MK_OUTCOME_UNKNOWN, 0, server(session), false);
    conversation_open(session, directory);
    link->pinned = true;
    link->server = session->change_server;
    if (by_reading)
        conversation_ask_as_person(session, directory, ASK_VERIFY_READ, account);
    else
        conversation_ask(session, link, ASK_VERIFY_BIND, account);
}

void changing_outcome(struct session *session, const struct mk_reply_outcome *outcome)
{
    session->change_told = true;
    session->change_result = outcome->result;
    session->change_sent = outcome->sent != 0;
    session->change_server = outcome->server;
}

/* What the account shows after an answer to a change, against what it had shown before. */
enum shown { SHOWN_NOTHING, SHOWN_OLD, SHOWN_NEW };

static enum shown what_is_shown(struct session *session)
{
    const struct mk_account *state = &session_row(session, session->change_system)->state;
    int64_t before = session->change_before;
    int64_t now = (int64_t)time(NULL);

    if (!session->change_shown || state->changed == MK_TIME_UNKNOWN)
        return SHOWN_NOTHING;
    /* Before a forced change nothing had been read; the clocks may differ. */
    if (before == MK_TIME_UNKNOWN)
        return state->standing == MK_MUST_CHANGE || state->changed < now - DAY ? SHOWN_OLD
                                                                               : SHOWN_NOTHING;
    if (state->changed > before)
        return SHOWN_NEW;
    /* Two changes in one second have the same time. */
    return before > now - JUST_NOW ? SHOWN_NOTHING : SHOWN_OLD;
}

/*
 * Whether the server refused for a reason that lies in one of the passwords: then a new state is
 * the work of somebody else, and the reason it gave may follow from that.
 */
static bool is_about_password(enum mk_result result)
{
    switch (result) {
    case MK_OLD_WRONG:
    case MK_OLD_REFUSED:
    case MK_CREDENTIALS:
    case MK_TOO_YOUNG:
    case MK_TOO_SHORT:
    case MK_TOO_LONG:
    case MK_IN_HISTORY:
    case MK_FEW_KINDS:
    case MK_HOLDS_NAME:
    case MK_COMMON_WORD:
    case MK_PATTERN:
    case MK_QUALITY:
    case MK_SOME_RULE:
        return true;
    default:
        return false;
    }
}

/* Whether that is what a server says to the second one of two who change the same password. */
static bool may_be_the_loser(enum mk_result result)
{
    return result == MK_OLD_WRONG || result == MK_OLD_REFUSED || result == MK_TOO_YOUNG ||
           conversation_is_wrong_password(result);
}

/* A code alone is believed only where the state that is read back does not speak against it. */
static enum mk_result believed(struct session *session)
{
    enum mk_result said = session->change_result;
    enum shown shown = what_is_shown(session);

    if (shown == SHOWN_NEW && may_be_the_loser(said))
        return MK_CHANGED_ELSEWHERE;
    if (said == MK_OK ? shown == SHOWN_OLD : shown == SHOWN_NEW && !is_about_password(said))
        return MK_OUTCOME_CONTRADICTED;
    return said;
}

void changing_ended(struct session *session, struct link *link, int ldap_code)
{
    int directory = conversation_directory(session, session->change_system);
    bool costs = session->binds_cost && directory == session->config->login_directory;

    if (session->change_result == MK_OUTCOME_UNKNOWN) {
        verify(session, link);
    } else if (session->change_result == MK_LOST && costs) {
        end(session, MK_LOST_GRACE, 0);
    } else if (session->change_result == MK_LOST && !session->change_sent &&
               !session->change_again) {
        /* Nothing went out over a line that had died before: asking once more is safe. */
        session->change_again = true;
        session->change_told = false;
        session->change_result = MK_OUTCOME_UNKNOWN;
        conversation_ask_as_person(session, directory, ASK_CHANGE, session->change_system);
    } else {
        if (session->change_result == MK_LOG_IN_GONE)
            conversation_forget(session, MK_PERSON);
        end(session, believed(session), ldap_code);
    }
}

/* Ends with what a look at the server has shown, and has the account read anew where that is free.
 */
static void end_verified(struct session *session, struct link *link, enum mk_result result)
{
    int account = session->change_system;
    int directory = conversation_directory(session, account);

    conversation_await(session, account);
    if (result == MK_OK) {
        end(session, MK_OK, 0);
        conversation_ask_as_person(session, directory, ASK_READ, account);
    } else {
        /* No further bind without being asked: the person may be near the server's limit. */
        link_stop(link);
        conversation_give_up(session, directory, account, result);
        end(session, result, 0);
    }
}

void changing_verified(struct session *session, struct link *link, enum ask_kind kind,
                       enum mk_result result)
{
    int64_t before = session->change_before;
    int64_t now = session_row(session, session->change_system)->state.changed;
    bool known = now != MK_TIME_UNKNOWN && before != MK_TIME_UNKNOWN;

    if (kind == ASK_VERIFY_BIND)
        end_verified(session, link,
                     result == MK_OK                          ? MK_OK
                     : conversation_is_wrong_password(result) ? MK_OUTCOME_UNSEEN
                                                              : MK_OUTCOME_UNKNOWN);
    else if (result != MK_OK || !known)
        end(session, MK_OUTCOME_UNKNOWN, 0);
    else
        end(session, now > before ? MK_OK : MK_OUTCOME_UNSEEN, 0);
}

void changing_failed(struct session *session, struct link *link, enum ask_kind kind, bool under_way,
                     enum mk_result why)
{
    enum mk_result known = session->change_result;

    if (kind != ASK_CHANGE) {
        end(session, MK_OUTCOME_UNKNOWN, 0);
    } else if (!under_way || !session->change_told) {
        end(session, why, 0); /* never sent: nothing can have changed */
    } else if (known == MK_OUTCOME_UNKNOWN) {
        verify(session, link);
    } else if (known == MK_OK) {
        end_verified(session, link, MK_OK); /* only the reading back is missing */
    } else {
        end(session, known, 0);
    }
}
