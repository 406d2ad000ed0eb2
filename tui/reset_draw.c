/* SPDX-License-Identifier: MIT */
#include "reset.h"

#include <stdio.h>

#include <curses.h>

#include "draw.h"
#include "language.h"
#include "spell.h"
#include "text.h"

enum {
    LOW_WINDOW = 20, /* fewer lines: nothing is left blank */
    STANDING_COLUMNS = 26,
    RESULT_COLUMNS = 40,
    SPELLINGS = 3,    /* beside each other */
    SECRET_LINES = 3, /* of what stands in the place of a hidden password */
    NOTICE_LINES = 2, /* a longer one covers the end of what stands above it */
    NOTICE_LINES_MAX = 4,
};

static int gap(void)
{
    return LINES < LOW_WINDOW ? 0 : 1;
}

static const struct mk_request_directory *directory_of(const struct app *app,
                                                       const struct desk_row *row)
{
    return &app->config.directory[row->directory].request;
}

static void draw_title_line(const struct app *app)
{
    char text[APP_NOTICE_MAX];

    snprintf(text, sizeof text, _("Reset passwords: %s"), app->desk->caller.name);
    draw_title(text, app->desk->caller.login);
}

static const char *name_of(const struct app *app, const struct desk_row *row, char *out,
                           size_t size)
{
    if (row->shared == 0)
        return app_system_name(app, row->system);
    snprintf(out, size,
             ngettext("%s (and %d other system)", "%s (and %d other systems)",
                      (unsigned long)row->shared),
             app_system_name(app, row->system), row->shared);
    return out;
}

/* --- choosing --- */

static int list_line(void)
{
    return 4 + gap();
}

static int choose_visible(void)
{
    return LINES - list_line() - NOTICE_LINES - 2 - gap();
}

static void draw_choice(const struct app *app, int index, int y)
{
    const struct desk_row *row = &app->desk->row[index];
    const struct reset *reset = reset_of(app);
    int x = COLS - STANDING_COLUMNS;
    char text[SENTENCE_MAX];
    char name[SENTENCE_MAX];

    if (index == reset->at)
        mvaddch(y, 0, '>');
    mvprintw(y, DRAW_MARGIN, "[%c]", reset->chosen[index] ? 'x' : ' ');
    draw_text(y, DRAW_MARGIN + 4, x - DRAW_MARGIN - 5, name_of(app, row, name, sizeof name));
    sentence_standing(text, sizeof text, row, directory_of(app, row), app->now);
    draw_text(y, x, STANDING_COLUMNS, text);
}

static void draw_choose(const struct app *app)
{
    const struct reset *reset = reset_of(app);
    int visible = choose_visible();

    draw_wrapped(2, 2,
                 _("On which accounts is a temporary password to be set? The same one for "
                   "all that are chosen."));
    for (int i = reset->top; i < app->desk->rows && i < reset->top + visible; i++)
        draw_choice(app, i, list_line() + i - reset->top);
    if (reset->top + visible < app->desk->rows)
        draw_text(list_line() + visible, DRAW_MARGIN, COLS, "...");
}

/* --- confirming --- */

static int draw_names(const struct app *app, int y, int room)
{
    int left = reset_count(app);
    char name[SENTENCE_MAX];
    char text[SENTENCE_MAX];

    for (int i = 0; i < app->desk->rows && left > 0 && room > 0; i++) {
        if (!reset_of(app)->chosen[i])
            continue;
        if (room == 1 && left > 1) {
            snprintf(text, sizeof text,
                     ngettext("and %d other account", "and %d other accounts", (unsigned long)left),
                     left);
            draw_text(y++, DRAW_MARGIN + 2, COLS - DRAW_MARGIN - 2, text);
            return y;
        }
        draw_strong(y++, DRAW_MARGIN + 2, COLS - DRAW_MARGIN - 2,
                    name_of(app, &app->desk->row[i], name, sizeof name));
        left--;
        room--;
    }
    return y;
}

