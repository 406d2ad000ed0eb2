// SPDX-License-Identifier: MIT
#include "groups.h"

#include <stdio.h>
#include <string.h>

static void add(struct groups_asked *asked, const char *base, const char *filter)
{
    asked->questions[asked->count++] =
        (struct question){.base = base, .filter = filter, .message = -1};
}

static void add_all(struct groups_asked *asked, const struct group groups[MK_GROUPS_MAX])
{
    (void)snprintf(asked->no_member, sizeof asked->no_member, "(!%s)", asked->member);
    for (unsigned i = 0; i < MK_GROUPS_MAX; i++) {
        if (!groups[i].there)
            continue;
        add(asked, groups[i].dn, asked->member);
        add(asked, groups[i].dn, asked->no_member);
    }
}

void groups_ask_filter(struct groups_asked *asked, const struct group groups[MK_GROUPS_MAX],
                       const char *filter)
{
    asked->count = 0;
    (void)snprintf(asked->member, sizeof asked->member, "%s", filter);
    add_all(asked, groups);
}

void groups_ask(struct groups_asked *asked, const struct group groups[MK_GROUPS_MAX],
                const char *member_filter, const struct person *person)
{
    asked->count = 0;
    if (person->login[0] == '\0' || person->dn[0] == '\0' ||
        !person_filter(person, member_filter, asked->member))
        return;
    add_all(asked, groups);
}

void groups_told(const struct groups_asked *asked, const struct group groups[MK_GROUPS_MAX],
                 uint64_t *member, uint64_t *unread)
{
    unsigned n = 0;

    *member = *unread = 0;
    for (unsigned i = 0; i < MK_GROUPS_MAX; i++) {
        uint64_t bit = UINT64_C(1) << i;
        if (!groups[i].there)
            continue;
        if (n >= asked->count) {
            *unread |= bit;
            continue;
        }
        if (asked->questions[n].yes)
            *member |= bit;
        else if (!asked->questions[n + 1].yes)
            *unread |= bit;
        n += 2;
    }
}
