// SPDX-License-Identifier: MIT

/* What an operator of a helpdesk is shown: never free for what is only not seen. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ldaptime.h"
#include "standing.h"

#define NOW INT64_C(1795356185) /* 2026-11-22 14:03:05 UTC */

struct look {
    struct standing_facts facts;
    struct standing_policy policy;
};

/* A server that hides nothing, and a policy of five tries within ten minutes. */
static struct look open_server(void)
{
    struct look look = {
        .facts = standing_no_facts(),
        .policy = {.read = true,
                   .lockout = true,
                   .must_change = true,
                   .lockout_duration = 900,
                   .max_failure = 5,
                   .failure_interval = 600},
    };

    look.facts.changed = NOW - 100;
    for (int i = 0; i < STANDING_SIGNS; i++)
        look.facts.seen[i] = true;
    return look;
}

static struct mk_view view_of(const struct look *look)
{
    const struct standing_rule rule = {.unit = MK_AGE_NONE};
    const struct standing_server said = standing_no_server();
    struct mk_account account = standing_of(3, &look->facts, &look->policy, &rule, &said, NOW);

    return standing_view(&account, &look->facts, &look->policy, NOW);
}

static void nothing_wrong(void **state)
{
    struct look look = open_server();
    struct mk_view view;

    (void)state;
    memcpy(look.facts.version, "what is held", sizeof "what is held");
    view = view_of(&look);
    assert_int_equal(view.account.system, 3);
    assert_int_equal(view.lock, MK_NOT_LOCKED);
    assert_int_equal(view.must_change, MK_NO);
    assert_int_equal(view.failures, 0);
    assert_int_equal(view.failures_allowed, 5);
    assert_true(view.locked == MK_TIME_UNKNOWN);
    assert_true(view.failed == MK_TIME_UNKNOWN);
    assert_true(view.logged_in == MK_TIME_UNKNOWN);
    assert_string_equal(view.version, "what is held");
    assert_string_equal(view.dn, "");
}

static void not_seen_is_not_free(void **state)
{
    struct look look = open_server();
    struct mk_view view;

    (void)state;
    for (int i = 0; i < STANDING_SIGNS; i++)
        look.facts.seen[i] = false;
    view = view_of(&look);
    assert_int_equal(view.lock, MK_LOCK_UNSEEN);
    assert_int_equal(view.must_change, MK_NOT_KNOWN);
    assert_int_equal(view.failures, MK_COUNT_UNKNOWN);
    /* A lock that is there is one, whatever else is hidden. */
    look.facts.locked = NOW - 60;
    view = view_of(&look);
    assert_int_equal(view.lock, MK_LOCK_TIMED);
    assert_true(view.locked == NOW - 60);
    assert_true(view.account.until == NOW + 840);
    look.facts.locked = LDAPTIME_YEAR_ZERO;
    view = view_of(&look);
    assert_int_equal(view.lock, MK_LOCK_FOR_GOOD);
    assert_true(view.locked == MK_TIME_UNKNOWN);
}

static void a_lock_that_is_over(void **state)
{
    struct look look = open_server();

    (void)state;
    look.facts.locked = NOW - 900;
    assert_int_equal(view_of(&look).lock, MK_NOT_LOCKED);
    look.facts.locked = NOW - 899;
    assert_int_equal(view_of(&look).lock, MK_LOCK_TIMED);
    look.policy.lockout = false;
    assert_int_equal(view_of(&look).lock, MK_NOT_LOCKED);
    assert_int_equal(view_of(&look).failures_allowed, 0);
    /* Without the policy nobody can tell when it ends. */
    look.facts.locked = NOW - 90000;
    look.policy = (struct standing_policy){.read = false};
    assert_int_equal(view_of(&look).lock, MK_LOCK_TIMED);
    assert_true(view_of(&look).account.until == MK_TIME_UNKNOWN);
    assert_int_equal(view_of(&look).failures_allowed, MK_COUNT_UNKNOWN);
}

static void must_it_be_changed(void **state)
{
    static const struct {
        bool reset, seen, demands, read, rule;
        uint32_t answer;
    } all[] = {
        {false, true, false, true, true, MK_NO},
        {false, false, false, true, true, MK_NOT_KNOWN},
        {true, true, false, true, true, MK_YES},
        {true, true, false, true, false, MK_NO},
        {true, true, false, false, false, MK_NOT_KNOWN},
        {true, false, true, false, false, MK_YES},
        {true, true, true, true, false, MK_YES},
        {false, true, true, true, true, MK_NO},
    };

    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct look look = open_server();
        look.facts.reset = all[i].reset;
        look.facts.seen[STANDING_RESET] = all[i].seen;
        look.facts.reset_demands = all[i].demands;
        look.policy.read = all[i].read;
        look.policy.must_change = all[i].rule;
        assert_int_equal(view_of(&look).must_change, all[i].answer);
    }
}

static void wrong_passwords_by_their_times(void **state)
{
    struct look look = open_server();

    (void)state;
    look.facts.failed_at[0] = NOW - 30;
    look.facts.failed_at[1] = NOW - 599;
    look.facts.failed_at[2] = NOW - 600;
    look.facts.failed_times = 3;
    assert_int_equal(view_of(&look).failures, 2);
    assert_true(view_of(&look).failed == NOW - 30);
    look.policy.failure_interval = 0;
    assert_int_equal(view_of(&look).failures, 3);
    look.policy = (struct standing_policy){.read = false};
    assert_int_equal(view_of(&look).failures, MK_COUNT_UNKNOWN);
    assert_true(view_of(&look).failed == NOW - 30);
    look.facts.failed_times = 0;
    assert_int_equal(view_of(&look).failures, 0);
}

static void wrong_passwords_by_a_count(void **state)
{
    struct look look = open_server();

    (void)state;
    look.facts.counted = 4;
    assert_int_equal(view_of(&look).failures, 4);
    look.facts.counted_until = NOW + 1;
    assert_int_equal(view_of(&look).failures, 4);
    look.facts.counted_until = NOW;
    assert_int_equal(view_of(&look).failures, 0);
    look.facts.counted_until = MK_TIME_UNKNOWN;
    look.facts.counted = -1;
    assert_int_equal(view_of(&look).failures, MK_COUNT_UNKNOWN);
    look.facts.counted = INT64_MAX;
    assert_int_equal(view_of(&look).failures, MK_COUNT_UNKNOWN);
    /* Who may not see the count cannot tell a lock that follows from it. */
    look.facts.counted = MK_TIME_UNKNOWN;
    look.facts.lock_by_count = true;
    look.facts.seen[STANDING_FAILURES] = false;
    assert_int_equal(view_of(&look).lock, MK_LOCK_UNSEEN);
    look.policy.max_failure = -1;
    assert_int_equal(view_of(&look).failures_allowed, MK_COUNT_UNKNOWN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_wrong),
        cmocka_unit_test(not_seen_is_not_free),
        cmocka_unit_test(a_lock_that_is_over),
        cmocka_unit_test(must_it_be_changed),
        cmocka_unit_test(wrong_passwords_by_their_times),
        cmocka_unit_test(wrong_passwords_by_a_count),
    };

    return cmocka_run_group_tests_name("view", tests, NULL, NULL);
}
