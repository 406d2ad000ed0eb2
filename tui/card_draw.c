/* SPDX-License-Identifier: MIT */
#include "card.h"

#include <stdio.h>

#include <curses.h>

#include "dates.h"
#include "draw.h"
#include "language.h"
#include "text.h"

/* The list, from the right: wrong tries, last log-in, last change, standing; the rest is the
 * name's.
 */
enum {
    SERVER_LINES_MIN = 2,
    SERVER_LINES_MAX = 4, /* Enter shows the others */
    LOW_WINDOW = 20,      /* fewer lines: what is not needed at once is left out */
    NARROW_WINDOW = 76,   /* fewer columns: so are the dates */
    STANDING_COLUMNS = 26,
    DATE_COLUMNS = 10,
    FAILURES_COLUMNS = 7,
};

/* Below the list: what one server says. */
enum {
    SERVER_COLUMN = 5,
    LOCK_COLUMN = 25,
    LOCK_COLUMNS = 26,
    TRIES_COLUMN = 52,
    TRIES_COLUMNS = 11,
    REST_COLUMN = 64,
};

static bool is_low(void)
{
    return LINES < LOW_WINDOW;
}

static int head_line(void)
{
    return is_low() ? 4 : 8;
}

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
static int below(const struct app *app)
{
    return is_low() ? 5 : 1 + server_lines(app) + 2;
}

int card_visible(const struct app *app)
{
    return LINES - 1 - below(app) - (is_low() ? 0 : 1) - head_line() - 1;
}

static const struct mk_request_directory *directory_of(const struct app *app,
                                                       const struct desk_row *row)
{
    return &app->config.directory[row->directory].request;
}

/* --- the head --- */

static void draw_person(const struct app *app)
{
    const struct mk_caller *caller = &app->desk->caller;
    char text[APP_NOTICE_MAX];
    char when[DATES_TEXT_MAX];

    if (caller->unit[0] != '\0')
        snprintf(text, sizeof text, "%s - %s", caller->name, caller->unit);
    else
        snprintf(text, sizeof text, "%s", caller->name[0] != '\0' ? caller->name : caller->login);
    dates_minute(when, app->now);
    draw_title(text, when);
}

/* The numbers in the directory, and no other, are those to call back. */
void card_phones(char *out, size_t size, const struct mk_caller *caller)
{
    char all[MK_PHONES_MAX * (MK_PHONE_MAX + 3)] = "";
    size_t used = 0;

    for (int i = 0; i < MK_PHONES_MAX; i++)
        if (caller->phone[i][0] != '\0')
            used += (size_t)snprintf(all + used, sizeof all - used, "%s%s", used > 0 ? " / " : "",
                                     caller->phone[i]);
    if (used == 0)
        snprintf(out, size, "%s", _("No telephone number is in the directory."));
    else
        snprintf(out, size, _("To call back: %s"), all);
}

static void draw_contact(const struct app *app)
{
    const struct mk_caller *caller = &app->desk->caller;
    char text[APP_NOTICE_MAX];
    int mail = DRAW_MARGIN + 20;
    int staff = COLS - 22;

    if (text_columns(caller->login) > 18)
        mail = DRAW_MARGIN + text_columns(caller->login) + 2;
    draw_text(1, DRAW_MARGIN, mail - DRAW_MARGIN - 2, caller->login);
    draw_text(1, mail, staff - mail - 2, caller->mail);
    if (caller->staff[0] != '\0') {
        snprintf(text, sizeof text, _("Staff no. %s"), caller->staff);
        draw_text(1, staff, COLS - staff, text);
    }
    if (is_low())
        return;
    card_phones(text, sizeof text, caller);
    draw_text(2, DRAW_MARGIN, COLS - DRAW_MARGIN, text);
}

