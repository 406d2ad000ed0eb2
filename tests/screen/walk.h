/* SPDX-License-Identifier: MIT */
#ifndef WALK_H
#define WALK_H

/*
 * What an operator does at a helpdesk, step by step, in every language. Each waits for what the
 * screen has to say; whatever is missing fails the test and shows the screen.
 *
 *     walk_enter(), walk_find(), walk_open(), walk_call()
 *     walk_unlock(), or walk_choose(), walk_reset(), walk_read()
 */

#include "stage.h"

/* What the screen says in one language. */
struct walk_words {
    const char *argument; /* for the program, or NULL */
    /* The table and what comes before it. */
    const char *login;
    const char *todo;
    const char *asking;
    const char *own; /* the row of the log-in account, and of two systems */
    const char *mail;
    const char *cases;
    const char *issued;
    const char *current;
    const char *again;
    const char *matches;
    /* Finding, the card and the call. */
    const char *who;
    const char *call_first; /* on a card without a call */
    const char *verified_how;
    const char *recorded;
    const char *locked;
    const char *only_locked; /* the advice */
    const char *in_order;    /* likewise */
    const char *unlocked;
    /* The reset. */
    const char *which;   /* accounts */
    const char *present; /* what happens to the present password */
    const char *go;      /* once there is a temporary password */
    const char *show;    /* while the password is hidden */
    const char *set;     /* behind an account */
    const char *to_change;
    const char *changed_at; /* likewise; a time follows */
    const char *told;       /* to a caller who has had two accounts reset */
    /* Phrases by which a character is said. */
    const char *digit;
    const char *capital; /* before the letter, or NULL */
    const char *sign[4]; /* . - @ = */
};

extern const struct walk_words walk_vietnamese;
extern const struct walk_words walk_plain; /* without diacritics */
extern const struct walk_words walk_english;

#define WALK_PASSWORD_MAX 63

/* Logs in and waits until the table is there and no row is still asked for. */
void walk_enter(struct screen *t, const struct walk_words *w, const char *login,
                const char *password);

/* From the table to the screen that finds callers, and types. */
void walk_find(struct screen *t, const struct walk_words *w, const char *typed);

/* Moves to the hit whose row contains `mark`, and opens the card; waits for `title`. */
void walk_open(struct screen *t, const char *mark, const char *title);

/* On the card: records the call with the first way to verify. */
void walk_call(struct screen *t, const struct walk_words *w, const char *reason);

/* All three, of the person with that log-in name, title being the beginning of the card. */
void walk_to_card(struct screen *t, const struct walk_words *w, const char *login,
                  const char *title);

/* On the card: unlocks what is locked, one account, and waits for the success. */
void walk_unlock(struct screen *t, const struct walk_words *w);

/* From the card to the confirmation of a reset of exactly these accounts (NULL at the end). */
void walk_choose(struct screen *t, const struct walk_words *w, const char *const *names);

/* From there: resets, and waits until every one of `count` accounts says `said`. */
void walk_reset(struct screen *t, const struct walk_words *w, int count, const char *said);

/*
 * Shows the temporary password and takes it from its spelling, as it would be read out. Fails where
 * the spelling and what stands above it differ. It stays shown.
 */
void walk_read(struct screen *t, const struct walk_words *w, char password[WALK_PASSWORD_MAX + 1]);

/* At the caller's terminal: logs in with it, is led to the change, makes it, and sees the table. */
void walk_first_log_in(struct screen *t, const struct walk_words *w, const char *login,
                       const char *temporary, const char *password);

/* The row under the cursor, of a list; as screen_row(). */
const char *walk_chosen(struct screen *t);

/* How many rows contain `text`; and waits until so many do. */
int walk_count(struct screen *t, const char *text);
void walk_wait_count(struct screen *t, const char *text, int count);

/* Waits until so many accounts are said to have been changed by the caller, with the time. */
void walk_wait_changed(struct screen *t, const struct walk_words *w, int count);

#endif
