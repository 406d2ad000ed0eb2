/* SPDX-License-Identifier: MIT */
#ifndef AD_RULES_H
#define AD_RULES_H

/* Why Active Directory has refused a new password. */

#include <stdint.h>

#include "answer.h"
#include "connection.h"
#include "matkhau/result.h"
#include "matkhau/secret.h"

/* The meaning of an answer; MK_SOME_RULE where it says no more than that. */
enum mk_result ad_rules_refusal(const struct answer *answer);

/*
 * Which rule it is with `result` MK_SOME_RULE, as the answer names it or else by what can be read,
 * within `operation_ms` for each of two searches; any other `result` as it is.
 */
enum mk_result ad_rules_which(const struct verified *server, const char *dn,
                              const struct mk_password *password, const struct answer *answer,
                              enum mk_result result, uint32_t operation_ms);

#endif
