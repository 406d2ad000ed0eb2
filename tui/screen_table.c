/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curses.h>

#include "app.h"
#include "dates.h"
#include "draw.h"
#include "language.h"
#include "note.h"
#include "text.h"

struct table {
    int top;                     /* first row on the screen */
    int order[SESSION_ROWS_MAX]; /* indices into the session's rows, worst first */
};

/* From the left: cursor, mark, name. From the right, with their widths: the three columns. */
enum {
    HEAD_LINE = 2,
    FIRST_LINE = 3,
    BELOW = 7,        /* lines under the list: blank, name, two of detail, two of notice, footer */
    NOTICE_LINES = 5, /* at most, in the place of the detail and the name */
    NAME_COLUMN = 3,
    TODO_COLUMNS = 17,
    LEFT_COLUMNS = 12,
    EXPIRES_COLUMNS = 10,
};

static struct table *mine(const struct app *app)
{
    return app->memory;
}

/* --- the order --- */

static int compare_rows(const struct row *a, const struct row *b)
{
    if (a->state.standing != b->state.standing)
        return a->state.standing < b->state.standing ? -1 : 1;
    if (a->state.expires != b->state.expires)
        return a->state.expires < b->state.expires ? -1 : 1;
    return a->system < b->system ? -1 : a->system > b->system;
}

/* An insertion sort: some dozens of rows, nearly in order already, and stable. */
static void sort_rows(struct app *app)
{
    struct session *session = &app->session;
    int *order = mine(app)->order;

    for (int i = 0; i < session->row_count; i++) {
        int k = i;

        for (; k > 0 && compare_rows(&session->rows[i], &session->rows[order[k - 1]]) < 0; k--)
            order[k] = order[k - 1];
        order[k] = i;
    }
}

static struct row *row_at(struct app *app, int position)
{
    return &app->session.rows[mine(app)->order[position]];
}

static int selected_position(struct app *app)
{
    for (int i = 0; i < app->session.row_count; i++)
        if (row_at(app, i)->system == app->selected)
            return i;
    return 0;
}

static int visible_rows(void)
{
    return LINES - FIRST_LINE - BELOW;
}

static void scroll_to(struct app *app, int position)
{
    struct table *table = mine(app);

    if (position < table->top)
        table->top = position;
    if (position >= table->top + visible_rows())
        table->top = position - visible_rows() + 1;
}

/* --- drawing --- */

static void draw_head(const struct app *app)
{
    char who[2 * MK_TEXT_MAX + 4];
    char when[DATES_TEXT_MAX];
    const struct session *session = &app->session;

    if (session->unit[0] != '\0')
        snprintf(who, sizeof who, "%s - %s", session->name, session->unit);
    else
        snprintf(who, sizeof who, "%s", session->name[0] != '\0' ? session->name : session->login);
    dates_minute(when, app->now);
    draw_title(who, when);
    draw_strong(HEAD_LINE, NAME_COLUMN, COLS, _("System"));
    draw_strong(HEAD_LINE, COLS - TODO_COLUMNS - LEFT_COLUMNS - EXPIRES_COLUMNS - 2,
                EXPIRES_COLUMNS, _("Expires"));
    draw_strong(HEAD_LINE, COLS - TODO_COLUMNS - LEFT_COLUMNS - 1, LEFT_COLUMNS, _("Left"));
    draw_strong(HEAD_LINE, COLS - TODO_COLUMNS, TODO_COLUMNS, _("What to do"));
}

static bool is_urgent(const struct row *row)
{
    return !row->waiting && row->state.standing <= MK_OVERDUE;
}

static void draw_row(const struct app *app, const struct row *row, int y)
{
    int x = COLS - TODO_COLUMNS - LEFT_COLUMNS - EXPIRES_COLUMNS - 2;
    struct sentence_row text;

    sentence_row(&text, row, app->now);
    if (row->system == app->selected)
        mvaddch(y, 0, '>');
    if (row->marked)
        mvaddch(y, 1, '*');
    draw_text(y, NAME_COLUMN, x - NAME_COLUMN - 1, app_system_name(app, row->system));
    draw_text(y, x, EXPIRES_COLUMNS, text.expires);
    draw_text(y, x + EXPIRES_COLUMNS + 1, LEFT_COLUMNS, text.left);
    if (is_urgent(row))
        draw_strong(y, COLS - TODO_COLUMNS, TODO_COLUMNS, text.todo);
    else
        draw_text(y, COLS - TODO_COLUMNS, TODO_COLUMNS, text.todo);
}

