/* SPDX-License-Identifier: MIT */
/* What is remembered of servers between two workers, and for how long. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "servers.h"

#define NOW INT64_C(5000000)

static struct mk_request_directory told(const struct servers *servers, int64_t now_ms)
{
    struct mk_request_directory request = {.uris = 3, .log_in_uris = 3, .writable = 7};

    servers_tell(servers, &request, now_ms);
    return request;
}

static void failures_are_told_for_a_minute(void **state)
{
    struct servers servers = {.took_ms = 0};

    (void)state;
    assert_int_equal(told(&servers, NOW).avoid, 0);
    servers_failed(&servers, 0x5, NOW);
    assert_int_equal(told(&servers, NOW).avoid, 0x5);
    assert_int_equal(told(&servers, NOW + SERVERS_FAILED_MS - 1).avoid, 0x5);
    assert_int_equal(told(&servers, NOW + SERVERS_FAILED_MS).avoid, 0);
}

static void who_took_a_change_is_first(void **state)
{
    struct servers servers = {.took_ms = 0};

    (void)state;
    assert_int_equal(told(&servers, NOW).first, 0);
    servers_failed(&servers, 0x4, NOW);
    servers_took(&servers, 2, 1, false, NOW);
    assert_int_equal(told(&servers, NOW).first, 2);
    assert_int_equal(told(&servers, NOW).avoid, 0);
    assert_int_equal(told(&servers, NOW + SERVERS_BEHIND_MS).first, 0);
}

static void others_may_be_behind(void **state)
{
    struct servers servers = {.took_ms = 0};
    uint64_t an = servers_person("nguyenvanan");

    (void)state;
    assert_false(servers_may_be_behind(&servers, 0, an, NOW));
    servers_took(&servers, 1, an, false, NOW);
    assert_true(servers_may_be_behind(&servers, 0, an, NOW + SERVERS_BEHIND_MS - 1));
    assert_false(servers_may_be_behind(&servers, 0, an, NOW + SERVERS_BEHIND_MS));
    assert_false(servers_may_be_behind(&servers, 1, an, NOW));
    assert_false(servers_may_be_behind(&servers, 0, servers_person("tranthihoa"), NOW));
    /* One that passes changes on to another may not have heard of them itself. */
    servers_took(&servers, 1, an, true, NOW);
    assert_true(servers_may_be_behind(&servers, 1, an, NOW));
}

static void two_tries_an_hour(void **state)
{
    struct servers_tries tries = {.last = {{0, 0}}};

    (void)state;
    assert_true(servers_try(&tries, 1, NOW));
    assert_true(servers_try(&tries, 1, NOW + 1));
    assert_false(servers_try(&tries, 1, NOW + 2));
    assert_true(servers_try(&tries, 2, NOW + 2));
    assert_false(servers_try(&tries, 1, NOW + 3599999));
    assert_true(servers_try(&tries, 1, NOW + 3600000));
    assert_false(servers_try(&tries, 1, NOW + 3600000));
}

/* Room for sixteen people; who comes after them is not looked up at all. */
static void room_is_bounded(void **state)
{
    struct servers_tries tries = {.last = {{0, 0}}};

    (void)state;
    for (uint64_t i = 0; i < SERVERS_TRIES_REMEMBERED; i++)
        assert_true(servers_try(&tries, i, NOW));
    assert_false(servers_try(&tries, 1000, NOW));
    assert_true(servers_try(&tries, 1000, NOW + 3600000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(failures_are_told_for_a_minute),
        cmocka_unit_test(who_took_a_change_is_first),
        cmocka_unit_test(others_may_be_behind),
        cmocka_unit_test(two_tries_an_hour),
        cmocka_unit_test(room_is_bounded),
    };

    return cmocka_run_group_tests_name("servers", tests, NULL, NULL);
}
