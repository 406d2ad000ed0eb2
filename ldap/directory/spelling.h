/* SPDX-License-Identifier: MIT */
#ifndef SPELLING_H
#define SPELLING_H

/*
 * How a word typed without diacritics may be written: no server lets "nguyen" find "Nguyễn" by
 * itself, but there are only a few ways in which it can be Vietnamese. Pure.
 */

#include <stdbool.h>
#include <stddef.h>

#include "letters.h"

/* More than any syllable has, about 2 * 3 * 18. */
#define SPELLINGS_MAX 160
#define SPELLING_SIZE 64

/* Stands for any marks, or none, in a loose spelling. */
#define SPELLING_ANY '\1'

struct spellings {
    size_t count;
    bool whole; /* they are of the whole word, and not of its beginning only */
    char text[SPELLINGS_MAX][SPELLING_SIZE]; /* UTF-8, NFC, small letters */
};

/*
 * The spellings of the first syllable of a word, which may be the beginning of one: the letters as
 * they are, đ for d, and vowels with the diacritics and the one tone that may stand there. A letter
 * typed with diacritics stays. None where nothing of it can be written.
 */
void spelling_all(struct spellings *spellings, const struct letter *word, size_t length);

/*
 * The same for names whose letters are not composed: only what is never apart is written out, and
 * SPELLING_ANY stands behind each vowel within.
 */
void spelling_loose(struct spellings *spellings, const struct letter *word, size_t length);

#endif
