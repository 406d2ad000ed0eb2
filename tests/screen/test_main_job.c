/* SPDX-License-Identifier: MIT */

/* The main job, end to end, in every language and on the poorest terminal. */

#include "common.h"

#define NEW_SYSTEM_PASSWORD "Khe-chin5b"
#define NEW_PASSWORD "Xoong+gang3"

/* What the screen says in one language. */
struct words {
    const char *login;
    const char *todo;
    const char *asking;
    const char *own;    /* the row of the person's own account */
    const char *stats;  /* the row of the system that is changed */
    const char *change; /* begins the title of a change */
    const char *current;
    const char *again;
    const char *matches;
    const char *changed;
    const char *refused;
    const char *log_out;
};

static const struct words vietnamese = {
    .login = "Tên đăng nhập",
    .todo = "Việc cần làm",
    .asking = "đang đọc",
    .own = "Tài khoản đăng nhập của Bộ",
    .stats = "Báo cáo thống kê",
    .change = "Đổi mật khẩu: ",
    .current = "Mật khẩu hiện tại",
    .again = "Nhập lại mật khẩu mới",
    .matches = "]  khớp",
    .changed = ": đã đổi mật khẩu, hạn mới là ngày ",
    .refused = "Máy chủ không chấp nhận mật khẩu",
    .log_out = "F10 Đăng xuất",
};

static const struct words plain = {
    .login = "Ten dang nhap",
    .todo = "Viec can lam",
    .asking = "dang doc",
    .own = "Tai khoan dang nhap cua Bo",
    .stats = "Bao cao thong ke",
    .change = "Doi mat khau: ",
    .current = "Mat khau hien tai",
    .again = "Nhap lai mat khau moi",
    .matches = "]  khop",
    .changed = ": da doi mat khau, han moi la ngay ",
    .refused = "May chu khong chap nhan mat khau",
    .log_out = "F10 Dang xuat",
};

static const struct words english = {
    .login = "Log-in name",
    .todo = "What to do",
    .asking = "asking...",
    .own = "Ministry log-in account",
    .stats = "Báo cáo thống kê",
    .change = "Change password: ",
    .current = "Current password",
    .again = "New password again",
    .matches = "]  match",
    .changed = ": the password has been changed; it now lasts until ",
    .refused = "The server did not accept the password",
    .log_out = "F10 Log out",
};

static void log_in(struct screen *t, const struct words *w, const char *login, const char *password)
{
    screen_wait(t, w->login, STAGE_WAIT);
    screen_send(t, login);
    screen_send(t, SCREEN_ENTER);
    screen_send(t, password);
    screen_send(t, SCREEN_ENTER);
}

static void enter(struct screen *t, const struct words *w, const char *login, const char *password)
{
    log_in(t, w, login, password);
    screen_wait(t, w->todo, STAGE_WAIT);
    screen_settle(t, STAGE_QUIET);
    screen_wait_gone(t, w->asking, STAGE_WAIT);
}

static void log_out(struct screen *t, const struct words *w)
{
    screen_wait(t, w->log_out, STAGE_WAIT);
    screen_send(t, SCREEN_F(10));
    screen_wait(t, w->login, STAGE_WAIT);
}

/* Opens the change of the row `name` and makes it; `old_password` NULL: must not be asked for. */
static void change(struct screen *t, const struct words *w, const char *name,
                   const char *old_password, const char *new_password)
{
    char title[128];

    stage_choose(t, name);
    screen_send(t, SCREEN_ENTER);
    snprintf(title, sizeof title, "%s%s", w->change, name);
    screen_wait(t, title, STAGE_WAIT);
    screen_wait(t, w->again, STAGE_WAIT);
    screen_settle(t, STAGE_QUIET);
    assert_int_equal(screen_has(t, w->current), old_password != NULL);
    if (old_password != NULL) {
        screen_send(t, old_password);
        screen_send(t, SCREEN_ENTER);
    }
    screen_send(t, new_password);
    screen_send(t, SCREEN_ENTER);
    screen_send(t, new_password);
    screen_wait(t, w->matches, STAGE_WAIT);
    screen_send(t, SCREEN_ENTER);
    screen_wait(t, w->todo, STAGE_WAIT);
    screen_settle(t, STAGE_QUIET);
}

