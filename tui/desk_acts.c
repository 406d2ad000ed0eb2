/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "desk_work.h"

/* How long a server that follows another may take to hear of a change, and how often it is asked.
 */
#define SETTLE_MS 5000
#define SETTLE_EVERY_MS 500

static void start_step(struct desk *desk);

static struct desk_step *step_of(const struct desk *desk)
{
    return &desk->work->act.step[desk->work->act.next];
}

static struct desk_row *row_of(struct desk *desk)
{
    return &desk->row[step_of(desk)->row];
}

static struct desk_cell *cell_of(struct desk *desk)
{
    return &row_of(desk)->cell[step_of(desk)->server];
}

static struct desk_link *link_of(struct desk *desk)
{
    return &desk->work->at[row_of(desk)->directory][step_of(desk)->server];
}

static int count_servers(const struct desk *desk, int row)
{
    return (int)desk->session->config->directory[desk->row[row].directory].request.uris;
}

/* --- what is known of a step --- */

/* Says what became of one account on one server. */
static void tell_result(struct desk *desk, int row, int server, enum mk_result result,
                        int ldap_code)
{
    struct desk_doing *act = &desk->work->act;
    struct desk_cell *cell = &desk->row[row].cell[server];

    cell->acted = act->kind == MK_TRAIL_UNLOCK ? DESK_AN_UNLOCK : DESK_A_RESET;
    cell->result = result;
    cell->ldap_code = ldap_code;
    cell->acted_at = (int64_t)time(NULL);
    if (act->first_failure == MK_OK)
        act->first_failure = result;
    desk_tell(desk, (struct desk_event){.type = DESK_ACT,
                                        .result = result,
                                        .ldap_code = ldap_code,
                                        .row = row,
                                        .server = server});
}

/* Whether the temporary password is in force, whatever else is to be said of it. */
static bool is_set(enum mk_result result)
{
    return result == MK_OK || result == MK_LASTING || result == MK_STILL_LOCKED;
}

/*
 * The server's own time of the reset, where it has shown one; with another clock, what is later
 * than the reset could look earlier. After MK_LASTING the account may be as it was seen before.
 */
static bool has_time_of_reset(const struct desk_cell *cell, const struct mk_view *before)
{
    int64_t changed = cell->view.account.changed;

    return changed != MK_TIME_UNKNOWN &&
           (cell->result != MK_LASTING || before->account.changed == MK_TIME_UNKNOWN ||
            changed > before->account.changed);
}

static void note_reset(struct desk *desk)
{
    struct desk_row *row = row_of(desk);
    const struct desk_cell *cell = cell_of(desk);
    bool timed = has_time_of_reset(cell, &desk->work->act.before);

    row->was_reset = true;
    row->reset_at = timed ? cell->view.account.changed : cell->acted_at;
    desk_watch_start(desk, step_of(desk)->row, step_of(desk)->server, timed);
}

static void end_act(struct desk *desk)
{
    struct desk_doing *act = &desk->work->act;

    mk_wipe(desk->work->temporary, sizeof *desk->work->temporary);
    act->phase = DESK_AT_REST;
    desk->acting = false;
    desk_card_ask(desk, -1);
    desk_tell(desk,
              (struct desk_event){.type = DESK_DONE, .result = act->first_failure, .row = -1});
}

/* --- servers that follow others --- */

static void look_at_followers(struct desk *desk)
{
    for (int i = 0; i < desk->rows; i++)
        for (int k = 0; k < MK_URIS_MAX; k++)
            if ((desk->work->act.followers[i] >> k & 1) != 0)
                desk_links_ask(desk, &desk->work->at[desk->row[i].directory][k], ASK_VIEW,
                               desk->row[i].system);
}

static void settle(struct desk *desk)
{
    struct desk_doing *act = &desk->work->act;
    int64_t now = session_clock_ms();

    act->phase = DESK_SETTLING;
    act->settle_until_ms = now + SETTLE_MS;
    act->settle_next_ms = now + SETTLE_EVERY_MS;
    look_at_followers(desk);
}

