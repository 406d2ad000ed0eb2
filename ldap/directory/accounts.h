/* SPDX-License-Identifier: MIT */
#ifndef ACCOUNTS_H
#define ACCOUNTS_H

/*
 * Reading accounts: all searches are sent at once over the one connection and answered in any
 * order, so that many accounts cost one round trip (and one more where an account has a policy of
 * its own, or where a template needs the person's mail address first).
 */

#include <stdint.h>

#include "session.h"

/*
 * Reads `system` (MK_EVERY_SYSTEM, MK_PERSON or a system) over the present connection, sends a
 * PERSON packet for the person's own entry and an ACCOUNT packet for each account as it becomes
 * known, and notes the DNs found in session->account_dn. MK_OK, or MK_LOST or MK_SILENT; then the
 * accounts still open are MK_UNKNOWN_NO_ANSWER and the connection is closed.
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
