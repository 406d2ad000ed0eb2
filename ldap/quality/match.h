/* SPDX-License-Identifier: MIT */
#ifndef MATCH_H
#define MATCH_H

/*
 * Words in a password, with letter-for-sign swaps undone (@ for a, 0 for o ...) and digits or signs
 * between the letters passed over. Pure.
 *
 * A password counts as made of words when
 *   - at most MATCH_WORDS_MAX words hold all of its letters, but for MATCH_LEFT_MAX where one of
 * the words has MATCH_LONG letters;
 *   - its digits, and its signs counted twice, are at most MATCH_REST_MAX.
 */

#include "fold.h"
#include "words.h"

#define MATCH_WORDS_MAX 3
#define MATCH_LEFT_MAX 1
#define MATCH_LONG 4
#define MATCH_REST_MAX 10

/* What was found: the rules broken, and for each the longest word. */
struct match {
    uint64_t failed;
    struct {
        const char *text;
        unsigned letters;
    } word[MK_RULES];
};

/*
 * Looks for the words of `lists` (`count` of them; text of `match` points into them). `birth_year`
 * may stand in two digits beside a WORDS_WITH_YEAR word, 0 is none. Adds to `match`.
 */
void match_words(struct match *match, const struct fold *password, const struct words *const *lists,
                 size_t count, uint32_t birth_year);

#endif
