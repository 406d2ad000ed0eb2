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
 * Reaches, verifies and asks for its root DSE the server at directory->uri[index], in about
 * `milliseconds`. On MK_OK the caller closes `*server`; otherwise it is NULL: the results of
 * handle_open, diagnosis_of_handshake and rootdse_read.
 */
enum mk_result connection_open(const struct mk_request_directory *directory, uint32_t index,
                               uint32_t milliseconds, struct verified **server);

/* Closes and forgets; nothing to close is no error. */
void connection_close(struct verified **server);

/* What the server said of itself, and what to do with its kind. They belong to the connection. */
const struct rootdse *connection_root(const struct verified *server);
const struct kind *connection_kind(const struct verified *server);

/* The handle, for as long as the connection is open. Belongs to the connection. */
LDAP *connection_ldap(const struct verified *server);

/*
 * Asks for the root DSE once more, which counts as nothing and costs no one anything: whether the
 * server still answers, within `milliseconds`. MK_OK, MK_SILENT, MK_UNREACHABLE or MK_SERVER_BUSY.
 */
enum mk_result connection_probe(const struct verified *server, uint32_t milliseconds);

/* False once the server has closed or reset the connection. Sends nothing. */
bool connection_alive(const struct verified *server);

#endif
