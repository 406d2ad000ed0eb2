/* SPDX-License-Identifier: MIT */

/* Fair to the caller: whoever logs in after a reset is told when it was made, and by which desk. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "desk_stage.h"

#define OWN "Tài khoản đăng nhập của Bộ"
#define TEMPORARY "Tam-thoi7k"
#define NEW_PASSWORD "Khe-chin5b"
#define DOUBT "Nếu không phải bạn đã gọi, hãy báo ngay: 024 1234 5678."

static struct desk_stage desk;

static int prepare(void **state)
{
    (void)state;
    desk_stage_prepare(&desk, "manage", NULL);
    return 0;
}

static int clear(void **state)
{
    (void)state;
    desk_stage_remove(&desk);
    return 0;
}

static int fresh(void **state)
{
    (void)state;
    desk_stage_reset(&desk);
    return 0;
}

static int close_programs(void **state)
{
    (void)state;
    desk_stage_close(&desk);
    return 0;
}

/* `ago` seconds ago: as GeneralizedTime, and as the screen says it. */
struct moment {
    char stamp[24];
    char said[48];
};

static struct moment moment(int ago)
{
    time_t then = time(NULL) - ago;
    struct moment m;
    struct tm tm;

    gmtime_r(&then, &tm);
    strftime(m.stamp, sizeof m.stamp, "%Y%m%d%H%M%SZ", &tm);
    localtime_r(&then, &tm);
    strftime(m.said, sizeof m.said, "lúc %H:%M ngày %d/%m/%Y", &tm);
    return m;
}

/* What a reset leaves behind: the password and its time, the demand to change it, and the note. */
static struct moment issue(const char *dn, int ago, const char *by)
{
    struct moment m = moment(ago);
    char note[64];

    snprintf(note, sizeof note, "%s %s", m.stamp, by);
    slapd_set(&desk.stage.main, dn, "userPassword", TEMPORARY);
    slapd_set(&desk.stage.main, dn, "pwdChangedTime", m.stamp);
    slapd_set(&desk.stage.main, dn, "pwdReset", "TRUE");
    slapd_set(&desk.stage.main, dn, "description", note);
    return m;
}

static void wait_said(struct screen *t, const char *pattern, const char *said)
{
    char text[512];

    snprintf(text, sizeof text, pattern, said);
    stage_wait_sentence(t, text);
}

static void test_after_the_forced_change(void **state)
{
    struct moment m = issue(DESK_PERSON("tranthihoa"), 600, "hanoi");
    struct screen *t = stage_open(&desk.stage, &stage_xterm);

    (void)state;
    stage_log_in(t, "tranthihoa", TEMPORARY);
    stage_wait_sentence(t, "Mật khẩu này do người khác cấp");
    assert_false(stage_has_sentence(t, DESK_NAME));
    stage_change(t, NULL, NEW_PASSWORD);
    /* What was done by oneself, what was done by the desk, and what to do about it. */
    wait_said(t, "Mật khẩu của \"" OWN "\" đã được " DESK_NAME " đặt lại %s. " DOUBT, m.said);
    stage_wait_sentence(t, OWN ": đã đổi mật khẩu, hạn mới là ngày");
    /* A key takes it away; below the row it stays. */
    screen_send(t, SCREEN_DOWN);
    screen_wait_gone(t, "Nếu không phải", STAGE_WAIT);
    stage_choose(t, DESK_MAIL);
    assert_false(stage_has_sentence(t, DESK_NAME));
    stage_choose(t, OWN);
    wait_said(t, "Mật khẩu này đã được " DESK_NAME " đặt lại %s.", m.said);
    screen_send(t, SCREEN_F(10));

    /* Not said every time: the password is one's own by now. */
    stage_enter(t, "tranthihoa", NEW_PASSWORD);
    screen_settle(t, STAGE_QUIET);
    assert_false(stage_has_sentence(t, DOUBT));
    stage_choose(t, OWN);
    wait_said(t, "Mật khẩu này đã được " DESK_NAME " đặt lại %s.", m.said);
}

