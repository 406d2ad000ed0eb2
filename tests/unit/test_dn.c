// SPDX-License-Identifier: MIT

/* Names that are the same for a server, and names that are not. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "dn.h"

#define TOP "dc=example,dc=vn"

static void the_same(void **state)
{
    static const char *const pairs[][2] = {
        {"uid=an,ou=people," TOP, "UID=AN, OU=People , DC=Example,dc=VN"},
        {"cn=Le  Thi   An," TOP, "cn=le thi an," TOP},
        {"cn=An+uid=an," TOP, "UID=an + CN=an," TOP},
        {"cn=a\\,b," TOP, "cn=A\\2cB," TOP},
        {"cn=\\ an," TOP, "cn=an\\20," TOP},
        {"cn=#0402616e," TOP, "cn=#0402616E," TOP},
        /* Lê Thị Hải, Đỗ Ứng, Ơn Ỹ, Łódź in capitals */
        {"cn=L\xc3\xaa Th\xe1\xbb\x8b H\xe1\xba\xa3i," TOP,
         "cn=L\xc3\x8a TH\xe1\xbb\x8a H\xe1\xba\xa2I," TOP},
        {"cn=\xc4\x91\xe1\xbb\x97 \xe1\xbb\xa9ng," TOP,
         "cn=\xc4\x90\xe1\xbb\x96 \xe1\xbb\xa8NG," TOP},
        {"cn=\xc6\xa1n \xc6\xb0 \xe1\xbb\xb9," TOP, "cn=\xc6\xa0N \xc6\xaf \xe1\xbb\xb8," TOP},
        {"cn=\xc5\x82\xc3\xb3"
         "d\xc5\xba," TOP,
         "cn=\xc5\x81\xc3\x93"
         "D\xc5\xb9," TOP},
    };

    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        print_message("# %s\n", pairs[i][0]);
        assert_true(dn_same(pairs[i][0], pairs[i][1]));
        assert_true(dn_same(pairs[i][1], pairs[i][0]));
        assert_false(dn_below(pairs[i][0], pairs[i][1]));
    }
}

static void not_the_same(void **state)
{
    static const char *const pairs[][2] = {
        {"uid=an,ou=people," TOP, "uid=anh,ou=people," TOP},
        {"uid=an,ou=people," TOP, "cn=an,ou=people," TOP},
        {"uid=an,ou=people," TOP, "uid=an,ou=systems," TOP},
        {"cn=a b," TOP, "cn=ab," TOP},
        {"cn=an+uid=an," TOP, "cn=an," TOP},
        {"cn=an+uid=an," TOP, "cn=an+uid=anh," TOP},
        /* diacritics count: an, ân; d, đ; × is no capital of ÷ */
        {"cn=an," TOP, "cn=\xc3\xa2n," TOP},
        {"cn=d," TOP, "cn=\xc4\x91," TOP},
        {"cn=\xc3\x97," TOP, "cn=\xc3\xb7," TOP},
        {"cn=\\ff," TOP, "cn=\\fe," TOP},
        {"cn=a\\00b," TOP, "cn=a\\00c," TOP},
        {"cn=a," TOP, "cn=a\\00," TOP},
        {"", ""},
        {"", TOP},
        {"no name", "no name"},
        {"uid=an,,ou=people", "uid=an,,ou=people"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        print_message("# %s\n", pairs[i][0]);
        assert_false(dn_same(pairs[i][0], pairs[i][1]));
        assert_false(dn_same(pairs[i][1], pairs[i][0]));
    }
}

static void below(void **state)
{
    (void)state;
    assert_true(dn_below("uid=an,ou=people," TOP, "OU=People, " TOP));
    assert_true(dn_below("uid=an,ou=hanoi,ou=people," TOP, "ou=people," TOP));
    assert_false(dn_below("uid=an,ou=people," TOP, "uid=an,ou=people," TOP));
    assert_false(dn_below("ou=people," TOP, "uid=an,ou=people," TOP));
    assert_false(dn_below("uid=an,ou=peoples," TOP, "ou=people," TOP));
    assert_false(dn_below("uid=an\\,ou=people," TOP, "ou=people," TOP));
    assert_false(dn_below("uid=an,ou=people," TOP, ""));
    assert_false(dn_below("", "ou=people," TOP));
    assert_false(dn_below("uid=an,ou=people," TOP, "people"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same),
        cmocka_unit_test(not_the_same),
        cmocka_unit_test(below),
    };

    return cmocka_run_group_tests_name("dn", tests, NULL, NULL);
}
