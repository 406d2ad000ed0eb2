/* SPDX-License-Identifier: MIT */
#include "checklist.h"

#include <stdio.h>
#include <string.h>

#include <curses.h>

#include "draw.h"
#include "language.h"
#include "text.h"

#define TEXT_MAX 192
#define ITEMS_MAX 16
#define BIT(rule) MK_RULE_BIT(MK_RULE_##rule)

/* What is wanted in the password, each an item of its own: not there yet is no fault. */
#define WANTED                                                                                     \
    (BIT(EMPTY) | BIT(MIN_LENGTH) | BIT(MIN_CLASSES) | BIT(MIN_DIGITS) | BIT(MIN_UPPERS) |         \
     BIT(MIN_LOWERS) | BIT(MIN_OTHERS))

#define PERSONAL (BIT(USER) | BIT(NAME) | BIT(GECOS) | BIT(ACCOUNT))
#define WORDS                                                                                      \
    (BIT(UNIT) | BIT(PLACE) | BIT(COMMON) | BIT(BAD_WORD) | BIT(DICTIONARY) |                      \
     BIT(DICTIONARY_REVERSED) | BIT(CRACKLIB))
#define PATTERNS                                                                                   \
    (BIT(MAX_REPEAT) | BIT(MAX_CLASS_REPEAT) | BIT(MAX_SEQUENCE) | BIT(REPEATS) | BIT(RUN) |       \
     BIT(DATE) | BIT(PALINDROME) | BIT(SIMPLISTIC) | BIT(FEW_DIFFERENT))
#define CURRENT (BIT(SAME) | BIT(CASE_ONLY) | BIT(SIMILAR) | BIT(ROTATED))

struct item {
    uint64_t rules; /* it stands for these */
    char text[TEXT_MAX];
};

struct items {
    int count;
    struct item item[ITEMS_MAX];
};

static bool in_force(const struct checklist *list, uint64_t rules)
{
    return (list->checker->rules.in_force & rules) != 0;
}

static unsigned number(const struct checklist *list, enum mk_rule rule)
{
    return list->checker->rules.number[rule];
}

/* Where the text of the next item goes, which stands for those of `rules` that hold here. */
static char *add(struct items *items, uint64_t rules)
{
    struct item *item = &items->item[items->count++];

    item->rules = rules;
    return item->text;
}

static void add_fixed(const struct checklist *list, struct items *items, uint64_t rules,
                      const char *text)
{
    if (in_force(list, rules))
        snprintf(add(items, rules), TEXT_MAX, "%s", text);
}

static void add_counted(const struct checklist *list, struct items *items, enum mk_rule rule,
                        const char *text)
{
    if (in_force(list, MK_RULE_BIT(rule)) && number(list, rule) > 0)
        snprintf(add(items, MK_RULE_BIT(rule)), TEXT_MAX, text, number(list, rule));
}

static void add_length(const struct checklist *list, struct items *items)
{
    unsigned least = number(list, MK_RULE_MIN_LENGTH);
    unsigned most = number(list, MK_RULE_MAX_LENGTH);

    if (list->rules->max_length > 0 && least > 0 && most > 0)
        snprintf(add(items, BIT(MIN_LENGTH) | BIT(MAX_LENGTH)), TEXT_MAX, _("%u to %u characters"),
                 least, most);
    else if (list->rules->max_length > 0 && most > 0)
        snprintf(add(items, BIT(MAX_LENGTH)), TEXT_MAX,
                 ngettext("at most %u character", "at most %u characters", most), most);
    else if (least > 0)
        snprintf(add(items, BIT(MIN_LENGTH)), TEXT_MAX,
                 ngettext("at least %u character", "at least %u characters", least), least);
}

static void add_characters(const struct checklist *list, struct items *items)
{
    const char *not_taken = list->rules->not_taken;

    if (!in_force(list, BIT(CHARACTERS)))
        return;
    if (list->rules->accents == CONFIG_YES && not_taken[0] != '\0')
        snprintf(add(items, BIT(CHARACTERS)), TEXT_MAX, _("none of: %s"), not_taken);
    else if (list->rules->accents != CONFIG_YES && not_taken[0] == '\0')
        add_fixed(list, items, BIT(CHARACTERS), _("no accents: a-z, A-Z, 0-9, signs"));
    else if (list->rules->accents != CONFIG_YES)
        snprintf(add(items, BIT(CHARACTERS)), TEXT_MAX, _("no accents, none of: %s"), not_taken);
}

