/* SPDX-License-Identifier: MIT */
#ifndef LIKENESS_H
#define LIKENESS_H

/* A new password beside the current one. Pure. */

#include "fold.h"
#include "matkhau/quality.h"

/*
 * MK_RULE_SAME, MK_RULE_CASE_ONLY, MK_RULE_ROTATED (backwards included), MK_RULE_SIMILAR, or
 * MK_RULE_OK: the first of them that holds.
 *
 * Similar is: fewer than `difok` letters changed, added or left out (pwquality.conf(5); not looked
 * at where the new one is twice as long), or LIKENESS_LETTERS letters or more and all the same,
 * with other digits or signs between or around (Ruong#01, Ruong#02).
 */
enum mk_rule likeness(const struct fold *old, const struct fold *new, unsigned difok);

#define LIKENESS_LETTERS 4

#endif
