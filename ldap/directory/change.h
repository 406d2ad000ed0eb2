/* SPDX-License-Identifier: MIT */
#ifndef CHANGE_H
#define CHANGE_H

#include "session.h"

/* Answers MK_REQUEST_CHANGE (message.h) and wipes its passwords. */
void change_request(struct session *session, struct mk_request_change *request);

#endif
