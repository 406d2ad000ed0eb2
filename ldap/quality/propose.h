/* SPDX-License-Identifier: MIT */
#ifndef PROPOSE_H
#define PROPOSE_H

/*
 * Passwords made by chance that are easy to read, to type and to remember: five Vietnamese
 * syllables and three digits, "Muong-ve-chat-ghe-tang-473".
 *
 * No letter looks like another: there is no l, I or 1 and no O or 0.
 *
 * No input method changes anything. Telex changes a vowel by the same vowel or by w, s, f, r, x, j
 * or z anywhere behind it in a word, d by d, and [ ] by themselves; VNI changes a letter by a digit
 * anywhere behind it. Both take a sign for the end of a word. So each syllable is a word of its own
 * without these letters behind its vowel, and digits stand behind a sign.
 *
 * The bits of chance are those of what is drawn, every syllable and every digit of its list being
 * as likely as any other: 5 log2(1840) + 3 log2(8) = 63.2, less log2(1/A) where the rules let A of
 * the drawn ones pass. Capital, signs and order are always the same and count nothing.
 *
 * Where a system takes none of these, it is thirteen consonants and digits, without a vowel that an
 * input method could change: 13 log2(32) = 65 bits, counted likewise.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "matkhau/secret.h"

#define PROPOSE_BITS_MIN 60

/* The list of syllables: every one that can be written with an initial and a
 * rhyme, those left out that would begin with a capital I or O. */
#define PROPOSE_SYLLABLES 1840
#define PROPOSE_SYLLABLE_MAX 6

enum propose_form { PROPOSE_WORDS, PROPOSE_CONSONANTS, PROPOSE_FORMS };

/* Fills `bytes` with `size` bytes of chance, or returns false. `data` is the caller's. */
typedef bool propose_chance(void *bytes, size_t size, void *data);

/* getrandom(2); `data` is not looked at. */
bool propose_kernel(void *bytes, size_t size, void *data);

/* One of 0..count-1 into `out`, all of them as likely; `count` > 0. False without chance. */
bool propose_number(uint32_t *out, uint32_t count, propose_chance *chance, void *data);

/*
 * Draws one password. `sign` stands between the words, or behind the consonants; '\0' is none,
 * which PROPOSE_WORDS cannot be without. False without chance.
 */
bool propose_draw(struct mk_password *password, enum propose_form form, char sign,
                  propose_chance *chance, void *data);

/* The bits that were drawn for one of `passed` passwords that came out of `drawn`. */
double propose_bits(enum propose_form form, unsigned passed, unsigned drawn);

/* The `index`th syllable of the list, `index` < PROPOSE_SYLLABLES. */
void propose_syllable(char out[PROPOSE_SYLLABLE_MAX + 1], uint32_t index);

#endif
