// SPDX-License-Identifier: MIT
#include "login.h"

#include <string.h>

#include "accounts.h"
#include "kpasswd.h"
#include "template.h"

bool login_account_dn(const struct session *session, int32_t system, char *dn)
{
    if (session->self.account_dn[system][0] != '\0') {
        memcpy(dn, session->self.account_dn[system], sizeof session->self.account_dn[system]);
        return true;
    }
    return session->has_person && session->system[system].account_dn[0] != '\0' &&
           person_dn(&session->self.person, session->system[system].account_dn, dn);
}

/* One handle, one bind: what was bound before is left, and nothing of it is known any more. */
static void start_anew(struct session *session, int32_t system)
{
    if (session->bound)
        session_drop(session);
    if (system == MK_PERSON) {
        session->has_person = false;
        session->change_first = false;
        for (int32_t i = 0; i < MK_SYSTEMS_MAX; i++)
            session->self.account_dn[i][0] = '\0';
        memset(session->self.changed, 0, sizeof session->self.changed);
    }
}

/* Over the present connection; a server that shows nothing before the bind is asked after it. */
static enum mk_result find(struct session *session, const struct person *person,
                           struct bind_answer *answer, struct person_found *found)
{
    enum mk_result result = person_find(session->server, &session->directory, person, found);

    answer->ldap_code = found->ldap_code;
    if (result == MK_LOST || result == MK_SILENT || (session->bound && result != MK_OK))
        session_drop(session);
    return result;
}

static void note_person(struct session *session, struct person *person, const char *person_dn)
{
    memcpy(person->dn, person_dn, strlen(person_dn) + 1);
    session->self.person = *person;
    session->has_person = true;
}

struct bind_answer login_by_name(struct session *session, const char *login,
                                 struct mk_password *password, char *dn)
{
    struct bind_answer answer = {.result = MK_PERSON_UNKNOWN, .said = standing_no_server()};
    struct person person = {.dn = ""};
    struct person_found found;
    char name[MK_DN_MAX + 1];

    memcpy(person.login, login, strnlen(login, MK_LOGIN_MAX));
    if (!template_expand(name, sizeof name, session->directory.log_in_name,
                         &(struct template_values){person.login, "", ""}))
        return answer;
    answer = session_bind(session, MK_PERSON, name, password);
    if (answer.result == MK_OK)
        answer.result = find(session, &person, &answer, &found);
    if (answer.result != MK_OK)
        return answer;
    note_person(session, &person, found.dn);
    memcpy(dn, found.dn, sizeof found.dn);
    return answer;
}

/* The password is right, and nobody gets in with it before it is changed. */
static bool is_change_first(enum mk_result result)
{
    return result == MK_CHANGE_FIRST || result == MK_EXPIRED_FIRST;
}

static struct bind_answer bind_person(struct session *session, struct mk_request_bind *request,
                                      char *dn)
{
    struct bind_answer answer = {.said = standing_no_server()};
    struct person person = {.dn = ""};
    struct person_found found;

    if (session->directory.log_in_name[0] != '\0')
        return login_by_name(session, request->login, &request->password, dn);
    memcpy(person.login, request->login, sizeof person.login);
    answer.result = find(session, &person, &answer, &found);
    if (answer.result != MK_OK)
        return answer;
    answer = session_bind(session, MK_PERSON, found.dn, &request->password);
    if (answer.result == MK_CREDENTIALS && found.searched)
        answer.result = MK_WRONG_PASSWORD;
    if (answer.result == MK_OK)
        note_person(session, &person, found.dn);
    if (answer.result == MK_OK || is_change_first(answer.result))
        memcpy(dn, found.dn, sizeof found.dn);
    return answer;
}

bool login_needs_name(const struct session *session, int32_t system, char *dn)
{
    return !session->bound && !session_is_login(session) &&
           session->directory.log_in_name[0] != '\0' && !login_account_dn(session, system, dn);
}

