/* SPDX-License-Identifier: MIT */
#ifndef DIRSRV_DESK_H
#define DIRSRV_DESK_H

/* What a helpdesk does in 389 Directory Server. Measured with 389-Directory/2.3.1. */

#include "kind.h"

/* kind->unlock and kind->reset. */
struct kind_outcome dirsrv_unlock(const struct kind_act *act, bool refresh);
struct kind_outcome dirsrv_reset(const struct kind_act *act, struct mk_password *password,
                                 const char *note);

#endif
