/* SPDX-License-Identifier: MIT */
#include "card.h"

#include <stdio.h>

#include "dates.h"
#include "language.h"

struct card *card_of(const struct app *app)
{
    return app->memory;
}

const struct desk_row *card_row(const struct app *app)
{
    return app->calling.row < app->desk->rows ? &app->desk->row[app->calling.row] : NULL;
}

int card_locked(const struct app *app)
{
    int count = 0;

    for (int i = 0; i < app->desk->rows; i++)
        count += desk_is_locked(app->desk, i);
    return count;
}

/* --- the order --- */

static int urgency(const struct desk *desk, int row)
{
    const struct desk_cell *main = &desk->row[row].cell[desk->row[row].main];

    if (desk_is_locked(desk, row))
        return -1;
    return main->seen ? (int)main->view.account.standing : MK_UNKNOWN;
}

/* An insertion sort: some dozens of rows, nearly in order already, and stable. */
static void sort_rows(struct app *app)
{
    int *order = card_of(app)->order;

    for (int i = 0; i < app->desk->rows; i++) {
        int k = i;

        for (; k > 0 && urgency(app->desk, i) < urgency(app->desk, order[k - 1]); k--)
            order[k] = order[k - 1];
        order[k] = i;
    }
}

int card_position(const struct app *app)
{
    for (int i = 0; i < app->desk->rows; i++)
        if (card_of(app)->order[i] == app->calling.row)
            return i;
    return 0;
}

/* The cursor stands where something is to be done, until a key moves it, and on the screen. */
static void keep_in_sight(struct app *app)
{
    struct card *card = card_of(app);
    int position;

    sort_rows(app);
    if (!app->calling.has_row) {
        int advised = desk_advise(app->desk).row;

        app->calling.row = advised >= 0 ? advised : card->order[0];
    }
    position = card_position(app);
    if (position < card->top)
        card->top = position;
    if (position >= card->top + card_visible(app))
        card->top = position - card_visible(app) + 1;
}

static void draw(struct app *app)
{
    keep_in_sight(app);
    card_draw(app);
}

/* --- moving --- */

static void move_by(struct app *app, int step)
{
    int last = app->desk->rows - 1;
    int position;

    keep_in_sight(app);
    position = card_position(app) + step;
    position = position > last ? last : position;
    app->calling.row = card_of(app)->order[position < 0 ? 0 : position];
    app->calling.has_row = true;
}

static void go_up(struct app *app)
{
    move_by(app, -1);
}

static void go_down(struct app *app)
{
    move_by(app, 1);
}

static void page_up(struct app *app)
{
    move_by(app, -card_visible(app));
}

static void page_down(struct app *app)
{
    move_by(app, card_visible(app));
}

static void previous_server(struct app *app)
{
    if (card_of(app)->server > 0)
        card_of(app)->server--;
}

static void next_server(struct app *app)
{
    const struct desk_row *row = card_row(app);

    if (card_of(app)->server + 1 < (int)app->config.directory[row->directory].request.uris)
        card_of(app)->server++;
}

static void to_list(struct app *app)
{
    card_of(app)->mode = CARD_LIST;
}

/* --- looking --- */

static void show_detail(struct app *app)
{
    const struct desk_row *row = card_row(app);

    if (row == NULL)
        return;
    app->calling.has_row = true; /* news must not move what is being looked at */
    if (row->closed) {
        app->selected = row->system;
        app->has_selected = true;
        app_go(app, &screen_account);
        return;
    }
    card_of(app)->mode = CARD_DETAIL;
    card_of(app)->server = 0;
}

static void refresh(struct app *app)
{
    desk_refresh(app->desk);
}

/* --- doing --- */

static void say_why_not(struct app *app)
{
    switch (desk_refusal(app->desk)) {
    case DESK_BUSY:
        app_say(app, _("Something is still under way; please wait for it."));
        break;
    case DESK_BARRED:
        app_say(app, sentence_bar(app->desk->bar));
        break;
    default:
        app_say(app, _("That is not possible now."));
        break;
    }
}

static void do_unlock(struct app *app, int row)
{
    card_of(app)->mode = CARD_LIST;
    card_of(app)->failed = false;
    if (!desk_unlock(app->desk, row))
        say_why_not(app);
}

static bool is_locked_for_good(const struct app *app, const struct desk_row *row)
{
    for (int i = 0; i < (int)app->config.directory[row->directory].request.uris; i++)
        if (row->cell[i].seen && row->cell[i].view.lock == MK_LOCK_FOR_GOOD)
            return true;
    return false;
}

