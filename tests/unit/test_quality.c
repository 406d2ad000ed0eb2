/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <pwquality.h>

#include "cracklib.h"
#include "dictionary.h"
#include "rules.h"

static void *number_as_pointer(intptr_t number)
{
    return (void *)number; // NOLINT(performance-no-int-to-ptr): libpwquality does so
}

/* Every code of pwquality.h 1.4.5, from -1 down to the last. */
static void maps_every_code(void **state)
{
    static const enum mk_rule expected[] = {
        [-PWQ_ERROR_FATAL_FAILURE] = MK_RULE_BROKEN,
        [-PWQ_ERROR_INTEGER] = MK_RULE_BROKEN,
        [-PWQ_ERROR_CFGFILE_OPEN] = MK_RULE_BROKEN,
        [-PWQ_ERROR_CFGFILE_MALFORMED] = MK_RULE_BROKEN,
        [-PWQ_ERROR_UNKNOWN_SETTING] = MK_RULE_BROKEN,
        [-PWQ_ERROR_NON_INT_SETTING] = MK_RULE_BROKEN,
        [-PWQ_ERROR_NON_STR_SETTING] = MK_RULE_BROKEN,
        [-PWQ_ERROR_MEM_ALLOC] = MK_RULE_BROKEN,
        [-PWQ_ERROR_TOO_SIMILAR] = MK_RULE_SIMILAR,
        [-PWQ_ERROR_MIN_DIGITS] = MK_RULE_MIN_DIGITS,
        [-PWQ_ERROR_MIN_UPPERS] = MK_RULE_MIN_UPPERS,
        [-PWQ_ERROR_MIN_LOWERS] = MK_RULE_MIN_LOWERS,
        [-PWQ_ERROR_MIN_OTHERS] = MK_RULE_MIN_OTHERS,
        [-PWQ_ERROR_MIN_LENGTH] = MK_RULE_MIN_LENGTH,
        [-PWQ_ERROR_PALINDROME] = MK_RULE_PALINDROME,
        [-PWQ_ERROR_CASE_CHANGES_ONLY] = MK_RULE_CASE_ONLY,
        [-PWQ_ERROR_ROTATED] = MK_RULE_ROTATED,
        [-PWQ_ERROR_MIN_CLASSES] = MK_RULE_MIN_CLASSES,
        [-PWQ_ERROR_MAX_CONSECUTIVE] = MK_RULE_MAX_REPEAT,
        [-PWQ_ERROR_EMPTY_PASSWORD] = MK_RULE_EMPTY,
        [-PWQ_ERROR_SAME_PASSWORD] = MK_RULE_SAME,
        [-PWQ_ERROR_CRACKLIB_CHECK] = MK_RULE_CRACKLIB,
        [-PWQ_ERROR_RNG] = MK_RULE_BROKEN,
        [-PWQ_ERROR_GENERATION_FAILED] = MK_RULE_BROKEN,
        [-PWQ_ERROR_USER_CHECK] = MK_RULE_USER,
        [-PWQ_ERROR_GECOS_CHECK] = MK_RULE_GECOS,
        [-PWQ_ERROR_MAX_CLASS_REPEAT] = MK_RULE_MAX_CLASS_REPEAT,
        [-PWQ_ERROR_BAD_WORDS] = MK_RULE_BAD_WORD,
        [-PWQ_ERROR_MAX_SEQUENCE] = MK_RULE_MAX_SEQUENCE,
    };
    static const int numbered[] = {
        PWQ_ERROR_MIN_DIGITS,      PWQ_ERROR_MIN_UPPERS,       PWQ_ERROR_MIN_LOWERS,
        PWQ_ERROR_MIN_OTHERS,      PWQ_ERROR_MIN_LENGTH,       PWQ_ERROR_MIN_CLASSES,
        PWQ_ERROR_MAX_CONSECUTIVE, PWQ_ERROR_MAX_CLASS_REPEAT, PWQ_ERROR_MAX_SEQUENCE};
    int codes = sizeof expected / sizeof *expected;

    (void)state;
    assert_int_equal(codes, 30);
    for (int code = 1; code < codes; code++) {
        int32_t number = -1;
        int wanted = 0;
        for (size_t i = 0; i < sizeof numbered / sizeof *numbered; i++)
            if (numbered[i] == -code)
                wanted = 3;
        assert_int_not_equal(expected[code], MK_RULE_OK); /* no hole in the table above */
        /* The dictionary's code brings a text, never a number. */
        assert_int_equal(rules_map(-code,
                                   -code == PWQ_ERROR_CRACKLIB_CHECK ? NULL : number_as_pointer(3),
                                   &number),
                         expected[code]);
        assert_int_equal(number, wanted);
    }
}

/* A code of a later libpwquality must neither pass nor be taken for something it is not. */
static void takes_unknown_codes_for_broken(void **state)
{
    int32_t number;

    (void)state;
    assert_int_equal(rules_map(-30, NULL, &number), MK_RULE_BROKEN);
    assert_int_equal(rules_map(INT32_MIN, number_as_pointer(1), &number), MK_RULE_BROKEN);
    assert_int_equal(number, 0);
    assert_int_equal(rules_map(0, NULL, &number), MK_RULE_OK);
    assert_int_equal(rules_map(100, NULL, &number), MK_RULE_OK);
}

