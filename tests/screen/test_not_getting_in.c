/* SPDX-License-Identifier: MIT */

/* For each way of not getting in the one true sentence, and never a second try behind one's back.
 */

#include "common.h"

#define REFUSED                                                                                                              \
    "Máy chủ không chấp nhận mật khẩu: mật khẩu sai, hoặc tài khoản đang bị khoá. Hãy kiểm tra " \
    "phím Caps Lock và bộ gõ rồi thử lại, nhưng không quá hai lần: nhập sai nhiều lần, máy chủ "    \
    "sẽ khoá tài khoản."
#define REFUSED_NAME_OR_PASSWORD                                                                                            \
    "Máy chủ không chấp nhận tên và mật khẩu này: một trong hai bị sai, hoặc tài khoản đang bị " \
    "khoá."
#define LOCKED "Tài khoản này đang bị khoá hoặc ngừng sử dụng."
#define EXPIRED "Mật khẩu đã hết hạn và không còn lượt đăng nhập."
#define UNREACHABLE "Không kết nối được máy chủ."
#define NO_ANSWER "Máy chủ không trả lời kịp thời."
#define STOPPED "Đã thôi chờ. Chưa đăng nhập."
#define NAME_ALONE "Tên đăng nhập là tên thư điện tử không kèm phần từ dấu @."

#define SEARCH "person = (&(objectClass=inetOrgPerson)(uid=%u))"
#define TEMPLATE "person_dn = uid=%u,ou=people," STAGE_MAIN

/* A second stage, for a test whose server is set up in another way. */
static struct stage other;

static int close_other(void **state)
{
    (void)state;
    stage_remove(&other);
    return 0;
}

/* The configuration as it was, and the first server with its first certificate. */
static int restore(void **state)
{
    close_screen(state);
    slapd_certificate(&stage.main, "good");
    stage_configure(&stage);
    return 0;
}

/* Binds since `before`, without those by which they are counted. */
static int binds(int before)
{
    return slapd_operations(&stage.main, "Bind") - before - 1;
}

static void log_in_and_read(const char *login, const char *password, const char *sentence)
{
    struct screen *t = stage_open(&stage, &stage_xterm);

    stage_log_in(t, login, password);
    stage_wait_sentence(t, sentence);
    screen_settle(t, STAGE_QUIET);
    assert_false(screen_has(t, "Việc cần làm"));
    assert_true(screen_has(t, login)); /* the name stays, to be corrected */
    assert_false(screen_has(t, "[*")); /* the password goes */
}

static void test_wrong_password_is_tried_once(void **state)
{
    const char *dn = STAGE_PERSON("hoangthiem");
    int before = slapd_operations(&stage.main, "Bind");

    (void)state;
    log_in_and_read("hoangthiem", "Matkhau#02", REFUSED);
    assert_int_equal(binds(before), 1);
    assert_int_equal(slapd_count(&stage.main, dn, "pwdFailureTime"), 1);
}

static void test_the_next_try_may_succeed(void **state)
{
    struct screen *t = stage_open(&stage, &stage_xterm);

    (void)state;
    stage_log_in(t, "phanthihanh", "Matkhau#02");
    stage_wait_sentence(t, REFUSED);
    screen_send(t, STAGE_PASSWORD SCREEN_ENTER);
    screen_wait(t, "Phan Thị Hạnh - ", STAGE_WAIT);
}

static void test_locked(void **state)
{
    (void)state;
    log_in_and_read("hoangminhduc", STAGE_PASSWORD, LOCKED);
}

static void test_locked_for_good(void **state)
{
    (void)state;
    log_in_and_read("buithinga", STAGE_PASSWORD, LOCKED);
}

static void test_no_longer_valid(void **state)
{
    (void)state;
    log_in_and_read("dangquangphu", STAGE_PASSWORD, LOCKED);
}

static void test_not_yet_valid(void **state)
{
    (void)state;
    log_in_and_read("ngothiphuong", STAGE_PASSWORD, LOCKED);
}

