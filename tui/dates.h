/* SPDX-License-Identifier: MIT */
#ifndef DATES_H
#define DATES_H

/* Points in time as a person reads them: local time, day/month/year. `now` is always a parameter.
 */

#include <stddef.h>
#include <stdint.h>

#define DATES_TEXT_MAX 32

/* "22/11/2026" */
void dates_day(char out[DATES_TEXT_MAX], int64_t time);

/* "22/11/2026 14:03" */
void dates_minute(char out[DATES_TEXT_MAX], int64_t time);

/* "14:03" */
void dates_clock(char out[DATES_TEXT_MAX], int64_t time);

/* "14:03" on the same day as `now`, else "14:03 23/11/2026" */
void dates_until(char out[DATES_TEXT_MAX], int64_t time, int64_t now);

/* Calendar days, local, from the day of `now` to the day of `time`; negative when it has passed. */
int dates_days(int64_t now, int64_t time);

#endif
