/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include <curses.h>

#include "app.h"
#include "dates.h"
#include "draw.h"
#include "field.h"
#include "language.h"
#include "sentences_desk.h"
#include "text.h"

struct find {
    int top;      /* first hit on the screen */
    bool opening; /* a hit was chosen, and its card is waited for */
    bool wants;   /* Enter was pressed before what was typed had its answer */
};

/* From the left: cursor, name, unit, log-in name, staff number. */
enum {
    FIELD_LINE = 2,
    HEAD_LINE = 4,
    FIRST_LINE = 5,
    BELOW = 6, /* lines under the list: "...", two of the chosen one, two of notice, footer */
    LOGIN_COLUMNS = 15,
    STAFF_COLUMNS = 10,
};

static struct find *mine(const struct app *app)
{
    return app->memory;
}

static struct field typed_field(struct app *app)
{
    return (struct field){.text = app->calling.typed, .size = sizeof app->calling.typed};
}

static int visible(void)
{
    return LINES - FIRST_LINE - BELOW;
}

/* The cursor stays on a hit, and on the screen. */
static void keep_in_sight(struct app *app)
{
    struct find *find = mine(app);
    int *at = &app->calling.hit;

    if (*at >= app->desk->found)
        *at = app->desk->found - 1;
    if (*at < 0)
        *at = 0;
    if (*at < find->top)
        find->top = *at;
    if (*at >= find->top + visible())
        find->top = *at - visible() + 1;
}

/* --- drawing --- */

static int name_columns(void)
{
    return (COLS - DRAW_MARGIN - LOGIN_COLUMNS - STAFF_COLUMNS) * 3 / 7;
}

/* Units differ in their last words: those stay, whole. */
static void cut_front(char *out, size_t size, const char *text, int columns)
{
    const char *end = text;

    if (text_columns(text) <= columns) {
        snprintf(out, size, "%s", text);
        return;
    }
    while (text_columns(end) > columns - 3) {
        end++;
        while (((unsigned char)*end & 0xc0) == 0x80)
            end++;
    }
    if (strchr(end, ' ') != NULL)
        end = strchr(end, ' ') + 1;
    snprintf(out, size, "...%s", end);
}

static void draw_columns(int y, const char *const text[4],
                         void (*draw)(int, int, int, const char *))
{
    int unit = DRAW_MARGIN + name_columns();
    int login = COLS - LOGIN_COLUMNS - STAFF_COLUMNS;
    char last[MK_TEXT_MAX + 4];

    draw(y, DRAW_MARGIN, unit - DRAW_MARGIN - 1, text[0]);
    cut_front(last, sizeof last, text[1], login - unit - 1);
    draw(y, unit, login - unit - 1, last);
    draw(y, login, LOGIN_COLUMNS - 1, text[2]);
    draw(y, COLS - STAFF_COLUMNS, STAFF_COLUMNS - 1, text[3]);
}

static void draw_hits(const struct app *app)
{
    const struct desk *desk = app->desk;
    int top = mine(app)->top;

    if (desk->found == 0)
        return;
    draw_columns(HEAD_LINE,
                 (const char *const[]){_("Name"), _("Unit"), _("Log-in name"), _("Staff no.")},
                 draw_strong);
    for (int i = top; i < desk->found && i < top + visible(); i++) {
        const struct mk_caller *hit = &desk->hit[i];
        int y = FIRST_LINE + i - top;

        if (i == app->calling.hit)
            mvaddch(y, 0, '>');
        draw_columns(y, (const char *const[]){hit->name, hit->unit, hit->login, hit->staff},
                     draw_text);
    }
    if (top + visible() < desk->found)
        draw_text(FIRST_LINE + visible(), DRAW_MARGIN, COLS, "...");
}

static int draw_beside(int y, int x, const char *text)
{
    draw_text(y, x, COLS - x, text);
    return x + text_columns(text) + 3;
}

