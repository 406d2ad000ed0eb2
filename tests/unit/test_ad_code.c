// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "ad_code.h"

#define BIND "80090308: LdapErr: DSID-0C0903A9, comment: AcceptSecurityContext error, data "

static struct mk_password password(const char *text)
{
    struct mk_password p = {.length = (uint32_t)strlen(text)};

    memcpy(p.text, text, p.length);
    return p;
}

static void test_bind(void **state)
{
    static const struct {
        const char *text;
        enum mk_result result;
    } cases[] = {
        {BIND "52e, v1db1", MK_CREDENTIALS},
        {BIND "525, v1db1", MK_CREDENTIALS},
        {BIND "530, v1db1", MK_NOT_AT_THIS_TIME},
        {BIND "531, v1db1", MK_NOT_FROM_HERE},
        {BIND "532, v1db1", MK_EXPIRED_FIRST},
        {BIND "773, v1db1", MK_CHANGE_FIRST},
        {BIND "533, v1db1", MK_ACCOUNT_DISABLED},
        {BIND "701, v1db1", MK_ACCOUNT_ENDED},
        {BIND "775, v1db1", MK_LOCKED_OUT},
        {BIND "775, v2580", MK_LOCKED_OUT},
        {BIND "00000775, v2580", MK_LOCKED_OUT},
        {BIND "000000775, v2580", MK_CREDENTIALS},
        {BIND "7751, v1db1", MK_CREDENTIALS},
        {BIND "775", MK_CREDENTIALS},
        {BIND " 775,", MK_CREDENTIALS},
        {BIND "-775,", MK_CREDENTIALS},
        {BIND ",", MK_CREDENTIALS},
        {BIND, MK_CREDENTIALS},
        {"data 775,", MK_CREDENTIALS},
        {"", MK_CREDENTIALS},
        /* The first one counts: what follows may be anything. */
        {BIND "52e, v1db1, data 532,", MK_CREDENTIALS},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (ad_code_bind(cases[i].text) != cases[i].result)
            print_message("%s\n", cases[i].text);
        assert_int_equal(ad_code_bind(cases[i].text), cases[i].result);
    }
}

