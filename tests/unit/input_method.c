/* SPDX-License-Identifier: MIT */
#include "input_method.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define WORD_MAX 80
#define TONES 6

enum mark { PLAIN, CIRCUMFLEX, HOOK, STROKE }; /* a hook is the horn of o and u, the breve of a */

struct letter {
    char base; /* small where it is a letter */
    bool capital;
    enum mark mark;
};

struct word {
    struct letter letter[WORD_MAX];
    size_t count;
    unsigned tone;
};

static const struct {
    char base;
    enum mark mark;
    const char *small[TONES];
    const char *capital[TONES];
} vowels[] = {
    {'a', PLAIN, {"a", "á", "à", "ả", "ã", "ạ"}, {"A", "Á", "À", "Ả", "Ã", "Ạ"}},
    {'a', CIRCUMFLEX, {"â", "ấ", "ầ", "ẩ", "ẫ", "ậ"}, {"Â", "Ấ", "Ầ", "Ẩ", "Ẫ", "Ậ"}},
    {'a', HOOK, {"ă", "ắ", "ằ", "ẳ", "ẵ", "ặ"}, {"Ă", "Ắ", "Ằ", "Ẳ", "Ẵ", "Ặ"}},
    {'e', PLAIN, {"e", "é", "è", "ẻ", "ẽ", "ẹ"}, {"E", "É", "È", "Ẻ", "Ẽ", "Ẹ"}},
    {'e', CIRCUMFLEX, {"ê", "ế", "ề", "ể", "ễ", "ệ"}, {"Ê", "Ế", "Ề", "Ể", "Ễ", "Ệ"}},
    {'i', PLAIN, {"i", "í", "ì", "ỉ", "ĩ", "ị"}, {"I", "Í", "Ì", "Ỉ", "Ĩ", "Ị"}},
    {'o', PLAIN, {"o", "ó", "ò", "ỏ", "õ", "ọ"}, {"O", "Ó", "Ò", "Ỏ", "Õ", "Ọ"}},
    {'o', CIRCUMFLEX, {"ô", "ố", "ồ", "ổ", "ỗ", "ộ"}, {"Ô", "Ố", "Ồ", "Ổ", "Ỗ", "Ộ"}},
    {'o', HOOK, {"ơ", "ớ", "ờ", "ở", "ỡ", "ợ"}, {"Ơ", "Ớ", "Ờ", "Ở", "Ỡ", "Ợ"}},
    {'u', PLAIN, {"u", "ú", "ù", "ủ", "ũ", "ụ"}, {"U", "Ú", "Ù", "Ủ", "Ũ", "Ụ"}},
    {'u', HOOK, {"ư", "ứ", "ừ", "ử", "ữ", "ự"}, {"Ư", "Ứ", "Ừ", "Ử", "Ữ", "Ự"}},
    {'y', PLAIN, {"y", "ý", "ỳ", "ỷ", "ỹ", "ỵ"}, {"Y", "Ý", "Ỳ", "Ỷ", "Ỹ", "Ỵ"}},
};

#define VOWELS (sizeof vowels / sizeof *vowels)

static bool is_vowel(char base)
{
    return base != '\0' && strchr("aeiouy", base) != NULL;
}

/* The letter that bears the tone: the last with a mark, or the vowel before the end. */
static size_t tone_place(const struct word *word)
{
    size_t first = word->count;
    size_t last = word->count;
    size_t i = 0;

    /* The u of qu and the i of gi belong to the consonant where another vowel follows. */
    if (word->count > 2 && ((word->letter[0].base == 'q' && word->letter[1].base == 'u') ||
                            (word->letter[0].base == 'g' && word->letter[1].base == 'i' &&
                             is_vowel(word->letter[2].base))))
        i = 2;
    for (; i < word->count; i++) {
        if (!is_vowel(word->letter[i].base))
            continue;
        if (first == word->count)
            first = i;
        last = i;
    }
    for (i = last; i < word->count && i + 1 > first; i--)
        if (word->letter[i].mark != PLAIN)
            return i;
    if (last + 1 < word->count || last == first)
        return last;
    return last - 1;
}

static const char *spell_letter(const struct letter *letter, unsigned tone, char plain[2])
{
    if (letter->base == 'd' && letter->mark == STROKE)
        return letter->capital ? "Đ" : "đ";
    for (size_t i = 0; i < VOWELS; i++)
        if (vowels[i].base == letter->base && vowels[i].mark == letter->mark)
            return letter->capital ? vowels[i].capital[tone] : vowels[i].small[tone];
    plain[0] = (char)(letter->capital ? toupper(letter->base) : letter->base);
    plain[1] = '\0';
    return plain;
}

