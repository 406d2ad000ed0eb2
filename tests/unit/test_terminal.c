/* SPDX-License-Identifier: MIT */
#include <locale.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <cmocka.h>
#include <curses.h>

#include "screen.h"
#include "terminal.h"

/*
 * The program under test is this one again, called with "child", TERM and a locale. It draws what a
 * log-in screen would and obeys letters:
 *   r  the window has a new size     s  stop and start again
 *   f  wait for three bytes of input, throw them away, say how many are left
 *   u  wait for three bytes of input, leave them unread and go on as with q
 *   q  stop (twice) and leave with 7; end of file does the same with 8
 */
#define CHILD_QUIT 7
#define CHILD_END 8

/* Long enough for a slow machine under valgrind; nothing waits so long when all is well. */
#define WAIT 10000

static void on_signal(int number)
{
    (void)number;
}

static void draw(const char *note)
{
    bool utf8 = MB_CUR_MAX > 1;

    erase();
    mvaddstr(0, 1, utf8 ? "BỘ TƯ PHÁP - MẬT KHẨU CÁC HỆ THỐNG" : "BO TU PHAP - MAT KHAU");
    mvaddstr(0, 69, "F1");
    mvaddstr(2, 3, utf8 ? "Tài khoản          [" : "Tai khoan          [");
    mvaddstr(2, 52, "] @moj.gov.vn");
    mvaddstr(3, 3, utf8 ? "Mật khẩu           [" : "Mat khau           [");
    mvaddstr(3, 52, "]");
    mvaddstr(5, 3, utf8 ? "Enter  Đăng nhập" : "Enter  Dang nhap");
    mvaddstr(7, 3, "024 1234 5678");
    mvprintw(8, 3, "%s", note);
    move(2, 23);
    refresh();
}

/* Whether the main loop's handlers are still its own after terminal_start(). */
static const char *signal_note(void)
{
    struct sigaction winch;
    struct sigaction term;
    struct sigaction stop;

    sigaction(SIGWINCH, NULL, &winch);
    sigaction(SIGTERM, NULL, &term);
    sigaction(SIGTSTP, NULL, &stop);
    return winch.sa_handler == SIG_DFL && term.sa_handler == on_signal && stop.sa_handler == SIG_DFL
               ? "signals kept"
               : "signals taken";
}

/* Until three bytes can be read; returns how many they are. */
static int wait_for_input(void)
{
    int waiting = 0;

    while (waiting < 3 && ioctl(STDIN_FILENO, FIONREAD, &waiting) == 0)
        poll(NULL, 0, 2);
    return waiting;
}

static int obey(const char *term)
{
    char note[64];
    char letter;
    int waiting = 0;

    while (read(STDIN_FILENO, &letter, 1) == 1) {
        switch (letter) {
        case 'r':
            terminal_resized();
            snprintf(note, sizeof note, "size %dx%d", LINES, COLS);
            draw(note);
            break;
        case 's':
            terminal_stop();
            if (terminal_start(term) != TERMINAL_OK)
                return 1;
            draw("again");
            break;
        case 'f':
            wait_for_input();
            terminal_flush_input();
            ioctl(STDIN_FILENO, FIONREAD, &waiting);
            snprintf(note, sizeof note, "left %d", waiting);
            draw(note);
            break;
        case 'u':
            wait_for_input();
            return CHILD_QUIT;
        case 'q':
            return CHILD_QUIT;
        default:
            break;
        }
    }
    return CHILD_END;
}

static int child(const char *term, const char *locale)
{
    int status;

    setlocale(LC_ALL, locale);
    signal(SIGHUP, SIG_IGN);
    signal(SIGTERM, on_signal);
    status = (int)terminal_start(term);
    if (status != TERMINAL_OK)
        return status;
    draw(signal_note());
    status = obey(term);
    terminal_stop();
    terminal_stop();
    return status;
}

static char self[4096];

static int close_screen(void **state)
{
    screen_close(*state);
    return 0;
}

static struct screen *open_child(void **state, const char *term, bool utf8)
{
    const char *const env[] = {"LINES=11", "COLUMNS=33", NULL};
    const char *const argv[] = {self, "child", term, utf8 ? "C.UTF-8" : "C", NULL};

    *state = screen_open(&(struct screen_options){.argv = argv, .env = env, .utf8 = utf8});
    return *state;
}

/* The same by a shell that may prepare the line first; $0 is this program. */
static struct screen *open_shell(void **state, const char *command)
{
    const char *const env[] = {"PATH=/usr/bin:/bin", NULL};
    const char *const argv[] = {"/bin/sh", "-c", command, self, NULL};

