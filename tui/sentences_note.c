/* SPDX-License-Identifier: MIT */
#include "sentences.h"

#include <stdio.h>

#include "dates.h"
#include "language.h"
#include "note.h"

static const char *desk_name(const struct note *note, const struct config *config)
{
    /* TRANSLATORS: stands where else the name of one helpdesk does, in the midst of a sentence */
    return note->desk == NOTE_DESK_UNKNOWN ? _("the helpdesk") : config->desk[note->desk].name;
}

void sentence_note(char *out, size_t size, const struct row *row, const struct config *config,
                   int64_t now)
{
    char clock[DATES_TEXT_MAX];
    char day[DATES_TEXT_MAX];
    struct note note;

    out[0] = '\0';
    if (row->waiting || !note_read(&note, row->state.note, config, now))
        return;
    dates_clock(clock, note.when);
    dates_day(day, note.when);
    /* TRANSLATORS: the name of a helpdesk, the time of day, the day */
    snprintf(out, size, _("This password was reset by %s at %s on %s."), desk_name(&note, config),
             clock, day);
}

void sentence_resets(char *out, size_t size, int count, const char *name, const struct note *note,
                     const struct config *config)
{
    char clock[DATES_TEXT_MAX];
    char day[DATES_TEXT_MAX];

    dates_clock(clock, note->when);
    dates_day(day, note->when);
    if (count == 1)
        /* TRANSLATORS: the name of a system and of a helpdesk, the time of day, the day */
        snprintf(out, size, _("The password of \"%s\" was reset by %s at %s on %s."), name,
                 desk_name(note, config), clock, day);
    else
        snprintf(out, size,
                 /* TRANSLATORS: the name of a helpdesk, the time of day, the day */
                 ngettext("The password of %d account was reset by a helpdesk, the last one by %s "
                          "at %s on %s.",
                          "The passwords of %d accounts were reset by a helpdesk, the last one by "
                          "%s at %s on %s.",
                          (unsigned long)count),
                 count, desk_name(note, config), clock, day);
}

void sentence_resets_doubt(char *out, size_t size, const struct config *config)
{
    if (config->helpdesk[0] != '\0')
        snprintf(out, size, _("If it was not you who called, report it at once: %s."),
                 config->helpdesk);
    else
        snprintf(out, size, "%s",
                 _("If it was not you who called, report it to the helpdesk at once."));
}
