/* SPDX-License-Identifier: MIT */
#ifndef REQUESTS_H
#define REQUESTS_H

/* From what the session knows to the packet of one request. */

#include "session.h"

/* Makes and sends the packet of `ask`; copies of passwords are wiped. False: the worker has gone.
 */
bool requests_send(const struct session *session, struct link *link, const struct ask *ask);

#endif