    *state = screen_open(&(struct screen_options){.argv = argv, .env = env, .utf8 = true});
    return *state;
}

static bool sent(struct screen *t, const char *bytes)
{
    size_t size;
    const char *output = screen_output(t, &size);

    return size > 0 && memmem(output, size, bytes, strlen(bytes)) != NULL;
}

static void test_xterm(void **state)
{
    struct screen *t = open_child(state, "xterm-256color", true);
    struct termios line;
    struct termios after;
    int row;
    int column;

    screen_wait(t, "024 1234 5678", WAIT);
    screen_settle(t, 50);
    assert_string_equal(screen_row(t, 0), " BỘ TƯ PHÁP - MẬT KHẨU CÁC HỆ THỐNG"
                                          "                                  F1");
    assert_string_equal(screen_row(t, 8), "   signals kept");
    screen_cursor(t, &row, &column);
    assert_int_equal(row, 2);
    assert_int_equal(column, 23);
    assert_in_range(screen_bytes(t), 1, 340);

    assert_int_equal(tcgetattr(screen_fd(t), &line), 0);
    assert_int_equal(line.c_lflag & (ICANON | ECHO | ISIG | IEXTEN), 0);
    assert_int_equal(line.c_iflag & (IXON | ICRNL), 0);
    assert_true(sent(t, "\033[?2004h"));
    assert_false(sent(t, "\033[?1h")); /* no keypad mode, no hidden cursor, no colours */
    assert_false(sent(t, "\033[?25l"));
    assert_false(sent(t, "\033[39"));

    screen_send(t, "q");
    assert_int_equal(screen_wait_exit(t, WAIT), CHILD_QUIT);
    assert_true(sent(t, "\033[?2004l"));
    assert_true(sent(t, "\033[3J"));
    assert_true(sent(t, "\033[?1049l"));
    for (int y = 0; y < 24; y++)
        assert_string_equal(screen_row(t, y), "");
    assert_int_equal(tcgetattr(screen_fd(t), &after), 0);
    assert_int_equal(after.c_lflag & (ICANON | ECHO | ISIG), ICANON | ECHO | ISIG);
    assert_int_equal(after.c_iflag & (IXON | ICRNL), IXON | ICRNL);
}

static void test_vt100(void **state)
{
    struct screen *t = open_child(state, "vt100", false);
    const char *output;
    size_t size;

    screen_wait(t, "024 1234 5678", WAIT);
    screen_settle(t, 50);
    assert_string_equal(screen_row(t, 5), "   Enter  Dang nhap");
    assert_in_range(screen_bytes(t), 1, 300);
    screen_send(t, "q");
    assert_int_equal(screen_wait_exit(t, WAIT), CHILD_QUIT);
    output = screen_output(t, &size);
    for (size_t i = 0; i < size; i++)
        assert_in_range((unsigned char)output[i], 0, 0x7f);
    for (int y = 0; y < 24; y++)
        assert_string_equal(screen_row(t, y), "");
}

static void test_stand_ins(void **state)
{
    static const char *const terms[] = {"xterm-of-tomorrow", "xterm-kitty", "alacritty-nonesuch",
                                        "tmux-nonesuch",     "vt999",       "linux-nonesuch"};

    for (size_t i = 0; i < sizeof terms / sizeof *terms; i++) {
        struct screen *t = open_child(state, terms[i], true);

        screen_wait(t, "024 1234 5678", WAIT);
        screen_send(t, "q");
        assert_int_equal(screen_wait_exit(t, WAIT), CHILD_QUIT);
        screen_close(t);
        *state = NULL;
    }
}

/* Nothing is sent to what cannot show a screen, and its modes are left alone. */
static void test_dumb(void **state)
{
    static const char *const terms[] = {"dumb", "", "nonesuch", "unknown"};

    for (size_t i = 0; i < sizeof terms / sizeof *terms; i++) {
        struct screen *t = open_child(state, terms[i], true);
        struct termios line;

        assert_int_equal(screen_wait_exit(t, WAIT), TERMINAL_DUMB);
        assert_int_equal(screen_bytes(t), 0);
        assert_int_equal(tcgetattr(screen_fd(t), &line), 0);
        assert_int_equal(line.c_lflag & (ICANON | ECHO), ICANON | ECHO);
        assert_int_equal(line.c_iflag & ICRNL, ICRNL);
        screen_close(t);
        *state = NULL;
    }
}