/* Without a question where only one answer makes sense. */
static void choose_unlock(struct app *app)
{
    int locked = card_locked(app);

    keep_in_sight(app);
    if (desk_refusal(app->desk) != DESK_MAY_ACT)
        say_why_not(app);
    else if (locked == 0)
        app_say(app, _("No server shows a lock, so there is nothing to unlock. If a server could "
                       "not be read, F9 asks it again."));
    else if (locked == 1 && desk_is_locked(app->desk, app->calling.row) &&
             !is_locked_for_good(app, card_row(app)))
        do_unlock(app, app->calling.row);
    else
        card_of(app)->mode = CARD_ASK_UNLOCK;
    app->calling.has_row = true;
}

/* Whatever is to be done, the call comes first. */
static void call_first(struct app *app, enum calling_next next)
{
    app->calling.next = next;
    app_go(app, &screen_call);
}

static void record_call(struct app *app)
{
    call_first(app, CALLING_NOTHING);
}

static void unlock(struct app *app)
{
    if (app->desk->called)
        choose_unlock(app);
    else
        call_first(app, CALLING_UNLOCK);
}

static void unlock_this(struct app *app)
{
    if (desk_is_locked(app->desk, app->calling.row))
        do_unlock(app, app->calling.row);
    else
        to_list(app);
}

static void unlock_all(struct app *app)
{
    do_unlock(app, -1);
}

static void reset(struct app *app)
{
    if (!app->desk->called)
        call_first(app, CALLING_RESET);
    else if (desk_refusal(app->desk) != DESK_MAY_ACT)
        say_why_not(app);
    else
        app_go(app, &screen_reset);
}

/* --- leaving --- */

static bool is_watching(const struct app *app)
{
    for (int i = 0; i < app->desk->rows; i++)
        if (app->desk->row[i].watch == DESK_WATCHING)
            return true;
    return false;
}

/* The wrong one of two people of one name was chosen: back to both. After a call, nobody. */
static void hang_up(struct app *app)
{
    if (app->desk->called) {
        mk_wipe(&app->calling, sizeof app->calling);
        desk_find(app->desk, "");
    }
    desk_hang_up(app->desk);
    app_go(app, &screen_find);
}

static void leave_card(struct app *app)
{
    if (app->desk->acting)
        app_say(app, _("Something is still under way; please wait for it."));
    else if (card_of(app)->mode != CARD_ASK_LEAVE && is_watching(app))
        card_of(app)->mode = CARD_ASK_LEAVE;
    else
        hang_up(app);
}

/* --- news --- */

static void enter(struct app *app)
{
    bool unlocks = app->calling.next == CALLING_UNLOCK && app->desk->called;

    app->calling.next = CALLING_NOTHING;
    if (unlocks)
        choose_unlock(app);
}

/* The first server where it did not work; the others are told in their rows. */
static void say_failure(struct app *app, const struct desk_event *event)
{
    const struct desk_row *row = &app->desk->row[event->row];
    char name[SENTENCE_SERVER_MAX];
    char why[SENTENCE_MAX];

    if (card_of(app)->failed)
        return;
    card_of(app)->failed = true;
    sentence_server(name, &app->config.directory[row->directory].request, event->server);
    sentence_act(why, sizeof why, SENTENCE_UNLOCK, event->result, event->ldap_code);
    snprintf(app->notice, sizeof app->notice, _("%s on %s: %s"), app_system_name(app, row->system),
             name, why);
}

static void on_done(struct app *app, const struct desk_event *event)
{
    if (event->result == MK_OK)
        app_say(app, _("Unlocked. Let the caller log in now, and stay on the line until it "
                       "works."));
    else if (!card_of(app)->failed)
        sentence_act(app->notice, sizeof app->notice, SENTENCE_UNLOCK, event->result,
                     event->ldap_code);
}

static void on_changed(struct app *app, const struct desk_event *event)
{
    const struct desk_row *row = &app->desk->row[event->row];
    char what[SENTENCE_MAX];

    sentence_watch(what, sizeof what, row, app->now);
    snprintf(app->notice, sizeof app->notice, _("%s: %s"), app_system_name(app, row->system), what);
    if (card_of(app)->mode == CARD_ASK_LEAVE && !is_watching(app))
        to_list(app);
}

static void on_desk(struct app *app, const struct desk_event *event)
{
    switch (event->type) {
    case DESK_CARD:
        if (app->desk->has_card)
            break;
        sentence_act(app->notice, sizeof app->notice, SENTENCE_VIEW, event->result,
                     event->ldap_code);
        app_go(app, &screen_find);
        break;
    case DESK_ACT:
        if (event->result != MK_OK)
            say_failure(app, event);
        break;
    case DESK_DONE:
        on_done(app, event);
        break;
    case DESK_CHANGED:
        on_changed(app, event);
        break;
    default:
        break;
    }
}

