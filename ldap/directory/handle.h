/* SPDX-License-Identifier: MIT */
#ifndef HANDLE_H
#define HANDLE_H

/*
 * One libldap handle to one URI, with every option that matters set on the handle itself. Nothing
 * outside connection.c and diagnosis.c uses this: a handle from here may not be verified.
 */

#include <ldap.h>
#include <stdint.h>

#include "matkhau/message.h"
#include "matkhau/result.h"

enum handle_goal {
    HANDLE_VERIFIED,   /* TLS is up; the certificate, its dates and its subjectAltName are right */
    HANDLE_BEFORE_TLS, /* the server waits for the handshake, which libldap is not asked for */
};

struct handle {
    LDAP *ld;
    int fd; /* belongs to ld */
};

/*
 * Connects to `uri` and goes as far as `goal` by `deadline` (deadline.h), whatever the server does;
 * only looking its name up takes as long as it takes. With HANDLE_VERIFIED, a ldapi or ldap URI
 * that needs no TLS (directory->tls) is as good as verified. On MK_OK the caller ends it with
 * handle_close. MK_TLS_FAILED: the handshake failed, and it may be the certificate (diagnosis.h).
 * Otherwise as transport_connect, or MK_CA_FILE, MK_TLS_REFUSED, MK_TLS_CLEAR_TEXT, MK_SILENT,
 * MK_UNREACHABLE.
 */
enum mk_result handle_open(const struct mk_request_directory *directory, const char *uri,
                           enum handle_goal goal, int64_t deadline, struct handle *handle);

/* Closes what handle_open made. Does nothing when it was not made. */
void handle_close(struct handle *handle);

#endif
