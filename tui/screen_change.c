/* SPDX-License-Identifier: MIT */
#include "change.h"

#include <stdio.h>
#include <string.h>

#include "dates.h"
#include "draw.h"
#include "language.h"
#include "selfcheck.h"

enum {
    SHOWN_MS = 10000,
    CHOICE_SHOWN_MS = 60000, /* long enough to read it while typing it */
};

/* The worker learns what the rules are, and which passwords have just been given elsewhere. */
static void open_checker(struct app *app)
{
    int account = session_account(&app->session, change_of(app)->system);
    struct mk_quality_person person;

    checker_person(&person, &app->session);
    checker_open(&app->checker, &app->config, account, &person);
    for (int i = 0; i < SESSION_ROWS_MAX; i++)
        if (app->given[i] != NULL && i != account + 1)
            checker_given(&app->checker, app->given[i]);
}

static void enter(struct app *app)
{
    struct change *change = change_of(app);

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
        secret_free(change_of(app)->secret[i]);
    other_form_leave(&change_of(app)->other);
}

/* --- typing --- */

static void ask_checker(struct app *app)
{
    const struct change *change = change_of(app);
    const struct mk_password *old =
        change->needs_old ? change->secret[INPUT_OLD] : app->session.current[change->system + 1];

    if (change->secret[INPUT_NEW]->length > 0)
        checker_ask(&app->checker, old, change->secret[INPUT_NEW]);
}

static void move_by(struct app *app, int step)
{
    struct change *change = change_of(app);
    int first = change->needs_old ? INPUT_OLD : INPUT_NEW;
    int count = INPUTS - first;

    change->left_new = change->left_new || change->at == INPUT_NEW;
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
    struct change *change = change_of(app);

    change->shown = !change->shown;
    change->hide_ms = app->now_ms + SHOWN_MS;
}

static void clear_new(struct change *change)
{
    struct field again = change_field(change, INPUT_AGAIN);
    struct field new = change_field(change, INPUT_NEW);

    field_clear(&new);
    field_clear(&again);
    change->left_new = false;
}

/* --- choosing among proposals --- */

static void stop_choosing(struct app *app)
{
    change_of(app)->choosing = false;
    checker_forget(&app->checker);
}

/* New ones each time. */
static void propose(struct app *app)
{
    struct change *change = change_of(app);

    checker_forget(&app->checker);
    checker_propose(&app->checker);
    change->shown = false;
    change->submitting = false;
    change->choosing = app->checker.proposing;
    change->choice = 0;
    change->hide_ms = app->now_ms + CHOICE_SHOWN_MS;
}

/*
 * Puts it into the first field, readable. The second one is left to the person's own fingers: who
 * has typed a password once remembers it better, and has shown to have read it right.
 */
static void choose(struct app *app)
{
    struct change *change = change_of(app);

    if (change->choice >= app->checker.proposals)
        return;
    clear_new(change);
    secret_copy(change->secret[INPUT_NEW], app->checker.proposal[change->choice]);
    stop_choosing(app);
    change->at = INPUT_AGAIN;
    change->shown = true;
    change->hide_ms = app->now_ms + CHOICE_SHOWN_MS;
    app_say(app, _("Now type the chosen password once more. F2 shows it again."));
    ask_checker(app);
}

static void next_choice(struct app *app)
{
    struct change *change = change_of(app);

    if (change->choice + 1 < app->checker.proposals)
        change->choice++;
}

static void previous_choice(struct app *app)
{
    struct change *change = change_of(app);

    if (change->choice > 0)
        change->choice--;
}

/* The list has come; there may be nothing on it. */
static void look_at_proposals(struct app *app)
{
    if (!change_of(app)->choosing || app->checker.proposing || app->checker.proposals > 0)
        return;
    stop_choosing(app);
    if (!app->checker.failed)
        app_say(app, _("No password could be made up that satisfies these rules. Please make one "
                       "up yourself."));
}

static bool takes_accents(const struct app *app)
{
    return change_checklist(app).rules->accents == CONFIG_YES;
}

/* The number of a proposal. */
static void type_choice(struct app *app, const struct keys_event *event)
{
    uint32_t number = event->kind == KEYS_CHARACTER ? event->character - '0' : 0;

    if (event->pasted || number < 1 || number > app->checker.proposals)
        return;
    change_of(app)->choice = number - 1;
    choose(app);
}

