// SPDX-License-Identifier: MIT
#include "route.h"

/* What is kept for the bind and the search behind it: a part of the whole time. */
#define KEPT_PERCENT 15

/* No server answers a handshake over a slow line in less. */
#define SHARE_MIN_MS 200

static uint32_t bit(uint32_t server)
{
    return UINT32_C(1) << server;
}

/* How much a failure tells the person who has to repair it. */
static int telling(enum mk_result result)
{
    switch (result) {
    case MK_CERT_UNTRUSTED:
    case MK_CERT_SELF_SIGNED:
    case MK_CERT_NAME:
    case MK_CERT_COMMON_NAME:
    case MK_CERT_EXPIRED:
    case MK_CERT_NOT_YET:
    case MK_CA_FILE:
        return 6;
    case MK_TLS_REFUSED:
    case MK_TLS_OLD:
    case MK_TLS_PLAIN_PORT:
    case MK_TLS_CLEAR_TEXT:
    case MK_TLS_FAILED:
        return 5;
    case MK_SERVER_BUSY:
        return 4;
    case MK_SILENT:
        return 3;
    case MK_UNREACHABLE:
        return 2;
    case MK_OK:
        return 0;
    default:
        return 1;
    }
}

void route_start(struct route *route, const struct mk_request_directory *directory, int64_t now)
{
    *route = (struct route){.first = directory->first};
    for (uint32_t i = 0; i < directory->uris; i++)
        if ((directory->avoid & bit(i)) != 0)
            route->failed_ms[i] = now;
}

void route_begin(struct route *route, const struct mk_request_directory *directory, int64_t now)
{
    route->deadline = now + directory->total_ms;
    route->tried = 0;
    route->why = MK_OK;
    route->worst = MK_OK;
}

static bool failed_lately(const struct route *route, uint32_t server, int64_t now)
{
    return route->failed_ms[server] != 0 && now < route->failed_ms[server] + ROUTE_REMEMBERED_MS;
}

static uint32_t candidates(const struct route *route, const struct mk_request_directory *directory,
                           enum route_purpose purpose)
{
    const uint32_t read = bit(directory->log_in_uris) - 1;
    uint32_t set = purpose == ROUTE_WRITE ? directory->writable & ~route->read_only : read;

    if (purpose == ROUTE_READ && route->first < directory->uris)
        set |= bit(route->first);
    if (directory->only != 0)
        set &= bit(directory->first);
    return set & ~route->tried;
}

bool route_has(const struct route *route, const struct mk_request_directory *directory,
               enum route_purpose purpose)
{
    return candidates(route, directory, purpose) != 0;
}

void route_read_only(struct route *route, uint32_t server)
{
    route->read_only |= bit(server);
}

uint32_t route_order(const struct route *route, const struct mk_request_directory *directory,
                     enum route_purpose purpose, int64_t now, uint32_t *order)
{
    uint32_t set = candidates(route, directory, purpose);
    uint32_t n = 0;

    if (route->first < directory->uris && (set & bit(route->first)) != 0 &&
        !failed_lately(route, route->first, now)) {
        order[n++] = route->first;
        set &= ~bit(route->first);
    }
    for (int lately = 0; lately <= 1; lately++)
        for (uint32_t i = 0; i < directory->uris; i++)
            if ((set & bit(i)) != 0 && failed_lately(route, i, now) == (lately != 0))
                order[n++] = i;
    return n;
}

uint32_t route_share(const struct route *route, const struct mk_request_directory *directory,
                     int64_t now, uint32_t servers)
{
    int64_t left = route->deadline - now - (int64_t)directory->total_ms * KEPT_PERCENT / 100;
    int64_t share = left / (servers > 0 ? servers : 1);

    if (share < SHARE_MIN_MS)
        share = SHARE_MIN_MS;
    return share < directory->server_ms ? (uint32_t)share : directory->server_ms;
}

void route_failed(struct route *route, uint32_t server, enum mk_result why, int64_t now)
{
    route->failed_ms[server] = now;
    route->tried |= bit(server);
    if (route->why == MK_OK)
        route->why = why;
    if (telling(why) > telling(route->worst)) {
        route->worst = why;
        route->worst_server = server;
    }
}

void route_works(struct route *route, uint32_t server)
{
    route->failed_ms[server] = 0;
}
