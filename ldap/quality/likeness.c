// SPDX-License-Identifier: MIT
#include "likeness.h"

#include <stdbool.h>

/* Whether both are the same, `shift` letters of the old one moved to its end. */
static bool is_turned(const struct fold *old, const struct fold *new, size_t shift)
{
    for (size_t i = 0; i < new->count; i++)
        if (new->code[i] != old->code[(i + shift) % old->count])
            return false;
    return true;
}

static bool is_rotated(const struct fold *old, const struct fold *new)
{
    bool backwards = true;

    if (old->count != new->count)
        return false;
    for (size_t i = 0; i < new->count &&backwards; i++)
        backwards = fold_lower(new->code[i]) == fold_lower(old->code[old->count - 1 - i]);
    for (size_t shift = 1; shift < old->count && !backwards; shift++)
        backwards = is_turned(old, new, shift);
    return backwards;
}

static bool is_case_only(const struct fold *old, const struct fold *new)
{
    if (old->count != new->count)
        return false;
    for (size_t i = 0; i < new->count; i++)
        if (fold_lower(old->code[i]) != fold_lower(new->code[i]))
            return false;
    return true;
}

/* Levenshtein's distance in two rows. */
static unsigned distance(const struct fold *old, const struct fold *new)
{
    uint16_t row[FOLD_LETTERS + 1];
    unsigned last;

    for (size_t k = 0; k <= new->count; k++)
        row[k] = (uint16_t)k;
    for (size_t i = 0; i < old->count; i++) {
        unsigned corner = row[0];
        row[0] = (uint16_t)(i + 1);
        for (size_t k = 0; k < new->count; k++) {
            unsigned best = corner + (old->code[i] != new->code[k]);
            corner = row[k + 1];
            if (corner + 1 < best)
                best = corner + 1;
            if (row[k] + 1U < best)
                best = row[k] + 1U;
            row[k + 1] = (uint16_t)best;
        }
    }
    last = row[new->count];
    mk_wipe(row, sizeof row);
    return last;
}

/* The letters alone, in their order. */
static bool same_letters(const struct fold *old, const struct fold *new)
{
    size_t i = 0;
    size_t k = 0;
    size_t letters = 0;

    for (;;) {
        while (i < old->count && old->base[i] == '\0')
            i++;
        while (k < new->count &&new->base[k] == '\0')
            k++;
        if (i == old->count || k == new->count)
            return i == old->count && k == new->count &&letters >= LIKENESS_LETTERS;
        if (old->base[i++] != new->base[k++])
            return false;
        letters++;
    }
}

enum mk_rule likeness(const struct fold *old, const struct fold *new, unsigned difok)
{
    if (old->count == 0 || new->count == 0)
        return MK_RULE_OK;
    if (is_turned(old, new, 0) && old->count == new->count)
        return MK_RULE_SAME;
    if (is_case_only(old, new))
        return MK_RULE_CASE_ONLY;
    if (is_rotated(old, new))
        return MK_RULE_ROTATED;
    if (same_letters(old, new) || (new->count < 2 * old->count &&distance(old, new) < difok))
        return MK_RULE_SIMILAR;
    return MK_RULE_OK;
}
