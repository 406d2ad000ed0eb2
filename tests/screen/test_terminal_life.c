/* SPDX-License-Identifier: MIT */

/* What a terminal does to a program: other sizes, other types, strange bytes, and its end. */

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "common.h"

#define STATS "Báo cáo thống kê"
#define TOO_SMALL "Cửa sổ quá nhỏ."
#define NEEDS_TERMINAL                                                                                                              \
    "matkhau: chương trình cần thiết bị đầu cuối để nhập và hiển thị; xin chạy trực tiếp từ đó, " \
    "không qua ống dẫn hoặc tệp."
#define NEEDS_TERM                                                                                                            \
    "matkhau: loại thiết bị đầu cuối này không hiển thị được màn hình; xin đặt biến TERM đúng " \
    "loại, ví dụ vt100 hoặc xterm."
#define IDLE_LOG_OUT "Đã tự đăng xuất vì lâu không có phím nào được nhấn."
#define WORKERS_MAX 8

static int restore(void **state)
{
    close_screen(state);
    stage_configure(&stage);
    return 0;
}

static bool sent(struct screen *t, const char *bytes)
{
    size_t size;
    const char *output = screen_output(t, &size);

    return size > 0 && memmem(output, size, bytes, strlen(bytes)) != NULL;
}

/* The line behaves as a shell wants it, and nothing of the session is left to be read. */
static void assert_restored(struct screen *t)
{
    struct termios line;

    assert_int_equal(tcgetattr(screen_fd(t), &line), 0);
    assert_int_equal(line.c_lflag & (ICANON | ECHO | ISIG), ICANON | ECHO | ISIG);
    assert_int_equal(line.c_iflag & ICRNL, ICRNL);
    assert_int_equal(line.c_oflag & OPOST, OPOST);
    assert_true(sent(t, "\033[?2004l"));
    for (int y = 0; y < 24; y++)
        assert_string_equal(screen_row(t, y), "");
}

static void assert_workers_gone(const pid_t *workers, int count)
{
    assert_in_range(count, 1, WORKERS_MAX);
    for (int i = 0; i < count; i++)
        assert_true(stage_gone(workers[i], 5000));
}

static void test_a_smaller_and_a_larger_window(void **state)
{
    struct screen *t = stage_open(&stage, &stage_xterm);

    (void)state;
    screen_wait(t, "Tên đăng nhập", STAGE_WAIT);
    screen_send(t, "truongvansy");
    screen_resize(t, 16, 60);
    screen_wait(t, "[truongvansy", STAGE_WAIT);
    screen_resize(t, 24, 80);
    screen_send(t, SCREEN_TAB STAGE_PASSWORD SCREEN_ENTER);
    screen_wait(t, "F10 Đăng xuất", STAGE_WAIT);
    screen_settle(t, STAGE_QUIET);

    screen_resize(t, 16, 60);
    screen_wait(t, STATS, STAGE_WAIT);
    screen_settle(t, STAGE_QUIET);
    assert_false(screen_has(t, TOO_SMALL));
    for (int y = 0; y < 16; y++)
        if (strstr(screen_row(t, y), "Trương Văn Sỹ") != NULL)
            assert_int_equal(y, 0);

    screen_resize(t, 15, 60);
    screen_wait(t, TOO_SMALL, STAGE_WAIT);
    assert_false(screen_has(t, STATS));
    screen_resize(t, 16, 59);
    screen_settle(t, STAGE_QUIET);
    screen_wait(t, TOO_SMALL, STAGE_WAIT);
    screen_resize(t, 5, 20);
    screen_settle(t, STAGE_QUIET);
    screen_resize(t, 1, 1);
    screen_settle(t, STAGE_QUIET);

    screen_resize(t, 24, 80);
    screen_wait(t, "Trương Văn Sỹ - ", STAGE_WAIT);
    screen_wait(t, "F10 Đăng xuất", STAGE_WAIT);
    stage_wait_row(t, STATS, "/");
    screen_resize(t, 40, 132);
    screen_settle(t, STAGE_QUIET);
    stage_wait_row(t, STATS, "/");
    screen_wait(t, "F10 Đăng xuất", STAGE_WAIT);
    assert_int_equal(screen_find(t, "F10 Đăng xuất"), 39);
}

