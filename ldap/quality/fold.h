/* SPDX-License-Identifier: MIT */
#ifndef FOLD_H
#define FOLD_H

/*
 * Text as letters: UTF-8 taken apart, and Vietnamese without its diacritics. Pure.
 */

#include <stddef.h>
#include <stdint.h>

#include "matkhau/secret.h"

/* The most letters that MK_PASSWORD_MAX bytes can be. */
#define FOLD_LETTERS MK_PASSWORD_MAX

/* Stands for a byte that is not UTF-8 (RFC 3629). */
#define FOLD_BAD UINT32_C(0xfffd)

enum fold_class { FOLD_DIGIT, FOLD_UPPER, FOLD_LOWER, FOLD_OTHER, FOLD_CLASSES };

/*
 * A text of at most FOLD_LETTERS letters. `base` is the small ASCII letter under the diacritics (đ
 * is d), or NUL where the character is no letter. Combining marks (U+0300..U+036F) are joined to
 * the letter before: they are no letters of their own.
 */
struct fold {
    size_t count;
    uint32_t code[FOLD_LETTERS];
    char base[FOLD_LETTERS];
};

/* Letters beyond FOLD_LETTERS are left out. */
void fold_text(struct fold *fold, const char *text);

/* The next code point at `*text`, which is moved on; FOLD_BAD for one bad byte. Not at the NUL. */
uint32_t fold_next(const char **text);

/* The small ASCII letter of `code`, or NUL. */
char fold_base(uint32_t code);

enum fold_class fold_class(uint32_t code);

/* The small letter of `code` where it is a capital of ASCII or Vietnamese; else `code`. */
uint32_t fold_lower(uint32_t code);

#endif