/* Why that is recommended: the account and what its server says. */
static void reason(const struct app *app, const struct desk_advice *advice, char *out, size_t size)
{
    const struct desk_row *row;
    const struct desk_cell *cell;
    char why[SENTENCE_MAX];
    char server[SENTENCE_SERVER_MAX];

    out[0] = '\0';
    if (advice->row < 0)
        return;
    row = &app->desk->row[advice->row];
    cell = &row->cell[advice->server >= 0 ? advice->server : row->main];
    if (!cell->seen)
        return;
    if (cell->view.lock == MK_LOCK_TIMED || cell->view.lock == MK_LOCK_FOR_GOOD)
        sentence_lock(why, sizeof why, &cell->view, app->now);
    else
        sentence_account(why, sizeof why, &cell->view.account, app->now);
    if (directory_of(app, row)->uris == 1) {
        snprintf(out, size, _("%s: %s"), app_system_name(app, row->system), why);
        return;
    }
    sentence_server(server, directory_of(app, row),
                    advice->server >= 0 ? advice->server : row->main);
    /* TRANSLATORS: a system's name, the name of a server, then a whole sentence about it */
    snprintf(out, size, _("%s on %s: %s"), app_system_name(app, row->system), server, why);
}

static void draw_advice(const struct app *app)
{
    struct desk_advice advice = desk_advise(app->desk);
    char text[APP_NOTICE_MAX];
    int y = is_low() ? 2 : 4;
    int room = head_line() - y;
    int used;

    attron(A_BOLD);
    used = draw_wrapped(y, room < 2 ? room : 2,
                        app->desk->bar != DESK_FREE ? sentence_bar(app->desk->bar)
                                                    : sentence_advice(advice.kind));
    attroff(A_BOLD);
    if (app->desk->bar != DESK_FREE || used >= room)
        return;
    reason(app, &advice, text, sizeof text);
    draw_wrapped(y + used, room - used, text);
}

/* What was recorded, or that nothing can be done before something is. */
static void draw_call(const struct app *app)
{
    const struct desk *desk = app->desk;
    char text[APP_NOTICE_MAX];

    if (is_low() || desk->bar != DESK_FREE)
        return;
    if (desk->called)
        snprintf(text, sizeof text, _("Verified: %s. Calls because: %s"),
                 app->config.check[desk->check], desk->reason);
    else
        snprintf(text, sizeof text, "%s",
                 _("F3 records how the caller was verified; nothing can be done before that."));
    draw_text(3, DRAW_MARGIN, COLS - DRAW_MARGIN, text);
}

/* --- the list --- */

static int failures_column(void)
{
    return COLS - FAILURES_COLUMNS;
}

static bool has_dates(void)
{
    return COLS >= NARROW_WINDOW;
}

static int log_in_column(void)
{
    return failures_column() - DATE_COLUMNS - 1;
}

static int change_column(void)
{
    return log_in_column() - DATE_COLUMNS - 1;
}

static int standing_column(void)
{
    return (has_dates() ? change_column() : failures_column()) - STANDING_COLUMNS - 1;
}

static void draw_head(void)
{
    int y = head_line();

    draw_strong(y, DRAW_MARGIN, standing_column() - DRAW_MARGIN - 1, _("System"));
    draw_strong(y, standing_column(), STANDING_COLUMNS, _("Standing"));
    if (has_dates()) {
        draw_strong(y, change_column(), DATE_COLUMNS, _("Changed"));
        draw_strong(y, log_in_column(), DATE_COLUMNS, _("Logged in"));
    }
    draw_strong(y, failures_column(), FAILURES_COLUMNS, _("Wrong"));
}

static void draw_date(int y, int x, int64_t time, int64_t now)
{
    char text[DATES_TEXT_MAX];

    if (time == MK_TIME_UNKNOWN)
        snprintf(text, sizeof text, "%s", "?");
    else if (dates_days(now, time) == 0)
        dates_until(text, time, now);
    else
        dates_day(text, time);
    draw_text(y, x, DATE_COLUMNS, text);
}

/* The worst of all servers: where most wrong passwords count, where the last log-in was. */
static const struct mk_view *most_failures(const struct desk_row *row, int servers)
{
    const struct mk_view *most = NULL;

    for (int i = 0; i < servers; i++) {
        const struct mk_view *view = &row->cell[i].view;

        if (row->cell[i].seen && view->failures != MK_COUNT_UNKNOWN &&
            (most == NULL || view->failures > most->failures))
            most = view;
    }
    return most;
}

