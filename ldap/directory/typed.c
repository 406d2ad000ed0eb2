// SPDX-License-Identifier: MIT
#include "typed.h"

#include <string.h>

/* Letters of a value that are looked at. */
#define VALUE_MAX 256

static uint64_t bit(size_t word)
{
    return UINT64_C(1) << word;
}

static uint64_t all_words(const struct typed *typed)
{
    return typed->count == 0 ? 0 : ~UINT64_C(0) >> (64 - typed->count);
}

static bool is_space(char c)
{
    return c == ' ' || c == ',' || c == ';' || (unsigned char)c < ' ';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Words that follow each other and are all numbers may be one. */
static void find_runs(struct typed *typed)
{
    for (size_t i = 0; i < typed->count; i++) {
        size_t end = i;
        size_t used = 0;
        while (end < typed->count && typed->word[end].is_number) {
            size_t length = strlen(typed->word[end].text);
            memcpy(typed->number[i] + used, typed->word[end].text, length);
            used += length;
            end++;
        }
        typed->number[i][used] = '\0';
        typed->word[i].run = end - i;
        if (end > i + 1) {
            for (size_t k = i + 1; k < end; k++)
                typed->word[k].run = 0;
            i = end - 1;
        }
    }
}

static void add_word(struct typed *typed, const char *text, struct letter *letters, size_t room)
{
    struct typed_word *word = &typed->word[typed->count++];

    word->text = text;
    word->letters = letters;
    word->length = letters_read(text, letters, room);
    word->has_digit = strpbrk(text, "0123456789") != NULL;
    word->is_number = word->has_digit && strspn(text, "0123456789+.-()/") == strlen(text);
    word->run = 0;
}

void typed_read(struct typed *typed, const char *text)
{
    char *out = typed->text;
    size_t used = 0;

    typed->count = 0;
    while (*text != '\0' && typed->count < TYPED_WORDS_MAX) {
        const char *begin = out;
        while (*text != '\0' && is_space(*text))
            text++;
        while (*text != '\0' && !is_space(*text))
            *out++ = *text++;
        if (out == begin)
            break;
        *out++ = '\0';
        add_word(typed, begin, typed->letters + used, MK_TYPED_MAX - used);
        used += typed->word[typed->count - 1].length;
    }
    find_runs(typed);
}

void typed_national(const char *text, bool partial, char out[TYPED_NUMBER_MAX + 1])
{
    char digits[TYPED_NUMBER_MAX + 1] = "";
    const char *from = digits;
    bool abroad = text[strspn(text, " (")] == '+';
    size_t n = 0;

    for (; *text != '\0' && n < TYPED_NUMBER_MAX; text++)
        if (is_digit(*text))
            digits[n++] = *text;
    digits[n] = '\0';
    if (!abroad && strncmp(from, "00", 2) == 0) {
        abroad = true;
        from += 2;
    }
    if (strncmp(from, "84", 2) != 0 || !(abroad || partial || strlen(from) >= 11)) {
        memcpy(out, digits, n + 1);
        return;
    }
    from += 2;
    from += *from == '0';
    out[0] = '0';
    memcpy(out + 1, from, strlen(from) + 1);
}

static bool begins(const char *value, const char *with)
{
    return *with != '\0' && strncmp(value, with, strlen(with)) == 0;
}

void fit_begin(struct fit *fit)
{
    *fit = (struct fit){.words = 0, .best = TYPED_FITS_NOT};
}

static void fits(struct fit *fit, const struct typed *typed, size_t word, bool whole,
                 enum typed_rank is, enum typed_rank rank)
{
    fit->words |= bit(word);
    if (typed->count == 1 && whole && is < fit->best)
        fit->best = is;
    if (typed->count == 1 && rank < fit->best)
        fit->best = rank;
}

/* A value that has to begin like the word, signs and all. `until`: what ends it as the NUL does. */
static void fit_text(struct fit *fit, const struct typed *typed, const char *value, uint32_t until,
                     enum typed_rank is, enum typed_rank begin)
{
    struct letter letters[VALUE_MAX];
    size_t length = letters_read(value, letters, VALUE_MAX);

    for (size_t w = 0; w < typed->count; w++) {
        const struct typed_word *word = &typed->word[w];
        size_t i = 0;
        while (i < word->length && i < length && letters_stands_for(&word->letters[i], &letters[i]))
            i++;
        if (i == word->length)
            fits(fit, typed, w, i == length || (until != 0 && letters[i].code == until), is, begin);
    }
}

void fit_login(struct fit *fit, const struct typed *typed, const char *value)
{
    fit_text(fit, typed, value, 0, TYPED_IS_LOGIN, TYPED_BEGINS_LOGIN);
}

void fit_staff(struct fit *fit, const struct typed *typed, const char *value)
{
    fit_text(fit, typed, value, 0, TYPED_IS_STAFF, TYPED_BEGINS_STAFF);
}

void fit_mail(struct fit *fit, const struct typed *typed, const char *value)
{
    fit_text(fit, typed, value, '@', TYPED_IS_MAIL, TYPED_BEGINS_MAIL);
}

/* A number may be typed as one word or several; one that is typed alone may be all there is. */
static void fit_number(struct fit *fit, const struct typed *typed, size_t word, size_t words,
                       const char *number, const char *national)
{
    char typed_number[TYPED_NUMBER_MAX + 1];
    bool fitted = false;
    bool whole = false;

    for (int partial = 0; partial < 2; partial++) {
        typed_national(number, partial != 0, typed_number);
        if (begins(national, typed_number)) {
            fitted = true;
            whole = whole || strcmp(national, typed_number) == 0;
        }
    }
    if (!fitted)
        return;
    for (size_t i = word; i < word + words; i++)
        fit->words |= bit(i);
    if (words == typed->count) {
        enum typed_rank rank = whole ? TYPED_IS_PHONE : TYPED_BEGINS_PHONE;
        if (rank < fit->best)
            fit->best = rank;
    }
}

void fit_phone(struct fit *fit, const struct typed *typed, const char *value)
{
    char national[TYPED_NUMBER_MAX + 1];

    typed_national(value, false, national);
    for (size_t w = 0; w < typed->count; w++) {
        if (!typed->word[w].is_number)
            continue;
        fit_number(fit, typed, w, 1, typed->word[w].text, national);
        if (typed->word[w].run > 1)
            fit_number(fit, typed, w, typed->word[w].run, typed->number[w], national);
    }
}

struct name {
    size_t length;
    struct letter letters[VALUE_MAX];
};

/* How a word fits the name from letter `at` on: 0 not, 1 it begins the word there, 2 it is it. */
static int fit_at(const struct name *name, size_t at, const struct typed_word *word)
{
    size_t i = 0;

    for (;;) {
        while (i < word->length && letters_parts(&word->letters[i]))
            i++;
        if (i == word->length)
            break;
        while (at < name->length && letters_parts(&name->letters[at]) &&
               name->letters[at].code != ' ')
            at++;
        if (at == name->length || !letters_stands_for(&word->letters[i], &name->letters[at]))
            return 0;
        i++;
        at++;
    }
    return at == name->length || letters_parts(&name->letters[at]) ? 2 : 1;
}

static bool is_sign_only(const struct typed_word *word)
{
    size_t i = 0;

    while (i < word->length && letters_parts(&word->letters[i]))
        i++;
    return i == word->length;
}

/*
 * The first place from `*at` on where the word fits at least so well; `*at` goes behind it. False
 * when there is none.
 */
static bool fit_from(const struct name *name, size_t *at, const struct typed_word *word, int least)
{
    for (size_t i = *at; i < name->length && !is_sign_only(word); i++) {
        if (letters_parts(&name->letters[i]) || (i > 0 && !letters_parts(&name->letters[i - 1])))
            continue;
        if (fit_at(name, i, word) >= least) {
            *at = i + 1;
            return true;
        }
    }
    return false;
}

/* Whether all words fit at least so well, one behind the other or anywhere. */
static bool fit_all(const struct name *name, const struct typed *typed, int least, bool in_order)
{
    size_t at = 0;

    for (size_t w = 0; w < typed->count; w++) {
        size_t anywhere = 0;
        if (!fit_from(name, in_order ? &at : &anywhere, &typed->word[w], least))
            return false;
    }
    return true;
}

void fit_name(struct fit *fit, const struct typed *typed, const char *value)
{
    static const struct {
        enum typed_rank rank;
        int least;
        bool in_order;
    } ways[] = {
        {TYPED_NAME_IN_ORDER, 2, true},
        {TYPED_NAME, 2, false},
        {TYPED_BEGINS_NAME_IN_ORDER, 1, true},
        {TYPED_BEGINS_NAME, 1, false},
    };
    struct name name;

    name.length = letters_read(value, name.letters, VALUE_MAX);
    for (size_t w = 0; w < typed->count; w++) {
        size_t at = 0;
        if (fit_from(&name, &at, &typed->word[w], 1))
            fit->words |= bit(w);
    }
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        if (ways[i].rank < fit->best && fit_all(&name, typed, ways[i].least, ways[i].in_order)) {
            fit->best = ways[i].rank;
            return;
        }
}

enum typed_rank fit_rank(const struct fit *fit, const struct typed *typed)
{
    if (typed->count == 0 || fit->words != all_words(typed))
        return TYPED_FITS_NOT;
    return fit->best < TYPED_MIXED ? fit->best : TYPED_MIXED;
}
