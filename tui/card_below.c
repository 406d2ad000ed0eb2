/* SPDX-License-Identifier: MIT */
#include "card.h"

#include <stdio.h>

#include <curses.h>

#include "dates.h"
#include "draw.h"
#include "language.h"
#include "text.h"

enum {
    SERVER_LINES_MIN = 2,
    SERVER_LINES_MAX = 4, /* Enter shows the others */
    LOW_LINES = 5,
};

/* What one server says. */
enum {
    SERVER_COLUMN = 5,
    LOCK_COLUMN = 25,
    LOCK_COLUMNS = 26,
    TRIES_COLUMN = 52,
    TRIES_COLUMNS = 11,
    REST_COLUMN = 64,
};

/* Lines for the servers of a row: as many as any directory has, within reason. */
static int server_lines(const struct app *app)
{
    int most = SERVER_LINES_MIN;

    for (int i = 0; i < app->config.directories; i++)
        if ((int)app->config.directory[i].request.uris > most)
            most = (int)app->config.directory[i].request.uris;
    return most > SERVER_LINES_MAX ? SERVER_LINES_MAX : most;
}

/* The chosen row's name, its servers, and what there is to say. */
int card_below_lines(const struct app *app)
{
    return card_is_low() ? LOW_LINES : 1 + server_lines(app) + 2;
}

static void draw_acted(const struct app *app, const struct desk_cell *cell, int y, int x)
{
    char when[DATES_TEXT_MAX];

    dates_until(when, cell->acted_at, app->now);
    draw_text(y, x, COLS - x, when);
    draw_text(y, x + text_columns(when) + 1, COLS - x - text_columns(when) - 1,
              sentence_act_outcome(cell->acted == DESK_A_RESET ? SENTENCE_RESET : SENTENCE_UNLOCK,
                                   cell->result));
}

static void draw_view(const struct app *app, const struct mk_view *view, int y)
{
    char text[SENTENCE_MAX];
    char tries[SENTENCE_MAX];

    sentence_lock_few(text, sizeof text, view, app->now);
    draw_text(y, LOCK_COLUMN, LOCK_COLUMNS, text);
    sentence_failures_few(tries, sizeof tries, view);
    /* TRANSLATORS: so many wrong passwords, such as 3/5; 11 columns with 999/999 */
    snprintf(text, sizeof text, _("%s wrong"), tries);
    draw_text(y, TRIES_COLUMN, TRIES_COLUMNS, text);
}

/* What went wrong needs the room of what would be said otherwise. */
static void draw_server(const struct app *app, const struct desk_row *row, int server, int y)
{
    const struct desk_cell *cell = &row->cell[server];
    bool unlocked = cell->acted == DESK_AN_UNLOCK && cell->result == MK_OK;
    char name[SENTENCE_SERVER_MAX];

    sentence_server(name, card_directory(app, row), server);
    draw_text(y, SERVER_COLUMN, LOCK_COLUMN - SERVER_COLUMN - 1, name);
    if (cell->acted != DESK_NO_ACT && !unlocked) {
        draw_acted(app, cell, y, LOCK_COLUMN);
    } else if (!cell->seen) {
        draw_text(y, LOCK_COLUMN, COLS - LOCK_COLUMN,
                  cell->waiting ? _("asking...") : sentence_unread(cell->failure));
    } else if (cell->view.dn[0] == '\0') {
        draw_text(y, LOCK_COLUMN, COLS - LOCK_COLUMN,
                  sentence_unread(cell->view.account.unknown == MK_UNKNOWN_TWO_ENTRIES
                                      ? MK_PERSON_AMBIGUOUS
                                      : MK_PERSON_UNKNOWN));
    } else {
        draw_view(app, &cell->view, y);
        if (unlocked)
            draw_acted(app, cell, y, REST_COLUMN);
    }
}

static void draw_name(const struct app *app, const struct desk_row *row, int y)
{
    char text[APP_NOTICE_MAX];

    if (row->shared > 0)
        snprintf(text, sizeof text,
                 ngettext("%s - shared with %d other system", "%s - shared with %d other systems",
                          (unsigned long)row->shared),
                 app_system_name(app, row->system), row->shared);
    else
        snprintf(text, sizeof text, "%s", app_system_name(app, row->system));
    draw_strong(y, DRAW_MARGIN, COLS - DRAW_MARGIN, text);
}

