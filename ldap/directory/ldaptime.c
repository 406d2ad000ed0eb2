// SPDX-License-Identifier: MIT
#include "ldaptime.h"

#define MINUTE 60
#define HOUR 3600
#define DAY INT64_C(86400)

/* More digits of a fraction than this cannot move a result of whole seconds. */
#define FRACTION_DIGITS 9

#define SECONDS_1601_TO_1970 INT64_C(11644473600)

struct reader {
    const char *at;
    const char *end;
};

static bool is_leap(int64_t year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int month_days(int64_t year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

/* Days from 1970-01-01 in the proleptic Gregorian calendar; year >= 0. */
static int64_t days_from_date(int64_t year, int month, int day)
{
    /* A year that begins in March has its leap day at its end. */
    int64_t y = month > 2 ? year : year - 1;
    int64_t shifted = y + 400;
    int64_t m = (month + 9) % 12;

    return shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + (153 * m + 2) / 5 + day -
           1 - 719468 - 146097;
}

static bool read_digits(struct reader *r, int count, int *value)
{
    *value = 0;
    for (int i = 0; i < count; i++) {
        if (r->at == r->end || *r->at < '0' || *r->at > '9')
            return false;
        *value = *value * 10 + (*r->at++ - '0');
    }
    return true;
}

static bool next_is_digit(const struct reader *r)
{
    return r->at != r->end && *r->at >= '0' && *r->at <= '9';
}

/* An optional fraction of `unit` seconds, as whole seconds. */
static bool read_fraction(struct reader *r, int64_t unit, int64_t *seconds)
{
    int64_t numerator = 0;
    int64_t denominator = 1;

    *seconds = 0;
    if (r->at == r->end || (*r->at != '.' && *r->at != ','))
        return true;
    r->at++;
    if (!next_is_digit(r))
        return false;
    for (int i = 0; next_is_digit(r); i++, r->at++) {
        if (i >= FRACTION_DIGITS)
            continue;
        numerator = numerator * 10 + (*r->at - '0');
        denominator *= 10;
    }
    *seconds = unit * numerator / denominator;
    return true;
}

/* The zone, which ends the text: seconds to be taken off. */
static bool read_zone(struct reader *r, int64_t *offset)
{
    int hours = 0;
    int minutes = 0;
    char sign;

    if (r->at == r->end)
        return false;
    sign = *r->at++;
    if (sign == 'Z') {
        *offset = 0;
        return r->at == r->end;
    }
    if ((sign != '+' && sign != '-') || !read_digits(r, 2, &hours) || hours > 23)
        return false;
    if (r->at != r->end && (!read_digits(r, 2, &minutes) || minutes > 59))
        return false;
    *offset = (int64_t)hours * HOUR + (int64_t)minutes * MINUTE;
    if (sign == '-')
        *offset = -*offset;
    return r->at == r->end;
}

bool ldaptime_parse(const char *text, size_t length, int64_t *time)
{
    struct reader r = {text, text + length};
    int year;
    int month;
    int day;
    int hour;
    int minute = 0;
    int second = 0;
    int64_t unit = HOUR;
    int64_t fraction;
    int64_t offset;

    if (!read_digits(&r, 4, &year) || !read_digits(&r, 2, &month) || !read_digits(&r, 2, &day) ||
        !read_digits(&r, 2, &hour))
        return false;
    if (month < 1 || month > 12 || day < 1 || day > month_days(year, month) || hour > 23)
        return false;
    if (next_is_digit(&r)) {
        if (!read_digits(&r, 2, &minute) || minute > 59)
            return false;
        unit = MINUTE;
        if (next_is_digit(&r)) {
            if (!read_digits(&r, 2, &second) || second > 60)
                return false;
            unit = 1;
        }
    }
    if (!read_fraction(&r, unit, &fraction) || !read_zone(&r, &offset))
        return false;
    *time = days_from_date(year, month, day) * DAY + (int64_t)hour * HOUR +
            (int64_t)minute * MINUTE + second + fraction - offset;
    return true;
}

int64_t ldaptime_of_filetime(int64_t filetime)
{
    return filetime / LDAPTIME_FILETIME_SECOND - SECONDS_1601_TO_1970;
}

int64_t ldaptime_add_months(int64_t time, uint32_t months)
{
    int64_t days = time / DAY;
    int64_t clock = time % DAY;
    int64_t year;
    int64_t count;
    int month;
    int day;

    if (clock < 0) {
        clock += DAY;
        days--;
    }
    /* The mean year is at most one off; start above and come down. */
    year = (days + 719528) * 400 / 146097 + 1;
    while (year > 0 && days_from_date(year, 1, 1) > days)
        year--;
    month = 12;
    while (month > 1 && days_from_date(year, month, 1) > days)
        month--;
    day = (int)(days - days_from_date(year, month, 1)) + 1;

    count = year * 12 + (month - 1) + months;
    year = count / 12;
    month = (int)(count % 12) + 1;
    if (day > month_days(year, month))
        day = month_days(year, month);
    return days_from_date(year, month, day) * DAY + clock;
}
