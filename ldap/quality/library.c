// SPDX-License-Identifier: MIT
#include "library.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "dictionary.h"
#include "rules.h"

/* matkhau's defaults, which pwquality.conf may change. */
static const struct {
    int which;
    int value;
} defaults[] = {
    {PWQ_SETTING_MIN_LENGTH, 8},
    {PWQ_SETTING_MIN_CLASS, 3},
    {PWQ_SETTING_DIFF_OK, 4},
    {PWQ_SETTING_MAX_REPEAT, 2},
};

/* What libpwquality reads where no file is named. */
#define SYSTEM_FILE "/etc/security/pwquality.conf"

/*
 * Longer than any password, and with letters for which libcrack tries all its ways of undoing
 * letter-for-sign swaps: only then are all its buffers written over, to their whole length.
 */
#define DUMMY_LENGTH (MK_PASSWORD_MAX + 1)

/* Deeper than libpwquality and libcrack go: about 20 kB of buffers. */
#define STACK_BYTES ((size_t)64 << 10)

/* What glibc 2.36 keeps at hand of each small size: tcache_count and tcache_max of its manual. */
#define CACHED_CHUNKS 7
#define CACHED_SIZE_MIN ((size_t)24)
#define CACHED_SIZE_MAX ((size_t)1032)
#define CACHED_SIZE_STEP ((size_t)16)

static void fill_dummy(char dummy[DUMMY_LENGTH + 1])
{
    static const char letters[] = "k7Qz!mV2x#Rb9@Ht4&Ws6*Jd3%Fp8^Lc5+Yg";
    const size_t count = sizeof letters - 1;

    /* Steps of five: neighbours in the alphabet side by side would be "too systematic". */
    for (size_t i = 0; i < DUMMY_LENGTH; i++)
        dummy[i] = letters[(i * 5 + i / count) % count];
    dummy[DUMMY_LENGTH] = '\0';
}

static uint32_t setting(pwquality_settings_t *settings, int which)
{
    int value = 0;

    if (pwquality_get_int_value(settings, which, &value) != 0 || value < 0)
        return 0;
    return (uint32_t)value;
}

/* NULL without memory. */
static pwquality_settings_t *our_defaults(void)
{
    pwquality_settings_t *settings = pwquality_default_settings();

    for (size_t i = 0; settings != NULL && i < sizeof defaults / sizeof *defaults; i++)
        if (pwquality_set_int_value(settings, defaults[i].which, defaults[i].value) != 0) {
            pwquality_free_settings(settings);
            settings = NULL;
        }
    return settings;
}

static void report(struct mk_quality_rules *rules, enum mk_quality_part part,
                   enum mk_part_fault fault, const char *file)
{
    rules->broken |= 1U << part;
    rules->part[part].fault = fault;
    (void)snprintf(rules->part[part].file, sizeof rules->part[part].file, "%s", file);
}

static void read_settings(struct library *library, const char *config_file,
                          struct mk_quality_rules *rules)
{
    char text[PWQ_MAX_ERROR_MESSAGE_LEN];
    void *auxiliary = NULL;
    int code;

    library->settings = our_defaults();
    if (library->settings == NULL) {
        report(rules, MK_PART_SETTINGS, MK_PART_UNREADABLE, "");
        return;
    }
    code = pwquality_read_config(library->settings, config_file[0] != '\0' ? config_file : NULL,
                                 &auxiliary);
    if (code == 0)
        return;
    (void)pwquality_strerror(text, sizeof text, code, auxiliary); /* frees `auxiliary` */
    report(rules, MK_PART_SETTINGS,
           code == PWQ_ERROR_CFGFILE_OPEN ? MK_PART_UNREADABLE : MK_PART_FORMAT,
           config_file[0] != '\0' ? config_file : SYSTEM_FILE);
    /* What stood before the wrong line may be half of what was meant. */
    pwquality_free_settings(library->settings);
    library->settings = our_defaults();
}

