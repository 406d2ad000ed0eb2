/* SPDX-License-Identifier: MIT */
#ifndef NOTE_H
#define NOTE_H

/*
 * What a helpdesk leaves at an account whose password it has reset: "20261122065200Z hanoi", the
 * time in UTC and the desk's name in the configuration (mk_request_reset.note). So the person is
 * told at the next log-in. Pure: the time is a parameter.
 */

#include "config.h"

/* For so long after the reset a note is shown. */
#define NOTE_DAYS 30

#define NOTE_DESK_UNKNOWN (-1)

struct note {
    int64_t when;
    int desk; /* index of config.desk, or NOTE_DESK_UNKNOWN: a desk that is not configured here */
};

/*
 * Reads mk_account.note, any bytes that end in NUL. False where it is no note, is older than
 * NOTE_DAYS, or lies further in the future than clocks and time zones differ (one day).
 */
bool note_read(struct note *note, const char *text, const struct config *config, int64_t now);

/*
 * Whether a password that was changed at `changed` by the server's clock is the one that was set
 * with the note: within two minutes. Not so with MK_TIME_UNKNOWN.
 */
bool note_is_present(const struct note *note, int64_t changed);

#endif
