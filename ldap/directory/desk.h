/* SPDX-License-Identifier: MIT */
#ifndef DIRECTORY_DESK_H
#define DIRECTORY_DESK_H

/*
 * What a helpdesk asks a directory about somebody else, as matkhau/desk.h describes it: each
 * answers its request whole.
 */

#include "session.h"

void desk_member(struct session *session);
void desk_view(struct session *session, const struct mk_request_view *request);

/* These act; a password is wiped as soon as it has been sent. */
void desk_unlock(struct session *session, const struct mk_request_unlock *request);
void desk_reset(struct session *session, struct mk_request_reset *request);

/* Whether `system` can be looked at in this directory. */
bool desk_has(const struct session *session, int32_t system);

/*
 * Reads one account again, where `view` says it is: its DN, its system. MK_OK, and `view` is as the
 * server shows it now; MK_LOST or MK_SILENT, and the connection is closed.
 */
enum mk_result desk_look(struct session *session, const struct mk_subject *subject,
                         struct mk_view *view);

#endif
