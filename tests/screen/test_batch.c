/* SPDX-License-Identifier: MIT */

/* Several passwords in one go: a result for each, and what was not changed stays marked. */

#include "common.h"

#define NEW_PASSWORD "Khe-chin5b"
#define SECOND_NEW_PASSWORD "Nau+chim5-Vua"
#define THIRD_NEW_PASSWORD "Gach%nung3-xep"
#define TITLE(n, name) "Đổi mật khẩu (" n "): " name

#define MAIL "Thư điện tử công vụ"
#define CASES "Quản lý thụ lý, tổ chức thi hành án"
#define STATS "Báo cáo thống kê"
#define ACCOUNTING "Kế toán nội bộ"
#define DOCUMENTS "Quản lý văn bản và điều hành"
#define PERSONNEL "Quản lý cán bộ"
#define OWN "Tài khoản đăng nhập của Bộ"
#define PORTAL "Cổng thông tin nội bộ"

static void assert_marked(struct screen *t, const char *name, bool marked)
{
    const char *row = stage_row(t, name);

    if (row[0] == '\0' || (row[1] == '*') != marked)
        stage_fail(t, marked ? "A mark is missing." : "A mark is too much.");
}

static void mark(struct screen *t, const char *name)
{
    stage_choose(t, name);
    screen_send(t, " ");
    screen_settle(t, STAGE_QUIET);
    stage_wait_row(t, name, name);
    assert_marked(t, name, true);
}

static void wait_results(struct screen *t)
{
    screen_wait(t, "Kết quả", STAGE_WAIT);
    screen_wait(t, "Enter Về bảng", STAGE_WAIT);
    screen_settle(t, STAGE_QUIET);
}

static void assert_row_says(struct screen *t, const char *name, const char *text)
{
    if (strstr(stage_row(t, name), text) == NULL)
        stage_fail(t, text);
}

static void back_to_the_table(struct screen *t)
{
    screen_send(t, SCREEN_ENTER);
    screen_wait(t, "Việc cần làm", STAGE_WAIT);
    screen_settle(t, STAGE_QUIET);
}

static void test_four_in_one_go_and_one_is_refused(void **state)
{
    struct screen *t = stage_open(&stage, &stage_xterm);
    char date[16];

    (void)state;
    stage_enter(t, "nguyenvanan", STAGE_PASSWORD);
    mark(t, MAIL);
    mark(t, DOCUMENTS);
    mark(t, PERSONNEL);
    mark(t, ACCOUNTING); /* its policy wants 14 characters, which only the server knows */
    screen_send(t, SCREEN_ENTER);

    screen_wait(t, TITLE("1/4", MAIL), STAGE_WAIT);
    stage_change(t, STAGE_SYSTEM_PASSWORD, NEW_PASSWORD);
    screen_wait(t, TITLE("2/4", DOCUMENTS), STAGE_WAIT);
    stage_change(t, STAGE_SYSTEM_PASSWORD, SECOND_NEW_PASSWORD);
    screen_wait(t, TITLE("3/4", PERSONNEL), STAGE_WAIT);
    stage_change(t, STAGE_SYSTEM_PASSWORD, THIRD_NEW_PASSWORD);
    screen_wait(t, TITLE("4/4", ACCOUNTING), STAGE_WAIT);
    stage_change(t, STAGE_SYSTEM_PASSWORD, "Khe-chin6b");
    stage_wait_sentence(t, "Mật khẩu mới: quá ngắn đối với máy chủ này. Chưa có gì thay đổi; hãy "
                           "chọn mật khẩu dài hơn.");
    screen_escape(t); /* no other one now */
    wait_results(t);

    assert_true(stage_has_sentence(t, "Đã đổi 3 trong số 4 mật khẩu."));
    stage_lasts_until(&stage.main, STAGE_ACCOUNT("mail", "nguyenvanan"), date);
    assert_row_says(t, MAIL, "đã đổi, hạn mới");
    assert_row_says(t, MAIL, date);
    assert_row_says(t, DOCUMENTS, "đã đổi, hạn mới");
    assert_row_says(t, PERSONNEL, "đã đổi, hạn mới");
    assert_row_says(t, ACCOUNTING, "CHƯA đổi: quá ngắn");

    back_to_the_table(t);
    assert_marked(t, MAIL, false);
    assert_marked(t, DOCUMENTS, false);
    assert_marked(t, PERSONNEL, false);
    assert_marked(t, ACCOUNTING, true);
    assert_row_says(t, MAIL, date);

    assert_true(slapd_binds(&stage.main, STAGE_ACCOUNT("mail", "nguyenvanan"), NEW_PASSWORD));
    assert_true(
        slapd_binds(&stage.main, STAGE_ACCOUNT("documents", "nguyenvanan"), SECOND_NEW_PASSWORD));
    assert_true(
        slapd_binds(&stage.main, STAGE_ACCOUNT("personnel", "nguyenvanan"), THIRD_NEW_PASSWORD));
    assert_true(slapd_binds(&stage.main, STAGE_ACCOUNT("accounting", "nguyenvanan"),
                            STAGE_SYSTEM_PASSWORD));

    /* What is left is resumed by one key. */
    screen_send(t, SCREEN_ENTER);
    screen_wait(t, "Đổi mật khẩu: " ACCOUNTING, STAGE_WAIT);
    stage_change(t, STAGE_SYSTEM_PASSWORD, "Khe-chin5b-dai-hon");
    stage_wait_sentence(t, ACCOUNTING ": đã đổi mật khẩu");
    screen_settle(t, STAGE_QUIET);
    assert_marked(t, ACCOUNTING, false);
    assert_true(
        slapd_binds(&stage.main, STAGE_ACCOUNT("accounting", "nguyenvanan"), "Khe-chin5b-dai-hon"));
}

