/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include <curses.h>

#include "app.h"
#include "draw.h"
#include "field.h"
#include "language.h"
#include "other_form.h"
#include "text.h"

struct opening {
    int system;
    struct mk_password *password;
    struct other_form other;
    bool waiting;
};

enum { FIELD_COLUMNS = 34, REASON_LINE = 2, FIELD_LINE = 5, NOTICE_LINE = 8, NOTICE_LINES = 6 };

static struct opening *mine(const struct app *app)
{
    return app->memory;
}

static void enter(struct app *app)
{
    mine(app)->system = session_account(&app->session, app->selected);
    mine(app)->password = secret_new();
    other_form_enter(&mine(app)->other);
}

static void leave(struct app *app)
{
    secret_free(mine(app)->password);
    other_form_leave(&mine(app)->other);
}

static void draw(struct app *app)
{
    struct opening *opening = mine(app);
    struct field field = {.secret = opening->password};
    const char *label = _("Current password");
    int cursor;

    draw_title(app_system_name(app, opening->system), "");
    draw_wrapped(REASON_LINE, 2,
                 _("This system has a password of its own. Type it to see when it expires."));
    draw_text(FIELD_LINE, DRAW_MARGIN, COLS, label);
    cursor = field_draw(&field, FIELD_LINE, DRAW_MARGIN + text_columns(label) + 2, FIELD_COLUMNS);
    if (opening->waiting)
        draw_wrapped(NOTICE_LINE, 1, _("Asking the server... Esc stops waiting."));
    else
        draw_wrapped(NOTICE_LINE, NOTICE_LINES, app->notice);
    draw_footer(app);
    move(FIELD_LINE, cursor);
}

static void type(struct app *app, const struct keys_event *event)
{
    struct opening *opening = mine(app);
    struct field field = {.secret = opening->password};

    if (opening->waiting)
        return;
    other_form_drop(&opening->other);
    app_type_password(app, &field, event);
}

static void open_account(struct app *app)
{
    struct opening *opening = mine(app);
    struct field field = {.secret = opening->password};

    opening->waiting = true;
    session_open(&app->session, opening->system, opening->password);
    if (app->memory == opening)
        field_clear(&field);
}

static void submit(struct app *app)
{
    struct opening *opening = mine(app);
    struct field field = {.secret = opening->password};

    if (field_empty(&field)) {
        app_say(app, _("Please type the password."));
        return;
    }
    other_form_sent(&opening->other, opening->password);
    open_account(app);
}

static void try_other_form(struct app *app)
{
    other_form_take(&mine(app)->other, mine(app)->password);
    open_account(app);
}

static void escape(struct app *app)
{
    if (mine(app)->waiting)
        session_cancel(&app->session, mine(app)->system);
    else
        app_go_home(app);
}

static void on_event(struct app *app, const struct session_event *event)
{
    struct opening *opening = mine(app);

    if (event->type != SESSION_OPENED || event->system != opening->system)
        return;
    opening->waiting = false;
    if (event->result != MK_OK) {
        sentence_open(app->notice, sizeof app->notice, event->result, event->ldap_code,
                      app_system_name(app, opening->system));
        if ((event->result == MK_CREDENTIALS || event->result == MK_WRONG_PASSWORD) &&
            other_form_refused(&opening->other))
            app_say_other_form(app);
    } else if (event->must_change || event->grace >= 0) {
        app->forced = (struct forced){true, event->must_change, event->grace};
        app->batch = (struct batch){.count = 1, .system = {opening->system}};
        app_next_change(app);
    } else {
        if (app->desk != NULL && app->desk->has_card)
            desk_refresh(app->desk);
        app_go_home(app);
    }
}

static bool is_idle(const struct app *app)
{
    return !mine(app)->waiting;
}

static bool is_waiting(const struct app *app)
{
    return mine(app)->waiting;
}

static bool has_other_form(const struct app *app)
{
    return is_idle(app) && mine(app)->other.offered;
}

static const struct action actions[] = {
    {KEYS_ENTER, 0, true, N_("Open"), N_("Logs in to this system to read the date."), submit,
     is_idle},
    {KEYS_F(3), 0, true, N_("Try accents apart"),
     N_("Tries the refused password once more, its accented letters taken apart (NFD)."),
     try_other_form, has_other_form},
    {KEYS_ESCAPE, 0, true, N_("Leave"), N_("Back, without opening it."), escape, is_idle},
    {KEYS_ESCAPE, 0, true, N_("Stop waiting"), N_("Stops waiting for the server."), escape,
     is_waiting},
    {KEYS_F(1), 0, true, N_("Help"), N_("This page."), app_help, NULL},
    {0, 0, false, NULL, NULL, NULL, NULL},
};

const struct screen screen_account = {
    .help = N_("This system keeps its accounts on a server of its own, with a password of its own. "
               "With it the program logs in there to read when it expires, and can change it."),
    .actions = actions,
    .memory = sizeof(struct opening),
    .draw = draw,
    .enter = enter,
    .type = type,
    .event = on_event,
    .leave = leave,
};