/* What is typed where it cannot be seen must not do anything. */
static void test_keys_in_a_window_too_small_do_nothing(void **state)
{
    struct screen *t = stage_open(&stage, &stage_xterm);

    (void)state;
    stage_enter(t, "truongvansy", STAGE_PASSWORD);
    screen_resize(t, 10, 40);
    screen_wait(t, TOO_SMALL, STAGE_WAIT);
    screen_send(t, SCREEN_DOWN SCREEN_ENTER "abc" SCREEN_F(10));
    screen_settle(t, STAGE_QUIET);
    screen_resize(t, 24, 80);
    screen_wait(t, "Trương Văn Sỹ - ", STAGE_WAIT);
    screen_wait(t, "F10 Đăng xuất", STAGE_WAIT);
}

static void test_a_long_table_on_a_small_screen_scrolls(void **state)
{
    struct stage_terminal terminal = stage_xterm;
    struct screen *t;

    (void)state;
    terminal.rows = 16;
    terminal.columns = 60;
    t = stage_open(&stage, &terminal);
    stage_log_in(t, "truongvansy", STAGE_PASSWORD);
    screen_wait(t, "Trương Văn Sỹ", STAGE_WAIT);
    screen_wait_gone(t, "đang đọc", STAGE_WAIT);
    screen_settle(t, STAGE_QUIET);
    for (int i = 0; i < 12; i++)
        screen_send(t, SCREEN_DOWN);
    screen_wait(t, ">  Thanh toán v", STAGE_WAIT);
    for (int i = 0; i < 12; i++)
        screen_send(t, SCREEN_UP);
    screen_wait(t, ">  ", STAGE_WAIT);
    screen_settle(t, STAGE_QUIET);
    assert_false(screen_has(t, ">  Thanh toán v"));
}

static void test_hang_up_ends_everything(void **state)
{
    struct screen *t = stage_open(&stage, &stage_xterm);
    pid_t workers[WORKERS_MAX];
    int count;

    (void)state;
    stage_enter(t, "truongvansy", STAGE_PASSWORD);
    stage_choose(t, STATS);
    screen_send(t, SCREEN_ENTER);
    screen_wait(t, "Mật khẩu hiện tại", STAGE_WAIT);
    screen_send(t, STAGE_SYSTEM_PASSWORD);
    screen_settle(t, STAGE_QUIET);
    count = stage_children(screen_pid(t), workers, WORKERS_MAX);
    screen_hangup(t);
    screen_wait_exit(t, 5000);
    assert_workers_gone(workers, count);
}

static void test_hang_up_while_a_server_hangs(void **state)
{
    struct screen *t = stage_open(&stage, &stage_xterm);
    pid_t workers[WORKERS_MAX];
    int count;

    (void)state;
    screen_wait(t, "Tên đăng nhập", STAGE_WAIT);
    slapd_pause(&stage.main);
    screen_send(t, "truongvansy" SCREEN_TAB STAGE_PASSWORD SCREEN_ENTER);
    screen_wait(t, "Đang đăng nhập", STAGE_WAIT);
    count = stage_children(screen_pid(t), workers, WORKERS_MAX);
    screen_hangup(t);
    screen_wait_exit(t, 5000);
    assert_workers_gone(workers, count);
}

static void test_sigterm_restores_the_terminal(void **state)
{
    struct screen *t = stage_open(&stage, &stage_xterm);
    pid_t workers[WORKERS_MAX];
    int count;

    (void)state;
    stage_enter(t, "truongvansy", STAGE_PASSWORD);
    count = stage_children(screen_pid(t), workers, WORKERS_MAX);
    kill(screen_pid(t), SIGTERM);
    screen_wait_exit(t, 5000);
    assert_restored(t);
    assert_workers_gone(workers, count);
}

/* A worker does not outlive the program, even when nothing could tell it to go. */
static void test_a_killed_program_leaves_no_worker(void **state)
{
    struct screen *t = stage_open(&stage, &stage_xterm);
    pid_t workers[WORKERS_MAX];
    int count;

    (void)state;
    stage_enter(t, "truongvansy", STAGE_PASSWORD);
    count = stage_children(screen_pid(t), workers, WORKERS_MAX);
    slapd_pause(&stage.main);
    screen_send(t, SCREEN_F(9)); /* one of them is waiting for its server */
    screen_settle(t, STAGE_QUIET);
    kill(screen_pid(t), SIGKILL);
    assert_int_equal(screen_wait_exit(t, 5000), 128 + SIGKILL);
    assert_workers_gone(workers, count);
}