static void maps_every_reason(void **state)
{
    static const struct {
        const char *reason;
        enum mk_rule rule;
        int32_t number;
    } expected[] = {
        {"it is WAY too short", MK_RULE_MIN_LENGTH, 6},
        {"it is too short", MK_RULE_MIN_LENGTH, 6},
        {"it does not contain enough DIFFERENT characters", MK_RULE_FEW_DIFFERENT, 0},
        {"it is all whitespace", MK_RULE_SIMPLISTIC, 0},
        {"it is too simplistic/systematic", MK_RULE_SIMPLISTIC, 0},
        {"it looks like a National Insurance number.", MK_RULE_CRACKLIB, 0},
        {"it is based on your username", MK_RULE_ACCOUNT, 0},
        {"it is based upon your password entry", MK_RULE_ACCOUNT, 0},
        {"it is derived from your password entry", MK_RULE_ACCOUNT, 0},
        {"it's derived from your password entry", MK_RULE_ACCOUNT, 0},
        {"it is derivable from your password entry", MK_RULE_ACCOUNT, 0},
        {"it's derivable from your password entry", MK_RULE_ACCOUNT, 0},
        {"it is based on a dictionary word", MK_RULE_DICTIONARY, 0},
        {"it is based on a (reversed) dictionary word", MK_RULE_DICTIONARY_REVERSED, 0},
        {"you are not registered in the password file", MK_RULE_BROKEN, 0},
        {"error loading dictionary", MK_RULE_BROKEN, 0},
        {"memory allocation error", MK_RULE_BROKEN, 0},
        {"it is something new", MK_RULE_CRACKLIB, 0},
        {"", MK_RULE_CRACKLIB, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        int32_t number = -1;
        assert_int_equal(rules_map(PWQ_ERROR_CRACKLIB_CHECK, expected[i].reason, &number),
                         expected[i].rule);
        assert_int_equal(number, expected[i].number);
    }
}

static bool whole(const struct cracklib *p, size_t index_size, size_t data_size)
{
    struct dictionary_samples samples;

    cracklib_write(p, index_size, data_size);
    return dictionary_inspect(p->prefix, &samples);
}

static void accepts_whole_dictionaries(void **state)
{
    static const unsigned words[] = {1, 15, 16, 17, 32, 100};
    struct cracklib *p = *state;

    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        struct dictionary_samples samples;
        cracklib_pack(p, words[i]);
        assert_true(whole(p, p->index_size, p->data_size));
        assert_true(dictionary_inspect(p->prefix, &samples));
        assert_in_range(samples.count, 1, DICTIONARY_SAMPLES);
        assert_string_equal(samples.word[0], "kwzxbmt0000");
        if (samples.count > 1)
            assert_string_equal(samples.word[1], "kwzxbmt0016");
    }
}

static void refuses_every_truncation(void **state)
{
    struct cracklib *p = *state;

    cracklib_pack(p, 100);
    for (size_t size = 0; size < p->data_size; size++)
        assert_false(whole(p, p->index_size, size));
    for (size_t size = 0; size < p->index_size; size++)
        assert_false(whole(p, size, p->data_size));
    assert_false(whole(p, p->index_size + 4, p->data_size));
    assert_false(whole(p, p->index_size, p->data_size + 1));
    assert_true(whole(p, p->index_size, p->data_size));
}

static void refuses_a_strange_header(void **state)
{
    struct cracklib *p = *state;

    for (size_t i = 0; i < 10; i++) {
        cracklib_pack(p, 100);
        p->index[i] = (char)(p->index[i] ^ 0x40);
        assert_false(whole(p, p->index_size, p->data_size));
    }
    cracklib_pack(p, 100);
    memset(p->index + 12, 0x7f, 4); /* the first block far behind the end */
    assert_false(whole(p, p->index_size, p->data_size));
    cracklib_pack(p, 100);
    memset(p->index + 16, 0, 4); /* the second block at the place of the first */
    assert_false(whole(p, p->index_size, p->data_size));
}

static void refuses_what_is_not_there(void **state)
{
    struct cracklib *p = *state;
    struct dictionary_samples samples;
    char path[80];

    cracklib_pack(p, 20);
    assert_true(whole(p, p->index_size, p->data_size));
    (void)snprintf(path, sizeof path, "%s.pwd", p->prefix);
    assert_int_equal(unlink(path), 0);
    assert_false(dictionary_inspect(p->prefix, &samples));
    assert_int_equal(mkdir(path, 0700), 0);
    assert_false(dictionary_inspect(p->prefix, &samples));
    assert_int_equal(rmdir(path), 0);
    assert_false(dictionary_inspect("", &samples));
}

/* libcrack turns capitals into small letters before it looks, so such a word proves nothing. */
static void samples_only_what_can_be_found(void **state)
{
    struct cracklib *p = *state;
    struct dictionary_samples samples;

    cracklib_pack(p, 40);
    p->data[0] = 'M';
    assert_true(whole(p, p->index_size, p->data_size));
    assert_true(dictionary_inspect(p->prefix, &samples));
    assert_int_equal(samples.count, 2);
    assert_string_equal(samples.word[0], "kwzxbmt0016");
}

static struct cracklib dictionary;

static int set_up(void **state)
{
    cracklib_open(&dictionary);
    *state = &dictionary;
    return 0;
}

static int tear_down(void **state)
{
    cracklib_close(*state);
    return 0;
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(maps_every_code),
        cmocka_unit_test(takes_unknown_codes_for_broken),
        cmocka_unit_test(maps_every_reason),
        cmocka_unit_test(accepts_whole_dictionaries),
        cmocka_unit_test(refuses_every_truncation),
        cmocka_unit_test(refuses_a_strange_header),
        cmocka_unit_test(refuses_what_is_not_there),
        cmocka_unit_test(samples_only_what_can_be_found),
    };

    return cmocka_run_group_tests_name("quality", tests, set_up, tear_down);
}
