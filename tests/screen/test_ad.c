// SPDX-License-Identifier: MIT
/* Active Directory on the screen: the log-in, the change that comes first, a line that breaks. */

#include <unistd.h>

#include "ad.h"
#include "chance.h"
#include "proxy.h"
#include "stage.h"

#define OWN "Tài khoản đăng nhập của Bộ"
#define DEADLINE_MS 3000
#define PASSWORD_SIZE 13

static struct stage stage;
static struct proxy *proxy;
static uint64_t seed = 1;

static void write_config(void)
{
    FILE *file = fopen(stage.config, "we");

    assert_non_null(file);
    (void)fprintf(file,
                  "[ministry]\nname = Bộ Tư pháp\nmax_age = none\ndeadline = %d seconds\n"
                  "[directory main]\nuri = ldaps://127.0.0.1:%u\nkind = ad\nca_file = %s\n"
                  "base = " SAMBA_SUFFIX "\nperson = (sAMAccountName=%%u)\n"
                  "log_in_name = %%u@example.test\nrealm = EXAMPLE.TEST\nkdc = %s\n"
                  "name_attribute = displayName\nunit_attribute = department\n"
                  "[system mail]\nname = Thư điện tử\n"
                  "account = (&(sAMAccountName=locked)(!(cn=%%u)))\n"
                  "[system cases]\nname = Thụ lý án\n"
                  "account = (&(sAMAccountName=expired)(!(cn=%%u)))\n",
                  DEADLINE_MS / 1000, proxy_port(proxy), samba.ca_file, samba.address);
    assert_int_equal(fclose(file), 0);
}

static int set_up(void **state)
{
    (void)state;
    ad_create(HAS_KERBEROS, "SKIPPED, the screens with Active Directory");
    if (missing != NULL)
        return 0;
    proxy = proxy_open_to(samba.address, 636);
    stage_make_home(&stage);
    write_config();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    if (missing != NULL)
        return 0;
    stage_remove(&stage);
    proxy_close(proxy);
    samba_remove(&samba);
    return 0;
}

static int close_program(void **state)
{
    (void)state;
    if (missing == NULL)
        stage_close(&stage);
    return 0;
}

/* One that nobody has had, and that keeps the rules. */
static void invent(char password[PASSWORD_SIZE])
{
    static const char *const kinds[] = {"BCDFGHKLMNPQRSTVWXZ", "bcdfghklmnpqrstvwxz",
                                        "0-2=3+4,5@6#7.8"};

    for (int i = 0; i < PASSWORD_SIZE - 1; i++)
        password[i] = kinds[i % 3][chance_below(&seed, (unsigned)strlen(kinds[i % 3]))];
    password[PASSWORD_SIZE - 1] = '\0';
}

static bool binds(const char *login, const char *password)
{
    char text[256];

    return samba_bind(&samba, login, password, text, sizeof text) == 0;
}

static void change_first(const char *login, const char *sentence)
{
    char password[PASSWORD_SIZE];
    struct screen *t = stage_open(&stage, &stage_xterm);

    invent(password);
    stage_log_in(t, login, PASSWORD);
    stage_wait_sentence(t, sentence);
    stage_change(t, NULL, password);
    stage_wait_row(t, OWN, "90 ngày");
    assert_true(binds(login, password));
    /* Once at the log-in, once after the change, and what this test has asked; none refused. */
    assert_int_equal(samba_logged(&samba, "Auth: [LDAP,", login), 3);
    assert_int_equal(samba_logged(&samba, "NT_STATUS_WRONG_PASSWORD", login), 0);
}

static void test_expired(void **state)
{
    ad_begin(state);
    change_first("expired",
                 "Mật khẩu đã hết hạn, nên bạn phải chọn mật khẩu mới rồi mới tiếp tục được.");
}

static void test_must_change(void **state)
{
    ad_begin(state);
    change_first("must", "Mật khẩu này do người khác cấp, vì vậy bạn phải đổi sang mật khẩu của "
                         "riêng mình trước khi tiếp tục.");
}

static void test_table(void **state)
{
    struct screen *t;

    ad_begin(state);
    t = stage_open(&stage, &stage_xterm);
    stage_enter(t, "soon", PASSWORD);
    assert_true(screen_has(t, "Lê Thị soon - Phòng Nghiệp vụ 3"));
    stage_wait_row(t, OWN, "5 ngày");
    stage_wait_row(t, "Thư điện tử", "bị khoá");
    stage_wait_row(t, "Thụ lý án", "Đổi ngay");
    stage_choose(t, "Thụ lý án");
    stage_wait_sentence(t, "Mật khẩu đã hết hạn nên không dùng để đăng nhập được, nhưng vẫn đổi "
                           "được tại đây. Hãy đổi ngay.");
}

static void test_refused(void **state)
{
    char password[PASSWORD_SIZE];
    struct screen *t;

    ad_begin(state);
    invent(password);
    t = stage_open(&stage, &stage_xterm);
    stage_enter(t, "young", PASSWORD);
    stage_choose(t, OWN);
    screen_send(t, SCREEN_ENTER);
    screen_wait(t, "Nhập lại mật khẩu mới", STAGE_WAIT);
    stage_change(t, NULL, password);
    stage_wait_sentence(t, "Mật khẩu mới được đổi gần đây nên máy chủ chưa cho đổi tiếp. Chưa có "
                           "gì thay đổi; hãy thử lại vào ngày mai.");
    assert_int_equal(samba_number(&samba, AD_DN("young"), "badPwdCount"), 0);
}