/* Whole, what the columns had to cut. */
static void draw_chosen(const struct app *app)
{
    const struct mk_caller *hit = &app->desk->hit[app->calling.hit];
    char staff[MK_TEXT_MAX];
    int x;

    if (app->desk->found == 0)
        return;
    draw_strong(LINES - 5, DRAW_MARGIN, COLS - DRAW_MARGIN, hit->name);
    x = DRAW_MARGIN + text_columns(hit->name) + 3;
    x = draw_beside(LINES - 5, x, hit->login);
    if (hit->staff[0] != '\0') {
        snprintf(staff, sizeof staff, _("Staff no. %s"), hit->staff);
        (void)draw_beside(LINES - 5, x, staff);
    }
    x = hit->unit[0] != '\0' ? draw_beside(LINES - 4, DRAW_MARGIN, hit->unit) : DRAW_MARGIN;
    (void)draw_beside(LINES - 4, x, hit->mail);
}

/* What there is to say of the search, in at most two lines. */
static void notice(const struct app *app, char *out, size_t size)
{
    const struct desk *desk = app->desk;

    out[0] = '\0';
    if (app->notice[0] != '\0')
        snprintf(out, size, "%s", app->notice);
    else if (mine(app)->opening)
        snprintf(out, size, "%s", _("Opening the card... Esc stops waiting."));
    else if (app->calling.typed[0] == '\0')
        return;
    else if (desk->searching)
        snprintf(out, size, "%s", _("Searching..."));
    else if (desk->find_result != MK_OK)
        sentence_act(out, size, SENTENCE_FIND, desk->find_result, desk->find_code);
    else if (desk->found == 0)
        sentence_act(out, size, SENTENCE_FIND, MK_PERSON_UNKNOWN, 0);
    else if (desk->more)
        snprintf(out, size,
                 ngettext("There are more than this %d person: type more, such as a part of the "
                          "name or of the log-in name.",
                          "There are more than these %d people: type more, such as a part of the "
                          "name or of the log-in name.",
                          (unsigned long)desk->found),
                 desk->found);
}

static void draw(struct app *app)
{
    struct field field = typed_field(app);
    const char *label = _("Who is calling?");
    int x = DRAW_MARGIN + text_columns(label) + 2;
    char text[APP_NOTICE_MAX];
    char when[DATES_TEXT_MAX];
    int cursor;

    keep_in_sight(app);
    dates_minute(when, app->now);
    draw_title(_("Helpdesk: find the caller"), when);
    draw_text(FIELD_LINE, DRAW_MARGIN, COLS, label);
    cursor = field_draw(&field, FIELD_LINE, x, COLS - x - DRAW_MARGIN);
    if (app->calling.typed[0] == '\0') {
        draw_wrapped(HEAD_LINE, 4,
                     _("Type the beginning of the name's words in any order, with or without "
                       "diacritics; or of the log-in name, the mail address, the staff number or a "
                       "telephone number. Whoever fits is shown while you type."));
    } else {
        draw_hits(app);
        draw_chosen(app);
    }
    notice(app, text, sizeof text);
    draw_wrapped(LINES - 3, 2, text);
    draw_footer(app);
    move(FIELD_LINE, cursor);
}

/* --- keys --- */

static void type(struct app *app, const struct keys_event *event)
{
    struct field field = typed_field(app);
    char before[sizeof app->calling.typed];

    if (mine(app)->opening)
        return;
    memcpy(before, app->calling.typed, sizeof before);
    if (!field_type(&field, event)) {
        app_say(app, _("This is longer than what can be looked for."));
        return;
    }
    if (strcmp(before, app->calling.typed) == 0)
        return;
    app->notice[0] = '\0';
    app->calling.hit = 0;
    mine(app)->top = 0;
    mine(app)->wants = false;
    desk_find(app->desk, app->calling.typed);
}

static void move_by(struct app *app, int step)
{
    mine(app)->wants = false;
    app->calling.hit += step;
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
    move_by(app, -visible());
}

static void page_down(struct app *app)
{
    move_by(app, visible());
}

