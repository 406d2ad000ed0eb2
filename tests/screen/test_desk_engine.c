/* SPDX-License-Identifier: MIT */

/*
 * The helpdesk's engine without a screen: tui/desk.c with the installed workers, two servers of the
 * same entries, of which one follows the other and takes no changes, and a trail.
 */

#include <locale.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "desk.h"
#include "desk_stage.h"
#include "text.h"

#define MAIN 0 /* servers, in the order of the configuration */
#define REPLICA 1

/* The person and the systems of the log-in directory; the row after them is of another one. */
#define ROWS 3
#define ELSEWHERE 3

#define TEST(test) cmocka_unit_test_setup_teardown(test, empty_trail, hang_up)

static struct desk_stage stage;
static struct slapd treasury; /* another directory, where the operator has an account as well */
static struct config config;
static struct config as_read; /* a test may change the other one */
static struct session session;
static struct desk desk;

/* What has been heard since the last look. */
static struct {
    bool logged_in;
    enum mk_result log_in;
    bool opened;
    enum mk_result opening;
    unsigned heard; /* bit: enum desk_event_type */
    enum mk_result result[DESK_CHANGED + 1];
    int acts;
} news;

static void on_session(void *context, const struct session_event *event)
{
    (void)context;
    if (event->type == SESSION_LOGGED_IN) {
        news.logged_in = true;
        news.log_in = event->result;
    }
    if (event->type == SESSION_OPENED) {
        news.opened = true;
        news.opening = event->result;
    }
}

static void on_desk(void *context, const struct desk_event *event)
{
    (void)context;
    news.heard |= 1U << event->type;
    news.result[event->type] = event->result;
    news.acts += event->type == DESK_ACT;
}

/* The engine's clock, which need not be that of the servers. */
static int64_t slow; /* by so many seconds */

time_t time(time_t *out)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_REALTIME, &now);
    now.tv_sec -= slow;
    if (out != NULL)
        *out = now.tv_sec;
    return now.tv_sec;
}

/* --- the loop --- */

static void turn(void)
{
    struct pollfd fds[SESSION_FDS_MAX + DESK_FDS_MAX];
    int64_t now = session_clock_ms();
    int64_t next = session_tick(&session, now);
    int count = session_poll(&session, fds);

    if (desk.work != NULL) {
        int64_t own = desk_tick(&desk, now);

        next = own < next ? own : next;
        count += desk_poll(&desk, fds + count);
    }
    next = next == INT64_MAX ? 100 : next - now;
    (void)poll(fds, (nfds_t)count, next < 0 ? 0 : next > 100 ? 100 : (int)next);
    session_ready(&session);
    if (desk.work != NULL)
        desk_ready(&desk);
}

