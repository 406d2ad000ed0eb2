/* SPDX-License-Identifier: MIT */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

#include <cmocka.h>

#include "text.h"

static int with_utf8(void **state)
{
    (void)state;
    text_start(true);
    return setlocale(LC_ALL, "C.UTF-8") == NULL;
}

static int without_utf8(void **state)
{
    (void)state;
    text_start(false);
    return setlocale(LC_ALL, "C") == NULL;
}

static void check_printable(const char *in, const char *expected)
{
    char out[256];
    size_t length = text_printable(out, sizeof out, in);

    assert_string_equal(out, expected);
    assert_int_equal(length, strlen(expected));
}

static void test_printable(void **state)
{
    (void)state;
    check_printable("", "");
    check_printable("Trần Thị Bưởi", "Trần Thị Bưởi");
    check_printable("a\x1b[31mb\x7f", "a?[31mb?");
    check_printable("a\xc2\x9b"
                    "b",
                    "a?b");
    check_printable("a\t\r\n\vb\xe2\x80\xa8"
                    "c",
                    "a b c");
    check_printable("a\xc2\xa0"
                    "b\xe3\x80\x80"
                    "c",
                    "a b c");
    check_printable("\xff\xe1\xba"
                    "a",
                    "??a");                 /* one mark per broken sequence */
    check_printable("\xed\xa0\x80", "???"); /* a surrogate */
    check_printable("\xc0\xaf\xf5", "???");
    check_printable("an\xe2\x80\xae"
                    "gnp.exe",
                    "angnp.exe"); /* override */
    check_printable("a\xe2\x81\xa6"
                    "b\xd8\x9c"
                    "c",
                    "abc"); /* isolate, Arabic letter mark */
    check_printable("a\xe2\x80\x8b"
                    "b\xef\xbb\xbf"
                    "c\xc2\xad",
                    "abc");
    check_printable("a\xf3\xa0\x81\x81"
                    "b",
                    "ab");                                          /* tag */
    check_printable("\xd7\x90\xd8\xa7", "??");                      /* right to left */
    check_printable("\xee\x80\x80\xef\xbf\xbe\xef\xb7\x90", "???"); /* private use, noncharacters */
    check_printable("\xcd\xb8", "?");                               /* U+0378, unassigned */
    check_printable("\xcc\x81"
                    "a",
                    "a"); /* a mark on nothing */
    check_printable("e\xcc\x82\xcc\x81\xcc\xa3"
                    "x",
                    "e\xcc\x82\xcc\x81"
                    "x");
}

static void test_printable_cut(void **state)
{
    char out[8];

    (void)state;
    assert_int_equal(text_printable(out, 1, "abc"), 0);
    assert_string_equal(out, "");
    assert_int_equal(text_printable(out, 3, "abc"), 2);
    assert_string_equal(out, "ab");
    assert_int_equal(text_printable(out, 4, "bậ"), 1); /* 1 + 3 bytes and the NUL are 5 */
    assert_string_equal(out, "b");
    assert_int_equal(text_printable(out, 5, "bậ"), 4);
    assert_int_equal(text_printable(out, 4, "be\xcc\x81"), 1); /* not "be" */
    assert_string_equal(out, "b");
}

static void test_printable_plain(void **state)
{
    (void)state;
    check_printable("Nguyễn Văn Đức, tổ trưởng", "Nguyen Van Duc, to truong");
    check_printable("Nguye\xcc\x82\xcc\x83n u\xcc\x9b\xcc\xa3", "Nguyen u");
    check_printable("a\tb\xc2\xa0"
                    "c",
                    "a b c");
    check_printable("\xe4\xb8\xad ß \xff", "? ? ?");
    check_printable("a\xe2\x80\xae\x1b", "a?");
}

