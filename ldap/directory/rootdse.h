/* SPDX-License-Identifier: MIT */
#ifndef ROOTDSE_H
#define ROOTDSE_H

/* What a server tells about itself before anybody has logged in (RFC 4512, 5.1). */

#include <ldap.h>
#include <stdbool.h>
#include <stdint.h>

#include "matkhau/message.h"
#include "matkhau/result.h"

struct rootdse {
    enum mk_kind kind; /* MK_KIND_OTHER where it shows nothing that is known here */
    bool no_passwd;    /* it lists its operations, and Password Modify (RFC 3062) is not among */
    int64_t ahead;     /* its clock before ours, in seconds; 0 where it has no currentTime */
    char context[MK_DN_MAX + 1]; /* defaultNamingContext of Active Directory, or "" */
};

/*
 * Reads it, within `milliseconds`. MK_OK also where the server shows it to nobody; MK_SERVER_BUSY,
 * MK_SILENT or MK_UNREACHABLE when this server is of no use now.
 */
enum mk_result rootdse_read(LDAP *ld, uint32_t milliseconds, struct rootdse *root);

#endif
