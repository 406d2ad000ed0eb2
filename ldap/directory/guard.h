/* SPDX-License-Identifier: MIT */
#ifndef GUARD_H
#define GUARD_H

/*
 * Ends what libldap 2.5 does not end by itself: a handshake whose bytes drip in, one by one, goes
 * on for as long as they come (ITS#10330). When its time is over the connection is shut down under
 * it.
 */

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

struct guard {
    timer_t timer;
    bool set;
};

/* How long after a deadline, so that whoever keeps it is not disturbed. */
#define GUARD_MS 100

/* Shuts the socket `fd` down GUARD_MS after `deadline` (deadline.h), unless stopped before. */
void guard_start(struct guard *guard, int fd, int64_t deadline);

void guard_stop(struct guard *guard);

#endif
