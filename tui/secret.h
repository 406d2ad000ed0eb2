/* SPDX-License-Identifier: MIT */
#ifndef SECRET_H
#define SECRET_H

/*
 * The only memory of the terminal program in which passwords lie: a few pages of their own, locked,
 * left out of core dumps, between guard pages. Slots are never moved nor copied by the allocator.
 */

#include <stdbool.h>

#include "matkhau/secret.h"

/* How many passwords can be held at once. */
#define SECRETS_MAX 120

/* Maps and locks the pages. False, with errno, when there is no memory for them. */
bool secret_start(void);

/* An empty password in locked memory, or NULL when all SECRETS_MAX slots are taken. */
struct mk_password *secret_new(void);

/* Wipes `secret` and gives its slot back. NULL is allowed. */
void secret_free(struct mk_password *secret);

/* Wipes every slot; those taken stay taken and are empty. Safe in any state. */
void secret_wipe_all(void);

/* Overwrites `to` by `from`. */
void secret_copy(struct mk_password *to, const struct mk_password *from);

/* Whether both are the same, in a time that does not depend on where they differ. */
bool secret_equal(const struct mk_password *a, const struct mk_password *b);

#endif
