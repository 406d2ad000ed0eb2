// SPDX-License-Identifier: MIT
#include "find_filter.h"

#include <stdio.h>
#include <string.h>

#include "spelling.h"

/* Fewer digits than that begin half of all telephone numbers, above all behind "+84". */
#define PHONE_DIGITS_MIN 4

struct writer {
    char *out;
    size_t used;
    bool full;
};

static void put_bytes(struct writer *w, const char *bytes, size_t length)
{
    if (w->full || length >= FIND_FILTER_SIZE - w->used) {
        w->full = true;
        return;
    }
    memcpy(w->out + w->used, bytes, length);
    w->used += length;
    w->out[w->used] = '\0';
}

static void put(struct writer *w, const char *text)
{
    put_bytes(w, text, strlen(text));
}

/* RFC 4515, 3: what must not stand in a value as it is. */
static void put_value(struct writer *w, const char *value)
{
    static const char digits[] = "0123456789abcdef";

    for (; *value != '\0'; value++) {
        unsigned char c = (unsigned char)*value;
        if (c == SPELLING_ANY) {
            put_bytes(w, "*", 1);
        } else if (c < ' ' || c == 0x7f || strchr("*()\\", c) != NULL) {
            char escaped[] = {'\\', digits[c >> 4], digits[c & 15]};
            put_bytes(w, escaped, sizeof escaped);
        } else {
            put_bytes(w, value, 1);
        }
    }
}

/* (attribute=BEFOREvalueAFTER), where `before` and `after` hold the wildcards. */
static void put_test(struct writer *w, const char *attribute, const char *before, const char *value,
                     const char *after)
{
    if (*attribute == '\0')
        return;
    put(w, "(");
    put(w, attribute);
    put(w, "=");
    put(w, before);
    put_value(w, value);
    put(w, after);
    put(w, ")");
}

static void start(struct writer *w, char *out, const struct find_where *where)
{
    *w = (struct writer){.out = out};
    out[0] = '\0';
    put(w, "(&");
    put(w, where->people);
}

/*
 * Ends a part of the outermost conjunction that began at `begin`; one that does not fit is taken
 * back, with room kept for the closing parenthesis. Whether it is there.
 */
static bool end_part(struct writer *w, size_t begin)
{
    bool good = !w->full && w->used + 2 < FIND_FILTER_SIZE;

    if (!good) {
        w->used = begin;
        w->out[begin] = '\0';
        w->full = false;
    }
    return good;
}

/* What may come behind a syllable that has begun: its last letters, or a vowel of any kind. */
static void put_longer(struct writer *w, const char *attribute, const char *spelling)
{
    static const char vowels[] = "aeiouy";
    static const char others[] = "bcdfghjklmnpqrstvwxz'-.";
    char next[] = {'\0', '\0'};
    struct spellings spellings;
    struct letter letter = {.marks = 0};

    put_test(w, attribute, "* ", spelling, "");
    for (const char *p = others; *p != '\0'; p++) {
        next[0] = *p;
        put(w, "(");
        put(w, attribute);
        put(w, "=* ");
        put_value(w, spelling);
        put(w, next);
        put(w, "*)");
    }
    for (const char *p = vowels; *p != '\0'; p++) {
        letter.base = *p;
        letter.code = (uint32_t)(unsigned char)*p;
        spelling_all(&spellings, &letter, 1);
        for (size_t i = 0; i < spellings.count; i++) {
            put(w, "(");
            put(w, attribute);
            put(w, "=* ");
            put_value(w, spelling);
            put(w, spellings.text[i]);
            put(w, "*)");
        }
    }
    put(w, "(");
    put(w, attribute);
    put(w, "=* ");
    put_value(w, spelling);
    put(w, " *)");
}

/* The same where the letters of a name need not be composed. */
static void put_loose_name(struct writer *w, const struct find_where *where,
                           const struct typed_word *word)
{
    struct spellings spellings;

    spelling_loose(&spellings, word->letters, word->length);
    for (size_t i = 0; i < spellings.count; i++) {
        const char *text = spellings.text[i];
        size_t part = strcspn(text, (const char[]){SPELLING_ANY, '\0'});
        /* What no index serves would make it slow to find anybody, for the sake of a few. */
        if (text[part] == '\0' || part + 1 < where->part_min)
            continue;
        put_test(w, where->name, "", text, "*");
        put_test(w, where->name, "* ", text, "*");
    }
}

