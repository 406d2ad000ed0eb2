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

/*
 * Where people log in by a name that is no DN: binds as `login` over the present connection and
 * then looks for the entry, whose DN goes into `dn` (MK_DN_MAX + 1 bytes). session->person is the
 * person then.
 */
struct bind_answer login_by_name(struct session *session, const char *login,
                                 struct mk_password *password, char *dn);

/*
 * Whether the account of a system, in a directory that is not the one to log in to, is to be bound
 * by name, because nobody can find it before. Where not, `dn` (MK_DN_MAX + 1 bytes) may be its DN.
 */
bool login_needs_name(const struct session *session, int32_t system, char *dn);

/* As login_by_name, for such an account and with the person's log-in name. */
struct bind_answer login_system_by_name(struct session *session, int32_t system,
                                        struct mk_password *password, char *dn);

#endif