/* Below the list, as far as there is room above `end`: what is to be known about the row. */
static void draw_detail(const struct app *app, const struct row *row, int end)
{
    char text[APP_NOTICE_MAX];
    int y = LINES - 5;

    if (end < y)
        return;
    if (row->system == row->account)
        draw_strong(LINES - 6, DRAW_MARGIN, COLS - DRAW_MARGIN, app_system_name(app, row->system));
    else {
        snprintf(text, sizeof text, _("%s - same password as: %s"),
                 app_system_name(app, row->system), app_system_name(app, row->account));
        draw_strong(LINES - 6, DRAW_MARGIN, COLS - DRAW_MARGIN, text);
    }
    sentence_detail(text, sizeof text, row, &app->config, app->now);
    y += draw_wrapped(y, end - y, text);
    sentence_note(text, sizeof text, row, &app->config, app->now);
    y += draw_wrapped(y, end - y, text);
    draw_wrapped(y, end - y, sentence_caution(row));
}

/* In the last lines before the footer. Returns the first of them. */
static int draw_notice(const struct app *app)
{
    int lines = draw_lines(app->notice);
    int y = LINES - 3;

    if (app->notice[0] == '\0')
        return LINES - 1;
    if (lines > 2)
        y = LINES - 1 - (lines < NOTICE_LINES ? lines : NOTICE_LINES);
    draw_wrapped(y, NOTICE_LINES, app->notice);
    return y;
}

static void draw(struct app *app)
{
    struct table *table = mine(app);
    int position;
    int rows = visible_rows();

    sort_rows(app);
    if (!app->has_selected)
        app->selected = row_at(app, 0)->system;
    position = selected_position(app);
    scroll_to(app, position);
    draw_head(app);
    for (int i = 0; i < rows && table->top + i < app->session.row_count; i++)
        draw_row(app, row_at(app, table->top + i), FIRST_LINE + i);
    if (table->top + rows < app->session.row_count)
        draw_text(FIRST_LINE + rows, NAME_COLUMN, COLS, "...");
    draw_detail(app, row_at(app, position), draw_notice(app));
    draw_footer(app);
    move(FIRST_LINE + position - table->top, 0);
}

/* --- what a helpdesk has done --- */

/* Whether the row's account has a password that a helpdesk has set, or had it at the log-in. */
static bool is_news(const struct app *app, const struct row *row, struct note *note)
{
    int account = row->account + 1;

    return row->system == row->account &&
           note_read(note, row->state.note, &app->config, app->now) &&
           note->when != app->told_reset[account] &&
           (app->was_issued[account] || note_is_present(note, row->state.changed));
}

/* Once all answers are there, so that one sentence tells it all. */
static void tell_resets(struct app *app)
{
    const struct row *row = NULL;
    struct note latest = {.when = INT64_MIN};
    char text[APP_NOTICE_MAX];
    struct note note;
    size_t length;
    int count = 0;

    for (int i = 0; i < app->session.row_count; i++)
        if (app->session.rows[i].waiting)
            return;
    for (int i = 0; i < app->session.row_count; i++) {
        if (!is_news(app, &app->session.rows[i], &note))
            continue;
        row = &app->session.rows[i];
        app->told_reset[row->account + 1] = note.when;
        count++;
        if (note.when > latest.when)
            latest = note;
    }
    if (count == 0)
        return;
    sentence_resets(text, sizeof text, count, app_system_name(app, row->system), &latest,
                    &app->config);
    length = strlen(text);
    text[length++] = ' ';
    sentence_resets_doubt(text + length, sizeof text - length, &app->config);
    app_say_more(app, text);
}

static void on_event(struct app *app, const struct session_event *event)
{
    if (event->type == SESSION_ROWS)
        tell_resets(app);
}

/* --- keys --- */

static void move_by(struct app *app, int step)
{
    int last = app->session.row_count - 1;
    int position = selected_position(app) + step;

    if (position < 0)
        position = 0;
    app->selected = row_at(app, position > last ? last : position)->system;
    app->has_selected = true;
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
    move_by(app, -visible_rows());
}

static void page_down(struct app *app)
{
    move_by(app, visible_rows());
}

static bool needs_opening(const struct row *row)
{
    return row->state.standing == MK_UNKNOWN && row->state.unknown == MK_UNKNOWN_NOT_OPENED;
}

/* Whether a change can be tried: not where the server lets nobody in, or nothing is there. */
static bool can_change(const struct row *row)
{
    if (row->waiting)
        return false;
    switch (row->state.standing) {
    case MK_LOCKED_FOR_GOOD:
    case MK_LOCKED:
    case MK_DISABLED:
        return false;
    case MK_EXPIRED:
        return row->state.grace_unseen != 0 || row->state.changeable != 0;
    case MK_UNKNOWN:
        return row->state.unknown == MK_UNKNOWN_NO_CHANGE ||
               row->state.unknown == MK_UNKNOWN_POLICY ||
               row->state.unknown == MK_UNKNOWN_NOT_OPENED;
    default:
        return true;
    }
}

static bool is_due(const struct row *row)
{
    if (row->waiting)
        return false;
    if (row->state.standing == MK_EXPIRED)
        return can_change(row);
    return row->state.standing >= MK_GRACE && row->state.standing <= MK_DUE_SOON;
}