/* A password that the server lets stay is still the desk's; so are those of other systems. */
static void test_a_password_that_is_the_desks(void **state)
{
    struct moment m = issue(DESK_ACCOUNT("cases", "lythuy"), 3600, "hanoi");
    struct screen *t = stage_open(&desk.stage, &stage_xterm);

    (void)state;
    stage_enter(t, "lythuy", STAGE_PASSWORD);
    wait_said(t, "Mật khẩu của \"" DESK_CASES "\" đã được " DESK_NAME " đặt lại %s. " DOUBT,
              m.said);
    screen_send(t, SCREEN_F(10));
    screen_wait(t, "Tên đăng nhập", STAGE_WAIT);
    stage_close(&desk.stage);

    /* Two of them, by desks of which this machine knows one. */
    m = issue(DESK_ACCOUNT("mail", "lythuy"), 1800, "vinh");
    t = stage_open(&desk.stage, &stage_xterm);
    stage_enter(t, "lythuy", STAGE_PASSWORD);
    wait_said(t,
              "Mật khẩu của 2 tài khoản đã được bộ phận hỗ trợ đặt lại, lần gần nhất do bộ phận hỗ "
              "trợ %s. " DOUBT,
              m.said);
    stage_choose(t, DESK_MAIL);
    wait_said(t, "Mật khẩu này đã được bộ phận hỗ trợ đặt lại %s.", m.said);
}

static void assert_silent(const char *login)
{
    static const char *const rows[] = {OWN, DESK_MAIL, DESK_CASES};
    struct screen *t = stage_open(&desk.stage, &stage_xterm);

    stage_enter(t, login, STAGE_PASSWORD);
    screen_settle(t, STAGE_QUIET);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_false(stage_has_sentence(t, "Nếu không phải bạn"));
        stage_choose(t, rows[i]);
        assert_false(stage_has_sentence(t, "đặt lại"));
    }
    stage_close(&desk.stage);
}

/* What is old, of a time to come, or no note at all says nothing. */
static void test_what_is_no_note(void **state)
{
    char note[64];

    (void)state;
    issue(DESK_ACCOUNT("mail", "maitoan"), 31 * 86400, "hanoi");
    assert_silent("maitoan");
    slapd_set(&desk.stage.main, DESK_ACCOUNT("mail", "maitoan"), "description",
              "20991122065200Z hanoi");
    slapd_set(&desk.stage.main, DESK_PERSON("maitoan"), "description", "Chuyên viên, biết \033[2J");
    snprintf(note, sizeof note, "%s", moment(60).stamp);
    slapd_set(&desk.stage.main, DESK_ACCOUNT("cases", "maitoan"), "description", note);
    assert_silent("maitoan");
}

static int operations(void)
{
    static const char *const kinds[] = {"Bind", "Search", "Extended", "Modify", "Compare"};
    int sum = 0;

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        sum += slapd_operations(&desk.stage.main, kinds[i]);
    return sum;
}

static int cost_of_log_in(const char *said)
{
    int before = operations();
    struct screen *t = stage_open(&desk.stage, &stage_xterm);
    bool told;

    stage_enter(t, "duongvanquy", STAGE_PASSWORD);
    screen_settle(t, STAGE_QUIET);
    told = stage_has_sentence(t, DESK_NAME);
    assert_int_equal(told, said != NULL);
    stage_close(&desk.stage);
    return operations() - before;
}

/* Without the attribute there is no such thing, and with it the log-in costs nothing more. */
static void test_it_costs_nothing(void **state)
{
    int with;

    (void)state;
    issue(DESK_ACCOUNT("mail", "duongvanquy"), 60, "hanoi");
    with = cost_of_log_in(DESK_NAME);
    stage_replace(&desk.stage, "note_attribute = description\n", "");
    assert_int_equal(cost_of_log_in(NULL), with);
}

#define FAIR_TEST(test) cmocka_unit_test_setup_teardown(test, fresh, close_programs)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FAIR_TEST(test_after_the_forced_change),
        FAIR_TEST(test_a_password_that_is_the_desks),
        FAIR_TEST(test_what_is_no_note),
        FAIR_TEST(test_it_costs_nothing),
    };

    return cmocka_run_group_tests(tests, prepare, clear);
}