#define wait_until(condition)                                                                      \
    do {                                                                                           \
        int64_t end_ = session_clock_ms() + STAGE_WAIT;                                            \
        while (!(condition)) {                                                                     \
            if (session_clock_ms() > end_)                                                         \
                fail_msg("it did not come to %s", #condition);                                     \
            turn();                                                                                \
        }                                                                                          \
    } while (0)

static void wait_event(enum desk_event_type type)
{
    wait_until((news.heard >> type & 1) != 0);
    news.heard &= ~(1U << type);
}

static struct mk_password password_of(const char *text)
{
    struct mk_password password = {.length = (uint32_t)strlen(text)};

    memcpy(password.text, text, password.length + 1);
    return password;
}

static void log_in(const char *login)
{
    struct mk_password password = password_of(STAGE_PASSWORD);

    memset(&news, 0, sizeof news);
    session_start(&session, &config, "", on_session, NULL);
    session_log_in(&session, login, &password);
    wait_until(news.logged_in);
    assert_int_equal(news.log_in, MK_OK);
    session_read(&session);
    wait_until(session.desks_known);
}

static void open_desk(const char *login)
{
    log_in(login);
    assert_true(desk_is_there(&session));
    assert_false(desk_is_unread(&session));
    assert_true(desk_open(&desk, &session, on_desk, NULL));
}

/* The caller whose log-in name is typed. */
static int meet(const char *login)
{
    desk_find(&desk, login);
    wait_until(!desk.searching);
    assert_int_equal(desk.find_result, MK_OK);
    for (int i = 0; i < desk.found; i++)
        if (strcmp(desk.hit[i].login, login) == 0)
            return i;
    fail_msg("%s was not found", login);
    return -1;
}

static bool is_waiting(void)
{
    for (int i = 0; i < desk.rows; i++)
        for (int k = 0; k < 2; k++)
            if (desk.row[i].cell[k].waiting)
                return true;
    return false;
}

static void show(const char *login)
{
    desk_choose(&desk, meet(login));
    wait_until(desk.has_card && !is_waiting());
}

static void call(void)
{
    assert_true(desk_call(&desk, 0, "quên mật khẩu"));
    assert_false(desk_call(&desk, 0, "quên mật khẩu"));
    wait_event(DESK_CALL);
    assert_true(desk.called);
}

static const struct desk_cell *cell(int row, int server)
{
    return &desk.row[row].cell[server];
}

static int row_of(const char *system)
{
    for (int i = 0; i < desk.rows; i++)
        if (desk.row[i].system >= 0 && strcmp(config.system[desk.row[i].system].id, system) == 0)
            return i;
    fail_msg("no row for %s", system);
    return -1;
}

static int count_lines(const char *part)
{
    char *text = desk_stage_trail(&stage);
    int count = 0;

    for (const char *at = text; (at = strstr(at, part)) != NULL; at += strlen(part))
        count++;
    free(text);
    return count;
}

/* --- who is an operator --- */

static void who_is_an_operator(void **state)
{
    (void)state;
    log_in("trucban");
    assert_true(desk_is_there(&session));
    assert_int_equal(session.desks, 1);
    session_log_out(&session);
    assert_false(desk_is_there(&session));
    session_end(&session);
    log_in("huetruc");
    assert_int_equal(session.desks, 2);
    session_log_out(&session);
    session_end(&session);
    log_in("vuthilan");
    assert_false(desk_is_there(&session));
    assert_false(desk_is_unread(&session));
}

/* --- the card --- */

static void the_card_tells_the_servers_apart(void **state)
{
    struct desk_advice advice;

    (void)state;
    open_desk("trucban");
    show("buithinga");
    assert_int_equal(desk.rows, ROWS + 1);
    assert_int_equal(desk.bar, DESK_FREE);
    assert_string_equal(desk.caller.name, "Bùi Thị Nga");
    assert_string_equal(desk.caller.staff, "200592");
    assert_int_equal(desk.row[0].main, MAIN);
    for (int i = 0; i < ROWS; i++)
        for (int k = 0; k < 2; k++) {
            assert_true(cell(i, k)->seen);
            assert_int_equal(cell(i, k)->view.lock, MK_NOT_LOCKED);
        }
    advice = desk_advise(&desk);
    assert_int_equal(advice.kind, DESK_NOTHING);
    assert_int_equal(count_lines("\"act\":\"look\""), 1);
    assert_int_equal(desk_refusal(&desk), DESK_NO_CALL);
    assert_false(desk_unlock(&desk, -1));
}

static void nothing_can_be_done_to_some(void **state)
{
    static const struct {
        const char *login;
        enum desk_bar bar;
    } some[] = {
        {"trucban", DESK_OWN},
        {"nghemay", DESK_PROTECTED},
        {"quantri", DESK_PROTECTED},
    };

    (void)state;
    open_desk("trucban");
    for (size_t i = 0; i < sizeof some / sizeof *some; i++) {
        bool rows[SESSION_ROWS_MAX] = {true};
        struct mk_password password = password_of("Tam#thoi01");

        show(some[i].login);
        assert_int_equal(desk.bar, some[i].bar);
        assert_int_equal(desk_refusal(&desk), DESK_BARRED);
        assert_false(desk_call(&desk, 0, "nhầm"));
        assert_false(desk_unlock(&desk, -1));
        assert_false(desk_reset(&desk, rows, &password));
        desk_hang_up(&desk);
        assert_int_equal(desk_refusal(&desk), DESK_NO_CARD);
    }
}

/* --- unlocking --- */

static void wrong_passwords(const struct slapd *slapd, const char *dn)
{
    for (int i = 0; i < 5; i++)
        assert_false(slapd_binds(slapd, dn, "nhầm"));
}

static void done(enum mk_result result)
{
    wait_event(DESK_DONE);
    assert_int_equal(news.result[DESK_DONE], result);
    wait_until(!is_waiting());
}

static void a_lock_goes_on_every_server(void **state)
{
    static const char dn[] = DESK_PERSON("nguyenvanan");
    struct desk_advice advice;

    (void)state;
    open_desk("trucban");
    show("nguyenvanan");
    assert_int_equal(cell(0, MAIN)->view.lock, MK_LOCK_TIMED);
    assert_int_equal(cell(0, REPLICA)->view.lock, MK_LOCK_TIMED);
    advice = desk_advise(&desk);
    assert_int_equal(advice.kind, DESK_UNLOCK);
    assert_int_equal(advice.row, 0);
    assert_int_equal(advice.server, MAIN);
    call();
    assert_true(desk_unlock(&desk, 0));
    assert_false(desk_unlock(&desk, 0));
    assert_int_equal(desk_refusal(&desk), DESK_BUSY);
    done(MK_OK);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(cell(0, i)->acted, DESK_AN_UNLOCK);
        assert_int_equal(cell(0, i)->result, MK_OK);
        assert_int_equal(cell(0, i)->view.lock, MK_NOT_LOCKED);
    }
    assert_int_equal(slapd_count(&stage.stage.main, dn, "pwdAccountLockedTime"), 0);
    assert_int_equal(slapd_count(&stage.replica, dn, "pwdAccountLockedTime"), 0);
    assert_true(slapd_binds(&stage.stage.main, dn, STAGE_PASSWORD));
    advice = desk_advise(&desk);
    assert_int_equal(advice.kind, DESK_NOTHING);
    /* No lock any more: nothing is done, and nothing written. */
    assert_false(desk_unlock(&desk, 0));
    assert_int_equal(count_lines("\"act\":\"unlock\""), 2);
    assert_int_equal(count_lines("\"reason\":\"quên mật khẩu\""), 3);
    desk_stage_verify(&stage);
}

