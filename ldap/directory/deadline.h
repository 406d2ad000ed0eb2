/* SPDX-License-Identifier: MIT */
#ifndef DEADLINE_H
#define DEADLINE_H

/* One deadline across several steps: a point on the monotonic clock, in milliseconds. */

#include <stdint.h>
#include <sys/time.h>
#include <time.h>

static inline int64_t deadline_after(uint32_t milliseconds)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000 + milliseconds;
}

/* Milliseconds left, at least 1: a time of 0 means "for ever" or "not at all" to many callees. */
static inline int deadline_left(int64_t deadline)
{
    int64_t left = deadline - deadline_after(0);

    if (left < 1)
        return 1;
    return left > INT32_MAX ? INT32_MAX : (int)left;
}

static inline struct timeval deadline_timeval(int64_t deadline)
{
    int left = deadline_left(deadline);

    return (struct timeval){.tv_sec = left / 1000, .tv_usec = left % 1000 * 1000L};
}

#endif
