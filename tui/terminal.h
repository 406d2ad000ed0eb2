/* SPDX-License-Identifier: MIT */
#ifndef TERMINAL_H
#define TERMINAL_H

/*
 * Starting and restoring the terminal, also on the way out of a failure. Input is read with read(2)
 * by the main loop, because getch() keeps bytes of its own behind poll()'s back and blocks on ESC;
 * ncurses only draws.
 */

#include <stdbool.h>

enum terminal_failure {
    TERMINAL_OK,
    TERMINAL_NOT_A_TTY, /* standard input or output is no terminal */
    TERMINAL_DUMB,      /* no cursor addressing, and no stand-in entry fits */
};

/* Below this size nothing can be shown but a request for more room. */
#define TERMINAL_LINES_MIN 16
#define TERMINAL_COLUMNS_MIN 60

/*
 * Takes standard input and output: raw, no echo, bracketed paste where the terminal knows it.
 * `term` is a validated TERM or "". Without a fitting terminfo entry a stand-in is taken. Signals
 * are handled as before: SIGWINCH, SIGTERM and the others stay with the caller. On failure nothing
 * was sent and the modes of the line are untouched.
 */
enum terminal_failure terminal_start(const char *term);

/* Clears the screen and its scroll-back, restores the terminal, drops unread input. Idempotent. */
void terminal_stop(void);

/* Clears the screen and its scroll-back at once: the next person sees nothing of the one before. */
void terminal_clear(void);

/* The window has a new size: tell ncurses. The caller redraws. */
void terminal_resized(void);

/* Throws away what was typed and not yet read. */
void terminal_flush_input(void);

#endif
