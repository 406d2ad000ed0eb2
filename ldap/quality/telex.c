// SPDX-License-Identifier: MIT
#include "telex.h"

#include <stddef.h>
#include <stdint.h>

#include "fold.h"

/* The keys of the five tones, in the order of the table. */
static const char tone_keys[] = "fsrxj";

static const struct {
    const char *keys;
    uint32_t plain;
    uint32_t toned[sizeof tone_keys - 1];
} vowels[] = {
    {"a", 'a', {0xe0, 0xe1, 0x1ea3, 0xe3, 0x1ea1}},
    {"aw", 0x103, {0x1eb1, 0x1eaf, 0x1eb3, 0x1eb5, 0x1eb7}},
    {"aa", 0xe2, {0x1ea7, 0x1ea5, 0x1ea9, 0x1eab, 0x1ead}},
    {"e", 'e', {0xe8, 0xe9, 0x1ebb, 0x1ebd, 0x1eb9}},
    {"ee", 0xea, {0x1ec1, 0x1ebf, 0x1ec3, 0x1ec5, 0x1ec7}},
    {"i", 'i', {0xec, 0xed, 0x1ec9, 0x129, 0x1ecb}},
    {"o", 'o', {0xf2, 0xf3, 0x1ecf, 0xf5, 0x1ecd}},
    {"oo", 0xf4, {0x1ed3, 0x1ed1, 0x1ed5, 0x1ed7, 0x1ed9}},
    {"ow", 0x1a1, {0x1edd, 0x1edb, 0x1edf, 0x1ee1, 0x1ee3}},
    {"u", 'u', {0xf9, 0xfa, 0x1ee7, 0x169, 0x1ee5}},
    {"uw", 0x1b0, {0x1eeb, 0x1ee9, 0x1eed, 0x1eef, 0x1ef1}},
    {"y", 'y', {0x1ef3, 0xfd, 0x1ef7, 0x1ef9, 0x1ef5}},
};

/* The keys of one letter and, in `*tone`, that of its tone; "" where it is no letter. */
static const char *keys_of(uint32_t code, char letter[2], char *tone)
{
    *tone = '\0';
    code = fold_lower(code);
    if (code == 0x111)
        return "dd";
    for (size_t i = 0; i < sizeof vowels / sizeof *vowels; i++) {
        if (vowels[i].plain == code)
            return vowels[i].keys;
        for (size_t k = 0; k < sizeof tone_keys - 1; k++)
            if (vowels[i].toned[k] == code) {
                *tone = tone_keys[k];
                return vowels[i].keys;
            }
    }
    letter[0] = fold_base(code);
    letter[1] = '\0';
    return letter;
}

static bool put(char out[TELEX_MAX + 1], size_t *count, char key)
{
    if (key == '\0')
        return true;
    if (*count == TELEX_MAX)
        return false;
    out[(*count)++] = key;
    return true;
}

bool telex_type(char out[TELEX_MAX + 1], const char *text, enum telex_way way)
{
    size_t count = 0;
    char waiting = '\0'; /* the tone of this syllable */

    while (*text != '\0') {
        char letter[2];
        char tone;
        const char *keys = keys_of(fold_next(&text), letter, &tone);
        if (keys[0] == '\0') {
            if (!put(out, &count, waiting))
                return false;
            waiting = '\0';
        }
        for (; *keys != '\0'; keys++)
            if (!put(out, &count, *keys))
                return false;
        if (tone != '\0' && way == TELEX_TONE_LAST)
            waiting = tone;
        else if (!put(out, &count, tone))
            return false;
    }
    if (!put(out, &count, waiting))
        return false;
    out[count] = '\0';
    return true;
}
