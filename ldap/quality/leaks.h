/* SPDX-License-Identifier: MIT */
#ifndef LEAKS_H
#define LEAKS_H

/*
 * A list of leaked passwords. Hashes are searched on disk, so that the size of the file costs
 * nothing; a plain list is read at start and kept as eight bytes for each password.
 *
 * The format of the hash files is that of "Pwned Passwords ordered by hash": lines "HASH" or
 * "HASH:COUNT", HASH in 40 (SHA-1) or 32 (NT) capital hexadecimal digits, ascending, ended by LF or
 * CR LF. A file that is not like this is never taken for one in which a password is not.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "matkhau/quality.h"

#define LEAKS_PLAIN_MAX 1000000

/* Zero before leaks_open(). */
struct leaks {
    enum mk_leak_kind kind; /* MK_LEAKS_NONE: none in use */
    int fd;
    off_t size;
    uint64_t *plain; /* ascending */
    size_t plain_count;
};

enum leaks_answer { LEAKS_ABSENT, LEAKS_PRESENT, LEAKS_BROKEN };

/*
 * Opens `file` and looks at its beginning, its end and some hundred places between. With a fault
 * nothing stays open, and `*line` is the wrong line, 0 where that is not known.
 */
enum mk_part_fault leaks_open(struct leaks *leaks, const char *file, enum mk_leak_kind kind,
                              uint32_t *line);

/* The same for hashes in an open file, which is the caller's again when a fault is returned. */
enum mk_part_fault leaks_inspect(struct leaks *leaks, int fd, enum mk_leak_kind kind);

/*
 * Whether `password` is in the list. LEAKS_BROKEN: the file cannot be read, or something in it is
 * not as it should be; also LEAKS_ABSENT where no list is in use.
 */
enum leaks_answer leaks_find(const struct leaks *leaks, const struct mk_password *password);

void leaks_close(struct leaks *leaks);

#endif