/* Those that have lost the lock are done; the others are when there is no time left. */
static bool followers_left(struct desk *desk, bool late)
{
    struct desk_doing *act = &desk->work->act;
    bool left = false;

    for (int i = 0; i < desk->rows; i++)
        for (int k = 0; k < MK_URIS_MAX; k++) {
            const struct desk_cell *cell = &desk->row[i].cell[k];
            bool locked = !cell->seen || desk_cell_is_locked(cell);

            if ((act->followers[i] >> k & 1) == 0)
                continue;
            if (locked && !late) {
                left = true;
                continue;
            }
            act->followers[i] &= ~(UINT32_C(1) << k);
            tell_result(desk, i, k, locked ? MK_READ_ONLY : MK_OK, 0);
        }
    return left;
}

static bool has_followers(const struct desk *desk)
{
    for (int i = 0; i < desk->rows; i++)
        if (desk->work->act.followers[i] != 0)
            return true;
    return false;
}

int64_t desk_acts_tick(struct desk *desk, int64_t now_ms)
{
    struct desk_doing *act = &desk->work->act;

    if (act->phase != DESK_SETTLING)
        return INT64_MAX;
    if (!followers_left(desk, now_ms >= act->settle_until_ms)) {
        end_act(desk);
        return now_ms;
    }
    if (now_ms >= act->settle_next_ms) {
        act->settle_next_ms = now_ms + SETTLE_EVERY_MS;
        look_at_followers(desk);
    }
    return act->settle_next_ms < act->settle_until_ms ? act->settle_next_ms : act->settle_until_ms;
}

/* --- one step --- */

/* Where the trail takes no intent, nothing that is left may be done. */
static void skip_the_rest(struct desk *desk)
{
    struct desk_doing *act = &desk->work->act;

    while (++act->next < act->steps)
        tell_result(desk, step_of(desk)->row, step_of(desk)->server, MK_NO_TRAIL, 0);
}

static void end_step(struct desk *desk, enum mk_result result, int ldap_code)
{
    struct desk_doing *act = &desk->work->act;

    trail_tell(&desk->work->trail, result, ldap_code, "", true);
    tell_result(desk, step_of(desk)->row, step_of(desk)->server, result, ldap_code);
    if (act->kind == MK_TRAIL_RESET && is_set(result))
        note_reset(desk);
    act->tried = 0;
    if (result == MK_NO_TRAIL)
        skip_the_rest(desk);
    else
        act->next++;
    start_step(desk);
}

static void start_step(struct desk *desk)
{
    struct desk_doing *act = &desk->work->act;

    if (act->next >= act->steps) {
        if (has_followers(desk))
            settle(desk);
        else
            end_act(desk);
        return;
    }
    act->phase = DESK_INTENDING;
    act->told = act->sent = act->again = false;
    act->said = MK_OUTCOME_UNKNOWN;
    act->before = cell_of(desk)->view;
    act->tried |= UINT32_C(1) << step_of(desk)->server;
    if (!desk_record(desk, DESK_RECORD_ACT, step_of(desk)))
        end_step(desk, MK_NO_TRAIL, 0);
}

static void ask(struct desk *desk)
{
    struct desk_doing *act = &desk->work->act;

    act->phase = DESK_ASKING;
    desk_links_ask(desk, link_of(desk), act->kind == MK_TRAIL_UNLOCK ? ASK_UNLOCK : ASK_RESET,
                   row_of(desk)->system);
}

void desk_acts_recorded(struct desk *desk, bool written)
{
    if (desk->work->act.phase != DESK_INTENDING)
        return;
    if (written)
        ask(desk);
    else
        end_step(desk, MK_NO_TRAIL, 0);
}

bool desk_acts_send(struct desk *desk, struct desk_link *link, uint32_t id)
{
    const struct desk_doing *act = &desk->work->act;
    struct mk_request_unlock unlock = {.header = {MK_REQUEST_UNLOCK, id},
                                       .subject = desk->subject,
                                       .seen = act->before,
                                       .refresh = step_of(desk)->refresh};
    struct mk_request_reset reset = {
        .header = {MK_REQUEST_RESET, id}, .subject = desk->subject, .seen = act->before};
    bool sent;

    if (act->kind == MK_TRAIL_UNLOCK)
        return worker_send(&link->link.worker, &unlock, sizeof unlock);
    memcpy(reset.note, act->note, sizeof reset.note);
    secret_copy(&reset.password, desk->work->temporary);
    sent = worker_send(&link->link.worker, &reset, sizeof reset);
    mk_wipe(&reset, sizeof reset);
    return sent;
}

