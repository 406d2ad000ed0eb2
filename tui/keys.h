/* SPDX-License-Identifier: MIT */
#ifndef KEYS_H
#define KEYS_H

/*
 * From the bytes of a terminal to events: UTF-8 decoded with resynchronisation at the next good
 * byte, known CSI and SS3 sequences named (ECMA-48, xterm's ctlseqs, VT220, Linux console), every
 * other sequence swallowed whole, as are Alt and a key, bracketed paste marked. Inside a paste only
 * its end is looked for; should that never come, the Esc key ends it (and nothing else). A pure
 * state machine: no reading, no waiting, no clock.
 */

#include <stdbool.h>
#include <stdint.h>

enum keys_kind {
    KEYS_CHARACTER, /* a letter, U+0020 or above, never a control character */
    KEYS_KEY,
    KEYS_BAD, /* bytes that are not UTF-8 */
};

enum keys_key {
    KEYS_ENTER,  /* CR or LF */
    KEYS_ESCAPE, /* ESC and then silence */
    KEYS_TAB,
    KEYS_BACK_TAB,
    KEYS_BACKSPACE, /* BS or DEL */
    KEYS_DELETE,
    KEYS_UP,
    KEYS_DOWN,
    KEYS_LEFT,
    KEYS_RIGHT,
    KEYS_HOME,
    KEYS_END,
    KEYS_PAGE_UP,
    KEYS_PAGE_DOWN,
    KEYS_CLEAR,  /* Ctrl-U: empty the field */
    KEYS_REDRAW, /* Ctrl-L */
    KEYS_LEAVE,  /* Ctrl-D: end of input; does what F10 does */
    KEYS_F1,     /* F1 to F12 follow one another */
    KEYS_F12 = KEYS_F1 + 11,
    KEYS_OTHER, /* any other control character; screens ignore it */
};

#define KEYS_F(n) ((enum keys_key)(KEYS_F1 + (n)-1))

struct keys_event {
    enum keys_kind kind;
    enum keys_key key;  /* with KEYS_KEY */
    uint32_t character; /* with KEYS_CHARACTER: Unicode scalar value */
    bool pasted;        /* inside a bracketed paste: must not submit or move on */
};

/* A byte can end one event and be one itself. */
#define KEYS_EVENTS_MAX 2

/* How long after the last byte a pending sequence is taken as ended, in milliseconds. */
#define KEYS_WAIT_MS 50

/* Private to keys.c; zero is the state before the first byte. */
struct keys {
    int state;
    bool pasting;
    uint32_t character;
    int need; /* continuation bytes still to come */
    int have;
    int length;
    char sequence[24];
};

/* Takes one byte. Returns how many events it completed, 0..KEYS_EVENTS_MAX, in `events`. */
int keys_byte(struct keys *keys, unsigned char byte, struct keys_event events[KEYS_EVENTS_MAX]);

/* Whether bytes of an unfinished sequence are held: then call keys_silence() after KEYS_WAIT_MS. */
bool keys_pending(const struct keys *keys);

/* The wait is over: ends what is pending. Returns 0 or 1 events. */
int keys_silence(struct keys *keys, struct keys_event events[KEYS_EVENTS_MAX]);

#endif
