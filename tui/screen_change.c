/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include <curses.h>

#include "app.h"
#include "dates.h"
#include "draw.h"
#include "field.h"
#include "language.h"
#include "other_form.h"
#include "text.h"

enum input { INPUT_OLD, INPUT_NEW, INPUT_AGAIN, INPUTS };

struct change {
    int system;
    struct mk_password *secret[INPUTS];
    struct other_form other; /* of the current password */
    enum input at;
    bool needs_old; /* the current password is not known */
    bool shown;     /* the new password is readable, until `hide_ms` */
    int64_t hide_ms;
    bool submitting; /* Enter was pressed while the check was under way */
    bool working;    /* for the server */
    bool verifying;  /* the outcome is unknown and is being looked up */
    struct forced forced;
};

enum {
    FIELD_COLUMNS = 34,
    REASON_LINE = 2,
    OLD_LINE = 5,
    CHECK_LINE = 10,
    VERDICT_LINE = 12,
    NOTICE_LINE = 14,
    NOTICE_LINES = 5,
    RESULT_LINE = 19,
    SHOWN_MS = 10000,
};

static struct change *mine(const struct app *app)
{
    return app->memory;
}

static struct field field(const struct change *change, enum input input)
{
    return (struct field){.secret = change->secret[input],
                          .shown = change->shown && input != INPUT_OLD};
}

/* The worker learns what the rules are, and which passwords have just been given elsewhere. */
static void open_checker(struct app *app)
{
    int account = session_account(&app->session, mine(app)->system);

    checker_open(&app->checker, &app->session, account);
    for (int i = 0; i < SESSION_ROWS_MAX; i++)
        if (app->given[i] != NULL && i != account + 1)
            checker_given(&app->checker, app->given[i]);
}

static void enter(struct app *app)
{
    struct change *change = mine(app);

    change->system = app->batch.system[app->batch.next];
    change->needs_old = !session_knows_password(&app->session, change->system);
    change->at = change->needs_old ? INPUT_OLD : INPUT_NEW;
    change->forced = app->forced;
    app->forced = (struct forced){false, false, 0};
    for (int i = 0; i < INPUTS; i++)
        change->secret[i] = secret_new();
    other_form_enter(&change->other);
    open_checker(app);
}

static void leave(struct app *app)
{
    checker_close(&app->checker);
    for (int i = 0; i < INPUTS; i++)
        secret_free(mine(app)->secret[i]);
    other_form_leave(&mine(app)->other);
}

static bool broken(const struct app *app)
{
    return app->checker.failed || app->checker.rules.broken != 0;
}

/* --- drawing --- */

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
        struct field f = field(change, i);
        int end;

        draw_text(OLD_LINE + i, DRAW_MARGIN, COLS, label(i));
        end = field_draw(&f, OLD_LINE + i, x, FIELD_COLUMNS);
        if (change->at == (enum input)i)
            cursor = end;
    }
    draw_text(OLD_LINE + INPUT_AGAIN, x + FIELD_COLUMNS + 2, COLS, match(change));
    return cursor;
}

static unsigned classes(const struct mk_password *password)
{
    unsigned found = 0;

    for (uint32_t i = 0; i < password->length; i++) {
        char c = password->text[i];

        if (c >= '0' && c <= '9')
            found |= 1;
        else if (c >= 'a' && c <= 'z')
            found |= 2;
        else if (c >= 'A' && c <= 'Z')
            found |= 4;
        else
            found |= 8;
    }
    return (found & 1) + (found >> 1 & 1) + (found >> 2 & 1) + (found >> 3 & 1);
}

static void draw_item(int x, bool done, const char *text)
{
    mvaddstr(CHECK_LINE, x, done ? "[x]" : "[ ]");
    draw_text(CHECK_LINE, x + 4, COLS - x - 4, text);
}

/* What can be said before the first key; the rest is the verdict's. */
static void draw_checklist(const struct app *app, const struct change *change)
{
    const struct mk_quality_rules *rules = &app->checker.rules;
    const struct mk_password *password = change->secret[INPUT_NEW];
    char text[128];
    int x = DRAW_MARGIN;

    if (rules->number[MK_RULE_MIN_LENGTH] > 0) {
        snprintf(text, sizeof text,
                 ngettext("at least %u character", "at least %u characters",
                          rules->number[MK_RULE_MIN_LENGTH]),
                 rules->number[MK_RULE_MIN_LENGTH]);
        draw_item(x, password->length >= rules->number[MK_RULE_MIN_LENGTH], text);
        x += text_columns(text) + 7;
    }
    if (rules->number[MK_RULE_MIN_CLASSES] > 0) {
        snprintf(text, sizeof text,
                 ngettext("%u of 4 kinds: A-Z, a-z, 0-9, signs",
                          "%u of 4 kinds: A-Z, a-z, 0-9, signs",
                          rules->number[MK_RULE_MIN_CLASSES]),
                 rules->number[MK_RULE_MIN_CLASSES]);
        draw_item(x, classes(password) >= rules->number[MK_RULE_MIN_CLASSES], text);
    }
}

