// SPDX-License-Identifier: MIT
#include "patterns.h"

#include <string.h>

#define RUN_MIN 4
#define SHORT_RUN 3
#define SHORT_RUNS_MIN 6
#define ZIGZAG_MIN 6

/* US layout, which Vietnamese keyboards have. Of a zigzag four letters are in words (weasel,
 * nikolai). */
static const struct {
    const char *keys;
    size_t least;
} walks[] = {
    {"1234567890", SHORT_RUN},
    {"qwertyuiop", SHORT_RUN},
    {"asdfghjkl", SHORT_RUN},
    {"zxcvbnm", SHORT_RUN},
    {"abcdefghijklmnopqrstuvwxyz", SHORT_RUN},
    {"147258369", SHORT_RUN},
    {"123654789", SHORT_RUN},
    {"789456123", SHORT_RUN},
    {"147896325", SHORT_RUN},
    {"159357", SHORT_RUN},
    {"1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p", RUN_MIN},
    {"1qazxsw23edcvfr45tgbnhy67ujm", RUN_MIN},
    {"1q2w3e4r5t6y7u8i9o0p", RUN_MIN},
    {"q1w2e3r4t5y6u7i8o9p0", RUN_MIN},
    {"1a2b3c4d5e6f", RUN_MIN},
    {"a1b2c3d4e5f6", RUN_MIN},
    {"qazwsxedcrfvtgbyhnujmikolp", ZIGZAG_MIN},
    {"qawsedrftgyhujikolp", ZIGZAG_MIN},
    {"qweasdzxcrtyfghvbn", ZIGZAG_MIN},
};

/* The key of `code`: a small letter or a digit, shifted or not; NUL for all else. */
static char key(uint32_t code)
{
    static const char shifted[] = ")!@#$%^&*(";
    static const char digits[] = "0123456789";
    const char *at;

    if (code >= 'A' && code <= 'Z')
        return (char)(code | 0x20);
    if ((code >= 'a' && code <= 'z') || (code >= '0' && code <= '9'))
        return (char)code;
    at = code > ' ' && code < 0x7f ? strchr(shifted, (int)code) : NULL;
    if (at == NULL)
        return '\0';
    return digits[at - shifted];
}

static bool is_digit(const struct fold *p, size_t at)
{
    return at < p->count && p->code[at] >= '0' && p->code[at] <= '9';
}

/* How many keys from `at` on are in `walk` as it is (1) or backwards (-1). */
static size_t follow(const struct fold *p, size_t at, const char *walk, int direction)
{
    size_t length = strlen(walk);
    size_t longest = 0;
    char first = key(p->code[at]);

    for (size_t i = 0; i < length; i++) {
        size_t same = 1;
        size_t place = i;
        if (walk[i] != first)
            continue;
        while (at + same < p->count && (direction > 0 ? place + 1 < length : place > 0)) {
            place = direction > 0 ? place + 1 : place - 1;
            if (key(p->code[at + same]) != walk[place])
                break;
            same++;
        }
        if (same > longest)
            longest = same;
    }
    return longest;
}

/* How many digits from `at` on go by one step, not 0. */
static size_t steps(const struct fold *p, size_t at)
{
    size_t same = 2;
    int64_t step;

    if (!is_digit(p, at) || !is_digit(p, at + 1))
        return 0;
    step = (int64_t)p->code[at + 1] - p->code[at];
    if (step == 0)
        return 0;
    while (is_digit(p, at + same) && (int64_t)p->code[at + same] - p->code[at + same - 1] == step)
        same++;
    return same;
}

static size_t run_at(const struct fold *p, size_t at)
{
    size_t longest = steps(p, at);

    if (key(p->code[at]) == '\0')
        return 0;
    if (longest < RUN_MIN)
        longest = 0; /* three digits in steps are too often there by chance */
    for (size_t i = 0; i < sizeof walks / sizeof *walks; i++) {
        size_t forth = follow(p, at, walks[i].keys, 1);
        size_t back = follow(p, at, walks[i].keys, -1);
        size_t longer = forth > back ? forth : back;
        if (longer >= walks[i].least && longer > longest)
            longest = longer;
    }
    return longest;
}