static void a_lock_of_the_replica_alone_goes_as_well(void **state)
{
    static const char dn[] = DESK_PERSON("duongvanquy");
    struct desk_advice advice;

    (void)state;
    wrong_passwords(&stage.replica, dn);
    assert_int_equal(slapd_count(&stage.replica, dn, "pwdAccountLockedTime"), 1);
    assert_int_equal(slapd_count(&stage.stage.main, dn, "pwdAccountLockedTime"), 0);
    open_desk("trucban");
    show("duongvanquy");
    assert_int_equal(cell(0, MAIN)->view.lock, MK_NOT_LOCKED);
    assert_int_equal(cell(0, REPLICA)->view.lock, MK_LOCK_TIMED);
    advice = desk_advise(&desk);
    assert_int_equal(advice.kind, DESK_UNLOCK);
    assert_int_equal(advice.server, REPLICA);
    call();
    assert_true(desk_unlock(&desk, -1));
    done(MK_OK);
    assert_int_equal(cell(0, REPLICA)->result, MK_OK);
    assert_int_equal(cell(0, REPLICA)->view.lock, MK_NOT_LOCKED);
    assert_int_equal(slapd_count(&stage.replica, dn, "pwdAccountLockedTime"), 0);
    assert_true(slapd_binds(&stage.replica, dn, STAGE_PASSWORD));
    desk_stage_verify(&stage);
}

/* --- resetting --- */

/* By chance, and in no source: it is looked for in every file. */
static char temporary[20];

static void make_temporary(void)
{
    static const char letters[] = "ghjkmnpqrtuvwxyzGHJKMNPQRTUVWXYZ";
    unsigned char chance[16];

    assert_int_equal(getrandom(chance, sizeof chance, 0), sizeof chance);
    for (size_t i = 0; i < sizeof chance; i++)
        temporary[i] = letters[chance[i] % (sizeof letters - 1)];
    temporary[16] = '#';
    temporary[17] = '7';
}

static void reset(const bool *rows)
{
    struct mk_password password = password_of(temporary);

    assert_true(desk_reset(&desk, rows, &password));
    /* The second press of the key. */
    assert_false(desk_reset(&desk, rows, &password));
}

