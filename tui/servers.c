/* SPDX-License-Identifier: MIT */
#include "servers.h"

#define HOUR_MS 3600000

uint64_t servers_person(const char *login)
{
    uint64_t hash = UINT64_C(14695981039346656037);

    for (; *login != '\0'; login++)
        hash = (hash ^ (unsigned char)*login) * UINT64_C(1099511628211);
    return hash;
}

static bool is_within(int64_t when_ms, int64_t now_ms, int64_t limit_ms)
{
    return when_ms != 0 && now_ms - when_ms < limit_ms;
}

void servers_failed(struct servers *servers, uint32_t mask, int64_t now_ms)
{
    for (uint32_t i = 0; i < MK_URIS_MAX; i++)
        if ((mask >> i & 1) != 0)
            servers->failed_ms[i] = now_ms;
}

void servers_took(struct servers *servers, uint32_t server, uint64_t person, bool behind,
                  int64_t now_ms)
{
    servers->took_ms = now_ms;
    servers->taker = server;
    servers->changer = person;
    servers->taker_behind = behind;
    servers->failed_ms[server % MK_URIS_MAX] = 0;
}

void servers_tell(const struct servers *servers, struct mk_request_directory *request,
                  int64_t now_ms)
{
    for (uint32_t i = 0; i < request->uris; i++)
        if (is_within(servers->failed_ms[i], now_ms, SERVERS_FAILED_MS))
            request->avoid |= UINT32_C(1) << i;
    if (is_within(servers->took_ms, now_ms, SERVERS_BEHIND_MS) && servers->taker < request->uris)
        request->first = servers->taker;
}

bool servers_may_be_behind(const struct servers *servers, uint32_t server, uint64_t person,
                           int64_t now_ms)
{
    return servers->changer == person && (server != servers->taker || servers->taker_behind) &&
           is_within(servers->took_ms, now_ms, SERVERS_BEHIND_MS);
}

bool servers_try(struct servers_tries *tries, uint64_t person, int64_t now_ms)
{
    int free = -1;
    int used = 0;

    for (int i = 0; i < SERVERS_TRIES_REMEMBERED; i++) {
        if (!is_within(tries->last[i].when_ms, now_ms, HOUR_MS))
            free = i;
        else if (tries->last[i].person == person)
            used++;
    }
    /* No room means very many outcomes unknown within the hour: then nobody's is looked up. */
    if (used >= SERVERS_TRIES || free < 0)
        return false;
    tries->last[free].person = person;
    tries->last[free].when_ms = now_ms;
    return true;
}
