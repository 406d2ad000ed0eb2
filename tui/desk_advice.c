/* SPDX-License-Identifier: MIT */

/*
 * What may be done, and what would help: from what the servers have said so far. The smallest thing
 * that helps is recommended, and a lock alone never asks for a new password.
 */

#include <string.h>

#include "desk_work.h"

static const struct mk_request_directory *directory_of(const struct desk *desk, int row)
{
    return &desk->session->config->directory[desk->row[row].directory].request;
}

enum desk_refusal desk_refusal(const struct desk *desk)
{
    if (!desk->has_card)
        return DESK_NO_CARD;
    if (desk->bar != DESK_FREE)
        return DESK_BARRED;
    if (desk->acting || desk->calling)
        return DESK_BUSY;
    return desk->called ? DESK_MAY_ACT : DESK_NO_CALL;
}

bool desk_view_is_locked(const struct mk_view *view)
{
    if (view->lock == MK_LOCK_UNSEEN)
        return view->account.standing == MK_LOCKED || view->account.standing == MK_LOCKED_FOR_GOOD;
    return view->lock != MK_NOT_LOCKED;
}

bool desk_cell_is_locked(const struct desk_cell *cell)
{
    return cell->seen && desk_view_is_locked(&cell->view);
}

/* The first server that shows a lock, -1: none. */
static int locked_at(const struct desk *desk, int row)
{
    for (int i = 0; i < (int)directory_of(desk, row)->uris; i++)
        if (desk_cell_is_locked(&desk->row[row].cell[i]))
            return i;
    return -1;
}

bool desk_is_locked(const struct desk *desk, int row)
{
    return locked_at(desk, row) >= 0;
}

bool desk_can_reset_at(const struct desk *desk, int row, int server)
{
    const struct desk_cell *cell = &desk->row[row].cell[server];

    return (directory_of(desk, row)->writable >> server & 1) != 0 && cell->seen &&
           cell->view.dn[0] != '\0';
}

int desk_reset_server(const struct desk *desk, int row)
{
    for (int i = 0; i < (int)directory_of(desk, row)->uris; i++)
        if (desk_can_reset_at(desk, row, i))
            return i;
    return -1;
}

/* --- a reset without an answer --- */

/* Whether the password has been set since; Active Directory shows that as the demand to change. */
static bool is_set_anew(const struct mk_view *before, const struct mk_view *now)
{
    if (now->account.changed != MK_TIME_UNKNOWN && (before->account.changed == MK_TIME_UNKNOWN ||
                                                    now->account.changed > before->account.changed))
        return true;
    return now->must_change == MK_YES && before->must_change == MK_NO;
}

enum mk_result desk_found_reset(const struct mk_view *before, const struct mk_view *now,
                                const char *note)
{
    bool ours = note[0] == '\0' || strcmp(now->account.note, note) == 0;

    if (!is_set_anew(before, now))
        /* Without a time, a second reset looks like the first one but for the note. */
        return ours && now->account.changed == MK_TIME_UNKNOWN ? MK_OUTCOME_UNKNOWN
                                                               : MK_OUTCOME_UNSEEN;
    /* By the person or another helpdesk, instead of this one or after it. */
    if (!ours)
        return MK_OUTCOME_CONTRADICTED;
    if (now->must_change != MK_YES)
        return MK_LASTING;
    return desk_view_is_locked(now) ? MK_STILL_LOCKED : MK_OK;
}

/* --- the advice --- */

/* The account is there, and cannot be used, whatever is done to its password. */
static bool is_ended(const struct mk_account *account)
{
    return account->standing == MK_DISABLED || account->unknown == MK_UNKNOWN_TWO_ENTRIES;
}

/* The date alone is not known; that says nothing against the password. */
static bool lacks_only_date(const struct mk_account *account)
{
    return account->unknown == MK_UNKNOWN_NO_CHANGE || account->unknown == MK_UNKNOWN_POLICY;
}

/* An account that nothing is known to be wrong with. */
static enum desk_advice_kind advise_sound(const struct mk_view *view)
{
    /* A lock that nobody can see would look the same. */
    if (view->lock == MK_LOCK_UNSEEN)
        return DESK_CANNOT_TELL;
    return view->failures != 0 && view->failures != MK_COUNT_UNKNOWN ? DESK_RESET_IF_FORGOTTEN
                                                                     : DESK_NOTHING;
}

/* From the server whose word counts, whatever locks there are. */
static enum desk_advice_kind advise_view(const struct mk_view *view, bool is_person)
{
    const struct mk_account *account = &view->account;

