/* SPDX-License-Identifier: MIT */
#ifndef FILE_H
#define FILE_H

/*
 * The trail as a file. It is opened anew for each record, for appending only, so that it can be
 * renamed at any time and made append-only (chattr(1)), and is never made here. Everybody who
 * appends holds flock(2) on it from reading the last hash until the line stands: any number of
 * processes write one chain.
 *
 * An empty file goes on with the chain of the one called like it with ".1" behind, where there is
 * one: that is what logrotate(8) makes of the file before.
 */

#include "matkhau/trail.h"

/*
 * Appends `record` with the present time, and returns when it is on the disk (fdatasync(2)). Waits
 * for the lock without limit. `line` becomes what was written, with its end and a NUL; "" where it
 * never came to that.
 */
enum mk_trail_fault file_append(const char *path, const struct mk_trail_record *record,
                                char line[MK_TRAIL_LINE_MAX + 1]);

/* Whether that would be possible now, as far as it shows without writing. */
enum mk_trail_fault file_try(const char *path);

/* Opens a trail for reading, with the lock of a reader; the caller closes `*fd` when all is well.
 */
enum mk_trail_fault file_open_for_reading(const char *path, int *fd);

#endif
