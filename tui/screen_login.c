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

struct login {
    char name[MK_LOGIN_MAX + 1];
    struct mk_password *password;
    struct other_form other;
    bool at_password; /* the cursor's field */
    bool prepared;    /* the server has been called since the screen was entered */
    bool waiting;     /* for the answer to a log-in */
};

enum { FIELD_COLUMNS = 30, NAME_LINE = 4, PASSWORD_LINE = 6, NOTICE_LINE = 10, NOTICE_LINES = 8 };

static struct login *mine(const struct app *app)
{
    return app->memory;
}

static struct field name_field(struct login *login)
{
    return (struct field){.text = login->name, .size = sizeof login->name};
}

static struct field password_field(struct login *login)
{
    return (struct field){.secret = login->password};
}

static void enter(struct app *app)
{
    mine(app)->password = secret_new();
    other_form_enter(&mine(app)->other);
}

static void leave(struct app *app)
{
    secret_free(mine(app)->password);
    other_form_leave(&mine(app)->other);
}

/* Where the inputs begin: behind the longer of both labels. */
static int field_column(void)
{
    int name = text_columns(_("Log-in name"));
    int password = text_columns(_("Password"));

    return DRAW_MARGIN + (name > password ? name : password) + 3;
}

static void draw(struct app *app)
{
    struct login *login = mine(app);
    struct field name = name_field(login);
    struct field password = password_field(login);
    int x = field_column();
    int name_end;
    int password_end;
    char line[APP_NOTICE_MAX];

    snprintf(line, sizeof line, _("%s - Passwords of all systems"), app->config.ministry);
    draw_title(line, "");
    draw_text(NAME_LINE, DRAW_MARGIN, COLS, _("Log-in name"));
    name_end = field_draw(&name, NAME_LINE, x, FIELD_COLUMNS);
    if (app->config.domain[0] != '\0') {
        snprintf(line, sizeof line, "@%s", app->config.domain);
        draw_text(NAME_LINE, x + FIELD_COLUMNS + 1, COLS, line);
    }
    draw_text(PASSWORD_LINE, DRAW_MARGIN, COLS, _("Password"));
    password_end = field_draw(&password, PASSWORD_LINE, x, FIELD_COLUMNS);
    if (login->waiting)
        draw_wrapped(NOTICE_LINE, 1, _("Logging in... Esc stops waiting."));
    else
        draw_wrapped(NOTICE_LINE, NOTICE_LINES, app->notice);
    if (app->config.helpdesk[0] != '\0') {
        snprintf(line, sizeof line, _("Forgotten or locked? Call the helpdesk: %s"),
                 app->config.helpdesk);
        draw_text(LINES - 3, DRAW_MARGIN, COLS - DRAW_MARGIN, line);
    }
    draw_footer(app);
    move(login->at_password ? PASSWORD_LINE : NAME_LINE,
         login->at_password ? password_end : name_end);
}

static void type(struct app *app, const struct keys_event *event)
{
    struct login *login = mine(app);
    struct field field = login->at_password ? password_field(login) : name_field(login);

    if (login->waiting)
        return;
    other_form_drop(&login->other);
    if (!login->prepared) {
        login->prepared = true;
        session_prepare(&app->session);
    }
    if (login->at_password)
        app_type_password(app, &field, event);
    else if (!field_type(&field, event))
        app_say(app, _("This is longer than any name can be."));
}

static void switch_field(struct app *app)
{
    if (!mine(app)->waiting)
        mine(app)->at_password = !mine(app)->at_password;
}

/* Takes blanks and the ministry's own domain off. False: another domain, or nothing left. */
static bool plain_name(struct app *app, char out[MK_LOGIN_MAX + 1])
{
    const char *typed = mine(app)->name;
    const char *at;
    size_t length;

    typed += strspn(typed, " ");
    length = strlen(typed);
    while (length > 0 && typed[length - 1] == ' ')
        length--;
    memcpy(out, typed, length);
    out[length] = '\0';
    at = strrchr(out, '@');
    if (at != NULL && app->config.domain[0] != '\0' && strcasecmp(at + 1, app->config.domain) == 0)
        out[at - out] = '\0';
    return out[0] != '\0' && strchr(out, '@') == NULL;
}

static void log_in(struct app *app, const char *name)
{
    struct login *login = mine(app);
    struct field field = password_field(login);

    login->waiting = true;
    login->prepared = true;
    session_log_in(&app->session, name, login->password);
    if (app->memory == login)
        field_clear(&field);
}

