/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "dates.h"

/* 2026-11-22 14:03:00 in Vietnam, seven hours ahead of UTC. */
#define NOW INT64_C(1795330980)

static void shows_local_time(void **state)
{
    char text[DATES_TEXT_MAX];

    (void)state;
    dates_minute(text, NOW);
    assert_string_equal(text, "22/11/2026 14:03");
    dates_day(text, NOW);
    assert_string_equal(text, "22/11/2026");
    dates_clock(text, NOW);
    assert_string_equal(text, "14:03");
    /* Seven in the evening UTC is the next day already. */
    dates_day(text, INT64_C(1795374000));
    assert_string_equal(text, "23/11/2026");
}

static void says_until_without_the_day_on_the_same_day(void **state)
{
    char text[DATES_TEXT_MAX];

    (void)state;
    dates_until(text, NOW + 600, NOW);
    assert_string_equal(text, "14:13");
    dates_until(text, NOW + 86400, NOW);
    assert_string_equal(text, "14:03 23/11/2026");
}

static void counts_calendar_days(void **state)
{
    /* Midnight is at 17:00 UTC. */
    const int64_t midnight = NOW - (14 * 60 + 3) * 60;

    (void)state;
    assert_int_equal(dates_days(NOW, NOW), 0);
    assert_int_equal(dates_days(NOW, midnight), 0);
    assert_int_equal(dates_days(NOW, midnight - 1), -1);
    assert_int_equal(dates_days(NOW, midnight + 86399), 0);
    assert_int_equal(dates_days(NOW, midnight + 86400), 1);
    assert_int_equal(dates_days(NOW, NOW + 90 * INT64_C(86400)), 90);
    assert_int_equal(dates_days(NOW, NOW - 400 * INT64_C(86400)), -400);
    /* Over a leap day: 1 Feb 2028 to 1 Mar 2028. */
    assert_int_equal(dates_days(INT64_C(1832958000), INT64_C(1832958000) + 29 * INT64_C(86400)),
                     29);
    /* Past 2038, and far past. */
    assert_int_equal(dates_days(NOW, NOW + 36525 * INT64_C(86400)), 36525);
}

static void survives_times_no_calendar_has(void **state)
{
    char text[DATES_TEXT_MAX];

    (void)state;
    dates_day(text, INT64_MAX);
    assert_string_equal(text, "?");
    (void)dates_days(INT64_MIN + 1, INT64_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shows_local_time),
        cmocka_unit_test(says_until_without_the_day_on_the_same_day),
        cmocka_unit_test(counts_calendar_days),
        cmocka_unit_test(survives_times_no_calendar_has),
    };

    setenv("TZ", "<+07>-7", 1);
    tzset();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