/* Three letters by themselves, or any digits: uyt and ghi are in many words. */
static bool is_short_run(const struct fold *p, size_t at)
{
    if (p->base[at] == '\0' || p->base[at + 2] == '\0')
        return true;
    return (at == 0 || p->base[at - 1] == '\0') &&
           (at + SHORT_RUN == p->count || p->base[at + SHORT_RUN] == '\0');
}

bool patterns_run(const struct fold *p)
{
    size_t together = 0;

    for (size_t i = 0; i < p->count;) {
        size_t run = run_at(p, i);
        if (run >= RUN_MIN)
            return true;
        if (run == SHORT_RUN && is_short_run(p, i)) {
            together += run;
            i += run;
        } else {
            i++;
        }
    }
    return together >= SHORT_RUNS_MIN;
}

static unsigned number(const struct fold *p, size_t at, size_t digits)
{
    unsigned value = 0;

    for (size_t i = 0; i < digits; i++)
        value = value * 10 + (unsigned)(p->code[at + i] - '0');
    return value;
}

static bool is_year(unsigned year)
{
    return year >= PATTERNS_YEAR_FIRST && year <= PATTERNS_YEAR_LAST;
}

static bool is_day(unsigned day, unsigned month)
{
    return day >= 1 && day <= 31 && month >= 1 && month <= 12;
}

/* DDMMYYYY, YYYYMMDD, MMDDYYYY. */
static bool is_date8(const struct fold *p, size_t at)
{
    unsigned first = number(p, at, 2);
    unsigned second = number(p, at + 2, 2);

    if (is_year(number(p, at + 4, 4)) && (is_day(first, second) || is_day(second, first)))
        return true;
    return is_year(number(p, at, 4)) && is_day(number(p, at + 6, 2), number(p, at + 4, 2));
}

/* DDMMYY, MMYYYY, YYYYMM. */
static bool is_date6(const struct fold *p, size_t at)
{
    return is_day(number(p, at, 2), number(p, at + 2, 2)) ||
           (is_year(number(p, at + 2, 4)) && is_day(1, number(p, at, 2))) ||
           (is_year(number(p, at, 4)) && is_day(1, number(p, at + 4, 2)));
}

/* A row of `count` digits with nothing but digits in it. */
static bool is_date_row(const struct fold *p, size_t at, size_t count)
{
    if (count >= 4 && (is_year(number(p, at, 4)) || is_year(number(p, at + count - 4, 4))))
        return true;
    if (count >= 8 && (is_date8(p, at) || is_date8(p, at + count - 8)))
        return true;
    if (count == 6)
        return is_date6(p, at);
    return count == 7 && is_day(number(p, at, 1), number(p, at + 1, 2)) &&
           is_year(number(p, at + 3, 4));
}

static bool is_separator(const struct fold *p, size_t at)
{
    return at < p->count && p->code[at] < 0x80 && p->code[at] != 0 &&
           strchr(".-/_", (int)p->code[at]) != NULL;
}

static size_t digits_at(const struct fold *p, size_t at)
{
    size_t count = 0;

    while (is_digit(p, at + count))
        count++;
    return count;
}

/* Day and month, `count` digits at `at` being the day. */
static bool is_separated(const struct fold *p, size_t at, size_t count)
{
    size_t month = at + count + 1;
    size_t digits;

    if (count > 2 || !is_separator(p, at + count))
        return false;
    digits = digits_at(p, month);
    return digits >= 1 && digits <= 2 && is_day(number(p, at, count), number(p, month, digits));
}

bool patterns_date(const struct fold *p)
{
    for (size_t i = 0; i < p->count;) {
        size_t count = digits_at(p, i);
        if (count == 0) {
            i++;
            continue;
        }
        if (is_date_row(p, i, count) || is_separated(p, i, count))
            return true;
        i += count;
    }
    return false;
}