static void draw_confirm(const struct app *app)
{
    int count = reset_count(app);
    char text[SENTENCE_MAX];
    int y = 2;

    snprintf(text, sizeof text,
             ngettext("F7 sets a temporary password on this %d account:",
                      "F7 sets one temporary password on these %d accounts:", (unsigned long)count),
             count);
    y += draw_wrapped(y, 2, text);
    y = draw_names(app, y, LINES - y - 8 - NOTICE_LINES) + gap();
    y += draw_wrapped(y, 2, _("- The present password ends at once, and a lock is taken away."));
    y += draw_wrapped(y, 2, _("- The caller must choose an own password at the next log-in."));
    y += draw_wrapped(y, 2,
                      _("- You read the temporary password out; nobody else may hear or see it."));
    draw_wrapped(y, 2,
                 _("- The reset is recorded, and the caller is told of it at the next log-in."));
}

/* --- results --- */

/* Loud, and before everything else: what the operator must not miss. Returns the next free line. */
static int draw_alarms(const struct app *app, int y)
{
    char text[SENTENCE_MAX];
    int room = LINES / 3;

    attron(A_BOLD);
    for (int i = 0; i < app->desk->rows && room > 0; i++) {
        int used;

        if (!reset_of(app)->chosen[i])
            continue;
        sentence_alarm(text, sizeof text, reset_result(app, i),
                       app_system_name(app, app->desk->row[i].system));
        if (text[0] == '\0')
            continue;
        used = draw_wrapped(y, room, text);
        y += used;
        room -= used;
    }
    attroff(A_BOLD);
    return y;
}

/* What the password and its spelling need, whether shown or not, so that nothing moves. */
static int secret_lines(const struct app *app)
{
    const struct mk_password *password = app->issue.password;
    int needed = password == NULL ? 0 : 2 + ((int)password->length + SPELLINGS - 1) / SPELLINGS;

    return needed > SECRET_LINES ? needed : SECRET_LINES;
}

static void draw_spelling(const struct mk_password *password, int y)
{
    int columns = (COLS - DRAW_MARGIN) / SPELLINGS;

    for (int i = 0; i < (int)password->length && y + i / SPELLINGS < LINES - 1; i++) {
        const char *phrase = spell(password, (size_t)i);

        draw_text(y + i / SPELLINGS, DRAW_MARGIN + i % SPELLINGS * columns, columns - 1,
                  phrase != NULL ? phrase : "?");
    }
}

/* Straight from locked memory to curses, each character apart from the next. */
static void draw_password(const struct mk_password *password, int y)
{
    attron(A_BOLD);
    move(y, DRAW_MARGIN);
    for (uint32_t i = 0; i < password->length; i++) {
        addch((chtype)(unsigned char)password->text[i]);
        addstr("  ");
    }
    attroff(A_BOLD);
    draw_spelling(password, y + 2);
}

static void draw_secret(const struct app *app, int y)
{
    if (!reset_is_set(app))
        draw_wrapped(y, SECRET_LINES,
                     _("The temporary password was set nowhere; it is of no use."));
    else if (!reset_of(app)->shown)
        draw_wrapped(
            y, SECRET_LINES,
            _("F2 shows the temporary password for 30 seconds; any key hides it. See to it "
              "that nobody looks over your shoulder. Read it out character by character, "
              "as it is spelled below it, and let the caller repeat it."));
    else
        draw_password(app->issue.password, y);
}

