/* SPDX-License-Identifier: MIT */
#include "reset.h"

#include <stdio.h>

#include "language.h"
#include "terminal.h"

enum { SHOWN_MS = 30000 };

struct reset *reset_of(const struct app *app)
{
    return app->memory;
}

int reset_count(const struct app *app)
{
    int count = 0;

    for (int i = 0; i < app->desk->rows; i++)
        count += reset_of(app)->chosen[i];
    return count;
}

enum mk_result reset_result(const struct app *app, int row)
{
    return reset_of(app)->tried[row] ? reset_of(app)->result[row] : reset_of(app)->done;
}

static bool may_be_set(enum mk_result result)
{
    return result == MK_OK || result == MK_LASTING || result == MK_STILL_LOCKED ||
           result == MK_OUTCOME_UNKNOWN || result == MK_OUTCOME_UNSEEN ||
           result == MK_OUTCOME_CONTRADICTED;
}

bool reset_is_set(const struct app *app)
{
    for (int i = 0; i < app->desk->rows; i++)
        if (reset_of(app)->chosen[i] && may_be_set(reset_result(app, i)))
            return true;
    return false;
}

/* --- choosing --- */

static bool can_reset(const struct app *app, int row)
{
    return !app->desk->row[row].closed && desk_reset_server(app->desk, row) >= 0;
}

static void keep_in_sight(struct app *app)
{
    struct reset *reset = reset_of(app);
    int visible = reset_visible(app);

    if (reset->at >= app->desk->rows)
        reset->at = app->desk->rows - 1;
    if (reset->at < 0)
        reset->at = 0;
    if (reset->at < reset->top)
        reset->top = reset->at;
    if (reset->at >= reset->top + visible)
        reset->top = reset->at - visible + 1;
}

static void enter(struct app *app)
{
    struct desk_advice advice = desk_advise(app->desk);
    struct reset *reset = reset_of(app);
    bool advised =
        advice.row >= 0 && (advice.kind == DESK_RESET || advice.kind == DESK_RESET_IF_FORGOTTEN);

    reset->at = advised && !app->calling.has_row ? advice.row : app->calling.row;
    keep_in_sight(app);
    reset->chosen[reset->at] = can_reset(app, reset->at);
}

static void leave(struct app *app)
{
    issue_forget(&app->issue);
    /* Where the scroll-back is out of the program's hands, it keeps nothing of the password. */
    if (reset_of(app)->ever_shown)
        terminal_clear();
}

static void draw(struct app *app)
{
    if (reset_of(app)->stage == RESET_CHOOSE)
        keep_in_sight(app);
    reset_draw(app);
}

static void move_by(struct app *app, int step)
{
    reset_of(app)->at += step;
    keep_in_sight(app);
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
    move_by(app, -reset_visible(app));
}

static void page_down(struct app *app)
{
    move_by(app, reset_visible(app));
}

static void say_cannot(struct app *app, int row)
{
    snprintf(app->notice, sizeof app->notice,
             _("%s: it cannot be reset from here now: no server that takes changes shows this "
               "account to you."),
             app_system_name(app, app->desk->row[row].system));
}

static void toggle(struct app *app)
{
    struct reset *reset = reset_of(app);

    if (!can_reset(app, reset->at)) {
        say_cannot(app, reset->at);
        return;
    }
    reset->chosen[reset->at] = !reset->chosen[reset->at];
    go_down(app);
}

/* --- the way to the servers --- */

static void to_confirm(struct app *app)
{
    int accounts[SESSION_ROWS_MAX];
    int count = 0;

    for (int i = 0; i < app->desk->rows; i++)
        if (reset_of(app)->chosen[i])
            accounts[count++] = app->desk->row[i].system;
    if (count == 0) {
        app_say(app, _("Nothing is chosen. Space chooses the account under the cursor."));
        return;
    }
    issue_start(&app->issue, &app->config, accounts, count, &app->desk->caller);
    reset_of(app)->stage = RESET_CONFIRM;
}

static void to_choose(struct app *app)
{
    issue_forget(&app->issue);
    reset_of(app)->stage = RESET_CHOOSE;
}

/* A server may have gone since the account was chosen: what is not tried must not look done. */
static bool can_reset_all(struct app *app)
{
    for (int i = 0; i < app->desk->rows; i++)
        if (reset_of(app)->chosen[i] && !can_reset(app, i)) {
            reset_of(app)->chosen[i] = false;
            to_choose(app);
            say_cannot(app, i);
            return false;
        }
    return true;
}

static void go(struct app *app)
{
    struct reset *reset = reset_of(app);

    if (!can_reset_all(app))
        return;
    if (!desk_reset(app->desk, reset->chosen, app->issue.password)) {
        app_say(app, desk_refusal(app->desk) == DESK_BUSY
                         ? _("Something is still under way; please wait for it.")
                         : _("That is not possible now."));
        return;
    }
    reset->stage = RESET_WORK;
    reset->top = 0;
    reset->done = MK_NOT_ALLOWED_NOW;
    mk_wipe(reset->tried, sizeof reset->tried);
}

/* --- the password --- */

static void hide(struct app *app)
{
    reset_of(app)->shown = false;
}

static void show(struct app *app)
{
    struct reset *reset = reset_of(app);

    reset->shown = true;
    reset->ever_shown = true;
    reset->hide_ms = app->now_ms + SHOWN_MS;
}

/* Any key hides it, whatever else it might mean. */
static void type(struct app *app, const struct keys_event *event)
{
    (void)event;
    hide(app);
}

static void help(struct app *app)
{
    hide(app);
    app_help(app);
}