struct bind_answer login_system_by_name(struct session *session, int32_t system,
                                        struct mk_password *password, char *dn)
{
    struct bind_answer answer = {.result = MK_PERSON_UNKNOWN, .said = standing_no_server()};
    char name[MK_DN_MAX + 1];

    dn[0] = '\0';
    if (!template_expand(name, sizeof name, session->directory.log_in_name,
                         &(struct template_values){session->self.person.login, "", ""}))
        return answer;
    answer = session_bind(session, system, name, password);
    if (answer.result == MK_OK)
        answer.result = accounts_find(session, system);
    if (answer.result == MK_OK && !login_account_dn(session, system, dn))
        answer.result = MK_PERSON_UNKNOWN;
    if (answer.result != MK_OK)
        session_drop(session);
    return answer;
}

static struct bind_answer bind_system(struct session *session, struct mk_request_bind *request,
                                      char *dn)
{
    struct bind_answer answer = {.result = MK_PERSON_UNKNOWN, .said = standing_no_server()};
    bool was_found = session->self.account_dn[request->system][0] != '\0';

    if (login_needs_name(session, request->system, dn))
        return login_system_by_name(session, request->system, &request->password, dn);
    /* A worker that was started anew has not read yet. */
    if (!login_account_dn(session, request->system, dn)) {
        answer.result = accounts_find(session, request->system);
        if (answer.result == MK_OK && !login_account_dn(session, request->system, dn))
            answer.result = MK_PERSON_UNKNOWN;
        if (answer.result != MK_OK)
            return answer;
        was_found = true;
    }
    answer = session_bind(session, request->system, dn, &request->password);
    if (answer.result == MK_CREDENTIALS && was_found)
        answer.result = MK_WRONG_PASSWORD;
    if (answer.result == MK_OK)
        memcpy(session->self.account_dn[request->system], dn, MK_DN_MAX + 1);
    else
        dn[0] = '\0';
    return answer;
}

/*
 * One bind, on the first server that can be asked. While no password has gone out, or where a busy
 * server sent it back unread, nothing was counted and the next one may be asked; after that none.
 */
static struct bind_answer bind_somewhere(struct session *session, struct mk_request_bind *request,
                                         char *dn)
{
    for (;;) {
        struct bind_answer answer = {.said = standing_no_server()};
        bool is_person = request->system == MK_PERSON;

        answer.result = session_connect(session, ROUTE_READ);
        if (answer.result != MK_OK)
            return answer;
        answer = is_person ? bind_person(session, request, dn) : bind_system(session, request, dn);
        if (!session_failed(session, answer.result) ||
            (answer.sent && answer.result != MK_SERVER_BUSY))
            return answer;
    }
}

/*
 * Nobody is in, but the person, whose entry is "" where nobody has seen it, may change the password
 * with what has just been found right.
 */
static struct bind_answer let_change(struct session *session, const char *login, const char *dn,
                                     enum mk_result why)
{
    struct person person = {.dn = ""};

    memcpy(person.login, login, sizeof person.login);
    note_person(session, &person, dn);
    session->change_first = true;
    return (struct bind_answer){.result = MK_OK,
                                .must_change =
                                    why == MK_CHANGE_FIRST ? MK_FORCED_ISSUED : MK_FORCED_EXPIRED,
                                .said = standing_no_server()};
}

void login_request(struct session *session, struct mk_request_bind *request)
{
    struct bind_answer answer = {.said = standing_no_server()};
    char dn[MK_DN_MAX + 1] = "";

    bool allowed = request->system == MK_PERSON ? session_is_login(session)
                                                : session_has_system(session, request->system);

    if (!allowed) {
        answer.result = MK_NOT_ALLOWED_NOW;
    } else if (request->password.length == 0) {
        answer.result = MK_EMPTY_PASSWORD;
    } else {
        start_anew(session, request->system);
        answer = bind_somewhere(session, request, dn);
        if (is_change_first(answer.result) && request->system == MK_PERSON &&
            kpasswd_is_there(&session->directory))
            answer = let_change(session, request->login, dn, answer.result);
    }
    mk_wipe(request, sizeof *request);
    session_answer_bound(session, &answer, dn);
}