/* A server that does not tell a lock from a wrong password gets a sentence that holds for both. */
static void test_locked_where_the_server_does_not_say_so(void **state)
{
    static const char *const silent[] = {"--anonymous-search", "--no-use-lockout", NULL};
    struct screen *t;

    (void)state;
    stage_prepare(&other, silent);
    t = stage_open(&other, &stage_xterm);
    stage_log_in(t, "buithinga", STAGE_PASSWORD);
    stage_wait_sentence(t, REFUSED);
    assert_false(stage_has_sentence(t, LOCKED));
}

static void test_expired_without_grace(void **state)
{
    (void)state;
    log_in_and_read("dothitram", STAGE_PASSWORD, EXPIRED);
}

static void test_expired_with_grace_leads_to_the_change(void **state)
{
    struct screen *t = stage_open(&stage, &stage_xterm);

    (void)state;
    stage_log_in(t, "lehoangcuong", STAGE_PASSWORD);
    screen_wait(t, "Đổi mật khẩu: Tài khoản đăng nhập của Bộ", STAGE_WAIT);
    stage_wait_sentence(t, "Mật khẩu đã hết hạn; sau lần này chỉ còn 2 lượt đăng nhập.");
    stage_close(&stage);

    t = stage_open(&stage, &stage_xterm);
    stage_log_in(t, "vuthilan", STAGE_PASSWORD);
    stage_wait_sentence(t, "Mật khẩu đã hết hạn và đây là lượt đăng nhập cuối cùng.");
    /* Nobody gets in once more, but who is in can still change it: the table says so. */
    screen_send(t, "\033");
    screen_wait(t, "Việc cần làm", STAGE_WAIT);
    stage_wait_sentence(t, "Mật khẩu đã hết hạn nên không dùng để đăng nhập được, nhưng vẫn đổi "
                           "được tại đây. Hãy đổi ngay.");
    screen_send(t, SCREEN_ENTER);
    screen_wait(t, "Đổi mật khẩu: Tài khoản đăng nhập của Bộ", STAGE_WAIT);
}

static void test_must_change_leads_to_the_change(void **state)
{
    struct screen *t = stage_open(&stage, &stage_xterm);

    (void)state;
    stage_log_in(t, "phamthidung", STAGE_PASSWORD);
    screen_wait(t, "Đổi mật khẩu: Tài khoản đăng nhập của Bộ", STAGE_WAIT);
    stage_wait_sentence(t, "Mật khẩu này do người khác cấp, vì vậy bạn phải đổi sang mật khẩu của "
                           "riêng mình trước khi tiếp tục.");
}

static void test_unknown_person_found_by_search(void **state)
{
    int before = slapd_operations(&stage.main, "Bind");

    (void)state;
    log_in_and_read("khongcoai", STAGE_PASSWORD,
                    "Không có ai mang tên đăng nhập này. Xin kiểm tra lại cách viết rồi thử lại.");
    assert_int_equal(binds(before), 0);
}

/* What means something in a filter or a DN is only a letter in a name. */
static void test_a_name_is_no_pattern(void **state)
{
    (void)state;
    log_in_and_read("tranvanbin*", STAGE_PASSWORD, "Không có ai mang tên đăng nhập này.");
    stage_close(&stage);
    log_in_and_read("x)(uid=tranvanbinh", STAGE_PASSWORD, "Không có ai mang tên đăng nhập này.");
}

/* By template nobody is looked up, so nobody can tell an unknown name from a wrong password. */
static void test_unknown_person_by_template(void **state)
{
    struct screen *t;

    (void)state;
    stage_replace(&stage, SEARCH, TEMPLATE);
    log_in_and_read("khongcoai", STAGE_PASSWORD, REFUSED_NAME_OR_PASSWORD);
    stage_close(&stage);
    log_in_and_read("phamducdong", "Matkhau#02", REFUSED_NAME_OR_PASSWORD);
    screen_send(stage.screen, STAGE_PASSWORD SCREEN_ENTER);
    screen_wait(stage.screen, "Phạm Đức Đông - ", STAGE_WAIT);
    stage_close(&stage);
    t = stage_open(&stage, &stage_xterm);
    stage_log_in(t, "buithinga", STAGE_PASSWORD);
    stage_wait_sentence(t, LOCKED);
}

