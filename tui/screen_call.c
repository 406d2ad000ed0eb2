/* SPDX-License-Identifier: MIT */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include <curses.h>

#include "app.h"
#include "card.h"
#include "draw.h"
#include "field.h"
#include "language.h"
#include "sentences_desk.h"
#include "text.h"

struct call {
    int check; /* chosen one of config.check, -1: none yet */
    bool at_reason;
    char reason[DESK_REASON_MAX + 1];
    bool waiting; /* for the trail */
};

enum {
    STAFF_LINE = 2,
    PHONE_LINE = 3,
    QUESTION_LINE = 5,
    LETTERS_MIN = 3, /* of a reason: fewer are none */
};

static struct call *mine(const struct app *app)
{
    return app->memory;
}

static struct field reason_field(struct call *call)
{
    return (struct field){.text = call->reason, .size = sizeof call->reason};
}

static void enter(struct app *app)
{
    mine(app)->check = -1;
}

/* --- drawing --- */

/* What the caller's answers are held against. */
static void draw_known(const struct app *app)
{
    const struct mk_caller *caller = &app->desk->caller;
    char text[APP_NOTICE_MAX];
    int x = DRAW_MARGIN;

    snprintf(text, sizeof text, _("Log-in name %s"), caller->login);
    draw_text(STAFF_LINE, x, COLS - x, text);
    x += text_columns(text) + 3;
    if (caller->staff[0] != '\0') {
        snprintf(text, sizeof text, _("Staff no. %s"), caller->staff);
        draw_text(STAFF_LINE, x, COLS - x, text);
    }
    card_phones(text, sizeof text, caller);
    draw_text(PHONE_LINE, DRAW_MARGIN, COLS - DRAW_MARGIN, text);
}

static void draw_checks(const struct app *app)
{
    const struct call *call = mine(app);

    draw_strong(QUESTION_LINE, DRAW_MARGIN, COLS, _("How was the caller verified?"));
    for (int i = 0; i < app->config.checks; i++) {
        int y = QUESTION_LINE + 1 + i;

        if (i == call->check)
            mvaddch(y, 0, '>');
        mvprintw(y, DRAW_MARGIN, "[%c] %d", i == call->check ? 'x' : ' ', i + 1);
        draw_text(y, DRAW_MARGIN + 7, COLS - DRAW_MARGIN - 7, app->config.check[i]);
    }
}

static void draw(struct app *app)
{
    struct call *call = mine(app);
    struct field field = reason_field(call);
    int line = QUESTION_LINE + app->config.checks + 2;
    char text[APP_NOTICE_MAX];
    int cursor;

    if (LINES < line + 6)
        line--;
    snprintf(text, sizeof text, _("The call of %s"), app->desk->caller.name);
    draw_title(text, "");
    draw_known(app);
    draw_checks(app);
    draw_strong(line, DRAW_MARGIN, COLS, _("Why does the caller call?"));
    cursor = field_draw(&field, line + 1, DRAW_MARGIN, COLS - 2 * DRAW_MARGIN);
    if (call->waiting)
        snprintf(text, sizeof text, "%s", _("Recording the call..."));
    else if (app->notice[0] != '\0')
        snprintf(text, sizeof text, "%s", app->notice);
    else
        snprintf(text, sizeof text, "%s",
                 _("Both are recorded in the trail with your name. Do not verify anybody by what "
                   "others may know too, such as a birthday."));
    draw_wrapped(line + 3, LINES - 1 - line - 3, text);
    draw_footer(app);
    if (call->at_reason)
        move(line + 1, cursor);
    else
        move(QUESTION_LINE + (call->check < 0 ? 0 : 1 + call->check), 0);
}

/* --- keys --- */

/* False: there is no such way. */
static bool choose(struct app *app, int check)
{
    bool is_one = check >= 0 && check < app->config.checks;

    if (is_one)
        mine(app)->check = check;
    return is_one;
}

/* A number chooses from the list; whatever else is typed belongs to the reason. */
static void type(struct app *app, const struct keys_event *event)
{
    struct call *call = mine(app);
    struct field field = reason_field(call);
    bool is_letter = event->kind == KEYS_CHARACTER && event->character != ' ';
    bool is_number = is_letter && event->character >= '1' && event->character <= '9';

    if (call->waiting)
        return;
    app->notice[0] = '\0';
    if (!call->at_reason && is_number && !event->pasted) {
        call->at_reason = choose(app, (int)event->character - '1');
        return;
    }
    call->at_reason = call->at_reason || is_letter;
    if (call->at_reason && !field_type(&field, event))
        app_say(app, _("This is as long as a reason can be; shorten it."));
}

