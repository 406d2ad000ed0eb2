// SPDX-License-Identifier: MIT
#include "propose.h"

#include <errno.h>
#include <math.h>
#include <string.h>
#include <sys/random.h>

#define SYLLABLES 5
#define DIGITS 3
#define CONSONANTS 13

static const char digits[] = "23456789";

/* Without d, which Telex and VNI turn into đ, and without what looks like something else. */
static const char consonants[] = "bcghkmnprstvxCGHKMNPRTVX23456789";

static const char *const initials[] = {
    "",   "b",   "c",  "ch", "d",  "g", "gh", "gi", "h",  "k",  "kh", "m", "n",
    "ng", "ngh", "nh", "ph", "qu", "r", "s",  "t",  "th", "tr", "v",  "x",
};

static const char *const rhymes[] = {
    "a",   "ac",  "ach", "ai",  "am",   "an",  "ang", "anh",  "ao",   "ap",   "at",  "au",   "ay",
    "e",   "ec",  "ech", "em",  "en",   "eng", "enh", "eo",   "ep",   "et",   "eu",  "i",    "ia",
    "ich", "iec", "iem", "ien", "ieng", "iep", "iet", "ieu",  "im",   "in",   "inh", "ip",   "it",
    "iu",  "o",   "oa",  "oac", "oach", "oai", "oan", "oang", "oanh", "oat",  "oay", "oc",   "oe",
    "oen", "oet", "oi",  "om",  "on",   "ong", "op",  "ot",   "u",    "ua",   "uan", "uang", "uat",
    "uay", "uc",  "ue",  "ui",  "um",   "un",  "ung", "uo",   "uoc",  "uoi",  "uom", "uon",  "uong",
    "uot", "uou", "up",  "ut",  "uu",   "uy",  "uya", "uyen", "uyet", "uynh", "uyt", "y",
};

#define INITIALS (sizeof initials / sizeof *initials)
#define RHYMES (sizeof rhymes / sizeof *rhymes)

static bool is_one_of(const char *text, const char *const *list)
{
    for (; *list != NULL; list++)
        if (strcmp(text, *list) == 0)
            return true;
    return false;
}

/* How Vietnamese is spelt: k, gh and ngh before e and i, c, g and ng elsewhere ... */
static bool is_spelt(const char *initial, const char *rhyme)
{
    static const char *const before_front[] = {"k", "gh", "ngh", NULL};
    static const char *const not_before_front[] = {"c", "g", "ng", "gi", NULL};
    static const char *const before_y[] = {"k", "m", "t", "h", "v", NULL};

    if (strlen(initial) + strlen(rhyme) < 2 ||
        strlen(initial) + strlen(rhyme) > PROPOSE_SYLLABLE_MAX)
        return false;
    if (initial[0] == '\0' && (rhyme[0] == 'o' || rhyme[0] == 'i'))
        return false; /* as a capital it would look like 0 or 1 */
    if (strcmp(rhyme, "y") == 0)
        return is_one_of(initial, before_y);
    if (rhyme[0] == 'e' || rhyme[0] == 'i')
        return !is_one_of(initial, not_before_front) &&
               !(strcmp(initial, "qu") == 0 && rhyme[0] == 'i' && rhyme[1] == 'e');
    return !is_one_of(initial, before_front) &&
           !(strcmp(initial, "qu") == 0 && (rhyme[0] == 'u' || rhyme[0] == 'o'));
}

void propose_syllable(char out[PROPOSE_SYLLABLE_MAX + 1], uint32_t index)
{
    out[0] = '\0';
    for (size_t i = 0; i < INITIALS; i++)
        for (size_t r = 0; r < RHYMES; r++)
            if (is_spelt(initials[i], rhymes[r]) && index-- == 0) {
                size_t length = strlen(initials[i]);
                memcpy(out, initials[i], length);
                memcpy(out + length, rhymes[r], strlen(rhymes[r]) + 1);
                return;
            }
}

bool propose_kernel(void *bytes, size_t size, void *data)
{
    ssize_t got;

    (void)data;
    do
        got = getrandom(bytes, size, 0);
    while (got < 0 && errno == EINTR);
    return got == (ssize_t)size;
}

bool propose_number(uint32_t *out, uint32_t count, propose_chance *chance, void *data)
{
    /* What is left over of 2^32 is drawn again. */
    const uint32_t last = UINT32_MAX - (uint32_t)((UINT64_C(1) << 32) % count);

    do
        if (!chance(out, sizeof *out, data))
            return false;
    while (*out > last);
    *out %= count;
    return true;
}

static bool draw_words(struct mk_password *password, char sign, propose_chance *chance, void *data)
{
    char *at = password->text;
    uint32_t index;

    for (int i = 0; i < SYLLABLES; i++) {
        if (!propose_number(&index, PROPOSE_SYLLABLES, chance, data))
            return false;
        propose_syllable(at, index);
        at += strlen(at);
        *at++ = sign;
    }
    for (int i = 0; i < DIGITS; i++) {
        if (!propose_number(&index, sizeof digits - 1, chance, data))
            return false;
        *at++ = digits[index];
    }
    *at = '\0';
    password->text[0] = (char)(password->text[0] & ~0x20);
    return true;
}

static bool draw_consonants(struct mk_password *password, char sign, propose_chance *chance,
                            void *data)
{
    char *at = password->text;
    uint32_t index;

    for (int i = 0; i < CONSONANTS; i++) {
        if (!propose_number(&index, sizeof consonants - 1, chance, data))
            return false;
        *at++ = consonants[index];
    }
    *at++ = sign; /* may be the end already */
    *at = '\0';
    return true;
}

bool propose_draw(struct mk_password *password, enum propose_form form, char sign,
                  propose_chance *chance, void *data)
{
    bool drawn = form == PROPOSE_WORDS ? sign != '\0' && draw_words(password, sign, chance, data)
                                       : draw_consonants(password, sign, chance, data);

    if (!drawn) {
        mk_wipe(password, sizeof *password);
        return false;
    }
    password->length = (uint32_t)strlen(password->text);
    return true;
}

double propose_bits(enum propose_form form, unsigned passed, unsigned drawn)
{
    double bits = form == PROPOSE_WORDS
                      ? SYLLABLES * log2(PROPOSE_SYLLABLES) + DIGITS * log2(sizeof digits - 1)
                      : CONSONANTS * log2(sizeof consonants - 1);

    return passed == 0 ? 0 : bits - log2((double)drawn / passed);
}