static void test_no_terminal(void **state)
{
    struct screen *t = open_shell(state, "exec \"$0\" child xterm C.UTF-8 </dev/null");

    assert_int_equal(screen_wait_exit(t, WAIT), TERMINAL_NOT_A_TTY);
    assert_int_equal(screen_bytes(t), 0);
    screen_close(t);
    t = open_shell(state, "exec \"$0\" child xterm C.UTF-8 >/dev/null");
    assert_int_equal(screen_wait_exit(t, WAIT), TERMINAL_NOT_A_TTY);
}

/* The size comes from the window, not from LINES and COLUMNS. */
static void test_resize(void **state)
{
    struct screen *t = open_child(state, "xterm", true);

    screen_wait(t, "signals kept", WAIT);
    screen_send(t, "r");
    screen_wait(t, "size 24x80", WAIT);
    screen_resize(t, 30, 100);
    screen_send(t, "r");
    screen_wait(t, "size 30x100", WAIT);
    assert_string_equal(screen_row(t, 7), "   024 1234 5678");
    screen_resize(t, 10, 40);
    screen_send(t, "r");
    screen_wait(t, "size 10x40", WAIT);
    assert_string_equal(screen_row(t, 7), "   024 1234 5678");
    screen_resize(t, 1, 1);
    screen_send(t, "rq");
    assert_int_equal(screen_wait_exit(t, WAIT), CHILD_QUIT);
}

static void test_again(void **state)
{
    struct screen *t = open_child(state, "xterm", true);

    screen_wait(t, "signals kept", WAIT);
    screen_send(t, "s");
    screen_wait(t, "again", WAIT);
    screen_send(t, "q");
    assert_int_equal(screen_wait_exit(t, WAIT), CHILD_QUIT);
}

static void test_flush(void **state)
{
    struct screen *t = open_child(state, "xterm", true);

    screen_wait(t, "signals kept", WAIT);
    screen_send(t, "fqqq");
    screen_wait(t, "left 0", WAIT);
    screen_send(t, "q");
    assert_int_equal(screen_wait_exit(t, WAIT), CHILD_QUIT);
}

/* What was typed for this program does not reach the next one. */
static void test_unread(void **state)
{
    struct screen *t = open_shell(
        state, "\"$0\" child xterm C.UTF-8; stty -icanon min 0 time 1; echo $(cat | wc -c) unread");

    screen_wait(t, "signals kept", WAIT);
    screen_send(t, "uxxx");
    screen_wait(t, "unread", WAIT);
    assert_true(screen_has(t, "0 unread"));
    assert_int_equal(screen_wait_exit(t, WAIT), 0);
}

static void test_hangup(void **state)
{
    struct screen *t = open_child(state, "xterm", true);

    screen_wait(t, "signals kept", WAIT);
    screen_hangup(t);
    assert_int_equal(screen_wait_exit(t, WAIT), CHILD_END);
}

/* XON/XOFF stays on slow lines that have it, and only there. */
static void test_flow_control(void **state)
{
    static const struct {
        const char *command;
        bool kept;
    } rows[] = {
        {"stty 9600 ixon; exec \"$0\" child vt100 C.UTF-8", true},
        {"stty 9600 -ixon; exec \"$0\" child vt100 C.UTF-8", false},
        {"stty 19200 ixon; exec \"$0\" child vt100 C.UTF-8", false},
        {"stty 115200 ixon; exec \"$0\" child vt100 C.UTF-8", false},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct screen *t = open_shell(state, rows[i].command);
        struct termios line;

        screen_wait(t, "signals kept", WAIT);
        assert_int_equal(tcgetattr(screen_fd(t), &line), 0);
        assert_int_equal((line.c_iflag & IXON) != 0, rows[i].kept);
        assert_int_equal(line.c_lflag & (ICANON | ECHO | ISIG), 0);
        screen_send(t, "q");
        assert_int_equal(screen_wait_exit(t, WAIT), CHILD_QUIT);
        screen_close(t);
        *state = NULL;
    }
}

#define TEST(f) cmocka_unit_test_teardown(f, close_screen)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(test_xterm),       TEST(test_vt100),  TEST(test_stand_ins),    TEST(test_dumb),
        TEST(test_no_terminal), TEST(test_resize), TEST(test_again),        TEST(test_flush),
        TEST(test_hangup),      TEST(test_unread), TEST(test_flow_control),
    };

    if (argc == 4 && strcmp(argv[1], "child") == 0)
        return child(argv[2], argv[3]);
    if (readlink("/proc/self/exe", self, sizeof self - 1) <= 0)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
