/* SPDX-License-Identifier: MIT */

/* A system on another directory: with a password of its own, and with a server that hangs. */

#include "common.h"

#define NEW_PASSWORD "Khe-chin5b"
#define PAYMENTS "Thanh toán với kho bạc"
#define STATS "Báo cáo thống kê"

/* Answers to keys while a server hangs: 100 ms are asked for, a busy machine is given more. */
#define AT_ONCE 1000

static int prepare_with_a_short_deadline(void **state)
{
    prepare(state);
    stage_replace(&stage, "warn = 14 days", "warn = 14 days\ndeadline = 3 seconds");
    return 0;
}

static int restore(void **state)
{
    close_screen(state);
    slapd_certificate(&stage.second, "good");
    stage_configure(&stage);
    stage_replace(&stage, "warn = 14 days", "warn = 14 days\ndeadline = 3 seconds");
    return 0;
}

/* From the keys to the text. */
static void assert_at_once(struct screen *t, const char *keys, const char *text, const char *what)
{
    int64_t from = stage_clock_ms();
    int took;

    screen_send(t, keys);
    screen_wait(t, text, STAGE_WAIT);
    took = (int)(stage_clock_ms() - from);
    print_message("# while the second server hangs: %s after %d ms\n", what, took);
    assert_in_range(took, 0, AT_ONCE);
}

/* The table of a person, while the second server says nothing. */
static struct screen *enter_while_it_hangs(const char *login)
{
    struct screen *t = stage_open(&stage, &stage_xterm);

    slapd_pause(&stage.second);
    stage_log_in(t, login, STAGE_PASSWORD);
    screen_wait(t, "F10 Đăng xuất", STAGE_WAIT);
    stage_wait_row(t, STATS, "/"); /* a date */
    stage_wait_row(t, PAYMENTS, "đang đọc");
    screen_settle(t, STAGE_QUIET);
    return t;
}

static void test_the_table_is_usable_while_it_hangs(void **state)
{
    struct screen *t = enter_while_it_hangs("ngovanoanh");
    int top = screen_find(t, ">");
    char next[256];
    int64_t from;

    (void)state;
    snprintf(next, sizeof next, ">%s", screen_row(t, top + 1) + 1);
    assert_at_once(t, SCREEN_DOWN, next, "an arrow is answered");
    assert_at_once(t, SCREEN_F(1), "Nhấn phím bất kỳ", "F1 is answered");
    assert_at_once(t, " ", "F10 Đăng xuất", "a key leaves the help");
    stage_choose(t, STATS);
    assert_at_once(t, SCREEN_ENTER, "Đổi mật khẩu: " STATS, "a change is opened");
    from = stage_clock_ms();
    screen_escape(t); /* takes 100 ms by itself */
    screen_wait(t, "Việc cần làm", STAGE_WAIT);
    print_message("# while the second server hangs: Esc is answered after %d ms\n",
                  (int)(stage_clock_ms() - from));
    assert_in_range(stage_clock_ms() - from, 0, 100 + AT_ONCE);
    assert_at_once(t, SCREEN_F(10), "Tên đăng nhập", "F10 logs out");
}

static void test_a_password_elsewhere_is_changed_meanwhile(void **state)
{
    struct screen *t = enter_while_it_hangs("dangthikimlien");

    (void)state;
    stage_choose(t, STATS);
    screen_send(t, SCREEN_ENTER);
    screen_wait(t, "Mật khẩu hiện tại", STAGE_WAIT);
    stage_change(t, STAGE_SYSTEM_PASSWORD, NEW_PASSWORD);
    stage_wait_sentence(t, STATS ": đã đổi mật khẩu");
    assert_true(slapd_binds(&stage.main, STAGE_ACCOUNT("stats", "dangthikimlien"), NEW_PASSWORD));
}

static void test_after_the_deadline_its_row_says_so(void **state)
{
    struct screen *t = enter_while_it_hangs("ngovanoanh");

    (void)state;
    stage_wait_row(t, PAYMENTS, "F9 để đọc lại");
    stage_wait_row(t, PAYMENTS, "chưa rõ");
    stage_choose(t, PAYMENTS);
    stage_wait_sentence(t, "Máy chủ của hệ thống này không trả lời kịp thời. Nhấn F9 để đọc lại.");
    slapd_resume(&stage.second);
    screen_send(t, SCREEN_F(9));
    stage_wait_row(t, PAYMENTS, "Nhấn Enter để xem");
}

