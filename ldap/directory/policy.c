// SPDX-License-Identifier: MIT
#include "policy.h"

#include <string.h>
#include <strings.h>

struct policy *policies_get(struct policies *policies, const char *dn)
{
    size_t length = strlen(dn);
    struct policy *p;

    if (length == 0 || length > MK_DN_MAX)
        return NULL;
    for (unsigned i = 0; i < policies->count; i++)
        if (strcasecmp(policies->list[i].dn, dn) == 0)
            return &policies->list[i];
    if (policies->count == POLICIES_MAX)
        return NULL;
    p = &policies->list[policies->count++];
    *p = (struct policy){.state = POLICY_NEW};
    memcpy(p->dn, dn, length + 1);
    return p;
}

struct policy *policies_by_message(struct policies *policies, int message)
{
    for (unsigned i = 0; i < policies->count; i++)
        if (policies->list[i].state == POLICY_ASKED && policies->list[i].message == message)
            return &policies->list[i];
    return NULL;
}

void policies_forget(struct policies *policies)
{
    policies->count = 0;
}

void policies_tidy(struct policies *policies)
{
    if (policies->count > POLICIES_MAX / 2)
        policies_forget(policies);
    for (unsigned i = 0; i < policies->count; i++)
        if (policies->list[i].state == POLICY_ASKED)
            policies->list[i].state = POLICY_NEW;
}
