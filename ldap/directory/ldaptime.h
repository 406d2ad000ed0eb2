/* SPDX-License-Identifier: MIT */
#ifndef LDAPTIME_H
#define LDAPTIME_H

/* Points in time as directories write them, and the calendar. Everything is UTC. Pure. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What 000001010000Z comes to: how OpenLDAP writes a lock that only an administrator ends. */
#define LDAPTIME_YEAR_ZERO INT64_C(-62167219200)

/*
 * Reads a GeneralizedTime (RFC 4517, 3.3.13) of `length` bytes: minutes, seconds and a fraction of
 * the last unit may be there or not; the zone must be. A fraction of a second is dropped. A leap
 * second counts as the next one. False for anything else; `*time` is then untouched.
 */
bool ldaptime_parse(const char *text, size_t length, int64_t *time);

/* How many units of a FILETIME ([MS-DTYP] 2.3.3) make a second. */
#define LDAPTIME_FILETIME_SECOND INT64_C(10000000)

/* The time of a FILETIME, units of 100 ns since 1601 UTC; a fraction of a second is dropped. */
int64_t ldaptime_of_filetime(int64_t filetime);

/*
 * The same time of day `months` calendar months after `time` (year 0 to 9999); where that month is
 * shorter, its last day.
 */
int64_t ldaptime_add_months(int64_t time, uint32_t months);

#endif
