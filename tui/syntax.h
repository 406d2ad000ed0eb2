/* SPDX-License-Identifier: MIT */
#ifndef SYNTAX_H
#define SYNTAX_H

/*
 * What the values of matkhau.conf(5) must look like, well enough that a slip of the pen is found
 * when the file is read and not when somebody logs in. Pure; nothing is looked up.
 */

#include <stdbool.h>
#include <stddef.h>

/* Whether `text` of `size` bytes is UTF-8 (RFC 3629) without control characters but the tab. */
bool syntax_text(const char *text, size_t size);

/* A name for a section: a letter, then letters, digits, '-', '_', '.'; ASCII. */
bool syntax_id(const char *text);

/* A domain name of at least two labels (RFC 1123, 2.1). */
bool syntax_domain(const char *text);

/* An attribute's short name or OID (RFC 4512, 2.5), without options. */
bool syntax_attribute(const char *text);

/* "1 day", "3 days" with `unit` "day". `*amount` becomes the number, at most 999999. */
bool syntax_amount(const char *text, const char *unit, unsigned *amount);

/* Whether every % is followed by one of `letters` or by another %. */
bool syntax_template(const char *text, const char *letters);

/* Whether one of `letters` stands behind a %, as in "%u". `text` is a template. */
bool syntax_uses(const char *text, const char *letters);

/* A distinguished name, not empty (RFC 4514); in a template, %d may stand for its last part. */
bool syntax_dn(const char *text, bool template);

/*
 * Whether `dn` is `base` or lies below it, both of them good and of MK_DN_MAX bytes at most: by
 * their text, without regard to the case of ASCII letters and to spaces beside separators.
 */
bool syntax_dn_below(const char *dn, const char *base);

/* A search filter (RFC 4515), parentheses around it. */
bool syntax_filter(const char *text);

enum syntax_uri {
    SYNTAX_LDAP,          /* to another machine, or to a name */
    SYNTAX_LDAP_LOOPBACK, /* to 127.0.0.0/8 or [::1], given as an address */
    SYNTAX_LDAPS,
    SYNTAX_LDAPI,
    SYNTAX_URI_FAULTS, /* what follows is wrong */
    SYNTAX_BAD_SCHEME = SYNTAX_URI_FAULTS,
    SYNTAX_BAD_HOST,
    SYNTAX_LOCALHOST, /* libldap 2.5 puts the machine's own name in its place */
    SYNTAX_BAD_PORT,
    SYNTAX_BAD_SOCKET, /* ldapi:// wants a path with %2F for each slash */
    SYNTAX_BAD_REST,   /* something behind the host */
};

/* The address of a server: scheme, host and port (RFC 4516, and ldapi as libldap has it). */
enum syntax_uri syntax_uri(const char *text);

#endif
