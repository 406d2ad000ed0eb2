// SPDX-License-Identifier: MIT
/* What an operator types: taken apart, spelled, put into filters, and held against an entry. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <ldap.h>

#include "chance.h"
#include "find_filter.h"
#include "letters.h"
#include "spelling.h"
#include "typed.h"

static const struct find_where where = {
    .people = "(objectClass=person)",
    .login = "uid",
    .mail = "mail",
    .staff = "employeeNumber",
    .name = "cn",
    .phone = {"telephoneNumber", "mobile", ""},
    .composes = true,
    .phone_separators = " .-",
    .part_min = 4,
};

static void letters_without_their_marks(void **state)
{
    struct letter letters[16];
    char out[LETTERS_WRITTEN];

    (void)state;
    /* ễ in its three ways is one letter, and composed when it is written */
    for (size_t i = 0; i < 3; i++) {
        static const char *const ways[] = {"\xe1\xbb\x84", "e\xcc\x82\xcc\x83", "\xc3\x8a\xcc\x83"};
        assert_int_equal(letters_read(ways[i], letters, 16), 1);
        assert_int_equal(letters[0].base, 'e');
        assert_int_equal(letters[0].marks, LETTERS_CIRCUMFLEX | LETTERS_TILDE);
        assert_int_equal(letters_write(&letters[0], out), 3);
        assert_string_equal(out, "\xe1\xbb\x85");
    }
    assert_int_equal(letters_read("Đ9\xd0\x9a,\xff", letters, 16), 5);
    assert_int_equal(letters[0].base, 'd');
    assert_int_equal(letters[0].marks, LETTERS_STROKE);
    assert_int_equal(letters[1].base, '9');
    assert_int_equal(letters[2].base, '\0');
    assert_false(letters_parts(&letters[2]));
    assert_true(letters_parts(&letters[3]));
    assert_int_equal(letters_write(&letters[4], out), 0);
    assert_false(letters_stands_for(&letters[4], &letters[4]));
    /* no room for the last ones, and a mark before any letter */
    assert_int_equal(letters_read("abc", letters, 2), 2);
    assert_int_equal(letters_read("\xcc\x81"
                                  "a",
                                  letters, 16),
                     2);
}

static struct spellings spelled(const char *word)
{
    struct letter letters[MK_TYPED_MAX];
    struct spellings spellings;

    spelling_all(&spellings, letters, letters_read(word, letters, MK_TYPED_MAX));
    return spellings;
}

static bool is_spelled(const char *word, const char *spelling)
{
    struct spellings spellings = spelled(word);

    for (size_t i = 0; i < spellings.count; i++)
        if (strcmp(spellings.text[i], spelling) == 0)
            return true;
    return false;
}

/* Every family, middle and given name of many people, and the beginnings of them. */
static void syllables_of_names(void **state)
{
    static const char *const names[] = {
        "nguyễn", "trần",   "lê",     "phạm",  "hoàng",  "huỳnh", "phan",  "vũ",    "võ",
        "đặng",   "bùi",    "đỗ",     "hồ",    "ngô",    "dương", "lý",    "đinh",  "đoàn",
        "lương",  "trương", "trịnh",  "quách", "tống",   "vương", "lâm",   "kiều",  "phùng",
        "ông",    "âu",     "từ",     "giang", "nghiêm", "thị",   "văn",   "đức",   "hữu",
        "quốc",   "trọng",  "tuấn",   "mạnh",  "viết",   "thế",   "việt",  "thuỳ",  "thùy",
        "quỳnh",  "diệu",   "tuyết",  "yến",   "ánh",    "ái",    "ân",    "bắc",   "điệp",
        "hằng",   "hậu",    "hiền",   "hoà",   "hòa",    "huế",   "huệ",   "hưng",  "hường",
        "khải",   "nguyệt", "phượng", "quế",   "quý",    "quí",   "quyên", "thắng", "thuý",
        "thúy",   "thương", "triều",  "tươi",  "út",     "uyên",  "vượng", "ý",     "giàu",
        "giấy",   "giữ",    "giờ",    "gìn",   "quân",   "quăng", "khuya", "khuỷu", "loan",
        "loét",   "khoẻ",   "khỏe",   "ngoằn", "rượu",   "mưa",   "mùa",   "người", "yêu",
        "kiểu",   "cây",    "thầy",   "thuở",  "quờ",    "đắk",   "uông",  "oánh",
    };

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct letter letters[16];
        size_t length = letters_read(names[i], letters, 16);
        char plain[16] = "";
        char begun[64] = "";
        for (size_t k = 0; k < length; k++) {
            char letter[LETTERS_WRITTEN];
            plain[k] = letters[k].base;
            plain[k + 1] = '\0';
            assert_true(letters_write(&letters[k], letter) > 0);
            (void)strncat(begun, letter, sizeof begun - strlen(begun) - 1);
            if (!is_spelled(plain, begun))
                fail_msg("\"%s\" is not spelled \"%s\"", plain, begun);
        }
        assert_true(is_spelled(plain, plain));
        assert_true(is_spelled(names[i], names[i]));
        assert_true(spelled(plain).whole);
    }
    assert_int_equal(spelled("nguyen").count, 7);
    assert_int_equal(spelled("nguyễn").count, 1);
    assert_int_equal(spelled("van").count, 18);
    /* up to the second vowels only */
    assert_string_equal(spelled("khanhlinh").text[0], "khanhl");
    assert_false(spelled("khanhlinh").whole);
    assert_int_equal(spelled("").count, 0);
    assert_int_equal(spelled("\xff").count, 0);
}

