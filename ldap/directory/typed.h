/* SPDX-License-Identifier: MIT */
#ifndef TYPED_H
#define TYPED_H

/*
 * What an operator types to find somebody, and how well an entry fits it. Pure.
 *
 *   typed_read -> for each entry: fit_begin -> fit_login, fit_name ... for each value -> fit_rank
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "letters.h"
#include "matkhau/desk.h"

#define TYPED_WORDS_MAX 64

struct typed_word {
    const char *text; /* as typed */
    const struct letter *letters;
    size_t length; /* in letters */
    bool has_digit;
    bool is_number; /* digits and what one writes between them */
    size_t run;     /* so many words from here on are parts of one number; 0 inside of it */
};

/* It holds addresses of its own parts: not to be copied. */
struct typed {
    size_t count;
    struct typed_word word[TYPED_WORDS_MAX];
    struct letter letters[MK_TYPED_MAX];
    char text[MK_TYPED_MAX + 1];                    /* of the words, each with a NUL */
    char number[TYPED_WORDS_MAX][MK_TYPED_MAX + 1]; /* where a run begins: all of it, no spaces */
};

/* Telephone numbers from the zero of the country on: "+84 912 345 678" is "0912345678". */
#define TYPED_NUMBER_MAX MK_TYPED_MAX

/* Takes apart what was typed. */
void typed_read(struct typed *typed, const char *text);

/*
 * The digits of a telephone number as dialled within Viet Nam into `out`. A number of 11 digits or
 * more that begins with 84 counts as one that begins with +84; with `partial`, any that does.
 */
void typed_national(const char *text, bool partial, char out[TYPED_NUMBER_MAX + 1]);

/* How well an entry fits, best first. */
enum typed_rank {
    TYPED_IS_LOGIN,
    TYPED_IS_STAFF,
    TYPED_IS_PHONE,
    TYPED_IS_MAIL,
    TYPED_NAME_IN_ORDER, /* each word is a word of the name */
    TYPED_NAME,
    TYPED_BEGINS_LOGIN,
    TYPED_BEGINS_STAFF,
    TYPED_BEGINS_PHONE,
    TYPED_BEGINS_MAIL,
    TYPED_BEGINS_NAME_IN_ORDER,
    TYPED_BEGINS_NAME,
    TYPED_MIXED, /* one word fits this, another that */
    TYPED_FITS_NOT
};

/* What has fitted so far, words as a set of bits. */
struct fit {
    uint64_t words; /* anything */
    enum typed_rank best;
};

void fit_begin(struct fit *fit);
void fit_login(struct fit *fit, const struct typed *typed, const char *value);
void fit_staff(struct fit *fit, const struct typed *typed, const char *value);
void fit_mail(struct fit *fit, const struct typed *typed, const char *value);
void fit_phone(struct fit *fit, const struct typed *typed, const char *value);
void fit_name(struct fit *fit, const struct typed *typed, const char *value);

/* TYPED_FITS_NOT unless each word has fitted something. */
enum typed_rank fit_rank(const struct fit *fit, const struct typed *typed);

#endif
