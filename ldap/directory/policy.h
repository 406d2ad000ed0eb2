/* SPDX-License-Identifier: MIT */
#ifndef POLICY_H
#define POLICY_H

/* The policies that the accounts of one person are under; each is asked for once and kept. */

#include <stdbool.h>

#include "matkhau/message.h"
#include "standing.h"

/* One for each account, the person's own and the default one. */
#define POLICIES_MAX (MK_SYSTEMS_MAX + 2)

enum policy_state { POLICY_NEW, POLICY_ASKED, POLICY_ANSWERED };

struct policy {
    char dn[MK_DN_MAX + 1];
    enum policy_state state;
    int message; /* id of the search, with POLICY_ASKED */
    struct standing_policy rules;
};

struct policies {
    unsigned count;
    struct policy list[POLICIES_MAX];
};

/*
 * The policy with that DN, a new one where it is not there yet. NULL when there is no room, or for
 * "". Pointers into the list stay good until policies_forget.
 */
struct policy *policies_get(struct policies *policies, const char *dn);

/* The policy that is asked for with that message id, or NULL. */
struct policy *policies_by_message(struct policies *policies, int message);

/* Forgets all of them: somebody else may see others. */
void policies_forget(struct policies *policies);

/* Forgets searches that will never be answered, and everything when there is little room left. */
void policies_tidy(struct policies *policies);

#endif