/* A server that one more wrong password locks, -1: none. */
static int near_lock(const struct app *app, const struct desk_row *row)
{
    for (int i = 0; i < (int)card_directory(app, row)->uris; i++) {
        const struct mk_view *view = &row->cell[i].view;

        if (row->cell[i].seen && view->lock == MK_NOT_LOCKED &&
            view->failures != MK_COUNT_UNKNOWN && view->failures_allowed != MK_COUNT_UNKNOWN &&
            view->failures_allowed > 0 && view->failures + 1 >= view->failures_allowed)
            return i;
    }
    return -1;
}

/* Who was first, where another desk has just been at it. */
static void say_note(const struct app *app, const struct desk_row *desk_row, char *out, size_t size)
{
    const struct desk_cell *main = &desk_row->cell[desk_row->main];
    struct row row = {.state = main->view.account};

    if (main->seen)
        sentence_note(out, size, &row, &app->config, app->now);
}

/* What should be known of the chosen row where nothing else is to be said. */
static void caution(const struct app *app, const struct desk_row *row, char *out, size_t size)
{
    char server[SENTENCE_SERVER_MAX];
    int near = near_lock(app, row);

    if (row->closed) {
        snprintf(
            out, size, "%s",
            _("This system has log-ins of its own: open your own account there first (Enter)."));
    } else if (near >= 0) {
        sentence_server(server, card_directory(app, row), near);
        snprintf(out, size,
                 _("Careful: on %s one more wrong password locks it again. Let the caller try "
                   "slowly, with the input method off."),
                 server);
    } else {
        sentence_watch(out, size, row, app->now);
        if (out[0] == '\0')
            say_note(app, row, out, size);
    }
}

static void question(const struct app *app, char *out, size_t size)
{
    const struct desk_row *row = card_row(app);
    int locked = card_locked(app);

    if (card_of(app)->mode == CARD_ASK_LEAVE)
        snprintf(out, size, "%s",
                 _("The caller has not changed the temporary password yet. F10 hangs up all the "
                   "same; any other key stays with the caller."));
    else if (!desk_is_locked(app->desk, app->calling.row))
        snprintf(out, size,
                 ngettext("%s shows no lock. F5 unlocks the %d account that is locked; any other "
                          "key does nothing.",
                          "%s shows no lock. F5 unlocks all %d accounts that are locked; any other "
                          "key does nothing.",
                          (unsigned long)locked),
                 app_system_name(app, row->system), locked);
    else if (locked == 1)
        snprintf(out, size,
                 _("%s is locked without end; an administrator may have meant it. Enter unlocks "
                   "it, any other key does nothing."),
                 app_system_name(app, row->system));
    else
        snprintf(out, size,
                 _("Enter unlocks %s only, F5 unlocks all %d accounts that are locked; any other "
                   "key does nothing."),
                 app_system_name(app, row->system), locked);
}

void card_draw_below(const struct app *app)
{
    const struct desk_row *row = card_row(app);
    int y = LINES - 1 - card_below_lines(app);
    char text[APP_NOTICE_MAX] = "";
    int lines;

    if (card_of(app)->mode != CARD_LIST)
        question(app, text, sizeof text);
    else if (app->notice[0] != '\0')
        snprintf(text, sizeof text, "%s", app->notice);
    else if (app->desk->acting)
        snprintf(text, sizeof text, "%s", _("Please wait for the servers..."));
    else if (row != NULL)
        caution(app, row, text, sizeof text);
    lines = text[0] == '\0' ? 0 : draw_lines(text);
    if (lines > card_below_lines(app) - 1)
        lines = card_below_lines(app) - 1;
    if (row != NULL) {
        draw_name(app, row, y);
        for (int i = 0; i < (int)card_directory(app, row)->uris &&
                        i < card_below_lines(app) - 1 - lines && !row->closed;
             i++)
            draw_server(app, row, i, y + 1 + i);
    }
    draw_wrapped(LINES - 1 - lines, lines, text);
}
