/* SPDX-License-Identifier: MIT */
#ifndef AD_DESK_H
#define AD_DESK_H

/* What a helpdesk does in Active Directory: [MS-ADTS]. Measured with Samba 4.17.12. */

#include "kind.h"

/* kind->unlock and kind->reset. */
struct kind_outcome ad_unlock(const struct kind_act *act, bool refresh);
struct kind_outcome ad_reset(const struct kind_act *act, struct mk_password *password,
                             const char *note);

#endif
