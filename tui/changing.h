/* SPDX-License-Identifier: MIT */
#ifndef CHANGING_H
#define CHANGING_H

/*
 * The part of a session that changes a password, from the request to what is known of its outcome.
 * For session.c and conversation.c only.
 *
 * Only proof counts as changed: result code 0 of the server, or, where no answer came, the new
 * password binding there, or the time of the last change having moved. Nothing found later proves
 * that a change was not made, for the server may still be about to make it.
 */

#include "conversation.h"

/* As session_change(). */
void changing_start(struct session *session, int account, const struct mk_password *old_password,
                    const struct mk_password *new_password);

/* The trail has taken the intent: the change is asked for. Or it has not: nothing is. */
void changing_recorded(struct session *session);
void changing_unrecorded(struct session *session);

/* The log-out leaves a change behind. */
void changing_abandoned(struct session *session);

/* The worker told the outcome; the account as read back, and the end, are still to come. */
void changing_outcome(struct session *session, const struct mk_reply_outcome *outcome);

/* The answer to ASK_CHANGE is complete. */
void changing_ended(struct session *session, struct link *link, int ldap_code);

/* The answer to ASK_VERIFY_BIND or ASK_VERIFY_READ is complete. */
void changing_verified(struct session *session, struct link *link, enum ask_kind kind,
                       enum mk_result result);

/* There will be no answer to one of the three; `under_way`: it had been sent to the worker. */
void changing_failed(struct session *session, struct link *link, enum ask_kind kind, bool under_way,
                     enum mk_result why);

#endif
