/* SPDX-License-Identifier: MIT */

/* A directory with a server that takes changes and one that only follows it, as a person sees it.
 */

#include "common.h"
#include "proxy.h"

#define NEW_PASSWORD "Khe-chin5b"
#define OTHER_PASSWORD "Nau+chim5-Vua"
#define OWN "Tài khoản đăng nhập của Bộ"
#define STATS "Báo cáo thống kê"
#define DETOUR "Một máy chủ không trả lời nên đã hỏi máy chủ khác."

static struct slapd consumer;
static struct proxy *line; /* between the consumer and the server that it follows */

static const char suffix_only[] = "dn: " STAGE_MAIN "\nobjectClass: dcObject\n"
                                  "objectClass: organization\ndc: moj\no: Example\n";

static int prepare_both(void **state)
{
    prepare(state);
    slapd_become(&stage.main, SLAPD_PROVIDER, NULL, 0);
    line = proxy_open((unsigned)strtoul(strrchr(stage.main.ldap, ':') + 1, NULL, 10));
    slapd_create(&consumer, STAGE_MAIN, suffix_only, (const char *[]){"--anonymous-search", NULL});
    slapd_become(&consumer, SLAPD_CONSUMER, &stage.main, proxy_port(line));
    slapd_wait_replica(&stage.main, &consumer);
    return 0;
}

static int clear_both(void **state)
{
    proxy_close(line);
    slapd_remove(&consumer);
    return clear(state);
}

static int revive(void **state)
{
    close_screen(state);
    if (stage.main.pid == 0)
        slapd_start_again(&stage.main);
    slapd_revive(&consumer);
    proxy_plan(line, &(struct proxy_fault){.action = PROXY_PASS});
    slapd_wait_replica(&stage.main, &consumer);
    return 0;
}

/* The addresses of the first directory: `uri`, and `writable` unless it is "". */
static void configure(const char *uri, const char *writable)
{
    char from[128];
    char to[256];

    stage_configure(&stage);
    snprintf(from, sizeof from, "uri = %s\n", stage.main.ldap);
    snprintf(to, sizeof to, "uri = %s\n%s%s%s", uri, *writable != '\0' ? "writable = " : "",
             writable, *writable != '\0' ? "\n" : "");
    stage_replace(&stage, from, to);
}

/* One logs in at the consumer, changes go to the other one. */
static struct screen *open_split(void)
{
    configure(consumer.ldap, stage.main.ldap);
    return stage_open(&stage, &stage_xterm);
}

/* The consumer first, then the other one; both may take changes, as far as anybody knows. */
static struct screen *open_both(void)
{
    char uris[160];

    snprintf(uris, sizeof uris, "%s %s", consumer.ldap, stage.main.ldap);
    configure(uris, "");
    return stage_open(&stage, &stage_xterm);
}

static void change_own(struct screen *t, const char *new_password)
{
    stage_choose(t, OWN);
    screen_send(t, SCREEN_ENTER);
    screen_wait(t, "Đổi mật khẩu: " OWN, STAGE_WAIT);
    stage_change(t, NULL, new_password);
}

static void assert_new_date(struct screen *t, const char *name, const char *dn)
{
    char date[16];

    stage_lasts_until(&stage.main, dn, date);
    stage_wait_row(t, name, date);
}

static void test_a_change_through_a_consumer(void **state)
{
    struct screen *t = open_split();

    (void)state;
    stage_enter(t, "tranvanbinh", STAGE_PASSWORD);
    change_own(t, NEW_PASSWORD);
    stage_wait_sentence(t, OWN ": đã đổi mật khẩu, hạn mới là ngày");
    assert_new_date(t, OWN, STAGE_PERSON("tranvanbinh"));
    assert_true(slapd_binds(&stage.main, STAGE_PERSON("tranvanbinh"), NEW_PASSWORD));
    assert_int_equal(slapd_count(&stage.main, STAGE_PERSON("tranvanbinh"), "pwdFailureTime"), 0);

    /* A system's account goes the same way, with the right of the person. */
    stage_choose(t, STATS);
    screen_send(t, SCREEN_ENTER);
    screen_wait(t, "Mật khẩu hiện tại", STAGE_WAIT);
    stage_change(t, STAGE_SYSTEM_PASSWORD, OTHER_PASSWORD);
    stage_wait_sentence(t, STATS ": đã đổi mật khẩu, hạn mới là ngày");
    assert_new_date(t, STATS, STAGE_ACCOUNT("stats", "tranvanbinh"));
    assert_true(slapd_binds(&stage.main, STAGE_ACCOUNT("stats", "tranvanbinh"), OTHER_PASSWORD));
}

