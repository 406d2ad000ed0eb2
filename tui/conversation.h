/* SPDX-License-Identifier: MIT */
#ifndef CONVERSATION_H
#define CONVERSATION_H

/* The part of a session that speaks with the directory workers. For session.c and the desk only. */

#include "session.h"

/* The directory that answers for a system, or for MK_PERSON. */
int conversation_directory(const struct session *session, int system);

/* Starts the worker of `directory` and queues what it must know, and the connecting. */
void conversation_open(struct session *session, int directory);

/*
 * Queues a request that needs the person to be logged in: starts a worker that has gone, and binds
 * there anew with the known password. Where that has been refused before, nothing is sent; the
 * request ends with MK_LOG_IN_GONE, so that no repetition can lock the person out.
 */
void conversation_ask_as_person(struct session *session, int directory, enum ask_kind kind,
                                int system);

/* Queues a request, gives the whole queue a new deadline, and sends what can be sent. */
void conversation_ask(struct session *session, struct link *link, enum ask_kind kind, int system);

/* Sends the first request of the queue unless one is under way. */
void conversation_pump(struct session *session, struct link *link);

/* Whether such a request is queued or under way. */
bool conversation_waits_for(const struct link *link, enum ask_kind kind, int system);

/* The rows that show this account wait for news of it. */
void conversation_await(struct session *session, int account);

/*
 * Rows of `directory` that still wait get no answer any more, those of `system` or MK_EVERY_SYSTEM;
 * the ones without an answer learn why.
 */
void conversation_give_up(struct session *session, int directory, int system, enum mk_result why);

/* Whether a bind failed for its password alone, as far as the server says. */
bool conversation_is_wrong_password(enum mk_result result);

/* Takes what the worker has sent; kills it on a surprise. */
void conversation_ready(struct session *session, struct link *link);

/* Kills the worker; everything asked of it ends with `result`, a change with an unknown outcome. */
void conversation_fail(struct session *session, struct link *link, enum mk_result result);

/* Forgets it, because it is no longer right. */
void conversation_forget(struct session *session, int account);

/* Keeps a password as the current one of an account. */
void conversation_remember(struct session *session, int account,
                           const struct mk_password *password);

#endif
