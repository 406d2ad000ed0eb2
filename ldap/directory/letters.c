// SPDX-License-Identifier: MIT
#include "letters.h"

#include "quality/fold.h"

#define TONES 6

static const uint16_t tone_marks[TONES] = {
    0, LETTERS_GRAVE, LETTERS_ACUTE, LETTERS_TILDE, LETTERS_HOOK, LETTERS_DOT,
};

/* The vowels of Vietnamese, small, with each tone. */
static const struct {
    char base;
    uint16_t marks;
    uint16_t code[TONES];
} vowels[] = {
    {'a', 0, {0x61, 0xe0, 0xe1, 0xe3, 0x1ea3, 0x1ea1}},
    {'a', LETTERS_BREVE, {0x103, 0x1eb1, 0x1eaf, 0x1eb5, 0x1eb3, 0x1eb7}},
    {'a', LETTERS_CIRCUMFLEX, {0xe2, 0x1ea7, 0x1ea5, 0x1eab, 0x1ea9, 0x1ead}},
    {'e', 0, {0x65, 0xe8, 0xe9, 0x1ebd, 0x1ebb, 0x1eb9}},
    {'e', LETTERS_CIRCUMFLEX, {0xea, 0x1ec1, 0x1ebf, 0x1ec5, 0x1ec3, 0x1ec7}},
    {'i', 0, {0x69, 0xec, 0xed, 0x129, 0x1ec9, 0x1ecb}},
    {'o', 0, {0x6f, 0xf2, 0xf3, 0xf5, 0x1ecf, 0x1ecd}},
    {'o', LETTERS_CIRCUMFLEX, {0xf4, 0x1ed3, 0x1ed1, 0x1ed7, 0x1ed5, 0x1ed9}},
    {'o', LETTERS_HORN, {0x1a1, 0x1edd, 0x1edb, 0x1ee1, 0x1edf, 0x1ee3}},
    {'u', 0, {0x75, 0xf9, 0xfa, 0x169, 0x1ee7, 0x1ee5}},
    {'u', LETTERS_HORN, {0x1b0, 0x1eeb, 0x1ee9, 0x1eef, 0x1eed, 0x1ef1}},
    {'y', 0, {0x79, 0x1ef3, 0xfd, 0x1ef9, 0x1ef7, 0x1ef5}},
};

#define VOWELS (sizeof vowels / sizeof *vowels)
#define D_WITH_STROKE 0x111

/* The mark that a combining code point is; 0 for what is none. */
static uint16_t combining(uint32_t code)
{
    static const struct {
        uint16_t code;
        uint16_t mark;
    } known[] = {
        {0x300, LETTERS_GRAVE}, {0x301, LETTERS_ACUTE}, {0x302, LETTERS_CIRCUMFLEX},
        {0x303, LETTERS_TILDE}, {0x306, LETTERS_BREVE}, {0x309, LETTERS_HOOK},
        {0x31b, LETTERS_HORN},  {0x323, LETTERS_DOT},   {0x340, LETTERS_GRAVE},
        {0x341, LETTERS_ACUTE},
    };

    if (code < 0x300 || code > 0x36f)
        return 0;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (known[i].code == code)
            return known[i].mark;
    return LETTERS_OTHER;
}

static uint16_t marks_of(uint32_t code)
{
    if (code < 0x80)
        return 0;
    if (code == D_WITH_STROKE)
        return LETTERS_STROKE;
    for (size_t i = 0; i < VOWELS; i++)
        for (size_t tone = 0; tone < TONES; tone++)
            if (vowels[i].code[tone] == code)
                return vowels[i].marks | tone_marks[tone];
    return LETTERS_OTHER;
}

static char base_of(uint32_t code)
{
    if (code >= '0' && code <= '9')
        return (char)code;
    return fold_base(code);
}

size_t letters_read(const char *text, struct letter *letters, size_t most)
{
    size_t count = 0;

    while (*text != '\0') {
        uint32_t code = fold_lower(fold_next(&text));
        uint16_t mark = combining(code);
        if (mark != 0 && count > 0) {
            letters[count - 1].marks |= mark;
            continue;
        }
        if (count == most)
            break;
        letters[count].code = code;
        letters[count].base = base_of(code);
        letters[count].marks = letters[count].base != '\0' ? marks_of(code) : 0;
        count++;
    }
    return count;
}

/* UTF-8 (RFC 3629) of a code point. */
static size_t put(uint32_t code, char out[LETTERS_WRITTEN])
{
    size_t n = 0;

    if (code < 0x80) {
        out[n++] = (char)code;
    } else if (code < 0x800) {
        out[n++] = (char)(0xc0 | code >> 6);
        out[n++] = (char)(0x80 | (code & 0x3f));
    } else {
        if (code < 0x10000) {
            out[n++] = (char)(0xe0 | code >> 12);
        } else {
            out[n++] = (char)(0xf0 | code >> 18);
            out[n++] = (char)(0x80 | (code >> 12 & 0x3f));
        }
        out[n++] = (char)(0x80 | (code >> 6 & 0x3f));
        out[n++] = (char)(0x80 | (code & 0x3f));
    }
    out[n] = '\0';
    return n;
}

size_t letters_write(const struct letter *letter, char out[LETTERS_WRITTEN])
{
    out[0] = '\0';
    if (letter->base == '\0')
        return letter->code == FOLD_BAD ? 0 : put(letter->code, out);
    if (letter->marks == 0)
        return put((uint32_t)letter->base, out);
    /* One that is composed as it came; any other mark has no place in a composed letter. */
    if (letter->marks == LETTERS_OTHER && letter->code >= 0x80)
        return put(letter->code, out);
    if (letter->base == 'd' && letter->marks == LETTERS_STROKE)
        return put(D_WITH_STROKE, out);
    for (size_t i = 0; i < VOWELS; i++)
        for (size_t tone = 0; tone < TONES; tone++)
            if (letter->base == vowels[i].base &&
                letter->marks == (vowels[i].marks | tone_marks[tone]))
                return put(vowels[i].code[tone], out);
    return 0;
}

bool letters_stands_for(const struct letter *typed, const struct letter *letter)
{
    if (typed->base == '\0')
        return letter->base == '\0' && typed->code == letter->code && typed->code != FOLD_BAD;
    return typed->base == letter->base && (typed->marks == 0 || typed->marks == letter->marks);
}

bool letters_parts(const struct letter *letter)
{
    return letter->base == '\0' &&
           (letter->code < 0xc0 || letter->code == 0xd7 || letter->code == 0xf7 ||
            (letter->code >= 0x2000 && letter->code < 0x2070));
}
