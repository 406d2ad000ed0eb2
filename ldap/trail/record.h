/* SPDX-License-Identifier: MIT */
#ifndef RECORD_H
#define RECORD_H

/*
 * One record as one line of JSON (RFC 8259):
 *
 *   {"prev":HASH,"time":TIME,"id":ID,"step":STEP,"act":ACT,"who":NAME,...,"hash":HASH}
 *
 * `prev` links it to what stands before it: chain.h. The first four members and the last one stand
 * where they stand; whatever else an act has to say goes between them, and readers skip what they
 * do not know. A value that is not UTF-8, or too long when escaped, stands as hexadecimal digits
 * under its name with "_hex" behind it, so that every value can be had back byte by byte.
 */

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "matkhau/trail.h"

/*
 * Writes `record` to `line` with its end and a NUL: at most MK_TRAIL_LINE_MAX bytes and the NUL.
 * `previous` is what it links to, `uid` who runs the program. Returns the length without the NUL.
 */
size_t record_write(char line[MK_TRAIL_LINE_MAX + 1], const struct mk_trail_record *record,
                    const char *previous, const struct timespec *now, unsigned uid);

/* Whether an act of this kind has such a step: what changes nothing is noted once. */
bool record_fits(unsigned kind, unsigned step);

/* The name of a result, as in result.h; NULL for a number that is none. */
const char *record_result(unsigned result);

#endif