static void a_reset_is_watched_until_the_change(void **state)
{
    static const char mail[] = DESK_ACCOUNT("mail", "tranthihoa");
    bool rows[SESSION_ROWS_MAX] = {false};
    char note[128];

    (void)state;
    open_desk("trucban");
    show("tranthihoa");
    call();
    rows[row_of("mail")] = rows[row_of("cases")] = true;
    reset(rows);
    done(MK_OK);
    for (int i = 1; i < ROWS; i++) {
        const struct desk_cell *main = cell(i, MAIN);

        assert_int_equal(main->acted, DESK_A_RESET);
        assert_int_equal(main->result, MK_OK);
        assert_int_equal(main->view.must_change, MK_YES);
        assert_true(desk.row[i].was_reset);
        assert_int_equal(desk.row[i].watch, DESK_WATCHING);
        assert_int_equal(cell(i, REPLICA)->acted, DESK_NO_ACT);
    }
    assert_false(desk.row[0].was_reset);
    assert_int_equal(desk_advise(&desk).kind, DESK_LET_CHANGE);
    slapd_value(&stage.stage.main, mail, "description", note, sizeof note);
    assert_non_null(strstr(note, "Z hanoi"));
    assert_true(slapd_binds(&stage.stage.main, mail, temporary));
    sleep(1);
    slapd_change(&stage.stage.main, mail, temporary, "Cua#rieng-toi-77");
    wait_event(DESK_CHANGED);
    assert_int_equal(desk.row[row_of("mail")].watch, DESK_SEEN_CHANGED);
    assert_true(desk.row[row_of("mail")].changed_at > desk.row[row_of("mail")].reset_at);
    assert_int_equal(desk.row[row_of("cases")].watch, DESK_WATCHING);
    assert_int_equal(count_lines("\"act\":\"reset\""), 4);
    desk_stage_verify(&stage);
    desk_stage_assert_nowhere(&stage, (const char *[]){temporary}, 1);
}

static void a_server_that_demands_no_change_is_told(void **state)
{
    bool rows[SESSION_ROWS_MAX] = {true};

    (void)state;
    open_desk("trucban");
    show("phanvanhai");
    call();
    reset(rows);
    done(MK_LASTING);
    assert_int_equal(cell(0, MAIN)->result, MK_LASTING);
    assert_true(desk.row[0].was_reset);
}

/* By a clock that is behind the server's, the reset itself must not look like what comes after. */
static void the_watch_goes_by_the_clock_of_the_server(void **state)
{
    static const char dn[] = DESK_PERSON("kieuminh");
    bool rows[SESSION_ROWS_MAX] = {true};

    (void)state;
    open_desk("trucban");
    show("kieuminh");
    assert_true(cell(0, MAIN)->view.account.changed == MK_TIME_UNKNOWN);
    call();
    slow = 3600;
    reset(rows);
    done(MK_LASTING);
    desk_refresh(&desk);
    wait_until(!is_waiting());
    assert_int_equal(desk.row[0].watch, DESK_WATCHING);
    sleep(1);
    slapd_change(&stage.stage.main, dn, temporary, "Cua#rieng-toi-77");
    wait_event(DESK_CHANGED);
    assert_int_equal(desk.row[0].watch, DESK_SEEN_CHANGED);
    assert_true(desk.row[0].changed_at > desk.row[0].reset_at);
}

static void who_was_first_wins(void **state)
{
    static const char dn[] = DESK_PERSON("lehoangcuong");
    bool rows[SESSION_ROWS_MAX] = {true};

    (void)state;
    open_desk("trucban");
    show("lehoangcuong");
    call();
    slapd_change(&stage.stage.main, dn, STAGE_PASSWORD, "Cua#rieng-toi-77");
    reset(rows);
    done(MK_STALE);
    assert_int_equal(cell(0, MAIN)->result, MK_STALE);
    assert_false(desk.row[0].was_reset);
    assert_true(slapd_binds(&stage.stage.main, dn, "Cua#rieng-toi-77"));
    /* The card shows it as it is by now, so that the next one is not stale. */
    reset(rows);
    done(MK_OK);
    assert_true(slapd_binds(&stage.stage.main, dn, temporary));
}

/* --- what goes wrong --- */

static void a_server_that_hangs_delays_no_other(void **state)
{
    int64_t start;

    (void)state;
    config.deadline_ms = 4000;
    open_desk("trucban");
    (void)meet("dothitram");
    slapd_pause(&stage.replica);
    start = session_clock_ms();
    desk_choose(&desk, meet("dothitram"));
    wait_until(desk.has_card && cell(0, MAIN)->seen && cell(2, MAIN)->seen);
    assert_in_range(session_clock_ms() - start, 0, 2500);
    assert_true(cell(0, REPLICA)->waiting);
    assert_int_equal(desk.bar, DESK_FREE);
    assert_int_equal(desk_advise(&desk).kind, DESK_WAIT);
    wait_until(!is_waiting());
    assert_false(cell(0, REPLICA)->seen);
    assert_int_equal(cell(0, REPLICA)->failure, MK_SILENT);
    assert_int_equal(desk_advise(&desk).kind, DESK_CANNOT_TELL);
    assert_int_equal(desk_advise(&desk).server, REPLICA);
    slapd_resume(&stage.replica);
    desk_refresh(&desk);
    wait_until(!is_waiting());
    assert_true(cell(0, REPLICA)->seen);
}

