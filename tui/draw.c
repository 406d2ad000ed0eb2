/* SPDX-License-Identifier: MIT */
#include "draw.h"

#include <stdio.h>
#include <string.h>

#include <curses.h>

#include "dates.h"
#include "language.h"
#include "terminal.h"
#include "text.h"

#define DRAW_BYTES_MAX 1024
#define DRAW_LINES_MAX 16

void draw_text(int y, int x, int columns, const char *text)
{
    char cut[DRAW_BYTES_MAX];

    if (columns > COLS - x)
        columns = COLS - x;
    if (columns <= 0)
        return;
    text_cut(cut, sizeof cut, text, columns);
    mvaddstr(y, x, cut);
}

void draw_strong(int y, int x, int columns, const char *text)
{
    attron(A_BOLD);
    draw_text(y, x, columns, text);
    attroff(A_BOLD);
}

int draw_lines(const char *text)
{
    struct text_line wrapped[DRAW_LINES_MAX];

    return text_wrap(wrapped, DRAW_LINES_MAX, text, COLS - 2 * DRAW_MARGIN);
}

int draw_wrapped(int y, int lines, const char *text)
{
    struct text_line wrapped[DRAW_LINES_MAX];
    int count = text_wrap(wrapped, DRAW_LINES_MAX, text, COLS - 2 * DRAW_MARGIN);

    for (int i = 0; i < count && i < lines; i++)
        mvaddnstr(y + i, DRAW_MARGIN, wrapped[i].start, wrapped[i].length);
    return count < lines ? count : lines;
}

void draw_title(const char *left, const char *right)
{
    int columns = text_columns(right);

    draw_strong(0, 1, COLS - 4 - columns, left);
    draw_text(0, COLS - 1 - columns, columns, right);
}

void draw_result(const struct app *app, int index, int y)
{
    const struct batch *batch = &app->batch;
    const struct row *row = &app->session.rows[batch->system[index] + 1];
    int half = (COLS - DRAW_MARGIN) / 2 - 1;
    char text[SENTENCE_MAX];
    char day[DATES_TEXT_MAX];

    if (batch->tried[index] && batch->result[index] == MK_OK && !row->waiting &&
        row->state.standing == MK_FINE && row->state.expires != MK_TIME_NEVER) {
        dates_day(day, row->state.expires);
        /* TRANSLATORS: the date until which a password that was just changed lasts */
        snprintf(text, sizeof text, _("changed, lasts until %s"), day);
    } else {
        snprintf(text, sizeof text, "%s",
                 batch->tried[index] ? sentence_outcome(batch->result[index]) : _("left out"));
    }
    draw_text(y, DRAW_MARGIN, half, app_system_name(app, batch->system[index]));
    draw_text(y, DRAW_MARGIN + half + 1, COLS - DRAW_MARGIN - half - 1, text);
}

const char *draw_key_name(const struct action *action)
{
    static const char *const f[] = {"F1", "F2", "F3", "F4",  "F5",  "F6",
                                    "F7", "F8", "F9", "F10", "F11", "F12"};

    if (action->character == ' ')
        return _("Space");
    if (action->key >= KEYS_F1 && action->key <= KEYS_F12)
        return f[action->key - KEYS_F1];
    switch (action->key) {
    case KEYS_ENTER:
        return "Enter";
    case KEYS_ESCAPE:
        return "Esc";
    case KEYS_TAB:
        return "Tab";
    case KEYS_UP:
        return _("Up");
    case KEYS_DOWN:
        return _("Down");
    case KEYS_LEAVE:
        return "Ctrl-D";
    case KEYS_PAGE_UP:
        return "PgUp";
    case KEYS_PAGE_DOWN:
        return "PgDn";
    default:
        return "";
    }
}

static bool in_footer(const struct app *app, const struct action *action)
{
    return action->in_footer && (action->applies == NULL || action->applies(app));
}

/* How to get help, and how to get out: the last to go from a narrow window. */
static bool is_essential(const struct action *action)
{
    return action->key == KEYS_F(1) || action->key == KEYS_F(10) || action->key == KEYS_ESCAPE;
}

static int footer_columns(const struct action *action)
{
    return text_columns(draw_key_name(action)) + 1 + text_columns(_(action->label)) + 2;
}

void draw_footer(const struct app *app)
{
    int reserved = 0;
    int x = 1;

    for (const struct action *a = app->screen->actions; a->label != NULL; a++)
        if (in_footer(app, a) && is_essential(a))
            reserved += footer_columns(a);
    /* A narrow window shows fewer keys, not halves of them; the help has them all. */
    for (const struct action *a = app->screen->actions; a->label != NULL; a++) {
        const char *name = draw_key_name(a);
        int columns = footer_columns(a);

        if (!in_footer(app, a))
            continue;
        if (is_essential(a))
            reserved -= columns;
        else if (x + columns + reserved - 2 > COLS)
            continue;
        draw_strong(LINES - 1, x, COLS - x, name);
        draw_text(LINES - 1, x + text_columns(name) + 1, COLS, _(a->label));
        x += columns;
    }
}

void draw_help(const struct app *app)
{
    int y = 7;

    draw_title(_("Help"), "");
    draw_wrapped(2, 4, _(app->screen->help));
    for (const struct action *a = app->screen->actions; a->label != NULL && y < LINES - 2; a++) {
        if (a->help[0] == '\0' || (a->applies != NULL && !a->applies(app)))
            continue;
        draw_strong(y, DRAW_MARGIN, 8, draw_key_name(a));
        draw_text(y, DRAW_MARGIN + 8, COLS - DRAW_MARGIN - 8, _(a->help));
        y++;
    }
    draw_text(LINES - 1, 1, COLS - 1, _("Press any key to go back"));
}

void draw_too_small(void)
{
    char text[160];

    snprintf(text, sizeof text, _("Please make the window larger: at least %d x %d."),
             TERMINAL_COLUMNS_MIN, TERMINAL_LINES_MIN);
    draw_text(0, 0, COLS, text);
}