/* A question is answered by its keys; any other one means no. */
static void type(struct app *app, const struct keys_event *event)
{
    if (!event->pasted && card_of(app)->mode != CARD_DETAIL)
        to_list(app);
}

/* The clock in the first line. */
static int64_t tick(struct app *app)
{
    return app->now_ms + (60 - app->now % 60) * 1000;
}

static bool is_list(const struct app *app)
{
    return card_of(app)->mode == CARD_LIST;
}

static bool is_detail(const struct app *app)
{
    return card_of(app)->mode == CARD_DETAIL;
}

static bool asks_unlock(const struct app *app)
{
    return card_of(app)->mode == CARD_ASK_UNLOCK;
}

static bool asks_this(const struct app *app)
{
    return asks_unlock(app) && desk_is_locked(app->desk, app->calling.row);
}

/* With one lock only, and on the chosen row, the question is whether at all. */
static bool asks_all(const struct app *app)
{
    return asks_unlock(app) && (card_locked(app) > 1 || !asks_this(app));
}

static bool asks_leave(const struct app *app)
{
    return card_of(app)->mode == CARD_ASK_LEAVE;
}

/* Who is barred is offered nothing. */
static bool may_act(const struct app *app)
{
    return is_list(app) && app->desk->bar == DESK_FREE;
}

static bool may_call(const struct app *app)
{
    return may_act(app) && !app->desk->called;
}

static const struct action actions[] = {
    {KEYS_F(3), 0, true, N_("Call"), N_("Records how the caller was verified, and why they call."),
     record_call, may_call},
    {KEYS_F(5), 0, true, N_("Unlock"), N_("Takes locks away; the password stays as it is."), unlock,
     may_act},
    {KEYS_F(7), 0, true, N_("Reset"), N_("Sets a temporary password on accounts that you choose."),
     reset, may_act},
    {KEYS_ENTER, 0, true, N_("Details"), N_("Everything about this account, server by server."),
     show_detail, is_list},
    {KEYS_ENTER, 0, true, N_("Unlock this one"), N_("Unlocks the chosen account only."),
     unlock_this, asks_this},
    {KEYS_F(5), 0, true, N_("Unlock all"), N_("Unlocks every account that is locked."), unlock_all,
     asks_all},
    {KEYS_UP, 0, false, "", N_("To the row above."), go_up, is_list},
    {KEYS_DOWN, 0, false, "", N_("To the row below."), go_down, is_list},
    {KEYS_PAGE_UP, 0, false, "", N_("One page up."), page_up, is_list},
    {KEYS_PAGE_DOWN, 0, false, "", N_("One page down."), page_down, is_list},
    {KEYS_UP, 0, false, "", N_("To the server above."), previous_server, is_detail},
    {KEYS_DOWN, 0, false, "", N_("To the server below."), next_server, is_detail},
    {KEYS_ENTER, 0, true, N_("Back"), N_("Back to the card."), to_list, is_detail},
    {KEYS_ESCAPE, 0, false, "", "", to_list, is_detail},
    {KEYS_F(10), 0, false, "", "", to_list, is_detail},
    {KEYS_F(1), 0, true, N_("Help"), N_("This page."), app_help, NULL},
    {KEYS_F(10), 0, true, N_("Hang up"), N_("Ends the call: leaves the card and its caller."),
     leave_card, is_list},
    {KEYS_F(10), 0, true, N_("Hang up"), N_("Ends the call: leaves the card and its caller."),
     hang_up, asks_leave},
    {KEYS_F(9), 0, true, N_("Ask again"), N_("Asks all servers again."), refresh, is_list},
    {KEYS_ESCAPE, 0, false, "", N_("The same as F10."), leave_card, is_list},
    {KEYS_LEAVE, 0, false, "", N_("The same as F10."), leave_card, is_list},
    {0, 0, false, NULL, NULL, NULL, NULL},
};

const struct screen screen_card = {
    .help = N_("The caller's accounts. The bold line is the smallest thing that helps. The call "
               "is recorded before anything is done: call back to a number of the directory, not "
               "to one that the caller names. Stay on the line until the caller has got in."),
    .actions = actions,
    .memory = sizeof(struct card),
    .draw = draw,
    .enter = enter,
    .type = type,
    .desk = on_desk,
    .tick = tick,
};