static int binds(void)
{
    return slapd_operations(&stage.stage.main, "Bind") + slapd_operations(&stage.replica, "Bind");
}

/* The operator's password has been changed at another terminal: one wrong one is sent, not four. */
static void a_password_that_has_gone_is_tried_once(void **state)
{
    static const char dn[] = DESK_PERSON("nghemay");
    int before;
    int cost;

    (void)state;
    open_desk("nghemay");
    (void)meet("dothitram");
    slapd_change(&stage.stage.main, dn, STAGE_PASSWORD, "Cua#rieng-toi-77");
    slapd_wait_replica(&stage.stage.main, &stage.replica);
    /* To count them takes some as well. */
    before = binds();
    cost = binds() - before;
    before += cost;
    show("dothitram");
    assert_false(cell(0, MAIN)->seen);
    assert_int_equal(cell(0, MAIN)->failure, MK_LOG_IN_GONE);
    assert_int_equal(cell(0, REPLICA)->failure, MK_LOG_IN_GONE);
    assert_int_equal(desk.bar, DESK_NOT_KNOWN);
    desk_refresh(&desk);
    wait_until(!is_waiting());
    assert_int_equal(binds() - before - cost, 1);
}

static void without_a_trail_nothing_happens(void **state)
{
    static const char dn[] = DESK_PERSON("phamthidung");
    char aside[128];

    (void)state;
    (void)snprintf(aside, sizeof aside, "%s.aside", stage.trail);
    open_desk("trucban");
    assert_int_equal(rename(stage.trail, aside), 0);
    desk_choose(&desk, meet("phamthidung"));
    wait_event(DESK_CARD);
    assert_int_equal(news.result[DESK_CARD], MK_NO_TRAIL);
    assert_false(desk.has_card);
    desk_hang_up(&desk);
    assert_int_equal(rename(aside, stage.trail), 0);
    show("phamthidung");
    call();
    assert_int_equal(rename(stage.trail, aside), 0);
    assert_true(desk_unlock(&desk, -1));
    done(MK_NO_TRAIL);
    assert_int_equal(cell(0, MAIN)->result, MK_NO_TRAIL);
    assert_int_equal(slapd_count(&stage.stage.main, dn, "pwdAccountLockedTime"), 1);
    assert_int_equal(rename(aside, stage.trail), 0);
}

/* The server falls silent with the reset in its hands; nobody can tell what it will do. */
static void an_outcome_that_nobody_knows_is_told(void **state)
{
    bool rows[SESSION_ROWS_MAX] = {true};

    (void)state;
    config.deadline_ms = 4000;
    open_desk("trucban");
    show("hoangminhduc");
    call();
    slapd_pause(&stage.stage.main);
    reset(rows);
    wait_event(DESK_DONE);
    assert_int_equal(news.result[DESK_DONE], cell(0, MAIN)->result);
    assert_false(desk.row[0].was_reset);
    slapd_resume(&stage.stage.main);
    desk_stage_verify(&stage);
}

/* The connection that had shown the card has died; nothing had gone out, so it is asked again. */
static void a_connection_that_has_died_is_mended(void **state)
{
    bool rows[SESSION_ROWS_MAX] = {true};

    (void)state;
    open_desk("trucban");
    show("ngothiphuong");
    call();
    slapd_kill(&stage.stage.main);
    slapd_start_again(&stage.stage.main);
    desk_find(&desk, "vuthilan");
    wait_until(!desk.searching);
    assert_int_equal(desk.found, 1);
    desk_refresh(&desk);
    wait_until(!is_waiting());
    assert_true(cell(0, MAIN)->seen);
    slapd_kill(&stage.stage.main);
    slapd_start_again(&stage.stage.main);
    reset(rows);
    done(MK_OK);
    assert_true(slapd_binds(&stage.stage.main, DESK_PERSON("ngothiphuong"), temporary));
    desk_stage_verify(&stage);
}