static void draw_result_of(const struct app *app, int index, int y)
{
    const struct desk_row *row = &app->desk->row[index];
    int x = COLS - RESULT_COLUMNS;
    enum mk_result result = reset_result(app, index);
    char text[SENTENCE_MAX];

    draw_text(y, DRAW_MARGIN, x - DRAW_MARGIN - 1, app_system_name(app, row->system));
    if (row->watch == DESK_SEEN_CHANGED || row->watch == DESK_GAVE_UP) {
        sentence_standing(text, sizeof text, row, directory_of(app, row), app->now);
        draw_text(y, x, RESULT_COLUMNS, text);
    } else if (reset_of(app)->stage == RESET_WORK && !reset_of(app)->tried[index]) {
        draw_text(y, x, RESULT_COLUMNS, _("waiting for the server..."));
    } else if (result == MK_OK) {
        draw_text(y, x, RESULT_COLUMNS, sentence_act_outcome(SENTENCE_RESET, result));
    } else {
        draw_strong(y, x, RESULT_COLUMNS, sentence_act_outcome(SENTENCE_RESET, result));
    }
}

static void draw_results(const struct app *app, int y)
{
    int skip = reset_of(app)->top;
    int end = LINES - 1 - NOTICE_LINES;

    for (int i = 0; i < app->desk->rows && y < end; i++) {
        if (!reset_of(app)->chosen[i])
            continue;
        if (skip-- > 0)
            continue;
        draw_result_of(app, i, y++);
    }
}

static void draw_done(const struct app *app)
{
    int y = draw_alarms(app, 2);

    if (y > 2)
        y += gap();
    if (reset_of(app)->stage == RESET_WORK)
        draw_wrapped(y, 2, _("Setting the temporary password... Please wait for the servers."));
    else
        draw_secret(app, y);
    draw_results(app, y + secret_lines(app) + gap());
}

int reset_visible(const struct app *app)
{
    return reset_of(app)->stage == RESET_CHOOSE ? choose_visible() : 1;
}

/* Why there is no temporary password. */
static void say_failed(const struct app *app, char *out, size_t size)
{
    if (app->issue.why == ISSUE_INCOMPLETE)
        snprintf(out, size,
                 _("%s: whether a password passes its rules cannot be checked on this machine at "
                   "present, so nothing was done. Esc goes back; please tell the administrator."),
                 app_system_name(app, app->issue.account));
    else
        snprintf(out, size, "%s",
                 _("No temporary password could be made that the rules of all chosen systems "
                   "allow. Esc goes back: choose fewer of them at a time."));
}

static void notice(const struct app *app, char *out, size_t size)
{
    const struct reset *reset = reset_of(app);

    out[0] = '\0';
    if (app->notice[0] != '\0')
        snprintf(out, size, "%s", app->notice);
    else if (reset->stage == RESET_CONFIRM && app->issue.state == ISSUE_WAITING)
        snprintf(out, size, "%s",
                 _("Making a temporary password that the rules of all chosen systems allow..."));
    else if (reset->stage == RESET_CONFIRM && app->issue.state == ISSUE_FAILED)
        say_failed(app, out, size);
    else if (reset->stage == RESET_DONE && reset_is_set(app) && !reset->shown)
        /* Where the window is low, it would cover the end of the spelling. */
        snprintf(out, size, "%s",
                 _("Stay on the line until the caller has logged in. Leaving this page wipes the "
                   "temporary password."));
}

void reset_draw(struct app *app)
{
    char text[APP_NOTICE_MAX];
    int lines;

    notice(app, text, sizeof text);
    draw_title_line(app);
    switch (reset_of(app)->stage) {
    case RESET_CHOOSE:
        draw_choose(app);
        break;
    case RESET_CONFIRM:
        draw_confirm(app);
        break;
    default:
        draw_done(app);
        break;
    }
    lines = text[0] == '\0' ? 0 : draw_lines(text);
    lines = lines > NOTICE_LINES_MAX ? NOTICE_LINES_MAX : lines;
    for (int i = 0; i < lines; i++) {
        move(LINES - 1 - lines + i, 0);
        clrtoeol();
    }
    draw_wrapped(LINES - 1 - lines, lines, text);
    draw_footer(app);
    if (reset_of(app)->stage == RESET_CHOOSE)
        move(list_line() + reset_of(app)->at - reset_of(app)->top, 0);
    else
        move(LINES - 1, 0);
}