/* Everything that is due, and nothing else; a shared password counts once. */
static void test_f5_marks_what_is_due(void **state)
{
    struct screen *t = stage_open(&stage, &stage_xterm);

    (void)state;
    stage_enter(t, "nguyenthixuan", STAGE_PASSWORD);
    screen_send(t, SCREEN_F(5));
    stage_wait_sentence(t, "Đã chọn 2 mật khẩu đến hạn. Nhấn Enter để đổi lần lượt.");
    screen_settle(t, STAGE_QUIET);
    assert_marked(t, OWN, true);
    assert_marked(t, PORTAL, true);
    assert_marked(t, CASES, true);
    assert_marked(t, MAIL, false);
    assert_marked(t, STATS, false);
    screen_send(t, SCREEN_ENTER);
    screen_wait(t, "Đổi mật khẩu (1/2): ", STAGE_WAIT);
}

static void test_f5_when_nothing_is_due(void **state)
{
    struct screen *t = stage_open(&stage, &stage_xterm);

    (void)state;
    stage_enter(t, "truongvansy", STAGE_PASSWORD);
    screen_send(t, SCREEN_F(5));
    stage_wait_sentence(t, "Không có mục nào đến hạn.");
}

static void test_space_takes_a_mark_away(void **state)
{
    struct screen *t = stage_open(&stage, &stage_xterm);

    (void)state;
    stage_enter(t, "truongvansy", STAGE_PASSWORD);
    mark(t, STATS);
    stage_choose(t, STATS);
    screen_send(t, " ");
    screen_settle(t, STAGE_QUIET);
    assert_marked(t, STATS, false);
}

static void test_skipping_and_giving_up(void **state)
{
    struct screen *t = stage_open(&stage, &stage_xterm);

    (void)state;
    stage_enter(t, "hothiyen", STAGE_PASSWORD);
    screen_send(t, SCREEN_F(5));
    stage_wait_sentence(t, "mật khẩu đến hạn. Nhấn Enter để đổi lần lượt.");
    screen_send(t, SCREEN_ENTER);
    screen_wait(t, "Đổi mật khẩu (1/5): ", STAGE_WAIT);
    screen_escape(t);
    screen_wait(t, "Đổi mật khẩu (2/5): ", STAGE_WAIT);
    screen_wait(t, "bỏ qua", STAGE_WAIT);
    screen_wait(t, "Mật khẩu hiện tại", STAGE_WAIT);
    stage_change(t, STAGE_SYSTEM_PASSWORD, NEW_PASSWORD);
    screen_wait(t, "Đổi mật khẩu (3/5): ", STAGE_WAIT);
    screen_wait(t, "F10 Bỏ qua hết", STAGE_WAIT);
    screen_send(t, SCREEN_F(10));
    wait_results(t);
    assert_true(stage_has_sentence(t, "Đã đổi 1 trong số 5 mật khẩu."));
    back_to_the_table(t);
    /* Four accounts are left; the log-in account stands for two rows. */
    for (int y = 0, marks = 0; y < 24; y++) {
        marks += screen_row(t, y)[1] == '*';
        if (y == 23)
            assert_int_equal(marks, 5);
    }
}

