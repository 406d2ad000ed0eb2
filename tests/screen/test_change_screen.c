/* SPDX-License-Identifier: MIT */

/* Changing one password: what is said while typing, what is sent, and what is claimed afterwards.
 */

#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common.h"

#define NEW_PASSWORD "Khe-chin5b"
#define ANOTHER_PASSWORD "Xoong+gang3"
#define STATS "Báo cáo thống kê"
#define ACCOUNTING "Kế toán nội bộ"
#define OWN "Tài khoản đăng nhập của Bộ"
#define CHANGED ": đã đổi mật khẩu, hạn mới là ngày"
#define NOT_KNOWN "chưa biết đã đổi hay chưa."
#define WHAT_TO_TRY "Lần đăng nhập sau hãy thử mật khẩu mới một lần trước, rồi mới thử mật khẩu cũ."
#define CHANGING "Đang đổi mật khẩu... Xin chờ máy chủ trả lời."

#define DEADLINE_MS 4000

static int prepare_with_a_log(void **state)
{
    prepare(state);
    stage_replace(&stage, "warn = 14 days", "warn = 14 days\ndeadline = 4 seconds");
    stage_log_operations(&stage);
    return 0;
}

/* The first server again, after it was killed. */
static int start_again(void **state)
{
    close_screen(state);
    stage_log_operations(&stage);
    return 0;
}

/* The change screen of a system account, the current password typed. */
static struct screen *open_change(const char *login, const char *name)
{
    struct screen *t = stage_open(&stage, &stage_xterm);

    stage_enter(t, login, STAGE_PASSWORD);
    stage_choose(t, name);
    screen_send(t, SCREEN_ENTER);
    screen_wait(t, "Mật khẩu hiện tại", STAGE_WAIT);
    screen_send(t, STAGE_SYSTEM_PASSWORD SCREEN_TAB);
    return t;
}

/* Types a new password in the place of the one before. */
static void type_anew(struct screen *t, const char *password)
{
    screen_send(t, SCREEN_CLEAR);
    screen_send(t, password);
}

static void test_the_repetition_says_match_or_not(void **state)
{
    struct screen *t = open_change("hoangthiem", STATS);

    (void)state;
    screen_send(t, NEW_PASSWORD SCREEN_TAB);
    screen_settle(t, STAGE_QUIET);
    assert_false(screen_has(t, "khớp"));
    screen_send(t, "Khe-chin5");
    screen_wait(t, "chưa khớp", STAGE_WAIT);
    screen_send(t, "b");
    screen_wait_gone(t, "chưa khớp", STAGE_WAIT);
    screen_wait(t, "]  khớp", STAGE_WAIT);
    screen_send(t, "8");
    screen_wait(t, "chưa khớp", STAGE_WAIT);
    screen_send(t, SCREEN_BACKSPACE);
    screen_wait_gone(t, "chưa khớp", STAGE_WAIT);
    screen_wait(t, "]  khớp", STAGE_WAIT);
}

/* A repetition that differs is never sent. */
static void test_a_wrong_repetition_is_not_sent(void **state)
{
    struct screen *t = open_change("hoangthiem", STATS);

    (void)state;
    screen_send(t, NEW_PASSWORD SCREEN_TAB "Khe-chin6b" SCREEN_ENTER);
    stage_wait_sentence(t, "Hai lần nhập mật khẩu mới phải giống nhau. Xin nhập lại.");
    assert_true(
        slapd_binds(&stage.main, STAGE_ACCOUNT("stats", "hoangthiem"), STAGE_SYSTEM_PASSWORD));
}

static void test_the_checklist_flips_while_typing(void **state)
{
    struct screen *t = open_change("hoangthiem", STATS);

    (void)state;
    screen_wait(t, "[ ] ít nhất 8 ký tự", STAGE_WAIT);
    screen_wait(t, "[ ] 3 trong 4 loại: ABC, abc, 123, @#!", STAGE_WAIT);
    screen_send(t, "Khe-");
    screen_wait(t, "[x] 3 trong 4 loại", STAGE_WAIT);
    screen_wait(t, "[ ] ít nhất 8 ký tự", STAGE_WAIT);
    screen_send(t, "chin5b");
    screen_wait(t, "[x] ít nhất 8 ký tự", STAGE_WAIT);
    screen_wait(t, "Độ mạnh: ", STAGE_WAIT);
    type_anew(t, "khechinb");
    screen_wait(t, "[********  ", STAGE_WAIT);
    screen_wait(t, "[ ] 3 trong 4 loại", STAGE_WAIT);
    screen_wait(t, "[x] ít nhất 8 ký tự", STAGE_WAIT);
}

