/* SPDX-License-Identifier: MIT */
#include "sentences_trail.h"

#include <stdio.h>

#include "language.h"

static const char *const faults[MK_TRAIL_FAULTS] = {
    [MK_TRAIL_MISSING] = N_("%s: the trail does not exist; make an empty file there, which the "
                            "program may read and write."),
    [MK_TRAIL_NO_RIGHT] = N_("%s: the trail cannot be opened; make it readable and writable for "
                             "whoever runs the program."),
    [MK_TRAIL_SPECIAL] = N_("%s: the trail is not a regular file; name the file itself."),
    [MK_TRAIL_LOOSE] = N_("%s: everybody may write to the trail; use \"chmod o-w\" on it."),
    [MK_TRAIL_FOREIGN] = N_("%s: this file, or the one with \".1\" behind its name, does not end "
                            "as a trail does; begin a new one."),
    [MK_TRAIL_FULL] = N_("%s: there is no room for the trail to grow."),
    [MK_TRAIL_BROKEN] = N_("%s: the trail cannot be read or written; look at the disk."),
    [MK_TRAIL_NO_LOG] =
        N_("%s: the system log does not take the trail; see whether its service is running."),
    [MK_TRAIL_LATE] = N_("%s: the trail did not take a record in time; see who keeps it locked."),
};

void sentence_trail_fault(char *out, size_t size, enum mk_trail_fault fault, const char *file)
{
    (void)snprintf(out, size, _(faults[fault]), file);
}

static void say_whole(char *out, size_t size, const struct mk_trail_verdict *verdict,
                      const char *file)
{
    unsigned long records = (unsigned long)verdict->records;

    if (verdict->records == 0)
        (void)snprintf(out, size, _("%s: the file is empty."), file);
    else
        (void)snprintf(out, size,
                       ngettext("%s: the chain is whole: %lu record, written at %s, with the hash "
                                "%s.",
                                "%s: the chain is whole: %lu records, the last one written at %s, "
                                "with the hash %s.",
                                records),
                       file, records, verdict->last_time, verdict->last);
}

void sentence_trail_verdict(char *out, size_t size, const struct mk_trail_verdict *verdict,
                            const char *file)
{
    unsigned long line = (unsigned long)verdict->line;

    switch (verdict->broken) {
    case MK_CHAIN_WHOLE:
        say_whole(out, size, verdict, file);
        break;
    case MK_CHAIN_CHANGED:
        (void)snprintf(out, size,
                       _("%s, line %lu: this record was changed: its hash should be %s and is %s."),
                       file, line, verdict->wanted, verdict->found);
        break;
    case MK_CHAIN_LINK:
        (void)snprintf(out, size,
                       _("%s, line %lu: records before this one were taken away, put in or moved: "
                         "it should link to the hash %s and links to %s."),
                       file, line, verdict->wanted, verdict->found);
        break;
    case MK_CHAIN_CUT:
        (void)snprintf(out, size,
                       _("%s, line %lu: the last line is cut off: its writing broke off, or "
                         "somebody has cut the file."),
                       file, line);
        break;
    default:
        (void)snprintf(out, size,
                       _("%s, line %lu: this is not a record of a trail, and nothing that follows "
                         "accounts for it."),
                       file, line);
        break;
    }
}
