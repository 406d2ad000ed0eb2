// SPDX-License-Identifier: MIT
#include "spelling.h"

#include <string.h>

#define SYLLABLE_MAX 12
#define NUCLEUS_MAX 3 /* as in "uyê", "oai", "ươi" */

/* The part of a word that is spelled, and one way to spell it. */
struct syllable {
    struct spellings *out;
    size_t length;
    size_t first; /* its vowels: first..last-1 */
    size_t last;
    bool loose;
    const struct letter *typed;
    struct letter letter[SYLLABLE_MAX];
};

static bool is_vowel(const struct letter *letter)
{
    return letter->base != '\0' && strchr("aeiouy", letter->base) != NULL;
}

/* The letters that are written with each mark, and the marks each vowel may bear. */
static const uint16_t qualities[] = {0, LETTERS_BREVE, LETTERS_CIRCUMFLEX, LETTERS_HORN};

static bool bears(char base, uint16_t quality)
{
    switch (quality) {
    case 0:
        return true;
    case LETTERS_BREVE:
        return base == 'a';
    case LETTERS_CIRCUMFLEX:
        return base == 'a' || base == 'e' || base == 'o';
    default:
        return base == 'o' || base == 'u';
    }
}

static bool is(const struct letter *letter, char base, uint16_t quality)
{
    return letter->base == base && (letter->marks & ~LETTERS_TONES) == quality;
}

/* What may come behind a vowel that bears a mark. */
static bool may_follow_marked(const struct letter *a, const struct letter *b)
{
    if (is(a, 'a', LETTERS_CIRCUMFLEX))
        return is(b, 'u', 0) || is(b, 'y', 0);
    if (is(a, 'e', LETTERS_CIRCUMFLEX))
        return is(b, 'u', 0);
    if (is(a, 'o', LETTERS_CIRCUMFLEX))
        return is(b, 'i', 0);
    if (is(a, 'o', LETTERS_HORN))
        return is(b, 'i', 0) || is(b, 'u', 0);
    if (is(a, 'u', LETTERS_HORN))
        return is(b, 'a', 0) || is(b, 'i', 0) || is(b, 'u', 0) || is(b, 'o', LETTERS_HORN);
    return false; /* ă */
}

/* What may stand before a vowel that bears a mark; "gi" before any of them. */
static bool may_precede_marked(const struct letter *a, const struct letter *b)
{
    if (is(a, 'i', 0))
        return true;
    if (is(b, 'a', LETTERS_BREVE))
        return is(a, 'o', 0) || is(a, 'u', 0);
    if (is(b, 'e', LETTERS_CIRCUMFLEX))
        return is(a, 'y', 0) || is(a, 'u', 0);
    if (is(b, 'u', LETTERS_HORN))
        return false;
    return is(a, 'u', 0) || (is(b, 'o', LETTERS_HORN) && is(a, 'u', LETTERS_HORN));
}

/* Whether the vowel at `i` may stand behind the one before it; what was typed, always. */
static bool may_stand(const struct syllable *s, size_t i)
{
    const struct letter *a = &s->letter[i - 1];
    const struct letter *b = &s->letter[i];

    if (s->typed[i - 1].marks != 0 || s->typed[i].marks != 0)
        return true;
    if (a->marks != 0 && !may_follow_marked(a, b))
        return false;
    return b->marks == 0 || may_precede_marked(a, b);
}

static void keep(struct syllable *s)
{
    struct spellings *out = s->out;
    size_t used = 0;

    if (out->count == SPELLINGS_MAX)
        return;
    for (size_t i = 0; i < s->length; i++) {
        used += letters_write(&s->letter[i], out->text[out->count] + used);
        if (s->loose && i >= s->first && i < s->last && i + 1 < s->length)
            out->text[out->count][used++] = SPELLING_ANY;
    }
    out->count++;
}