static void test_log_out_ends_the_workers(void **state)
{
    struct screen *t = stage_open(&stage, &stage_xterm);
    pid_t workers[WORKERS_MAX];
    int count;

    (void)state;
    stage_enter(t, "truongvansy", STAGE_PASSWORD);
    count = stage_children(screen_pid(t), workers, WORKERS_MAX);
    assert_in_range(count, 2, WORKERS_MAX);
    screen_send(t, SCREEN_F(10));
    screen_wait(t, "Tên đăng nhập", STAGE_WAIT);
    assert_workers_gone(workers, count);
    assert_true(sent(t, "\033[3J")); /* what was shown has left the scroll-back as well */
    screen_send(t, SCREEN_F(10));
    assert_int_equal(screen_wait_exit(t, 5000), 0);
    assert_restored(t);
}

/* Keys that stop or end other programs are letters here. */
static void test_control_keys_do_not_stop_it(void **state)
{
    struct screen *t = stage_open(&stage, &stage_xterm);

    (void)state;
    screen_wait(t, "Tên đăng nhập", STAGE_WAIT);
    screen_send(t, "\032\034\023");
    stage_enter(t, "truongvansy", STAGE_PASSWORD);
    screen_send(t, "\032\034\023");
    stage_choose(t, STATS);
}

static void test_an_unknown_type_gets_a_stand_in(void **state)
{
    static const char *const types[] = {"xterm-of-tomorrow", "vt999", "screen.from-elsewhere"};
    struct stage_terminal terminal = stage_xterm;

    (void)state;
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        terminal.term = types[i];
        screen_wait(stage_open(&stage, &terminal), "Tên đăng nhập", STAGE_WAIT);
        stage_close(&stage);
    }
}

/* Nothing but one sentence, no escape sequence, and status 1. */
static void assert_only_says(struct screen *t, const char *sentence, int status)
{
    char expected[1024];
    const char *output;
    size_t size;

    assert_int_equal(screen_wait_exit(t, STAGE_WAIT), status);
    snprintf(expected, sizeof expected, "%s\r\n", sentence);
    output = screen_output(t, &size);
    assert_int_equal(size, strlen(expected));
    assert_memory_equal(output, expected, size);
}

static void test_a_type_without_a_cursor_is_told_so(void **state)
{
    static const char *const types[] = {"dumb", "no-such-type", "../../etc/passwd", ""};
    struct stage_terminal terminal = stage_xterm;

    (void)state;
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        terminal.term = types[i];
        assert_only_says(stage_open(&stage, &terminal), NEEDS_TERM, 1);
        stage_close(&stage);
    }
}

/* Standard output is a pipe, standard input nothing: status, and what came on both. */
static int run_in_a_pipe(char *out, size_t out_size, char *err, size_t err_size)
{
    char program[] = MATKHAU;
    char config[128];
    char *argv[] = {program, config, NULL};
    char term[] = "TERM=xterm";
    char lang[] = "LANG=C.UTF-8";
    char *env[] = {term, lang, NULL};
    posix_spawn_file_actions_t actions;
    int out_ends[2];
    int err_ends[2];
    int status;
    ssize_t n;
    pid_t pid;

    snprintf(config, sizeof config, "--config=%s", stage.config);
    assert_int_equal(pipe2(out_ends, O_CLOEXEC), 0);
    assert_int_equal(pipe2(err_ends, O_CLOEXEC), 0);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, out_ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, err_ends[1], STDERR_FILENO);
    assert_int_equal(posix_spawn(&pid, program, &actions, NULL, argv, env), 0);
    posix_spawn_file_actions_destroy(&actions);
    close(out_ends[1]);
    close(err_ends[1]);
    n = read(err_ends[0], err, err_size - 1);
    err[n < 0 ? 0 : n] = '\0';
    n = read(out_ends[0], out, out_size - 1);
    out[n < 0 ? 0 : n] = '\0';
    close(out_ends[0]);
    close(err_ends[0]);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void test_pipes_get_one_sentence(void **state)
{
    char out[1024];
    char err[1024];

    (void)state;
    assert_int_equal(run_in_a_pipe(out, sizeof out, err, sizeof err), 1);
    assert_string_equal(out, "");
    assert_string_equal(err, NEEDS_TERMINAL "\n");
}