/* The 134 letters of the Vietnamese alphabet with marks, by hand, against the plain ones. */
static void test_every_vietnamese_letter(void **state)
{
    static const struct {
        const char *letters;
        char plain;
    } rows[] = {
        {"ÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬ", 'A'},
        {"àáảãạăằắẳẵặâầấẩẫậ", 'a'},
        {"Đ", 'D'},
        {"đ", 'd'},
        {"ÈÉẺẼẸÊỀẾỂỄỆ", 'E'},
        {"èéẻẽẹêềếểễệ", 'e'},
        {"ÌÍỈĨỊ", 'I'},
        {"ìíỉĩị", 'i'},
        {"ÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢ", 'O'},
        {"òóỏõọôồốổỗộơờớởỡợ", 'o'},
        {"ÙÚỦŨỤƯỪỨỬỮỰ", 'U'},
        {"ùúủũụưừứửữự", 'u'},
        {"ỲÝỶỸỴ", 'Y'},
        {"ỳýỷỹỵ", 'y'},
    };
    int letters = 0;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char out[64];
        size_t n = text_printable(out, sizeof out, rows[i].letters);

        for (size_t k = 0; k < n; k++)
            assert_int_equal(out[k], rows[i].plain);
        letters += (int)n;
    }
    assert_int_equal(letters, 134);
}

/*
 * Whether `s` is UTF-8 by the C library's own decoder and only of printable characters that are
 * neither direction controls nor hidden; `columns` by its wcwidth(3).
 */
static bool clean(const char *s, int *columns)
{
    mbstate_t shift = {0};
    wchar_t wide;
    size_t n;

    *columns = 0;
    while ((n = mbrtowc(&wide, s, MB_CUR_MAX, &shift)) != 0) {
        if (n > MB_CUR_MAX || !iswprint((wint_t)wide) || wcwidth(wide) < 0)
            return false;
        if ((wide >= 0x200b && wide <= 0x200f) || (wide >= 0x2028 && wide <= 0x202e) ||
            (wide >= 0x2060 && wide <= 0x206f) || wide == 0x61c || wide == 0xfeff ||
            (wide >= 0xe000 && wide <= 0xf8ff) || wide >= 0xe0000 ||
            (wide >= 0xd800 && wide <= 0xdfff) || (wide & 0xfffe) == 0xfffe)
            return false;
        *columns += wcwidth(wide);
        s += n;
    }
    return true;
}

static void check_clean(const char *in, unsigned long what)
{
    char out[512];
    int columns = 0;
    size_t length = text_printable(out, sizeof out, in);

    if (length != strlen(out) || !clean(out, &columns))
        fail_msg("%lX gives something that is not printable", what);
    if (text_columns(out) != columns)
        fail_msg("%lX: %d columns instead of %d", what, text_columns(out), columns);
}

static void check_ascii(const char *in, unsigned long what)
{
    char out[512];
    size_t length = text_printable(out, sizeof out, in);

    for (size_t i = 0; i < length; i++)
        if (out[i] < ' ' || out[i] > '~')
            fail_msg("%lX gives something that is not printable ASCII", what);
    assert_int_equal(text_columns(out), length);
}

static void check_every_code_point(void (*check)(const char *in, unsigned long what))
{
    char in[TEXT_LETTER_MAX + 2] = "a";

    for (uint32_t c = 1; c <= 0x10ffff; c++) { /* surrogates come out as their three bytes */
        int n = text_encode(in + 1, c);

        in[1 + n] = 'b';
        in[2 + n] = '\0';
        check(in, c);
    }
    for (unsigned byte = 1; byte < 256; byte++) {
        const char single[] = {(char)byte, '\0'};
        check(single, byte);
    }
}

static void check_noise(void (*check)(const char *in, unsigned long what))
{
    srandom(1);
    for (unsigned long round = 0; round < 20000; round++) {
        char in[41];
        size_t length = (size_t)(random() % 40);

        for (size_t i = 0; i < length; i++) {
            long r = random();
            in[i] = (char)(r & 0x300 ? (r & 0x3f) | 0x80 | ((r & 0x400) >> 4) | ((r & 0x800) >> 6)
                                     : r % 255 + 1);
        }
        in[length] = '\0';
        check(in, round);
    }
}

static void test_everything(void **state)
{
    (void)state;
    check_every_code_point(check_clean);
    check_noise(check_clean);
}

static void test_everything_plain(void **state)
{
    (void)state;
    check_every_code_point(check_ascii);
    check_noise(check_ascii);
}