/* libpwquality's verdict comes in Vietnamese while one types, and stops a change at Enter. */
static void test_reasons_in_vietnamese(void **state)
{
    static const char *const cases[][2] = {
        {"Hethong#01", "Mật khẩu mới trùng mật khẩu hiện tại. Xin chọn mật khẩu khác."},
        {"hETHONG#01", "Chỉ khác mật khẩu hiện tại ở chữ hoa, chữ thường. Hãy đổi nhiều hơn."},
        {"Password1!", "Mật khẩu dựa trên \"password\" mà nhiều người hay chọn."},
        {"ab-cd-ef-gh-ij-1A", "Mật khẩu theo quy luật quá đơn giản."},
        {"Ab7-aa-7bA", "Mật khẩu đọc xuôi và đọc ngược giống nhau."},
        {"Phanthihanh-7", "Mật khẩu chứa tên đăng nhập hoặc tên thư \"phanthihanh\". Hãy bỏ đi."},
    };
    struct screen *t = open_change("phanthihanh", STATS);

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        type_anew(t, cases[i][0]);
        stage_wait_sentence(t, cases[i][1]);
    }
    stage_change(t, NULL, "");
    screen_send(t, SCREEN_BACK_TAB);
    type_anew(t, "Password1!");
    screen_send(t, SCREEN_TAB "Password1!" SCREEN_ENTER);
    stage_wait_sentence(t, "Chưa gửi gì: mật khẩu mới phải đạt các quy tắc trước đã.");
    assert_true(
        slapd_binds(&stage.main, STAGE_ACCOUNT("stats", "phanthihanh"), STAGE_SYSTEM_PASSWORD));
}

static void test_a_vietnamese_letter_means_the_input_method_is_on(void **state)
{
    struct screen *t = open_change("hoangthiem", STATS);

    (void)state;
    screen_send(t, "Khen-ậ");
    stage_wait_sentence(t,
                        "Mật khẩu mới chỉ dùng chữ không dấu, chữ số và ký hiệu. Chữ tự có "
                        "dấu là do bộ gõ tiếng Việt đang bật: hãy tắt bộ gõ (Ctrl+Shift, hoặc bấm "
                        "chuột vào chữ V ở góc màn hình để thành chữ E), xoá ô bằng Ctrl+U rồi gõ "
                        "lại.");
    screen_wait(t, "[*****  ", STAGE_WAIT); /* the letter has not been taken */
    screen_send(t, "chin5");
    screen_wait(t, "Độ mạnh: ", STAGE_WAIT);
}

static void test_f2_shows_and_hides(void **state)
{
    struct screen *t = open_change("hoangthiem", STATS);

    (void)state;
    screen_send(t, NEW_PASSWORD);
    screen_wait(t, "[**********", STAGE_WAIT);
    assert_false(screen_has(t, NEW_PASSWORD));
    screen_send(t, SCREEN_F(2));
    screen_wait(t, "[" NEW_PASSWORD " ", STAGE_WAIT);
    assert_false(screen_has(t, STAGE_SYSTEM_PASSWORD));
    screen_send(t, SCREEN_F(2));
    screen_wait_gone(t, NEW_PASSWORD, STAGE_WAIT);
}

/* From the table to the change screen; a key takes away the sentence about the change before. */
static void change_again(struct screen *t, const char *old_password, const char *new_password)
{
    screen_send(t, SCREEN_ENTER);
    screen_wait(t, "Mật khẩu hiện tại", STAGE_WAIT);
    screen_send(t, SCREEN_CLEAR);
    screen_wait_gone(t, "đã đổi mật khẩu", STAGE_WAIT);
    stage_change(t, old_password, new_password);
}

