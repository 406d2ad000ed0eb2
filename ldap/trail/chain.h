/* SPDX-License-Identifier: MIT */
#ifndef CHAIN_H
#define CHAIN_H

/*
 * How records hang together. `hash` of a record is the SHA-256 of its bytes before that member;
 * `prev`, the first of those, is the hash of the record before it, or CHAIN_START. A piece, the
 * beginning of a record whose writing broke off, counts as a line of its own, and what follows it
 * links to the hash of the link before and the piece's bytes.
 */

#include <stdbool.h>
#include <stddef.h>

#include "matkhau/trail.h"

#define CHAIN_START "0000000000000000000000000000000000000000000000000000000000000000"
#define CHAIN_HASH_BEFORE ",\"hash\":\""
#define CHAIN_HASH_AFTER "\"}"

/* The SHA-256 (FIPS 180-4) of two strings of bytes side by side, the first one ended by a NUL. */
void chain_hash(char hash[MK_TRAIL_HASH_MAX + 1], const char *first, const char *bytes,
                size_t length);

/* What of a record stands at its two ends. */
struct chain_record {
    char prev[MK_TRAIL_HASH_MAX + 1];
    char time[MK_TRAIL_TIME_MAX + 1];
    char id[MK_TRAIL_ID_MAX + 1];
    char step;                        /* its first letter */
    char hash[MK_TRAIL_HASH_MAX + 1]; /* as it stands there */
};

/* Whether `line`, `length` bytes without its end, has the form of a record. */
bool chain_read(struct chain_record *record, const char *line, size_t length);

/* The hash that such a line should have. */
void chain_own_hash(char hash[MK_TRAIL_HASH_MAX + 1], const char *line, size_t length);

/* Moves `link` on over a line: to the hash that stands in a record, or over a piece. */
void chain_follow(char link[MK_TRAIL_HASH_MAX + 1], const char *line, size_t length);

/* Whether `line` can be the beginning of a record. */
bool chain_is_piece(const char *line, size_t length);

#endif
