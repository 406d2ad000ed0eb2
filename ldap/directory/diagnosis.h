/* SPDX-License-Identifier: MIT */
#ifndef DIAGNOSIS_H
#define DIAGNOSIS_H

#include "matkhau/message.h"
#include "matkhau/result.h"

/*
 * Why the handshake with `uri` failed, which libldap with GnuTLS cannot tell: connects once more,
 * makes a handshake that accepts everything, looks at what the server has shown, and closes.
 * Nothing is sent there but StartTLS and the handshake; where a ldaps port closes without a word,
 * StartTLS is tried on it. All of that by `deadline`.
 *
 * MK_CERT_*; MK_CA_FILE where the file holds no certificate to trust; MK_TLS_OLD,
 * MK_TLS_PLAIN_PORT, MK_TLS_CLEAR_TEXT; MK_TLS_FAILED where nothing is known; as handle_open where
 * the server has gone meanwhile. Never MK_OK. A CA in between that the server does not send makes
 * its certificate MK_CERT_UNTRUSTED: from here it cannot be told from a stranger's.
 */
enum mk_result diagnosis_of_handshake(const struct mk_request_directory *directory, const char *uri,
                                      int64_t deadline);

#endif
