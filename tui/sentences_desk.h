/* SPDX-License-Identifier: MIT */
#ifndef SENTENCES_DESK_H
#define SENTENCES_DESK_H

/*
 * The sentences of the helpdesk's screens: as in sentences.h. They speak to an operator about
 * somebody else; what comes from outside (names, servers) is printable.
 */

#include "desk.h"
#include "sentences.h"

/* --- results, sentences_desk.c --- */

enum sentence_act {
    SENTENCE_FIND,   /* somebody is looked for */
    SENTENCE_VIEW,   /* an account is read, or a card is to be shown */
    SENTENCE_CALL,   /* a call is recorded */
    SENTENCE_UNLOCK, /* MK_OK included */
    SENTENCE_RESET,  /* MK_OK included */
    SENTENCE_ACTS
};

/* What became of it, and what to do next; MK_OK only where an act changes something. */
void sentence_act(char *out, size_t size, enum sentence_act act, enum mk_result result,
                  int ldap_code);

/* The same in a few words, for a list: at most 40 columns. Of acts that change something. */
const char *sentence_act_outcome(enum sentence_act act, enum mk_result result);

/* Why an account cannot be read, in a few words: at most 40 columns; not for MK_OK. */
const char *sentence_unread(enum mk_result result);

/* What must be said loudly of a reset, or "" : the password lasts, the lock is there, not known. */
void sentence_alarm(char *out, size_t size, enum mk_result result, const char *name);

/* --- the card, sentences_card.c --- */

/* A server as an operator calls it: the first part of its name, or all of what tells it apart. */
#define SENTENCE_SERVER_MAX 64
void sentence_server(char out[SENTENCE_SERVER_MAX], const struct mk_request_directory *directory,
                     int server);

/* The one recommended action. */
const char *sentence_advice(enum desk_advice_kind kind);

/* Why nothing can be done to this person; "" with DESK_FREE. */
const char *sentence_bar(enum desk_bar bar);

/* How an account stands, all its servers together: at most 26 columns. */
void sentence_standing(char *out, size_t size, const struct desk_row *row,
                       const struct mk_request_directory *directory, int64_t now);

/* The lock that one server shows: a few words (at most 26 columns), and a whole sentence. */
void sentence_lock_few(char *out, size_t size, const struct mk_view *view, int64_t now);
void sentence_lock(char *out, size_t size, const struct mk_view *view, int64_t now);

/* Wrong passwords on one server: "3/5", "3", "?" (at most 7 columns), and a whole sentence. */
void sentence_failures_few(char *out, size_t size, const struct mk_view *view);
void sentence_failures(char *out, size_t size, const struct mk_view *view, int64_t now);

/* How an account stands but for its lock, or why nothing is known: a whole sentence. */
void sentence_account(char *out, size_t size, const struct mk_account *account, int64_t now);

/* What the caller has been doing since the reset, or "" where nothing was reset. */
void sentence_watch(char *out, size_t size, const struct desk_row *row, int64_t now);

#endif