/* A newline inside a paste neither moves on nor submits, and does not become part of the text. */
static void test_a_paste_does_not_submit(void **state)
{
    struct screen *t = stage_open(&stage, &stage_xterm);
    int row;
    int column;

    (void)state;
    screen_wait(t, "Tên đăng nhập", STAGE_WAIT);
    screen_send(t, SCREEN_PASTE("truongvansy\n"));
    screen_wait(t, "[truongvansy", STAGE_WAIT);
    screen_settle(t, STAGE_QUIET);
    screen_cursor(t, &row, &column);
    assert_int_equal(row, screen_find(t, "Tên đăng nhập"));
    screen_send(t, SCREEN_TAB SCREEN_PASTE(STAGE_PASSWORD "\r\n"));
    screen_wait(t, "[**********", STAGE_WAIT);
    screen_settle(t, 300);
    assert_false(screen_has(t, "Đang đăng nhập"));
    assert_false(screen_has(t, "Việc cần làm"));
    screen_send(t, SCREEN_ENTER);
    screen_wait(t, "Trương Văn Sỹ - ", STAGE_WAIT);
}

static void test_a_paste_on_the_table_does_nothing(void **state)
{
    struct screen *t = stage_open(&stage, &stage_xterm);

    (void)state;
    stage_enter(t, "truongvansy", STAGE_PASSWORD);
    screen_send(t, SCREEN_PASTE("0 \r5 \r"));
    screen_settle(t, 100);
    assert_true(screen_has(t, "Trương Văn Sỹ - "));
    assert_false(screen_has(t, ">*"));
}

/* Mouse reports, focus reports, late answers, strings, and keys nobody has heard of. */
static void test_unknown_sequences_do_nothing(void **state)
{
    static const char *const sequences[] = {
        "\033[<0;10;5M",    "\033[<0;10;5m", "\033[M !!",     "\033[I",     "\033[O",
        "\033[12;3R",       "\033[99~",      "\033[1;2;3;4z", "\033[?1;2c", "\033]11;rgb:1/2/3\007",
        "\033P1$r0m\033\\", "\033_x\033\\",  "\033[[Z",       "\033O9",     "\0338",
    };
    struct screen *t = stage_open(&stage, &stage_xterm);
    char seen[256];

    (void)state;
    screen_wait(t, "Tên đăng nhập", STAGE_WAIT);
    screen_send(t, "truong");
    screen_wait(t, "[truong ", STAGE_WAIT);
    for (size_t i = 0; i < sizeof sequences / sizeof *sequences; i++) {
        screen_send(t, sequences[i]);
        screen_settle(t, 150); /* longer than a lone Esc is waited for */
        snprintf(seen, sizeof seen, "%s", screen_row(t, screen_find(t, "Tên đăng nhập")));
        if (strstr(seen, "[truong  ") == NULL)
            fail_msg("sequence %zu (%s) typed something: %s", i, sequences[i] + 1, seen);
    }
    screen_send(t, "vansy");
    screen_wait(t, "[truongvansy ", STAGE_WAIT);
    screen_send(t, SCREEN_TAB STAGE_PASSWORD SCREEN_ENTER);
    screen_wait(t, "Trương Văn Sỹ - ", STAGE_WAIT);
    for (size_t i = 0; i < sizeof sequences / sizeof *sequences; i++)
        screen_send(t, sequences[i]);
    screen_settle(t, 150);
    assert_true(screen_has(t, "Trương Văn Sỹ - "));
}

static void test_invalid_utf_8_does_nothing(void **state)
{
    struct screen *t = stage_open(&stage, &stage_xterm);

    (void)state;
    screen_wait(t, "Tên đăng nhập", STAGE_WAIT);
    screen_send(t, "\xff"
                   "tr\xc3"
                   "uo\xf0\x9f"
                   "ng\xed\xa0\x80\xc0\xaf"
                   "van\x80sy");
    screen_wait(t, "[truongvansy ", STAGE_WAIT);
    screen_send(t, SCREEN_TAB STAGE_PASSWORD SCREEN_ENTER);
    screen_wait(t, "Trương Văn Sỹ - ", STAGE_WAIT);
}

static void look_at_the_help(struct screen *t)
{
    screen_settle(t, STAGE_QUIET);
    screen_send(t, SCREEN_F(1));
    screen_wait(t, "Nhấn phím bất kỳ để trở lại", STAGE_WAIT);
    screen_send(t, " ");
    screen_wait_gone(t, "Nhấn phím bất kỳ để trở lại", STAGE_WAIT);
}

