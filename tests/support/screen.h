/* SPDX-License-Identifier: MIT */
#ifndef SCREEN_H
#define SCREEN_H

/*
 * A terminal without glass: runs a program on a pty of its own and reads its screen back with
 * libvterm. For cmocka tests; a wait that is not rewarded fails the test and prints the screen.
 *
 *     struct screen *t = screen_open(&(struct screen_options){.argv = argv, .env = env, .utf8 =
 * true}); screen_wait(t, "Mật khẩu", 2000); screen_send(t, "nguyenvanan" SCREEN_TAB "Xuan2024!"
 * SCREEN_ENTER); screen_wait(t, "Hệ thống", 5000); screen_send(t, SCREEN_F(10));
 *     assert_int_equal(screen_wait_exit(t, 2000), 0);
 *     screen_close(t);
 *
 * A failing test jumps out of its function, so call screen_close() from the test's teardown. Rows
 * and columns count from 0, times are milliseconds. Nothing here is drawn until it was read: every
 * function that waits reads, and so does screen_send().
 */

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Keys as xterm sends them. Literals, to be joined with what is typed around them. */
#define SCREEN_ENTER "\r"
#define SCREEN_TAB "\t"
#define SCREEN_BACK_TAB "\033[Z"
#define SCREEN_BACKSPACE "\177"
#define SCREEN_DELETE "\033[3~"
#define SCREEN_UP "\033[A"
#define SCREEN_DOWN "\033[B"
#define SCREEN_RIGHT "\033[C"
#define SCREEN_LEFT "\033[D"
#define SCREEN_HOME "\033[H"
#define SCREEN_END "\033[F"
#define SCREEN_PAGE_UP "\033[5~"
#define SCREEN_PAGE_DOWN "\033[6~"
#define SCREEN_CLEAR "\025"  /* Ctrl-U */
#define SCREEN_REDRAW "\014" /* Ctrl-L */
#define SCREEN_F(n) SCREEN_F##n
#define SCREEN_F1 "\033OP"
#define SCREEN_F2 "\033OQ"
#define SCREEN_F3 "\033OR"
#define SCREEN_F4 "\033OS"
#define SCREEN_F5 "\033[15~"
#define SCREEN_F6 "\033[17~"
#define SCREEN_F7 "\033[18~"
#define SCREEN_F8 "\033[19~"
#define SCREEN_F9 "\033[20~"
#define SCREEN_F10 "\033[21~"
#define SCREEN_F11 "\033[23~"
#define SCREEN_F12 "\033[24~"
#define SCREEN_PASTE(text) "\033[200~" text "\033[201~"

struct screen;

struct screen_options {
    const char *const *argv; /* argv[0] is the path of the program */
    /* "NAME=value"..., at most 60, TERM among them; what sanitizers read is added. May be NULL. */
    const char *const *env;
    int rows, columns; /* 0: 24 and 80 */
    bool utf8;         /* what the terminal shows; without it a byte is a letter, as on a VT100 */
};

/*
 * Starts the program as leader of a session on a new pty, with no other open file. Fails the test
 * when that is not possible. A program that cannot be executed exits with 127. The child is killed
 * when the test program ends, whichever way.
 */
struct screen *screen_open(const struct screen_options *options);

/* Ends the child if it still runs (hang-up, after 2 s kill) and frees. NULL is fine. */
void screen_close(struct screen *t);

/*
 * Waits until some row contains `text` (UTF-8), or no row does. Fails the test, showing the screen,
 * when `ms` pass or the program ends before.
 */
#define screen_wait(t, text, ms) screen_wait_at(t, text, true, ms, __FILE__, __LINE__)
#define screen_wait_gone(t, text, ms) screen_wait_at(t, text, false, ms, __FILE__, __LINE__)
void screen_wait_at(struct screen *t, const char *text, bool present, int ms, const char *file,
                    int line);

/* Waits until nothing has come for `quiet` ms. For counting bytes, and before looking for absence.
 */
void screen_settle(struct screen *t, int quiet);

/*
 * Waits for the program's end. Its exit status; 128 + the signal's number when one killed it. Fails
 * the test, showing the screen, when it still runs after `ms`. What it wrote last is on the screen.
 */
#define screen_wait_exit(t, ms) screen_wait_exit_at(t, ms, __FILE__, __LINE__)
int screen_wait_exit_at(struct screen *t, int ms, const char *file, int line);

/* Types. Reads meanwhile, so that neither side can block the other. */
void screen_send(struct screen *t, const char *bytes);

/* The same for bytes with NULs in between. */
void screen_send_bytes(struct screen *t, const void *bytes, size_t size);

/* The Esc key: ESC, then the silence by which programs tell it from a sequence (100 ms). */
void screen_escape(struct screen *t);

/* Whether some row contains `text` now, and which one is the first to (-1: none). Do not read. */
bool screen_has(struct screen *t, const char *text);
int screen_find(struct screen *t, const char *text);

/* A row in UTF-8 without trailing spaces; "" below the last. Good until the next call with `t`. */
const char *screen_row(struct screen *t, int row);

/* All rows, each with "\n". Good until the next call with `t`. */
const char *screen_text(struct screen *t);

/* Where the cursor is. */
void screen_cursor(struct screen *t, int *row, int *column);

/* Whether the letter there is in reverse video. */
bool screen_reverse(struct screen *t, int row, int column);

/* Bytes received since the last screen_mark(), or since the start. */
void screen_mark(struct screen *t);
size_t screen_bytes(const struct screen *t);

/* Everything the program ever sent, `*size` bytes. Good until the next call that reads. */
const char *screen_output(const struct screen *t, size_t *size);

/* Writes the same to a file, from which tests/support/raw2png makes a picture. */
void screen_save(const struct screen *t, const char *file);

/* A new window size; the kernel sends SIGWINCH. */
void screen_resize(struct screen *t, int rows, int columns);

/* The line drops: SIGHUP, and end of file for whoever reads on. Only screen_wait_exit() follows. */
void screen_hangup(struct screen *t);

/* The child, for signals and /proc. */
pid_t screen_pid(const struct screen *t);

/* The near end of the pty; tcgetattr(3) on it tells the modes that the program has set. */
int screen_fd(const struct screen *t);

#endif