static void type(struct app *app, const struct keys_event *event)
{
    struct change *change = change_of(app);
    struct field f = change_field(change, change->at);

    if (change->working)
        return;
    if (change->choosing) {
        type_choice(app, event);
        return;
    }
    if (change->at == INPUT_OLD) {
        other_form_drop(&change->other);
        app_type_password(app, &f, event);
    } else if (takes_accents(app)) {
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

static int64_t tick(struct app *app)
{
    struct change *change = change_of(app);

    if (change->shown && app->now_ms >= change->hide_ms)
        change->shown = false;
    if (change->choosing && app->now_ms >= change->hide_ms)
        stop_choosing(app);
    return change->shown || change->choosing ? change->hide_ms : INT64_MAX;
}

/* --- changing --- */

/* Everything typed is as it must be, as far as this machine can tell. */
static bool complete(struct app *app)
{
    struct change *change = change_of(app);

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
    struct change *change = change_of(app);

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
    struct change *change = change_of(app);
    struct checklist list;

    if (change->at != INPUT_AGAIN) {
        next_field(app);
        return;
    }
    list = change_checklist(app);
    if (checklist_stops(&list) || !complete(app))
        return;
    if (checker_settled(&app->checker))
        send_change(app);
    else
        change->submitting = true;
}

/* The same change again, the current password with its accents apart. */
static void try_other_form(struct app *app)
{
    struct change *change = change_of(app);

    other_form_take(&change->other, change->secret[INPUT_OLD]);
    change->at = INPUT_AGAIN;
    change->submitting = true;
    ask_checker(app);
}

/* Once for each run of the program: the administrator's log says it, every screen says it too. */
static void log_faults(struct app *app)
{
    struct mk_quality_rules rules = app->checker.rules;

    rules.broken = checklist_broken(&app->checker);
    if (rules.broken == 0 || app->logged_faults)
        return;
    app->logged_faults = true;
    if (rules.part[MK_PART_LEAKS].file[0] == '\0')
        memcpy(rules.part[MK_PART_LEAKS].file, app->config.leak_file,
               sizeof rules.part[MK_PART_LEAKS].file);
    selfcheck_log(SELFCHECK_LOG, &rules);
}

static void on_checked(struct app *app)
{
    log_faults(app);
    look_at_proposals(app);
    if (app->checker.waiting || (app->checker.verdict.header.type == 0 && !app->checker.asked))
        ask_checker(app);
    if (change_of(app)->submitting && checker_settled(&app->checker))
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
    struct mk_password **given =
        &app->given[session_account(&app->session, change_of(app)->system) + 1];

    if (*given == NULL)
        *given = secret_new();
    if (*given != NULL)
        secret_copy(*given, change_of(app)->secret[INPUT_NEW]);
}

static void on_changed(struct app *app, const struct session_event *event)
{
    struct change *change = change_of(app);

    change->working = false;
    change->verifying = false;
    app->batch.tried[app->batch.next] = true;
    app->batch.result[app->batch.next] = event->result;
    if (event->result == MK_OK) {
        remember_given(app);
        if (change->forced.must_change == MK_FORCED_ISSUED)
            app->was_issued[session_account(&app->session, change->system) + 1] = true;
        unmark(app, change->system);
        say_changed(app, change->system);
        go_on(app);
        return;
    }
    if (event->result == MK_OUTCOME_UNKNOWN || event->result == MK_OUTCOME_UNSEEN ||
        event->result == MK_OUTCOME_CONTRADICTED) {
        /* The row says it until the log-out, and in a batch the list of results does. */
        app->notice[0] = '\0';
        app->selected = change->system;
        app->has_selected = true;
        go_on(app);
        return;
    }
    if (event->result == MK_CHANGED_ELSEWHERE)
        sentence_changed_elsewhere(app->notice, sizeof app->notice, event->when, app->now);
    else
        sentence_change(app->notice, sizeof app->notice, event->result, event->ldap_code);
    if (event->result == MK_OLD_WRONG || event->result == MK_CHANGED_ELSEWHERE ||
        event->result == MK_OLD_REFUSED || event->result == MK_CHANGED_MEANWHILE ||
        event->result == MK_CREDENTIALS || event->result == MK_WRONG_PASSWORD) {
        struct field old = change_field(change, INPUT_OLD);

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
        change_of(app)->verifying = true;
    else if (event->type == SESSION_CHANGED)
        on_changed(app, event);
}

static void escape(struct app *app)
{
    struct change *change = change_of(app);

    if (change->working)
        session_cancel(&app->session, change->system);
    else
        go_on(app);
}

static bool is_idle(const struct app *app)
{
    return !change_of(app)->working && !change_of(app)->choosing;
}

static bool is_choosing(const struct app *app)
{
    return change_of(app)->choosing;
}

static bool can_propose(const struct app *app)
{
    struct checklist list = change_checklist(app);

    return is_idle(app) && !checklist_stops(&list);
}

static bool is_working(const struct app *app)
{
    return change_of(app)->working;
}

static bool has_other_form(const struct app *app)
{
    return is_idle(app) && change_of(app)->other.offered;
}

static bool can_skip(const struct app *app)
{
    return is_idle(app) && app->batch.count > 1;
}

/* Somebody else knows the password: nothing but the change is allowed before the log-out. */
static bool must_change(const struct app *app)
{
    return is_idle(app) && change_of(app)->forced.must_change &&
           change_of(app)->system == MK_PERSON;
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
    {KEYS_TAB, 0, false, N_("Next field"), N_("To the next field."), next_field, is_idle},
    {KEYS_DOWN, 0, false, "", "", next_field, is_idle},
    {KEYS_BACK_TAB, 0, false, "", "", previous_field, is_idle},
    {KEYS_UP, 0, false, "", "", previous_field, is_idle},
    {KEYS_F(2), 0, true, N_("Show"),
     N_("Shows the new password for ten seconds, or hides it. Look behind you first."), show,
     is_idle},
    {KEYS_F(4), 0, true, N_("Propose"),
     N_("Proposes passwords that satisfy every rule and are easy to type."), propose, can_propose},
    {KEYS_ENTER, 0, true, N_("Choose"), N_("Takes the marked one."), choose, is_choosing},
    {KEYS_F(4), 0, true, N_("Other ones"), N_("Makes other proposals."), propose, is_choosing},
    {KEYS_DOWN, 0, false, "", "", next_choice, is_choosing},
    {KEYS_UP, 0, false, "", "", previous_choice, is_choosing},
    {KEYS_ESCAPE, 0, true, N_("Back"), N_("Back to the fields; nothing is taken."), stop_choosing,
     is_choosing},
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
    .help = N_("Type the new password twice. The list below the fields: [x] good, [ ] not there "
               "yet, [!] broken, and why is said below it. It is checked on this machine first and "
               "then by the server; only when the server has confirmed it is the change reported "
               "as done."),
    .actions = actions,
    .memory = sizeof(struct change),
    .draw = change_draw,
    .enter = enter,
    .type = type,
    .event = on_event,
    .checked = on_checked,
    .tick = tick,
    .leave = leave,
};
