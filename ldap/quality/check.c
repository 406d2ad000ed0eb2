// SPDX-License-Identifier: MIT
#include "check.h"

#include <stdio.h>
#include <string.h>

#include "fold.h"
#include "likeness.h"
#include "match.h"
#include "patterns.h"
#include "person.h"

/* Rules that a long password may be excused from. */
#define EXCUSABLE                                                                                  \
    (MK_RULE_BIT(MK_RULE_UNIT) | MK_RULE_BIT(MK_RULE_PLACE) | MK_RULE_BIT(MK_RULE_COMMON) |        \
     MK_RULE_BIT(MK_RULE_RUN) | MK_RULE_BIT(MK_RULE_DATE) | MK_RULE_BIT(MK_RULE_REPEATS))

/* What is looked at in every system. */
#define ALWAYS                                                                                     \
    (EXCUSABLE | MK_RULE_BIT(MK_RULE_USER) | MK_RULE_BIT(MK_RULE_NAME) |                           \
     MK_RULE_BIT(MK_RULE_GIVEN) | MK_RULE_BIT(MK_RULE_CHARACTERS))

/* Of words: the person's and the installation's. */
#define LISTS 2

static void open_words(struct check *check)
{
    const struct mk_quality_settings *settings = &check->settings;
    struct mk_quality_fault *fault = &check->rules.part[MK_PART_WORDS];
    bool whole = words_read_folder(&check->words,
                                   settings->words_dir[0] != '\0' ? settings->words_dir : WORDS_DIR,
                                   false, fault);

    if (settings->own_words_dir[0] != '\0')
        whole = words_read_folder(&check->words, settings->own_words_dir, true, fault) && whole;
    if (!whole)
        check->rules.broken |= 1U << MK_PART_WORDS;
    check->rules.words = check->words.entry_count > 0 ? check->words.entry_count - 1 : 0;
}

static void open_leaks(struct check *check)
{
    const struct mk_quality_settings *settings = &check->settings;
    struct mk_quality_fault *fault = &check->rules.part[MK_PART_LEAKS];

    if (settings->leak_kind == MK_LEAKS_NONE)
        return;
    check->rules.in_force |= MK_RULE_BIT(MK_RULE_LEAKED);
    fault->fault = leaks_open(&check->leaks, settings->leak_file,
                              (enum mk_leak_kind)settings->leak_kind, &fault->line);
    if (fault->fault == MK_PART_WORKS)
        return;
    check->rules.broken |= 1U << MK_PART_LEAKS;
    (void)snprintf(fault->file, sizeof fault->file, "%s", settings->leak_file);
}

void check_open(struct check *check, const struct mk_quality_settings *settings)
{
    check->open = true;
    check->settings = *settings;
    check->rules.in_force = ALWAYS;
    if (settings->max_length > 0) {
        check->rules.in_force |= MK_RULE_BIT(MK_RULE_MAX_LENGTH);
        check->rules.number[MK_RULE_MAX_LENGTH] = settings->max_length;
    }
    library_open(&check->library, settings->config_file, &check->rules);
    open_words(check);
    open_leaks(check);
}

bool check_person(struct check *check, const struct mk_quality_person *person)
{
    check->person = *person;
    words_free(&check->personal);
    return person_words(&check->personal, person);
}

void check_given(struct check *check, const struct mk_password *password)
{
    if (check->given_count == MK_SYSTEMS_MAX) {
        memmove(check->given, check->given + 1, sizeof check->given - sizeof *check->given);
        check->given_count--;
    }
    check->given[check->given_count++] = *password;
}

static bool was_given(const struct check *check, const struct mk_password *password)
{
    for (unsigned i = 0; i < check->given_count; i++)
        if (strcmp(check->given[i].text, password->text) == 0)
            return true;
    return false;
}

static uint64_t bit_if(bool broken, enum mk_rule rule)
{
    return broken ? MK_RULE_BIT(rule) : 0;
}

/* The settings of libpwquality that can be told at a glance, with letters for its bytes. */
static uint64_t configured(const struct mk_quality_rules *rules, const struct fold *p)
{
    const uint32_t *number = rules->number;
    unsigned count[FOLD_CLASSES];
    unsigned classes = 0;

    patterns_count(p, count);
    for (int i = 0; i < FOLD_CLASSES; i++)
        classes += count[i] > 0;
    return bit_if(p->count < number[MK_RULE_MIN_LENGTH], MK_RULE_MIN_LENGTH) |
           bit_if(count[FOLD_DIGIT] < number[MK_RULE_MIN_DIGITS], MK_RULE_MIN_DIGITS) |
           bit_if(count[FOLD_UPPER] < number[MK_RULE_MIN_UPPERS], MK_RULE_MIN_UPPERS) |
           bit_if(count[FOLD_LOWER] < number[MK_RULE_MIN_LOWERS], MK_RULE_MIN_LOWERS) |
           bit_if(count[FOLD_OTHER] < number[MK_RULE_MIN_OTHERS], MK_RULE_MIN_OTHERS) |
           bit_if(classes < number[MK_RULE_MIN_CLASSES], MK_RULE_MIN_CLASSES) |
           bit_if(number[MK_RULE_MAX_REPEAT] > 0 && patterns_same(p) > number[MK_RULE_MAX_REPEAT],
                  MK_RULE_MAX_REPEAT) |
           bit_if(number[MK_RULE_MAX_CLASS_REPEAT] > 0 &&
                      patterns_same_class(p) > number[MK_RULE_MAX_CLASS_REPEAT],
                  MK_RULE_MAX_CLASS_REPEAT) |
           bit_if(number[MK_RULE_MAX_SEQUENCE] > 0 &&
                      patterns_sequence(p) > number[MK_RULE_MAX_SEQUENCE],
                  MK_RULE_MAX_SEQUENCE);
}

