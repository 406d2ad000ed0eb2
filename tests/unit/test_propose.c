/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "propose.h"

static int by_text(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* The list is as long as is counted with, and nothing is in it twice. */
static void every_syllable_is_as_likely_as_any_other(void **state)
{
    static char all[PROPOSE_SYLLABLES][PROPOSE_SYLLABLE_MAX + 1];
    char beyond[PROPOSE_SYLLABLE_MAX + 1];

    (void)state;
    for (uint32_t i = 0; i < PROPOSE_SYLLABLES; i++) {
        propose_syllable(all[i], i);
        assert_in_range(strlen(all[i]), 2, PROPOSE_SYLLABLE_MAX);
    }
    propose_syllable(beyond, PROPOSE_SYLLABLES);
    assert_string_equal(beyond, "");
    qsort(all, PROPOSE_SYLLABLES, sizeof *all, by_text);
    for (size_t i = 1; i < PROPOSE_SYLLABLES; i++)
        assert_string_not_equal(all[i - 1], all[i]);
}

static bool is_vowel(char c)
{
    return c != '\0' && strchr("aeiouy", c) != NULL;
}

/* Telex: nothing behind a vowel that would change it, no letter twice that stands for another. */
static void no_syllable_is_changed_by_an_input_method(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < PROPOSE_SYLLABLES; i++) {
        char text[PROPOSE_SYLLABLE_MAX + 1];
        bool vowel = false;
        propose_syllable(text, i);
        assert_null(strpbrk(text, "fjlwz"));
        for (const char *at = text; *at != '\0'; at++) {
            if (vowel)
                assert_null(strchr("sfrxjzw", *at));
            if (strchr("aeod", *at) != NULL)
                assert_null(strchr(at + 1, *at));
            vowel = vowel || is_vowel(*at);
        }
        assert_true(vowel);
    }
}

/* Hands out what it is given, in this order. */
struct script {
    const uint32_t *numbers;
    size_t count;
    size_t at;
};

static bool play(void *bytes, size_t size, void *data)
{
    struct script *script = data;

    assert_int_equal(size, sizeof(uint32_t));
    if (script->at == script->count)
        return false;
    memcpy(bytes, &script->numbers[script->at++], size);
    return true;
}

/* 2^32 is no multiple of the list's length: what is over is drawn again, never taken modulo. */
static void what_is_left_over_is_drawn_again(void **state)
{
    const uint32_t over = UINT32_MAX - (uint32_t)((UINT64_C(1) << 32) % PROPOSE_SYLLABLES) + 1;
    const uint32_t numbers[] = {over, UINT32_MAX, 0, over, 1, 2, 3, over - 1, 0, 1, 7};
    struct script script = {numbers, sizeof numbers / sizeof *numbers, 0};
    struct mk_password password = {0};
    char first[PROPOSE_SYLLABLE_MAX + 1];
    char last[PROPOSE_SYLLABLE_MAX + 1];

    (void)state;
    assert_true(propose_draw(&password, PROPOSE_WORDS, '-', play, &script));
    assert_int_equal(script.at, script.count);
    propose_syllable(first, 0);
    propose_syllable(last, PROPOSE_SYLLABLES - 1);
    assert_memory_equal(password.text + 1, first + 1, strlen(first) - 1);
    assert_string_equal(password.text + password.length - 4, "-239");
    assert_memory_equal(password.text + password.length - 4 - strlen(last), last, strlen(last));
}

static void nothing_is_left_of_half_a_password(void **state)
{
    static const uint32_t numbers[] = {1, 2, 3};
    static const struct mk_password nothing;

    (void)state;
    for (int form = 0; form < PROPOSE_FORMS; form++) {
        struct script script = {numbers, 3, 0};
        struct mk_password password = {0};
        assert_false(propose_draw(&password, (enum propose_form)form, '-', play, &script));
        assert_memory_equal(&password, &nothing, sizeof nothing);
    }
}

static void the_bits_are_what_is_drawn(void **state)
{
    (void)state;
    /* 5 log2(1840) + 9 = 63.23, and 65. */
    assert_true(propose_bits(PROPOSE_WORDS, 6, 6) > 63.22);
    assert_true(propose_bits(PROPOSE_WORDS, 6, 6) < 63.24);
    assert_true(propose_bits(PROPOSE_CONSONANTS, 1, 1) == 65);
    assert_true(propose_bits(PROPOSE_CONSONANTS, 1, 2) == 64);
    assert_true(propose_bits(PROPOSE_WORDS, 0, 100) == 0);
}

/* Between any two signs there are only letters or only digits, digits last. */
static void digits_stand_behind_a_sign(void **state)
{
    (void)state;
    for (int i = 0; i < 1000; i++) {
        struct mk_password password = {0};
        const char *digits;
        assert_true(propose_draw(&password, PROPOSE_WORDS, '.', propose_kernel, NULL));
        digits = strrchr(password.text, '.');
        assert_non_null(digits);
        assert_int_equal(strspn(digits + 1, "23456789"), 3);
        assert_int_equal(strlen(digits), 4);
        assert_int_equal(strcspn(password.text, "0123456789"), digits + 1 - password.text);
        assert_null(strpbrk(password.text, "lI1O0"));
        assert_true(password.text[0] >= 'A' && password.text[0] <= 'Z');
        memset(&password, 0, sizeof password);
        assert_true(propose_draw(&password, PROPOSE_CONSONANTS, '\0', propose_kernel, NULL));
        assert_int_equal(password.length, 13);
        assert_null(strpbrk(password.text, "aeiouyAEIOUYdDlI1O0wWzZfFjJ"));
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_syllable_is_as_likely_as_any_other),
        cmocka_unit_test(no_syllable_is_changed_by_an_input_method),
        cmocka_unit_test(what_is_left_over_is_drawn_again),
        cmocka_unit_test(nothing_is_left_of_half_a_password),
        cmocka_unit_test(the_bits_are_what_is_drawn),
        cmocka_unit_test(digits_stand_behind_a_sign),
    };

    return cmocka_run_group_tests_name("propose", tests, NULL, NULL);
}