static void say_why_not(struct app *app, const struct row *row)
{
    snprintf(app->notice, sizeof app->notice,
             _("%s: its password cannot be changed from here now; the reason stands above."),
             app_system_name(app, row->system));
}

static void toggle_mark(struct app *app)
{
    struct row *row = session_row(&app->session, app->selected);

    if (can_change(row))
        row->marked = !row->marked;
    else
        say_why_not(app, row);
    go_down(app);
}

static void mark_due(struct app *app)
{
    int count = 0;

    for (int i = 0; i < app->session.row_count; i++)
        if (is_due(&app->session.rows[i])) {
            app->session.rows[i].marked = true;
            /* Systems that share a password are changed together. */
            count += app->session.rows[i].system == app->session.rows[i].account;
        }
    if (count == 0)
        app_say(app, _("Nothing is due."));
    else
        snprintf(app->notice, sizeof app->notice,
                 ngettext("%d password that is due is marked. Enter changes it.",
                          "%d passwords that are due are marked. Enter changes them one by one.",
                          (unsigned long)count),
                 count);
}

static bool in_batch(const struct batch *batch, int account)
{
    for (int i = 0; i < batch->count; i++)
        if (batch->system[i] == account)
            return true;
    return false;
}

/* Accounts are changed once, however many of the marked systems share them. */
static void add_to_batch(struct app *app, const struct row *row)
{
    struct batch *batch = &app->batch;

    if (in_batch(batch, row->account))
        return;
    batch->system[batch->count++] = row->account;
}

static void change(struct app *app)
{
    struct row *row = session_row(&app->session, app->selected);

    app->batch = (struct batch){.count = 0};
    for (int i = 0; i < app->session.row_count; i++)
        if (row_at(app, i)->marked && can_change(row_at(app, i)))
            add_to_batch(app, row_at(app, i));
    if (app->batch.count == 0) {
        if (needs_opening(row)) {
            app_go(app, &screen_account);
            return;
        }
        if (!can_change(row)) {
            say_why_not(app, row);
            return;
        }
        add_to_batch(app, row);
    }
    app_next_change(app);
}

static void read_again(struct app *app)
{
    session_read(&app->session);
}

static bool is_operator(const struct app *app)
{
    return desk_is_there(&app->session);
}

static bool may_be_operator(const struct app *app)
{
    return !desk_is_there(&app->session) && desk_is_unread(&app->session);
}

static void open_desk(struct app *app)
{
    if (app_open_desk(app))
        app_go(app, &screen_find);
    else
        app_say(app, _("The helpdesk cannot be opened: there is not enough memory on this machine. "
                       "Please tell the administrator."));
}

static void say_unread(struct app *app)
{
    app_say(app, _("Whether you work at a helpdesk could not be read. F9 asks again; if that does "
                   "not help, please tell the administrator."));
}

/* The clock in the first line. */
static int64_t tick(struct app *app)
{
    return app->now_ms + (60 - app->now % 60) * 1000;
}

static const struct action actions[] = {
    {KEYS_ENTER, 0, true, N_("Change"), N_("Changes the marked passwords one by one, or this one."),
     change, NULL},
    {KEYS_OTHER, ' ', true, N_("Mark"), N_("Marks this row, or takes its mark away."), toggle_mark,
     NULL},
    {KEYS_F(5), 0, true, N_("Mark all due"), N_("Marks every row that is due."), mark_due, NULL},
    {KEYS_F(8), 0, true, N_("Helpdesk"), N_("To the helpdesk: finds a caller, unlocks, resets."),
     open_desk, is_operator},
    {KEYS_F(8), 0, false, "", "", say_unread, may_be_operator},
    {KEYS_F(9), 0, true, N_("Ask again"), N_("Asks all servers again."), read_again, NULL},
    {KEYS_F(1), 0, true, N_("Help"), N_("This page."), app_help, NULL},
    {KEYS_F(10), 0, true, N_("Log out"), N_("Logs out."), app_log_out, NULL},
    {KEYS_UP, 0, false, "", N_("To the row above."), go_up, NULL},
    {KEYS_DOWN, 0, false, "", N_("To the row below."), go_down, NULL},
    {KEYS_PAGE_UP, 0, false, "", N_("One page up."), page_up, NULL},
    {KEYS_PAGE_DOWN, 0, false, "", N_("One page down."), page_down, NULL},
    {KEYS_LEAVE, 0, false, "", N_("The same as F10."), app_log_out, NULL},
    {0, 0, false, NULL, NULL, NULL, NULL},
};

const struct screen screen_table = {
    .help = N_("All your systems, the most urgent first, with the date on which each password "
               "expires. The lines below the list say where the date of the chosen row comes from. "
               "A date that cannot be known is shown as unknown, never as good."),
    .actions = actions,
    .memory = sizeof(struct table),
    .enter = tell_resets,
    .draw = draw,
    .event = on_event,
    .tick = tick,
};
