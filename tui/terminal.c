/* SPDX-License-Identifier: MIT */
#include "terminal.h"

#include <fnmatch.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <curses.h>
#include <term.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

static SCREEN *screen;

/*
 * ncurses-base has 46 entries; the others are in ncurses-term, which a thin system lacks. Each of
 * these speaks enough of the stand-in's language for a program without colours and frames.
 */
static const struct stand_in {
    const char *pattern;
    const char *name;
} stand_ins[] = {
    {"xterm*", "xterm"},   {"alacritty*", "xterm"}, {"kitty*", "xterm"},   {"*-kitty", "xterm"},
    {"foot*", "xterm"},    {"wezterm*", "xterm"},   {"putty*", "xterm"},   {"konsole*", "xterm"},
    {"gnome*", "xterm"},   {"vte*", "xterm"},       {"rxvt*", "xterm"},    {"st", "xterm"},
    {"st-*", "xterm"},     {"eterm*", "xterm"},     {"Eterm*", "xterm"},   {"mintty*", "xterm"},
    {"contour*", "xterm"}, {"ghostty*", "xterm"},   {"screen*", "screen"}, {"tmux*", "screen"},
    {"linux*", "linux"},   {"vt*", "vt100"},
};

/* A string capability of the current entry, or NULL; terminfo's "cancelled" is (char *)-1. */
static const char *capability(const char *name)
{
    const char *value = tigetstr(name);

    return (intptr_t)value == -1 ? NULL : value;
}

/*
 * Sends a capability at once where the entry has it. putp() goes by stdio and refresh() does not:
 * whatever is drawn before must have been refreshed.
 */
static void send_capability(const char *name)
{
    if (capability(name) != NULL) {
        putp(capability(name));
        fflush(stdout);
    }
}

/*
 * Whether there is an entry `name` on which a screen can be drawn. Costs 0.05 ms, because newterm()
 * reads the entry again; but a newterm() that fails leaks, and one that takes "dumb" lets refresh()
 * spray 2,100 bytes on it.
 */
static bool entry_fits(const char *name)
{
    int error;
    bool fits;

    if (*name == '\0' || setupterm(name, STDOUT_FILENO, &error) != OK)
        return false;
    fits = capability("cup") != NULL && capability("clear") != NULL && tigetflag("hc") <= 0 &&
           tigetflag("gn") <= 0;
    del_curterm(cur_term);
    return fits;
}

/* The entry to use for a terminal that calls itself `term`, or NULL. */
static const char *choose_entry(const char *term)
{
    if (entry_fits(term))
        return term;
    for (size_t i = 0; i < COUNT(stand_ins); i++)
        if (fnmatch(stand_ins[i].pattern, term, 0) == 0)
            return entry_fits(stand_ins[i].name) ? stand_ins[i].name : NULL;
    return NULL;
}

/*
 * newterm() with every signal handled afterwards as before: its own handlers would leave on SIGINT
 * and SIGTERM without wiping anything, and the main loop owns SIGWINCH.
 */
static SCREEN *start_curses(const char *entry)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGTSTP, SIGWINCH};
    struct sigaction before[COUNT(signals)];
    SCREEN *started;

    for (size_t i = 0; i < COUNT(signals); i++)
        sigaction(signals[i], NULL, &before[i]);
    /* The window's size comes from the line, then from the entry, never from LINES and COLUMNS. */
    use_tioctl(TRUE);
    started = newterm(entry, stdout, stdin);
    for (size_t i = 0; i < COUNT(signals); i++)
        sigaction(signals[i], &before[i], NULL);
    return started;
}

/*
 * raw() ends XON/XOFF, and with it Ctrl-S freezing the screen. On a slow serial line it stays as it
 * was found: such a terminal may have no other way to ask for a pause (terminfo's xon).
 */
static void keep_flow_control(const struct termios *before)
{
    speed_t speed = cfgetospeed(before);
    struct termios now;

    if ((before->c_iflag & IXON) == 0 || speed == B0 || speed >= B19200)
        return;
    if (tcgetattr(STDIN_FILENO, &now) == 0) {
        now.c_iflag |= IXON;
        tcsetattr(STDIN_FILENO, TCSANOW, &now);
    }
}

enum terminal_failure terminal_start(const char *term)
{
    struct termios before;
    const char *entry;

    if (isatty(STDIN_FILENO) == 0 || isatty(STDOUT_FILENO) == 0 ||
        tcgetattr(STDIN_FILENO, &before) != 0)
        return TERMINAL_NOT_A_TTY;
    entry = choose_entry(term);
    if (entry == NULL || (screen = start_curses(entry)) == NULL)
        return TERMINAL_DUMB;
    raw();
    noecho();
    nonl();
    keep_flow_control(&before);
    /* Input is not ncurses' business: no looking for it after every fifth row drawn. */
    typeahead(-1);
    send_capability("BE");
    return TERMINAL_OK;
}

void terminal_stop(void)
{
    if (screen == NULL)
        return;
    erase();
    refresh();
    send_capability("BD");
    send_capability("E3");
    endwin();
    terminal_flush_input();
    delscreen(screen);
    screen = NULL;
}

void terminal_clear(void)
{
    if (screen == NULL)
        return;
    erase();
    clearok(curscr, TRUE);
    refresh();
    send_capability("E3");
}

void terminal_resized(void)
{
    struct winsize size;

    if (screen != NULL && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 &&
        size.ws_col > 0)
        resizeterm(size.ws_row, size.ws_col);
}

void terminal_flush_input(void)
{
    tcflush(STDIN_FILENO, TCIFLUSH);
}
