// SPDX-License-Identifier: MIT
#include "log.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <sys/un.h>
#include <syslog.h>
#include <unistd.h>

#define WAIT_SECONDS 2

/* Connected anew each time: the log may have been started anew. -1: nobody listens. */
static int connect_to(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct timeval wait = {WAIT_SECONDS, 0};
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return -1;
    (void)snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    if (setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait) != 0 ||
        connect(fd, (const struct sockaddr *)&address, sizeof address) != 0) {
        (void)close(fd);
        return -1;
    }
    return fd;
}

enum mk_trail_fault log_try(const char *path)
{
    int fd = connect_to(path);

    if (fd < 0)
        return MK_TRAIL_NO_LOG;
    (void)close(fd);
    return MK_TRAIL_WORKS;
}

enum mk_trail_fault log_append(const char *path, const char *line)
{
    char text[MK_TRAIL_LINE_MAX + 64];
    int fd = connect_to(path);
    int length;
    ssize_t n;

    if (fd < 0)
        return MK_TRAIL_NO_LOG;
    length = snprintf(text, sizeof text, "<%d>matkhau-trail[%d]: %.*s", LOG_AUTHPRIV | LOG_NOTICE,
                      (int)getpid(), (int)strcspn(line, "\n"), line);
    do
        n = send(fd, text, (size_t)length, MSG_NOSIGNAL);
    while (n < 0 && errno == EINTR);
    (void)close(fd);
    return n == length ? MK_TRAIL_WORKS : MK_TRAIL_NO_LOG;
}
