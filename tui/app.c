/* SPDX-License-Identifier: MIT */
#include "app.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include <curses.h>

#include "draw.h"
#include "language.h"
#include "terminal.h"

/* Terminal, signals, checker, temporary password, and those of the session and the desk. */
#define APP_FDS (4 + SESSION_FDS_MAX + DESK_FDS_MAX)

static void set_clocks(struct app *app)
{
    app->now = (int64_t)time(NULL);
    app->now_ms = session_clock_ms();
}

static void leave(struct app *app)
{
    if (app->screen == NULL)
        return;
    if (app->screen->leave != NULL)
        app->screen->leave(app);
    mk_wipe(app->memory, app->screen->memory);
    free(app->memory);
    app->memory = NULL;
    app->screen = NULL;
}

void app_go(struct app *app, const struct screen *screen)
{
    void *memory = calloc(1, screen->memory);

    /* Without memory the present screen stays as it is, and the program ends. */
    if (memory == NULL) {
        app->quit = true;
        return;
    }
    leave(app);
    app->memory = memory;
    app->screen = screen;
    if (screen->enter != NULL)
        screen->enter(app);
}

static void on_desk(void *context, const struct desk_event *event)
{
    struct app *app = context;

    if (app->screen != NULL && app->screen->desk != NULL)
        app->screen->desk(app, event);
}

bool app_open_desk(struct app *app)
{
    if (app->desk != NULL)
        return true;
    app->desk = calloc(1, sizeof *app->desk);
    if (app->desk != NULL && !desk_open(app->desk, &app->session, on_desk, app)) {
        free(app->desk);
        app->desk = NULL;
    }
    return app->desk != NULL;
}

static void close_desk(struct app *app)
{
    if (app->desk != NULL)
        desk_close(app->desk);
    free(app->desk);
    app->desk = NULL;
    issue_forget(&app->issue);
    mk_wipe(&app->calling, sizeof app->calling);
}

void app_log_out(struct app *app)
{
    close_desk(app);
    session_log_out(&app->session);
    memset(&app->batch, 0, sizeof app->batch);
    for (int i = 0; i < SESSION_ROWS_MAX; i++) {
        secret_free(app->given[i]);
        app->given[i] = NULL;
    }
    memset(app->told_reset, 0, sizeof app->told_reset);
    memset(app->was_issued, 0, sizeof app->was_issued);
    app->has_selected = false;
    app->forced.is = false;
    terminal_clear();
    terminal_flush_input();
    app->drops_input = true;
    app_go(app, &screen_login);
}

const char *app_system_name(const struct app *app, int system)
{
    if (system != MK_PERSON)
        return app->config.system[system].name;
    return app->config.account_name[0] != '\0' ? app->config.account_name
                                               : _("Ministry log-in account");
}

void app_next_change(struct app *app)
{
    if (app->batch.next < app->batch.count)
        app_go(app, &screen_change);
    else if (app->batch.count > 1)
        app_go(app, &screen_results);
    else
        app_go_home(app);
}

void app_go_home(struct app *app)
{
    app_go(app, app->desk != NULL && app->desk->has_card ? &screen_card : &screen_table);
}

void app_say(struct app *app, const char *text)
{
    snprintf(app->notice, sizeof app->notice, "%s", text);
}

void app_type_password(struct app *app, struct field *field, const struct keys_event *event)
{
    if (event->kind == KEYS_BAD) {
        field_clear(field);
        app_say(app, _("A character arrived damaged. Please type the password again."));
    } else if (!field_type(field, event)) {
        app_say(app, _("This is longer than any password can be."));
    } else if (event->kind == KEYS_CHARACTER && event->character > '~') {
        app_say(app,
                _("A letter with an accent: the Vietnamese input method is on. If that was not "
                  "meant, turn it off (Ctrl+Shift, or click on the V in the corner of the desktop "
                  "so that it becomes an E), empty the field with Ctrl+U and type again."));
    }
}

void app_say_more(struct app *app, const char *text)
{
    size_t used = strlen(app->notice);

    snprintf(app->notice + used, sizeof app->notice - used, "%s%s", used > 0 ? "\n" : "", text);
}