static void open_card(struct app *app)
{
    keep_in_sight(app);
    mine(app)->wants = false;
    mine(app)->opening = true;
    app->calling.has_row = false;
    app->calling.next = CALLING_NOTHING;
    desk_choose(app->desk, app->calling.hit);
}

/* A log-in name and Enter, typed faster than the server answers. */
static void open_later(struct app *app)
{
    mine(app)->wants = true;
}

static void stop_opening(struct app *app)
{
    mine(app)->opening = false;
    desk_hang_up(app->desk);
    app_say(app, _("Stopped waiting. No card was opened."));
}

static void go_back(struct app *app)
{
    mk_wipe(&app->calling, sizeof app->calling);
    desk_find(app->desk, "");
    app_go(app, &screen_table);
}

static void on_desk(struct app *app, const struct desk_event *event)
{
    if (event->type == DESK_FOUND && mine(app)->wants && !app->desk->searching) {
        mine(app)->wants = false;
        /* Of several, nobody has chosen one yet. */
        if (app->desk->find_result == MK_OK && app->desk->found == 1 && !app->desk->more)
            open_card(app);
    }
    if (event->type != DESK_CARD || !mine(app)->opening)
        return;
    mine(app)->opening = false;
    if (app->desk->has_card)
        app_go(app, &screen_card);
    else
        sentence_act(app->notice, sizeof app->notice, SENTENCE_VIEW, event->result,
                     event->ldap_code);
}

static bool is_opening(const struct app *app)
{
    return mine(app)->opening;
}

static bool is_idle(const struct app *app)
{
    return !mine(app)->opening;
}

/* Never a hit of what was typed before: it may give way to another one under the finger. */
static bool can_open(const struct app *app)
{
    return is_idle(app) && app->calling.typed[0] != '\0' && app->desk->found > 0 &&
           !app->desk->searching;
}

static bool is_searching(const struct app *app)
{
    return is_idle(app) && app->calling.typed[0] != '\0' && app->desk->searching;
}

static bool has_hits(const struct app *app)
{
    return is_idle(app) && app->calling.typed[0] != '\0' && app->desk->found > 0;
}

/* The clock in the first line. */
static int64_t tick(struct app *app)
{
    return app->now_ms + (60 - app->now % 60) * 1000;
}

static const struct action actions[] = {
    {KEYS_ENTER, 0, true, N_("Open the card"),
     N_("Opens the card of the chosen person; that you look at it is recorded."), open_card,
     can_open},
    {KEYS_ENTER, 0, false, "", "", open_later, is_searching},
    {KEYS_UP, 0, false, "", N_("To the row above."), go_up, has_hits},
    {KEYS_DOWN, 0, false, "", N_("To the row below."), go_down, has_hits},
    {KEYS_PAGE_UP, 0, false, "", N_("One page up."), page_up, has_hits},
    {KEYS_PAGE_DOWN, 0, false, "", N_("One page down."), page_down, has_hits},
    {KEYS_ESCAPE, 0, true, N_("Stop waiting"), N_("Stops waiting for the server."), stop_opening,
     is_opening},
    {KEYS_F(1), 0, true, N_("Help"), N_("This page."), app_help, NULL},
    {KEYS_F(10), 0, true, N_("To the table"), N_("Back to your own table."), go_back, is_idle},
    {KEYS_ESCAPE, 0, false, "", N_("The same as F10."), go_back, is_idle},
    {KEYS_LEAVE, 0, false, "", N_("The same as F10."), go_back, is_idle},
    {0, 0, false, NULL, NULL, NULL, NULL},
};

const struct screen screen_find = {
    .help = N_("Find who is calling. Two people of one name are told apart by unit, log-in name "
               "and staff number: ask the caller for one of them. Looking at a card is recorded in "
               "the trail with your name."),
    .actions = actions,
    .memory = sizeof(struct find),
    .draw = draw,
    .type = type,
    .desk = on_desk,
    .tick = tick,
};