static void test_every_screen_has_help(void **state)
{
    struct screen *t = stage_open(&stage, &stage_xterm);

    (void)state;
    screen_wait(t, "Tên đăng nhập", STAGE_WAIT);
    screen_send(t, "lythithuy");
    look_at_the_help(t);
    screen_wait(t, "[lythithuy", STAGE_WAIT);
    screen_send(t, SCREEN_TAB STAGE_PASSWORD SCREEN_ENTER);
    screen_wait(t, "Việc cần làm", STAGE_WAIT);
    stage_wait_row(t, "Thanh toán với kho bạc", "Nhấn Enter để xem");
    look_at_the_help(t);

    stage_choose(t, "Thanh toán với kho bạc");
    screen_send(t, SCREEN_ENTER);
    screen_wait(t, "Enter Xem", STAGE_WAIT);
    look_at_the_help(t);
    screen_wait(t, "Enter Xem", STAGE_WAIT);
    screen_escape(t);
    screen_wait(t, "Việc cần làm", STAGE_WAIT);

    stage_choose(t, STATS);
    screen_send(t, " " SCREEN_DOWN " " SCREEN_ENTER);
    screen_wait(t, "Đổi mật khẩu (1/2): ", STAGE_WAIT);
    screen_send(t, "abc");
    look_at_the_help(t);
    screen_wait(t, "[***", STAGE_WAIT); /* what was typed is still there */
    screen_send(t, SCREEN_F(10));
    screen_wait(t, "Enter Về bảng", STAGE_WAIT);
    look_at_the_help(t);
    screen_wait(t, "Enter Về bảng", STAGE_WAIT);
}

static void test_idleness_logs_out(void **state)
{
    struct screen *t;
    pid_t workers[WORKERS_MAX];
    int count;

    (void)state;
    stage_replace(&stage, "warn = 14 days", "warn = 14 days\nidle = 2 seconds");
    t = stage_open(&stage, &stage_xterm);
    stage_enter(t, "truongvansy", STAGE_PASSWORD);
    count = stage_children(screen_pid(t), workers, WORKERS_MAX);
    stage_wait_sentence(t, IDLE_LOG_OUT);
    screen_wait(t, "Tên đăng nhập", STAGE_WAIT);
    screen_settle(t, STAGE_QUIET);
    assert_false(screen_has(t, "Trương Văn Sỹ"));
    assert_false(screen_has(t, "truongvansy"));
    assert_workers_gone(workers, count);

    /* Not while somebody types, and from a change as well. */
    screen_send(t, "truongvansy" SCREEN_TAB STAGE_PASSWORD SCREEN_ENTER);
    screen_wait(t, "F10 Đăng xuất", STAGE_WAIT);
    for (int i = 0; i < 3; i++) {
        screen_send(t, SCREEN_DOWN);
        screen_settle(t, 1000);
        assert_false(stage_has_sentence(t, IDLE_LOG_OUT));
    }
    stage_choose(t, STATS);
    screen_send(t, SCREEN_ENTER "secret");
    stage_wait_sentence(t, IDLE_LOG_OUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCREEN_TEST(test_a_smaller_and_a_larger_window),
        SCREEN_TEST(test_keys_in_a_window_too_small_do_nothing),
        SCREEN_TEST(test_a_long_table_on_a_small_screen_scrolls),
        SCREEN_TEST(test_hang_up_ends_everything),
        SCREEN_TEST(test_hang_up_while_a_server_hangs),
        SCREEN_TEST(test_sigterm_restores_the_terminal),
        SCREEN_TEST(test_a_killed_program_leaves_no_worker),
        SCREEN_TEST(test_log_out_ends_the_workers),
        SCREEN_TEST(test_control_keys_do_not_stop_it),
        SCREEN_TEST(test_an_unknown_type_gets_a_stand_in),
        SCREEN_TEST(test_a_type_without_a_cursor_is_told_so),
        SCREEN_TEST(test_pipes_get_one_sentence),
        SCREEN_TEST(test_a_paste_does_not_submit),
        SCREEN_TEST(test_a_paste_on_the_table_does_nothing),
        SCREEN_TEST(test_unknown_sequences_do_nothing),
        SCREEN_TEST(test_invalid_utf_8_does_nothing),
        SCREEN_TEST(test_every_screen_has_help),
        cmocka_unit_test_teardown(test_idleness_logs_out, restore),
    };

    return cmocka_run_group_tests(tests, prepare, clear);
}
