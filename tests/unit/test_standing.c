// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ldaptime.h"
#include "standing.h"

#define DAY INT64_C(86400)
#define NOW INT64_C(1795356185) /* 2026-11-22 14:03:05 UTC */
#define UNKNOWN MK_TIME_UNKNOWN

/* One look; each test starts from a healthy account and changes what it is about. */
struct look {
    struct standing_facts facts;
    struct standing_policy policy;
    struct standing_rule rule;
    struct standing_server server;
    int64_t now;
};

static struct look healthy(void)
{
    struct look look = {
        .facts = standing_no_facts(),
        .policy = {.read = true,
                   .lockout = true,
                   .must_change = true,
                   .max_age = 90 * DAY,
                   .lockout_duration = 900},
        .rule = {.unit = MK_AGE_NONE, .warn_seconds = 14 * DAY},
        .server = standing_no_server(),
        .now = NOW,
    };

    look.facts.changed = NOW - 10 * DAY;
    return look;
}

static struct mk_account seen(const struct look *look)
{
    return standing_of(5, &look->facts, &look->policy, &look->rule, &look->server, look->now);
}

static void fine(void **state)
{
    struct look look = healthy();
    struct mk_account a = seen(&look);

    (void)state;
    assert_int_equal(a.system, 5);
    assert_int_equal(a.standing, MK_FINE);
    assert_int_equal(a.unknown, MK_KNOWN);
    assert_int_equal(a.reason, MK_REASON_POLICY);
    assert_int_equal(a.expires, NOW + 80 * DAY);
    assert_int_equal(a.changed, NOW - 10 * DAY);
    assert_int_equal(a.until, UNKNOWN);
    assert_int_equal(a.policy_unread, 0);
}

static void nothing_ends_it(void **state)
{
    struct look look = healthy();
    struct mk_account a;

    (void)state;
    look.policy.max_age = 0;
    a = seen(&look);
    assert_int_equal(a.standing, MK_FINE);
    assert_int_equal(a.expires, MK_TIME_NEVER);
    assert_int_equal(a.reason, MK_REASON_NONE);
}

static void edges_of_the_dates(void **state)
{
    struct look look = healthy();
    static const struct {
        int64_t left;
        enum mk_standing standing;
    } rows[] = {
        {14 * DAY + 1, MK_FINE}, {14 * DAY, MK_DUE_SOON}, {1, MK_DUE_SOON},
        {0, MK_DUE_SOON},        {-1, MK_EXPIRED},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        look.now = look.facts.changed + look.policy.max_age - rows[i].left;
        assert_int_equal(seen(&look).standing, rows[i].standing);
    }
    look.rule.warn_seconds = 0;
    look.now = look.facts.changed + look.policy.max_age - 1;
    assert_int_equal(seen(&look).standing, MK_FINE);
}

static void earliest_rule(void **state)
{
    struct look look = healthy();
    struct mk_account a;

    (void)state;
    look.rule.unit = MK_AGE_DAYS;
    look.rule.age = 60;
    a = seen(&look);
    assert_int_equal(a.reason, MK_REASON_MINISTRY);
    assert_int_equal(a.expires, NOW + 50 * DAY);
    look.server.expires = NOW + 5 * DAY;
    a = seen(&look);
    assert_int_equal(a.reason, MK_REASON_SERVER);
    assert_int_equal(a.expires, NOW + 5 * DAY);
    assert_int_equal(a.standing, MK_DUE_SOON);
    /* The same date from two rules is the server's. */
    look.server.expires = UNKNOWN;
    look.rule.age = 90;
    assert_int_equal(seen(&look).reason, MK_REASON_POLICY);
    look.rule.age = 100;
    assert_int_equal(seen(&look).reason, MK_REASON_POLICY);
}