static void test_refusals_name_the_rule(void **state)
{
    struct screen *t = open_change("phanvanhai", ACCOUNTING);

    (void)state;
    stage_change(t, NULL, NEW_PASSWORD);
    stage_wait_sentence(t, "Mật khẩu mới được đổi gần đây nên máy chủ chưa cho đổi tiếp. Chưa có "
                           "gì thay đổi; hãy thử lại vào ngày mai.");
    stage_close(&stage);

    /* Of the policy's "no change by the user", slapd thinks only when the account is one's own. */
    slapd_set(&stage.main, STAGE_PERSON("hoangthiem"), "pwdPolicySubentry",
              "cn=fixed,ou=policies," STAGE_MAIN);
    t = stage_open(&stage, &stage_xterm);
    stage_enter(t, "hoangthiem", STAGE_PASSWORD);
    stage_choose(t, OWN);
    screen_send(t, SCREEN_ENTER);
    screen_wait(t, "Đổi mật khẩu: " OWN, STAGE_WAIT);
    stage_change(t, NULL, NEW_PASSWORD);
    stage_wait_sentence(t, "Máy chủ không cho bạn tự đổi mật khẩu này. Chưa có gì thay đổi; hãy "
                           "gọi bộ phận hỗ trợ.");
    stage_close(&stage);

    t = open_change("vuquochuy", STATS);
    stage_change(t, NULL, NEW_PASSWORD);
    stage_wait_sentence(t, STATS CHANGED);
    change_again(t, NEW_PASSWORD, ANOTHER_PASSWORD);
    stage_wait_sentence(t, STATS CHANGED);
    change_again(t, ANOTHER_PASSWORD, NEW_PASSWORD);
    stage_wait_sentence(t, "Mật khẩu mới: đã dùng trước đây. Chưa có gì thay đổi; hãy chọn mật "
                           "khẩu chưa từng dùng ở hệ thống này.");
}

/* The operation behind `at` in the log on the same connection, results left out; "" at the end. */
static void next_operation(const char *at, char *operation, size_t size)
{
    const char *line = strstr(at, "conn=");
    char connection[32];
    char number[32];

    *operation = '\0';
    assert_non_null(line);
    assert_int_equal(sscanf(line, "%31s %31s", connection, number), 2);
    while ((line = strchr(line, '\n')) != NULL) {
        char its_connection[32] = "";
        char its_number[32] = "";
        const char *from = strstr(++line, "conn=");
        size_t length = strcspn(line, "\n");

        if (from == NULL || from > line + length ||
            sscanf(from, "%31s %31s", its_connection, its_number) != 2)
            continue;
        if (strcmp(connection, its_connection) != 0 || strcmp(number, its_number) == 0)
            continue;
        snprintf(operation, size, "%.*s", (int)(length - (size_t)(from - line)), from);
        return;
    }
}

/* The line of the last simple bind as `dn`, as it begins with "conn="; its number in `count`. */
static const char *find_bind(const char *log, const char *dn, int *count)
{
    const char *found = NULL;
    char bind[256];

    *count = 0;
    snprintf(bind, sizeof bind, "BIND dn=\"%s\" method=128", dn);
    for (const char *at = log; (at = strstr(at, bind)) != NULL; at++) {
        ++*count;
        found = at;
        while (found > log && strncmp(found, "conn=", 5) != 0)
            found--;
    }
    return found;
}

/* After a bind that may only change the password, the change is what comes next. */
static void assert_bind_then_change(const char *dn)
{
    char *log = stage_operations(&stage);
    char operation[512];
    int count;
    const char *bind = find_bind(log, dn, &count);

    assert_int_equal(count, 1);
    next_operation(bind, operation, sizeof operation);
    if (strstr(operation, "EXT oid=1.3.6.1.4.1.4203.1.11.1") == NULL)
        fail_msg("the operation after the bind was: %s", operation);
    free(log);
}

static void test_must_change_is_bind_and_change_and_nothing_else(void **state)
{
    struct screen *t = stage_open(&stage, &stage_xterm);
    char date[16];

    (void)state;
    stage_log_in(t, "phamthidung", STAGE_PASSWORD);
    screen_wait(t, "Đổi mật khẩu: " OWN, STAGE_WAIT);
    screen_wait(t, "Esc Đăng xuất", STAGE_WAIT);
    screen_settle(t, STAGE_QUIET);
    assert_false(screen_has(t, "Mật khẩu hiện tại"));
    stage_change(t, NULL, NEW_PASSWORD);
    screen_wait(t, "Việc cần làm", STAGE_WAIT);
    stage_lasts_until(&stage.main, STAGE_PERSON("phamthidung"), date);
    stage_wait_row(t, OWN, date);
    assert_bind_then_change(STAGE_PERSON("phamthidung"));
    assert_int_equal(slapd_count(&stage.main, STAGE_PERSON("phamthidung"), "pwdReset"), 0);
    assert_true(slapd_binds(&stage.main, STAGE_PERSON("phamthidung"), NEW_PASSWORD));
    /* The other accounts of this person can be read now. */
    stage_wait_row(t, STATS, "Đổi ngay");
}

