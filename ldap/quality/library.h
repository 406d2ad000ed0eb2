/* SPDX-License-Identifier: MIT */
#ifndef LIBRARY_H
#define LIBRARY_H

/*
 * libpwquality with the settings of one system. libcrack has one global dictionary and keeps copies
 * of what it looked at, so a process has one of these at a time.
 */

#include <pwquality.h>

#include "matkhau/quality.h"

/* Zero before library_open(). */
struct library {
    pwquality_settings_t *settings;
    pwquality_settings_t *bare; /* nothing but the same dictionary; NULL where none is in use */
};

/*
 * Reads `config_file` (pwquality.conf(5); "" is the system's own, which may be missing) over
 * matkhau's defaults (minlen 8, minclass 3, difok 4, maxrepeat 2), and tries the dictionary out.
 * Fills of `rules` the numbers, `in_force`, and the two parts, with their bits in `broken`. A file
 * with a fault counts as not there, a broken dictionary is not used.
 */
void library_open(struct library *library, const char *config_file, struct mk_quality_rules *rules);

/*
 * Asks about one password; an `old` of length 0 and a `login` of "" are not known. Sets `rule`,
 * `number` and `score` of `verdict`. Call library_forget() afterwards.
 */
void library_ask(const struct library *library, const char *login, const struct mk_password *old,
                 const struct mk_password *new, struct mk_quality_verdict *verdict);

/*
 * Overwrites what the libraries keep of the last password, in libcrack's buffers, on the stack and
 * on the heap; 1 to 2 ms. To be called by the caller of library_ask(), at the same depth.
 */
void library_forget(const struct library *library);

void library_close(struct library *library);

#endif