/* --- answers --- */

bool desk_acts_outcome(struct desk *desk, const struct mk_reply_outcome *outcome)
{
    struct desk_doing *act = &desk->work->act;

    if (act->phase != DESK_ASKING || outcome->result >= MK_RESULTS)
        return false;
    act->told = true;
    act->said = outcome->result;
    act->sent = outcome->sent != 0;
    return true;
}

/* The connection, or the server as such: another one may be asked. */
static bool is_about_server(enum mk_result result)
{
    return (result > MK_OK && result <= MK_LOST) || result == MK_SERVER_BUSY ||
           result == MK_BEHIND || result == MK_WORKER_FAILED;
}

/* Another server for a reset of which this one has got nothing. */
static int next_server(struct desk *desk, enum mk_result result)
{
    const struct desk_doing *act = &desk->work->act;
    int row = step_of(desk)->row;

    if (act->kind != MK_TRAIL_RESET ||
        !(result == MK_READ_ONLY || (is_about_server(result) && !act->sent)))
        return -1;
    for (int i = 0; i < count_servers(desk, row); i++)
        if ((act->tried >> i & 1) == 0 && desk_can_reset_at(desk, row, i))
            return i;
    return -1;
}

static void look_up(struct desk *desk)
{
    desk->work->act.phase = DESK_LOOKING_UP;
    trail_tell(&desk->work->trail, MK_OUTCOME_UNKNOWN, 0, "", false);
    desk_links_ask(desk, link_of(desk), ASK_VIEW, row_of(desk)->system);
}

static void decide(struct desk *desk, enum mk_result result, int ldap_code)
{
    struct desk_doing *act = &desk->work->act;
    enum mk_result failure = act->first_failure; /* of the rows before this one */
    int other;

    if (result == MK_OUTCOME_UNKNOWN) {
        look_up(desk);
    } else if (result == MK_LOST && !act->sent && !act->again) {
        /* Nothing went out over a line that had died before: asking once more is safe. */
        act->again = true;
        act->told = false;
        ask(desk);
    } else if ((other = next_server(desk, result)) >= 0) {
        trail_tell(&desk->work->trail, result, ldap_code, "", true);
        tell_result(desk, step_of(desk)->row, step_of(desk)->server, result, ldap_code);
        act->first_failure = failure;
        step_of(desk)->server = other;
        start_step(desk);
    } else {
        end_step(desk, result, ldap_code);
    }
}

void desk_acts_ended(struct desk *desk, enum mk_result result, int ldap_code)
{
    const struct desk_doing *act = &desk->work->act;

    if (act->phase != DESK_ASKING)
        return;
    /* An end without a word of the outcome: nothing has gone out, unless it claims success. */
    if (!act->told)
        decide(desk, result != MK_OK ? result : MK_OUTCOME_UNKNOWN, ldap_code);
    else
        decide(desk, act->said, ldap_code);
}

void desk_acts_failed(struct desk *desk, bool under_way, enum mk_result why)
{
    const struct desk_doing *act = &desk->work->act;

    if (act->phase != DESK_ASKING)
        return;
    decide(desk, under_way && act->told ? act->said : why, 0);
}

/* --- an outcome that is not known --- */

/* The note that the account has got with the reset; "": its directory keeps none. */
static const char *note_of(struct desk *desk)
{
    const struct config *config = desk->session->config;
    bool kept = config->directory[row_of(desk)->directory].request.note_attribute[0] != '\0';

    return kept ? desk->work->act.note : "";
}

void desk_acts_looked(struct desk *desk, const struct desk_link *link, int system,
                      enum mk_result result)
{
    const struct desk_doing *act = &desk->work->act;
    const struct desk_cell *cell;