static void test_encode(void **state)
{
    char out[TEXT_LETTER_MAX];

    (void)state;
    assert_int_equal(text_encode(out, 'a'), 1);
    assert_string_equal(out, "a");
    assert_int_equal(text_encode(out, 0x111), 2);
    assert_string_equal(out, "đ");
    assert_int_equal(text_encode(out, 0x1ead), 3);
    assert_string_equal(out, "ậ");
    assert_int_equal(text_encode(out, 0x1f511), 4);
    assert_string_equal(out, "\xf0\x9f\x94\x91");
}

static void test_columns(void **state)
{
    (void)state;
    assert_int_equal(text_columns(""), 0);
    assert_int_equal(text_columns("Mật khẩu"), 8);
    assert_int_equal(text_columns("Ma\xcc\xa3"
                                  "t"),
                     3);
    assert_int_equal(text_columns("\xe4\xb8\xad"), 2);
}

static void check_cut(const char *in, size_t size, int columns, const char *expected)
{
    char out[64];

    assert_int_equal(text_cut(out, size, in, columns), text_columns(expected));
    assert_string_equal(out, expected);
}

static void test_cut(void **state)
{
    (void)state;
    check_cut("Mật khẩu", 64, 8, "Mật khẩu");
    check_cut("Mật khẩu", 64, 7, "Mật ...");
    check_cut("Mật khẩu", 64, 4, "M...");
    check_cut("Mật khẩu", 64, 3, "Mật");
    check_cut("Mật khẩu", 64, 0, "");
    check_cut("Mật khẩu", 64, -1, "");
    check_cut("", 1, 5, "");
    check_cut("abc", 1, 5, "");
    check_cut("Mật khẩu", 13, 20, "Mật khẩu"); /* 12 bytes */
    check_cut("Mật khẩu", 12, 20, "Mật kh...");
    check_cut("\xe4\xb8\xad\xe4\xb8\xad", 64, 3, "\xe4\xb8\xad"); /* no half of a wide letter */
    check_cut("aaae\xcc\x81xyz", 64, 7, "aaae\xcc\x81xyz");
    check_cut("aaae\xcc\x81xyzw", 64, 7, "aaae\xcc\x81...");
}

static void check_wrap(const char *in, int columns, int max, const char *expected)
{
    struct text_line lines[8];
    int count = text_wrap(lines, max, in, columns);
    char out[256] = "";
    int used = 0;

    assert_in_range(count, 0, max);
    for (int i = 0; i < count; i++)
        used += snprintf(out + used, sizeof out - (size_t)used, "%s%.*s", i > 0 ? "|" : "",
                         lines[i].length, lines[i].start);
    assert_string_equal(out, expected);
}

static void test_wrap(void **state)
{
    (void)state;
    check_wrap("", 10, 8, "");
    check_wrap("đổi mật khẩu", 20, 8, "đổi mật khẩu");
    check_wrap("đổi mật khẩu", 12, 8, "đổi mật khẩu");
    check_wrap("đổi mật khẩu", 11, 8, "đổi mật|khẩu");
    check_wrap("đổi mật khẩu", 7, 8, "đổi mật|khẩu");
    check_wrap("đổi mật khẩu", 3, 8, "đổi|mật|khẩ|u");
    check_wrap("đổi mật khẩu", 3, 2, "đổi|mật");
    check_wrap("a\nb\n\nc\n", 10, 8, "a|b||c");
    check_wrap("abc   def", 4, 8, "abc|def");
    check_wrap("  abc def", 6, 8, "  abc|def");
    check_wrap("abc \ndef", 4, 8, "abc|def");
    check_wrap("     abc", 3, 8, "|abc");
    check_wrap("\xe4\xb8\xad\xe4\xb8\xad", 1, 8, "\xe4\xb8\xad|\xe4\xb8\xad"); /* always goes on */
}

#define UTF8(test) cmocka_unit_test_setup(test, with_utf8)
#define PLAIN(test) cmocka_unit_test_setup(test, without_utf8)

int main(void)
{
    const struct CMUnitTest tests[] = {
        UTF8(test_printable),
        UTF8(test_printable_cut),
        UTF8(test_everything),
        UTF8(test_encode),
        UTF8(test_columns),
        UTF8(test_cut),
        UTF8(test_wrap),
        PLAIN(test_printable_plain),
        PLAIN(test_every_vietnamese_letter),
        PLAIN(test_everything_plain),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
