/* SPDX-License-Identifier: MIT */

/*
 * A whole run of the program and its workers under valgrind: no error, no memory lost. Needs a
 * build with -Dvalgrind=true, for valgrind cannot live behind the workers' system-call filter.
 */

#include <dirent.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common.h"

#define NEW_PASSWORD "Khe-chin5b"
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
    return 0;
}

static struct screen *open_under_valgrind(void)
{
    char suppressions[] = "--suppressions=" SUPPRESSIONS;
    char log[128];
    const char *const under[] = {VALGRIND,
                                 "--vgdb=no",
                                 "--leak-check=full",
                                 "--show-leak-kinds=definite",
                                 "--errors-for-leak-kinds=definite",
                                 "--error-exitcode=99",
                                 "--trace-children=yes",
                                 suppressions,
                                 log,
                                 NULL};
    struct stage_terminal terminal = stage_xterm;

    snprintf(logs, sizeof logs, "%s/valgrind-XXXXXX", stage.directory);
    assert_non_null(mkdtemp(logs));
    snprintf(log, sizeof log, "--log-file=%s/%%p", logs);
    terminal.under = under;
    return stage_open(&stage, &terminal);
}

/* No process has an error in its log, and `ended` of them came to the count of what they lost. */
static void assert_no_finding(int ended)
{
    DIR *directory = opendir(logs);
    int summaries = 0;
    int findings = 0;

    assert_non_null(directory);
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        char path[512];
        char line[512];
        FILE *file;

        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", logs, entry->d_name);
        file = fopen(path, "re");
        assert_non_null(file);
        while (fgets(line, sizeof line, file) != NULL) {
            bool summary = strstr(line, "ERROR SUMMARY: ") != NULL;

            summaries += summary;
            if (strstr(line, "   at 0x") == NULL && strstr(line, "   by 0x") == NULL &&
                (!summary || strstr(line, "ERROR SUMMARY: 0 errors") != NULL))
                continue;
            fputs(line, stderr);
            findings++;
        }
        fclose(file);
    }
    closedir(directory);
    assert_int_equal(findings, 0);
    assert_int_equal(summaries, ended);
}

/*
 * Shuts the channels of a stopped program, so that its workers see the end of them. False when that
 * is not permitted (pidfd_getfd(2)).
 */
static bool shut_channels(pid_t pid)
{
    int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
    int shut = 0;

    assert_true(pidfd >= 0);
    for (int i = 3; i < 64; i++) {
        int fd = (int)syscall(SYS_pidfd_getfd, pidfd, i, 0);
        int type = 0;
        socklen_t size = sizeof type;

        if (fd < 0)
            continue;
        if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_SEQPACKET &&
            shutdown(fd, SHUT_RDWR) == 0)
            shut++;
        close(fd);
    }
    close(pidfd);
    return shut > 0;
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
    screen_send(t, STAGE_SYSTEM_PASSWORD SCREEN_TAB "Matkhau1");
    screen_wait(t, "[!] không có từ dễ đoán", SLOW);
    screen_send(t, SCREEN_F(4));
    wait_sentence(t, "Độ mạnh của mỗi mật khẩu: rất mạnh, ");
    screen_send(t, SCREEN_ENTER);
    wait_sentence(t, "Bây giờ hãy gõ lại mật khẩu đã chọn.");
    screen_send(t, SCREEN_BACK_TAB SCREEN_CLEAR "Xan");
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
    stage_change(t, NULL, "Khe-chin6b");
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
    assert_no_finding(1); /* the workers are ended by a signal */
}

/* Workers whose channel ends do so too, and only then is counted what they have lost. */
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
    screen_send(t, SCREEN_TAB "Matkhau1");
    screen_wait(t, "[!] không có từ dễ đoán", SLOW);
    count = stage_children(screen_pid(t), workers, WORKERS_MAX);
    assert_in_range(count, 3, WORKERS_MAX);
    kill(screen_pid(t), SIGSTOP);
    if (!shut_channels(screen_pid(t))) {
        kill(screen_pid(t), SIGCONT);
        print_message("# only root may shut the channels of another process\n");
        skip();
    }
    for (int i = 0; i < count; i++)
        assert_true(stage_gone(workers[i], SLOW));
    kill(screen_pid(t), SIGKILL);
    screen_wait_exit(t, SLOW);
    assert_no_finding(count);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCREEN_TEST(test_a_whole_run),
        SCREEN_TEST(test_the_workers_end_clean),
    };

    return cmocka_run_group_tests(tests, prepare_for_slowness, clear);
}