static void test_two_entries(void **state)
{
    int before = slapd_operations(&stage.main, "Bind");

    (void)state;
    stage_replace(&stage, SEARCH, "person = (|(uid=%u)(uid=tranvanbinh))");
    log_in_and_read("lethichi", STAGE_PASSWORD,
                    "Có nhiều hơn một tài khoản mang tên đăng nhập này nên chưa đăng nhập được. "
                    "Hãy báo bộ phận hỗ trợ.");
    assert_int_equal(binds(before), 0);
}

static void test_empty_password_is_never_sent(void **state)
{
    struct screen *t = stage_open(&stage, &stage_xterm);
    int before;

    (void)state;
    screen_wait(t, "Tên đăng nhập", STAGE_WAIT);
    screen_send(t, "lythithuy");
    before = slapd_operations(&stage.main, "Bind");
    screen_send(t, SCREEN_TAB SCREEN_ENTER);
    stage_wait_sentence(t, "Xin nhập mật khẩu.");
    assert_int_equal(binds(before), 0);
}

static void test_empty_name_is_never_sent(void **state)
{
    struct screen *t = stage_open(&stage, &stage_xterm);

    (void)state;
    screen_wait(t, "Tên đăng nhập", STAGE_WAIT);
    screen_send(t, SCREEN_TAB STAGE_PASSWORD SCREEN_ENTER);
    stage_wait_sentence(t, "Xin nhập tên đăng nhập");
}

static void test_name_with_the_domain(void **state)
{
    struct screen *t = stage_open(&stage, &stage_xterm);

    (void)state;
    stage_enter(t, "lythithuy@moj.example.vn", STAGE_PASSWORD);
    screen_wait(t, "Lý Thị Thuỷ - ", STAGE_WAIT);
    stage_close(&stage);
    t = stage_open(&stage, &stage_xterm);
    stage_enter(t, "LyThiThuy@MOJ.example.VN", STAGE_PASSWORD);
    screen_wait(t, "Lý Thị Thuỷ - ", STAGE_WAIT);
}

static void test_name_with_another_domain(void **state)
{
    struct screen *t = stage_open(&stage, &stage_xterm);
    int before = slapd_operations(&stage.main, "Bind");

    (void)state;
    stage_log_in(t, "lythithuy@mail.example.com", STAGE_PASSWORD);
    stage_wait_sentence(t, NAME_ALONE);
    stage_close(&stage);
    t = stage_open(&stage, &stage_xterm);
    stage_log_in(t, "lythithuy@mail.example.com@moj.example.vn", STAGE_PASSWORD);
    stage_wait_sentence(t, NAME_ALONE);
    assert_int_equal(binds(before), 0);
}

static void test_server_unreachable(void **state)
{
    (void)state;
    slapd_stop(&stage.main);
    log_in_and_read("lethichi", STAGE_PASSWORD, UNREACHABLE);
}

/* A stopped server takes the connection, for the kernel does, and then says nothing. */
static void test_server_hangs_from_the_start(void **state)
{
    struct screen *t;
    int64_t from;

    (void)state;
    stage_replace(&stage, "warn = 14 days", "warn = 14 days\ndeadline = 2 seconds");
    slapd_pause(&stage.main);
    t = stage_open(&stage, &stage_xterm);
    from = stage_clock_ms();
    stage_log_in(t, "lethichi", STAGE_PASSWORD);
    stage_wait_sentence(t, NO_ANSWER);
    assert_in_range(stage_clock_ms() - from, 500, 8000);
    slapd_resume(&stage.main);
    screen_send(t, STAGE_PASSWORD SCREEN_ENTER);
    screen_wait(t, "Lê Thị Chi - ", STAGE_WAIT);
}

