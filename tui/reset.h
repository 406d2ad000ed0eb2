/* SPDX-License-Identifier: MIT */
#ifndef RESET_H
#define RESET_H

/*
 * The memory of the screen that resets passwords, shared by what it does (screen_reset.c) and how
 * it looks (reset_draw.c).
 */

#include "app.h"
#include "sentences_desk.h"

enum reset_stage {
    RESET_CHOOSE,  /* the accounts */
    RESET_CONFIRM, /* what will happen; the password is being made, or is there */
    RESET_WORK,    /* the servers are at it */
    RESET_DONE,    /* the results, and the password on a key */
};

struct reset {
    enum reset_stage stage;
    bool chosen[SESSION_ROWS_MAX]; /* by the card's rows */
    int at;                        /* the row under the cursor */
    int top;                       /* first row on the screen */
    bool shown;                    /* the password is readable, until `hide_ms` */
    int64_t hide_ms;
    bool ever_shown;
    bool warned;                  /* that leaving loses a password that nobody has read */
    bool tried[SESSION_ROWS_MAX]; /* by the card's rows: there is a result */
    enum mk_result result[SESSION_ROWS_MAX];
    enum mk_result done; /* of all, for rows that nothing was said of */
};

/* The memory of the present screen, which is that one. */
struct reset *reset_of(const struct app *app);

/* How many accounts are chosen. */
int reset_count(const struct app *app);

/* What became of the reset of a chosen row. */
enum mk_result reset_result(const struct app *app, int row);

/* Whether the password is, or may be, the caller's somewhere. */
bool reset_is_set(const struct app *app);

/* How many rows the list has room for at this stage. */
int reset_visible(const struct app *app);

/* The screen's operation: see struct screen. */
void reset_draw(struct app *app);

#endif
