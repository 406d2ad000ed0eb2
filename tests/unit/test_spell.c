/* SPDX-License-Identifier: MIT */
/* Every character of a temporary password can be said, in each catalogue of this build. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <libintl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "matkhau/quality.h"
#include "spell.h"
#include "text.h"

#define ALL MK_TEMPORARY_LETTERS MK_TEMPORARY_CAPITALS MK_TEMPORARY_DIGITS MK_TEMPORARY_SIGNS

static const struct {
    const char *language;
    const char *password; /* how it says "Password": whether this is the catalogue in use */
    const char *like;     /* between letter and word */
    const char *capital;
} languages[] = {
    {"en", "Password", " as in ", "capital "},
    {"vi", "Mật khẩu", " như ", " hoa"},
    {"vi@khongdau", "Mat khau", " nhu ", " hoa"},
};

#define LANGUAGES (sizeof languages / sizeof *languages)

static struct mk_password all;
static char folder[] = "/tmp/matkhau-spell-XXXXXX";

/* The catalogue without diacritics lies where the build has made it, not where gettext looks. */
static void speak(size_t language)
{
    setenv("LANGUAGE", languages[language].language, 1);
    bindtextdomain("matkhau",
                   strcmp(languages[language].language, "vi") == 0 ? CATALOGUES : folder);
    bind_textdomain_codeset("matkhau", "UTF-8");
    textdomain("matkhau");
    assert_string_equal(gettext("Password"), languages[language].password);
}

static void every_character_has_a_phrase_of_its_own(void **state)
{
    (void)state;
    for (size_t l = 0; l < LANGUAGES; l++) {
        speak(l);
        for (size_t i = 0; i < all.length; i++) {
            const char *phrase = spell(&all, i);
            assert_non_null(phrase);
            assert_in_range(text_columns(phrase), 1, SPELL_COLUMNS);
            for (size_t other = 0; other < i; other++)
                assert_string_not_equal(phrase, spell(&all, other));
        }
    }
}

/* "b as in Bravo": the letter as it is typed, and a word that begins with it. */
static void each_word_begins_with_its_letter(void **state)
{
    (void)state;
    for (size_t l = 0; l < LANGUAGES; l++) {
        speak(l);
        for (size_t i = 0; i < strlen(MK_TEMPORARY_LETTERS MK_TEMPORARY_CAPITALS); i++) {
            const char *phrase = spell(&all, i);
            const char *word = strstr(phrase, languages[l].like);
            bool capital = (all.text[i] & 0x20) == 0;
            assert_non_null(word);
            word += strlen(languages[l].like);
            assert_int_equal(word[0], all.text[i] & ~0x20);
            assert_int_equal(strstr(phrase, languages[l].capital) != NULL, capital);
            if (!capital)
                assert_int_equal(phrase[0], all.text[i]);
        }
    }
}

static void digits_stay_digits(void **state)
{
    size_t first = strlen(MK_TEMPORARY_LETTERS MK_TEMPORARY_CAPITALS);

    (void)state;
    for (size_t l = 0; l < LANGUAGES; l++) {
        speak(l);
        for (size_t i = 0; i < strlen(MK_TEMPORARY_DIGITS); i++)
            assert_non_null(strchr(spell(&all, first + i), MK_TEMPORARY_DIGITS[i]));
    }
}

static void is_said_the_way_people_say_it(void **state)
{
    static const struct mk_password password = {5, "b7-kH"};
    static const char *const phrases[] = {"b như Bình", "số 7", "dấu gạch ngang", "k như Không",
                                          "H hoa như Huế"};

    (void)state;
    speak(1);
    for (size_t i = 0; i < password.length; i++)
        assert_string_equal(spell(&password, i), phrases[i]);
    speak(2);
    assert_string_equal(spell(&password, 2), "dau gach ngang");
    assert_string_equal(spell(&password, 4), "H hoa nhu Hue");
}

static void nothing_else_is_said(void **state)
{
    static const struct mk_password others = {3, "a0l"};

    (void)state;
    for (size_t i = 0; i <= others.length; i++)
        assert_null(spell(&others, i));
    assert_null(spell(&all, all.length));
}

static void path_of(char path[256], const char *name)
{
    (void)snprintf(path, 256, "%s/vi@khongdau%s", folder, name);
}

static int start(void **state)
{
    char path[256];

    (void)state;
    setlocale(LC_CTYPE, "C.UTF-8");
    setlocale(LC_MESSAGES, "C.UTF-8");
    text_start(true);
    all.length = (uint32_t)snprintf(all.text, sizeof all.text, "%s", ALL);
    if (mkdtemp(folder) == NULL)
        return -1;
    path_of(path, "");
    if (mkdir(path, 0700) != 0)
        return -1;
    path_of(path, "/LC_MESSAGES");
    if (mkdir(path, 0700) != 0)
        return -1;
    path_of(path, "/LC_MESSAGES/matkhau.mo");
    return symlink(CATALOGUES "/matkhau.mo", path);
}

static int finish(void **state)
{
    static const char *const names[] = {"/LC_MESSAGES/matkhau.mo", "/LC_MESSAGES", ""};
    char path[256];

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        path_of(path, names[i]);
        if (remove(path) != 0)
            return -1;
    }
    return rmdir(folder);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_character_has_a_phrase_of_its_own),
        cmocka_unit_test(each_word_begins_with_its_letter),
        cmocka_unit_test(digits_stay_digits),
        cmocka_unit_test(is_said_the_way_people_say_it),
        cmocka_unit_test(nothing_else_is_said),
    };

    return cmocka_run_group_tests_name("spell", tests, start, finish);
}
