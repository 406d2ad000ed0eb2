/* SPDX-License-Identifier: MIT */
#ifndef SENTENCES_H
#define SENTENCES_H

/*
 * The only place where a code becomes a sentence. Each says what is true and what to do next, in
 * the user's language, never built from pieces. Texts go to `out`, `size` bytes with the NUL.
 */

#include "session.h"

#define SENTENCE_MAX 512

struct note;

/* Why a log-in failed; `result` is not MK_OK. */
void sentence_log_in(char *out, size_t size, enum mk_result result, int ldap_code);

/* Why an account of another directory was not opened; `name` is that of the system. */
void sentence_open(char *out, size_t size, enum mk_result result, int ldap_code, const char *name);

/* Why the password of an account was not changed, or that nobody can tell; not for MK_OK. */
void sentence_change(char *out, size_t size, enum mk_result result, int ldap_code);

/* The same in a few words, for a list of results; MK_OK included. */
const char *sentence_outcome(enum mk_result result);

/* That somebody else has changed it meanwhile, at `when`; nothing was changed from here. */
void sentence_changed_elsewhere(char *out, size_t size, int64_t when, int64_t now);

/* Why another server of the same directory was asked; for what went well all the same. */
const char *sentence_detour(enum mk_result why);

/*
 * What is wrong with a new password, and what to do about it; not for MK_RULE_OK. `number` is what
 * the rule asks for; `word` (printable) is what was found in the password, or "".
 */
void sentence_rule(char *out, size_t size, enum mk_rule rule, uint32_t number, const char *word);

/* How strong: in words, from the score of pwquality_check(3). */
const char *sentence_strength(int score);

/* Which part of the check does not work, and whether a password can be set without it. */
const char *sentence_incomplete(enum mk_quality_part part, bool goes_on);

/* What is wrong with a part of the check, for the administrator: with file and line. */
void sentence_part(char *out, size_t size, enum mk_quality_part part,
                   const struct mk_quality_fault *fault);

/* The three last columns of a row of the table. */
struct sentence_row {
    char expires[64];
    char left[64];
    const char *todo;
    char todo_text[64]; /* where `todo` needs a time */
};
void sentence_row(struct sentence_row *out, const struct row *row, int64_t now);

/* The reason behind a row's date, or why nothing is known: for the detail line. */
void sentence_detail(char *out, size_t size, const struct row *row, const struct config *config,
                     int64_t now);

/* What else must be known about a row's date, or "": for the line below the detail. */
const char *sentence_caution(const struct row *row);

/* That a helpdesk has reset the row's password lately, or "": for the lines below the list. */
void sentence_note(char *out, size_t size, const struct row *row, const struct config *config,
                   int64_t now);

/*
 * The same for whoever has just logged in: of `count` accounts, `note` the latest of them; `name`
 * is that of the system where it is one. And what to do when that was somebody else's doing.
 */
void sentence_resets(char *out, size_t size, int count, const char *name, const struct note *note,
                     const struct config *config);
void sentence_resets_doubt(char *out, size_t size, const struct config *config);

/* Why a change screen came by itself: reset by somebody, or expired with `grace` log-ins left. */
void sentence_forced(char *out, size_t size, enum mk_forced must_change, int grace);

#endif