void app_say_other_form(struct app *app)
{
    app_say_more(app, _("Your password has accented letters, and some systems keep such letters "
                        "taken apart: F3 tries that way once. It counts as one more try."));
}

void app_quit(struct app *app)
{
    app->quit = true;
}

void app_help(struct app *app)
{
    app->helping = true;
}

static void on_session(void *context, const struct session_event *event)
{
    struct app *app = context;

    if (app->screen != NULL && app->screen->event != NULL)
        app->screen->event(app, event);
    /* What was solved is worth one line, where nothing else is to be said. */
    if (app->session.detour != MK_OK && event->result == MK_OK) {
        if (app->notice[0] == '\0')
            app_say(app, sentence_detour(app->session.detour));
        app->session.detour = MK_OK;
    }
}

/* Whether the window shows no screen; then no key may do anything unseen. */
static bool is_too_small(void)
{
    return LINES < TERMINAL_LINES_MIN || COLS < TERMINAL_COLUMNS_MIN;
}

/* --- keys --- */

static bool action_fits(const struct action *action, const struct keys_event *event)
{
    if (event->kind == KEYS_CHARACTER)
        return action->character != '\0' && (uint32_t)action->character == event->character;
    return action->character == '\0' && event->kind == KEYS_KEY && action->key == event->key;
}

static void on_key(struct app *app, const struct keys_event *event)
{
    if (is_too_small())
        return;
    if (app->helping) {
        app->helping = false;
        return;
    }
    if (event->kind == KEYS_KEY && event->key == KEYS_REDRAW) {
        clearok(curscr, TRUE);
        return;
    }
    /* What is pasted is text, whatever is in it: it never submits, moves on, or starts anything. */
    if (!event->pasted)
        for (const struct action *a = app->screen->actions; a->label != NULL; a++)
            if (action_fits(a, event) && (a->applies == NULL || a->applies(app))) {
                app->notice[0] = '\0';
                a->run(app);
                return;
            }
    if (app->screen->type != NULL)
        app->screen->type(app, event);
}

/* Reads what the terminal has. False: it has hung up. */
static bool read_terminal(struct app *app, struct keys *keys)
{
    unsigned char bytes[256];
    struct keys_event events[KEYS_EVENTS_MAX];
    ssize_t n = read(STDIN_FILENO, bytes, sizeof bytes);

    if (n <= 0)
        return n < 0 && (errno == EINTR || errno == EAGAIN);
    app->last_key_ms = app->now_ms;
    app->drops_input = false;
    for (ssize_t i = 0; i < n && !app->quit && !app->drops_input; i++) {
        int count = keys_byte(keys, bytes[i], events);
        for (int k = 0; k < count && !app->quit && !app->drops_input; k++)
            on_key(app, &events[k]);
    }
    mk_wipe(bytes, sizeof bytes);
    mk_wipe(events, sizeof events);
    return true;
}

static void end_pending_key(struct app *app, struct keys *keys)
{
    struct keys_event events[KEYS_EVENTS_MAX];

    if (keys_silence(keys, events) > 0)
        on_key(app, &events[0]);
}

/* --- signals --- */

