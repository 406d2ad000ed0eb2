/* SPDX-License-Identifier: MIT */
#ifndef ENTRY_H
#define ENTRY_H

/* Values of an entry that a server sent, bounded and checked. None of them is printable yet. */

#include <ldap.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "matkhau/limits.h"

/*
 * Copies the first value of `attribute` into `out` of `size` bytes, NUL included. False, and "",
 * when there is none or it holds a NUL. A longer value is cut with `cut`, and is false without.
 */
bool entry_text(LDAP *ld, LDAPMessage *entry, const char *attribute, char *out, size_t size,
                bool cut);

/* The entry's DN; false when it does not fit into `size` bytes, NUL included. */
bool entry_dn(LDAP *ld, LDAPMessage *entry, char *out, size_t size);

/* A GeneralizedTime; MK_TIME_UNKNOWN when there is none or it is malformed. */
int64_t entry_time(LDAP *ld, LDAPMessage *entry, const char *attribute);

/* The times of the first values, at most `most`; how many. What is malformed is passed over. */
uint32_t entry_times(LDAP *ld, LDAPMessage *entry, const char *attribute, int64_t *times,
                     uint32_t most);

/* Whether a Boolean (RFC 4517, 3.3.3) is there and TRUE. */
bool entry_true(LDAP *ld, LDAPMessage *entry, const char *attribute);

/*
 * An INTEGER of 0..2147483647, or 0 when there is none. False when what is there is something
 * else.
 */
bool entry_number(LDAP *ld, LDAPMessage *entry, const char *attribute, int64_t *number);

/*
 * The first value as a whole number, with or without a sign, of the range of int64_t. False, and
 * 0, where there is none.
 */
bool entry_integer(LDAP *ld, LDAPMessage *entry, const char *attribute, int64_t *number);

/* Whether one of the values is exactly `value`. */
bool entry_has(LDAP *ld, LDAPMessage *entry, const char *attribute, const char *value);

/*
 * The latest of the values that are notes of a helpdesk (desk.h): fourteen digits of a time, "Z", a
 * space, and the name of a desk. Other values are left alone. False, and "", where there is none.
 */
bool entry_note(LDAP *ld, LDAPMessage *entry, const char *attribute, char out[MK_NOTE_MAX + 1]);

/*
 * Hands `take` each of the first `most` values that hold no NUL, in `value` of `size` bytes, NUL
 * included; a longer one is cut.
 */
void entry_each(LDAP *ld, LDAPMessage *entry, const char *attribute, uint32_t most, char *value,
                size_t size, void (*take)(void *context, const char *value), void *context);

/* How many values there are. */
uint32_t entry_count(LDAP *ld, LDAPMessage *entry, const char *attribute);

#endif
