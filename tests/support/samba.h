/* SPDX-License-Identifier: MIT */
#ifndef TESTS_SAMBA_H
#define TESTS_SAMBA_H

/*
 * A private Active Directory domain controller for a test program, by the script
 * tests/support/samba: the domain EXAMPLE.TEST. Whatever goes wrong with the server itself ends the
 * test program with a sentence on standard error.
 */

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define SAMBA_SUFFIX "DC=example,DC=test"

struct samba {
    char directory[64];
    char address[16]; /* of 127.0.0.0/8; LDAP on 389 and 636, the KDC on 88, kpasswd on 464 */
    char ldap[32];
    char ldaps[32];
    char ca_file[80];
    pid_t pid; /* 0: not running */
};

/* Why there can be no such server here, or NULL. */
const char *samba_missing(void);

/*
 * Makes and starts a server with the changes of `ldif` (changetype in every record), and then of
 * `raw`, as `samba modify --raw` takes it. In both, @-100d@ stands for the FILETIME of 100 days ago
 * (units d, h, m, s; + for times to come), and "attribute:: @"text"@" for a password of ASCII
 * characters as unicodePwd wants it.
 */
void samba_create(struct samba *samba, const char *ldif, const char *raw);

/* Stops the server; its entries and its address stay. */
void samba_stop(struct samba *samba);
void samba_start(struct samba *samba);

/* Stops the server and removes everything; at the end of the program it happens by itself. */
void samba_remove(struct samba *samba);

/* Stops the process in its tracks, and lets it go on: it answers nothing in between. */
void samba_pause(const struct samba *samba);
void samba_resume(const struct samba *samba);

/* Makes changes in the running server, as samba_create takes them; one of the two, or both. */
void samba_modify(const struct samba *samba, const char *ldif, const char *raw);

/* Replaces (deletes, with value NULL) an attribute; the value as in `raw` of samba_create. */
void samba_set(const struct samba *samba, const char *dn, const char *attribute, const char *value);

/*
 * Lets the members of `group` reset and unlock the people below `ou`, but for those of `protected`
 * (NULL at the end): `samba desk`. All are DNs.
 */
void samba_desk(const struct samba *samba, const char *ou, const char *group,
                const char *const *protected);

/* What the administrator sees of an entry: the first value ("" when there is none). */
void samba_value(const struct samba *samba, const char *dn, const char *attribute, char *value,
                 size_t size);

/* That value as a number; 0 when there is none. */
long long samba_number(const struct samba *samba, const char *dn, const char *attribute);

/*
 * The result code of a simple bind as LOGIN@example.test, and in `text` what the server said
 * besides. A wrong password counts towards a lock, as any bind.
 */
int samba_bind(const struct samba *samba, const char *login, const char *password, char *text,
               size_t size);

/* How many lines of the server's log hold both texts: "Auth: [LDAP", "Password Change". */
int samba_logged(const struct samba *samba, const char *text, const char *other);

#endif
