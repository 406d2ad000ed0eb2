/* SPDX-License-Identifier: MIT */
#ifndef KPASSWD_H
#define KPASSWD_H

/*
 * Changing a password with the Kerberos password service, RFC 3244: the only way that Active
 * Directory leaves to a person whose password has expired or must be changed. Realm and servers
 * come from the configuration alone; no file, variable or DNS record of the machine has a say.
 */

#include <stdbool.h>
#include <stdint.h>

#include "kind.h"
#include "matkhau/message.h"

/* Whether this program can do it, and has been told the realm. */
bool kpasswd_is_there(const struct mk_request_directory *directory);

/*
 * Changes the password of `login` in the realm of `directory`, ticket and all within `milliseconds`
 * for all servers together. MK_OK, a refusal of changing, MK_KDC_UNREACHABLE, MK_KDC_REFUSED,
 * MK_CLOCK_SKEW; MK_SILENT where the answer to the current password got lost, which is shown to no
 * other server then: it may have been counted as a wrong one. MK_OUTCOME_UNKNOWN from the moment at
 * which the new password goes out, unless an answer comes that only the server can have made. The
 * caller wipes the passwords.
 */
struct kind_outcome kpasswd_change(const struct mk_request_directory *directory, const char *login,
                                   struct mk_request_change *request, uint32_t milliseconds);

#endif
