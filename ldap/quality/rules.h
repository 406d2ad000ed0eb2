/* SPDX-License-Identifier: MIT */
#ifndef RULES_H
#define RULES_H

/* From libpwquality's codes and cracklib's reasons to the closed list of rules. Pure. */

#include <stdint.h>

#include "matkhau/quality.h"

/*
 * What `code` (PWQ_ERROR_* of pwquality.h, or a score from 0) means. `auxiliary` is what
 * pwquality_check(3) left: a number in a pointer's clothes, cracklib's English reason, or NULL.
 * `*number` becomes what the rule asks for, 0 where it has no number.
 */
enum mk_rule rules_map(int code, const void *auxiliary, int32_t *number);

#endif
