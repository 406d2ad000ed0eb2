/* SPDX-License-Identifier: MIT */
#ifndef TESTS_SLAPD_H
#define TESTS_SLAPD_H

/*
 * A private slapd for a test program, by the script tests/support/slapd. Whatever goes wrong with
 * the server itself ends the test program with a sentence on standard error.
 */

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct slapd {
    char directory[64];
    char suffix[64];
    char ldap[64]; /* URIs of the running server */
    char ldaps[64];
    char ldapi[192];
    char ca_file[80];
    pid_t pid; /* 0: not running */
};

/*
 * Makes and starts a server with the entries of `ldif`, in which @-100d@ stands for the
 * GeneralizedTime of 100 days ago (units d, h, m, s; + for times to come). `options` as
 * `slapd create` takes them, NULL at the end; or NULL.
 */
void slapd_create(struct slapd *slapd, const char *suffix, const char *ldif,
                  const char *const *options);

/* Stops the server; its entries stay. start gives it other ports. */
void slapd_stop(struct slapd *slapd);
void slapd_start(struct slapd *slapd);

/* Stops the server and removes everything; at the end of the program it happens by itself. */
void slapd_remove(struct slapd *slapd);

/* Another certificate, as `slapd cert` makes it, and a restart. */
void slapd_certificate(struct slapd *slapd, const char *kind);

/*
 * Several servers of the same entries: what a server that was created becomes, see `slapd role`.
 * `peer` is the one it follows, NULL for a provider, and `port` where that one is followed, 0 for
 * its own. The server keeps its addresses, is started again and has the CA of `peer`.
 */
enum slapd_role {
    SLAPD_PROVIDER,
    SLAPD_CONSUMER, /* refers every change to its peer */
    SLAPD_CHAINING, /* passes every change on to its peer */
    SLAPD_FIRST,    /* of two that take changes: it has the entries */
    SLAPD_SECOND,
};
void slapd_become(struct slapd *slapd, enum slapd_role role, const struct slapd *peer,
                  unsigned port);

/* Waits until `replica` has seen every change that `slapd` has, at most 10 s. */
void slapd_wait_replica(const struct slapd *slapd, const struct slapd *replica);

/* Ends it without a word (kill -9), and starts it again at the same addresses. */
void slapd_kill(struct slapd *slapd);
void slapd_start_again(struct slapd *slapd);

/* Stops the process in its tracks, and lets it go on: it answers nothing in between. */
void slapd_pause(const struct slapd *slapd);
void slapd_resume(const struct slapd *slapd);

/* Lets it go on, or starts it again where it was stopped or killed. */
void slapd_revive(struct slapd *slapd);

/* What the root DN sees of an entry: how many values, and the first one ("" when there is none). */
int slapd_count(const struct slapd *slapd, const char *dn, const char *attribute);
void slapd_value(const struct slapd *slapd, const char *dn, const char *attribute, char *value,
                 size_t size);

/* Adds or replaces (deletes, with value NULL) an attribute as the root DN, with "relax". */
void slapd_set(const struct slapd *slapd, const char *dn, const char *attribute, const char *value);

/* Whether a simple bind as `dn` succeeds. A wrong password counts towards a lock, as any bind. */
bool slapd_binds(const struct slapd *slapd, const char *dn, const char *password);

/* Changes a password as its owner would from elsewhere (RFC 3062). */
void slapd_change(const struct slapd *slapd, const char *dn, const char *old_password,
                  const char *new_password);

/* How many operations of a kind ("Bind", "Search", "Extended") the server has begun. */
int slapd_operations(const struct slapd *slapd, const char *kind);

#endif
