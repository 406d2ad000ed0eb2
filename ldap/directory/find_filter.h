/* SPDX-License-Identifier: MIT */
#ifndef FIND_FILTER_H
#define FIND_FILTER_H

/*
 * The searches that bring everybody whom something typed may mean, as filters (RFC 4515). They
 * bring more than that: typed.h decides. Measured with 100,000 people:
 *
 *   - what a letter stands for is written out, since servers keep "ễ" and "e" apart: some ten
 *     substrings for a syllable. An index of substrings makes each of them cheap;
 *   - a substring between two wildcards is of no use for an index when it is too short (" an" with
 *     OpenLDAP), so that what may come next is written out as well;
 *   - what no index serves, one letter alone, stands first: the rest has chosen the candidates, and
 *     most of them fail there.
 *
 * Pure.
 */

#include <stdbool.h>
#include <stddef.h>

#include "matkhau/message.h"
#include "typed.h"

#define FIND_FILTER_SIZE ((size_t)64 << 10)

/* Where to look. Attributes are names, or "" for none. */
struct find_where {
    const char *people; /* a filter: the entries that are people */
    const char *login;
    const char *mail;
    const char *staff;
    const char *name;
    const char *phone[MK_PHONES_MAX];
    bool composes;                /* letters before they are compared (RFC 4518, 2.3) */
    const char *phone_separators; /* signs that count where telephone numbers are compared */
    size_t part_min;              /* bytes between two wildcards from which on an index serves */
    size_t begin_max; /* bytes before the first wildcard that an index looks at; 0: all of them */
};

/*
 * Each puts a filter into `out` of FIND_FILTER_SIZE bytes; false where there is nothing to ask that
 * way. What has no room is left out, which brings more entries, and none less.
 */

/* Whose log-in name, mail address, staff number or telephone number is exactly what was typed. */
bool find_filter_exact(const struct find_where *where, const struct typed *typed, char *out);

/* Everybody that fits. Not for single letters alone: those would be half of all there are. */
bool find_filter_begins(const struct find_where *where, const struct typed *typed, char *out);

/*
 * Whether enough was typed for that to be everybody. Single letters are not asked for alone, nor
 * the first digits of telephone numbers in all the ways of writing them.
 */
bool find_filter_is_enough(const struct find_where *where, const struct typed *typed);

/* Those of whose names each word is a whole one. */
bool find_filter_words(const struct find_where *where, const struct typed *typed, char *out);

#endif
