// SPDX-License-Identifier: MIT
/* Which server is asked, in which order and for how long. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "route.h"

#define NOW INT64_C(1000000)

static struct mk_request_directory directory(uint32_t uris, uint32_t log_in_uris, uint32_t writable)
{
    return (struct mk_request_directory){.uris = uris,
                                         .log_in_uris = log_in_uris,
                                         .writable = writable,
                                         .server_ms = 3500,
                                         .operation_ms = 5000,
                                         .total_ms = 10000};
}

static struct route begun(const struct mk_request_directory *d, int64_t now)
{
    struct route route;

    route_start(&route, d, now);
    route_begin(&route, d, now);
    return route;
}

/* The order as decimal digits, the first server the highest: 21 is server 2, then 1. */
static uint32_t order(const struct route *route, const struct mk_request_directory *d,
                      enum route_purpose purpose, int64_t now)
{
    uint32_t list[MK_URIS_MAX];
    uint32_t n = route_order(route, d, purpose, now, list);
    uint32_t number = 0;

    for (uint32_t i = 0; i < n; i++)
        number = number * 10 + list[i] + 1;
    return number;
}

static void as_configured(void **state)
{
    struct mk_request_directory d = directory(4, 3, 0x9);
    struct route route = begun(&d, NOW);

    (void)state;
    assert_int_equal(order(&route, &d, ROUTE_READ, NOW), 123);
    assert_int_equal(order(&route, &d, ROUTE_WRITE, NOW), 14);
    route.read_only = 1;
    assert_int_equal(order(&route, &d, ROUTE_WRITE, NOW), 4);
    assert_int_equal(order(&route, &d, ROUTE_READ, NOW), 123);
}

static void first_and_only(void **state)
{
    struct mk_request_directory d = directory(4, 3, 0x9);
    struct route route;

    (void)state;
    d.first = 3; /* not one for log-ins, but it took the last change */
    route = begun(&d, NOW);
    assert_int_equal(order(&route, &d, ROUTE_READ, NOW), 4123);
    assert_int_equal(order(&route, &d, ROUTE_WRITE, NOW), 41);
    d.only = 1;
    assert_int_equal(order(&route, &d, ROUTE_READ, NOW), 4);
    assert_int_equal(order(&route, &d, ROUTE_WRITE, NOW), 4);
    route_failed(&route, 3, MK_SILENT, NOW);
    assert_int_equal(order(&route, &d, ROUTE_READ, NOW), 0);
}

/* Once in a request; in the next one it comes last, and after a while it is forgotten. */
static void failures_are_remembered(void **state)
{
    struct mk_request_directory d = directory(3, 3, 0x7);
    struct route route = begun(&d, NOW);

    (void)state;
    route_failed(&route, 0, MK_UNREACHABLE, NOW);
    assert_int_equal(order(&route, &d, ROUTE_READ, NOW), 23);
    route_begin(&route, &d, NOW + 100);
    assert_int_equal(order(&route, &d, ROUTE_READ, NOW + 100), 231);
    assert_int_equal(order(&route, &d, ROUTE_READ, NOW + ROUTE_REMEMBERED_MS), 123);
    route_works(&route, 0);
    assert_int_equal(order(&route, &d, ROUTE_READ, NOW + 100), 123);
    d.avoid = 0x3;
    route = begun(&d, NOW);
    assert_int_equal(order(&route, &d, ROUTE_READ, NOW), 312);
}

static void most_telling(void **state)
{
    struct mk_request_directory d = directory(4, 4, 0xf);
    struct route route = begun(&d, NOW);

    (void)state;
    assert_int_equal(route.why, MK_OK);
    route_failed(&route, 0, MK_UNREACHABLE, NOW);
    route_failed(&route, 1, MK_CERT_NAME, NOW);
    route_failed(&route, 2, MK_SILENT, NOW);
    assert_int_equal(route.why, MK_UNREACHABLE);
    assert_int_equal(route.worst, MK_CERT_NAME);
    assert_int_equal(route.worst_server, 1);
    assert_int_equal(route.tried, 0x7);
    route_begin(&route, &d, NOW);
    assert_int_equal(route.tried, 0);
    assert_int_equal(route.worst, MK_OK);
}

/* However many are silent, the last one gets its time, and there is some left to log in. */
static void time_is_shared(void **state)
{
    (void)state;
    for (uint32_t uris = 1; uris <= MK_URIS_MAX; uris++) {
        struct mk_request_directory d = directory(uris, uris, 1);
        struct route route = begun(&d, NOW);
        int64_t now = NOW;
        for (uint32_t i = 0; i < uris; i++) {
            uint32_t share = route_share(&route, &d, now, uris - i);
            assert_in_range(share, 1000, 3500);
            now += share;
        }
        assert_in_range(now - NOW, 1, 8500);
    }
}

/* What a server that refused at once has left over goes to those behind it. */
static void time_is_passed_on(void **state)
{
    struct mk_request_directory d = directory(8, 8, 1);
    struct route route = begun(&d, NOW);

    (void)state;
    assert_in_range(route_share(&route, &d, NOW, 8), 1000, 1100);
    assert_int_equal(route_share(&route, &d, NOW, 2), 3500);
    assert_in_range(route_share(&route, &d, NOW + 9990, 1), 1, 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_configured),           cmocka_unit_test(first_and_only),
        cmocka_unit_test(failures_are_remembered), cmocka_unit_test(most_telling),
        cmocka_unit_test(time_is_shared),          cmocka_unit_test(time_is_passed_on),
    };

    return cmocka_run_group_tests_name("route", tests, NULL, NULL);
}
