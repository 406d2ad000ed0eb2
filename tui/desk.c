/* SPDX-License-Identifier: MIT */
#include "desk.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "desk_work.h"

bool desk_is_there(const struct session *session)
{
    return session->logged_in && session->desks != 0 && !session->binds_cost;
}

bool desk_is_unread(const struct session *session)
{
    return session->logged_in && session->config->desks > 0 && session->desks == 0 &&
           (!session->desks_known || session->desks_unread != 0);
}

bool desk_open(struct desk *desk, struct session *session,
               void (*notify)(void *context, const struct desk_event *event), void *context)
{
    desk->session = session;
    desk->notify = notify;
    desk->context = context;
    desk->work = calloc(1, sizeof *desk->work);
    if (desk->work == NULL)
        return false;
    desk->work->temporary = secret_new();
    if (desk->work->temporary == NULL) {
        free(desk->work);
        desk->work = NULL;
        return false;
    }
    trail_start(&desk->work->trail, session->config, session->trail.ssh);
    desk_links_start(desk);
    desk_links_prepare(desk, &desk->work->search);
    return true;
}

void desk_close(struct desk *desk)
{
    if (desk->work != NULL) {
        desk_hang_up(desk);
        desk_links_stop(desk);
        trail_stop(&desk->work->trail);
        secret_free(desk->work->temporary);
        mk_wipe(desk->work, sizeof *desk->work);
        free(desk->work);
    }
    mk_wipe(desk, sizeof *desk);
}

/* --- events --- */

void desk_tell(struct desk *desk, struct desk_event event)
{
    struct desk_work *work = desk->work;
    struct desk_event *last = work->events > 0 ? &work->event[work->events - 1] : NULL;

    /* Whoever hears that the card has news looks at all of it. */
    if (event.type == DESK_CARD && event.result == MK_OK && last != NULL &&
        last->type == DESK_CARD && last->result == MK_OK)
        return;
    assert(work->events < DESK_EVENTS_MAX);
    work->event[work->events++] = event;
}

/* One at a time: whoever hears of one may ask for more. */
static bool report(struct desk *desk)
{
    struct desk_work *work = desk->work;
    bool any = work->events > 0;

    while (work->events > 0) {
        struct desk_event event = work->event[0];

        work->events--;
        memmove(work->event, work->event + 1, (size_t)work->events * sizeof event);
        desk->notify(desk->context, &event);
    }
    return any;
}

/* --- the trail --- */

static enum mk_trail_act act_of(const struct desk *desk, enum desk_record record)
{
    return record == DESK_RECORD_LOOK   ? MK_TRAIL_LOOK
           : record == DESK_RECORD_CALL ? MK_TRAIL_CALL
                                        : desk->work->act.kind;
}

bool desk_record(struct desk *desk, enum desk_record record, const struct desk_step *step)
{
    const struct config *config = desk->session->config;
    struct trail_act act = {
        .kind = act_of(desk, record),
        .who = desk->session->login,
        .desk = config->desk[desk->unit].id,
        .person = desk->subject.login,
    };

    if (record != DESK_RECORD_LOOK) {
        act.verified = config->check[desk->check];
        act.reason = desk->reason;
    }
    if (step != NULL) {
        const struct desk_row *row = &desk->row[step->row];

        act.system = row->system == MK_PERSON ? "person" : config->system[row->system].id;
        act.server = config->directory[row->directory].request.uri[step->server];
    }
    if (!trail_is_kept(&desk->work->trail) ||
        trail_intend(&desk->work->trail, &act) == TRAIL_REFUSED)
        return false;
    desk->work->record = record;
    return true;
}

static void take_news(struct desk *desk, enum trail_news news)
{
    enum desk_record record = desk->work->record;
    bool written = news == TRAIL_WRITTEN;

    if (news == TRAIL_NOTHING)
        return;
    desk->work->record = DESK_NO_RECORD;
    if (record == DESK_RECORD_LOOK) {
        desk_card_recorded(desk, written);
    } else if (record == DESK_RECORD_CALL) {
        desk->calling = false;
        desk->called = written;
        desk_tell(desk, (struct desk_event){
                            .type = DESK_CALL, .result = written ? MK_OK : MK_NO_TRAIL, .row = -1});
    } else if (record == DESK_RECORD_ACT) {
        desk_acts_recorded(desk, written);
    }
}

/* --- the call --- */

bool desk_call(struct desk *desk, int check, const char *reason)
{
    if (!desk->has_card || desk->bar != DESK_FREE || desk->calling || desk->called || check < 0 ||
        check >= desk->session->config->checks)
        return false;
    desk->check = check;
    (void)snprintf(desk->reason, sizeof desk->reason, "%s", reason);
    desk->calling = true;
    if (!desk_record(desk, DESK_RECORD_CALL, NULL)) {
        desk->calling = false;
        desk_tell(desk, (struct desk_event){.type = DESK_CALL, .result = MK_NO_TRAIL, .row = -1});
    }
    return true;
}

/* Forgets what the card holds. */
static void clear_card(struct desk *desk)
{
    desk->looking = desk->has_card = desk->calling = desk->called = desk->acting = false;
    mk_wipe(&desk->caller, sizeof desk->caller);
    mk_wipe(&desk->subject, sizeof desk->subject);
    mk_wipe(desk->reason, sizeof desk->reason);
    /* The rest of it has never been touched, and takes no memory. */
    mk_wipe(desk->row, (size_t)desk->rows * sizeof desk->row[0]);
    desk->rows = 0;
    desk->work->told = desk->work->own = false;
    desk->work->groups = desk->work->unread = desk->work->below = 0;
}

void desk_hang_up(struct desk *desk)
{
    struct desk_work *work = desk->work;

    if (!desk->looking && !desk->has_card)
        return;
    if (desk->acting)
        desk_acts_abandon(desk);
    trail_drop(&work->trail);
    work->record = DESK_NO_RECORD;
    for (int i = 0; i < MK_DIRECTORIES_MAX; i++)
        for (int k = 0; k < MK_URIS_MAX; k++)
            desk_links_drop(&work->at[i][k], ASK_VIEW);
    mk_wipe(work->temporary, sizeof *work->temporary);
    clear_card(desk);
    /* What is left to be told is about finding, or about nobody any more. */
    for (int i = 0; i < work->events;)
        if (work->event[i].type == DESK_FOUND)
            i++;
        else
            memmove(&work->event[i], &work->event[i + 1],
                    (size_t)(--work->events - i) * sizeof work->event[0]);
}

/* --- the loop --- */

int desk_poll(const struct desk *desk, struct pollfd *fds)
{
    int count = desk_links_poll(desk, fds);

    if (worker_running(&desk->work->trail.worker))
        fds[count++] = (struct pollfd){.fd = desk->work->trail.worker.fd, .events = POLLIN};
    return count;
}

void desk_ready(struct desk *desk)
{
    take_news(desk, trail_ready(&desk->work->trail));
    desk_links_ready(desk);
    (void)report(desk);
}

static int64_t sooner(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

int64_t desk_tick(struct desk *desk, int64_t now_ms)
{
    int64_t next;

    take_news(desk, trail_late(&desk->work->trail, now_ms, &next));
    next = sooner(next, desk_acts_tick(desk, now_ms));
    next = sooner(next, desk_watch_tick(desk, now_ms));
    next = sooner(next, desk_links_tick(desk, now_ms));
    /* What was asked for in between has a deadline of its own. */
    return report(desk) ? now_ms : next;
}
