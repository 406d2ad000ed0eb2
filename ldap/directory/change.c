// SPDX-License-Identifier: MIT
#include "change.h"

#include <string.h>
#include <time.h>

#include "accounts.h"
#include "deadline.h"
#include "kind.h"
#include "kpasswd.h"
#include "login.h"

/* After so long a consumer that passes changes on has heard of one. */
#define HEARD_MS 300

/* Whether the present bind may change that account. */
static bool is_bound_for(const struct session *session, int32_t system)
{
    return session->bound && (session->bound_as == MK_PERSON || session->bound_as == system);
}

static enum mk_result target_dn(struct session *session, int32_t system, char *dn)
{
    enum mk_result result;

    if (system == MK_PERSON) {
        memcpy(dn, session->self.person.dn, sizeof session->self.person.dn);
        return MK_OK;
    }
    if (login_account_dn(session, system, dn))
        return MK_OK;
    result = accounts_find(session, system);
    if (result != MK_OK)
        return result;
    return login_account_dn(session, system, dn) ? MK_OK : MK_PERSON_UNKNOWN;
}

/*
 * The only bind that a change makes: as whoever has logged in, where the password for that came
 * along, or else as the account itself. Its DN is found or becomes known (`dn`).
 */
static struct bind_answer bind_for(struct session *session, struct mk_request_change *request,
                                   char *dn)
{
    struct bind_answer answer = {.result = MK_OK};

    /* Who could not get in before the change has an entry that nobody has seen. */
    if (request->system == MK_PERSON && session->self.person.dn[0] == '\0')
        return login_by_name(session, session->self.person.login, &request->old_password, dn);
    if (request->system != MK_PERSON && login_needs_name(session, request->system, dn))
        return login_system_by_name(session, request->system, &request->old_password, dn);
    answer.result = target_dn(session, request->system, dn);
    if (answer.result != MK_OK || session->bound)
        return answer;
    if (request->system == MK_PERSON || request->log_in_password.length == 0)
        return session_bind(session, request->system, dn, &request->old_password);
    answer = session_bind(session, MK_PERSON, session->self.person.dn, &request->log_in_password);
    if (answer.result == MK_CREDENTIALS)
        answer.result = MK_LOG_IN_GONE;
    return answer;
}

/* On the present server, or where there is none on the next one that takes changes. */
static struct kind_outcome change_here(struct session *session, struct mk_request_change *request,
                                       bool *elsewhere)
{
    bool was_bound = session->bound;
    struct kind_outcome outcome = {.result = session_connect(session, ROUTE_WRITE)};
    struct bind_answer answer;
    char dn[MK_DN_MAX + 1];

    if (outcome.result != MK_OK)
        return outcome;
    answer = bind_for(session, request, dn);
    outcome = (struct kind_outcome){.result = answer.result, .ldap_code = answer.ldap_code};
    /* Where nothing has been counted, the next server may be asked instead. */
    if (outcome.result != MK_OK) {
        *elsewhere = session_failed(session, outcome.result) && !was_bound &&
                     (!answer.sent || answer.result == MK_SERVER_BUSY);
        /* The password has gone out: this is no MK_LOST, after which asking again would be free. */
        if (answer.sent && outcome.result == MK_LOST)
            outcome.result = MK_SILENT;
        return outcome;
    }
    session_answer_outcome(session, MK_OUTCOME_UNKNOWN, true);
    outcome = connection_kind(session->server)
                  ->change(session->server, dn, request, session->directory.operation_ms);
    if (outcome.result == MK_READ_ONLY) {
        route_read_only(&session->route, session->server_index);
        *elsewhere = route_has(&session->route, &session->directory, ROUTE_WRITE);
        session_answer_outcome(session, MK_READ_ONLY, false);
    }
    return outcome;
}

/* Whoever gets in nowhere before the change. */
static struct kind_outcome change_first(struct session *session, struct mk_request_change *request)
{
    session_drop(session);
    session_answer_outcome(session, MK_OUTCOME_UNKNOWN, true);
    return kpasswd_change(&session->directory, session->self.person.login, request,
                          session->directory.operation_ms);
}

/*
 * What was left for a server that takes changes is taken up again when nobody is bound there, or
 * somebody else than the person.
 */
static void settle(struct session *session, struct session_place *left)
{
    bool is_better = session->bound && (session->bound_as == MK_PERSON || !left->bound);

    if (left->server == NULL)
        return;
    if (is_better)
        session_forget(left);
    else
        session_return(session, left);
}

/*
 * Never follows a referral: the host that it names was not verified by anybody. The servers that
 * take changes are those of the configuration.
 */
static struct kind_outcome change(struct session *session, struct mk_request_change *request,
                                  struct session_place *left)
{
    struct kind_outcome outcome;
    bool elsewhere;

