/* SPDX-License-Identifier: MIT */
#include "note.h"

#include <string.h>
#include <time.h>

#define DAY INT64_C(86400)

/* The operator's clock against the server's, and the time for several systems in a row. */
#define TOGETHER INT64_C(120)

/* `count` digits as a number; -1 where one is none. */
static int number(const char *digits, int count)
{
    int value = 0;

    for (int i = 0; i < count; i++) {
        if (digits[i] < '0' || digits[i] > '9')
            return -1;
        value = value * 10 + (digits[i] - '0');
    }
    return value;
}

/* "20261122065200Z"; the calendar must have it. */
static bool read_time(const char *text, int64_t *when)
{
    const struct {
        int at;
        int count;
    } part[] = {{0, 4}, {4, 2}, {6, 2}, {8, 2}, {10, 2}, {12, 2}};
    int value[6];
    struct tm tm;
    struct tm back;
    time_t time;

    for (int i = 0; i < 6; i++)
        if ((value[i] = number(text + part[i].at, part[i].count)) < 0)
            return false;
    tm = (struct tm){.tm_year = value[0] - 1900,
                     .tm_mon = value[1] - 1,
                     .tm_mday = value[2],
                     .tm_hour = value[3],
                     .tm_min = value[4],
                     .tm_sec = value[5]};
    back = tm;
    time = timegm(&back);
    *when = time;
    return text[14] == 'Z' && back.tm_year == tm.tm_year && back.tm_mon == tm.tm_mon &&
           back.tm_mday == tm.tm_mday && back.tm_hour == tm.tm_hour && back.tm_min == tm.tm_min &&
           back.tm_sec == tm.tm_sec;
}

bool note_read(struct note *note, const char *text, const struct config *config, int64_t now)
{
    static const char form[] = "20261122065200Z ";
    size_t length = strlen(text);

    if (length < sizeof form || length > MK_NOTE_MAX || text[sizeof form - 2] != ' ' ||
        !read_time(text, &note->when))
        return false;
    note->desk = NOTE_DESK_UNKNOWN;
    for (int i = 0; i < config->desks; i++)
        if (strcmp(config->desk[i].id, text + sizeof form - 1) == 0)
            note->desk = i;
    return note->when <= now + DAY && note->when > now - NOTE_DAYS * DAY;
}

bool note_is_present(const struct note *note, int64_t changed)
{
    return changed != MK_TIME_UNKNOWN && changed >= note->when - TOGETHER &&
           changed <= note->when + TOGETHER;
}