/* Names in which a word begins like that. */
static void put_name(struct writer *w, const struct find_where *where,
                     const struct typed_word *word)
{
    struct spellings spellings;

    if (*where->name == '\0')
        return;
    spelling_all(&spellings, word->letters, word->length);
    for (size_t i = 0; i < spellings.count; i++) {
        const char *text = spellings.text[i];
        put_test(w, where->name, "", text, "*");
        /* One letter more makes the part long enough. */
        if (word->length > 1 && strlen(text) + 2 == where->part_min)
            put_longer(w, where->name, text);
        else
            put_test(w, where->name, "* ", text, "*");
    }
    if (!where->composes)
        put_loose_name(w, where, word);
}

/* `digits` in groups: before each of the places in `cuts` (0 ends them) stands the separator. */
static void put_grouped(struct writer *w, const struct find_where *where, const char *attribute,
                        const char *before, const char *digits, size_t skip,
                        const unsigned char *cuts, const char *separator, const char *after)
{
    bool is_long = strlen(before) + strlen(digits) - skip > where->begin_max;
    char one[] = {'\0', '\0'};

    put(w, "(");
    put(w, attribute);
    put(w, "=");
    if (*after != '\0' && where->begin_max > 0 && is_long)
        put(w, "*");
    put(w, before);
    for (size_t i = skip; digits[i] != '\0'; i++) {
        if (i > skip && *cuts == i)
            put(w, separator);
        cuts += *cuts != 0 && *cuts <= i;
        one[0] = digits[i];
        put(w, one);
    }
    put(w, after);
    put(w, ")");
}

/* The same with the code of the area, so many digits, in parentheses, and what follows in fours. */
static void put_area(struct writer *w, const struct find_where *where, const char *attribute,
                     const char *number, size_t area, const char *after)
{
    const unsigned char cut[] = {(unsigned char)(area + 4), 0};
    char before[16];
    size_t separators = strlen(number) > cut[0] ? strlen(where->phone_separators) : 0;

    for (size_t i = 0; i <= separators; i++) {
        const char separator[] = {where->phone_separators[i < separators ? i : 0], '\0'};
        for (int gap = 0; gap < 2; gap++) {
            (void)snprintf(before, sizeof before, "\\28%.*s\\29%s", (int)area, number,
                           gap != 0 ? " " : "");
            put_grouped(w, where, attribute, before, number, area, i < separators ? cut : cut + 1,
                        separator, after);
        }
    }
}

/* A number as dialled within Viet Nam, in the ways in which such numbers are kept. */
static void put_national(struct writer *w, const struct find_where *where, const char *attribute,
                         const char *number, const char *after)
{
    static const unsigned char cuts[][3] = {{3, 7, 0}, {3, 6, 0}, {4, 7, 0}, {4, 8, 0}, {4, 0}};
    size_t length = strlen(number);
    bool can_be_abroad = number[0] == '0';

    put_grouped(w, where, attribute, "", number, 0, cuts[0] + 2, "", after);
    if (can_be_abroad) {
        put_grouped(w, where, attribute, "+84", number, 1, cuts[0] + 2, "", after);
        put_grouped(w, where, attribute, "84", number, 1, cuts[0] + 2, "", after);
    }
    for (const char *p = where->phone_separators; *p != '\0'; p++) {
        const char separator[] = {*p, '\0'};
        const char abroad[] = {'+', '8', '4', *p, '\0'};
        if (can_be_abroad)
            put_grouped(w, where, attribute, abroad, number, 1, cuts[0] + 2, "", after);
        /* What comes before the first cut looks the same whatever comes behind it. */
        for (size_t c = 0; c < sizeof cuts / sizeof *cuts; c++) {
            if (length <= cuts[c][0] || (c > 0 && cuts[c][0] == cuts[c - 1][0] &&
                                         length <= cuts[c - 1][1] && length <= cuts[c][1]))
                continue;
            put_grouped(w, where, attribute, "", number, 0, cuts[c], separator, after);
            if (can_be_abroad)
                put_grouped(w, where, attribute, abroad, number, 1, cuts[c], separator, after);
        }
    }
    for (size_t area = 3; area < 5 && area < length; area++)
        put_area(w, where, attribute, number, area, after);
}

static void put_phone(struct writer *w, const struct find_where *where, const char *number,
                      const char *after)
{
    char national[TYPED_NUMBER_MAX + 1];
    char other[TYPED_NUMBER_MAX + 1];

    bool is_long = *after != '\0' && where->begin_max > 0 && strlen(number) > where->begin_max;

    typed_national(number, false, national);
    typed_national(number, true, other);
    for (size_t i = 0; i < MK_PHONES_MAX; i++) {
        if (*where->phone[i] == '\0')
            continue;
        if (strcmp(number, national) != 0 || strlen(national) < PHONE_DIGITS_MIN)
            put_test(w, where->phone[i], is_long ? "*" : "", number, after);
        if (strlen(national) < PHONE_DIGITS_MIN)
            continue;
        put_national(w, where, where->phone[i], national, after);
        if (strcmp(national, other) != 0)
            put_national(w, where, where->phone[i], other, after);
    }
}

