// SPDX-License-Identifier: MIT
#include <string.h>
#include <time.h>

#include "desk.h"
#include "dn.h"
#include "kind.h"

/* Pauses between looks at a server that does not show yet what it has confirmed: one that passes
 * changes on hears of them a moment later. */
static const unsigned pauses[] = {0, 20, 40, 80, 160};

#define LOOKS (sizeof pauses / sizeof *pauses)

static void wait_ms(unsigned milliseconds)
{
    const struct timespec time = {.tv_nsec = milliseconds * 1000000L};

    (void)nanosleep(&time, NULL);
}

static void holds(void *context, enum mk_result result)
{
    session_answer_outcome(context, result, true);
}

static struct kind_act act_of(struct session *session, const struct mk_view *seen,
                              const struct mk_subject *subject)
{
    return (struct kind_act){.server = session->server,
                             .directory = &session->directory,
                             .seen = seen,
                             .person_dn = subject->dn,
                             .context = session,
                             .holds = holds};
}

/* Whether that is the account as which the operator is bound, whoever it was found for. */
static bool is_own(const struct session *session, const char *dn)
{
    const struct subject *self = &session->self;

    return dn_same(dn, session->bound_as == MK_PERSON ? self->person.dn
                                                      : self->account_dn[session->bound_as]);
}

/* Whether something can be done to that account on the server in use. */
static enum mk_result prepare(struct session *session, const struct mk_view *seen)
{
    enum mk_result result = MK_NOT_ALLOWED_NOW;

    if (!desk_has(session, seen->account.system) || seen->dn[0] == '\0' ||
        is_own(session, seen->dn))
        return result;
    result = session_connect(session, ROUTE_READ);
    if (result == MK_OK && !session_takes_changes(session))
        result = MK_READ_ONLY;
    return result;
}

/* The account as it is now, into `view`; false where nobody can tell. */
static bool look(struct session *session, const struct mk_subject *subject,
                 const struct mk_view *seen, struct mk_view *view)
{
    enum mk_result result;

    if (session->server == NULL)
        return false;
    *view = *seen;
    result = desk_look(session, subject, view);
    (void)session_failed(session, result);
    return result == MK_OK;
}

/* The last packets; `view` may be NULL. */
static void answer(struct session *session, const struct kind_outcome *outcome,
                   const struct mk_view *view)
{
    session_answer_outcome(session, outcome->result, outcome->sent);
    if (view != NULL)
        session_answer_view(session, view);
    session_answer_end(session, outcome->result, outcome->ldap_code);
}

/* What every act does after it: a server without an answer is left, and one that takes none noted.
 */
static void take_note(struct session *session, const struct kind_outcome *outcome)
{
    if (outcome->result == MK_OUTCOME_UNKNOWN)
        session_drop(session);
    if (outcome->result == MK_READ_ONLY && outcome->sent)
        route_read_only(&session->route, session->server_index);
}

/* --- unlocking --- */

static bool is_locked(const struct mk_view *view)
{
    return view->lock == MK_LOCK_TIMED || view->lock == MK_LOCK_FOR_GOOD;
}

/* What the lock that is shown now makes of it. */
static enum mk_result after_unlock(const struct kind_outcome *outcome, const struct mk_view *view)
{
    if (outcome->result == MK_STALE && view->lock == MK_NOT_LOCKED)
        return MK_OK;
    if (outcome->result != MK_OK || !is_locked(view))
        return outcome->result;
    return outcome->sent ? MK_OUTCOME_CONTRADICTED : MK_STALE;
}

void desk_unlock(struct session *session, const struct mk_request_unlock *request)
{
    struct kind_outcome outcome = {.result = prepare(session, &request->seen)};
    struct mk_view view;
    bool shown = false;

    if (outcome.result == MK_OK) {
        const struct kind *kind = connection_kind(session->server);
        struct kind_act act = act_of(session, &request->seen, &request->subject);
        outcome.result = MK_NOT_OFFERED;
        if (kind->unlock != NULL)
            outcome = kind->unlock(&act, request->refresh != 0);
        take_note(session, &outcome);
        for (size_t i = 0; i < LOOKS; i++) {
            wait_ms(pauses[i]);
            shown = look(session, &request->subject, &request->seen, &view);
            if (!shown || outcome.result != MK_OK || !is_locked(&view))
                break;
        }
        if (shown)
            outcome.result = after_unlock(&outcome, &view);
    }
    answer(session, &outcome, shown ? &view : NULL);
}

/* --- resetting --- */

/* Whether the note of this reset is to be seen: without one, what is there may be older. */
static bool is_ours(const struct session *session, const struct mk_request_reset *request,
                    const struct mk_view *view)
{
    return session->directory.note_attribute[0] == '\0' || request->note[0] == '\0' ||
           strcmp(view->account.note, request->note) == 0;
}

/* What the state that is shown now makes of a password that is set. */
static enum mk_result after_reset(const struct session *session,
                                  const struct mk_request_reset *request,
                                  const struct mk_view *view)
{
    if (!is_ours(session, request, view))
        return strcmp(view->account.note, request->seen.account.note) == 0
                   ? MK_LASTING
                   : MK_OUTCOME_CONTRADICTED;
    if (view->must_change != MK_YES)
        return MK_LASTING;
    return view->lock == MK_NOT_LOCKED ? MK_OK : MK_STILL_LOCKED;
}

/* Looks until the server shows what it has confirmed; until then the password may be a lasting one.
 */
static bool read_back(struct session *session, const struct mk_request_reset *request,
                      struct kind_outcome *outcome, struct mk_view *view)
{
    enum mk_result result = MK_LASTING;
    bool shown = false;

    session_answer_outcome(session, MK_LASTING, true);
    for (size_t i = 0; i < LOOKS && result != MK_OK; i++) {
        wait_ms(pauses[i]);
        shown = look(session, &request->subject, &request->seen, view);
        if (!shown)
            break;
        result = after_reset(session, request, view);
    }
    outcome->result = shown ? result : MK_LASTING;
    return shown;
}

void desk_reset(struct session *session, struct mk_request_reset *request)
{
    struct kind_outcome outcome = {.result = MK_EMPTY_PASSWORD};
    struct mk_view view;
    bool shown = false;

    if (request->password.length > 0)
        outcome.result = prepare(session, &request->seen);
    if (outcome.result == MK_OK) {
        const struct kind *kind = connection_kind(session->server);
        struct kind_act act = act_of(session, &request->seen, &request->subject);
        outcome.result = MK_NOT_OFFERED;
        if (kind->reset != NULL)
            outcome = kind->reset(&act, &request->password, request->note);
        mk_wipe(request->password.text, sizeof request->password.text);
        take_note(session, &outcome);
        if (outcome.result == MK_OK || outcome.result == MK_LASTING)
            shown = read_back(session, request, &outcome, &view);
        else
            shown = look(session, &request->subject, &request->seen, &view);
    }
    mk_wipe(request->password.text, sizeof request->password.text);
    answer(session, &outcome, shown ? &view : NULL);
}
