// SPDX-License-Identifier: MIT
#include "check.h"

#include <stdbool.h>
#include <stdlib.h>

#include "dictionary.h"
#include "rules.h"

#define MIN_LENGTH 8
#define MIN_CLASSES 3

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

static enum mk_quality_fault read_settings(pwquality_settings_t *settings, const char *config_file)
{
    char text[PWQ_MAX_ERROR_MESSAGE_LEN];
    void *auxiliary = NULL;
    int code;

    if (pwquality_set_int_value(settings, PWQ_SETTING_MIN_LENGTH, MIN_LENGTH) != 0 ||
        pwquality_set_int_value(settings, PWQ_SETTING_MIN_CLASS, MIN_CLASSES) != 0)
        return MK_QUALITY_CONFIG;
    code = pwquality_read_config(settings, config_file[0] != '\0' ? config_file : NULL, &auxiliary);
    if (code == 0)
        return MK_QUALITY_WORKS;
    (void)pwquality_strerror(text, sizeof text, code, auxiliary); /* frees `auxiliary` */
    return MK_QUALITY_CONFIG;
}

/* Credits let longer classes shorten the password, so that no one length is the rule. */
static bool has_credits(pwquality_settings_t *settings)
{
    return setting(settings, PWQ_SETTING_DIG_CREDIT) > 0 ||
           setting(settings, PWQ_SETTING_UP_CREDIT) > 0 ||
           setting(settings, PWQ_SETTING_LOW_CREDIT) > 0 ||
           setting(settings, PWQ_SETTING_OTH_CREDIT) > 0;
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

static enum mk_quality_fault open_dictionary(struct check *check)
{
    const char *prefix = NULL;

    if (setting(check->settings, PWQ_SETTING_DICT_CHECK) == 0)
        return MK_QUALITY_WORKS;
    check->bare = pwquality_default_settings();
    if (check->bare == NULL ||
        pwquality_get_str_value(check->settings, PWQ_SETTING_DICT_PATH, &prefix) != 0 ||
        prefix == NULL || prefix[0] == '\0' ||
        pwquality_set_str_value(check->bare, PWQ_SETTING_DICT_PATH, prefix) != 0 ||
        pwquality_set_int_value(check->bare, PWQ_SETTING_MIN_LENGTH, DICTIONARY_SAMPLE_MIN) != 0 ||
        !dictionary_works(check->bare, prefix))
        return MK_QUALITY_DICTIONARY;
    return MK_QUALITY_WORKS;
}

void check_open(struct check *check, const char *config_file, struct mk_quality_rules *rules)
{
    rules->min_length = 0;
    rules->min_classes = 0;
    check->settings = pwquality_default_settings();
    if (check->settings == NULL) {
        check->fault = MK_QUALITY_CONFIG;
    } else {
        check->fault = read_settings(check->settings, config_file);
        if (check->fault == MK_QUALITY_WORKS) {
            if (!has_credits(check->settings))
                rules->min_length = setting(check->settings, PWQ_SETTING_MIN_LENGTH);
            rules->min_classes = setting(check->settings, PWQ_SETTING_MIN_CLASS);
            check->fault = open_dictionary(check);
        }
    }
    rules->fault = check->fault;
}

void check_password(const struct check *check, const struct mk_quality_check *password,
                    struct mk_quality_verdict *verdict)
{
    void *auxiliary = NULL;
    int code;

    verdict->rule = MK_RULE_BROKEN;
    verdict->number = 0;
    verdict->score = -1;
    if (check->settings == NULL || check->fault != MK_QUALITY_WORKS)
        return;
    code = pwquality_check(check->settings, password->new_password.text,
                           password->old_password.length > 0 ? password->old_password.text : NULL,
                           password->login[0] != '\0' ? password->login : NULL, &auxiliary);
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

void check_forget(const struct check *check)
{
    char dummy[DUMMY_LENGTH + 1];

    wipe_stack();
    wipe_heap();
    if (check->bare == NULL || check->fault != MK_QUALITY_WORKS)
        return;
    fill_dummy(dummy);
    (void)try_word(check->bare, dummy);
}

void check_close(struct check *check)
{
    if (check->settings != NULL)
        pwquality_free_settings(check->settings);
    if (check->bare != NULL)
        pwquality_free_settings(check->bare);
    *check = (struct check){0};
}
