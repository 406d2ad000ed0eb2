/* SPDX-License-Identifier: MIT */
#ifndef TESTS_THROWAWAY_H
#define TESTS_THROWAWAY_H

/*
 * What the throw-away servers of the tests have in common: a script of tests/support that makes,
 * starts and stops one in a directory of its own. Whatever goes wrong with the server itself ends
 * the test program with a sentence on standard error.
 */

#include <ldap.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>
#include <time.h>

/* How long an argument list may be, the NULL not counted. */
#define THROWAWAY_ARGUMENTS_MAX 31

/* Ends the test program. */
_Noreturn void throwaway_fail(const char *what, const char *detail);

/* Runs a program, found in PATH, and waits; what it prints goes to standard error. */
void throwaway_run(const char *const *arguments);

/*
 * Makes a directory of the name in `directory` ("/tmp/...XXXXXX"), which `script` has to stop a
 * server in, and removes both at the end of the program, even after a failed assertion.
 */
void throwaway_make(const char *script, char *directory);

/* Stops and removes what throwaway_make made. */
void throwaway_remove(const char *directory);

/*
 * Writes `text` to `path`, each @...@ as `write_value` writes it. That one takes the text after the
 * "@", and gives what follows the closing one, or NULL where nothing is to be replaced.
 */
void throwaway_write(const char *path, const char *text,
                     const char *(*write_value)(FILE *file, const char *text));

/* Reads "-100d@" (units d, h, m, s): the time that long from now, and what follows, or NULL. */
const char *throwaway_time(const char *text, time_t *then);

/* For throwaway_write: @-100d@ as GeneralizedTime (RFC 4517, 3.3.13). */
const char *throwaway_generalized_time(FILE *file, const char *text);

/* The first line of a file of that name in the directory, without its end. */
void throwaway_line(const char *directory, const char *name, char *line, size_t size);

/* "ldap" or "ldaps", the port as the file "ldap.port" in the directory has it. */
void throwaway_uri(const char *directory, const char *scheme, char *uri, size_t size);

/* The number in a file of that name in the directory. */
pid_t throwaway_pid(const char *directory, const char *name);

/* Stops a process in its tracks, every thread of it, and lets it go on. */
void throwaway_pause(pid_t pid);
void throwaway_resume(pid_t pid);

/* Ends a process at once, which is nobody's child here, and waits until it is gone. */
void throwaway_kill(pid_t pid);

/* A handle of LDAPv3 for `uri`. */
LDAP *throwaway_handle(const char *uri);

/* The result code of a simple bind. */
int throwaway_bind(LDAP *ld, const char *dn, const char *password);

/* Whether a simple bind succeeds. */
bool throwaway_binds(const char *uri, const char *dn, const char *password);

/* A handle that is bound, for one of the two below: they end it. */
LDAP *throwaway_open(const char *uri, const char *dn, const char *password);

/* How many values an attribute of an entry has, and the first one ("" when there is none). */
int throwaway_value(LDAP *ld, const char *dn, const char *attribute, char *value, size_t size);

/* Adds or replaces an attribute, or deletes it with value NULL; `controls` may be NULL. */
void throwaway_replace(LDAP *ld, const char *dn, const char *attribute, const char *value,
                       LDAPControl **controls);

/* For prototypes older than const. */
char *throwaway_mutable(const char *text);

#endif
