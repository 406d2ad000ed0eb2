/* SPDX-License-Identifier: MIT */
#ifndef PERSON_H
#define PERSON_H

/* The words that one person's password must not hold. */

#include <stdbool.h>

#include "words.h"

/*
 * Adds what `person` is known by, in these forms:
 *
 *   MK_RULE_USER   login and mail name, and their parts of four letters or more
 *   MK_RULE_NAME   each part of the name; any two of them in a row, either way round; initials;
 *                  initials and given name (nvan, annv)
 *   MK_RULE_UNIT   parts of the unit and of `words`: abbreviations and any two in their order
 *
 * Four letters or more count anywhere, three alone, two (and initials) beside a year; single words
 * of a unit only as parts. False without memory.
 */
bool person_words(struct words *words, const struct mk_quality_person *person);

#endif