/* None is lost for want of room. */
static void room_for_all_spellings(void **state)
{
    static const char vowels[] = "aeiouy";
    size_t most = 0;

    (void)state;
    for (size_t i = 0; i < 216; i++) {
        const char word[] = {'d', vowels[i % 6], vowels[i / 6 % 6], vowels[i / 36], '\0'};
        size_t count = spelled(word).count;
        most = count > most ? count : most;
    }
    assert_in_range(most, 1, SPELLINGS_MAX - 1);
}

static struct typed *typed_of(const char *text)
{
    static struct typed typed;

    typed_read(&typed, text);
    return &typed;
}

static void words(void **state)
{
    const struct typed *typed = typed_of("  Nguyễn,van\t024 3456.78 an 12 ");

    (void)state;
    assert_int_equal(typed->count, 6);
    assert_string_equal(typed->word[0].text, "Nguyễn");
    assert_int_equal(typed->word[0].length, 6);
    assert_false(typed->word[0].is_number);
    assert_true(typed->word[2].is_number);
    assert_int_equal(typed->word[2].run, 2);
    assert_string_equal(typed->number[2], "0243456.78");
    assert_int_equal(typed->word[3].run, 0);
    assert_int_equal(typed->word[5].run, 1);
    assert_int_equal(typed_of("")->count, 0);
    assert_int_equal(typed_of(" ,; ")->count, 0);
}

static void telephone_numbers(void **state)
{
    static const struct {
        const char *text;
        bool partial;
        const char *national;
    } cases[] = {
        {"0912 345 678", false, "0912345678"},
        {"+84 912 345 678", false, "0912345678"},
        {"0084.912.345.678", false, "0912345678"},
        {"84912345678", false, "0912345678"},
        {"+84 (0)24 3456", false, "0243456"},
        {"(+84-24) 3456", false, "0243456"},
        {"8491234", false, "8491234"},
        {"8491234", true, "091234"},
        {"84", true, "0"},
        {"+8", false, "8"},
        {"", false, ""},
        {"abc", true, ""},
    };
    char national[TYPED_NUMBER_MAX + 1];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        typed_national(cases[i].text, cases[i].partial, national);
        assert_string_equal(national, cases[i].national);
    }
}

static enum typed_rank rank_of(const char *text)
{
    const struct typed *typed = typed_of(text);
    struct fit fit;

    fit_begin(&fit);
    fit_login(&fit, typed, "annv");
    fit_mail(&fit, typed, "an.nguyen@example.vn");
    fit_staff(&fit, typed, "CB-1001");
    fit_phone(&fit, typed, "(024) 3456 7890");
    fit_phone(&fit, typed, "+84 912 345 678");
    fit_name(&fit, typed, "Nguyễn Văn An");
    fit_name(&fit, typed, "H'Nga Êban-Đê");
    return fit_rank(&fit, typed);
}

