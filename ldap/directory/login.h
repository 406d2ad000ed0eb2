/* SPDX-License-Identifier: MIT */
#ifndef LOGIN_H
#define LOGIN_H

#include "session.h"

/* Answers MK_REQUEST_BIND (message.h) and wipes it. */
void login_request(struct session *session, struct mk_request_bind *request);

/*
 * The DN of a system's account into `dn` (MK_DN_MAX + 1 bytes): as the last READ found it, or by
 * its template. False when neither gives one.
 */
bool login_account_dn(const struct session *session, int32_t system, char *dn);

#endif