static int64_t last_log_in(const struct desk_row *row, int servers)
{
    int64_t last = MK_TIME_UNKNOWN;

    for (int i = 0; i < servers; i++)
        if (row->cell[i].seen && row->cell[i].view.logged_in > last)
            last = row->cell[i].view.logged_in;
    return last;
}

static bool is_urgent(const struct app *app, int index)
{
    const struct desk_row *row = &app->desk->row[index];
    const struct desk_cell *main = &row->cell[row->main];

    return desk_is_locked(app->desk, index) ||
           (main->seen && main->view.account.standing <= MK_MUST_CHANGE);
}

static void draw_row(const struct app *app, int index, int y)
{
    const struct desk_row *row = &app->desk->row[index];
    const struct desk_cell *main = &row->cell[row->main];
    int servers = (int)directory_of(app, row)->uris;
    const struct mk_view *most = most_failures(row, servers);
    char text[SENTENCE_MAX];

    if (index == app->calling.row)
        mvaddch(y, 0, '>');
    draw_text(y, DRAW_MARGIN, standing_column() - DRAW_MARGIN - 1,
              app_system_name(app, row->system));
    sentence_standing(text, sizeof text, row, directory_of(app, row), app->now);
    if (is_urgent(app, index))
        draw_strong(y, standing_column(), STANDING_COLUMNS, text);
    else
        draw_text(y, standing_column(), STANDING_COLUMNS, text);
    if (!main->seen)
        return;
    if (has_dates()) {
        draw_date(y, change_column(), main->view.account.changed, app->now);
        draw_date(y, log_in_column(), last_log_in(row, servers), app->now);
    }
    if (most != NULL)
        sentence_failures_few(text, sizeof text, most);
    draw_text(y, failures_column(), FAILURES_COLUMNS, most != NULL ? text : "?");
}

static void draw_list(const struct app *app)
{
    int top = card_of(app)->top;
    int visible = card_visible(app);

    draw_head();
    for (int i = top; i < app->desk->rows && i < top + visible; i++)
        draw_row(app, card_of(app)->order[i], head_line() + 1 + i - top);
    if (top + visible < app->desk->rows)
        draw_text(head_line() + 1 + visible, DRAW_MARGIN, COLS, "...");
}

/* --- the chosen row --- */

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

    sentence_server(name, directory_of(app, row), server);
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
    for (int i = 0; i < (int)directory_of(app, row)->uris; i++) {
        const struct mk_view *view = &row->cell[i].view;

        if (row->cell[i].seen && view->lock == MK_NOT_LOCKED &&
            view->failures != MK_COUNT_UNKNOWN && view->failures_allowed != MK_COUNT_UNKNOWN &&
            view->failures_allowed > 0 && view->failures + 1 >= view->failures_allowed)
            return i;
    }
    return -1;
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
        sentence_server(server, directory_of(app, row), near);
        snprintf(out, size,
                 _("Careful: on %s one more wrong password locks it again. Let the caller try "
                   "slowly, with the input method off."),
                 server);
    } else {
        sentence_watch(out, size, row, app->now);
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

static void draw_below(const struct app *app)
{
    const struct desk_row *row = card_row(app);
    int y = LINES - 1 - below(app);
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
    if (lines > below(app) - 1)
        lines = below(app) - 1;
    if (row != NULL) {
        draw_name(app, row, y);
        for (int i = 0;
             i < (int)directory_of(app, row)->uris && i < below(app) - 1 - lines && !row->closed;
             i++)
            draw_server(app, row, i, y + 1 + i);
    }
    draw_wrapped(LINES - 1 - lines, lines, text);
}

void card_draw(struct app *app)
{
    if (card_of(app)->mode == CARD_DETAIL) {
        card_draw_detail(app);
        return;
    }
    draw_person(app);
    draw_contact(app);
    draw_call(app);
    draw_advice(app);
    draw_list(app);
    draw_below(app);
    draw_footer(app);
    move(head_line() + 1 + card_position(app) - card_of(app)->top, 0);
}