static void submit(struct app *app)
{
    struct login *login = mine(app);
    char name[MK_LOGIN_MAX + 1];
    struct field field = password_field(login);

    if (login->waiting)
        return;
    if (!plain_name(app, name)) {
        login->at_password = false;
        app_say(app,
                login->name[0] == '\0'
                    ? _("Please type your log-in name: the mail name without the part from @ on.")
                    : _("The log-in name is the mail name without the part from @ on."));
        return;
    }
    if (!login->at_password) {
        login->at_password = true;
        return;
    }
    if (field_empty(&field)) {
        app_say(app, _("Please type the password."));
        return;
    }
    other_form_sent(&login->other, login->password);
    log_in(app, name);
}

static void try_other_form(struct app *app)
{
    struct login *login = mine(app);
    char name[MK_LOGIN_MAX + 1];

    if (!plain_name(app, name))
        return;
    other_form_take(&login->other, login->password);
    log_in(app, name);
}

static void cancel(struct app *app)
{
    session_cancel(&app->session, MK_PERSON);
    if (app->screen == &screen_login) {
        mine(app)->waiting = false;
        app_say(app, _("Stopped waiting. Nobody was logged in."));
    }
}

static bool is_refused(enum mk_result result)
{
    return result == MK_CREDENTIALS || result == MK_WRONG_PASSWORD;
}

static void on_event(struct app *app, const struct session_event *event)
{
    struct login *login = mine(app);

    if (event->type == SESSION_CONNECTED && event->result != MK_OK && !login->waiting)
        sentence_log_in(app->notice, sizeof app->notice, event->result, event->ldap_code);
    if (event->type != SESSION_LOGGED_IN)
        return;
    login->waiting = false;
    if (event->result != MK_OK) {
        struct field field = password_field(login);

        field_clear(&field);
        login->at_password = event->result != MK_PERSON_UNKNOWN;
        sentence_log_in(app->notice, sizeof app->notice, event->result, event->ldap_code);
        if (is_refused(event->result) && other_form_refused(&login->other))
            app_say_other_form(app);
        return;
    }
    if (event->must_change || event->grace >= 0) {
        app->forced = (struct forced){true, event->must_change, event->grace};
        app->batch = (struct batch){.count = 1, .system = {MK_PERSON}};
        app_next_change(app);
    } else {
        session_read(&app->session);
        app_go(app, &screen_table);
    }
}

static bool is_waiting(const struct app *app)
{
    return mine(app)->waiting;
}

static bool is_ready(const struct app *app)
{
    return !mine(app)->waiting;
}

static bool has_other_form(const struct app *app)
{
    return is_ready(app) && mine(app)->other.offered;
}

static const struct action actions[] = {
    {KEYS_ENTER, 0, true, N_("Log in"), N_("To the password, then log in."), submit, is_ready},
    {KEYS_TAB, 0, true, N_("Next field"), N_("From the name to the password and back."),
     switch_field, is_ready},
    {KEYS_BACK_TAB, 0, false, "", "", switch_field, is_ready},
    {KEYS_DOWN, 0, false, "", "", switch_field, is_ready},
    {KEYS_UP, 0, false, "", "", switch_field, is_ready},
    {KEYS_F(3), 0, true, N_("Try accents apart"),
     N_("Tries the refused password once more, its accented letters taken apart (NFD)."),
     try_other_form, has_other_form},
    {KEYS_ESCAPE, 0, true, N_("Stop waiting"), N_("Stops waiting for the server."), cancel,
     is_waiting},
    {KEYS_F(1), 0, true, N_("Help"), N_("This page."), app_help, NULL},
    {KEYS_F(10), 0, true, N_("Quit"), N_("Ends the program."), app_quit, NULL},
    {KEYS_LEAVE, 0, false, "", N_("The same as F10."), app_quit, NULL},
    {0, 0, false, NULL, NULL, NULL, NULL},
};

const struct screen screen_login = {
    .help = N_("Log in with your ministry account: the mail name without the part from @ on, and "
               "its password. Then you see when the password of each of your systems expires, and "
               "can change what is due."),
    .actions = actions,
    .memory = sizeof(struct login),
    .enter = enter,
    .draw = draw,
    .type = type,
    .event = on_event,
    .leave = leave,
};
