/* SPDX-License-Identifier: MIT */
#ifndef LETTERS_H
#define LETTERS_H

/*
 * Text as letters and what is written on and below them, so that a letter typed without diacritics
 * can stand for those with any, however the text was composed (NFC, NFD, or a mixture). Pure.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A letter's diacritics: one of the tones, the rest of the Vietnamese ones, and all others. */
enum letters_mark {
    LETTERS_GRAVE = 1,
    LETTERS_ACUTE = 2,
    LETTERS_TILDE = 4,
    LETTERS_HOOK = 8,
    LETTERS_DOT = 16,
    LETTERS_TONES = 31,
    LETTERS_BREVE = 32,
    LETTERS_CIRCUMFLEX = 64,
    LETTERS_HORN = 128,
    LETTERS_STROKE = 256, /* đ */
    LETTERS_OTHER = 512
};

struct letter {
    uint32_t code;  /* small; of a letter with a base, of the first code point of it */
    uint16_t marks; /* enum letters_mark */
    char base;      /* "a".."z", "0".."9", or NUL for everything else */
};

/* Bytes of one letter as letters_write puts them, NUL included. */
#define LETTERS_WRITTEN 5

/*
 * Takes a text apart into at most `most` letters; how many. Capitals become small, combining marks
 * (U+0300..U+036F) join the letter before them. A byte that is no UTF-8 becomes U+FFFD.
 */
size_t letters_read(const char *text, struct letter *letters, size_t most);

/* The letter composed (NFC); its bytes without the NUL, 0 where it cannot be composed. */
size_t letters_write(const struct letter *letter, char out[LETTERS_WRITTEN]);

/* Whether `typed` stands for `letter`: with any diacritics, if it has none itself. */
bool letters_stands_for(const struct letter *typed, const struct letter *letter);

/* Whether it parts words: a space, or a sign of ASCII or of general punctuation. */
bool letters_parts(const struct letter *letter);

#endif
