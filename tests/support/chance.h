/* SPDX-License-Identifier: MIT */
#ifndef CHANCE_H
#define CHANCE_H

/* Chance that can be had again: the same seed gives the same numbers on every machine. */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* The number in an environment variable, or `otherwise` where it is not set. */
static inline unsigned long chance_setting(const char *name, unsigned long otherwise)
{
    const char *text = getenv(name);

    return text == NULL ? otherwise : strtoul(text, NULL, 10);
}

/* A number below `bound` (> 0). splitmix64, as its author put it into the public domain. */
static inline unsigned chance_below(uint64_t *state, unsigned bound)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return (unsigned)((z ^ z >> 31) % bound);
}

/*
 * A password of `length` characters and its NUL that no rule refuses: a capital consonant, a small
 * one and one of `others` in turns, none of them twice, whatever its case.
 */
static inline void chance_password(uint64_t *state, const char *others, char *out, int length)
{
    const char *const kinds[] = {"BCDFGHKLMNPQRSTVWXZ", "bcdfghklmnpqrstvwxz", others};

    out[0] = '\0';
    for (int i = 0; i < length;) {
        const char *kind = kinds[i % 3];
        char next[2] = {kind[chance_below(state, (unsigned)strlen(kind))], '\0'};

        if (strcasestr(out, next) != NULL)
            continue;
        out[i++] = next[0];
        out[i] = '\0';
    }
}

#endif
