/* SPDX-License-Identifier: MIT */
/* What temporary passwords are made of, and that no input method makes anything else of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "input_method.h"
#include "telex.h"
#include "temporary.h"

#define LETTERS_AND_DIGITS (sizeof(MK_TEMPORARY_LETTERS MK_TEMPORARY_DIGITS) - 1)
#define ALL MK_TEMPORARY_LETTERS MK_TEMPORARY_CAPITALS MK_TEMPORARY_DIGITS MK_TEMPORARY_SIGNS
#define TYPED_MAX 200
#define DRAWS 20000

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

/* Any character first, any other one next: each of them once for each number that can be drawn. */
static void every_password_is_as_likely_as_any_other(void **state)
{
    const struct temporary_form form = {.drawn = 2};
    bool seen[128][128] = {{false}};

    (void)state;
    for (uint32_t first = 0; first < LETTERS_AND_DIGITS; first++)
        for (uint32_t second = 0; second < LETTERS_AND_DIGITS - 1; second++) {
            const uint32_t numbers[] = {first, second};
            struct script script = {numbers, 2, 0};
            struct mk_password password = {0};
            assert_true(temporary_draw(&password, &form, play, &script));
            assert_int_equal(password.length, 2);
            assert_non_null(strchr(ALL, password.text[0]));
            assert_non_null(strchr(ALL, password.text[1]));
            assert_int_not_equal(password.text[0], password.text[1]);
            assert_false(seen[(int)password.text[0]][(int)password.text[1]]);
            seen[(int)password.text[0]][(int)password.text[1]] = true;
        }
}

static void the_bits_are_what_is_drawn(void **state)
{
    struct temporary_form form = {.drawn = 10, .signs = 1, .capitals = 1, .sign = '-'};

    (void)state;
    assert_int_equal(LETTERS_AND_DIGITS, 18);
    /* log2(18) + 9 log2(17) = 40.957; of 18 * 17^9 passwords. */
    assert_true(temporary_bits(&form, 1, 1) > 40.956);
    assert_true(temporary_bits(&form, 1, 1) < 40.958);
    assert_true(temporary_bits(&form, 50, 100) < 39.958);
    assert_true(temporary_bits(&form, 0, 100) == 0);
    form.drawn = TEMPORARY_FEWEST - 1;
    assert_true(temporary_bits(&form, 1, 1) < TEMPORARY_BITS_MIN);
}

static void nothing_is_left_of_half_a_password(void **state)
{
    static const uint32_t numbers[] = {1, 2, 3};
    static const struct mk_password nothing;
    const struct temporary_form form = {.drawn = 10, .signs = 1, .sign = '-'};
    struct script script = {numbers, 3, 0};
    struct mk_password password = {0};

    (void)state;
    assert_false(temporary_draw(&password, &form, play, &script));
    assert_memory_equal(&password, &nothing, sizeof nothing);
}

struct form_case {
    uint32_t number[MK_RULES];
    const char *refused;
    unsigned asked; /* letters and digits */
    bool possible;
    struct temporary_form form;
};

#define CLASSES(n) [MK_RULE_MIN_CLASSES] = (n)
#define LONGEST(n) [MK_RULE_MAX_LENGTH] = (n)

