// SPDX-License-Identifier: MIT
#include "person.h"

#include <string.h>

#include "fold.h"

#define PARTS_MAX 24

/* Two words of a unit in their order; shorter ones would be any syllables. */
#define UNIT_PAIR_MIN 6

struct part {
    char text[MK_TEXT_MAX + 1];
    size_t letters;
    char initial;
    bool capitals; /* an abbreviation, as it is written */
};

static enum words_mode mode_of(size_t letters)
{
    if (letters >= 4)
        return WORDS_ANYWHERE;
    return letters == 3 ? WORDS_ALONE : WORDS_WITH_YEAR;
}

/* Takes `text` apart where something stands that is neither a letter nor a mark on one. */
static size_t split(struct part parts[PARTS_MAX], const char *text)
{
    size_t count = 0;
    struct part *part = NULL;

    while (*text != '\0') {
        const char *at = text;
        uint32_t code = fold_next(&text);
        char base = fold_base(code);
        size_t length;
        if (base == '\0' && (code < 0x300 || code > 0x36f)) {
            part = NULL;
            continue;
        }
        if (part == NULL) {
            if (base == '\0')
                continue;
            if (count == PARTS_MAX)
                break;
            part = &parts[count++];
            *part = (struct part){.initial = base, .capitals = true};
        }
        length = strlen(part->text);
        memcpy(part->text + length, at, (size_t)(text - at));
        part->letters += base != '\0';
        part->capitals = part->capitals && (base == '\0' || fold_lower(code) != code);
    }
    return count;
}

static bool add_login(struct words *words, const char *login)
{
    struct part parts[PARTS_MAX];
    size_t count = split(parts, login);
    size_t letters = 0;
    bool added = true;

    for (size_t i = 0; i < count; i++) {
        letters += parts[i].letters;
        if (count > 1 && parts[i].letters >= 4)
            added = words_add(words, parts[i].text, MK_RULE_USER, WORDS_ANYWHERE) && added;
    }
    return letters == 0 || (words_add(words, login, MK_RULE_USER, mode_of(letters)) && added);
}

static bool add_mail(struct words *words, const struct mk_quality_person *person)
{
    char name[MK_TEXT_MAX + 1];
    size_t length = strcspn(person->mail, "@");

    memcpy(name, person->mail, length);
    name[length] = '\0';
    return strcmp(name, person->login) == 0 || add_login(words, name);
}

/* "A B"; longer texts than the two arrays hold do not come from split(). */
static void join(char text[2 * MK_TEXT_MAX + 2], const struct part *a, const struct part *b)
{
    size_t length = strlen(a->text);

    memcpy(text, a->text, length);
    text[length] = ' ';
    memcpy(text + length + 1, b->text, strlen(b->text) + 1);
}

static bool add_pairs(struct words *words, const struct part *parts, size_t count)
{
    char text[2 * MK_TEXT_MAX + 2];
    bool added = true;

    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < count; k++) {
            if (i == k || parts[i].letters + parts[k].letters < 4)
                continue;
            join(text, &parts[i], &parts[k]);
            added = words_add(words, text, MK_RULE_NAME, WORDS_ANYWHERE) && added;
        }
    return added;
}

/* NVA, NVAn and AnNV of Nguyễn Văn An. */
static bool add_initials(struct words *words, const struct part *parts, size_t count)
{
    char initials[PARTS_MAX + 1];
    char text[PARTS_MAX + MK_TEXT_MAX + 1];
    const struct part *given = &parts[count - 1];
    size_t length = strlen(given->text);
    bool added;

    for (size_t i = 0; i < count; i++)
        initials[i] = (char)(parts[i].initial & ~0x20);
    initials[count] = '\0';
    added = words_add(words, initials, MK_RULE_NAME, WORDS_WITH_YEAR);
    memcpy(text, initials, count - 1);
    memcpy(text + count - 1, given->text, length + 1);
    added = words_add(words, text, MK_RULE_NAME, mode_of(count - 1 + given->letters)) && added;
    memcpy(text, given->text, length);
    memcpy(text + length, initials, count - 1);
    text[length + count - 1] = '\0';
    return words_add(words, text, MK_RULE_NAME, mode_of(count - 1 + given->letters)) && added;
}

static bool add_name(struct words *words, const char *name)
{
    struct part parts[PARTS_MAX];
    size_t count = split(parts, name);
    bool added = true;

    for (size_t i = 0; i < count; i++)
        added = words_add(words, parts[i].text, MK_RULE_NAME, mode_of(parts[i].letters)) && added;
    if (count > 1)
        added = add_pairs(words, parts, count) && add_initials(words, parts, count) && added;
    return added;
}

static bool add_unit(struct words *words, const char *unit)
{
    struct part parts[PARTS_MAX];
    char text[2 * MK_TEXT_MAX + 2];
    char initials[PARTS_MAX + 1];
    size_t count = split(parts, unit);
    bool added = true;

    for (size_t i = 0; i < count; i++) {
        bool anywhere = parts[i].capitals && parts[i].letters >= WORDS_EDGE_MIN;
        added =
            words_add(words, parts[i].text, MK_RULE_UNIT, anywhere ? WORDS_ANYWHERE : WORDS_PART) &&
            added;
        initials[i] = (char)(parts[i].initial & ~0x20);
        if (i == 0 || parts[i - 1].letters + parts[i].letters < UNIT_PAIR_MIN)
            continue;
        join(text, &parts[i - 1], &parts[i]);
        added = words_add(words, text, MK_RULE_UNIT, WORDS_ANYWHERE) && added;
    }
    initials[count] = '\0';
    return words_add(words, initials, MK_RULE_UNIT, WORDS_PART) && added;
}

bool person_words(struct words *words, const struct mk_quality_person *person)
{
    bool added = add_login(words, person->login);

    added = add_mail(words, person) && added;
    added = add_name(words, person->name) && added;
    added = add_unit(words, person->unit) && added;
    return add_unit(words, person->words) && added;
}
