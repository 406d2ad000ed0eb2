/* SPDX-License-Identifier: MIT */
#include "card.h"

#include <stdio.h>

#include <curses.h>

#include "dates.h"
#include "draw.h"
#include "language.h"

/* A line below the one before; nothing is drawn on the footer. Returns the next free line. */
static int say(int y, const char *text)
{
    int room = LINES - 1 - y;

    if (text[0] == '\0' || room <= 0)
        return y;
    return y + draw_wrapped(y, room, text);
}

static int say_dates(const struct app *app, const struct mk_view *view, int y)
{
    char text[SENTENCE_MAX];
    char when[DATES_TEXT_MAX];

    if (view->account.changed == MK_TIME_UNKNOWN) {
        y = say(y, _("When the password was changed last is not known."));
    } else {
        dates_until(when, view->account.changed, app->now);
        snprintf(text, sizeof text, _("The password was changed last at %s."), when);
        y = say(y, text);
    }
    if (view->logged_in == MK_TIME_UNKNOWN)
        return say(y, _("When the last log-in was is not known."));
    dates_until(when, view->logged_in, app->now);
    snprintf(text, sizeof text, _("The last log-in here was at %s."), when);
    return say(y, text);
}

static int say_act(const struct app *app, const struct desk_cell *cell, int y)
{
    char sentence[SENTENCE_MAX];
    char when[DATES_TEXT_MAX];
    char text[APP_NOTICE_MAX];

    if (cell->acted == DESK_NO_ACT)
        return y;
    dates_until(when, cell->acted_at, app->now);
    sentence_act(sentence, sizeof sentence,
                 cell->acted == DESK_A_RESET ? SENTENCE_RESET : SENTENCE_UNLOCK, cell->result,
                 cell->ldap_code);
    /* TRANSLATORS: a time such as 14:03, then a whole sentence on what was done then */
    snprintf(text, sizeof text, _("At %s: %s"), when, sentence);
    return say(y, text);
}

static int say_server(const struct app *app, const struct desk_row *row, int server, int y)
{
    const struct mk_request_directory *directory = card_directory(app, row);
    const struct desk_cell *cell = &row->cell[server];
    char text[SENTENCE_MAX];
    char name[SENTENCE_SERVER_MAX];

    sentence_server(name, directory, server);
    if (y >= LINES - 1)
        return y;
    draw_strong(y, DRAW_MARGIN, COLS - DRAW_MARGIN, name);
    y = say_act(app, cell, y + 1);
    if (!cell->seen) {
        if (cell->waiting)
            return say(y, _("asking..."));
        sentence_act(text, sizeof text, SENTENCE_VIEW, cell->failure, cell->ldap_code);
        return say(y, text);
    }
    sentence_account(text, sizeof text, &cell->view.account, app->now);
    y = say(y, text);
    if (cell->view.dn[0] == '\0')
        return y;
    sentence_note(text, sizeof text, &(struct row){.state = cell->view.account}, &app->config,
                  app->now);
    y = say(y, text);
    sentence_lock(text, sizeof text, &cell->view, app->now);
    y = say(y, text);
    sentence_failures(text, sizeof text, &cell->view, app->now);
    return say_dates(app, &cell->view, say(y, text));
}

void card_draw_detail(const struct app *app)
{
    const struct desk_row *row = card_row(app);
    int servers = (int)app->config.directory[row->directory].request.uris;
    char text[SENTENCE_MAX];
    int y = 2;

    draw_title(app_system_name(app, row->system), app->desk->caller.name);
    sentence_watch(text, sizeof text, row, app->now);
    y = say(y, text);
    for (int i = card_of(app)->server; i < servers && y < LINES - 2; i++)
        y = say_server(app, row, i, y) + 1;
    draw_footer(app);
    move(LINES - 1, 0);
}