static void calendar_months(void **state)
{
    struct look look = healthy();
    int64_t last_of_november;
    int64_t last_of_february;
    struct mk_account a;

    (void)state;
    assert_true(ldaptime_parse("20261130080000Z", 15, &last_of_november));
    assert_true(ldaptime_parse("20270228080000Z", 15, &last_of_february));
    look.policy.max_age = 0;
    look.rule.unit = MK_AGE_MONTHS;
    look.rule.age = 3;
    look.facts.changed = last_of_november;
    look.now = last_of_november;
    a = seen(&look);
    assert_int_equal(a.expires, last_of_february);
    assert_int_equal(a.reason, MK_REASON_MINISTRY);
    look.now = last_of_february;
    assert_int_equal(seen(&look).standing, MK_DUE_SOON);
    look.now = last_of_february + 1;
    assert_int_equal(seen(&look).standing, MK_OVERDUE);
}

/* Past the ministry's date the server still lets the person in; past its own it does not. */
static void overdue_and_expired(void **state)
{
    struct look look = healthy();
    struct mk_account a;

    (void)state;
    look.rule.unit = MK_AGE_DAYS;
    look.rule.age = 5;
    assert_int_equal(seen(&look).standing, MK_OVERDUE);
    look.facts.changed = NOW - 100 * DAY;
    a = seen(&look);
    assert_int_equal(a.standing, MK_EXPIRED);
    assert_int_equal(a.reason, MK_REASON_MINISTRY);
}

static void grace(void **state)
{
    struct look look = healthy();
    struct mk_account a;

    (void)state;
    look.facts.changed = NOW - 100 * DAY;
    look.policy.grace_limit = 3;
    a = seen(&look);
    assert_int_equal(a.standing, MK_GRACE);
    assert_int_equal(a.grace, 3);
    look.facts.grace_used = 2;
    assert_int_equal(seen(&look).grace, 1);
    look.facts.grace_used = 3;
    assert_int_equal(seen(&look).standing, MK_EXPIRED);
    look.facts.grace_used = 4000000000U;
    assert_int_equal(seen(&look).standing, MK_EXPIRED);
    look.facts.grace_used = 0;
    look.policy.grace_expiry = 9 * DAY;
    assert_int_equal(seen(&look).standing, MK_EXPIRED);
    look.policy.grace_expiry = 11 * DAY;
    assert_int_equal(seen(&look).standing, MK_GRACE);
}

/* The number of the bind's own control wins over what is counted in the entry. */
static void grace_by_server(void **state)
{
    struct look look = healthy();

    (void)state;
    look.server.grace = 2;
    assert_int_equal(seen(&look).standing, MK_GRACE);
    assert_int_equal(seen(&look).grace, 2);
    assert_int_equal(seen(&look).changeable, 0);
    look.server.grace = 0; /* the last one has let in whoever looks */
    assert_int_equal(seen(&look).standing, MK_EXPIRED);
    assert_int_equal(seen(&look).changeable, 1);
    look.policy = (struct standing_policy){.read = false};
    look.server.grace = 1;
    assert_int_equal(seen(&look).standing, MK_GRACE);
    look = healthy();
    look.policy.max_age = 0;
    look.policy.grace_limit = INT32_MAX;
    look.policy.grace_expiry = INT32_MAX;
    look.server.expires = NOW - 1;
    assert_int_equal(seen(&look).standing, MK_GRACE);
}

static void locks(void **state)
{
    struct look look = healthy();
    struct mk_account a;

    (void)state;
    look.facts.locked = NOW - 60;
    a = seen(&look);
    assert_int_equal(a.standing, MK_LOCKED);
    assert_int_equal(a.until, NOW + 840);
    assert_int_equal(a.expires, NOW + 80 * DAY);
    look.facts.locked = NOW - 899;
    assert_int_equal(seen(&look).standing, MK_LOCKED);
    look.facts.locked = NOW - 900;
    a = seen(&look);
    assert_int_equal(a.standing, MK_FINE);
    assert_int_equal(a.until, UNKNOWN);
    /* A server whose clock is ahead. */
    look.facts.locked = NOW + 30;
    assert_int_equal(seen(&look).standing, MK_LOCKED);
    look.policy.lockout_duration = 0;
    assert_int_equal(seen(&look).standing, MK_LOCKED_FOR_GOOD);
    look = healthy();
    look.facts.locked = LDAPTIME_YEAR_ZERO;
    assert_int_equal(seen(&look).standing, MK_LOCKED_FOR_GOOD);
    look.policy.lockout = false;
    assert_int_equal(seen(&look).standing, MK_FINE);
}