/* The log-in account among others: its password is known, the next ones are still reached. */
static void test_the_own_password_in_the_middle(void **state)
{
    struct screen *t = stage_open(&stage, &stage_xterm);

    (void)state;
    stage_enter(t, "caominhtam", STAGE_PASSWORD);
    mark(t, OWN);
    mark(t, STATS);
    mark(t, MAIL);
    screen_send(t, SCREEN_ENTER);
    screen_wait(t, TITLE("1/3", OWN), STAGE_WAIT);
    screen_settle(t, STAGE_QUIET);
    assert_false(screen_has(t, "Mật khẩu hiện tại"));
    stage_change(t, NULL, NEW_PASSWORD);
    screen_wait(t, "Đổi mật khẩu (2/3): ", STAGE_WAIT);
    screen_send(t, STAGE_SYSTEM_PASSWORD SCREEN_TAB NEW_PASSWORD);
    stage_wait_sentence(t, "Mật khẩu này vừa được đặt cho một hệ thống khác.");
    screen_send(t, SCREEN_CLEAR SECOND_NEW_PASSWORD SCREEN_TAB SECOND_NEW_PASSWORD SCREEN_ENTER);
    screen_wait(t, "Đổi mật khẩu (3/3): ", STAGE_WAIT);
    stage_change(t, STAGE_SYSTEM_PASSWORD, THIRD_NEW_PASSWORD);
    wait_results(t);
    stage_wait_sentence(t, "Đã đổi xong cả 3 mật khẩu.");
    assert_true(slapd_binds(&stage.main, STAGE_PERSON("caominhtam"), NEW_PASSWORD));
    assert_true(
        slapd_binds(&stage.main, STAGE_ACCOUNT("stats", "caominhtam"), SECOND_NEW_PASSWORD));
    assert_true(slapd_binds(&stage.main, STAGE_ACCOUNT("mail", "caominhtam"), THIRD_NEW_PASSWORD));
}

static void test_a_wrong_current_password_may_be_typed_again(void **state)
{
    struct screen *t = stage_open(&stage, &stage_xterm);

    (void)state;
    stage_enter(t, "dinhthiut", STAGE_PASSWORD);
    stage_choose(t, MAIL);
    screen_send(t, SCREEN_ENTER);
    screen_wait(t, "Mật khẩu hiện tại", STAGE_WAIT);
    stage_change(t, "Hethong#02", NEW_PASSWORD);
    stage_wait_sentence(t, "Máy chủ chưa đổi: mật khẩu hiện tại sai, hoặc máy chủ lúc này không "
                           "nhận thay đổi. Chưa có gì thay đổi. Xin nhập lại mật khẩu hiện tại");
    assert_true(
        slapd_binds(&stage.main, STAGE_ACCOUNT("mail", "dinhthiut"), STAGE_SYSTEM_PASSWORD));
    screen_settle(t, STAGE_QUIET);
    assert_true(screen_has(t, "Đổi mật khẩu: " MAIL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCREEN_TEST(test_four_in_one_go_and_one_is_refused),
        SCREEN_TEST(test_f5_marks_what_is_due),
        SCREEN_TEST(test_f5_when_nothing_is_due),
        SCREEN_TEST(test_space_takes_a_mark_away),
        SCREEN_TEST(test_skipping_and_giving_up),
        SCREEN_TEST(test_the_own_password_in_the_middle),
        SCREEN_TEST(test_a_wrong_current_password_may_be_typed_again),
    };

    return cmocka_run_group_tests(tests, prepare, clear);
}
