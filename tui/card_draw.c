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
    LOW_WINDOW = 20,    /* fewer lines: what is not needed at once is left out */
    NARROW_WINDOW = 76, /* fewer columns: so are the dates */
    STANDING_COLUMNS = 26,
    DATE_COLUMNS = 10,
    FAILURES_COLUMNS = 7,
};

bool card_is_low(void)
{
    return LINES < LOW_WINDOW;
}

static int head_line(void)
{
    return card_is_low() ? 4 : 8;
}

int card_visible(const struct app *app)
{
    return LINES - 1 - card_below_lines(app) - (card_is_low() ? 0 : 1) - head_line() - 1;
}

const struct mk_request_directory *card_directory(const struct app *app, const struct desk_row *row)
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
    if (card_is_low())
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
    if (card_directory(app, row)->uris == 1) {
        snprintf(out, size, _("%s: %s"), app_system_name(app, row->system), why);
        return;
    }
    sentence_server(server, card_directory(app, row),
                    advice->server >= 0 ? advice->server : row->main);
    /* TRANSLATORS: a system's name, the name of a server, then a whole sentence about it */
    snprintf(out, size, _("%s on %s: %s"), app_system_name(app, row->system), server, why);
}

static void draw_advice(const struct app *app)
{
    struct desk_advice advice = desk_advise(app->desk);
    char text[APP_NOTICE_MAX];
    int y = card_is_low() ? 2 : 4;
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

    if (card_is_low() || desk->bar != DESK_FREE)
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
    int servers = (int)card_directory(app, row)->uris;
    const struct mk_view *most = most_failures(row, servers);
    char text[SENTENCE_MAX];

    if (index == app->calling.row)
        mvaddch(y, 0, '>');
    draw_text(y, DRAW_MARGIN, standing_column() - DRAW_MARGIN - 1,
              app_system_name(app, row->system));
    sentence_standing(text, sizeof text, row, card_directory(app, row), app->now);
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
    card_draw_below(app);
    draw_footer(app);
    move(head_line() + 1 + card_position(app) - card_of(app)->top, 0);
}