/* The first of the servers that take changes has gone: the next one is asked, and both are told. */
static void a_reset_goes_to_the_next_server(void **state)
{
    struct mk_request_directory *request = &config.directory[0].request;
    bool rows[SESSION_ROWS_MAX] = {true};

    (void)state;
    memcpy(request->uri[0], as_read.directory[0].request.uri[1], sizeof request->uri[0]);
    memcpy(request->uri[1], as_read.directory[0].request.uri[0], sizeof request->uri[1]);
    request->writable = 3;
    open_desk("trucban");
    show("maitoan");
    call();
    /* In truth it takes none, and refers to the other. */
    reset(rows);
    done(MK_OK);
    assert_int_equal(cell(0, 0)->result, MK_READ_ONLY);
    assert_int_equal(cell(0, 1)->result, MK_OK);
    assert_int_equal(desk.row[0].watch, DESK_WATCHING);
    desk_hang_up(&desk);
    show("lythuy");
    call();
    slapd_kill(&stage.replica);
    reset(rows);
    done(MK_OK);
    assert_int_equal(cell(0, 1)->result, MK_OK);
    assert_int_not_equal(cell(0, 0)->result, MK_OK);
    assert_true(slapd_binds(&stage.stage.main, DESK_PERSON("lythuy"), temporary));
    slapd_start_again(&stage.replica);
    desk_stage_verify(&stage);
}

/* What went wrong with one account is not forgotten when another one is taken to a next server. */
static void the_first_failure_is_told_at_the_end(void **state)
{
    struct mk_request_directory *request = &config.directory[0].request;
    bool rows[SESSION_ROWS_MAX] = {true, true};

    (void)state;
    memcpy(request->uri[0], as_read.directory[0].request.uri[1], sizeof request->uri[0]);
    memcpy(request->uri[1], as_read.directory[0].request.uri[0], sizeof request->uri[1]);
    request->writable = 3;
    open_desk("trucban");
    show("dothitram");
    call();
    slapd_change(&stage.stage.main, DESK_PERSON("dothitram"), STAGE_PASSWORD, "Cua#rieng-toi-77");
    reset(rows);
    done(MK_STALE);
    assert_int_equal(cell(0, 1)->result, MK_STALE);
    assert_int_equal(cell(1, 1)->result, MK_OK);
    desk_stage_verify(&stage);
}

/* An operator of two desks looks at people of the second one for that, from the first record on. */
static void the_look_is_of_the_right_desk(void **state)
{
    (void)state;
    open_desk("huetruc");
    session.desks = 3;
    show("tonthathue");
    assert_int_equal(count_lines("\"act\":\"look\""), 1);
    assert_int_equal(count_lines("\"desk\":\"hue\""), 1);
    assert_int_equal(count_lines("\"desk\":\"hanoi\""), 0);
}

/* What is still on its way about one caller never shows on the card of the next. */
static void cards_do_not_mix(void **state)
{
    (void)state;
    open_desk("trucban");
    show("hovanvu");
    assert_int_equal(cell(0, REPLICA)->view.lock, MK_LOCK_TIMED);
    slapd_pause(&stage.replica);
    desk_refresh(&desk);
    desk_hang_up(&desk);
    assert_int_equal(desk.rows, 0);
    desk_choose(&desk, meet("vuthilan"));
    wait_until(desk.has_card && cell(0, MAIN)->seen);
    assert_false(cell(0, REPLICA)->seen);
    slapd_resume(&stage.replica);
    wait_until(!is_waiting());
    assert_string_equal(desk.caller.login, "vuthilan");
    for (int i = 0; i < ROWS; i++)
        for (int k = 0; k < 2; k++) {
            assert_int_equal(cell(i, k)->view.lock, MK_NOT_LOCKED);
            assert_non_null(strstr(cell(i, k)->view.dn, "uid=vuthilan,"));
        }
    assert_int_equal(desk_advise(&desk).kind, DESK_NOTHING);
}

/* The operator hangs up, or the terminal does, in the middle of an act. */
static void what_is_left_behind_has_an_outcome(void **state)
{
    bool rows[SESSION_ROWS_MAX] = {true, true};

    (void)state;
    open_desk("trucban");
    show("dinhvanan");
    call();
    slapd_pause(&stage.stage.main);
    reset(rows);
    wait_until(count_lines("\"act\":\"reset\"") == 1);
    for (int i = 0; i < 10; i++)
        turn();
    desk_hang_up(&desk);
    slapd_resume(&stage.stage.main);
    assert_int_equal(desk_refusal(&desk), DESK_NO_CARD);
    show("caothian");
    assert_int_equal(desk_refusal(&desk), DESK_NO_CALL);
    desk_close(&desk);
    desk_stage_verify(&stage);
}

