/* SPDX-License-Identifier: MIT */
#ifndef CHECK_H
#define CHECK_H

/*
 * The whole check of a new password for one system: our own rules, which are looked at all at once,
 * and libpwquality, which decides last.
 */

#include <stdbool.h>

#include "leaks.h"
#include "library.h"
#include "words.h"
#include "matkhau/quality.h"

/* Zero before check_open(). Holds passwords: to be locked in memory and wiped by check_close(). */
struct check {
    bool open;
    struct mk_quality_settings settings;
    struct mk_quality_rules rules;
    struct mk_quality_person person;
    struct library library;
    struct words words;    /* of the lists */
    struct words personal; /* of `person` */
    struct leaks leaks;
    unsigned given_count;
    struct mk_password given[MK_SYSTEMS_MAX];
};

/* Takes the settings in force for this system; `check->rules` then says what they amount to. */
void check_open(struct check *check, const struct mk_quality_settings *settings);

/* From now on it is this person's password. False without memory. */
bool check_person(struct check *check, const struct mk_quality_person *person);

/* One more password that another system has been given; beyond MK_SYSTEMS_MAX the oldest goes. */
void check_given(struct check *check, const struct mk_password *password);

/*
 * Judges one password. Fills `verdict`, header excepted. Call check_forget() afterwards. A leak
 * list that breaks now is in `check->rules.broken` from now on.
 */
void check_password(struct check *check, const struct mk_quality_check *request,
                    struct mk_quality_verdict *verdict);

/* Overwrites what is left of the last password; 1 to 2 ms. At the depth of check_password(). */
void check_forget(const struct check *check);

void check_close(struct check *check);

#endif