static bool is_plain_pair(const struct syllable *s, size_t i)
{
    const struct letter *a = &s->letter[i];
    const struct letter *b = &s->letter[i + 1];

    return ((is(a, 'i', 0) || is(a, 'y', 0)) && is(b, 'e', 0)) || (is(a, 'u', 0) && is(b, 'o', 0));
}

/*
 * Which of the vowels can bear the tone: the last one with a mark, else any, since both "hoà" and
 * "hòa" are written; none of "ie" and "uo", which are no Vietnamese without a mark.
 */
static void tone_places(const struct syllable *s, size_t *from, size_t *to)
{
    *from = s->first;
    *to = s->last;
    for (size_t i = s->first; i < s->last; i++) {
        if ((s->typed[i].marks & LETTERS_TONES) != 0) {
            *to = *from;
            return;
        }
        if (s->letter[i].marks != 0) {
            *from = i;
            *to = i + 1;
        }
    }
    if (*to - *from < 2)
        return;
    for (size_t i = s->first; i + 1 < s->last; i++)
        if (is_plain_pair(s, i))
            *to = *from;
}

static void add_tones(struct syllable *s)
{
    size_t from;
    size_t to;

    keep(s);
    if (s->loose)
        return;
    tone_places(s, &from, &to);
    for (size_t i = from; i < to; i++) {
        struct letter plain = s->letter[i];
        for (uint16_t tone = LETTERS_GRAVE; tone <= LETTERS_DOT && s->typed[i].marks == 0;
             tone = (uint16_t)(tone << 1)) {
            s->letter[i].marks = plain.marks | tone;
            keep(s);
        }
        s->letter[i] = plain;
    }
}

/* Chooses the marks of the letter at `i` in every way, and so on to the end. */
static void choose(struct syllable *s, size_t i) /* NOLINT(misc-no-recursion): <= SYLLABLE_MAX */
{
    if (i == s->length) {
        add_tones(s);
        return;
    }
    s->letter[i] = s->typed[i];
    if (s->typed[i].marks != 0 || i >= s->last || (i < s->first && s->typed[i].base != 'd')) {
        choose(s, i + 1);
    } else if (i < s->first) {
        choose(s, i + 1);
        s->letter[i].marks = LETTERS_STROKE;
        choose(s, i + 1);
    } else {
        for (size_t q = 0; q < sizeof qualities / sizeof *qualities; q++) {
            s->letter[i].marks = qualities[q];
            if (bears(s->typed[i].base, qualities[q]) && (i == s->first || may_stand(s, i)))
                choose(s, i + 1);
        }
    }
}

static void spell(struct spellings *spellings, const struct letter *word, size_t length, bool loose)
{
    struct syllable s = {.out = spellings, .typed = word, .loose = loose};
    char written[LETTERS_WRITTEN];
    size_t most = length < SYLLABLE_MAX ? length : SYLLABLE_MAX;
    size_t at = 0;

    spellings->count = 0;
    while (at < most && letters_write(&word[at], written) > 0)
        at++;
    most = at;
    for (at = 0; at < most && !is_vowel(&word[at]); at++)
        s.first = at + 1;
    while (at < most && is_vowel(&word[at]) && at < s.first + NUCLEUS_MAX)
        at++;
    s.last = at;
    while (at < most && !is_vowel(&word[at]))
        at++;
    s.length = at;
    spellings->whole = at == length;
    if (s.length > 0)
        choose(&s, 0);
}

void spelling_all(struct spellings *spellings, const struct letter *word, size_t length)
{
    spell(spellings, word, length, false);
}

void spelling_loose(struct spellings *spellings, const struct letter *word, size_t length)
{
    struct letter plain[SYLLABLE_MAX];
    size_t most = length < SYLLABLE_MAX ? length : SYLLABLE_MAX;

    for (size_t i = 0; i < most; i++) {
        plain[i] = word[i];
        if (is_vowel(&plain[i]))
            plain[i].marks = 0;
    }
    spell(spellings, plain, most, true);
}
