// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "person.h"
#include "template.h"

static const struct template_values values = {"an", "uid=an,dc=vn", "an@example.vn"};

static void expanded(void **state)
{
    char out[64];

    (void)state;
    assert_true(template_expand(out, sizeof out, "(&(a=%u)(b=%d)(c=%m)(d=%%))", &values));
    assert_string_equal(out, "(&(a=an)(b=uid=an,dc=vn)(c=an@example.vn)(d=%))");
    assert_true(template_expand(out, sizeof out, "", &values));
    assert_string_equal(out, "");
    assert_true(template_expand(out, sizeof out, "%%u", &values));
    assert_string_equal(out, "%u");
    assert_true(template_expand(out, sizeof out, "%u%u", &values));
    assert_string_equal(out, "anan");
}

static void refused(void **state)
{
    const struct template_values nothing = {"", "", ""};
    char out[64];

    (void)state;
    assert_false(template_expand(out, sizeof out, "a=%x", &values));
    assert_string_equal(out, "");
    assert_false(template_expand(out, sizeof out, "a=%", &values));
    assert_false(template_expand(out, sizeof out, "a=%u", &nothing));
    assert_false(template_expand(out, sizeof out, "a=%d", &nothing));
    assert_false(template_expand(out, sizeof out, "a=%m", &nothing));
    assert_true(template_expand(out, sizeof out, "a=%%", &nothing));
}

/* Exactly what fits goes in, and not a byte beyond. */
static void bounded(void **state)
{
    char out[12];

    (void)state;
    for (size_t size = 1; size <= 10; size++) {
        memset(out, '#', sizeof out);
        assert_int_equal(template_expand(out, size, "a=%u,b=%u", &values), size == 10);
        assert_int_equal(out[size], '#');
    }
    assert_string_equal(out, "a=an,b=an");
}

static void used(void **state)
{
    (void)state;
    assert_true(template_uses("(mail=%m)", 'm'));
    assert_false(template_uses("(mail=%%m)", 'm'));
    assert_false(template_uses("(uid=%u)", 'm'));
    assert_true(template_uses("%%%m", 'm'));
    assert_false(template_uses("%", 'm'));
    assert_false(template_uses("", 'm'));
}

static struct person person_called(const char *login)
{
    struct person person = {.dn = "uid=an,ou=people,dc=vn", .mail = "an@example.vn"};

    (void)snprintf(person.login, sizeof person.login, "%s", login);
    return person;
}

/* Whatever is typed stays one value (RFC 4515, 3). */
static void filters(void **state)
{
    static const struct {
        const char *login;
        const char *filter;
    } rows[] = {
        {"an", "(uid=an)"},
        {"*", "(uid=\\2A)"},
        {"an)(uid=*", "(uid=an\\29\\28uid=\\2A)"},
        {"a\\b", "(uid=a\\5Cb)"},
        {"l\xc3\xaa", "(uid=l\\C3\\AA)"},
    };
    char filter[PERSON_FILTER_MAX + 1];
    struct person person;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        person = person_called(rows[i].login);
        assert_true(person_filter(&person, "(uid=%u)", filter));
        assert_string_equal(filter, rows[i].filter);
    }
    person = person_called("");
    assert_false(person_filter(&person, "(uid=%u)", filter));
    assert_false(person_filter(&person, "", filter));
    assert_true(person_filter(&person, "(seeAlso=%d)", filter));
    assert_string_equal(filter, "(seeAlso=uid=an,ou=people,dc=vn)");
}

/* Whatever is typed stays one value (RFC 4514, 2.4). */
static void names(void **state)
{
    static const struct {
        const char *login;
        const char *value;
    } rows[] = {
        {"an", "an"},
        {"an,ou=x", "an\\2Cou\\3Dx"},
        {"a+uid=b", "a\\2Buid\\3Db"},
        {" an", "\\20an"},
        {"#an", "\\23an"},
        {"a\"b<c>d;e\\f", "a\\22b\\3Cc\\3Ed\\3Be\\5Cf"},
    };
    char dn[MK_DN_MAX + 1];
    char expected[MK_DN_MAX + 1];
    struct person person;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        person = person_called(rows[i].login);
        assert_true(person_dn(&person, "uid=%u,ou=people,dc=vn", dn));
        (void)snprintf(expected, sizeof expected, "uid=%s,ou=people,dc=vn", rows[i].value);
        assert_string_equal(dn, expected);
    }
    person = person_called("an");
    assert_true(person_dn(&person, "cn=mail,%d", dn));
    assert_string_equal(dn, "cn=mail,uid=an,ou=people,dc=vn");
    assert_false(person_dn(&person, "no name at all", dn));
    person = person_called("");
    assert_false(person_dn(&person, "uid=%u,ou=people,dc=vn", dn));
}

/* The longest of everything, all of it escaped, still fits. */
static void longest(void **state)
{
    char filter[PERSON_FILTER_MAX + 1];
    struct person person;

    (void)state;
    memset(&person, 0, sizeof person);
    memset(person.login, '*', sizeof person.login - 1);
    memset(person.dn, '*', sizeof person.dn - 1);
    memset(person.mail, '*', sizeof person.mail - 1);
    assert_true(person_filter(&person, "(a=%u)", filter));
    assert_int_equal(strlen(filter), 4 + 3 * MK_LOGIN_MAX);
    assert_true(person_filter(&person, "(a=%d)", filter));
    assert_int_equal(strlen(filter), 4 + 3 * MK_DN_MAX);
    assert_true(person_filter(&person, "(a=%m)", filter));
    assert_false(person_filter(&person, "(a=%d%d)", filter));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(expanded), cmocka_unit_test(refused), cmocka_unit_test(bounded),
        cmocka_unit_test(used),     cmocka_unit_test(filters), cmocka_unit_test(names),
        cmocka_unit_test(longest),
    };

    return cmocka_run_group_tests_name("template", tests, NULL, NULL);
}