static void test_escape_leaves_a_log_in_that_hangs(void **state)
{
    struct screen *t = stage_open(&stage, &stage_xterm);
    int64_t from;

    (void)state;
    screen_wait(t, "Tên đăng nhập", STAGE_WAIT);
    slapd_pause(&stage.main);
    screen_send(t, "lethichi" SCREEN_TAB STAGE_PASSWORD SCREEN_ENTER);
    stage_wait_sentence(t, "Đang đăng nhập... Nhấn Esc để thôi chờ.");
    from = stage_clock_ms();
    screen_escape(t);
    stage_wait_sentence(t, STOPPED);
    print_message("# Esc left a hanging log-in after %d ms, 100 of them to tell it from a key\n",
                  (int)(stage_clock_ms() - from));
    assert_in_range(stage_clock_ms() - from, 0, 1100);
    slapd_resume(&stage.main);
    screen_send(t, STAGE_PASSWORD SCREEN_ENTER);
    screen_wait(t, "Lê Thị Chi - ", STAGE_WAIT);
}

/* Connected while the name was typed, and then the server stops. */
static void test_server_hangs_at_the_bind(void **state)
{
    struct screen *t;

    (void)state;
    stage_replace(&stage, "warn = 14 days", "warn = 14 days\ndeadline = 2 seconds");
    t = stage_open(&stage, &stage_xterm);
    screen_wait(t, "Tên đăng nhập", STAGE_WAIT);
    screen_send(t, "lethichi");
    for (int64_t end = stage_clock_ms() + STAGE_WAIT;
         slapd_operations(&stage.main, "Extended") == 0 && stage_clock_ms() < end;)
        screen_settle(t, 20);
    slapd_pause(&stage.main);
    screen_send(t, SCREEN_TAB STAGE_PASSWORD SCREEN_ENTER);
    stage_wait_sentence(t, NO_ANSWER);
}

static void test_f10_quits_while_the_server_hangs(void **state)
{
    struct screen *t = stage_open(&stage, &stage_xterm);
    int64_t from;

    (void)state;
    screen_wait(t, "Tên đăng nhập", STAGE_WAIT);
    slapd_pause(&stage.main);
    screen_send(t, "lethichi" SCREEN_TAB STAGE_PASSWORD SCREEN_ENTER);
    screen_wait(t, "Đang đăng nhập", STAGE_WAIT);
    from = stage_clock_ms();
    screen_send(t, SCREEN_F(10));
    assert_int_equal(screen_wait_exit(t, STAGE_WAIT), 0);
    assert_in_range(stage_clock_ms() - from, 0, 1000);
}

static void with_certificate(const char *kind, const char *sentence)
{
    int before;

    slapd_certificate(&stage.main, kind);
    stage_configure(&stage);
    before = slapd_operations(&stage.main, "Bind");
    log_in_and_read("lethichi", STAGE_PASSWORD, sentence);
    assert_int_equal(binds(before), 0);
}

static void test_certificate_of_another_authority(void **state)
{
    (void)state;
    with_certificate("untrusted", "Chứng thư số của máy chủ không do cơ quan tin cậy cấp nên chưa "
                                  "gửi gì. Đừng thử lại; hãy báo bộ phận hỗ trợ.");
}

static void test_certificate_for_another_name(void **state)
{
    (void)state;
    with_certificate("wrong-name", "Chứng thư số của máy chủ được cấp cho tên khác nên chưa gửi "
                                   "gì. Đừng thử lại; hãy báo bộ phận hỗ trợ.");
}

static void test_certificate_expired(void **state)
{
    (void)state;
    with_certificate("expired", "Chứng thư số của máy chủ đã hết hạn nên chưa gửi gì. Hãy báo bộ "
                                "phận hỗ trợ.");
}