/* A system's account first, so that one has to log in there with what was typed at the log-in. */
static void test_a_systems_account_through_a_consumer(void **state)
{
    struct screen *t = open_split();

    (void)state;
    stage_enter(t, "lethichi", STAGE_PASSWORD);
    stage_choose(t, STATS);
    screen_send(t, SCREEN_ENTER);
    screen_wait(t, "Mật khẩu hiện tại", STAGE_WAIT);
    stage_change(t, STAGE_SYSTEM_PASSWORD, OTHER_PASSWORD);
    stage_wait_sentence(t, STATS ": đã đổi mật khẩu, hạn mới là ngày");
    assert_new_date(t, STATS, STAGE_ACCOUNT("stats", "lethichi"));
    assert_int_equal(slapd_count(&stage.main, STAGE_PERSON("lethichi"), "pwdFailureTime"), 0);
}

/* Not configured as what it is, the consumer says so by its referral. */
static void test_a_referral(void **state)
{
    struct screen *t = open_both();

    (void)state;
    stage_enter(t, "duongthiphuc", STAGE_PASSWORD);
    change_own(t, NEW_PASSWORD);
    stage_wait_sentence(t, OWN ": đã đổi mật khẩu, hạn mới là ngày");
    assert_new_date(t, OWN, STAGE_PERSON("duongthiphuc"));
}

static void test_no_server_for_changes(void **state)
{
    struct screen *t = open_split();

    (void)state;
    stage_enter(t, "lyvanquan", STAGE_PASSWORD);
    slapd_kill(&stage.main);
    change_own(t, NEW_PASSWORD);
    stage_wait_sentence(t, "Hiện chỉ xem được, chưa đổi được mật khẩu: không dùng được máy chủ nào "
                           "nhận thay đổi. Chưa có gì thay đổi; hãy thử lại sau, hoặc gọi bộ phận "
                           "hỗ trợ.");
    slapd_start_again(&stage.main);
    assert_true(slapd_binds(&stage.main, STAGE_PERSON("lyvanquan"), STAGE_PASSWORD));
    /* The next try finds it again, with what was typed before. */
    screen_send(t, SCREEN_ENTER);
    stage_wait_sentence(t, OWN ": đã đổi mật khẩu, hạn mới là ngày");
    assert_true(slapd_binds(&stage.main, STAGE_PERSON("lyvanquan"), NEW_PASSWORD));
}

/* --- failover --- */

static void test_first_server_dead(void **state)
{
    struct screen *t;
    int64_t from;

    (void)state;
    slapd_kill(&consumer);
    t = open_both();
    screen_wait(t, "Tên đăng nhập", STAGE_WAIT);
    from = stage_clock_ms();
    stage_log_in(t, "lythithuy", STAGE_PASSWORD);
    screen_wait(t, "Việc cần làm", STAGE_WAIT);
    print_message("# first server dead: log-in to table in %d ms\n",
                  (int)(stage_clock_ms() - from));
    stage_wait_sentence(t, DETOUR);
    screen_settle(t, STAGE_QUIET);
    screen_wait_gone(t, "đang đọc", STAGE_WAIT);
    /* The line is there until the next key, and not again while it is remembered. */
    screen_send(t, SCREEN_F(10));
    stage_enter(t, "lythithuy", STAGE_PASSWORD);
    screen_settle(t, STAGE_QUIET);
    assert_false(stage_has_sentence(t, DETOUR));
}

static void test_first_server_falls_silent_while_typing(void **state)
{
    struct screen *t = open_both();
    int64_t from;

    (void)state;
    screen_wait(t, "Tên đăng nhập", STAGE_WAIT);
    screen_send(t, "lythithuy" SCREEN_TAB "Matkhau");
    screen_settle(t, 1300);
    slapd_pause(&consumer);
    from = stage_clock_ms();
    screen_send(t, "#01" SCREEN_ENTER);
    screen_wait(t, "Việc cần làm", STAGE_WAIT);
    print_message("# first server silent since it was called: Enter to table in %d ms\n",
                  (int)(stage_clock_ms() - from));
    assert_in_range(stage_clock_ms() - from, 0, 4000);
    stage_wait_sentence(t, DETOUR);
}

/* --- behind --- */

static void hold_the_consumer_back(void)
{
    proxy_plan(line, &(struct proxy_fault){PROXY_STALL, PROXY_TO_CLIENT, 0, true});
}