/* Credits let longer classes shorten the password, so that no one length is the rule. */
static bool has_credits(pwquality_settings_t *settings)
{
    return setting(settings, PWQ_SETTING_DIG_CREDIT) > 0 ||
           setting(settings, PWQ_SETTING_UP_CREDIT) > 0 ||
           setting(settings, PWQ_SETTING_LOW_CREDIT) > 0 ||
           setting(settings, PWQ_SETTING_OTH_CREDIT) > 0;
}

static void force(struct mk_quality_rules *rules, enum mk_rule rule, uint32_t number)
{
    if (number == 0)
        return;
    rules->in_force |= MK_RULE_BIT(rule);
    rules->number[rule] = number;
}

/* A negative credit is a minimum. */
static uint32_t minimum(pwquality_settings_t *settings, int which)
{
    int value = 0;

    return pwquality_get_int_value(settings, which, &value) == 0 && value < 0 ? (uint32_t)-value
                                                                              : 0;
}

static void name_rules(pwquality_settings_t *settings, struct mk_quality_rules *rules)
{
    rules->in_force |= MK_RULE_BIT(MK_RULE_EMPTY) | MK_RULE_BIT(MK_RULE_SAME) |
                       MK_RULE_BIT(MK_RULE_CASE_ONLY) | MK_RULE_BIT(MK_RULE_ROTATED) |
                       MK_RULE_BIT(MK_RULE_PALINDROME) | MK_RULE_BIT(MK_RULE_BROKEN);
    if (!has_credits(settings))
        force(rules, MK_RULE_MIN_LENGTH, setting(settings, PWQ_SETTING_MIN_LENGTH));
    force(rules, MK_RULE_SIMILAR, setting(settings, PWQ_SETTING_DIFF_OK));
    force(rules, MK_RULE_MIN_CLASSES, setting(settings, PWQ_SETTING_MIN_CLASS));
    force(rules, MK_RULE_MIN_DIGITS, minimum(settings, PWQ_SETTING_DIG_CREDIT));
    force(rules, MK_RULE_MIN_UPPERS, minimum(settings, PWQ_SETTING_UP_CREDIT));
    force(rules, MK_RULE_MIN_LOWERS, minimum(settings, PWQ_SETTING_LOW_CREDIT));
    force(rules, MK_RULE_MIN_OTHERS, minimum(settings, PWQ_SETTING_OTH_CREDIT));
    force(rules, MK_RULE_MAX_REPEAT, setting(settings, PWQ_SETTING_MAX_REPEAT));
    force(rules, MK_RULE_MAX_CLASS_REPEAT, setting(settings, PWQ_SETTING_MAX_CLASS_REPEAT));
    force(rules, MK_RULE_MAX_SEQUENCE, setting(settings, PWQ_SETTING_MAX_SEQUENCE));
    if (setting(settings, PWQ_SETTING_GECOS_CHECK) != 0)
        rules->in_force |= MK_RULE_BIT(MK_RULE_GECOS);
    /* Whether there are any cannot be told: their key returns nothing where none is set. */
    rules->in_force |= MK_RULE_BIT(MK_RULE_BAD_WORD);
}

static enum mk_rule try_word(pwquality_settings_t *bare, const char *word)
{
    void *auxiliary = NULL;
    int32_t number;
    int code = pwquality_check(bare, word, NULL, NULL, &auxiliary);

    return rules_map(code, auxiliary, &number);
}

/* A whole dictionary refuses a word of its own for being one, and lets a random string pass. */
static bool dictionary_works(pwquality_settings_t *bare, const char *prefix)
{
    struct dictionary_samples samples;
    char dummy[DUMMY_LENGTH + 1];

    if (!dictionary_inspect(prefix, &samples))
        return false;
    for (size_t i = 0; i < samples.count; i++) {
        enum mk_rule rule = try_word(bare, samples.word[i]);
        if (rule == MK_RULE_OK || rule == MK_RULE_BROKEN)
            return false;
    }
    fill_dummy(dummy);
    return try_word(bare, dummy) == MK_RULE_OK;
}

static void report_dictionary(struct mk_quality_rules *rules, const char *prefix)
{
    char path[MK_FILE_MAX + 1];
    enum mk_part_fault fault = MK_PART_FORMAT;

    (void)snprintf(path, sizeof path, "%s.pwd", prefix);
    if (access(path, R_OK) != 0)
        fault = errno == ENOENT ? MK_PART_MISSING : MK_PART_UNREADABLE;
    report(rules, MK_PART_DICTIONARY, fault, path);
}

