// SPDX-License-Identifier: MIT
#include "guard.h"

#include <errno.h>
#include <signal.h>
#include <sys/socket.h>

#include "deadline.h"

/* The signal brings the socket with it, so that nothing needs to be remembered anywhere. */
static void shut(int number, siginfo_t *info, void *context)
{
    int before = errno;

    (void)number;
    (void)context;
    (void)shutdown(info->si_value.sival_int, SHUT_RDWR);
    errno = before;
}

void guard_start(struct guard *guard, int fd, int64_t deadline)
{
    const struct sigaction action = {.sa_sigaction = shut, .sa_flags = SA_SIGINFO | SA_RESTART};
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGALRM};
    const int64_t left = deadline_left(deadline) + GUARD_MS;
    const struct itimerspec end = {
        .it_value = {.tv_sec = left / 1000, .tv_nsec = left % 1000 * 1000000}};

    event.sigev_value.sival_int = fd;
    guard->set = sigaction(SIGALRM, &action, NULL) == 0 &&
                 timer_create(CLOCK_MONOTONIC, &event, &guard->timer) == 0;
    if (guard->set)
        (void)timer_settime(guard->timer, 0, &end, NULL);
}

void guard_stop(struct guard *guard)
{
    if (guard->set)
        (void)timer_delete(guard->timer);
    guard->set = false;
}
