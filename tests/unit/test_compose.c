/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "compose.h"
#include "field.h"

static struct mk_password password(const char *text)
{
    struct mk_password p = {.length = (uint32_t)strlen(text)};

    memcpy(p.text, text, p.length);
    return p;
}

static const char *const forms[][2] = {
    /* in one piece, apart */
    {"\xe1\xba\xad", "a\xcc\xa3\xcc\x82"}, /* ậ: a, dot below, circumflex */
    {"M\xe1\xba\xadt kh\xe1\xba\xa9u", "Ma\xcc\xa3\xcc\x82t kha\xcc\x82\xcc\x89u"},
    {"\xc6\xb0\xe1\xbb\x9bt", "u\xcc\x9bo\xcc\x9b\xcc\x81t"}, /* ướt */
    {"\xc4\x90\xe1\xbb\x95i", "\xc4\x90o\xcc\x82\xcc\x89i"},  /* Đổi: Đ has no parts */
};

static void both_forms_of_vietnamese(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        struct mk_password p = password(forms[i][1]);
        struct mk_password apart;

        compose_password(&p);
        assert_string_equal(p.text, forms[i][0]);
        assert_int_equal(p.length, strlen(forms[i][0]));
        assert_true(compose_apart(&apart, &p));
        assert_string_equal(apart.text, forms[i][1]);
        assert_int_equal(apart.length, strlen(forms[i][1]));
    }
}

/* As an input method of macOS sends it: the circumflex on the letter, the dot behind it. */
static void marks_in_any_order(void **state)
{
    struct mk_password p = password("\xc3\xa2\xcc\xa3");

    (void)state;
    compose_password(&p);
    assert_string_equal(p.text, "\xe1\xba\xad");
}

static void nothing_apart_without_accents(void **state)
{
    static const char *const plain[] = {"", "Khe-chin5b", "\xc4\x91\xc4\x90"};

    (void)state;
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
        struct mk_password p = password(plain[i]);
        struct mk_password apart = password("left over");

        assert_false(compose_apart(&apart, &p));
        assert_int_equal(apart.length, 0);
        assert_string_equal(apart.text, "");
    }
}

/* 85 letters of three bytes fill a password; apart each of them has five. */
static void too_long_apart_is_no_offer(void **state)
{
    struct mk_password p = {.length = MK_PASSWORD_MAX};
    struct mk_password apart;

    (void)state;
    for (int i = 0; i < MK_PASSWORD_MAX; i += 3)
        memcpy(p.text + i, "\xe1\xba\xad", 3);
    assert_false(compose_apart(&apart, &p));
    compose_password(&p);
    assert_int_equal(p.length, MK_PASSWORD_MAX);
    assert_int_equal(compose_letters(p.text, p.length), 85);
}

static void what_is_not_utf8_stays(void **state)
{
    struct mk_password p = password("a\xff\xe1\xba");
    struct mk_password apart;

    (void)state;
    compose_password(&p);
    assert_string_equal(p.text, "a\xff\xe1\xba");
    assert_false(compose_apart(&apart, &p));
    assert_int_equal(compose_letters(p.text, p.length), 4);
    assert_int_equal(compose_without_last(p.text, p.length), 3);
}

static void letters_count_without_their_marks(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        assert_int_equal(compose_letters(forms[i][0], strlen(forms[i][0])),
                         compose_letters(forms[i][1], strlen(forms[i][1])));
    assert_int_equal(compose_letters("\xcc\xa3", 2), 0);
}

static void type(struct field *field, const uint32_t *letters, size_t count)
{
    for (size_t i = 0; i < count; i++)
        assert_true(field_add(field, letters[i]));
}

static void a_field_holds_one_form_and_backspace_takes_a_letter(void **state)
{
    static const uint32_t apart[] = {'t', 0xea, 0x323};       /* t, ê, dot below */
    static const uint32_t odd[] = {'x', 0x323, 0x302, 0x331}; /* no such letter in one piece */
    struct mk_password p = {0};
    struct field secret = {.secret = &p};
    char text[64] = "";
    struct field open = {.text = text, .size = sizeof text};

    (void)state;
    type(&secret, apart, 3);
    assert_string_equal(p.text, "t\xe1\xbb\x87");
    assert_int_equal(field_letters(&secret), 2);
    field_backspace(&secret);
    assert_string_equal(p.text, "t");
    type(&secret, odd, 4);
    assert_int_equal(field_letters(&secret), 2);
    field_backspace(&secret);
    assert_string_equal(p.text, "t");
    for (size_t i = 2; i < sizeof p.text; i++)
        assert_int_equal(p.text[i], 0);
    type(&open, apart, 3);
    assert_int_equal(field_letters(&open), 2);
    field_backspace(&open);
    assert_string_equal(text, "t");
    field_backspace(&open);
    field_backspace(&open);
    assert_string_equal(text, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_forms_of_vietnamese),
        cmocka_unit_test(marks_in_any_order),
        cmocka_unit_test(nothing_apart_without_accents),
        cmocka_unit_test(too_long_apart_is_no_offer),
        cmocka_unit_test(what_is_not_utf8_stays),
        cmocka_unit_test(letters_count_without_their_marks),
        cmocka_unit_test(a_field_holds_one_form_and_backspace_takes_a_letter),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
