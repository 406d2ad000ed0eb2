// SPDX-License-Identifier: MIT
#include "transport.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "deadline.h"

static enum mk_result wait_connected(int fd, int64_t deadline)
{
    struct pollfd p = {.fd = fd, .events = POLLOUT};
    int error = 0;
    socklen_t size = sizeof error;
    int n;

    do
        n = poll(&p, 1, deadline_left(deadline));
    while (n < 0 && errno == EINTR);
    if (n == 0)
        return MK_SILENT;
    if (n < 0 || getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0)
        return MK_UNREACHABLE;
    if (error == 0)
        return MK_OK;
    return error == ETIMEDOUT ? MK_SILENT : MK_UNREACHABLE;
}

static enum mk_result connect_address(int family, const struct sockaddr *address, socklen_t size,
                                      int64_t deadline, int *fd)
{
    enum mk_result result = MK_OK;
    int on = 1;
    int s = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    if (s < 0)
        return MK_UNREACHABLE;
    if (family != AF_UNIX)
        (void)setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (connect(s, address, size) < 0) {
        if (errno == EINPROGRESS)
            result = wait_connected(s, deadline);
        else /* a socket file whose queue is full answers EAGAIN */
            result = errno == EAGAIN ? MK_SILENT : MK_UNREACHABLE;
    }
    if (result != MK_OK) {
        (void)close(s);
        return result;
    }
    *fd = s;
    return MK_OK;
}

static enum mk_result connect_socket(const char *path, int64_t deadline, int *fd)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t length;

    if (path == NULL || *path == '\0')
        path = "/run/slapd/ldapi";
    length = strlen(path);
    if (length >= sizeof address.sun_path)
        return MK_UNREACHABLE;
    memcpy(address.sun_path, path, length + 1);
    return connect_address(AF_UNIX, (const struct sockaddr *)&address, sizeof address, deadline,
                           fd);
}

static bool is_loopback(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET) {
        const struct sockaddr_in *in = (const void *)address;
        return ntohl(in->sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
    }
    if (address->sa_family == AF_INET6) {
        const struct sockaddr_in6 *in6 = (const void *)address;
        return IN6_IS_ADDR_LOOPBACK(&in6->sin6_addr);
    }
    return false;
}

static enum mk_result connect_host(const LDAPURLDesc *url, bool loopback_only, int64_t deadline,
                                   int *fd)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG};
    const struct addrinfo numeric = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST};
    struct addrinfo *list = NULL;
    enum mk_result result = MK_TLS_FAILED;
    char port[12];
    int number = url->lud_port;

    if (url->lud_host == NULL || *url->lud_host == '\0')
        return MK_NAME_UNRESOLVED;
    if (number == 0)
        number = strcmp(url->lud_scheme, "ldaps") == 0 ? LDAPS_PORT : LDAP_PORT;
    (void)snprintf(port, sizeof port, "%d", number);
    /* AI_ADDRCONFIG leaves out addresses that a machine with loopback only still has. */
    if (getaddrinfo(url->lud_host, port, &numeric, &list) != 0 &&
        getaddrinfo(url->lud_host, port, &hints, &list) != 0)
        return MK_NAME_UNRESOLVED;
    for (const struct addrinfo *a = list; a != NULL; a = a->ai_next) {
        if (loopback_only && !is_loopback(a->ai_addr))
            continue;
        result = connect_address(a->ai_family, a->ai_addr, a->ai_addrlen, deadline, fd);
        if (result == MK_OK)
            break;
    }
    freeaddrinfo(list);
    return result;
}

enum mk_result transport_connect(const LDAPURLDesc *url, bool loopback_only, int64_t deadline,
                                 int *fd)
{
    if (strcmp(url->lud_scheme, "ldapi") == 0)
        return connect_socket(url->lud_host, deadline, fd);
    return connect_host(url, loopback_only, deadline, fd);
}

void transport_bound(int fd, uint32_t milliseconds)
{
    struct timeval tv = {.tv_sec = milliseconds / 1000, .tv_usec = milliseconds % 1000 * 1000L};

    (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof tv);
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof tv);
    (void)setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &milliseconds, sizeof milliseconds);
}
