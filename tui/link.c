/* SPDX-License-Identifier: MIT */
#include "link.h"

#include <assert.h>

void link_add(struct link *link, enum ask_kind kind, int system)
{
    assert(link->count < LINK_ASKS_MAX);
    link->asks[link->count++] = (struct ask){.kind = kind, .system = system, .id = ++link->last_id};
}

struct ask link_take(struct link *link)
{
    struct ask taken = link->asks[0];

    assert(link->count > 0);
    link->count--;
    memmove(link->asks, link->asks + 1, (size_t)link->count * sizeof link->asks[0]);
    link->asked = false;
    return taken;
}

void link_stop(struct link *link)
{
    worker_stop(&link->worker);
    link->count = 0;
    link->asked = false;
    link->bound = false;
    link->read_again = false;
    link->pinned = false;
}
