/* SPDX-License-Identifier: MIT */

/* What fingers, input methods and the clipboard put into a password field. */

#include "common.h"

#define STATS "Báo cáo thống kê"
#define OWN "Tài khoản đăng nhập của Bộ"
#define INPUT_METHOD "Chữ vừa gõ có dấu: bộ gõ tiếng Việt đang bật."
#define OTHER_FORM                                                                                                                   \
    "một số hệ thống lưu chữ có dấu ở dạng Unicode tổ hợp. F3 thử dạng đó một lần, tính là thêm " \
    "một lần thử."
#define F3 "F3 Thử Unicode tổ hợp"

/* The same letters in one piece and apart. */
#define COMPOSED "M\xe1\xba\xadt-kh\xe1\xba\xa9u-7x"
#define APART "Ma\xcc\xa3\xcc\x82t-kha\xcc\x82\xcc\x89u-7x"

static struct screen *at_the_password(const char *login)
{
    struct screen *t = stage_open(&stage, &stage_xterm);

    screen_wait(t, "Tên đăng nhập", STAGE_WAIT);
    screen_send(t, login);
    screen_send(t, SCREEN_TAB);
    return t;
}

static void set_password(const char *dn, const char *password)
{
    slapd_set(&stage.main, dn, "userPassword", password);
    slapd_set(&stage.main, dn, "pwdReset", NULL);
}

static void test_an_accent_means_the_input_method_is_on(void **state)
{
    struct screen *t = at_the_password("tranvanbinh");

    (void)state;
    screen_send(t, "Mat");
    screen_settle(t, STAGE_QUIET);
    assert_false(stage_has_sentence(t, INPUT_METHOD));
    screen_send(t, "\xe1\xba\xad");
    stage_wait_sentence(t, INPUT_METHOD);
    stage_wait_sentence(t, "hãy tắt bộ gõ (Ctrl+Shift, hoặc bấm chuột vào chữ V ở góc màn hình để "
                           "thành chữ E), xoá ô bằng Ctrl+U rồi gõ lại.");
    screen_wait(t, "[****  ", STAGE_WAIT);
    screen_send(t, "x"); /* and it stays while one goes on typing */
    screen_wait(t, "[***** ", STAGE_WAIT);
    assert_true(stage_has_sentence(t, INPUT_METHOD));
    screen_send(t, SCREEN_CLEAR STAGE_PASSWORD SCREEN_ENTER);
    screen_wait(t, "Việc cần làm", STAGE_WAIT);
}

static void test_an_accent_where_no_utf8_is_shown(void **state)
{
    struct screen *t = stage_open(&stage, &stage_vt100);

    (void)state;
    screen_wait(t, "Ten dang nhap", STAGE_WAIT);
    screen_send(t, "tranvanbinh" SCREEN_TAB "Ma\xe1\xba\xad");
    stage_wait_sentence(t, "Chu vua go co dau: bo go tieng Viet dang bat. Neu khong chu y, hay tat "
                           "bo go (Ctrl+Shift, hoac bam chuot vao chu V o goc man hinh de thanh "
                           "chu E), xoa o bang Ctrl+U roi go lai.");
    screen_wait(t, "[*** ", STAGE_WAIT);
}

/* However it is typed, it is sent in one piece; a letter is one star, and one Backspace. */
static void test_what_is_typed_apart_is_sent_in_one_piece(void **state)
{
    struct screen *t = at_the_password("lythithuy");

    (void)state;
    set_password(STAGE_PERSON("lythithuy"), COMPOSED);
    screen_send(t, "Ma\xcc\xa3\xcc\x82"
                   "a\xcc\xa3\xcc\x82");
    screen_wait(t, "[*** ", STAGE_WAIT);
    screen_send(t, SCREEN_BACKSPACE);
    screen_wait(t, "[**  ", STAGE_WAIT);
    screen_send(t, "t-kha\xcc\x82\xcc\x89u-7x" SCREEN_ENTER);
    screen_wait(t, "Việc cần làm", STAGE_WAIT);
}

/* One try of a person is one bind; the other form waits for F3. */
static void test_the_other_form_is_offered_at_the_log_in(void **state)
{
    const char *dn = STAGE_PERSON("hoangthiem");
    struct screen *t = at_the_password("hoangthiem");

    (void)state;
    set_password(dn, APART);
    screen_send(t, COMPOSED SCREEN_ENTER);
    stage_wait_sentence(t, OTHER_FORM);
    screen_wait(t, F3, STAGE_WAIT);
    screen_settle(t, 300);
    assert_int_equal(slapd_count(&stage.main, dn, "pwdFailureTime"), 1);
    screen_send(t, SCREEN_F(3));
    screen_wait(t, "Việc cần làm", STAGE_WAIT);
}

