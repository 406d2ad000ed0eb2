/* SPDX-License-Identifier: MIT */

/*
 * A whole run of the program and its workers under valgrind: no error, no memory lost. Needs a
 * build with -Dvalgrind=true, for valgrind cannot live behind the workers' system-call filter.
 */

#include <dirent.h>
#include <signal.h>
#include <sys/stat.h>

#include "common.h"

#define NEW_PASSWORD "Xanh-bien7"
#define STATS "Báo cáo thống kê"
#define OWN "Tài khoản đăng nhập của Bộ"
#define PAYMENTS "Thanh toán với kho bạc"
#define WORKERS_MAX 8
#define SLOW 60000

static char logs[96];

static int prepare_for_slowness(void **state)
{
    prepare(state);
    stage_replace(&stage, "warn = 14 days", "warn = 14 days\ndeadline = 60 seconds");
    snprintf(logs, sizeof logs, "%s/valgrind", stage.directory);
    assert_int_equal(mkdir(logs, 0700), 0);
    return 0;
}

static struct screen *open_under_valgrind(void)
{
    char log[128];
    const char *const under[] = {VALGRIND,
                                 "--quiet",
                                 "--leak-check=full",
                                 "--show-leak-kinds=definite",
                                 "--errors-for-leak-kinds=definite",
                                 "--error-exitcode=99",
                                 "--trace-children=yes",
                                 log,
                                 NULL};
    struct stage_terminal terminal = stage_xterm;

    snprintf(log, sizeof log, "--log-file=%s/%%p", logs);
    terminal.under = under;
    return stage_open(&stage, &terminal);
}

/* Every process has a log, and none has anything in it. */
static void assert_no_finding(int at_least)
{
    DIR *directory = opendir(logs);
    int count = 0;
    int findings = 0;

    assert_non_null(directory);
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        char path[512];
        char line[512];
        FILE *file;

        if (entry->d_name[0] == '.')
            continue;
        count++;
        snprintf(path, sizeof path, "%s/%s", logs, entry->d_name);
        file = fopen(path, "re");
        assert_non_null(file);
        while (fgets(line, sizeof line, file) != NULL) {
            fputs(line, stderr);
            findings++;
        }
        fclose(file);
    }
    closedir(directory);
    assert_in_range(count, at_least, 1000);
    assert_int_equal(findings, 0);
}

static void wait_table(struct screen *t)
{
    screen_wait(t, "Việc cần làm", SLOW);
    screen_settle(t, STAGE_QUIET);
    screen_wait_gone(t, "đang đọc", SLOW);
}

static void wait_sentence(struct screen *t, const char *sentence)
{
    for (int64_t end = stage_clock_ms() + SLOW;
         !stage_has_sentence(t, sentence) && stage_clock_ms() < end;)
        screen_settle(t, 50);
    stage_wait_sentence(t, sentence);
}

static void change_stats(struct screen *t)
{
    stage_choose(t, STATS);
    screen_send(t, SCREEN_ENTER);
    screen_wait(t, "Mật khẩu hiện tại", SLOW);
    screen_send(t, STAGE_SYSTEM_PASSWORD SCREEN_TAB "Xan");
    screen_wait(t, "Quá ngắn", SLOW);
    screen_send(t, "ậ" SCREEN_CLEAR NEW_PASSWORD SCREEN_TAB NEW_PASSWORD);
    screen_wait(t, "Độ mạnh", SLOW);
    screen_send(t, SCREEN_ENTER);
    wait_sentence(t, STATS ": đã đổi mật khẩu");
}

static void test_a_whole_run(void **state)
{
    struct screen *t = open_under_valgrind();

    (void)state;
    screen_wait(t, "Tên đăng nhập", SLOW);
    screen_send(t, "ngovanoanh" SCREEN_TAB "wrong" SCREEN_ENTER);
    wait_sentence(t, "Máy chủ không chấp nhận mật khẩu");
    screen_send(t, STAGE_PASSWORD SCREEN_ENTER);
    wait_table(t);
    screen_send(t, SCREEN_F(1));
    screen_wait(t, "Nhấn phím bất kỳ", SLOW);
    screen_send(t, " ");
    wait_table(t);
    change_stats(t);

    stage_choose(t, OWN);
    screen_send(t, SCREEN_ENTER);
    screen_wait(t, "Đổi mật khẩu: " OWN, SLOW);
    stage_change(t, NULL, NEW_PASSWORD);
    wait_sentence(t, OWN ": đã đổi mật khẩu");

    stage_choose(t, PAYMENTS);
    screen_send(t, SCREEN_ENTER);
    screen_wait(t, "Enter Xem", SLOW);
    screen_send(t, STAGE_SECOND_PASSWORD SCREEN_ENTER);
    wait_table(t);
    stage_wait_row(t, PAYMENTS, "ngày");
    screen_resize(t, 16, 60);
    screen_settle(t, 200);
    screen_resize(t, 24, 80);
    wait_table(t);
    screen_send(t, SCREEN_F(9));
    screen_settle(t, 200);
    wait_table(t);
    screen_send(t, SCREEN_F(10));
    screen_wait(t, "Tên đăng nhập", SLOW);
    screen_send(t, SCREEN_F(10));
    assert_int_equal(screen_wait_exit(t, SLOW), 0);
    assert_no_finding(4);
}

/* The program ends its workers by a signal; left alone they end by themselves, and are counted. */
static void test_the_workers_end_clean(void **state)
{
    struct screen *t = open_under_valgrind();
    pid_t workers[WORKERS_MAX];
    int count;

    (void)state;
    screen_wait(t, "Tên đăng nhập", SLOW);
    screen_send(t, "dangthikimlien" SCREEN_TAB STAGE_PASSWORD SCREEN_ENTER);
    wait_table(t);
    change_stats(t);
    stage_choose(t, STATS);
    screen_send(t, SCREEN_ENTER);
    screen_wait(t, "Mật khẩu hiện tại", SLOW);
    screen_send(t, SCREEN_TAB "Xan");
    screen_wait(t, "Quá ngắn", SLOW);
    count = stage_children(screen_pid(t), workers, WORKERS_MAX);
    assert_in_range(count, 3, WORKERS_MAX);
    kill(screen_pid(t), SIGKILL);
    screen_wait_exit(t, SLOW);
    for (int i = 0; i < count; i++)
        assert_true(stage_gone(workers[i], SLOW));
    assert_no_finding(4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCREEN_TEST(test_a_whole_run),
        SCREEN_TEST(test_the_workers_end_clean),
    };

    return cmocka_run_group_tests(tests, prepare_for_slowness, clear);
}