/* The row `name` and the sentence below the table tell the date that the server stands for. */
static void assert_lasts(struct screen *t, const struct words *w, const char *name, const char *dn)
{
    char date[16];
    char sentence[128];

    stage_lasts_until(&stage.main, dn, date);
    snprintf(sentence, sizeof sentence, "%s%s", w->changed, date);
    stage_wait_sentence(t, sentence);
    stage_wait_row(t, name, date);
}

/* From log-in to the log-in with the new password, as the person `login`. */
static void do_the_job(struct screen *t, const struct words *w, const char *login)
{
    char person[128];
    char account[128];

    snprintf(person, sizeof person, "uid=%s,ou=people," STAGE_MAIN, login);
    snprintf(account, sizeof account, "uid=%s,ou=stats,ou=systems," STAGE_MAIN, login);

    enter(t, w, login, STAGE_PASSWORD);
    change(t, w, w->stats, STAGE_SYSTEM_PASSWORD, NEW_SYSTEM_PASSWORD);
    assert_lasts(t, w, w->stats, account);
    assert_true(slapd_binds(&stage.main, account, NEW_SYSTEM_PASSWORD));
    assert_false(slapd_binds(&stage.main, account, STAGE_SYSTEM_PASSWORD));
    assert_true(slapd_binds(&stage.main, person, STAGE_PASSWORD));
    log_out(t, w);

    enter(t, w, login, STAGE_PASSWORD);
    change(t, w, w->own, NULL, NEW_PASSWORD);
    assert_lasts(t, w, w->own, person);
    assert_true(slapd_binds(&stage.main, person, NEW_PASSWORD));
    log_out(t, w);

    log_in(t, w, login, STAGE_PASSWORD);
    screen_wait(t, w->refused, STAGE_WAIT);
    screen_settle(t, STAGE_QUIET);
    assert_false(screen_has(t, w->todo));
    /* The name stays, the password has to be typed again. */
    screen_send(t, NEW_PASSWORD SCREEN_ENTER);
    screen_wait(t, w->todo, STAGE_WAIT);
    log_out(t, w);
    screen_send(t, SCREEN_F(10));
    assert_int_equal(screen_wait_exit(t, STAGE_WAIT), 0);
}

static void assert_ascii(struct screen *t)
{
    size_t size;
    const char *output = screen_output(t, &size);

    for (size_t i = 0; i < size; i++)
        assert_in_range((unsigned char)output[i], 0, 0x7f);
}

static void test_vietnamese(void **state)
{
    (void)state;
    do_the_job(stage_open(&stage, &stage_xterm), &vietnamese, "tranvanbinh");
}

static void test_without_diacritics_on_a_vt100(void **state)
{
    struct screen *t = stage_open(&stage, &stage_vt100);

    (void)state;
    do_the_job(t, &plain, "duongthiphuc");
    assert_ascii(t);
}

static void test_without_diacritics_on_request(void **state)
{
    struct stage_terminal terminal = stage_xterm;
    struct screen *t;

    (void)state;
    terminal.arguments[0] = "--khong-dau";
    t = stage_open(&stage, &terminal);
    enter(t, &plain, "truongvansy", STAGE_PASSWORD);
    screen_wait(t, "Truong Van Sy - Chi cuc THADS huyen Minh Son", 2000);
    assert_ascii(t);
}

static void test_english(void **state)
{
    struct stage_terminal terminal = stage_xterm;

    (void)state;
    terminal.arguments[0] = "--lang=en";
    do_the_job(stage_open(&stage, &terminal), &english, "hovanvu");
}

/* A machine whose locale was never generated is no reason to speak anything else. */
static void test_vietnamese_whatever_lang_says(void **state)
{
    struct stage_terminal terminal = stage_xterm;
    struct screen *t;

    (void)state;
    terminal.lang = "xx_YY.UTF-8";
    t = stage_open(&stage, &terminal);
    enter(t, &vietnamese, "tranthiy", STAGE_PASSWORD);
    stage_close(&stage);
    terminal.lang = "en_US.UTF-8";
    t = stage_open(&stage, &terminal);
    enter(t, &vietnamese, "tranthiy", STAGE_PASSWORD);
}