static void end_word(char *out, size_t size, struct word *word)
{
    size_t place = tone_place(word);

    for (size_t i = 0; i < word->count; i++) {
        char plain[2];
        size_t used = strlen(out);
        (void)snprintf(out + used, size - used, "%s",
                       spell_letter(&word->letter[i], i == place ? word->tone : 0, plain));
    }
    *word = (struct word){.count = 0};
}

static void add(struct word *word, char key)
{
    if (word->count < WORD_MAX)
        word->letter[word->count++] = (struct letter){.base = (char)tolower((unsigned char)key),
                                                      .capital = isupper((unsigned char)key) != 0};
}

/* Marks the last letter of `bases`. The same key again takes the mark away, and stays itself. */
static bool mark(struct word *word, const char *bases, enum mark with)
{
    for (size_t i = word->count; i-- > 0;) {
        struct letter *letter = &word->letter[i];
        if (strchr(bases, letter->base) == NULL)
            continue;
        if (letter->mark == with) {
            letter->mark = PLAIN;
            return false;
        }
        letter->mark = with;
        return true;
    }
    return false;
}

static bool set_tone(struct word *word, unsigned tone)
{
    bool vowel = false;

    for (size_t i = 0; i < word->count; i++)
        vowel = vowel || is_vowel(word->letter[i].base);
    if (!vowel || (tone == 0 && word->tone == 0))
        return false;
    if (tone != 0 && word->tone == tone) {
        word->tone = 0;
        return false;
    }
    word->tone = tone;
    return true;
}

static bool telex_key(struct word *word, char key, bool capital, enum input_method method)
{
    static const char tones[] = "zsfrxj";
    const char *tone = strchr(tones, key);

    if (tone != NULL)
        return set_tone(word, (unsigned)(tone - tones));
    if (strchr("aeo", key) != NULL)
        return mark(word, (char[]){key, '\0'}, CIRCUMFLEX);
    if (key == 'd')
        return mark(word, "d", STROKE);
    if (key == 'w' && mark(word, "uoa", HOOK))
        return true;
    if (method == TELEX && strchr("w][", key) != NULL) {
        add(word, key == '[' ? 'o' : 'u');
        word->letter[word->count - 1].mark = HOOK;
        word->letter[word->count - 1].capital = capital;
        return true;
    }
    return false;
}

static bool vni_key(struct word *word, char key)
{
    switch (key) {
    case '6':
        return mark(word, "aeo", CIRCUMFLEX);
    case '7':
        return mark(word, "uo", HOOK);
    case '8':
        return mark(word, "a", HOOK);
    case '9':
        return mark(word, "d", STROKE);
    default:
        return key >= '0' && key <= '5' && set_tone(word, (unsigned)(key - '0'));
    }
}

/* The second letter of a pair, and the consonant that begins a word. */
static bool quick_key(struct word *word, char key)
{
    static const char *const doubles[] = {"cch", "ggi", "kkh", "nng", "pph", "qqu", "tth", "uuo"};
    static const char *const first[] = {"fph", "jgi", "wqu"};
    const char last = word->count > 0 ? word->letter[word->count - 1].base : '\0';

    for (size_t i = 0; i < sizeof doubles / sizeof *doubles; i++)
        if (last == key && doubles[i][0] == key) {
            add(word, doubles[i][2]);
            return true;
        }
    for (size_t i = 0; word->count == 0 && i < sizeof first / sizeof *first; i++)
        if (first[i][0] == key) {
            add(word, first[i][1]);
            add(word, first[i][2]);
            return true;
        }
    return false;
}

/* The consonant that ends a word. */
static void quick_end(struct word *word)
{
    static const char *const last[] = {"gng", "hnh", "kch"};

    if (word->count < 2 || !is_vowel(word->letter[word->count - 2].base))
        return;
    for (size_t i = 0; i < sizeof last / sizeof *last; i++)
        if (word->letter[word->count - 1].base == last[i][0]) {
            word->letter[word->count - 1].base = last[i][1];
            add(word, last[i][2]);
            return;
        }
}

void input_method_type(char *out, size_t size, const char *keys, enum input_method method,
                       bool aids)
{
    struct word word = {.count = 0};

    out[0] = '\0';
    for (; *keys != '\0'; keys++) {
        char key = (char)tolower((unsigned char)*keys);
        size_t used;
        if (*keys != ' ') {
            if ((!aids || !quick_key(&word, key)) &&
                !(method == VNI ? vni_key(&word, key)
                                : telex_key(&word, key, key != *keys, method)))
                add(&word, *keys);
            continue;
        }
        if (aids)
            quick_end(&word);
        end_word(out, size, &word);
        used = strlen(out);
        (void)snprintf(out + used, size - used, " ");
    }
    if (aids)
        quick_end(&word);
    end_word(out, size, &word);
}