static void test_the_other_form_is_offered_once(void **state)
{
    const char *dn = STAGE_PERSON("vuquochuy");
    struct screen *t = at_the_password("vuquochuy");

    (void)state;
    screen_send(t, COMPOSED SCREEN_ENTER);
    screen_wait(t, F3, STAGE_WAIT);
    screen_send(t, SCREEN_F(3));
    screen_wait_gone(t, F3, STAGE_WAIT);
    stage_wait_sentence(t, "Máy chủ không chấp nhận mật khẩu");
    assert_false(stage_has_sentence(t, OTHER_FORM));
    assert_int_equal(slapd_count(&stage.main, dn, "pwdFailureTime"), 2);
    /* Nothing to offer for what has no accents, and none after something else was typed. */
    screen_send(t, "Khong-dau-7" SCREEN_ENTER);
    screen_settle(t, 300);
    stage_wait_sentence(t, "Máy chủ không chấp nhận mật khẩu");
    assert_false(screen_has(t, F3));
    screen_send(t, COMPOSED SCREEN_ENTER);
    screen_wait(t, F3, STAGE_WAIT);
    screen_send(t, "X");
    screen_wait_gone(t, F3, STAGE_WAIT);
    assert_int_equal(slapd_count(&stage.main, dn, "pwdFailureTime"), 4);
}

static void test_the_other_form_is_offered_at_a_change(void **state)
{
    const char *dn = STAGE_ACCOUNT("stats", "phanthihanh");
    struct screen *t = stage_open(&stage, &stage_xterm);

    (void)state;
    set_password(dn, APART);
    stage_enter(t, "phanthihanh", STAGE_PASSWORD);
    stage_choose(t, STATS);
    screen_send(t, SCREEN_ENTER);
    screen_wait(t, "Mật khẩu hiện tại", STAGE_WAIT);
    stage_change(t, COMPOSED, "Khe-chin5b");
    stage_wait_sentence(t, OTHER_FORM);
    assert_true(slapd_binds(&stage.main, dn, APART));
    screen_send(t, SCREEN_F(3));
    stage_wait_sentence(t, STATS ": đã đổi mật khẩu");
    assert_true(slapd_binds(&stage.main, dn, "Khe-chin5b"));
}

/* F2 shows the new password; leaving the field hides it, and so does time. */
static void test_f2_hides_by_itself(void **state)
{
    struct screen *t = stage_open(&stage, &stage_xterm);

    (void)state;
    stage_enter(t, "tranvanbinh", STAGE_PASSWORD);
    stage_choose(t, OWN);
    screen_send(t, SCREEN_ENTER);
    screen_wait(t, "Đổi mật khẩu: " OWN, STAGE_WAIT);
    screen_send(t, "Khe-chin5b" SCREEN_F(2));
    screen_wait(t, "[Khe-chin5b ", STAGE_WAIT);
    screen_send(t, SCREEN_TAB);
    screen_wait_gone(t, "Khe-chin5b", STAGE_WAIT);
    screen_send(t, SCREEN_BACK_TAB SCREEN_F(2));
    screen_wait(t, "[Khe-chin5b ", STAGE_WAIT);
    screen_wait_gone(t, "Khe-chin5b", 12000);
}

/* A password manager's paste: typed as it is, and its line end submits nothing. */
static void test_a_paste_is_typing(void **state)
{
    struct screen *t = stage_open(&stage, &stage_xterm);

    (void)state;
    stage_enter(t, "tranvanbinh", STAGE_PASSWORD);
    stage_choose(t, OWN);
    screen_send(t, SCREEN_ENTER);
    screen_wait(t, "Đổi mật khẩu: " OWN, STAGE_WAIT);
    screen_send(t, SCREEN_PASTE("Khe-chin5b\r"));
    screen_wait(t, "[********** ", STAGE_WAIT);
    screen_wait(t, "Độ mạnh: ", STAGE_WAIT);
    screen_send(t, SCREEN_F(2));
    screen_wait(t, "[Khe-chin5b ", STAGE_WAIT);
    screen_send(t, SCREEN_PASTE("\xe1\xba\xad"));
    stage_wait_sentence(t, "Mật khẩu mới chỉ dùng chữ không dấu, chữ số và ký hiệu.");
    screen_wait(t, "[Khe-chin5b ", STAGE_WAIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCREEN_TEST(test_an_accent_means_the_input_method_is_on),
        SCREEN_TEST(test_an_accent_where_no_utf8_is_shown),
        SCREEN_TEST(test_what_is_typed_apart_is_sent_in_one_piece),
        SCREEN_TEST(test_the_other_form_is_offered_at_the_log_in),
        SCREEN_TEST(test_the_other_form_is_offered_once),
        SCREEN_TEST(test_the_other_form_is_offered_at_a_change),
        SCREEN_TEST(test_f2_hides_by_itself),
        SCREEN_TEST(test_a_paste_is_typing),
    };

    return cmocka_run_group_tests(tests, prepare, clear);
}