static void test_change(void **state)
{
    static const struct {
        const char *text;
        enum mk_result result;
    } cases[] = {
        {"00000056: setup_io: The old password specified doesn't match!", MK_OLD_REFUSED},
        {"0000052D: check_password_restrictions: whatever", MK_SOME_RULE},
        {"0000052d: SvcErr: DSID-031A12D2, problem 5003 (WILL_NOT_PERFORM), data 0", MK_SOME_RULE},
        {"00000775: account", MK_LOCKED_OUT},
        {"00000533: account", MK_ACCOUNT_DISABLED},
        {"00000005: access", MK_NO_RIGHT},
        {"error in module acl: Constraint violation during LDB_MODIFY (19)", MK_CHANGE_FORBIDDEN},
        {"error in module other: Constraint violation during LDB_MODIFY (19)", MK_SERVER_REFUSED},
        {"00000000: Success", MK_SERVER_REFUSED},
        {"0000001F: SvcErr", MK_SERVER_REFUSED},
        {"52D: too few digits", MK_SERVER_REFUSED},
        {"00000052D: too many", MK_SERVER_REFUSED},
        {"0000052D", MK_SERVER_REFUSED},
        {" 0000052D:", MK_SERVER_REFUSED},
        {"", MK_SERVER_REFUSED},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(ad_code_change(cases[i].text), cases[i].result);
}

static void test_rule(void **state)
{
    struct mk_password few = password("caybuoimoi");
    struct mk_password enough = password("Caybuoi#2027");

    (void)state;
    assert_int_equal(ad_code_rule("the password does not meet the complexity criteria!", &few),
                     MK_FEW_KINDS);
    assert_int_equal(ad_code_rule("the password does not meet the complexity criteria!", &enough),
                     MK_QUALITY);
    assert_int_equal(ad_code_rule("0000052D: Constraint violation - check_password_restrictions: "
                                  "the password is too short. It should be equal or longer than 8 "
                                  "characters!",
                                  &few),
                     MK_TOO_SHORT);
    assert_int_equal(ad_code_rule("0000052D: AtrErr: DSID-03191083, #1:", &few), MK_SOME_RULE);
    assert_int_equal(ad_code_rule("", &few), MK_SOME_RULE);
}

static void test_kpasswd(void **state)
{
    /* 8 characters, 24 old passwords, complexity, 42 days, 1 day */
    static const char policy[] = "\0\0"
                                 "\0\0\0\x08"
                                 "\0\0\0\x18"
                                 "\0\0\0\x01"
                                 "\0\0\x21\0\xb5\x39\x40\0"
                                 "\0\0\0\xc9\x2a\x69\xc0\0";
    struct mk_password short_one = password("Ab#1");
    struct mk_password plain_one = password("caybuoimoi");
    struct mk_password good_one = password("Caybuoi#2027");

    (void)state;
    assert_int_equal(sizeof policy - 1, 30);
    assert_int_equal(ad_code_kpasswd(policy, 30, &short_one), MK_TOO_SHORT);
    assert_int_equal(ad_code_kpasswd(policy, 30, &plain_one), MK_FEW_KINDS);
    assert_int_equal(ad_code_kpasswd(policy, 30, &good_one), MK_SOME_RULE);
    assert_int_equal(ad_code_kpasswd(policy, 29, &short_one), MK_SOME_RULE);
    assert_int_equal(ad_code_kpasswd(policy, 0, &short_one), MK_SOME_RULE);
    assert_int_equal(
        ad_code_kpasswd("Password too short, password must be at least 8", 47, &good_one),
        MK_TOO_SHORT);
}

static void test_wide(void **state)
{
    static const struct {
        const char *text;
        const char *wide;
        size_t length;
    } cases[] = {
        {"a", "\"\0a\0\"\0", 6},
        {"\"", "\"\0\"\0\"\0", 6},
        {"đổ", "\"\0\x11\x01\xd5\x1e\"\0", 8},
        {"\xf0\x9f\x94\x91", "\"\0\x3d\xd8\x11\xdd\"\0", 8},
        {"\xef\xbf\xbf", "\"\0\xff\xff\"\0", 6},
        /* cut, overlong, surrogate, too big, no first byte, no second byte */
        {"a\xc4", NULL, 0},
        {"\xf0\x9f\x94", NULL, 0},
        {"\xc1\x81", NULL, 0},
        {"\xe0\x80\xaf", NULL, 0},
        {"\xed\xa0\x80", NULL, 0},
        {"\xf4\x90\x80\x80", NULL, 0},
        {"\x91", NULL, 0},
        {"\xf8\x88\x80\x80\x80", NULL, 0},
        {"\xc4q", NULL, 0},
    };
    char wide[AD_CODE_WIDE_MAX];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mk_password p = password(cases[i].text);
        assert_int_equal(ad_code_wide(&p, wide), cases[i].length);
        assert_int_equal(ad_code_units(&p),
                         cases[i].length == 0 ? 0 : (int64_t)cases[i].length / 2 - 2);
        if (cases[i].length > 0)
            assert_memory_equal(wide, cases[i].wide, cases[i].length);
    }
}

static void test_the_longest_password_fits(void **state)
{
    struct mk_password p = {.length = MK_PASSWORD_MAX};
    char wide[AD_CODE_WIDE_MAX];

    (void)state;
    memset(p.text, 'x', MK_PASSWORD_MAX);
    assert_int_equal(ad_code_wide(&p, wide), AD_CODE_WIDE_MAX);
}

static void test_complexity(void **state)
{
    static const struct {
        const char *text;
        bool complex;
    } cases[] = {
        {"matkhau#01", true},  {"Matkhau01", true},    {"MATKHAU#01", true},
        {"matkhau01", false},  {"matkhaumoi", false},  {"0123456789", false},
        {"Matkhaumoi", false}, {"mật khẩu mới", true}, {"", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mk_password p = password(cases[i].text);
        assert_int_equal(ad_code_is_complex(&p), cases[i].complex);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bind),       cmocka_unit_test(test_change),
        cmocka_unit_test(test_rule),       cmocka_unit_test(test_kpasswd),
        cmocka_unit_test(test_wide),       cmocka_unit_test(test_the_longest_password_fits),
        cmocka_unit_test(test_complexity),
    };

    return cmocka_run_group_tests_name("ad_code", tests, NULL, NULL);
}
