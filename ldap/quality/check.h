/* SPDX-License-Identifier: MIT */
#ifndef CHECK_H
#define CHECK_H

/*
 * libpwquality with the settings of this installation. libcrack has one global dictionary and keeps
 * copies of what it looked at, so a process has one of these at a time.
 */

#include <pwquality.h>

#include "matkhau/quality.h"

/* Zero before check_open(). */
struct check {
    pwquality_settings_t *settings;
    pwquality_settings_t *bare; /* nothing but the same dictionary; NULL where none is in use */
    enum mk_quality_fault fault;
};

/*
 * Reads `config_file` (pwquality.conf(5); "" is the system's own, which may be missing) over
 * matkhau's defaults, minlen 8 and minclass 3, and tries the dictionary out. Fills `rules`, header
 * excepted. With a fault every later check is answered MK_RULE_BROKEN.
 */
void check_open(struct check *check, const char *config_file, struct mk_quality_rules *rules);

/* Judges one password. Fills `verdict`, header excepted. Call check_forget() afterwards. */
void check_password(const struct check *check, const struct mk_quality_check *password,
                    struct mk_quality_verdict *verdict);

/*
 * Overwrites what the libraries keep of the last password, in libcrack's buffers, on the stack and
 * on the heap; 1 to 2 ms. To be called by the caller of check_password(), at the same depth.
 */
void check_forget(const struct check *check);

void check_close(struct check *check);

#endif