static void locks_without_policy(void **state)
{
    struct look look = healthy();
    struct mk_account a;

    (void)state;
    look.policy = (struct standing_policy){.read = false};
    look.facts.locked = NOW - 100 * DAY;
    a = seen(&look);
    assert_int_equal(a.standing, MK_LOCKED);
    assert_int_equal(a.until, UNKNOWN);
    look.facts.locked = LDAPTIME_YEAR_ZERO;
    assert_int_equal(seen(&look).standing, MK_LOCKED_FOR_GOOD);
}

static void disabled(void **state)
{
    struct look look = healthy();

    (void)state;
    look.facts.start = NOW + 1;
    assert_int_equal(seen(&look).standing, MK_DISABLED);
    look.facts.start = NOW;
    assert_int_equal(seen(&look).standing, MK_FINE);
    look = healthy();
    look.facts.end = NOW;
    assert_int_equal(seen(&look).standing, MK_DISABLED);
    look.facts.end = NOW + 1;
    assert_int_equal(seen(&look).standing, MK_FINE);
    look = healthy();
    look.policy.max_idle = 30 * DAY;
    assert_int_equal(seen(&look).standing, MK_FINE);
    look.facts.last_success = NOW - 30 * DAY - 1;
    assert_int_equal(seen(&look).standing, MK_DISABLED);
    look.facts.last_success = NOW - 30 * DAY;
    assert_int_equal(seen(&look).standing, MK_FINE);
    look.facts.last_success = NOW - 60 * DAY;
    look.policy.lockout = false;
    assert_int_equal(seen(&look).standing, MK_FINE);
}

static void must_change(void **state)
{
    struct look look = healthy();

    (void)state;
    look.facts.reset = true;
    assert_int_equal(seen(&look).standing, MK_MUST_CHANGE);
    look.policy.must_change = false;
    assert_int_equal(seen(&look).standing, MK_FINE);
    look.policy.read = false;
    assert_int_equal(seen(&look).standing, MK_MUST_CHANGE);
    look.facts.changed = UNKNOWN;
    assert_int_equal(seen(&look).standing, MK_MUST_CHANGE);
}

/* What is not known is never shown as fine. */
static void not_known(void **state)
{
    struct look look = healthy();
    struct mk_account a;

    (void)state;
    look.policy = (struct standing_policy){.read = false};
    a = seen(&look);
    assert_int_equal(a.standing, MK_UNKNOWN);
    assert_int_equal(a.unknown, MK_UNKNOWN_POLICY);
    assert_int_equal(a.expires, UNKNOWN);
    look.rule.unit = MK_AGE_DAYS;
    look.rule.age = 30;
    a = seen(&look);
    assert_int_equal(a.standing, MK_FINE);
    assert_int_equal(a.policy_unread, 1);
    assert_int_equal(a.expires, NOW + 20 * DAY);
    look.server.expires = NOW + DAY;
    a = seen(&look);
    assert_int_equal(a.reason, MK_REASON_SERVER);
    assert_int_equal(a.policy_unread, 0);
}

static void change_not_shown(void **state)
{
    struct look look = healthy();
    struct mk_account a;

    (void)state;
    look.facts.changed = UNKNOWN;
    look.rule.unit = MK_AGE_MONTHS;
    look.rule.age = 3;
    a = seen(&look);
    assert_int_equal(a.standing, MK_UNKNOWN);
    assert_int_equal(a.unknown, MK_UNKNOWN_NO_CHANGE);
    /* Even where nothing would end it: who hides the change may hide a lock. */
    look.rule.unit = MK_AGE_NONE;
    look.policy.max_age = 0;
    assert_int_equal(seen(&look).unknown, MK_UNKNOWN_NO_CHANGE);
    look.server.expires = NOW + DAY;
    assert_int_equal(seen(&look).standing, MK_DUE_SOON);
}

