/* SPDX-License-Identifier: MIT */
#ifndef TESTS_DS389_H
#define TESTS_DS389_H

/*
 * A private 389 Directory Server for a test program, by the script tests/support/ds389. Whatever
 * goes wrong with the server itself ends the test program with a sentence on standard error.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct ds389 {
    char directory[64];
    char ldap[64]; /* URIs of the running server */
    char ldaps[64];
    char ldapi[192];
    char ca_file[80];
    pid_t pid; /* 0: not running */
};

/* Whether its programs are installed; a test skips, loudly, where they are not. */
bool ds389_is_installed(void);

/*
 * Makes and starts a server with the entries of `ldif` (@-100d@ as slapd_create takes it) and the
 * lines `config` in cn=config. Takes 6 to 11 s: one for a test program.
 */
void ds389_create(struct ds389 *server, const char *suffix, const char *ldif, const char *config);

/* Stops the server; its entries stay. start gives it other ports. */
void ds389_stop(struct ds389 *server);
void ds389_start(struct ds389 *server);

/* Stops the server and removes everything; at the end of the program it happens by itself. */
void ds389_remove(struct ds389 *server);

/* Stops the process in its tracks, and lets it go on: it answers nothing in between. */
void ds389_pause(const struct ds389 *server);
void ds389_resume(const struct ds389 *server);

/* What the root DN sees of an entry: how many values, and the first one ("" when there is none). */
int ds389_count(const struct ds389 *server, const char *dn, const char *attribute);
void ds389_value(const struct ds389 *server, const char *dn, const char *attribute, char *value,
                 size_t size);

/*
 * Adds or replaces (deletes, with value NULL) an attribute as the root DN, operational ones too;
 * those of cn=config are in force at once. The other one sets a time, in seconds from now.
 */
void ds389_set(const struct ds389 *server, const char *dn, const char *attribute,
               const char *value);
void ds389_set_time(const struct ds389 *server, const char *dn, const char *attribute,
                    int64_t from_now);

/* Whether a simple bind as `dn` succeeds. A wrong password counts towards a lock, as any bind. */
bool ds389_binds(const struct ds389 *server, const char *dn, const char *password);

/* The end of the access log, from where what is counted below begins. */
long ds389_mark(const struct ds389 *server);

/*
 * How many operations of a kind (BIND, SRCH, MOD, EXT ...) with `text` in their line ("" any) the
 * access log has after `mark`, on connections over TCP.
 */
int ds389_operations(const struct ds389 *server, long mark, const char *kind, const char *text);

/* How many binds over TCP have failed there since, whatever the reason. */
int ds389_failed_binds(const struct ds389 *server, long mark);

/* How many of the other operations over TCP have been refused there since. */
int ds389_refused(const struct ds389 *server, long mark);

#endif
