/* SPDX-License-Identifier: MIT */
#ifndef TRANSPORT_H
#define TRANSPORT_H

/*
 * Connections to a server's address. Made here and not by libldap, because libldap says the same -1
 * for a refused connection, an unknown name and a dropped packet.
 */

#include <ldap.h>
#include <stdbool.h>
#include <stdint.h>

#include "matkhau/result.h"

/*
 * Connects to the host of `url` (ldap, ldaps or ldapi) by `deadline` (deadline.h), trying all its
 * addresses. With `loopback_only`, addresses of other machines are not tried. On MK_OK `*fd` is a
 * connected, non-blocking, close-on-exec socket that the caller closes. Otherwise
 * MK_NAME_UNRESOLVED, MK_UNREACHABLE, MK_SILENT, or MK_TLS_FAILED where only other machines'
 * addresses were found and `loopback_only` forbids them.
 */
enum mk_result transport_connect(const LDAPURLDesc *url, bool loopback_only, int64_t deadline,
                                 int *fd);

/* Bounds every read and write on `fd` that waits inside one message, which libldap does not. */
void transport_bound(int fd, uint32_t milliseconds);

#endif