    if (act->phase != DESK_LOOKING_UP || link != link_of(desk) || system != row_of(desk)->system)
        return;
    cell = cell_of(desk);
    if (result != MK_OK || !cell->seen)
        end_step(desk, MK_OUTCOME_UNKNOWN, 0);
    else if (act->kind == MK_TRAIL_RESET)
        end_step(desk, desk_found_reset(&act->before, &cell->view, note_of(desk)), 0);
    else
        end_step(desk, desk_view_is_locked(&cell->view) ? MK_OUTCOME_UNSEEN : MK_OK, 0);
}

void desk_acts_abandon(struct desk *desk)
{
    struct desk_doing *act = &desk->work->act;
    bool waits = trail_waits(&desk->work->trail);

    if (act->phase == DESK_ASKING)
        desk_links_drop(link_of(desk), act->kind == MK_TRAIL_UNLOCK ? ASK_UNLOCK : ASK_RESET);
    trail_drop(&desk->work->trail);
    trail_tell(&desk->work->trail, waits ? MK_NO_TRAIL : MK_OUTCOME_UNKNOWN, 0, "", true);
    act->phase = DESK_AT_REST;
    desk->acting = false;
}

/* --- beginning --- */

static void begin(struct desk *desk)
{
    desk->acting = true;
    start_step(desk);
}

static void plan(struct desk *desk, int row, int server, bool refresh)
{
    struct desk_doing *act = &desk->work->act;

    act->step[act->steps++] = (struct desk_step){.row = row, .server = server, .refresh = refresh};
}

static void plan_unlock(struct desk *desk, int row)
{
    struct desk_doing *act = &desk->work->act;
    bool writes = false;
    int writer = desk_reset_server(desk, row);

    for (int i = 0; i < count_servers(desk, row); i++) {
        if (!desk_cell_is_locked(&desk->row[row].cell[i]))
            continue;
        if (desk_card_is_writer(desk, row, i)) {
            plan(desk, row, i, false);
            writes = true;
        } else {
            act->followers[row] |= UINT32_C(1) << i;
        }
    }
    /* A lock that a server has for itself goes when the entry comes anew from where it follows. */
    if (!writes && act->followers[row] != 0 && writer >= 0)
        plan(desk, row, writer, true);
}

static void clear_act(struct desk *desk, enum mk_trail_act kind)
{
    memset(&desk->work->act, 0, sizeof desk->work->act);
    desk->work->act.kind = kind;
}

bool desk_unlock(struct desk *desk, int row)
{
    bool any = false;

    if (desk_refusal(desk) != DESK_MAY_ACT || row < -1 || row >= desk->rows)
        return false;
    clear_act(desk, MK_TRAIL_UNLOCK);
    for (int i = 0; i < desk->rows; i++)
        if ((row < 0 || i == row) && desk_is_locked(desk, i)) {
            plan_unlock(desk, i);
            any = true;
        }
    if (any)
        begin(desk);
    return any;
}

static void make_note(struct desk *desk)
{
    time_t now = time(NULL);
    struct tm utc;
    char stamp[sizeof "20261122065200Z"];

    gmtime_r(&now, &utc);
    (void)strftime(stamp, sizeof stamp, "%Y%m%d%H%M%SZ", &utc);
    (void)snprintf(desk->work->act.note, sizeof desk->work->act.note, "%s %s", stamp,
                   desk->session->config->desk[desk->unit].id);
}

bool desk_reset(struct desk *desk, const bool *rows, const struct mk_password *password)
{
    if (desk_refusal(desk) != DESK_MAY_ACT || password->length == 0)
        return false;
    clear_act(desk, MK_TRAIL_RESET);
    for (int i = 0; i < desk->rows; i++) {
        if (!rows[i])
            continue;
        if (desk_reset_server(desk, i) < 0)
            return false;
        plan(desk, i, desk_reset_server(desk, i), false);
    }
    if (desk->work->act.steps == 0)
        return false;
    secret_copy(desk->work->temporary, password);
    make_note(desk);
    begin(desk);
    return true;
}