static int start_signals(void)
{
    static const int ignored[] = {SIGPIPE, SIGTSTP, SIGTTIN, SIGTTOU, SIGQUIT, SIGINT};
    sigset_t set;

    for (size_t i = 0; i < sizeof ignored / sizeof ignored[0]; i++)
        signal(ignored[i], SIG_IGN);
    sigemptyset(&set);
    sigaddset(&set, SIGWINCH);
    sigaddset(&set, SIGHUP);
    sigaddset(&set, SIGTERM);
    sigprocmask(SIG_BLOCK, &set, NULL);
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static void take_signals(struct app *app, int fd)
{
    struct signalfd_siginfo info;

    while (read(fd, &info, sizeof info) == (ssize_t)sizeof info) {
        if (info.ssi_signo == SIGWINCH)
            terminal_resized();
        else
            app->quit = true;
    }
}

/* --- the loop --- */

static void draw(struct app *app)
{
    erase();
    if (is_too_small())
        draw_too_small();
    else if (app->helping)
        draw_help(app);
    else
        app->screen->draw(app);
    refresh();
}

/* Logs out a person who has gone away. Returns the moment at which that is due. */
static int64_t tick_idle(struct app *app)
{
    int64_t due = app->last_key_ms + (int64_t)app->config.idle_seconds * 1000;

    if (app->config.idle_seconds == 0)
        return INT64_MAX;
    /* A change under way is not left alone: its outcome must be seen. */
    if ((app->session.changing || (app->desk != NULL && app->desk->acting)) &&
        due < app->now_ms + 1000)
        due = app->now_ms + 1000;
    if (app->now_ms < due)
        return due;
    app->helping = false;
    app->last_key_ms = app->now_ms;
    if (app->screen == &screen_login) {
        app_go(app, &screen_login); /* nothing that was typed waits for whoever comes next */
        return INT64_MAX;
    }
    app_log_out(app);
    app_say(app, _("You were logged out because no key was pressed for a long time."));
    return INT64_MAX;
}

/* Milliseconds until something must be done without an event, or -1. */
static int wait_ms(struct app *app, const struct keys *keys)
{
    int64_t next = INT64_MAX;
    int64_t candidates[7];
    int64_t wait;

    candidates[0] = session_tick(&app->session, app->now_ms);
    candidates[1] = checker_tick(&app->checker, app->now_ms);
    candidates[2] = tick_idle(app);
    candidates[3] = keys_pending(keys) ? app->now_ms + KEYS_WAIT_MS : INT64_MAX;
    candidates[4] = app->screen->tick != NULL ? app->screen->tick(app) : INT64_MAX;
    candidates[5] = app->desk != NULL ? desk_tick(app->desk, app->now_ms) : INT64_MAX;
    candidates[6] = issue_tick(&app->issue, app->now_ms);
    for (size_t i = 0; i < sizeof candidates / sizeof candidates[0]; i++)
        if (candidates[i] < next)
            next = candidates[i];
    if (next == INT64_MAX)
        return -1;
    wait = next - app->now_ms;
    return wait < 0 ? 0 : wait > 3600000 ? 3600000 : (int)wait;
}

static void take_checker(struct app *app)
{
    if (checker_ready(&app->checker) && app->screen->checked != NULL)
        app->screen->checked(app);
}

static void loop(struct app *app, int signals)
{
    struct keys keys = {0};
    struct pollfd fds[APP_FDS];

    while (!app->quit) {
        int timeout;
        int count = 4;
        int ready;

        set_clocks(app);
        timeout = wait_ms(app, &keys);
        draw(app);
        fds[0] = (struct pollfd){.fd = STDIN_FILENO, .events = POLLIN};
        fds[1] = (struct pollfd){.fd = signals, .events = POLLIN};
        fds[2] = (struct pollfd){.fd = app->checker.worker.fd, .events = POLLIN};
        fds[3] = (struct pollfd){.fd = issue_poll(&app->issue), .events = POLLIN};
        count += session_poll(&app->session, fds + count);
        count += app->desk != NULL ? desk_poll(app->desk, fds + count) : 0;
        ready = poll(fds, (nfds_t)count, timeout);
        set_clocks(app);
        if (ready == 0 && keys_pending(&keys))
            end_pending_key(app, &keys);
        if (ready <= 0)
            continue;
        if (fds[1].revents != 0)
            take_signals(app, signals);
        if (fds[0].revents != 0 && !app->quit && !read_terminal(app, &keys))
            app->quit = true;
        if (!app->quit && app->checker.worker.fd >= 0 && fds[2].revents != 0)
            take_checker(app);
        if (!app->quit && fds[3].fd >= 0 && fds[3].revents != 0)
            (void)issue_ready(&app->issue);
        if (!app->quit)
            session_ready(&app->session);
        if (!app->quit && app->desk != NULL)
            desk_ready(app->desk);
    }
    mk_wipe(&keys, sizeof keys);
}

void app_run(struct app *app, const char *ssh)
{
    int signals = start_signals();

    set_clocks(app);
    app->last_key_ms = app->now_ms;
    app->checker = (struct checker){.worker = WORKER_NONE};
    session_start(&app->session, &app->config, ssh, on_session, app);
    app_go(app, &screen_login);
    loop(app, signals);
    leave(app);
    checker_close(&app->checker);
    close_desk(app);
    session_log_out(&app->session);
    session_end(&app->session);
    close(signals);
}
