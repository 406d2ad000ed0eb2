/* SPDX-License-Identifier: MIT */
#ifndef REQUESTS_H
#define REQUESTS_H

/* From what the session knows to the packets that a worker takes. */

#include "session.h"

/*
 * Starts the worker of a link whose queue is empty, and queues what it must know first, and the
 * connecting.
 */
void requests_open(const struct session *session, struct link *link);

/* Makes and sends the packet of `ask`; copies of passwords are wiped. False: the worker has gone.
 */
bool requests_send(const struct session *session, struct link *link, const struct ask *ask);

#endif