/* Of several, the worst; the order is that of enum mk_standing. */
static void worst_first(void **state)
{
    struct look look = healthy();

    (void)state;
    look.facts.locked = LDAPTIME_YEAR_ZERO;
    look.facts.end = NOW - DAY;
    look.facts.reset = true;
    look.facts.changed = NOW - 100 * DAY;
    assert_int_equal(seen(&look).standing, MK_LOCKED_FOR_GOOD);
    look.facts.locked = NOW - 1;
    assert_int_equal(seen(&look).standing, MK_LOCKED);
    look.facts.locked = UNKNOWN;
    assert_int_equal(seen(&look).standing, MK_DISABLED);
    look.facts.end = UNKNOWN;
    assert_int_equal(seen(&look).standing, MK_EXPIRED);
    look.policy.grace_limit = 1;
    assert_int_equal(seen(&look).standing, MK_GRACE);
    look.facts.changed = NOW - DAY;
    assert_int_equal(seen(&look).standing, MK_MUST_CHANGE);
}

/* The largest numbers a configuration and a server can give stay numbers. */
static void extremes(void **state)
{
    struct look look = healthy();

    (void)state;
    look.policy.max_age = INT32_MAX;
    look.policy.lockout_duration = INT32_MAX;
    look.facts.locked = INT64_C(253402300799);
    look.facts.changed = INT64_C(253402300799);
    look.rule.unit = MK_AGE_MONTHS;
    look.rule.age = UINT32_MAX;
    assert_int_equal(seen(&look).standing, MK_LOCKED);
    look.rule.unit = MK_AGE_DAYS;
    look.facts.locked = UNKNOWN;
    assert_int_equal(seen(&look).standing, MK_FINE);
}

/* Servers that give a date themselves, and no policy to compute one from. */
static void server_with_dates(void **state)
{
    struct look look = healthy();
    struct mk_account a;

    (void)state;
    look.policy = (struct standing_policy){.read = false};
    look.facts.changed = MK_TIME_UNKNOWN;
    look.facts.expires = NOW + 60 * DAY;
    a = seen(&look);
    assert_int_equal(a.standing, MK_FINE);
    assert_int_equal(a.reason, MK_REASON_SERVER);
    assert_int_equal(a.expires, NOW + 60 * DAY);
    assert_int_equal(a.change_unseen, 0);
    look.rule.unit = MK_AGE_MONTHS;
    look.rule.age = 3;
    assert_int_equal(seen(&look).change_unseen, 1);
    look.facts.changed = NOW - 80 * DAY;
    a = seen(&look);
    assert_int_equal(a.reason, MK_REASON_MINISTRY);
    assert_int_equal(a.standing, MK_DUE_SOON);
    assert_int_equal(a.policy_unread, 0);
    look.facts.expires = NOW - 1;
    assert_int_equal(seen(&look).standing, MK_EXPIRED);
    look.rule.unit = MK_AGE_NONE;
    look.facts.expires = MK_TIME_NEVER;
    a = seen(&look);
    assert_int_equal(a.standing, MK_FINE);
    assert_int_equal(a.expires, MK_TIME_NEVER);
    look.facts.disabled = true;
    assert_int_equal(seen(&look).standing, MK_DISABLED);
    look.facts.locked_until = NOW;
    assert_int_equal(seen(&look).standing, MK_DISABLED);
    look.facts.locked_until = NOW + 1;
    a = seen(&look);
    assert_int_equal(a.standing, MK_LOCKED);
    assert_int_equal(a.until, NOW + 1);
    look.facts.locked_until = MK_TIME_NEVER;
    a = seen(&look);
    assert_int_equal(a.standing, MK_LOCKED_FOR_GOOD);
    assert_int_equal(a.until, UNKNOWN);
}

