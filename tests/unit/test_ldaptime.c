// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ldaptime.h"

/* 2026-11-22 14:03:05 UTC */
#define DAY INT64_C(86400)
#define THEN INT64_C(1795356185)

static void good_times(void **state)
{
    static const struct {
        const char *text;
        int64_t time;
    } good[] = {
        {"20261122140305Z", THEN},
        {"20261122140305.773666Z", THEN},
        {"20261122140305,9Z", THEN},
        {"20261122140305.0000000009999Z", THEN},
        {"202611221403Z", THEN - 5},
        {"202611221403.5Z", THEN + 25},
        {"2026112214Z", THEN - 185},
        {"2026112214.25Z", THEN - 185 + 900},
        {"20261122210305+0700", THEN},
        {"20261122210305+07", THEN},
        {"20261122093305-0430", THEN},
        {"19700101000000Z", 0},
        {"19691231235959Z", -1},
        {"20380119031408Z", INT64_C(2147483648)},
        {"20240229000000Z", INT64_C(1709164800)},
        {"20000229000000Z", INT64_C(951782400)},
        {"20161231235960Z", INT64_C(1483228800)},
        {"99991231235959Z", INT64_C(253402300799)},
        {"000001010000Z", LDAPTIME_YEAR_ZERO},
        {"00000101000000Z", LDAPTIME_YEAR_ZERO},
    };

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        int64_t time = 1;
        if (!ldaptime_parse(good[i].text, strlen(good[i].text), &time) || time != good[i].time)
            fail_msg("%s: %lld", good[i].text, (long long)time);
    }
}

static void bad_times(void **state)
{
    static const char *const bad[] = {
        "",
        "Z",
        "2026",
        "20261122Z",
        "20261122140305",
        "20261122140305z",
        "20261122140305ZZ",
        "20261122140305Z ",
        " 20261122140305Z",
        "20261122140305.Z",
        "20261122140305.",
        "20261122140305.5",
        "2026112214030Z",
        "20261122140361Z",
        "20261122146005Z",
        "20261122240000Z",
        "20261322140305Z",
        "20260022140305Z",
        "20261100140305Z",
        "20261131140305Z",
        "20250229000000Z",
        "19000229000000Z",
        "20261122140305+",
        "20261122140305+7",
        "20261122140305+070",
        "20261122140305+2400",
        "20261122140305+0760",
        "2026112214030\xd9\xa5Z",
        "+0261122140305Z",
    };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        int64_t time = 42;
        if (ldaptime_parse(bad[i], strlen(bad[i]), &time) || time != 42)
            fail_msg("%s: %lld", bad[i], (long long)time);
    }
}

/* The length counts, not a NUL. */
static void bounded(void **state)
{
    int64_t time = 42;

    (void)state;
    assert_false(ldaptime_parse("20261122140305Z", 14, &time));
    assert_false(ldaptime_parse("20261122140305Z\0", 16, &time));
    assert_true(ldaptime_parse("20261122140305Zrest", 15, &time));
    assert_int_equal(time, THEN);
}

static int64_t at(const char *text)
{
    int64_t time = 0;

    assert_true(ldaptime_parse(text, strlen(text), &time));
    return time;
}

static void months(void **state)
{
    static const struct {
        const char *from;
        uint32_t months;
        const char *to;
    } rows[] = {
        {"20261122140305Z", 3, "20270222140305Z"},  {"20261122140305Z", 0, "20261122140305Z"},
        {"20261130000000Z", 3, "20270228000000Z"},  {"20231130235959Z", 3, "20240229235959Z"},
        {"20260131120000Z", 1, "20260228120000Z"},  {"20260831000000Z", 1, "20260930000000Z"},
        {"20261231000000Z", 2, "20270228000000Z"},  {"20240229000000Z", 12, "20250228000000Z"},
        {"20240229000000Z", 48, "20280229000000Z"}, {"19991231235959Z", 14, "20010228235959Z"},
        {"19690131000001Z", 1, "19690228000001Z"},  {"20260101000000Z", 11, "20261201000000Z"},
        {"03031231000000Z", 1, "03040131000000Z"},  {"03040101000000Z", 12000, "13040101000000Z"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (ldaptime_add_months(at(rows[i].from), rows[i].months) != at(rows[i].to))
            fail_msg("%s + %u", rows[i].from, rows[i].months);
}

/* Nothing added is nothing changed, for every day of 400 years. */
static void every_day(void **state)
{
    int64_t first = at("16000101235959Z");
    int64_t previous = first;

    (void)state;
    for (int64_t day = first; day < first + INT64_C(146097) * 86400; day += 86400) {
        int64_t later = ldaptime_add_months(day, 1);
        assert_int_equal(ldaptime_add_months(day, 0), day);
        assert_true(later >= previous && later - day >= 28 * DAY && later - day <= 31 * DAY);
        previous = later;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_times), cmocka_unit_test(bad_times), cmocka_unit_test(bounded),
        cmocka_unit_test(months),     cmocka_unit_test(every_day),
    };

    return cmocka_run_group_tests_name("ldaptime", tests, NULL, NULL);
}
