/* SPDX-License-Identifier: MIT */
#include <time.h>

#include "desk_work.h"

#define WATCH_EVERY_MS 5000

void desk_watch_start(struct desk *desk, int row, int server, bool timed)
{
    struct desk_work *work = desk->work;
    int64_t now = session_clock_ms();

    const struct mk_view *view = &desk->row[row].cell[server].view;
    bool demanded = view->must_change == MK_YES;
    bool blank = demanded && view->account.changed == MK_TIME_UNKNOWN;

    desk->row[row].watch = DESK_WATCHING;
    work->watch[row].server = server;
    work->watch[row].demanded = demanded;
    /* Active Directory shows no time of change until the caller has made one. */
    work->watch[row].since = blank   ? MK_TIME_UNKNOWN
                             : timed ? desk->row[row].reset_at
                                     : MK_TIME_NEVER;
    work->watch[row].end_ms = now + (int64_t)desk->session->config->watch_seconds * 1000;
    work->watch_next_ms = now + WATCH_EVERY_MS;
}

/*
 * Set by somebody else, it must be changed; when that has gone, the caller has chosen one. 389
 * Directory Server shows the time of a change only where it is set up to keep it
 * (passwordTrackUpdateTime).
 */
static bool has_changed(const struct mk_view *view, bool demanded, int64_t since)
{
    if (view->account.changed == MK_TIME_UNKNOWN)
        return demanded && view->must_change == MK_NO;
    return view->must_change != MK_YES && view->account.changed > since;
}

void desk_watch_look(struct desk *desk, int row, int server)
{
    struct desk_row *at = &desk->row[row];
    const struct mk_view *view = &at->cell[server].view;

    if (at->watch != DESK_WATCHING || server != desk->work->watch[row].server || desk->acting)
        return;
    if (desk->work->watch[row].since == MK_TIME_NEVER) {
        desk->work->watch[row].since = view->account.changed;
        desk->work->watch[row].demanded = view->must_change == MK_YES;
    } else if (has_changed(view, desk->work->watch[row].demanded, desk->work->watch[row].since)) {
        at->watch = DESK_SEEN_CHANGED;
        at->changed_at =
            view->account.changed != MK_TIME_UNKNOWN ? view->account.changed : (int64_t)time(NULL);
        desk_tell(desk, (struct desk_event){.type = DESK_CHANGED, .row = row, .server = server});
    }
}

/* The server that has the password, and those that have not heard yet that the lock is gone. */
static void look(struct desk *desk, int row)
{
    const struct desk_row *at = &desk->row[row];

    for (int i = 0; i < MK_URIS_MAX; i++)
        if (i == desk->work->watch[row].server || desk_cell_is_locked(&at->cell[i]))
            desk_links_ask(desk, &desk->work->at[at->directory][i], ASK_VIEW, at->system);
}

int64_t desk_watch_tick(struct desk *desk, int64_t now_ms)
{
    struct desk_work *work = desk->work;
    bool any = false;
    bool due = now_ms >= work->watch_next_ms;

    for (int i = 0; i < desk->rows && !desk->acting; i++) {
        if (desk->row[i].watch != DESK_WATCHING)
            continue;
        if (now_ms >= work->watch[i].end_ms) {
            desk->row[i].watch = DESK_GAVE_UP;
            desk_tell(desk, (struct desk_event){.type = DESK_CHANGED, .row = i});
            continue;
        }
        any = true;
        if (due)
            look(desk, i);
    }
    if (!any)
        return INT64_MAX;
    if (due)
        work->watch_next_ms = now_ms + WATCH_EVERY_MS;
    return work->watch_next_ms;
}