    if (is_ended(account))
        return DESK_ADMINISTRATOR;
    switch ((enum mk_standing)account->standing) {
    case MK_LOCKED_FOR_GOOD:
    case MK_LOCKED:
        return DESK_UNLOCK;
    case MK_EXPIRED:
        if (account->changeable)
            return DESK_LET_CHANGE;
        return account->grace_unseen ? DESK_RESET_IF_FORGOTTEN : DESK_RESET;
    case MK_GRACE:
    case MK_MUST_CHANGE:
        return DESK_LET_CHANGE;
    case MK_OVERDUE:
    case MK_DUE_SOON:
    case MK_FINE:
        return view->must_change == MK_YES ? DESK_LET_CHANGE : advise_sound(view);
    default:
        break;
    }
    /* Not everybody has an account in every system. */
    if (account->unknown == MK_UNKNOWN_NO_ENTRY)
        return is_person ? DESK_CANNOT_TELL : DESK_NOTHING;
    if (view->must_change == MK_YES)
        return DESK_LET_CHANGE;
    return lacks_only_date(account) ? advise_sound(view) : DESK_CANNOT_TELL;
}

/* A server that still has to answer, -1: none. */
static int awaited(const struct desk *desk, int row)
{
    for (int i = 0; i < (int)directory_of(desk, row)->uris; i++)
        if (!desk->row[row].cell[i].seen && desk->row[row].cell[i].waiting)
            return i;
    return -1;
}

/* A server that may have a lock of its own which nobody can see, -1: none. */
static int unseen(const struct desk *desk, int row)
{
    for (int i = 0; i < (int)directory_of(desk, row)->uris; i++) {
        const struct desk_cell *cell = &desk->row[row].cell[i];

        if (!cell->seen || (cell->view.lock == MK_LOCK_UNSEEN && cell->view.dn[0] != '\0'))
            return i;
    }
    return -1;
}

static struct desk_advice advise_row(const struct desk *desk, int index)
{
    const struct desk_row *row = &desk->row[index];
    const struct desk_cell *cell = &row->cell[row->main];
    struct desk_advice advice = {.kind = DESK_CANNOT_TELL, .row = index, .server = row->main};
    int lock = locked_at(desk, index);
    int other;

    if (cell->seen)
        advice.kind = advise_view(&cell->view, row->system == MK_PERSON);
    else if (cell->waiting)
        advice.kind = DESK_WAIT;
    /* A reset takes the lock away with it; an administrator has to do more than that. */
    if (lock >= 0 && advice.kind != DESK_RESET && advice.kind != DESK_ADMINISTRATOR) {
        advice.kind = DESK_UNLOCK;
        advice.server = lock;
    }
    if (advice.kind != DESK_NOTHING && advice.kind != DESK_RESET_IF_FORGOTTEN)
        return advice;
    if ((other = awaited(desk, index)) >= 0)
        return (struct desk_advice){.kind = DESK_WAIT, .row = index, .server = other};
    if ((other = unseen(desk, index)) >= 0)
        return (struct desk_advice){.kind = DESK_CANNOT_TELL, .row = index, .server = other};
    return advice;
}

/* What comes before what, where several accounts have something. */
static int urgency(const struct desk *desk, const struct desk_advice *advice)
{
    static const int urgencies[DESK_ADVICES] = {
        [DESK_UNLOCK] = 7,
        [DESK_RESET] = 6,
        [DESK_ADMINISTRATOR] = 5,
        [DESK_LET_CHANGE] = 4,
        [DESK_WAIT] = 3,
        [DESK_CANNOT_TELL] = 2,
        [DESK_RESET_IF_FORGOTTEN] = 1,
    };

    /* Who cannot log in at all is helped by nothing else. */
    if (advice->kind == DESK_ADMINISTRATOR && desk->row[advice->row].system == MK_PERSON)
        return 8;
    /* Nothing is said before the person's own account has been seen. */
    if (advice->kind == DESK_WAIT && desk->row[advice->row].system == MK_PERSON)
        return 9;
    return urgencies[advice->kind];
}

struct desk_advice desk_advise(const struct desk *desk)
{
    struct desk_advice best = {.kind = DESK_NOTHING, .row = -1, .server = -1};
    bool any = false;

    for (int i = 0; i < desk->rows; i++) {
        struct desk_advice advice;

        if (desk->row[i].closed)
            continue;
        advice = advise_row(desk, i);
        if (advice.kind != DESK_NOTHING &&
            (!any || urgency(desk, &advice) > urgency(desk, &best))) {
            best = advice;
            any = true;
        }
    }
    return best;
}