static void test_certificate_not_yet_valid(void **state)
{
    (void)state;
    with_certificate("not-yet", "Chứng thư số của máy chủ chưa đến ngày có hiệu lực nên chưa gửi "
                                "gì; có thể đồng hồ máy này sai. Hãy báo bộ phận hỗ trợ.");
}

/* Takes the lines that begin with `word` out of the configuration of a stopped server. */
static void drop_lines(const struct slapd *slapd, const char *word)
{
    char from[128];
    char to[128];
    char line[1024];
    FILE *in;
    FILE *out;

    snprintf(from, sizeof from, "%s/slapd.conf", slapd->directory);
    snprintf(to, sizeof to, "%s/slapd.conf.new", slapd->directory);
    in = fopen(from, "re");
    out = fopen(to, "we");
    assert_non_null(in);
    assert_non_null(out);
    while (fgets(line, sizeof line, in) != NULL)
        if (strncmp(line, word, strlen(word)) != 0)
            fputs(line, out);
    fclose(in);
    assert_int_equal(fclose(out), 0);
    assert_int_equal(rename(to, from), 0);
}

/* A server without a certificate knows no StartTLS. */
static void test_starttls_refused(void **state)
{
    int before;

    (void)state;
    stage_prepare(&other, NULL);
    slapd_stop(&other.main);
    drop_lines(&other.main, "TLS");
    slapd_start(&other.main);
    stage_configure(&other);
    before = slapd_operations(&other.main, "Bind");
    stage_log_in(stage_open(&other, &stage_xterm), "lethichi", STAGE_PASSWORD);
    stage_wait_sentence(other.screen, "Máy chủ từ chối kết nối mã hoá nên chưa gửi gì. Hãy báo bộ "
                                      "phận hỗ trợ.");
    assert_int_equal(slapd_operations(&other.main, "Bind") - before - 1, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCREEN_TEST(test_wrong_password_is_tried_once),
        SCREEN_TEST(test_the_next_try_may_succeed),
        SCREEN_TEST(test_locked),
        SCREEN_TEST(test_locked_for_good),
        SCREEN_TEST(test_no_longer_valid),
        SCREEN_TEST(test_not_yet_valid),
        cmocka_unit_test_teardown(test_locked_where_the_server_does_not_say_so, close_other),
        SCREEN_TEST(test_expired_without_grace),
        SCREEN_TEST(test_expired_with_grace_leads_to_the_change),
        SCREEN_TEST(test_must_change_leads_to_the_change),
        SCREEN_TEST(test_unknown_person_found_by_search),
        SCREEN_TEST(test_a_name_is_no_pattern),
        SCREEN_TEST(test_empty_password_is_never_sent),
        SCREEN_TEST(test_empty_name_is_never_sent),
        SCREEN_TEST(test_name_with_the_domain),
        SCREEN_TEST(test_name_with_another_domain),
        SCREEN_TEST(test_escape_leaves_a_log_in_that_hangs),
        SCREEN_TEST(test_f10_quits_while_the_server_hangs),
        cmocka_unit_test_teardown(test_unknown_person_by_template, restore),
        cmocka_unit_test_teardown(test_two_entries, restore),
        cmocka_unit_test_teardown(test_server_hangs_from_the_start, restore),
        cmocka_unit_test_teardown(test_server_hangs_at_the_bind, restore),
        cmocka_unit_test_teardown(test_server_unreachable, restore),
        cmocka_unit_test_teardown(test_certificate_of_another_authority, restore),
        cmocka_unit_test_teardown(test_certificate_for_another_name, restore),
        cmocka_unit_test_teardown(test_certificate_expired, restore),
        cmocka_unit_test_teardown(test_certificate_not_yet_valid, restore),
        cmocka_unit_test_teardown(test_starttls_refused, close_other),
    };

    return cmocka_run_group_tests(tests, prepare, clear);
}