static void go_up(struct app *app)
{
    if (mine(app)->at_reason)
        mine(app)->at_reason = false;
    else
        (void)choose(app, mine(app)->check - 1);
}

static void go_down(struct app *app)
{
    struct call *call = mine(app);

    if (call->check + 1 < app->config.checks && !call->at_reason)
        call->check++;
    else
        call->at_reason = true;
}

static void switch_part(struct app *app)
{
    mine(app)->at_reason = !mine(app)->at_reason;
}

/* A point or a letter alone is no reason. Bytes beyond ASCII are letters with diacritics. */
static bool has_letters(const char *text)
{
    int letters = 0;

    for (; *text != '\0'; text++)
        letters += isalpha((unsigned char)*text) || ((unsigned char)*text & 0xc0) == 0xc0;
    return letters >= LETTERS_MIN;
}

static void submit(struct app *app)
{
    struct call *call = mine(app);
    char reason[DESK_REASON_MAX + 1];

    if (call->check < 0) {
        call->at_reason = false;
        app_say(app, _("Choose by its number or by the arrows how the caller was verified."));
        return;
    }
    if (!has_letters(call->reason)) {
        call->at_reason = true;
        app_say(app, _("Type in a few words why the caller calls."));
        return;
    }
    text_printable(reason, sizeof reason, call->reason);
    call->waiting = desk_call(app->desk, call->check, reason);
    if (!call->waiting)
        app_say(app, _("That is not possible now."));
}

static void go_back(struct app *app)
{
    app->calling.next = CALLING_NOTHING;
    app_go(app, &screen_card);
}

/* Back to what the call was in the way of. */
static void on_recorded(struct app *app)
{
    bool resets = app->calling.next == CALLING_RESET;

    app_say(app, _("The call is recorded."));
    if (resets)
        app->calling.next = CALLING_NOTHING;
    app_go(app, resets && desk_refusal(app->desk) == DESK_MAY_ACT ? &screen_reset : &screen_card);
}

static void on_desk(struct app *app, const struct desk_event *event)
{
    if (event->type == DESK_CARD && !app->desk->has_card) {
        sentence_act(app->notice, sizeof app->notice, SENTENCE_VIEW, event->result,
                     event->ldap_code);
        app_go(app, &screen_find);
    } else if (event->type == DESK_CALL) {
        mine(app)->waiting = false;
        if (event->result == MK_OK)
            on_recorded(app);
        else
            sentence_act(app->notice, sizeof app->notice, SENTENCE_CALL, event->result,
                         event->ldap_code);
    }
}

static bool is_idle(const struct app *app)
{
    return !mine(app)->waiting;
}

static const struct action actions[] = {
    {KEYS_ENTER, 0, true, N_("Record"), N_("Records the call."), submit, is_idle},
    {KEYS_TAB, 0, true, N_("Next field"), N_("From the list to the reason and back."), switch_part,
     is_idle},
    {KEYS_BACK_TAB, 0, false, "", "", switch_part, is_idle},
    {KEYS_UP, 0, false, "", N_("To the row above."), go_up, is_idle},
    {KEYS_DOWN, 0, false, "", N_("To the row below."), go_down, is_idle},
    {KEYS_F(1), 0, true, N_("Help"), N_("This page."), app_help, NULL},
    {KEYS_F(10), 0, true, N_("Back"), N_("Back to the card; nothing is recorded."), go_back,
     is_idle},
    {KEYS_ESCAPE, 0, false, "", N_("The same as F10."), go_back, is_idle},
    {KEYS_LEAVE, 0, false, "", N_("The same as F10."), go_back, is_idle},
    {0, 0, false, NULL, NULL, NULL, NULL},
};

const struct screen screen_call = {
    .help = N_("Before anything is done for a caller, it is recorded how you made sure who they "
               "are, and why they call. The surest way is to hang up and call back to the number "
               "in the directory. Type the number of the way, then the reason."),
    .actions = actions,
    .memory = sizeof(struct call),
    .draw = draw,
    .enter = enter,
    .type = type,
    .desk = on_desk,
};