/* As few capitals as the rules need: none, where a sign is a class of its own. */
static void the_form_is_the_shortest_that_the_rules_allow(void **state)
{
    static const struct form_case cases[] = {
        {{0}, "", 0, true, {10, 1, 0, '-'}},
        {{CLASSES(3)}, "", 0, true, {10, 1, 0, '-'}},
        {{CLASSES(3)}, "", 12, true, {12, 1, 0, '-'}},
        {{CLASSES(3)}, "", 13, true, {13, 2, 0, '-'}},
        {{CLASSES(3)}, "-", 0, true, {10, 1, 0, '.'}},
        {{CLASSES(3)}, "_!-.@", 0, true, {10, 1, 0, '='}},
        {{CLASSES(3)}, "-.@=", 0, true, {10, 0, 1, '\0'}},
        {{CLASSES(4)}, "-.@=", 0, false, {0}},
        {{CLASSES(4), LONGEST(10)}, "", 0, false, {0}},
        {{CLASSES(4), LONGEST(14)}, "", 13, true, {13, 1, 1, '-'}},
        {{CLASSES(2)}, "-.@=", 0, true, {10, 0, 0, '\0'}},
        {{CLASSES(4)}, "", 0, true, {10, 1, 1, '-'}},
        {{CLASSES(3), LONGEST(11)}, "", 0, true, {10, 1, 0, '-'}},
        {{CLASSES(3), LONGEST(10)}, "", 0, true, {10, 0, 1, '-'}},
        {{CLASSES(3), LONGEST(9)}, "", 0, false, {0}},
        {{CLASSES(3), LONGEST(8)}, "", 0, false, {0}},
        {{CLASSES(3), LONGEST(11)}, "", 12, false, {0}},
        {{[MK_RULE_MIN_LENGTH] = 12}, "", 0, true, {11, 1, 0, '-'}},
        {{[MK_RULE_MIN_LENGTH] = 15}, "", 0, true, {13, 2, 0, '-'}},
        {{[MK_RULE_MIN_LENGTH] = 12}, "-.@=", 0, true, {12, 0, 0, '\0'}},
        {{[MK_RULE_MIN_LENGTH] = 12, LONGEST(12)}, "", 0, true, {11, 1, 0, '-'}},
        {{[MK_RULE_MIN_OTHERS] = 2}, "", 0, true, {10, 2, 0, '-'}},
        {{[MK_RULE_MIN_OTHERS] = 1}, "-.@=", 0, false, {0}},
        {{[MK_RULE_MIN_OTHERS] = UINT32_MAX}, "", 0, false, {0}},
        {{[MK_RULE_MIN_UPPERS] = 2}, "", 0, true, {10, 1, 2, '-'}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct form_case *c = &cases[i];
        struct temporary_form form;
        if (temporary_form(&form, c->asked, c->number, c->refused) != c->possible)
            fail_msg("case %zu: %s", i, c->possible ? "no form" : "a form");
        if (c->possible && (form.drawn != c->form.drawn || form.signs != c->form.signs ||
                            form.capitals != c->form.capitals || form.sign != c->form.sign))
            fail_msg("case %zu: %u letters, %u signs '%c', %u capitals", i, form.drawn, form.signs,
                     form.sign, form.capitals);
    }
}

static unsigned count_of(const char *text, const char *set)
{
    unsigned count = 0;

    for (; *text != '\0'; text++)
        count += strchr(set, *text) != NULL;
    return count;
}

/* Every form that can be issued: with each sign, with none, with and without capitals. */
static void draw_any(struct mk_password *password, struct temporary_form *form, unsigned i)
{
    static const char signs[] = MK_TEMPORARY_SIGNS;

    *form = (struct temporary_form){
        .drawn = TEMPORARY_FEWEST + i % 5, .signs = i / 5 % 4, .capitals = i / 20 % 3};
    if (form->signs > 0)
        form->sign = signs[i / 60 % (sizeof signs - 1)];
    memset(password, 0, sizeof *password);
    assert_true(temporary_draw(password, form, propose_kernel, NULL));
}

static void it_looks_as_its_form_says(void **state)
{
    (void)state;
    for (unsigned i = 0; i < DRAWS; i++) {
        struct temporary_form form;
        struct mk_password password;
        const char *text = password.text;
        unsigned raised;
        draw_any(&password, &form, i);
        raised = count_of(text, MK_TEMPORARY_CAPITALS);
        assert_int_equal(password.length, strlen(text));
        assert_int_equal(password.length, form.drawn + form.signs);
        assert_int_equal(strspn(text, ALL), password.length);
        assert_int_equal(count_of(text, MK_TEMPORARY_SIGNS), form.signs);
        assert_int_equal(temporary_has_form(&password, &form), raised == form.capitals);
        assert_true(raised == form.capitals ||
                    (raised < form.capitals && count_of(text, "hnrt") == 0));
        for (const char *group = text; *group != '\0'; group += strspn(group, MK_TEMPORARY_SIGNS)) {
            size_t length = strcspn(group, MK_TEMPORARY_SIGNS);
            assert_in_range(length, form.drawn / (form.signs + 1),
                            form.drawn / (form.signs + 1) + 1);
            group += length;
        }
        for (const char *at = text; at[1] != '\0'; at++)
            assert_int_not_equal(at[0] | 0x20, at[1] | 0x20);
    }
}

static void type_in(char out[TYPED_MAX], const char *keys, enum input_method method, bool aids)
{
    input_method_type(out, TYPED_MAX, keys, method, aids);
}

/* What the tests below are done with: it writes Vietnamese, and turns passwords that are not made
 * for it. */
static void the_input_methods_are_those_that_people_use(void **state)
{
    static const char *const texts[] = {"tiếng", "việt", "khẩu",  "hành", "nguyễn",
                                        "đường", "quản", "trị",   "giải", "quyết",
                                        "bưởi",  "được", "chứng", "hòa",  "ủy"};
    static const char *const vni[][2] = {{"Tie61ng Vie65t", "Tiếng Việt"},
                                         {"ma65t kha63u", "mật khẩu"},
                                         {"D9u7o7ng2", "Đường"},
                                         {"nguye64n va8n ha3i", "nguyễn văn hải"}};
    static const struct {
        const char *keys;
        enum input_method method;
        bool aids;
        const char *text;
    } turned[] = {
        {"Wb7", TELEX, false, "Ưb7"},
        {"Wb7", SIMPLE_TELEX, false, "Wb7"},
        {"b[7", TELEX, false, "bơ7"},
        {"matkhau3", VNI, false, "matkhảu"},
        {"ass", TELEX, false, "as"},
        {"uu7", TELEX, true, "uo7"},
        {"bkka-79", TELEX, true, "bkha-79"},
        {"Hoas", TELEX, false, "Hóa"},
        {"d2k9", VNI, false, "đ2k"},
        {"f7", TELEX, true, "ph7"},
        {"muong-ve-ah", VNI, true, "muong-ve-anh"},
    };
    char typed[TYPED_MAX];

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        for (int way = 0; way < TELEX_WAYS; way++)
            for (int method = TELEX; method <= SIMPLE_TELEX; method++) {
                char keys[TELEX_MAX + 1];
                assert_true(telex_type(keys, texts[i], (enum telex_way)way));
                type_in(typed, keys, (enum input_method)method, false);
                assert_string_equal(typed, texts[i]);
            }
    for (size_t i = 0; i < sizeof vni / sizeof *vni; i++) {
        type_in(typed, vni[i][0], VNI, false);
        assert_string_equal(typed, vni[i][1]);
    }
    for (size_t i = 0; i < sizeof turned / sizeof *turned; i++) {
        type_in(typed, turned[i].keys, turned[i].method, turned[i].aids);
        assert_string_equal(typed, turned[i].text);
    }
}

static void assert_unturned(const char *keys)
{
    for (int method = 0; method < INPUT_METHODS; method++)
        for (int aids = 0; aids < 2; aids++) {
            char typed[TYPED_MAX];
            type_in(typed, keys, (enum input_method)method, aids != 0);
            if (strcmp(typed, keys) != 0)
                fail_msg("%s becomes %s", keys, typed);
        }
}

/*
 * An input method looks at pairs of letters, or at a letter and a key behind it: what holds of all
 * rows of three holds wherever they stand.
 */
static void no_three_characters_are_turned(void **state)
{
    char text[4] = "";

    (void)state;
    for (size_t a = 0; a < sizeof ALL - 1; a++)
        for (size_t b = 0; b < sizeof ALL - 1; b++)
            for (size_t c = 0; c < sizeof ALL - 1; c++) {
                text[0] = ALL[a];
                text[1] = ALL[b];
                text[2] = ALL[c];
                if ((text[0] | 0x20) != (text[1] | 0x20) && (text[1] | 0x20) != (text[2] | 0x20))
                    assert_unturned(text);
            }
}

static void no_password_is_turned(void **state)
{
    (void)state;
    for (unsigned i = 0; i < DRAWS; i++) {
        struct temporary_form form;
        struct mk_password password;
        draw_any(&password, &form, i);
        assert_unturned(password.text);
    }
}

/* No two that look alike, in any of the usual ways of writing them. */
static void nothing_looks_like_anything_else(void **state)
{
    static const char *const alike[] = {"0OoQD",  "1lIi|!", "2Zz", "5Ss", "8B",   "6bG", "9gq",
                                        "uvUVyY", "cCeG(",  "kK",  "xX*", "wWvV", "pP",  "mM",
                                        "4A",     "t+f",    "-_~", ".,",  "=:#",  "aA@"};

    (void)state;
    for (size_t i = 0; i < sizeof alike / sizeof *alike; i++) {
        unsigned held = count_of(ALL, alike[i]);
        if (held > 1)
            fail_msg("%u of %s", held, alike[i]);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_password_is_as_likely_as_any_other),
        cmocka_unit_test(the_bits_are_what_is_drawn),
        cmocka_unit_test(nothing_is_left_of_half_a_password),
        cmocka_unit_test(the_form_is_the_shortest_that_the_rules_allow),
        cmocka_unit_test(it_looks_as_its_form_says),
        cmocka_unit_test(the_input_methods_are_those_that_people_use),
        cmocka_unit_test(no_three_characters_are_turned),
        cmocka_unit_test(no_password_is_turned),
        cmocka_unit_test(nothing_looks_like_anything_else),
    };

    return cmocka_run_group_tests_name("temporary", tests, NULL, NULL);
}
