/* SPDX-License-Identifier: MIT */
#ifndef BIND_H
#define BIND_H

/* The simple bind (RFC 4513, 5.1.3) with the password policy control. */

#include <stdbool.h>
#include <stdint.h>

#include "connection.h"
#include "matkhau/message.h"
#include "matkhau/result.h"
#include "matkhau/secret.h"
#include "standing.h"

struct bind_answer {
    enum mk_result result;
    int32_t ldap_code; /* with MK_SERVER_REFUSED */
    bool sent;         /* the password has gone out */
    enum mk_forced must_change;
    struct standing_server said;
};

/*
 * One bind as `name`, a DN or what else the server takes for one, answered within `operation_ms`.
 * The result code decides, then the control, then what the kind has of its own:
 *   MK_OK              must_change and said tell more
 *   MK_EMPTY_PASSWORD  nothing was sent
 *   MK_CREDENTIALS     code 49 without a policy error
 *   MK_ACCOUNT_LOCKED, MK_ACCOUNT_EXPIRED, MK_ACCOUNT_DISABLED, MK_ACCOUNT_ENDED, MK_SERVER_BUSY,
 *   MK_SERVER_REFUSED
 *   MK_LOST            no answer; the password had been sent
 * After anything but MK_OK the caller closes the connection: slapd 2.5 keeps the connection of an
 * expired account authenticated. The caller wipes the password.
 */
struct bind_answer bind_simple(const struct verified *server, const char *name,
                               struct mk_password *password, uint32_t operation_ms);

#endif
