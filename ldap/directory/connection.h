/* SPDX-License-Identifier: MIT */
#ifndef CONNECTION_H
#define CONNECTION_H

/*
 * A connection to one server of a directory whose identity has been verified. Whatever sends a
 * secret takes a `struct verified`, and connection_open is the only place that makes one.
 *
 *   connection_open -> operations on connection_ldap -> connection_close
 *
 * A connection that failed once is closed; libldap never revives one.
 */

#include <ldap.h>
#include <stdbool.h>
#include <stdint.h>

#include "matkhau/message.h"
#include "matkhau/result.h"

struct verified;
struct kind;
struct rootdse;

/*
 * Tries the URIs of `directory` for log-ins in their order until one is reached, verified and
 * answers for its root DSE. On MK_OK the
 * caller closes `*server`; `*index` tells which URI it is. Otherwise `*server` is NULL, the result
 * is the most telling failure of all URIs (a bad certificate before a silent server before one
 * that refused) and `*index` is the URI it belongs to.
 */
enum mk_result connection_open(const struct mk_request_directory *directory,
                               struct verified **server, uint32_t *index);

/* Closes and forgets; nothing to close is no error. */
void connection_close(struct verified **server);

/* What the server said of itself, and what to do with its kind. They belong to the connection. */
const struct rootdse *connection_root(const struct verified *server);
const struct kind *connection_kind(const struct verified *server);

/* The handle, for as long as the connection is open. Belongs to the connection. */
LDAP *connection_ldap(const struct verified *server);

/* False once the server has closed or reset the connection. Sends nothing. */
bool connection_alive(const struct verified *server);

#endif