/* --- a line that breaks in the change --- */

enum claim { CHANGED, NOT_CHANGED, PERHAPS_NOT, UNKNOWN, NO_CLAIM };

static const char *const claims[] = {"changed", "not changed", "most likely not", "unknown"};

static enum claim wait_claim(struct screen *t)
{
    int64_t end = stage_clock_ms() + INT64_C(2) * DEADLINE_MS + 5000;

    while (stage_clock_ms() < end) {
        screen_settle(t, STAGE_QUIET);
        if (stage_has_sentence(t, "Đang đổi mật khẩu") || stage_has_sentence(t, "Đang kiểm tra"))
            continue;
        if (stage_has_sentence(t, ": đã đổi mật khẩu"))
            return CHANGED;
        if (stage_has_sentence(t, "Chưa có gì thay đổi"))
            return NOT_CHANGED;
        if (stage_has_sentence(t, "nhiều khả năng chưa đổi"))
            return PERHAPS_NOT;
        if (stage_has_sentence(t, "chưa biết đã đổi hay chưa"))
            return UNKNOWN;
    }
    return NO_CLAIM;
}

static unsigned counts[NO_CLAIM + 1][2];

/* Logs in, changes with that fault on the line, and holds what the screen says against the truth.
 */
static void run(char current[PASSWORD_SIZE], const struct proxy_fault *fault,
                size_t brought[PROXY_SIDES])
{
    const struct proxy_fault none = {.action = PROXY_PASS};
    char password[PASSWORD_SIZE];
    struct screen *t;
    long long before;
    bool changed;
    enum claim claim;

    invent(password);
    samba_set(&samba, AD_DN("unsure"), "pwdLastSet", "@-20d@");
    before = samba_number(&samba, AD_DN("unsure"), "pwdLastSet");
    t = stage_open(&stage, &stage_xterm);
    stage_enter(t, "unsure", current);
    stage_choose(t, OWN);
    screen_send(t, SCREEN_ENTER);
    screen_wait(t, "Nhập lại mật khẩu mới", STAGE_WAIT);
    proxy_plan(proxy, fault);
    stage_change(t, NULL, password);
    claim = wait_claim(t);
    for (int side = 0; side < PROXY_SIDES; side++)
        brought[side] = proxy_seen(proxy, (enum proxy_side)side);
    proxy_plan(proxy, &none);
    changed = samba_number(&samba, AD_DN("unsure"), "pwdLastSet") != before;
    if (claim == NO_CLAIM || (claim == CHANGED && !changed) || (claim == NOT_CHANGED && changed)) {
        print_error("%s", screen_text(t));
        fail_msg("side %d at %zu: claim %d, changed %d", (int)fault->side, fault->at, (int)claim,
                 changed);
    }
    assert_int_equal(samba_number(&samba, AD_DN("unsure"), "badPwdCount"), 0);
    counts[claim][changed]++;
    if (changed)
        memcpy(current, password, PASSWORD_SIZE);
    stage_close(&stage);
}

#define CUTS 8

static void test_a_broken_line(void **state)
{
    const struct proxy_fault none = {.action = PROXY_PASS};
    char current[PASSWORD_SIZE] = PASSWORD;
    size_t whole[PROXY_SIDES];
    size_t brought[PROXY_SIDES];

    ad_begin(state);
    run(current, &none, whole);
    assert_string_not_equal(current, PASSWORD);
    for (int side = 0; side < PROXY_SIDES; side++)
        for (size_t i = 0; i < CUTS; i++) {
            const struct proxy_fault fault = {.action = i % 2 == 0 ? PROXY_RST : PROXY_FIN,
                                              .side = (enum proxy_side)side,
                                              .at = whole[side] * i / CUTS};
            run(current, &fault, brought);
        }
    for (size_t i = 1; i < 4; i++)
        run(current,
            &(struct proxy_fault){.action = PROXY_STALL,
                                  .side = PROXY_TO_CLIENT,
                                  .at = whole[PROXY_TO_CLIENT] * i / 4},
            brought);
    assert_int_equal(samba_logged(&samba, "NT_STATUS_WRONG_PASSWORD", "unsure"), 0);
    for (int claim = CHANGED; claim < NO_CLAIM; claim++)
        print_message("# %s: %u times changed, %u times not\n", claims[claim], counts[claim][1],
                      counts[claim][0]);
    /* Answers that got lost after the change are among them, and were found out. */
    assert_true(counts[CHANGED][1] > 1);
    assert_int_equal(counts[UNKNOWN][0] + counts[UNKNOWN][1], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_table, close_program),
        cmocka_unit_test_teardown(test_expired, close_program),
        cmocka_unit_test_teardown(test_must_change, close_program),
        cmocka_unit_test_teardown(test_refused, close_program),
        cmocka_unit_test_teardown(test_a_broken_line, close_program),
    };

    return cmocka_run_group_tests_name("Active Directory on the screen", tests, set_up, tear_down);
}