static void ranks(void **state)
{
    static const struct {
        const char *text;
        enum typed_rank rank;
    } cases[] = {
        {"ANNV", TYPED_IS_LOGIN},
        {"ann", TYPED_BEGINS_LOGIN},
        {"cb-1001", TYPED_IS_STAFF},
        {"CB", TYPED_BEGINS_STAFF},
        {"0912345678", TYPED_IS_PHONE},
        {"024 3456 7890", TYPED_IS_PHONE},
        {"+84 24 3456", TYPED_BEGINS_PHONE},
        {"an.nguyen", TYPED_IS_MAIL},
        {"an.nguyen@example.vn", TYPED_IS_MAIL},
        {"an.n", TYPED_BEGINS_MAIL},
        {"nguyen van an", TYPED_NAME_IN_ORDER},
        {"nguyen an", TYPED_NAME_IN_ORDER},
        {"an nguyen", TYPED_NAME},
        {"ng van a", TYPED_BEGINS_NAME_IN_ORDER},
        {"van ng", TYPED_BEGINS_NAME},
        {"an", TYPED_NAME_IN_ORDER},
        {"Ăn", TYPED_FITS_NOT},
        {"nguyên", TYPED_FITS_NOT},
        {"hnga eban", TYPED_NAME_IN_ORDER},
        {"nga de", TYPED_NAME_IN_ORDER},
        {"nguyen annv", TYPED_MIXED},
        {"nguyen 0912", TYPED_MIXED},
        {"nguyen hnga", TYPED_MIXED},
        {"guyen", TYPED_FITS_NOT},
        {"an xyz", TYPED_FITS_NOT},
        {"'", TYPED_FITS_NOT},
        {"", TYPED_FITS_NOT},
        {"84912", TYPED_BEGINS_PHONE},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (rank_of(cases[i].text) != cases[i].rank)
            fail_msg("\"%s\" ranks %d, not %d", cases[i].text, rank_of(cases[i].text),
                     cases[i].rank);
}

static char filter[FIND_FILTER_SIZE];

static void filters(void **state)
{
    (void)state;
    assert_true(find_filter_exact(&where, typed_of("a*(b"), filter));
    assert_string_equal(filter, "(&(objectClass=person)(|(uid=a\\2a\\28b)(mail=a\\2a\\28b)"
                                "(employeeNumber=a\\2a\\28b)))");
    assert_false(find_filter_exact(&where, typed_of("an nguyen"), filter));
    assert_true(find_filter_exact(&where, typed_of("024 3456 7890"), filter));
    assert_non_null(strstr(filter, "(telephoneNumber=+84.24.3456.7890)"));
    assert_true(find_filter_begins(&where, typed_of("trứ"), filter));
    assert_string_equal(filter, "(&(objectClass=person)(|(uid=trứ*)(mail=trứ*)(cn=trứ*)"
                                "(cn=* trứ*)))");
    /* one letter first, and none of them alone */
    assert_true(find_filter_begins(&where, typed_of("trứ q"), filter));
    assert_true(strstr(filter, "(cn=* q*)") < strstr(filter, "(cn=* trứ*)"));
    assert_false(find_filter_begins(&where, typed_of("q y"), filter));
    /* what may come behind a syllable too short for an index */
    assert_true(find_filter_begins(&where, typed_of("hu"), filter));
    assert_non_null(strstr(filter, "(cn=* huế*)"));
    assert_non_null(strstr(filter, "(cn=* hu)"));
    assert_null(strstr(filter, "(cn=* hu*)"));
    assert_true(find_filter_words(&where, typed_of("lê"), filter));
    assert_string_equal(filter, "(&(objectClass=person)(|(cn=lê)(cn=lê *)(cn=* lê)(cn=* lê *)))");
    assert_false(find_filter_words(&where, typed_of("lê 7"), filter));
    assert_false(find_filter_words(&where, typed_of(""), filter));
    assert_false(find_filter_begins(&where, typed_of(""), filter));
    assert_false(find_filter_exact(&where, typed_of(""), filter));
}

static void names_not_composed(void **state)
{
    struct find_where loose = where;

    (void)state;
    loose.composes = false;
    loose.part_min = 3;
    assert_true(find_filter_begins(&loose, typed_of("toán"), filter));
    assert_non_null(strstr(filter, "(cn=to*a*n*)(cn=* to*a*n*)(cn=to*ă*n*)"));
    /* not where no index serves */
    assert_true(find_filter_begins(&loose, typed_of("oan"), filter));
    assert_null(strstr(filter, "*a*"));
    assert_true(find_filter_begins(&where, typed_of("toan"), filter));
    assert_null(strstr(filter, "*a*"));
}

static void nothing_to_look_at(void **state)
{
    static const struct find_where nowhere = {
        .people = "(objectClass=person)",
        .login = "",
        .mail = "",
        .staff = "",
        .name = "",
        .phone = {"", "", ""},
        .phone_separators = "",
        .part_min = 4,
    };

    (void)state;
    assert_false(find_filter_exact(&nowhere, typed_of("annv"), filter));
    assert_false(find_filter_begins(&nowhere, typed_of("annv"), filter));
    assert_false(find_filter_words(&nowhere, typed_of("annv"), filter));
}

/* Balanced, within its room, and one that libldap takes. */
static void assert_good(LDAP *ld)
{
    char none[] = LDAP_NO_ATTRS;
    char *attributes[] = {none, NULL};
    int depth = 0;
    int id;

    assert_true(memchr(filter, '\0', sizeof filter) != NULL);
    for (const char *p = filter; *p != '\0'; p++) {
        depth += (*p == '(') - (*p == ')');
        assert_true(depth > 0 || p[1] == '\0');
    }
    assert_int_equal(depth, 0);
    /* There is nobody to send it to; what is no filter is found out before. */
    assert_int_not_equal(
        ldap_search_ext(ld, "", LDAP_SCOPE_BASE, filter, attributes, 0, NULL, NULL, NULL, 0, &id),
        LDAP_FILTER_ERROR);
}

/*
 * Whatever is typed: filters that are some, and whoever was found by a text is found by whatever
 * that begins with in each word.
 */
static void anything(void **state)
{
    static const char *const pieces[] = {
        "nguyễn", "an",   "đ",    "d",        "uo",   "a",        "y",  " ",    " ",
        ",",      "*",    "(",    ")",        "\\",   "0",        "84", "+84 ", "091",
        "-",      ".",    "'",    "\xcc\x83", "\xff", "\xe1\xbb", "@",  "ươ",   "\xf0\x9f\x98\x80",
        "aeiouy", "\x01", "thuy", "q",
    };
    uint64_t chance = chance_setting("CHANCE", 1);
    LDAP *ld = NULL;

    (void)state;
    assert_int_equal(ldap_initialize(&ld, "ldapi://%2Fnonexistent"), LDAP_SUCCESS);
    for (unsigned long i = 0; i < chance_setting("ROUNDS", 3000); i++) {
        char text[MK_TYPED_MAX + 1] = "";
        struct typed *typed;
        struct fit fit;
        unsigned count = chance_below(&chance, 20);
        while (count-- > 0) {
            const char *piece = pieces[chance_below(&chance, sizeof pieces / sizeof *pieces)];
            if (strlen(text) + strlen(piece) < sizeof text)
                (void)strncat(text, piece, sizeof text - strlen(text) - 1);
        }
        typed = typed_of(text);
        if (find_filter_exact(&where, typed, filter))
            assert_good(ld);
        if (find_filter_begins(&where, typed, filter))
            assert_good(ld);
        if (find_filter_words(&where, typed, filter))
            assert_good(ld);
        fit_begin(&fit);
        fit_name(&fit, typed, text);
        fit_login(&fit, typed, text);
        fit_phone(&fit, typed, text);
        if (typed->count == 1 && strchr(text, '\xff') == NULL && strstr(text, "\xe1\xbb") == NULL &&
            text[strspn(text, " ,\x01")] == typed->word[0].text[0] &&
            strlen(text) == strlen(typed->word[0].text))
            assert_int_equal(fit_rank(&fit, typed), TYPED_IS_LOGIN);
    }
    (void)ldap_unbind_ext(ld, NULL, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(letters_without_their_marks),
        cmocka_unit_test(syllables_of_names),
        cmocka_unit_test(room_for_all_spellings),
        cmocka_unit_test(words),
        cmocka_unit_test(telephone_numbers),
        cmocka_unit_test(ranks),
        cmocka_unit_test(filters),
        cmocka_unit_test(names_not_composed),
        cmocka_unit_test(nothing_to_look_at),
        cmocka_unit_test(anything),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
