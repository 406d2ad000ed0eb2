// SPDX-License-Identifier: MIT
#include "kdc.h"

#include <errno.h>
#include <ldap.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "deadline.h"
#include "matkhau/message.h"
#include "transport.h"

#define FRAME 4

enum mk_result kdc_open(const char *host, int port, int64_t deadline, struct kdc *kdc)
{
    char scheme[] = "ldap";
    char name[MK_URI_MAX + 1];
    LDAPURLDesc url = {.lud_scheme = scheme, .lud_host = name, .lud_port = port};

    kdc->fd = -1;
    if (strlen(host) >= sizeof name)
        return MK_NAME_UNRESOLVED;
    memcpy(name, host, strlen(host) + 1);
    return transport_connect(&url, false, deadline, &kdc->fd);
}

bool kdc_address(const struct kdc *kdc, struct sockaddr_storage *address)
{
    socklen_t size = sizeof *address;

    return getsockname(kdc->fd, (struct sockaddr *)address, &size) == 0;
}

void kdc_close(struct kdc *kdc)
{
    if (kdc->fd >= 0)
        (void)close(kdc->fd);
    kdc->fd = -1;
}

/* MK_OK when the socket is ready for `events`. */
static enum mk_result wait_for(int fd, short events, int64_t deadline)
{
    struct pollfd p = {.fd = fd, .events = events};
    int n;

    if (deadline_left(deadline) <= 1)
        return MK_SILENT;
    do
        n = poll(&p, 1, deadline_left(deadline));
    while (n < 0 && errno == EINTR);
    if (n == 0)
        return MK_SILENT;
    return n < 0 ? MK_LOST : MK_OK;
}

static enum mk_result send_all(int fd, const char *bytes, size_t size, int64_t deadline)
{
    while (size > 0) {
        ssize_t n = send(fd, bytes, size, MSG_NOSIGNAL);
        enum mk_result result;

        if (n > 0) {
            bytes += n;
            size -= (size_t)n;
            continue;
        }
        if (n < 0 && errno != EAGAIN && errno != EINTR)
            return MK_LOST;
        result = wait_for(fd, POLLOUT, deadline);
        if (result != MK_OK)
            return result;
    }
    return MK_OK;
}

static enum mk_result receive_all(int fd, char *bytes, size_t size, int64_t deadline)
{
    while (size > 0) {
        enum mk_result result = wait_for(fd, POLLIN, deadline);
        ssize_t n;

        if (result != MK_OK)
            return result;
        n = recv(fd, bytes, size, 0);
        if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
            return MK_LOST;
        if (n > 0) {
            bytes += n;
            size -= (size_t)n;
        }
    }
    return MK_OK;
}

enum mk_result kdc_ask(const struct kdc *kdc, const void *question, size_t size, int64_t deadline,
                       char **answer, size_t *length)
{
    char frame[FRAME] = {(char)(size >> 24), (char)(size >> 16), (char)(size >> 8), (char)size};
    unsigned char head[FRAME];
    enum mk_result result;

    *answer = NULL;
    result = send_all(kdc->fd, frame, sizeof frame, deadline);
    if (result == MK_OK)
        result = send_all(kdc->fd, question, size, deadline);
    if (result == MK_OK)
        result = receive_all(kdc->fd, (char *)head, sizeof head, deadline);
    if (result != MK_OK)
        return result;
    *length = (size_t)head[0] << 24 | (size_t)head[1] << 16 | (size_t)head[2] << 8 | head[3];
    if (*length == 0 || *length > KDC_ANSWER_MAX)
        return MK_LOST;
    *answer = malloc(*length);
    if (*answer == NULL)
        return MK_LOST;
    result = receive_all(kdc->fd, *answer, *length, deadline);
    if (result != MK_OK) {
        free(*answer);
        *answer = NULL;
    }
    return result;
}