/* A year in the row of digits at `at`, of which `from_end` says which end is near the word. */
static bool has_year(const struct fold *p, size_t at, size_t count, bool from_end,
                     uint32_t birth_year)
{
    if (count >= 4 && is_year(number(p, from_end ? at + count - 4 : at, 4)))
        return true;
    return count == 2 && birth_year != 0 && number(p, at, 2) == birth_year % 100;
}

bool patterns_year_beside(const struct fold *p, size_t start, size_t end, uint32_t birth_year)
{
    size_t before = start;
    size_t after = end;
    size_t count = 0;

    if (after < p->count && !is_digit(p, after) && p->base[after] == '\0')
        after++;
    if (has_year(p, after, digits_at(p, after), false, birth_year))
        return true;
    if (before > 0 && !is_digit(p, before - 1) && p->base[before - 1] == '\0')
        before--;
    while (before > 0 && is_digit(p, before - 1)) {
        before--;
        count++;
    }
    return has_year(p, before, count, true, birth_year);
}

static bool same_letters(const struct fold *p, size_t a, size_t b, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (fold_lower(p->code[a + i]) != fold_lower(p->code[b + i]))
            return false;
    return true;
}

/* Whether the row of letters, of digits, or of signs goes on across `at`. */
static bool goes_on(const struct fold *p, size_t at)
{
    return at > 0 && at < p->count && is_digit(p, at) == is_digit(p, at - 1) &&
           (p->base[at] == '\0') == (p->base[at - 1] == '\0');
}

static bool is_twice(const struct fold *p, size_t at, size_t piece)
{
    if (piece < 3 || 4 * piece < p->count)
        return false;
    return piece > 3 || (!goes_on(p, at) && !goes_on(p, at + 2 * piece));
}

bool patterns_repeats(const struct fold *p)
{
    for (size_t at = 0; at < p->count; at++)
        for (size_t piece = 2; at + 2 * piece <= p->count; piece++) {
            size_t copies = 1;
            while (at + (copies + 1) * piece <= p->count &&
                   same_letters(p, at, at + copies * piece, piece))
                copies++;
            if (copies >= 3 || (copies == 2 && is_twice(p, at, piece)))
                return true;
        }
    return false;
}

bool patterns_palindrome(const struct fold *p)
{
    for (size_t i = 0; i < p->count / 2; i++)
        if (fold_lower(p->code[i]) != fold_lower(p->code[p->count - 1 - i]))
            return false;
    return p->count > 1;
}

size_t patterns_same(const struct fold *p)
{
    size_t longest = 0;
    size_t same = 0;

    for (size_t i = 0; i < p->count; i++) {
        same = i > 0 && p->code[i] == p->code[i - 1] ? same + 1 : 1;
        if (same > longest)
            longest = same;
    }
    return longest;
}

size_t patterns_same_class(const struct fold *p)
{
    size_t longest = 0;
    size_t same = 0;

    for (size_t i = 0; i < p->count; i++) {
        same = i > 0 && fold_class(p->code[i]) == fold_class(p->code[i - 1]) ? same + 1 : 1;
        if (same > longest)
            longest = same;
    }
    return longest;
}

size_t patterns_sequence(const struct fold *p)
{
    size_t longest = p->count > 0;
    size_t up = 1;
    size_t down = 1;

    for (size_t i = 1; i < p->count; i++) {
        up = p->code[i] == p->code[i - 1] + 1 ? up + 1 : 1;
        down = p->code[i] + 1 == p->code[i - 1] ? down + 1 : 1;
        if (up > longest)
            longest = up;
        if (down > longest)
            longest = down;
    }
    return longest;
}

void patterns_count(const struct fold *p, unsigned count[FOLD_CLASSES])
{
    for (int i = 0; i < FOLD_CLASSES; i++)
        count[i] = 0;
    for (size_t i = 0; i < p->count; i++)
        count[fold_class(p->code[i])]++;
}