static void open_dictionary(struct library *library, struct mk_quality_rules *rules)
{
    const char *prefix = NULL;

    if (setting(library->settings, PWQ_SETTING_DICT_CHECK) == 0)
        return;
    rules->in_force |= MK_RULE_BIT(MK_RULE_DICTIONARY) | MK_RULE_BIT(MK_RULE_DICTIONARY_REVERSED) |
                       MK_RULE_BIT(MK_RULE_SIMPLISTIC) | MK_RULE_BIT(MK_RULE_FEW_DIFFERENT) |
                       MK_RULE_BIT(MK_RULE_ACCOUNT) | MK_RULE_BIT(MK_RULE_CRACKLIB);
    library->bare = pwquality_default_settings();
    if (library->bare != NULL &&
        pwquality_get_str_value(library->settings, PWQ_SETTING_DICT_PATH, &prefix) == 0 &&
        prefix != NULL && prefix[0] != '\0' &&
        pwquality_set_str_value(library->bare, PWQ_SETTING_DICT_PATH, prefix) == 0 &&
        pwquality_set_int_value(library->bare, PWQ_SETTING_MIN_LENGTH, DICTIONARY_SAMPLE_MIN) ==
            0 &&
        dictionary_works(library->bare, prefix))
        return;
    report_dictionary(rules, prefix != NULL ? prefix : "");
    if (library->bare != NULL)
        pwquality_free_settings(library->bare);
    library->bare = NULL;
    if (pwquality_set_int_value(library->settings, PWQ_SETTING_DICT_CHECK, 0) != 0)
        report(rules, MK_PART_SETTINGS, MK_PART_UNREADABLE, "");
}

void library_open(struct library *library, const char *config_file, struct mk_quality_rules *rules)
{
    read_settings(library, config_file, rules);
    if (library->settings == NULL)
        return;
    name_rules(library->settings, rules);
    open_dictionary(library, rules);
}

void library_ask(const struct library *library, const char *login, const struct mk_password *old,
                 const struct mk_password *new, struct mk_quality_verdict *verdict)
{
    void *auxiliary = NULL;
    int code;

    verdict->asked = 1;
    verdict->rule = MK_RULE_BROKEN;
    verdict->number = 0;
    verdict->score = -1;
    if (library->settings == NULL)
        return;
    code = pwquality_check(library->settings, new->text, old->length > 0 ? old->text : NULL,
                           login[0] != '\0' ? login : NULL, &auxiliary);
    verdict->rule = rules_map(code, auxiliary, &verdict->number);
    if (verdict->rule == MK_RULE_OK)
        verdict->score = code;
}

/* What was on the stack below the caller. */
static __attribute__((noinline)) void wipe_stack(void)
{
    char below[STACK_BYTES];

    mk_wipe(below, sizeof below);
}

/*
 * Small pieces of memory that were freed: libpwquality's copies of both passwords in small letters.
 * M_PERTURB overwrites what is freed, but not what goes to a thread's cache.
 */
static void wipe_heap(void)
{
    for (size_t size = CACHED_SIZE_MIN; size <= CACHED_SIZE_MAX; size += CACHED_SIZE_STEP) {
        void *chunks[CACHED_CHUNKS];
        for (size_t i = 0; i < CACHED_CHUNKS; i++) {
            chunks[i] = malloc(size);
            if (chunks[i] != NULL)
                mk_wipe(chunks[i], size);
        }
        for (size_t i = 0; i < CACHED_CHUNKS; i++)
            free(chunks[i]);
    }
}

void library_forget(const struct library *library)
{
    char dummy[DUMMY_LENGTH + 1];

    wipe_stack();
    wipe_heap();
    if (library->bare == NULL)
        return;
    fill_dummy(dummy);
    (void)try_word(library->bare, dummy);
}

void library_close(struct library *library)
{
    if (library->settings != NULL)
        pwquality_free_settings(library->settings);
    if (library->bare != NULL)
        pwquality_free_settings(library->bare);
    *library = (struct library){0};
}