/* What libpwquality says comes last, and only where nothing else stands against the password. */
static enum mk_rule first_failed(const struct app *app)
{
    const struct mk_quality_verdict *verdict = &app->checker.verdict;
    int rule = MK_RULE_EMPTY;

    if (verdict->rule != MK_RULE_OK)
        return verdict->rule;
    while (rule < MK_RULE_BROKEN && (verdict->failed & MK_RULE_BIT(rule)) == 0)
        rule++;
    return (enum mk_rule)rule;
}

static void draw_verdict(const struct app *app, const struct change *change)
{
    const struct mk_quality_verdict *verdict = &app->checker.verdict;
    char text[SENTENCE_MAX];

    if (broken(app))
        sentence_rule(text, sizeof text, MK_RULE_BROKEN, 0);
    else if (change->secret[INPUT_NEW]->length == 0 || verdict->header.type == 0)
        return;
    else if (verdict->failed == 0)
        snprintf(text, sizeof text, "%s", sentence_strength(verdict->score));
    else
        sentence_rule(text, sizeof text, first_failed(app), verdict->number);
    draw_wrapped(VERDICT_LINE, 2, text);
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

/* The last results of the batch so far, as many as there is room for. */
static void draw_results(const struct app *app)
{
    const struct batch *batch = &app->batch;
    int room = LINES - 2 - RESULT_LINE;
    int first = batch->next > room ? batch->next - room : 0;

    for (int i = first; i < batch->next; i++)
        draw_result(app, i, RESULT_LINE + i - first);
}

static void draw(struct app *app)
{
    struct change *change = mine(app);
    char reason[SENTENCE_MAX];
    int cursor;

    draw_title_line(app, change);
    if (change->forced.is) {
        sentence_forced(reason, sizeof reason, change->forced.must_change, change->forced.grace);
        draw_wrapped(REASON_LINE, 2, reason);
    } else if (change->needs_old) {
        draw_wrapped(REASON_LINE, 2, _("This system has a password of its own."));
    }
    cursor = draw_fields(change);
    draw_checklist(app, change);
    draw_verdict(app, change);
    if (change->verifying)
        draw_wrapped(NOTICE_LINE, NOTICE_LINES,
                     _("No answer yet. Looking up whether the password was changed..."));
    else if (change->working)
        draw_wrapped(NOTICE_LINE, NOTICE_LINES, _("Changing... Please wait for the server."));
    else
        draw_wrapped(NOTICE_LINE, NOTICE_LINES, app->notice);
    draw_results(app);
    draw_footer(app);
    move(OLD_LINE + (int)change->at, cursor);
}

/* --- typing --- */

static void ask_checker(struct app *app)
{
    const struct change *change = mine(app);
    const struct mk_password *old =
        change->needs_old ? change->secret[INPUT_OLD] : app->session.current[change->system + 1];

    if (change->secret[INPUT_NEW]->length > 0)
        checker_ask(&app->checker, old, change->secret[INPUT_NEW]);
}

static void type(struct app *app, const struct keys_event *event)
{
    struct change *change = mine(app);
    struct field f = field(change, change->at);

    if (change->working)
        return;
    if (change->at == INPUT_OLD) {
        other_form_drop(&change->other);
        app_type_password(app, &f, event);
    } else if (event->kind == KEYS_BAD ||
               (event->kind == KEYS_CHARACTER && event->character > '~')) {
        app_say(app,
                _("Only unaccented letters, digits and signs can stand in a new password. If the "
                  "accent came by itself, the Vietnamese input method is on: turn it off "
                  "(Ctrl+Shift, or click on the V in the corner of the desktop so that it becomes "
                  "an E), empty the field with Ctrl+U and type again."));
        return;
    } else if (!field_type(&f, event)) {
        app_say(app, _("This is longer than any password can be."));
        return;
    }
    if (change->at != INPUT_AGAIN)
        ask_checker(app);
}

static void move_by(struct app *app, int step)
{
    struct change *change = mine(app);
    int first = change->needs_old ? INPUT_OLD : INPUT_NEW;
    int count = INPUTS - first;

    change->at = (enum input)(first + ((int)change->at - first + step + count) % count);
    change->shown = false;
}

static void next_field(struct app *app)
{
    move_by(app, 1);
}

static void previous_field(struct app *app)
{
    move_by(app, -1);
}

static void show(struct app *app)
{
    struct change *change = mine(app);

    change->shown = !change->shown;
    change->hide_ms = app->now_ms + SHOWN_MS;
}

static int64_t tick(struct app *app)
{
    struct change *change = mine(app);

    if (change->shown && app->now_ms >= change->hide_ms)
        change->shown = false;
    return change->shown ? change->hide_ms : INT64_MAX;
}

static void clear_new(struct change *change)
{
    struct field again = field(change, INPUT_AGAIN);
    struct field new = field(change, INPUT_NEW);

    field_clear(&new);
    field_clear(&again);
}

/* --- changing --- */

/* Everything typed is as it must be, as far as this machine can tell. */
static bool complete(struct app *app)
{
    struct change *change = mine(app);

    /* What was known may have been refused in the meantime. */
    change->needs_old = change->needs_old || !session_knows_password(&app->session, change->system);
    if (change->needs_old && change->secret[INPUT_OLD]->length == 0) {
        change->at = INPUT_OLD;
        app_say(app, _("Please type the current password."));
    } else if (change->secret[INPUT_NEW]->length == 0) {
        change->at = INPUT_NEW;
        app_say(app, _("Please type a new password."));
    } else if (!secret_equal(change->secret[INPUT_NEW], change->secret[INPUT_AGAIN])) {
        change->at = INPUT_AGAIN;
        app_say(app, _("Both new passwords must be the same. Type it again."));
    } else {
        return true;
    }
    return false;
}

static void send_change(struct app *app)
{
    struct change *change = mine(app);

    change->submitting = false;
    if (!complete(app))
        return;
    if (app->checker.verdict.failed != 0) {
        change->at = INPUT_NEW;
        app_say(app, _("Nothing was sent: the new password must satisfy the rules first."));
        return;
    }
    change->working = true;
    change->shown = false;
    if (change->needs_old)
        other_form_sent(&change->other, change->secret[INPUT_OLD]);
    session_change(&app->session, change->system,
                   change->needs_old ? change->secret[INPUT_OLD] : NULL, change->secret[INPUT_NEW]);
}

static void submit(struct app *app)
{
    struct change *change = mine(app);

    if (change->at != INPUT_AGAIN) {
        next_field(app);
        return;
    }
    if (broken(app) || !complete(app))
        return;
    if (checker_settled(&app->checker))
        send_change(app);
    else
        change->submitting = true;
}

/* The same change again, the current password with its accents apart. */
static void try_other_form(struct app *app)
{
    struct change *change = mine(app);

    other_form_take(&change->other, change->secret[INPUT_OLD]);
    change->at = INPUT_AGAIN;
    change->submitting = true;
    ask_checker(app);
}

static void on_checked(struct app *app)
{
    if (app->checker.waiting || (app->checker.verdict.header.type == 0 && !app->checker.asked))
        ask_checker(app);
    if (mine(app)->submitting && checker_settled(&app->checker))
        send_change(app);
}

static void unmark(struct app *app, int account)
{
    for (int i = 0; i < app->session.row_count; i++)
        if (app->session.rows[i].account == account)
            app->session.rows[i].marked = false;
}

/* One sentence for the table, with the new date where it could be read back. */
static void say_changed(struct app *app, int system)
{
    const struct mk_account *state = &session_row(&app->session, system)->state;
    char day[DATES_TEXT_MAX];

    if (app->batch.count > 1) {
        app->notice[0] = '\0'; /* the list of results says it */
        return;
    }
    if (session_row(&app->session, system)->waiting || state->standing != MK_FINE ||
        state->expires == MK_TIME_NEVER) {
        snprintf(app->notice, sizeof app->notice, _("%s: the password has been changed."),
                 app_system_name(app, system));
        return;
    }
    dates_day(day, state->expires);
    snprintf(app->notice, sizeof app->notice,
             _("%s: the password has been changed; it now lasts until %s."),
             app_system_name(app, system), day);
}

/* To what comes after this one, whatever became of it. */
static void go_on(struct app *app)
{
    bool read = !app->session.others_asked && app->session.logged_in;

    app->batch.next++;
    if (read)
        session_read(&app->session);
    app_next_change(app);
}

/* No other system is to get the same one in this log-in. */
static void remember_given(struct app *app)
{
    struct mk_password **given = &app->given[session_account(&app->session, mine(app)->system) + 1];

    if (*given == NULL)
        *given = secret_new();
    if (*given != NULL)
        secret_copy(*given, mine(app)->secret[INPUT_NEW]);
}

static void on_changed(struct app *app, const struct session_event *event)
{
    struct change *change = mine(app);

    change->working = false;
    change->verifying = false;
    app->batch.tried[app->batch.next] = true;
    app->batch.result[app->batch.next] = event->result;
    if (event->result == MK_OK) {
        remember_given(app);
        unmark(app, change->system);
        say_changed(app, change->system);
        go_on(app);
        return;
    }
    if (event->result == MK_OUTCOME_UNKNOWN || event->result == MK_OUTCOME_UNSEEN) {
        /* The row says it until the log-out, and in a batch the list of results does. */
        app->notice[0] = '\0';
        app->selected = change->system;
        app->has_selected = true;
        go_on(app);
        return;
    }
    sentence_change(app->notice, sizeof app->notice, event->result, event->ldap_code);
    if (event->result == MK_OLD_WRONG || event->result == MK_CREDENTIALS ||
        event->result == MK_WRONG_PASSWORD) {
        struct field old = field(change, INPUT_OLD);

        change->needs_old = true;
        change->at = INPUT_OLD;
        field_clear(&old);
        if (other_form_refused(&change->other))
            app_say_other_form(app);
    } else if (event->result >= MK_TOO_SHORT && event->result <= MK_SOME_RULE) {
        clear_new(change);
        change->at = INPUT_NEW;
    }
}

static void on_event(struct app *app, const struct session_event *event)
{
    if (event->type == SESSION_VERIFYING)
        mine(app)->verifying = true;
    else if (event->type == SESSION_CHANGED)
        on_changed(app, event);
}

static void escape(struct app *app)
{
    struct change *change = mine(app);

    if (change->working)
        session_cancel(&app->session, change->system);
    else
        go_on(app);
}

static bool is_idle(const struct app *app)
{
    return !mine(app)->working;
}

static bool is_working(const struct app *app)
{
    return mine(app)->working;
}

static bool has_other_form(const struct app *app)
{
    return is_idle(app) && mine(app)->other.offered;
}

static bool can_skip(const struct app *app)
{
    return is_idle(app) && app->batch.count > 1;
}

/* Somebody else knows the password: nothing but the change is allowed before the log-out. */
static bool must_change(const struct app *app)
{
    return is_idle(app) && mine(app)->forced.must_change && mine(app)->system == MK_PERSON;
}

static bool can_leave(const struct app *app)
{
    return is_idle(app) && app->batch.count == 1 && !must_change(app);
}

static void leave_batch(struct app *app)
{
    app->batch.next = app->batch.count - 1;
    go_on(app);
}

static const struct action actions[] = {
    {KEYS_ENTER, 0, true, N_("Go on"), N_("To the next field; after the last one, changes."),
     submit, is_idle},
    {KEYS_TAB, 0, true, N_("Next field"), N_("To the next field."), next_field, is_idle},
    {KEYS_DOWN, 0, false, "", "", next_field, is_idle},
    {KEYS_BACK_TAB, 0, false, "", "", previous_field, is_idle},
    {KEYS_UP, 0, false, "", "", previous_field, is_idle},
    {KEYS_F(2), 0, true, N_("Show"),
     N_("Shows the new password for ten seconds, or hides it. Look behind you first."), show,
     is_idle},
    {KEYS_F(3), 0, true, N_("Try accents apart"),
     N_("Tries the refused password once more, its accented letters taken apart (NFD)."),
     try_other_form, has_other_form},
    {KEYS_ESCAPE, 0, true, N_("Skip"), N_("Leaves this one unchanged and goes to the next."),
     escape, can_skip},
    {KEYS_ESCAPE, 0, true, N_("Leave"), N_("Leaves without changing anything."), escape, can_leave},
    {KEYS_ESCAPE, 0, true, N_("Log out"), N_("Logs out without changing anything."), app_log_out,
     must_change},
    {KEYS_ESCAPE, 0, true, N_("Stop waiting"),
     N_("Stops waiting; whether it was changed is looked up then."), escape, is_working},
    {KEYS_F(1), 0, true, N_("Help"), N_("This page."), app_help, NULL},
    {KEYS_F(10), 0, true, N_("Skip the rest"), N_("Leaves all that remain unchanged."), leave_batch,
     can_skip},
    {KEYS_LEAVE, 0, false, "", N_("The same as F10."), leave_batch, can_skip},
    {0, 0, false, NULL, NULL, NULL, NULL},
};

const struct screen screen_change = {
    .help = N_("Type the new password twice. While you type, the lines below say which rules it "
               "satisfies. It is checked on this machine first and then by the server; only when "
               "the server has confirmed it is the change reported as done."),
    .actions = actions,
    .memory = sizeof(struct change),
    .draw = draw,
    .enter = enter,
    .type = type,
    .event = on_event,
    .checked = on_checked,
    .tick = tick,
    .leave = leave,
};