    if (request->old_password.length == 0 || request->new_password.length == 0)
        return (struct kind_outcome){.result = MK_EMPTY_PASSWORD};
    if (session->change_first)
        return change_first(session, request);
    if (session->bound && !is_bound_for(session, request->system))
        session_drop(session);
    do {
        elsewhere = false;
        if (session->server != NULL && !session_takes_changes(session))
            session_leave(session, left);
        outcome = change_here(session, request, &elsewhere);
    } while (elsewhere);
    if ((outcome.result == MK_CHANGE_FIRST || outcome.result == MK_EXPIRED_FIRST) &&
        request->system == MK_PERSON && kpasswd_is_there(&session->directory))
        return change_first(session, request);
    /* The person can be read of, so the directory as a whole is not gone. */
    if (left->server != NULL && session->server == NULL && !outcome.sent &&
        session->route.worst == outcome.result)
        outcome.result = MK_NO_WRITER;
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

/* --- reading back --- */

/* Whether the server still shows what was before the change that it has confirmed. */
static bool is_behind(const struct mk_account *account, int64_t before, int64_t now)
{
    if (account->standing == MK_UNKNOWN)
        return false;
    if (account->changed == MK_TIME_UNKNOWN || before == 0)
        return account->standing == MK_MUST_CHANGE || account->standing == MK_GRACE ||
               account->standing == MK_EXPIRED;
    /* Two changes within a second have the same time. */
    return account->changed < before || (account->changed == before && now - before > 2);
}

static void wait_ms(unsigned milliseconds)
{
    const struct timespec time = {.tv_sec = milliseconds / 1000,
                                  .tv_nsec = milliseconds % 1000 * 1000000L};

    (void)nanosleep(&time, NULL);
}

/*
 * A consumer that passes changes on keeps the connection of somebody who had to change restricted:
 * one bind with the new password, of which it has to have heard first.
 */
static bool bind_anew(struct session *session, int32_t system, struct mk_password *password)
{
    char dn[MK_DN_MAX + 1];

    if (target_dn(session, system, dn) != MK_OK)
        return false;
    session_drop(session);
    wait_ms(HEARD_MS);
    return session_connect(session, ROUTE_READ) == MK_OK &&
           session_bind(session, system, dn, password).result == MK_OK;
}

/*
 * Reads the account on the server that took the change, and again for a while as long as that one
 * shows the old state: a consumer that passes changes on hears of them a moment later. The asker
 * holds what is shown against the answer.
 */
static void read_back(struct session *session, struct mk_request_change *request, bool had_to)
{
    static const unsigned pauses[] = {0, 20, 40, 80, 160};
    const int32_t system = request->system;
    const int64_t before = session->self.changed[system + 1];
    struct mk_account account = standing_unknown(system, MK_UNKNOWN_NO_ANSWER);
    bool behind = true;

    for (size_t i = 0; behind && i < sizeof pauses / sizeof *pauses; i++) {
        wait_ms(pauses[i]);
        if (accounts_look(session, system, &account) != MK_OK)
            break;
        if (had_to && account.unknown == MK_UNKNOWN_REFUSED) {
            had_to = false;
            account = standing_unknown(system, MK_UNKNOWN_BEHIND);
            if (!bind_anew(session, system, &request->new_password))
                break;
            continue;
        }
        behind = is_behind(&account, before, (int64_t)time(NULL));
    }
    session_answer_account(session, &account);
}

void change_request(struct session *session, struct mk_request_change *request)
{
    struct kind_outcome outcome = {.result = MK_NOT_ALLOWED_NOW};
    struct session_place left = {.server = NULL};
    int32_t system = request->system;
    bool had_to = session->must_change;

    if (is_allowed(session, system))
        outcome = change(session, request, &left);
    mk_wipe(&request->old_password, sizeof request->old_password);
    /* Only the text: with sanitizers gcc 12 takes the whole for its first member. */
    mk_wipe(request->log_in_password.text, sizeof request->log_in_password.text);
    session_answer_outcome(session, outcome.result, outcome.sent);
    if (outcome.result == MK_OUTCOME_UNKNOWN) {
        session_drop(session);
    } else if (outcome.result == MK_OK) {
        session->must_change = false;
        session->change_first = false;
        session->route.first = session->server_index;
        if (session->bound_as == system)
            session->said = standing_no_server();
        /* Without a bind there is nothing to be seen: the next one is the asker's. */
        if (session->bound)
            read_back(session, request, had_to);
    }
    mk_wipe(&request->new_password, sizeof request->new_password);
    settle(session, &left);
    /* A password that somebody else has changed meanwhile looks like a wrong one. */
    if (outcome.result != MK_OK && outcome.result != MK_OUTCOME_UNKNOWN &&
        (outcome.sent || outcome.result == MK_CREDENTIALS) && session->bound &&
        !session->must_change)
        (void)accounts_read(session, system);
    session_answer_end(session, outcome.result, outcome.ldap_code);
}