static void the_watch_ends(void **state)
{
    bool rows[SESSION_ROWS_MAX] = {true};

    (void)state;
    config.watch_seconds = 2;
    open_desk("trucban");
    show("nguyenvanan2");
    call();
    reset(rows);
    done(MK_OK);
    assert_int_equal(desk.row[0].watch, DESK_WATCHING);
    wait_event(DESK_CHANGED);
    assert_int_equal(desk.row[0].watch, DESK_GAVE_UP);
}

/* While one types, the newest text is the one that counts, and hits change all at once. */
static void the_newest_text_wins(void **state)
{
    static const char *const typed[] = {"n", "ng", "ngu", "nguyen", "nguyen van", "nguyen van a"};

    (void)state;
    open_desk("trucban");
    for (size_t i = 0; i < sizeof typed / sizeof *typed; i++) {
        desk_find(&desk, typed[i]);
        turn();
    }
    wait_until(!desk.searching);
    assert_int_equal(desk.found, 2);
    assert_string_equal(desk.hit[0].name, "Nguyễn Văn An");
    assert_string_not_equal(desk.hit[0].unit, desk.hit[1].unit);
    desk_find(&desk, "");
    wait_until(!desk.searching);
    assert_int_equal(desk.found, 0);
    /* Only people of the operator's own part of the tree. */
    desk_find(&desk, "tonthathue");
    wait_until(!desk.searching);
    assert_int_equal(desk.find_result, MK_OK);
    assert_int_equal(desk.found, 0);
}

/* --- another directory --- */

/* There the operator is whoever has been opened, and nobody before that. */
static void another_directory_is_opened_first(void **state)
{
    struct mk_password password = password_of("Nham#0177");
    bool rows[SESSION_ROWS_MAX] = {[ELSEWHERE] = true};

    (void)state;
    open_desk("trucban");
    show("vuthilan");
    assert_true(desk.row[ELSEWHERE].closed);
    assert_false(cell(ELSEWHERE, 0)->seen);
    assert_int_equal(desk_advise(&desk).kind, DESK_NOTHING);
    call();
    assert_false(desk_reset(&desk, rows, &password));
    assert_false(desk.acting);
    password = password_of(STAGE_SECOND_PASSWORD);
    session_open(&session, desk.row[ELSEWHERE].system, &password);
    desk_refresh(&desk);
    assert_true(desk.row[ELSEWHERE].closed); /* the password may still be wrong */
    wait_until(news.opened);
    assert_int_equal(news.opening, MK_OK);
    desk_refresh(&desk);
    wait_until(!is_waiting());
    assert_false(desk.row[ELSEWHERE].closed);
    assert_true(cell(ELSEWHERE, 0)->seen);
    assert_string_equal(cell(ELSEWHERE, 0)->view.dn, STAGE_PAYMENTS("vuthilan"));
    assert_int_equal(cell(ELSEWHERE, 0)->view.lock, MK_LOCK_TIMED);
    assert_int_equal(desk_advise(&desk).kind, DESK_UNLOCK);
    assert_int_equal(desk_advise(&desk).row, ELSEWHERE);
    assert_true(desk_unlock(&desk, -1));
    done(MK_OK);
    assert_int_equal(cell(ELSEWHERE, 0)->view.lock, MK_NOT_LOCKED);
    reset(rows);
    done(MK_OK);
    assert_true(slapd_binds(&treasury, STAGE_PAYMENTS("vuthilan"), temporary));
    desk_stage_verify(&stage);
}

/* --- set-up --- */

static void write_account(FILE *out, const char *uid, const char *state)
{
    (void)fprintf(out,
                  "dn: uid=%s,ou=people," STAGE_SECOND "\nobjectClass: inetOrgPerson\nuid: %s\n"
                  "cn: %s\nsn: %s\nuserPassword: " STAGE_SECOND_PASSWORD
                  "\npwdChangedTime: @-20d@\n%s\n",
                  uid, uid, uid, uid, state);
}