static void test_grace_is_spent_once(void **state)
{
    struct screen *t = stage_open(&stage, &stage_xterm);
    const char *dn = STAGE_PERSON("lehoangcuong");

    (void)state;
    stage_log_in(t, "lehoangcuong", STAGE_PASSWORD);
    screen_wait(t, "Đổi mật khẩu: " OWN, STAGE_WAIT);
    assert_int_equal(slapd_count(&stage.main, dn, "pwdGraceUseTime"), 1);
    stage_change(t, NULL, NEW_PASSWORD);
    screen_wait(t, "Việc cần làm", STAGE_WAIT);
    screen_wait_gone(t, "đang đọc", STAGE_WAIT);
    assert_bind_then_change(dn); /* and there was one bind */
    assert_true(slapd_binds(&stage.main, dn, NEW_PASSWORD));
}

/* The last grace login is enough for a log-in and a change. */
static void test_the_last_grace_login_is_enough(void **state)
{
    struct screen *t = stage_open(&stage, &stage_xterm);

    (void)state;
    stage_log_in(t, "vuthilan", STAGE_PASSWORD);
    screen_wait(t, "Đổi mật khẩu: " OWN, STAGE_WAIT);
    assert_int_equal(slapd_count(&stage.main, STAGE_PERSON("vuthilan"), "pwdGraceUseTime"), 3);
    stage_change(t, NULL, NEW_PASSWORD);
    screen_wait(t, "Việc cần làm", STAGE_WAIT);
    assert_true(slapd_binds(&stage.main, STAGE_PERSON("vuthilan"), NEW_PASSWORD));
}

static void test_escape_at_a_forced_change_logs_out(void **state)
{
    struct screen *t = stage_open(&stage, &stage_xterm);

    (void)state;
    stage_log_in(t, "phamthibe", STAGE_PASSWORD);
    screen_wait(t, "Esc Đăng xuất", STAGE_WAIT);
    screen_send(t, NEW_PASSWORD);
    screen_escape(t);
    screen_wait(t, "Tên đăng nhập", STAGE_WAIT);
    screen_settle(t, STAGE_QUIET);
    assert_false(screen_has(t, "Việc cần làm"));
    assert_int_equal(slapd_count(&stage.main, STAGE_PERSON("phamthibe"), "pwdReset"), 1);
    assert_true(slapd_binds(&stage.main, STAGE_PERSON("phamthibe"), STAGE_PASSWORD));
}

/* Nothing forces whom the server still lets in; leaving costs no further grace login. */
static void test_escape_at_a_grace_change_shows_the_table(void **state)
{
    struct screen *t = stage_open(&stage, &stage_xterm);

    (void)state;
    stage_log_in(t, "maithirot", STAGE_PASSWORD);
    screen_wait(t, "Đổi mật khẩu: " OWN, STAGE_WAIT);
    screen_settle(t, STAGE_QUIET);
    screen_escape(t);
    screen_wait(t, "Việc cần làm", STAGE_WAIT);
    screen_settle(t, STAGE_QUIET);
    screen_wait_gone(t, "đang đọc", STAGE_WAIT);
    assert_int_equal(slapd_count(&stage.main, STAGE_PERSON("maithirot"), "pwdGraceUseTime"), 1);
}

/* A change that was typed and entered, and the server has stopped before it came. */
static struct screen *send_change_to_a_stopped_server(const char *login)
{
    struct screen *t = open_change(login, STATS);

    screen_send(t, NEW_PASSWORD SCREEN_TAB NEW_PASSWORD);
    screen_wait(t, "]  khớp", STAGE_WAIT);
    screen_wait(t, "Độ mạnh: ", STAGE_WAIT);
    slapd_pause(&stage.main);
    screen_send(t, SCREEN_ENTER);
    stage_wait_sentence(t, CHANGING);
    return t;
}