static bool is_letter(const struct typed_word *word)
{
    return word->length <= 1;
}

/* One word, or a number of several words. */
static bool put_word(struct writer *w, const struct find_where *where, const struct typed *typed,
                     size_t at)
{
    const struct typed_word *word = &typed->word[at];
    size_t begin = w->used;

    put(w, "(|");
    put_test(w, where->login, "", word->text, "*");
    put_test(w, where->mail, "", word->text, "*");
    /* A staff number without any digit is the beginning of all of them. */
    if (word->has_digit)
        put_test(w, where->staff, "", word->text, "*");
    put_name(w, where, word);
    if (word->is_number)
        put_phone(w, where, word->text, "*");
    if (word->run > 1)
        put_phone(w, where, typed->number[at], "*");
    /* "(|)" is nothing at all (RFC 4526). */
    w->full = w->full || w->used == begin + 2;
    put(w, ")");
    return end_part(w, begin);
}

/* Whether the word is a part of a number that began before it. */
static bool is_inside(const struct typed *typed, size_t at)
{
    return typed->word[at].run == 0 && typed->word[at].is_number;
}

bool find_filter_is_enough(const struct find_where *where, const struct typed *typed)
{
    bool has_phones = false;
    bool has_word = typed->count == 0;

    for (size_t i = 0; i < MK_PHONES_MAX; i++)
        has_phones = has_phones || *where->phone[i] != '\0';
    for (size_t i = 0; i < typed->count; i++) {
        char national[TYPED_NUMBER_MAX + 1];
        has_word = has_word || !is_letter(&typed->word[i]) || typed->word[i].run > 1;
        if (typed->word[i].run == 0 || !has_phones)
            continue;
        typed_national(typed->number[i], false, national);
        if (strlen(national) < PHONE_DIGITS_MIN)
            return false;
    }
    return has_word;
}

bool find_filter_begins(const struct find_where *where, const struct typed *typed, char *out)
{
    bool good = false;
    struct writer w;

    start(&w, out, where);
    for (size_t i = 0; i < typed->count; i++)
        if (is_letter(&typed->word[i]) && !is_inside(typed, i) && typed->word[i].run < 2)
            (void)put_word(&w, where, typed, i);
    for (size_t i = 0; i < typed->count; i++)
        if ((!is_letter(&typed->word[i]) || typed->word[i].run > 1) && !is_inside(typed, i))
            good = put_word(&w, where, typed, i) || good;
    put(&w, ")");
    return good;
}

bool find_filter_exact(const struct find_where *where, const struct typed *typed, char *out)
{
    struct writer w;
    size_t begin;

    start(&w, out, where);
    begin = w.used;
    if (typed->count == 0 || (typed->count > 1 && typed->word[0].run != typed->count))
        return false;
    put(&w, "(|");
    if (typed->count == 1) {
        put_test(&w, where->login, "", typed->word[0].text, "");
        put_test(&w, where->mail, "", typed->word[0].text, "");
        put_test(&w, where->staff, "", typed->word[0].text, "");
    }
    if (typed->word[0].is_number)
        put_phone(&w, where, typed->number[0], "");
    w.full = w.full || w.used == begin + 2;
    put(&w, ")");
    if (!end_part(&w, begin))
        return false;
    put(&w, ")");
    return true;
}

/* Names that have the word as a whole: alone, first, last, and where an index serves in between. */
static bool put_whole(struct writer *w, const struct find_where *where,
                      const struct typed_word *word)
{
    size_t begin = w->used;
    struct spellings spellings;

    spelling_all(&spellings, word->letters, word->length);
    put(w, "(|");
    for (size_t i = 0; i < spellings.count; i++) {
        const char *text = spellings.text[i];
        if (!spellings.whole) {
            put_test(w, where->name, "", text, "*");
            put_test(w, where->name, "* ", text, "*");
            continue;
        }
        put_test(w, where->name, "", text, "");
        put_test(w, where->name, "", text, " *");
        put_test(w, where->name, "* ", text, "");
        if (strlen(text) + 2 >= where->part_min)
            put_test(w, where->name, "* ", text, " *");
    }
    put(w, ")");
    return spellings.count > 0 && end_part(w, begin);
}

bool find_filter_words(const struct find_where *where, const struct typed *typed, char *out)
{
    bool good = *where->name != '\0' && typed->count > 0;
    struct writer w;

    start(&w, out, where);
    for (size_t i = 0; i < typed->count && good; i++)
        good = !typed->word[i].has_digit && put_whole(&w, where, &typed->word[i]);
    put(&w, ")");
    return good;
}
