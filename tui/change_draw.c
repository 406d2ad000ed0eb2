/* SPDX-License-Identifier: MIT */
#include "change.h"

#include <stdio.h>

#include <curses.h>

#include "draw.h"
#include "language.h"
#include "proposals.h"
#include "text.h"

enum {
    FIELD_COLUMNS = 34,
    REASON_LINE = 2,
    OLD_LINE = 5,
    LOW_WINDOW = 20, /* fewer lines: nothing is left blank */
    VERDICT_LINES_MIN = 2,
};

struct change *change_of(const struct app *app)
{
    return app->memory;
}

struct field change_field(const struct change *change, enum input input)
{
    return (struct field){.secret = change->secret[input],
                          .shown = change->shown && input != INPUT_OLD};
}

struct checklist change_checklist(const struct app *app)
{
    const struct change *change = change_of(app);
    int account = session_account(&app->session, change->system);
    struct checklist list = {
        .checker = &app->checker,
        .rules = account == MK_PERSON ? &app->config.rules : &app->config.system[account].rules,
        .goes_on = app->config.go_on,
        .typed = change->secret[INPUT_NEW]->length > 0,
        .left = change->left_new,
    };

    for (int i = 0; i < SESSION_ROWS_MAX; i++)
        list.given = list.given || (app->given[i] != NULL && i != account + 1);
    return list;
}

static const char *label(enum input input)
{
    switch (input) {
    case INPUT_OLD:
        return _("Current password");
    case INPUT_NEW:
        return _("New password");
    default:
        return _("New password again");
    }
}

static int field_column(void)
{
    int widest = 0;

    for (int i = 0; i < INPUTS; i++)
        if (text_columns(label(i)) > widest)
            widest = text_columns(label(i));
    return DRAW_MARGIN + widest + 2;
}

static const char *match(const struct change *change)
{
    if (change->secret[INPUT_AGAIN]->length == 0)
        return "";
    return secret_equal(change->secret[INPUT_NEW], change->secret[INPUT_AGAIN]) ? _("match")
                                                                                : _("no match yet");
}

/* Returns the cursor's column in the field where it stands. */
static int draw_fields(const struct change *change)
{
    int x = field_column();
    int cursor = x;

    for (int i = change->needs_old ? INPUT_OLD : INPUT_NEW; i < INPUTS; i++) {
        struct field f = change_field(change, i);
        int end;

        draw_text(OLD_LINE + i, DRAW_MARGIN, COLS, label(i));
        end = field_draw(&f, OLD_LINE + i, x, FIELD_COLUMNS);
        if (change->at == (enum input)i)
            cursor = end;
    }
    draw_text(OLD_LINE + INPUT_AGAIN, x + FIELD_COLUMNS + 2, COLS, match(change));
    return cursor;
}

static void draw_title_line(const struct app *app, const struct change *change)
{
    const struct batch *batch = &app->batch;
    char text[2 * MK_TEXT_MAX];

    if (batch->count > 1)
        snprintf(text, sizeof text, _("Change password (%d of %d): %s"), batch->next + 1,
                 batch->count, app_system_name(app, change->system));
    else
        snprintf(text, sizeof text, _("Change password: %s"), app_system_name(app, change->system));
    draw_title(text, "");
}

/* The last results of the batch so far, as many as there is room for from line `y` on. */
static void draw_results(const struct app *app, int y)
{
    const struct batch *batch = &app->batch;
    int room = LINES - 2 - y;
    int first = batch->next > room ? batch->next - room : 0;

    for (int i = first; i < batch->next && room > 0; i++)
        draw_result(app, i, y + i - first);
}

static const char *notice(const struct app *app)
{
    if (change_of(app)->verifying)
        return _("No answer yet. Looking up whether the password was changed...");
    if (change_of(app)->working)
        return _("Changing... Please wait for the server.");
    return app->notice;
}

/* The items, what is wrong, what there is to say, and the results, one below the other. */
static void draw_below(const struct app *app, int y)
{
    struct checklist list = change_checklist(app);
    const char *text = notice(app);
    int gap = LINES < LOW_WINDOW ? 0 : 1;
    int end = LINES - 1 - gap;
    int needed = text[0] == '\0' ? 0 : draw_lines(text) + gap;
    int room;

    y += checklist_draw(&list, y) + gap;
    room = end - y - needed;
    y += checklist_draw_verdict(&list, y, room < VERDICT_LINES_MIN ? VERDICT_LINES_MIN : room);
    if (needed > 0)
        y += gap + draw_wrapped(y + gap, end - y - gap, text);
    draw_results(app, y + gap);
}

void change_draw(struct app *app)
{
    struct change *change = change_of(app);
    char reason[SENTENCE_MAX];
    int line;
    int cursor;

    draw_title_line(app, change);
    if (change->forced.is) {
        sentence_forced(reason, sizeof reason, change->forced.must_change, change->forced.grace);
        draw_wrapped(REASON_LINE, 2, reason);
    } else if (change->needs_old && change->system != MK_PERSON) {
        draw_wrapped(REASON_LINE, 2, _("This system has a password of its own."));
    }
    cursor = draw_fields(change);
    line = OLD_LINE + (int)change->at;
    if (change->choosing) {
        line = proposals_draw(&app->checker, change->choice, OLD_LINE + INPUTS + 1);
        cursor = DRAW_MARGIN;
    } else {
        draw_below(app, OLD_LINE + INPUTS + (LINES < LOW_WINDOW ? 0 : 1));
    }
    draw_footer(app);
    move(line, cursor);
}
