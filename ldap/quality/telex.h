/* SPDX-License-Identifier: MIT */
#ifndef TELEX_H
#define TELEX_H

/*
 * The keys that a Vietnamese text is typed with in Telex. Somebody who thinks of "mật khẩu" may
 * type "maatj khaaur" with the input method off, and believe it is a secret. Pure.
 */

#include <stdbool.h>

/* Where the key of the tone goes: behind the syllable, or behind its vowel. */
enum telex_way { TELEX_TONE_LAST, TELEX_TONE_AT_VOWEL, TELEX_WAYS };

#define TELEX_MAX 60

/* Writes the keys of `text`, small letters only, into `out`. False when there are too many. */
bool telex_type(char out[TELEX_MAX + 1], const char *text, enum telex_way way);

#endif
