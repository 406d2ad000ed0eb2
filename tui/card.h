/* SPDX-License-Identifier: MIT */
#ifndef CARD_H
#define CARD_H

/*
 * The memory of the card's screen, shared by what it does (screen_card.c) and how it looks
 * (card_draw.c, card_below.c, card_detail.c).
 */

#include "app.h"
#include "sentences_desk.h"

enum card_mode {
    CARD_LIST,
    CARD_DETAIL,     /* everything about one account, server by server */
    CARD_ASK_UNLOCK, /* F5 was pressed, and more than one answer makes sense */
    CARD_ASK_LEAVE,  /* F10 was pressed, and a temporary password has not been changed yet */
};

struct card {
    enum card_mode mode;
    int top;                     /* first position on the screen */
    int order[SESSION_ROWS_MAX]; /* the desk's rows by position, worst first */
    int server;                  /* first server of the details on the screen */
    bool failed;                 /* something of the unlocking under way; the notice says it */
};

/* The memory of the present screen, which is the card. */
struct card *card_of(const struct app *app);

/* The chosen row, or NULL while there is none. */
const struct desk_row *card_row(const struct app *app);

/* Where the chosen row stands in the list. */
int card_position(const struct app *app);

/* How many rows the list has room for. */
int card_visible(const struct app *app);

/* "To call back: ...", or that there is no number. */
void card_phones(char *out, size_t size, const struct mk_caller *caller);

/* How many accounts are locked as far as is known. */
int card_locked(const struct app *app);

/* Whether the window is so low that what is not needed at once is left out. */
bool card_is_low(void);

/* The directory in which a row's account is. */
const struct mk_request_directory *card_directory(const struct app *app,
                                                  const struct desk_row *row);

/* Below the list: the chosen row with its servers, and what there is to say; in so many lines. */
int card_below_lines(const struct app *app);
void card_draw_below(const struct app *app);

/* The screen's operation: see struct screen. */
void card_draw(struct app *app);

/* The same in CARD_DETAIL. */
void card_draw_detail(const struct app *app);

#endif