static void create_treasury(void)
{
    const char *options[] = {"--anonymous-search", "--desk", "manage", NULL};
    char *ldif = NULL;
    size_t size;
    FILE *out = open_memstream(&ldif, &size);

    assert_non_null(out);
    (void)fputs("dn: " STAGE_SECOND "\nobjectClass: dcObject\nobjectClass: organization\ndc: kbnn\n"
                "o: Kho bạc\n\n",
                out);
    for (int i = 0; i < 3; i++) {
        static const char *const units[] = {"people", "groups", "policies"};

        (void)fprintf(out,
                      "dn: ou=%s," STAGE_SECOND "\nobjectClass: organizationalUnit\nou: %s\n\n",
                      units[i], units[i]);
    }
    (void)fputs("dn: cn=default,ou=policies," STAGE_SECOND "\nobjectClass: namedPolicy\n"
                "objectClass: pwdPolicy\ncn: default\npwdAttribute: userPassword\n"
                "pwdMaxAge: 7776000\npwdLockout: TRUE\npwdMaxFailure: 5\npwdLockoutDuration: 900\n"
                "pwdMustChange: TRUE\npwdAllowUserChange: TRUE\n\n",
                out);
    write_account(out, "trucban", "");
    write_account(out, "vuthilan", "pwdAccountLockedTime: @-60s@\npwdFailureTime: @-60s@\n");
    (void)fputs("dn: cn=helpdesk,ou=groups," STAGE_SECOND "\nobjectClass: groupOfNames\n"
                "cn: helpdesk\nmember: " STAGE_PAYMENTS("trucban") "\n",
                out);
    assert_int_equal(fclose(out), 0);
    slapd_create(&treasury, STAGE_SECOND, ldif, options);
    free(ldif);
}

static void configure_treasury(void)
{
    FILE *file = fopen(stage.stage.config, "ae");

    assert_non_null(file);
    (void)fprintf(file,
                  "\n[directory treasury]\nuri = %s\nca_file = %s\nbase = " STAGE_SECOND "\n"
                  "default_policy = cn=default,ou=policies," STAGE_SECOND "\n"
                  "note_attribute = description\n\n"
                  "[system payments]\nname = Thanh toán\ndirectory = treasury\n"
                  "account_dn = uid=%%u,ou=people," STAGE_SECOND "\n",
                  treasury.ldaps, treasury.ca_file);
    assert_int_equal(fclose(file), 0);
}

static int prepare(void **state)
{
    char message[512];

    (void)state;
    assert_non_null(setlocale(LC_ALL, "C.UTF-8"));
    assert_true(secret_start());
    make_temporary();
    text_start(true);
    desk_stage_prepare(&stage, "manage", NULL);
    desk_stage_add_replica(&stage);
    create_treasury();
    configure_treasury();
    if (!config_read(&config, stage.stage.config, message, sizeof message))
        fail_msg("%s", message);
    as_read = config;
    return 0;
}

static int empty_trail(void **state)
{
    (void)state;
    desk_stage_reset(&stage);
    return 0;
}

static int hang_up(void **state)
{
    (void)state;
    if (desk.work != NULL)
        desk_close(&desk);
    session_log_out(&session);
    session_end(&session);
    desk_stage_close(&stage);
    config = as_read;
    slow = 0;
    return 0;
}

static int clear(void **state)
{
    (void)state;
    slapd_remove(&treasury);
    desk_stage_remove(&stage);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(who_is_an_operator),
        TEST(the_card_tells_the_servers_apart),
        TEST(nothing_can_be_done_to_some),
        TEST(a_lock_goes_on_every_server),
        TEST(a_lock_of_the_replica_alone_goes_as_well),
        TEST(a_reset_is_watched_until_the_change),
        TEST(a_server_that_demands_no_change_is_told),
        TEST(the_watch_goes_by_the_clock_of_the_server),
        TEST(who_was_first_wins),
        TEST(a_server_that_hangs_delays_no_other),
        TEST(a_password_that_has_gone_is_tried_once),
        TEST(without_a_trail_nothing_happens),
        TEST(an_outcome_that_nobody_knows_is_told),
        TEST(a_connection_that_has_died_is_mended),
        TEST(a_reset_goes_to_the_next_server),
        TEST(the_first_failure_is_told_at_the_end),
        TEST(the_look_is_of_the_right_desk),
        TEST(cards_do_not_mix),
        TEST(what_is_left_behind_has_an_outcome),
        TEST(the_watch_ends),
        TEST(the_newest_text_wins),
        TEST(another_directory_is_opened_first),
    };

    return cmocka_run_group_tests(tests, prepare, clear);
}