/* Dates that are there and not in force (389 Directory Server). */
static void dates_not_in_force(void **state)
{
    struct look look = healthy();
    struct mk_account a;

    (void)state;
    look.facts.expires = NOW - 5 * DAY;
    assert_int_equal(seen(&look).standing, MK_EXPIRED);
    look.policy.dates_off = true;
    a = seen(&look);
    assert_int_equal(a.standing, MK_FINE);
    assert_int_equal(a.expires, MK_TIME_NEVER);
    look.policy = (struct standing_policy){.read = false};
    assert_int_equal(seen(&look).standing, MK_EXPIRED);
    /* The server has let it in since, and not by grace. */
    look.server.let_in = NOW;
    assert_int_equal(seen(&look).standing, MK_FINE);
    look.server.grace = 0;
    assert_int_equal(seen(&look).standing, MK_EXPIRED);
    look.server.grace = -1;
    look.facts.expires = NOW - DAY + 1; /* perhaps its clock is behind */
    assert_int_equal(seen(&look).standing, MK_EXPIRED);
    look.facts.expires = MK_TIME_NEVER;
    assert_int_equal(seen(&look).expires, MK_TIME_NEVER);
}

/* What is left of a lock after a reset, and what is one. */
static void locks_by_count(void **state)
{
    struct look look = healthy();

    (void)state;
    look.policy.max_failure = 3;
    look.facts.locked_until = NOW + 1;
    look.facts.failures = 2;
    assert_int_equal(seen(&look).standing, MK_FINE);
    look.facts.failures = 3;
    assert_int_equal(seen(&look).standing, MK_LOCKED);
    look.facts.locked_until = MK_TIME_NEVER;
    assert_int_equal(seen(&look).standing, MK_FINE); /* this policy unlocks by itself */
    look.policy.lockout_duration = 0;
    assert_int_equal(seen(&look).standing, MK_LOCKED_FOR_GOOD);
    look.policy.lockout = false;
    assert_int_equal(seen(&look).standing, MK_FINE);
    look.policy = (struct standing_policy){.read = false};
    look.facts.failures = 1;
    assert_int_equal(seen(&look).standing, MK_LOCKED_FOR_GOOD);
}

static void grace_that_nobody_sees(void **state)
{
    struct look look = healthy();
    struct mk_account a;

    (void)state;
    look.facts.expires = NOW - 1;
    look.facts.grace_hidden = true;
    look.facts.grace_used = 1;
    look.policy.grace_limit = 3;
    a = seen(&look);
    assert_int_equal(a.standing, MK_GRACE);
    assert_int_equal(a.grace, 2);
    look.policy.grace_limit = 1;
    a = seen(&look);
    assert_int_equal(a.standing, MK_EXPIRED);
    assert_int_equal(a.grace_unseen, 0);
    assert_int_equal(a.changeable, 0);
    look.policy = (struct standing_policy){.read = false};
    a = seen(&look);
    assert_int_equal(a.standing, MK_EXPIRED);
    assert_int_equal(a.grace_unseen, 1);
}

static void expired_and_still_changeable(void **state)
{
    struct look look = healthy();
    struct mk_account a;

    (void)state;
    look.facts.changeable = true;
    a = seen(&look);
    assert_int_equal(a.standing, MK_FINE);
    assert_int_equal(a.changeable, 0);
    look.facts.expires = NOW - 1;
    a = seen(&look);
    assert_int_equal(a.standing, MK_EXPIRED);
    assert_int_equal(a.changeable, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fine),
        cmocka_unit_test(nothing_ends_it),
        cmocka_unit_test(edges_of_the_dates),
        cmocka_unit_test(earliest_rule),
        cmocka_unit_test(calendar_months),
        cmocka_unit_test(overdue_and_expired),
        cmocka_unit_test(grace),
        cmocka_unit_test(grace_by_server),
        cmocka_unit_test(locks),
        cmocka_unit_test(locks_without_policy),
        cmocka_unit_test(disabled),
        cmocka_unit_test(must_change),
        cmocka_unit_test(not_known),
        cmocka_unit_test(change_not_shown),
        cmocka_unit_test(server_with_dates),
        cmocka_unit_test(dates_not_in_force),
        cmocka_unit_test(locks_by_count),
        cmocka_unit_test(grace_that_nobody_sees),
        cmocka_unit_test(worst_first),
        cmocka_unit_test(extremes),
        cmocka_unit_test(expired_and_still_changeable),
    };

    return cmocka_run_group_tests_name("standing", tests, NULL, NULL);
}
