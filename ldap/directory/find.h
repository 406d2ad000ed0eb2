/* SPDX-License-Identifier: MIT */
#ifndef FIND_H
#define FIND_H

/*
 * Finding people by what an operator types: the server is asked for everybody whom it may mean
 * (find_filter.h), each of them is held against it here (typed.h), and the best are sent, in an
 * order that is the same every time.
 */

#include "session.h"

/*
 * Answers MK_REQUEST_FIND whole, in at most 2.5 seconds over a connection that works. MK_OK also
 * where a limit of the server was met, which is mk_reply_count.more; MK_NOT_ALLOWED_NOW where none
 * of the groups has a base.
 */
void find_request(struct session *session, const struct mk_request_find *request);

#endif