static uint64_t patterns(const struct fold *p)
{
    return bit_if(patterns_run(p), MK_RULE_RUN) | bit_if(patterns_date(p), MK_RULE_DATE) |
           bit_if(patterns_repeats(p), MK_RULE_REPEATS) |
           bit_if(patterns_palindrome(p), MK_RULE_PALINDROME);
}

static bool takes(const struct mk_quality_settings *settings, uint32_t code)
{
    if (code < ' ' || code == 0x7f || (code >= 0x80 && code < 0xa0) || code == FOLD_BAD)
        return false;
    if (code >= 0x80)
        return settings->allow_non_ascii != 0;
    return strchr(settings->refused, (int)code) == NULL;
}

static uint64_t characters(const struct mk_quality_settings *settings, const struct fold *p)
{
    uint64_t failed =
        bit_if(settings->max_length > 0 && p->count > settings->max_length, MK_RULE_MAX_LENGTH);

    for (size_t i = 0; i < p->count; i++)
        failed |= bit_if(!takes(settings, p->code[i]), MK_RULE_CHARACTERS);
    return failed;
}

static uint64_t words(const struct check *check, const struct fold *p,
                      struct mk_quality_verdict *verdict)
{
    const struct words *const lists[LISTS] = {&check->personal, &check->words};
    struct match match = {0};

    match_words(&match, p, lists, LISTS, check->person.birth_year);
    for (int rule = 0; rule < MK_RULES; rule++) {
        if (match.word[rule].text == NULL || verdict->hits == MK_HITS_MAX)
            continue;
        verdict->hit_rule[verdict->hits] = (uint32_t)rule;
        (void)snprintf(verdict->hit_word[verdict->hits], sizeof verdict->hit_word[0], "%s",
                       match.word[rule].text);
        verdict->hits++;
    }
    return match.failed;
}

static uint64_t compared(const struct check *check, const struct mk_quality_check *request,
                         const struct fold *p)
{
    struct fold old;
    enum mk_rule rule;

    fold_text(&old, request->old_password.text);
    rule = likeness(&old, p, check->rules.number[MK_RULE_SIMILAR]);
    mk_wipe(&old, sizeof old);
    return bit_if(rule != MK_RULE_OK, rule) |
           bit_if(was_given(check, &request->new_password), MK_RULE_GIVEN);
}

static uint64_t leaked(struct check *check, const struct mk_password *password)
{
    switch (leaks_find(&check->leaks, password)) {
    case LEAKS_PRESENT:
        return MK_RULE_BIT(MK_RULE_LEAKED);
    case LEAKS_BROKEN:
        check->rules.broken |= 1U << MK_PART_LEAKS;
        check->rules.part[MK_PART_LEAKS].fault = MK_PART_FORMAT;
        return 0;
    default:
        return 0;
    }
}

/* Words that were hit for rules that do not count have no business in the verdict. */
static void excuse(struct mk_quality_verdict *verdict)
{
    uint32_t kept = 0;

    verdict->failed &= ~EXCUSABLE;
    for (uint32_t i = 0; i < verdict->hits; i++) {
        if ((verdict->failed & MK_RULE_BIT(verdict->hit_rule[i])) == 0)
            continue;
        verdict->hit_rule[kept] = verdict->hit_rule[i];
        if (kept != i)
            memcpy(verdict->hit_word[kept], verdict->hit_word[i], sizeof verdict->hit_word[i]);
        kept++;
    }
    verdict->hits = kept;
}

static void own_rules(struct check *check, const struct mk_quality_check *request,
                      struct mk_quality_verdict *verdict)
{
    struct fold p;

    fold_text(&p, request->new_password.text);
    verdict->failed = bit_if(p.count == 0, MK_RULE_EMPTY) | configured(&check->rules, &p) |
                      characters(&check->settings, &p) | patterns(&p) | words(check, &p, verdict) |
                      compared(check, request, &p) | leaked(check, &request->new_password);
    if (check->settings.excuse_length > 0 && p.count >= check->settings.excuse_length)
        excuse(verdict);
    mk_wipe(&p, sizeof p);
}

void check_password(struct check *check, const struct mk_quality_check *request,
                    struct mk_quality_verdict *verdict)
{
    verdict->rule = MK_RULE_OK;
    verdict->score = -1;
    own_rules(check, request, verdict);
    verdict->broken = check->rules.broken;
    if (verdict->broken != 0 && check->settings.go_on == 0)
        verdict->failed |= MK_RULE_BIT(MK_RULE_BROKEN);
    if (verdict->failed != 0)
        return;
    library_ask(&check->library, check->person.login, &request->old_password,
                &request->new_password, verdict);
    if (verdict->rule != MK_RULE_OK)
        verdict->failed |= MK_RULE_BIT(verdict->rule);
}

void check_forget(const struct check *check)
{
    library_forget(&check->library);
}

void check_close(struct check *check)
{
    library_close(&check->library);
    words_free(&check->words);
    words_free(&check->personal);
    leaks_close(&check->leaks);
    mk_wipe(check, sizeof *check);
}