static void scroll_up(struct app *app)
{
    if (reset_of(app)->top > 0)
        reset_of(app)->top--;
}

static void scroll_down(struct app *app)
{
    if (reset_of(app)->top + 1 < reset_count(app))
        reset_of(app)->top++;
}

static int64_t tick(struct app *app)
{
    struct reset *reset = reset_of(app);

    if (reset->shown && app->now_ms >= reset->hide_ms)
        hide(app);
    return reset->shown ? reset->hide_ms : INT64_MAX;
}

/* --- leaving --- */

static void to_card(struct app *app)
{
    struct reset *reset = reset_of(app);

    if (reset->stage == RESET_DONE && reset_is_set(app) && !reset->ever_shown && !reset->warned) {
        reset->warned = true;
        app_say(app, _("You have not looked at the temporary password yet, and leaving wipes it. "
                       "F2 shows it; F10 once more leaves all the same."));
        return;
    }
    app_go(app, &screen_card);
}

/* A reset may bring unlocks with it, on servers that keep a lock of their own. */
static void on_act(struct app *app, const struct desk_event *event)
{
    const struct desk_row *row = &app->desk->row[event->row];
    struct reset *reset = reset_of(app);
    char why[SENTENCE_MAX];

    if (row->cell[event->server].acted == DESK_A_RESET) {
        reset->tried[event->row] = true;
        reset->result[event->row] = event->result;
    }
    if (event->result == MK_OK || app->notice[0] != '\0')
        return;
    sentence_act(why, sizeof why,
                 row->cell[event->server].acted == DESK_A_RESET ? SENTENCE_RESET : SENTENCE_UNLOCK,
                 event->result, event->ldap_code);
    snprintf(app->notice, sizeof app->notice, _("%s: %s"), app_system_name(app, row->system), why);
}

static void on_desk(struct app *app, const struct desk_event *event)
{
    struct reset *reset = reset_of(app);

    if (event->type == DESK_CARD && !app->desk->has_card) {
        sentence_act(app->notice, sizeof app->notice, SENTENCE_VIEW, event->result,
                     event->ldap_code);
        app_go(app, &screen_find);
    } else if (event->type == DESK_ACT && reset->stage == RESET_WORK) {
        on_act(app, event);
    } else if (event->type == DESK_DONE && reset->stage == RESET_WORK) {
        reset->stage = RESET_DONE;
        reset->done = event->result;
    }
}

static bool is_choosing(const struct app *app)
{
    return reset_of(app)->stage == RESET_CHOOSE;
}

static bool is_confirming(const struct app *app)
{
    return reset_of(app)->stage == RESET_CONFIRM;
}

static bool is_ready(const struct app *app)
{
    return is_confirming(app) && app->issue.state == ISSUE_READY;
}

static bool is_shown(const struct app *app)
{
    return reset_of(app)->shown;
}

static bool is_done(const struct app *app)
{
    return reset_of(app)->stage == RESET_DONE && !is_shown(app);
}

static bool can_show(const struct app *app)
{
    return is_done(app) && reset_is_set(app);
}

/* Before anything was sent, or after everything was answered. */
static bool can_leave(const struct app *app)
{
    return is_choosing(app) || is_done(app);
}

static const struct action actions[] = {
    {KEYS_ENTER, 0, true, N_("Go on"), N_("Shows what will happen; nothing is done yet."),
     to_confirm, is_choosing},
    {KEYS_OTHER, ' ', true, N_("Mark"), N_("Chooses this account, or leaves it out."), toggle,
     is_choosing},
    {KEYS_UP, 0, false, "", N_("To the row above."), go_up, is_choosing},
    {KEYS_DOWN, 0, false, "", N_("To the row below."), go_down, is_choosing},
    {KEYS_PAGE_UP, 0, false, "", N_("One page up."), page_up, is_choosing},
    {KEYS_PAGE_DOWN, 0, false, "", N_("One page down."), page_down, is_choosing},
    {KEYS_F(7), 0, true, N_("Reset"), N_("Sets the temporary password, as the page says."), go,
     is_ready},
    {KEYS_ESCAPE, 0, true, N_("Back"), N_("Back to the choice; nothing is done."), to_choose,
     is_confirming},
    {KEYS_F(10), 0, false, "", "", to_choose, is_confirming},
    {KEYS_F(2), 0, true, N_("Show"), N_("Shows the temporary password for thirty seconds."), show,
     can_show},
    {KEYS_F(2), 0, true, N_("Hide"), N_("Hides the temporary password, as any key does."), hide,
     is_shown},
    {KEYS_UP, 0, false, "", N_("To the row above."), scroll_up, is_done},
    {KEYS_DOWN, 0, false, "", N_("To the row below."), scroll_down, is_done},
    {KEYS_F(1), 0, true, N_("Help"), N_("This page."), help, NULL},
    {KEYS_F(10), 0, true, N_("To the card"), N_("Back to the card; the password is wiped."),
     to_card, can_leave},
    {KEYS_ESCAPE, 0, false, "", N_("The same as F10."), to_card, can_leave},
    {KEYS_LEAVE, 0, false, "", N_("The same as F10."), to_card, can_leave},
    {0, 0, false, NULL, NULL, NULL, NULL},
};

const struct screen screen_reset = {
    .help = N_("A temporary password for the caller, made by the program and known to nobody else. "
               "It is shown on a key only, wiped when this page is left, and must be changed at "
               "the next log-in. Where a server does not demand that, the page says so in bold."),
    .actions = actions,
    .memory = sizeof(struct reset),
    .draw = draw,
    .enter = enter,
    .type = type,
    .desk = on_desk,
    .tick = tick,
    .leave = leave,
};