/* Whoever logs in again at once is let in, though the consumer has heard of nothing. */
static void test_logging_in_again_at_once(void **state)
{
    struct screen *t = open_split();

    (void)state;
    hold_the_consumer_back();
    stage_enter(t, "truongvansy", STAGE_PASSWORD);
    change_own(t, NEW_PASSWORD);
    stage_wait_sentence(t, OWN ": đã đổi mật khẩu, hạn mới là ngày");
    screen_send(t, SCREEN_F(10));
    stage_enter(t, "truongvansy", NEW_PASSWORD);
    assert_new_date(t, OWN, STAGE_PERSON("truongvansy"));
    assert_int_equal(slapd_count(&consumer, STAGE_PERSON("truongvansy"), "pwdFailureTime"), 0);
}

/* And if only the consumer is left, nobody is told that the password is wrong. */
static void test_only_the_consumer_is_left(void **state)
{
    struct screen *t = open_split();

    (void)state;
    hold_the_consumer_back();
    stage_enter(t, "phamducdong", STAGE_PASSWORD);
    change_own(t, NEW_PASSWORD);
    stage_wait_sentence(t, OWN ": đã đổi mật khẩu, hạn mới là ngày");
    screen_send(t, SCREEN_F(10));
    screen_wait(t, "Tên đăng nhập", STAGE_WAIT);
    slapd_kill(&stage.main);
    stage_log_in(t, "phamducdong", NEW_PASSWORD);
    stage_wait_sentence(t, "Mật khẩu của bạn vừa được đổi, và máy chủ trả lời có thể chưa cập nhật "
                           "mật khẩu mới. Hãy chờ một phút rồi thử lại.");
}

/* --- somebody else --- */

static void test_the_loser_is_told(void **state)
{
    struct screen *t = open_split();

    (void)state;
    stage_enter(t, "hoangthiem", STAGE_PASSWORD);
    change_own(t, NEW_PASSWORD); /* from now on over a connection to the server for changes */
    stage_wait_sentence(t, OWN ": đã đổi mật khẩu, hạn mới là ngày");
    screen_settle(t, 3100); /* the times of changes are in seconds */
    slapd_change(&stage.main, STAGE_PERSON("hoangthiem"), NEW_PASSWORD, OTHER_PASSWORD);
    change_own(t, "Gach%nung3-xep");
    stage_wait_sentence(t, "Mật khẩu này đã được đổi ở nơi khác lúc");
    stage_wait_sentence(t, "ở đây chưa đổi gì");
    assert_true(slapd_binds(&stage.main, STAGE_PERSON("hoangthiem"), OTHER_PASSWORD));
    /* With the newest password one goes on. */
    screen_send(t, OTHER_PASSWORD SCREEN_TAB SCREEN_TAB SCREEN_ENTER);
    stage_wait_sentence(t, OWN ": đã đổi mật khẩu, hạn mới là ngày");
}

/* Whoever was first and has been overtaken sees it with the next look. */
static void test_overtaken(void **state)
{
    struct screen *t = open_split();

    (void)state;
    stage_log_in(t, "maithirot", STAGE_PASSWORD);
    screen_wait(t, "Đổi mật khẩu: " OWN, STAGE_WAIT); /* a grace log-in */
    stage_change(t, NULL, NEW_PASSWORD);
    stage_wait_sentence(t, OWN ": đã đổi mật khẩu, hạn mới là ngày");
    screen_settle(t, 1100);
    slapd_change(&stage.main, STAGE_PERSON("maithirot"), NEW_PASSWORD, OTHER_PASSWORD);
    screen_send(t, SCREEN_F(9));
    screen_settle(t, STAGE_QUIET);
    stage_choose(t, OWN);
    stage_wait_sentence(t, "Sau khi bạn đổi ở đây, mật khẩu đã được đổi lần nữa ở nơi khác");
}

#define REPLICA_TEST(test) cmocka_unit_test_teardown(test, revive)

int main(void)
{
    const struct CMUnitTest tests[] = {
        REPLICA_TEST(test_a_change_through_a_consumer),
        REPLICA_TEST(test_a_systems_account_through_a_consumer),
        REPLICA_TEST(test_a_referral),
        REPLICA_TEST(test_no_server_for_changes),
        REPLICA_TEST(test_first_server_dead),
        REPLICA_TEST(test_first_server_falls_silent_while_typing),
        REPLICA_TEST(test_logging_in_again_at_once),
        REPLICA_TEST(test_only_the_consumer_is_left),
        REPLICA_TEST(test_the_loser_is_told),
        REPLICA_TEST(test_overtaken),
    };

    return cmocka_run_group_tests(tests, prepare_both, clear_both);
}
