/* SPDX-License-Identifier: MIT */
#include "dates.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static void format(char out[DATES_TEXT_MAX], const char *pattern, int64_t time)
{
    time_t t = (time_t)time;
    struct tm tm;

    if (localtime_r(&t, &tm) == NULL || strftime(out, DATES_TEXT_MAX, pattern, &tm) == 0)
        memcpy(out, "?", 2);
}

void dates_day(char out[DATES_TEXT_MAX], int64_t time)
{
    format(out, "%d/%m/%Y", time);
}

void dates_clock(char out[DATES_TEXT_MAX], int64_t time)
{
    format(out, "%H:%M", time);
}

void dates_minute(char out[DATES_TEXT_MAX], int64_t time)
{
    format(out, "%d/%m/%Y %H:%M", time);
}

void dates_until(char out[DATES_TEXT_MAX], int64_t time, int64_t now)
{
    format(out, dates_days(now, time) == 0 ? "%H:%M" : "%H:%M %d/%m/%Y", time);
}

/* Days since 0000-03-01 of the proleptic Gregorian calendar; only differences are used. */
static int64_t day_number(int64_t time)
{
    time_t t = (time_t)time;
    struct tm tm;
    int64_t year;
    int64_t month;

    if (localtime_r(&t, &tm) == NULL)
        return 0;
    year = (int64_t)tm.tm_year + 1900 - (tm.tm_mon < 2);
    month = (tm.tm_mon + 10) % 12;
    return 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + tm.tm_mday;
}

int dates_days(int64_t now, int64_t time)
{
    int64_t days = day_number(time) - day_number(now);

    return days > INT_MAX ? INT_MAX : days < INT_MIN ? INT_MIN : (int)days;
}