/* Worst first, every row with its date, what is left and what to do. */
static void test_the_table_says_the_most_urgent_first(void **state)
{
    static const char *const rows[][2] = {
        {"Thư điện tử công vụ", "Đổi ngay"},
        {"Quản lý văn bản và điều hành", "Đổi ngay"},
        {"Quản lý cán bộ", "Đổi ngay"},
        {"Kế toán nội bộ", "Đổi ngay"},
        {"Quản lý thụ lý, tổ chức thi hành án", "Nên đổi"},
        {"Tài khoản đăng nhập của Bộ", "Nên đổi"},
        {"Cổng thông tin nội bộ", "Nên đổi"},
        {"Báo cáo thống kê", "-"},
        {"Thanh toán với kho bạc", "Nhấn Enter để xem"},
    };
    struct screen *t = stage_open(&stage, &stage_xterm);
    int first;
    char date[16];

    (void)state;
    enter(t, &vietnamese, "nguyenvanan", STAGE_PASSWORD);
    assert_non_null(strstr(screen_row(t, 0), "Nguyễn Văn An - Phòng Nghiệp vụ 3"));
    first = screen_find(t, rows[0][0]);
    for (int i = 0; i < (int)(sizeof rows / sizeof *rows); i++) {
        const char *row = screen_row(t, first + i);

        assert_non_null(strstr(row, rows[i][0]));
        assert_string_equal(row + strlen(row) - strlen(rows[i][1]), rows[i][1]);
    }
    assert_non_null(strstr(stage_row(t, "Thư điện tử"), "còn 3 lượt"));
    stage_lasts_until(&stage.main, STAGE_PERSON("nguyenvanan"), date);
    assert_non_null(strstr(stage_row(t, "Tài khoản đăng nhập"), date));
    assert_non_null(strstr(stage_row(t, "Cổng thông tin"), date));
    assert_non_null(strstr(stage_row(t, "Thanh toán"), "chưa rõ"));
}

/* The detail line below the table says why, also for what cannot be known. */
static void test_the_reason_stands_below_the_table(void **state)
{
    struct screen *t = stage_open(&stage, &stage_xterm);

    (void)state;
    enter(t, &vietnamese, "tranthihoa", STAGE_PASSWORD);
    stage_choose(t, "Thư điện tử công vụ");
    screen_wait(t, "Bị khoá cho đến khi có người mở. Hãy gọi bộ phận hỗ trợ.", STAGE_WAIT);
    stage_choose(t, "Quản lý thụ lý, tổ chức thi hành án");
    screen_wait(t, "sẽ tự mở", STAGE_WAIT);
    stage_choose(t, "Báo cáo thống kê");
    screen_wait(t, "Tài khoản này không dùng được", STAGE_WAIT);
    stage_choose(t, "Kế toán nội bộ");
    screen_wait(t, "hết hạn và không còn lượt đăng nhập", STAGE_WAIT);
    stage_choose(t, "Quản lý văn bản");
    screen_wait(t, "Máy chủ không cho biết lần đổi", STAGE_WAIT);
    stage_choose(t, "Quản lý cán bộ");
    screen_wait(t, "nhiều hơn một tài khoản khớp với bạn", STAGE_WAIT);
    stage_choose(t, "Tài khoản đăng nhập của Bộ");
    screen_wait(t, "đổi gần nhất ngày", STAGE_WAIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCREEN_TEST(test_vietnamese),
        SCREEN_TEST(test_without_diacritics_on_a_vt100),
        SCREEN_TEST(test_without_diacritics_on_request),
        SCREEN_TEST(test_english),
        SCREEN_TEST(test_vietnamese_whatever_lang_says),
        SCREEN_TEST(test_the_table_says_the_most_urgent_first),
        SCREEN_TEST(test_the_reason_stands_below_the_table),
    };

    return cmocka_run_group_tests(tests, prepare, clear);
}
