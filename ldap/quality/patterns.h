/* SPDX-License-Identifier: MIT */
#ifndef PATTERNS_H
#define PATTERNS_H

/* What can be seen in a password without any list. Pure. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fold.h"

/* The years that people choose: of their birth, and around now. */
#define PATTERNS_YEAR_FIRST 1930
#define PATTERNS_YEAR_LAST 2039

/*
 * Four or more keys in a row, a column or a usual walk over keyboard or number pad, letters in the
 * order of the alphabet, or digits in equal steps (2468); in either direction, capitals and shifted
 * digits included. Several such runs of three count when they are six characters together (abc123),
 * letters only where they stand by themselves.
 */
bool patterns_run(const struct fold *p);

/*
 * A year of four digits at an end of a row of digits; a row of digits that is a date (DDMMYYYY,
 * YYYYMMDD, MMDDYYYY, DDMMYY, MMYYYY, YYYYMM, DMMYYYY) or begins or ends with one of eight digits;
 * or day and month, with or without a year, separated by one of . - / _ (5/8/90).
 */
bool patterns_date(const struct fold *p);

/*
 * A year right beside p[start..end), at most one other sign between: four digits, or the last two
 * of `birth_year` (0: not known) with no digit after them.
 */
bool patterns_year_beside(const struct fold *p, size_t start, size_t end, uint32_t birth_year);

/*
 * A piece of two or more characters three times in a row, or a piece of four or more twice where
 * that is half of the password at least; likewise of three, where it is a whole row of letters or
 * digits. Capitals are as small letters.
 */
bool patterns_repeats(const struct fold *p);

/* The same from both ends. */
bool patterns_palindrome(const struct fold *p);

/* The longest row of one character, of one class, and of code points that go up or down by one. */
size_t patterns_same(const struct fold *p);
size_t patterns_same_class(const struct fold *p);
size_t patterns_sequence(const struct fold *p);

/* How many characters of each class. */
void patterns_count(const struct fold *p, unsigned count[FOLD_CLASSES]);

#endif