static void test_opening_it_with_its_own_password(void **state)
{
    struct screen *t = stage_open(&stage, &stage_xterm);
    char date[16];

    (void)state;
    stage_enter(t, "phanvanhai", STAGE_PASSWORD);
    stage_wait_row(t, PAYMENTS, "Nhấn Enter để xem");
    stage_choose(t, PAYMENTS);
    screen_send(t, SCREEN_ENTER);
    stage_wait_sentence(t, "Hệ thống này có mật khẩu riêng. Xin nhập mật khẩu đó để xem ngày hết "
                           "hạn.");
    screen_send(t, STAGE_SECOND_PASSWORD SCREEN_ENTER);
    screen_wait(t, "Việc cần làm", STAGE_WAIT);
    stage_lasts_until(&stage.second, STAGE_PAYMENTS("phanvanhai"), date);
    stage_wait_row(t, PAYMENTS, date);

    /* What was just typed is not asked for again. */
    stage_choose(t, PAYMENTS);
    screen_send(t, SCREEN_ENTER);
    screen_wait(t, "Đổi mật khẩu: " PAYMENTS, STAGE_WAIT);
    screen_settle(t, STAGE_QUIET);
    assert_false(screen_has(t, "Mật khẩu hiện tại"));
    stage_change(t, NULL, NEW_PASSWORD);
    stage_wait_sentence(t, PAYMENTS ": đã đổi mật khẩu, hạn mới là ngày");
    stage_lasts_until(&stage.second, STAGE_PAYMENTS("phanvanhai"), date);
    stage_wait_row(t, PAYMENTS, date);
    assert_true(slapd_binds(&stage.second, STAGE_PAYMENTS("phanvanhai"), NEW_PASSWORD));
    assert_false(slapd_binds(&stage.second, STAGE_PAYMENTS("phanvanhai"), STAGE_SECOND_PASSWORD));
    assert_true(slapd_binds(&stage.main, STAGE_PERSON("phanvanhai"), STAGE_PASSWORD));

    /* F9 reads with the new password, which is the right one now. */
    screen_send(t, SCREEN_F(9));
    screen_settle(t, STAGE_QUIET);
    stage_wait_row(t, PAYMENTS, date);
    assert_int_equal(slapd_count(&stage.second, STAGE_PAYMENTS("phanvanhai"), "pwdFailureTime"), 1);
}

static void open_payments(struct screen *t, const char *login, const char *password)
{
    stage_enter(t, login, STAGE_PASSWORD);
    stage_choose(t, PAYMENTS);
    screen_send(t, SCREEN_ENTER);
    screen_wait(t, "Enter Xem", STAGE_WAIT);
    screen_send(t, password);
    screen_send(t, SCREEN_ENTER);
}

static void test_a_wrong_password_is_tried_once(void **state)
{
    struct screen *t = stage_open(&stage, &stage_xterm);

    (void)state;
    open_payments(t, "ngovanoanh", STAGE_PASSWORD);
    stage_wait_sentence(t, PAYMENTS ": mật khẩu không được chấp nhận, hoặc tài khoản đang bị khoá. "
                                    "Hệ thống này có mật khẩu riêng; bạn có thể thử lại, nhưng "
                                    "không quá hai lần.");
    assert_int_equal(slapd_count(&stage.second, STAGE_PAYMENTS("ngovanoanh"), "pwdFailureTime"), 1);
    screen_send(t, STAGE_SECOND_PASSWORD SCREEN_ENTER);
    stage_wait_row(t, PAYMENTS, "ngày");
    assert_int_equal(slapd_count(&stage.second, STAGE_PAYMENTS("ngovanoanh"), "pwdFailureTime"), 0);
}