enum claim { CLAIM_CHANGED, CLAIM_NOT_CHANGED, CLAIM_PERHAPS_NOT, CLAIM_NOT_KNOWN };

/* What the screen says in the end. */
static enum claim wait_claim(struct screen *t)
{
    int64_t end = stage_clock_ms() + STAGE_WAIT;

    while (stage_clock_ms() < end) {
        screen_settle(t, 20);
        if (stage_has_sentence(t, STATS CHANGED) || stage_has_sentence(t, ": đã đổi mật khẩu."))
            return CLAIM_CHANGED;
        if (stage_has_sentence(t, "Chưa có gì thay đổi."))
            return CLAIM_NOT_CHANGED;
        if (stage_has_sentence(t, "nhiều khả năng chưa đổi."))
            return CLAIM_PERHAPS_NOT;
        if (stage_has_sentence(t, NOT_KNOWN))
            return CLAIM_NOT_KNOWN;
    }
    stage_fail(t, "Nothing is said about the change:");
}

/* Whatever is claimed about a change must hold now and later on. */
static void assert_true_claim(struct screen *t, const char *dn, const char *what)
{
    static const char *const names[] = {"changed", "not changed", "perhaps not changed",
                                        "not known"};
    enum claim claim = wait_claim(t);
    bool is_new;

    poll(NULL, 0, 200); /* what the server may still have in hand */
    is_new = slapd_binds(&stage.main, dn, NEW_PASSWORD);
    print_message("# %s: the screen says %s, the server has the %s password\n", what, names[claim],
                  is_new ? "new" : "old");
    if (claim == CLAIM_CHANGED || claim == CLAIM_NOT_CHANGED)
        assert_int_equal(claim == CLAIM_CHANGED, is_new);
    screen_settle(t, STAGE_QUIET);
    assert_int_equal(wait_claim(t), claim);
}

static void test_escape_during_a_change(void **state)
{
    struct screen *t = send_change_to_a_stopped_server("lyvanquan");

    (void)state;
    screen_escape(t);
    stage_wait_sentence(t, "Đang kiểm tra xem mật khẩu đã đổi chưa");
    slapd_resume(&stage.main);
    assert_true_claim(t, STAGE_ACCOUNT("stats", "lyvanquan"), "Esc, then the server goes on");
}

static void test_escape_twice_during_a_change(void **state)
{
    struct screen *t = send_change_to_a_stopped_server("huynhvangiang");

    (void)state;
    screen_escape(t);
    stage_wait_sentence(t, "Đang kiểm tra xem mật khẩu đã đổi chưa");
    screen_escape(t);
    assert_int_equal(wait_claim(t), CLAIM_NOT_KNOWN);
    stage_wait_sentence(t, WHAT_TO_TRY);
    slapd_resume(&stage.main);
    assert_true_claim(t, STAGE_ACCOUNT("stats", "huynhvangiang"), "Esc twice");
}

static void test_the_deadline_passes_during_a_change(void **state)
{
    struct screen *t = send_change_to_a_stopped_server("votheknghiem");

    (void)state;
    assert_int_equal(wait_claim(t), CLAIM_NOT_KNOWN);
    slapd_resume(&stage.main);
    assert_true_claim(t, STAGE_ACCOUNT("stats", "votheknghiem"), "the deadline passes");
}

/* That of the log-in directory. */
static void signal_directory_worker(struct screen *t, int signal)
{
    pid_t children[8];
    int count = stage_children(screen_pid(t), children, 8);

    assert_in_range(count, 1, 8);
    /* The older one. */
    for (int i = 0; i < count; i++)
        if (stage_is(children[i], "matkhau-directory")) {
            assert_return_code(kill(children[i], signal), 0);
            return;
        }
    fail_msg("there is no worker");
}

static void test_the_worker_is_killed_during_a_change(void **state)
{
    struct screen *t = send_change_to_a_stopped_server("dinhxuantruong");

    (void)state;
    signal_directory_worker(t, SIGKILL);
    stage_wait_sentence(t, "Chưa có câu trả lời. Đang kiểm tra xem mật khẩu đã đổi chưa");
    slapd_resume(&stage.main);
    assert_true_claim(t, STAGE_ACCOUNT("stats", "dinhxuantruong"), "the worker is killed");
}

