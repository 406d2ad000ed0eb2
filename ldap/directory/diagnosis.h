/* SPDX-License-Identifier: MIT */
#ifndef DIAGNOSIS_H
#define DIAGNOSIS_H

#include "matkhau/message.h"
#include "matkhau/result.h"

/*
 * Why the handshake with `uri` failed, which libldap with GnuTLS cannot tell: connects once more
 * without verifying, takes the server's certificate and closes; nothing else is ever sent there.
 * MK_CERT_NOT_YET, MK_CERT_EXPIRED, MK_CERT_NAME or MK_CERT_UNTRUSTED; MK_CA_FILE where the file
 * holds no certificate to trust; MK_TLS_FAILED where even that handshake fails; MK_SILENT or
 * MK_UNREACHABLE where the server has gone. Never MK_OK.
 */
enum mk_result diagnosis_of_handshake(const struct mk_request_directory *directory,
                                      const char *uri);

#endif