/* Opening and changing costs one of the three grace log-ins: one bind. */
static void test_grace_there(void **state)
{
    struct screen *t = stage_open(&stage, &stage_xterm);
    int before = slapd_operations(&stage.second, "Bind");

    (void)state;
    open_payments(t, "lythithuy", STAGE_SECOND_PASSWORD);
    screen_wait(t, "Đổi mật khẩu: " PAYMENTS, STAGE_WAIT);
    stage_wait_sentence(t, "Mật khẩu đã hết hạn; sau lần này chỉ còn 2 lượt đăng nhập.");
    assert_int_equal(slapd_count(&stage.second, STAGE_PAYMENTS("lythithuy"), "pwdGraceUseTime"), 1);
    stage_change(t, NULL, NEW_PASSWORD);
    stage_wait_sentence(t, PAYMENTS ": đã đổi mật khẩu, hạn mới là ngày");
    /* Two readings of the server's state are binds as well. */
    assert_int_equal(slapd_operations(&stage.second, "Bind") - before - 2, 1);
    assert_true(slapd_binds(&stage.second, STAGE_PAYMENTS("lythithuy"), NEW_PASSWORD));
}

static void test_expired_there(void **state)
{
    struct screen *t = stage_open(&stage, &stage_xterm);

    (void)state;
    open_payments(t, "dothingoc", STAGE_SECOND_PASSWORD);
    stage_wait_sentence(t, "Mật khẩu đã hết hạn và không còn lượt đăng nhập.");
}

static void test_locked_there(void **state)
{
    struct screen *t = stage_open(&stage, &stage_xterm);

    (void)state;
    open_payments(t, "maivantoan", STAGE_SECOND_PASSWORD);
    stage_wait_sentence(t, "Tài khoản này đang bị khoá hoặc ngừng sử dụng.");
}

static void test_escape_leaves_an_opening_that_hangs(void **state)
{
    struct screen *t = stage_open(&stage, &stage_xterm);
    int64_t from;

    (void)state;
    stage_enter(t, "ngovanoanh", STAGE_PASSWORD);
    stage_choose(t, PAYMENTS);
    screen_send(t, SCREEN_ENTER);
    screen_wait(t, "Enter Xem", STAGE_WAIT);
    slapd_pause(&stage.second);
    screen_send(t, STAGE_SECOND_PASSWORD SCREEN_ENTER);
    stage_wait_sentence(t, "Đang hỏi máy chủ... Nhấn Esc để thôi chờ.");
    from = stage_clock_ms();
    screen_escape(t);
    screen_wait_gone(t, "Đang hỏi máy chủ", STAGE_WAIT);
    assert_in_range(stage_clock_ms() - from, 0, 100 + AT_ONCE);
}

static void test_server_unreachable(void **state)
{
    struct screen *t = stage_open(&stage, &stage_xterm);

    (void)state;
    slapd_stop(&stage.second);
    stage_enter(t, "ngovanoanh", STAGE_PASSWORD);
    stage_wait_row(t, PAYMENTS, "F9 để đọc lại");
    stage_choose(t, PAYMENTS);
    stage_wait_sentence(t, "Không kết nối được máy chủ của hệ thống này. Nhấn F9 để đọc lại.");
}

static void test_certificate_of_another_authority(void **state)
{
    struct screen *t;

    (void)state;
    slapd_certificate(&stage.second, "untrusted");
    stage_configure(&stage);
    t = stage_open(&stage, &stage_xterm);
    stage_enter(t, "ngovanoanh", STAGE_PASSWORD);
    stage_choose(t, PAYMENTS);
    stage_wait_sentence(t, "Chứng thư số của máy chủ hệ thống này không do cơ quan tin cậy cấp; "
                           "chưa gửi gì đến đó. Hãy báo bộ phận hỗ trợ.");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCREEN_TEST(test_the_table_is_usable_while_it_hangs),
        SCREEN_TEST(test_a_password_elsewhere_is_changed_meanwhile),
        SCREEN_TEST(test_after_the_deadline_its_row_says_so),
        SCREEN_TEST(test_opening_it_with_its_own_password),
        SCREEN_TEST(test_a_wrong_password_is_tried_once),
        SCREEN_TEST(test_grace_there),
        SCREEN_TEST(test_expired_there),
        SCREEN_TEST(test_locked_there),
        SCREEN_TEST(test_escape_leaves_an_opening_that_hangs),
        cmocka_unit_test_teardown(test_server_unreachable, restore),
        cmocka_unit_test_teardown(test_certificate_of_another_authority, restore),
    };

    return cmocka_run_group_tests(tests, prepare_with_a_short_deadline, clear);
}