/* Lets every wait of the program go on for `ms` after its end; what is to be killed afterwards. */
static pid_t slow_down(pid_t program, unsigned ms)
{
    char inject[96];
    char pid[16];
    const char *const arguments[] = {"strace", "-qq",  "-o", "/dev/null",
                                     "-p",     pid,    "-e", "trace=poll,ppoll,restart_syscall",
                                     "-e",     inject, NULL};
    pid_t strace;

    (void)snprintf(pid, sizeof pid, "%d", (int)program);
    (void)snprintf(inject, sizeof inject, "inject=poll,ppoll,restart_syscall:delay_exit=%u000", ms);
    strace = fork();
    assert_true(strace >= 0);
    if (strace == 0) {
        execvp(arguments[0], (char *const *)(size_t)arguments);
        _exit(127);
    }
    poll(NULL, 0, 500);
    if (waitpid(strace, NULL, WNOHANG) != 0) {
        print_message("# not installed, or not allowed to look on: strace\n");
        skip();
    }
    return strace;
}

/*
 * The deadline ends while the worker is stopped, and before the program has killed it the worker
 * does all it was asked for: what it had said by then is heard, and the change not denied.
 */
static void test_a_worker_that_is_faster_than_its_end(void **state)
{
    const char *dn = STAGE_ACCOUNT("stats", "hoangvancanh");
    struct screen *t = open_change("hoangvancanh", STATS);
    int64_t end;
    pid_t strace;

    (void)state;
    screen_send(t, NEW_PASSWORD SCREEN_TAB NEW_PASSWORD);
    screen_wait(t, "]  khớp", STAGE_WAIT);
    screen_wait(t, "Độ mạnh: ", STAGE_WAIT);
    signal_directory_worker(t, SIGSTOP);
    screen_send(t, SCREEN_ENTER);
    stage_wait_sentence(t, CHANGING);
    strace = slow_down(screen_pid(t), 3000);
    poll(NULL, 0, DEADLINE_MS);
    signal_directory_worker(t, SIGCONT);
    for (end = stage_clock_ms() + STAGE_WAIT; !slapd_binds(&stage.main, dn, NEW_PASSWORD);)
        assert_true(stage_clock_ms() < end);
    assert_return_code(kill(strace, SIGTERM), 0);
    assert_int_equal(waitpid(strace, NULL, 0), strace);
    assert_true_claim(t, dn, "the worker is faster than its end");
}

static void test_the_server_is_killed_during_a_change(void **state)
{
    struct screen *t = send_change_to_a_stopped_server("lequocanh");

    (void)state;
    kill(stage.main.pid, SIGKILL);
    assert_int_equal(wait_claim(t), CLAIM_NOT_KNOWN);
    stage_log_operations(&stage);
    assert_true_claim(t, STAGE_ACCOUNT("stats", "lequocanh"), "the server is killed");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCREEN_TEST(test_the_repetition_says_match_or_not),
        SCREEN_TEST(test_a_wrong_repetition_is_not_sent),
        SCREEN_TEST(test_the_checklist_flips_while_typing),
        SCREEN_TEST(test_reasons_in_vietnamese),
        SCREEN_TEST(test_a_vietnamese_letter_means_the_input_method_is_on),
        SCREEN_TEST(test_f2_shows_and_hides),
        SCREEN_TEST(test_refusals_name_the_rule),
        SCREEN_TEST(test_must_change_is_bind_and_change_and_nothing_else),
        SCREEN_TEST(test_grace_is_spent_once),
        SCREEN_TEST(test_the_last_grace_login_is_enough),
        SCREEN_TEST(test_escape_at_a_forced_change_logs_out),
        SCREEN_TEST(test_escape_at_a_grace_change_shows_the_table),
        SCREEN_TEST(test_escape_during_a_change),
        SCREEN_TEST(test_escape_twice_during_a_change),
        SCREEN_TEST(test_the_deadline_passes_during_a_change),
        SCREEN_TEST(test_the_worker_is_killed_during_a_change),
        SCREEN_TEST(test_a_worker_that_is_faster_than_its_end),
        cmocka_unit_test_teardown(test_the_server_is_killed_during_a_change, start_again),
    };

    return cmocka_run_group_tests(tests, prepare_with_a_log, clear);
}
