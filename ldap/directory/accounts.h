/* SPDX-License-Identifier: MIT */
#ifndef ACCOUNTS_H
#define ACCOUNTS_H

/* The accounts of the session's own person: reading.h, for whoever has logged in. */

#include <stdint.h>

#include "session.h"

/*
 * Reads `system` (MK_EVERY_SYSTEM, MK_PERSON or a system) over the present connection, sends a
 * PERSON packet for the person's own entry and an ACCOUNT packet for each account as it becomes
 * known, and notes the DNs found in session->self.account_dn. As reading_run.
 */
enum mk_result accounts_read(struct session *session, int32_t system);

/*
 * The same for one account, which goes to `account` instead of the asker. The PERSON packet is
 * sent.
 */
enum mk_result accounts_look(struct session *session, int32_t system, struct mk_account *account);

/* The same without a packet, for the DN alone. */
enum mk_result accounts_find(struct session *session, int32_t system);

#endif