static void fill(const struct checklist *list, struct items *items)
{
    unsigned classes = number(list, MK_RULE_MIN_CLASSES);
    unsigned digits = number(list, MK_RULE_MIN_DIGITS);
    unsigned uppers = number(list, MK_RULE_MIN_UPPERS);
    unsigned lowers = number(list, MK_RULE_MIN_LOWERS);
    unsigned others = number(list, MK_RULE_MIN_OTHERS);

    items->count = 0;
    add_length(list, items);
    add_counted(list, items, MK_RULE_MIN_CLASSES,
                ngettext("%u of 4 kinds: ABC, abc, 123, @#!", "%u of 4 kinds: ABC, abc, 123, @#!",
                         classes));
    add_counted(list, items, MK_RULE_MIN_DIGITS,
                ngettext("at least %u digit", "at least %u digits", digits));
    add_counted(list, items, MK_RULE_MIN_UPPERS,
                ngettext("at least %u capital letter", "at least %u capital letters", uppers));
    add_counted(list, items, MK_RULE_MIN_LOWERS,
                ngettext("at least %u small letter", "at least %u small letters", lowers));
    add_counted(
        list, items, MK_RULE_MIN_OTHERS,
        ngettext("at least %u sign such as @ # -", "at least %u signs such as @ # -", others));
    add_fixed(list, items, PERSONAL, _("nothing of your name or log-in"));
    add_fixed(list, items, WORDS, _("no words easy to guess, no places"));
    add_fixed(list, items, PATTERNS, _("no runs, dates or repeats"));
    add_fixed(list, items, CURRENT, _("unlike the current password"));
    add_characters(list, items);
    if (list->given)
        add_fixed(list, items, BIT(GIVEN), _("unlike those just given elsewhere"));
    add_fixed(list, items, BIT(LEAKED), _("not in the list of leaked ones"));
}

/*
 * The first few letters of nearly everything are made of words. Whether the whole is can be said
 * once it is long enough, or once it is left as it is.
 */
static bool is_too_early(const struct checklist *list)
{
    return !list->left && (list->checker->verdict.failed & BIT(MIN_LENGTH)) != 0;
}

static const char *mark(const struct checklist *list, const struct item *item)
{
    const struct mk_quality_verdict *verdict = &list->checker->verdict;

    if (!list->typed || verdict->header.type == 0 ||
        ((item->rules & WORDS) != 0 && is_too_early(list)))
        return "[ ]";
    if ((verdict->failed & item->rules) == 0)
        return "[x]";
    return (verdict->failed & item->rules & ~WANTED) != 0 ? "[!]" : "[ ]";
}

int checklist_draw(const struct checklist *list, int y)
{
    struct items items;
    int half = COLS / 2 - 1;

    fill(list, &items);
    for (int i = 0; i < items.count; i++) {
        int x = i % 2 == 0 ? DRAW_MARGIN : half + 2;
        int width = i % 2 == 0 ? half - DRAW_MARGIN - 3 : COLS - half - 6;

        mvaddstr(y + i / 2, x, mark(list, &items.item[i]));
        draw_text(y + i / 2, x + 4, width, items.item[i].text);
    }
    return (items.count + 1) / 2;
}

/* --- sentences --- */

/* Adds a paragraph where it fits whole, or as much of the first one as fits. */
static void paragraph(const char *text, int *y, int end)
{
    if (*y < end)
        *y += draw_wrapped(*y, end - *y, text);
}

static const char *word_of(const struct mk_quality_verdict *verdict, enum mk_rule rule)
{
    for (uint32_t i = 0; i < verdict->hits; i++)
        if (verdict->hit_rule[i] == rule)
            return verdict->hit_word[i];
    return "";
}

static void say_rule(const struct checklist *list, enum mk_rule rule, int *y, int end)
{
    const struct mk_quality_verdict *verdict = &list->checker->verdict;
    char word[MK_WORD_MAX + 1];
    char text[SENTENCE_MAX];
    uint32_t asked_for = list->checker->rules.number[rule];

    if (verdict->rule == rule && verdict->number > 0)
        asked_for = (uint32_t)verdict->number;
    (void)text_printable(word, sizeof word, word_of(verdict, rule));
    sentence_rule(text, sizeof text, rule, asked_for, word);
    paragraph(text, y, end);
}

/* Some faults show only when a password is looked up. */
uint32_t checklist_broken(const struct checker *checker)
{
    return checker->rules.broken | checker->verdict.broken;
}

bool checklist_stops(const struct checklist *list)
{
    return list->checker->failed || (checklist_broken(list->checker) != 0 && !list->goes_on);
}

/* What does not work, whether anything has been typed or not. */
static void say_parts(const struct checklist *list, int *y, int end)
{
    for (int part = 0; part < MK_PARTS; part++)
        if ((checklist_broken(list->checker) & (1U << part)) != 0)
            paragraph(sentence_incomplete((enum mk_quality_part)part, list->goes_on), y, end);
}

int checklist_draw_verdict(const struct checklist *list, int y, int lines)
{
    const struct mk_quality_verdict *verdict = &list->checker->verdict;
    uint64_t unsaid = BIT(BROKEN) | (list->left ? 0 : WANTED) | (is_too_early(list) ? WORDS : 0);
    uint64_t said = verdict->failed & ~unsaid;
    int end = y + lines;
    int at = y;

    if (list->checker->failed) {
        say_rule(list, MK_RULE_BROKEN, &at, end);
        return at - y;
    }
    say_parts(list, &at, end);
    if (checklist_stops(list) || !list->typed || verdict->header.type == 0)
        return at - y;
    if (verdict->failed == 0)
        paragraph(sentence_strength(verdict->score), &at, end);
    for (int rule = 0; rule < MK_RULES; rule++)
        if ((said & MK_RULE_BIT(rule)) != 0)
            say_rule(list, (enum mk_rule)rule, &at, end);
    return at - y;
}
